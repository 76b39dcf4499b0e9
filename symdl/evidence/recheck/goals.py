"""Certificates: from a goal to the goals that it follows from, down to proofs and balls.

A goal is a Part. Each kind of certificate is one function; nothing is searched for.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from symdl.evidence.meaning import (
    EXTREMA,
    SIGNS,
    Open,
    Signs,
    atoms,
    core,
    infinite,
    links,
    need,
    readings,
    within,
)  # fmt: skip
from symdl.evidence.recheck.balls import Values, ball, sign_of, signs
from symdl.evidence.recheck.kernel import Branch, place
from symdl.evidence.recheck.slopes import slope
from symdl.evidence.recheck.steps import (
    TAIL,
    Goals,
    approach,
    bounds,
    continuous,
    end_of,
    letters_of,
    member,
    reached,
    sides,
    term,
    without,
)
from symdl.evidence.record import Data, Part, rational
from symdl.expression.term import Term, make, number, replace, symbol

MOST_NESTED = 20


def shown(goal: Part, cert: Data, kinds: Data, depth: int = 0) -> None:
    """Raise Bad or Open unless a certificate of one of the kinds shows a goal."""
    need(depth < MOST_NESTED and cert["kind"] in kinds, "of another kind")
    goals = list(kinds[cert["kind"]](goal, cert))
    for one, inner in zip(goals, cert.get("goals", [BALLS] * len(goals)), strict=True):
        shown(one, inner, KINDS, depth + 1)


def by_proof(part: Part, cert: Data) -> Goals:
    """By a proof of the kernel."""
    Branch(part, cert["slots"]).prove(cert)
    return ()


def by_balls(part: Part, cert: Data) -> Goals:
    """A relation between numbers, by balls."""
    need(signs(part, {}) <= SIGNS[part.relation], "balls do not tell")
    return ()


def by_cells(part: Part, cert: Data) -> Goals:
    """A relation of one variable, from cell to cell; and beyond them, where it is called TAIL."""
    (x,) = letters_of(part)
    cuts = [rational(cut) for cut in cert["cuts"]]
    need(x.op == "symbol" and x.shape == () and part.large is None and len(cuts) > 1, "no cells")
    f = core(part.left - (part.right or part.left))
    for low, high in pairwise(cuts):
        need(low < high and enclosed(f, x, low, high) <= SIGNS[part.relation], "a cell fails")
    for cut, sign in ((cuts[0], -1), (cuts[-1], 1)):
        table = {x: sign * TAIL}
        left, right = (replace(side, table) for side in (part.left, part.right or part.left))
        beyond = make("relation", TAIL, number(sign * cut), data=(">=",))
        ends = tuple(replace(c, table) for c in (*part.conditions, *bounds(x, x)))
        yield Part(left, part.relation, right, (*ends, beyond), part.total)


def enclosed(f: Term, x: Term, low: Fraction, high: Fraction) -> Signs:
    """The signs of a function between two numbers: by balls, and by the mean value theorem."""
    cell, mid = ball(low).union(ball(high)), ball((low + high) / 2)
    found = sign_of(Values({x: cell})(f))
    try:
        if len(found) > 1:
            rise = Values({x: cell})(slope(f, x)) * (cell - mid)
            found = sign_of(Values({x: mid})(f) + rise)
    except Open:  # it has no slope
        pass
    return found


def by_digits(part: Part, cert: Data) -> Goals:
    """A printed number: what one of its readings says."""
    return readings(part, cert["side"])[place(cert["reading"])]


def by_bound(part: Part, cert: Data) -> Goals:
    """Two sides that differ at most by a bound."""
    need(part.relation == "approx" and part.right is not None, "no approximation")
    distance = make("abs", part.left - (part.right or part.left))
    yield Part(distance, "<=", number(rational(cert["bound"])), part.conditions)


def by_each(part: Part, cert: Data) -> Goals:
    """A largest value that is below something: each of the values is."""
    left = core(part.left)
    need(left.op == "max" and part.relation in ("<", "<="), "no largest value")
    for value in left.args:
        yield Part(value, part.relation, part.right, part.conditions, part.total, part.large)


def by_shape(part: Part, cert: Data) -> Goals:
    """A shape, axis by axis: the one said, or another one."""
    need(part.right is not None and part.right.op in ("space", "tuple"), "no shape")
    assert part.right is not None
    left = part.left.args[0] if part.left.op == "shape_of" else part.left
    need(all(a.op in ("number", "symbol") for a in part.right.args), "a size that is written out")
    dims = [int(a.data.value) if a.op == "number" else a.data.name for a in part.right.args]
    need(left.shape is not None, "the shape is not known")
    same = list(left.shape or ()) == dims
    need(same == (cert["kind"] == "shape"), "the shape is another one, or the one said")
    need(same or {type(dim) for dim in (*dims, *(left.shape or ()))} <= {int}, "it may be the same")
    return ()


def by_limit(part: Part, cert: Data) -> Goals:
    """A limit: the body is as near to it as one likes, from each side that is meant."""
    right = end_of(part, ("limit",), ("=", "equiv"))
    x, place_, body = part.left.args
    need(x not in atoms([place_, right]), "the limit depends on the variable")
    for side in sides(x, place_, part.left.data):
        yield from approach(x, place_, side, body, right, without(x, part))


def by_asymptotics(part: Part, cert: Data) -> Goals:
    """Sides that are to each other as said where a variable goes to its place."""
    (goes,) = (c for c in part.conditions if c.op == "relation" and c.data == ("->",))
    rest = Part(part.left, "=", part.right, tuple(c for c in part.conditions if c is not goes))
    x, place_ = goes.args
    need(x.op == "symbol" and x not in atoms([place_]), "no place")
    body, end = growth(part, cert)
    for side in sides(x, place_, ""):
        yield from approach(x, place_, side, body, end, without(x, rest))


def growth(part: Part, cert: Data) -> tuple[Term, Term]:
    """What goes where, by a statement about growth."""
    right = part.right or part.left
    if part.relation == "sim":
        return part.left / right, number(1)
    need(part.relation == "=", "nothing about growth")
    last = right.args[-1] if right.op == "add" else right
    need(last.op == "opaque" and last.data in ("big-O", "small-o"), "nothing about growth")
    others = sum(right.args[:-1] if right.op == "add" else (), number(0))
    ratio = (part.left - others) / last.args[0]
    if last.data == "small-o":
        return ratio, number(0)
    bound = rational(cert["bound"])
    return make("max", make("abs", ratio), number(bound)), number(bound)


def by_image(part: Part, cert: Data) -> Goals:
    """All values of a continuous function: each lies in the interval, and its ends are reached."""
    right = end_of(part, ("image",), ("=", "subset", "subseteq"))
    x, domain, body = part.left.args
    inside = (*part.conditions, *within(x, domain))
    if right is not part.left and right.op == "interval":
        for _, relation, end in links(make("relation", body, right, data=("in",))):
            yield Part(body, relation, end, inside)
    else:
        need(right.op == "number_set" and right.data == "R", "no interval")
    if part.relation == "=":
        yield from continuous(x, body, inside)
        minus = -make("constant", data="infinity")
        shape, ends = (
            (right.data, right.args) if right.op == "interval" else ("()", (minus, -minus))
        )
        for end, bracket, way in zip(ends, shape, cert["ends"], strict=True):
            yield from reached(part, way, x, body, end, bracket in "[]", inside)


def by_extremum(part: Part, cert: Data) -> Goals:
    """No value is beyond the end, and the end is taken (or approached)."""
    relations = ("approx",) if "reading" in cert else ("=", "equiv")
    right = end_of(part, tuple(EXTREMA), relations)
    x, *sets, body = part.left.args
    need(part.left.data in ("all", "set") and x not in atoms([right]), "no extremum")
    inside = (*part.conditions, *(c for d in sets for c in within(x, d)))
    relation, taken = EXTREMA[part.left.op], not part.left.op.startswith(("sup", "inf"))
    need(infinite(right) in (0, 1 if relation == "<=" else -1), "an end that no value is beyond")
    if "reading" not in cert:
        if not infinite(right):
            yield Part(body, relation, right, inside)
        yield from reached(part, cert["end"], x, body, right, taken, inside)
        return
    low, high = right - rounding(right, cert), right + rounding(right, cert)
    beyond, before = (high, low) if relation == "<=" else (low, high)
    yield Part(body, relation, beyond, inside)
    at = term(cert["end"]["at"], letters_of(part))
    yield from member(x, at, inside)
    turned = ">=" if relation == "<=" else "<="
    yield Part(replace(body, {x: at}), turned, before, without(x, part), total=True)


def rounding(right: Term, cert: Data) -> Term:
    """How far a printed number may be from what it stands for."""
    (read,) = readings(Part(right, "approx", right), "right")[place(cert["reading"])]
    return read.right or right


def by_place(part: Part, cert: Data) -> Goals:
    """Where the extremum is: all other values are beneath it."""
    right = end_of(part, ("argmax", "argmin"), ("=", "approx"))
    x, *sets, body = part.left.args
    need(part.left.data in ("all", "set") and x not in atoms([right]), "no extremum")
    inside = (*part.conditions, *(c for d in sets for c in within(x, d)))
    relation, ends = ("<" if part.left.op == "argmax" else ">"), [(right, "!=")]
    at = right
    if part.relation == "approx":
        unit = rounding(right, cert)
        at, ends = term(cert["at"], letters_of(part)), [(right - unit, "<"), (right + unit, ">")]
        yield Part(make("abs", at - right), "<=", unit, total=True)
        bracket = make("interval", right - unit, right + unit, data="[]")
        yield from (g for end in bracket.args for g in member(x, end, inside))
        yield from continuous(x, body, (*inside, *within(x, bracket)))
    yield from member(x, at, inside)
    top = replace(body, {x: at})
    yield Part(top, "=", top, without(x, part), total=True)
    for end, side in ends:
        yield Part(body, relation, top, (*inside, make("relation", x, end, data=(side,))))


def by_integral(part: Part, cert: Data) -> Goals:
    """An integral, by functions of which the integrand is the slope, from piece to piece."""
    right, letters = end_of(part, ("integral",), tuple(SIGNS)), letters_of(part)
    if part.left.data == "all" and part.relation == "=":
        x, body = part.left.args
        yield Part(slope(core(right), x), "=", body, part.conditions)
        return
    need(part.left.data == "range" and cert["pieces"], "no ends, or no pieces")
    x, low, high, body = part.left.args
    y, total = symbol("#x"), number(0)
    need(x.op == "symbol" and x not in atoms([low, high, right]), "no variable")
    body, conditions = replace(body, {x: y}), without(x, part)
    for i, (cut, function, before, after) in enumerate(cert["pieces"]):
        last = i == len(cert["pieces"]) - 1
        end = high if last else term(cut, letters)
        f, a, b = (term(data, letters) for data in (function, before, after))
        f = core(replace(f, {x: y}))
        need(not {x, y} & {*atoms([end, a, b])}, "an end that moves")
        need(infinite(low) < 1 and infinite(end) > -1, "from right to left")
        if not infinite(low) and not infinite(end):
            yield Part(low, "<", end, conditions, total=True)
        inside = tuple(within(y, make("interval", low, end, data="()")))
        yield Part(f, "=", f, (*conditions, *inside), total=True)
        yield Part(slope(f, y), "=", body, (*conditions, *inside), total=True)
        yield from approach(y, low, infinite(low) or 1, f, a, conditions)
        yield from approach(y, end, infinite(end) or -1, f, b, conditions)
        low, total = end, total + (b - a)
    yield Part(total, part.relation, right, conditions, total=True)


BALLS = {"kind": "balls"}
KINDS: dict[str, Callable[[Part, Data], Goals]] = {
    "proof": by_proof, "balls": by_balls, "cells": by_cells, "digits": by_digits,
    "each": by_each, "bound": by_bound, "shape": by_shape,
    "limit": by_limit, "growth": by_asymptotics, "image": by_image, "extremum": by_extremum,
    "place": by_place, "integral": by_integral,
}  # fmt: skip
