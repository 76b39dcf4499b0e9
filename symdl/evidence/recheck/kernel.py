"""The kernel: proofs in a small language of steps, verified by polynomial arithmetic.

In a branch of a proof terms are quotients of polynomials in generators, and of some it is known
which signs they may have. Nothing is searched for; docs/evidence.md lists the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any

from flint import Ordering, arb, arb_series, fmpq, fmpq_mpoly_ctx

from symdl.evidence.meaning import (
    ANY,
    ATOMS,
    SIGNS,
    Nowhere,
    Open,
    Signs,
    bounds,
    core,
    home,
    links,
    need,
    sure,
)
from symdl.evidence.recheck.rules import BALLS, RULES
from symdl.evidence.record import Data, Part, rational
from symdl.expression.term import Term, postorder

DEEPEST, SLOTS, MOST_WORK, LARGEST_POWER = 200, 256, 40_000, 400
PRECISION = 320, 2
"""Bits of balls, and terms of power series."""
EQUAL, LESS, MORE, APART = SIGNS["="], SIGNS["<"], SIGNS[">"], SIGNS["!="]
EVERYWHERE = {"exp", "erf", "sin", "cos", "arctan", "pi", "floor"}
"""Functions that have a value wherever their arguments do."""
Value = Any
"""A polynomial of FLINT, a ball, a quotient."""


class Ratio:
    """above / below in lowest terms: polynomials over the rationals, of bounded size."""

    def __init__(self, above: Value, below: Value) -> None:
        sure(not below.is_zero(), "a denominator is 0")
        common = above.gcd(below)
        common *= below.leading_coefficient() / common.leading_coefficient()
        self.above, self.below = above / common, below / common

    def of(self, n: Value) -> Ratio:
        """A number, or a quotient as it is."""
        return n if isinstance(n, Ratio) else Ratio(self.below**0 * n, self.below**0)

    def __add__(self, n: Ratio | int) -> Ratio:
        other = self.of(n)
        above = times(self.above, other.below) + times(other.above, self.below)
        return Ratio(above, times(self.below, other.below))

    def __mul__(self, n: Ratio | int) -> Ratio:
        other = self.of(n)
        return Ratio(times(self.above, other.above), times(self.below, other.below))

    def __neg__(self) -> Ratio:
        return self * -1

    def __sub__(self, n: Ratio | int) -> Ratio:
        return self + -self.of(n)

    def __pow__(self, n: int) -> Ratio:
        above, below = (self.above, self.below) if n >= 0 else (self.below, self.above)
        size = max(len(above), len(below)) ** min(abs(n), 20)
        bits = (c.height_bits() for p in (above, below) for c in p.coeffs())
        degree = max(above.total_degree(), below.total_degree(), *bits)
        sure(size < MOST_WORK and abs(n) * degree < MOST_WORK, "too large")
        return Ratio(above ** abs(n), below ** abs(n))


def times(a: Value, b: Value) -> Value:
    """A product of polynomials of bounded size."""
    sure(len(a) * len(b) < MOST_WORK, "too large")
    return a * b


class Walk:
    """Values of core terms; what no case chooses needs none."""

    def __init__(self, known: dict[Term, Value]) -> None:
        self.known = {**known}

    def __call__(self, root: Term) -> Value:
        """The value. Raises Open where there is none or it is not known."""
        stack = [root]
        while stack:
            node = stack[-1]
            missing = [n for n in self.needed(node) if n not in self.known]
            if node not in self.known and not missing:
                self.known[node] = self.operation(node, [self.known[n] for n in self.needed(node)])
            stack += [] if node in self.known else missing[::-1]
            if node in self.known:
                stack.pop()
        return self.known[root]

    def needed(self, node: Term) -> Sequence[Term]:
        """Whose values a node needs next."""
        need(node.op != "nowhere", "no case holds", Nowhere)
        if node.op == "choose" and node.args[0] in self.known:
            found = self.signs(self.known[node.args[0]])
            sure(found <= MORE or found <= EQUAL, "a condition is 1 or 0")
            return node.args[1:2] if found <= MORE else node.args[2:]
        return () if node.op in ATOMS else node.args[:1] if node.op == "choose" else node.args

    def signs(self, x: Value) -> Signs:
        """The signs that a value may have."""
        raise NotImplementedError

    def operation(self, node: Term, args: list[Value]) -> Value:
        """The value of a node from those it needs."""
        raise NotImplementedError


class Branch(Walk):
    """What is known of a claim where some quotients have given signs."""

    def __init__(self, part: Part, slots: int) -> None:
        super().__init__({})
        need(type(slots) is int and 0 <= slots <= SLOTS, "slots")
        self.ring = fmpq_mpoly_ctx.get([f"g{i}" for i in range(slots)], Ordering.lex)
        self.part, self.empty, self.total = part, False, False
        self.made: list[tuple[str, list[Ratio]]] = []  # function and arguments of each generator
        self.moves: list[bool] = []  # whether it may depend on the atom that is large
        self.facts: dict[Data, tuple[Value, Signs]] = {}  # of polynomials, by their terms
        self.zeros: list[Value] = []
        self.steps: Iterator[Data] = iter(())

    def prove(self, proof: Data, depth: int = 0) -> None:
        """Raise Bad unless the steps of a proof, and those of its branches, prove the claim."""
        need(depth < DEEPEST, "too many branches")
        self.steps = iter(proof["steps"])
        sides = self.walked()
        for step in self.steps:
            self.step(step)
        if "split" in proof:
            x = self.ratio(proof["split"])
            need(self.signs(x) <= {s for signs, _ in proof["branches"] for s in signs}, "a gap")
            for signs, inner in proof["branches"]:
                self.branch(x, frozenset(signs)).prove(inner, depth + 1)
        elif not self.empty:
            known = sides is not None and self.signs(sides) <= SIGNS[self.part.relation]
            need(known, "this does not follow" if sides else "a sign or a form is not known")

    def branch(self, x: Ratio, signs: Signs) -> Branch:
        """The branch in which a quotient has one of these signs."""
        found = copy(self)
        found.__dict__ |= {k: copy(v) for k, v in vars(self).items() if isinstance(v, list | dict)}
        found.learn(x, signs)
        return found

    def walked(self) -> Ratio | None:
        """The difference of the sides, as far as it can be known here."""
        self.total = False  # what a condition says is defined where it holds
        for condition in self.part.conditions:
            try:
                for a, relation, b in links(condition):
                    self.learn(self(core(a)) - self(core(b)), SIGNS[relation])
            except Open as problem:  # it is not used
                self.empty = self.empty or isinstance(problem, Nowhere)
        self.total = self.part.total
        try:
            left: Ratio = self(core(self.part.left))
            right: Ratio = self(core(self.part.right or self.part.left))
            return left - right
        except Open as problem:
            self.empty = self.empty or (isinstance(problem, Nowhere) and not self.total)
            return None

    # facts

    def reduced(self, p: Value) -> Value:
        """A polynomial modulo those that are 0, where it stays of bounded size."""
        for zero in self.zeros:
            times_in = p.total_degree() // max(sum(zero.monomial(0)), 1)
            size = len(p) * max(len(zero) - 1, 1) ** min(max(times_in, 0), 20)
            sure(size < MOST_WORK and times_in < LARGEST_POWER, "too large")
            p = divmod(p, zero)[1]
        return p

    def signs(self, x: Value) -> Signs:
        """The signs that a quotient may have: by its terms, and by what is known of it."""
        return self.signs_of(self.reduced(times(self.reduced(x.above), x.below)))

    def signs_of(self, p: Value) -> Signs:
        """The same of a reduced polynomial."""
        if p.is_zero():
            return EQUAL
        lead = p.leading_coefficient()
        _, known = self.facts.get(tuple((p / lead).terms()), (p, ANY))
        found = product([known, MORE if lead > 0 else LESS])
        if len(p) == 1 and p.total_degree() == 1:
            return found
        of = {i: self.signs_of(self.ring.gen(i)) for i, n in enumerate(p.degrees()) if n}
        turned = [(m, MORE if c > 0 else LESS) for m, c in p.terms()]
        each = (product([s, *(raised(of[i], n) for i, n in enumerate(m) if n)]) for m, s in turned)
        by_terms: Signs = reduce(added, each, EQUAL)
        return found & by_terms

    def learn(self, x: Ratio, signs: Signs) -> None:
        """Add a fact; a branch in which no sign is left is empty."""
        p = self.reduced(x.above if signs == EQUAL else times(x.above, x.below))
        known = self.signs_of(p)
        self.empty = self.empty or not known & signs
        if known & signs and not known <= signs:
            turned = MORE if p.leading_coefficient() > 0 else LESS
            p /= p.leading_coefficient()
            self.facts[tuple(p.terms())] = p, product([known & signs, turned])
            self.zeros[:0] = [p] if known & signs == EQUAL else []

    def equal(self, a: Ratio, b: Ratio) -> bool:
        """Whether two quotients are certainly equal."""
        return self.signs(a - b) <= EQUAL

    def demand(self, x: Ratio, signs: Signs) -> None:
        """What is walked over is defined, for else nothing is claimed; or this must be known."""
        if not self.total:
            self.learn(x, signs)
        sure(not self.total or self.compare(x) <= signs, "it may be undefined")

    # values of terms

    def exactly(self, value: Fraction | int) -> Ratio:
        """A rational number."""
        one = self.ring.constant(1)
        return Ratio(one * fmpq(value.numerator, value.denominator), one)

    def compare(self, x: Ratio) -> Signs:
        """The signs that a quotient may have, where they choose a case."""
        self.next("known")
        return self.signs(x)

    def generator(self, name: str, args: list[Ratio]) -> Ratio:
        """A new generator; in the order of the ring it stands before the older ones."""
        sure(len(self.made) < self.ring.nvars(), "no slot is left")
        self.moves.append(name == "large" or any(map(self.moving, args)))
        self.made.append((name, args))
        return self.numbered(len(self.made) - 1)

    def numbered(self, i: int) -> Ratio:
        """A generator by its number."""
        return Ratio(self.ring.gen(self.ring.nvars() - 1 - i), self.ring.constant(1))

    def operation(self, node: Term, args: list[Value]) -> Value:
        """A field operation, or what the next form says, or a generator of its own."""
        op = node.op
        if op in ATOMS:
            return self.atom(node)
        if op == "number":
            return self.exactly(node.data.value)
        if op in ("add", "mul"):
            return reduce(add if op == "add" else mul, args)
        if op in ("neg", "choose"):
            return -args[0] if op == "neg" else args[0]
        if op == "div":
            self.demand(args[1], APART)
            return args[0] * args[1] ** -1
        if op == "max":
            found = self.compare(args[0] - args[1])
            sure(found <= SIGNS[">="] or found <= SIGNS["<="], "it is not known which is larger")
            return args[found <= SIGNS["<="]]
        if op == "test":
            found, allowed = self.compare(args[0]), SIGNS[node.data]
            sure(found <= allowed or not found & allowed, "a case is not decided")
            return self.exactly(found <= allowed)
        if op == "pow":
            return self.power(*args)
        if op == "exp":
            return self.exponential(args[0])
        if op == "log":
            self.demand(args[0], MORE)
            return self.logarithm(args[0])
        if op == "erfc":
            return -self.function("erf", args) + 1
        return self.function(op if args else node.data, args)

    def atom(self, node: Term) -> Ratio:
        """A generator for an atom, with what its domain says."""
        sure(node.shape == (), "an array")
        moves = self.part.large is not None and self.part.large in postorder(node)
        g = self.known[node] = self.generator("large" if moves else "atom", [])
        self.learn(g, MORE if home(node).positive else ANY)
        for a, relation, b in (link for bound in bounds(node) for link in links(bound)):
            self.learn(self(a) - self(b), SIGNS[relation])
        return g

    def function(self, name: str, args: list[Ratio]) -> Ratio:
        """A generator for a function of which rules may be known; equal on equal arguments."""
        sure(name in BALLS, f"no value of {name}")
        for i, (other, old) in enumerate(self.made):
            if other == name and all(map(self.equal, args, old)):
                return self.numbered(i)
        g = self.generator(name, args)
        everywhere = name in EVERYWHERE or not self.total
        sure(everywhere or self.enclosed(g, {}).is_finite(), "it may be undefined")
        return g

    def power(self, u: Ratio, exponent: Ratio) -> Ratio:
        """A power: by arithmetic, or by logarithms."""
        n = constant(exponent)
        if n is not None and n.q == 1:
            self.demand(u, APART if n < 0 else ANY)
            return u ** int(n.p)
        if n is not None:
            self.demand(u, SIGNS[">="] if n > 0 else MORE)
        found = self.compare(u)
        if found <= EQUAL and self.compare(exponent) <= MORE:
            return u
        sure(found <= MORE, "a base of any sign")
        return self.exponential(exponent * self.logarithm(u))

    def exponential(self, u: Ratio) -> Ratio:
        """An exponential, as the product of powers of items that a form says."""
        value, logarithm = self.together(self.form("exp", u))
        need(self.equal(logarithm, u), "a wrong exponential")
        return value

    def logarithm(self, u: Ratio) -> Ratio:
        """A logarithm, as the sum of logarithms that a form says."""
        value, logarithm = self.together(self.form("log", u))
        need(self.equal(value, u), "wrong factors of a logarithm")
        return logarithm

    def together(self, form: Data) -> tuple[Ratio, Ratio]:
        """A product of powers of exponentials, and of what logarithms are of; its logarithm."""
        value, logarithm = self.exactly(1), self.exactly(0)
        for i, n in form:
            need(type(n) is int, "no power")
            v, log = self.pair(place(i))
            value, logarithm = value * v**n, logarithm + log * n
        return value, logarithm

    def pair(self, i: int) -> tuple[Ratio, Ratio]:
        """A positive value with its logarithm, of which one is a generator."""
        name, (u, *_) = self.made[i]
        need(name in ("exp", "log"), "no exponential and no logarithm")
        return (self.numbered(i), u) if name == "exp" else (u, self.numbered(i))

    # steps

    def form(self, _kind: str, _asked: Ratio) -> Data:
        """What the next form of the proof says; the steps before it are done."""
        return self.next("form")[1]

    def next(self, name: str) -> Data:
        """The next step of a name; the steps before it are done."""
        for step in self.steps:
            if step[0] == name:
                return step
            self.step(step)
        raise Open("no form is left")

    def step(self, step: Data) -> None:
        """One step of a proof."""
        need(step[0] in STEPS, "no step of this name")
        STEPS[step[0]](self, *step[1:])

    def value(self, name: str, *args: Data) -> None:
        """A generator for a function that has a value there."""
        found = [self.ratio(x) for x in args]
        positive = name == "log" and self.signs(found[0]) <= MORE
        need(name in EVERYWHERE or positive, "it may be undefined")
        need(len(args) == (name != "pi"), "no arguments of it")
        g = self.generator(name, found)
        self.learn(g, MORE if name == "exp" else ANY)

    def law(self, form: Data) -> None:
        """A product of powers is to 1 as its logarithm is to 0."""
        value, logarithm = self.together(form)
        signs = self.signs(value - 1) & self.signs(logarithm)
        self.learn(value - 1, signs)
        self.learn(logarithm, signs)

    def sum(self, terms: Data) -> None:
        """A sum of products of powers has a sign that those of the factors leave."""
        found, signs = self.exactly(0), EQUAL
        for term in terms:
            value, by = self.exactly(1), MORE
            for data, n in term:
                x = self.ratio(data)
                value, by = value * x ** place(n), product([by, raised(self.signs(x), n)])
            found, signs = found + value, added(signs, by)
        self.learn(found, signs)

    def rule(self, name: str, places: Data, *numbers: Data) -> None:
        """A row of the table of rules, if its side conditions are known."""
        functions, row = RULES[name]
        need(tuple(self.made[place(i)][0] for i in places) == functions, "of another function")
        values = [x for i in places for x in (self.numbered(i), *self.made[i][1])]
        need(all(place(n) < 100 for n in numbers), "too large")
        *conditions, (x, relation) = row(*values, *numbers)
        need(all(self.signs(y) <= SIGNS[r] for y, r in conditions), "a side condition is not known")
        self.learn(x, SIGNS[relation])

    def ball(self, data: Data, *boxes: Data) -> None:
        """The sign of a quotient by balls, of atoms those that they are known to lie in; and by
        the mean value theorem in the first of these."""
        x, cells = self.ratio(data), {}
        for i, *ends in boxes:
            low, high = map(rational, ends)
            g, cells[place(i)] = self.numbered(i), exact(low).union(exact(high))
            need(self.signs(g - self.exactly(low)) <= SIGNS[">="], "it may be lower")
            need(self.signs(g - self.exactly(high)) <= SIGNS["<="], "it may be higher")
        found = sign_of(self.enclosed(x, cells))
        for i, cell in [*cells.items()][: len(found) > 1]:
            mid, slope = arb(cell.mid()), self.enclosed(x, cells | {i: arb_series([cell, 1])})[1]
            found &= sign_of(self.enclosed(x, cells | {i: mid}) + slope * (cell - mid))
        self.learn(x, found)

    def enclosed(self, x: Ratio, cells: dict[int, Value]) -> Value:
        """A quotient, where atoms are in some balls, or are power series."""
        at: list[tuple[str, Value]] = []
        for i, (name, args) in enumerate(self.made):
            balls = [evaluated(y, at) for y in args]
            if name in BALLS:
                at.append((name, balls[0] if name == "exp" else BALLS[name](*balls)))
            else:
                at.append((name, cells.get(i, arb.nan())))
        return evaluated(x, at)

    def large(self, data: Data) -> None:
        """The atom that is large is larger than what does not depend on it."""
        x, t = self.ratio(data), self.known[self.part.large or self.part.left]
        need(self.part.large is not None, "nothing is large")
        need(not self.moving(x), "this depends on it")
        self.learn(t - x, MORE)

    def moving(self, x: Ratio) -> bool:
        """Whether a quotient may depend on the atom of which large values are meant."""
        return any(self.moves[i] for i in self.generators(x))

    def generators(self, x: Ratio) -> set[int]:
        """The generators in a quotient."""
        last = self.ring.nvars() - 1
        return {last - i for p in (x.above, x.below) for i, n in enumerate(p.degrees()) if n > 0}

    def ratio(self, data: Data) -> Ratio:
        """A quotient as it is written: one or two lists of [coefficient, generator, exponent, ...];
        what stands below is not 0."""
        made = [self.ring.constant(0), self.ring.constant(0)]
        for i, terms in enumerate(data):
            for coefficient, *powers in terms:
                c = rational(coefficient)
                monomial = self.ring.constant(1) * fmpq(c.numerator, c.denominator)
                for g, n in zip(powers[::2], powers[1::2], strict=True):
                    need(place(g) < len(self.made) and place(n) < 10_000, "no monomial")
                    monomial *= self.ring.gen(self.ring.nvars() - 1 - g) ** n
                made[i] += monomial
        below = made[1] if len(data) > 1 else self.ring.constant(1)
        need(0 not in self.signs_of(self.reduced(below)), "a denominator that may be 0")
        return Ratio(made[0], below)


def place(i: Data) -> int:
    """A number of JSON that is a place in a list."""
    need(type(i) is int and i >= 0, "no place")
    return int(i)


def exact(value: Fraction) -> Value:
    """The ball of a rational number."""
    return arb(fmpq(value.numerator, value.denominator))


def sign_of(x: Value) -> Signs:
    """The signs that a ball may have."""
    return frozenset(s for s, out in ((-1, x >= 0), (0, x != 0), (1, x <= 0)) if not out)


def evaluated(x: Ratio, at: Sequence[tuple[str, Value]]) -> Value:
    """A quotient of polynomials in generators, these at balls; of exponentials it is what they are
    of. Both sides are divided by the exponentials in the largest term that stands below."""
    gens = [("", arb.nan())] * (len(x.below.degrees()) - len(at)) + [*at][::-1]

    def total(p: Value, lead: Sequence[int]) -> list[Value]:
        rows = [(c, zip(gens, m, lead, strict=True)) for m, c in p.terms()]
        return [
            reduce(mul, (power(g, n, k) for g, n, k in row if n or k), arb(c)) for c, row in rows
        ]

    sizes = [v[0] if isinstance(v, arb_series) else v for v in total(x.below, [0] * len(gens))]
    lead, _ = max(zip(x.below.monoms(), sizes, strict=True), key=lambda pair: abs(pair[1].mid()))
    return sum(total(x.above, lead), arb(0)) / sum(total(x.below, lead), arb(0))


def power(g: tuple[str, Value], n: int, lead: int) -> Value:
    """A power of a generator; of an exponential divided by another power."""
    return (g[1] * (n - lead)).exp() if g[0] == "exp" else g[1] ** n


def constant(x: Ratio) -> Value:
    """The number that a quotient is, or None."""
    if not (x.above.is_constant() and x.below.is_constant()):
        return None
    return x.above.leading_coefficient() if x.above else fmpq(0)


def product(signs: Iterable[Signs]) -> Signs:
    """The signs that a product may have."""
    return reduce(lambda a, b: frozenset(s * t for s in a for t in b), signs, SIGNS[">"])


def added(a: Signs, b: Signs) -> Signs:
    """The signs that a sum may have."""
    return frozenset(u for s in a for t in b for u in (ANY if s * t < 0 else (s or t,)))


def raised(signs: Signs, n: int) -> Signs:
    """The signs that a power may have."""
    return signs if n % 2 else frozenset(s * s for s in signs) if n else SIGNS[">"]


STEPS: dict[str, Callable[..., None]] = {
    "value": Branch.value, "law": Branch.law, "sum": Branch.sum, "rule": Branch.rule,
    "ball": Branch.ball, "large": Branch.large,
}  # fmt: skip
