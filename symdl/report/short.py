"""One line a finding: what editors and grep understand."""

from __future__ import annotations

from collections.abc import Iterator

from symdl.report.diagnostic import Checked, Finding
from symdl.report.terminal import printable


def render(checked: Checked) -> str:
    """`file:line:column: severity[code] message` for every failure and open question."""
    return "".join(line + "\n" for line in _lines(checked))


def _lines(checked: Checked) -> Iterator[str]:
    for finding in checked.findings:
        if finding.severity != "note":
            yield line(finding)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in checked.summary.items())
    yield counts or "nothing to check"


def line(finding: Finding) -> str:
    """A finding in one line."""
    message = " ".join(finding.message.split())
    return printable(f"{finding.place}: {finding.severity}[{finding.code}] {message}")
