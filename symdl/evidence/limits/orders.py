r"""Whether a term is $O$, $o$ or $\Theta$ of another beside one place: by the limit of their ratio,
by points where a sine is 1, by Taylor's theorem (`taylor.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace as replace_in
from itertools import chain

from symdl.evidence.asymptotics import growth as g
from symdl.evidence.asymptotics.expansion import (
    BITS,
    Expansion,
    Place,
    expansions,
    for_fixed_parameters,
)
from symdl.evidence.asymptotics.expansion import ORDERS as DEPTHS
from symdl.evidence.asymptotics.rates import TooEarly, Unknown
from symdl.evidence.balls import precision
from symdl.evidence.limits import claims as limits
from symdl.evidence.limits.bodies import prepared
from symdl.evidence.limits.questions import Question, places_of
from symdl.evidence.limits.rules import along_waves
from symdl.evidence.limits.taylor import Answer, Asked, Where, by_derivatives
from symdl.evidence.verdict import Counterexample
from symdl.evidence.work import Exhausted
from symdl.expression.term import (
    Term,
    free_symbols,
    make,
)

MOST_TRIALS = 3
MOST_DERIVATIVES = 8


def order_at(asked: Asked, where: Where) -> Answer:
    """Whether the rest is of that order beside one place, from the sides that it is approached."""
    question = Question(asked.variable, where[0], where[1], asked.rest, asked.size)
    places = places_of(question)
    answers = [_by_size(asked, place) for place in places.values()]
    failed = next((a for a in answers if a.holds is False), None)
    if failed is not None:
        return failed
    if answers and all(a.holds for a in answers):
        return answers[0]
    by_taylor = by_derivatives(asked, where)
    return by_taylor if by_taylor is not None else Answer(None, "no expansion settles it")


def _by_size(asked: Asked, place: Place) -> Answer:
    """By an expansion of the ratio, with sums in closed form; or along points where a sine is 1."""
    ratio = make("div", asked.rest, asked.size)
    ratio = prepared(ratio, asked.variable, place, asked.conditions, limits.value_of)
    answer = _by_expansion(asked, ratio, place)
    if answer.holds is not None or not free_symbols(ratio) <= {asked.variable}:
        return answer
    for words, found in along_waves(ratio, asked.variable, place):
        if found.infinite:
            there = _growing(found.infinite)
        else:
            assert found.value is not None
            there = _of_level(asked.order, str(found.value), found.value.sign()) or answer
        if there.holds is False:
            return replace_in(there, why=f"{there.why} where {words}")
    return answer


def _by_expansion(asked: Asked, ratio: Term, place: Place) -> Answer:
    vague = dict.fromkeys(DEPTHS, 0)
    with suppress(Exhausted):
        fixed: Iterable[Expansion] = ()
        if not free_symbols(ratio) <= {asked.variable}:
            fixed = for_fixed_parameters(ratio, asked.variable, place)
        for found in chain(fixed, expansions(ratio, asked.variable, place)):
            order = found.setting.order
            if vague[order] == MOST_TRIALS:
                continue
            try:
                answer = _read(asked.order, found)
            except TooEarly:
                continue
            if answer is not None:
                return answer
            vague[order] += 1
    return Answer(None, "no expansion settles it")


def _read(order: str, found: Expansion) -> Answer | None:
    """What the leading part of the ratio says; TooEarly where one further out may say more."""
    try:
        with precision(BITS):
            growing, level, _ = g.parts(found.series)
            if growing:
                return _growing(g.sign(found.series, found.setting))
    except Unknown:
        return None
    if level.exact is not None:
        return _of_level(order, str(level.exact), level.exact.sign())
    sure = level.ball.is_finite()
    if order == "O" and sure:
        return Answer(True, "the ratio stays bounded")
    if order == "Theta" and sure and not level.ball.contains(0):
        return Answer(True, "the ratio stays bounded, and away from 0")
    return None


def _growing(sign: int) -> Answer:
    text = "infinity" if sign > 0 else "-infinity"
    shown = Counterexample({}, f"a ratio that goes to {text}", "a bounded one")
    return Answer(False, f"the ratio goes to {text}", shown)


def _of_level(order: str, value: str, sign: int | None) -> Answer | None:
    text = f"the ratio goes to {value}"
    if order == "O":
        return Answer(True, text)
    if sign is None:
        return None
    if (order == "o") == (sign == 0):
        return Answer(True, text)
    wanted = "0" if order == "o" else "a number that is not 0"
    return Answer(False, text, Counterexample({}, f"a ratio that goes to {value}", wanted))
