"""Certificates: from a goal to the goals that it follows from, down to proofs of the kernel.

What a goal says is written out in `words.py`. Nothing is searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from symdl.evidence.meaning import (
    NOT,
    atoms,
    bounds,
    core,
    home,
    infinite,
    need,
    owner,
    sure,
    within,
)
from symdl.evidence.recheck.kernel import Branch
from symdl.evidence.recheck.known import SLOTS, place
from symdl.evidence.recheck.quotients import constant
from symdl.evidence.recheck.rules import BALLS, slope
from symdl.evidence.recheck.words import (
    INFINITY,
    Goal,
    Some,
    Terms,
    approach,
    continuous,
    end_of,
    going,
    meanings,
)
from symdl.evidence.record import Data, Part, rational
from symdl.expression.term import Term, make, number, postorder, replace, symbol

MOST_NESTED = 20
OPERATIONS = {*BALLS, "add", "mul", "neg", "div", "pow", "max"}


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


# --- terms of certificates ----------------------------------------------------------------------


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


def letters_of(goal: Goal) -> list[Term]:
    """The atoms that certificates of a goal speak of, bound ones too."""
    parts = goal.parts if isinstance(goal, Some) else (goal,)
    bound = goal.letters if isinstance(goal, Some) else ()
    sides = [t for p in parts for t in (p.left, p.right or p.left, *p.conditions)]
    return atoms([*bound, *sides, *goal.conditions])
