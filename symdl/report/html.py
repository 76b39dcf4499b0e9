"""Findings as one page of HTML that needs nothing else: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from symdl.document.kinds import is_document
from symdl.report.diagnostic import Checked, Finding
from symdl.report.document_page import Plots, anchor, page
from symdl.report.mathml import mathml
from symdl.version import VERSION

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem; }
tr { border-bottom: 1px solid #8884; }
code { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
:is(b, span).error { color: #b03021; font-weight: 600; }
:is(b, span).warning { color: #8a5a08; font-weight: 600; }
:is(b, span).note { color: #1a7340; font-weight: 600; }
h1, h2, h3, h4, li, p { overflow-wrap: anywhere; }
.counts span { display: inline-block; border: 1px solid #8886; border-radius: 1em;
  padding: .05em .7em; margin: .15em .3em .15em 0; }
.failures { list-style: none; padding: 0; }
.failures li { margin: .3em 0; overflow-x: auto; } .failures math { font-size: 1em; }
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
.plot { margin: .5em 0; max-width: 24rem; } .plot svg { width: 100%; height: auto; }
.plot text { font-size: 10px; fill: currentColor; opacity: .75; }
.plot .axis { stroke: currentColor; opacity: .35; fill: none; }
.plot .curve { fill: none; stroke-width: 2; }
.plot .c0 { stroke: #2471a3; } .plot .c1 { stroke: #d35400; stroke-dasharray: 6 3; }
.plot .mark { fill: #c0392b; stroke: Canvas; stroke-width: 1.5; }
.plot figcaption { font-size: .85em; } .key { margin-right: 1.2em; white-space: nowrap; }
.key::before { content: ""; display: inline-block; width: 1.4em; border-top: 3px solid;
  margin-right: .4em; vertical-align: .25em; }
.k0::before { border-color: #2471a3; } .k1::before { border-color: #d35400;
  border-top-style: dashed; }
@media (max-width: 30rem) { body { margin: 1rem auto; } }
@media (prefers-color-scheme: dark) {
  :is(b, span).error { color: #ff8a7a; } :is(b, span).warning { color: #f5c06a; }
  :is(b, span).note { color: #7bd69b; } .plot .c0 { stroke: #6db6e8; }
  .plot .c1 { stroke: #ffa45c; } .k0::before { border-color: #6db6e8; }
  .k1::before { border-color: #ffa45c; }
  .claim.note > summary { border-color: #7bd69b; } .claim.error > summary { border-color: #ff8a7a; }
}
@media print {
  body { margin: 0; max-width: none; font-size: 11pt; }
  details.claim::details-content { content-visibility: visible; display: block; }
  .evidence { break-inside: avoid; } h2, h3 { break-after: avoid; }
}
"""


_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Nothing is loaded and nothing runs, whatever a document holds."""


def render(checked: Checked, plots: Plots | None = None) -> str:
    """The page: the counts, then each file with its claims in order; plots by place of finding."""
    counts = ", ".join(f"{count} {escape(verdict)}" for verdict, count in checked.summary.items())
    chips = "".join(
        f"<span>{count} {escape(verdict)}</span>" for verdict, count in checked.summary.items()
    )
    files = f"{checked.formulas} file{'' if checked.formulas == 1 else 's'}"
    body = "\n".join(_files(checked, plots or {}))
    interrupted = "<p>Interrupted: not every file was checked.</p>" if checked.interrupted else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>symdl: {counts or 'nothing to check'}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>symdl</h1>\n<p class=counts>{files}: {chips}</p>\n{interrupted}\n"
        f"{body}\n<p><small>symdl {VERSION}</small></p>\n</body>\n</html>\n"
    )


def _files(checked: Checked, plots: Plots) -> Iterator[str]:
    files: dict[str, list[Finding]] = {}
    for finding in checked.findings:
        files.setdefault(finding.file, []).append(finding)
    for file, findings in files.items():
        shown = page(file, findings, plots) if is_document(file) else None
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
        f'<li><a href="#{anchor(f)}">line {f.line}</a> {_claim(f)}: {escape(f.message[:200])}</li>'
        for f in failed
    )
    return f'<p>{len(failed)} to look at:</p>\n<ol class="failures">{items}</ol>'


def _claim(finding: Finding) -> str:
    """What is claimed: mathematics typeset, words as they are."""
    if "\\" in finding.latex and len(finding.latex) <= LONGEST_TYPESET:
        return mathml(finding.latex)
    return f"<code>{escape(shortened(finding.latex))}</code>"


def shortened(text: str) -> str:
    """At most a line of a text; what is cut off is marked."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS].rstrip()}…"


LONGEST_WORDS = 80
LONGEST_TYPESET = 400
"""Characters of a formula that is typeset in the list of what is wrong."""


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
