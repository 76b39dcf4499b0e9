"""The ways to a limit besides expansions, in order: by values, continuity, structure, waves."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symdl.evidence import witness
from symdl.evidence.asymptotics.expansion import BITS, Place, limit
from symdl.evidence.asymptotics.term_series import UNKNOWN
from symdl.evidence.balls import precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.equality import judge_equality
from symdl.evidence.limits.answers import (
    METHOD,
    against_claim,
    infinite_or_not,
    is_same,
    parameters_of,
    shown_claim,
    shown_limit,
)
from symdl.evidence.limits.questions import Question
from symdl.evidence.limits.rules import (
    along_waves,
    by_continuity,
    by_derivatives,
    is_smooth,
    limit_term,
    through_exponential,
)
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, number, replace

NEAR = Fraction(1, 64)


Bodies = Mapping[str, Term]


def besides_expansions(
    asked: Question, places: Mapping[str, Place], bodies: Bodies, name: str
) -> Verdict:
    """The ways besides expansions, in order."""
    exact = by_value(asked) if free_symbols(asked.point) else None
    if exact is not None:
        return exact
    for way in (
        _by_constancy,
        _by_continuous_body,
        _by_structure,
        _oscillating,
        _through_exponential,
    ):
        verdict = way(asked, places, bodies)
        if verdict is not None:
            return verdict
    if not free_symbols(asked.point):
        exact = by_value(asked)
    if exact is not None:
        return exact
    return undecided(f"no expansion settles the limit {name}", METHOD)


def _by_constancy(asked: Question, _: Mapping[str, Place], __: Bodies) -> Verdict | None:
    """A body that has the claimed value everywhere, whatever its parts do: `sin^2 x + cos^2 x`."""
    if asked.variable in free_symbols(asked.value) or infinite_sign(asked.value):
        return None
    if not is_smooth(asked.body, asked.variable):
        return None
    if judge_equality(asked.body, asked.value, asked.conditions).kind != "proved":
        return None
    return proved(METHOD, f"the body is {plain(asked.value)} everywhere", value=plain(asked.value))


def by_value(asked: Question) -> Verdict | None:
    """Continuity and derivatives give the limit as a term, which may hold parameters."""
    if infinite_sign(asked.point) or infinite_sign(asked.value):
        return None
    for way in (by_continuity, by_derivatives):
        value = way(asked.body, asked.variable, asked.point)
        if value is None or asked.variable in free_symbols(asked.value):
            continue
        found = judge_equality(value, asked.value, asked.conditions)
        if infinite_sign(value):
            shown = Counterexample({plain(asked.variable): f"to {plain(asked.point)}"},
                                   "infinity or -infinity", shown_claim(asked.value))  # fmt: skip
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
        return infinite_or_not(asked, found_at)
    found = [judge_equality(value, asked.value, asked.conditions) for value in terms]
    wrong = next((v for v in found if v.kind == "refuted" and v.counterexample is not None), None)
    if wrong is not None and wrong.counterexample is not None:
        return refuted(METHOD, f"the limit: {wrong.message}", wrong.counterexample)
    if all(v.kind == "proved" for v in found):
        return proved(METHOD, f"the limit is {plain(terms[0])}", value=plain(terms[0]))
    return None


def _oscillating(asked: Question, places: Mapping[str, Place], bodies: Bodies) -> Verdict | None:
    """A refutation: along some points the values go elsewhere."""
    if parameters_of(asked):
        return None
    for name, place in places.items():
        paths = along_waves(bodies[name], asked.variable, place)
        wrong = [(w, one) for w, one in paths if is_same(one, asked.value) is False]
        if wrong:
            words, one = wrong[0]
            shown = {w: shown_limit(found) for w, found in paths}
            message = f"the values where {words} go to {shown_limit(one)} {name}"
            if len(set(shown.values())) > 1:
                told = " and ".join(sorted(set(shown.values())))
                message = f"there is no limit {name}: the values come near {told} for ever"
            at = {plain(asked.variable): name}
            return refuted(
                METHOD,
                message,
                Counterexample(at, shown_limit(one), plain(asked.value)),
                limits=shown,
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
    return None if found is None else against_claim(asked, {next(iter(places)): found})


def _by_continuous_body(
    asked: Question, places: Mapping[str, Place], _bodies: Bodies
) -> Verdict | None:
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
        shown = Counterexample({plain(asked.variable): f"to {at}"}, left, right)
        return refuted(METHOD, f"the body is continuous there, and its value is {left}", shown)
    return None
