r"""A claim about random variables as one about their moments, which are any numbers that moments
can be: which letters are random in it, and what is said of every member of a family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.kinds import ORDER, classify, is_declared
from symdl.evidence.probability.expectations import Moments
from symdl.evidence.probability.jensen import convexities
from symdl.evidence.probability.pointwise import facts
from symdl.evidence.probability.random_variables import (
    Variables,
    family_of,
    is_independence,
    is_operator,
    together,
    variables_of,
)
from symdl.expression.domain import NONNEGATIVE
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import rebuild as rebuilt
from symdl.expression.term import replace as put


def of_numbers(claim: Claim) -> Claim | None:
    """The claim with capitals that were only taken for matrices as numbers, which variances are
    of; None where it has arrays nevertheless."""
    sides = terms_of(claim)
    guessed = {
        s: symbol(s.data.name)
        for side in sides
        for s in free_symbols(side)
        if s.data.role == "matrix" and s.shape is None and not claim.scope.declares(s.data.name)
    }
    plainly = [_scalars(side, guessed) for side in sides] if guessed else sides
    for side in plainly:
        if any(n.shape != () and n.op in ("symbol", "opaque", "matmul") for n in postorder(side)):
            families = {n.args[0] for n in postorder(side) if n.op == "entry"}
            if any(n.shape != () and n not in families for n in postorder(side)):
                return None
    left, right, *conditions = plainly
    return replace(claim, left=left, right=right, conditions=tuple(conditions))


def _scalars(root: Term, table: Mapping[Term, Term]) -> Term:
    made: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(made[a] for a in node.args)
        if node.op == "matmul" and all(a.shape == () for a in args):
            made[node] = make("mul", *args)
        else:
            made[node] = table.get(node) or (node if args == node.args else rebuilt(node, args))
    return made[root]


def multiplies_arrays(claim: Claim) -> bool:
    """Whether a product may be one of matrices: where nothing is a variance, and none of them is
    said to be independent of others."""
    nodes = [n for side in terms_of(claim) for n in postorder(side)]
    scalar = any(n.op == "opaque" and n.data in ("variance", "covariance") for n in nodes)
    scalar = scalar or any(map(is_independence, claim.conditions))
    return not scalar and any(n.op == "matmul" for n in nodes)


def terms_of(claim: Claim) -> list[Term]:
    """Both sides and the conditions."""
    assert claim.right is not None
    return [claim.left, claim.right, *claim.conditions]


def random_in(claim: Claim) -> Variables | None:
    """Random and other symbols, from the sides and from what is stated of expectations."""

    def declared(name: Term) -> bool:
        return is_declared(name, claim.scope)

    found = variables_of([*terms_of(claim)[:2], *stated_moments(claim)], declared)
    if found is None:
        return None
    said = [c for c in claim.conditions if is_independence(c)]
    families = {f for c in said if (f := family_of(c)) is not None}
    apart = (together(c) for c in said if family_of(c) is None)
    return replace(found, independent=tuple(dict.fromkeys(apart)), families=frozenset(families))


def stated_moments(claim: Claim) -> list[Term]:
    return [c for c in claim.conditions if any(is_operator(n) for n in postorder(c))]


def in_moments(claim: Claim, moments: Moments, judge: Judge) -> Claim:
    """The claim about the moments, which are any numbers that moments can be.

    Raises NotMoments.
    """
    variables = moments.variables
    assert claim.right is not None
    left, right = moments.written(claim.left), moments.written(claim.right)
    given = [
        moments.written(c)
        for c in claim.conditions
        if not is_independence(c)
        and (c in stated_moments(claim) or not free_symbols(c) & variables.random)
    ]
    left, right, given = _with_members(left, right, given)
    if claim.relation in ORDER:
        given += moments.bounds
        given += convexities((claim.left, claim.right), variables, moments, judge)
        given += facts(claim, variables, moments, judge)
    kind = classify(left, claim.relation, right, claim.scope, defining="nothing")
    scope = replace(claim.scope, hypotheses=tuple(_general(given, (left, right))))
    found = replace(claim, kind=kind, left=left, right=right, conditions=tuple(given), scope=scope)
    return replace(found, doubt="")


def _with_members(left: Term, right: Term, given: list[Term]) -> tuple[Term, Term, list[Term]]:
    r"""The sides and conditions with what is said of a moment of every member of a family
    (`\operatorname{Var}(X_i) = 1`) in its place."""
    said: dict[Term, tuple[Term, Term, Term]] = {}
    for condition in given:
        entry, value = condition.args if condition.data == ("=",) else (condition, condition)
        index = entry.args[1] if entry.op == "entry" and len(entry.args) == 2 else None
        if index is not None and index.op == "symbol" and entry.args[0] not in free_symbols(value):
            said.setdefault(entry.args[0], (condition, index, value))
    if not said:
        return left, right, given

    def put_in(root: Term) -> Term:
        table = {
            n: substitute(said[n.args[0]][2], {said[n.args[0]][1]: n.args[1]})
            for n in postorder(root)
            if n.op == "entry" and n.args[0] in said
        }
        return put(root, table)

    used = {condition for condition, _, _ in said.values()}
    rest = [put_in(c) for c in given if c not in used]
    variances = (v for base, (_, _, v) in said.items() if base.data.domain == NONNEGATIVE)
    rest += (make("relation", v, number(0), data=(">=",)) for v in variances if free_symbols(v))
    return put_in(left), put_in(right), rest


def _general(given: Sequence[Term], sides: tuple[Term, Term]) -> Iterator[Term]:
    """What is said of every member of a family."""
    spoken = free_symbols(sides[0]) | free_symbols(sides[1])
    for condition in given:
        entries = [n for n in postorder(condition) if n.op == "entry"]
        indices = {i for n in entries for i in n.args[1:] if i.op == "symbol"}
        if indices and indices.isdisjoint(spoken):
            yield condition
