"""Certificates: what is found on the way to a verdict, so that a second checker need not search.

A record has one certificate for each part of its statement (for a refutation: for the part named),
a mapping with a `kind`:

    point    part, at            the sides are apart at the point: the values of the atoms in order
    touch    part, at, proof     they are equal at the point
    bracket  part, at            they are equal inside of the interval of the one atom
    digits   side, digits, how   the side is a printed number with so many correct digits
    wrong    part, side          the side is a printed number with wrong digits
    cells    breaks, splits, cells  normal forms in every cell (evidence/normal_certificate.py)
    exp      proof               the same of the exponentials of both sides
    bound    bound               the sides differ at most by so much
    shape, unlike                the sides are the same shape, or different ones
    missed   part, proof         an end of a set that no value reaches
    limit, points                nothing is certified; the checker tries the claim at its own points
    nothing                      the checker has no rule for what is claimed
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import islice

from flint import ctx

from symdl.evidence.normal_certificate import cells_certificate
from symdl.evidence.recheck import SILENT, TAKEN, TRUE
from symdl.evidence.recheck.forms import RELATED
from symdl.evidence.recheck.parts import CHECKS, readings, slope_part
from symdl.evidence.recheck.values import BITS, Bad, Open, atoms, core, points
from symdl.evidence.record import Data, Part, Stated, statement
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, number, replace, size

POINTS: Data = {"kind": "points"}
NOTHING: Data = {"kind": "nothing"}
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
    found = cells_certificate(part, core(function))
    return POINTS if found is None else found


def _certificates(stated: Stated, verdict: Verdict) -> Iterator[Data]:
    if verdict.kind.startswith("refuted"):
        yield _refutation(stated, verdict)
    elif verdict.kind not in SILENT:
        for part in stated.parts:
            candidates = _candidates(part, verdict) if stated.whole else ()
            found = (c for c in candidates if holds(part, c))
            yield next(found, None) or _tried(part, verdict)


def _tried(part: Part, verdict: Verdict) -> Data:
    """What the checker can only try at points, or not at all."""
    tried = {"kind": "limit"} if part.left.op == "limit" else POINTS
    if verdict.kind == "approximate" and "bound" in verdict.evidence:
        tried = {"kind": "bound", "bound": _bound(verdict)}
    return tried if not holds(part, NOTHING, "untested") or holds(part, tried, "") else NOTHING


def _bound(verdict: Verdict) -> str:
    """The bound of the evidence, as it is written there (`0.00047`, `255e-13`) or as a Term."""
    return str(Fraction(verdict.evidence["bound"]))


def holds(part: Part, certificate: Data, enough: str = "certified") -> bool:
    """Whether the second checker certifies (or confirms) a part by a certificate."""
    before, ctx.prec = ctx.prec, BITS
    try:
        return CHECKS[certificate["kind"]](part, certificate).startswith(enough)
    except (Bad, Open):
        return False
    finally:
        ctx.prec = before


def _candidates(part: Part, verdict: Verdict) -> Iterator[Data]:
    if verdict.kind == "rounded":
        yield from _digits(part)
    elif verdict.kind == "approximate" and "bound" in verdict.evidence:
        yield {"kind": "bound", "bound": _bound(verdict)}
    elif verdict.method == "shape":
        yield {"kind": "shape"}
    elif part.left.op not in ("limit", "image"):
        yield from _normal(part)


def _normal(part: Part) -> Iterator[Data]:
    """Normal forms of the sides, or of their exponentials."""
    if part.relation in RELATED and part.right is not None:
        found = cells_certificate(part)
        if found is not None:
            yield found
        if part.relation in ("<", "<=", ">", ">="):
            raised = (make("exp", part.left), make("exp", part.right))
            found = cells_certificate(Part(raised[0], part.relation, raised[1], part.conditions))
            if found is not None:
                yield {"kind": "exp", "proof": found}


# --- printed numbers ------------------------------------------------------------------------


def _digits(part: Part) -> Iterator[Data]:
    for side in ("right", "left"):
        try:
            found = readings(part, side)
        except Bad:  # no printed number on this side
            continue
        for digits, how in found:
            yield {"kind": "digits", "side": side, "digits": digits, "how": how}


# --- refutations ----------------------------------------------------------------------------


def _refutation(stated: Stated, verdict: Verdict) -> Data:
    shown = verdict.counterexample
    at = {} if shown is None else shown.at
    for place, part in enumerate(stated.parts):
        for certificate in _broken(part, at, verdict):
            if certificate["kind"] == "missed" and stated.claim.left.op not in TAKEN:
                continue
            if holds(part, certificate, ""):
                return {**certificate, "part": place}
    for place, part in enumerate(stated.parts):
        wanted = atoms([part.left, part.right or part.left, *part.conditions])
        for point in islice(points(wanted), TRIED):  # the sizes may be others than those of the run
            certificate = {"kind": "point", "at": [str(point[atom]) for atom in wanted]}
            if holds(part, certificate, ""):
                return {**certificate, "part": place}
    return {**NOTHING, "part": 0}


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
        proof = cells_certificate(Part(sides[0], "=", sides[1]))
        if proof is not None:
            yield {"kind": "touch", "at": values, "proof": proof}
    if "zero" in verdict.evidence:
        yield {"kind": "bracket", "at": list(verdict.evidence["zero"])}
    if verdict.method == "shape":
        yield {"kind": "unlike"}
    if part.relation in ("<=", ">=") and part.right is not None:
        strict = Part(part.left, part.relation[0], part.right, part.conditions)
        for proof in (*_normal(strict), POINTS):
            yield {"kind": "missed", "proof": proof}
