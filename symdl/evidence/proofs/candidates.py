"""What a certificate might be: guesses from what the verdict shows, each to be filled and checked.

`filled` finds certificates for the goals that a guess leads to; None where one is not found.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Place
from symdl.evidence.limit_rules import limit_term
from symdl.evidence.meaning import (
    EXTREMA,
    PLACES,
    atoms,
    core,
    home,
    implied,
    infinite,
    readings,
    within,
)
from symdl.evidence.proofs.prover import proof_of
from symdl.evidence.proofs.tails import cells
from symdl.evidence.proofs.texts import term_of
from symdl.evidence.recheck import guarded
from symdl.evidence.recheck.goals import (
    BALLS,
    KINDS,
    SCALARS,
    TAIL,
    chosen,
    infinity,
    letters_of,
    opposite,
    reached,
    shown,
    sides,
)
from symdl.evidence.record import Data, Part
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.term import Term, number, postorder, replace

GUESSED = ("0", "1", "-1", "1/2", "2")
FARTHER = ("-2", "3", "1000", "-1000")
BOUNDS = ("1/8", "1/1000")
FORMS = frozenset({"limit", "image", "integral", *EXTREMA, *PLACES})


# --- filling ----------------------------------------------------------------------------------


def filled(part: Part, certificate: Data, kinds: Data) -> Data | None:
    """A certificate with certificates for the goals that it leads to; None if one is not found."""
    goals = guarded(_listed, part, certificate, kinds)
    if isinstance(goals, str):
        return None
    found = []
    for goal in goals:
        found.append(leaf(goal))
        if found[-1] is None:
            return None
    return {**certificate, "goals": found} if any(c != BALLS for c in found) else certificate


def _listed(part: Part, certificate: Data, kinds: Data) -> list[Part]:
    return list(kinds[certificate["kind"]](part, certificate))


def leaf(goal: Part) -> Data | None:
    """Balls, a proof, or cells, whichever shows a goal; None if none is found to."""
    letters = letters_of(goal)
    if not letters and holds(goal, BALLS):
        return BALLS
    proof = proof_of(goal)
    if proof is not None or len(letters) != 1 or letters[0] is TAIL:
        return proof
    certificate = cells(goal)
    return None if certificate is None else filled(goal, certificate, KINDS)


def holds(goal: Part, certificate: Data) -> bool:
    """Whether a certificate shows a goal."""
    return bool(guarded(_shown, goal, certificate) == "")


def _shown(goal: Part, certificate: Data) -> str:
    shown(goal, certificate, KINDS)
    return ""


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
        elif name in SCALARS:
            nodes.append([name, *(places[a] for a in node.args)])
        else:
            return None
        places[node] = len(nodes) - 1
    return nodes


# --- what holds -------------------------------------------------------------------------------


def that_hold(part: Part, verdict: Verdict) -> Iterator[Data]:
    """Guesses for a part that is said to hold, their goals still to be shown."""
    op = part.left.op
    if verdict.kind == "rounded" and op not in FORMS:
        for side in ("right", "left"):
            for i in range(_count(part, side)):
                yield {"kind": "digits", "side": side, "reading": i}
    elif verdict.kind == "approximate" and "bound" in verdict.evidence:
        yield {"kind": "bound", "bound": str(Fraction(verdict.evidence["bound"]))}
    elif verdict.method == "shape":
        yield {"kind": "shape"}
    elif op == "limit":
        yield {"kind": "limit"}
    elif op == "image":
        yield from _image(part, verdict)
    elif op == "integral":
        yield from _integral(part, verdict)
    elif op in EXTREMA:
        yield from _extremum(part, verdict)
    elif op in PLACES:
        yield from _place(part, verdict)
    elif any(c.op == "relation" and c.data == ("->",) for c in part.conditions):
        yield from ({"kind": "growth", "bound": bound} for bound in ("1", "4", "1000"))


def _count(part: Part, side: str) -> int:
    count = guarded(lambda: len(readings(part, side)))
    return count if isinstance(count, int) else 0


def _image(part: Part, verdict: Verdict) -> Iterator[Data]:
    assert part.right is not None
    if part.relation != "=":
        yield {"kind": "image"}
        return
    if part.right.op not in ("interval", "number_set"):
        return
    x, domain, body = part.left.args
    inside = guarded(lambda: (*part.conditions, *within(x, domain)))
    if isinstance(inside, str):
        return
    texts = [t.rpartition(" = ")[2] for t in verdict.evidence.get("ends", ()) if " at " in t]
    ends = part.right.args if part.right.op == "interval" else ()
    shape = part.right.data if ends else "()"
    found = []
    for i in (0, 1):
        taken, end = shape[i] in "[]", ends[i] if ends else infinity(1 if i else -1)
        ways = _ways(x, domain, [*texts, *GUESSED], taken, letters_of(part))
        good = (w for w in ways if _reaches(part, w, x, body, end, taken, inside))
        found.append(next(good, None))
    if None not in found:
        yield {"kind": "image", "ends": found}


def _ways(
    x: Term, domain: Term, texts: list[str], taken: bool, letters: list[Term]
) -> Iterator[Data]:
    """Places at which a value may be taken, or to which it may be approached."""
    own = [end for end in (home(x).lower, home(x).upper) if end is not None]
    marks = [number(end) for end in own]
    marks += [e for e in (domain.args if domain.op == "interval" else ()) if not infinite(e)]
    if taken:
        terms = [*(term_of(text, letters) for text in texts), *marks]
        for at in dict.fromkeys(t for t in terms if t is not None):
            yield {"at": written(at, letters)}
        return
    for side in (1, -1):
        yield {"to": "infinity", "side": side}
    for at in dict.fromkeys([*marks, number(0)]):
        for side in (1, -1):
            yield {"to": written(at, letters), "side": side}


def _reaches(part: Part, way: Data, *rest: Any) -> bool:
    x, body, end, taken, inside = rest
    goals = guarded(lambda: list(reached(part, way, x, body, end, taken, inside)))
    return not isinstance(goals, str) and all(leaf(goal) is not None for goal in goals)


def _near(verdict: Verdict) -> list[str]:
    """Where an extremum is said to be."""
    return [
        place for value in verdict.evidence.get("values", ()) for place in value.get("near", ())
    ]


def _set_of(part: Part) -> Term:
    return part.left.args[1] if part.left.data == "set" else part.left.args[0]


def _extremum(part: Part, verdict: Verdict) -> Iterator[Data]:
    letters, near = letters_of(part), _near(verdict)
    if verdict.kind == "rounded":
        places = [at for at in map(_dyadic, near) if at is not None]
        for i in range(_count(_end(part), "right")):
            for at in places:
                yield {"kind": "extremum", "reading": i, "end": {"at": [at]}}
        return
    x, taken = part.left.args[0], part.left.op in ("max_over", "min_over")
    for way in _ways(x, _set_of(part), [*near, *GUESSED], True, letters):
        yield {"kind": "extremum", "end": way}
    if not taken:
        for way in _ways(x, _set_of(part), [], False, letters):
            yield {"kind": "extremum", "end": way}


def _end(part: Part) -> Part:
    return Part(part.right or part.left, part.relation, part.right)


def _dyadic(text: str) -> str | None:
    """A rational number near to one that is shown in digits."""
    try:
        return str(Fraction(round(Fraction(text) * 2**70), 2**70))
    except ValueError:
        return None


def _place(part: Part, verdict: Verdict) -> Iterator[Data]:
    if part.relation == "=":
        yield {"kind": "place"}
        return
    for i in range(_count(_end(part), "right")):
        for at in (at for at in map(_dyadic, _near(verdict)) if at is not None):
            yield {"kind": "place", "reading": i, "at": [at]}


def _integral(part: Part, verdict: Verdict) -> Iterator[Data]:
    if part.left.data == "all":
        yield {"kind": "integral"}
        return
    letters, (x, low, high, _) = letters_of(part), part.left.args
    for value in verdict.evidence.get("values", ()):
        start, pieces = low, []
        for told in value.get("pieces", ()):
            if "to" not in told:
                return
            end = term_of(told["to"], letters) or high
            function = term_of(told["antiderivative"], letters) or x
            limits = [_at_end(function, x, start, 1), _at_end(function, x, end, -1)]
            cut = number(0) if infinite(end) else end
            pieces.append([t and written(t, letters) for t in (cut, function, *limits)])
            start = end
        if pieces and None not in [data for piece in pieces for data in piece]:
            yield {"kind": "integral", "pieces": pieces}


def _at_end(function: Term, x: Term, end: Term, side: int) -> Term | None:
    """The limit of a function at an end of a piece."""
    if not infinite(end):
        value = replace(function, {x: end})
        if atoms([value]) or holds(Part(value, "=", value, total=True), BALLS):
            return value
    at = _fraction(end)
    if infinite(end) or at is not None:
        place = Place(None, infinite(end)) if at is None else Place(rational(at), side)
        found = limit_term(function, x, place)
        return found if isinstance(found, Term) else None
    return None


def _fraction(end: Term) -> Fraction | None:
    try:
        return None if infinite(end) else Fraction(plain(end))
    except ValueError:
        return None


# --- what fails -------------------------------------------------------------------------------


def that_fail(part: Part, at: Data, verdict: Verdict) -> Iterator[Data]:
    """Guesses for a part that is said to fail."""
    if part.relation == "approx" and not atoms([part.left, part.right or part.left]):
        for side in ("right", "left"):
            which = guarded(_wrong, part, side)
            if isinstance(which, list):
                yield {"kind": "wrong", "side": side, "which": which}
    values = _values(part, at)
    if None not in values:
        yield {"kind": "at", "at": values}
    if verdict.kind == "refuted-as-stated" and None not in values:
        yield from _lost(part, values)
    for key in ("zero", "spot"):
        if key in verdict.evidence:
            yield from _brackets(part, list(verdict.evidence[key]))
    if verdict.method == "shape":
        yield {"kind": "unlike"}
    follow = guarded(lambda: list(implied(part)))
    for i, one in enumerate(follow if isinstance(follow, list) else ()):
        values = _values(one, at)
        if None not in values:
            yield {"kind": "at", "implied": i, "at": values}
        for guess in (*GUESSED, *FARTHER):
            yield {"kind": "at", "implied": i, "at": [v or guess for v in values]}
    if part.left.op == "limit":
        yield from _elsewhere(part, at)
    if part.left.op in ("image", "max_over", "min_over"):
        yield from _never(part, at)


def _brackets(part: Part, ends: list[Data]) -> Iterator[Data]:
    """Changes of sign between two numbers: of the sides, or of those of a condition."""
    low, high = (Fraction(end) for end in ends)
    unit = (
        Fraction(1, 2 ** max(8, (1 / (high - low)).numerator.bit_length() // 2))
        if high > low
        else 1
    )
    wide = [str(Fraction(low // unit) * unit), str(-Fraction(-high // unit) * unit)]
    for sign in (1, -1):
        yield {"kind": "bracket", "at": wide, "sign": sign}
        for i, _ in enumerate(part.conditions):
            yield {"kind": "bracket", "at": wide, "sign": sign, "condition": i}


def _lost(part: Part, values: list[Data]) -> Iterator[Data]:
    """Nodes of a side that may be undefined where the other is not."""
    for turn, side in ((1, part.right), (-1, part.left)):
        table = guarded(chosen, part, letters_of(part), values)
        nodes = postorder(core(replace(side or part.left, table)))
        for i, node in enumerate(nodes):
            if node.op in ("log", "div", "sqrt"):
                yield {"kind": "lost", "at": values, "turn": turn, "node": i}


def _values(part: Part, at: Data) -> list[Data]:
    """The values of the atoms: those shown, and those that conditions say."""
    said = {}
    for condition in part.conditions:
        if condition.op == "relation" and condition.data == ("=",):
            said[condition.args[0]] = written(condition.args[1], [])
    return [_value(at.get(plain(a), "")) or said.get(a) for a in letters_of(part)]


def _value(text: str) -> Data:
    """The text of a number as certificates write it; None for what is none."""
    try:
        return str(Fraction(text))
    except ValueError:  # `towards infinity`
        found = term_of(text)
        return None if found is None else written(found, [])


def _wrong(part: Part, side: str) -> list[int]:
    """Which part of each reading fails."""
    return [
        next(i for i, one in enumerate(said) if holds(opposite(one), BALLS))
        for said in readings(part, side)
    ]


def _free(part: Part, at: Data) -> list[Data]:
    x = part.left.args[0]
    return [_value(at.get(plain(a), "1")) or "1" for a in letters_of(part) if a is not x]


def _elsewhere(part: Part, at: Data) -> Iterator[Data]:
    x, place, _ = part.left.args
    for side in sides(x, place, part.left.data):
        for bound in BOUNDS if not infinite(part.right or x) else ("1", "1000"):
            yield {"kind": "elsewhere", "at": _free(part, at), "side": side, "bound": bound}


def _never(part: Part, at: Data) -> Iterator[Data]:
    assert part.right is not None
    free = _free(part, at)
    if part.left.op != "image":
        yield {"kind": "never", "at": free}
        return
    for i in range(len(part.right.args) if part.right.op == "set" else 0):
        yield {"kind": "never", "at": free, "element": i}
    if part.right.op == "set":
        return
    ends = [e for e in part.right.args if not infinite(e)]
    texts: list[str] = [at[k] for k in ("value",) if k in at]
    terms = [*(term_of(t) for t in [*texts, *GUESSED, *FARTHER]), *ends]
    for value in dict.fromkeys(t for t in terms if t is not None):
        data = written(value, [])
        if data is not None:
            yield {"kind": "never", "at": free, "value": data}
