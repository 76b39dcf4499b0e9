"""What a certificate might be of a claim: guesses from what the verdict shows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Place
from symdl.evidence.ball_values import signs
from symdl.evidence.limits.rules import limit_term
from symdl.evidence.meaning import NOT, SIGNS, atoms, infinite, readings
from symdl.evidence.proofs.filling import Hints, written
from symdl.evidence.proofs.texts import term_of
from symdl.evidence.recheck.document import guarded
from symdl.evidence.recheck.goals import letters_of
from symdl.evidence.recheck.words import MEANINGS, meanings
from symdl.evidence.record import Data, Part
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.term import Term, replace


def hints_of(verdict: Verdict, part: Part | None = None) -> Hints:
    """What a verdict shows of places, and of the antiderivatives of a part that is an integral."""
    ends = [t.rpartition(" = ")[2] for t in verdict.evidence.get("ends", ()) if " at " in t]
    near = [p for value in verdict.evidence.get("values", ()) for p in value.get("near", ())]
    shown = verdict.counterexample
    between = next((verdict.evidence[k] for k in ("zero", "spot") if k in verdict.evidence), ())
    at = {} if shown is None else {**shown.at, **verdict.evidence.get("solved", {})}
    integral = part is not None and part.left.op == "integral"
    ways = tuple(_integral(part, verdict)) if part is not None and integral else ()
    return Hints(at, (*ends, *near), _widened(*map(Fraction, between)) if between else (), ways)


def _widened(low: Fraction, high: Fraction) -> tuple[str, str]:
    """Shorter numbers a little beyond two others."""
    size = (1 / (high - low)).numerator.bit_length() if high > low else 16
    unit = Fraction(1, 2 ** max(8, size // 2))
    return str(low // unit * unit), str(-(-high // unit) * unit)


def that_hold(part: Part, verdict: Verdict) -> Iterator[Data]:
    """Guesses for a part that is said to hold, their goals still to be shown."""
    if verdict.kind == "rounded":
        for side in ("right",) if part.left.op in MEANINGS else ("right", "left"):
            cert = {"kind": "means", "side": side}
            yield from ({**cert, "reading": i} for i in range(_count(part, cert)))
    elif verdict.kind == "approximate":
        if "bound" in verdict.evidence:
            bound = str(Fraction(verdict.evidence["bound"]))
            yield {"kind": "means", "bound": bound, "reading": 0}
    else:
        yield {"kind": "means", "reading": 0}


def _count(part: Part, cert: Data) -> int:
    found = guarded(meanings, part, cert)
    return 0 if isinstance(found, str) else len(found)


def that_fail(part: Part) -> Iterator[Data]:
    """Guesses for a part that is said to fail."""
    if part.relation == "approx" or not atoms([part.left, part.right or part.left]):
        for side in ("right", "left"):
            which = guarded(_wrong, part, side)
            if isinstance(which, list):
                yield {"kind": "fails", "side": side, "which": which}
    goals = guarded(lambda: [len(said) for said in meanings(part, {})])
    for i in range(goals[0] if isinstance(goals, list) else 0):
        yield {"kind": "fails", "which": [i]}


def _wrong(part: Part, side: str) -> list[int]:
    """Which part of each reading fails."""
    return [
        next(i for i, one in enumerate(said) if signs(one, {}) <= SIGNS[NOT[one.relation]])
        for said in readings(part, side)
    ]


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
            terms = [t and written(t, letters) for t in (function, *limits)]
            pieces.append([None if end is high else written(end, letters), *terms])
            start = end
        if pieces and None not in [data for piece in pieces for data in piece[1:]]:
            yield {"kind": "integral", "pieces": pieces}


def _at_end(function: Term, x: Term, end: Term, side: int) -> Term | None:
    """The limit of a function at an end of a piece."""
    if not infinite(end):
        value = replace(function, {x: end})
        if atoms([value]) or guarded(signs, Part(value, "=", value), {}) == SIGNS["="]:
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
