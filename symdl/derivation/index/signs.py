"""What is certain of the sign of a Form."""

from __future__ import annotations

from symdl.derivation.index.nouns import NONNEGATIVE, POSITIVE, UNKNOWN, Exponent, Factor, Form


def factor_sign(factor: Factor, e: Exponent) -> int:
    """The sign of a factor under its exponent."""
    if factor.sign == POSITIVE:
        return POSITIVE
    if not isinstance(e, int):
        return POSITIVE if e < 0 else NONNEGATIVE
    if factor.sign == NONNEGATIVE or e % 2 == 0:
        return POSITIVE if e < 0 else NONNEGATIVE
    return UNKNOWN


def sign_of(form: Form) -> int:
    """POSITIVE or NONNEGATIVE if that follows summand by summand."""
    best = NONNEGATIVE
    for mono, c in form.terms.items():
        signs = [factor_sign(f, e) for f, e in mono]
        if c < 0 or UNKNOWN in signs:
            return UNKNOWN
        if all(s == POSITIVE for s in signs):
            best = POSITIVE
    return best
