"""The kernel: proofs in a small language of steps, verified by polynomial arithmetic.

In a branch of a proof terms are quotients of polynomials in generators, and of some it is known
which signs they may have. Nothing is searched for; docs/evidence.md lists the steps.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from fractions import Fraction
from functools import reduce

from flint import Ordering, arb, fmpq, fmpq_mpoly_ctx

from symdl.evidence.meaning import (
    ANY,
    ATOMS,
    SIGNS,
    Nowhere,
    Open,
    Signs,
    core,
    home,
    links,
    need,
    sure,
)
from symdl.evidence.recheck.balls import OPERATIONS, Value, Walk
from symdl.evidence.recheck.ratio import Ratio, times
from symdl.evidence.recheck.rules import RULES, added, product, raised
from symdl.evidence.record import Data, Part, rational
from symdl.expression.term import Term, postorder

DEEPEST, SLOTS = 200, 256
EQUAL, LESS, MORE, APART = SIGNS["="], SIGNS["<"], SIGNS[">"], SIGNS["!="]


class Branch(Walk):
    """What is known of a claim where some quotients have given signs."""

    def __init__(self, part: Part, slots: int) -> None:
        super().__init__({})
        need(type(slots) is int and 0 <= slots <= SLOTS, "slots")
        self.ring = fmpq_mpoly_ctx.get([f"g{i}" for i in range(slots)], Ordering.lex)
        self.part, self.empty, self.total = part, False, False
        self.made: list[tuple[str, list[Ratio]]] = []  # function and arguments of each generator
        self.facts: list[tuple[Value, Signs]] = []  # of polynomials with leading coefficient 1
        self.zeros: list[Value] = []
        self.items: list[tuple[Ratio, Ratio]] = []  # positive values and their logarithms
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
            for sign, inner in zip(sorted(self.signs(x)), proof["branches"], strict=True):
                branch = copy(self)
                for name in ("known", "made", "facts", "zeros", "items"):
                    setattr(branch, name, copy(getattr(self, name)))
                branch.learn(x, frozenset({sign}))
                branch.prove(inner, depth + 1)
        elif not self.empty:
            known = sides is not None and self.signs(sides) <= SIGNS[self.part.relation]
            need(known, "this does not follow" if sides else "a sign or a form is not known")

    def walked(self) -> Ratio | None:
        """The difference of the sides, as far as it can be known here."""
        self.total = False  # what a condition says is defined where it holds
        for condition in self.part.conditions:
            try:
                for a, relation, b in links(core(condition)):
                    self.learn(self(a) - self(b), SIGNS[relation])
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
        """A polynomial modulo those that are 0."""
        for zero in self.zeros:
            p = divmod(p, zero)[1]
        return p

    def signs(self, x: Ratio) -> Signs:
        """The signs that a quotient may have: by its terms, and by what is known of it."""
        return self.signs_of(self.reduced(times(self.reduced(x.above), x.below)))

    def signs_of(self, p: Value) -> Signs:
        """The same of a reduced polynomial."""
        found = ANY
        for known, signs in self.facts:
            if len(known) == len(p) and known * p.leading_coefficient() == p:
                found &= product([signs, MORE if p.leading_coefficient() > 0 else LESS])
        if len(p) == 1 and p.total_degree() == 1:
            return found
        by_terms = EQUAL
        for m, c in p.terms():
            powers = [raised(self.signs_of(self.ring.gen(i)), n) for i, n in enumerate(m) if n]
            by_terms = added(by_terms, product([*powers, MORE if c > 0 else LESS]))
        return found & by_terms

    def learn(self, x: Ratio, signs: Signs) -> None:
        """Add a fact; a branch in which no sign is left is empty."""
        p = self.reduced(x.above if signs == EQUAL else times(x.above, x.below))
        known = self.signs_of(p)
        if not known & signs:
            self.empty = True
        elif not known <= signs:
            turned = MORE if p.leading_coefficient() > 0 else LESS
            p /= p.leading_coefficient()
            self.facts.append((p, product([known & signs, turned])))
            self.zeros[:0] = [p] if known & signs == EQUAL else []

    def equal(self, a: Ratio, b: Ratio) -> bool:
        """Whether two quotients are certainly equal."""
        return self.signs(a - b) <= EQUAL

    def demand(self, x: Ratio, signs: Signs) -> None:
        """What is walked over is defined, for else nothing is claimed; or this must be known."""
        if not self.total:
            self.learn(x, signs)
            return
        self.next("known")
        sure(self.signs(x) <= signs, "it may be undefined")

    # values of terms

    def exactly(self, value: Fraction | int) -> Ratio:
        """A rational number."""
        one = self.ring.constant(1)
        return Ratio(one * fmpq(value.numerator, value.denominator), one)

    def compare(self, a: Ratio, b: Ratio) -> Signs:
        """The signs that a - b may have."""
        if self.total:
            self.next("known")
        return self.signs(a - b)

    def generator(self, name: str, args: list[Ratio]) -> Ratio:
        """A new generator; in the order of the ring it stands before the older ones."""
        sure(len(self.made) < self.ring.nvars(), "no slot is left")
        self.made.append((name, args))
        return Ratio(self.ring.gen(self.ring.nvars() - len(self.made)), self.ring.constant(1))

    def operation(self, node: Term, args: list[Ratio]) -> Ratio:
        """A field operation, or what the next form says, or a generator of its own."""
        op = node.op
        if op in ATOMS:
            return self.atom(node)
        if op in ("add", "mul", "neg"):
            found: Ratio = OPERATIONS[op](*args)
            return found
        if op == "div":
            self.demand(args[1], APART)
            return args[0] * args[1] ** -1
        if op in ("pow", "sqrt", "root"):
            return self.power(op, *args)
        if op == "exp" or (op == "constant" and node.data == "e"):
            return self.exponential(args[0] if args else self.exactly(1))
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
        g, d = self.generator("large" if moves else "atom", []), home(node)
        if d.lower is not None:
            self.learn(g, MORE if d.lower > 0 else ANY)
            self.learn(g - self.exactly(d.lower), SIGNS[">" if d.lower_open else ">="])
        if d.upper is not None:
            self.learn(g, LESS if d.upper < 0 else ANY)
            self.learn(g - self.exactly(d.upper), SIGNS["<" if d.upper_open else "<="])
        for place in d.excluded:
            self.learn(g - self.exactly(place), APART)
        return g

    def function(self, name: str, args: list[Ratio]) -> Ratio:
        """A generator for a function of which rules may be known; equal on equal arguments."""
        sure(name in (EVERYWHERE if self.total else OPERATIONS), f"no value of {name}")
        for i, (other, old) in enumerate(self.made):
            if other == name and all(map(self.equal, args, old)):
                return self.numbered(i)
        return self.generator(name, args)

    def power(self, op: str, u: Ratio, exponent: Ratio | None = None) -> Ratio:
        """A power: by arithmetic, by the root that a form says, or by logarithms."""
        e = self.constant(exponent) if exponent is not None else fmpq(1, 2)
        if e is None and exponent is not None:
            signs, zero = self.compare(u, self.exactly(0)), self.exactly(0)
            if signs <= EQUAL and self.compare(exponent, zero) <= MORE:
                return u
            sure(op == "pow" and signs <= MORE, "a base of any sign")
            return self.exponential(exponent * self.logarithm(u))
        sure(op != "root" or (e != 0 and e.q == 1), "a root of no degree")
        e = 1 / e if op == "root" else e
        n, q, odd = int(e.p), int(e.q), op == "root" and e.q % 2
        self.demand(u, (APART if n < 0 else ANY) & (ANY if odd or q == 1 else SIGNS[">="]))
        if q == 1:
            return u**n
        found = self.ratio(self.form("root", u, e))
        real = odd or self.signs(found) <= SIGNS[">="]
        need(real and self.equal(found**q, u**n), "a wrong root, or one that may be negative")
        return found

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
        """The product of powers of items, and its logarithm."""
        value, logarithm = self.exactly(1), self.exactly(0)
        for i, n in form:
            need(type(n) is int, "no power")
            v, log = self.items[place(i)]
            value, logarithm = value * v**n, logarithm + log * n
        return value, logarithm

    # steps

    def form(self, kind: str, *asked: Value) -> Data:
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

    def exp(self, exponent: Data) -> None:
        """A generator that is the exponential of a quotient: an item."""
        u = self.ratio(exponent)
        self.items.append((self.generator("exp", [u]), u))
        self.learn(self.items[-1][0], MORE)

    def log(self, value: Data) -> None:
        """A generator that is the logarithm of a quotient that is positive: an item."""
        u = self.ratio(value)
        need(self.signs(u) <= MORE, "a logarithm of what may not be positive")
        self.items.append((u, self.generator("log", [u])))

    def value(self, name: str, *args: Data) -> None:
        """A generator for a function that has a value everywhere."""
        need(name in EVERYWHERE and len(args) == (name != "pi"), "no function")
        self.function(name, [self.ratio(x) for x in args])

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

    def factor(self, data: Data, other: Data) -> None:
        """A factor has a sign that the product and the other factor leave."""
        x, y = self.ratio(data), self.ratio(other)
        whole, by = self.signs(x * y), self.signs(y)
        self.learn(x, frozenset(s for s in ANY if any(s * t in whole for t in by)))

    def line(self, name: str, places: Data, *numbers: Data) -> None:
        """A line of the table of rules, if its side conditions are known."""
        functions, line = RULES[name]
        need(tuple(self.made[place(i)][0] for i in places) == functions, "of another function")
        values = [x for i in places for x in (self.numbered(i), *self.made[i][1])]
        need(all(place(n) < 100 for n in numbers), "too large")
        *conditions, (x, relation) = line(*values, *numbers)
        need(all(self.signs(y) <= SIGNS[r] for y, r in conditions), "a side condition is not known")
        self.learn(x, SIGNS[relation])

    def number(self, data: Data) -> None:
        """The sign of a number, by ball arithmetic."""
        at: list[Value] = []
        for name, args in self.made:  # of atoms there is no ball
            balls = [evaluated(x, at) for x in args]
            at.append(arb.nan() if name in ("atom", "large") else OPERATIONS[name](*balls))
        found = evaluated(self.ratio(data), at)
        self.learn(self.ratio(data), MORE if found > 0 else LESS if found < 0 else ANY)

    def large(self, data: Data) -> None:
        """The atom that is large is larger than what does not depend on it."""
        x, t = self.ratio(data), self.known[self.part.large or self.part.left]
        need(self.part.large is not None, "nothing is large")
        need(not self.moving(x), "this depends on it")
        self.learn(t - x, MORE)

    def moving(self, x: Ratio) -> bool:
        """Whether a quotient may depend on the atom of which large values are meant."""
        moves: list[bool] = []
        for name, args in self.made:
            moves.append(name == "large" or any(moves[i] for a in args for i in self.generators(a)))
        return any(moves[i] for i in self.generators(x))

    def generators(self, x: Ratio) -> set[int]:
        """The generators in a quotient."""
        last = self.ring.nvars() - 1
        return {last - i for p in (x.above, x.below) for i, n in enumerate(p.degrees()) if n > 0}

    def numbered(self, i: int) -> Ratio:
        """A generator by its number."""
        return Ratio(self.ring.gen(self.ring.nvars() - 1 - i), self.ring.constant(1))

    def constant(self, x: Ratio) -> Value:
        """The number that a quotient is, or None."""
        if not (x.above.is_constant() and x.below.is_constant()):
            return None
        return x.above.leading_coefficient() if x.above else fmpq(0)

    def ratio(self, data: Data) -> Ratio:
        """A quotient as it is written: two lists of [coefficient, generator, exponent, ...]; what
        stands below is not 0."""
        made = []
        for terms in data:
            table: dict[tuple[int, ...], Value] = {}
            for coefficient, *powers in terms:
                monomial = [0] * self.ring.nvars()
                for i, n in zip(powers[::2], powers[1::2], strict=True):
                    need(place(i) < len(self.made) and 0 < place(n) < 10_000, "no monomial")
                    monomial[-1 - i] = n
                c = rational(coefficient)
                table[tuple(monomial)] = fmpq(c.numerator, c.denominator)
            made.append(self.ring.from_dict(table))
        above, below = made if len(made) == 2 else (*made, self.ring.constant(1))
        need(0 not in self.signs_of(self.reduced(below)), "a denominator that may be 0")
        return Ratio(above, below)


def place(i: Data) -> int:
    """A number of JSON that is a place in a list."""
    need(type(i) is int and i >= 0, "no place")
    return int(i)


def evaluated(x: Ratio, at: Sequence[Value]) -> Value:
    """A quotient of polynomials in generators, these at balls."""
    last, sums = len(x.above.degrees()) - 1, []
    for p in (x.above, x.below):
        terms = [(arb(c), *(at[last - i] ** n for i, n in enumerate(m) if n)) for m, c in p.terms()]
        sums.append(sum((reduce(operator.mul, term) for term in terms), arb(0)))
    return sums[0] / sums[1]


EVERYWHERE = {"erf", "sin", "cos", "arctan", "pi"}
"""Functions that have a value wherever their arguments do."""
STEPS: dict[str, Callable[..., None]] = {
    "exp": Branch.exp, "log": Branch.log, "law": Branch.law, "sum": Branch.sum,
    "factor": Branch.factor, "rule": Branch.line, "number": Branch.number, "large": Branch.large,
    "value": Branch.value,
}  # fmt: skip
