r"""What holds of numbers holds of means: if g(X) <= h(X) for all values, then E[g(X)] <= E[h(X)].

A probability is the mean of an indicator, P(X >= t) = E[1{X >= t}]; a variance the mean of
(X - m)^2, where m, the mean of X, may be any number. From orders between these follow the
inequalities of Markov, Chebyshev and Chernoff (Boucheron, Lugosi, Massart, Concentration
Inequalities, 2.1 and 2.2); from a variance that is not negative E[g]^2 <= E[g^2].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.probability.expectations import Moments, NotMoments
from symdl.evidence.probability.random_variables import Variables, is_operator
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as put

MOST_BODIES = 4
POLYNOMIAL = frozenset({"add", "neg", "mul", "matmul", "pow"})
MEASURES = frozenset({"P", "\\Pr", "Pr", "\\mathbb{P}"})
ABOVE = {">=": True, ">": True, "<=": False, "<": False}
ZERO, ONE, TWO = number(0), number(1), number(2)


def with_indicators(claim: Claim) -> Claim:
    r"""The claim with `P(X \ge a)` as the mean of an indicator."""
    table: dict[Term, Term] = {}
    for term in claim.terms:
        for node in postorder(term):
            if _is_chance_of_values(node, claim):
                indicator = make("indicator", node.args[0])
                table[node] = make("opaque", indicator, data="expectation")
    if not table:
        return claim
    return claim.mapped(lambda term: put(term, table))


def _is_chance_of_values(node: Term, claim: Claim) -> bool:
    """Whether a node is the probability of a relation between numbers."""
    if len(node.args) != 1 or node.args[0].op != "relation":
        return False
    event = node.args[0]
    if event.data[0] not in ABOVE and event.data != ("=",):
        return False
    if any(a.shape != () for a in event.args):
        return False
    if node.op == "opaque":
        return bool(node.data == "probability")
    name = node.data.function.name if node.op == "call" and not node.data.primes else ""
    return name in MEASURES and name not in claim.scope.functions


# --- the whole claim as one about numbers ---------------------------------------------------------


def of_values(claim: Claim, random: frozenset[Term]) -> Claim | None:
    """The claim about all values whose means are compared; None where the sides are no sums of
    means with numbers before them."""
    assert claim.right is not None
    means: dict[Term, Term] = {}
    sides = [_body(side, random, means) for side in (claim.left, claim.right)]
    if None in sides or any(any(map(is_operator, postorder(c))) for c in claim.conditions):
        return None
    left, right = (side for side in sides if side is not None)
    kind = "identity" if claim.relation in ("=", "equiv") else "bound"
    scope = replace(claim.scope, hypotheses=())
    return replace(claim, kind=kind, left=left, right=right, scope=scope, doubt="")


def _body(side: Term, random: frozenset[Term], means: dict[Term, Term]) -> Term | None:
    """What a sum of means is the mean of."""
    if is_operator(side):
        return _of_mean(side, random, means)
    if not any(map(is_operator, postorder(side))):
        return None if free_symbols(side) & random else side
    if side.op in ("add", "neg"):
        parts = [_body(a, random, means) for a in side.args]
        return None if None in parts else make(side.op, *(p for p in parts if p is not None))
    held = [any(map(is_operator, postorder(a))) for a in side.args]
    if (side.op == "mul" and sum(held) == 1) or (side.op == "div" and held == [True, False]):
        parts = [_body(a, random, means) for a in side.args]
        return None if None in parts else make(side.op, *(p for p in parts if p is not None))
    return None


def _of_mean(node: Term, random: frozenset[Term], means: dict[Term, Term]) -> Term | None:
    count = 2 if node.data == "covariance" else 1
    if len(node.args) != count or any(a.op == "given" or a.shape != () for a in node.args):
        return None
    if node.data == "expectation":
        return put(node.args[0], _mean_letters(node.args, means))
    parts = [_centred(a, random, means) for a in (node.args[0], node.args[-1])]
    return None if None in parts else make("mul", *(p for p in parts if p is not None))


def _mean_letters(terms: Iterable[Term], means: dict[Term, Term]) -> dict[Term, Term]:
    """A letter for each mean inside of others, which may be any number."""
    inner = [n for term in terms for n in postorder(term) if is_operator(n)]
    for node in inner:
        if node.data == "expectation" and len(node.args) == 1:
            means.setdefault(node, symbol(f"mean {len(means)}"))
    return means


def _centred(body: Term, random: frozenset[Term], means: dict[Term, Term]) -> Term | None:
    if body.op != "symbol" or body not in random:
        return None
    mean = make("opaque", body, data="expectation")
    letters = _mean_letters([mean], means)
    return body - letters[mean]


# --- facts about means ----------------------------------------------------------------------------


def facts(claim: Claim, variables: Variables, moments: Moments, judge: Judge) -> Iterator[Term]:
    """Relations between the means of a claim, which hold whatever the distribution is."""
    bodies = _bodies(claim)
    plain = [b for b in bodies if b.op != "indicator" and free_symbols(b) & variables.random]

    def mean(body: Term) -> Term:
        return moments.written(make("opaque", body, data="expectation"))

    def holds(left: Term, relation: str, right: Term) -> bool:
        """Whether it holds for all values."""
        conditions = tuple(c for c in claim.conditions if not any(map(is_operator, postorder(c))))
        asked = replace(
            claim, kind="bound", left=left, relation=relation, right=right, conditions=conditions
        )
        return judge(replace(asked, scope=replace(asked.scope, hypotheses=()))).kind == "proved"

    try:
        for body in bodies:
            if body.op == "indicator":
                yield from _of_event(body, plain, variables, mean, holds)
        yield from _of_squares(plain, mean)
        yield from _orders(plain, variables, mean, holds)
    except NotMoments:
        return


def _bodies(claim: Claim) -> list[Term]:
    found: dict[Term, None] = {}
    for side in claim.terms:
        for node in postorder(side):
            if node.op == "opaque" and node.data == "expectation" and len(node.args) == 1:
                found[node.args[0]] = None
    return list(found)


Holds = Callable[[Term, str, Term], bool]
Mean = Callable[[Term], Term]


def _of_event(
    body: Term, others: Sequence[Term], variables: Variables, mean: Mean, holds: Holds
) -> Iterator[Term]:
    """What Markov, Chebyshev and Chernoff say of P(u >= t)."""
    chance = mean(body)
    yield make("relation", ZERO, chance, data=("<=",))
    yield make("relation", chance, ONE, data=("<=",))
    (event,) = body.args
    if len(event.data) > 1 or event.data[0] not in ABOVE:
        return
    u, t = event.args if ABOVE[event.data[0]] else event.args[::-1]
    if free_symbols(t) & variables.random:  # P(u < t) by what is said of P(u >= t)
        u, t, chance = t, u, ONE - chance
    if free_symbols(t) & variables.random:
        return
    if holds(t, ">", ZERO):
        inner = u.args[0] if u.op == "abs" else u
        yield make("relation", chance, mean(_power(inner)) / t**TWO, data=("<=",))
        if holds(u, ">=", ZERO):
            yield make("relation", chance, mean(u) / t, data=("<=",))
    for other in others:
        least = put(other, {u: t})
        if other.op != "exp" or free_symbols(least) & variables.random:
            continue
        if event.args[0] is u and holds(body, "<=", other / least):  # of the event itself
            yield make("relation", mean(body), mean(other) / least, data=("<=",))


def _power(body: Term) -> Term:
    return (body.args[0] if body.op == "abs" else body) ** TWO


def _of_squares(bodies: Sequence[Term], mean: Mean) -> Iterator[Term]:
    """E[g]^2 <= E[g^2]."""
    spoken = {mean(body) for body in bodies}
    for body in bodies[:MOST_BODIES]:
        for root in (body, _half(body)):
            square = None if root is None or root.op == "symbol" else mean(_power(root))
            if root is not None and square is not None and square in spoken:
                yield make("relation", mean(root) ** TWO, square, data=("<=",))


def _is_polynomial(body: Term) -> bool:
    """Whether moments say all there is to say of a mean."""
    return all(n.op in POLYNOMIAL or n.op in ("number", "symbol") for n in postorder(body))


def _half(body: Term) -> Term | None:
    """x^2 for x^4."""
    exponent = value_of(body.args[1]) if body.op == "pow" else None
    even = exponent is not None and exponent.denominator == 1 and exponent % 2 == 0
    return body.args[0] ** number(exponent / 2) if even and exponent is not None else None


def _orders(
    bodies: Sequence[Term], variables: Variables, mean: Mean, holds: Holds
) -> Iterator[Term]:
    """Means of functions that are in order, with those of the variables themselves."""
    functions = [b for b in bodies if not _is_polynomial(b)][:MOST_BODIES]
    names = sorted({s for b in functions for s in free_symbols(b) & variables.random}, key=repr)
    for body in functions:
        if holds(body, ">=", ZERO):
            yield make("relation", mean(body), ZERO, data=(">=",))
        for name in names[:MOST_BODIES]:
            for other in (name, -name):
                if name in free_symbols(body) and holds(body, ">=", other):
                    yield make("relation", mean(body), mean(other), data=(">=",))
    for one, other in permutations(functions, 2):
        if holds(one, "<=", other):
            yield make("relation", mean(one), mean(other), data=("<=",))
