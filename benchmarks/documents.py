"""A document checked in place, and compared with what people said of each of its claims.

    python benchmarks/documents.py PATH/notes.md PATH/notes_claims.jsonl [--verbose]

A row has the line, the claim in words and a verdict (true, false, imprecise, not checkable). It
is found if a finding stands on its line that speaks of the same (most words in common); it agrees
if a true claim holds or is a definition, and a false one is refuted. Every row that is not
found, and every one that disagrees, is printed.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symdl.checking import check_bytes
from symdl.report.diagnostic import Finding

GOOD = ("proved", "approximate", "rounded", "confirmed", "definition")
WORDS = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?")


def main() -> int:
    """Print the counts, the misses and the disagreements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("document", type=Path)
    parser.add_argument("claims", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    began = time.monotonic()
    findings = check_bytes(str(options.document), options.document.read_bytes())
    seconds = time.monotonic() - began
    rows = [json.loads(line) for line in options.claims.read_text("utf-8").splitlines()]
    counts: Counter[str] = Counter()
    for row in rows:
        found = _finding(row, findings)
        told = outcome(row["verdict"], found)
        counts[f"{row['verdict']}: {told}"] += 1
        if options.verbose or told in ("not found", "DISAGREES"):
            said = f"{found.verdict}: {found.latex[:40]}" if found else ""
            print(
                f"{told:<10} {row['verdict']:<10} line {row['line']}: {row['claim'][:70]} | {said}"
            )
    for name, count in sorted(counts.items()):
        print(f"{count:>5} {name}")
    wrong = sum(f.verdict.startswith("refuted") for f in findings)
    print(f"{len(findings)} findings, {wrong} refuted, {seconds:.1f} s")
    return 0


def _finding(row: dict[str, Any], findings: Sequence[Finding]) -> Finding | None:
    """The finding on a row's line that has most words in common with it."""
    near = [f for f in findings if f.line <= row["line"] <= f.end_line]
    wanted = _words(row["claim"]) | _words(row["kind"])
    asked = row["verdict"] == "false"

    def score(finding: Finding) -> tuple[int, bool]:
        own = _words(f"{finding.reading} {finding.note} {finding.kind}")
        return 2 * len(wanted & _words(finding.latex)) + len(
            wanted & own
        ), finding.verdict.startswith("refuted") == asked

    return max(near, key=score, default=None)


def _words(text: str) -> set[str]:
    return {word.lower() for word in WORDS.findall(text)}


def outcome(expected: str, found: Finding | None) -> str:
    """What became of a row."""
    if found is None:
        return "not found"
    if expected == "true":
        return "agrees" if found.verdict in GOOD else _open(found)
    if expected == "false":
        return "agrees" if found.verdict.startswith("refuted") else _open(found)
    return found.verdict


def _open(found: Finding) -> str:
    return "open" if found.verdict in ("undecided", "not-understood") else "DISAGREES"


if __name__ == "__main__":
    raise SystemExit(main())
