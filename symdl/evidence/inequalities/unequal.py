"""That two functions of one variable are never equal, or are somewhere."""

from __future__ import annotations

from fractions import Fraction

from symdl.evidence.balls import ball, exactly, precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.boxes import sign_at
from symdl.evidence.bounds.everywhere import (
    POSITIVE,
    Fails,
    Holds,
    Open,
    always,
    components,
)
from symdl.evidence.bounds.kinks import simplest
from symdl.evidence.inequalities.question import (
    METHOD,
    Question,
    broken,
    counterexample_of,
    linear_only,
    proof_of,
)
from symdl.evidence.points import candidates
from symdl.evidence.refute import decimal
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term, make


def never_equal(asked: Question, variable: Term) -> Verdict:
    """Each connected part of the domain has its own sign."""
    domain = asked.domains[variable]
    pieces: list[str] = []
    gap = asked.gap
    if domain.integer:
        return _settled_by_order(asked, variable)
    for low, high in components(domain):
        part = _part(domain, low, high)
        sample = next((p for p in candidates(part) if sign_at(gap, variable, p)), None)
        if sample is None:
            return _equal_somewhere(asked, variable)
        side = gap if sign_at(gap, variable, sample) == 1 else make("neg", gap)
        answer = always(side, variable, part, POSITIVE)
        if isinstance(answer, Open):
            return undecided(answer.reason, METHOD)
        if isinstance(answer, Fails):
            return _crossing(asked, variable, sample, answer.point)
        pieces.extend(answer.pieces)
    return proved(
        METHOD, f"the sides differ for every {plain(variable)} of its domain", pieces=pieces
    )


def _part(domain: Domain, low: Fraction | None, high: Fraction | None) -> Domain:
    return Domain(
        low,
        high,
        low is not None and not domain.contains(low),
        high is not None and not domain.contains(high),
    )


def _settled_by_order(asked: Question, variable: Term) -> Verdict:
    for relation in ("<", ">"):
        strict = Question(asked.left, relation, asked.right, asked.domains, asked.conditions)
        answer = always(strict.gap, variable, asked.domains[variable], POSITIVE)
        if isinstance(answer, Holds):
            return proof_of(variable, answer)
    return _equal_somewhere(asked, variable)


def _equal_somewhere(asked: Question, variable: Term) -> Verdict:
    for place in candidates(asked.domains[variable]):
        shown = counterexample_of(asked, {variable: place})
        if shown is not None:
            return broken(shown)
    return undecided("neither side is always the larger", METHOD)


def _crossing(asked: Question, variable: Term, first: Fraction, second: Fraction) -> Verdict:
    """Opposite signs at two points of a connected domain: equality in between if continuous."""
    exact = counterexample_of(asked, {variable: second})
    if exact is not None:
        return broken(exact)
    gap = asked.gap
    low, high = sorted((first, second))
    with precision(enclosure.BITS):
        continuous = enclosure.is_continuous(enclosure.program(gap, variable), low, high)
    if asked.conditions and not linear_only(asked, variable):
        return undecided("the sign changes, but the conditions are not intervals", METHOD)
    if not continuous:
        return undecided(f"the sign changes between {low} and {high}, perhaps by a jump", METHOD)
    low, high = bisect(gap, variable, low, high)
    middle = simplest(low, high)
    exact = counterexample_of(asked, {variable: middle})
    if exact is not None:
        return broken(exact)
    middle = (low + high) / 2
    common = _enclosed(asked.right, variable, middle)
    name = plain(variable)
    where = f"{_decimals(low)} < {name} < {_decimals(high)}"
    return refuted(
        METHOD,
        f"the sides are equal at a point with {where}: the difference is continuous and "
        "changes its sign there",
        Counterexample({name: _decimals(middle)}, common, common),
        zero=[str(low), str(high)],
    )


def bisect(gap: Term, variable: Term, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """A short interval at whose ends the gap certainly has opposite signs (or is 0 at one)."""
    start = sign_at(gap, variable, low)
    while high - low > SHORT:
        middle = (low + high) / 2
        sign = sign_at(gap, variable, middle)
        if sign is None:
            break
        if sign == 0:
            return middle, middle
        low, high = (middle, high) if sign == start else (low, middle)
    return low, high


SHORT = Fraction(1, 2**46)


def _enclosed(side: Term, variable: Term, point: Fraction) -> str:
    with precision(128):
        return decimal(ball(side, {variable: exactly(point)}), 10)


def _decimals(value: Fraction) -> str:
    with precision(128):
        return decimal(exactly(value), 17)
