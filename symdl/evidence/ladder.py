"""The ladder of evidence: for each kind of claim the rungs, in order, that may decide it."""

from __future__ import annotations

from symdl.derivation.record import recorded
from symdl.document.errors import DeriveError, InternalError, ReadError
from symdl.evidence.arrays.definite import judge_definite
from symdl.evidence.arrays.entries_of_sums import judge_entries_of_sums
from symdl.evidence.arrays.entry_domains import with_entry_domains
from symdl.evidence.arrays.equal_indices import with_equal_indices
from symdl.evidence.arrays.families import under_families
from symdl.evidence.arrays.labels import with_labels
from symdl.evidence.arrays.listed import as_values
from symdl.evidence.arrays.orthogonal import with_orthogonal
from symdl.evidence.arrays.undeclared import as_meant, judge_with_fitting_sizes
from symdl.evidence.audit import audit
from symdl.evidence.audit.slopes import audit_derivatives
from symdl.evidence.claim import Claim
from symdl.evidence.climb import climb
from symdl.evidence.conditions.remainders import under_remainders
from symdl.evidence.conditions.stated import told_given, with_hypotheses
from symdl.evidence.derivatives.every_order import judge_every_order
from symdl.evidence.derivatives.for_equation import judge_for_equation
from symdl.evidence.derivatives.gradients_at import with_gradients_at
from symdl.evidence.derivatives.upstream import judge_upstream
from symdl.evidence.few_values import judge_each_value
from symdl.evidence.inverses import judge_inverse
from symdl.evidence.limits.recurrent import with_closed_form
from symdl.evidence.limits.written_series import judge_written_series
from symdl.evidence.named import with_arguments, with_sums
from symdl.evidence.probability.chances import judge_chances
from symdl.evidence.probability.divergences import judge_divergences
from symdl.evidence.probability.drawn_numbers import under_laws
from symdl.evidence.probability.information import judge_information
from symdl.evidence.probability.known_laws import judge_known_laws
from symdl.evidence.probability.moments import judge_moments
from symdl.evidence.probability.normal_density import judge_density, or_of_density
from symdl.evidence.rungs import (
    Rung,
    approximation,
    at_sizes,
    between,
    binomials,
    chain_rule,
    closed_sums,
    commuting,
    concretely,
    equality,
    finite_field,
    growth,
    image,
    index_form,
    induction,
    kinked,
    limit,
    member,
    monotone,
    norms,
    numbers,
    of_written,
    order,
    order_at_sizes,
    parts_of_sums,
    rules_of_calculus,
    shape,
    solutions,
    squared,
    squares,
    tangents,
    two_points,
    valued,
    worked_out,
)
from symdl.evidence.sums.omissions import judge_omissions
from symdl.evidence.verdict import Verdict, undecided
from symdl.evidence.work import Exhausted
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, free_symbols

SPOKEN = frozenset({"opaque", "call"})
"""Random variables and distributions are in one of these."""
OF_CHANCE = (judge_information, judge_divergences, judge_chances, judge_known_laws, judge_density)
"""What is said of random variables and distributions: verdicts on claims of a kind."""
OF_LOSSES = (judge_for_equation, judge_upstream)
"""What is said of losses."""


def judge(claim: Claim) -> Verdict:
    """The verdict on a claim: the first rung of its kind that decides.

    What cannot be written out (a missing definition, a sum too long) is undecided with the
    reason. Raises InternalError if a proof, or a derivative it relies on, fails its audit.
    """
    if _is_plain(claim):  # without conditions there is nothing to write plainer
        plainly = _decided(claim) if claim.conditions else _by_values(claim, claim)
        return _coded(claim, as_meant(claim, plainly, _decided))
    claim = with_labels(claim)
    of_chance = OF_CHANCE if _speaks(claim) else ()
    for about in (*of_chance, *OF_LOSSES):
        verdict = about(claim, judge)
        if verdict is not None:
            return _coded(claim, verdict)
    if claim.kind == "definition":
        return _coded(claim, Verdict("definition", "definition", "a definition: nothing to check"))
    claim = with_closed_form(with_equal_indices(as_values(with_gradients_at(claim))))
    verdict = judge_omissions(claim, judge)
    if verdict is None:
        verdict = judge_written_series(claim, judge)
    if verdict is None and _speaks(claim):
        verdict = judge_moments(claim, judge)
    if verdict is None:
        verdict = judge_with_fitting_sizes(claim, judge)
    if verdict is None:
        verdict = as_meant(claim, _decided(claim), _decided)
    return _coded(claim, or_of_density(claim, verdict, judge))


def _speaks(claim: Claim) -> bool:
    """Whether a claim may be one about random variables."""
    return not SPOKEN.isdisjoint(claim.operations)


def _is_plain(claim: Claim) -> bool:
    """Whether a claim speaks of numbers, of symbols for numbers and of operators on them, and of
    nothing that is defined or stated elsewhere: it can be meant in one way only."""
    scope = claim.scope
    if claim.kind in ("definition", "shape") or claim.right is None or scope.hypotheses:
        return False
    kinds = claim.operations
    if scope.defines or not PLAIN.issuperset(kinds):
        return False
    if "symbol" not in kinds:
        return True
    names = frozenset[Term]().union(*map(free_symbols, claim.terms))
    return {name.shape for name in names} <= {()}


OPEN = frozenset({"undecided", "confirmed"})
PLAIN = frozenset({"number", "constant", "symbol", *TABLE})


def _decided(claim: Claim) -> Verdict:
    """The audited verdict of the first rung that decides, whatever else the claim may mean."""
    written, claim = claim, with_hypotheses(claim)
    claim = with_orthogonal(with_entry_domains(with_sums(claim)))
    try:
        verdict = _decided_for_all(claim, written)
    except DeriveError as problem:
        return undecided(problem.message)
    asked = verdict.kind != "proved" or verdict.method == "definite"
    definite = judge_definite(claim) if asked else None
    if definite is not None and verdict.kind == "refuted":
        raise InternalError(f"{definite.message}, and yet {verdict.message}")
    return verdict if definite is None else definite


def _decided_for_all(claim: Claim, written: Claim) -> Verdict:
    """The verdict for all members of the families, or values of the laws, that it speaks of."""
    of_family = under_families(claim, _decided)
    if of_family is not None:
        return of_family
    of_values = under_laws(claim, _decided)
    if of_values is not None:
        return of_values
    of_remainders = under_remainders(claim, _decided)
    if of_remainders is not None:
        return of_remainders
    return _by_values(claim, written)


def _by_values(claim: Claim, written: Claim) -> Verdict:
    """The audited verdict; where none is reached, that at each value of names that have few."""
    verdict = _audited(claim, written)
    if verdict.kind not in OPEN:
        return verdict
    of_values = judge_each_value(claim, lambda case: _audited(case, case))
    return verdict if of_values is None else of_values


def _audited(claim: Claim, written: Claim) -> Verdict:
    """The audited verdict of the first rung that decides; `written` is the claim before it was
    written plainer."""
    try:
        claim = with_arguments(claim)
        with recorded() as derived:
            verdict, closed = climb(claim, RUNGS[claim.kind])
        if verdict.kind != "undecided":
            audit_derivatives(derived)
        return told_given(audit(claim, closed, verdict), written, claim)
    except InternalError:
        raise
    except DeriveError as problem:
        return undecided(problem.message)
    except Exhausted:
        return undecided("the work allowed for one claim is used up")
    except ReadError as problem:
        return Verdict("not-understood", "reading", problem.message)


def _coded(claim: Claim, verdict: Verdict) -> Verdict:
    return verdict if verdict.code else verdict.coded(f"{verdict.kind}-{claim.kind}")


every_order = of_written(lambda claim: judge_every_order(claim, judge))
"""Derivatives of every order."""
inverse = of_written(lambda claim: judge_inverse(claim, judge))
"""Inverses of known functions."""
entries = of_written(lambda claim: judge_entries_of_sums(claim, judge))
"""Sums of a function of the entries of vectors, in order, for every size."""
RUNGS: dict[str, tuple[Rung, ...]] = {
    "number": (
        inverse,
        growth,
        valued,
        solutions,
        numbers,
        order,
        approximation,
        image,
        limit,
        closed_sums,
        kinked,
    ),
    "identity": (
        inverse,
        index_form,
        growth,
        valued,
        solutions,
        equality,
        binomials,
        induction,
        closed_sums,
        concretely,
        at_sizes,
        finite_field,
        rules_of_calculus,
    ),
    "derivative": (
        every_order,
        index_form,
        growth,
        valued,
        solutions,
        equality,
        concretely,
        at_sizes,
        kinked,
        chain_rule,
        rules_of_calculus,
    ),
    "recurrence": (equality, induction, at_sizes),
    "matrix": (commuting, index_form, concretely, at_sizes),
    "approximation": (growth, valued, solutions, worked_out, approximation, at_sizes),
    "range": (
        growth,
        valued,
        solutions,
        between,
        parts_of_sums,
        squares,
        norms,
        entries,
        member,
        image,
        order,
        tangents,
        squared,
        induction,
        closed_sums,
        order_at_sizes,
    ),
    "bound": (
        valued,
        solutions,
        between,
        two_points,
        parts_of_sums,
        squares,
        norms,
        entries,
        monotone,
        order,
        tangents,
        squared,
        induction,
        closed_sums,
        order_at_sizes,
    ),
    "monotone": (monotone, order),
    "limit": (shape, limit, valued),
    "shape": (shape, at_sizes),
}
