r"""What is said of the chances of certain events: `\Pr(A \mid B) = 0`, `P(X = 0) = P(X = 1)`.

It may hold of these events or of this variable, and follow from what words say of them. A law
speaks of all of them and computes: `P(A \mid B) = P(B \mid A)`, `P(X \le 3) = 1 - P(X > 3)`. No
law makes a variance a multiple of a mean, which has other units: `Var(Y) = \phi E(Y)` is a model.
"""

from __future__ import annotations

from symdl.evidence.claim import Claim
from symdl.evidence.probability.events import chance
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.scope.known import is_literal


def unless_a_fact(verdict: Verdict, claim: Claim) -> Verdict:
    """A refutation, unless the claim gives a probability of events of which nothing is known, or
    compares two of one variable at certain values, as if it had no others."""
    if verdict.kind != "refuted" or claim.right is None:
        return verdict
    left, right = claim.left, claim.right
    one, other = _moment(left), _moment(right)
    if one and other and one[1] is other[1] and {one[0], other[0]} == _MEAN_AND_VARIANCE:
        return undecided(f"it may say which distribution it is of: {verdict.message}")
    if not _is_probability(left, claim):
        return verdict
    if is_literal(right):
        return undecided(f"it depends on the events: {verdict.message}")
    both = _is_probability(right, claim)
    if both and _variable(left) is not None and _variable(left) is _variable(right):
        return undecided(f"it depends on the distribution: {verdict.message}")
    if both and _loosened(left) == _loosened(right):
        return undecided(f"it holds of what has a density: {verdict.message}")
    if _of_two_values(left, right, claim):
        return undecided(f"it holds of a variable of two values: {verdict.message}")
    return verdict


_MEAN_AND_VARIANCE = {"variance", "expectation"}


def _moment(side: Term) -> tuple[str, Term] | None:
    """The mean or variance of a variable alone that a side is, up to a factor."""
    factors = side.args if side.op == "mul" else (side,)
    found = [f for f in factors if f.op == "opaque"]
    if len(found) != 1 or len(found[0].args) != 1 or found[0].args[0].op != "symbol":
        return None
    (variable,) = found[0].args
    if any(variable in free_symbols(f) for f in factors if f is not found[0]):
        return None
    return str(found[0].data), variable


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


def _of_two_values(left: Term, right: Term, claim: Claim) -> bool:
    """Whether all probabilities are those of values of one variable: `P(X = 1) = 1 - P(X = 0)`."""
    found = [n for side in (left, right) for n in postorder(side) if _is_probability(n, claim)]
    variables = {_variable(n) for n in found}
    equal = all(arg.data == ("=",) for n in found for arg in n.args if arg.op == "relation")
    return len(found) > 1 and len(variables) == 1 and None not in variables and equal


_STRICT = {"<=": "<", ">=": ">"}


def _loosened(term: Term) -> tuple[object, ...]:
    """What a probability is of, whether orders are strict or not: `P(X \\le x) = P(X < x)`."""
    return tuple(
        (tuple(_STRICT.get(r, r) for r in arg.data), arg.args) if arg.op == "relation" else arg
        for arg in term.args
    )
