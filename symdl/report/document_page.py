"""A document as a page: its own text, its mathematics typeset, each claim marked by its verdict.

A claim opens on click or key to what was found of it. There is no script in the page, and no text
of the document becomes markup: everything is escaped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from symdl.document.documents import read_documents
from symdl.document.errors import Error
from symdl.document.pieces import (
    CLOSE,
    HEADING,
    ITEM,
    NOTE,
    OPEN,
    Block,
    Cell,
    Document,
    Math,
    Run,
    Table,
    Words,
)
from symdl.document.source import Span
from symdl.report.diagnostic import Finding
from symdl.report.mathml import mathml
from symdl.report.plot import Plot, svg

Place = tuple[str, int, int, int]
"""File, cell, line and column."""


Plots = Mapping[tuple[str, int, int, int, str], Plot]
"""Pictures by file, cell, line, column and verdict of the finding that they belong to."""


@dataclass(frozen=True, slots=True)
class _Left:
    """The findings that have no place in the page yet, and the pictures."""

    findings: list[Finding]
    plots: Plots


def page(name: str, findings: Sequence[Finding], plots: Plots) -> str | None:
    """The document with its findings; None if it cannot be read any more."""
    if not os.path.isfile(name):
        return None
    try:
        with open(name, "rb") as file:
            documents = read_documents(name, file.read())
    except (OSError, Error):
        return None
    left = _Left(list(findings), plots)
    body = "\n".join(part for document in documents for part in _document(document, left))
    rest = "".join(_told(finding, left) for finding in left.findings)
    return f'<article class="document">\n{body}\n{rest}</article>'


def _document(document: Document, left: _Left) -> Iterator[str]:
    listed = False
    for block in document.blocks:
        item = isinstance(block, Block) and block.kind == ITEM
        if item != listed:
            yield "<ul>" if item else "</ul>"
            listed = item
        if isinstance(block, Table):
            yield _table(block, left)
        elif block.kind not in (NOTE, OPEN, CLOSE):
            yield _block(block, left)
    if listed:
        yield "</ul>"


def _block(block: Block, left: _Left) -> str:
    inner = _runs(block.runs, left)
    inner += "".join(_told(f, left) for f in _taken(block.runs, left))
    if block.kind == HEADING:
        level = min(max(block.level, 1) + 1, 6)
        return f"<h{level}>{inner}</h{level}>"
    if block.kind == ITEM:
        return f'<li style="margin-left:{1.2 * (block.level - 1):.1f}em">{inner}</li>'
    return f"<div class=block>{inner}</div>"


def _table(table: Table, left: _Left) -> str:
    head = "".join(f"<th>{_cell(cell, left)}</th>" for cell in table.head)
    rows = []
    for row in table.rows:
        cells = "".join(f"<td>{_cell(cell, left)}</td>" for cell in row)
        over = [run for cell in row for run in cell]
        told = "".join(_told(f, left) for f in _taken(over, left)) if over else ""
        rows.append(f"<tr>{cells}{f'<td>{told}</td>' if told else ''}</tr>")
    return f'<div class="wide"><table>\n<tr>{head}</tr>\n{"".join(rows)}\n</table></div>'


def _cell(cell: Cell, left: _Left) -> str:
    inner = _runs(cell, left)
    return inner + "".join(_told(f, left) for f in (_taken(cell, left) if cell else ()))


_PUNCTUATION = re.compile(r"[.,;:!?)]+(?!\w)")


def _runs(runs: Sequence[Run], left: _Left) -> str:
    """Runs in order; punctuation behind a claim stays with it, whatever opens below."""
    parts: list[str] = []
    taken = 0
    for place, run in enumerate(runs):
        following = runs[place + 1] if place + 1 < len(runs) else None
        mark = _PUNCTUATION.match(following.text) if isinstance(following, Words) else None
        if isinstance(run, Words):
            parts.append(_words(run.text[taken:]))
            taken = 0
            continue
        made = _run(run, left, mark[0] if mark is not None else "")
        taken = len(mark[0]) if mark is not None and made.startswith("<details") else 0
        parts.append(made)
    return "".join(parts)


def _run(run: Run, left: _Left, mark: str) -> str:
    """Mathematics or code; a claim has the punctuation behind it in its summary."""
    if not isinstance(run, Math):
        return f"<code>{escape(run.text)}</code>"
    found = _taken((run,), left)
    typeset = mathml(run.text.strip(), run.display)
    if not found:
        return typeset
    inside = "".join(_evidence(finding, left) for finding in found)
    kind = "display" if run.display else "inline"
    return (
        f'<details class="claim {kind} {worst(found)}"{_opened(found)}><summary>{typeset}'
        f"{escape(mark)}</summary><div class=evidence>{inside}</div></details>"
    )


def _words(text: str) -> str:
    """Prose with its marks of strength and emphasis."""
    shown = escape(re.sub(r"<[^<>]{0,200}>", "", text))
    shown = re.sub(r"\*\*([^*\n]+)\*\*", r"<strong>\1</strong>", shown)
    return re.sub(r"(?<!\*)\*([^*\n]+)\*(?!\*)", r"<em>\1</em>", shown)


def _taken(runs: Sequence[Run], left: _Left) -> list[Finding]:
    """The findings that begin within some runs; they are taken out of those left."""
    first, last = _start(runs[0]), _end(runs[-1])
    found = [f for f in left.findings if first <= (f.file, f.cell, f.line, f.column) <= last]
    for finding in found:
        left.findings.remove(finding)
    return found


def _start(run: Run) -> Place:
    span = Span(run.source, 0, 0)
    origin = span.origin
    return origin.source.name, origin.source.cell, origin.line, origin.column


def _end(run: Run) -> Place:
    origin = Span(run.source, 0, len(run.source.text)).origin
    return origin.source.name, origin.source.cell, origin.end_line, origin.end_column


def worst(findings: Sequence[Finding]) -> str:
    """`error`, `warning` or `note`: the gravest of several; `plain` for definitions only."""
    for severity in ("error", "warning"):
        if any(f.severity == severity for f in findings):
            return severity
    return "plain" if all(f.verdict == "definition" for f in findings) else "note"


def _told(finding: Finding, left: _Left) -> str:
    """What was found of words: the words, which open to the evidence."""
    if finding.verdict == "definition" and not finding.code.startswith("inconsistent"):
        return ""
    words = " ".join(finding.latex.split())[:80] or finding.code
    return (
        f'<details class="claim words {worst((finding,))}"{_opened((finding,))}><summary>'
        f"{escape(words)}</summary><div class=evidence>{_evidence(finding, left)}</div></details>"
    )


def _opened(findings: Sequence[Finding]) -> str:
    """What is wrong is open from the start."""
    return " open" if any(f.severity == "error" for f in findings) else ""


def anchor(finding: Finding) -> str:
    """The name of a finding's place in the page."""
    return f"c{finding.cell}l{finding.line}c{finding.column}"


def _broadcasts(finding: Finding) -> Sequence[Mapping[str, Any]]:
    """How operands were aligned, where the finding is about that."""
    found: Sequence[Mapping[str, Any]] = finding.evidence.get("broadcasts", ())
    return found


def _evidence(finding: Finding, left: _Left) -> str:
    lines = [
        f'<b class="{finding.severity}">{escape(finding.verdict)}</b> '
        f"<small>line {finding.line} · {escape(finding.kind)}"
        f"{' · ' + escape(finding.method) if finding.method else ''}</small>",
        escape(finding.message),
    ]
    shown = finding.counterexample
    if shown is not None:
        at = ", ".join(f"{k} = {v}" for k, v in shown["at"].items())
        values = f"left {shown['left']}, right {shown['right']}"
        lines.append(f"<b>{escape('at ' + at if at else 'exactly')}</b>: {escape(values)}")
    if finding.reading and finding.reading != finding.message:
        lines.append(f"read as <code>{escape(finding.reading)}</code>")
    lines.extend(f"<pre>{escape(chr(10).join(b['table']))}</pre>" for b in _broadcasts(finding))
    lines.append(escape(finding.note))
    meant = finding.evidence.get("mend")
    if isinstance(meant, str):
        lines.append(f"did you mean {mathml(meant)}? That is proved.")
    elif finding.hint:
        lines.append(escape(finding.hint))
    shown_lines = "<br>".join(line for line in lines if line)
    key = (finding.file, finding.cell, finding.line, finding.column, finding.verdict)
    picture = svg(left.plots[key]) if key in left.plots else ""
    return f'<p id="{anchor(finding)}">{shown_lines}</p>{picture}'
