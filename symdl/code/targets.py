"""What code is exported as: one row a target. Data only, which the command line reads at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """What an export is written for.

    elementwise: it takes functions of numbers only, by a writer of its own (`WRITERS` of
    `export.py`); the others are back ends (`backends.py`), but LaTeX. runs: it is code, which
    `RUNNERS` of `exports/checked.py` run beside the NumPy function; else text for people and
    algebra systems. remark: how a line on how it was checked stands above it; empty where the
    language has no such lines.
    """

    name: str
    elementwise: bool = False
    runs: bool = True
    remark: str = "# {0}"


TARGETS = {
    t.name: t
    for t in (
        Target("numpy"),
        Target("torch"),
        Target("jax"),
        Target("c", remark="/* {0} */"),
        Target("numba", elementwise=True),
        Target("onnx", elementwise=True, remark=""),
        Target("sympy", runs=False),
        Target("latex", runs=False),
    )
}
