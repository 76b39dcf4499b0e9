r"""Angles at which a strict claim about waves is no longer strict: `|\sin x| < 1` at pi/2.

No fraction is such a point, so none is found by trying numbers. At multiples of pi/12 the normal
form knows sine and cosine exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symdl.evidence import witness
from symdl.evidence.equality import judge_equality
from symdl.expression.domain import Domain
from symdl.expression.operators import WAVES
from symdl.expression.term import Term, constant, number, postorder, replace

TWELFTHS = (6, -6, 12, -12, 3, -3, 4, -4, 2, -2, 8, -8, 9, -9, 10, -10, 18, -18, 24, -24)
"""Multiples of pi/12 in the order in which they are tried: simple angles first."""


def equal_at_angle(
    sides: tuple[Term, Term], variable: Term, domain: Domain, conditions: tuple[Term, ...]
) -> Term | None:
    """An angle of the domain that meets the conditions, where the sides are equal; None if none."""
    if not any(n.op in WAVES for side in sides for n in postorder(side)) or domain.integer:
        return None
    for angle in _angles(domain):
        table = {variable: angle}
        if not all(_holds(replace(c, table)) for c in conditions):
            continue
        left, right = (replace(side, table) for side in sides)
        if judge_equality(left, right).kind == "proved":
            return angle
    return None


def _angles(domain: Domain) -> Iterator[Term]:
    for twelfths in TWELFTHS:
        turns = Fraction(abs(twelfths), 12)
        size = constant("pi") if turns.numerator == 1 else turns.numerator * constant("pi")
        size = size if turns.denominator == 1 else size / turns.denominator
        angle = size if twelfths > 0 else -size
        ends = ((domain.lower, ">"), (domain.upper, "<"))
        if all(end is None or _is(angle, way, number(end)) for end, way in ends):
            yield angle


def _holds(condition: Term) -> bool:
    """Whether a relation of numbers certainly holds."""
    if condition.op != "relation" or len(condition.data) != 1 or len(condition.args) != 2:
        return False
    return _is(condition.args[0], condition.data[0], condition.args[1])


def _is(left: Term, relation: str, right: Term) -> bool:
    allowed = witness.ALLOWED.get(relation)
    return allowed is not None and witness.difference_sign(left, right, {}) in allowed
