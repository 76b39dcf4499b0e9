r"""Sums over a binomial distribution: a polynomial times `\binom{n}{k} x^k y^{n-k}`.

With the falling powers $k (k - 1) \cdots (k - i + 1)$ in place of the polynomial the sum is
$n (n - 1) \cdots (n - i + 1) x^i (x + y)^{n-i}$ (Graham, Knuth, Patashnik, Concrete Mathematics,
5.12 and 5.6).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import factorial

from symdl.derivation.facts import Facts
from symdl.derivation.tidy import tidy
from symdl.evidence.algebra.normal_form import NotDecided, prove_equal
from symdl.evidence.exact import exact
from symdl.evidence.integrals.coefficients import polynomial
from symdl.evidence.sums.power_series import differences, product_of, split_factors
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, combined, free_symbols, make, number

HIGHEST = 4
ONE = number(1)


@dataclass(slots=True)
class _Factors:
    """front * weight * C(n, k) * one^k * other^(n - k)."""

    front: list[Term] = field(default_factory=list)
    weight: list[Term] = field(default_factory=list)
    degree: int = 0
    one: list[Term] = field(default_factory=list)
    other: list[Term] = field(default_factory=list)
    choices: int = 0


def binomial_sum(body: Term, index: Term, low: int, n: Term) -> Term | None:
    """The sum of body for index = low to n (a count), if it is of this kind."""
    parts = _factors(body, index, n)
    if parts is None or parts.choices != 1 or parts.degree > HIGHEST or low not in (0, 1):
        return None
    weight = product_of(parts.weight)
    if low == 1 and exact(substitute(weight, {index: number(0)})) != 0:
        return None
    one, other = product_of(parts.one), product_of(parts.other)
    whole = tidy(one + other)
    is_one = _is_one(one + other)
    if parts.degree and not is_one and not Facts().nonzero(whole):
        return None
    total: list[Term] = []
    for i, step in enumerate(differences(weight, index, 0, parts.degree)):
        falling = [n if j == 0 else n - number(j) for j in range(i)]
        powers = [make("pow", one, number(i))] if i else []
        if not is_one:
            powers.append(make("pow", whole, n - number(i) if i else n))
        total.append(product_of([step, ONE / number(factorial(i)), *falling, *powers]))
    return product_of([*parts.front, combined("add", total)])


def _is_one(term: Term) -> bool:
    try:
        return prove_equal(term, ONE) is not None
    except NotDecided:
        return False


def _factors(body: Term, index: Term, n: Term) -> _Factors | None:
    found = _Factors()

    def take(node: Term, below: bool) -> bool:
        return _taken(found, node, below, index, n)

    return found if split_factors(body, index, found.front, take) else None


def _taken(found: _Factors, node: Term, below: bool, index: Term, n: Term) -> bool:
    """Whether a factor is C(n, k), a power x^k or y^(n - k), or a polynomial, and noted."""
    if node.op == "binomial":
        found.choices += 1
        return node.args == (n, index) and not below
    if node.op == "pow" and index not in free_symbols(node.args[0]):
        base = ONE / node.args[0] if below else node.args[0]
        if node.args[1] is index:
            found.one.append(base)
            return True
        if node.args[1] is n - index:
            found.other.append(base)
            return True
        return False
    poly = None if below else polynomial(node, index)
    if poly is None:
        return False
    found.weight.append(node)
    found.degree += len(poly) - 1
    return True
