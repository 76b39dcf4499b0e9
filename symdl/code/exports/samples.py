"""Arguments at which two implementations of a function are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symdl.code.names import identifiers
from symdl.expression.domain import REAL
from symdl.expression.term import Term

SIZE = 3
"""What a named dimension is."""
COUNT = 8
"""How often each parameter is drawn."""


def samples(parameters: Sequence[Term]) -> list[list[Any]]:
    """COUNT values of every parameter inside its domain: numbers, or arrays with each named
    dimension SIZE. The same ones every time."""
    draw = np.random.default_rng(len(identifiers(parameters)))
    return [[_drawn(p, draw) for p in parameters] for _ in range(COUNT)]


def _drawn(parameter: Term, draw: Any) -> Any:
    data = parameter.data
    shape = tuple(d if isinstance(d, int) else SIZE for d in data.shape or ())
    domain = data.domain or REAL
    if domain.integer:
        whole = draw.integers(1, 6, shape)
        return float(whole) if not shape else whole.astype(float)
    low = -3.0 if domain.lower is None else float(domain.lower)
    high = low + 4.0 if domain.upper is None else float(domain.upper)
    values = low + (high - low) * draw.uniform(0.02, 0.98, shape)
    return float(values) if not shape else values
