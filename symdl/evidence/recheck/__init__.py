"""The second checker: it believes a record only after doing the sums itself.

It shares no code with the rungs that found a verdict (tests/test_recheck.py looks at its imports).
A record is `certified` (its certificates prove it), `retested` (it holds at points of high
precision, or at the sizes tried, no more), `untested` (it is what its source says, no more),
`silent` (it claims nothing) or `rejected`. docs/evidence.md tells what is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flint import ctx

from symdl.evidence.meaning import Bad, Open, core, need
from symdl.evidence.recheck.balls import BITS
from symdl.evidence.recheck.goals import KINDS, shown
from symdl.evidence.recheck.kernel import place
from symdl.evidence.recheck.refutations import FAILS
from symdl.evidence.recheck.slopes import slope
from symdl.evidence.record import Data, Malformed, Part, Stated, same, statement
from symdl.evidence.retest import POINTS, holds_at_points, retested, retested_slope
from symdl.expression.term import Term

SILENT = frozenset({"definition", "undecided", "not-understood"})
REFUTED = frozenset({"refuted", "refuted-as-stated"})
TRUE = frozenset({"proved", "confirmed", "rounded", "approximate"})
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
        status, _, reason = guarded(checked, record, stated).partition(" ")
        yield status, f"{name}:{stated.line}:{stated.column}", reason


def guarded(check: Callable[..., Data], *args: Data) -> Data:
    """What a check says; `rejected` and why, if it raises."""
    before, ctx.prec = ctx.prec, BITS
    try:
        return check(*args)
    except (Bad, Open, Malformed) as problem:
        return f"rejected {problem}"
    except (
        TypeError,
        ValueError,
        LookupError,
        AttributeError,
        ArithmeticError,
        StopIteration,
    ) as problem:
        return f"rejected malformed: {problem!r}"[:200]  # data of a wrong form, wherever it shows
    finally:
        ctx.prec = before


def checked(record: Data, stated: Stated) -> str:
    """The status of a record of a claim, and why. Raises Bad, Open or Malformed."""
    need(record.keys() == KEYS and type(record["method"]) is str, "not the parts of a record")
    need(same(record["statement"], statement(stated)), "the statement is not what its source says")
    verdict, certificates = record["verdict"], record["certificates"]
    if verdict in SILENT:
        need(not certificates and not record["slopes"], "a certificate and no verdict")
        need((verdict == "definition") == (stated.claim.kind == "definition"), "no definition")
        return "silent"
    if verdict in REFUTED:
        (cert,) = certificates
        need(cert["kind"] != "lost" or verdict == "refuted-as-stated", "of another verdict")
        found = [refuted(stated.parts[place(cert["part"])], cert, stated.whole)]
    else:
        enough = -(-POINTS // len(stated.parts))  # so many in all of the parts
        pairs = zip(stated.parts, certificates, strict=True)
        found = [proved(part, cert, verdict, enough) for part, cert in pairs]
    for derived, cert in zip(stated.derived, record["slopes"], strict=True):
        if cert == {"kind": "points"}:
            found.append(retested_slope(*derived))
        else:
            found.append(proved(slope_part(*derived), cert, "proved"))
    if "untested" in found:
        return "untested"
    if not stated.whole and verdict not in REFUTED | {"confirmed"}:
        return "retested on what follows from it"
    return next((status for status in found if status != "certified"), "certified")


def proved(part: Part, cert: Data, verdict: str, enough: int = POINTS) -> str:
    """A part of a claim that is said to hold."""
    if cert == {"kind": "points"}:
        return retested(part, enough)
    kind = "digits" if "reading" in cert else cert["kind"]
    need(kind in VERDICTS[verdict], "of another verdict")
    shown(part, cert, KINDS)
    return "certified"


def refuted(part: Part, cert: Data, whole: bool = True) -> str:
    """A part of a claim that is said to fail."""
    if cert["kind"] == "nothing":
        need(not (whole and holds_at_points(part)), "no point shows it")
        return "untested"
    shown(part, cert, FAILS)
    return (
        "retested at a point" if part.relation == "approx" and cert["kind"] == "at" else "certified"
    )


def slope_part(function: Term, x: Term, result: Term) -> Part:
    """That the slope of a function, by rules of the checker's own, is what derivation found."""
    return Part(slope(core(function), x), "=", result)


VERDICTS = {"rounded": {"digits"}, "approximate": {"bound"}}
VERDICTS |= dict.fromkeys(("proved", "confirmed"), KINDS.keys() - {"digits", "bound"})
