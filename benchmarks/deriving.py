"""Reverse mode on deep networks: operations over the forward's, and time.

    python benchmarks/deriving.py

f_d = tanh(w_d f_{d-1} + b_d), value and gradient in all 2 d parameters, depth 8 to 128. Ends
with exit status 1 if value and gradient take more than 4 times the operations of the value or
depth 128 more than 10 ms.
"""

from __future__ import annotations

import sys
import time

from symdl.derivation.differentiate import gradient
from symdl.expression.term import Term, make, postorder, symbol

DEPTHS = (1, 2, 4, 8, 16, 32, 64, 128)
MOST_OPERATIONS = 4.0
MOST_MILLISECONDS = 10.0
REPEATS = 15


def network(depth: int, run: int) -> tuple[Term, list[Term]]:
    """The network and its parameters; `run` makes the names new, so that nothing is shared."""
    f = symbol(f"x_{{{run}}}")
    parameters: list[Term] = []
    for d in range(1, depth + 1):
        w, b = symbol(f"w_{{{run},{d}}}"), symbol(f"b_{{{run},{d}}}")
        parameters += [w, b]
        f = make("tanh", w * f + b)
    return f, parameters


def operations(*roots: Term) -> int:
    """Distinct operation nodes."""
    nodes = {n for root in roots for n in postorder(root)}
    return sum(n.op not in ("number", "symbol") for n in nodes)


def measure(depth: int) -> tuple[int, int, float]:
    """Operations of the value, of value and gradient, and milliseconds (median)."""
    times = []
    for run in range(REPEATS):
        f, parameters = network(depth, run)
        start = time.perf_counter()
        found = gradient(f, parameters)
        times.append(1000 * (time.perf_counter() - start))
    both = operations(f, *found.partials.values())
    return operations(f), both, sorted(times)[REPEATS // 2]


def main() -> int:
    """Print the table; 1 if a bound is broken."""
    print(f"{'depth':>5} {'value':>6} {'+ gradient':>10} {'ratio':>6} {'ms':>7} {'us a layer':>10}")
    broken = False
    for depth in DEPTHS:
        value, both, milliseconds = measure(depth)
        ratio = both / value
        layer = 1000 * milliseconds / depth
        print(f"{depth:5} {value:6} {both:10} {ratio:6.2f} {milliseconds:7.2f} {layer:10.1f}")
        broken |= ratio > MOST_OPERATIONS
    broken |= milliseconds > MOST_MILLISECONDS
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
