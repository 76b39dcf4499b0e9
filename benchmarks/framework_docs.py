"""Formulas of framework documentation: read, run as generated code, compared with the output.

    python benchmarks/framework_docs.py ROWS.jsonl... [--verbose]

A row has `latex`, `inputs`, `parameters`, the float64 `output` of the documented function and
perhaps `grad` (of the sum of the output). The code that symdl generates for the reading must give
the output up to rounding; optimizers run as the steps of their pseudo-code. Every `differ` is a
misreading of ours, a wrong document (rows where `literal_reading_matches` is false), or a value
the row does not state.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import documented_values as d
from documented_cases import LAYOUTS
from documented_forms import Form
from documented_outputs import Output, gradient_of, outputs, run
from documented_steps import is_trajectory, procedure_of, trajectory

from symdl.document.errors import Error

TOLERANCE = 1e-9


@dataclass
class Row:
    """One row and what became of it."""

    id: str
    data: Mapping[str, Any]
    verdict: str = ""
    why: str = ""
    gradient: str = ""

    @property
    def meant(self) -> bool:
        """Whether the formula, read literally, is what the code computes."""
        return bool(self.data.get("literal_reading_matches"))


def main() -> int:
    """Print the table of each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--values", action="store_true", help="no effect: code is always run")
    options = parser.parse_args()
    for path in options.paths:
        lines = path.read_text("utf-8").splitlines()
        report(path, [judged(json.loads(line)) for line in lines], options.verbose)
    return 0


def report(path: Path, rows: Sequence[Row], verbose: bool) -> None:
    """The counts, and each row that is not equal."""
    counts = Counter(row.verdict for row in rows)
    meant = [row for row in rows if row.meant]
    other = [row for row in rows if not row.meant]
    print(f"{path.name}: {len(rows)} rows, read {len(rows) - counts['refused']}")
    print("  generated code", dict(counts))
    same = sum(row.verdict == "equal" for row in meant)
    told = sum(row.verdict == "differ" for row in other)
    print(f"  equal where the literal reading matches: {same} of {len(meant)}")
    print(f"  told as differing where it does not: {told} of {len(other)}")
    print("  gradients", dict(Counter(row.gradient for row in rows if row.gradient)))
    for row in sorted(rows, key=lambda r: r.verdict):
        if row.verdict != "equal" or row.gradient == "differ" or verbose:
            document = "" if row.meant else " [document differs]"
            print(f"  {row.verdict:<14} {row.id:<44} {row.gradient} {row.why}{document}")


def judged(data: Mapping[str, Any]) -> Row:
    """One row read, run and compared."""
    row = Row(data["id"], data)
    values = d.values_of(data)
    try:
        if is_trajectory(data):
            procedure_of(data)
        else:
            Form(data, values)
    except Error as error:
        row.verdict, row.why = "refused", error.message
        return row
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # branches that are not taken may divide by 0
        try:
            if is_trajectory(data):
                _compare(row, trajectory(data, values), d.flat(data["output"]))
            else:
                _compare_layouts(row, values)
        except d.Missing as missing:
            row.verdict, row.why = "not evaluated", f"no value of {missing}"
        except Error as error:
            row.verdict, row.why = "not evaluated", f"{type(error).__name__}: {error.message[:90]}"
    return row


def _compare_layouts(row: Row, values: Mapping[str, Any]) -> None:
    """The outputs under each way to cut the data into cases, until one is equal."""
    problems: list[Exception] = []
    for layout in _layouts(row):
        try:
            form = Form(row.data, values)
            sides = outputs(form, layout)
            found = [[run(o) for o in side] for side in sides]
        except (Error, d.Missing) as problem:
            problems.append(problem)
            continue
        expected = _expected(row.data["output"], layout)
        if any(len(got) != len(expected) for got in found):
            continue
        for got in found:
            _compare(row, got, expected)
            if row.verdict != "equal":
                break
        if row.verdict == "equal":
            row.gradient = _gradient(row, form, sides[0])
            return
    if not row.verdict:
        if problems:
            raise problems[0]
        row.verdict, row.why = "not evaluated", "no cases of the shape of the output"


def _layouts(row: Row) -> Sequence[str]:
    """Averages over the batch go down the columns; what else there is goes along the rows."""
    said = " ".join(str(v) for v in (row.data.get("symbol_map") or {}).values())
    return (LAYOUTS[2], *LAYOUTS[:2]) if "batch axis" in said else LAYOUTS


def _expected(output: Any, layout: str) -> list[float]:
    if layout == "columns" and len(d.shape(output)) == 2:
        return d.flat([list(column) for column in zip(*output, strict=True)])
    return d.flat(output)


def _compare(row: Row, got: Sequence[float], expected: Sequence[float]) -> None:
    if len(got) != len(expected):
        row.verdict, row.why = "differ", f"{len(got)} values, {len(expected)} expected"
        return
    slack = float(row.data.get("literal_reading_max_abs_diff") or 0) if row.meant else 0.0
    pairs = zip(got, expected, strict=True)
    wrong = [
        f"{mine:.12g}, not {want:.12g}"
        for mine, want in pairs
        if not (
            mine == want
            or (math.isnan(mine) and math.isnan(want))
            or math.isclose(mine, want, rel_tol=TOLERANCE, abs_tol=max(1e-12, 2 * slack))
        )
    ]
    row.verdict, row.why = ("differ", wrong[0]) if wrong else ("equal", "")


def _gradient(row: Row, form: Form, side: Sequence[Output]) -> str:
    """Whether generated derivatives give the recorded gradient of the sum."""
    verdicts = []
    for key, expected in (row.data.get("grad") or {}).items():
        match = re.fullmatch(r"d\(sum\(out\)\)/d\((\w+)\)", key)
        wanted = row.data["inputs"].get(match[1]) if match else None
        if wanted is None:
            continue
        found = gradient_of(form, side, wanted)
        if found is None:
            verdicts.append("not evaluated")
            continue
        told = [(g, w) for g, w in zip(found, d.flat(expected), strict=True) if math.isfinite(g)]
        same = all(math.isclose(g, w, rel_tol=TOLERANCE, abs_tol=1e-12) for g, w in told)
        kinks = len(found) - len(told)
        verdicts.append(("equal" if same else "differ") + (f", {kinks} at kinks" if kinks else ""))
    return "differ" if "differ" in verdicts else ", ".join(dict.fromkeys(verdicts))


if __name__ == "__main__":
    raise SystemExit(main())
