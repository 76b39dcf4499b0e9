"""Value and derivative beside PyTorch and JAX, in one process, interleaved, with a history.

    python benchmarks/peers.py [--size 10000000] [--repeats 7] [--history FILE] [--plot FILE.svg]
                               [--compile] [--processor] [name ...]

ns an element, the best of interleaved runs. The floor copies the input into as many fresh outputs
as there are results. Ratios are geometric means: to the floor, and to the best peer in each cell.
With --processor the time of the processor counts, of all threads together: for a machine that
others load. All run on as many threads as OMP_NUM_THREADS says, by themselves on all processors.
Each run adds a line to the history (JSON lines); the plot shows the ratios of all runs.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import numpy as np

import symdl

Run = Callable[[], Any]
WIDTH = 1000
OURS = ("c", "numpy")
ROWS = {"x": "vector(n)", "y": "vector(n)", "g": "vector(n)"}


def torch_value(name: str) -> Callable[[Any], Any]:
    """PyTorch's own function by our name."""
    import torch

    own = torch.nn.functional
    table: dict[str, Callable[[Any], Any]] = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "gelu_tanh": lambda z: own.gelu(z, approximate="tanh"),
    }
    return table.get(name) or getattr(own, name)


def jax_value(name: str) -> Callable[[Any], Any]:
    """JAX's own function by our name."""
    import jax

    own = jax.nn
    table: dict[str, Callable[[Any], Any]] = {
        "tanh": jax.numpy.tanh,
        "gelu": lambda z: own.gelu(z, approximate=False),
        "gelu_tanh": lambda z: own.gelu(z, approximate=True),
    }
    return table.get(name) or getattr(own, name)


ELEMENTWISE = ("sigmoid", "tanh", "gelu", "gelu_tanh", "silu", "mish", "softplus")


def elementwise(name: str, x: Any, compile_too: bool) -> Iterator[tuple[str, Run]]:
    """Value and derivative of an activation."""
    made = {b: symdl.load(name).lambdify(b, derivative="x") for b in OURS}
    outs = (np.empty_like(x), np.empty_like(x))
    yield "floor", lambda: (x.copy(), x.copy())
    for backend, f in made.items():
        yield backend, lambda f=f: f(x)
        yield f"{backend} out=", lambda f=f: f(x, out=outs)
    if _has("torch"):
        yield from _torch(torch_value(name), x, compile_too)
    if _has("jax"):
        yield "jax", _jax(jax_value(name), x)


def _has(module: str) -> bool:
    from importlib.util import find_spec

    return find_spec(module) is not None


def _torch(function: Callable[[Any], Any], x: Any, compile_too: bool) -> Iterator[tuple[str, Run]]:
    import torch

    z = torch.from_numpy(x).requires_grad_(True)
    ones = torch.ones_like(function(z))
    kinds = {"torch": function} | (
        {"torch.compile": torch.compile(function)} if compile_too else {}
    )
    for name, f in kinds.items():

        def run(f: Callable[[Any], Any] = f) -> Any:
            value = f(z)
            return value, torch.autograd.grad(value, z, ones)

        yield name, run


def _jax(function: Callable[[Any], Any], x: Any) -> Run:
    import jax

    def both(z: Any) -> Any:
        value, back = jax.vjp(function, z)
        return value, back(jax.numpy.ones_like(value))

    compiled, z = jax.jit(both), jax.numpy.asarray(x)
    return lambda: jax.block_until_ready(compiled(z))


def softmax_rows(x: Any) -> Iterator[tuple[str, Run]]:
    """g^T softmax(x) and its gradient, rows of 1000: the whole backward pass."""
    g = np.ones_like(x)
    e = symdl.read(r"g^T p", ROWS, [r"p = \operatorname{softmax}(x)"])
    made = {b: e.lambdify(b, derivative=["x"]) for b in OURS}
    yield "floor", lambda: (x.copy(),)
    for backend, f in made.items():
        yield backend, lambda f=f: f(g, x)
    if _has("torch"):
        import torch

        z, slopes = torch.from_numpy(x).requires_grad_(True), torch.from_numpy(g)
        yield "torch", lambda: torch.autograd.grad(torch.softmax(z, -1), z, slopes)
    if _has("jax"):
        import jax

        yield "jax", _jax(lambda z: (g * jax.nn.softmax(z, axis=-1)).sum(axis=-1), x)


def cross_entropy(x: Any) -> Iterator[tuple[str, Run]]:
    """Cross-entropy of rows of logits and its gradient."""
    y = np.zeros_like(x)
    y[np.arange(len(x)), np.random.default_rng(0).integers(0, WIDTH, len(x))] = 1
    e = symdl.read(r"-y^T \operatorname{log\_softmax}(x)", ROWS)
    made = {b: e.lambdify(b, derivative=["x"]) for b in OURS}
    yield "floor", lambda: (x.copy(),)
    for backend, f in made.items():
        yield backend, lambda f=f: f(x, y)
    if _has("torch"):
        import torch

        z, t = torch.from_numpy(x).requires_grad_(True), torch.from_numpy(y.argmax(-1))
        own = torch.nn.functional.cross_entropy
        yield "torch", lambda: torch.autograd.grad(own(z, t, reduction="sum"), z)
    if _has("jax"):
        import jax

        yield "jax", _jax(lambda z: -(y * jax.nn.log_softmax(z, axis=-1)).sum(axis=-1), x)


def adam(x: Any) -> Iterator[tuple[str, Run]]:
    """One step of Adam, in place."""
    slope = {"g": x}
    yield "floor", lambda: (x.copy(), x.copy(), x.copy())
    for backend in OURS:
        step = symdl.load("adam").stepper(backend)
        state = {n: np.abs(x) for n in step.state}
        yield backend, lambda step=step, state=state: step(3, state, slope, out=state)
    if _has("torch"):
        import torch

        parameter = torch.nn.Parameter(torch.from_numpy(x.copy()))
        parameter.grad = torch.from_numpy(x.copy())
        yield "torch", torch.optim.Adam([parameter], fused=True).step


def cells(options: argparse.Namespace) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Name, type and ns an element of everything that runs."""
    draw = np.random.default_rng(0)
    for kind in (np.float64, np.float32):
        x = (3 * draw.normal(size=options.size)).astype(kind)
        rows = x[: len(x) // WIDTH * WIDTH].reshape(-1, WIDTH)
        for name in (*ELEMENTWISE, "softmax rows", "cross-entropy", "Adam step"):
            if not options.names or name in options.names:
                runs = dict(_runs(name, x, rows, options.compile))
                clock = time.process_time if options.processor else time.perf_counter
                yield name, kind.__name__, best(runs, options.repeats, options.size, clock)


def _runs(name: str, x: Any, rows: Any, compile_too: bool) -> Iterator[tuple[str, Run]]:
    """What runs for one function of the table."""
    if name in ELEMENTWISE:
        return elementwise(name, x, compile_too)
    if name == "Adam step":
        return adam(x)
    return softmax_rows(rows) if name == "softmax rows" else cross_entropy(rows)


def best(
    found: dict[str, Run], repeats: int, size: int, clock: Callable[[], float]
) -> dict[str, float]:
    """The fastest of interleaved runs, in ns an element."""
    times = dict.fromkeys(found, float("inf"))
    for _ in range(repeats):
        for name, run in found.items():
            start = clock()
            run()
            times[name] = min(times[name], clock() - start)
    return {name: seconds / size * 1e9 for name, seconds in times.items()}


def ratios(table: dict[str, dict[str, float]]) -> dict[str, float]:
    """Geometric means over the cells: ours to the floor, and to the best peer."""
    found: dict[str, list[float]] = {}
    for times in table.values():
        peers = [t for n, t in times.items() if n.partition(".")[0] in ("torch", "jax")]
        for ours in (n for n in times if n.startswith(OURS)):
            found.setdefault(f"{ours} / floor", []).append(times[ours] / times["floor"])
            if peers:
                found.setdefault(f"{ours} / best peer", []).append(times[ours] / min(peers))
    return {name: geometric_mean(values) for name, values in sorted(found.items())}


def drawing(history: list[dict[str, Any]]) -> str:
    """The ratios of all runs as an SVG of lines."""
    names = sorted({n for run in history for n in run["ratios"]})
    top = max(v for run in history for v in run["ratios"].values()) * 1.1
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="760" height="360" font-size="11">']
    parts.append('<rect width="100%" height="100%" fill="white"/>')
    for mark in range(int(top) + 1):
        y = 320 - 300 * mark / top
        parts.append(f'<line x1="30" x2="560" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="8" y="{y + 4:.0f}">{mark}</text>')
    for k, name in enumerate(names):
        colour = f"hsl({360 * k // len(names)}, 70%, 40%)"
        spots = [
            (40 + 510 * i / max(len(history) - 1, 1), 320 - 300 * run["ratios"][name] / top)
            for i, run in enumerate(history)
            if name in run["ratios"]
        ]
        line = " ".join(f"{x:.0f},{y:.0f}" for x, y in spots)
        parts.append(f'<polyline fill="none" stroke="{colour}" points="{line}"/>')
        parts += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>' for x, y in spots]
        parts.append(f'<text x="575" y="{20 + 14 * k}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    """Print the table and the ratios; add to the history; draw it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--history", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--compile", action="store_true", help="torch.compile too")
    parser.add_argument("--processor", action="store_true", help="count the processor's time")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if _has("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
    table: dict[str, dict[str, float]] = {}
    for name, kind, times in cells(options):
        table[f"{name}, {kind}"] = times
        print(f"{name:14s} {kind:8s}", *(f"{n} {t:.2f}" for n, t in times.items()), flush=True)
    means = ratios(table)
    print(*(f"{name}: {value:.2f}" for name, value in means.items()), sep="\n")
    run = {
        "when": time.strftime("%Y-%m-%d %H:%M"),
        "machine": f"{platform.machine()} {platform.python_version()}",
        "size": options.size,
        "ratios": means,
        "cells": table,
    }
    history = [run]
    if options.history:
        with options.history.open("a", encoding="utf-8") as file:
            file.write(json.dumps(run) + "\n")
        lines = options.history.read_text(encoding="utf-8").splitlines()
        history = [json.loads(line) for line in lines]
    if options.plot:
        options.plot.write_text(drawing(history), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
