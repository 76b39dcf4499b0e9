"""Findings for programs."""

from __future__ import annotations

from json import dumps
from typing import Any

from symdl.report.diagnostic import Checked
from symdl.version import VERSION


def render(checked: Checked) -> str:
    """The JSON report: version, counts, every finding."""
    return dumps(as_data(checked), indent=2, ensure_ascii=False) + "\n"


def as_data(checked: Checked) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "symdl": VERSION,
        "summary": checked.summary,
        "findings": [finding.as_dict() for finding in checked.findings],
    }
