"""What a refuted equation may have meant: a small change of its right side that is proved.

One slip is tried at a time: a sign, a factor, an exponent, a number, an index, an argument. Only
what the ladder proves is suggested.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from symdl.document.errors import Error
from symdl.evidence.arrays.index_form import has_indices
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.concrete.judge import refute_concretely
from symdl.evidence.verdict import Verdict
from symdl.evidence.work import metered
from symdl.expression.numerals import minus
from symdl.expression.operators import TABLE
from symdl.expression.term import (
    BINDERS,
    Term,
    free_symbols,
    make,
    number,
    postorder,
    rebuild,
    size,
)
from symdl.notes.scope.known import is_literal

KINDS = frozenset({"identity", "derivative", "recurrence", "number"})
MOST = 80
STEPS = 1_000_000
LARGEST = 120


def mend(claim: Claim, verdict: Verdict, judge: Judge) -> Term | None:
    """The right side that the claim may have meant; None if no small change is proved."""
    right = claim.right
    if verdict.kind != "refuted" or verdict.method == "shape" or right is None:
        return None
    if claim.relation != "=" or claim.kind not in KINDS or right.shape != ():
        return None
    if size(right) > LARGEST or not free_symbols(right):
        return None
    values = {k: v for k, v in claim.scope.values.items() if not is_literal(v)}
    general = replace(claim, kind="identity", scope=replace(claim.scope, values=values))
    with metered() as steps:
        for tried, candidate in enumerate(_changed(right)):
            if tried >= MOST or steps() > STEPS:
                return None
            if candidate is claim.left:
                continue  # that says nothing
            changed = replace(general, right=candidate)
            try:
                if not _fails_at_sizes(changed) and judge(changed).kind == "proved":
                    return candidate
            except Error:
                continue  # the change makes no sense
    return None


def _fails_at_sizes(claim: Claim) -> bool:
    """Whether a claim about arrays or sums fails at small sizes: that is quickly seen, and that no
    normal form proves it takes long."""
    found = refute_concretely(claim) if has_indices(claim) else None
    return found is not None and found.kind == "refuted"


def _changed(term: Term) -> Iterator[Term]:
    """The term with one small change, the likeliest first."""
    yield minus(term)
    first = {n.args[0] for n in postorder(term) if n.op in ("entry", "label") or n.op in BINDERS}
    places = [(path, node) for path, node in _places(term) if node not in first]
    counted = {n.args[0] for n in postorder(term) if n.op in BINDERS}
    indices = partial(_indices, sorted(counted, key=repr))
    for change in (_signs, _numbers, indices, _arguments, _factors, _scaled):
        for path, node in places:
            for other in change(node):
                try:
                    made = _with(term, path, other)
                except Error:
                    continue  # what has the entries must stay
                yield made


Path = tuple[int, ...]


def _places(term: Term) -> Iterator[tuple[Path, Term]]:
    """Every node where it stands, the innermost first, the whole last: a number that stands twice
    may be wrong in one place."""
    found: list[tuple[Path, Term]] = []
    waiting: list[tuple[Path, Term]] = [((), term)]
    while waiting:
        path, node = waiting.pop()
        found.append((path, node))
        waiting += (((*path, i), arg) for i, arg in enumerate(node.args))
        if len(found) > LARGEST:
            break
    yield from reversed(found)


def _with(term: Term, path: Path, other: Term) -> Term:
    """The term with another one in a place. Raises ShapeError where it does not fit."""
    above = [term]
    for i in path:
        above.append(above[-1].args[i])
    for i, node in zip(reversed(path), reversed(above[:-1]), strict=True):
        other = rebuild(node, (*node.args[:i], other, *node.args[i + 1 :]))
    return other


def _signs(node: Term) -> Iterator[Term]:
    """One summand with the other sign."""
    if node.op == "add":
        for i, part in enumerate(node.args):
            yield make("add", *node.args[:i], minus(part), *node.args[i + 1 :])
    elif node.op == "neg":
        yield node.args[0]


def _numbers(node: Term) -> Iterator[Term]:
    """A number beside the one that is written, its double, its half."""
    if node.op != "number":
        return
    value: Fraction = node.data.value
    for other in (value + 1, value - 1, 2 * value, value / 2):
        if other > 0:
            yield number(other)


def _indices(counted: Sequence[Term], node: Term) -> Iterator[Term]:
    """An entry at another index that the term counts with."""
    if node.op == "entry" and len(node.args) == 2:
        yield from (rebuild(node, (node.args[0], i)) for i in counted if i is not node.args[1])


def _arguments(node: Term) -> Iterator[Term]:
    """A function of twice, half or minus its argument."""
    if (node.op in TABLE or node.op == "call") and len(node.args) == 1:
        (inner,) = node.args
        for other in (
            make("mul", number(2), inner),
            make("div", inner, number(2)),
            minus(inner),
        ):
            yield rebuild(node, (other,))


def _factors(node: Term) -> Iterator[Term]:
    """One factor or one summand less."""
    if node.op in ("mul", "add") and len(node.args) > 1:
        for i in range(len(node.args)):
            rest = (*node.args[:i], *node.args[i + 1 :])
            yield make(node.op, *rest) if len(rest) > 1 else rest[0]


def _scaled(node: Term) -> Iterator[Term]:
    """Twice, half, the square or the root of a part."""
    if node.op not in ("number", "constant"):
        yield make("mul", number(2), node)
        yield make("div", node, number(2))
        yield make("pow", node, number(2))
        yield make("sqrt", node)
