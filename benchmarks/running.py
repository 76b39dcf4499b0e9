"""How fast generated NumPy code runs: ns an element for value and derivative.

    python benchmarks/running.py [--size 1000000]

Beside it the literal formula in NumPy, a plain copy (the floor) and, where it is installed,
PyTorch running the generated PyTorch module. Figures are the best of several runs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from scalar_functions import compiled, derivative, functions, x

from symdl.code.emit import emit
from symdl.code.lambdify import compile_source

NAMES = ("sigmoid", "tanh_quotient", "softplus", "silu", "mish", "gelu", "gelu_tanh", "elu")


def best(run: Callable[[Any], Any], argument: Any, size: int) -> float:
    """ns an element of the fastest of five runs."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run(argument)
        times.append(time.perf_counter() - start)
    return min(times) / size * 1e9


def torch_runner(term: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]] | None:
    """The PyTorch function and what makes its argument, if PyTorch is there."""
    try:
        import torch
    except ImportError:
        return None
    return compiled(term, "torch"), torch.from_numpy


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    size = parser.parse_args().size
    draw = np.random.default_rng(0)
    print("| function | type | copy | generated | literal | generated torch |")
    print("|---|---|---|---|---|---|")
    for name in NAMES:
        term = functions()[name]
        literal = compile_source(
            emit([term, derivative(term)], [x], stable=False), [x], "numpy", "f"
        )
        for kind in (np.float64, np.float32):
            points = draw.uniform(-4, 4, size).astype(kind)
            cells = [best(np.copy, points, size), best(compiled(term), points, size)]
            cells.append(best(literal, points, size))
            other = torch_runner(term)
            if other is not None:
                cells.append(best(other[0], other[1](points), size))
            figures = " | ".join(f"{c:.2f}" for c in cells)
            print(f"| {name} | {np.dtype(kind).name} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
