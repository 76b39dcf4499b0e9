"""Certificates: what is found on the way to a verdict, so that a second checker need not search.

A record has one certificate for each part of its statement (for a refutation: for the part named),
a mapping with a `kind`; the functions of recheck/goals.py say what each kind holds, and from which
goals it follows. `goals` are certificates for these, in order; without `goals` balls show them.

    points     nothing is certified; the checker tries the claim at its own points
    nothing    the checker has no rule for what is refuted
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from symdl.evidence.meaning import Open
from symdl.evidence.proofs.candidates import FORMS, that_hold
from symdl.evidence.proofs.filling import filled, leaf
from symdl.evidence.proofs.objections import that_fail
from symdl.evidence.proofs.prover import proof_of
from symdl.evidence.recheck import SILENT, TRUE, guarded, proved, refuted, slope_part
from symdl.evidence.recheck.goals import KINDS
from symdl.evidence.recheck.refutations import FAILS
from symdl.evidence.recheck.steps import letters_of
from symdl.evidence.record import Data, Part, Stated, statement
from symdl.evidence.retest import points
from symdl.evidence.verdict import Verdict
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
    return bool(guarded(proved, part, certificate, verdict.kind) == "certified")


def _candidates(part: Part, verdict: Verdict) -> Iterator[Data]:
    for certificate in that_hold(part, verdict):
        found = filled(part, certificate, KINDS)
        if found is not None:
            yield found
    if part.left.op not in FORMS and verdict.kind not in ("rounded", "approximate"):
        found = leaf(part)
        if found is not None:
            yield found


# --- refutations ----------------------------------------------------------------------------


def _refutation(stated: Stated, verdict: Verdict) -> Data:
    shown_ = verdict.counterexample
    at = {} if shown_ is None else shown_.at
    for place, part in enumerate(stated.parts):
        for form in that_fail(part, at, verdict):
            certificate = filled(part, form, FAILS)
            if certificate and not guarded(refuted, part, certificate).startswith("rejected"):
                return {**certificate, "part": place}
    for place, part in enumerate(stated.parts):
        wanted = letters_of(part)
        for point in islice(points(wanted), TRIED):  # the sizes may be others than those of the run
            form = {"kind": "at", "at": [str(point[atom]) for atom in wanted]}
            certificate = filled(part, form, FAILS)
            if certificate and not guarded(refuted, part, certificate).startswith("rejected"):
                return {**certificate, "part": place}
    return {"kind": "nothing", "part": 0}
