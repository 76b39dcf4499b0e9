"""Certificates of what fails: from a claim to goals that contradict it."""

from __future__ import annotations

from collections.abc import Callable

from symdl.evidence.meaning import (
    EXTREMA,
    atoms,
    core,
    implied,
    infinite,
    links,
    need,
    readings,
    sure,
    within,
)  # fmt: skip
from symdl.evidence.recheck.balls import consistent
from symdl.evidence.recheck.goals import by_shape
from symdl.evidence.recheck.kernel import place
from symdl.evidence.recheck.steps import (
    NOT,
    Goals,
    approach,
    continuous,
    end_of,
    exact,
    going,
    letters_of,
    member,
    sides,
    term,
    without,
)
from symdl.evidence.record import Data, Part, rational
from symdl.expression.term import Term, make, number, postorder, replace


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


FAILS: dict[str, Callable[[Part, Data], Goals]] = {
    "at": at_point, "wrong": by_wrong_digits, "never": never, "elsewhere": elsewhere,
    "bracket": by_bracket, "unlike": by_shape, "lost": lost,
}  # fmt: skip
