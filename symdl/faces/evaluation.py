"""Values of expressions: exact where they are rational, else to digits that are certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from symdl.derivation.components import components
from symdl.document.errors import DeriveError
from symdl.document.raw_formula import Value as Written
from symdl.document.source import Source
from symdl.evidence.balls import ball
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import exact
from symdl.evidence.splitting import interval_words
from symdl.expression.dimensions import is_written, value_at
from symdl.expression.misfits import show
from symdl.expression.numerals import ZERO, spell, value_of
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Shape, Term, free_symbols, number, postorder, rebuild
from symdl.library.understood import read_value

MOST_BITS = 8192
"""To so many bits a value is told apart from 0, to eight a digit if many digits are asked for."""
MOST_AXES = 8


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

    Named dimensions are read off given arrays; a free index becomes an axis of the value.
    Raises DeriveError where it has none: a free symbol is left, or it is undefined there.
    """
    _refuse_outside(given, scope)
    sizes = _sizes(given)
    named = {s: number(sizes[s.data.name]) for s in _free(term, scope) if s.data.name in sizes}
    inside = replace(scope, values={**scope.values, **named, **given})
    axes = _axes(term, inside, sizes)
    places = product(*(range(1, size + 1) for size in axes.values()))
    parts = [
        components(substitute(term, dict(zip(axes, map(number, place), strict=True))), inside, {})
        for place in places
    ]
    entries = [entry for part in parts for entry in part.entries]
    rational = [exact(entry) for entry in entries]
    decimals = [
        _certain(entry, digits) if value is None else _decimal(value, digits)
        for entry, value in zip(entries, rational, strict=True)
    ]
    return Value(
        (*axes.values(), *(parts[0].shape if parts else ())),
        tuple(None if value is None else _written(value) for value in rational),
        tuple(decimals),
    )


def _refuse_outside(given: Mapping[Term, Term], scope: Scope) -> None:
    """Refuse a value outside of the declared domain of its symbol."""
    for symbol, value in given.items():
        base = symbol.args[0] if symbol.args else symbol
        declared = scope.symbols.get(base.data.name) if base.op == "symbol" else None
        if declared is None or not declared.declared:
            continue
        for entry in value.args if value.op in ("vector", "matrix") else (value,):
            number_here = exact(entry)
            if number_here is not None and not declared.domain.contains(number_here):
                words = interval_words(plain(base), declared.domain)
                raise DeriveError(
                    f"{plain(symbol)} = {plain(entry)} is outside of the domain: {words}",
                    hint="declare another domain if that is meant",
                    code="out-of-domain",
                )


def _sizes(given: Mapping[Term, Term]) -> dict[str, int]:
    """What given arrays say of the named dimensions of their symbols."""
    sizes: dict[str, int] = {}
    for symbol, value in given.items():
        if symbol.op != "symbol":
            continue
        for name, size in zip(symbol.data.shape or (), value.shape or (), strict=False):
            if isinstance(name, str) and isinstance(size, int) and not is_written(name):
                sizes.setdefault(name, size)
    return sizes


def _free(term: Term, scope: Scope) -> set[Term]:
    """The scalar symbols of a term and of what the scope defines."""
    bodies = [d.body for d in (*scope.entries.values(), *scope.recurrences.values())]
    found: set[Term] = set()
    for part in (term, *bodies, *scope.values.values()):
        found |= free_symbols(part)
    return {symbol for symbol in found if symbol.data.shape == ()}


def _axes(term: Term, scope: Scope, sizes: Mapping[str, int]) -> dict[Term, int]:
    """The free indices of a term without a value, each with the size of its axis."""
    axes: dict[Term, int] = {}
    for node in postorder(term):
        if node.op != "entry":
            continue
        value = scope.values.get(node.args[0])
        shape = node.args[0].shape if value is None else value.shape
        for index, size in zip(node.args[1:], shape or (), strict=False):
            extent = value_at(size, sizes)
            if index.op == "symbol" and index not in scope.values and isinstance(extent, int):
                axes.setdefault(index, extent)
    bound = free_symbols(term)
    return {index: size for index, size in axes.items() if index in bound}


def number_of(text: str, scope: Scope) -> Term:
    """The Term of a value as typed: a number, LaTeX, or nested lists for arrays."""
    return read_value(_listed(text.strip()), scope)


def _listed(text: str, depth: int = 0) -> Written:
    """`[a, b]` as a list of its parts, anything else as it is."""
    if not (text.startswith("[") and text.endswith("]")) or depth > MOST_AXES:
        return Source("<value>", text)
    parts, level, start = [], 0, 1
    for place, character in enumerate(text[1:-1], 1):
        level += (character in "[({") - (character in "])}")
        if character == "," and level == 0:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:-1])
    return tuple(_listed(part.strip(), depth + 1) for part in parts)


def written_sizes(text: str) -> tuple[int, ...]:
    """How many entries nested lists have along each axis, () for a number or ragged lists.

    >>> written_sizes("[[1, 2, 3], [4, 5, 6]]")
    (2, 3)
    """
    return _extents(_listed(text.strip()))


def _extents(found: Written) -> tuple[int, ...]:
    if not isinstance(found, tuple):
        return ()
    inner = {_extents(part) for part in found}
    return (len(found), *inner.pop()) if len(inner) == 1 else ()


def _certain(term: Term, digits: int) -> str:
    named = sorted(free_symbols(term), key=lambda symbol: str(symbol.data.name))
    if named:
        step = next((n for n in named if n.data.role == "sequence"), None)
        example = f"{named[0].data.name}=2" if step is None else f"{step.data.name}_1=2"
        raise DeriveError(
            f"no value for {', '.join(str(symbol.data.name) for symbol in named)}",
            hint=f"give one, as in {example}",
            code="no-value",
        )
    bits, term = 128, _folded(term)
    most = max(MOST_BITS, 8 * digits)
    while bits <= most:
        value = ball(term, {}, bits)
        if value.is_nan():  # a condition may need more digits than that to be told
            bits *= 2
            continue
        if value.is_zero():
            return "0"
        if value.rel_accuracy_bits() > 3.33 * digits + 2:
            return str(value.str(digits, radius=False))
        bits *= 2
    if value.contains(0) and judge_equality(term, ZERO).kind == "proved":
        return "0"
    raise DeriveError("it has no value there, or none that can be told apart", code="no-value")


def _folded(root: Term) -> Term:
    """A term with its rational parts as numbers, so that what is 0 is known to be 0."""
    done: dict[Term, Term] = {}
    for node in postorder(root):
        made = rebuild(node, tuple(done[a] for a in node.args))
        value = (
            exact(made) if node.args and all(value_of(a) is not None for a in made.args) else None
        )
        done[node] = made if value is None else spell(value)
    return done[root]


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
