"""Arguments to measure at: numbers of every size, and around zeros, kinks and limits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from symdl.accuracy.formats import Format
from symdl.accuracy.truth import true_value
from symdl.expression.domain import Domain
from symdl.expression.numerals import ZERO
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, postorder

ROOM = 64.0
"""Products of several arguments overflow on the way where one is within this factor of the
largest number and another brings it back."""
_COARSE = [s * 2.0**k for s in (-1, 1) for k in range(-12, 11)] + [0.0]
_BESIDE = (0, 1, -1, 8, -8, 1024, -1024)
_USUAL = (0.5, 1.0, -2.0, 3.0, 0.125, 0.75)


def line(form: Format, terms: Sequence[Term], x: Term, count: int, domain: Domain) -> list[float]:
    """Numbers of a format inside a domain, for functions of x: about 6 `count` by exponent and
    in ranges that matter, and the neighbours of marks."""
    marks = (*_limits(form), *turning(terms, x))
    return everywhere(form, marks, count, domain)


def everywhere(form: Format, marks: Sequence[float], count: int, domain: Domain) -> list[float]:
    """Numbers of all sizes inside a domain, and the neighbours of marks."""
    draw = np.random.default_rng(count)
    exponents = np.linspace(form.smallest, form.highest, count)
    sizes = [
        math.ldexp(m, int(e)) for e, m in zip(exponents, draw.uniform(1, 2, count), strict=True)
    ]
    found = [*sizes, *(-s for s in sizes)]
    for reach in (4, 40, 1000):
        found += draw.uniform(-reach, reach, count).tolist()
    found += (draw.choice([-1, 1], count) * 10 ** draw.uniform(-9, 3, count)).tolist()
    for mark in set(marks):
        step = form.unit(abs(mark)) if abs(mark) >= form.tiny else form.tiny
        found += [mark + k * step for k in _BESIDE]
    return inside(rounded(found, form), domain)


def rounded(values: Sequence[float], form: Format) -> list[float]:
    """The values in a format, each once; the finite ones."""
    largest = form.largest
    kept = np.array([v for v in values if abs(v) <= largest])
    return sorted(set(kept.astype(form.dtype()).astype(np.float64).tolist()))


def inside(values: Sequence[float], domain: Domain) -> list[float]:
    """Those that lie in a domain."""
    return [v for v in values if domain.contains(Fraction(v))]


@cache
def _limits(form: Format) -> tuple[float, ...]:
    """Where exponentials and Gaussians leave a format, and small whole numbers."""
    ends = [math.log(2) * e for e in (form.highest + 1, -form.lowest, -form.smallest)]
    found = [0.0, 1.0, 2.0, 3.0, 6.0, 20.0, math.log(2), math.log(2) * form.digits]
    found += ends + [math.sqrt(e) for e in ends] + [math.sqrt(2 * e) for e in ends]
    return tuple(s * v for v in found for s in (1, -1))


def turning(terms: Sequence[Term], x: Term) -> list[float]:
    """Zeros and kinks of functions of x, from changes of sign between powers of two."""
    found: list[float] = []
    for term in terms:
        switches = {s for node in postorder(term) for s in _switching(node)}
        for part in (term, *switches):
            found += _zeros(part, x)
    return found


def _switching(node: Term) -> Iterator[Term]:
    """What changes its sign where a choice changes."""
    row = TABLE.get(node.op)
    if row is not None and row.switches is not None:
        yield from (a if b is ZERO else a - b for a, b in row.switches(*node.args))
    elif node.op == "relation":
        yield from (a - b for a, b in pairwise(node.args))


def _zeros(term: Term, x: Term) -> Iterator[float]:
    """The changes of sign of a function of x alone, to the last place of float64."""
    values = [(at, _sign(term, x, at)) for at in sorted(_COARSE)]
    known = [(at, s) for at, s in values if s is not None]
    for (low, below), (high, above) in pairwise(known):
        if below * above < 0:
            yield _bisected(term, x, low, high, below)
        elif above == 0:
            yield high


def _bisected(term: Term, x: Term, low: float, high: float, below: int) -> float:
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        sign = _sign(term, x, middle)
        if sign in (0, None):
            return middle
        low, high = (middle, high) if sign == below else (low, middle)


def _sign(term: Term, x: Term, at: float) -> int | None:
    found = true_value(term, [x], [at])
    if found is None:
        return None
    return 0 if found == 0 else 1 if found > 0 else -1


def spread(
    form: Format, domains: Sequence[Domain], fixed: Sequence[float | None], count: int
) -> Any:
    """Points of several parameters: each in turn over all sizes while the others have usual
    values, and all at random. `fixed` are values of parameters that mostly keep them."""
    draw = np.random.default_rng(count)
    rows: list[tuple[float, ...]] = []
    for place, domain in enumerate(domains):
        values = everywhere(form, (0.0, 1.0), max(count // 4, 4), domain)
        values = [v for v in values if abs(v) <= form.largest / ROOM]
        for value in values:
            row = [_usual(d, f, draw) for d, f in zip(domains, fixed, strict=True)]
            row[place] = value
            rows.append(tuple(row))
    for _ in range(2 * count):
        rows.append(tuple(_any(domain, draw) for domain in domains))
    kind = form.dtype()
    exact = {tuple(np.array(r).astype(kind).astype(float).tolist()) for r in rows}
    return sorted(
        r
        for r in exact
        if all(
            math.isfinite(v) and d.contains(Fraction(v)) for v, d in zip(r, domains, strict=True)
        )
    )


def _usual(domain: Domain, fixed: float | None, draw: Any) -> float:
    if fixed is not None and draw.random() < 0.75:
        return fixed
    known = [v for v in _USUAL if domain.contains(Fraction(v))]
    return float(draw.choice(known)) if known else _any(domain, draw)


def _any(domain: Domain, draw: Any) -> float:
    if domain.lower is not None and domain.upper is not None:
        low, high = float(domain.lower), float(domain.upper)
        near = 10 ** draw.uniform(-12, 0) * (high - low)
        return float(low + near if draw.random() < 0.7 else high - near)
    size = 10 ** draw.uniform(-6, 3)
    if domain.integer:
        size = 1 + size // 1
    return float(size if domain.nonnegative or draw.random() < 0.5 else -size)
