"""Proofs for the second checker, found by walking with its kernel and writing down each step.

What the kernel reads off a proof is found here: exponents over a basis, arguments of logarithms in
factors, roots, and why a polynomial has a sign. What cannot be decided in a branch splits it.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from fractions import Fraction
from functools import lru_cache
from typing import Any

from symdl.evidence.meaning import ANY, SIGNS, Bad, Open, Signs, atoms, links
from symdl.evidence.proofs.eventually import eventually
from symdl.evidence.proofs.following import follows, unsure
from symdl.evidence.proofs.forms import Again, find_exp, find_log, find_root
from symdl.evidence.proofs.ratios import RULE, TERM, fraction
from symdl.evidence.proofs.signs import settled
from symdl.evidence.recheck.kernel import EQUAL, LESS, MORE, Branch
from symdl.evidence.recheck.ratio import Ratio
from symdl.evidence.recheck.rules import added, product, raised
from symdl.evidence.recheck.steps import TAIL, exact
from symdl.evidence.record import Data, Part
from symdl.evidence.work import Exhausted, allowance, spend
from symdl.expression.term import Term

SLOTS, MOST_ROUNDS, MOST_SPLITS = 48, 24, 12
FORMS: dict[str, Callable[..., Data]] = {"exp": find_exp, "log": find_log, "root": find_root}


@lru_cache(maxsize=64)
def _multiplied(a: Signs, b: Signs) -> Signs:
    """The signs that a product of two may have."""
    return product((a, b))


@lru_cache(maxsize=64)
def _added(a: Signs, b: Signs) -> Signs:
    return added(a, b)


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
                return {"kind": "proof", "slots": branch.most[0], **found}
    except (Open, Bad, Exhausted):  # a claim without a proof that is found soon is tried at points
        pass
    return None


class Prover(Branch):
    """The walk that finds its forms and writes them down."""

    def __init__(self, part: Part, slots: int) -> None:
        super().__init__(part, slots)
        ends = {TAIL} & {*atoms([part.left, part.right or part.left])}
        self.far: Term | None = part.large or next(iter(ends), None)
        """The atom that is large, or that begins far out."""
        self.basis: dict[str, Fraction] = {}
        self.written: list[Data] = []
        self.wanted: Ratio | None = None
        self.most = [0]
        self.pending: list[int] = []
        self.generator_signs: tuple[list[Any], int, dict[int, Signs]] = ([], 0, {})
        """Of generators, from so many facts of a list."""

    def proof(self, depth: int = 0) -> Data:
        """The steps and branches from here. Raises Open if the claim is not proved."""
        self.written, self.wanted = [], None
        self.merge()
        sides = self.walked()
        self.flush()
        if self.empty or (sides is not None and follows(self, sides)):
            return {"steps": self.written}
        if self.wanted is None or len(settled(self, self.wanted)) == 0 or depth >= MOST_SPLITS:
            raise Open("this does not follow")
        x = self.wanted if self.decided(self.wanted) else unsure(self, self.wanted)
        return {"steps": self.written, **self.branches(x, depth)}

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
        if name in ("sin", "cos"):
            self.at_marks(i, name, u)
        settled(self, u)
        if name in ("erf", "arctan") and self.signs(u) <= MORE:
            self.step(["rule", f"{name} positive", [i]])
        if name != "arctan":
            self.step(["rule", f"{name} below 1", [i]])
            self.step(["rule", f"{name} above -1", [i]])

    def at_marks(self, i: int, name: str, u: Ratio) -> None:
        """Values at 0, pi/2 and pi."""
        if self.equal(u, self.exactly(Fraction(0))):
            self.step(["rule", f"{name} at 0", [i]])
        for j, (other, _) in enumerate(self.made):
            for n, mark in ((1, "pi"), (2, "pi/2")) if other == "pi" else ():
                if self.equal(u * n, self.numbered(j)):
                    self.step(["rule", f"{name} at {mark}", [i, j]])
                elif self.equal(u * -n, self.numbered(j)):
                    self.value_of(name, -u)

    def generator(self, name: str, args: list[Ratio]) -> Ratio:
        """A new generator; it needs a slot."""
        found = super().generator(name, args)
        self.most[0] = max(self.most[0], len(self.made))
        return found

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
        """As the kernel has them; it counts as work, and those of generators are remembered."""
        terms = [([(i, n) for i, n in enumerate(m) if n], c) for m, c in p.terms()]
        if len(terms) == 1 and len(terms[0][0]) == 1 == terms[0][0][0][1]:
            spend(2 * TERM)
            return self.by_facts(p)
        spend(TERM * (1 + len(terms) + 2 * sum(len(powers) for powers, _ in terms)))
        found = EQUAL
        for powers, c in terms:
            signs = MORE if c > 0 else LESS
            for i, n in powers:
                signs = _multiplied(signs, raised(self.of_generator(i), n))
            found = _added(found, signs)
            if found == ANY:
                break
        return found & self.by_facts(p)

    def by_facts(self, p: Any) -> Signs:
        """The signs that the facts about a polynomial leave."""
        found, count = ANY, len(p)
        first = p.leading_coefficient() if count else 0
        for known, signs in self.facts:
            if len(known) == count and known * first == p:
                found &= _multiplied(signs, MORE if first > 0 else LESS)
        return found

    def of_generator(self, i: int) -> Signs:
        """The signs of a generator of the ring."""
        facts, count, known = self.generator_signs
        if facts is not self.facts or count != len(facts):
            known = {}
            self.generator_signs = self.facts, len(self.facts), known
        if i not in known:
            known[i] = self.by_facts(self.ring.gen(i))
        return known[i]

    def compare(self, a: Ratio, b: Ratio) -> Signs:
        """The signs of a difference; if they do not tell, they are wanted."""
        if self.total:
            self.told(a - b)
        found = super().compare(a, b)
        if len(found) > 1:
            self.wanted = a - b
        return found

    def told(self, x: Ratio) -> Signs:
        """The signs of a quotient, after the steps that are found to tell them."""
        if len(settled(self, x)) > 1 and self.far is not None:
            eventually(self, x)
        return self.signs(x)

    def form(self, kind: str, *asked: Any) -> Data:
        """A form that is found, and written down."""
        if self.empty:
            raise Open("nothing is left here")
        self.flush()
        found = self.find(kind, *asked)
        self.written.append(["form", found])
        return found

    def find(self, kind: str, *asked: Any) -> Data:
        """A form that is found."""
        return FORMS[kind](self, *asked)

    def next(self, name: str) -> Data:
        """What must be known to be defined was settled before."""
        self.written.append([name])

    def demand(self, x: Ratio, signs: Signs) -> None:
        """What must be known to be defined is settled first, or wanted."""
        if self.total and not self.told(x) <= signs:
            self.wanted = x
        super().demand(x, signs)

    def value_of(self, name: str, *args: Ratio) -> Ratio:
        """A value of a function that has one everywhere."""
        self.step(["value", name, *map(self.data, args)])
        return self.function(name, [*args])

    def moving(self, x: Ratio) -> bool:
        """Whether a quotient depends on the atom that is large, or that begins far out."""
        if self.part.large is not None or self.far not in self.known:
            return super().moving(x)
        moves: list[bool] = []
        for i in range(len(self.made)):
            alone = self.numbered(i).above == self.known[self.far].above
            moves.append(
                alone or any(moves[j] for a in self.made[i][1] for j in self.generators(a))
            )
        return any(moves[i] for i in self.generators(x))

    def is_number(self, x: Ratio) -> bool:
        """Whether no atom is in a quotient, nor in what its generators are values of."""
        plain: list[bool] = []
        for name, args in self.made:
            inner = all(plain[j] for a in args for j in self.generators(a))
            plain.append(name not in ("atom", "large") and inner)
        return all(plain[i] for i in self.generators(x))

    def start(self) -> Fraction:
        """Where the atom that lies far out begins."""
        found = [
            exact(b)
            for condition in self.part.conditions
            for a, relation, b in links(condition)
            if a is self.far and relation == ">="
        ]
        return max(x for x in found if x is not None)

    def place_of(self, x: Ratio) -> int:
        """The number of the generator that a quotient is."""
        return min(self.generators(x))

    def is_made(self, x: Ratio, name: str) -> bool:
        """Whether a quotient is a generator that is a value of a function."""
        found = self.generators(x)
        return (
            len(found) == 1
            and self.made[min(found)][0] == name
            and len(x.above) == 1 == x.above.total_degree()
        )

    def data(self, x: Ratio) -> Data:
        """A quotient as proofs write it."""
        last = self.ring.nvars() - 1
        polynomials = (x.above,) if x.below.is_one() else (x.above, x.below)
        return [
            [
                [str(fraction(c)), *(k for i, n in enumerate(m) if n for k in (last - i, int(n)))]
                for m, c in p.terms()
            ]
            for p in polynomials
        ]
