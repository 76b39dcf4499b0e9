"""Proofs for the second checker, found by walking with its kernel and writing down each step.

What the kernel reads off a proof is found here: exponents over a basis, arguments of logarithms in
factors, roots, and why a polynomial has a sign. What cannot be decided in a branch splits it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import ctx

from symdl.evidence.exact import fraction_of
from symdl.evidence.meaning import SIGNS, Bad, Open, Signs
from symdl.evidence.proofs.eventually import eventually
from symdl.evidence.proofs.following import follows, unsure
from symdl.evidence.proofs.forms import Again, find_exp, find_log
from symdl.evidence.proofs.ratios import RULE, TERM
from symdl.evidence.proofs.signs import settled
from symdl.evidence.recheck.kernel import PRECISION, Branch
from symdl.evidence.recheck.quotients import Ratio
from symdl.evidence.recheck.signs import MORE
from symdl.evidence.record import Data, Part
from symdl.evidence.work import CLAIM, Exhausted, allowance, spend
from symdl.expression.term import Term

SLOTS, MOST_ROUNDS, MOST_SPLITS = 48, 24, 12
FORMS: dict[str, Callable[..., Data]] = {"exp": find_exp, "log": find_log}


def proof_of(part: Part) -> Data | None:
    """A proof of a claim by the kernel's steps, if one is found."""
    if part.right is None or part.relation not in SIGNS:
        return None
    return found_by(Prover, part)


def found_by(prover: Callable[[Part, int], Prover], part: Part, work: int = CLAIM) -> Data | None:
    """The proof that a prover finds with so much work, if it does."""
    basis: dict[str, Fraction] = {}
    before, (ctx.prec, ctx.cap) = (ctx.prec, ctx.cap), PRECISION
    try:
        with allowance(work):
            for _ in range(MOST_ROUNDS):
                branch = prover(part, SLOTS)
                branch.basis = basis
                try:
                    found = branch.proof()
                except Again:
                    continue
                return {"kind": "proof", "slots": branch.most[0], **found}
    except (Open, Bad, Exhausted):  # a claim without a proof that is found soon is tried at points
        pass
    finally:
        ctx.prec, ctx.cap = before
    return None


class Prover(Branch):
    """The walk that finds its forms and writes them down."""

    def __init__(self, part: Part, slots: int) -> None:
        super().__init__(part, slots)
        self.far: Term | None = part.large
        """The atom that is large, or lies far out: there its `turn` times it is beyond `begin`."""
        self.turn, self.begin = 1, Fraction(0)
        self.basis: dict[str, Fraction] = {}
        self.written: list[Data] = []
        self.wanted: Ratio | None = None
        self.most = [0]
        self.pending: list[int] = []
        self.items: dict[int, tuple[Ratio, Ratio]] = {}
        """Positive values with their logarithms, by which of the generators they were made."""
        self.generator_signs: dict[int, Signs] = {}

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
        for (j, (other, known)), (i, (value, log)) in combinations(self.items.items(), 2):
            if self.equal(log, known) != self.equal(value, other):
                self.step(["law", [[i, 1], [j, -1]]])

    def flush(self) -> None:
        """What is known of the functions that were met."""
        while self.pending:
            i = self.pending.pop(0)
            name, args = self.made[i]
            if name == "pi":
                self.step(["ball", self.data(self.numbered(i))])
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

    def branch(self, x: Ratio, signs: Signs) -> Prover:
        """A branch; bases of exponents and the count of slots are those of all of them."""
        found = super().branch(x, signs)
        assert isinstance(found, Prover)
        found.basis, found.most = self.basis, self.most
        return found

    def branches(self, x: Ratio, depth: int) -> Data:
        """A split by the sign of a quotient, and the proofs of the branches."""
        found = []
        for sign in sorted(self.signs(x)):
            found.append([[sign], self.branch(x, frozenset({sign})).proof(depth + 1)])
        return {"split": self.data(x), "branches": found}

    def step(self, step: Data) -> None:
        """A step is done, and written down."""
        spend(RULE)
        super().step(step)
        self.written.append(step)
        if step[0] == "value" and step[1] in ("exp", "log"):
            self.items[len(self.made) - 1] = self.pair(len(self.made) - 1)
        elif step[0] == "value":
            self.pending.append(len(self.made) - 1)

    def operation(self, node: Term, args: list[Any]) -> Any:
        """The value of a node; it counts as work."""
        spend(RULE)
        return super().operation(node, args)

    def signs_of(self, p: Any) -> Signs:
        """As the kernel has them; it counts as work, and those of generators are remembered."""
        spend(TERM * (1 + len(p)))
        alone = len(p) == 1 == p.total_degree() and p.leading_coefficient() == 1
        if not alone:
            return super().signs_of(p)
        i = max(p.degrees().index(1), 0)
        if i not in self.generator_signs:
            self.generator_signs[i] = super().signs_of(p)
        return self.generator_signs[i]

    def learn(self, x: Ratio, signs: Signs) -> None:
        """A fact more; what is remembered is asked anew."""
        super().learn(x, signs)
        self.generator_signs = {}

    def compare(self, x: Ratio) -> Signs:
        """The signs of a quotient; if they do not tell, they are wanted."""
        if len(self.told(x)) > 1:
            self.wanted = x
        return super().compare(x)

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
        for i, (other, old) in enumerate(self.made):
            if other == name and all(map(self.equal, args, old)):
                return self.numbered(i)
        self.step(["value", name, *map(self.data, args)])
        return self.numbered(len(self.made) - 1)

    def moving(self, x: Ratio) -> bool:
        """Whether a quotient depends on the atom that is large, or lies far out."""
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
                [
                    str(fraction_of(c)),
                    *(k for i, n in enumerate(m) if n for k in (last - i, int(n))),
                ]
                for m, c in p.terms()
            ]
            for p in polynomials
        ]
