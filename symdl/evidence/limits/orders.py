r"""Whether a term is $O$, $o$ or $\Theta$ of another beside one place: by the limit of their ratio,
by points where a sine is 1, by derivatives (Taylor)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as replace_in
from itertools import chain

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import DeriveError
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
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.equality import judge_equality
from symdl.evidence.integrals.coefficients import is_zero, polynomial
from symdl.evidence.limits import claims as limits
from symdl.evidence.limits.bodies import prepared
from symdl.evidence.limits.questions import Question, places_of
from symdl.evidence.limits.rules import along_waves, is_smooth
from symdl.evidence.verdict import Counterexample
from symdl.evidence.work import Exhausted
from symdl.expression.term import (
    Term,
    combined,
    free_symbols,
    make,
    number,
    replace,
)

MOST_TRIALS = 3
MOST_DERIVATIVES = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether `rest` is of the order `order` of `size` as the variable goes to a place."""

    order: str
    rest: Term
    size: Term
    variable: Term
    conditions: tuple[Term, ...]


Where = tuple[Term, str]
"""A point and a side ("", "+", "-", or "pm" for both infinities)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it holds there (None: not known) and why."""

    holds: bool | None
    why: str
    shown: Counterexample | None = None


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
    by_taylor = _by_derivatives(asked, where)
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


def _by_derivatives(asked: Asked, where: Where) -> Answer | None:
    """Taylor: O(h^n) near a point if the first n - 1 derivatives in h vanish there."""
    power = _power(asked.size, asked.variable)
    if power is None or asked.order == "Theta" or rational_value(where[0]) != 0:
        return None
    rest, times = _cleared(asked.rest, asked.variable)
    power += times
    for k in range(power + (asked.order == "o")):
        if not is_smooth(rest, asked.variable):
            return None
        here = replace(rest, {asked.variable: number(0)})
        found = judge_equality(here, number(0), asked.conditions)
        if found.kind == "refuted":
            why = f"the derivative of order {k} at 0 is not 0: {found.message}"
            return Answer(False, why, found.counterexample)
        if found.kind != "proved":
            return None
        try:
            derived = differentiate(rest, asked.variable)
        except DeriveError:
            return None
        if derived.kinks:
            return None
        rest = derived.result
    if not is_smooth(rest, asked.variable):
        return None
    return Answer(True, "the derivatives below that order vanish (Taylor)")


def _cleared(rest: Term, variable: Term) -> tuple[Term, int]:
    """A sum times the least power of the variable that leaves no power of it below a line."""
    parts = list(rest.args) if rest.op == "add" else [rest]
    split = []
    for part in parts:
        sign = part.op == "neg"
        inner = part.args[0] if sign else part
        factor, times = _below(inner.args[1], variable) if inner.op == "div" else (None, 0)
        above = part if factor is None else inner.args[0] / factor
        split.append((make("neg", above) if sign and factor is not None else above, times))
    most = max(times for _, times in split)
    raised = [a if t == most else a * variable ** number(most - t) for a, t in split]
    return combined("add", raised), most


def _below(term: Term, variable: Term) -> tuple[Term | None, int]:
    """c h^m as c and m; None where a denominator is something else."""
    poly = polynomial(term, variable)
    if poly is None or any(not is_zero(c) for c in poly[:-1]) or len(poly) < 2:
        return None, 0
    return poly[-1], len(poly) - 1


def _power(size: Term, variable: Term) -> int | None:
    if size is variable:
        return 1
    if size.op == "pow" and size.args[0] is variable:
        value = rational_value(size.args[1])
        if value is not None and value.denominator == 1 and 0 < value <= MOST_DERIVATIVES:
            return int(value)
    return None
