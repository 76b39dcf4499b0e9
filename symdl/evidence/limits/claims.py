r"""Limits at infinity and at points, one-sided too: `\lim_{x \to -\infty} \sigma(x) = 0`.

A limit is read off a certified expansion, so its value is exact (a constant of
`asymptotics/constants.py`), or plus or minus infinity. A two-sided limit needs both sides;
sides outside the declared domain of the variable do not count.
"""

from __future__ import annotations

from dataclasses import replace as replace_fields
from itertools import islice

from symdl.evidence.asymptotics.expansion import Place, limit
from symdl.evidence.balls import ball
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import admissible, domain_under, infinite_sign, variables
from symdl.evidence.equality import judge_equality
from symdl.evidence.inequalities import order
from symdl.evidence.inequalities.question import question
from symdl.evidence.limits.answers import (
    METHOD,
    against_claim,
    parameters_of,
    shown_claim,
)
from symdl.evidence.limits.bodies import prepared
from symdl.evidence.limits.cases import Case, strategies
from symdl.evidence.limits.questions import Question, places_of, question_of
from symdl.evidence.limits.rules import (
    limit_term,
)
from symdl.evidence.limits.ways import besides_expansions, by_value
from symdl.evidence.points import points
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.work import allowance
from symdl.expression.printer import plain
from symdl.expression.term import Term, constant, free_symbols, make, number, replace

FEW_TRIALS, MOST_TRIALS, SPARSE = 3, 12, 6


def judge_limit(claim: Claim) -> Verdict | None:
    """The verdict on a claim about a limit; None if it is not one this module reads."""
    asked = question_of(claim)
    if asked is None:
        return None
    asked = _narrowed(asked)
    with allowance():
        found = settle(asked)
    return _denied(asked, found) if claim.relation == "!=" else found


def _narrowed(asked: Question) -> Question:
    """The question with letters of the domains that the conditions leave."""
    table = {
        s: make("symbol", data=replace_fields(s.data, domain=domain_under(s, asked.conditions)))
        for condition in asked.conditions
        for s in free_symbols(condition) - {asked.variable}
        if s.data.role == "scalar"
    }
    if not table:
        return asked
    body, value, point = (replace(t, table) for t in (asked.body, asked.value, asked.point))
    conditions = tuple(replace(c, table) for c in asked.conditions)
    return replace_fields(asked, point=point, body=body, value=value, conditions=conditions)


def _denied(asked: Question, found: Verdict) -> Verdict:
    """The verdict on `\\lim f \\ne c` from that on `\\lim f = c`, which may be refuted for some
    values of parameters alone: where there are any, the limit for all of them is compared."""
    limits = dict(found.evidence.get("limits", {}))
    if len(set(limits.values())) == 1:
        place, value = next(iter(limits.items()))
        if found.kind == "proved":
            shown = Counterexample({plain(asked.variable): place}, value, shown_claim(asked.value))
            return refuted(METHOD, found.message, shown, limits=limits)
        if found.kind == "refuted" and not parameters_of(asked):
            return proved(METHOD, found.message, limits=limits)
    known = _value(asked) if parameters_of(asked) else None
    if known is None or settle(replace_fields(asked, value=known)).kind != "proved":
        return undecided(found.message, METHOD)
    return order.settle(question(known, "!=", asked.value, asked.conditions))


def value_of(node: Term) -> Term | str | None:
    """The value of a limit as a Term, words that there is none, or None if it is not known."""
    variable, point, body = node.args
    asked = Question(variable, point, node.data, body, number(0))
    with allowance():
        found = _values(asked)
    infinity = constant("infinity")
    values: list[Term] = []
    for value in found.values():
        if value is None:
            return None
        if isinstance(value, int):
            values.append(infinity if value > 0 else make("neg", infinity))
        else:
            values.append(value)
    if not values:
        return None
    if all(v is values[0] for v in values):
        return values[0]
    same = [judge_equality(values[0], v).kind for v in values[1:] if not infinite_sign(v)]
    if same.count("proved") == len(values) - 1:
        return values[0]
    told = ", ".join(f"{plain(v)} {n}" for n, v in zip(found, values, strict=True))
    return f"there is no limit: {told}" if not free_symbols(node) else None


def _values(asked: Question) -> dict[str, Term | int | None]:
    """The limit from each side, as a Term or as the sign of an infinite one."""
    return {n: limit_term(asked.body, asked.variable, p) for n, p in places_of(asked).items()}


def _value(asked: Question) -> Term | None:
    """The finite limit from the first side, for all values of the parameters."""
    value = next(iter(_values(asked).values()), None)
    return value if isinstance(value, Term) else None


def settle(asked: Question) -> Verdict:
    """Proved, refuted with the true limit, or undecided."""
    found = _general(asked)
    if found.kind != "undecided" or not parameters_of(asked):
        return found
    quick = _with_numbers(asked, found.message, FEW_TRIALS)
    if quick.kind != "undecided":
        return quick
    by_cases = _by_cases(asked)
    return _with_numbers(asked, found.message) if by_cases is None else by_cases


def _general(asked: Question) -> Verdict:
    """The verdict for all values of the parameters at once."""
    places = places_of(asked)
    if not places:
        exact = by_value(asked)
        reason = "the point of the limit is not known exactly"
        return undecided(reason, METHOD) if exact is None else exact
    bodies = {name: _body_at(asked, place) for name, place in places.items()}
    tried = {name: limit(bodies[name], asked.variable, p) for name, p in places.items()}
    found = {name: one for name, one in tried.items() if one is not None}
    if len(found) == len(tried):
        return against_claim(asked, found)
    one_sided = against_claim(asked, found) if found else None
    if one_sided is not None and one_sided.kind == "refuted":
        return one_sided  # whatever the limit from the other side is
    unknown = next(name for name in tried if name not in found)
    return besides_expansions(asked, places, bodies, unknown)


def _body_at(asked: Question, place: Place) -> Term:
    return prepared(asked.body, asked.variable, place, asked.conditions, value_of)


def _by_cases(asked: Question) -> Verdict | None:
    """A proof in each case of the parameters."""
    terms = [asked.body, asked.value, asked.point]
    for cases in strategies(terms, asked.variable, asked.conditions):
        if cases and all(_general(_in_case(asked, case)).kind == "proved" for case in cases):
            words = [case.words for case in cases if case.words]
            return proved(METHOD, f"in each case: {', '.join(words)}", cases=words)
    return None


def _in_case(asked: Question, case: Case) -> Question:
    point, body, value, *conditions = (
        replace(t, case.table) for t in (asked.point, asked.body, asked.value, *asked.conditions)
    )
    return Question(asked.variable, point, asked.sides, body, value, tuple(conditions))


def _with_numbers(asked: Question, reason: str, most: int = MOST_TRIALS) -> Verdict:
    """Parameters put to numbers can refute what holds for no general reason."""
    free = parameters_of(asked)
    if any(s.op != "symbol" for s in free):
        return undecided(reason, METHOD)
    stated = [c for c in asked.conditions if asked.variable not in free_symbols(c)]
    terms = [asked.body, asked.value, asked.point, *stated]
    wanted = [s for s in variables(terms) if s is not asked.variable]
    tried = (p for p in points(wanted, terms, SPARSE * most) if admissible(p, stated))
    for point in islice(tried, most):
        there = _in_case(asked, Case("", {s: number(v) for s, v in point.items()}))
        if not _is_defined(there.value):
            continue  # nothing is said of the limit there
        found = _general(there)
        shown = found.counterexample
        if found.kind == "refuted" and shown is not None:
            at = {plain(s): str(v) for s, v in point.items()} | dict(shown.at)
            seen = Counterexample(at, shown.left, shown.right)
            return refuted(METHOD, found.message, seen, **dict(found.evidence))
    return undecided(reason, METHOD)


def _is_defined(value: Term) -> bool:
    """Whether a value is infinite, or a number of which balls know where it is."""
    return bool(infinite_sign(value) or free_symbols(value)) or ball(value, {}).is_finite()
