"""Preallocated outputs beside PyTorch's, Adam in place beside its fused step, a call's cost.

    python benchmarks/given_outputs.py [--size 10000000] [--repeats 7]

Ratios of the fastest of interleaved runs in one process: value alone, and value plus derivative (in
PyTorch forward and backward kernel, both with preallocated results). Then the microseconds of a
call with 1,000 elements.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from statistics import geometric_mean
from typing import Any

import numpy as np
import torch

import symdl

Run = Callable[[], Any]
NAMES = ("sigmoid", "tanh", "gelu", "gelu_tanh", "silu", "mish", "softplus")
ATEN = torch.ops.aten


def forward(name: str, z: Any, out: Any) -> Run:
    """PyTorch's kernel of the value."""
    base, options = name.partition("_")[0], {}
    if name == "gelu_tanh":
        options = {"approximate": "tanh"}
    return lambda: getattr(ATEN, base).out(z, **options, out=out)


def backward(name: str, z: Any, value: Any, ones: Any, out: Any) -> Run:
    """PyTorch's kernel of the derivative; Mish has none that takes an output."""
    table: dict[str, Run] = {
        "sigmoid": lambda: ATEN.sigmoid_backward.grad_input(ones, value, grad_input=out),
        "tanh": lambda: ATEN.tanh_backward.grad_input(ones, value, grad_input=out),
        "gelu": lambda: ATEN.gelu_backward.grad_input(ones, z, grad_input=out),
        "gelu_tanh": lambda: ATEN.gelu_backward.grad_input(
            ones, z, approximate="tanh", grad_input=out
        ),
        "silu": lambda: ATEN.silu_backward.grad_input(ones, z, grad_input=out),
        "mish": lambda: out.copy_(ATEN.mish_backward(ones, z)),
        "softplus": lambda: ATEN.softplus_backward.grad_input(ones, z, 1.0, 20.0, grad_input=out),
    }
    return table[name]


def fastest(runs: dict[str, Run], repeats: int) -> dict[str, float]:
    """Seconds of the fastest of interleaved runs."""
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(repeats):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def activation(name: str, x: Any, repeats: int) -> tuple[float, float]:
    """Our share of PyTorch's time: value, value and derivative."""
    z = torch.from_numpy(x)
    outs, theirs = (np.empty_like(x), np.empty_like(x)), (torch.empty_like(z), torch.empty_like(z))
    value = symdl.load(name).lambdify("c")
    both = symdl.load(name).lambdify("c", derivative="x")
    there, back = forward(name, z, theirs[0]), backward(name, z, *_ones(z, theirs))
    runs: dict[str, Run] = {
        "value": lambda: value(x, out=outs[0]),
        "both": lambda: both(x, out=outs),
        "torch value": there,
        "torch both": lambda: (there(), back()),
    }
    found = fastest(runs, repeats)
    return found["value"] / found["torch value"], found["both"] / found["torch both"]


def _ones(z: Any, outs: tuple[Any, Any]) -> tuple[Any, Any, Any]:
    return outs[0], torch.ones_like(z), outs[1]


def adam(x: Any, repeats: int) -> float:
    """Our share of the time of PyTorch's fused step, both in place."""
    step = symdl.load("adam").stepper("c")
    state = {n: np.abs(x) for n in step.state}
    parameter = torch.nn.Parameter(torch.from_numpy(x.copy()))
    parameter.grad = torch.from_numpy(x.copy())
    theirs = torch.optim.Adam([parameter], fused=True).step
    found = fastest(
        {"ours": lambda: step(3, state, {"g": x}, out=state), "theirs": theirs}, repeats
    )
    return found["ours"] / found["theirs"]


def call_cost(backend: str, name: str, derivative: str | None) -> float:
    """Microseconds of a call with 1,000 elements, the best of 30 times 100."""
    x = 3 * np.random.default_rng(0).normal(size=1000)
    function = symdl.load(name).lambdify(backend, derivative=derivative)
    function(x)
    runs = {"call": lambda: [function(x) for _ in range(100)]}
    return fastest(runs, 30)["call"] * 1e4


def main() -> None:
    """Print every ratio, their geometric means, and the cost of calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    values: list[float] = []
    boths: list[float] = []
    for kind in (np.float64, np.float32):
        x = (3 * np.random.default_rng(0).normal(size=options.size)).astype(kind)
        for name in NAMES:
            value, both = activation(name, x, options.repeats)
            values.append(value)
            boths.append(both)
            print(f"{name:10s} {kind.__name__} value {value:.2f} both {both:.2f}", flush=True)
        print(f"Adam step  {kind.__name__} {adam(x, options.repeats):.2f}", flush=True)
    print(f"of torch out=: value {geometric_mean(values):.2f}, both {geometric_mean(boths):.2f}")
    for backend in ("c", "numpy"):
        for derivative in (None, "x"):
            costs = [call_cost(backend, name, derivative) for name in NAMES]
            told = ", ".join(f"{n} {c:.1f}" for n, c in zip(NAMES, costs, strict=True))
            what = "value and derivative" if derivative else "value"
            print(f"{backend}, {what}: {told} µs; mean {geometric_mean(costs):.1f}")


if __name__ == "__main__":
    sys.exit(main())
