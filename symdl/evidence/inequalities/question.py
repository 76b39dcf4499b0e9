"""The question of an inequality: which signs its gap may have; and the words of its verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symdl.evidence import witness
from symdl.evidence.bounds.everywhere import (
    NONNEGATIVE,
    POSITIVE,
    Holds,
)
from symdl.evidence.conditions.hypotheses import domain_under, is_interval, variables
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted
from symdl.expression.domain import Domain
from symdl.expression.numerals import minus
from symdl.expression.printer import plain
from symdl.expression.term import Term, make

METHOD = "enclosure"


@dataclass(frozen=True, slots=True)
class Question:
    """left relation right, for all values of the symbols in `domains` that meet `conditions`."""

    left: Term
    relation: str
    right: Term
    domains: Mapping[Term, Domain]
    conditions: tuple[Term, ...] = ()

    @property
    def gap(self) -> Term:
        """The term that should be positive (or nonnegative)."""
        big, small = self.left, self.right
        if self.relation in ("<", "<="):
            big, small = small, big
        return difference(big, small)

    @property
    def allowed(self) -> frozenset[int]:
        """The signs of the gap with which the claim holds."""
        if self.relation == "!=":
            return witness.ALLOWED["!="]
        return NONNEGATIVE if "=" in self.relation else POSITIVE


def difference(a: Term, b: Term) -> Term:
    """a - b, without the zero."""
    if b.op == "number" and not b.data.value:
        return a
    if a.op == "number" and not a.data.value:
        return minus(b)
    return make("add", a, make("neg", b))


def question(left: Term, relation: str, right: Term, conditions: tuple[Term, ...] = ()) -> Question:
    """The question with the domain of each symbol narrowed by the conditions."""
    symbols = variables((left, right, *conditions))
    return Question(
        left, relation, right, {s: domain_under(s, conditions) for s in symbols}, conditions
    )


def proof_of(variable: Term, answer: Holds) -> Verdict:
    touching = f"; equality at {', '.join(map(str, answer.zeros[:4]))}" if answer.zeros else ""
    return proved(
        METHOD,
        f"holds for every {plain(variable)} of its domain{touching}",
        pieces=list(answer.pieces),
        equality=[str(z) for z in answer.zeros],
        variable=repr(variable),
    )


def counterexample_of(asked: Question, point: Mapping[Term, Fraction]) -> Counterexample | None:
    return witness.counterexample(asked.left, asked.relation, asked.right, point, asked.conditions)


def broken(shown: Counterexample) -> Verdict:
    at = ", ".join(f"{name} = {value}" for name, value in shown.at.items())
    where = f"at {at} " if at else ""
    message = f"{where}the left side is {shown.left} and the right side {shown.right}"
    return refuted(METHOD, message, shown)


def linear_only(asked: Question, variable: Term) -> bool:
    return all(is_interval(condition, variable) for condition in asked.conditions)
