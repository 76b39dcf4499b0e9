"""What several kinds of certificates have in common: places, limits, continuity, as goals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from symdl.evidence.meaning import (
    Open,
    atoms,
    core,
    home,
    infinite,
    links,
    need,
    sure,
)  # fmt: skip
from symdl.evidence.recheck.balls import OPERATIONS
from symdl.evidence.recheck.kernel import Branch, place
from symdl.evidence.record import Data, Part, rational
from symdl.expression.domain import POSITIVE, Domain
from symdl.expression.term import Term, make, number, postorder, replace, symbol

Goals = Iterable[Part]
NOT = {"=": "!=", "!=": "=", "<": ">=", ">": "<=", "<=": ">", ">=": "<", "equiv": "!="}
SCALARS = {*OPERATIONS, "max", "sign"}
JUMPS = {"sign", "floor", "piecewise"}
SMALL, ANYTHING, LARGE = symbol("#small", domain=POSITIVE), symbol("#any"), "#large"
TAIL = symbol("#tail")


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


def exact(at: Term) -> Fraction | None:
    """The rational number that is written, or None."""
    try:
        branch = Branch(Part(at, "=", at), 0)
        c = branch.constant(branch(core(at)))
    except Open:
        return None
    return None if c is None else Fraction(int(c.p), int(c.q))
