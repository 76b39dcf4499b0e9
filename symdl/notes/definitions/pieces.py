"""What is defined piece by piece: `$f(x) = x$ for $x > 0$ and $f(x) = 0$ otherwise`.

What is defined on a condition only has no value elsewhere: its body is a piecewise term without
a last value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symdl.expression.relations import NEGATED
from symdl.expression.term import Term, combined, free_symbols, make
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import forget
from symdl.notes.sentences.premises import meet
from symdl.notes.stated import Place

_REST = re.compile(
    r"\s*\$[^$]*\$\s*,?\s*\(?(?:otherwise|elsewhere|else|in all other cases|for all other)\b",
    re.IGNORECASE,
)
_REST_BEFORE = re.compile(r"\b(?:otherwise|elsewhere|in all other cases)\W*$", re.IGNORECASE)
_IN_WORDS = re.compile(r"\s*\$[^$]*\$\s*,?\s*\(?(?:if|unless|when|whenever)\s", re.IGNORECASE)
_COMPARED = frozenset({"=", "!=", "<", "<=", ">", ">="})


def with_pieces(link: Term, conditions: Sequence[Term], place: Place, known: Known) -> Term | None:
    """The definition of a function out of earlier pieces, still in force, and one that stands
    under a condition where they have no value, or `otherwise`; None where there is no such
    piece."""
    pieces = open_pieces(link, known)
    if not pieces:
        return None
    rest = _REST.match(place.sentence.removeprefix(place.before)) is not None
    rest = rest or is_rest(place.before)
    if len(conditions) != (0 if rest else 1):
        return None
    if any(not _is_elsewhere(c, earlier) for c in conditions for earlier in pieces[1::2]):
        return None
    body = make("piecewise", *pieces, link.args[1], *conditions)
    return make("relation", link.args[0], body, data=("=",))


_ALTERNATIVE = re.compile(r"\beither\b(?!\s*\$)[^.;$]{8,}$", re.IGNORECASE)
"""`Either nothing happens and $I(p) = 0$, or`: what holds in one of two cases."""


def is_under_words(link: Term, place: Place) -> bool:
    """Whether an equation stands under a condition in words that are not understood (`$f(x) = 1$
    if $x$ is rational`): it does not say what is defined."""
    if not _name(link) or place.conditions or place.pieces:
        return False
    if _ALTERNATIVE.search(place.before) is not None:
        return True
    return _IN_WORDS.match(place.sentence.removeprefix(place.before)) is not None


def without(known: Known, link: Term) -> Known:
    """The knowledge without what an equation has on its left side."""
    left = link.args[0]
    return forget(known, str(left.data.function.name if left.op == "call" else left.data.name))


def is_rest(before: str) -> bool:
    """Whether the words before a formula say that it holds where nothing else does."""
    return _REST_BEFORE.search(before) is not None


def on_condition(link: Term, conditions: Sequence[Term]) -> Term:
    """The definition that holds only where conditions on its names do."""
    if not _name(link) or link.args[1].op == "piecewise":
        return link
    names = free_symbols(link.args[1]) | set(link.args[0].args)
    own = [c for c in conditions if restricts(c) and free_symbols(c) & names]
    if not own:
        return link
    condition = combined("and", own)
    body = make("piecewise", link.args[1], condition)
    return make("relation", link.args[0], body, data=("=",))


def noted(known: Known, link: Term, conditions: Sequence[Term]) -> Known:
    """The knowledge in which a definition just learnt is a piece, if it has a condition."""
    name = _name(link)
    if not name:
        return known
    body = link.args[1]
    open_end = bool(conditions) and body.op == "piecewise" and len(body.args) % 2 == 0
    return replace(known, pieces={**known.pieces, name: body.args if open_end else ()})


def restricts(condition: Term) -> bool:
    """Whether a condition bounds its names: that x is a real number says nothing of its value."""
    if condition.op == "and":
        return all(restricts(part) for part in condition.args)
    if condition.op != "relation":
        return False
    inside = condition.data == ("in",) and condition.args[1].op == "interval"
    return inside or _COMPARED.issuperset(condition.data)


def open_pieces(link: Term, known: Known) -> tuple[Term, ...]:
    """The pieces of what an equation defines, while these are its definition, and none is for
    everything else."""
    name = _name(link)
    pieces = known.pieces.get(name, ())
    if not pieces:
        return ()
    left = link.args[0]
    own = known.scope.functions.get(name)
    if left.op == "call":
        body = own.body if own is not None and own.parameters == left.args else None
    else:
        body = known.scope.values.get(left)
    return pieces if body is not None and body.args == pieces else ()


def _is_elsewhere(one: Term, other: Term) -> bool:
    """Whether two conditions do not hold together, except at the end of an interval."""
    if one.op != "relation" or other.op != "relation":
        return False
    if one.args == other.args and len(one.data) == 1 and len(other.data) == 1:
        touching = {one.data[0], other.data[0]} == {"<=", ">="}
        return touching or NEGATED.get(one.data[0]) == other.data[0] or not meet(one, other)
    return not meet(one, other)


def _name(link: Term) -> str:
    """The name of the function, or of the quantity, that an equation defines."""
    if link.op != "relation" or link.data != ("=",):
        return ""
    left = link.args[0]
    if left.op == "symbol":
        return f"{left.data.name} alone"
    own = left.op == "call" and not left.data.primes and all(a.op == "symbol" for a in left.args)
    return str(left.data.function.name) if own else ""
