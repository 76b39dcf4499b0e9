"""What the words of claims say: limits, images, extrema, growth and shapes, written out as
relations that hold for all values (`Part`) and for some (`Some`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symdl.evidence.meaning import (
    EXTREMA,
    atoms,
    core,
    home,
    infinite,
    need,
    readings,
    sure,
    within,
)
from symdl.evidence.record import Data, Part, rational
from symdl.expression.domain import POSITIVE, Domain
from symdl.expression.term import Term, make, number, postorder, replace, symbol

SMALL, ANYTHING = symbol("#small", domain=POSITIVE), symbol("#any")
INFINITY = make("constant", data="infinity")
Terms = tuple[Term, ...]


@dataclass(frozen=True)
class Some:
    """That some values of letters are in their domains, meet the conditions and the parts; they
    may depend on other letters, but on `inner`, and if it is `closed` on none."""

    letters: Terms
    conditions: Terms
    parts: tuple[Part, ...] = ()
    inner: Term | None = None
    closed: bool = False


Goal = Part | Some


def meanings(part: Part, cert: Data) -> list[list[Goal]]:
    """The readings of a claim, each as goals that it says."""
    op, right = part.left.op, part.right
    if part.left.op in MEANINGS:
        x, right = part.left.args[0], end_of(part)
        need(x.op == "symbol" and x not in atoms([right]), "a bound variable")
        units: list[Term | None] = [None]
        if part.relation == "approx":
            said = readings(Part(right, "approx", right), cert["side"])
            units = [ones[0].right for ones in said if len(ones) == 1]  # none is cut off
        return [[*MEANINGS[op](part, right, unit)] for unit in units]
    if part.relation in ("sim", "approx", "=") and any(c.data == ("->",) for c in part.conditions):
        return [[*growth(part, end_of(part))]]
    if right is not None and right.op in ("space", "tuple"):
        need(right.op == "tuple" or right.data == "R", "where the entries lie is no shape")
        return [[shape(part, right)]]
    if "bound" in cert:
        apart = make("abs", part.left - end_of(part))
        need(part.relation == "approx", "no approximation")
        return [[Part(apart, "<=", number(rational(cert["bound"])), part.conditions)]]
    if part.relation == "approx" or "side" in cert:
        return [[*said] for said in readings(part, cert["side"])]
    return [[part]]


def limit(part: Part, right: Term, _unit: None) -> Iterator[Goal]:
    """The body is as near to the limit as one likes, from each side that is meant."""
    x, at, body = part.left.args
    need(part.relation in ("=", "equiv") and x not in atoms([at]), "no limit")
    for side in sides(x, at, part.left.data):
        yield from approach(x, at, side, body, right, part.conditions)


def image(part: Part, right: Term, _unit: None) -> Iterator[Goal]:
    """All values of a continuous function: each lies in the interval, and its ends are reached."""
    x, domain, body = part.left.args
    inside = (*part.conditions, *within(x, domain))
    interval = make("interval", -INFINITY, INFINITY, data="()")
    interval = interval if right.op == "number_set" and right.data == "R" else right
    need(interval.op == "interval" and part.relation in ("=", "subset", "subseteq"), "no interval")
    for end, bracket, sign in zip(interval.args, interval.data, (-1, 1), strict=True):
        found = [*extreme(x, body, end, sign, bracket in "[]", bracket in "[]", inside)]
        yield from found if part.relation == "=" else found[:-1]
    if part.relation == "=":
        yield continuous(x, body, inside)


def extremum(part: Part, right: Term, unit: Term | None) -> Iterator[Goal]:
    """No value is beyond the end, and it is taken (or approached)."""
    x, *sets, body = part.left.args
    sign, taken = {"<=": 1, ">=": -1}[EXTREMA[part.left.op]], part.left.op[0] == "m"
    need(part.left.data in ("all", "set") and part.relation in ("=", "equiv", "approx"), "no end")
    inside = (*part.conditions, *(c for d in sets for c in within(x, d)))
    if unit is None:
        yield from extreme(x, body, right, sign, True, taken, inside)
    else:
        body, right = (t if sign > 0 else -t for t in (body, right))
        yield Part(body, "<=", right + unit, inside)
        yield Some((x,), inside, (Part(body, ">=", right - unit, (), True),))


def extreme(
    x: Term, body: Term, end: Term, sign: int, closed: bool, taken: bool, inside: Terms
) -> Iterator[Goal]:
    """That an end is the last one of the values of a body: these are taken, or come near to it."""
    if infinite(end):
        need(infinite(end) == sign and not taken, "an end that is no value")
    else:
        yield Part(body, {1: "<", -1: ">"}[sign] + "=" * closed, end, inside)
    beyond = ANYTHING if infinite(end) else sign * end - SMALL
    last = Part(body, "=", end, (), True) if taken else Part(sign * body, ">", beyond, (), True)
    yield Some((x,), inside, (last,))


def placed(part: Part, right: Term, unit: Term | None) -> Iterator[Goal]:
    """Where the extremum is: all values elsewhere are beneath one that is taken there."""
    x, *sets, body = part.left.args
    inside = (*part.conditions, *(c for d in sets for c in within(x, d)))
    need(part.left.data in ("all", "set") and part.relation in ("=", "approx"), "no place")
    ends = (right, right) if unit is None else (right - unit, right + unit)
    bracket = tuple(within(x, make("interval", *ends, data="[]")))
    y = symbol("#y", domain=home(x))
    rest, moved = [replace(c, {x: y}) for c in inside], replace(body, {x: y})
    relation = "<" if part.left.op == "argmax" else ">"
    parts = [Part(body, "=", body, (), True)]
    for end, side in zip(ends, "<>", strict=True):
        beside = make("relation", y, end, data=(side,))
        parts.append(Part(moved, relation, body, (*rest, beside)))
    yield Some((x,), (*inside, *bracket), tuple(parts), y)
    if unit is not None:
        yield from (Some((x,), (*inside, make("relation", x, e, data=("=",)))) for e in ends)
        yield continuous(x, body, (*inside, *bracket))


MEANINGS: dict[str, Callable[..., Iterator[Goal]]] = {
    "limit": limit, "image": image, "argmax": placed, "argmin": placed,
    **dict.fromkeys(EXTREMA, extremum),
}  # fmt: skip


def growth(part: Part, right: Term) -> Iterator[Goal]:
    """Sides that are to each other as said where a variable goes to its place."""
    (goes,) = (c for c in part.conditions if c.data == ("->",))
    (x, at), last = goes.args, right.args[-1] if right.op == "add" else right
    rest = tuple(c for c in part.conditions if c is not goes)
    need(x.op == "symbol" and x not in atoms([at]), "no place")
    if part.relation != "=":
        ratio, end = part.left / right, number(1)
    else:
        need(last.op == "opaque" and last.data in ("big-O", "small-o"), "nothing about growth")
        others = sum(right.args[:-1] if right.op == "add" else (), number(0))
        ratio, end = (part.left - others) / last.args[0], number(0)
    for side in sides(x, at, ""):
        if part.relation == "=" and last.data == "big-O":
            large, moved = going(x, at, side)
            size = make("abs", replace(ratio, {x: moved}))
            inside = tuple(replace(c, {x: moved}) for c in rest)
            most = Part(size, "<=", ANYTHING, inside, True, large)
            yield Some((ANYTHING,), (), (most,))
        else:
            yield from approach(x, at, side, ratio, end, rest)


def shape(part: Part, right: Term) -> Part:
    """A shape, axis by axis: sizes are numbers, or names."""
    left = part.left.args[0] if part.left.op == "shape_of" else part.left
    need(left.shape is not None and part.relation in ("=", "in", "->"), "the shape is not known")
    dims = [number(d) if type(d) is int else symbol(str(d)) for d in left.shape or ()]
    names = [symbol(a.data.name) if a.op == "symbol" else a for a in right.args]
    differ = len(dims) != len(names) or any(a is not b for a, b in zip(dims, names, strict=True))
    need(not differ or all(a.op == "number" for a in (*dims, *names)), "it may be the same")
    return Part(number(int(differ)), "=", number(0))


def approach(
    x: Term, at: Term, side: int, body: Term, end: Term, conditions: Terms
) -> Iterator[Part]:
    """That a body comes as near to its end as one likes where a variable goes to its place."""
    large, moved = going(x, at, side)
    body, *rest = (replace(t, {x: moved}) for t in (body, *conditions))
    if infinite(end):
        yield Part(infinite(end) * body, ">", ANYTHING, tuple(rest), True, large)
    else:
        yield Part(body - end, "<", SMALL, tuple(rest), True, large)
        yield Part(end - body, "<", SMALL, tuple(rest), True, large)


def going(x: Term, at: Term, side: int) -> tuple[Term, Term]:
    """A number that is large, and the place near to its end that a variable has then."""
    integer = home(x).integer
    sure(not integer or infinite(at), "a whole number goes nowhere")
    large = symbol("#large", domain=Domain(POSITIVE.lower, lower_open=True, integer=integer))
    return large, infinite(at) * large if infinite(at) else at + side * (1 / large)


def sides(x: Term, at: Term, words: str) -> list[int]:
    """The directions from which a variable goes to its place: those that its domain has."""
    if infinite(at):
        return [1, -1] if words == "pm" else [infinite(at)]
    ends = {1: home(x).upper, -1: home(x).lower}
    said = {"+": [1], "-": [-1], "": [1, -1]}[words]
    return [s for s in said if ends[s] is None or at is not number(ends[s])] or said


def continuous(x: Term, body: Term, inside: Terms) -> Part:
    """That a function is continuous on a connected domain."""
    sure(not home(x).integer and not home(x).excluded, "the domain has gaps")
    sure(not any(x in postorder(a) for a in atoms([body]) if a is not x), "of any entries")
    for c in (c for c in inside if x in atoms([c])):
        one = c.op == "relation" and len(c.args) == 2 and c.data[0] in ("<", ">", "<=", ">=")
        sure(one and c.args[0] is x and x not in atoms(c.args[1:]), "the domain may have gaps")
    if {n.op for n in postorder(core(body))} & {"test", "floor"}:  # it may jump: nothing shows this
        return Part(make("opaque", body, data="continuous"), "=", number(0), total=True)
    return Part(body, "=", body, inside, total=True)


def end_of(part: Part) -> Term:
    """The right side, if there is one."""
    need(part.right is not None, "no right side")
    return part.right or part.left
