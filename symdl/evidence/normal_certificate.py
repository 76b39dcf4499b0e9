"""Certificates of normal forms: the cells, generators and factors that a second checker verifies.

The checker's own walk over a term is run here with the one difference that each form it would
read off a certificate is found and written down: exponents over a basis, arguments of logarithms
and roots in factors. What cannot be decided in a cell asks for more cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from flint import fmpq, fmpz

from symdl.evidence.recheck.forms import Forms, Ratio, cells, verified
from symdl.evidence.recheck.values import Bad, Nowhere, Open, atoms, core
from symdl.evidence.record import Data, Part
from symdl.evidence.work import Exhausted, allowance, spend
from symdl.expression.domain import Domain
from symdl.expression.term import Term, postorder

SLOTS, MOST_ROUNDS, MOST_SPLITS = 32, 24, 4
RULE, TERM = 50, 10
"""Steps of work for an operation, and for each term of a polynomial in it."""


class Again(Exception):
    """The basis of exponents has become finer: walk again."""


@dataclass
class Undecided(Exception):
    """The sign of a difference of two terms is needed."""

    left: Term
    right: Term
    difference: Ratio
    places: dict[Term, set[Fraction]]


@dataclass
class Basis:
    """What is learned over all walks: the step of which the multiples of an exponent are."""

    steps: dict[str, Fraction] = field(default_factory=dict)


def cells_certificate(part: Part, function: Term | None = None) -> Data | None:
    """The certificate of an equation or an order by normal forms in cells, if one is found; for
    the slope of a function but where one of its cases ends."""
    if part.right is None:
        return None
    sides = [core(part.left), core(part.right)]
    conditions = [core(condition) for condition in part.conditions]
    roots = [*sides, *conditions]
    search = Search(roots, sides, conditions, part.relation, function)
    try:
        with allowance():
            return search.run()
    except (Open, Bad, Exhausted):  # a claim without a proof that is found soon is tried at points
        return None


@dataclass
class Search:
    """The breaks and splits tried so far."""

    roots: list[Term]
    sides: list[Term]
    conditions: list[Term]
    relation: str
    function: Term | None = None
    breaks: dict[Term, set[Fraction]] = field(default_factory=dict)
    splits: list[tuple[Term, Term]] = field(default_factory=list)

    def run(self) -> Data | None:
        """Walk over all cells until nothing is undecided."""
        for _ in range(MOST_ROUNDS):
            cut = self.cut()
            try:
                forms = [self.cell(domains, facts) for domains, facts in cells(self.roots, cut)]
            except Undecided as wanted:
                if not self.refine(wanted):
                    return None
                continue
            return {**cut, "cells": forms}
        return None

    def cut(self) -> Data:
        """Where the domain is cut, as the certificate says it."""
        wanted = atoms(self.roots)
        nodes = list(dict.fromkeys(n for root in self.roots for n in postorder(root)))
        return {
            "kind": "cells",
            "breaks": [
                [wanted.index(a), [str(p) for p in sorted(ps)]] for a, ps in self.breaks.items()
            ],
            "splits": [[nodes.index(a), nodes.index(b)] for a, b in self.splits],
        }

    def cell(self, domains: Mapping[Term, Domain], facts: Sequence[tuple[Term, Term, int]]) -> Data:
        """The forms of one cell."""
        basis = Basis()
        plain = not any(n.op == "piecewise" for side in self.sides for n in postorder(side))
        for _ in range(MOST_ROUNDS):
            ordered = self.relation not in ("=", "equiv", "approx")
            forms = Finder(dict(domains), {"slots": SLOTS, "forms": []}, plain, ordered)
            forms.basis, forms.conditions = basis, self.conditions
            try:
                verified(forms, self.sides, self.relation, self.conditions, facts, self.function)
            except Again:
                continue
            return {"slots": len(forms.ranges), "forms": forms.written}
        raise Open("the exponents found no common basis")

    def refine(self, wanted: Undecided) -> bool:
        """Cut where a difference changes its sign, or by its sign."""
        found = wanted.places
        new = {a: ps - self.breaks.get(a, set()) for a, ps in found.items()}
        if any(new.values()):
            for a, ps in new.items():
                self.breaks.setdefault(a, set()).update(ps)
            return True
        pair = (wanted.left, wanted.right)
        if pair in self.splits or len(self.splits) >= MOST_SPLITS:
            return False
        self.splits.append(pair)
        return True


class Finder(Forms):
    """The walk that finds its forms and writes them down."""

    basis: Basis
    conditions: list[Term]

    def __init__(
        self, cell: Mapping[Term, Domain], given: Data, plain: bool, ordered: bool
    ) -> None:
        super().__init__(cell, given, plain, ordered)
        self.written: list[Data] = []
        self.found: dict[str, int] = {}
        self.kind: dict[int, str] = {}
        self.of_atom: dict[int, tuple[Term, Ratio]] = {}

    # where more cells are needed

    def rule(self, node: Term) -> Any:
        """The value of a node; a case that is not decided asks for cells."""
        spend(RULE)
        try:
            value = super().rule(node)
            if isinstance(value, Ratio):
                spend(TERM * (len(value.above) + len(value.below)))
            return value
        except Open as problem:
            if node.op == "pow" and isinstance(self.done[node.args[0]], Ratio):
                base = self.done[node.args[0]]
                places = self.places(base)
                if self.sign(base) == 1 and places:
                    raise Undecided(node.args[0], node.args[1], base, places) from None
            switch = node.op in ("max", "sign", "relation") and node not in self.conditions
            if isinstance(problem, Nowhere) or not switch:
                raise
            self.ask(node)
            raise

    def sign_of(self, p: Any, depth: int = 0) -> int:
        """The sign of a polynomial; its terms count as work."""
        spend(TERM * len(p))
        return super().sign_of(p, depth)

    def ask(self, node: Term) -> None:
        """Ask for the sign that decides a node."""
        pairs = zip(node.args, node.args[1:], strict=False)
        if node.op == "sign":
            return
        for a, b in pairs:
            x, y = self.done.get(a), self.done.get(b)
            if (
                isinstance(x, Ratio)
                and isinstance(y, Ratio)
                and self.sign(x + -y) not in (2, 0, -2)
            ):
                raise Undecided(a, b, x + -y, self.places(x + -y))

    def places(self, x: Ratio) -> dict[Term, set[Fraction]]:
        """The rational zeros and poles of a quotient in one atom."""
        found: dict[Term, set[Fraction]] = {}
        for p in (x.above, x.below):
            for factor, _ in p.factor()[1] if p else []:
                used = [i for i, n in enumerate(factor.degrees()) if n]
                if len(used) == 1 and factor.total_degree() == 1 and used[0] in self.of_atom:
                    node, value = self.of_atom[used[0]]
                    slope = factor.leading_coefficient()
                    start = factor.subs({f"g{used[0]}": fmpq(0)})
                    g = -(start.leading_coefficient() if start else fmpq(0)) / slope
                    place = value.above.subs({f"g{used[0]}": g})
                    number = place.leading_coefficient() if place else fmpq(0)
                    found.setdefault(node, set()).add(Fraction(int(number.p), int(number.q)))
        return found

    def atom(self, node: Term) -> Ratio:
        """A generator for an atom, which is remembered."""
        before = len(self.ranges)
        value = super().atom(node)
        if len(self.ranges) > before and value.below.is_one():
            self.of_atom[self.slots - len(self.ranges)] = (node, value)
        return value

    # forms

    def form(self, rule: str, args: list[Ratio], *keys: str) -> list[Data]:
        """A form that is found, and written down."""
        self.new: list[Data] = []
        data = getattr(self, f"find_{rule}")(*args)
        self.written.append({"new": self.new, **dict(zip(keys, data, strict=True))})
        return list(data)

    def find_exp(self, u: Ratio) -> list[Data]:
        """The exponent as a combination of logarithms and steps of the basis."""
        return [self.exponential(u)]

    def exponential(self, u: Ratio) -> Data:
        items: dict[int, int] = {}
        u = self.lowest(u)
        for monomial, coefficient in self.reduced(u.above).terms():
            part = Ratio(self.ring.from_dict({monomial: fmpq(1)}), u.below)
            c = Fraction(int(coefficient.p), int(coefficient.q))
            for i, n in self.powers_of(part, c):
                items[i] = items.get(i, 0) + n
        return [[i, int(n)] for i, n in items.items() if n]

    def powers_of(self, part: Ratio, c: Fraction) -> Iterator[tuple[int, int]]:
        """Items whose logarithms add up to c times a part of an exponent."""
        for i, (base, log) in enumerate(self.items):
            for turn in (1, -1):
                if log is not None and str(log) == str(part if turn > 0 else -part):
                    if c.denominator == 1:
                        yield i, turn * int(c)
                        return
                    if base.below.is_one() and self.kind[i] == "log":
                        root = self.introduced(["root", self.data(base), c.denominator])
                        yield root, turn * c.numerator
                        return
        key = str(part)
        step = self.basis.steps.get(key)
        new = abs(c) if step is None else _common(step, abs(c))
        self.basis.steps[key] = new
        if step is not None and new != step:
            raise Again
        i = self.introduced(["exp", self.data(part * self.exactly(new))])
        yield i, int(c / new)

    def find_log(self, u: Ratio) -> list[Data]:
        """The argument in factors that are certainly positive, and one other at most."""
        return [self.factored(u)]

    def factored(self, u: Ratio) -> Data:
        constant, sure, rest = self.factors(u)
        items = [
            (self.introduced(["log", self.data(self.exactly(Fraction(p)))]), n)
            for p, n in _primes(constant)
        ]
        items += [(self.item_of(f), n) for f, n in sure]
        one = self.exactly(Fraction(1))
        for f, n in rest:
            one = one * f**n
        if constant < 0:
            one = -one
        if not self.vanishes(one + self.exactly(Fraction(-1))):
            items.append((self.introduced(["log", self.data(one)]), 1))
        return [[i, int(n)] for i, n in items]

    def factors(
        self, u: Ratio
    ) -> tuple[Fraction, list[tuple[Ratio, int]], list[tuple[Ratio, int]]]:
        """A quotient as constant, certainly positive factors, and others."""
        u, constant = self.lowest(u), Fraction(1)
        sure: list[tuple[Ratio, int]] = []
        rest: list[tuple[Ratio, int]] = []
        unit = self.ring.constant(1)
        for p, turn in ((self.reduced(u.above), 1), (u.below, -1)):
            content, factors = p.factor()
            constant *= Fraction(int(content.p), int(content.q)) ** turn
            for f, n in factors:
                s = self.sign_of(f)
                if s in (-1, -2):
                    f, constant = -f, constant * (-1) ** n
                (sure if abs(s) == 2 else rest).append((Ratio(f, unit), turn * int(n)))
        return constant, sure, rest

    def item_of(self, f: Ratio) -> int:
        """The item with this value: one that there is, or the base of a logarithm."""
        for i, (value, log) in enumerate(self.items):
            if log is not None and self.vanishes(value + -f):
                return i
        return self.introduced(["log", self.data(f)])

    def find_power(self, u: Ratio, exponent: Ratio) -> list[Data]:
        """A power as the exponential of exponent times logarithm."""
        base = self.factored(u)
        return [base, self.exponential(self.logarithm(base) * exponent)]

    def find_root(self, u: Ratio, exponent_: Ratio) -> list[Data]:
        """A root as a product of powers of factors and roots of them."""
        exponent = self.constant(exponent_)
        assert exponent is not None
        constant, sure, rest = self.factors(u)
        found = self.exactly(Fraction(1))
        pieces = [(self.exactly(Fraction(p)), n) for p, n in _primes(constant)] + sure
        left = self.exactly(Fraction(-1 if constant < 0 else 1))
        for f, n in rest:
            if n % 2 == 0 and exponent.denominator == 2:
                self.ask_sign(f)
                s = self.sign(f)
                found = found * (f if s >= 0 else -f) ** int(n * exponent)
            else:
                left = left * f**n
        if not self.vanishes(left + self.exactly(Fraction(-1))):
            pieces.append((left, 1))
        for f, n in pieces:
            found = found * self.power_of(f, n * exponent)
        return [self.data(found)]

    def ask_sign(self, f: Ratio) -> None:
        if self.sign(f) == 9:
            zero, places = next(iter(self.done)), self.places(f)
            raise Undecided(zero, zero, f, places) if places else Open("a sign is not known")

    def power_of(self, f: Ratio, exponent: Fraction) -> Ratio:
        """A rational power of a factor that is not negative."""
        whole, part = divmod(exponent, 1)
        found = f ** int(whole)
        if part:
            for value, log in self.items:
                if log is not None and self.vanishes(value + -f) and self.kind_of(value) == "exp":
                    return self.product(self.exponential(log * self.exactly(exponent)))
            above = Ratio(f.above, self.ring.constant(1))
            if self.sign(above) == 2:
                self.item_of(above)
            i = self.introduced(["root", self.data(above), part.denominator])
            found = found * self.items[i][0] ** part.numerator
            if not f.below.is_one():
                below = Ratio(f.below, self.ring.constant(1))
                j = self.introduced(["root", self.data(below), part.denominator])
                found = found * self.items[j][0] ** -part.numerator
        return found

    def kind_of(self, value: Ratio) -> str:
        return next(self.kind[i] for i, (v, _) in enumerate(self.items) if v is value)

    def introduced(self, new: Data) -> int:
        """The place of an item: the one that is there already, or a new one."""
        key = str(new)
        if key not in self.found:
            self.introduce(new)
            self.new.append(new)
            self.found[key] = len(self.items) - 1
            self.kind[len(self.items) - 1] = new[0]
        return self.found[key]

    def data(self, x: Ratio) -> Data:
        """A quotient as certificates write it."""
        return [
            [
                [
                    str(Fraction(int(c.p), int(c.q))),
                    [[self.slots - 1 - i, int(n)] for i, n in enumerate(m) if n],
                ]
                for m, c in p.terms()
            ]
            for p in (self.reduced(x.above), x.below)
        ]


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
