"""The whole backward pass of two networks: derivation, counts, and time beside torch eager.

    python benchmarks/networks.py [ROUNDS]

Rounds alternate between the two programs, the least time of each counts: the ratio of minima
moves little on a loaded machine. Peak memory is that of a forked child, above the parent's.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from symdl.derivation.matrix.count import passes, ratio
from symdl.faces.formula import load

BATCH = 256
TURN = 10
SIZES = {
    "mlp_100_64_32_1": {"B": BATCH},
    "transformer_block": {"n": BATCH, "d": 64, "k": 64, "h": 256},
}


def arguments(name: str) -> dict[str, Any]:
    """Random arrays for the arguments of a formula at the sizes above."""
    expression = load(name).expression
    random = np.random.default_rng(0)
    made = {}
    for symbol in expression.for_code()[1]:
        if symbol.data.shape:
            shape = [d if isinstance(d, int) else SIZES[name][d] for d in symbol.data.shape]
            made[symbol.data.name.replace("\\", "")] = random.normal(size=shape) / 8
    return made


def mlp(t: Mapping[str, Any]) -> Any:
    """The network 100-64-32-1 in torch."""
    h = torch.relu(t["X"] @ t["W_1"] + t["b_1"])
    h = torch.relu(h @ t["W_2"] + t["b_2"])
    return ((h @ t["W_3"] + t["b_3"] - t["Y"]) ** 2).sum() / t["X"].shape[0]


def block(t: Mapping[str, Any]) -> Any:
    """The transformer block in torch."""
    q, k, v = (t["X"] @ t[w] for w in ("W_Q", "W_K", "W_V"))
    p = torch.softmax(q @ k.T / q.shape[1] ** 0.5, -1)
    a = t["X"] + p @ v @ t["W_O"]
    z = torch.nn.functional.layer_norm(a, a.shape[1:], eps=1e-5)
    y = z + torch.relu(z @ t["W_1"] + t["b_1"]) @ t["W_2"] + t["b_2"]
    return (t["G"] * y).sum()


LOSSES = {"mlp_100_64_32_1": mlp, "transformer_block": block}


def eager(name: str, values: Mapping[str, Any]) -> Callable[[], Any]:
    """Forward and backward of torch, every gradient."""

    tensors = {k: torch.tensor(v).requires_grad_() for k, v in values.items()}

    def run() -> Any:
        loss = LOSSES[name](tensors)
        return loss, torch.autograd.grad(loss, list(tensors.values()))

    return run


def least(programs: list[Callable[[], Any]], rounds: int) -> list[float]:
    """The least time of each program, in ms. They take turns of some calls: while threads of the
    one still wait for work, they take the cores from the other."""
    best = [float("inf")] * len(programs)
    for _ in range(0, rounds, TURN):
        for place, program in enumerate(programs):
            for _ in range(TURN):
                start = time.perf_counter()
                program()
                best[place] = min(best[place], time.perf_counter() - start)
    return [1e3 * b for b in best]


def peak(program: Callable[[], Any]) -> int:
    """Kilobytes of memory that a child needs above what it starts with, warm."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(3):
            program()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os.write(write, str(grown).encode())
        os._exit(0)
    os.waitpid(child, 0)
    return int(os.read(read, 32))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    print("| network | derivation ms | multiply-adds | NumPy ms | torch ms | ratio | peak kB |")
    print("|---|---|---|---|---|---|---|")
    programs = {}
    for name in SIZES:
        values = arguments(name)
        function = load(name).lambdify(derivative="all")
        programs[name] = [lambda f=function, v=values: f(**v), eager(name, values)]
    # threads do not survive a fork: memory first
    memory = {name: [peak(p) for p in both] for name, both in programs.items()}
    for name in SIZES:
        start = time.process_time()
        found = load(name).expression.backward()
        derived = 1e3 * (time.process_time() - start)
        own, other = least(programs[name], rounds)
        forward, backward = passes(found)
        print(
            f"| {name} | {derived:.0f} | {forward} and {backward} ({ratio(found)}) | {own:.3f} "
            f"| {other:.3f} | {own / other:.2f} | {memory[name][0]} and {memory[name][1]} |"
        )


if __name__ == "__main__":
    main()
