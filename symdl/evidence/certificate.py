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

from symdl.evidence.meaning import Open, core
from symdl.evidence.proofs.candidates import hints_of, that_fail, that_hold
from symdl.evidence.proofs.filling import Hints, filled
from symdl.evidence.proofs.prover import proof_of
from symdl.evidence.recheck.document import SILENT, TRUE, certified, guarded
from symdl.evidence.recheck.goals import letters_of
from symdl.evidence.recheck.rules import slope
from symdl.evidence.record import ClaimInParts, Data, Part, statement
from symdl.evidence.retesting.points import points
from symdl.evidence.verdict import Verdict
from symdl.evidence.work import Exhausted, allowance
from symdl.expression.printer import plain
from symdl.expression.term import Term, size

POINTS: Data = {"kind": "points"}
TRIED, MOST_NODES = 12, 400


def record(stated: ClaimInParts, verdict: Verdict) -> dict[str, Data]:
    """The record of a claim and its verdict."""
    return {
        "statement": statement(stated),
        "verdict": verdict.kind,
        "method": verdict.method,
        "certificates": list(_certificates(stated, verdict)),
        "slopes": [] if verdict.kind in SILENT else list(_slopes(stated, verdict)),
    }


def _slopes(stated: ClaimInParts, verdict: Verdict) -> Iterator[Data]:
    """Certificates of derivatives; where instances only are tried, so are they."""
    for function, x, result in stated.derived:
        small = size(function) + size(result) < MOST_NODES
        proves = small and (stated.whole or verdict.kind not in TRUE)
        yield _slope(function, x, result) if proves else POINTS


@lru_cache(maxsize=1024)
def _slope(function: Term, x: Term, result: Term) -> Data:
    """The certificate of a derivative."""
    try:
        part = Part(slope(core(function), x), "=", result)
    except Open:
        return POINTS
    return proof_of(part) or POINTS


WORK = 2_000_000
"""Steps that the search for a certificate of a refutation may take, over all points and forms."""


def _certificates(stated: ClaimInParts, verdict: Verdict) -> Iterator[Data]:
    if verdict.kind.startswith("refuted"):
        yield _refutation(stated, verdict)
    elif verdict.kind not in SILENT:
        for part in stated.parts:
            candidates = _candidates(part, verdict) if stated.whole else ()
            yield next((c for c in candidates if _accepted(part, c, verdict)), POINTS)


def _accepted(part: Part, certificate: Data, verdict: Verdict) -> bool:
    return guarded(certified, part, certificate, verdict.kind) is True


def _candidates(part: Part, verdict: Verdict) -> Iterator[Data]:
    for certificate in that_hold(part, verdict):
        found = filled(part, certificate, hints_of(verdict, part))
        if found is not None:
            yield found


# --- refutations ----------------------------------------------------------------------------


def _refutation(stated: ClaimInParts, verdict: Verdict) -> Data:
    nothing = {"kind": "nothing", "part": 0}
    try:
        with allowance(WORK):
            return _against(stated, verdict) or nothing
    except Exhausted:
        return nothing


def _against(stated: ClaimInParts, verdict: Verdict) -> Data | None:
    for hints in (hints_of(verdict), *_other_points(stated)):
        for place, part in enumerate(stated.parts):
            for form in that_fail(part):
                certificate = filled(part, form, hints)
                if certificate and _accepted(part, certificate, verdict):
                    return {**certificate, "part": place}
    return None


def _other_points(stated: ClaimInParts) -> Iterator[Hints]:
    """Points to try: the sizes of the parts may be others than those of the run."""
    wanted = list(dict.fromkeys(a for part in stated.parts for a in letters_of(part)))
    for point in islice(points(wanted), TRIED):
        yield Hints({plain(atom): str(x) for atom, x in point.items()})
