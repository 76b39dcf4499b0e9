"""Findings as SARIF 2.1.0, which code hosts show beside the line."""

from __future__ import annotations

import os
from json import dumps
from pathlib import Path
from typing import Any
from urllib.parse import quote

from symdl.report.codes import explanation
from symdl.report.diagnostic import Checked, Finding
from symdl.version import VERSION

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(checked: Checked) -> str:
    """The SARIF log: failures are of kind fail, open questions of kind open."""
    return dumps(as_data(checked), indent=2, ensure_ascii=False) + "\n"


def as_data(checked: Checked) -> dict[str, Any]:
    """The log as plain data."""
    findings = [f for f in checked.findings if f.severity != "note"]
    codes = sorted({f.code for f in findings})
    driver = {
        "name": "symdl",
        "version": VERSION,
        "semanticVersion": VERSION,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes.index(finding.code)) for finding in findings],
        "invocations": [{"executionSuccessful": not checked.interrupted}],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    found = explanation(code)
    if found is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": found.title},
        "fullDescription": {"text": found.text},
    }


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    place = {"artifactLocation": {"uri": _uri(finding.file)}, "region": region}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "kind": "fail" if finding.severity == "error" else "open",
        "level": "error" if finding.severity == "error" else "none",
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": place}],
        "properties": {"latex": finding.latex, "kind": finding.kind, "verdict": finding.verdict},
    }


def _message(finding: Finding) -> str:
    parts = [finding.message]
    if finding.counterexample is not None:
        at = ", ".join(f"{k} = {v}" for k, v in finding.counterexample["at"].items())
        left, right = finding.counterexample["left"], finding.counterexample["right"]
        parts.append(f"{'At ' + at if at else 'Exactly'}: left {left}, right {right}.")
    if finding.hint:
        parts.append(f"Hint: {finding.hint}")
    return " ".join(part for part in parts if part) or finding.verdict


def _uri(file: str) -> str:
    """Relative paths stay relative with forward slashes; absolute ones are file URIs."""
    return Path(file).as_uri() if os.path.isabs(file) else quote(file.replace(os.sep, "/"))
