r"""What `\mu_X` and `\sigma_X^2` are beside an expectation: the mean and the variance of X.

In `E[(X - \mu)^2] = E[X^2] - \mu^2` nobody says so, and everybody means it. Where a formula takes
expectations of one random variable the bare letters are its moments too.
"""

from __future__ import annotations

from collections.abc import Iterable

from symdl.evidence.claim import Claim
from symdl.evidence.probability.random_variables import is_operator
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as put

MEAN, DEVIATION = "\\mu", "\\sigma"
TWO = number(2)
_MARKS = str.maketrans("", "", "{}, ")


def with_moments(claim: Claim, every: bool = False) -> tuple[Claim, tuple[str, ...]]:
    r"""The claim with the moments of its random variables in the place of their letters, and what
    was read so (`μ_X as the mean of X`). A letter that is declared, defined or given is left,
    unless every letter is asked for."""
    sides = claim.sides
    everywhere = (*sides, *claim.conditions)
    nodes = list(dict.fromkeys(node for term in everywhere for node in postorder(term)))
    hypotheses = claim.scope.hypotheses
    said = {name for condition in claim.conditions for name in _outside(condition)}
    said |= {name for hypothesis in hypotheses for name in _outside(hypothesis)}
    chance = _random(nodes)
    if any(name in claim.scope.values for name in chance.values()):
        return claim, ()  # what is made of others has moments of its own
    table: dict[Term, Term] = {}
    words: dict[str, None] = {}
    for node in nodes:
        base = node.args[0] if node.op == "pow" and node.args[1] is TWO else node
        if base.op != "symbol" or not (every or _is_free(base, claim, said)):
            continue
        found = _moment(base, node is not base, chance)
        if found is not None:
            table[node], meant = found
            words[f"{plain(node)} as {meant}"] = None
    if not table:
        return claim, ()
    made = claim.mapped(lambda term: put(term, table))
    if made.right is made.left and claim.right in table:
        return claim, ()  # `E[X] = \mu` says what the letter is
    return made, tuple(words)


def _outside(condition: Term) -> set[Term]:
    """The letters that a condition says something of: those outside of expectations."""
    found = {condition}
    stack = [condition]
    while stack:
        inner = () if is_operator(node := stack.pop()) else node.args
        found.update(inner)
        stack.extend(inner)
    return found


def _is_free(name: Term, claim: Claim, said: set[Term]) -> bool:
    known = name in said or name in claim.scope.values
    return not known and not claim.scope.declares(name.data.name)


def _random(nodes: Iterable[Term]) -> dict[str, Term]:
    """The capital letters that expectations, variances and covariances are taken of."""
    found: dict[str, Term] = {}
    for node in nodes:
        if is_operator(node):
            inside = (s for arg in node.args for s in free_symbols(arg))
            found |= {str(s.data.name): s for s in inside if str(s.data.name).isupper()}
    return found


def _moment(base: Term, squared: bool, chance: dict[str, Term]) -> tuple[Term, str] | None:
    """The moment that a name, or its square, stands for, and its words."""
    letter, _, of = str(base.data.name).partition("_")
    of = of.replace("\\text", "").translate(_MARKS)
    names = [chance[c] for c in of if c in chance]
    if len(names) < len(of) or (not of and len(chance) != 1):
        return None
    names = names or list(chance.values())
    told = ", ".join(map(plain, names))
    if letter == MEAN and len(names) == 1:
        return None if squared else (_of("expectation", names), f"the mean of {told}")
    if letter != DEVIATION or len(names) > 2:
        return None
    if len(names) == 2:
        return None if squared else (_of("covariance", names), f"the covariance of {told}")
    if squared:
        return _of("variance", names), f"the variance of {told}"
    return make("sqrt", _of("variance", names)), f"the standard deviation of {told}"


def _of(operator: str, names: list[Term]) -> Term:
    return make("opaque", *names, data=operator)
