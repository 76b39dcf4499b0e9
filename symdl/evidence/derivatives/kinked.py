r"""Values of a derivative at a kink: `f'(0) = 0` of ReLU, which has no derivative at 0.

The limits of the difference quotient from both sides are certified; where they differ there is no
derivative. A number between the two slopes is a convention that many texts and libraries follow (a
subgradient: Clarke, Optimization and Nonsmooth Analysis, section 2.1), and is said to be one.
"""

from __future__ import annotations

from collections.abc import Iterator

from symdl.derivation.expand import expand
from symdl.document.errors import DeriveError
from symdl.evidence.balls import ball
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.equality import judge_equality
from symdl.evidence.limits.claims import value_of
from symdl.evidence.verdict import Counterexample, Verdict, refuted
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Call, Term, free_symbols, make, number, symbol

METHOD = "one-sided"
BITS = 128
STEP = symbol(r"\text{step}")


def judge_at_kink(claim: Claim) -> Verdict | None:
    """The refutation of `f'(a) = c` (a plain number a) where f has no derivative at a; None for
    every other claim, and where both slopes are the same or not known."""
    if claim.right is None or claim.relation not in ("=", "equiv") or claim.conditions:
        return None
    for side, other in ((claim.left, claim.right), (claim.right, claim.left)):
        for function, place in _derivatives(side, claim):
            slopes = _slopes(function, place, claim)
            if slopes is not None and not free_symbols(other):
                return _refuted(side, other, place, slopes)
    return None


def _derivatives(side: Term, claim: Claim) -> Iterator[tuple[tuple[Term, Term], Term]]:
    """The body and the variable of what is differentiated, and the place."""
    if side.op == "call" and isinstance(side.data, Call) and side.data.primes == 1:
        known = claim.scope.functions.get(side.data.function.name)
        if known is not None and len(known.parameters) == len(side.args) == 1:
            yield (known.body, known.parameters[0]), side.args[0]
    elif side.op == "at" and side.args[0].op == "derivative" and len(side.args[0].args) == 2:
        body, variable = side.args[0].args
        if side.args[1] is variable:
            yield (body, variable), side.args[2]


def _slopes(function: tuple[Term, Term], place: Term, claim: Claim) -> tuple[Term, Term] | None:
    """The certainly different limits of the difference quotient, from the left and the right."""
    body, variable = function
    if free_symbols(place) or free_symbols(body) != {variable}:
        return None
    try:
        body = expand(body, claim.scope)
    except DeriveError:
        return None
    there = substitute(body, {variable: place})
    if not ball(there, {}, BITS).is_finite():
        return None
    moved = substitute(body, {variable: place + STEP})
    quotient = make("div", make("add", moved, make("neg", there)), STEP)
    found = [value_of(make("limit", STEP, number(0), quotient, data=side)) for side in "-+"]
    left, right = found
    if not isinstance(left, Term) or not isinstance(right, Term):
        return None
    signs = infinite_sign(left), infinite_sign(right)
    if signs[0] == signs[1] and (signs[0] or judge_equality(left, right).kind != "refuted"):
        return None
    return left, right


def _refuted(side: Term, other: Term, place: Term, slopes: tuple[Term, Term]) -> Verdict:
    left, right = map(plain, slopes)
    words = f"there is no derivative at {plain(place)}: its slope is {left} from the left"
    message = f"{words} and {right} from the right"
    shown = Counterexample({}, "undefined", plain(other))
    verdict = refuted(METHOD, message, shown, slopes=[left, right])
    if not _between(other, slopes):
        return verdict
    told = f"{message}; {plain(other)}, a subgradient, may be taken for it by convention"
    return Verdict(
        "refuted-as-stated",
        METHOD,
        told,
        counterexample=shown,
        evidence={**verdict.evidence, "hypotheses": f"{plain(side)} is set by convention"},
    )


def _between(value: Term, slopes: tuple[Term, Term]) -> bool:
    """Whether a value lies between both slopes, or is one of them."""
    if any(infinite_sign(s) for s in slopes):
        return False
    if any(judge_equality(value, s).kind == "proved" for s in slopes):
        return True
    middle, left, right = (ball(t, {}, BITS) for t in (value, *slopes))
    return bool((left < middle < right) or (right < middle < left))
