r"""Claims with integrals: `\int f(x)\,dx = F(x)`, known primitives, the audit of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from symdl.derivation.differentiate import differentiate
from symdl.derivation.expand import expand
from symdl.derivation.facts import Facts
from symdl.document.errors import DeriveError, InternalError
from symdl.evidence.algebra.demands import demands
from symdl.evidence.balls import ball
from symdl.evidence.claim import Attempt, Claim
from symdl.evidence.conditions.hypotheses import admissible
from symdl.evidence.conditions.lost_domain import as_declared
from symdl.evidence.defined import may_be_defined
from symdl.evidence.equality import judge_equality
from symdl.evidence.integrals.definite import Primitive
from symdl.evidence.integrals.quadrature import quadrature
from symdl.evidence.kinds import EQUAL
from symdl.evidence.points import atoms, points
from symdl.evidence.refute import point_text
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as replace_terms

METHOD = "antiderivative"
AUDITED = 2
MOST_NUMBERS = 6


def judge_antiderivative(claim: Claim) -> Verdict | None:
    r"""The verdict on `\\int f(x)\\,dx = F(x)`: whether the derivative of F is f."""
    if claim.right is None or claim.relation not in EQUAL:
        return None
    sides = (claim.left, claim.right)
    part = next((side for side in sides if side.op == "integral" and side.data == "all"), None)
    other = sides[1] if part is sides[0] else sides[0]
    if part is None or any(n.op == "integral" for n in postorder(other)):
        return undecided("an integral without limits that is part of a larger term", METHOD)
    variable, body = part.args
    if any(TABLE[n.op].jumps for n in postorder(other) if n.op in TABLE):
        return undecided("whether the right side is continuous is not known", METHOD)
    try:
        slope = differentiate(other, variable).result
    except DeriveError as problem:
        return undecided(problem.message, METHOD)
    verdict = judge_equality(slope, body, claim.conditions)
    if verdict.kind == "proved":
        return _proved(replace(claim, left=body, right=other), verdict, slope)
    if verdict.kind != "refuted":
        return verdict
    message = f"the derivative of {plain(other)} is not the integrand: {verdict.message}"
    evidence = {**verdict.evidence, "derivative": plain(slope)}
    return replace(verdict, message=message, evidence=evidence)


def _proved(claim: Claim, verdict: Verdict, slope: Term) -> Verdict:
    """A proof that the derivative of the right side is the left one, with what the right side
    needs to have a value: `\\log x` as an integral of 1/x is one for x > 0 only."""
    body, primitive = claim.left, claim.right
    assert primitive is not None
    if not may_be_defined(body, primitive, claim.conditions):
        return undecided("no point was found at which both sides are defined", METHOD)
    facts = Facts()
    known = {d for n in postorder(body) for d in demands(n)}
    asked = {d: None for n in postorder(primitive) for d in demands(n)}
    where = [plain(d) for d in asked if d not in known and not facts.certain(d)]
    told = f" where {' and '.join(where[:4])}" if where else ""
    message = f"its derivative is the integrand{told} (the constant is left open)"
    evidence = {**verdict.evidence, "derivative": plain(slope)}
    if where:
        evidence["defined_where"] = where
    return as_declared(claim, replace(verdict, message=message, evidence=evidence))


def primitives_in(written: Claim) -> list[Primitive]:
    """Functions whose derivative is written in a claim: f where f' is integrated."""
    sides = written.sides
    return list(_primitives(sides, written))


def _primitives(sides: Sequence[Term], written: Claim) -> Iterator[Primitive]:
    for node in (n for side in sides for n in postorder(side)):
        variable: Term | None = None
        if node.op == "call" and node.data.primes and len(node.args) == 1:
            (variable,) = node.args
            body = make("call", variable, data=replace(node.data, primes=node.data.primes - 1))
        elif node.op == "derivative" and len(node.args) == 2:
            body, variable = node.args
        if variable is None or variable.op != "symbol":
            continue
        try:
            yield variable, expand(body, written.scope)
        except DeriveError:
            continue


# --- integrals whose values are not found -----------------------------------------------------


def same_integrands(claim: Claim) -> Verdict | None:
    """A proof of `c \\int f = d \\int g` over the same interval by that of c f = d g."""
    if claim.right is None or claim.relation not in EQUAL:
        return None
    parts = [_one_integral(side) for side in (claim.left, claim.right)]
    if None in parts:
        return None
    (front, first), (other, second) = (part for part in parts if part is not None)
    x = first.args[0]
    if first.args[1:3] != second.args[1:3] or x in free_symbols(front) | free_symbols(other):
        return None
    body = substitute(second.args[-1], {second.args[0]: x})
    verdict = judge_equality(front * first.args[-1], other * body, of_numbers(claim.conditions))
    if verdict.kind != "proved":
        return None
    return replace(verdict, message=f"the integrands are equal: {verdict.message}")


def of_numbers(conditions: Sequence[Term]) -> tuple[Term, ...]:
    """The conditions that speak of no integral: what is proved under them is proved under all."""
    return tuple(c for c in conditions if all(n.op != "integral" for n in postorder(c)))


def _one_integral(side: Term) -> tuple[Term, Term] | None:
    """A side that is an integral times what is no integral."""
    front: Term = number(1)
    while side.op != "integral":
        inner = [a for a in side.args if any(n.op == "integral" for n in postorder(a))]
        if side.op not in ("neg", "mul", "div") or len(inner) != 1:
            return None
        if side.op == "div" and inner[0] is not side.args[0]:
            return None
        rest = [a for a in side.args if a is not inner[0]]
        if side.op == "neg":
            front = -front
        for a in rest:
            front = front / a if side.op == "div" else front * a
        side = inner[0]
    return (front, side) if side.data == "range" else None


def refuted_with_numbers(claim: Claim, judge: Attempt) -> Verdict | None:
    """A refutation at numbers for the parameters, where a claim with integrals has one."""
    if claim.right is None:
        return None
    sides = (claim.left, claim.right)
    free = sorted(free_symbols(claim.left) | free_symbols(claim.right), key=repr)
    if not free or any(s.shape != () or s.data.role in ("sequence", "function") for s in free):
        return None
    for point in points(free, [*sides, *claim.conditions], MOST_NUMBERS):
        if not admissible(point, claim.conditions):
            continue
        table = {atom: number(v) for atom, v in point.items()}
        left, right = (substitute(side, table) for side in sides)
        plain_sides = (s for s in (left, right) if all(n.op != "integral" for n in postorder(s)))
        if any(not ball(side, {}, 128).is_finite() for side in plain_sides):
            continue
        found = judge(replace(claim, left=left, right=right, conditions=()))
        if found is not None and found.kind == "refuted" and found.counterexample is not None:
            shown = replace(found.counterexample, at=point_text(point))
            return replace(found, counterexample=shown)
    return None


def audit_values(values: Mapping[Term, Term], verdict: Verdict) -> None:
    """Every value found for an integral is compared with quadrature, at plain values of its
    parameters; a difference is a bug of ours, told loudly."""
    if verdict.kind == "undecided":
        return
    for part, value in values.items():
        if part.op != "integral":
            continue
        wanted = atoms((value, *(make("abs", s) for s in free_symbols(part))))
        for point in points(wanted, [value], AUDITED):
            table = {atom: number(v) for atom, v in point.items()}
            numeric = quadrature(substitute(part, table))
            exact = ball(replace_terms(value, table), {}, 128)
            if numeric.is_finite() and exact.is_finite() and not numeric.overlaps(exact):
                at = point_text(point)
                raise InternalError(f"{plain(part)} is {numeric} at {at}, not {plain(value)}")
