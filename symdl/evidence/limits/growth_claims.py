r"""Claims of growth: `f(x) = g(x) + O(x^3)`, `o(x)`, `\Theta(n^2)`, `f(x) \sim g(x)`.

Where the variable goes is a condition (`x \to \infty`). Without one an integer goes to infinity,
and a remainder behind other terms (`1 + x + O(x^2)`) is one near 0; `f(x) = O(x)` alone is decided
only if it is the same near 0 and at infinity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from symdl.evidence.asymptotics.growth import TooEarly, Unknown
from symdl.evidence.balls import precision
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import infinite_sign, variables
from symdl.evidence.equality import judge_equality
from symdl.evidence.integrals.coefficients import is_zero, polynomial
from symdl.evidence.limits import claims as limits
from symdl.evidence.limits.bodies import prepared
from symdl.evidence.limits.questions import Question, approach, arrows, places_of
from symdl.evidence.limits.rules import along_waves, is_smooth
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.work import Exhausted, allowance
from symdl.expression.printer import plain
from symdl.expression.term import (
    Term,
    combined,
    constant,
    free_symbols,
    make,
    number,
    postorder,
    replace,
)

METHOD = "asymptotics"
ORDERS = {"big-O": "O", "small-o": "o", "big-Theta": "Theta"}
COUNTS = frozenset("nNmMkKtTdDL")
MOST_TRIALS = 3
MOST_DERIVATIVES = 8


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whether `rest` is of the order `order` of `size` as the variable goes to a place."""

    order: str
    rest: Term
    size: Term
    variable: Term
    conditions: tuple[Term, ...]


Where = tuple[Term, str]
"""A point and a side ("", "+", "-", or "pm" for both infinities)."""


def judge_growth(claim: Claim) -> Verdict | None:
    """The verdict on a claim of growth; None if it is none."""
    if claim.right is None:
        return None
    if claim.relation == "sim":
        return _similar(claim)
    if claim.relation == "approx":
        goes = _goes(claim)  # a number and its digits stay what they are
        moved = goes is not None and any(goes[0] in free_symbols(s) for s in claim.sides)
        return _nearly(claim) if moved else None
    if claim.relation not in ("=", "in") or not any(map(_is_order, postorder(claim.right))):
        return None
    asked, wheres = _asked(claim)
    if asked is None:
        return undecided("a term O(..) is read alone or as the last part of a sum", METHOD)
    with allowance():
        answers = {_told(asked.variable, where): _at(asked, where) for where in wheres}
    return _verdict(asked, answers)


def _is_order(node: Term) -> bool:
    return node.op == "opaque" and node.data in ORDERS


def _asked(claim: Claim) -> tuple[_Asked | None, list[Where]]:
    assert claim.right is not None
    right = _multiplied_out(claim.right)
    parts = list(right.args) if right.op == "add" else [right]
    orders = [p for p in parts if _is_order(p)]
    inside = sum(map(_is_order, postorder(right)))
    if len(orders) != 1 or inside != 1 or len(orders[0].args) != 1:
        return None, []
    rest = claim.left
    for part in parts:
        if part is not orders[0]:
            rest = rest - part
    (size,) = orders[0].args
    where = _goes(claim)
    variable = where[0] if where else _variable(size, rest)
    if variable is None:
        return None, []
    others = tuple(c for c in claim.conditions if c.data != ("->",))
    alone = len(parts) == 1
    wheres = [where[1]] if where else _usual(variable, alone)
    return _Asked(ORDERS[orders[0].data], rest, size, variable, others), wheres


def _multiplied_out(right: Term) -> Term:
    """`g (1 + o(1))` as g + o(g)."""
    if right.op != "mul":
        return right
    wide = [a for a in right.args if any(map(_is_order, postorder(a)))]
    if len(wide) != 1:
        return right
    rest = [a for a in right.args if a is not wide[0]]
    found = []
    for part in wide[0].args if wide[0].op == "add" else wide:
        if _is_order(part) and len(part.args) == 1:
            size = make("mul", *rest, part.args[0])
            found.append(make("opaque", size, data=part.data))
        else:
            found.append(make("mul", *rest, part))
    return combined("add", found)


def _goes(claim: Claim) -> tuple[Term, Where] | None:
    arrow = next(arrows(claim), None)
    if arrow is None:
        return None
    variable, point, sides = approach(arrow)
    return variable, (point, sides)


def _variable(size: Term, rest: Term) -> Term | None:
    found = variables((size,)) or variables((rest,)) or list(free_symbols(rest))
    return found[0] if len(found) == 1 and found[0].op == "symbol" else None


def _usual(variable: Term, alone: bool) -> list[Where]:
    """Where a variable goes if nobody says it: a remainder behind other terms is one near 0."""
    infinity: Where = (constant("infinity"), "")
    if variable.data.domain.integer or variable.data.name in COUNTS:
        return [infinity]
    return [(number(0), ""), infinity] if alone else [(number(0), "")]


def _told(variable: Term, where: Where) -> str:
    name = f"|{plain(variable)}|" if where[1] == "pm" else plain(variable)
    return f"{name} → {plain(where[0])}"


# --- one place --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Answer:
    """Whether it holds there (None: not known) and why."""

    holds: bool | None
    why: str
    shown: Counterexample | None = None


def _at(asked: _Asked, where: Where) -> _Answer:
    question = Question(asked.variable, where[0], where[1], asked.rest, asked.size)
    places = places_of(question)
    answers = [_by_size(asked, place) for place in places.values()]
    failed = next((a for a in answers if a.holds is False), None)
    if failed is not None:
        return failed
    if answers and all(a.holds for a in answers):
        return answers[0]
    by_taylor = _by_derivatives(asked, where)
    return by_taylor if by_taylor is not None else _Answer(None, "no expansion settles it")


def _by_size(asked: _Asked, place: Place) -> _Answer:
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


def _by_expansion(asked: _Asked, ratio: Term, place: Place) -> _Answer:
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
    return _Answer(None, "no expansion settles it")


def _read(order: str, found: Expansion) -> _Answer | None:
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
        return _Answer(True, "the ratio stays bounded")
    if order == "Theta" and sure and not level.ball.contains(0):
        return _Answer(True, "the ratio stays bounded, and away from 0")
    return None


def _growing(sign: int) -> _Answer:
    text = "infinity" if sign > 0 else "-infinity"
    shown = Counterexample({}, f"a ratio that goes to {text}", "a bounded one")
    return _Answer(False, f"the ratio goes to {text}", shown)


def _of_level(order: str, value: str, sign: int | None) -> _Answer | None:
    text = f"the ratio goes to {value}"
    if order == "O":
        return _Answer(True, text)
    if sign is None:
        return None
    if (order == "o") == (sign == 0):
        return _Answer(True, text)
    wanted = "0" if order == "o" else "a number that is not 0"
    return _Answer(False, text, Counterexample({}, f"a ratio that goes to {value}", wanted))


def _by_derivatives(asked: _Asked, where: Where) -> _Answer | None:
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
            return _Answer(False, why, found.counterexample)
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
    return _Answer(True, "the derivatives below that order vanish (Taylor)")


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


# --- verdicts -----------------------------------------------------------------------------------


def _verdict(asked: _Asked, answers: dict[str, _Answer]) -> Verdict:
    held = {where: a for where, a in answers.items() if a.holds}
    if held and len(held) == len(answers):
        told = "; ".join(f"as {where} ({a.why})" for where, a in held.items())
        return proved(METHOD, f"holds {told}", where=list(held))
    if held:
        message = (
            f"where {plain(asked.variable)} goes is not written; it holds as {', '.join(held)}"
        )
        return undecided(message, METHOD, where=list(held))
    if answers and all(a.holds is False for a in answers.values()):
        where, answer = next(iter(answers.items()))
        assert answer.shown is not None
        shown = answer.shown
        at = {**shown.at, plain(asked.variable): f"→ {where.split('→ ')[1]}"}
        seen = Counterexample(at, shown.left, shown.right)
        return refuted(METHOD, f"as {where} {answer.why}", seen, where=list(answers))
    return undecided("; ".join(f"as {w}: {a.why}" for w, a in answers.items()), METHOD)


def _similar(claim: Claim) -> Verdict | None:
    """`f ~ g`: the ratio goes to 1."""
    assert claim.right is not None
    ratio = make("div", claim.left, claim.right)
    return _goes_to(claim, ratio, number(1), "the ratio of the sides")


def _nearly(claim: Claim) -> Verdict | None:
    r"""`f \approx g` as a variable goes somewhere: the ratio goes to 1; `f \approx 0`: f to 0. Near
    a point the terms of a polynomial g are those of f: f - g is small beside its last power."""
    assert claim.right is not None
    if claim.right is number(0):
        return _goes_to(claim, claim.left, number(0), "the left side")
    where = _goes(claim)
    size = None if where is None else _last_power(claim.right, where[0], where[1][0])
    if where is None or size is None or claim.left.shape or claim.right.shape:
        return _similar(claim)
    others = tuple(c for c in claim.conditions if c.data != ("->",))
    rest = make("add", claim.left, make("neg", claim.right))
    asked = _Asked("o", rest, size, where[0], others)
    with allowance():
        found = _verdict(asked, {_told(asked.variable, where[1]): _at(asked, where[1])})
    if found.kind == "refuted" and any(_is_rounded(n) for n in postorder(claim.right)):
        return _similar(claim)  # a fit by decimals has other terms
    told = found.message.replace("the ratio", f"the error beside {plain(size)}")
    return replace_in(found, message=told)


def _is_rounded(node: Term) -> bool:
    return node.op == "number" and "." in str(node.data.text)


def _last_power(term: Term, variable: Term, place: Term) -> Term | None:
    """The last power of the distance from a place in a polynomial that is not constant."""
    if infinite_sign(place) or variable.op != "symbol":
        return None
    coefficients = polynomial(term, variable)
    degree = 0 if coefficients is None else len(coefficients) - 1
    if degree < 1:
        return None
    distance = variable if place is number(0) else make("add", variable, make("neg", place))
    return distance if degree == 1 else distance ** number(degree)


def _goes_to(claim: Claim, compared: Term, end: Term, told: str) -> Verdict | None:
    """Whether the sides, compared so, go to a number where a variable goes to its place."""
    assert claim.right is not None
    if claim.right.op == "opaque" or claim.left.shape or claim.right.shape:
        return None
    where = next(_stated(claim), None)
    if where is None:
        return None
    variable, (point, sides) = where
    if infinite_sign(point) < 0 and sides == "pm":
        return None
    others = tuple(c for c in claim.conditions if c.data != ("->",))
    with allowance():
        asked = Question(variable, point, sides, compared, end, others)
        found = limits.settle(asked)
    if found.kind not in ("proved", "refuted"):
        return found
    message = f"{told}: {found.message}"
    if found.kind == "proved":
        return proved(METHOD, message, **dict(found.evidence))
    assert found.counterexample is not None
    return refuted(METHOD, message, found.counterexample, **dict(found.evidence))


def _stated(claim: Claim) -> Iterator[tuple[Term, Where]]:
    stated = _goes(claim)
    if stated is not None:
        yield stated
        return
    assert claim.right is not None
    found = variables((claim.left, claim.right)) or list(free_symbols(claim.left))
    if len(found) == 1 and found[0].op == "symbol" and len(_usual(found[0], True)) == 1:
        yield found[0], _usual(found[0], True)[0]
