"""Functions of exp(u) for moderate u, apart from those for all others.

While no power of exp(u) leaves the format, sigmoid, softplus and their relatives are quotients of
polynomials in it, whatever the sign of u: half as many steps as with exp(-|u|), and no choice. Each
element goes the way of its own u.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from symdl.code.measured import WORTH, Measured, argument, computed
from symdl.code.share import share
from symdl.code.true_values import TrueValues
from symdl.expression.term import (
    Term,
    every_part,
    free_symbols,
    has_few_parts,
    make,
    number,
    rebuild,
    replace,
    symbol,
)

HALF, THREE_HALVES, TWO, FOUR = (number(n) for n in ("0.5", "1.5", 2, 4))
U = symbol("u")
"""Stands for the argument of the exponential."""
DENSITY = number("0.3989422804014327")
_LARGEST = 120
"""Of how many parts: the functions are written out twice."""


@dataclass(frozen=True, slots=True)
class BySize:
    """Outputs in two spellings, in the parameters and `U` for the term `size`; most: up to which
    size the first holds, in double and in single precision."""

    size: Term
    most: tuple[int, int]
    near: tuple[Term, ...]
    far: tuple[Term, ...]


def _growth(u: Term) -> Term:
    return make("growth", u)


def _over(above: Term, below: Term) -> Term:
    """A quotient of what grows: nothing is multiplied by its numerator alone."""
    return make("over", above, below)


def _sigmoid(u: Term) -> Term:
    if u.op == "neg":
        return make("reciprocal", 1 + _growth(u.args[0]))
    w = _growth(u)
    return _over(w, 1 + w)


def _sigmoid_slope(u: Term) -> Term:
    w = _growth(_unsigned(u))
    return _over(w, (1 + w) * (1 + w))


def _sigmoid_tangent(u: Term, g: Term) -> Term:
    w = _growth(u)
    d = 1 + w
    return _over(w, d) * _over(d + g, d)


def _softplus(u: Term) -> Term:
    return make("log1p", _growth(u))


def _halves(u: Term) -> tuple[Term, Term, Term]:
    """w = exp(u), n and d with tanh(softplus(u)) = n / d."""
    w = _growth(u)
    n = w * (w + 2)
    return w, n, n + 2


def _tanh_softplus(u: Term) -> Term:
    _, n, d = _halves(u)
    return _over(n, d)


def _sech2_softplus(u: Term) -> Term:
    _, n, d = _halves(u)
    return _over(FOUR * (n + 1), d * d)


def _tanh_softplus_slope(u: Term) -> Term:
    w, _, d = _halves(u)
    return _over(FOUR * (w * (1 + w)), d * d)


def _tanh_softplus_tangent(u: Term, g: Term) -> Term:
    w, _, d = _halves(u)
    # (w + 2) d + 4 g (1 + w), with nothing rounded beside the zeros that need not be.
    left = 1 + g + w * (THREE_HALVES + g + w * (1 + w / FOUR))
    return _over(FOUR * w * left, d * d)


def _sech2(u: Term) -> Term:
    w = _growth(TWO * u)
    half = HALF + HALF * w
    return _over(w, half * half)


def _tail(u: Term) -> Term:
    size = make("abs", u.args[0] if u.op == "neg" else u)
    return make("near_bell", size.args[0]) * make("mills", size)


def _normal_cdf(u: Term) -> Term:
    return make("typed", make("opposite", u, _tail(u)), u)


def _normal_pdf(u: Term) -> Term:
    return make("typed", DENSITY * make("near_bell", _unsigned(u)), u)


def _normal_cdf_tangent(u: Term, w: Term) -> Term:
    # Both have one exponential: what is wrong with it does not cancel apart from the rest.
    slope = make("wide", w) * (DENSITY * make("near_bell", _unsigned(u)))
    return make("typed", make("opposite", u, _tail(u)) + slope, u)


def _half_gauss(u: Term) -> Term:
    return make("typed", make("near_bell", _unsigned(u)), u)


GROWTH: dict[str, Callable[..., Term]] = {
    "sigmoid": _sigmoid,
    "sigmoid_slope": _sigmoid_slope,
    "sigmoid_tangent": _sigmoid_tangent,
    "softplus": _softplus,
    "tanh_softplus": _tanh_softplus,
    "sech2_softplus": _sech2_softplus,
    "tanh_softplus_slope": _tanh_softplus_slope,
    "tanh_softplus_tangent": _tanh_softplus_tangent,
    "sech2": _sech2,
}
BELL: dict[str, Callable[..., Term]] = {
    "normal_cdf": _normal_cdf,
    "normal_cdf_tangent": _normal_cdf_tangent,
    "normal_pdf": _normal_pdf,
    "half_gauss": _half_gauss,
}
MODERATE = ((GROWTH, (170, 20)), (BELL, (13, 13)))
"""What is written by which exponential, and up to which |u| in double and in single precision: the
fourth power of exp(u) stays within the format, x^2/2 has an exact part."""


def by_size(outputs: Sequence[Term], parameters: Sequence[Term]) -> BySize | None:
    """The outputs in two spellings, if several functions share exponentials of one u (a helper
    alone is plainer)."""
    parts = every_part(outputs)
    every = set(parameters)
    if not every or any(p.shape for p in parameters):
        return None
    if not all(free_symbols(t) == every and has_few_parts(t, _LARGEST) for t in outputs):
        return None
    for forms, most in MODERATE:
        found = [n for n in parts if n.op in forms]
        arguments = {_unsigned(n.args[0]) for n in found}
        if len(found) > 1 and len(arguments) == 1 and all(map(free_symbols, arguments)):
            (u,) = arguments
            moved = {} if u.op == "symbol" else {u: U}
            near = tuple(replace(t, moved) for t in _near(outputs, forms))
            return BySize(u, most, near, tuple(replace(t, moved) for t in share(outputs)))
    return None


def loses(forms: BySize, spelled: Sequence[Term], literal: Sequence[Term], wide: bool) -> bool:
    """Whether the spelling for moderate arguments loses more than the other there, as far as
    functions of one number can be measured; literal: as the outputs were written, wide: computed in
    double precision only."""
    near = [replace(t, {U: forms.size}) for t in forms.near]
    kinds = (np.float64,) if wide else (np.float64, np.float32)
    return any(
        _lost(form, term, value, forms, kind) > WORTH
        for form, term, value in zip(near, spelled, literal, strict=True)
        for kind in kinds
    )


@lru_cache(maxsize=512)
def _lost(near: Term, spelled: Term, literal: Term, forms: BySize, kind: type[Any]) -> float:
    """How many bits more."""
    x = argument(spelled, literal)
    if x is None:
        return 0.0
    measured = Measured(x, TrueValues(literal, x), kind)
    most = forms.most[kind is np.float32]
    with np.errstate(over="ignore"):
        sizes = np.abs(computed(forms.size, x)(np.array(measured.points)))
    here = [p for p, size in zip(measured.points, sizes.tolist(), strict=True) if size < most]
    lost = [measured.bad(term, here) for term in (near, spelled)]
    return sum(lost[0].values()) - sum(lost[1].values())


def _unsigned(u: Term) -> Term:
    return u.args[0] if u.op == "neg" else u


def _near(outputs: Sequence[Term], forms: Mapping[str, Callable[..., Term]]) -> tuple[Term, ...]:
    """Only these written out: what has another argument keeps its helper."""
    done: dict[Term, Term] = {}
    for node in every_part(outputs):
        args = tuple(done[a] for a in node.args)
        form = forms.get(node.op)
        done[node] = rebuild(node, args) if form is None else form(*args)
    return tuple(done[t] for t in outputs)
