"""Symmetric matrices: stated (`A = A^T`), or the hypothesis that is missing.

Every symmetric matrix is the symmetric part of some matrix, and every such part is symmetric. So a
claim about all symmetric A is the claim about (B + B^T)/2 for all square B.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from symdl.evidence.claim import Claim
from symdl.evidence.fitted import has_undeclared_arrays
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.fitting import fitted_scope
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as replaced

Judge = Callable[[Claim], Verdict]
MOST_TRIED = 3


def under_symmetry(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim that is stated for symmetric matrices; None where none is stated to
    be symmetric. Only a proof carries over: a counterexample would show the wrong matrix."""
    named = {_symmetric(c) for c in claim.conditions} - {None}
    if not named or not named <= _square(claim):
        return None
    rest = tuple(c for c in claim.conditions if _symmetric(c) is None)
    names = [name for name in named if name is not None]
    verdict = judge(_of_parts(replace(claim, conditions=rest), names))
    if verdict.kind == "refuted":
        return undecided("it fails for some symmetric matrices, or no rule shows it for them")
    return verdict


def unless_symmetric(claim: Claim, verdict: Verdict, judge: Judge) -> Verdict:
    """A refutation, with the symmetry of one matrix under which the claim is proved, if any."""
    if verdict.kind != "refuted":
        return verdict
    for name in sorted(_square(claim), key=lambda n: str(n.data.name))[:MOST_TRIED]:
        if judge(_of_parts(claim, [name])).kind == "proved":
            words = f"{name.data.name} is symmetric"
            evidence = {**verdict.evidence, "hypotheses": words}
            told = f"{verdict.message}; it holds if {words}"
            if has_undeclared_arrays(claim):
                told = f"not for all matrices ({verdict.message}), but it holds if {words}"
                verdict = replace(verdict, kind="refuted-as-stated")
            return replace(verdict, message=told, evidence=evidence)
    return verdict


def _symmetric(condition: Term) -> Term | None:
    """A of `A = A^T` or `A^T = A`."""
    if condition.op != "relation" or condition.data != ("=",):
        return None
    for one, other in (condition.args, condition.args[::-1]):
        if one.op == "symbol" and other.op == "transpose" and other.args[0] is one:
            return one
    return None


def _square(claim: Claim) -> set[Term]:
    """The square matrices of a claim in which nothing is differentiated."""
    sides = [t for t in (claim.left, claim.right) if t is not None]
    names = {name for side in sides for name in free_symbols(side)}
    nodes = {node for side in sides for node in postorder(side)}
    names -= {v for n in nodes if n.op in ("gradient", "derivative") for v in n.args[1:]}
    return {n for n in names if n.shape and len(n.shape) == 2 and n.shape[0] == n.shape[1]}


def _of_parts(claim: Claim, names: Iterable[Term]) -> Claim:
    """The claim about the symmetric parts of the named matrices."""
    half = number(Fraction(1, 2))
    table = {n: make("mul", half, make("add", n, make("transpose", n))) for n in names}
    hypotheses = tuple(h for h in claim.scope.hypotheses if _symmetric(h) not in table)
    return replace(
        claim,
        left=replaced(claim.left, table),
        right=None if claim.right is None else replaced(claim.right, table),
        conditions=tuple(replaced(c, table) for c in claim.conditions),
        scope=fitted_scope(replace(claim.scope, hypotheses=hypotheses), table),
    )
