r"""What is asked of a limit: its variable, its point, the sides that count, the value claimed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symdl.evidence.asymptotics.constants import Exact, rational
from symdl.evidence.asymptotics.expansion import Place, exact_constant
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.expression.domain import Domain
from symdl.expression.term import Term


@dataclass(frozen=True, slots=True)
class Question:
    """The limit of body as variable goes to point from the sides given, and its claimed value."""

    variable: Term
    point: Term
    sides: str
    body: Term
    value: Term
    conditions: tuple[Term, ...] = ()


def question_of(claim: Claim) -> Question | None:
    """What a claim about a limit asks; None if it is not of a form that is read."""
    if claim.right is None:
        return None
    if claim.relation == "->":
        return _arrow(claim)
    if claim.relation not in ("=", "equiv", "!="):
        return None
    for side, other in ((claim.left, claim.right), (claim.right, claim.left)):
        if side.op == "limit" and other.op != "limit":
            variable, point, body = side.args
            return Question(variable, point, side.data, body, other, claim.conditions)
    return None


def _arrow(claim: Claim) -> Question | None:
    r"""`f(x) \to 0` with the condition `x \to \infty`."""
    arrow = next(arrows(claim), None)
    if arrow is None or claim.right is None:
        return None
    variable, point, sides = approach(arrow)
    if variable.op != "symbol":
        return None
    others = tuple(c for c in claim.conditions if c is not arrow)
    return Question(variable, point, sides, claim.left, claim.right, others)


def arrows(claim: Claim) -> Iterator[Term]:
    r"""The conditions of a claim that say where a variable goes: `x \to \infty`."""
    return (c for c in claim.conditions if c.op == "relation" and c.data == ("->",))


def approach(arrow: Term) -> tuple[Term, Term, str]:
    r"""The variable of `x \to 0`, the point and the sides: both infinities of `|x| \to \infty`."""
    variable, point = arrow.args
    return (variable.args[0], point, "pm") if variable.op == "abs" else (variable, point, "")


LEFT, RIGHT = "from the left", "from the right"


def places_of(asked: Question) -> dict[str, Place]:
    """The directions that count, by name."""
    sign = infinite_sign(asked.point)
    if sign and asked.sides == "pm":
        return {
            "towards minus infinity": Place(None, -1),
            "towards infinity": Place(None, 1),
        }
    if sign:
        return {f"towards {'' if sign > 0 else 'minus '}infinity": Place(None, sign)}
    at = exact_constant(asked.point, {})
    if at is None:
        return {}
    sides = {"-": (-1,), "+": (1,)}.get(asked.sides, (-1, 1))
    names = {-1: LEFT, 1: RIGHT}
    domain: Domain = asked.variable.data.domain
    inside = [side for side in sides if _has_side(domain, at, side)]
    return {names[side]: Place(at, side) for side in inside or sides}


def _has_side(domain: Domain, point: Exact, side: int) -> bool:
    """Whether the domain has points beside the point, on that side."""
    end = domain.lower if side < 0 else domain.upper
    if end is None:
        return True
    gap = (point - rational(end)).sign()
    return gap is None or gap * side < 0
