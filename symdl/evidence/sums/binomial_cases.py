r"""Equations of binomial coefficients by cases: whether `\binom{n}{k}` is 0 depends on the order of
n and k, of which nobody says anything (Pascal's rule)."""

from __future__ import annotations

from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.cells import NO_ANSWER, normal
from symdl.evidence.claim import Claim
from symdl.evidence.equality import judge_equality
from symdl.evidence.kinds import EQUAL
from symdl.evidence.verdict import Verdict, proved
from symdl.expression.printer import plain
from symdl.expression.term import BINDERS, Term, free_symbols, make, number, postorder, replace

METHOD = "normal-form"
MOST_BETWEEN = 4


def judge_binomials(claim: Claim) -> Verdict | None:
    """A proof of an equation in each case: no coefficient is 0 for its order, some are, all are;
    None where it is not found."""
    if claim.right is None or claim.relation not in EQUAL or "binomial" not in claim.operations:
        return None
    if not BINDERS.isdisjoint(claim.operations):
        return None  # its numbers may be indices
    left, right = claim.left, claim.right
    found = [n for side in (left, right) for n in postorder(side) if n.op == "binomial"]
    rests = [n.args[0] - n.args[1] for n in found]
    shifts = [_shift(rest, rests[0]) for rest in rests]
    known = [shift for shift in shifts if shift is not None]
    if not free_symbols(rests[0]) or len(known) < len(shifts):
        return None
    first, last = -min(known), -max(known)  # from the first on none is 0, below the last all are
    if first - last > MOST_BETWEEN:
        return None
    cases = [(">=", first), *(("=", at) for at in range(last, first))]
    holds = [
        _is_proved(claim, left, right, make("relation", rests[0], number(at), data=(relation,)))
        for relation, at in cases
    ]
    gone = dict.fromkeys(found, number(0))
    below = make("relation", rests[0], number(last), data=("<",))
    if not all(holds) or not _is_proved(claim, replace(left, gone), replace(right, gone), below):
        return None
    order = ", ".join(f"{relation} {at}" for relation, at in cases)
    told = f"equal where {plain(rests[0])} is {order} and less (there all coefficients are 0)"
    return proved(METHOD, told, cases=len(cases) + 1)


def _shift(rest: Term, base: Term) -> int | None:
    """The whole number by which a difference is larger than another one."""
    try:
        found = normal((), rest - base)
    except NO_ANSWER:
        return None
    value = pol.as_rational(found.value)
    return int(value) if value is not None and value.denominator == 1 else None


def _is_proved(claim: Claim, left: Term, right: Term, condition: Term) -> bool:
    return judge_equality(left, right, (*claim.conditions, condition)).kind == "proved"
