r"""What is said of the chances of certain events: `\Pr(A \mid B) = 0`, `P(X = 0) = P(X = 1)`.

It may hold of these events or of this variable, and follow from what words say of them. A law
speaks of all of them and computes: `P(A \mid B) = P(B \mid A)`, `P(X \le 3) = 1 - P(X > 3)`.
"""

from __future__ import annotations

from symdl.evidence.claim import Claim
from symdl.evidence.probability.events import chance
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.term import Term, free_symbols
from symdl.notes.scope.known import is_literal


def unless_a_fact(verdict: Verdict, claim: Claim) -> Verdict:
    """A refutation, unless the claim gives a probability of events of which nothing is known, or
    compares two of one variable at certain values."""
    if verdict.kind != "refuted" or claim.right is None:
        return verdict
    left, right = claim.left, claim.right
    if not _is_probability(left, claim):
        return verdict
    if is_literal(right):
        return undecided(f"it depends on the events: {verdict.message}")
    variable = _variable(left)
    if variable is not None and _is_probability(right, claim) and _variable(right) is variable:
        return undecided(f"it depends on the distribution: {verdict.message}")
    return verdict


def _is_probability(term: Term, claim: Claim) -> bool:
    of_opaque = term.op == "opaque" and term.data == "probability"
    found = None if of_opaque else chance(term, claim)
    return of_opaque or (found is not None and found.of_events) or _of_relations(term)


def _of_relations(term: Term) -> bool:
    """Whether a call is the probability of relations: `P(X > 3)`."""
    measure = term.op == "call" and str(term.data.function.name).partition("_")[0] == "P"
    return measure and all(arg.op == "relation" for arg in term.args)


def _variable(term: Term) -> Term | None:
    """The one variable of whose values alone a probability speaks: X in `P(X > 3)`."""
    names = free_symbols(term)
    if len(names) != 1 or not term.args or any(arg.op != "relation" for arg in term.args):
        return None
    return next(iter(names))
