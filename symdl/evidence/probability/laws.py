r"""The named distributions: a row for each, with its mean, variance, moments and density.

Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions; Feller, volume 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb, factorial, prod

from symdl.expression.term import Term, constant, make, number

ONE, TWO = number(1), number(2)
INFINITY, PI = constant("infinity"), constant("pi")
Density = tuple[Term, Term, Term]
"""Where the values of a variable begin and end, and its density between."""


@dataclass(frozen=True, slots=True)
class KnownLaw:
    """The mean and the variance of a distribution in its parameters, what these must meet, and,
    where they are known, `E[X^k]` for whole k of at least 1, the density at x, and the divergence
    from another distribution of the family, of which the parameters come second."""

    mean: Callable[..., Term]
    variance: Callable[..., Term]
    demands: Callable[..., tuple[Term, ...]]
    moment: Callable[..., Term] | None = None
    density: Callable[..., Density] | None = None
    divergence: Callable[..., Term] | None = None


def _least(term: Term, *relation: str) -> Term:
    return make("relation", term, number(0), data=relation or (">=",))


def _chance(p: Term) -> tuple[Term, ...]:
    return _least(p), _least(ONE - p)


def _normal_moment(order: int, mean: Term, variance: Term) -> Term:
    """`E[X^k]`, the sum over even j of `C(k, j) mean^(k-j) variance^(j/2) (j-1)!!`."""
    parts = []
    for j in range(0, order + 1, 2):
        pairings = prod(range(1, j, 2))
        factors = [number(comb(order, j) * pairings)]
        factors += [mean ** number(order - j)] if j < order else []
        factors += [variance ** number(j // 2)] if j else []
        parts.append(make("mul", *factors) if len(factors) > 1 else factors[0])
    return make("add", *parts) if len(parts) > 1 else parts[0]


def _on_the_line(density: Term) -> Density:
    return make("neg", INFINITY), INFINITY, density


def _bell(x: Term, mean: Term, variance: Term) -> Density:
    power = make("neg", (x - mean) ** TWO / (TWO * variance))
    return _on_the_line(make("exp", power) / make("sqrt", TWO * PI * variance))


def _between_normals(m: Term, v: Term, mean: Term, variance: Term) -> Term:
    """Kullback and Leibler, On information and sufficiency, 1951, for one dimension."""
    return (make("log", variance / v) + (v + (m - mean) ** TWO) / variance - ONE) / TWO


def _between_chances(p: Term, q: Term) -> Term:
    return p * make("log", p / q) + (ONE - p) * make("log", (ONE - p) / (ONE - q))


def _two_sided(x: Term, middle: Term, scale: Term) -> Density:
    power = make("neg", make("abs", x - middle) / scale)
    return _on_the_line(make("exp", power) / (TWO * scale))


NORMAL = KnownLaw(
    lambda m, v: m,
    lambda m, v: v,
    lambda m, v: (_least(v),),
    _normal_moment,
    _bell,
    _between_normals,
)
UNIFORM = KnownLaw(
    lambda a, b: (a + b) / TWO,
    lambda a, b: (b - a) ** TWO / number(12),
    lambda a, b: (_least(b - a, ">"),),
    None,
    lambda x, a, b: (a, b, ONE / (b - a)),
)
BERNOULLI = KnownLaw(
    lambda p: p, lambda p: p * (ONE - p), _chance, lambda k, p: p, divergence=_between_chances
)
BINOMIAL = KnownLaw(
    lambda n, p: n * p,
    lambda n, p: n * p * (ONE - p),
    lambda n, p: (_least(n), *_chance(p)),
)
POISSON = KnownLaw(
    lambda rate: rate,
    lambda rate: rate,
    lambda rate: (_least(rate),),
    divergence=lambda a, b: a * make("log", a / b) - a + b,
)
EXPONENTIAL = KnownLaw(
    lambda rate: ONE / rate,
    lambda rate: ONE / rate**TWO,
    lambda rate: (_least(rate, ">"),),
    lambda k, rate: number(factorial(k)) / rate ** number(k),
    lambda x, rate: (number(0), INFINITY, rate * make("exp", make("neg", rate * x))),
    lambda a, b: make("log", a / b) + b / a - ONE,
)
LAPLACE = KnownLaw(
    lambda m, b: m, lambda m, b: TWO * b**TWO, lambda m, b: (_least(b, ">"),), None, _two_sided
)
LAWS: dict[str, tuple[KnownLaw, int]] = {
    **dict.fromkeys(("N", "Normal", "Gaussian"), (NORMAL, 2)),
    **dict.fromkeys(("U", "Unif", "Uniform"), (UNIFORM, 2)),
    **dict.fromkeys(("Bern", "Ber", "Bernoulli"), (BERNOULLI, 1)),
    **dict.fromkeys(("Bin", "Binom", "Binomial"), (BINOMIAL, 2)),
    **dict.fromkeys(("Poisson", "Pois", "Poi"), (POISSON, 1)),
    **dict.fromkeys(("Exp", "Exponential"), (EXPONENTIAL, 1)),
    "Laplace": (LAPLACE, 2),
}
"""By name, with the number of their parameters."""
