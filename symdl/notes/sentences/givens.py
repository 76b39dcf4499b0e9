"""What statements give: numbers of names, one number of several, tuples of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symdl.expression.term import Term, free_symbols, make
from symdl.expression.vocabulary import NAMES
from symdl.notes.scope.known import is_literal
from symdl.notes.sentences.premises import ORDER


def given_in(term: Term) -> Iterator[Term]:
    """The numbers that a chain of orders gives its names: the 2 of `m > n = 2`."""
    if term.op != "relation" or not ORDER.intersection(term.data):
        return
    for relation, left, right in zip(term.data, term.args, term.args[1:], strict=False):
        if relation == "=" and left.op in ("symbol", "entry") and is_literal(right):
            yield make("relation", left, right, data=("=",))


def gives_all(term: Term) -> bool:
    """Whether a chain gives several names one number: `p_1 = p_2 = 1`."""
    if term.op != "relation" or len(term.data) < 2 or set(term.data) != {"="}:
        return False
    return is_literal(term.args[-1]) and all(a.op in ("symbol", "entry") for a in term.args[:-1])


def paired(term: Term) -> Iterator[Term]:
    """The equations of tuples of names: `(a_2, b_2) = (1, 2)` gives each its value."""
    if term.op != "relation" or not {"=", ":=", "equiv"}.issuperset(term.data):
        return
    *before, left, right = term.args
    if before and any(name.op not in NAMES for name in before):
        return  # `S := (a, b) = (0, 0)` names the pair too
    if left.op != "tuple" or right.op not in _LISTS or len(left.args) != len(right.args):
        return
    if all(name.op in NAMES for name in left.args):
        yield from (
            make("relation", name, value, data=term.data[-1:])
            for name, value in zip(left.args, right.args, strict=True)
        )


_LISTS = ("tuple", "vector")


def links_of(term: Term) -> Iterator[Term]:
    """Each name of a chain with its last side."""
    for name in term.args[:-1]:
        if name.op == "number":
            continue
        yield make("relation", name, term.args[-1], data=term.data[-1:])


def gives(term: Term) -> bool:
    """Whether a statement gives a name a number (`g_1 = 2`), or a function its value."""
    if term.op != "relation" or term.data[0] != "=":
        return False
    left = term.args[0]
    if left.op == "call" and not left.data.primes:
        return all(a.op == "symbol" for a in left.args) and not is_literal(term.args[1])
    plain = left.op in ("symbol", "entry") and len(term.data) == 1
    return plain and is_literal(term.args[1])


_DIFFERENTIATED = re.compile(
    r"\\[dt]?frac\s*\{\s*(?:d|\\partial|\\mathrm\{d\})\s*(\\?[A-Za-z]+)\s*\}"
)


def defined_if(conditions: Sequence[Term], formula: str) -> list[Term]:
    """The conditions that say what a name is which a formula differentiates: `if $y = u^3$ and
    $u = 2x$, then $dy/dx = ...$`; they define it there."""
    equations = [
        c
        for c in conditions
        if c.op == "relation" and c.data == ("=",) and c.args[0].op == "symbol"
        if c.args[0] not in free_symbols(c.args[1]) and not is_literal(c.args[1])
    ]
    named = {m.lstrip("\\") for m in _DIFFERENTIATED.findall(formula)}
    if not any(str(c.args[0].data.name).lstrip("\\") in named for c in equations):
        return []
    return equations
