r"""Approximations near a point by the powers of the distance from it: `f(x) \approx 1 + x + x^2`.

Where a point is given, a polynomial that has the value and the slopes of a function there, and
further terms, is its Taylor polynomial or a mistake: terms of the second order that are not the
function's leave an error as large as they are. Nothing is said of fitted decimals, or of letters
that stand for something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations_with_replacement

from symdl.derivation.differentiate import differentiate
from symdl.derivation.expand import expand
from symdl.document.errors import DeriveError
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.exact import exact
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, number, postorder
from symdl.notes.scope.known import Known

HIGHEST = 4
"""The largest order of terms."""
_POLYNOMIAL = frozenset({"add", "mul", "neg", "div", "pow", "number", "symbol", "exp", "constant"})


def unless_other_terms(claim: Claim, known: Known, verdict: Verdict, judge: Judge) -> Verdict:
    """The verdict on an approximation, or its refutation at the point that is given: a derivative
    there that the polynomial does not share. That it holds at the point itself says little."""
    if claim.relation != "approx" or verdict.kind.startswith("refuted"):
        return verdict
    told = _wrong_term(claim, known, judge)
    return verdict if told is None else told


def _wrong_term(claim: Claim, known: Known, judge: Judge) -> Verdict | None:
    right = claim.right
    names = tuple(sorted(free_symbols(claim.left), key=plain))
    if right is None or not names or free_symbols(right) != frozenset(names):
        return None
    point = {n: known.scope.values[n] for n in names if n in known.scope.values}
    if len(point) < len(names) or any(exact(value) is None for value in point.values()):
        return None
    if any(
        n.op not in _POLYNOMIAL or (n.op == "number" and n.data.places) for n in postorder(right)
    ):
        return None
    general = replace(known.scope, values={})
    try:
        sides = expand(claim.left, general), expand(right, general)
        return _compared(claim, sides, (names, point), judge)
    except DeriveError:
        return None


def _compared(
    claim: Claim,
    sides: tuple[Term, Term],
    place: tuple[tuple[Term, ...], dict[Term, Term]],
    judge: Judge,
) -> Verdict | None:
    """The first order at which the derivatives differ; none if that is the value or a slope, for
    then the point is not where the approximation is meant."""
    names, point = place
    found: dict[tuple[Term, ...], tuple[Term, Term]] = {(): sides}
    for order in range(HIGHEST + 1):
        derivatives = list(_of_order(order, names, found))
        if order > 1 and all(
            right is number(0) or _is_zero(right) for _, (_, right) in derivatives
        ):
            return None  # no terms of this order
        for variables, (left, right) in derivatives:
            a, b = substitute(left, point), substitute(right, point)
            told = judge(
                replace(claim, kind="number", relation="=", left=a, right=b, conditions=())
            )
            if told.kind == "refuted" and order > 1 and told.counterexample is not None:
                return _refuted(told, variables, point)
            if told.kind != "proved":
                return None
    return None


def _of_order(
    order: int, names: tuple[Term, ...], found: dict[tuple[Term, ...], tuple[Term, Term]]
) -> Iterator[tuple[tuple[Term, ...], tuple[Term, Term]]]:
    for variables in combinations_with_replacement(names, order):
        if variables not in found:
            left, right = found[variables[:-1]]
            last = variables[-1]
            found[variables] = differentiate(left, last).result, differentiate(right, last).result
        yield variables, found[variables]


def _is_zero(term: Term) -> bool:
    return not free_symbols(term) and exact(term) == 0


def _refuted(told: Verdict, variables: tuple[Term, ...], point: dict[Term, Term]) -> Verdict:
    assert told.counterexample is not None
    at = {plain(name): plain(value) for name, value in point.items()}
    where = ", ".join(f"{name} = {value}" for name, value in at.items())
    by = " ".join(plain(v) for v in variables)
    shown = replace(told.counterexample, at=at)
    message = (
        f"near {where} the values and slopes agree, but not the derivatives of order "
        f"{len(variables)} by {by}: {shown.left} on the left, {shown.right} on the right"
    )
    evidence = {**told.evidence, "derivative_by": by}
    return replace(told, message=message, counterexample=shown, evidence=evidence)
