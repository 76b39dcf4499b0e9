"""How the derivation of a backward pass, and its code, grow: with the layers, with the sizes.

    python benchmarks/growth.py

A network of `h_k = tanh(W_k h_{k-1} + b_k)` and a squared error, every gradient; milliseconds of
processor time, the best of five (of the code: of two), and of 200 layers with literal sizes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from symdl import Expression, read
from symdl.derivation.matrix.backward import Backward

LAYERS = (25, 50, 100, 200)
SIZES = ("n", "4", "1024", "1000000")


def network(layers: int, size: str) -> Expression:
    """A network of so many layers of one size."""
    symbols = {"x": f"vector({size})", "y": f"vector({size})"}
    given = []
    for k in range(1, layers + 1):
        before = rf"h_{{{k - 1}}}" if k > 1 else "x"
        names = (f"W_{{{k}}}", f"b_{{{k}}}", f"h_{{{k}}}")
        kinds = (f"matrix({size}, {size})", f"vector({size})", f"vector({size})")
        symbols |= dict(zip(names, kinds, strict=True))
        given.append(rf"h_{{{k}}} = \tanh(W_{{{k}}} {before} + b_{{{k}}})")
    return read(rf"L = \lVert h_{{{layers}}} - y \rVert^2", symbols, given)


def backward(layers: int, size: str) -> Backward:
    """Its backward pass; the time it takes is noted."""
    expression = network(layers, size)
    start = time.process_time()
    found = expression.backward()
    spent[layers, size] = min(spent.get((layers, size), 1e9), time.process_time() - start)
    return found


def code(layers: int) -> float:
    """Milliseconds that the function of the value and all gradients takes to make."""
    best = 1e9
    for _ in range(2):
        expression = network(layers, "n")
        start = time.process_time()
        expression.lambdify(derivative="all")
        best = min(best, time.process_time() - start)
    return 1e3 * best


spent: dict[tuple[int, str], float] = {}


def main() -> None:
    """Print both tables."""
    print("| layers | equations | derivation ms | ms a layer | code ms | ms a layer |")
    print("|---|---|---|---|---|---|")
    for layers in LAYERS:
        found = [backward(layers, "n") for _ in range(5)][-1]
        ms = 1e3 * spent[layers, "n"]
        count = len(found.forward) + len(found.backward)
        made = code(layers)
        each = f"{ms / layers:.3f} | {made:.0f} | {made / layers:.2f}"
        print(f"| {layers} | {count} | {ms:.1f} | {each} |")
    print("\n| size of 200 layers | derivation ms |\n|---|---|")
    for size in SIZES:
        for _ in range(5):
            backward(LAYERS[-1], size)
        print(f"| {size} | {1e3 * spent[LAYERS[-1], size]:.1f} |")


if __name__ == "__main__":
    main()
