"""How the derivation of a whole backward pass grows: with the layers, and with the sizes.

    python benchmarks/growth.py

A network of `h_k = tanh(W_k h_{k-1} + b_k)` and a squared error, every gradient; milliseconds of
processor time, the best of five, and of 200 layers the same with literal sizes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from symdl import read
from symdl.derivation.matrix.backward import Backward

LAYERS = (25, 50, 100, 200)
SIZES = ("n", "4", "1024", "1000000")


def network(layers: int, size: str) -> Backward:
    """The backward pass of a network of so many layers of one size."""
    symbols = {"x": f"vector({size})", "y": f"vector({size})"}
    given = []
    for k in range(1, layers + 1):
        before = rf"h_{{{k - 1}}}" if k > 1 else "x"
        names = (f"W_{{{k}}}", f"b_{{{k}}}", f"h_{{{k}}}")
        kinds = (f"matrix({size}, {size})", f"vector({size})", f"vector({size})")
        symbols |= dict(zip(names, kinds, strict=True))
        given.append(rf"h_{{{k}}} = \tanh(W_{{{k}}} {before} + b_{{{k}}})")
    expression = read(rf"L = \lVert h_{{{layers}}} - y \rVert^2", symbols, given)
    start = time.process_time()
    found = expression.backward()
    spent[layers, size] = min(spent.get((layers, size), 1e9), time.process_time() - start)
    return found


spent: dict[tuple[int, str], float] = {}


def main() -> None:
    """Print both tables."""
    print("| layers | equations | derivation ms | ms a layer |\n|---|---|---|---|")
    for layers in LAYERS:
        found = [network(layers, "n") for _ in range(5)][-1]
        ms = 1e3 * spent[layers, "n"]
        count = len(found.forward) + len(found.backward)
        print(f"| {layers} | {count} | {ms:.1f} | {ms / layers:.3f} |")
    print("\n| size of 200 layers | derivation ms |\n|---|---|")
    for size in SIZES:
        for _ in range(5):
            network(LAYERS[-1], size)
        print(f"| {size} | {1e3 * spent[LAYERS[-1], size]:.1f} |")


if __name__ == "__main__":
    main()
