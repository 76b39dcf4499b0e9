"""Findings as JUnit XML: a suite for each file, a case for each claim."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from symdl.report.diagnostic import Checked, Finding
from symdl.report.short import line


def render(checked: Checked) -> str:
    """The XML report. Undecided claims are skipped cases, failures carry their diagnostic."""
    root = Element("testsuites", name="symdl", time=f"{checked.seconds:.3f}")
    _count(root, checked.findings)
    files: dict[str, list[Finding]] = {}
    for finding in checked.findings:
        files.setdefault(finding.file, []).append(finding)
    for file, findings in files.items():
        suite = SubElement(root, "testsuite", name=_clean(file))
        _count(suite, findings)
        for finding in findings:
            _case(suite, finding)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _count(element: Element, findings: Iterable[Finding]) -> None:
    listed = list(findings)
    broken = sum(f.failed and f.verdict == "not-understood" for f in listed)
    element.set("tests", str(len(listed)))
    element.set("failures", str(sum(f.failed for f in listed) - broken))
    element.set("errors", str(broken))
    element.set("skipped", str(sum(f.severity == "warning" for f in listed)))


def _case(suite: Element, finding: Finding) -> None:
    name = f"{finding.line}:{finding.column} {finding.latex or finding.code}"
    case = SubElement(
        suite,
        "testcase",
        name=_clean(name),
        classname=_clean(finding.formula or finding.file),
        file=_clean(finding.file),
        line=str(finding.line),
    )
    message = _clean(finding.message)
    if finding.failed:
        kind = "error" if finding.verdict == "not-understood" else "failure"
        SubElement(case, kind, message=message, type=finding.code).text = _clean(line(finding))
    elif finding.severity == "warning":
        SubElement(case, "skipped", message=message)


def _clean(text: str) -> str:
    """XML has no way to write most control characters."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
