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


def by_exp(part: Part, cert: Data) -> str:
    """An order between two sides that their exponentials have."""
    need(part.right is not None and len(RELATED[part.relation]) > 1, "no order")
    assert part.right is not None
    left, right = make("exp", part.left), make("exp", part.right)
    return by_proof(Part(left, part.relation, right, part.conditions), cert["proof"])


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


# --- normal forms: quotients of polynomials in generators, in one cell of the domain ------------------


class Ratio:
    """above / below in lowest terms: polynomials over the rationals in the generators of a ring."""

    def __init__(self, above: Value, below: Value) -> None:
        need(not below.is_zero(), "a denominator is 0", Nowhere)
        common = above.gcd(below) * below.leading_coefficient() / above.gcd(below).leading_coefficient()
        self.above, self.below = above / common, below / common

    def __add__(self, other: Ratio) -> Ratio:
        above = _times(self.above, other.below) + _times(other.above, self.below)
        return Ratio(above, _times(self.below, other.below))

    def __mul__(self, other: Ratio) -> Ratio:
        return Ratio(_times(self.above, other.above), _times(self.below, other.below))

    def __neg__(self) -> Ratio:
        return Ratio(-self.above, self.below)

    def __pow__(self, n: int) -> Ratio:
        above, below = (self.above, self.below) if n >= 0 else (self.below, self.above)
        size, degree = max(len(above), len(below)), max(above.total_degree(), below.total_degree())
        bits = max((c.height_bits() for p in (above, below) for c in p.coeffs()), default=0)
        sure(abs(n) * max(degree, bits) < 40_000 and (size < 2 or size ** min(abs(n), 20) < MOST_WORK))
        return Ratio(above ** abs(n), below ** abs(n))

    def __str__(self) -> str:
        return f"({self.above})/({self.below})"


def _times(a: Value, b: Value) -> Value:
    sure(len(a) * len(b) < MOST_WORK, "too large")
    return a * b


def multiplied(s: int, t: int) -> int:
    """The sign of a product: 2 (> 0), 1 (>= 0), 0 (zero), -1, -2; 9 is not known."""
    if 0 in (s, t) or 9 in (s, t):
        return 0 if 0 in (s, t) else 9
    return min(abs(s), abs(t)) * (1 if s * t > 0 else -1)


def added(s: int, t: int) -> int:
    """The sign of a sum."""
    return 9 if 9 in (s, t) or s * t < 0 else max(s, t, key=abs)


class Forms(Walk):
    """Terms as quotients of polynomials in one cell of the domain.

    A generator has a range (a sign, and whether it is at most 1 in size), and perhaps a logarithm.
    What an exponential, a logarithm or a root is in generators is read off the certificate, and
    verified.
    """

    def __init__(self, cell: Mapping[Term, Domain], given: Data, plain: bool) -> None:
        super().__init__({})
        slots = given["slots"]
        need(type(slots) is int and 0 <= slots <= 64, "slots")
        self.ring = fmpq_mpoly_ctx.get([f"g{i}" for i in range(slots)], Ordering.lex)
        self.cell, self.slots, self.plain, self.given = cell, slots, plain, iter(given["forms"])
        self.ranges: list[tuple[int, int]] = []  # a sign; 1 (2) if it is at most (below) 1
        self.items: list[tuple[Ratio, Ratio | None]] = []  # a value and its logarithm
        self.roots: list[Value] = []  # what is 0: g^q - base, newest first
        self.named: dict[str, Ratio] = {}
        self.learned: list[tuple[Value, int]] = []

    def exactly(self, value: Fraction) -> Ratio:
        """A rational number."""
        return Ratio(self.ring.constant(fmpq(value.numerator, value.denominator)), self.ring.constant(1))

    def generator(self, sign: int, unit: int = 0) -> Ratio:
        """A new generator; in the order of the ring it stands before the older ones."""
        sure(len(self.ranges) < self.slots, "no slot is left")
        self.ranges.append((sign, unit))
        return Ratio(self.ring.gen(self.slots - len(self.ranges)), self.ring.constant(1))

    def reduced(self, p: Value) -> Value:
        """The polynomial with the relations of roots applied."""
        for root in self.roots:
            p = divmod(p, root)[1]
        return p

    def vanishes(self, x: Ratio) -> bool:
        """Whether a quotient is 0 wherever it has a value."""
        p = self.reduced(x.above)
        zeros = (known for known, sign in self.learned if not sign)
        return p.is_zero() or any(divmod(p, zero)[1].is_zero() for zero in zeros)

    def constant(self, x: Ratio) -> Fraction | None:
        """The number that a quotient is."""
        if not (x.above.is_constant() and x.below.is_constant()):
            return None
        value = x.above.leading_coefficient() if x.above else fmpq(0)
        return Fraction(int(value.p), int(value.q))

    # signs

    def sign(self, x: Ratio) -> int:
        """The sign of a quotient in the cell; its denominator is not 0 there."""
        below = self.sign_of(x.below)
        return multiplied(self.sign_of(self.reduced(x.above)), 2 * below if abs(below) == 1 else below)

    def sign_of(self, p: Value, depth: int = 0) -> int:
        """The sign of a polynomial: by what was learned, by its terms, factors, or at the ends of a
        generator in which it is linear."""
        if p.is_zero():
            return 0
        for known, s in self.learned:
            if p * known.leading_coefficient() == known * p.leading_coefficient():
                return s if p.leading_coefficient() * known.leading_coefficient() > 0 else -s
        found = reduce(added, (self.sign_of_term(m, c) for m, c in p.terms()))
        if found != 9 or depth > 6 or len(p) > 60:
            return found
        content, factors = p.factor()
        if len(factors) > 1 or factors[0][1] > 1:
            found = 2 if content > 0 else -2
            for factor, n in factors:
                s = self.sign_of(factor, depth + 1)
                even = 1 if s == 9 else abs(s)
                found = multiplied(found, s if n % 2 else even)
            return found
        for place, degree in enumerate(p.degrees()):
            if degree == 1 and self.ranges[self.slots - 1 - place][1]:
                ends = [p.subs({f"g{place}": fmpq(end)}) for end in (0, 1)]
                s, t = (self.sign_of(end, depth + 1) for end in ends)
                low, high = self.ranges[self.slots - 1 - place]
                if added(s, t) != 9 and (s or t):
                    inner = (abs(s) == 2 or low == 2) and (abs(t) == 2 or high == 2)
                    strict = inner and 2 in (abs(s), abs(t))
                    return (1 if s + t > 0 else -1) * (2 if strict else 1)
        return 9

    def sign_of_term(self, monomial: Sequence[int], coefficient: Value) -> int:
        """The sign of one term of a polynomial."""
        found = 2 if coefficient > 0 else -2
        for place, n in enumerate(monomial):
            s = self.ranges[self.slots - 1 - place][0] if n else 2
            even = 1 if s == 9 else abs(s)
            found = multiplied(found, s if n % 2 else even)
        return found

    def order(self, a: Ratio, b: Ratio) -> int:
        """-1, 0 or 1 in all of the cell."""
        s = self.sign(a + -b)
        sure(s in (2, 0, -2), "a sign is not known")
        return s // 2

    def larger(self, a: Ratio, b: Ratio) -> Ratio:
        """The larger one in all of the cell."""
        s = self.sign(a + -b)
        sure(s != 9, "it is not known which is larger")
        return a if s >= 0 else b

    def learn(self, x: Ratio, sign: int) -> None:
        """A sign that holds where both sides of the claim are defined, of the one factor of unknown
        sign."""
        s, (content, factors) = self.sign_of(x.below), x.above.factor()
        unsure = [f for f, n in factors if abs(self.sign_of(f)) != 2 and n == 1]
        others = [self.sign_of(f) if n % 2 else 2 for f, n in factors if f not in unsure]
        known = reduce(multiplied, others, multiplied(s, 2 if content > 0 else -2))
        if len(unsure) == 1 and abs(known) == 2:
            self.learned.append((unsure[0], multiplied(sign, known)))

    # the rules

    def operation(self, node: Term, args: list[Ratio]) -> Ratio:
        """A field operation, or what the next form says, or a generator of its own."""
        if node.op in ATOMS:
            return self.atom(node)
        if node.op in ("add", "mul", "neg"):
            found: Ratio = OPERATIONS[node.op](*args)
            return found
        if node.op == "div":
            return args[0] * args[1] ** -1
        if node.op in ("pow", "sqrt", "root"):
            exponent = Fraction(1, 2) if node.op == "sqrt" else self.constant(args[1])
            if exponent is not None and node.op == "root":
                exponent = 1 / exponent
            if exponent is not None and exponent.denominator == 1:
                sure(abs(exponent) < 10_000)
                return args[0] ** int(exponent)
            if exponent is not None:
                return self.rooted(args[0], exponent, node.op == "root")
            sure(node.op == "pow" and self.sign(args[0]) == 2, "a power of what may not be positive")
            base, items = self.form("power", args, "base", "items")
            need(self.vanishes(self.product(base) + -args[0]), "a wrong base")
            need(all(self.sign(self.items[i][0]) == 2 for i, _ in base), "a base that may be negative")
            need(self.vanishes(self.logarithm(items) + -(self.logarithm(base) * args[1])), "a wrong power")
            return self.product(items)
        if node.op == "exp" or (node.op == "constant" and node.data == "e"):
            exponent_ = args[0] if args else self.exactly(Fraction(1))
            if self.vanishes(exponent_):
                return self.exactly(Fraction(1))
            (items,) = self.form("exp", [exponent_], "items")
            need(self.vanishes(self.logarithm(items) + -exponent_), "a wrong exponential")
            return self.product(items)
        if node.op == "log":
            return self.logged(args[0])
        if node.op == "erfc":
            return self.exactly(Fraction(1)) + -self.function("erf", args)
        name = node.op if args else node.data
        sure(name in OPERATIONS, f"no rule for {name}")
        return self.function(name, args)

    def atom(self, node: Term) -> Ratio:
        """A generator for an atom, counted from an end of its domain."""
        d = self.cell.get(node) or home(node)
        low, high = d.lower, d.upper
        if low is None and high is None:
            return self.generator(9)
        if low is not None and low == high:
            return self.exactly(low)
        if low is None or high is None:
            end, is_open = (low, d.lower_open) if high is None else (high, d.upper_open)
            g = self.generator(2 if is_open or end in d.excluded else 1)
            return self.exactly(end or Fraction(0)) + (g if high is None else -g)
        g = self.generator(2 if d.lower_open else 1, 2 if d.upper_open else 1)
        return self.exactly(low) + self.exactly(high - low) * g

    def function(self, name: str, args: list[Ratio]) -> Ratio:
        """A function without rules: equal on equal arguments, odd or even, and bounded."""
        if args and args[0].above and args[0].above.leading_coefficient() < 0:
            if name in ("erf", "sin", "arctan", "arcsin", "cos"):
                turned = self.function(name, [-args[0]])
                return turned if name == "cos" else -turned
        key = f"{name} {[str(a) for a in args]}"
        if key not in self.named:
            s = self.sign(args[0]) if name in ("erf", "arctan") else 2 if name == "pi" else 9
            unit = 2 if name == "erf" else 1
            if name in ("erf", "sin", "cos") and abs(s) == 9:  # between -1 and 1
                g = self.generator(unit, unit)
                self.named[key] = self.exactly(Fraction(2)) * g + self.exactly(Fraction(-1))
            else:
                g = self.generator(9 if s == 9 else abs(s) or 1, 2 if name == "erf" else 0)
                self.named[key] = g if s > 0 else -g
        return self.named[key]

    def logged(self, u: Ratio) -> Ratio:
        """A logarithm as a sum: all factors but one are certainly positive, and so is that one."""
        if self.vanishes(u + self.exactly(Fraction(-1))):
            return self.exactly(Fraction(0))
        need(self.sign(u) not in (0, -1, -2), "a logarithm of what is not positive", Nowhere)
        (items,) = self.form("log", [u], "items")
        need(self.vanishes(self.product(items) + -u), "wrong factors of a logarithm")
        unsure = [(i, n) for i, n in items if self.sign(self.items[i][0]) != 2]
        need(len(unsure) <= 1 and all(n == 1 for _, n in unsure), "factors that may be negative")
        if self.plain:
            for x in (u, *(self.items[i][0] for i, _ in unsure)):
                self.learn(x, 2)
        return self.logarithm(items)

    def rooted(self, u: Ratio, exponent: Fraction, real: bool) -> Ratio:
        """A root: what has the power that it should have, and is not negative."""
        need(self.sign(u) not in (-1, -2) or (real and exponent.denominator % 2), "a root of what is negative", Nowhere)
        if self.plain and not (real and exponent.denominator % 2):
            self.learn(u, 1)
        if self.vanishes(u) and exponent > 0:
            return u
        (value,) = self.form("root", [u, self.exactly(exponent)], "value")
        found = self.ratio(value)
        need(self.vanishes(found**exponent.denominator + -(u**exponent.numerator)), "a wrong root")
        need(real and exponent.denominator % 2 or self.sign(found) in (0, 1, 2), "a negative root")
        return found

    def form(self, rule: str, args: list[Ratio], *keys: str) -> list[Data]:
        """The next form of the certificate, its new generators introduced."""
        data = next(self.given, None)
        need(isinstance(data, dict) and data.keys() == {"new", *keys}, "no such form")
        assert data is not None
        for new in data["new"]:
            self.introduce(new)
        return [data[key] for key in keys]

    def introduce(self, new: Data) -> None:
        """A generator: exp of a quotient, log of one, or a root of a polynomial."""
        kind, base = new[0], self.ratio(new[1])
        if kind == "exp":
            s = self.sign(base)
            one = self.exactly(Fraction(1))
            g = self.generator(2, 3 - abs(s)) if s in (-1, -2) else self.generator(s if s in (1, 2) else 2)
            self.items.append((one + g if s in (1, 2) else g, base))
        elif kind == "log":
            s = self.sign(base + self.exactly(Fraction(-1)))
            g = self.generator(9 if s in (0, 9) else abs(s))
            self.items.append((base, -g if s < 0 else g))
        else:
            need(kind == "root" and type(new[2]) is int and 1 < new[2] <= 64, "no generator")
            s = self.sign(base)
            need(base.below.is_one() and s in (0, 1, 2), "a root of what may be negative")
            g = self.generator(max(s, 1))
            self.roots.insert(0, g.above ** new[2] - base.above)
            logs = [log for value, log in self.items if str(value) == str(base) and log is not None]
            part = self.exactly(Fraction(1, new[2]))
            self.items.append((g, logs[0] * part if logs else None))

    def product(self, items: Data) -> Ratio:
        """The product of powers of items."""
        found = self.exactly(Fraction(1))
        for i, n in items:
            need(type(i) is int and 0 <= i < len(self.items) and type(n) is int, "no item")
            found = found * self.items[i][0] ** n
        return found

    def logarithm(self, items: Data) -> Ratio:
        """The logarithm of a product of powers of items."""
        found = self.exactly(Fraction(0))
        for i, n in items:
            need(type(i) is int and 0 <= i < len(self.items) and type(n) is int, "no item")
            log = self.items[i][1]
            need(log is not None, "an item without logarithm")
            found = found + log * self.exactly(Fraction(n))  # type: ignore[operator]
        return found

    def ratio(self, data: Data) -> Ratio:
        """A quotient as it is written: two lists of [coefficient, [[generator, exponent], ...]]."""
        made = []
        for terms in data:
            table: dict[tuple[int, ...], Value] = {}
            for coefficient, powers in terms:
                monomial = [0] * self.slots
                for i, n in powers:
                    need(0 <= i < len(self.ranges) and 0 < n < 10_000, "no monomial")
                    monomial[self.slots - 1 - i] = n
                value = rational(coefficient)
                table[tuple(monomial)] = fmpq(value.numerator, value.denominator)
            made.append(self.ring.from_dict(table))
        return Ratio(*made)


RELATED = {"=": {0}, "equiv": {0}, "approx": {0}, "!=": {2, -2}, "<": {-2}, "<=": {0, -1, -2},
           ">": {2}, ">=": {0, 1, 2}}  # fmt: skip


def by_cells(part: Part, cert: Data) -> str:
    """Proved in each cell of the domain by normal forms."""
    sides = [core(part.left), core(part.right or part.left)]
    conditions = [core(condition) for condition in part.conditions]
    plain = not any(node.op == "piecewise" for side in sides for node in postorder(side))
    made = list(cells([*sides, *conditions], cert))
    need(len(made) == len(cert["cells"]), "not a form for each cell")
    for (domains, facts), given in zip(made, cert["cells"], strict=True):
        verified(Forms(domains, given, plain), sides, part.relation, conditions, facts)
    by_points(part, {})
    return "certified"


def verified(
    forms: Forms,
    sides: Sequence[Term],
    relation: str,
    conditions: Iterable[Term],
    facts: Iterable[tuple[Term, Term, int]],
) -> None:
    """Raise Bad unless the relation holds in a cell, or nothing is claimed there."""
    try:
        for a, b, s in facts:
            forms.learned.append(((forms(a) + -forms(b)).above, s))
        for condition in conditions:
            if not holds(forms, condition):
                return
        left, right = (forms(side) for side in sides)
    except Nowhere:
        return
    if RELATED[relation] == {0}:
        need(forms.vanishes(left + -right), "the sides have different forms")
    else:
        need(forms.sign(left + -right) in RELATED[relation], "the forms do not show the order")


def holds(forms: Forms, condition: Term) -> bool:
    """Whether a condition may hold in a cell; what it says is learned."""
    try:
        return bool(forms(condition))
    except Nowhere:
        return False
    except Open:
        said = {">": 2, ">=": 1, "<": -2, "<=": -1, "!=": 2}
        if condition.op == "relation" and len(condition.data) == 1 and condition.data[0] in said:
            a, b = (forms.done.get(x) for x in condition.args)
            if isinstance(a, Ratio) and isinstance(b, Ratio):
                apart, s = condition.data[0] == "!=", forms.sign(a + -b)
                if not apart or abs(s) == 1:
                    forms.learn(a + -b, said[condition.data[0]] * (s if apart else 1))
    return True


def cells(roots: Sequence[Term], cert: Data) -> Iterator[tuple[dict[Term, Domain], list[tuple[Term, Term, int]]]]:
    """The cells that a certificate cuts the domain into; they leave nothing out."""
    wanted, nodes = atoms(roots), list(dict.fromkeys(n for root in roots for n in postorder(root)))
    pieces = []
    for i, places in cert["breaks"]:
        points = [rational(place) for place in places]
        need(points == sorted(set(points)) and 0 <= i, "breaks in their order")
        pieces.append([(wanted[i], d) for d in cut(home(wanted[i]), points)])
    need(len({p[0][0] for p in pieces}) == len(pieces) and all(pieces), "breaks once for each")
    splits = [(nodes[i], nodes[j]) for i, j in cert["splits"] if min(i, j) >= 0]
    need(all(_total(n) for pair in splits for root in pair for n in postorder(root)), "a split")
    need(3 ** len(splits) * reduce(lambda a, b: a * len(b), pieces, 1) < MOST_CELLS, "too many cells")
    for domains in product(*pieces):
        for signs in product((2, 0, -2), repeat=len(splits)):
            facts = [(a, b, s) for (a, b), s in zip(splits, signs, strict=True)]
            yield dict(domains), facts


def _total(node: Term) -> bool:
    """Whether an operation has a value wherever its arguments have."""
    if node.op == "pow":
        n = node.args[1]
        return n.op == "number" and bool(n.data.value.denominator == 1)
    return node.op in ATOMS | {"number", "add", "mul", "neg", "exp", "max"}


def cut(d: Domain, points: Sequence[Fraction]) -> Iterator[Domain]:
    """A domain in open intervals between points, and the points."""
    low, is_open = d.lower, d.lower_open
    for point in points:
        if (low is None or low < point) and (d.upper is None or point <= d.upper):
            yield Domain(low, point, is_open, True, d.integer, d.excluded)
            low, is_open = point, True
        if d.contains(point):
            yield Domain(point, point)
            low, is_open = point, True
    if low is None or d.upper is None or low < d.upper or (low == d.upper and not is_open):
        yield Domain(low, d.upper, is_open, d.upper_open, d.integer, d.excluded)


# --- records and documents -----------------------------------------------------------------------------

CHECKS: dict[str, Callable[[Part, Data], str]] = {
    "cells": by_cells, "exp": by_exp,
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
