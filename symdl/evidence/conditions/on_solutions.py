r"""Claims at the points where a condition holds: `f(x) = 0 \iff x = 0`, and about sets of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symdl.evidence.balls import ball, precision, truth
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import (
    domain_under,
    hides_power,
    is_interval,
    variables,
)
from symdl.evidence.conditions.solution_sets import judge_solution_set
from symdl.evidence.conditions.solutions import (
    BITS,
    METHOD,
    Solutions,
    Spot,
    Stretch,
    compare,
    is_near,
    solutions,
)
from symdl.evidence.equality import judge_equality
from symdl.evidence.inequalities import order
from symdl.evidence.inequalities.question import question
from symdl.evidence.kinds import EQUAL
from symdl.evidence.refute import balls_at, decimal
from symdl.evidence.rounding import printed
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.relations import COMPARING
from symdl.expression.term import Term, free_symbols, make, number, replace, symbol

MOST_DIGITS = 12


def judge_on_solutions(claim: Claim) -> Verdict | None:
    """The verdict on a claim under a condition that is no interval, or about a set of points;
    None if it is neither, or has several variables."""
    if claim.right is None:
        return None
    about_set = judge_solution_set(claim)
    if about_set is not None:
        return about_set
    found = _condition(claim)
    if found is None:
        return None
    condition, variable, domain = found
    known = solutions(condition, variable, domain)
    if known is None:
        return None
    if not known.spots and not known.stretches:
        return undecided("no point meets the conditions", METHOD)
    return _judged(claim, variable, known)


def _condition(claim: Claim) -> tuple[Term, Term, Domain] | None:
    """The only condition that is no interval, its variable and the domain the others leave."""
    if not claim.conditions:
        return None
    assert claim.right is not None
    free = variables((claim.left, claim.right, *claim.conditions))
    if len(free) != 1 or free[0].op != "symbol" or free[0].data.domain.integer:
        return None
    variable = free[0]
    open_ = [c for c in claim.conditions if not _narrows(c, variable)]
    if len(open_) != 1 or open_[0].op != "relation" or len(open_[0].args) != 2:
        return None
    rest = [c for c in claim.conditions if c is not open_[0]]
    return open_[0], variable, domain_under(variable, rest)


def _narrows(condition: Term, variable: Term) -> bool:
    """Whether a domain can say all of a condition: an interval, or a number that is left out."""
    if condition.op == "relation" and condition.data == ("!=",):
        free = symbol(variable.data.name)
        return domain_under(free, (replace(condition, {variable: free}),)) != Domain()
    return is_interval(condition, variable)


# --- at each point --------------------------------------------------------------------------


def _judged(claim: Claim, variable: Term, known: Solutions) -> Verdict | None:
    kinds: list[str] = []
    for spot in known.spots:
        answer = _at_spot(claim, variable, spot)
        if isinstance(answer, Verdict):
            return answer
        kinds.append(answer)
    for stretch in known.stretches:
        answer = _on_stretch(claim, variable, stretch)
        if isinstance(answer, Verdict):
            return answer
        kinds.append(answer)
    if not all(kinds):
        return None
    where = f"the conditions hold for {plain(variable)} in {known.text()} only"
    evidence = {"where": known.text(), "spots": [[str(s.low), str(s.high)] for s in known.spots]}
    if "rounded" in kinds:
        return Verdict("rounded", METHOD, f"{where}: correct to the digits", evidence=evidence)
    return proved(METHOD, f"{where}, and it holds there", **evidence)


def _at_spot(claim: Claim, variable: Term, spot: Spot) -> str | Verdict:
    """The words proved or rounded, nothing if it is not known, or a refutation."""
    assert claim.right is not None
    if claim.relation == "approx":
        return _rounded(claim, variable, spot)
    if claim.relation == "in" and claim.right.op == "set":
        return _among(claim, variable, spot, claim.right.args)
    if spot.exact is not None:
        table = {variable: spot.exact}
        if hides_power((claim.left, claim.right), table):
            return ""
        left, right = replace(claim.left, table), replace(claim.right, table)
        kind = _closed(left, claim.relation, right)
        if kind == "refuted":
            return _refutation(claim, variable, spot)
        return kind if kind == "proved" else ""
    return _enclosed(claim, variable, spot)


def _closed(left: Term, relation: str, right: Term) -> str:
    if relation in EQUAL:
        return judge_equality(left, right).kind
    if relation in COMPARING:
        return order.settle(question(left, relation, right)).kind
    if relation == "in":
        held = truth(make("relation", left, right, data=("in",)), {}, BITS)
        return "undecided" if held is None else "proved" if held else "refuted"
    return "undecided"


def _enclosed(claim: Claim, variable: Term, spot: Spot) -> str | Verdict:
    """A point of which only an enclosure is known decides what its ball decides."""
    assert claim.right is not None
    if claim.relation in EQUAL and claim.left is variable and not free_symbols(claim.right):
        return "" if compare(spot, claim.right) is None else _refutation(claim, variable, spot)
    relation = "=" if claim.relation in EQUAL else claim.relation
    written = make("relation", claim.left, claim.right, data=(relation,))
    with precision(BITS):
        held = truth(written, {variable: spot.ball}, BITS)
    if held is None:
        return ""
    return "proved" if held else _refutation(claim, variable, spot)


def _refutation(claim: Claim, variable: Term, spot: Spot) -> Verdict:
    assert claim.right is not None
    place = spot.text()
    values = []
    for side in (claim.left, claim.right):
        if side.op == "set" or side.op == "interval":
            values.append(plain(side))
            continue
        with precision(BITS):
            at = {variable: spot.ball if spot.exact is None else ball(spot.exact, {}, BITS)}
            values.append(decimal(ball(side, at, BITS), 12, bits=BITS))
    message = f"the conditions hold at {plain(variable)} = {place}, where it does not"
    shown = Counterexample({plain(variable): _written(spot)}, values[0], values[1])
    return refuted(METHOD, message, shown, spot=[str(spot.low), str(spot.high)])


def _written(spot: Spot) -> str:
    """A point in a counterexample: exact, or marked as near."""
    if spot.low == spot.high:
        return str(spot.low)
    return spot.text() if spot.exact is not None else f"≈ {spot.text()}"


def _rounded(claim: Claim, variable: Term, spot: Spot) -> str | Verdict:
    assert claim.right is not None
    digits = printed(claim.right)
    if digits is None or claim.left is not variable:
        return ""
    near = is_near(spot, digits)
    if near is None:
        return ""
    return "rounded" if near else _refutation(claim, variable, spot)


def _among(claim: Claim, variable: Term, spot: Spot, elements: Sequence[Term]) -> str | Verdict:
    if claim.left is not variable or any(free_symbols(e) for e in elements):
        return ""
    signs = [compare(spot, e) for e in elements]
    if 0 in signs:
        return "proved"
    return "" if None in signs else _refutation(claim, variable, spot)


# --- on a stretch ---------------------------------------------------------------------------


def _on_stretch(claim: Claim, variable: Term, stretch: Stretch) -> str | Verdict:
    """The word proved, nothing if it is not known, or a refutation at a point of the stretch."""
    assert claim.right is not None
    by_ends = _by_ends(claim, variable, stretch)
    if by_ends:
        return "proved"
    for look in (_broken, _broken_at_end):
        broken = look(claim, variable, stretch)
        if broken is not None:
            return broken
    if claim.relation not in COMPARING:
        return ""
    domain = _outer(stretch)
    place = symbol(variable.data.name, domain=domain)
    table = {variable: place}
    asked = question(replace(claim.left, table), claim.relation, replace(claim.right, table))
    return "proved" if order.settle(asked).kind == "proved" else ""


def _outer(stretch: Stretch) -> Domain:
    """The stretch with rational ends, enlarged where an end is only enclosed."""
    low, high = stretch.low, stretch.high
    ends = None if low is None else low.low, None if high is None else high.high
    sharp = [s is None or s.low == s.high for s in (low, high)]
    opens = sharp[0] and not stretch.low_closed, sharp[1] and not stretch.high_closed
    return Domain(ends[0], ends[1], opens[0], opens[1])


def _by_ends(claim: Claim, variable: Term, stretch: Stretch) -> bool:
    """`x > c` on a stretch whose lower end is c or above it."""
    assert claim.right is not None
    sides, relation = (claim.left, claim.right), claim.relation
    if sides[1] is variable:
        sides = sides[::-1]
        relation = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(relation, "")
    if sides[0] is not variable or free_symbols(sides[1]):
        return False
    lower = relation in (">", ">=")
    if not lower and relation not in ("<", "<="):
        return False
    end, closed = (
        (stretch.low, stretch.low_closed) if lower else (stretch.high, stretch.high_closed)
    )
    sign = None if end is None else compare(end, sides[1])
    if sign is None:
        return False
    return sign == (1 if lower else -1) or (sign == 0 and ("=" in relation or not closed))


def _broken(claim: Claim, variable: Term, stretch: Stretch) -> Verdict | None:
    """A rational point of the stretch at which the claim certainly fails."""
    assert claim.right is not None
    relation = "=" if claim.relation in EQUAL else claim.relation
    written = make("relation", claim.left, claim.right, data=(relation,))
    for point in _points(stretch):
        at = balls_at({variable: point}, BITS)
        if all(truth(c, at, BITS) is True for c in claim.conditions):
            with precision(BITS):
                held = truth(written, at, BITS)
            if held is False:
                return _refutation(claim, variable, Spot(point, point, number(point)))
    return None


def _broken_at_end(claim: Claim, variable: Term, stretch: Stretch) -> Verdict | None:
    """An end that belongs to the stretch, at which the claim certainly fails."""
    for end, closed in ((stretch.low, stretch.low_closed), (stretch.high, stretch.high_closed)):
        found = _at_spot(claim, variable, end) if end is not None and closed else ""
        if isinstance(found, Verdict):
            return found
    return None


def _points(stretch: Stretch) -> list[Fraction]:
    found = [stretch.sample]
    for end, side in ((stretch.low, 1), (stretch.high, -1)):
        if end is None:
            found.append(stretch.sample - side * 10)
        else:
            edge = end.high if side > 0 else end.low
            found += [edge + (stretch.sample - edge) * Fraction(1, n) for n in (2, 16, 1024)]
    return list(dict.fromkeys(_simple(point, stretch) for point in found))


def _simple(point: Fraction, stretch: Stretch) -> Fraction:
    """A short number in the stretch near a point of it, which is what a person wants to read."""
    low = None if stretch.low is None else stretch.low.high
    high = None if stretch.high is None else stretch.high.low
    for digits in range(MOST_DIGITS):
        near = point.limit_denominator(10**digits)
        if (low is None or low < near) and (high is None or near < high):
            return near
    return point
