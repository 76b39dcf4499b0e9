"""The rungs of the ladder: each decides a claim, from how it is written or written out, or passes
it on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from symdl.evidence.approximation import judge_approximation
from symdl.evidence.arrays.at_sizes import judge_at_sizes
from symdl.evidence.arrays.commuting import judge_commuting
from symdl.evidence.arrays.gram import judge_by_squares
from symdl.evidence.arrays.index_form import has_indices, judge_index_form
from symdl.evidence.arrays.larger import unless_broken_later
from symdl.evidence.arrays.parts_of_sums import judge_parts_of_sums
from symdl.evidence.arrays.shape_claims import judge_shape
from symdl.evidence.bounds.tangents import without_tangents
from symdl.evidence.claim import Attempt, Claim
from symdl.evidence.concrete.judge import refute_concretely
from symdl.evidence.conditions.lost_domain import as_declared
from symdl.evidence.conditions.natural import with_natural_hypothesis, with_usual_domains
from symdl.evidence.conditions.on_solutions import judge_on_solutions
from symdl.evidence.derivatives.chain_rule import judge_chain_rule
from symdl.evidence.derivatives.kinked import judge_at_kink
from symdl.evidence.derivatives.rules_of_calculus import judge_rule
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import COMPARE, exact
from symdl.evidence.extrema.image import judge_image
from symdl.evidence.extrema.valued import judge_valued
from symdl.evidence.finite_field import judge_in_finite_field
from symdl.evidence.inequalities.between_ends import judge_between_ends
from symdl.evidence.inequalities.norms import judge_norms
from symdl.evidence.inequalities.order import judge_order, settle
from symdl.evidence.inequalities.question import question
from symdl.evidence.inequalities.two_points import judge_two_points
from symdl.evidence.kinds import EQUAL
from symdl.evidence.limits.claims import judge_limit
from symdl.evidence.limits.growth_claims import judge_growth
from symdl.evidence.monotone import judge_monotone
from symdl.evidence.points import atoms
from symdl.evidence.rounding import (
    has_decimal_exponent,
    judge_printed,
    judge_sides,
    printed,
    within_digits,
)
from symdl.evidence.sums.binomial_cases import judge_binomials
from symdl.evidence.sums.closed import judge_closed_sums
from symdl.evidence.sums.induction import judge_by_induction
from symdl.evidence.verdict import Counterexample, Verdict, refuted, undecided
from symdl.expression.printer import plain
from symdl.expression.relations import ORDERING
from symdl.expression.term import Term, free_symbols, number


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to decide a claim.

    decide: from the claim as written and the claim written out to a verdict; None where it does
    not decide. reads_written: whether it looks at the claim as written alone, and so is asked too
    where the claim cannot be written out.
    """

    decide: Callable[[Claim, Claim], Verdict | None]
    reads_written: bool = False


def of_written(decide: Attempt) -> Rung:
    """A rung that reads the claim as written."""
    return Rung(lambda claim, _: decide(claim), reads_written=True)


def of_closed(decide: Attempt) -> Rung:
    """A rung that needs the claim written out."""
    return Rung(lambda _, claim: decide(claim))


@Rung
def numbers(written: Claim, claim: Claim) -> Verdict | None:
    """Closed numbers: exact arithmetic, printed digits, order."""
    left, right = claim.left, claim.right
    if right is None:
        return None
    if claim.relation in COMPARE and claim.relation not in EQUAL:
        return None
    if claim.relation not in EQUAL and claim.relation != "approx":
        return None
    named = bool(free_symbols(written.left))
    verdict = judge_sides(left, claim.relation, right, claim.worked, named)
    if verdict is not None and (verdict.kind != "undecided" or not atoms((left, right))):
        blown = verdict.kind == "refuted" and not claim.worked and has_decimal_exponent(left)
        rounded = within_digits(left, right) if blown and claim.relation != "approx" else ()
        return _may_be_rounded(rounded) if rounded else verdict
    if claim.relation == "approx":
        return verdict
    verdict = judge_equality(left, right, claim.conditions)
    if verdict.kind == "refuted" and not atoms((left, right)):
        rounded = within_digits(left, right)
        if rounded:
            return _may_be_rounded(rounded)
    return verdict


def _may_be_rounded(decimals: Sequence[str]) -> Verdict:
    why = f"the rounding of {', '.join(decimals)} may be all that the sides differ by"
    return undecided(f"{why}: write \\approx where digits are cut")


@of_closed
def equality(claim: Claim) -> Verdict | None:
    """Equality of scalar terms in symbols."""
    if claim.right is None or claim.relation not in EQUAL or _has_arrays(claim):
        return None
    verdict = _equal(claim)
    if verdict.kind == "refuted":
        return with_natural_hypothesis(claim, verdict, _equal)
    return as_declared(claim, verdict)


def _equal(claim: Claim) -> Verdict:
    assert claim.right is not None
    return _valued(claim.left, claim.right, claim.conditions)


@Rung
def worked_out(written: Claim, claim: Claim) -> Verdict | None:
    """An approximation of what comes to a number: by the digits that are printed."""
    if claim.right is None or atoms((claim.left, claim.right)) or _has_arrays(claim):
        return None
    return numbers.decide(written, claim)


@of_closed
def approximation(claim: Claim) -> Verdict | None:
    """Approximate equality of scalar terms."""
    if claim.right is None or claim.relation != "approx" or _has_arrays(claim):
        return None
    return judge_approximation(claim.left, claim.right, claim.conditions)


@of_written
def at_sizes(claim: Claim) -> Verdict | None:
    """Arrays, entries and sums with symbolic ends, at concrete sizes."""
    if claim.relation in EQUAL:
        return unless_broken_later(judge_at_sizes(claim, _valued), claim)
    if claim.relation == "approx":
        return judge_at_sizes(claim, _worked_entry if claim.worked else _printed_entry)
    return None


def _valued(left: Term, right: Term, conditions: Sequence[Term]) -> Verdict:
    """Equal values, of which one printed as a decimal may be rounded."""
    digits = printed(right)
    if digits is None or not digits.has_places or atoms((left, right)):
        return judge_equality(left, right, conditions)
    return judge_printed(left, "=", right, digits)


def _worked_entry(left: Term, right: Term, _: Sequence[Term]) -> Verdict:
    verdict = judge_sides(left, "approx", right, True)
    return judge_approximation(left, right) if verdict is None else verdict


def _printed_entry(left: Term, right: Term, _: Sequence[Term]) -> Verdict:
    digits = printed(right)
    if digits is None:
        return judge_approximation(left, right)
    return judge_printed(left, "approx", right, digits)


@of_closed
def member(claim: Claim) -> Verdict | None:
    """A number among the numbers that a set lists."""
    if claim.right is None or claim.relation != "in" or claim.right.op != "set":
        return None
    if claim.left.shape != () or atoms((claim.left, *claim.right.args)):
        return None
    found = [judge_equality(claim.left, one, claim.conditions) for one in claim.right.args]
    equal = next((verdict for verdict in found if verdict.kind == "proved"), None)
    if equal is not None or not found or any(verdict.kind != "refuted" for verdict in found):
        return equal
    shown = found[0].counterexample
    assert shown is not None
    listed = Counterexample({}, shown.left, plain(claim.right))
    return refuted("exact", f"{shown.left} is none of {plain(claim.right)}", listed)


@of_closed
def order(claim: Claim) -> Verdict | None:
    """Inequalities; exact numbers first."""
    if claim.right is None or claim.relation not in COMPARE:
        return None
    left, right = exact(claim.left), exact(claim.right)
    if left is not None and right is not None and COMPARE[claim.relation](left, right):
        return Verdict("proved", "exact", f"the sides are {left} and {right}")
    verdict = judge_order(claim)
    if verdict is None:
        return None
    return as_declared(claim, with_natural_hypothesis(claim, verdict, judge_order))


@of_closed
def tangents(claim: Claim) -> Verdict | None:
    """Inequalities with tangents, proved without their poles."""
    if claim.right is None or claim.relation not in ORDERING or _has_arrays(claim):
        return None
    gap = without_tangents(question(claim.left, claim.relation, claim.right).gap)
    if gap is None:
        return None
    cleared = replace(claim, left=gap, relation=">=" if "=" in claim.relation else ">")
    cleared = replace(cleared, right=number(0))
    for judge_one in (judge_on_solutions, judge_between_ends, judge_order):
        verdict = judge_one(cleared)
        if verdict is not None and verdict.kind == "proved":
            break
    else:
        return None
    return replace(verdict, message=f"multiplied by the square of the cosine: {verdict.message}")


@of_closed
def squared(claim: Claim) -> Verdict | None:
    r"""`u \le \sqrt{w}`, proved by the squares: if u^2 is at most w, so is |u| at most its root."""
    if claim.right is None or claim.relation not in ORDERING or _has_arrays(claim):
        return None
    less = claim.relation in ("<", "<=")
    small, big = (claim.left, claim.right) if less else (claim.right, claim.left)
    if big.op != "sqrt":
        return None
    small = small.args[0] if small.op == "abs" else small
    sides = small ** number(2), big.args[0]
    left, right = sides if less else sides[::-1]
    verdict = judge_order(replace(claim, left=left, right=right))
    if verdict is None or verdict.kind != "proved":
        return None
    return replace(verdict, message=f"the squares: {verdict.message}")


@of_written
def closed_sums(claim: Claim) -> Verdict | None:
    """Sums with a closed form: series, powers of the index."""
    verdict = judge_closed_sums(claim)
    if verdict is None or verdict.kind != "refuted":
        return verdict
    return with_natural_hypothesis(claim, verdict, judge_closed_sums)


@of_written
def concretely(claim: Claim) -> Verdict | None:
    """Arrays, entries and sums of any size, refuted at small ones."""
    return refute_concretely(claim) if has_indices(claim) else None


@of_written
def order_at_sizes(claim: Claim) -> Verdict | None:
    """Inequalities between arrays or with symbolic sizes, at concrete sizes."""
    if claim.relation not in COMPARE or claim.relation in EQUAL:
        return None

    def judge_entry(left: Term, right: Term, conditions: Sequence[Term]) -> Verdict:
        return settle(question(left, claim.relation, right, tuple(conditions)))

    return unless_broken_later(judge_at_sizes(claim, judge_entry), claim)


def _has_arrays(claim: Claim) -> bool:
    return any(side is not None and side.shape != () for side in (claim.left, claim.right))


@of_closed
def limit(claim: Claim) -> Verdict | None:
    """Limits, of variables with their usual domains."""
    verdict = judge_limit(claim)
    return None if verdict is None else with_usual_domains(claim, verdict, judge_limit)


image = of_closed(judge_image)
monotone = of_closed(judge_monotone)
valued = Rung(judge_valued)
growth = of_closed(judge_growth)
solutions = of_closed(judge_on_solutions)
two_points = of_closed(judge_two_points)
between = of_closed(judge_between_ends)
induction = of_written(judge_by_induction)
"""Sums up to n and recurrences, for every n."""
rules_of_calculus = Rung(judge_rule)
"""Rules of calculus in letters, at functions for which they fail."""
binomials = of_closed(judge_binomials)
"""Binomial coefficients, by the order of their numbers."""
finite_field = of_closed(judge_in_finite_field)
"""Rational functions too large to write out, modulo a prime."""
parts_of_sums = of_written(judge_parts_of_sums)
"""A positive sum against its terms, for every size."""
squares = of_written(judge_by_squares)
"""Sums of squares and products over indices, in order, for every size."""
norms = of_written(judge_norms)
"""Norms and products of vectors and matrices in order, for every size."""
commuting = of_written(judge_commuting)
"""Polynomials in matrices of which some commute."""
index_form = of_written(judge_index_form)
"""Arrays, entries and sums of any size, by their index forms."""
kinked = of_written(judge_at_kink)
"""Derivatives at a point where there is none."""
shape = of_written(judge_shape)
"""Shapes, from the claim as written."""
chain_rule = of_written(judge_chain_rule)
"""The chain rule of letters that nobody defined."""
