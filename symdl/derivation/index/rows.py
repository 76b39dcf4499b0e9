"""Operator rows with rules of their own in index forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symdl.derivation.index import kernels as ker
from symdl.derivation.index import switches
from symdl.derivation.index.form import Space
from symdl.derivation.index.nouns import POSITIVE, Form, TooLarge
from symdl.derivation.index.signs import sign_of


def _power(space: Space, base: Form, exponent: Form) -> Form:
    value = exponent.constant
    if value is not None:
        return ker.power(space, base, value)
    if sign_of(base) != POSITIVE and _is_whole(space, exponent):
        return _whole_power(space, base, exponent)
    if sign_of(base) != POSITIVE:
        space.demands[base, ">"] = None
    return ker.exponential(space, space.multiply(exponent, ker.logarithm(space, base)))


def _is_whole(space: Space, exponent: Form) -> bool:
    """Whether an exponent is a whole number for all values of its names: sizes and counts."""
    names = space.counts | space.whole
    return all(
        c == int(c)
        and all(f.kind == "scalar" and f.head in names and e == int(e) > 0 for f, e in mono)
        for mono, c in exponent.terms.items()
    )


def _whole_power(space: Space, base: Form, exponent: Form) -> Form:
    """A power of a base of any sign: `c^{n - 1}` is `c^{-1}` times what `c^n` is, of which nothing
    else is known; an even one is that of |c|."""
    constant = next((c for mono, c in exponent.terms.items() if not mono), 0)
    rest = space.subtract(exponent, space.number(constant))
    if all(c % 2 == 0 for c in rest.terms.values()):
        size = ker.logarithm(space, switches.absolute(space, base))
        whole = ker.exponential(space, space.multiply(rest, size))
    else:
        whole = switches.kernel(space, ("pow", False), (base, rest))
    return space.multiply(ker.power(space, base, constant), whole)


def _root(space: Space, base: Form, degree: Form) -> Form:
    value = degree.constant
    if value is None or value != int(value) or value <= 0:
        raise TooLarge("a root of symbolic degree")
    if value % 2 and not sign_of(base):
        raise TooLarge("an odd root")
    return ker.power(space, base, Fraction(1, int(value)))


def _maximum(space: Space, *forms: Form) -> Form:
    """max(a, b) = b + max(0, a - b), one after the other."""
    result = forms[0]
    for form in forms[1:]:
        result = space.add(form, switches.positive_part(space, space.subtract(result, form)))
    return result


def _minimum(space: Space, *forms: Form) -> Form:
    opposite = (space.scale(form, -1) for form in forms)
    return space.scale(_maximum(space, *opposite), -1)


def _tanh(space: Space, u: Form) -> Form:
    """tanh(u) by itself, or as 2 s(2u) - 1 where that is asked for."""
    if not space.tanh:
        space.tanh = False
        return switches.kernel(space, ("tanh", True), (u,))
    return space.subtract(space.scale(ker.sigma(space, space.scale(u, 2)), 2), space.number(1))


def _quotient(space: Space, a: Form, b: Form) -> Form:
    return space.multiply(a, ker.power(space, b, -1))


OWN_ROWS: Mapping[str, Callable[..., Form]] = {
    "add": lambda space, *forms: space.add(*forms),
    "mul": lambda space, *forms: space.multiply(*forms),
    "neg": lambda space, u: space.scale(u, -1),
    "div": _quotient,
    "pow": _power,
    "root": _root,
    "sqrt": lambda space, u: ker.power(space, u, Fraction(1, 2)),
    "exp": ker.exponential,
    "log": ker.logarithm,
    "abs": switches.absolute,
    "sigmoid": ker.sigma,
    "tanh": _tanh,
    "relu": switches.positive_part,
    "max": _maximum,
    "min": _minimum,
}
