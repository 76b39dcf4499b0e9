"""The second checker: it believes a record only after doing the sums itself.

It shares no code with the rungs that found a verdict (tests/test_recheck.py looks at its imports):
own values over `arb` and `arb_series`, own arithmetic of normal forms, own rules for signs and
slopes. What words mean and how LaTeX reads is left to the reading room. A record is `certified`
(its certificates prove it), `retested` (it holds at points of high precision, or at the sizes
tried, no more), `untested` (it is what its source says, but the checker has no rule for it),
`silent` (it claims nothing) or `rejected`. evidence/certificate.py tells what a certificate holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flint import ctx

from symdl.evidence.recheck.parts import POINTS, by_points, by_proof, by_slope
from symdl.evidence.recheck.values import BITS, Bad, Open, need
from symdl.evidence.record import Data, Malformed, Stated, same, statement

SILENT = frozenset({"definition", "undecided", "not-understood"})
REFUTED = frozenset({"refuted", "refuted-as-stated"})
TRUE = frozenset({"proved", "confirmed", "rounded", "approximate"})
VERDICTS = {"digits": frozenset({"rounded"}), "bound": frozenset({"approximate"})}
VERDICTS |= dict.fromkeys(("point", "touch", "wrong", "missed", "bracket", "unlike"), REFUTED)
TAKEN = frozenset({"image", "max_over", "min_over"})
"""What says of an end that it is one of the values."""
KEYS = {"statement", "verdict", "method", "certificates", "slopes"}


def recheck(
    document: Data, read: Callable[[str, Data], Iterable[Stated]]
) -> Iterator[tuple[str, str, str]]:
    """Status, place and reason for each record of a document that is well sealed.

    `read` gives the claims of a source again. Raises Malformed where records and claims do not
    go together.
    """
    claims = [(n, stated) for n, text in document["sources"].items() for stated in read(n, text)]
    if len(claims) != len(document["records"]):
        raise Malformed(f"{len(document['records'])} records of {len(claims)} claims")
    for record, (name, stated) in zip(document["records"], claims, strict=True):
        status, _, reason = _status(record, stated).partition(" ")
        yield status, f"{name}:{stated.line}:{stated.column}", reason


def _status(record: Data, stated: Stated) -> str:
    before, ctx.prec = ctx.prec, BITS
    try:
        return _checked(record, stated)
    except (Bad, Open, Malformed) as problem:
        return f"rejected {problem}"
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as problem:
        return f"rejected malformed: {problem!r}"[:200]  # data of a wrong form, wherever it shows
    finally:
        ctx.prec = before


def _checked(record: Data, stated: Stated) -> str:
    need(record.keys() == KEYS and type(record["method"]) is str, "not the parts of a record")
    need(same(record["statement"], statement(stated)), "the statement is not what its source says")
    verdict, certificates = record["verdict"], record["certificates"]
    if verdict in SILENT or not certificates:
        empty = not certificates and not record["slopes"] and verdict in SILENT
        need(empty, "a verdict and no certificate, or a certificate and no verdict")
        need((verdict == "definition") == (stated.claim.kind == "definition"), "no definition")
        return "silent"
    parts = stated.parts
    if verdict in REFUTED:
        need(len(certificates) == 1 and type(certificates[0]["part"]) is int, "no part named")
        parts = (parts[certificates[0]["part"]],)
        taken = stated.claim.relation == "=" and stated.claim.left.op in TAKEN
        need(certificates[0]["kind"] != "missed" or taken, "that the end is taken was not said")
    found = []
    for part, cert in zip(parts, certificates, strict=True):
        need(verdict in allowed(cert["kind"], stated.whole), "of another verdict")
        if cert == {"kind": "points"}:  # so many in all of the parts
            found.append(by_points(part, cert, -(-POINTS // len(parts))))
        else:
            found.append(by_proof(part, cert))
    for derived, cert in zip(stated.derived, record["slopes"], strict=True):
        found.append(by_slope(*derived, cert))
    if "untested" in found:
        return "untested"
    if not stated.whole and verdict not in REFUTED | {"confirmed"}:
        return "retested on what follows from it"
    return next((status for status in found if status != "certified"), "certified")


def allowed(kind: str, whole: bool) -> frozenset[str]:
    """The verdicts that a certificate may speak for."""
    if kind == "nothing":
        return TRUE | REFUTED
    if kind in VERDICTS:
        return VERDICTS[kind]
    return TRUE if not whole else TRUE - {"rounded", "approximate"}


__all__ = ["recheck"]
