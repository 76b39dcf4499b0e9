"""Old failures of a project: `symdl check --baseline FILE` fails only on what is new.

The file is a JSON report (`--format json`). A failure is known by its file, its LaTeX and its
code, not by its line, so that text above it may change; of several alike each counts once.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

from symdl.document.errors import FileError
from symdl.document.source import Source, Span
from symdl.report.diagnostic import Checked, Finding

Known = Counter[tuple[str, str, str]]


def read_baseline(path: str) -> Known:
    """The failures that a report lists. Raises FileError if it is no JSON report."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        findings = [Finding.from_dict(entry) for entry in data["findings"]]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        place = Span(Source(path, ""), 0, 0)
        reason = getattr(error, "strerror", None) or "it is no JSON report of symdl check"
        hint = f"make it with symdl check --format json --output {path}"
        raise FileError(f"cannot read this baseline: {reason}", place, hint) from None
    return Counter(_key(finding) for finding in findings if finding.failed)


def without_known(checked: Checked, known: Known) -> tuple[Checked, int]:
    """The run without the failures of a baseline, and how many those were."""
    left = known.copy()
    kept = []
    for finding in checked.findings:
        key = _key(finding)
        if finding.failed and left[key] > 0:
            left[key] -= 1
        else:
            kept.append(finding)
    return replace(checked, findings=tuple(kept)), len(checked.findings) - len(kept)


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.file, " ".join(finding.latex.split()), finding.code
