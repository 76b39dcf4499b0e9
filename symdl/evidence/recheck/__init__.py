"""The second checker: it believes a record only after doing the sums itself.

It shares no code with the rungs that found a verdict (tests/test_recheck.py looks at its imports).
A record is `certified` (its certificates prove it), `retested` (it holds at points of high
precision, or at the sizes tried, no more), `untested` (it is what its source says, no more),
`silent` (it claims nothing) or `rejected`. docs/evidence.md tells what is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from flint import ctx

from symdl.evidence.meaning import SIGNS, Bad, Open, atoms, core, home, need, readings
from symdl.evidence.recheck.balls import BITS, Values, ball, consistent, signs
from symdl.evidence.recheck.kernel import Branch
from symdl.evidence.recheck.slopes import slope
from symdl.evidence.record import Data, Malformed, Part, Stated, rational, same, statement
from symdl.evidence.retest import POINTS, retested, retested_slope
from symdl.expression.term import Term, make, number, postorder, replace

SILENT = frozenset({"definition", "undecided", "not-understood"})
REFUTED = frozenset({"refuted", "refuted-as-stated"})
TRUE = frozenset({"proved", "confirmed", "rounded", "approximate"})
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
        status, _, reason = guarded(checked, record, stated).partition(" ")
        yield status, f"{name}:{stated.line}:{stated.column}", reason


def guarded(check: Callable[..., str], *args: Data) -> str:
    """What a check says; `rejected` and why, if it raises."""
    before, ctx.prec = ctx.prec, BITS
    try:
        return check(*args)
    except (Bad, Open, Malformed) as problem:
        return f"rejected {problem}"
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as problem:
        return f"rejected malformed: {problem!r}"[:200]  # data of a wrong form, wherever it shows
    finally:
        ctx.prec = before


def checked(record: Data, stated: Stated) -> str:
    """The status of a record of a claim, and why. Raises Bad, Open or Malformed."""
    need(record.keys() == KEYS and type(record["method"]) is str, "not the parts of a record")
    need(same(record["statement"], statement(stated)), "the statement is not what its source says")
    verdict, certificates = record["verdict"], record["certificates"]
    if verdict in SILENT or not certificates:
        empty = not certificates and not record["slopes"] and verdict in SILENT
        need(empty, "a verdict and no certificate, or a certificate and no verdict")
        need((verdict == "definition") == (stated.claim.kind == "definition"), "no definition")
        return "silent"
    if verdict in REFUTED:
        found = [_refuted(stated, *certificates)]
    else:
        enough = -(-POINTS // len(stated.parts))  # so many in all of the parts
        pairs = zip(stated.parts, certificates, strict=True)
        found = [proved(part, cert, verdict, enough) for part, cert in pairs]
    for derived, cert in zip(stated.derived, record["slopes"], strict=True):
        by_points = cert == {"kind": "points"}
        part = None if by_points else slope_part(*derived)
        found.append(retested_slope(*derived) if part is None else proved(part, cert, "proved"))
    if "untested" in found:
        return "untested"
    if not stated.whole and verdict not in REFUTED | {"confirmed"}:
        return "retested on what follows from it"
    return next((status for status in found if status != "certified"), "certified")


def proved(part: Part, cert: Data, verdict: str, enough: int = POINTS) -> str:
    """A part of a claim that is said to hold."""
    if cert == {"kind": "points"}:
        return retested(part, enough)
    need(cert["kind"] in VERDICTS[verdict], "of another verdict")
    return PROOFS[cert["kind"]](part, cert) or "certified"


def _refuted(stated: Stated, cert: Data) -> str:
    """The part of a claim that is said to fail."""
    need(type(cert["part"]) is int and cert["part"] >= 0, "no part named")
    part, taken = stated.parts[cert["part"]], stated.claim.relation == "="
    taken = taken and stated.claim.left.op in TAKEN
    need(cert["kind"] != "missed" or taken, "that the end is taken was not said")
    return refuted(part, cert)


def refuted(part: Part, cert: Data) -> str:
    """What a certificate says of a part that is said to fail."""
    if cert["kind"] == "nothing":
        need(not _holds(part), "no point shows it")
        return "untested"
    return REFUTATIONS[cert["kind"]](part, cert) or "certified"


def _holds(part: Part) -> bool:
    try:
        return retested(part) != "untested"
    except Bad:
        return False


def slope_part(function: Term, x: Term, result: Term) -> Part:
    """That the slope of a function, by rules of the checker's own, is what derivation found."""
    return Part(slope(core(function), x), "=", result)


# --- what holds -------------------------------------------------------------------------------


def by_proof(part: Part, cert: Data) -> None:
    """By a proof of the kernel."""
    Branch(part, cert["slots"]).prove(cert)


def by_digits(part: Part, cert: Data) -> None:
    """A printed number: what one of its readings says holds."""
    read = readings(part, cert["side"])
    need(any(all(map(_certain, said)) for said in read), "the digits are wrong")


def _certain(part: Part) -> bool:
    return signs(part, {}) <= SIGNS[part.relation]


def by_bound(part: Part, cert: Data) -> str:
    """Two sides that differ at most by a bound; tried at points, if they are no numbers."""
    need(part.relation == "approx" and part.right is not None, "no approximation")
    assert part.right is not None
    distance = make("abs", part.left - part.right)
    near = Part(distance, "<=", number(rational(cert["bound"])), part.conditions)
    if atoms([distance]):
        return retested(near)
    need(_certain(near), "beyond the bound")
    return ""


def by_shape(part: Part, cert: Data) -> None:
    """A shape, axis by axis: the one said, or another one."""
    need(part.right is not None and part.right.op in ("space", "tuple"), "no shape")
    assert part.right is not None
    left = part.left.args[0] if part.left.op == "shape_of" else part.left
    need(all(a.op in ("number", "symbol") for a in part.right.args), "a size that is written out")
    dims = [int(a.data.value) if a.op == "number" else a.data.name for a in part.right.args]
    need(left.shape is not None, "the shape is not known")
    same_ = list(left.shape or ()) == dims
    need(same_ == (cert["kind"] == "shape"), "the shape is another one, or the one said")
    sizes = {type(dim) for dim in (*dims, *(left.shape or ()))}
    need(same_ or sizes <= {int}, "it may be the same")


# --- what fails -------------------------------------------------------------------------------


def by_point(part: Part, cert: Data) -> str:
    """A point of the domain at which the relation certainly fails; by far (a tenth of the larger
    side) where the sides are said to be near each other, and this is no proof."""
    assert part.right is not None
    found = signs(part, _point(part, cert))
    need(not found & SIGNS[part.relation], "the sides are not apart at the point")
    if part.relation != "approx":
        return ""
    sides = make("max", make("abs", part.left), make("abs", part.right))
    far = Part(make("abs", part.left - part.right), ">", sides / 10)
    need(signs(far, _point(part, cert)) <= SIGNS[">"], "the sides are near each other")
    return "retested at a point"


def _point(part: Part, cert: Data) -> dict[Term, Fraction]:
    wanted = atoms([part.left, part.right or part.left, *part.conditions])
    point = dict(zip(wanted, map(rational, cert["at"]), strict=True))
    need(consistent(point), "the point is none of the domain")
    return point


def by_touch(part: Part, cert: Data) -> None:
    """Sides said to be apart: a proof that they are equal at a point of the domain."""
    need(part.relation in ("<", ">", "!="), "nothing is said to be apart")
    point = _point(part, cert)
    need(signs(part, point) & SIGNS["="], "a condition fails")
    table = {atom: number(x) for atom, x in point.items()}
    left, right = replace(part.left, table), replace(part.right or part.left, table)
    by_proof(Part(left, "=", right), cert["proof"])


def by_missed(part: Part, cert: Data) -> str:
    """An end of a set that no value reaches."""
    strict = {">=": ">", "<=": "<"}[part.relation]
    return proved(Part(part.left, strict, part.right, part.conditions), cert["proof"], "proved")


def by_bracket(part: Part, cert: Data) -> None:
    """Sides said to differ: their difference changes its sign where it is continuous."""
    gap, ends = core(part.left - (part.right or part.left)), list(map(rational, cert["at"]))
    (x,) = atoms([gap])
    need(part.relation == "!=" and not part.conditions and len(ends) == 2, "no zero is claimed")
    need(all(consistent({x: end}) for end in ends) and not home(x).integer, "no interval")
    need(not home(x).excluded, "no interval")
    steps = {n.op for n in postorder(gap)}
    need(not steps & {"sign", "floor", "piecewise"}, "the sides may jump")
    need(signs(part, {x: ends[0]}) | signs(part, {x: ends[1]}) == {-1, 1}, "no change of sign")
    Values({x: ball(ends[0]).union(ball(ends[1]))})(gap)


def by_wrong_digits(part: Part, cert: Data) -> None:
    """A printed number of which no reading of the digits holds."""
    read = readings(part, cert["side"])
    need(all(any(map(_fails, said)) for said in read), "the digits are right")


def _fails(part: Part) -> bool:
    return not signs(part, {}) & SIGNS[part.relation]


PROOFS: dict[str, Callable[[Part, Data], str | None]] = {
    "proof": by_proof, "digits": by_digits, "bound": by_bound, "shape": by_shape,
}  # fmt: skip
VERDICTS = {"rounded": {"digits"}, "approximate": {"bound"}}
VERDICTS |= {"proved": {"proof", "shape"}, "confirmed": {"proof", "shape"}}
REFUTATIONS: dict[str, Callable[[Part, Data], str | None]] = {
    "point": by_point, "touch": by_touch, "missed": by_missed, "bracket": by_bracket,
    "wrong": by_wrong_digits, "unlike": by_shape,
}  # fmt: skip
