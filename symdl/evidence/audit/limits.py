"""A limit said to be found: values ever nearer to the point, that must not settle elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from symdl.document.errors import InternalError
from symdl.evidence.balls import Ball, ball, exactly, precision, truth
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.exact import exact
from symdl.evidence.points import atoms, domain_of, fine_points, points
from symdl.evidence.refute import balls_at
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, number, replace

FARTHEST = 14
NEAREST = 9
"""2^(2^k) is as far as a limit at infinity is followed, 2^-(2^k) as near to a point."""
BITS = 640
SETTLED = Fraction(1, 10**9)
FAST = Fraction(1, 10**6)
PARAMETERS = 4


def audit_limit(claim: Claim) -> int:
    """At how many points the body of a limit was looked at.

    Values that have settled (to nine digits, while the distance is squared again and again) at
    another number than the limit are a contradiction: InternalError. Slow limits never settle.
    """
    found = _limit(claim)
    if found is None:
        return 0
    variable, point, sides, body, value = found
    stated = [c for c in claim.conditions if variable not in free_symbols(c)]
    free = [atom for atom in atoms((body, value, point, *stated)) if atom is not variable]
    looked = 0
    for table in _parameters(free, [body, value, *stated]):
        at, limit, there, *given = (replace(term, table) for term in (point, value, body, *stated))
        if any(truth(condition, {}, BITS) is not True for condition in given):
            continue
        for path in _paths(variable, at, sides):
            looked += _follow(there, variable, path, limit)
    return looked


def _limit(claim: Claim) -> tuple[Term, Term, str, Term, Term] | None:
    if claim.right is None:
        return None
    for side, other in ((claim.left, claim.right), (claim.right, claim.left)):
        if side.op == "limit" and other.op != "limit":
            variable, point, body = side.args
            return variable, point, side.data, body, other
    for condition in claim.conditions:
        if condition.op == "relation" and condition.data == ("->",):
            variable, point = condition.args
            if variable.op == "abs":
                return variable.args[0], point, "pm", claim.left, claim.right
            return variable, point, "", claim.left, claim.right
    return None


def _parameters(free: list[Term], terms: list[Term]) -> Iterator[dict[Term, Term]]:
    if not free:
        yield {}
        return
    tried = (*points(free, terms, PARAMETERS // 2), *fine_points(free, PARAMETERS // 2))
    yield from ({atom: number(v) for atom, v in point.items()} for point in tried)


def _paths(variable: Term, point: Term, sides: str) -> Iterator[list[Fraction]]:
    """Values of the variable ever nearer to the point, from each side that counts."""
    sign = infinite_sign(point)
    domain = domain_of(variable)
    if sign:
        for end in (sign, -sign) if sides == "pm" else (sign,):
            path = [end * Fraction(2) ** 2**k for k in range(1, FARTHEST)]
            yield [v for v in path if domain.contains(v)]
        return
    at = exact(point)
    if at is None:
        return
    for side in {"+": (1,), "-": (-1,)}.get(sides, (1, -1)):
        path = [at + side * Fraction(1, 2 ** (2**k)) for k in range(1, NEAREST)]
        yield [v for v in path if domain.contains(v)]


def _follow(body: Term, variable: Term, path: Sequence[Fraction], limit: Term) -> int:
    with precision(BITS):
        known = ((x, ball(body, balls_at({variable: x}, BITS), BITS)) for x in path)
        seen = [(x, value) for x, value in known if value.is_finite()]
    if len(seen) >= 4 and _settled([value for _, value in seen[-3:]], limit):
        x, value = seen[-1]
        raise InternalError(
            f"a proof fails its audit: for {plain(variable)} beyond {float_text(x)} the values "
            f"settle at {value.str(12)}, not at {plain(limit)}"
        )
    return len(seen)


def float_text(x: Fraction) -> str:
    """About how large a number is, for people."""
    with precision(53):
        return str(exactly(x).str(6, radius=False))


def _settled(values: list[Ball], limit: Term) -> bool:
    """Whether the last values certainly agree, in nine digits of their distance, on another
    number than the limit; where that is infinite, on any, or shrink very fast."""
    with precision(BITS):
        target = exactly(0) if infinite_sign(limit) else ball(limit, {}, BITS)
        if not target.is_finite():
            return False
        gaps = [abs(value - target) for value in values]
        if infinite_sign(limit) and all(bool(b < a * exactly(FAST)) for a, b in pairwise(gaps)):
            return True
        small = gaps[-1] * exactly(SETTLED)
        moved = [abs(a - gaps[-1]) for a in gaps[:-1]]
        return bool(gaps[-1] > exactly(SETTLED)) and all(bool(m < small) for m in moved)
