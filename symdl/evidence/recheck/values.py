"""Values of terms at points, by a table of the second checker's own, and its own rules of slopes.

What words mean (the rows' definitions) is the expression room's to say; how an operation is
evaluated is said here once for balls (`arb`) and Taylor series (`arb_series`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from random import Random
from typing import Any

from flint import arb, arb_series, fmpq

from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, number, postorder

BITS, TRIED = 320, 400
ATOMS = frozenset({"symbol", "entry", "label", "prime"})
LOGIC = frozenset({"relation", "and", "or", "not", "interval"})
ALLOWED = {
    "=": {0},
    "equiv": {0},
    "approx": {0},
    "!=": {-1, 1},
    "<": {-1},
    "<=": {-1, 0},
    ">": {1},
    ">=": {0, 1},
}
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
            return all(self.link(*link) for link in links)
        if node.op == "interval" or infinite(node):
            return None
        args = [self.known(a) for a in node.args] if node.op not in ATOMS else []
        if node.op in ("and", "or", "not"):
            return not args[0] if node.op == "not" else (all if node.op == "and" else any)(args)
        if node.op == "number" or (node.op == "pow" and node.args[1] is number(0)):
            return self.exactly(node.data.value if node.op == "number" else Fraction(1))
        if node.op == "sign":
            return self.signum(args[0])
        return reduce(self.larger, args) if node.op == "max" else self.operation(node, args)

    def signum(self, x: Value) -> Value:
        """The sign of a value."""
        return self.exactly(Fraction(self.order(x, self.exactly(Fraction(0)))))

    def link(self, relation: str, a: Term, b: Term) -> bool:
        """Whether `a relation b` holds."""
        if relation == "in" and b.op == "interval":
            kinds = (">" if b.data[0] == "(" else ">=", "<" if b.data[1] == ")" else "<=")
            ends = zip(kinds, b.args, strict=True)
            return all(self.link(kind, a, end) for kind, end in ends if not infinite(end))
        sure(relation in ALLOWED, f"the relation {relation}")
        return self.order(self.known(a), self.known(b)) in ALLOWED[relation]

    def larger(self, a: Value, b: Value) -> Value:
        """The larger one of two values."""
        return a if self.order(a, b) >= 0 else b


def infinite(node: Term) -> int:
    """1 for infinity, -1 for minus infinity, else 0."""
    inner = node.args[0] if node.op == "neg" else node
    return (inner.op == "constant" and inner.data == "infinity") * (1 if inner is node else -1)


# --- values at points ------------------------------------------------------------------------


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
        sure(node.op not in ATOMS and name in OPERATIONS, f"no value of {name}")
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
    """The declared domain of an atom: that of the symbol it is an entry of."""
    while atom.op in ATOMS and atom.op != "symbol":
        atom = atom.args[0]
    return atom.data.domain if atom.op == "symbol" else Domain()


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


def slope(root: Term, x: Term) -> Term:
    """The derivative of a core term in an atom, by rules of the checker's own; undefined where a
    maximum has two slopes."""
    done: dict[Term, Term] = {}
    for node in postorder(root):
        us, vs = node.args, [done[a] for a in node.args] if node.op not in ATOMS else []
        if node.op == "piecewise":
            pairs = [x for c, v in zip(us[1::2], vs[::2], strict=False) for x in (v, c)]
            done[node] = make("piecewise", *pairs, *(vs[-1:] if len(us) % 2 else ()))
        elif node.op == "max" and len(us) == 2:
            cases = [
                (vs[0], us[0], ">", us[1]),
                (vs[1], us[0], "<", us[1]),
                (vs[0], vs[0], "=", vs[1]),
            ]
            terms = [t for v, a, r, b in cases for t in (v, make("relation", a, b, data=(r,)))]
            done[node] = make("piecewise", *terms)
        elif node is x or node.op in LOGIC or all(v is number(0) for v in vs):
            done[node] = number(int(node is x))
        else:
            sure(node.op in SLOPES, f"no slope of {node.op}")
            done[node] = SLOPES[node.op](us, vs)
    return done[root]


def _of_product(us: Sequence[Term], vs: Sequence[Term]) -> Term:
    terms = [reduce(lambda a, b: a * b, [*us[:i], v, *us[i + 1 :]]) for i, v in enumerate(vs)]
    return make("add", *terms)


def _of_power(us: Sequence[Term], vs: Sequence[Term]) -> Term:
    (u, n), (du, dn) = us, vs
    if dn is number(0):
        return n * u ** (n - 1) * du
    return u**n * (dn * make("log", u) + n * du / u)


def _outer(rule: Callable[[Term], Term]) -> Callable[[Sequence[Term], Sequence[Term]], Term]:
    return lambda us, vs: rule(us[0]) * vs[0]


_GAUSS = _outer(lambda u: 2 * make("exp", -(u * u)) / make("sqrt", make("constant", data="pi")))
SLOPES: dict[str, Callable[[Sequence[Term], Sequence[Term]], Term]] = {
    "add": lambda us, vs: make("add", *vs),
    "neg": lambda us, vs: -vs[0],
    "mul": _of_product,
    "div": lambda us, vs: (vs[0] * us[1] - us[0] * vs[1]) / (us[1] * us[1]),
    "pow": _of_power,
    "exp": _outer(lambda u: make("exp", u)),
    "log": _outer(lambda u: 1 / u),
    "sqrt": _outer(lambda u: 1 / (2 * make("sqrt", u))),
    "erf": _GAUSS,
    "erfc": lambda us, vs: -_GAUSS(us, vs),
    "sin": _outer(lambda u: make("cos", u)),
    "cos": _outer(lambda u: -make("sin", u)),
    "arctan": _outer(lambda u: 1 / (1 + u * u)),
    "sign": _outer(lambda u: number(0)),
    "floor": _outer(lambda u: number(0)),
}
