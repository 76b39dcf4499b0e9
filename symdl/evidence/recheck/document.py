"""The second checker: it believes a record only after doing the sums itself.

It shares no code with the rungs that found a verdict (tests/test_recheck.py looks at its imports).
A record is `certified` (its certificates prove it), `retested` (it holds at points of high
precision, or at the sizes tried, no more), `untested` (it is what its source says, no more),
`silent` (it claims nothing) or `rejected`. docs/evidence.md tells what is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flint import ctx

from symdl.evidence.meaning import core, need
from symdl.evidence.recheck.goals import shown
from symdl.evidence.recheck.kernel import PRECISION
from symdl.evidence.recheck.known import place
from symdl.evidence.recheck.rules import slope
from symdl.evidence.record import ClaimInParts, Data, Malformed, Part, same, statement
from symdl.evidence.retest import POINTS, retested, retested_slope

SILENT = frozenset({"definition", "undecided", "not-understood"})
REFUTED = frozenset({"refuted", "refuted-as-stated"})
TRUE = frozenset({"proved", "confirmed", "rounded", "approximate"})
KEYS = {"statement", "verdict", "method", "certificates", "slopes"}


def recheck(
    document: Data, read: Callable[[str, Data], Iterable[ClaimInParts]]
) -> Iterator[tuple[str, str, str]]:
    """Status, place and reason for each record of a document that is well sealed.

    `read` gives the claims of a source again. Raises Malformed where records and claims do not
    go together.
    """
    claims = [(n, stated) for n, text in document["sources"].items() for stated in read(n, text)]
    if len(claims) != len(document["records"]):
        raise Malformed(f"{len(document['records'])} records of {len(claims)} claims")
    for record, (name, stated) in zip(document["records"], claims, strict=True):
        status, _, reason = guarded(checked, record, stated).partition(" ")
        yield status, f"{name}:{stated.line}:{stated.column}", reason


def guarded(check: Callable[..., Data], *args: Data) -> Data:
    """What a check says; `rejected` and why, if it raises anything at all: data may be of any
    form, and what is not checked to its end is not believed."""
    before, (ctx.prec, ctx.cap) = (ctx.prec, ctx.cap), PRECISION
    try:
        return check(*args)
    except Exception as problem:
        return f"rejected {problem or repr(problem)}"[:200]
    finally:
        ctx.prec, ctx.cap = before


def checked(record: Data, stated: ClaimInParts) -> str:
    """The status of a record of a claim, and why. Raises where it is not to be believed."""
    need(record.keys() == KEYS and type(record["method"]) is str, "not the parts of a record")
    need(same(record["statement"], statement(stated)), "the statement is not what its source says")
    verdict, certificates = record["verdict"], record["certificates"]
    if verdict in SILENT:
        need(not certificates and not record["slopes"], "a certificate and no verdict")
        kind, said = stated.claim.kind, verdict == "definition"  # or a shape that is declared
        need(said == (kind == "definition" or (said and kind == "shape")), "no definition")
        return "silent"
    need(verdict in REFUTED | TRUE, "no verdict")
    if verdict in REFUTED:
        (cert,) = certificates
        pairs = [(stated.parts[place(cert["part"])], cert)]
    else:
        pairs = list(zip(stated.parts, certificates, strict=True))
    enough = -(-POINTS // len(stated.parts))  # so many in all of the parts
    said = [part for part, cert in pairs if not certified(part, cert, verdict)]
    weak = [retested(part, verdict, stated, enough) for part in said]
    for (function, x, result), cert in zip(stated.derived, record["slopes"], strict=True):
        if cert == {"kind": "points"}:
            weak.append(retested_slope(function, x, result))
        else:
            shown(Part(slope(core(function), x), "=", result), cert)
    if "untested" in weak:
        return "untested"
    if not stated.whole and verdict not in REFUTED | {"confirmed"}:
        return "retested on what follows from it"
    return weak[0] if weak else "certified"


def certified(part: Part, cert: Data, verdict: str) -> bool:
    """Whether a part has a certificate, and then it shows the verdict. Raises where it does not."""
    if cert == {"kind": "points"} and verdict in TRUE:
        return False
    if cert == {"kind": "nothing", "part": cert.get("part")} and verdict in REFUTED:
        return False
    need(cert["kind"] == ("fails" if verdict in REFUTED else "means"), "of another verdict")
    need(("bound" in cert) == (verdict == "approximate"), "of another verdict")
    need(verdict in REFUTED or ("side" in cert) == (verdict == "rounded"), "of another verdict")
    shown(part, cert)
    return True
