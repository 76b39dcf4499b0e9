"""The second checker: it believes a record only after doing the sums itself.

It shares no code with the rungs that found a verdict (tests/test_recheck.py looks at its imports):
own values over `arb` and `arb_series`, own arithmetic of normal forms, own rules for signs. What
words mean (definitions of rows) and how LaTeX reads is left to the reading room. A record is
`certified` (its certificate proves it), `retested` (it holds at points of high precision, no more),
`silent` (it claims nothing) or `rejected`. evidence/certificate.py tells what certificates hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import product
from random import Random
from typing import Any

from flint import Ordering, arb, arb_series, ctx, fmpq, fmpq_mpoly_ctx

from symdl.evidence.record import Data, Malformed, Part, Stated, rational, statement
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, number, postorder

BITS, POINTS, TRIED, MOST_WORK, MOST_CELLS = 320, 40, 400, 200_000, 2_000
ATOMS = frozenset({"symbol", "entry", "label", "prime"})
ALLOWED = {"=": {0}, "equiv": {0}, "approx": {0}, "!=": {-1, 1}, "<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {0, 1}}
Value = Any
"""An arb, arb_series or truth value; in normal forms a quotient of polynomials."""
Point = Mapping[Term, Fraction]


class Bad(Exception):
    """The record is false or inconsistent; the text says where."""


class Open(Exception):
    """What neither a certificate nor a point decides."""


class Nowhere(Open):
    """A term certainly has no value."""


def need(holds: object, reason: str, kind: type[Exception] = Bad) -> None:
    """Raise Bad unless it holds."""
    if not holds:
        raise kind(reason)


def sure(holds: object, reason: str = "undefined or not decided") -> None:
    """Raise Open unless it certainly holds."""
    need(holds, reason, Open)


# fmt: off
OWN: dict[str, Callable[..., Term]] = {
    "abs": lambda u: make("max", u, -u), "min": lambda *us: -make("max", *(-u for u in us)),
    "ceil": lambda u: -make("floor", -u), "hadamard": lambda *us: make("mul", *us),
    "erfc": lambda u: make("erfc", u),  # a value of its own, or nothing is left of it far out
    "normal_cdf": lambda u: make("erfc", -u / make("sqrt", number(2))) / 2,
    "indicator": lambda c: make("piecewise", number(1), c, number(0)),
}
# fmt: on


@lru_cache(maxsize=4096)
def core(root: Term) -> Term:
    """The term with the rows' definitions written out."""
    for _ in range(2):  # definitions may use words that have definitions
        done: dict[Term, Term] = {}
        for node in postorder(root):
            args = tuple(done[a] for a in node.args)
            write = OWN.get(node.op) or (TABLE[node.op].definition if node.op in TABLE else None)
            done[node] = write(*args) if write else make(node.op, *args, data=node.data)
        root = done[root]
    return root


class Walk:
    """From values of the atoms to the value of a core term; what is undefined or not decided counts
    only where a case chooses it."""

    exactly: Callable[[Fraction], Value]
    order: Callable[[Value, Value], int]
    operation: Callable[[Term, list[Value]], Value]

    def __init__(self, at: Mapping[Term, Value]) -> None:
        self.done: dict[Term, Value] = dict(at)

    def __call__(self, root: Term) -> Value:
        """The value. Raises Open where it has none or it is not known."""
        for node in postorder(root):
            if node not in self.done:
                try:
                    self.done[node] = self.rule(node)
                except Open as problem:
                    self.done[node] = problem
        return self.known(root)

    def or_name(self, root: Term) -> str:
        """The value as text, or the term itself where it has none."""
        try:
            return str(self(root))
        except Open:
            return repr(root)

    def known(self, node: Term) -> Value:
        """The value of a node that was walked over."""
        if isinstance(self.done[node], Open):
            raise self.done[node]
        return self.done[node]

    def rule(self, node: Term) -> Value:
        """The value of a node from those of its arguments."""
        if node.op == "piecewise":
            for value, condition in zip(node.args[::2], node.args[1::2], strict=False):
                if self.known(condition):
                    return self.known(value)
            need(len(node.args) % 2, "no case holds", Nowhere)
            return self.known(node.args[-1])
        if node.op == "relation":
            links = zip(node.data, node.args, node.args[1:], strict=False)
            return all([self.link(*link) for link in links])
        if node.op == "interval" or infinite(node):
            return None
        args = [self.known(a) for a in node.args] if node.op not in ATOMS else []
        if node.op in ("and", "or", "not"):
            return not args[0] if node.op == "not" else (all if node.op == "and" else any)(args)
        if node.op == "number" or (node.op == "pow" and node.args[1] is number(0)):
            return self.exactly(node.data.value if node.op == "number" else Fraction(1))
        if node.op == "sign":
            return self.exactly(Fraction(self.order(args[0], self.exactly(Fraction(0)))))
        return reduce(self.larger, args) if node.op == "max" else self.operation(node, args)

    def link(self, relation: str, a: Term, b: Term) -> bool:
        """Whether `a relation b` holds."""
        if relation == "in" and b.op == "interval":
            kinds = (">" if b.data[0] == "(" else ">=", "<" if b.data[1] == ")" else "<=")
            ends = zip(kinds, b.args, strict=True)
            return all([self.link(kind, a, end) for kind, end in ends if not infinite(end)])
        sure(relation in ALLOWED, f"the relation {relation}")
        return self.order(self.known(a), self.known(b)) in ALLOWED[relation]

    def larger(self, a: Value, b: Value) -> Value:
        """The larger one of two values."""
        return a if self.order(a, b) >= 0 else b


def infinite(node: Term) -> int:
    """1 for infinity, -1 for minus infinity, else 0."""
    inner = node.args[0] if node.op == "neg" else node
    return (inner.op == "constant" and inner.data == "infinity") * (1 if inner is node else -1)


# --- values at points ------------------------------------------------------------------------------


def ball(value: Fraction) -> Value:
    """The ball of a rational number."""
    return arb(fmpq(value.numerator, value.denominator))


def head(x: Value) -> Value:
    """The ball of a value; of a series at its point."""
    return x[0] if isinstance(x, arb_series) else x


def whole(x: Value) -> int:
    """The integer that a value certainly is."""
    sure(head(x).is_exact() and head(x).is_integer() and abs(head(x)) < 2**70)
    return int(head(x).unique_fmpz())


class Values(Walk):
    """Values at a point: certain enclosures; Taylor coefficients where an atom is a series."""

    exactly = staticmethod(ball)

    def order(self, a: Value, b: Value) -> int:
        """-1, 0 or 1; Open where balls do not tell."""
        a, b = head(a), head(b)
        same = a.is_exact() and b.is_exact() and a == b
        sure(a.is_finite() and b.is_finite() and (same or not a.overlaps(b)))
        return 0 if same else 1 if a > b else -1

    def larger(self, a: Value, b: Value) -> Value:
        """The larger one, or a ball of both."""
        balls = isinstance(a, arb) and isinstance(b, arb)
        return a.max(b) if balls else super().larger(a, b)

    def operation(self, node: Term, args: list[Value]) -> Value:
        """What the table says, if it is certainly defined."""
        name = node.op if node.args else node.data
        sure(node.op not in ATOMS and name in OPERATIONS, f"no value of {node!r}")
        found = OPERATIONS[name](*args)
        sure(head(found).is_finite())
        return found


def _power(x: Value, y: Value) -> Value:
    if isinstance(y, arb) and y.is_integer() and abs(y) < 2**20:
        sure(y > 0 or not head(x).contains(0))
        return x ** whole(y) if y > 0 else 1 / x ** -whole(y)
    if isinstance(x, arb) and x.is_zero() and head(y) > 0:
        return x
    sure(head(x) > 0)
    return (y * x.log()).exp()


def _root(x: Value, n: Value) -> Value:
    sure(whole(n) > 0)
    return -_power(-x, 1 / n) if whole(n) % 2 and head(x) < 0 else _power(x, 1 / n)


def _call(name: str, holds: Callable[[Value], bool] = lambda x: True) -> Callable[..., Value]:
    def run(x: Value) -> Value:
        sure(holds(head(x)))
        return getattr(x, name)()

    return run


# fmt: off
OPERATIONS: dict[str, Callable[..., Value]] = {
    "add": lambda *xs: reduce(lambda a, b: a + b, xs), "neg": lambda x: -x, "pow": _power,
    "mul": lambda *xs: reduce(lambda a, b: a * b, xs), "div": lambda x, y: x / y, "root": _root,
    "sqrt": lambda x: _power(x, arb(1) / 2), "floor": lambda x: arb(whole(head(x).floor())),
    "binomial": lambda n, k: arb.bin_uiui(whole(n), whole(k)) if k >= 0 and n < 9999 else arb.nan(),
    "factorial": lambda n: arb(whole(n) + 1).gamma() if n >= 0 else arb.nan(), "erf": _call("erf"),
    "gamma_function": _call("gamma", lambda x: x > 0 and x < 2**70), "arctan": _call("atan"),
    "digamma": _call("digamma", lambda x: x > 0 and x < 2**70), "erfc": _call("erfc"), "pi": arb.pi,
    "arcsin": _call("asin", lambda x: x >= -1 and x <= 1), "exp": _call("exp"), "sin": _call("sin"),
    "arccos": _call("acos", lambda x: x >= -1 and x <= 1), "cos": _call("cos"), "e": arb.const_e,
    "log": _call("log", lambda x: x > 0),
}
# fmt: on


def atoms(roots: Iterable[Term]) -> list[Term]:
    """What needs a value, symbols first: free symbols, and entries as a whole."""
    found: dict[Term, None] = {}
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node not in found:
            found[node] = None
            stack += () if node.op in ATOMS else node.args
    return sorted((n for n in found if n.op in ATOMS), key=lambda n: (n.op != "symbol", repr(n)))


def home(atom: Term) -> Domain:
    """The declared domain of an atom: that of its base."""
    while atom.op != "symbol":
        atom = atom.args[0]
    domain: Domain = atom.data.domain
    return domain


def consistent(point: Point) -> bool:
    """Whether all values are allowed, and what is one entry at the point has one value."""
    value = Values({atom: ball(x) for atom, x in point.items()})
    entries: dict[Any, Fraction] = {}
    for atom, x in point.items():
        inner = atom.args if atom.op == "entry" else (atom,)
        key = (inner[0], *(value.or_name(core(i)) for i in inner[1:]))
        if entries.setdefault(key, x) != x or not home(atom).contains(x):
            return False
    return True


def points(wanted: Sequence[Term]) -> Iterator[Point]:
    """Rational points of the domains, always the same ones."""
    draw = Random(20)
    for _ in range(TRIED if wanted else 1):
        point: dict[Term, Fraction] = {}
        for atom in wanted:
            d, k = home(atom), Fraction(2 ** draw.randint(0, 6))
            low = d.lower if d.lower is not None else (k if d.upper is None else d.upper) - 2 * k
            high = d.upper if d.upper is not None else low + 4 * k
            place = low + (high - low) * Fraction(draw.randint(0, 512), 512)
            point[atom] = Fraction(round(place)) if d.integer else place
        if consistent(point):
            yield point


# --- one part of a claim -----------------------------------------------------------------------------


def signed(part: Part, point: Point) -> int:
    """The sign of left - right at a point of the part, 0 where balls do not tell them apart."""
    value = Values({atom: ball(x) for atom, x in point.items()})
    sure(all([value(core(condition)) for condition in part.conditions]))
    left, right = value(core(part.left)), value(core(part.right or part.left))
    try:
        return value.order(left, right)
    except Open:
        return 0


def by_points(part: Part, cert: Data) -> str:
    """Tried at points of the domain by the checker's own choice."""
    sure(part.right is not None and part.relation in ALLOWED, "no relation of values")
    allowed, count = ALLOWED[part.relation], 0
    wanted = atoms([part.left, part.right, *part.conditions])  # type: ignore[list-item]
    for point in points(wanted):
        try:
            sign = signed(part, point)
        except Open:
            continue
        need(sign in allowed or not sign, f"false at {dict(point)}")
        count += sign in allowed
        if count == POINTS:
            break
    need(count, "no point was found at which it could be tried")
    return "certified" if not wanted and allowed != {0} else f"retested at {count} points"


def by_point(part: Part, cert: Data) -> str:
    """A counterexample: a point of the domain at which the relation certainly fails, and by far
    (a tenth of the larger side) if the sides are said to be near each other."""
    wanted = atoms([part.left, part.right or part.left, *part.conditions])
    point = dict(zip(wanted, map(rational, cert["at"]), strict=True))
    need(part.relation in ALLOWED and consistent(point), "the point is none of the domain")
    sign = signed(part, point)
    need(sign and sign not in ALLOWED[part.relation], "the sides are not apart at the point")
    if part.relation != "approx":
        return "certified"
    assert part.right is not None
    left, right = make("abs", part.left), make("abs", part.right)
    far = Part(make("abs", part.left - part.right), ">", make("max", left, right) / 10)
    need(signed(far, point) == 1, "the sides are near each other at the point")
    return "retested at a point"


def by_missed(part: Part, cert: Data) -> str:
    """An end of a set that no value reaches."""
    strict = {">=": ">", "<=": "<"}[part.relation]
    return by_proof(Part(part.left, strict, part.right, part.conditions), cert["proof"])


def by_bracket(part: Part, cert: Data) -> str:
    """Sides said to differ: their difference changes its sign where it is continuous."""
    wanted, ends = atoms([part.left, part.right or part.left]), list(map(rational, cert["at"]))
    need(part.relation == "!=" and len(wanted) == 1 and not part.conditions, "no zero is claimed")
    need(ends[0] < ends[1] and all(consistent({wanted[0]: end}) for end in ends), "no interval")
    steps = {n.op for n in postorder(core(part.left - (part.right or part.left)))}
    need(not steps & {"sign", "floor", "piecewise"}, "the sides may jump")
    need(signed(part, {wanted[0]: ends[0]}) * signed(part, {wanted[0]: ends[1]}) < 0, "no sign change")
    Values({wanted[0]: ball(ends[0]).union(ball(ends[1]))})(core(part.left - (part.right or part.left)))
    return "certified"


def by_digits(part: Part, cert: Data) -> str:
    """A printed number: rounded to its digits, truncated, or with zeros as place holders."""
    need(part.relation in ("approx", "=", "equiv"), "no printed number")
    side, other = (part.right, part.left) if cert["side"] == "right" else (part.left, part.right)
    need(side is not None and other is not None and not atoms([side, other]), "no printed number")
    mantissa = next(node for node in postorder(side) if node.op == "number")
    places, figures = mantissa.data.places or 0, mantissa.data.text.lower().partition("e")[0]
    figures = figures.replace(".", "").lstrip("0")
    lost = max(len(figures), 1) - cert["digits"]
    holders = len(figures) - len(figures.rstrip("0")) if "." not in mantissa.data.text else 0
    need(abs(places) < 5_000 and 0 <= lost <= holders, "not the digits printed")
    unit = (side / mantissa if mantissa.data.value else number(1)) / make(
        "pow", number(10), number(places)
    )
    unit = make("abs", unit) * 10**lost
    if cert["how"] == "rounded":
        claims = [Part(make("abs", other - side), "<=", unit / 2)]
    else:
        need(cert["how"] == "truncated" and not lost, "neither rounded nor truncated")
        outwards = (other - side) * (-1 if side.op == "neg" else 1)
        claims = [Part(outwards, ">=", number(0)), Part(outwards, "<", unit)]
    for claim in claims:
        need(signed(claim, {}) in ALLOWED[claim.relation] - {0}, "the digits are wrong")
    return "certified"


def by_bound(part: Part, cert: Data) -> str:
    """Two sides that differ at most by a bound."""
    need(part.relation == "approx" and part.right is not None, "no approximation")
    assert part.right is not None
    distance = make("abs", part.left - part.right)
    bound = number(rational(cert["bound"]))
    return by_points(Part(distance, "<=", bound, part.conditions), cert)


def by_shape(part: Part, cert: Data) -> str:
    """A shape, axis by axis: the one said, or another one."""
    need(part.right is not None and part.right.op in ("space", "tuple"), "no shape")
    assert part.right is not None
    left = part.left.args[0] if part.left.op == "shape_of" else part.left
    dims = [int(a.data.value) if a.op == "number" else a.data.name for a in part.right.args]
    sure(left.shape is not None, "the shape is not known")
    same = list(left.shape or ()) == dims
    need(same == (cert["kind"] == "shape"), "the shape is another one, or the one said")
    need(same or all(type(dim) is int for dim in (*dims, *(left.shape or ()))), "it may be the same")
    return "certified"


def by_limit(part: Part, cert: Data) -> str:
    """A limit, followed towards its point at some values of the parameters."""
    need(part.left.op == "limit" and part.right is not None and part.relation == "=", "no limit")
    assert part.right is not None
    x, place, body = part.left.args
    count, goes = 0, infinite(place)
    for point in points(atoms([p for p in (place, part.right, *part.conditions) if not infinite(p)]
                              + [a for a in atoms([body]) if a is not x])):  # fmt: skip
        distances = []
        for k in range(3, 12):
            value = Values({atom: ball(v) for atom, v in point.items()})
            step = ball(Fraction(2**k)) * goes if goes else ball(Fraction(-1 if part.left.data == "-" else 1, 2**(2 * k)))
            value.done[x] = step if goes else value(core(place)) + step
            found = value(core(body))
            end = infinite(part.right)
            distances.append(1 / (1 + found * end).max(arb(0)) if end else abs(found - value(core(part.right))))
        need(distances[-1] <= distances[0] and distances[-1] < arb(1) / 8, f"not so at {dict(point)}")
        count += len(distances)
        if count >= POINTS:
            break
    need(count, "no point was found at which it could be tried")
    return f"retested at {count} points"


# --- records and documents -----------------------------------------------------------------------------

CHECKS: dict[str, Callable[[Part, Data], str]] = {
    "points": by_points, "point": by_point, "digits": by_digits, "bound": by_bound,
    "bracket": by_bracket, "missed": by_missed, "shape": by_shape, "unlike": by_shape, "limit": by_limit,
}  # fmt: skip
SILENT = frozenset({"definition", "undecided", "not-understood"})
REFUTED = {"refuted", "refuted-as-stated"}
VERDICTS = {"point": REFUTED, "missed": REFUTED, "bracket": REFUTED, "unlike": REFUTED, "digits": {"rounded"},
            "bound": {"approximate"}}  # fmt: skip


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
        place = f"{name}:{stated.line}:{stated.column}"
        before, ctx.prec = ctx.prec, BITS
        try:
            status, _, reason = _checked(record, stated).partition(" ")
        except (Bad, Malformed, Open) as problem:
            status, reason = "rejected", str(problem)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as problem:
            status, reason = "rejected", f"malformed: {problem!r}"
        finally:
            ctx.prec = before
        yield status, place, reason


def by_proof(part: Part, cert: Data) -> str:
    """What a certificate makes of a part."""
    return CHECKS[cert["kind"]](part, cert)


def _checked(record: Data, stated: Stated) -> str:
    need(record.keys() == {"statement", "verdict", "method", "certificates"}, "other parts")
    need(record["statement"] == statement(stated), "the statement is not what its source says")
    verdict, certificates = record["verdict"], record["certificates"]
    if verdict in SILENT or not certificates:
        need(verdict in SILENT and not certificates, "a verdict and no certificate, or none for one")
        need((verdict == "definition") == (stated.claim.kind == "definition"), "no definition")
        return "silent"
    parts = stated.parts
    if verdict in REFUTED:
        need(len(certificates) == 1 and type(certificates[0]["part"]) is int, "no part named")
        parts = (parts[certificates[0]["part"]],)
    need(len(parts) == len(certificates), "not a certificate for each part")
    need(type(record["method"]) is str, "the method is a word")
    found = []
    for part, cert in zip(parts, certificates, strict=True):
        need(verdict in VERDICTS.get(cert["kind"], {"proved", "confirmed"}), "of another verdict")
        found.append(by_proof(part, cert))
    weakest = next((f for f in found if f != "certified"), "certified")
    if not stated.whole and verdict == "proved":
        weakest = "retested at some sizes"
    return weakest
