"""Proofs for the second checker, found by walking with its kernel and writing down each step.

What the kernel reads off a proof is found here: exponents over a basis, arguments of logarithms in
factors, roots, and why a polynomial has a sign. What cannot be decided in a branch splits it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from flint import fmpq, fmpz

from symdl.evidence.meaning import ANY, SIGNS, Bad, Open, Signs, core
from symdl.evidence.recheck.kernel import APART, EQUAL, MORE, Branch, Ratio
from symdl.evidence.recheck.rules import added, product, raised
from symdl.evidence.record import Data, Part
from symdl.evidence.work import Exhausted, allowance, spend
from symdl.expression.term import Term, postorder

SLOTS, MOST_ROUNDS, MOST_SPLITS = 48, 24, 12
RULE, TERM, MOST_TERMS = 50, 10, 300
"""Steps of work for an operation, and for each term of a polynomial in it."""


class Again(Exception):
    """The basis of exponents has become finer: walk again."""


def proof_of(part: Part) -> Data | None:
    """A proof of a claim by the kernel's steps, if one is found."""
    if part.right is None or part.relation not in SIGNS:
        return None
    basis: dict[str, Fraction] = {}
    try:
        with allowance():
            for _ in range(MOST_ROUNDS):
                branch = Prover(part, SLOTS)
                branch.basis = basis
                try:
                    found = branch.proof()
                except Again:
                    continue
                return {"kind": "proof", "slots": branch.used[0], **found}
    except (Open, Bad, Exhausted):  # a claim without a proof that is found soon is tried at points
        pass
    return None


class Prover(Branch):
    """The walk that finds its forms and writes them down."""

    def __init__(self, part: Part, slots: int) -> None:
        super().__init__(part, slots)
        self.basis: dict[str, Fraction] = {}
        self.written: list[Data] = []
        self.wanted: Ratio | None = None
        self.used = [0]
        self.pending: list[int] = []

    def proof(self, depth: int = 0) -> Data:
        """The steps and branches from here. Raises Open if the claim is not proved."""
        self.written, self.wanted = [], None
        self.merge()
        sides = self.walked()
        self.used[0] = max(self.used[0], len(self.made))
        self.flush()
        if self.empty or (sides is not None and self.follows(sides)):
            return {"steps": self.written}
        if self.wanted is None or len(self.settled(self.wanted)) == 0 or depth >= MOST_SPLITS:
            raise Open("this does not follow")
        x = self.wanted if self.decided(self.wanted) else self.unsure(self.wanted)
        return {"steps": self.written, **self.branches(x, depth)}

    def follows(self, sides: Ratio) -> bool:
        """Whether the claim follows from the signs of the difference of its sides."""
        allowed = SIGNS[self.part.relation]
        if not self.signs(sides) <= allowed:
            self.by_nodes()
        for attempt in (self.settled, self.by_tangents, self.by_exponential):
            if self.signs(sides) <= allowed or self.empty:
                break
            attempt(sides)
            self.used[0] = max(self.used[0], len(self.made))
        return self.signs(sides) <= allowed or self.empty

    def by_nodes(self) -> None:
        """What the parts of a side say of its sign, though its form does not show it."""
        for side in (self.part.left, self.part.right):
            for node in postorder(core(side)) if side is not None else ():
                value = self.known.get(node)
                if node.op in ("add", "mul", "pow") and isinstance(value, Ratio):
                    self.add(self.terms_of(node), value)

    def terms_of(self, node: Term) -> list[list[tuple[Any, int]]]:
        """A node as a sum of products of powers of its arguments."""
        args = [self.known[a] for a in node.args]
        if node.op == "pow":
            n = self.constant(args[1])
            natural = n is not None and n.q == 1 and n > 0
            return [[(args[0], int(n))]] if natural else [[(self.known[node], 1)]]
        return [[(a, 1)] for a in args] if node.op == "add" else [[(a, 1) for a in args]]

    def by_tangents(self, x: Ratio) -> None:
        """Exponentials lie above their tangents."""
        for i, (name, _) in enumerate(list(self.made)):
            if name == "exp":
                self.step(["rule", "exp above tangent", [i]])
        self.settled(x)

    def by_exponential(self, x: Ratio) -> None:
        """A combination of logarithms is to 0 as what they are logarithms of is to 1."""
        if x.below.is_constant():
            form = self.find_exp(x)
            value = self.together(form)[0] - 1
            self.settled(value)
            self.step(["law", form])

    def merge(self) -> None:
        """Items with equal logarithms are equal, and the other way round."""
        for i, (value, log) in enumerate(self.items):
            for j, (other, known) in enumerate(self.items[:i]):
                if self.equal(log, known) != self.equal(value, other):
                    self.step(["law", [[i, 1], [j, -1]]])

    def flush(self) -> None:
        """What is known of the functions that were met."""
        while self.pending:
            i = self.pending.pop(0)
            name, args = self.made[i]
            if name == "pi":
                self.step(["number", self.data(self.numbered(i))])
            elif name in ("erf", "sin", "cos", "arctan"):
                self.lines(i, name, args[0])

    def lines(self, i: int, name: str, u: Ratio) -> None:
        """The rules that a function obeys here."""
        for j in range(i + 1):
            other, args = self.made[j]
            if other == name and self.equal(u + args[0], self.exactly(Fraction(0))):
                self.step(["rule", "cos even" if name == "cos" else f"{name} odd", [i, j]])
            if {name, other} == {"sin", "cos"} and self.equal(u, args[0]):
                self.step(["rule", "Pythagoras", [i, j] if name == "sin" else [j, i]])
        if name == "cos" and self.equal(u, self.exactly(Fraction(0))):
            self.step(["rule", "cos at 0", [i]])
        self.settled(u)
        if name in ("erf", "arctan") and self.signs(u) <= MORE:
            self.step(["rule", f"{name} positive", [i]])
        if name != "arctan":
            self.step(["rule", f"{name} below 1", [i]])
            self.step(["rule", f"{name} above -1", [i]])

    def function(self, name: str, args: list[Ratio]) -> Ratio:
        """A function of which rules are known."""
        before = len(self.made)
        found = super().function(name, args)
        if len(self.made) > before:
            self.pending.append(before)
        return found

    def decided(self, x: Ratio) -> bool:
        signs = self.signs(x)
        return len(signs) == 1

    def branches(self, x: Ratio, depth: int) -> Data:
        """A split by the sign of a quotient, and the proofs of the branches."""
        found = []
        for sign in sorted(self.signs(x)):
            branch = copy(self)
            for name in ("known", "made", "facts", "zeros", "items", "pending"):
                setattr(branch, name, copy(getattr(self, name)))
            branch.learn(x, frozenset({sign}))
            found.append(branch.proof(depth + 1))
        return {"split": self.data(x), "branches": found}

    def unsure(self, x: Ratio) -> Ratio:
        """The simplest factor of which the sign is not known."""
        p = self.reduced(x.above * x.below)
        factors = [f for f, _ in _factored(p)[1] if len(self.signs_of(f)) > 1]
        if not factors:
            return Ratio(p, self.ring.constant(1))
        f = min(factors, key=lambda f: (f.total_degree(), len(f)))
        return Ratio(f, self.ring.constant(1))

    # steps

    def step(self, step: Data) -> None:
        """A step is done, and written down."""
        spend(RULE)
        super().step(step)
        self.written.append(step)

    def rule(self, node: Term) -> Any:
        """The value of a node; it counts as work."""
        spend(RULE)
        return super().rule(node)

    def signs_of(self, p: Any) -> Signs:
        spend(TERM * (1 + len(p)))
        return super().signs_of(p)

    def compare(self, a: Ratio, b: Ratio) -> Signs:
        """The signs of a difference; if they do not tell, they are wanted."""
        found = super().compare(a, b)
        if len(found) > 1:
            self.wanted = a - b
        return found

    # forms

    def form(self, kind: str, *asked: Any) -> Data:
        """A form that is found, and written down."""
        if self.empty:
            raise Open("nothing is left here")
        self.flush()
        find: dict[str, Callable[..., Data]] = {
            "exp": self.find_exp, "log": self.find_log, "root": self.find_root,
        }  # fmt: skip
        found = find[kind](*asked)
        self.written.append(["form", found])
        return found

    def find_exp(self, u: Ratio) -> Data:
        """The exponent as a combination of logarithms and steps of the basis."""
        items: dict[int, int] = {}
        above = self.reduced(u.above)
        for monomial, coefficient in above.terms():
            part = Ratio(self.ring.from_dict({monomial: fmpq(1)}), u.below)
            for i, n in self.powers_of(part, _fraction(coefficient)):
                items[i] = items.get(i, 0) + n
        return [[i, int(n)] for i, n in items.items() if n]

    def powers_of(self, part: Ratio, c: Fraction) -> Iterator[tuple[int, int]]:
        """Items whose logarithms add up to c times a part of an exponent."""
        for i, (value, log) in enumerate(self.items):
            turn = 1 if _same(log, part) else -1 if _same(log, -part) else 0
            if turn and c.denominator == 1:
                yield i, turn * int(c)
                return
            if turn and value.below.is_one() and self.made_of(log) == "log":
                yield self.root_of(i, c.denominator), turn * c.numerator
                return
        key = f"({part.above})/({part.below})"
        step = self.basis.get(key)
        new = abs(c) if step is None else _common(step, abs(c))
        self.basis[key] = new
        if step is not None and new != step:
            raise Again
        yield self.item_with(part * self.exactly(new)), int(c / new)

    def made_of(self, x: Ratio) -> str:
        """The function that a generator is a value of; empty for what is none."""
        if not (x.below.is_one() and len(x.above) == 1 and x.above.total_degree() == 1):
            return ""
        place = next(i for i, n in enumerate(x.above.degrees()) if n)
        return self.made[self.ring.nvars() - 1 - place][0] if x.above.is_one() is False else ""

    def item_with(self, log: Ratio) -> int:
        """The item with this logarithm: one that there is, or a new exponential."""
        for i, (_, known) in enumerate(self.items):
            if _same(known, log):
                return i
        self.nonzero(log.below)
        self.step(["exp", self.data(log)])
        return self.compared(len(self.items) - 1)

    def item_of(self, x: Ratio) -> int:
        """The item with this value: one that there is, or a new logarithm."""
        for i, (value, _) in enumerate(self.items):
            if _same(value, x) or self.equal(value, x):
                return i
        self.nonzero(x.below)
        self.step(["log", self.data(x)])
        return self.compared(len(self.items) - 1)

    def compared(self, i: int) -> int:
        """An item is to 1 as its logarithm is to 0."""
        value, log = self.items[i]
        if self.settled(log) != self.settled(value - 1):
            self.step(["law", [[i, 1]]])
        return i

    def root_of(self, i: int, q: int) -> int:
        """The item that is the q-th root of an item, by the law of its logarithm."""
        before = len(self.items)
        j = self.item_with(self.items[i][1] * self.exactly(Fraction(1, q)))
        if j == before:
            self.step(["law", [[j, q], [i, -1]]])
        return j

    def find_log(self, u: Ratio) -> Data:
        """The argument in factors that are certainly positive, and one other at most."""
        constant, sure, rest = self.factors(u)
        items = [(self.item_of(self.exactly(p)), n) for p, n in _primes(constant)]
        one = self.exactly(-1 if constant < 0 else 1)
        for f, n in rest:
            if n % 2 == 0:
                self.wanted = f
                raise Open("a sign is not known")
            one = one * f**n
        if rest or constant < 0:
            others = self.exactly(abs(constant))
            for f, n in sure:
                others = others * f**n
            if self.signs(one) != MORE:
                self.nonzero(one.below)
                self.nonzero(others.below)
                self.step(["factor", self.data(one), self.data(others)])
            items.append((self.item_of(one), 1))
        items += [(self.item_of(f), n) for f, n in sure]
        return [[i, int(n)] for i, n in items]

    def factors(
        self, u: Ratio
    ) -> tuple[Fraction, list[tuple[Ratio, int]], list[tuple[Ratio, int]]]:
        """A quotient as constant, certainly positive factors, and others."""
        constant = Fraction(1)
        sure: list[tuple[Ratio, int]] = []
        rest: list[tuple[Ratio, int]] = []
        for p, turn in ((self.reduced(u.above), 1), (u.below, -1)):
            content, factors = _factored(p)
            constant *= _fraction(content) ** turn
            for f, n in factors:
                signs = self.proved(f)
                if signs <= SIGNS["<="]:
                    f, constant, signs = -f, constant * (-1) ** int(n), self.proved(-f)
                found = Ratio(f, self.ring.constant(1))
                (sure if signs <= MORE else rest).append((found, turn * int(n)))
        return constant, sure, rest

    def find_root(self, u: Ratio, e: Any) -> Data:
        """A root as a product of powers of factors and roots of them."""
        exponent = _fraction(e)
        if self.equal(u, self.exactly(0)):
            return self.data(self.exactly(0))
        constant, sure, rest = self.factors(u)
        if constant < 0 and not rest and exponent.denominator % 2 == 0:
            self.proved(u.above * u.below)
            raise Open("a root of what is negative")
        found = self.exactly(-1 if constant < 0 and exponent.denominator % 2 else 1)
        for f, n in rest:
            if n % 2 == 0 and exponent.denominator == 2 and len(signs := self.signs(f)) > 1:
                self.wanted = f
                raise Open("a sign is not known")
            if n % 2 or exponent.denominator != 2:
                self.wanted = f
                raise Open("a sign is not known")
            found = found * (f if signs <= MORE else -f) ** int(n * exponent)
        for f, n in [(self.exactly(Fraction(p)), n) for p, n in _primes(constant)] + sure:
            whole, part = divmod(n * exponent, 1)
            found = found * f ** int(whole)
            if part:
                i = self.item_of(f)
                if self.made_of(self.items[i][1]) == "log":
                    j, n = self.root_of(i, part.denominator), part.numerator
                    found = found * self.items[j][0] ** n
                else:
                    log = self.items[i][1] * self.exactly(part)
                    for j, n in self.find_exp(log):
                        found = found * self.items[j][0] ** n
        self.nonzero(found.below)
        self.settled(found)
        return self.data(found)

    # signs

    def nonzero(self, p: Any) -> None:
        """Write down why a denominator is not 0."""
        if 0 in self.signs_of(self.reduced(p)):
            self.proved(p)

    def settled(self, x: Ratio) -> Signs:
        """The signs of a quotient, after what can be proved of them."""
        if len(self.signs(x)) > 1:
            if x.below.is_one():
                self.proved(self.reduced(x.above))
            else:
                self.proved(self.reduced(x.above * x.below))
        return self.signs(x)

    def proved(self, p: Any, depth: int = 0) -> Signs:
        """The signs of a polynomial, after the steps that are found to narrow them."""
        p = self.reduced(p)
        signs = self.signs_of(p)
        for attempt in (self.by_factors, self.by_ends, self.by_facts, self.by_pair):
            if len(signs) < 2 or depth > 4 or len(p) > 60:
                return signs
            attempt(p, depth)
            signs = self.signs_of(p)
        return signs

    def by_factors(self, p: Any, depth: int) -> None:
        content, factors = _factored(p)
        if len(factors) > 1 or (factors and factors[0][1] > 1):
            for f, _ in factors:
                self.proved(f, depth + 1)
            self.add([[(self.ring.constant(content), 1), *((f, int(n)) for f, n in factors)]], p)

    def by_ends(self, p: Any, depth: int) -> None:
        """Linear in a generator that lies between two numbers."""
        for i, degree in enumerate(p.degrees()):
            ends = self.ends(i) if degree == 1 else None
            if ends:
                g, (low, high) = self.ring.gen(i), ends
                at = [p.subs({f"g{i}": end}) for end in ends]
                scale = self.ring.constant(1 / (high - low))
                for q in at:
                    self.proved(q, depth + 1)
                terms = [
                    [(scale, 1), (high - g, 1), (at[0], 1)],
                    [(scale, 1), (g - low, 1), (at[1], 1)],
                ]
                if self.add(terms, p):
                    return

    def by_pair(self, p: Any, depth: int) -> None:
        """The difference of two terms that are positive, by their logarithms."""
        (m, c), (n, d) = p.terms() if len(p) == 2 else ((0, 1), (0, 1))
        if c * d > 0 or depth > 1 or not self.items:
            return
        one, other = (self.ring.from_dict({k: abs(v)}) for k, v in ((m, c), (n, d)))
        if self.signs_of(one) <= MORE and self.signs_of(other) <= MORE:
            ratio = Ratio(one, other)
            form = self.find_log(ratio)
            if self.settled(self.together(form)[1]) != ANY:
                self.step(["law", form])
                sign = [[(Ratio(other, self.ring.constant(1)), 1), (ratio - 1, 1)]]
                self.add(sign, Ratio(one - other, self.ring.constant(1)))

    def ends(self, i: int) -> tuple[Any, Any] | None:
        """Numbers that a generator is known to lie between."""
        low: list[Any] = []
        high: list[Any] = []
        g = self.ring.gen(i)
        if self.signs_of(g) <= SIGNS[">="]:
            low.append(fmpq(0))
        for p, signs in self.facts:
            rest = p - g
            if rest.is_constant():
                end = -(rest.leading_coefficient() if rest else fmpq(0))
                (low if signs <= SIGNS[">="] else high if signs <= SIGNS["<="] else []).append(end)
        return (max(low), min(high)) if low and high and max(low) < min(high) else None

    def by_facts(self, p: Any, depth: int) -> None:
        """What is known, times a number, and a rest whose terms have the same sign."""
        for known, signs in list(self.facts):
            if len(known) < 2 or signs == APART:
                continue
            table = known.to_dict()
            for m, c in p.terms():
                if m in table:
                    factor = c / table[m]
                    rest = p - known * factor
                    terms = [[(self.ring.constant(factor), 1), (known, 1)], [(rest, 1)]]
                    if self.add(terms, p):
                        return

    def add(self, terms: list[list[tuple[Any, int]]], x: Any) -> bool:
        """The step of a sum, if it tells more of the sign of a quotient or polynomial."""
        one = self.ring.constant(1)
        terms = [[(f if isinstance(f, Ratio) else Ratio(f, one), n) for f, n in t] for t in terms]
        signs = EQUAL
        for term in terms:
            signs = added(signs, product(raised(self.signs(f), n) for f, n in term))
        before = self.signs(x if isinstance(x, Ratio) else Ratio(x, one))
        if before <= signs:
            return False
        self.step(["sum", [[[self.data(f), n] for f, n in term] for term in terms]])
        return True

    def data(self, x: Ratio) -> Data:
        """A quotient as proofs write it."""
        last = self.ring.nvars() - 1
        polynomials = (x.above,) if x.below.is_one() else (x.above, x.below)
        return [
            [
                [str(_fraction(c)), *(k for i, n in enumerate(m) if n for k in (last - i, int(n)))]
                for m, c in p.terms()
            ]
            for p in polynomials
        ]


def _factored(p: Any) -> Any:
    """The factors of a polynomial of bounded size."""
    if len(p) > MOST_TERMS or p.total_degree() > MOST_TERMS:
        raise Open("too large to be factored")
    spend(TERM * len(p))
    return p.factor()


def _same(a: Ratio, b: Ratio) -> bool:
    return bool(a.above == b.above and a.below == b.below)


def _fraction(c: Any) -> Fraction:
    return Fraction(int(c.p), int(c.q))


def _common(a: Fraction, b: Fraction) -> Fraction:
    below = lcm(a.denominator, b.denominator)
    return Fraction(gcd(int(a * below), int(b * below)), below)


def _primes(constant: Fraction) -> list[tuple[int, int]]:
    """The prime factors of the size of a rational number."""
    found: list[tuple[int, int]] = []
    for number, turn in ((abs(constant.numerator), 1), (constant.denominator, -1)):
        if number > 1:
            parts = fmpz(number).factor() if number.bit_length() < 120 else [(number, 1)]
            found += [(int(p), turn * int(n)) for p, n in parts]
    return found
