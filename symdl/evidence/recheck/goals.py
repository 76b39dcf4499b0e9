"""Certificates: from a goal to the goals that it follows from, down to proofs and balls.

A goal is a Part. Each kind of certificate is one function; nothing is searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from symdl.evidence.meaning import (
    EXTREMA,
    SIGNS,
    Open,
    Signs,
    atoms,
    core,
    home,
    implied,
    infinite,
    links,
    need,
    readings,
    sure,
    within,
)  # fmt: skip
from symdl.evidence.recheck.balls import OPERATIONS, Values, ball, consistent, sign_of, signs
from symdl.evidence.recheck.kernel import Branch, place
from symdl.evidence.recheck.slopes import slope
from symdl.evidence.record import Data, Part, rational
from symdl.expression.domain import POSITIVE, Domain
from symdl.expression.term import Term, make, number, postorder, replace, symbol

Goals = Iterable[Part]
NOT = {"=": "!=", "!=": "=", "<": ">=", ">": "<=", "<=": ">", ">=": "<", "equiv": "!="}
SCALARS = {*OPERATIONS, "max", "sign"}
JUMPS = {"sign", "floor", "piecewise"}
SMALL, ANYTHING, LARGE = symbol("#small", domain=POSITIVE), symbol("#any"), "#large"
TAIL = symbol("#tail")
MOST_NESTED = 20


def shown(goal: Part, cert: Data, kinds: Data, depth: int = 0) -> None:
    """Raise Bad or Open unless a certificate of one of the kinds shows a goal."""
    need(depth < MOST_NESTED and cert["kind"] in kinds, "of another kind")
    goals = list(kinds[cert["kind"]](goal, cert))
    for one, inner in zip(goals, cert.get("goals", [BALLS] * len(goals)), strict=True):
        shown(one, inner, KINDS, depth + 1)


def term(data: Data, letters: list[Term]) -> Term:
    """A term of a certificate: nodes, arguments first; a letter is its place among the letters."""
    made: list[Term] = []
    for node in data:
        if type(node) is int:
            made.append(letters[place(node)])
        elif type(node) is str:
            made.append(number(rational(node)))
        else:
            need(node[0] in SCALARS, "no operation of certificates")
            if node[0] in ("pi", "e"):
                made.append(make("constant", data=node[0]))
            else:
                made.append(make(node[0], *(made[place(i)] for i in node[1:])))
    return made[-1]


def letters_of(part: Part) -> list[Term]:
    """The atoms that certificates of a part speak of, bound ones too."""
    return atoms([part.left, part.right or part.left, *part.conditions])


# --- what holds -------------------------------------------------------------------------------


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


# --- steps that several have in common ----------------------------------------------------------


def end_of(part: Part, left: tuple[str, ...], relations: tuple[str, ...]) -> Term:
    """The right side of a part of the form that is meant."""
    need(part.left.op in left and part.relation in relations, "nothing of this kind is said")
    sure(part.right is not None)
    return part.right or part.left


def without(x: Term, part: Part) -> tuple[Term, ...]:
    """The conditions that do not speak of a bound variable."""
    return tuple(c for c in part.conditions if x not in atoms([c]))


def member(x: Term, at: Term, inside: Iterable[Term], large: Term | None = None) -> Goals:
    """That a place is one of the variable: in its domain, and where the conditions hold."""
    need(x not in atoms([at]), "a place that moves")
    whole = at.op == "number" and at.data.value.denominator == 1
    sure(not home(x).integer or (large is None and whole))
    inside = (*inside, *bounds(x, x))
    fixed = tuple(c for c in inside if x not in atoms([c]))
    for condition in inside:
        if x in atoms([condition]):
            for a, relation, b in links(condition):
                a, b = replace(a, {x: at}), replace(b, {x: at})
                yield Part(a, relation, b, fixed, total=True, large=large)


def bounds(x: Term, at: Term) -> Iterator[Term]:
    """That a number lies in the domain of a variable, but for its being whole."""
    d = home(x)
    for end, words in ((d.lower, (">=", ">")), (d.upper, ("<=", "<"))):
        if end is not None:
            is_open = d.lower_open if words[1] == ">" else d.upper_open
            yield make("relation", at, number(end), data=(words[is_open],))
    for end in d.excluded:
        yield make("relation", at, number(end), data=("!=",))


def continuous(x: Term, body: Term, inside: tuple[Term, ...]) -> Goals:
    """That a function is continuous on a connected domain."""
    sure(not home(x).integer and not home(x).excluded, "the domain has gaps")
    for c in (c for c in inside if x in atoms([c])):
        one = c.op == "relation" and len(c.args) == 2 and c.data[0] in ("<", ">", "<=", ">=")
        sure(one and c.args[0] is x and x not in atoms(c.args[1:]), "the domain may have gaps")
    sure(not {n.op for n in postorder(core(body))} & JUMPS, "the function may jump")
    yield Part(body, "=", body, inside, total=True)


def sides(x: Term, at: Term, words: str) -> list[int]:
    """The directions from which a variable goes to its place: those that its domain has."""
    if infinite(at):
        return [1, -1] if words == "pm" else [infinite(at)]
    ends = {1: home(x).upper, -1: home(x).lower}
    said = {"+": [1], "-": [-1], "": [1, -1]}[words]
    return [s for s in said if ends[s] is None or at is not number(ends[s])] or said


def approach(
    x: Term, at: Term, side: int, body: Term, end: Term, conditions: tuple[Term, ...] = ()
) -> Goals:
    """That a body comes as near to its end as one likes where a variable goes to its place."""
    large, moved = going(x, at, side)
    body = replace(body, {x: moved})
    if infinite(end):
        relation = ">" if infinite(end) > 0 else "<"
        yield Part(body, relation, ANYTHING, conditions, True, large)
    else:
        yield Part(body - end, "<", SMALL, conditions, True, large)
        yield Part(end - body, "<", SMALL, conditions, True, large)


def going(x: Term, at: Term, side: int) -> tuple[Term, Term]:
    """A number that is large, and the place near to its end that a variable has then."""
    integer = home(x).integer
    sure(not integer or infinite(at), "a whole number goes nowhere")
    large = symbol(LARGE, domain=Domain(lower=POSITIVE.lower, lower_open=True, integer=integer))
    if infinite(at):
        return large, large if infinite(at) > 0 else -large
    return large, at + side * (1 / large)


def reached(
    part: Part, way: Data, x: Term, body: Term, end: Term, taken: bool, inside: tuple[Term, ...]
) -> Goals:
    """That a value is taken, or (where this is enough) only approached."""
    letters, fixed = letters_of(part), without(x, part)
    if "at" in way:
        sure(taken or part.left.op != "image", "an end that is taken")
        at = term(way["at"], letters)
        yield from member(x, at, inside)
        yield Part(replace(body, {x: at}), "=", end, fixed, total=True)
        return
    sure(not taken, "an end that is to be taken")
    side = way["side"]
    at = infinity(side) if way["to"] == "infinity" else term(way["to"], letters)
    need(side in (1, -1) and x not in atoms([at]), "no side")
    large, moved = going(x, at, side)
    yield from member(x, moved, inside, large)
    yield from approach(x, at, side, body, end, fixed)


def infinity(sign: int) -> Term:
    """Infinity, or minus infinity."""
    found = make("constant", data="infinity")
    return found if sign > 0 else -found


# --- what fails -------------------------------------------------------------------------------


def at_point(part: Part, cert: Data) -> Goals:
    """A place at which the relation fails, of the part or of what follows from it."""
    if "implied" in cert:
        part = list(implied(part))[place(cert["implied"])]
    table = chosen(part, letters_of(part), cert["at"])
    yield from settled(part, table)
    left, right = (replace(side, table) for side in (part.left, part.right or part.left))
    if part.relation == "approx":  # by far, and this is no proof
        apart, most = make("abs", left - right), make("max", make("abs", left), make("abs", right))
        yield Part(apart, ">", most / 10, total=True)
    else:
        yield Part(left, NOT[part.relation], right, total=True)


def chosen(part: Part, letters: list[Term], at: Data) -> dict[Term, Term]:
    """The places that a certificate says for atoms."""
    terms = [term([data] if type(data) is str else data, []) for data in at]
    return dict(zip(letters, terms, strict=True))


def settled(part: Part, table: dict[Term, Term]) -> Goals:
    """That a point is one of the domain, and the conditions hold there."""
    numbers = {atom: exact(at) for atom, at in table.items()}
    known = {atom: x for atom, x in numbers.items() if x is not None}
    need(consistent(known), "the point is none of the domain")
    for atom, at in table.items():
        if atom not in known:
            sure(atom.op == "symbol" and atom.shape == (), "no number")
            yield from member(atom, at, ())
    for condition in part.conditions:
        holds = make("piecewise", number(1), replace(condition, table), number(0))
        yield Part(holds, "=", number(1), total=True)


def lost(part: Part, cert: Data) -> Goals:
    """A point at which one side is defined, and the other is not."""
    table = chosen(part, letters_of(part), cert["at"])
    yield from settled(part, table)
    here, there = (
        replace(side, table) for side in (part.left, part.right or part.left)[:: cert["turn"]]
    )
    need(cert["turn"] in (1, -1), "no side")
    yield Part(here, "=", here, total=True)
    nodes = list(postorder(core(there)))
    need(not any(n.op == "piecewise" for n in nodes), "not all of it may count")
    node = nodes[place(cert["node"])]
    yield Part(
        node.args[-1], {"log": "<=", "div": "=", "sqrt": "<"}[node.op], number(0), total=True
    )


def by_wrong_digits(part: Part, cert: Data) -> Goals:
    """A printed number: what each of its readings says fails."""
    for said, i in zip(readings(part, cert["side"]), cert["which"], strict=True):
        yield opposite(said[place(i)])


def never(part: Part, cert: Data) -> Goals:
    """A value that is said to be taken, and is not."""
    right = end_of(part, ("image", *EXTREMA), ("=",))
    x, *sets, body = part.left.args
    free = [atom for atom in letters_of(part) if atom is not x]
    table = chosen(part, free, cert["at"])
    yield from settled(Part(body, "=", right, without(x, part)), table)
    right, body = replace(right, table), replace(body, table)
    inside = [replace(c, table) for c in part.conditions if x in atoms([c])]
    inside += [c for d in sets for c in within(x, replace(d, table))]
    if part.left.op == "image":
        value = term(cert["value"], [])
        if right.op == "interval":
            for _, relation, end in links(make("relation", value, right, data=("in",))):
                yield Part(value, relation, end, total=True)
        elif right.op == "set":
            value = right.args[place(cert["element"])]
        else:
            need(right.op == "number_set" and right.data == "R", "no set")
        right = value
    else:
        need(part.left.op in ("max_over", "min_over"), "nothing is said to be taken")
    yield Part(body, "!=", right, tuple(inside))


def elsewhere(part: Part, cert: Data) -> Goals:
    """A limit that is not what is said: what goes to it stays away from it, from one side."""
    right = end_of(part, ("limit",), ("=", "equiv", "!="))
    x, at, body = part.left.args
    free = [atom for atom in letters_of(part) if atom is not x]
    table = chosen(part, free, cert["at"])
    yield from settled(Part(body, "=", right, without(x, part)), table)
    at, body, right = (replace(t, table) for t in (at, body, right))
    if part.relation == "!=":
        for side in sides(x, at, part.left.data):
            yield from approach(x, at, side, body, right)
        return
    need(cert["side"] in sides(x, at, part.left.data), "no side that is meant")
    large, moved = going(x, at, cert["side"])
    body, bound = replace(body, {x: moved}), number(rational(cert["bound"]))
    if infinite(right):
        yield Part(infinite(right) * body, "<", bound, total=True, large=large)
    else:
        yield Part(bound, ">", number(0))
        yield Part(make("abs", body - right), ">=", bound, total=True, large=large)


def by_bracket(part: Part, cert: Data) -> Goals:
    """Between two numbers a difference changes its sign: of sides said to differ, or of those of a
    condition; then what is said fails there."""
    (x,), equal, rest = letters_of(part), (part.left, part.right or part.left), part.conditions
    if "condition" in cert:
        i = place(cert["condition"])
        ((a, relation, b),) = links(part.conditions[i])
        equal, rest = (a, b), (*rest[:i], *rest[i + 1 :])
        need(relation == "=", "no equation")
    else:
        need(part.relation == "!=", "no zero is claimed")
    gap, (low, high) = equal[0] - equal[1], (number(rational(end)) for end in cert["at"])
    inside = tuple(within(x, make("interval", low, high, data="[]")))
    yield Part(low, "<", high)
    for end, way in ((low, cert["sign"]), (high, -cert["sign"])):
        yield from member(x, end, ())
        yield Part(replace(gap, {x: end}), {1: ">", -1: "<"}[way], number(0), total=True)
    yield from continuous(x, gap, inside)
    for condition in rest:
        holds = make("piecewise", number(1), condition, number(0))
        yield Part(holds, "=", number(1), inside, total=True)
    if "condition" in cert:
        yield Part(part.left, NOT[part.relation], part.right, inside, total=True)


def opposite(part: Part) -> Part:
    """That a part without atoms fails."""
    return Part(part.left, NOT[part.relation], part.right, part.conditions, total=True)


def exact(at: Term) -> Fraction | None:
    """The rational number that is written, or None."""
    try:
        branch = Branch(Part(at, "=", at), 0)
        c = branch.constant(branch(core(at)))
    except Open:
        return None
    return None if c is None else Fraction(int(c.p), int(c.q))


BALLS = {"kind": "balls"}
KINDS: dict[str, Callable[[Part, Data], Goals]] = {
    "proof": by_proof, "balls": by_balls, "cells": by_cells, "digits": by_digits, "bound": by_bound, "shape": by_shape,
    "limit": by_limit, "growth": by_asymptotics, "image": by_image, "extremum": by_extremum,
    "place": by_place, "integral": by_integral,
}  # fmt: skip
FAILS: dict[str, Callable[[Part, Data], Goals]] = {
    "at": at_point, "wrong": by_wrong_digits, "never": never, "elsewhere": elsewhere,
    "bracket": by_bracket, "unlike": by_shape, "lost": lost,
}  # fmt: skip
