"""The textbook functions of tests/cases/scalar_functions.txt and how exact their code is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from symdl.code.lambdify import Function, lambdify
from symdl.derivation.differentiate import differentiate
from symdl.evidence.balls import ball, exactly
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.symbols import declare
from symdl.expression.term import Term, make

TABLE = Path(__file__).parent / "cases" / "scalar_functions.txt"
X = declare("x", "real")
SCOPE = Scope(symbols={X.name: X})
x = make("symbol", data=X)
BITS = (128, 256, 640, 1600, 4200)


@cache
def functions() -> dict[str, Term]:
    """Every function of the table by name, as written."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.partition(" | ") for line in lines if line and not line.startswith("#")]
    return {name: read(latex, SCOPE).term for name, _, latex in rows}


def compiled(term: Term, backend: str = "numpy", name: str = "f") -> Function:
    """The generated value and derivative."""
    return lambdify(term, [x], backend, derivative=x, name=name)


def derivative(term: Term) -> Term:
    """The derivative of the literal form: what the generated one is measured against."""
    return differentiate(term, x).result


def true_value(term: Term, at: float) -> Any | None:
    """A tight ball around the value at a double; None where it has none or at a kink."""
    for bits in BITS:
        found = ball(term, {x: exactly(Fraction(float(at)))}, bits)
        if found.is_finite() and (
            found.rel_accuracy_bits() > 70 or bool(abs(found) < exactly(Fraction(1, 2**1200)))
        ):
            return found
    return None


def ulps(got: Any, true: Any) -> float:
    """The distance from the true value in units of the last place of the type of `got`.

    0 where the value is beyond the type. Below its normal numbers (2e-308, 1e-38) digits are
    lost gradually in any product: there an error of 4096 smallest numbers counts as one unit.
    """
    if not np.isfinite(got):
        return float("inf")
    kind = type(got)
    limits = np.finfo(kind)
    size = float(abs(true).mid())
    if size > float(limits.max):
        return 0.0
    unit = float(np.spacing(kind(size))) * (4096 if size < float(limits.tiny) else 1)
    error = abs(exactly(Fraction(float(got))) - true) / exactly(Fraction(unit))
    return float(error.mid())


@dataclass(frozen=True)
class Worst:
    """The worst error and where; `finite` is False if a finite value came out as inf or NaN."""

    error: float = 0.0
    at: float = 0.0
    finite: bool = True


def worst(values: Sequence[Any], term: Term, points: Iterable[Any]) -> Worst:
    """The worst error of computed values of a term at points."""
    found = Worst()
    for got, at in zip(values, points, strict=True):
        true = true_value(term, at)
        if true is None:
            continue
        error = ulps(got, true)
        if error > found.error:
            found = Worst(error, float(at), found.finite and bool(np.isfinite(got)))
    return found


def grid(count: int, kind: type, seed: int = 0) -> Any:
    """Points of [-1000, 1000]: dense near 0, ends and whole numbers included, and tiny ones."""
    draw = np.random.default_rng(seed)
    parts = [
        draw.uniform(-1000, 1000, count // 4),
        draw.uniform(-40, 40, count // 4),
        draw.uniform(-4, 4, count // 4),
        draw.choice([-1, 1], count // 4) * 10 ** draw.uniform(-18, 1, count // 4),
        [-1000, -745.2, -710, -104, -88.8, -38, -27, 0, 1, 27, 88.8, 104, 710, 1000],
    ]
    return np.concatenate(parts).astype(kind)


def measure(term: Term, run: Callable[[Any], Any], count: int, kind: type) -> tuple[Worst, Worst]:
    """The worst errors of value and derivative of a callable that returns both."""
    points = grid(count, kind)
    with np.errstate(all="raise", under="ignore"):
        value, slope = run(points)
    assert value.dtype == slope.dtype == kind, (value.dtype, slope.dtype)
    return worst(value, term, points), worst(slope, derivative(term), points)
