r"""Extreme values with parameters: `\arg\min_w (w - a)^2 = a`, `\min_w ((w - a)^2 + b) = b`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import DeriveError
from symdl.evidence.algebra.back import term_of
from symdl.evidence.algebra.normal_form import core
from symdl.evidence.algebra.solving import root_in
from symdl.evidence.asymptotics.expansion import Place
from symdl.evidence.cells import NO_ANSWER, normal
from symdl.evidence.claim import Claim
from symdl.evidence.equality import judge_equality
from symdl.evidence.inequalities.order import settle
from symdl.evidence.inequalities.question import question
from symdl.evidence.kinds import EQUAL
from symdl.evidence.limits.rules import is_smooth, limit_term
from symdl.evidence.verdict import Verdict, proved, refuted, undecided
from symdl.expression.domain import REAL
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, number, postorder, replace, symbol

METHOD = "convexity"
_PLACES = frozenset({"argmax", "argmin"})
_LEAST = frozenset({"min_over", "inf_over", "argmin"})
_EXTREME = _LEAST | {"max_over", "sup_over", "argmax"}


@dataclass(frozen=True, slots=True)
class _Convex:
    """A term that is strictly convex in its variable, and its derivative."""

    body: Term
    slope: Term
    variable: Term
    sign: int


def judge_with_parameters(claim: Claim) -> Verdict | None:
    """The verdict on `optimum = value` with free parameters, by strict convexity; None if it is
    not of that form."""
    if claim.right is None or claim.relation not in EQUAL:
        return None
    sides = (claim.left, claim.right)
    part = next((side for side in sides if side.op in _EXTREME), None)
    if part is None:
        return undecided("a value with parameters that is part of a larger term", METHOD)
    value = sides[1] if part is sides[0] else sides[0]
    if part.op in ("sup_over", "inf_over") and part.data == "all":
        level = _level(part, value, claim)
        if level is not None:
            return level
    convex = _convex(part)
    if convex is None or convex.variable in free_symbols(value):
        return undecided("the term is not known to be strictly convex or concave", METHOD)
    place = value
    if part.op not in _PLACES:
        place = stationary(convex.slope, convex.variable, claim.conditions)
    found = judge_equality(
        replace(convex.slope, {convex.variable: place}), number(0), claim.conditions
    )
    if part.op in _PLACES:
        return _place(part, value, convex, found)
    if found.kind != "proved":
        return undecided("where the derivative vanishes is not known", METHOD)
    verdict = judge_equality(
        replace(convex.body, {convex.variable: place}), value, claim.conditions
    )
    if verdict.kind != "proved":
        return verdict
    return _proved(convex, place)


def _level(part: Term, value: Term, claim: Claim) -> Verdict | None:
    """A proof that a value bounds the term and is its limit at an end; None if it is not found."""
    variable, body = part.args
    least = part.op == "inf_over"
    if variable in free_symbols(value) or variable.data.domain != REAL:
        return None
    bounds = question(body, ">=" if least else "<=", value, claim.conditions)
    if settle(bounds).kind != "proved":
        return None
    for side in (-1, 1):
        limit = limit_term(body, variable, Place(None, side))
        if isinstance(limit, Term) and judge_equality(limit, value).kind == "proved":
            towards = "infinity" if side > 0 else "minus infinity"
            message = f"a bound of all values, and their limit towards {towards}"
            return proved(METHOD, message, limit=plain(limit))
    return None


def _place(part: Term, value: Term, convex: _Convex, found: Verdict) -> Verdict:
    if found.kind == "proved":
        return _proved(convex, value)
    if found.kind == "refuted" and found.counterexample is not None:
        word = "least" if part.op == "argmin" else "largest"
        message = f"the derivative does not vanish there, so the value is not the {word}"
        return refuted(METHOD, f"{message}: {found.message}", found.counterexample)
    return undecided("whether the derivative vanishes there is not known", METHOD)


def _proved(convex: _Convex, place: Term) -> Verdict:
    word = "convex" if convex.sign > 0 else "concave"
    message = (
        f"strictly {word} in {plain(convex.variable)}, "
        f"and the derivative vanishes at {plain(place)}"
    )
    return proved(METHOD, message, derivative=plain(convex.slope), place=plain(place))


def _convex(part: Term) -> _Convex | None:
    """The body as strictly convex (for a minimum) or concave; over all reals only, and defined
    with its slope at all of them: a pole may part two valleys."""
    variable, body = part.args[0], part.args[-1]
    domain = variable.data.domain
    if (
        part.data != "all"
        or domain.lower is not None
        or domain.upper is not None
        or domain.excluded
    ):
        return None
    try:
        first = differentiate(body, variable)
        second = differentiate(first.result, variable)
    except DeriveError:
        return None
    if first.kinks or second.kinks:
        return None
    if not (is_smooth(body, variable) and is_smooth(first.result, variable)):
        return None
    least = part.op in _LEAST
    relation = ">" if least else "<"
    settled = settle(question(second.result, relation, number(0)))
    if settled.kind != "proved":
        return None
    return _Convex(body, first.result, variable, 1 if least else -1)


def stationary(slope: Term, variable: Term, conditions: Sequence[Term]) -> Term:
    """A zero of a slope that is linear in the variable, or a quotient of what is linear in one
    exponential or logarithm in which alone the variable stands (to be proved by the caller)."""
    inside = _through(core(slope), variable, conditions)
    if inside is not None:
        return inside
    at_zero = replace(slope, {variable: number(0)})
    at_one = replace(slope, {variable: number(1)})
    return _tidy(make("div", make("neg", at_zero), at_one - at_zero))


_INVERSE = {"exp": "log", "log": "exp"}


def _through(slope: Term, variable: Term, conditions: Sequence[Term]) -> Term | None:
    """Where a slope is 0 that depends on its variable through an exponential or a logarithm: an
    exponential whose value there is positive for all parameters, or there may be no such place."""
    for inner in postorder(slope):
        back = _INVERSE.get(inner.op)
        if back is None or variable not in free_symbols(inner):
            continue
        whole = symbol("#whole")
        rest = replace(slope, {inner: whole})
        if variable in free_symbols(rest):
            return None
        try:
            found = normal((), rest)
        except NO_ANSWER:
            return None
        value = root_in(found.ring, found.value.num, whole)
        if value is None:
            return None
        positive = question(value, ">", number(0), tuple(conditions))
        if inner.op == "exp" and settle(positive).kind != "proved":
            return None
        return stationary(inner.args[0] - make(back, value), variable, conditions)
    return None


def _tidy(place: Term) -> Term:
    try:
        found = normal((), place)
    except NO_ANSWER:
        return place
    return term_of(found.ring, found.value) or place
