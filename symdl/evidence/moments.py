r"""Claims about expectations: `\operatorname{Var}(aX + b) = a^2 \operatorname{Var}(X)`.

Proved is what holds for all values of the moments (`expectations.py`), with what is known of all of
them: a variance is not negative, a covariance at most the geometric mean of the variances
(Cauchy-Schwarz), and the mean of a convex function at least its value at the mean (Jensen).
Refuted is what fails for random variables of three values, written down; where the claim holds for
independent variables, or for such of mean 0, it is refuted as stated. What puts random variables on
one side only (`\mathbb{E}[X] = 0`) may be said of these variables, and is not refuted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symdl.document.errors import DeriveError
from symdl.evidence.audit.relations import audit_relation
from symdl.evidence.claim import Claim
from symdl.evidence.expectations import (
    Law,
    Moments,
    NotMoments,
    Variables,
    is_operator,
    variables_of,
)
from symdl.evidence.jensen import convexities
from symdl.evidence.kinds import ORDER, classify, is_declared
from symdl.evidence.stated import with_hypotheses
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.written_claim import written_out
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import rebuild as rebuilt
from symdl.expression.term import replace as replace_terms

METHOD = "moments"
EQUAL = frozenset({"=", "equiv"})
WEIGHTS = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
VALUES = ((1, 2, 4), (-1, 2, 3), (0, 1, 1))
"""Values that a first random variable takes with these weights; the others take them in turn."""
LAWS = (
    Law(uncorrelated=True),
    Law(centred=True),
    Law(independent=True),
    Law(centred=True, independent=True),
)
"""Hypotheses that are often left unsaid."""

Judge = Callable[[Claim], Verdict]


def judge_moments(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a relation between expectations; None for another claim."""
    if claim.right is None or claim.relation not in EQUAL | ORDER:
        return None
    if not any(is_operator(n) for side in (claim.left, claim.right) for n in postorder(side)):
        return None
    claim = with_hypotheses(claim)
    arrays, read = _multiplies_arrays(claim), _of_numbers(claim)
    if read is None:
        return None
    try:
        written = written_out(read)
    except DeriveError:
        return None
    variables = _variables(written)
    if variables is None or not variables.random:
        return None
    try:
        return _judged(written, variables, arrays, judge)
    except NotMoments as problem:
        return undecided(f"expectations are not taken apart: {problem}", METHOD)


def _judged(claim: Claim, variables: Variables, arrays: bool, judge: Judge) -> Verdict:
    verdict = judge(_in_moments(claim, variables, Law(), judge))
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
    for law in LAWS:
        if len(variables.random) == 1 and law != Law(centred=True):
            continue
        supposed = _in_moments(claim, variables, law, judge)
        nothing = replace(supposed, kind="identity", relation="=", right=number(0))
        if judge(supposed).kind == "proved" and judge(nothing).kind != "proved":
            words = law.words(variables.random)
            message = f"not for all random variables ({found.message}), but it holds if {words}"
            evidence = {**found.evidence, "hypotheses": words}
            return replace(found, kind="refuted-as-stated", message=message, evidence=evidence)
    return found


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
    """Whether a product may be one of matrices: where nothing is a variance."""
    nodes = [n for side in _terms(claim) for n in postorder(side)]
    scalar = any(n.op == "opaque" and n.data in ("variance", "covariance") for n in nodes)
    return not scalar and any(n.op == "matmul" for n in nodes)


def _terms(claim: Claim) -> list[Term]:
    assert claim.right is not None
    return [claim.left, claim.right, *claim.conditions]


def _variables(claim: Claim) -> Variables | None:
    """Random and other symbols, from the sides and from what is stated of expectations."""

    def declared(name: Term) -> bool:
        return is_declared(name, claim.scope)

    return variables_of([*_terms(claim)[:2], *_stated(claim)], declared)


def _stated(claim: Claim) -> list[Term]:
    return [c for c in claim.conditions if any(is_operator(n) for n in postorder(c))]


def _in_moments(claim: Claim, variables: Variables, law: Law, judge: Judge) -> Claim:
    """The claim about the moments, which are any numbers that moments can be."""
    moments = Moments(variables, law)
    assert claim.right is not None
    left, right = moments.written(claim.left), moments.written(claim.right)
    given = [
        moments.written(c)
        for c in claim.conditions
        if c in _stated(claim) or not free_symbols(c) & variables.random
    ]
    if claim.relation in ORDER:
        given += moments.bounds
        given += convexities((claim.left, claim.right), variables, moments, judge)
    kind = classify(left, claim.relation, right, claim.scope, defining="nothing")
    scope = replace(claim.scope, hypotheses=())
    found = replace(claim, kind=kind, left=left, right=right, conditions=tuple(given), scope=scope)
    return replace(found, doubt="")


# --- at distributions -----------------------------------------------------------------------------


def _distributions(variables: Variables) -> Iterator[dict[Term, tuple[int, ...]]]:
    names = sorted(variables.random, key=plain)
    for values in VALUES:
        table = {name: values[i % 3 :] + values[: i % 3] for i, name in enumerate(names)}
        if all(name.data.domain.contains(Fraction(v)) for name in names for v in values):
            yield table


def _at(root: Term, table: Mapping[Term, tuple[int, ...]]) -> Term:
    """A term with each expectation as the sum over the values of the random variables."""
    made: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(made[a] for a in node.args)
        if not is_operator(node):
            made[node] = node if args == node.args else rebuilt(node, args)
        elif node.data == "expectation":
            made[node] = _mean(args[0], table)
        else:
            first, last = args[0], args[-1]
            means = make("mul", _mean(first, table), _mean(last, table))
            made[node] = make("add", _mean(make("mul", first, last), table), make("neg", means))
    return made[root]


def _mean(body: Term, table: Mapping[Term, tuple[int, ...]]) -> Term:
    parts = []
    for place, weight in enumerate(WEIGHTS):
        values = {name: number(values[place]) for name, values in table.items()}
        parts.append(make("mul", number(weight), replace_terms(body, values)))
    return make("add", *parts)


def _claim_at(claim: Claim, table: Mapping[Term, tuple[int, ...]]) -> Claim:
    assert claim.right is not None
    left, right, *given = (_at(term, table) for term in _terms(claim))
    kind = classify(left, claim.relation, right, claim.scope, defining="nothing")
    scope = replace(claim.scope, hypotheses=())
    return replace(
        claim, kind=kind, left=left, right=right, conditions=tuple(given), scope=scope, doubt=""
    )


def _has_families(sides: Sequence[Term]) -> bool:
    return any(n.op in ("entry", "sum", "product") for side in sides for n in postorder(side))


def _audit(claim: Claim, variables: Variables) -> int:
    """At how many distributions a proof was tried. Raises InternalError where it fails."""
    if _has_families(_terms(claim)):
        return 0
    count = 0
    for table in _distributions(variables):
        there = _claim_at(claim, table)
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
    if random[0] != random[1] or not latin or said or _has_families(_terms(claim)):
        return None
    for table in _distributions(variables):
        verdict = judge(_claim_at(claim, table))
        if verdict.kind != "refuted" or verdict.counterexample is None:
            continue
        weights = ", ".join(map(str, WEIGHTS))
        values = "; ".join(f"{plain(n)} = {', '.join(map(str, v))}" for n, v in table.items())
        shown = verdict.counterexample
        message = f"if {values} with probabilities {weights}, {_told(shown)}"
        law = {plain(n): list(map(str, v)) for n, v in table.items()}
        return refuted(METHOD, message, shown, probabilities=weights, values=law)
    return None


def _told(shown: Counterexample) -> str:
    where = ", ".join(f"{name} = {value}" for name, value in shown.at.items())
    where = f" at {where}" if where else ""
    return f"the left side is {shown.left}, the right side {shown.right}{where}"
