"""Formulas that public documents printed wrong, before and after their mend, checked in place.

    python benchmarks/errata.py ROWS.jsonl [--verbose]

Each formula is put behind its stated context in a small document. Counted are the wrong ones that
are refuted, among those whose falsehood was found by computation, and the true ones that are
refuted, which must be none.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from symdl.runs.running import check_content

STRONGEST = ("refuted", "not-understood", "undecided")


def main() -> int:
    """Print what became of each side of the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.rows.read_text("utf-8").splitlines()]
    counts: Counter[str] = Counter()
    for row in rows:
        for side in ("before", "after"):
            expected = row[f"expected_{side}"]
            computed = row["evidence_kind"] == "computed"
            verdict, message = outcome(row, side)
            name = f"{expected}{' by computation' if expected == 'false' and computed else ''}"
            counts[f"{name}: {verdict}"] += 1
            if options.verbose or (expected == "true" and verdict == "refuted"):
                print(f"{row['id']:<40} {side:<6} {expected:<9} {verdict:<14} {message[:120]}")
    for name, count in sorted(counts.items()):
        print(f"{count:>4} {name}")
    return 0


def _is_prose(latex: str) -> bool:
    """Whether a row is a sentence with formulas or code in it, not a formula."""
    return "$" in latex or latex.count("`") > 1


def outcome(row: dict[str, Any], side: str) -> tuple[str, str]:
    """The verdict on a formula behind its context: the weakest of its statements."""
    context = (row["context"] or "").replace("$", "\\$")
    latex = row[f"{side}_latex"]
    text = f"{context}\n\n{latex}\n" if _is_prose(latex) else f"{context}\n\n$$\n{latex}\n$$\n"
    start = len(context) + 2
    line = text[:start].count("\n") + 1
    found = [f for f in check_content("row.md", text.encode()) if f.line >= line]
    for verdict in STRONGEST:
        for finding in found:
            if finding.verdict.startswith(verdict):
                return verdict, finding.message
    return (found[0].verdict, found[0].message) if found else ("nothing claimed", "")


if __name__ == "__main__":
    raise SystemExit(main())
