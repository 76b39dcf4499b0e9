"""Time to read a formula: symdl against latex2sympy2_extended, in one process.

    python benchmarks/reading_speed.py FORMULAS.jsonl

FORMULAS.jsonl has one JSON object a line with the key `latex`. Prints the median over
the formulas of the best of several runs, and how time grows with length up to 200 kB.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from symdl.document.errors import Error
from symdl.expression.reading import read


def best(run: Callable[[], object], repeats: int) -> float:
    """The shortest of several runs, in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return min(times)


def ours(latex: str) -> object:
    """Our reading; a refusal is an answer too."""
    try:
        return read(latex)
    except Error as refusal:
        return refusal


def medians(formulas: list[str]) -> None:
    """Print both medians and their ratio."""
    mine = statistics.median(best(lambda t=text: ours(t), 5) for text in formulas)
    print(f"symdl                  median {mine:.3f} ms over {len(formulas)} formulas")
    try:
        from latex2sympy2_extended import latex2sympy
    except ImportError:
        print("latex2sympy2_extended is not installed")
        return

    def theirs(latex: str) -> object:
        try:
            return latex2sympy(latex)
        except Exception as refusal:
            return refusal

    other = statistics.median(best(lambda t=text: theirs(t), 3) for text in formulas)
    print(f"latex2sympy2_extended  median {other:.3f} ms, {other / mine:.0f} times as long")


def growth() -> None:
    """Print the time a kB for sums of growing length."""
    for kilobytes in (1, 10, 50, 100, 200):
        text = " + ".join(f"x_{{{i % 9}}}" for i in range(kilobytes * 1000 // 8))
        took = best(lambda t=text: ours(t), 1)
        print(f"{len(text) / 1000:7.1f} kB  {took:8.1f} ms  {took / len(text) * 1000:.2f} ms/kB")


def main() -> int:
    """Run both measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("formulas", type=Path)
    lines = parser.parse_args().formulas.read_text(encoding="utf-8").splitlines()
    medians([json.loads(line)["latex"] for line in lines if line.strip()])
    growth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
