"""Where a proof says nothing: parts of a declared domain on which one side has no value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symdl.evidence.balls import ball, truth
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import ORDER, is_declared
from symdl.evidence.points import Point, atoms, domain_of, fine_points, points
from symdl.evidence.refute import balls_at, decimal, point_text
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.expression.domain import NATURAL
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, postorder

POINTS = 24
COUNTS = frozenset(name for name, row in TABLE.items() if set(row.domain) == {NATURAL})
"""Beyond the natural numbers these are a matter of convention, and nobody means that."""
NEAR = Fraction(1, 7_919)
"""How far the points around a point are from it."""
BITS = (128, 1_024)
"""A value that exists neither at the low nor at the high precision is taken not to exist."""


def as_declared(claim: Claim, verdict: Verdict) -> Verdict:
    """A proof where both sides are defined, refuted as stated if a domain that was declared, or
    stated with the claim, has points around which only one side is: `\\log x^2 = 2 \\log x` for a
    real x != 0, `\\log x < 0` for x < 1.

    Single points and lines (`x/x = 1` at 0, `1/(x - y)` at x = y) do not count, nor do domains
    that nobody said.
    """
    where = verdict.evidence.get("defined_where")
    ordered = claim.relation in ORDER
    if verdict.kind != "proved" or not (where or ordered) or claim.right is None:
        return verdict
    if any(node.op in COUNTS for side in (claim.left, claim.right) for node in postorder(side)):
        return verdict
    wanted = atoms((claim.left, claim.right, *claim.conditions))
    if not all(_declared(atom, claim) for atom in wanted):
        return verdict
    # uneven fractions first: they seldom hit the single points at which a side is undefined
    fine = _one_sided(claim, fine_points(wanted, POINTS))
    found = next((point for point in fine if _is_broad(claim, point)), None)
    if found is None:
        return verdict
    plain = _one_sided(claim, points(wanted, [claim.left, claim.right], POINTS))
    point = next((point for point in plain if _is_broad(claim, point)), found)
    shown = _shown(claim, point)
    place = ", ".join(f"{name} = {value}" for name, value in shown.at.items())
    only = "right" if shown.left == "undefined" else "left"
    held = " and ".join(where[:4]) if where else "both sides are defined"
    how = "" if held.startswith("outside") else "for " if where else "where "
    return replace(
        verdict,
        kind="refuted-as-stated",
        message=f"holds {how}{held}, but not for all values said: "
        f"at {place} only the {only} side is defined",
        counterexample=shown,
        evidence={**verdict.evidence, "hypotheses": held},
    )


def _declared(atom: Term, claim: Claim) -> bool:
    if any(atom in atoms((condition,)) for condition in claim.conditions):
        return True
    base = atom.args[0] if atom.op in ("entry", "label", "prime") else atom
    return base.op == "symbol" and is_declared(base, claim.scope)


def _one_sided(claim: Claim, tried: Iterator[Point]) -> Iterator[Point]:
    """The points that meet the conditions and at which just one side is defined."""
    for point in tried:
        at = balls_at(point, BITS[0])
        if any(truth(condition, at, BITS[0]) is not True for condition in claim.conditions):
            continue
        texts = _texts(claim, point)
        if None not in texts and texts.count("undefined") == 1:
            yield point


def _is_broad(claim: Claim, point: Point) -> bool:
    """Whether the same side is undefined around a point too, and not just on a line through it."""
    missing = [text == "undefined" for text in _texts(claim, point)]
    return all(
        [text == "undefined" for text in _texts(claim, near)] == missing for near in _around(point)
    )


def _around(point: Point) -> Iterator[Point]:
    """Points close by, in a direction that is parallel to nothing written; integers stay."""
    for direction in (1, -1):
        near = {}
        for place, (atom, value) in enumerate(point.items()):
            moved = value + direction * NEAR * (place + 1) ** 2
            near[atom] = moved if domain_of(atom).contains(moved) else value
        yield near


def _shown(claim: Claim, point: Point) -> Counterexample:
    left, right = _texts(claim, point)
    return Counterexample(point_text(point), str(left), str(right))


def _texts(claim: Claim, point: Point) -> list[str | None]:
    assert claim.right is not None
    return [_value(side, point) for side in (claim.left, claim.right)]


def _value(side: Term, point: Point) -> str | None:
    """The value as text, `undefined`, or None if it is not known."""
    for bits in BITS:
        value = ball(side, balls_at(point, bits), bits)
        if value.is_finite():
            return decimal(value, 12)
        if not value.is_nan():
            return None
    return "undefined"
