"""Large identities of rational functions, compared at random points modulo a prime.

Two different rational functions whose difference has a numerator of degree d agree at a random
point of a field of q elements with probability at most d/q (Schwartz 1980, Zippel 1979), as long
as the numerator does not vanish modulo the prime itself: agreement is therefore `confirmed` with
its bound on error, and no proof.
"""

from __future__ import annotations

from math import log10
from random import Random

from symdl.evidence.claim import Claim
from symdl.evidence.points import atoms
from symdl.evidence.verdict import Verdict
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, postorder, size

METHOD = "finite-field"
PRIME = 2**61 - 1
POINTS = 6
MOST_NODES = 20_000
HIGHEST = 10**9
"""Degree of a numerator for which the bound on error is still worth telling."""
SEED = 61


def judge_in_finite_field(claim: Claim) -> Verdict | None:
    """`confirmed` if both sides are rational functions that agree at random points; else None."""
    if claim.relation not in ("=", "equiv") or claim.right is None or claim.conditions:
        return None
    if claim.left.shape != () or claim.right.shape != ():
        return None
    left, right = claim.left, claim.right
    if size(left) + size(right) > MOST_NODES:
        return None
    degrees = degree(left), degree(right)
    if degrees[0] is None or degrees[1] is None:
        return None
    # a/b - c/d has the numerator ad - cb
    most = max(degrees[0][0] + degrees[1][1], degrees[1][0] + degrees[0][1])
    wanted = atoms((left, right))
    if not wanted or not 0 < most <= HIGHEST or agreements(left, right, wanted) < POINTS:
        return None
    digits = int(POINTS * (log10(PRIME) - log10(most)))
    message = (
        f"equal at {POINTS} points drawn modulo 2^61 - 1, which for sides that differ there has "
        f"a probability of less than 10^-{digits}; not a proof"
    )
    evidence = {"prime": str(PRIME), "points": POINTS, "degree": most}
    return Verdict("confirmed", METHOD, message, evidence=evidence)


def degree(root: Term) -> tuple[int, int] | None:
    """Bounds on the degrees of numerator and denominator; None if the term is no rational
    function with exact numbers."""
    found: dict[Term, tuple[int, int]] = {}
    for node in postorder(root):
        of = _degree(node, [found.get(a, (0, 0)) for a in node.args])
        if of is None or max(of) > HIGHEST:
            return None
        found[node] = of
    return found[root]


def _degree(node: Term, args: list[tuple[int, int]]) -> tuple[int, int] | None:
    if node.op == "number":
        return 0, 0
    if node.op in ("symbol", "entry"):
        return 1, 0
    if node.op == "neg":
        return args[0]
    if node.op in ("mul", "hadamard"):
        return sum(a for a, _ in args), sum(b for _, b in args)
    if node.op == "div":
        return args[0][0] + args[1][1], args[0][1] + args[1][0]
    if node.op == "add":
        below = sum(b for _, b in args)
        return max(a + below - b for a, b in args), below
    exponent = value_of(node.args[1]) if node.op == "pow" else None
    if exponent is None or exponent.denominator != 1:
        return None
    above, under = args[0] if exponent >= 0 else args[0][::-1]
    return above * abs(int(exponent)), under * abs(int(exponent))


def agreements(left: Term, right: Term, wanted: list[Term]) -> int:
    """At how many random points the sides agree, as far as the first at which they do not."""
    draw = Random(SEED)
    count = 0
    for _ in range(3 * POINTS):
        point = {atom: draw.randrange(PRIME) for atom in wanted}
        try:
            if value(left, point) != value(right, point):
                return 0
        except ZeroDivisionError:
            continue
        count += 1
        if count == POINTS:
            break
    return count


def value(root: Term, point: dict[Term, int]) -> int:
    """The value of a rational function at a point modulo the prime; ZeroDivisionError where a
    denominator is 0 there."""
    found: dict[Term, int] = dict(point)
    for node in postorder(root):
        if node not in found:
            found[node] = _value(node, [found[a] for a in node.args]) % PRIME
    return found[root]


def _value(node: Term, args: list[int]) -> int:
    if node.op == "number":
        number = node.data.value
        return int(number.numerator) * _inverse(number.denominator)
    if node.op == "neg":
        return -args[0]
    if node.op == "add":
        return sum(args)
    if node.op == "div":
        return args[0] * _inverse(args[1])
    if node.op == "pow":
        exponent = value_of(node.args[1])
        assert exponent is not None
        base = args[0] if exponent >= 0 else _inverse(args[0])
        return pow(base, abs(int(exponent)), PRIME)
    product = 1
    for factor in args:
        product = product * factor % PRIME
    return product


def _inverse(number: int) -> int:
    if number % PRIME == 0:
        raise ZeroDivisionError
    return pow(number, -1, PRIME)
