"""Expression \\approx expression: never a bare yes, but a certified bound or a refutation.

The rule for calling an approximation refuted, stated for all values of its symbols: at an
ordinary point (each symbol one of 1/2, 1, 2, -1/2, -1, -2, or plain values inside its domain)
the sides differ by more than 10 % of the larger of them there, and by more than 5 % of
the mean size of the sides over the ordinary points. Small tails may differ by a large factor;
the second half keeps them from refuting an approximation that is good where it matters.

An error with a certified bound for all values that is at most 10 % of the size both sides reach
(looked at up to 1000) is no refutation if it goes to 0 where the sides grow: softplus and ReLU
differ by at most log 2, and by nothing far out. But x + 1 is no approximation of x.

Where the claim states no range and the ratio of the sides goes to 1 as a symbol goes to 0
(`\\sin x \\approx x`), it is an approximation near 0, and not refuted far from there; one with
fitted decimals (`x \\sigma(1.702 x)`) is meant everywhere, unless it is a polynomial.
Otherwise the verdict is approximate, with a certified bound on the absolute difference where
one is found for all values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product
from math import floor, log10

from symdl.evidence.asymptotics.constants import ZERO, rational
from symdl.evidence.asymptotics.expansion import Place, limit
from symdl.evidence.balls import Ball, ball, exactly, precision, truth
from symdl.evidence.conditions.hypotheses import domain_under, stated_range
from symdl.evidence.equality import judge_equality
from symdl.evidence.error import error_bound
from symdl.evidence.inequalities.order import settle
from symdl.evidence.inequalities.question import question
from symdl.evidence.points import Point, atoms, candidates, consistent, domain_of
from symdl.evidence.refute import Separation, balls_at, both_at, counterexample
from symdl.evidence.verdict import Verdict, refuted, undecided
from symdl.evidence.work import allowance
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, number, postorder
from symdl.expression.term import replace as replace_terms

RELATIVE = Fraction(1, 10)
OF_SCALE = Fraction(1, 20)
ORDINARY = tuple(Fraction(v) for v in ("1", "-1", "1/2", "-1/2", "2", "-2"))
BITS = 128
SMALLEST = Fraction(1, 10**12)
"""An error in a value that is none."""
LARGEST = 1e200
FAR = tuple(map(Fraction, (1_000, -1_000)))
"""How far a function is followed to see how large it becomes."""
METHOD = "enclosure"
Sample = tuple[Point, Ball, Ball]


def judge_approximation(left: Term, right: Term, conditions: Sequence[Term] = ()) -> Verdict:
    """The verdict on left ≈ right for closed scalar terms, by the rule of this module."""
    samples = _samples(left, right, conditions)
    if not samples:
        why = "no ordinary point at which both sides are defined and known precisely enough"
        return undecided(why, METHOD)
    apart = _far_apart(samples)
    if apart is not None:
        stated = any(stated_range(atom, conditions) for atom in atoms((left, right)))
        fitted = _is_fitted(left, right)
        near = None if stated or fitted else _near_zero(left, right)
        if near is not None:
            name = plain(near)
            message = (
                f"holds near {name} = 0 (the ratio of the sides goes to 1); no range is stated"
            )
            return undecided(message, METHOD, near=f"{name} = 0")
        uniform = None if fitted else error_bound(left, right, conditions)
        if uniform is not None and _is_small(uniform, left, right, conditions):
            return uniform
        found = Separation(apart[0], apart[1], apart[2], BITS)
        shown = counterexample(found, left, right)
        message = f"the sides differ by more than 10 %: left is {shown.left}, right {shown.right}"
        return refuted("sampling", message, shown, rule="10 % at an ordinary point")
    equal = judge_equality(left, right, conditions)
    if equal.kind == "proved":
        return replace(equal, message=f"even equal: {equal.message}")
    bound = error_bound(left, right, conditions)
    return _bounded(left, right, conditions, samples) if bound is None else bound


def _is_small(uniform: Verdict, left: Term, right: Term, conditions: Sequence[Term]) -> bool:
    """Whether a certified bound is at most 10 % of the size that both sides certainly reach."""
    (variable,) = atoms((left, right))
    domain = domain_under(variable, conditions)
    if not _closes(left, right, variable, domain):
        return False
    reached = exactly(0)
    for value in (*candidates(domain), *filter(domain.contains, FAR)):
        both = both_at(left, right, conditions, {variable: value}, BITS)
        if both is not None:
            with precision(BITS):
                reached = reached.max(abs(both[0]).min(abs(both[1])))
    with precision(BITS):
        return bool(reached * exactly(RELATIVE) >= exactly(Fraction(uniform.evidence["bound"])))


def _closes(left: Term, right: Term, variable: Term, domain: Domain) -> bool:
    """Whether the sides come together at each end at which one of them grows without bound."""
    with allowance():
        for end, side in ((domain.lower, -1), (domain.upper, 1)):
            place = Place(None, side) if end is None else Place(rational(end), -side)
            sizes = [limit(term, variable, place) for term in (left, right)]
            if all(size is not None and not size.infinite for size in sizes):
                continue
            gap = limit(left - right, variable, place)
            if gap is None or gap.value is None or not gap.value.is_zero:
                return False
    return True


def _samples(left: Term, right: Term, conditions: Sequence[Term]) -> list[Sample]:
    """Ordinary points with the value of both sides there."""
    wanted = atoms((left, right))
    choices = [_ordinary(domain_under(atom, conditions)) for atom in wanted]
    found = []
    for values in islice(product(*choices), 64):
        point = consistent(dict(zip(wanted, values, strict=True)))
        at = balls_at(point, BITS)
        if any(truth(condition, at, BITS) is not True for condition in conditions):
            continue
        a, b = ball(left, at, BITS), ball(right, at, BITS)
        if a.is_finite() and b.is_finite() and _is_sharp(a, b):
            found.append((point, a, b))
    return found


def _is_sharp(a: Ball, b: Ball) -> bool:
    """Whether two values are known well enough to say how far they are apart."""
    with precision(BITS):
        unknown, size = a.rad() + b.rad(), abs(a.mid()).max(abs(b.mid()))
        return bool(unknown <= size * exactly(RELATIVE / 100) or unknown <= exactly(SMALLEST))


FITTED = 3
"""Decimals from which on a number was fitted."""
_POLYNOMIAL = frozenset({"add", "mul", "neg", "div", "pow", "number", "symbol"})


def _is_fitted(left: Term, right: Term) -> bool:
    """Whether a side that is no polynomial has a number with so many decimals."""
    for side in (left, right):
        nodes = list(postorder(side))
        decimals = (n.data.places or 0 for n in nodes if n.op == "number")
        if max(decimals, default=0) >= FITTED and not _POLYNOMIAL.issuperset(n.op for n in nodes):
            return True
    return False


def _near_zero(left: Term, right: Term) -> Term | None:
    """A symbol with which the ratio of the sides goes to 1 as it goes to 0, the others fixed."""
    return next((s for s in atoms((left, right)) if _agree_at_zero(left / right, s)), None)


def _agree_at_zero(ratio: Term, variable: Term) -> bool:
    domain = domain_of(variable)
    sides = [side for side in (-1, 1) if not domain.integer and _reaches_zero(domain, side)]
    others = [atom for atom in atoms((ratio,)) if atom is not variable]
    tried = [_ordinary(domain_of(atom)) for atom in others]
    if not all(tried):
        return False
    tables = [
        {a: number(values[k % len(values)]) for a, values in zip(others, tried, strict=True)}
        for k in range(2 if others else 1)
    ]
    with allowance():
        limits = [
            limit(replace_terms(ratio, table), variable, Place(ZERO, side))
            for table in tables
            for side in sides
        ]
    return bool(limits) and all(
        found is not None and found.value is not None and found.value.rational == 1
        for found in limits
    )


def _reaches_zero(domain: Domain, side: int) -> bool:
    """Whether a domain has points arbitrarily close to 0 on a side of it."""
    if side > 0:
        return (domain.upper is None or domain.upper > 0) and (
            domain.lower is None or domain.lower <= 0
        )
    return (domain.lower is None or domain.lower < 0) and (
        domain.upper is None or domain.upper >= 0
    )


def _ordinary(domain: Domain) -> list[Fraction]:
    inside = [v for v in ORDINARY if domain.contains(v)]
    return inside if len(inside) >= 3 else candidates(domain)[:6]


def _far_apart(samples: list[Sample]) -> Sample | None:
    with precision(BITS):
        sizes = [abs(a).max(abs(b)) for _, a, b in samples]
        scale = sum(sizes, start=exactly(0)) / len(sizes)
        for sample, size in zip(samples, sizes, strict=True):
            gap = abs(sample[1] - sample[2])
            if gap > size * exactly(RELATIVE) and gap > scale * exactly(OF_SCALE):
                return sample
    return None


def _bounded(left: Term, right: Term, conditions: Sequence[Term], samples: list[Sample]) -> Verdict:
    with precision(BITS):
        gaps = [float(abs(a - b).upper()) for _, a, b in samples]
    gap = make("abs", left - right)
    seen = max(gaps)
    for factor in (1.02, 1.2, 2, 10) if seen < LARGEST else ():
        bound = _round_up(seen * factor)
        verdict = settle(question(left - right, "<=", bound, tuple(conditions)))
        if verdict.kind == "proved":
            verdict = settle(question(left - right, ">=", -bound, tuple(conditions)))
        if verdict.kind == "proved":
            message = f"the sides differ by at most {bound!r} everywhere"
            evidence = {"bound": repr(bound), "gap": repr(gap)}
            return Verdict("approximate", METHOD, message, evidence=evidence)
    message = f"at ordinary points the sides differ by at most {seen:.3g}; no bound is certified"
    return undecided(message, METHOD, seen=f"{seen:.3g}", points=len(samples))


def _round_up(value: float) -> Term:
    """A bound of three digits that is not below the value."""
    if value <= 0:
        return number(0)
    place = floor(log10(value)) - 2
    scaled = floor(value / 10.0**place) + 1
    exact = Fraction(scaled) * Fraction(10) ** place
    text = f"{scaled}e{place}" if not -6 < place <= 0 else f"{float(exact):.{-place}f}"
    return number(exact, text)
