"""Certificates: what is found on the way to a verdict, so that a second checker need not search.

A record has one certificate for each part of its statement (for a refutation: for the part named),
a mapping with a `kind`; the functions of recheck/goals.py say what each kind holds, and from which
goals it follows. `goals` are certificates for these, in order; without `goals` balls show them.

    points     nothing is certified; the checker tries the claim at its own points
    nothing    the checker has no rule for what is refuted
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import islice

from symdl.evidence.meaning import EXTREMA, PLACES, Open, atoms, implied, readings
from symdl.evidence.proofs.prover import proof_of
from symdl.evidence.recheck import SILENT, TRUE, guarded, proved, refuted, slope_part
from symdl.evidence.recheck.goals import BALLS, FAILS, KINDS, letters_of, opposite, shown
from symdl.evidence.record import Data, Part, Stated, statement
from symdl.evidence.retest import points
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.term import Term, size

POINTS: Data = {"kind": "points"}
TRIED, MOST_NODES = 12, 400


def record(stated: Stated, verdict: Verdict) -> dict[str, Data]:
    """The record of a claim and its verdict."""
    return {
        "statement": statement(stated),
        "verdict": verdict.kind,
        "method": verdict.method,
        "certificates": list(_certificates(stated, verdict)),
        "slopes": [] if verdict.kind in SILENT else list(_slopes(stated, verdict)),
    }


def _slopes(stated: Stated, verdict: Verdict) -> Iterator[Data]:
    """Certificates of derivatives; where instances only are tried, so are they."""
    for function, x, result in stated.derived:
        small = size(function) + size(result) < MOST_NODES
        proves = small and (stated.whole or verdict.kind not in TRUE)
        yield _slope(function, x, result) if proves else POINTS


@lru_cache(maxsize=1024)
def _slope(function: Term, x: Term, result: Term) -> Data:
    """The certificate of a derivative."""
    try:
        part = slope_part(function, x, result)
    except Open:
        return POINTS
    return proof_of(part) or POINTS


def _certificates(stated: Stated, verdict: Verdict) -> Iterator[Data]:
    if verdict.kind.startswith("refuted"):
        yield _refutation(stated, verdict)
    elif verdict.kind not in SILENT:
        for part in stated.parts:
            candidates = _candidates(part, verdict) if stated.whole else ()
            yield next((c for c in candidates if _accepted(part, c, verdict)), POINTS)


def _accepted(part: Part, certificate: Data, verdict: Verdict) -> bool:
    return guarded(proved, part, certificate, verdict.kind).startswith("certified")


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
    """Balls, or a proof, whichever shows a goal; None if neither is found to."""
    if not atoms([goal.left, goal.right or goal.left, *goal.conditions]):
        if guarded(_shown, goal, BALLS) == "":
            return BALLS
    return proof_of(goal)


def _shown(goal: Part, certificate: Data) -> str:
    shown(goal, certificate, KINDS)
    return ""


def _candidates(part: Part, verdict: Verdict) -> Iterator[Data]:
    for certificate in _forms(part, verdict):
        found = filled(part, certificate, KINDS)
        if found is not None:
            yield found
    if part.left.op not in {"limit", "image", "integral", *EXTREMA, *PLACES}:
        found = None if verdict.kind in ("rounded", "approximate") else proof_of(part)
        if found is not None:
            yield found


def _forms(part: Part, verdict: Verdict) -> Iterator[Data]:
    """Certificates of which the goals are still to be shown."""
    op = part.left.op
    if verdict.kind == "rounded" and not atoms([part.left]):
        for side in ("right", "left"):
            count = guarded(_readings, part, side)
            for i in range(count if isinstance(count, int) else 0):
                yield {"kind": "digits", "side": side, "reading": i}
    elif verdict.kind == "approximate" and "bound" in verdict.evidence:
        yield {"kind": "bound", "bound": str(Fraction(verdict.evidence["bound"]))}
    elif verdict.method == "shape":
        yield {"kind": "shape"}
    elif op == "limit":
        yield {"kind": "limit"}


def _readings(part: Part, side: str) -> int:
    return len(readings(part, side))


# --- refutations ----------------------------------------------------------------------------


def _refutation(stated: Stated, verdict: Verdict) -> Data:
    shown_ = verdict.counterexample
    at = {} if shown_ is None else shown_.at
    for place, part in enumerate(stated.parts):
        for form in _broken(part, at, verdict):
            certificate = filled(part, form, FAILS)
            if certificate and not guarded(refuted, part, certificate).startswith("rejected"):
                return {**certificate, "part": place}
    for place, part in enumerate(stated.parts):
        wanted = letters_of(part)
        for point in islice(points(wanted), TRIED):  # the sizes may be others than those of the run
            certificate = {"kind": "at", "at": [str(point[atom]) for atom in wanted]}
            if not guarded(refuted, part, certificate).startswith("rejected"):
                return {**certificate, "part": place}
    return {"kind": "nothing", "part": 0}


def _rational(text: str) -> str:
    """The text of an exact number as certificates write it; empty for what is none."""
    try:
        return str(Fraction(text))
    except ValueError:  # `towards infinity`
        return ""


def _broken(part: Part, at: Data, verdict: Verdict) -> Iterator[Data]:
    if part.relation == "approx" and not atoms([part.left, part.right or part.left]):
        for side in ("right", "left"):
            which = guarded(_wrong, part, side)
            if isinstance(which, list):
                yield {"kind": "wrong", "side": side, "which": which}
    values = _values(part, at)
    if "" not in values:
        yield {"kind": "at", "at": values}
    if "zero" in verdict.evidence:
        for sign in (1, -1):
            yield {"kind": "bracket", "at": list(verdict.evidence["zero"]), "sign": sign}
    if verdict.method == "shape":
        yield {"kind": "unlike"}
    follow = guarded(_followed, part)
    for i, one in enumerate(follow if isinstance(follow, list) else ()):
        values = _values(one, at)
        if "" not in values:
            yield {"kind": "at", "implied": i, "at": values}


def _followed(part: Part) -> list[Part]:
    return list(implied(part))


def _values(part: Part, at: Data) -> list[str]:
    return [_rational(at.get(plain(atom), "")) for atom in letters_of(part)]


def _wrong(part: Part, side: str) -> list[int]:
    """Which part of each reading fails."""
    return [
        next(i for i, one in enumerate(said) if guarded(_shown, opposite(one), BALLS) == "")
        for said in readings(part, side)
    ]
