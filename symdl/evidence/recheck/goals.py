"""Certificates: from a goal to the goals that it follows from, down to proofs of the kernel.

What a statement says of limits, images, extrema, integrals is written out here, as relations that
hold for all values (`Part`) and for some (`Some`). Nothing is searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from symdl.evidence.meaning import (
    EXTREMA,
    NOT,
    atoms,
    bounds,
    core,
    home,
    infinite,
    need,
    owner,
    readings,
    sure,
    within,
)
from symdl.evidence.recheck.kernel import SLOTS, Branch, constant, place
from symdl.evidence.recheck.rules import BALLS, slope
from symdl.evidence.record import Data, Part, rational
from symdl.expression.domain import POSITIVE, Domain
from symdl.expression.term import Term, make, number, postorder, replace, symbol

MOST_NESTED = 20
SMALL, ANYTHING = symbol("#small", domain=POSITIVE), symbol("#any")
INFINITY = make("constant", data="infinity")
OPERATIONS = {*BALLS, "add", "mul", "neg", "div", "pow", "max"}


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


def shown(goal: Goal, cert: Data, depth: int = 0) -> None:
    """Raise Bad or Open unless a certificate shows a goal."""
    need(depth < MOST_NESTED, "nested too deeply")
    if cert["kind"] == "proof" and isinstance(goal, Part):
        Branch(goal, cert["slots"]).prove(cert)
        return
    for one, inner in zip(KINDS[cert["kind"]](goal, cert), cert["goals"], strict=True):
        shown(one, inner, depth + 1)


# --- kinds of certificates ----------------------------------------------------------------------


def by_meaning(part: Part, cert: Data) -> Iterator[Goal]:
    """What the words of a claim say, in one of its readings; and that each relation in it speaks
    of something."""
    said = meanings(part, cert)[place(cert["reading"])]
    yield from said
    speaking = (one for one in said if isinstance(one, Part) and (one.conditions or not one.total))
    yield from map(met, speaking)


def met(part: Part) -> Some:
    """That some values meet the conditions of a relation, and both of its sides are defined."""
    far, near = parted(part.conditions, {part.large})
    sides = [s for s in (part.left, part.right or part.left) if s.op != "integral"]
    ones = [*((core(c), number(1)) for c in far), *((side, side) for side in sides)]
    parts = tuple(Part(a, "=", b, (), True, part.large) for a, b in ones)
    letters = tuple(x for x in letters_of(part) if x is not part.large)
    return Some(letters, near, parts, closed=True)


def parted(conditions: Terms, letters: Iterable[Term | None]) -> tuple[Terms, Terms]:
    """Those conditions that depend on some letters, and the others."""
    inside = tuple(c for c in conditions if {*letters} & {*postorder(c)})
    return inside, tuple(c for c in conditions if c not in inside)


def by_failing(part: Part, cert: Data) -> Iterator[Some]:
    """That a claim fails: one of the goals of each of its readings does, for some values."""
    need("bound" not in cert, "no reading")
    for said, i in zip(meanings(part, cert), cert["which"], strict=True):
        goal = said[place(i)]
        bound: set[Term | None] = {goal.large} if isinstance(goal, Part) else {*goal.letters}
        inside, rest = parted(goal.conditions, bound)
        (one,) = (goal,) if isinstance(goal, Part) else goal.parts
        need(not (inside if one is goal else one.conditions or one.large), "not one relation")
        fails = Part(one.left, NOT[one.relation], one.right, inside, one is goal, one.large)
        letters = tuple(x for x in letters_of(goal) if x not in bound)
        yield Some(letters, rest, (fails,), closed=True)


def by_example(some: Some, cert: Data) -> Iterator[Part]:
    """Values of the letters: terms in other letters; of one letter a place that it comes near."""
    letters, large = outer_of(some), None
    if "to" in cert:
        (x,), side = some.letters, cert["side"]
        alone = not (some.inner or some.closed or any(p.large for p in some.parts))
        need(alone, "a place that depends on more")
        ends = {1: INFINITY, -1: -INFINITY}
        at = ends[side] if cert["to"] == "infinity" else term(cert["to"], letters)
        large, moved = going(x, at, {1: 1, -1: -1}[side])
        table = {x: moved}
    else:
        terms = [term([data] if type(data) is str else data, letters) for data in cert["at"]]
        table = dict(zip(some.letters, terms, strict=True))
    need(not {*some.letters} & {*atoms(table.values())} and free(table), "no example")
    for x, at in table.items():
        whole = at.op == "number" and at.data.value.denominator == 1
        sure(x.shape == () and (not home(x).integer or whole or large), "no value of it")
    fixed = () if some.closed else parted(some.conditions, some.letters)[1]
    for condition in (*some.conditions, *(c for x in some.letters for c in bounds(x))):
        if condition not in fixed:
            holds = core(replace(condition, table))
            yield Part(holds, "=", number(1), fixed, True, large)
    for part in some.parts:
        left, right, *inside = (
            replace(t, table) for t in (part.left, part.right or part.left, *part.conditions)
        )
        yield Part(left, part.relation, right, (*fixed, *inside), part.total, part.large or large)


def outer_of(some: Some) -> list[Term]:
    """The letters that an example may depend on: not those of which something is said for all."""
    inner = {*some.letters, some.inner, *(part.large for part in some.parts)}
    return [] if some.closed else [x for x in letters_of(some) if not inner & {*postorder(x)}]


def free(table: dict[Term, Term]) -> bool:
    """Whether atoms may have any values, each its own: those of symbols, whose labels are open, and
    certainly not the same entry twice."""
    labels = [n for x in table for m in postorder(x) if m.op == "label" for n in m.args[1:]]
    fixed = {*table} & {n for label in labels for n in postorder(label)}
    pairs = combinations(table, 2)
    return (
        all(owner(x).op == "symbol" for x in table)
        and not fixed
        and all(apart(a, b, table) for a, b in pairs)
    )


def apart(a: Term, b: Term, table: dict[Term, Term]) -> bool:
    """Whether two atoms are certainly not the same entry, at these values of their indices."""
    if a is b or "symbol" in (a.op, b.op):
        return a is not b
    (one, *places), (other, *beside) = a.args, b.args
    value = Branch(Part(INFINITY, "=", None), SLOTS)
    gaps = (core(replace(i - j, table)) for i, j in zip(places, beside, strict=True))
    return apart(one, other, table) or (a.op == b.op and any(constant(value(g)) for g in gaps))


def by_integral(part: Part, cert: Data) -> Iterator[Part]:
    """An integral, by functions of which the integrand is the slope, from piece to piece."""
    right, letters, total = end_of(part), letters_of(part), number(0)
    if part.left.data == "all" and part.relation == "=":
        x, body = part.left.args
        yield Part(slope(core(right), x), "=", body, part.conditions)
        return
    need(part.left.data == "range" and cert["pieces"], "no ends, or no pieces")
    x, low, high, body = part.left.args
    y, (_, conditions) = symbol("#x"), parted(part.conditions, {x})
    need(x.op == "symbol" and x not in atoms([low, high, right]), "no variable")
    for cut, *terms in cert["pieces"]:
        end = high if cut is None else term(cut, letters)
        f, *values = (term(data, letters) for data in terms)
        f = core(replace(f, {x: y}))
        need(x not in atoms([end, *values]) and infinite(low) < 1 and infinite(end) > -1, "an end")
        if not infinite(low) and not infinite(end):
            yield Part(low, "<", end, conditions, total=True)
        inside = (*conditions, *within(y, make("interval", low, end, data="()")))
        yield Part(f, "=", f, inside, total=True)
        yield Part(slope(f, y), "=", replace(body, {x: y}), inside, total=True)
        for at, side, value in ((low, 1, values[0]), (end, -1, values[1])):
            yield from approach(y, at, infinite(at) or side, f, value, conditions)
        low, total = end, total + (values[1] - values[0])
    need(cert["pieces"][-1][0] is None, "not up to the end")
    yield Part(total, part.relation, right, conditions, total=True)


def by_crossing(some: Some, cert: Data) -> Iterator[Part]:
    """A zero between two numbers, at which a continuous function has different signs."""
    ((x,), (part,)), ends = (some.letters, some.parts), [rational(end) for end in cert["ends"]]
    low, high = map(number, ends)
    inside = tuple(within(x, make("interval", low, high, data="[]")))
    gap = part.left - (part.right or part.left)
    need(part.relation == "=" and x.op == "symbol" and ends[0] < ends[1], "no crossing")
    need(not part.large and (not some.closed or letters_of(some) == [x]), "more than a zero")
    signs = {1: "<>", -1: "><"}[cert["sign"]]
    for end, sign in zip((low, high), signs, strict=True):
        yield Part(replace(gap, {x: end}), sign, number(0), some.conditions, total=True)
    for condition in (*some.conditions, *bounds(x)):
        yield Part(core(condition), "=", number(1), inside, total=True)
    yield continuous(x, gap, inside)


KINDS: dict[str, Callable[..., Iterable[Goal]]] = {
    "means": by_meaning, "fails": by_failing, "at": by_example, "integral": by_integral,
    "crossing": by_crossing,
}  # fmt: skip


# --- what words mean ----------------------------------------------------------------------------


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


def term(data: Data, letters: list[Term]) -> Term:
    """A term of a certificate: nodes, arguments first; a letter is its place among the letters."""
    made: list[Term] = []
    for node in data:
        if type(node) is int:
            made.append(letters[place(node)])
        elif type(node) is str:
            made.append(number(rational(node)))
        else:
            need(node[0] in OPERATIONS, "no operation of certificates")
            inner = [made[place(i)] for i in node[1:]]
            made.append(make(node[0], *inner) if inner else make("constant", data=node[0]))
    return made[-1]


def end_of(part: Part) -> Term:
    """The right side, if there is one."""
    need(part.right is not None, "no right side")
    return part.right or part.left


def letters_of(goal: Goal) -> list[Term]:
    """The atoms that certificates of a goal speak of, bound ones too."""
    parts = goal.parts if isinstance(goal, Some) else (goal,)
    bound = goal.letters if isinstance(goal, Some) else ()
    sides = [t for p in parts for t in (p.left, p.right or p.left, *p.conditions)]
    return atoms([*bound, *sides, *goal.conditions])
