"""Sizes of axes that are written: sums and products of names and whole numbers.

A size such as `n + m`, `2 d` or `h d_k` is a Dim like a name: its own canonical spelling, so that
sizes that are equal for all values of their names are equal texts. Names have no spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symdl.expression.term import Dim, Term

Names = tuple[str, ...]
Polynomial = Mapping[Names, int]
"""The coefficient of each product of names; () is the whole number."""
_SPACED_NAME = re.compile(r"\{[^{}]* ")
MOST_TERMS = 16
HIGHEST_POWER = 6


@lru_cache(maxsize=4096)
def polynomial(dim: Dim) -> Polynomial:
    """A size as the sum of products that it is.

    >>> dict(polynomial("m n + 2"))
    {('m', 'n'): 1, (): 2}
    """
    if isinstance(dim, int):
        return {(): dim}
    if not is_written(dim):
        return {(dim,): 1}
    found: dict[Names, int] = {}
    sign, *parts = ["+", *re.split(r" ([+-]) ", dim)]
    for part in parts:
        if part in ("+", "-"):
            sign = part
            continue
        first, *rest = part.split(" ")
        value = int(first) if first.isdigit() else 1
        names = (*([] if first.isdigit() else [first]), *rest)
        found[names] = -value if sign == "-" else value
    return found


def is_written(dim: Dim | None) -> bool:
    """Whether a size is a sum or a product, no name and no number."""
    return isinstance(dim, str) and " " in dim and not _SPACED_NAME.search(dim)


def names_along(dims: Iterable[Dim]) -> list[str]:
    """The names that sizes are made of, as they come."""
    return [name for dim in dims for names in _factors(dim) for name in names]


def names_in(dims: Iterable[Dim]) -> set[str]:
    """The names that sizes are made of."""
    return set(names_along(dims))


def _factors(dim: Dim) -> Iterable[Names]:
    if isinstance(dim, int):
        return ()
    return polynomial(dim) if is_written(dim) else ((dim,),)


def spelled(found: Polynomial) -> Dim:
    """The size of a polynomial: positive summands first, longer products before shorter ones."""
    kept = {names: c for names, c in found.items() if c}
    if not kept.keys() - {()}:
        return kept.get((), 0)
    order = sorted(kept.items(), key=lambda item: (item[1] < 0, -len(item[0]), item[0]))
    text = ""
    for names, c in order:
        part = " ".join([*([str(abs(c))] if abs(c) != 1 or not names else []), *names])
        text += part if not text else f" - {part}" if c < 0 else f" + {part}"
    return text if order[0][1] > 0 else f"0 - {text}"


def added(*dims: Dim) -> Dim:
    """The sum of sizes.

    >>> added("n", "m"), added("n", "n"), added(2, 3)
    ('m + n', '2 n', 5)
    """
    total: dict[Names, int] = {}
    for dim in dims:
        for names, c in polynomial(dim).items():
            total[names] = total.get(names, 0) + c
    return spelled(total)


def without(dim: Dim, other: Dim) -> Dim:
    """The difference of two sizes."""
    return added(dim, spelled({names: -c for names, c in polynomial(other).items()}))


def multiplied(*dims: Dim) -> Dim:
    """The product of sizes.

    >>> multiplied("n", "m"), multiplied("n + 1", 2)
    ('m n', '2 n + 2')
    """
    total: Polynomial = {(): 1}
    for dim in dims:
        made: dict[Names, int] = {}
        for left, a in total.items():
            for right, b in polynomial(dim).items():
                names = tuple(sorted((*left, *right)))
                made[names] = made.get(names, 0) + a * b
        total = made
    return spelled(total)


def never_equal(a: Dim, b: Dim) -> bool:
    """Whether two sizes differ whatever their names stand for: names that are simple and unlike do,
    by custom, and so do sums one of which has more."""
    if not (is_written(a) or is_written(b)):
        return a != b
    left = [c for c in polynomial(without(a, b)).values() if c]
    return bool(left) and (all(c > 0 for c in left) or all(c < 0 for c in left))


def value_at(dim: Dim, sizes: Mapping[str, int]) -> int | None:
    """The size where its names have these values; None where one is not known."""
    if isinstance(dim, int):
        return dim
    if dim in sizes or not is_written(dim):
        return sizes.get(dim)
    total = 0
    for names, c in polynomial(dim).items():
        for name in names:
            if name not in sizes:
                return None
            c *= sizes[name]
        total += c
    return total


def dimension_of(term: Term) -> Dim | None:
    """The size that a Term writes (`n + m`, `2d`, `n^2`); None if it writes none."""
    if term.op == "symbol":
        return None if term.shape else str(term.data.name)
    if term.op == "number":
        return int(term.data.value) if term.data.value.denominator == 1 else None
    if term.op == "neg":
        inner = dimension_of(term.args[0])
        return None if inner is None else without(0, inner)
    if term.op == "pow":
        base, exponent = term.args
        size, count = dimension_of(base), dimension_of(exponent)
        if size is None or not isinstance(count, int) or not 1 <= count <= HIGHEST_POWER:
            return None
        return multiplied(*[size] * count)
    if term.op not in ("add", "mul") or len(term.args) > MOST_TERMS:
        return None
    parts = [dimension_of(a) for a in term.args]
    known = [p for p in parts if p is not None]
    if len(known) < len(parts):
        return None
    return added(*known) if term.op == "add" else multiplied(*known)


def written_shape(term: Term) -> tuple[Dim, ...] | None:
    """The shape that a tuple writes (`(4, 1)`, `(B, n)`); None of another Term."""
    if term.op != "tuple":
        return None
    sizes = [dimension_of(a) for a in term.args]
    known = tuple(size for size in sizes if size is not None and size != 0)
    return known if len(known) == len(sizes) else None


_TOKEN = re.compile(r"\s*(?:(\d+)|(\\?[A-Za-z][\w\\{}^]*)|([-+*]|\\cdot(?![A-Za-z])))")


def tokens(text: str) -> list[str] | None:
    """The tokens of a size as a declaration writes it (`n + m`, `2n`, `h*d_k`, `h d_k`)."""
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            return None
        found.append(match[0].strip())
        place = match.end()
    return found


def combined(found: list[str], named: Mapping[str, str]) -> Dim | None:
    """The size of tokens, names by their canonical form; None where they make none."""
    total: Dim = 0
    product: Dim | None = None
    sign, open_ = 1, True
    for token in found:
        if token in "+-":
            if product is None:
                return None
            total = added(total, multiplied(sign, product))
            product, sign, open_ = None, -1 if token == "-" else 1, True
        elif token in ("*", "\\cdot"):
            if open_:
                return None
            open_ = True
        else:
            factor: Dim = int(token) if token.isdigit() else named.get(token, token)
            product = factor if product is None else multiplied(product, factor)
            open_ = False
    if product is None or open_:
        return None
    return added(total, multiplied(sign, product))
