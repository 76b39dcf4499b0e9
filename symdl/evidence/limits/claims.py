r"""Limits at infinity and at points, one-sided too: `\lim_{x \to -\infty} \sigma(x) = 0`.

A limit is read off a certified expansion, so its value is exact (a constant of
`asymptotics/constants.py`), or plus or minus infinity. A two-sided limit needs both sides;
sides outside the declared domain of the variable do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as replace_fields
from fractions import Fraction
from itertools import islice

from symdl.evidence import witness
from symdl.evidence.asymptotics.expansion import BITS, UNKNOWN, Limit, Place, exact_constant, limit
from symdl.evidence.balls import precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.written import readable
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import admissible, domain_under, infinite_sign, variables
from symdl.evidence.equality import judge_equality
from symdl.evidence.limits.bodies import prepared
from symdl.evidence.limits.cases import Case, strategies
from symdl.evidence.limits.questions import Question, places_of, question_of
from symdl.evidence.limits.rules import (
    along_waves,
    by_continuity,
    by_derivatives,
    is_smooth,
    limit_term,
    through_exponential,
)
from symdl.evidence.points import points
from symdl.evidence.refute import decimal
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.work import allowance
from symdl.expression.printer import plain
from symdl.expression.term import Term, constant, free_symbols, make, number, replace

METHOD = "limit"
FEW_TRIALS, MOST_TRIALS, SPARSE = 3, 12, 6
NEAR = Fraction(1, 64)


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
    body, value = replace(asked.body, table), replace(asked.value, table)
    conditions = tuple(replace(c, table) for c in asked.conditions)
    return replace_fields(asked, body=body, value=value, conditions=conditions)


def _denied(asked: Question, found: Verdict) -> Verdict:
    """The verdict on `\\lim f \\ne c` from that on `\\lim f = c`."""
    limits = dict(found.evidence.get("limits", {}))
    if len(set(limits.values())) != 1:
        return undecided(found.message, METHOD)
    place, value = next(iter(limits.items()))
    if found.kind == "proved":
        shown = Counterexample({_name(asked.variable): place}, value, _claimed(asked.value))
        return refuted(METHOD, found.message, shown, limits=limits)
    if any(s is not asked.variable for s in variables((asked.body, asked.value))):
        return undecided(found.message, METHOD)
    return proved(METHOD, found.message, limits=limits)


def value_of(node: Term) -> Term | str | None:
    """The value of a limit as a Term, words that there is none, or None if it is not known."""
    variable, point, body = node.args
    asked = Question(variable, point, node.data, body, number(0))
    with allowance():
        found = {n: limit_term(body, variable, p) for n, p in places_of(asked).items()}
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


def settle(asked: Question) -> Verdict:
    """Proved, refuted with the true limit, or undecided."""
    found = _general(asked)
    if found.kind != "undecided" or not _parameters(asked):
        return found
    quick = _with_numbers(asked, found.message, FEW_TRIALS)
    if quick.kind != "undecided":
        return quick
    by_cases = _by_cases(asked)
    return _with_numbers(asked, found.message) if by_cases is None else by_cases


def _parameters(asked: Question) -> list[Term]:
    return [s for s in variables((asked.body, asked.value, asked.point)) if s is not asked.variable]


def _general(asked: Question) -> Verdict:
    """The verdict for all values of the parameters at once."""
    places = places_of(asked)
    if not places:
        exact = _by_value(asked)
        reason = "the point of the limit is not known exactly"
        return undecided(reason, METHOD) if exact is None else exact
    bodies = {name: _body_at(asked, place) for name, place in places.items()}
    tried = {name: limit(bodies[name], asked.variable, p) for name, p in places.items()}
    found = {name: one for name, one in tried.items() if one is not None}
    if len(found) == len(tried):
        return _against_claim(asked, found)
    one_sided = _against_claim(asked, found) if found else None
    if one_sided is not None and one_sided.kind == "refuted":
        return one_sided  # whatever the limit from the other side is
    unknown = next(name for name in tried if name not in found)
    return _otherwise(asked, places, bodies, unknown)


def _body_at(asked: Question, place: Place) -> Term:
    return prepared(asked.body, asked.variable, place, asked.conditions, value_of)


Bodies = Mapping[str, Term]


def _otherwise(asked: Question, places: Mapping[str, Place], bodies: Bodies, name: str) -> Verdict:
    """The ways besides expansions, in order."""
    exact = _by_value(asked) if free_symbols(asked.point) else None
    if exact is not None:
        return exact
    for way in (_constant, _by_continuity, _by_structure, _oscillating, _through_exponential):
        verdict = way(asked, places, bodies)
        if verdict is not None:
            return verdict
    if not free_symbols(asked.point):
        exact = _by_value(asked)
    if exact is not None:
        return exact
    return undecided(f"no expansion settles the limit {name}", METHOD)


def _constant(asked: Question, _: Mapping[str, Place], __: Bodies) -> Verdict | None:
    """A body that has the claimed value everywhere, whatever its parts do: `sin^2 x + cos^2 x`."""
    if asked.variable in free_symbols(asked.value) or infinite_sign(asked.value):
        return None
    if not is_smooth(asked.body, asked.variable):
        return None
    if judge_equality(asked.body, asked.value, asked.conditions).kind != "proved":
        return None
    return proved(METHOD, f"the body is {plain(asked.value)} everywhere", value=plain(asked.value))


def _by_value(asked: Question) -> Verdict | None:
    """Continuity and derivatives give the limit as a term, which may hold parameters."""
    if infinite_sign(asked.point) or infinite_sign(asked.value):
        return None
    for way in (by_continuity, by_derivatives):
        value = way(asked.body, asked.variable, asked.point)
        if value is None or asked.variable in free_symbols(asked.value):
            continue
        found = judge_equality(value, asked.value, asked.conditions)
        if infinite_sign(value):
            shown = Counterexample({_name(asked.variable): f"to {plain(asked.point)}"},
                                   "infinity or -infinity", _claimed(asked.value))  # fmt: skip
            return refuted(METHOD, "the values grow without bound: by derivatives", shown)
        words = "the body is continuous" if way is by_continuity else "by derivatives of both sides"
        message = f"{words}: the limit is {plain(value)}"
        if found.kind == "proved":
            return proved(METHOD, message, value=plain(value))
        if found.kind == "refuted" and found.counterexample is not None:
            return refuted(METHOD, f"{message}; {found.message}", found.counterexample)
    return None


def _by_structure(asked: Question, places: Mapping[str, Place], bodies: Bodies) -> Verdict | None:
    """Factors without the variable may be any terms: they are taken out of the limit."""
    if asked.variable in free_symbols(asked.value):
        return None
    if any(s.data.role == UNKNOWN for body in bodies.values() for s in free_symbols(body)):
        return None
    found_at = {name: limit_term(bodies[name], asked.variable, p) for name, p in places.items()}
    if None in found_at.values():
        return None
    terms = [value for value in found_at.values() if isinstance(value, Term)]
    if len(terms) < len(found_at) or infinite_sign(asked.value):
        return _infinite_or_not(asked, found_at)
    found = [judge_equality(value, asked.value, asked.conditions) for value in terms]
    wrong = next((v for v in found if v.kind == "refuted" and v.counterexample is not None), None)
    if wrong is not None and wrong.counterexample is not None:
        return refuted(METHOD, f"the limit: {wrong.message}", wrong.counterexample)
    if all(v.kind == "proved" for v in found):
        return proved(METHOD, f"the limit is {plain(terms[0])}", value=plain(terms[0]))
    return None


def _infinite_or_not(asked: Question, found: Mapping[str, Term | int | None]) -> Verdict | None:
    """Limits some of which are infinite (1 or -1), or a claim that they are."""
    claimed = infinite_sign(asked.value)
    told = {
        name: plain(value) if isinstance(value, Term) else "infinity" if value == 1 else "-infinity"
        for name, value in found.items()
    }
    wrong = [name for name, v in found.items() if (0 if isinstance(v, Term) else v) != claimed]
    if not wrong:
        return proved(METHOD, f"the limit is {next(iter(told.values()))}", limits=told)
    if _parameters(asked):
        return None
    return _refutation(asked, told, {name: name not in wrong for name in told})


def _oscillating(asked: Question, places: Mapping[str, Place], bodies: Bodies) -> Verdict | None:
    """A refutation: along some points the values go elsewhere."""
    if _parameters(asked):
        return None
    for name, place in places.items():
        paths = along_waves(bodies[name], asked.variable, place)
        wrong = [(w, one) for w, one in paths if _same(one, asked.value) is False]
        if wrong:
            words, one = wrong[0]
            shown = {w: _show(found) for w, found in paths}
            message = f"the values where {words} go to {_show(one)} {name}"
            if len(set(shown.values())) > 1:
                told = " and ".join(sorted(set(shown.values())))
                message = f"there is no limit {name}: the values come near {told} for ever"
            at = {_name(asked.variable): name}
            return refuted(
                METHOD, message, Counterexample(at, _show(one), plain(asked.value)), limits=shown
            )
    return None


def _through_exponential(
    asked: Question, places: Mapping[str, Place], bodies: Bodies
) -> Verdict | None:
    place = next(iter(places.values()))
    moved = through_exponential(next(iter(bodies.values())), asked.variable)
    if moved is None or place.point is not None or place.side < 0 or len(places) > 1:
        return None
    body, y = moved
    found = limit(body, y, Place(None, 1))
    return None if found is None else _against_claim(asked, {next(iter(places)): found})


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


def _is_term(found: Limit, claimed: Term) -> bool:
    """Whether a limit is certainly the claimed value, which may be any term."""
    if _same(found, claimed):
        return True
    if found.value is None:
        return False
    return judge_equality(readable(found.value), claimed).kind == "proved"


def _by_continuity(asked: Question, places: Mapping[str, Place], bodies: Bodies) -> Verdict | None:
    """The limit at a point where the body is continuous is its value."""
    point = next(iter(places.values())).point
    at = None if point is None else point.rational
    if at is None or infinite_sign(asked.value):
        return None
    run = enclosure.program(asked.body, asked.variable)
    with precision(BITS):
        if not enclosure.is_continuous(run, at - NEAR, at + NEAR):
            return None
    here = replace(asked.body, {asked.variable: number(at)})
    if judge_equality(here, asked.value).kind == "proved":
        return proved(METHOD, "the body is continuous there, and the limit is its value")
    if witness.difference_sign(here, asked.value, {}):
        left, right = witness.both_sides(here, asked.value, {})
        shown = Counterexample({_name(asked.variable): f"to {at}"}, left, right)
        return refuted(METHOD, f"the body is continuous there, and its value is {left}", shown)
    return None


def _against_claim(asked: Question, found: Mapping[str, Limit]) -> Verdict:
    verdicts = {name: _same(one, asked.value) for name, one in found.items()}
    shown = {name: _show(one) for name, one in found.items()}
    if all(verdicts.values()):
        value = next(iter(shown.values()))
        start = {n: str(f.expansion.start) for n, f in found.items()}
        return proved(METHOD, f"the limit is {value}", limits=shown, valid_from=start)
    if any(same is None for same in verdicts.values()):
        if all(_is_term(one, asked.value) for one in found.values()):
            return proved(METHOD, f"the limit is {plain(asked.value)}", limits=shown)
        return undecided("the limit and the claimed value cannot be told apart", METHOD)
    if _parameters(asked):
        return undecided("the limits differ for general parameters", METHOD)
    return _refutation(asked, shown, verdicts)


def _refutation(
    asked: Question,
    shown: Mapping[str, str],
    verdicts: Mapping[str, bool | None],
) -> Verdict:
    wrong = next(name for name, same in verdicts.items() if not same)
    if len(set(shown.values())) > 1:
        message = "there is no limit: " + ", ".join(f"{v} {n}" for n, v in shown.items())
    else:
        message = f"the limit is {shown[wrong]}"
    at = {_name(asked.variable): wrong}
    return refuted(
        METHOD, message, Counterexample(at, shown[wrong], _claimed(asked.value)), limits=dict(shown)
    )


def _same(found: Limit, claimed: Term) -> bool | None:
    """Whether the limit is the claimed value: certainly, certainly not, or not known."""
    infinite = infinite_sign(claimed)
    if infinite or found.infinite:
        return infinite == found.infinite
    value = exact_constant(claimed, {})
    if value is None or found.value is None:
        return None
    with precision(BITS):
        gap = found.value - value
        sign = gap.sign()
    if sign is None:
        return None
    return sign == 0


def _with_numbers(asked: Question, reason: str, most: int = MOST_TRIALS) -> Verdict:
    """Parameters put to numbers can refute what holds for no general reason."""
    free = _parameters(asked)
    if any(s.op != "symbol" for s in free):
        return undecided(reason, METHOD)
    stated = [c for c in asked.conditions if asked.variable not in free_symbols(c)]
    terms = [asked.body, asked.value, asked.point, *stated]
    wanted = [s for s in variables(terms) if s is not asked.variable]
    tried = (p for p in points(wanted, terms, SPARSE * most) if admissible(p, stated))
    for point in islice(tried, most):
        found = _general(_in_case(asked, Case("", {s: number(v) for s, v in point.items()})))
        shown = found.counterexample
        if found.kind == "refuted" and shown is not None:
            at = {_name(s): str(v) for s, v in point.items()} | dict(shown.at)
            seen = Counterexample(at, shown.left, shown.right)
            return refuted(METHOD, found.message, seen, **dict(found.evidence))
    return undecided(reason, METHOD)


def _show(found: Limit) -> str:
    if found.infinite:
        return "infinity" if found.infinite > 0 else "-infinity"
    assert found.value is not None
    if found.value.rational is not None:
        return str(found.value.rational)
    with precision(BITS):
        ball = found.value.ball()
    text = decimal(ball, 12) if ball.is_finite() and ball.rad() < 1e-12 else ""
    return f"{found.value} = {text}" if text else str(found.value)


def _claimed(value: Term) -> str:
    sign = infinite_sign(value)
    if sign:
        return "infinity" if sign > 0 else "-infinity"
    exact = exact_constant(value, {})
    return repr(value) if exact is None else str(exact)


def _name(symbol: Term) -> str:
    return plain(symbol)
