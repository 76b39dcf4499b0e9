"""What a certificate might be of a claim that fails: points, values never taken, lost domains."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symdl.evidence.meaning import (
    EXTREMA,
    PLACES,
    atoms,
    core,
    implied,
    infinite,
    readings,
)
from symdl.evidence.proofs.candidates import GUESSED
from symdl.evidence.proofs.filling import holds, written
from symdl.evidence.proofs.texts import term_of
from symdl.evidence.recheck import guarded
from symdl.evidence.recheck.goals import BALLS
from symdl.evidence.recheck.refutations import chosen, opposite
from symdl.evidence.recheck.steps import letters_of, sides
from symdl.evidence.record import Data, Part
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.term import postorder, replace

FARTHER = ("-2", "3", "1000", "-1000")
BOUNDS = ("1/8", "1/1000")
FORMS = frozenset({"limit", "image", "integral", *EXTREMA, *PLACES})


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
