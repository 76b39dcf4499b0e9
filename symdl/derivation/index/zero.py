"""Whether a Form is 0 as a rational function of its factors."""

from __future__ import annotations

from math import floor

from symdl.derivation.index.form import Space
from symdl.derivation.index.kernels import power
from symdl.derivation.index.nouns import Factor, Form
from symdl.derivation.index.products import monomial

MAX_ROUNDS = 12


def is_zero(space: Space, form: Form) -> bool:
    """Whether a Form vanishes once its denominators are multiplied out, outermost first."""
    for _ in range(MAX_ROUNDS):
        if not form.terms:
            return True
        factor = _outermost(form)
        if factor is None:
            return False
        form = _cleared(space, form, factor)
    return not form.terms


def _outermost(form: Form) -> Factor | None:
    """A base under a negative or improper power that stands inside of no other."""
    found = [f for mono in form.terms for f, e in mono if f.kind == "base" and floor(e) != 0]
    return max(found, key=lambda f: f.number, default=None)


def _cleared(space: Space, form: Form, factor: Factor) -> Form:
    """The Form times the power of a base that leaves exponents between 0 and 1."""
    lowest = min(floor(dict(mono).get(factor, 0)) for mono in form.terms)
    parts = []
    for mono, c in form.terms.items():
        exponents = dict(mono)
        e = exponents.pop(factor, 0) - lowest
        whole = floor(e)
        rest = monomial(space, (tuple(exponents.items()),))
        root = space.of(factor, e - whole) if e != whole else space.number(1)
        up = power(space, factor.parts[0], whole)
        parts.append(space.scale(space.multiply(rest, root, up), c))
    return space.add(*parts)
