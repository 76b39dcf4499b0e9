"""Values of expressions: exact where they are rational, else to digits that are certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.derivation.components import components
from symdl.document.errors import DeriveError
from symdl.document.formula import parse_value
from symdl.document.source import Source
from symdl.evidence.balls import ball
from symdl.evidence.exact import exact
from symdl.expression.scope import Scope
from symdl.expression.shapes import show
from symdl.expression.term import Shape, Term, free_symbols
from symdl.library import read_value

MOST_BITS = 8192


@dataclass(frozen=True, slots=True)
class Value:
    """A value: its shape and, row by row, each entry exact (`1/3`) or None, and in decimals."""

    shape: Shape
    exact: tuple[str | None, ...]
    decimal: tuple[str, ...]

    def __str__(self) -> str:
        texts = [e if e is not None else d for e, d in zip(self.exact, self.decimal, strict=True)]
        return texts[0] if self.shape == () else _nested(texts, self.shape or (len(texts),))


def evaluate(term: Term, scope: Scope, given: Mapping[Term, Term], digits: int = 15) -> Value:
    """The value of a term where symbols have the given values.

    Raises DeriveError where it has none: a free symbol is left, or it is undefined there.
    """
    inside = replace(scope, values={**scope.values, **given})
    found = components(term, inside, {})
    rational = [exact(entry) for entry in found.entries]
    decimals = [
        _certain(entry, digits) if value is None else _decimal(value, digits)
        for entry, value in zip(found.entries, rational, strict=True)
    ]
    return Value(
        found.shape,
        tuple(None if value is None else _written(value) for value in rational),
        tuple(decimals),
    )


def number_of(text: str, scope: Scope) -> Term:
    """The Term of a value as typed: a number, LaTeX, or nested lists for arrays."""
    return read_value(parse_value(Source("<value>", text)), scope)


def _certain(term: Term, digits: int) -> str:
    free = sorted(str(symbol.data.name) for symbol in free_symbols(term))
    if free:
        raise DeriveError(
            f"no value for {', '.join(free)}",
            hint=f"give one, as in {free[0]}=2",
            code="no-value",
        )
    bits = 128
    while bits <= MOST_BITS:
        value = ball(term, {}, bits)
        if value.is_nan():
            break
        if value.rel_accuracy_bits() > 3.33 * digits + 2:
            return str(value.str(digits, radius=False))
        bits *= 2
    raise DeriveError("it has no value there, or none that can be told apart", code="no-value")


def _decimal(value: Fraction, digits: int) -> str:
    from flint import arb, ctx, fmpq

    before = ctx.prec
    ctx.prec = int(3.33 * digits) + 64
    try:
        return str(arb(fmpq(value.numerator, value.denominator)).str(digits, radius=False))
    finally:
        ctx.prec = before


def _written(value: Fraction) -> str:
    """A rational as people write it: 102, 0.002, 1/3."""
    rest = value.denominator
    places = 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        places = max(places, power)
    if rest != 1 or places > 30:
        return str(value)
    if places == 0:
        return str(value.numerator)
    scaled = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{scaled[:-places]}.{scaled[-places:]}"


def _nested(texts: list[str], shape: tuple[int | str, ...]) -> str:
    if len(shape) == 1:
        return "[" + ", ".join(texts) + "]"
    rows = int(shape[0])
    if rows == 0:
        return show(shape)
    step = len(texts) // rows
    parts = (_nested(texts[i * step : (i + 1) * step], shape[1:]) for i in range(rows))
    return "[" + ", ".join(parts) + "]"
