r"""Claims about expectations: `\operatorname{Var}(aX + b) = a^2 \operatorname{Var}(X)`.

Proved is what holds for all values of the moments (`expectations.py`), with what is known of all of
them: a variance is not negative, a covariance at most the geometric mean of the variances
(Cauchy-Schwarz), and the mean of a convex function at least its value at the mean (Jensen).
Refuted is what fails for random variables of three values, written down; where the claim holds for
independent variables, or for such of mean 0, it is refuted as stated. What puts random variables on
one side only (`\mathbb{E}[X] = 0`) may be said of these variables, and is not refuted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symdl.document.errors import DeriveError
from symdl.evidence.audit.relations import audit_relation
from symdl.evidence.balls import truth
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.conditions.stated import with_hypotheses
from symdl.evidence.kinds import EQUAL, ORDER, classify
from symdl.evidence.probability.claims_in_moments import (
    in_moments,
    multiplies_arrays,
    of_numbers,
    random_in,
    stated_moments,
    terms_of,
)
from symdl.evidence.probability.distributions import WEIGHTS, Distribution, at, distributions
from symdl.evidence.probability.expectations import Moments, NotMoments
from symdl.evidence.probability.pointwise import of_values, with_indicators
from symdl.evidence.probability.random_variables import (
    Law,
    Variables,
    is_independence,
    is_operator,
    without_law,
)
from symdl.evidence.probability.random_vectors import with_counts, with_products_summed
from symdl.evidence.probability.written_moments import with_moments
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.written_claim import written_out
from symdl.expression.dimensions import names_in
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, number, postorder
from symdl.expression.term import replace as put

METHOD = "moments"
LAWS = (
    Law(uncorrelated=True),
    Law(centred=True),
    Law(independent=True),
    Law(centred=True, independent=True),
)
"""Hypotheses that are often left unsaid."""


def judge_moments(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a relation between expectations; None for another claim."""
    if claim.right is None or claim.relation not in EQUAL | ORDER:
        return None
    claim = with_products_summed(with_indicators(claim))
    assert claim.right is not None
    if not any(is_operator(n) for side in (claim.left, claim.right) for n in postorder(side)):
        return None
    for plainer in (without_law(claim), _for_all_sizes(claim)):
        found = judge_moments(plainer, judge) if plainer is not None else None
        if found is not None and found.kind == "proved":
            return found
    claim = with_hypotheses(claim)
    verdict = _decided(*with_moments(claim), judge)
    if verdict is None or not verdict.kind.startswith("refuted"):
        return verdict
    meant, words = with_moments(claim, every=True)
    again = _decided(meant, words, judge) if words else None
    if again is None or again.kind != "proved":
        return verdict
    said = ", ".join(word.replace(" as ", " is ") for word in words)
    message = f"{verdict.message}, but it holds if {said}"
    evidence = {**verdict.evidence, "hypotheses": said}
    return replace(verdict, kind="refuted-as-stated", message=message, evidence=evidence)


def _for_all_sizes(claim: Claim) -> Claim | None:
    """The claim without the numbers given for sizes of arrays: what holds for vectors of every size
    holds for 64 entries. None where no size has a number."""
    shapes = (s.shape for s in claim.scope.symbols.values() if s.declared)
    sizes = {name for shape in shapes for name in names_in(shape or ())}
    values = claim.scope.values
    kept = {k: v for k, v in values.items() if k.op != "symbol" or k.data.name not in sizes}
    if len(kept) == len(values):
        return None
    return replace(claim, scope=replace(claim.scope, values=kept))


def _decided(claim: Claim, words: tuple[str, ...], judge: Judge) -> Verdict | None:
    """The verdict on a claim in which letters were read as these words say."""
    arrays, read = multiplies_arrays(claim), of_numbers(claim)
    if read is None:
        return None
    try:
        written, more = with_moments(with_counts(written_out(read)))
    except DeriveError:
        return None
    words = tuple(dict.fromkeys((*words, *more)))
    variables = random_in(written)
    if variables is None or not variables.random:
        return None
    try:
        verdict = _judged(written, variables, arrays and not words, judge)
    except NotMoments as problem:
        return undecided(f"expectations are not taken apart: {problem}", METHOD)
    read_as = f" ({', '.join(words)})" if words else ""
    return replace(verdict, message=verdict.message + read_as)


def _judged(claim: Claim, variables: Variables, arrays: bool, judge: Judge) -> Verdict:
    moments = Moments(variables)
    verdict = judge(in_moments(claim, moments, judge))
    if verdict.kind.startswith("refuted") and moments.are_any:
        return replace(verdict, method=METHOD, message=f"for {moments.told}: {verdict.message}")
    if verdict.kind == "refuted" and _never_holds(claim, moments, judge):
        told = f"whatever else the distribution of {_names(variables.random)} may be"
        return replace(verdict, method=METHOD, message=f"{told}: {verdict.message}")
    if verdict.kind != "proved":
        pointwise = of_values(claim, variables.random)
        of_all = judge(pointwise) if pointwise is not None else verdict
        verdict = of_all if of_all.kind == "proved" else verdict
    if verdict.kind == "proved":
        if arrays:
            return undecided("a product of numbers or of matrices: declare them", METHOD)
        count = _audit(claim, variables)
        message = f"by the rules of expectations ({variables.words()})"
        return proved(METHOD, message, of_moments=verdict.message, distributions=count)
    found = _refuted(claim, variables, judge)
    if found is None:
        return undecided(
            f"it depends on the distribution of {_names(variables.random)}, which is not known",
            METHOD,
        )
    alone, with_means = len(variables.random) == 1, _writes_means(claim, variables)
    for law in LAWS:
        if (law.centred and with_means) or (alone and law != Law(centred=True)):
            continue
        supposed = in_moments(claim, Moments(variables, law), judge)
        nothing = replace(supposed, kind="identity", relation="=", right=number(0))
        if judge(supposed).kind == "proved" and judge(nothing).kind != "proved":
            words = law.words(variables.random)
            message = f"not for all random variables ({found.message}), but it holds if {words}"
            evidence = {**found.evidence, "hypotheses": words}
            return replace(found, kind="refuted-as-stated", message=message, evidence=evidence)
    return found


def _never_holds(claim: Claim, moments: Moments, judge: Judge) -> bool:
    r"""Whether an equation fails for all random variables that meet what is stated of their
    moments, and there are some: `\operatorname{Var}(3X) = 6` where X has the variance 2."""
    random = moments.variables.random
    of_moments = all(
        c in stated_moments(claim) or not free_symbols(c) & random for c in claim.conditions
    )
    if claim.relation not in EQUAL or not of_moments or not moments.are_free:
        return False
    other = in_moments(replace(claim, relation="!="), Moments(moments.variables), judge)
    return judge(other).kind == "proved"


def _writes_means(claim: Claim, variables: Variables) -> bool:
    """Whether means are written: that they are 0 is then no hypothesis that was left unsaid."""
    nodes = (n for side in terms_of(claim)[:2] for n in postorder(side))
    return any(
        is_operator(n) and n.args[0] in variables.random for n in nodes if n.data == "expectation"
    )


def _names(random: frozenset[Term]) -> str:
    return ", ".join(sorted(map(plain, random)))


# --- at distributions -----------------------------------------------------------------------------


def _claim_at(claim: Claim, chance: Distribution) -> Claim:
    assert claim.right is not None
    left, right = at(claim.left, chance), at(claim.right, chance)
    given = tuple(at(c, chance) for c in claim.conditions if not is_independence(c))
    kind = classify(left, claim.relation, right, claim.scope, defining="nothing")
    scope = replace(claim.scope, hypotheses=())
    return replace(
        claim, kind=kind, left=left, right=right, conditions=given, scope=scope, doubt=""
    )


def _has_families(sides: Sequence[Term]) -> bool:
    return any(n.op in ("entry", "sum", "product") for side in sides for n in postorder(side))


def _audit(claim: Claim, variables: Variables) -> int:
    """At how many distributions a proof was tried. Raises InternalError where it fails."""
    if _has_families(terms_of(claim)):
        return 0
    count = 0
    said = [c for c in claim.conditions if _is_of_outcomes(c, variables)]
    if not all(_is_of_values(c, variables) for c in said):
        return 0
    claim = replace(claim, conditions=tuple(c for c in claim.conditions if c not in said))
    for chance in distributions(variables.random, variables.independent):
        if not _meets(chance, said):
            continue  # what is supposed of each value does not hold there
        there = _claim_at(claim, chance)
        assert there.right is not None
        relation = "=" if claim.relation in EQUAL else claim.relation
        count += bool(audit_relation(there.left, relation, there.right, there.conditions))
    return count


def _refuted(claim: Claim, variables: Variables, judge: Judge) -> Verdict | None:
    """A refutation with random variables of three values, if one is found and the claim is one
    about all random variables."""
    assert claim.right is not None
    random = [free_symbols(side) & variables.random for side in (claim.left, claim.right)]
    latin = all(name.data.name[0].isalpha() for name in variables.random)
    said = [c for c in claim.conditions if free_symbols(c) & variables.random]
    said = [c for c in said if not is_independence(c)]
    if random[0] != random[1] or not latin or not all(_is_of_values(c, variables) for c in said):
        return None
    if _has_families(terms_of(claim)):
        return None
    numbers = tuple(c for c in claim.conditions if c not in said)
    claim = replace(claim, conditions=numbers)
    for chance in distributions(variables.random, variables.independent):
        if not _meets(chance, said):
            continue
        verdict = judge(_claim_at(claim, chance))
        if not verdict.kind.startswith("refuted") or verdict.counterexample is None:
            continue
        shown = verdict.counterexample
        message = f"if {chance.words()}, {_told(shown)}"
        law = {plain(name): list(map(str, values)) for name, values in chance.values}
        weights = ", ".join(map(str, WEIGHTS))
        found = refuted(METHOD, message, shown, probabilities=weights, outcomes=law)
        return replace(found, kind=verdict.kind)
    return None


def _is_of_outcomes(condition: Term, variables: Variables) -> bool:
    """Whether a condition speaks of random variables, not of their moments alone."""
    bare = not any(map(is_operator, postorder(condition)))
    return bare and bool(free_symbols(condition) & variables.random)


def _is_of_values(condition: Term, variables: Variables) -> bool:
    """Whether a condition says something of each value: `X >= 0`."""
    bare = not any(map(is_operator, postorder(condition)))
    return bare and free_symbols(condition) <= variables.random


def _meets(chance: Distribution, conditions: Sequence[Term]) -> bool:
    return all(
        truth(put(condition, values), {}) is True
        for _, values in chance.outcomes()
        for condition in conditions
    )


def _told(shown: Counterexample) -> str:
    where = ", ".join(f"{name} = {value}" for name, value in shown.at.items())
    where = f" at {where}" if where else ""
    return f"the left side is {shown.left}, the right side {shown.right}{where}"
