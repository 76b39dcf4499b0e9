r"""Claims about numbers that are found and not computed: `\min_x f(x) \approx -0.17`,
`\arg\max_x f(x) = \sqrt{2}`, `\sup_x \tanh(x) = 1`, `\int_0^1 x^2\,dx = 1/3`.

Each such part of a claim is given its value (see `found_values`). Then the claim is judged as
every other claim about numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symdl.evidence.balls import ball
from symdl.evidence.bounds.optimum import OPTIMA
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.defined import may_be_defined
from symdl.evidence.equality import judge_equality
from symdl.evidence.extrema.found_values import BITS, Found, found_value, over_reals, value_text
from symdl.evidence.extrema.parameters import judge_with_parameters
from symdl.evidence.inequalities import order
from symdl.evidence.inequalities.question import question
from symdl.evidence.integrals.claims import (
    audit_values,
    judge_antiderivative,
    of_numbers,
    primitives_in,
    refuted_with_numbers,
    same_integrands,
)
from symdl.evidence.kinds import EQUAL
from symdl.evidence.rounding import in_place, judge_printed, printed, without_digits
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.expression.printer import plain
from symdl.expression.relations import COMPARING
from symdl.expression.term import Term, free_symbols, operations
from symdl.expression.term import replace as replace_terms

METHOD = "enclosure"
LEAST_DIGITS = 6
VALUED = frozenset({"integral", "limit", *OPTIMA})


def judge_valued(written: Claim, claim: Claim) -> Verdict | None:
    """The verdict on a claim with such parts (as written, and written out); None if it has none."""
    if claim.right is None or VALUED.isdisjoint(claim.operations):
        return None
    parts = [n for side in (claim.left, claim.right) for n in _outermost(side)]
    if not parts or _is_plain_limit(claim, parts):
        return None
    if any(n.op == "integral" and n.data == "all" for n in parts):
        return judge_antiderivative(claim)
    if any(free_symbols(part) for part in parts if part.op in OPTIMA):
        return judge_with_parameters(claim)
    hints = primitives_in(written)
    known = {part: found_value(part, hints) for part in dict.fromkeys(parts)}
    for part, found in known.items():
        if found.missing:
            return _otherwise(claim, _missing(claim, part, found))
    table = {part: found.exact for part, found in known.items() if found.exact is not None}
    left, right = replace_terms(claim.left, table), replace_terms(claim.right, table)
    verdict = _judged(claim, left, right)
    if verdict is None:
        return None
    if verdict.kind == "undecided":
        verdict = _otherwise(claim, verdict)
    audit_values(table, verdict)
    verdict = _with_integrals(verdict, known)
    told = [dict(found.evidence) for found in known.values() if found.evidence]
    return replace(verdict, evidence={**verdict.evidence, "values": told}) if told else verdict


def _otherwise(claim: Claim, open_: Verdict) -> Verdict:
    """What is known of integrals whose values are not found or not compared."""
    if open_.kind != "undecided":
        return open_
    same = same_integrands(claim)
    if same is not None:
        return same
    refuted_ = refuted_with_numbers(claim, lambda special: judge_valued(special, special))
    return open_ if refuted_ is None else refuted_


def _is_plain_limit(claim: Claim, parts: Sequence[Term]) -> bool:
    """One limit that is a side of an equation: judged as a limit."""
    sides = (claim.left, claim.right)
    return len(parts) == 1 and parts[0].op == "limit" and parts[0] in sides


def _with_integrals(verdict: Verdict, known: Mapping[Term, Found]) -> Verdict:
    """The message of a proof with the values found for integrals."""
    values = {p: f.exact for p, f in known.items() if p.op == "integral" and f.exact is not None}
    if verdict.kind != "proved" or not values:
        return verdict
    told = ", ".join(f"{plain(part)} = {plain(value)}" for part, value in values.items())
    return replace(verdict, method="antiderivative", message=f"{told}, by an antiderivative")


def _outermost(root: Term) -> list[Term]:
    """The parts whose value has to be found, not looked into."""
    found: list[Term] = []
    if operations(root).isdisjoint(VALUED):
        return found
    stack, seen = [root], {root}
    while stack:
        node = stack.pop()
        if node.op in ("integral", "limit") or (node.op in OPTIMA and over_reals(node)):
            found.append(node)
            continue
        fresh = [a for a in node.args if a not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    return found


def _judged(claim: Claim, left: Term, right: Term) -> Verdict | None:
    if claim.relation in EQUAL or claim.relation == "approx":
        infinite = _infinite(left, right)
        if infinite is not None:
            return infinite
        verdict = _against_digits(claim, left, right)
        if verdict is not None:
            return verdict
        if claim.relation in EQUAL:
            verdict = judge_equality(left, right, claim.conditions)
            fewer = of_numbers(claim.conditions)
            if verdict.kind == "undecided" and len(fewer) < len(claim.conditions):
                second = judge_equality(left, right, fewer)
                verdict = second if second.kind == "proved" else verdict
            apart = _apart(left, right) if verdict.kind == "undecided" else None
            return verdict if apart is None else apart
        return None
    if claim.relation in COMPARING:
        infinite = _of_infinite(claim, left, right)
        if infinite is not None:
            return infinite
        return order.settle(question(left, claim.relation, right, claim.conditions))
    return None


def _against_digits(claim: Claim, left: Term, right: Term) -> Verdict | None:
    """A value that was found against a number as printed; None where no side is one."""
    if free_symbols(left) | free_symbols(right) or claim.right is None:
        return None
    for value, other, turned in ((left, claim.right, False), (right, claim.left, True)):
        digits = printed(other)
        if digits is None:
            continue
        relation = "=" if without_digits(other) or claim.worked else claim.relation
        found = judge_printed(value, relation, other, digits)
        return in_place(found) if turned else found
    return None


def _infinite(left: Term, right: Term) -> Verdict | None:
    """An equation one of whose sides is infinite."""
    signs = infinite_sign(left), infinite_sign(right)
    if not any(signs):
        return None
    if signs[0] == signs[1]:
        return proved(METHOD, "both sides are infinite")
    if not all(s or may_be_defined(t, t) for s, t in zip(signs, (left, right), strict=True)):
        return undecided("one side is infinite, and the other has no value", METHOD)
    shown = [
        plain(side) if sign or free_symbols(side) else value_text(side)
        for side, sign in zip((left, right), signs, strict=True)
    ]
    message = f"the left side is {shown[0]}, the right side {shown[1]}"
    return refuted(METHOD, message, Counterexample({}, shown[0], shown[1]))


def _of_infinite(claim: Claim, left: Term, right: Term) -> Verdict | None:
    """An order relation between an infinite side and a number."""
    signs = infinite_sign(left), infinite_sign(right)
    if not any(signs) or free_symbols(left) | free_symbols(right):
        return None
    if signs[0] == signs[1] and claim.relation in ("<=", ">="):
        return None
    if not all(
        s or ball(t, {}, BITS).is_finite() for s, t in zip(signs, (left, right), strict=True)
    ):
        return None
    shown = [
        plain(side) if sign else value_text(side)
        for side, sign in zip((left, right), signs, strict=True)
    ]
    message = f"the left side is {shown[0]}, the right side {shown[1]}"
    below = claim.relation in ("<", "<=")
    holds = signs[0] != signs[1] and (claim.relation == "!=" or (signs[0] < signs[1]) == below)
    if holds:
        return proved(METHOD, message)
    return refuted(METHOD, message, Counterexample({}, shown[0], shown[1]))


def _apart(left: Term, right: Term) -> Verdict | None:
    """Two numbers that cannot be proved equal: certainly different, or alike to many digits."""
    a, b = ball(left, {}, BITS), ball(right, {}, BITS)
    if not a.is_finite() or not b.is_finite():
        return None
    shown = value_text(left), value_text(right)
    if not a.overlaps(b):
        message = f"the left side is {shown[0]}, the right side {shown[1]}"
        return refuted(METHOD, message, Counterexample({}, *shown))
    digits = min(a.rel_accuracy_bits(), b.rel_accuracy_bits()) * 3 // 10
    if digits < LEAST_DIGITS:
        return None
    message = f"both sides are enclosed and agree to {digits} digits, {shown[0]}; not a proof"
    return Verdict("confirmed", METHOD, message, evidence={"digits": digits})


def _missing(claim: Claim, part: Term, found: Found) -> Verdict:
    if not found.certain or claim.relation not in (*EQUAL, "approx"):
        return undecided(found.missing, METHOD)
    sides = (claim.left, claim.right)
    shown = [found.missing if side is part else _plainly(side) for side in sides]
    return refuted(METHOD, found.missing, Counterexample({}, shown[0], shown[1]), **found.evidence)


def _plainly(side: Term | None) -> str:
    return "" if side is None else plain(side)
