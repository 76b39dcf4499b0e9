"""What the summands of a Form share, and which of them comes first."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from symdl.derivation.index.form import Space, lowered
from symdl.derivation.index.nouns import POSITIVE, Coefficient, Exponent, Factor, Form, Mono
from symdl.derivation.index.products import ordered
from symdl.derivation.index.shades import blank


def parted(space: Space, form: Form, signed: bool) -> tuple[Fraction, Form, Form]:
    """A sum as content * common factors * what is left; only positive factors (and a positive
    content) leave where `signed` is False."""
    terms = form.terms
    content = Fraction(
        gcd(*(Fraction(c).numerator for c in terms.values())),
        lcm(*(Fraction(c).denominator for c in terms.values())),
    )
    if signed and lead(form)[1] < 0:
        content = -content
    exponents: dict[Factor, Exponent] = {}
    for mono in terms:
        for f, _ in mono:
            if signed or f.sign == POSITIVE:
                exponents[f] = 0
    for f in exponents:
        exponents[f] = min(dict(mono).get(f, 0) for mono in terms)
    common = ordered(exponents)
    inverse = tuple((f, -x) for f, x in common)
    left = {
        ordered(_merged(mono, inverse)): lowered(Fraction(c) / content) for mono, c in terms.items()
    }
    return content, space.form({common: 1}), space.form(left)


def _merged(a: Mono, b: Mono) -> dict[Factor, Exponent]:
    total = dict(a)
    for f, e in b:
        total[f] = total.get(f, 0) + e
    return total


def lead(form: Form) -> tuple[Mono, Coefficient]:
    """The summand that gives a Form its sign: by structure first, not by names of indices."""
    shades = blank(form)
    return min(
        form.terms.items(),
        key=lambda item: (shades[item[0]], [(f.number, str(e)) for f, e in item[0]]),
    )
