"""Worst errors of generated NumPy code, in units of the last place, as a Markdown table.

    python benchmarks/accuracy.py [--points N] [--write]

Every function stands in tests/cases/scalar_functions.txt in the form of the textbooks. Its
generated value and derivative are compared with ball arithmetic on [-1000, 1000] at the exact
floating-point arguments; "literal" is the same formula written in NumPy as it stands.
--write puts the table into benchmarks/accuracy.md.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from scalar_functions import derivative, functions, grid, measure, worst, x  # noqa: E402

from symdl.code.emit import emit  # noqa: E402
from symdl.code.lambdify import compile_source, lambdify  # noqa: E402

HEAD = """# Accuracy

Worst error in units of the last place of value / derivative of the generated NumPy code on
[-1000, 1000] ({points} points, ball arithmetic as reference; written by
`python benchmarks/accuracy.py --write`). `inf` is a NaN or an overflow where the mathematics is
finite. Next to a zero of a function (GELU' at -0.75, SiLU' at -1.28) any fixed-precision
arithmetic has a large relative error.

| function | float64 | float32 | literal formula, float64 |
|---|---|---|---|
"""


def show(error: float) -> str:
    """Two digits, or a power of ten."""
    if error == float("inf"):
        return "inf"
    return f"{error:.2g}" if error < 1000 else f"{error:.0e}"


def literal(term: Any, points: int) -> str:
    """The errors of the formula as it stands."""
    source = emit([term, derivative(term)], [x], stable=False)
    run = compile_source(source, [x], "numpy", "f")
    places = grid(points, np.float64)
    with np.errstate(all="ignore"):
        value, slope = run(places)
    errors = worst(value, term, places), worst(slope, derivative(term), places)
    return " / ".join(show(e.error) for e in errors)


def main() -> None:
    """Print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=400)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    rows: list[str] = []
    for name, term in functions().items():
        if options.names and name not in options.names:
            continue
        run = lambdify(term, [x], derivative=x)
        cells = []
        for kind in (np.float64, np.float32):
            cells.append(
                " / ".join(show(w.error) for w in measure(term, run, options.points, kind))
            )
        cells.append(literal(term, options.points))
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
        print(rows[-1], file=sys.stderr, flush=True)
    text = HEAD.format(points=len(grid(options.points, np.float64))) + "\n".join(rows) + "\n"
    if options.write:
        (ROOT / "benchmarks" / "accuracy.md").write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
