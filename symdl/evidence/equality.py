"""Equality of two closed scalar terms: refute, prove by normal form, prove by cases, search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from symdl.evidence.algebra.normal_form import MAX_NODES, NotDecided, Proof, prove_equal
from symdl.evidence.cases import prove_by_cases
from symdl.evidence.cells import Cell, Facts, sign_in
from symdl.evidence.conditions.enclosed import BITS, counterexample_near
from symdl.evidence.conditions.equations import equations, points_on, with_multiples
from symdl.evidence.conditions.given import Given, sign_facts, use
from symdl.evidence.defined import defined_somewhere, may_be_defined
from symdl.evidence.exact import exact
from symdl.evidence.points import atoms, domain_of
from symdl.evidence.refute import (
    PHASES,
    QUICK,
    Separation,
    at,
    counterexample,
    looked_at,
    separate,
)
from symdl.evidence.switches import has_switch
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.expression.numerals import value_of
from symdl.expression.relations import links
from symdl.expression.term import Term, make, number, postorder, size, symbol
from symdl.expression.term import replace as replace_terms

AT_POWERS = tuple(Fraction(v) for v in ("-1", "2", "1/2", "-2", "3", "1/3"))
MOST_POWERS, POWER_BITS = 3, 128
HIGH = 12
"""Powers of sums above this are seldom written out."""
WHERE_DEFINED = "equal wherever both sides are defined"


def judge_equality(left: Term, right: Term, conditions: Sequence[Term] = ()) -> Verdict:
    """The verdict on left = right for all values of their symbols in their domains.

    The terms are closed: expanded, in operator rows, piecewise and free symbols only.
    `conditions` restrict the claim: their equations are solved for a symbol, their inequalities
    are facts for a proof, and a counterexample certainly meets them.
    """
    if left is right:
        if not may_be_defined(left, left):
            return undecided("no point was found at which both sides are defined")
        return proved("exact", "both sides are the same term", points=0)
    values = exact(left), exact(right)
    if None not in values and values[0] == values[1]:
        return proved("exact", f"both sides are {values[0]}", value=str(values[0]))
    given = use(left, right, conditions)
    found, defined = looked_at(given.left, given.right, given.conditions, QUICK)
    verdict = _refutation(left, right, given, found)
    if verdict is not None:
        return verdict
    verdict, reason = _prove(given)
    if verdict is None:
        verdict = _proved_apart(given)
    if verdict is None:
        found = separate(given.left, given.right, given.conditions, PHASES)
        verdict = _refutation(left, right, given, found)
        if verdict is None:
            verdict = _refuted_at_powers(left, right, given)
        return undecided(reason) if verdict is None else verdict
    if not defined and not defined_somewhere(given.left, given.right, given.conditions):
        return undecided("no point was found at which both sides are defined")
    return verdict


def _refutation(left: Term, right: Term, given: Given, found: Separation | None) -> Verdict | None:
    """A certified separation, checked on the two original sides."""
    if found is None:
        found = _on_equations(given)
    if found is None or not given.solutions:
        return None if found is None else _refuted(found, left, right)
    full = given.complete(found.point)
    if full is None:
        near = counterexample_near(given, left, "=", right, found.point)
        return None if near is None else _refuted_with(near[0], BITS).noting(solved=near[1])
    again = at(left, right, (), full, found.bits)
    return None if again is None else _refuted(again, left, right)


def _on_equations(given: Given) -> Separation | None:
    """A separation at a rational point of an equation that is left among the conditions."""
    sides = given.left, given.right
    tried = points_on(sides, given.conditions)
    found = (at(*sides, given.conditions, point, POWER_BITS) for point in tried)
    return next((each for each in found if each is not None), None)


def _refuted_at_powers(left: Term, right: Term, given: Given) -> Verdict | None:
    """Powers with symbolic exponents of what may be negative are seldom defined: places at which
    they are, such as ((-1)^2)^(1/2)."""
    powers = [
        node
        for side in (given.left, given.right)
        for node in postorder(side)
        if node.op == "pow" and node.args[1].op == "symbol"
    ]
    wanted = atoms((given.left, given.right, *given.conditions))
    if not powers or given.solutions or len(wanted) > MOST_POWERS:
        return None
    values = [[v for v in AT_POWERS if domain_of(a).contains(v)] for a in wanted]
    for chosen in product(*values):
        point = dict(zip(wanted, chosen, strict=True))
        found = at(given.left, given.right, given.conditions, point, POWER_BITS)
        if found is not None:
            return _refuted(found, left, right)
    return None


def _prove(given: Given) -> tuple[Verdict | None, str]:
    left, right, facts = given.left, given.right, sign_facts(given.conditions)
    if size(left) + size(right) > MAX_NODES:
        return None, f"too large for the normal form: more than {MAX_NODES} sub-terms"
    plain_facts = tuple(fact for fact in facts if not has_switch(fact[0]))
    known = (*plain_facts, *_zeros(given.conditions))
    reason = "no normal form shows equality and no point tried separates the sides"
    try:
        proof = prove_equal(left, right, known)
        if proof is not None:
            return _proved("normal-form", proof.rules, proof.conditions), ""
    except NotDecided as problem:
        reason = str(problem)
    proof = _proof_with_names(left, right) or _proof_by_multiples(given, plain_facts)
    if proof is not None:
        return _proved("normal-form", proof.rules, proof.conditions), ""
    if _squares_are_equal(left, right, plain_facts):
        return _proved("normal-form", (SQUARES,), ()), ""
    try:
        if has_switch(left) or has_switch(right) or plain_facts != facts:
            cases = prove_by_cases(left, right, facts)
            if cases is not None:
                outside = tuple(f"outside of {name}" for name in cases.one_sided)
                told = _proved("cases", cases.rules, cases.conditions, cases.cells, outside)
                return told, ""
            reason = "not every case has a normal form that shows equality"
    except NotDecided as problem:
        reason = str(problem)
    return None, reason


def _proved_apart(given: Given) -> Verdict | None:
    """A proof that the gap is 0 where it is with some factors that the conditions keep from 0: as
    `x = -a` where `x^2 = a^2` and x is not a."""
    apart = _apart(given.conditions)
    if not apart:
        return None
    gap = make("mul", given.left - given.right, *apart)
    verdict, _ = _prove(replace(given, left=gap, right=number(0)))
    return verdict


def _apart(conditions: Sequence[Term]) -> list[Term]:
    """What is not 0 by the conditions."""
    return [a - b for r, a, b in links(conditions) if r == "!=" and not a.shape and not b.shape]


def _zeros(conditions: Sequence[Term]) -> Iterator[tuple[Term, int]]:
    """What is 0 by the equations that are left: `xy = 0` where x is not says that y is."""
    apart = _apart(conditions)
    for left, right in equations(conditions):
        gap = left - right
        if not any(map(has_switch, (gap, *apart))):
            yield gap, 0
            if apart:
                yield make("div", gap, make("mul", *apart) if len(apart) > 1 else apart[0]), 0


def _proof_with_names(left: Term, right: Term) -> Proof | None:
    """A proof with names for the sums under high powers: what is equal for all values of the names
    is equal for these."""
    bases = dict.fromkeys(
        n.args[0]
        for side in (left, right)
        for n in postorder(side)
        if n.op == "pow" and n.args[0].op == "add" and (value_of(n.args[1]) or 0) > HIGH
    )
    table = {base: symbol(f"base {i}") for i, base in enumerate(bases)}
    if not table:
        return None
    try:
        proof = prove_equal(replace_terms(left, table), replace_terms(right, table))
    except NotDecided:
        return None
    back = {name: base for base, name in table.items()}
    conditions = () if proof is None else tuple(replace_terms(c, back) for c in proof.conditions)
    return None if proof is None else replace(proof, conditions=conditions)


def _proof_by_multiples(given: Given, facts: Facts) -> Proof | None:
    """A proof with a multiple of an equation that is left among the conditions."""
    for gap in with_multiples(given.left - given.right, given.conditions):
        try:
            proof = prove_equal(gap, number(0), facts)
        except NotDecided:
            continue
        if proof is not None:
            return proof
    return None


SQUARES = "u = v if u^2 = v^2 and u, v >= 0"


def _squares_are_equal(left: Term, right: Term, facts: Facts) -> bool:
    """Whether both sides are certainly not negative and have equal squares (nested roots)."""
    roots = sum(n.op in ("sqrt", "root") for side in (left, right) for n in postorder(side))
    if roots < 2 or any(has_switch(side) for side in (left, right)):
        return False
    cell = Cell(left, right, facts)
    if any((sign_in(cell, side) or 0) < 1 for side in (left, right)):
        return False
    try:
        proof = prove_equal(left ** number(2), right ** number(2), facts)
    except NotDecided:
        return False
    return proof is not None


def _proved(
    method: str,
    rules: tuple[str, ...],
    conditions: tuple[Term, ...],
    cells: tuple[str, ...] = (),
    outside: tuple[str, ...] = (),
) -> Verdict:
    from symdl.expression.printer import plain

    where = list(dict.fromkeys((*(plain(condition) for condition in conditions), *outside)))
    message = "equal" if not where else f"{WHERE_DEFINED} ({', '.join(where[:4])})"
    if len(cells) > 1:
        message += f", in each of {len(cells)} cases"
    evidence = {"rules": list(rules), "defined_where": where}
    if cells:
        evidence["cases"] = list(cells)
    return proved(method, message, **evidence)


def _refuted(found: Separation, left: Term, right: Term) -> Verdict:
    return _refuted_with(counterexample(found, left, right), found.bits)


def _refuted_with(shown: Counterexample, bits: int) -> Verdict:
    place = ", ".join(f"{name} = {value}".replace("= ≈", "≈") for name, value in shown.at.items())
    message = f"left is {shown.left}, right is {shown.right}" + (f" at {place}" if place else "")
    return refuted("sampling", message, shown, bits=bits)
