"""Normal forms of the second checker: quotients of polynomials in generators, cell by cell.

Nothing is searched for here: what an exponential, a logarithm or a root is in generators stands in
the certificate, and each such step is verified, by polynomial arithmetic and by signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from symdl.evidence.recheck.values import (
    ATOMS,
    OPERATIONS,
    Nowhere,
    Open,
    Value,
    Walk,
    atoms,
    home,
    need,
    sure,
)
from symdl.evidence.record import Data, rational
from symdl.expression.domain import Domain
from symdl.expression.term import Term, postorder

MOST_WORK, MOST_CELLS = 200_000, 2_000


class Ratio:
    """above / below in lowest terms: polynomials over the rationals in the generators of a ring."""

    def __init__(self, above: Value, below: Value) -> None:
        need(not below.is_zero(), "a denominator is 0", Nowhere)
        common = (
            above.gcd(below) * below.leading_coefficient() / above.gcd(below).leading_coefficient()
        )
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
        sure(
            abs(n) * max(degree, bits) < 40_000
            and (size < 2 or size ** min(abs(n), 20) < MOST_WORK)
        )
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

    def __init__(
        self, cell: Mapping[Term, Domain], given: Data, plain: bool, ordered: bool
    ) -> None:
        super().__init__({})
        slots = given["slots"]
        need(type(slots) is int and 0 <= slots <= 64, "slots")
        self.ring = fmpq_mpoly_ctx.get([f"g{i}" for i in range(slots)], Ordering.lex)
        self.cell, self.slots, self.given = cell, slots, iter(given["forms"])
        self.plain, self.ordered = plain, ordered
        self.ranges: list[tuple[int, int]] = []  # a sign; 1 (2) if it is at most (below) 1
        self.items: list[tuple[Ratio, Ratio | None]] = []  # a value and its logarithm
        self.roots: list[Value] = []  # what is 0: g^q - base, newest first
        self.named: dict[str, Ratio] = {}
        self.learned: list[tuple[Value, int]] = []

    def exactly(self, value: Fraction) -> Ratio:
        """A rational number."""
        return Ratio(
            self.ring.constant(fmpq(value.numerator, value.denominator)), self.ring.constant(1)
        )

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

    def lowest(self, x: Ratio) -> Ratio:
        """The quotient with the relations of roots applied."""
        return Ratio(self.reduced(x.above), self.reduced(x.below)) if self.roots else x

    def vanishes(self, x: Ratio) -> bool:
        """Whether a quotient is 0 wherever it has a value."""
        return bool(self.reduced(x.above).is_zero())

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
        return multiplied(
            self.sign_of(self.reduced(x.above)), 2 * below if abs(below) == 1 else below
        )

    def sign_of(self, p: Value, depth: int = 0) -> int:
        """The sign of a polynomial: by what was learned, by its terms, factors, or at the ends of a
        generator in which it is linear."""
        if p.is_zero():
            return 0
        for known, s in self.learned:
            if p * known.leading_coefficient() == known * p.leading_coefficient():
                return s if p.leading_coefficient() * known.leading_coefficient() > 0 else -s
        found = reduce(added, (self.sign_of_term(m, c) for m, c in p.terms()))
        for known, s in self.learned if found == 9 else ():
            table = known.to_dict()
            for m, c in p.terms():
                if m in table and s:
                    rest = p - known * (c / table[m])
                    signs = [self.sign_of_term(*term) for term in rest.terms()]
                    one = added(reduce(added, signs, 0), s if c / table[m] > 0 else -s)
                    found = one if found == 9 else found
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
            if n:
                s = self.ranges[self.slots - 1 - place][0]
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

    def signum(self, x: Ratio) -> Ratio:
        """The sign, a generator where it is not known."""
        s = self.sign(x)
        return self.exactly(Fraction(s // 2)) if s in (2, 0, -2) else self.function("sign", [x])

    def rule(self, node: Term) -> Value:
        """The value of a node; a sign that its form does not show is learned from the node."""
        value = super().rule(node)
        if self.plain and self.ordered and node.op in ("add", "mul", "pow"):
            args = [self.sign(self.done[a]) for a in node.args]
            s = reduce(added if node.op == "add" else multiplied, args)
            if node.op == "pow":
                n = node.args[1].data.value if node.args[1].op == "number" else 1
                s = 9 if n % 2 or not n else 1
            if s != 9 and self.sign(value) == 9:
                self.learn(value, s)
        return value

    def learn(self, x: Ratio, sign: int) -> None:
        """A sign that holds where both sides of the claim are defined, of the one factor of unknown
        sign."""
        s, (content, factors) = self.sign_of(x.below), x.above.factor()
        unsure = [f for f, n in factors if abs(self.sign_of(f)) != 2 and n == 1]
        others = [
            self.sign_of(f) if n % 2 else 2 if 2 in (abs(sign), abs(self.sign_of(f))) else 9
            for f, n in factors
            if f not in unsure
        ]
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
                sure(exponent, "a root of degree 0")
                exponent = 1 / exponent
            if exponent is not None and exponent.denominator == 1:
                sure(abs(exponent) < 10_000)
                return args[0] ** int(exponent)
            if exponent is not None:
                return self.rooted(args[0], exponent, node.op == "root")
            if self.vanishes(args[0]) and self.sign(args[1]) == 2:
                return args[0]
            sure(
                node.op == "pow" and self.sign(args[0]) == 2, "a power of what may not be positive"
            )
            base, items = self.form("power", args, "base", "items")
            need(self.vanishes(self.product(base) + -args[0]), "a wrong base")
            need(
                all(self.sign(self.items[i][0]) == 2 for i, _ in base),
                "a base that may be negative",
            )
            need(
                self.vanishes(self.logarithm(items) + -(self.logarithm(base) * args[1])),
                "a wrong power",
            )
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
        turns = name in ("erf", "sin", "arctan", "arcsin", "cos")
        if turns and self.vanishes(args[0]):
            return self.exactly(Fraction(name == "cos"))
        if turns and args[0].above.leading_coefficient() < 0:
            turned = self.function(name, [-args[0]])
            return turned if name == "cos" else -turned
        key = f"{name} {[str(self.lowest(a)) for a in args]}"
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
        need(
            self.sign(u) not in (-1, -2) or (real and exponent.denominator % 2),
            "a root of what is negative",
            Nowhere,
        )
        if self.plain and not (real and exponent.denominator % 2):
            self.learn(u, 1)
        if self.vanishes(u) and exponent > 0:
            return u
        (value,) = self.form("root", [u, self.exactly(exponent)], "value")
        found = self.ratio(value)
        need(self.vanishes(found**exponent.denominator + -(u**exponent.numerator)), "a wrong root")
        need(
            (real and exponent.denominator % 2) or self.sign(found) in (0, 1, 2), "a negative root"
        )
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
            below = s in (-1, -2)
            g = self.generator(2, -s) if below else self.generator(s if s in (1, 2) else 2)
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
            assert log is not None
            found = found + log * self.exactly(Fraction(n))
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


def verified(
    forms: Forms,
    sides: Sequence[Term],
    relation: str,
    conditions: Iterable[Term],
    facts: Iterable[tuple[Term, Term, int]],
    function: Term | None = None,
) -> None:
    """Raise Bad unless the relation holds in a cell, or nothing is claimed there: no side has a
    value, a condition fails, or a case of the function ends."""
    try:
        for a, b, s in facts:
            apart = forms(a) + -forms(b)
            need(forms.sign_of(apart.below) == 2, "a split that is no sign")
            forms.learned.append((apart.above, s))
        if function is not None and _ends(forms, function):
            return
        for condition in conditions:
            if not holds(forms, condition):
                return
        left, right = (forms(side) for side in sides)
    except Nowhere:
        return
    if RELATED[relation] == {0}:
        p = forms.reduced((left + -right).above)
        zeros = (known for known, sign in forms.learned if not sign)
        same = p.is_zero() or any(divmod(p, zero)[1].is_zero() for zero in zeros)
        need(same, "the sides have different forms")
    else:
        need(forms.sign(left + -right) in RELATED[relation], "the forms do not show the order")


def _ends(forms: Forms, function: Term) -> bool:
    """Whether the sides of a condition or of a maximum in a term are equal in a cell that is cut
    out as a point, or by a difference that is 0."""
    cut_out = any(d.lower is not None and d.lower == d.upper for d in forms.cell.values())
    if not cut_out and all(s for _, s in forms.learned):
        return False
    try:
        forms(function)
    except Open:
        return False
    for node in postorder(function):
        for a, b in pairwise(node.args if node.op in ("relation", "max") else ()):
            x, y = forms.done.get(a), forms.done.get(b)
            if isinstance(x, Ratio) and isinstance(y, Ratio) and forms.sign(x + -y) == 0:
                return True
    return False


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


def cells(
    roots: Sequence[Term], cert: Data
) -> Iterator[tuple[dict[Term, Domain], list[tuple[Term, Term, int]]]]:
    """The cells that a certificate cuts the domain into; they leave nothing out."""
    wanted, nodes = atoms(roots), list(dict.fromkeys(n for root in roots for n in postorder(root)))
    pieces = []
    for i, places in cert["breaks"]:
        points = [rational(place) for place in places]
        need(points == sorted(set(points)) and i >= 0, "breaks in their order")
        pieces.append([(wanted[i], d) for d in cut(home(wanted[i]), points)])
    need(len({p[0][0] for p in pieces}) == len(pieces) and all(pieces), "breaks once for each")
    splits = [(nodes[i], nodes[j]) for i, j in cert["splits"] if min(i, j) >= 0]
    need(all(_total(n) for pair in splits for root in pair for n in postorder(root)), "a split")
    need(
        3 ** len(splits) * reduce(lambda a, b: a * len(b), pieces, 1) < MOST_CELLS, "too many cells"
    )
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
