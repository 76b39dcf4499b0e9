"""Certificates: what is found on the way to a verdict, so that a second checker need not search.

A record has one certificate for each part of its statement (for a refutation: for the part named),
a mapping with a `kind`:

    proof    slots, steps, split, branches   a proof of the kernel (docs/evidence.md)
    digits   side            the side is a printed number with right digits
    bound    bound           the sides differ at most by so much
    shape                    the sides are the same shape
    points                   nothing is certified; the checker tries the claim at its own points

    point    part, at        the sides are apart at the point: the values of the atoms in order
    touch    part, at, proof     they are equal at the point
    missed   part, proof     an end of a set that no value reaches
    bracket  part, at        they are equal inside of the interval of the one atom
    wrong    part, side      the side is a printed number with wrong digits
    unlike   part            the sides are different shapes
    nothing  part            the checker has no rule for what is refuted
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import islice

from symdl.evidence.meaning import Open, atoms
from symdl.evidence.proving import proof_of
from symdl.evidence.recheck import SILENT, TAKEN, TRUE, guarded, proved, refuted, slope_part
from symdl.evidence.record import Data, Part, Stated, statement
from symdl.evidence.retest import points
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.term import Term, number, replace, size

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
            found = (c for c in candidates if _accepted(guarded(proved, part, c, verdict.kind)))
            yield next(found, POINTS)


def _accepted(status: str) -> bool:
    return not status.startswith(("rejected", "untested"))


def _candidates(part: Part, verdict: Verdict) -> Iterator[Data]:
    if verdict.kind == "rounded":
        yield from ({"kind": "digits", "side": side} for side in ("right", "left"))
    elif verdict.kind == "approximate" and "bound" in verdict.evidence:
        yield {"kind": "bound", "bound": str(Fraction(verdict.evidence["bound"]))}
    elif verdict.method == "shape":
        yield {"kind": "shape"}
    elif part.left.op not in ("limit", "image"):
        found = proof_of(part)
        if found is not None:
            yield found


# --- refutations ----------------------------------------------------------------------------


def _refutation(stated: Stated, verdict: Verdict) -> Data:
    shown = verdict.counterexample
    at = {} if shown is None else shown.at
    for place, part in enumerate(stated.parts):
        for certificate in _broken(part, at, verdict):
            if certificate["kind"] == "missed" and stated.claim.left.op not in TAKEN:
                continue
            if not guarded(refuted, part, certificate).startswith("rejected"):
                return {**certificate, "part": place}
    for place, part in enumerate(stated.parts):
        wanted = atoms([part.left, part.right or part.left, *part.conditions])
        for point in islice(points(wanted), TRIED):  # the sizes may be others than those of the run
            certificate = {"kind": "point", "at": [str(point[atom]) for atom in wanted]}
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
    wanted = atoms([part.left, part.right or part.left, *part.conditions])
    if part.relation == "approx" and not wanted:
        yield from ({"kind": "wrong", "side": side} for side in ("right", "left"))
    values = [_rational(at.get(plain(atom), "")) for atom in wanted]
    if "" not in values:
        yield {"kind": "point", "at": values}
        table = {atom: number(Fraction(x)) for atom, x in zip(wanted, values, strict=True)}
        sides = [replace(side, table) for side in (part.left, part.right or part.left)]
        proof = proof_of(Part(sides[0], "=", sides[1]))
        if proof is not None:
            yield {"kind": "touch", "at": values, "proof": proof}
    if "zero" in verdict.evidence:
        yield {"kind": "bracket", "at": list(verdict.evidence["zero"])}
    if verdict.method == "shape":
        yield {"kind": "unlike"}
    if part.relation in ("<=", ">=") and part.right is not None:
        proof = proof_of(Part(part.left, part.relation[0], part.right, part.conditions))
        yield {"kind": "missed", "proof": proof or POINTS}
