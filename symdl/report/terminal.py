"""Findings for people at a terminal: the line, the underlined place, both values, a hint."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from symdl.document.errors import Error
from symdl.document.kinds import is_document
from symdl.report.diagnostic import ORDER, Checked, Finding

Lines = Callable[[str], Sequence[str]]
"""Gives the lines of a file by its name (none if it cannot be read)."""

_COLOURS = {"error": "31", "warning": "33", "note": "32", "place": "34", "strong": "1"}


def render(checked: Checked, *, lines: Lines, colour: bool = False, strict: bool = False) -> str:
    """The text report: every failure and every open question, then the counts."""
    paint = _painter(colour)
    shown = [f for f in checked.findings if f.severity != "note"]
    blocks = [diagnostic(finding, lines, paint) for finding in shown]
    blocks.append("\n".join(_closing(checked, paint, strict)))
    return "\n\n".join(blocks) + "\n"


def _painter(colour: bool) -> Callable[[str, str], str]:
    if not colour:
        return lambda text, _: text
    return lambda text, what: f"\x1b[{_COLOURS[what]}m{text}\x1b[0m"


def diagnostic(finding: Finding, lines: Lines, paint: Callable[[str, str], str]) -> str:
    """One finding with its underlined place."""
    head = paint(f"{finding.severity}[{finding.code}]", finding.severity)
    title = finding.message or finding.verdict
    if finding.counterexample is not None and title.startswith("left is "):
        title = f"this {finding.kind} does not hold"  # both values are told below
    text = [f"{head}: {paint(printable(title), 'strong')}"]
    arrow = paint("-->", "place")
    text.append(f"  {arrow} {printable(finding.place)}{_within(finding)}")
    gutter = len(str(finding.line)) + 1
    text += _excerpt(finding, lines(finding.document), gutter, paint)
    text += [f"{' ' * gutter}{paint('=', 'place')} {printable(n)}" for n in _notes(finding)]
    text += [f"{' ' * gutter}  {printable(line)}" for line in tables(finding)]
    return "\n".join(text)


def printable(text: str) -> str:
    """The text with control characters, which a terminal would obey, replaced by a sign each."""
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf") else "\ufffd" for c in text
    )


def error_text(error: Error, colour: bool = False) -> str:
    """A raised error in the same form: for the command line and for plain Python."""
    if error.span is None:
        paint = _painter(colour)
        text = (
            f"{paint(f'error[{error.code}]', 'error')}: {paint(printable(error.message), 'strong')}"
        )
        return text + (f"\n  = hint: {printable(error.hint)}" if error.hint else "")
    origin = error.span.origin
    made = Finding(
        file=origin.source.name,
        line=origin.line,
        column=origin.column,
        end_line=origin.end_line,
        end_column=origin.end_column,
        formula=None,
        latex="",
        kind="file",
        verdict="not-understood",
        method="",
        message=error.message,
        code=error.code,
        hint=error.hint,
        evidence=error.evidence,
    )
    return diagnostic(made, lambda _: origin.source.text.split("\n"), _painter(colour))


def tables(finding: Finding) -> list[str]:
    """How operands were broadcast: an axis each column, `^` under the one that fails."""
    return [line for found in finding.evidence.get("broadcasts", ()) for line in found["table"]]


def _within(finding: Finding) -> str:
    return f" in {finding.formula}" if finding.formula else ""


def _excerpt(
    finding: Finding, lines: Sequence[str], gutter: int, paint: Callable[[str, str], str]
) -> Iterator[str]:
    if not 0 < finding.line <= len(lines):
        return
    bar = paint("|", "place")
    line = lines[finding.line - 1].rstrip("\r\n")
    if not line.strip():
        return
    last = finding.end_column if finding.end_line == finding.line else len(line) + 1
    line, first, last = _clipped(line, finding.column, last)
    before = _width(line[: first - 1])
    under = max(1, _width(line[first - 1 : last - 1]))
    number = paint(str(finding.line).rjust(gutter - 1), "place")
    yield " " * gutter + bar
    yield f"{number} {bar} {printable(line.expandtabs(1))}".rstrip()
    yield f"{' ' * gutter}{bar} {' ' * before}{paint('^' * under, finding.severity)}"


LONGEST = 160


def _clipped(line: str, first: int, last: int) -> tuple[str, int, int]:
    """A very long line cut to the part around the place, and the place in that part."""
    if len(line) <= LONGEST:
        return line, first, last
    start = max(0, first - 1 - LONGEST // 4)
    end = start + LONGEST
    head, tail = "..." if start else "", "..." if end < len(line) else ""
    shift = start - len(head)
    return head + line[start:end] + tail, first - shift, min(last, end + 1) - shift


def _width(text: str) -> int:
    """Columns a text takes on a terminal: wide characters two, combining marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _notes(finding: Finding) -> Iterator[str]:
    example = finding.counterexample
    if example is not None:
        at = ", ".join(f"{name} = {value}" for name, value in example["at"].items())
        yield f"{'at ' + at if at else 'exactly'}: left {example['left']}, right {example['right']}"
    if finding.reading:
        yield f"read as {finding.reading}"
    if finding.hint:
        yield f"hint: {finding.hint}"
    if finding.note:
        yield f"note: {finding.note}"


# --- the counts -----------------------------------------------------------------------------


def _closing(checked: Checked, paint: Callable[[str, str], str], strict: bool) -> Iterator[str]:
    yield from _table(checked)
    counts = ", ".join(_count(v, n, paint) for v, n in checked.summary.items())
    claims = sum(f.kind != "file" and f.verdict != "definition" for f in checked.findings)
    files = _many(checked.formulas, _noun(checked))
    spent = f"{checked.seconds:.1f} s" + (f", {checked.cached} cached" if checked.cached else "")
    yield f"{files}, {_many(claims, 'claim')}: {counts or 'nothing to check'} ({spent})"
    if checked.interrupted:
        yield "interrupted: this is what was done so far"
    refuted = any(f.failed for f in checked.findings)
    if not refuted and not (strict and checked.summary.get("undecided")):
        yield paint("nothing refuted", "note")


def _noun(checked: Checked) -> str:
    """What the checked files are."""
    kinds = {is_document(finding.file) for finding in checked.findings}
    if not kinds:
        return "file"
    return "formula" if True not in kinds else "document" if kinds == {True} else "file"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _count(verdict: str, count: int, paint: Callable[[str, str], str]) -> str:
    text = f"{count} {verdict}"
    if verdict in ("refuted", "refuted-as-stated", "not-understood"):
        return paint(text, "error")
    return paint(text, "warning") if verdict == "undecided" else text


def _table(checked: Checked) -> Iterator[str]:
    """One row a folder, where the run covers several: formulas, claims and their verdicts."""
    folders: dict[str, list[Finding]] = defaultdict(list)
    for finding in checked.findings:
        folders[os.path.basename(os.path.dirname(finding.file))].append(finding)
    if len(folders) < 2:
        return
    verdicts = [v for v in ORDER if checked.summary.get(v) and v != "definition"]
    rows = [["", "formulas", "claims", *verdicts]]
    for folder, findings in sorted(folders.items()):
        counts = Counter(f.verdict for f in findings)
        files = len({f.file for f in findings})
        total = sum(f.kind != "file" and f.verdict != "definition" for f in findings)
        cells = [str(counts[v] or ".") for v in verdicts]
        rows.append([folder or ".", str(files), str(total), *cells])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join(cells)
    yield ""
