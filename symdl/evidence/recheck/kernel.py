"""The kernel: proofs in a small language of steps, verified by polynomial arithmetic.

In a branch of a proof terms are quotients of polynomials in generators, and of some it is known
which signs they may have. Nothing is searched for; docs/evidence.md lists the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from functools import reduce
from operator import add, mul

from flint import arb, arb_series

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
from symdl.evidence.recheck.enclosing import exact
from symdl.evidence.recheck.known import Known, place
from symdl.evidence.recheck.quotients import Ratio, Value, constant
from symdl.evidence.recheck.rules import BALLS, RULES
from symdl.evidence.recheck.signs import APART, EQUAL, MORE, added, product, raised, sign_of
from symdl.evidence.record import Data, Part, rational
from symdl.expression.term import Term, postorder

DEEPEST = 200
PRECISION = 320, 2
"""Bits of balls, and terms of power series."""
EVERYWHERE = {"exp", "erf", "sin", "cos", "arctan", "pi", "floor"}
"""Functions that have a value wherever their arguments do."""


class Branch(Known):
    """What is known of a claim where some quotients have given signs."""

    def __init__(self, part: Part, slots: int) -> None:
        super().__init__(slots)
        self.part, self.total = part, False
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

    def demand(self, x: Ratio, signs: Signs) -> None:
        """What is walked over is defined, for else nothing is claimed; or this must be known."""
        if not self.total:
            self.learn(x, signs)
        sure(not self.total or self.compare(x) <= signs, "it may be undefined")

    # values of terms

    def compare(self, x: Ratio) -> Signs:
        """The signs that a quotient may have, where they choose a case."""
        self.next("known")
        return self.signs(x)

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

    def large(self, data: Data) -> None:
        """The atom that is large is larger than what does not depend on it."""
        x, t = self.ratio(data), self.known[self.part.large or self.part.left]
        need(self.part.large is not None, "nothing is large")
        need(not self.moving(x), "this depends on it")
        self.learn(t - x, MORE)


STEPS: dict[str, Callable[..., None]] = {
    "value": Branch.value, "law": Branch.law, "sum": Branch.sum, "rule": Branch.rule,
    "ball": Branch.ball, "large": Branch.large,
}  # fmt: skip
