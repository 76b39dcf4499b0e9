"""Numbers as Terms spell them: read off (`-2/3`, `0.9`) and written the way a person does."""

from __future__ import annotations

from fractions import Fraction

from symdl.expression.term import Term, make, number

ZERO = number(0)
ONE = number(1)


def value_of(term: Term) -> Fraction | None:
    """The number that `term` spells (`3`, `0.9`, `-3`, `2/3`, `-2/3`), or None."""
    sign = 1
    while term.op == "neg":
        sign, term = -sign, term.args[0]
    if term.op == "number":
        value: Fraction = term.data.value
        return value if sign > 0 else -value
    if term.op == "div" and term.args[0].op == term.args[1].op == "number":
        top, bottom = (a.data.value for a in term.args)
        return sign * top / bottom if bottom else None
    return None


def minus(term: Term) -> Term:
    """-x; x itself of -x."""
    return term.args[0] if term.op == "neg" else make("neg", term)


def is_decimal(term: Term) -> bool:
    """Whether a number was written with a decimal point."""
    if term.op == "neg":
        term = term.args[0]
    return term.op == "number" and term.data.places is not None


def spell(value: Fraction | int, decimal: bool = False) -> Term:
    """The Term of a number: as a decimal when asked for and it ends, else as a fraction.

    >>> spell(Fraction(9, 10)), spell(Fraction(9, 10), decimal=True), spell(Fraction(-1, 3), True)
    (div(9, 10), 0.9, neg(div(1, 3)))
    """
    value = Fraction(value)
    text = ending_decimal(abs(value)) if decimal and value.denominator != 1 else ""
    return number(value, text)


def ending_decimal(value: Fraction, digits: int = 24) -> str:
    """A positive number as a decimal that ends within `digits` places, or ''."""
    if 10**digits % value.denominator:
        return ""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    whole = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{whole[:-places]}.{whole[-places:]}" if places else whole
