"""Certificates for the goals that a certificate leads to: proofs, cells, examples, readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from symdl.evidence.ball_values import consistent, values_at
from symdl.evidence.meaning import core, home, infinite, links
from symdl.evidence.points import Point, points
from symdl.evidence.proofs.prover import proof_of
from symdl.evidence.proofs.tails import cells
from symdl.evidence.proofs.texts import term_of
from symdl.evidence.recheck.document import guarded
from symdl.evidence.recheck.goals import KINDS, OPERATIONS, letters_of, outer_of
from symdl.evidence.recheck.words import ANYTHING, MEANINGS, SMALL, Goal, Some
from symdl.evidence.record import Data, Part
from symdl.evidence.work import remembered, spend
from symdl.expression.printer import plain
from symdl.expression.term import Term, number, postorder

MOST_TRIED, MOST_WAYS = 200, 3
"""Points that are tried for where a relation is met, and those that proofs are looked for at."""
GUESSED = ("0", "1", "-1", "1/2", "2")
BOUNDS = {SMALL: ("1/8", "1/1000"), ANYTHING: ("1", "4", "1000")}


@dataclass(frozen=True)
class Hints:
    """What a verdict shows: values of letters by name, and texts of places."""

    at: dict[str, str] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    integrals: tuple[Data, ...] = ()


def shown_by(goal: Goal, hints: Hints, depth: int = 0) -> Data | None:
    """A certificate of a goal; None if one is not found."""
    if isinstance(goal, Some):
        return first(goal, examples(goal, hints), hints, depth)
    if goal.left.op == "integral":
        return first(goal, hints.integrals, hints, depth)
    if goal.left.op in MEANINGS:
        return filled(goal, {"kind": "means", "reading": 0}, hints, depth)
    return leaf(goal)


def first(goal: Goal, ways: Iterable[Data], hints: Hints, depth: int) -> Data | None:
    """The first of some certificates for which there are those of its goals."""
    found = (filled(goal, way, hints, depth) for way in ways)
    return next((f for f in found if f is not None), None)


def filled(goal: Goal, certificate: Data, hints: Hints, depth: int = 0) -> Data | None:
    """A certificate with certificates for the goals that it leads to; None if one is not found."""
    spend(1)
    goals = guarded(_listed, goal, certificate)
    if isinstance(goals, str) or depth > 6:
        return None
    found: list[Data] = []
    for one in goals:
        found.append(shown_by(one, hints, depth + 1))
        if found[-1] is None:
            return None
    return {**certificate, "goals": found}


def _listed(goal: Goal, certificate: Data) -> list[Goal]:
    return list(KINDS[certificate["kind"]](goal, certificate))


@remembered(512)
def leaf(goal: Part) -> Data | None:
    """A proof, or cells, whichever shows a goal; None if none is found to."""
    proof = proof_of(goal)
    letters = letters_of(goal)
    return proof if proof is not None or len(letters) != 1 else cells(goal, letters[0])


# --- examples -----------------------------------------------------------------------------------


def examples(some: Some, hints: Hints) -> Iterator[Data]:
    """Values that the letters of a goal may have."""
    if _is_met(some):
        yield from _met(some)
    if len(some.letters) == 1 and some.letters[0] not in BOUNDS:
        yield from _places(some, hints)
    said = _said(some.conditions)
    known = [_value(hints.at.get(plain(x), "")) or said.get(x) for x in some.letters]
    for i in range(max(len(BOUNDS[SMALL]), len(GUESSED))):
        guesses = [BOUNDS.get(x, GUESSED) for x in some.letters]
        values = [v or g[min(i, len(g) - 1)] for v, g in zip(known, guesses, strict=True)]
        yield {"kind": "at", "at": values}
        if None not in known:
            return


def _is_met(some: Some) -> bool:
    """Whether it is only asked where sides are defined under conditions."""
    return some.closed and all(p.left is p.right or p.right is number(1) for p in some.parts)


def _met(some: Some) -> Iterator[Data]:
    """Plain values at which balls see conditions met, and sides defined, of what is not large."""
    letters, sides = [*some.letters], [p.left for p in some.parts]
    said = {x: data for x, data in _said(some.conditions).items() if type(data) is list}
    numbers = {x: Fraction(d[0]) for x, d in said.items() if len(d) == 1 and type(d[0]) is str}
    ways = 0
    for point in points(letters, [*sides, *some.conditions], MOST_TRIED):
        there = {x: numbers.get(x, value) for x, value in point.items()}
        if guarded(_meets, some, there) is True:
            ways += 1
            yield {"kind": "at", "at": [str(there[x]) for x in letters]}
        if ways >= MOST_WAYS:
            return


def _meets(some: Some, point: Point) -> bool:
    """Whether balls see it."""
    value = values_at(point)
    near = [core(part.left) for part in some.parts if part.large is None]
    return (
        consistent(point)
        and all(value(core(condition)) == 1 for condition in some.conditions)
        and all(value(side).is_finite() for side in near)
    )


def _said(conditions: tuple[Term, ...]) -> dict[Term, Data]:
    """Values that conditions say."""
    found: dict[Term, Data] = {}
    for condition in conditions:
        if condition.op == "relation" and condition.data == ("=",):
            found[condition.args[0]] = written(condition.args[1], [])
    return found


def _value(text: str) -> Data:
    """The text of a number as certificates write it; None for what is none."""
    try:
        return str(Fraction(text))
    except ValueError:  # `towards infinity`
        found = term_of(text)
        return None if found is None else written(found, [])


def _places(some: Some, hints: Hints) -> Iterator[Data]:
    """Places at which a value may be taken, or to which it may be approached."""
    (x,), letters = some.letters, outer_of(some)
    marks = [number(end) for end in (home(x).lower, home(x).upper) if end is not None]
    for condition in some.conditions:
        found = guarded(links, condition)
        for a, _, b in found if isinstance(found, list) else ():
            marks += [b] if a is x and not infinite(b) else []
    ends = {SMALL, ANYTHING} & {*letters}
    for way in (_approached, _taken) if ends else (_taken,):
        yield from way(x, letters, marks, hints)


def _taken(_x: Term, letters: list[Term], marks: list[Term], hints: Hints) -> Iterator[Data]:
    texts = [*hints.places, *GUESSED]
    terms = [*(term_of(text, letters) for text in texts), *marks, *map(_dyadic, hints.places)]
    for at in dict.fromkeys(t for t in terms if t is not None):
        data = written(at, letters)
        if data is not None:
            yield {"kind": "at", "at": [data]}
    if len(hints.between) == 2:
        for sign in (1, -1):
            yield {"kind": "crossing", "ends": list(hints.between), "sign": sign}


def _approached(_x: Term, letters: list[Term], marks: list[Term], _hints: Hints) -> Iterator[Data]:
    for side in (1, -1):
        yield {"kind": "at", "to": "infinity", "side": side}
    for at in dict.fromkeys([*marks, number(0)]):
        for side in (1, -1):
            yield {"kind": "at", "to": written(at, letters), "side": side}


def _dyadic(text: str) -> Term | None:
    """A rational number near to one that is shown in digits."""
    try:
        return number(Fraction(round(Fraction(text) * 2**70), 2**70))
    except ValueError:
        return None


def written(root: Term, letters: list[Term]) -> Data | None:
    """A term as certificates write it, None if it cannot be."""
    nodes: list[Data] = []
    places: dict[Term, int] = {}
    for node in postorder(core(root)):
        name = node.data if node.op == "constant" else node.op
        if node in letters:
            nodes.append(letters.index(node))
        elif node.op == "number":
            nodes.append(str(node.data.value))
        elif name in OPERATIONS:
            nodes.append([name, *(places[a] for a in node.args)])
        else:
            return None
        places[node] = len(nodes) - 1
    return nodes
