"""Equality of two closed scalar terms: refute, prove by normal form, prove by cases, search."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.evidence.audit import audit_equality
from symdl.evidence.cases import has_switch, prove_by_cases
from symdl.evidence.exact import exact
from symdl.evidence.normal_form import NotDecided, prove_equal
from symdl.evidence.refute import QUICK, Separation, counterexample, point_text, separate
from symdl.evidence.verdict import Verdict, proved, refuted, undecided
from symdl.expression.term import Term

WHERE_DEFINED = "equal wherever both sides are defined"


def judge_equality(left: Term, right: Term, conditions: Sequence[Term] = ()) -> Verdict:
    """The verdict on left = right for all values of their symbols in their domains.

    The terms are closed: expanded, in operator rows, piecewise and free symbols only.
    `conditions` restrict the points looked at for a counterexample; a proof does without them.
    """
    if left is right:
        return proved("exact", "both sides are the same term", points=0)
    values = exact(left), exact(right)
    if None not in values and values[0] == values[1]:
        return proved("exact", f"both sides are {values[0]}", value=str(values[0]))
    found = separate(left, right, conditions, QUICK)
    if found is not None:
        return _refuted(found, left, right)
    verdict, reason = _prove(left, right)
    if verdict is None:
        found = separate(left, right, conditions)
        if found is not None:
            return _refuted(found, left, right)
        return undecided(reason)
    audited = audit_equality(left, right, conditions)
    return Verdict(
        verdict.kind,
        verdict.method,
        verdict.message,
        evidence={**verdict.evidence, "audited_points": audited},
    )


def _prove(left: Term, right: Term) -> tuple[Verdict | None, str]:
    reason = "no normal form shows equality and no point tried separates the sides"
    try:
        proof = prove_equal(left, right)
        if proof is not None:
            return _proved("normal-form", proof.rules, proof.conditions), ""
    except NotDecided as problem:
        reason = str(problem)
    try:
        if has_switch(left) or has_switch(right):
            cases = prove_by_cases(left, right)
            if cases is not None:
                verdict = _proved("cases", cases.rules, cases.conditions, cases.cells)
                return verdict, ""
            reason = "not every case has a normal form that shows equality"
    except NotDecided as problem:
        reason = str(problem)
    return None, reason


def _proved(
    method: str, rules: tuple[str, ...], conditions: tuple[Term, ...], cells: tuple[str, ...] = ()
) -> Verdict:
    from symdl.expression.printer import plain

    where = [plain(condition) for condition in conditions]
    message = "equal" if not where else f"{WHERE_DEFINED} ({', '.join(where[:4])})"
    if len(cells) > 1:
        message += f", in each of {len(cells)} cases"
    evidence = {"rules": list(rules), "defined_where": where}
    if cells:
        evidence["cases"] = list(cells)
    return proved(method, message, **evidence)


def _refuted(found: Separation, left: Term, right: Term) -> Verdict:
    shown = counterexample(found, left, right)
    place = ", ".join(f"{name} = {value}" for name, value in point_text(found.point).items())
    message = f"left is {shown.left}, right is {shown.right}" + (f" at {place}" if place else "")
    return refuted("sampling", message, shown, bits=found.bits)
