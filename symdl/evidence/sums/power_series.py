r"""Series of a polynomial times powers, over a factorial or not: `\sum k r^{k-1}`, `\sum c^k/k!`.

With P in Newton's basis, `P(j) = \sum_i q_i \binom{j}{i}` and q_i the differences of P at 0,
`\sum_j \binom{j}{i} b^j = b^i/(1 - b)^{i+1}` for |b| < 1 and
`\sum_j \binom{j}{i} b^j/j! = b^i e^b/i!` for every b (Graham, Knuth, Patashnik, Concrete
Mathematics, 5.56 and 7.2). Powers start at the first index of the sum, so that b may be 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import comb, factorial

from symdl.derivation.facts import Facts
from symdl.evidence.algebra.back import term_of
from symdl.evidence.cells import NO_ANSWER, normal
from symdl.evidence.integrals.coefficients import polynomial
from symdl.expression.numerals import value_of
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, combined, free_symbols, make, number

HIGHEST, MOST_LEFT_OUT = 6, 6
ONE = number(1)


@dataclass(slots=True)
class Factors:
    """front * weight * base^(k - low) / (k + shift)!, the factorial only where shift is set."""

    front: list[Term] = field(default_factory=list)
    weight: list[Term] = field(default_factory=list)
    degree: int = 0
    base: list[Term] = field(default_factory=list)
    shift: int | None = None


def power_series(body: Term, index: Term, low: int, small: Callable[[Term], bool]) -> Term | None:
    """The sum of body for index = low, low + 1, ..., if it is of such a kind. `small` says of a
    term whether it certainly lies between -1 and 1."""
    parts = _factors(body, index, low)
    if parts is None or parts.degree > HIGHEST:
        return None
    base, weight = product_of(parts.base), product_of(parts.weight)
    if parts.shift is None:
        if not parts.base or not small(base):
            return None
        total = _geometric(weight, index, low, parts.degree, base)
    else:
        start = low + parts.shift
        if not 0 <= start <= MOST_LEFT_OUT or (start and not Facts().nonzero(base)):
            return None
        total = _exponential(weight, index, low, parts, base)
    return product_of([*parts.front, total])


def _geometric(weight: Term, index: Term, low: int, degree: int, base: Term) -> Term:
    """The sum of P(low + j) b^j over j >= 0."""
    left = ONE - base
    return combined("add", [
        product_of([q, _power(base, i), ONE / _power(left, i + 1)])
        for i, q in enumerate(differences(weight, index, low, degree))
    ])  # fmt: skip


def _exponential(weight: Term, index: Term, low: int, parts: Factors, base: Term) -> Term:
    """The sum of P(k) b^(k - low)/(k + shift)! over k >= low, where low + shift = s >= 0: with
    j = k + shift that of P(j - shift) b^(j - s)/j! over j >= s."""
    assert parts.shift is not None
    begin = low + parts.shift
    if begin:
        # b^(j - s) over (j)! = what is left of the whole series, over b^s
        missing = [
            product_of([
                substitute(weight, {index: number(j - parts.shift)}),
                _power(base, j), number(1) / number(factorial(j)),
            ])
            for j in range(begin)
        ]  # fmt: skip
    whole = [
        product_of([q, _power(base, i), ONE / number(factorial(i))])
        for i, q in enumerate(differences(weight, index, -parts.shift, parts.degree))
    ]
    total = make("mul", make("exp", base), combined("add", whole))
    if not begin:
        return total
    return make(
        "div", combined("add", [total, *(make("neg", m) for m in missing)]), _power(base, begin)
    )


def differences(weight: Term, index: Term, low: int, degree: int) -> list[Term]:
    """The differences of order 0, 1, ... of a polynomial at low."""
    values = [substitute(weight, {index: number(low + i)}) for i in range(degree + 1)]
    return [
        combined("add", [number((-1) ** (i - m) * comb(i, m)) * values[m] for m in range(i + 1)])
        for i in range(degree + 1)
    ]


def _power(base: Term, exponent: int) -> Term:
    if exponent == 0:
        return ONE
    return base if exponent == 1 else make("pow", base, number(exponent))


def product_of(parts: list[Term]) -> Term:
    """The product of some terms, without the ones."""
    kept = [p for p in parts if p is not ONE]
    return combined("mul", kept)


# --- the factors of a term ------------------------------------------------------------------------


def _factors(body: Term, index: Term, low: int) -> Factors | None:
    found = Factors()

    def take(node: Term, below: bool) -> bool:
        return _taken(found, node, below, index, low)

    return found if split_factors(body, index, found.front, take) else None


def split_factors(
    body: Term, index: Term, front: list[Term], take: Callable[[Term, bool], bool]
) -> bool:
    """Whether a body is a product of factors without the index, which go to the front, and of
    others that are taken; `take` gets each of these, and whether it stands below a bar."""
    stack = [(body, False)]
    while stack:
        node, below = stack.pop()
        if index not in free_symbols(node):
            front.append(ONE / node if below else node)
        elif node.op == "neg":
            front.append(number(-1))
            stack.append((node.args[0], below))
        elif node.op == "mul":
            stack.extend((a, below) for a in node.args)
        elif node.op == "div":
            stack.extend(((node.args[0], below), (node.args[1], not below)))
        elif not take(node, below):
            return False
    return True


def _taken(found: Factors, node: Term, below: bool, index: Term, low: int) -> bool:
    """Whether a factor is a power, an exponential, a polynomial or a factorial below, and noted."""
    if node.op == "factorial" and below and found.shift is None:
        line = line_of(node.args[0], index)
        if line is None or line[0] != 1:
            return False
        found.shift = line[1]
        return True
    if node.op == "pow" and index not in free_symbols(node.args[0]):
        line = line_of(node.args[1], index)
        if line is None or not line[0]:
            return False
        slope, first = (-v if below else v for v in (line[0], line[0] * low + line[1]))
        found.base.append(_signed(node.args[0], slope))
        found.front.append(_signed(node.args[0], first))
        return True
    if node.op == "exp":
        step = step_of_exponent(node.args[0], index)
        if step is None:
            return False
        start = substitute(node.args[0], {index: number(low)})
        for u, into in ((step, found.base), (start, found.front)):
            into.append(make("exp", make("neg", u) if below else u))
        return True
    poly = None if below else polynomial(node, index)
    if poly is None:
        return False
    found.weight.append(node)
    found.degree += len(poly) - 1
    return True


def _signed(base: Term, exponent: int) -> Term:
    return _power(base, exponent) if exponent >= 0 else ONE / _power(base, -exponent)


def line_of(exponent: Term, index: Term) -> tuple[int, int] | None:
    """m and c of m k + c, whole numbers."""
    poly = polynomial(exponent, index)
    if poly is None or len(poly) > 2:
        return None
    values = [value_of(c) for c in poly]
    if len(values) != 2 or any(v is None or v.denominator != 1 for v in values):
        return None
    shift, slope = (int(v) for v in values if v is not None)
    return slope, shift


def step_of_exponent(exponent: Term, index: Term) -> Term | None:
    """What an exponent grows by from one index to the next, if that is always the same."""
    later = substitute(exponent, {index: index + 1})
    try:
        found = normal((), later - exponent)
    except NO_ANSWER:
        return None
    step = term_of(found.ring, found.value)
    return None if step is None or index in free_symbols(step) else step
