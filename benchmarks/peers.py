"""Value and derivative of activations: our C and NumPy code beside PyTorch, in one process.

    python benchmarks/peers.py [--size 10000000] [--repeats 7]

ns an element, the best of interleaved runs; the floor copies the input into two fresh outputs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from scalar_functions import functions, x

from symdl.code.lambdify import lambdify

NAMES = ("sigmoid", "tanh_quotient", "softplus", "silu", "mish", "gelu", "gelu_tanh")
Run = Callable[[], Any]


def torch_functions() -> dict[str, Callable[[Any], Any]]:
    """PyTorch's own functions by our names; none where it is not installed."""
    try:
        import torch
    except ImportError:
        return {}
    own = torch.nn.functional
    return {
        "sigmoid": torch.sigmoid,
        "tanh_quotient": torch.tanh,
        "softplus": own.softplus,
        "silu": own.silu,
        "mish": own.mish,
        "gelu": own.gelu,
        "gelu_tanh": lambda z: own.gelu(z, approximate="tanh"),
    }


def torch_run(function: Callable[[Any], Any], points: Any) -> Run:
    """Value and derivative as PyTorch computes them."""
    import torch

    z = torch.from_numpy(points).requires_grad_(True)
    ones = torch.ones_like(z)

    def run() -> Any:
        return torch.autograd.grad(function(z), z, ones)

    return run


def runs(name: str, points: Any) -> dict[str, Run]:
    """What is timed for one function."""
    compiled = {b: lambdify(functions()[name], [x], b, derivative=x) for b in ("c", "numpy")}
    outs = tuple(np.empty_like(points) for _ in range(2))
    found: dict[str, Run] = {
        "floor": lambda: (points.copy(), points.copy()),
        "c": lambda: compiled["c"](points),
        "c out=": lambda: compiled["c"](points, out=outs),
        "numpy": lambda: compiled["numpy"](points),
    }
    peers = torch_functions()
    if name in peers:
        found["torch"] = torch_run(peers[name], points)
    return found


def best(found: dict[str, Run], repeats: int, size: int) -> dict[str, float]:
    """The fastest of interleaved runs, in ns an element."""
    times = dict.fromkeys(found, float("inf"))
    for _ in range(repeats):
        for name, run in found.items():
            start = time.perf_counter()
            run()
            times[name] = min(times[name], time.perf_counter() - start)
    return {name: seconds / size * 1e9 for name, seconds in times.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    draw = np.random.default_rng(0)
    ratios: dict[str, list[float]] = {}
    for kind in (np.float64, np.float32):
        points = (3 * draw.normal(size=options.size)).astype(kind)
        for name in NAMES:
            times = best(runs(name, points), options.repeats, options.size)
            print(f"{name:14s} {kind.__name__:8s}", *(f"{n} {t:.2f}" for n, t in times.items()))
            for ours in ("c", "numpy"):
                for other in times.keys() & {"floor", "torch"}:
                    ratio = times[ours] / times[other]
                    ratios.setdefault(f"{ours} / {other}", []).append(ratio)
    for name, values in sorted(ratios.items()):
        print(f"{name}: {geometric_mean(values):.2f} (geometric mean)")


if __name__ == "__main__":
    main()
