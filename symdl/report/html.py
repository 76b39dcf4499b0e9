"""Findings as one page of HTML that needs nothing else: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from symdl.report.diagnostic import Checked, Finding
from symdl.version import VERSION

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem; }
tr { border-bottom: 1px solid #8884; }
code { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.error { color: #c0392b; font-weight: 600; }
.warning { color: #b9770e; font-weight: 600; }
.note { color: #1e8449; }
small { opacity: .75; }
"""


def render(checked: Checked) -> str:
    """The page: the counts, then each file with its claims in order."""
    counts = ", ".join(f"{count} {escape(verdict)}" for verdict, count in checked.summary.items())
    body = "\n".join(_files(checked))
    interrupted = "<p>Interrupted: not every file was checked.</p>" if checked.interrupted else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>symdl: {counts or 'nothing to check'}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>symdl</h1>\n<p>{checked.formulas} formulas: {counts}.</p>\n{interrupted}\n"
        f"{body}\n<p><small>symdl {VERSION}</small></p>\n</body>\n</html>\n"
    )


def _files(checked: Checked) -> Iterator[str]:
    files: dict[str, list[Finding]] = {}
    for finding in checked.findings:
        files.setdefault(finding.file, []).append(finding)
    for file, findings in files.items():
        name = findings[0].formula
        title = f"{escape(name)} <small>{escape(file)}</small>" if name else escape(file)
        rows = "\n".join(_row(finding) for finding in findings)
        head = "<tr><th>line</th><th>claim</th><th>verdict</th><th>why</th></tr>"
        yield f"<h2>{title}</h2>\n<table>\n{head}\n{rows}\n</table>"


def _row(finding: Finding) -> str:
    claim = f"<code>{escape(finding.latex)}</code>"
    if finding.note:
        claim += f"<br><small>{escape(finding.note)}</small>"
    verdict = f'<span class="{finding.severity}">{escape(finding.verdict)}</span>'
    if finding.method:
        verdict += f"<br><small>{escape(finding.method)}</small>"
    return (
        f"<tr><td>{finding.line}</td><td>{claim}</td><td>{verdict}</td>"
        f"<td>{'<br>'.join(_why(finding))}</td></tr>"
    )


def _why(finding: Finding) -> Iterator[str]:
    yield escape(finding.message)
    if finding.counterexample is not None:
        at = ", ".join(f"{k} = {v}" for k, v in finding.counterexample["at"].items())
        left, right = finding.counterexample["left"], finding.counterexample["right"]
        yield escape(f"{'at ' + at if at else 'exactly'}: left {left}, right {right}")
    if finding.hint:
        yield escape(f"hint: {finding.hint}")
