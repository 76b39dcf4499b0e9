r"""Claims about expectations: `\operatorname{Var}(aX + b) = a^2 \operatorname{Var}(X)`.

Proved is what holds for all values of the moments (`expectations.py`), with what is known of all of
them: a variance is not negative, a covariance at most the geometric mean of the variances
(Cauchy-Schwarz), and the mean of a convex function at least its value at the mean (Jensen).
Refuted is what fails for random variables of three values, written down; where the claim holds for
independent variables, or for such of mean 0, it is refuted as stated. What puts random variables on
one side only (`\mathbb{E}[X] = 0`) may be said of these variables, and is not refuted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from symdl.document.errors import DeriveError
from symdl.evidence.audit.relations import audit_relation
from symdl.evidence.balls import truth
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.conditions.stated import with_hypotheses
from symdl.evidence.kinds import EQUAL, ORDER, classify, is_declared
from symdl.evidence.probability.distributions import WEIGHTS, Distribution, at, distributions
from symdl.evidence.probability.expectations import Moments, NotMoments
from symdl.evidence.probability.jensen import convexities
from symdl.evidence.probability.pointwise import facts, of_values, with_indicators
from symdl.evidence.probability.random_variables import (
    Law,
    Variables,
    family_of,
    is_independence,
    is_operator,
    together,
    variables_of,
    without_law,
)
from symdl.evidence.probability.random_vectors import with_counts, with_products_summed
from symdl.evidence.probability.written_moments import with_moments
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.written_claim import written_out
from symdl.expression.domain import NONNEGATIVE
from symdl.expression.printer import plain
from symdl.expression.scope import substitute
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import rebuild as rebuilt
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
    plainly = without_law(claim)
    if plainly is not None:
        found = judge_moments(plainly, judge)
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


def _decided(claim: Claim, words: tuple[str, ...], judge: Judge) -> Verdict | None:
    """The verdict on a claim in which letters were read as these words say."""
    arrays, read = _multiplies_arrays(claim), _of_numbers(claim)
    if read is None:
        return None
    try:
        written, more = with_moments(with_counts(written_out(read)))
    except DeriveError:
        return None
    words = tuple(dict.fromkeys((*words, *more)))
    variables = _variables(written)
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
    verdict = judge(_in_moments(claim, moments, judge))
    if verdict.kind.startswith("refuted") and moments.are_any:
        return replace(verdict, method=METHOD, message=f"for {moments.told}: {verdict.message}")
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
        supposed = _in_moments(claim, Moments(variables, law), judge)
        nothing = replace(supposed, kind="identity", relation="=", right=number(0))
        if judge(supposed).kind == "proved" and judge(nothing).kind != "proved":
            words = law.words(variables.random)
            message = f"not for all random variables ({found.message}), but it holds if {words}"
            evidence = {**found.evidence, "hypotheses": words}
            return replace(found, kind="refuted-as-stated", message=message, evidence=evidence)
    return found


def _writes_means(claim: Claim, variables: Variables) -> bool:
    """Whether means are written: that they are 0 is then no hypothesis that was left unsaid."""
    nodes = (n for side in _terms(claim)[:2] for n in postorder(side))
    return any(
        is_operator(n) and n.args[0] in variables.random for n in nodes if n.data == "expectation"
    )


def _names(random: frozenset[Term]) -> str:
    return ", ".join(sorted(map(plain, random)))


# --- the claim in moments -------------------------------------------------------------------------


def _of_numbers(claim: Claim) -> Claim | None:
    """The claim with capitals that were only taken for matrices as numbers, which variances are
    of; None where it has arrays nevertheless."""
    sides = _terms(claim)
    guessed = {
        s: symbol(s.data.name, declared=s.data.declared)
        for side in sides
        for s in free_symbols(side)
        if s.data.role == "matrix" and s.shape is None and not claim.scope.declares(s.data.name)
    }
    plainly = [_scalars(side, guessed) for side in sides] if guessed else sides
    for side in plainly:
        if any(n.shape != () and n.op in ("symbol", "opaque", "matmul") for n in postorder(side)):
            families = {n.args[0] for n in postorder(side) if n.op == "entry"}
            if any(n.shape != () and n not in families for n in postorder(side)):
                return None
    left, right, *conditions = plainly
    return replace(claim, left=left, right=right, conditions=tuple(conditions))


def _scalars(root: Term, table: Mapping[Term, Term]) -> Term:
    made: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(made[a] for a in node.args)
        if node.op == "matmul" and all(a.shape == () for a in args):
            made[node] = make("mul", *args)
        else:
            made[node] = table.get(node) or (node if args == node.args else rebuilt(node, args))
    return made[root]


def _multiplies_arrays(claim: Claim) -> bool:
    """Whether a product may be one of matrices: where nothing is a variance, and none of them is
    said to be independent of others."""
    nodes = [n for side in _terms(claim) for n in postorder(side)]
    scalar = any(n.op == "opaque" and n.data in ("variance", "covariance") for n in nodes)
    scalar = scalar or any(map(is_independence, claim.conditions))
    return not scalar and any(n.op == "matmul" for n in nodes)


def _terms(claim: Claim) -> list[Term]:
    assert claim.right is not None
    return [claim.left, claim.right, *claim.conditions]


def _variables(claim: Claim) -> Variables | None:
    """Random and other symbols, from the sides and from what is stated of expectations."""

    def declared(name: Term) -> bool:
        return is_declared(name, claim.scope)

    found = variables_of([*_terms(claim)[:2], *_stated(claim)], declared)
    if found is None:
        return None
    said = [c for c in claim.conditions if is_independence(c)]
    families = {f for c in said if (f := family_of(c)) is not None}
    apart = (together(c) for c in said if family_of(c) is None)
    return replace(found, independent=tuple(dict.fromkeys(apart)), families=frozenset(families))


def _stated(claim: Claim) -> list[Term]:
    return [c for c in claim.conditions if any(is_operator(n) for n in postorder(c))]


def _in_moments(claim: Claim, moments: Moments, judge: Judge) -> Claim:
    """The claim about the moments, which are any numbers that moments can be."""
    variables = moments.variables
    assert claim.right is not None
    left, right = moments.written(claim.left), moments.written(claim.right)
    given = [
        moments.written(c)
        for c in claim.conditions
        if not is_independence(c)
        and (c in _stated(claim) or not free_symbols(c) & variables.random)
    ]
    left, right, given = _with_members(left, right, given)
    if claim.relation in ORDER:
        given += moments.bounds
        given += convexities((claim.left, claim.right), variables, moments, judge)
        given += facts(claim, variables, moments, judge)
    kind = classify(left, claim.relation, right, claim.scope, defining="nothing")
    scope = replace(claim.scope, hypotheses=tuple(_general(given, (left, right))))
    found = replace(claim, kind=kind, left=left, right=right, conditions=tuple(given), scope=scope)
    return replace(found, doubt="")


def _with_members(left: Term, right: Term, given: list[Term]) -> tuple[Term, Term, list[Term]]:
    r"""The sides and conditions with what is said of a moment of every member of a family
    (`\operatorname{Var}(X_i) = 1`) in its place."""
    said: dict[Term, tuple[Term, Term, Term]] = {}
    for condition in given:
        entry, value = condition.args if condition.data == ("=",) else (condition, condition)
        index = entry.args[1] if entry.op == "entry" and len(entry.args) == 2 else None
        if index is not None and index.op == "symbol" and entry.args[0] not in free_symbols(value):
            said.setdefault(entry.args[0], (condition, index, value))
    if not said:
        return left, right, given

    def put_in(root: Term) -> Term:
        table = {
            n: substitute(said[n.args[0]][2], {said[n.args[0]][1]: n.args[1]})
            for n in postorder(root)
            if n.op == "entry" and n.args[0] in said
        }
        return put(root, table)

    used = {condition for condition, _, _ in said.values()}
    rest = [put_in(c) for c in given if c not in used]
    variances = (v for base, (_, _, v) in said.items() if base.data.domain == NONNEGATIVE)
    rest += (make("relation", v, number(0), data=(">=",)) for v in variances if free_symbols(v))
    return put_in(left), put_in(right), rest


def _general(given: Sequence[Term], sides: tuple[Term, Term]) -> Iterator[Term]:
    """What is said of every member of a family."""
    spoken = free_symbols(sides[0]) | free_symbols(sides[1])
    for condition in given:
        entries = [n for n in postorder(condition) if n.op == "entry"]
        indices = {i for n in entries for i in n.args[1:] if i.op == "symbol"}
        if indices and indices.isdisjoint(spoken):
            yield condition


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
    if _has_families(_terms(claim)):
        return 0
    count = 0
    for chance in distributions(variables.random, variables.independent):
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
    if _has_families(_terms(claim)):
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
        found = refuted(METHOD, message, shown, probabilities=weights, values=law)
        return replace(found, kind=verdict.kind)
    return None


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
