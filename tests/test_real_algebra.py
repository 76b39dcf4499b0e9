"""Signs of polynomials on polytopes, against exact values at many points."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from symdl.evidence.algebra import cylinders
from symdl.evidence.algebra.cylinders import Region, lowest_sign
from symdl.evidence.algebra.polynomials import TooLarge
from symdl.evidence.algebra.real_roots import context


def value(p: Any, point: list[Fraction]) -> Fraction:
    total = Fraction(0)
    for monomial, c in p.terms():
        part = Fraction(int(c.p), int(c.q))
        for x, exponent in zip(point, monomial, strict=True):
            part *= x ** int(exponent)
        total += part
    return total


def drawn(draw: Random) -> tuple[Any, tuple[Any, ...]]:
    """A polynomial that is often near to a sum of squares, and sides of a polytope."""
    ring = context(draw.choice((1, 2, 2, 3)))
    xs = ring.gens()

    def line() -> Any:
        return sum((draw.randint(-2, 2) * x for x in xs), ring.constant(draw.randint(-2, 2)))

    if draw.random() < 0.6:
        p = sum((line() ** 2 for _ in range(draw.randint(1, 3))), ring.constant(0))
        p = p * (line() ** 2 + 1) if draw.random() < 0.4 else p + draw.choice((0, 0, 1))
    else:
        p = sum((x**4 - draw.randint(0, 3) * x**2 for x in xs), ring.constant(draw.randint(0, 4)))
        p = p + draw.randint(-3, 3) * xs[0] * xs[-1]
    sides = [x - draw.randint(-1, 1) for x in xs if draw.random() < 0.5]
    sides += [draw.randint(1, 2) - x for x in xs if draw.random() < 0.3]
    return p, tuple(sides)


@pytest.mark.parametrize("seed", range(12))
def test_no_point_contradicts_a_sign(seed: int) -> None:
    draw = Random(seed)
    decided = 0
    for _ in range(12):
        p, sides = drawn(draw)
        strict = frozenset(i for i in range(len(sides)) if draw.random() < 0.5)
        if p.is_constant():
            continue
        try:
            sign = lowest_sign(p, Region(sides, strict))
        except TooLarge:
            continue
        decided += sign > 0
        for _ in range(120):
            point = [
                Fraction(draw.randint(-12, 12), draw.choice((1, 2, 3, 4))) for _ in p.degrees()
            ]
            ends = [value(side, point) for side in sides]
            if all(e > 0 or (e == 0 and i not in strict) for i, e in enumerate(ends)):
                assert value(p, point) >= (0 if sign < 2 else Fraction(1, 10**9)) or not sign
    assert decided


CASES = [
    # polynomial in x, y, z; sides; 2: > 0, 1: >= 0, 0: neither
    (lambda x, y, z: x**2 + y**2 + z**2 - x * y - y * z - z * x, lambda x, y, z: (), 1),
    (lambda x, y, z: x**3 + y**3 + z**3 - 3 * x * y * z, lambda x, y, z: (x, y, z), 1),
    (lambda x, y, z: x**3 + y**3 + z**3 - 3 * x * y * z, lambda x, y, z: (x, y), 0),
    (lambda x, y, z: (x + y) * (y + z) * (z + x) - 8 * x * y * z, lambda x, y, z: (x, y, z), 1),
    (lambda x, y, z: x**4 * y**2 + x**2 * y**4 - 3 * x**2 * y**2 + 1, lambda x, y, z: (), 1),
    (lambda x, y, z: x**4 * y**2 + x**2 * y**4 - 3 * x**2 * y**2 + 2, lambda x, y, z: (), 1),
    (lambda x, y, z: x**2 + y**2 - 2 * x * y + z**2 + 1, lambda x, y, z: (), 2),
    (lambda x, y, z: x - y, lambda x, y, z: (x - y,), 1),
    (lambda x, y, z: x * y - 1, lambda x, y, z: (x - 1, y - 1), 1),
    (lambda x, y, z: x * y - 1, lambda x, y, z: (x - 1, y), 0),
    (lambda x, y, z: x, lambda x, y, z: (x - 1, -x), 0),
]


@pytest.mark.parametrize(("polynomial", "sides", "sign"), CASES)
def test_known_signs(polynomial: Any, sides: Any, sign: int) -> None:
    xs = context(3).gens()
    found = lowest_sign(polynomial(*xs), Region(tuple(sides(*xs))))
    assert found in ((sign,) if sign in (0, 2) else (1, 2))


def test_what_is_too_large_is_refused_before_it_is_made() -> None:
    x, y, z = context(3).gens()
    with pytest.raises(TooLarge):
        lowest_sign((x + y + z) ** 14 + x * y**7 + 1, Region(()))
    with pytest.raises(TooLarge):
        lowest_sign(sum(context(cylinders.MOST_VARIABLES + 1).gens()), Region(()))
