"""Where only one side of an equation has a value: told with a proof that it holds elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symdl.derivation.expand import expand
from symdl.derivation.facts import Facts
from symdl.document.errors import DeriveError
from symdl.evidence.algebra.demands import demands
from symdl.evidence.balls import ball, truth
from symdl.evidence.bounds.smooth import smooth_where
from symdl.evidence.claim import Claim
from symdl.evidence.evaluators import has_value
from symdl.evidence.points import Point, atoms, points
from symdl.evidence.refute import all_both_at, balls_at, batched, point_text
from symdl.evidence.verdict import Verdict
from symdl.expression.term import BINDERS, Term, operations
from symdl.expression.vocabulary import NAMES

MOST_POINTS, AT_ONCE = 40, 20
BITS = 96

Side = tuple[Term, tuple[Term, ...]]
"""A side written out, and where the derivatives in it exist."""


def told_one_sided(verdict: Verdict, claim: Claim) -> Verdict:
    """The proof of an equation, with a point at which only one side has a value if one is found.

    `claim` is the claim as written.
    """
    if verdict.kind != "proved" or claim.relation not in ("=", "equiv") or claim.right is None:
        return verdict
    if verdict.method == "exact" or claim.left.shape or claim.right.shape:
        return verdict  # the same on both sides; arrays have no values here
    if not claim.scope.defines and all(map(_is_of_any_size, (claim.left, claim.right))):
        return verdict
    try:
        left, right = (_side(side, claim) for side in (claim.left, claim.right))
        conditions = tuple(expand(c, claim.scope) for c in claim.conditions)
    except DeriveError:
        return verdict  # a proof that does without writing the sides out
    balls = _has_ball(left[0]), _has_ball(right[0])
    if not any(balls):
        return verdict
    partial = [not Facts().total(side) or bool(where) for side, where in (left, right)]
    has_value = [ball or not open_ for ball, open_ in zip(balls, partial, strict=True)]
    fails = [p and _may_fail(side) for p, side in zip(partial, (left, right), strict=True)]
    if not (has_value[0] and fails[1]) and not (has_value[1] and fails[0]):
        return verdict
    found = _point((left, right), partial, conditions)
    if found is None:
        return verdict
    at, word = found
    place = ", ".join(f"{name} = {value}" for name, value in at.items())
    return replace(
        verdict,
        message=f"{verdict.message}; at {place} only the {word} side is defined",
        evidence={**verdict.evidence, "one_sided": {"at": at, "defined": word}},
    )


def _is_of_any_size(term: Term) -> bool:
    """Whether an operation on arrays whose sizes are letters, which has no ball, is left in a term
    that is written out."""
    if not _GOING.isdisjoint(operations(term)):
        return False
    waiting, seen = [term], {term}
    while waiting:
        node = waiting.pop()
        if node.op in NAMES:
            continue
        if node.shape or not has_value(node.op):
            sizes = (size for argument in node.args for size in argument.shape or ())
            if any(isinstance(size, str) for size in sizes):
                return True
        if node.op not in BINDERS:
            waiting.extend([a for a in node.args if a not in seen])
            seen.update(node.args)
    return False


_GOING = frozenset({"piecewise", "derivative", "gradient", "at", "nth_derivative"})
"""Where these stand an array may be gone."""


def _has_ball(term: Term) -> bool:
    """Whether a term may have a value at a point: arrays and sums of any size have none."""
    waiting, seen = [term], {term}
    while waiting:
        node = waiting.pop()
        if node.op in NAMES:
            continue
        if node.op == "piecewise":
            return True  # the case in force may have one
        if node.shape or not has_value(node.op):
            return False
        if node.op not in BINDERS:
            waiting.extend(a for a in node.args if a not in seen)
            seen.update(node.args)
    return True


def _may_fail(side: Side) -> bool:
    """Whether something is asked of a side: where nothing is, it is never certainly undefined."""
    term, where = side
    waiting, seen = [term], {term}
    while waiting:
        node = waiting.pop()
        if node.op == "piecewise" or demands(node):
            return True
        if node.op not in BINDERS:
            waiting.extend([a for a in node.args if a not in seen])
            seen.update(node.args)
    return bool(where)


def _side(side: Term, claim: Claim) -> Side:
    return expand(side, claim.scope), tuple(smooth_where(side, claim))


def undefined_point(term: Term) -> dict[str, str] | None:
    """A point of the domains at which a term certainly has no value, if one is found."""
    for point in points(atoms((term,)), [term], MOST_POINTS):
        if _certainly_undefined(term, balls_at(point, BITS)):
            return point_text(point)
    return None


def _point(
    sides: tuple[Side, Side], partial: Sequence[bool], conditions: Sequence[Term]
) -> tuple[dict[str, str], str] | None:
    """The point, and which side has a value there; `partial` says which sides may have none."""
    left, right = sides
    terms = [left[0], right[0], *left[1], *right[1], *conditions]
    tried = points(atoms(terms), terms, MOST_POINTS)
    if not left[1] and not right[1]:
        tried = _not_everywhere(left[0], right[0], tried)
    for point in tried:
        values = balls_at(point, BITS)
        if any(truth(c, values, BITS) is not True for c in conditions):
            continue
        answers = [
            _has_value(side, values) if open_ else True
            for side, open_ in zip(sides, partial, strict=True)
        ]
        if answers in ([True, False], [False, True]):
            return point_text(point), "left" if answers[0] else "right"
    return None


def _not_everywhere(left: Term, right: Term, tried: Iterable[Point]) -> Iterator[Point]:
    """The points but for those at which both sides certainly have a value."""
    for some in batched(tried, AT_ONCE):
        sides = all_both_at(left, right, (), some, BITS)
        yield from (point for point, both in zip(some, sides, strict=True) if both is None)


def _has_value(side: Side, values: Mapping[Term, Any]) -> bool | None:
    """Whether a side certainly has a value, or certainly has none; None if that is not known."""
    term, where = side
    smooth = [truth(condition, values, BITS) for condition in where]
    if False in smooth:
        return False
    if ball(term, values, BITS).is_finite():
        return True if all(smooth) else None
    return False if _certainly_undefined(term, values) else None


def _certainly_undefined(root: Term, values: Mapping[Term, Any]) -> bool:
    """Whether some part that counts breaks the demands of its row, or no case applies."""
    waiting, seen = [root], {root}
    while waiting:
        node = waiting.pop()
        if any(truth(condition, values, BITS) is False for condition in demands(node)):
            return True
        parts: Sequence[Term] | None = node.args if node.op not in BINDERS else ()
        if node.op == "piecewise":
            parts = _in_force(node, values)
            if parts is None:
                return True
        for part in parts or ():
            if part not in seen:
                seen.add(part)
                waiting.append(part)
    return False


def _in_force(node: Term, values: Mapping[Term, Any]) -> Sequence[Term] | None:
    """The value of the case that certainly applies; () if unknown, None if there is none."""
    for value, condition in zip(node.args[::2], node.args[1::2], strict=False):
        holds = truth(condition, values, BITS)
        if holds is None:
            return ()
        if holds:
            return (value,)
    return node.args[-1:] if len(node.args) % 2 else None
