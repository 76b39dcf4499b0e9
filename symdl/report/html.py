"""Findings as one page of HTML that needs nothing else: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from symdl.document.kinds import is_document
from symdl.report.diagnostic import Checked, Finding
from symdl.report.document_page import anchor, page
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
body { padding: 0 1rem; }
.document { max-width: 46rem; line-height: 1.65; }
.block { margin: .8em 0; }
.wide { overflow-x: auto; }
math { font-size: 1.08em; }
math[display=block] { margin: .6em 0; overflow-x: auto; max-width: 100%; }
mtable.aligned mtd { text-align: left; } mtable.aligned mtd.right { text-align: right; }
mtable.cases mtd { text-align: left; padding-right: 1em; }
details.claim { display: inline; } details.display { display: block; }
details.claim > summary { display: inline; cursor: pointer; list-style: none; padding: .1em .25em;
  border-bottom: 2px solid; border-radius: .2em; }
details.display > summary { display: block; border-bottom: 0; border-left: 3px solid;
  padding-left: .6em; }
details.claim > summary::-webkit-details-marker { display: none; }
details.claim > summary:focus-visible { outline: 2px solid Highlight; }
details.words > summary { font-size: .85em; margin-left: .4em; }
details.claim > summary > math { color: CanvasText; }
.claim.note > summary { border-color: #1e8449; } .claim.plain > summary { border-color: #8886; }
.claim.error > summary { border-color: #c0392b; background: #c0392b22; }
.claim.warning > summary { border-color: #b9770e; }
.evidence { display: block; margin: .4em 0 .8em; padding: .1em .9em; font-size: .9em;
  line-height: 1.45; border: 1px solid #8885; border-radius: .4em; background: #8881; }
@media (prefers-color-scheme: dark) {
  .error { color: #ff8a7a; } .warning { color: #f5c06a; } .note { color: #7bd69b; }
  .claim.note > summary { border-color: #7bd69b; } .claim.error > summary { border-color: #ff8a7a; }
}
@media print { details.claim::details-content { content-visibility: visible; } }
"""


_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Nothing is loaded and nothing runs, whatever a document holds."""


def render(checked: Checked) -> str:
    """The page: the counts, then each file with its claims in order."""
    counts = ", ".join(f"{count} {escape(verdict)}" for verdict, count in checked.summary.items())
    body = "\n".join(_files(checked))
    interrupted = "<p>Interrupted: not every file was checked.</p>" if checked.interrupted else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>symdl: {counts or 'nothing to check'}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>symdl</h1>\n<p>{checked.formulas} formulas: {counts}.</p>\n{interrupted}\n"
        f"{body}\n<p><small>symdl {VERSION}</small></p>\n</body>\n</html>\n"
    )


def _files(checked: Checked) -> Iterator[str]:
    files: dict[str, list[Finding]] = {}
    for finding in checked.findings:
        files.setdefault(finding.file, []).append(finding)
    for file, findings in files.items():
        shown = page(file, findings) if is_document(file) else None
        if shown is not None:
            yield f"<h2>{escape(file)}</h2>\n{_list_of_failures(findings)}\n{shown}"
            continue
        name = findings[0].formula
        title = f"{escape(name)} <small>{escape(file)}</small>" if name else escape(file)
        rows = "\n".join(_row(finding) for finding in findings)
        head = "<tr><th>line</th><th>claim</th><th>verdict</th><th>why</th></tr>"
        yield f"<h2>{title}</h2>\n<table>\n{head}\n{rows}\n</table>"


def _list_of_failures(findings: list[Finding]) -> str:
    """What is wrong, with the way to it."""
    failed = [f for f in findings if f.failed]
    if not failed:
        return ""
    items = "".join(
        f'<li><a href="#{anchor(f)}">line {f.line}</a> <code>{escape(f.latex[:80])}</code>: '
        f"{escape(f.message[:200])}</li>"
        for f in failed
    )
    return f"<p>{len(failed)} to look at:</p>\n<ol>{items}</ol>"


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
