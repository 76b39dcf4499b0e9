"""What a certificate might be of a claim that holds: guesses from what the verdict shows."""

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
    home,
    infinite,
    readings,
    within,
)
from symdl.evidence.proofs.filling import holds, leaf, written
from symdl.evidence.proofs.texts import term_of
from symdl.evidence.recheck import guarded
from symdl.evidence.recheck.goals import BALLS
from symdl.evidence.recheck.steps import infinity, letters_of, reached
from symdl.evidence.record import Data, Part
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.term import Term, number, replace

GUESSED = ("0", "1", "-1", "1/2", "2")
FARTHER = ("-2", "3", "1000", "-1000")
BOUNDS = ("1/8", "1/1000")
FORMS = frozenset({"limit", "image", "integral", *EXTREMA, *PLACES})


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
