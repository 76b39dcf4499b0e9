"""`symdl check --fix`: proved mends put into the files, after their diff was shown.

A refuted equation of a document is mended where one small change of its right side is proved. Only
text that stands in the file as it was read is changed, and only if the file has fewer failures
afterwards and no new ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from symdl.report.diagnostic import Finding

PLAIN = (".md", ".markdown", ".tex", ".rst")
"""Endings of documents whose formulas stand in the file as they are read."""
Check = Callable[[str, bytes], Iterable[Finding]]
_RELATION = re.compile(r"\\(?:approx|leq?|geq?|neq?|lt|gt|in|to|equiv|sim)(?![A-Za-z])|[<>=]")


@dataclass(frozen=True, slots=True)
class Fix:
    """The new content of a file, and what changes as a unified diff."""

    name: str
    old: str
    new: str

    @property
    def diff(self) -> str:
        """The change as people read it."""
        old, new = (text.splitlines(keepends=True) for text in (self.old, self.new))
        return "".join(unified_diff(old, new, self.name, self.name))


def fix_of(name: str, data: bytes, findings: Sequence[Finding], check: Check) -> Fix | None:
    """The mended text of a file; None where nothing is mended, or the mends do not help."""
    if not name.lower().endswith(PLAIN):
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    edits = sorted(edit for f in findings if (edit := _edit(text, f)) is not None)
    new, taken = text, len(text) + 1
    for start, end, written in reversed(edits):
        if end <= taken:
            new, taken = new[:start] + written + new[end:], start
    if new == text or not _helps(findings, list(check(name, new.encode()))):
        return None
    return Fix(name, text, new)


def _helps(before: Sequence[Finding], after: Sequence[Finding]) -> bool:
    """Whether there are fewer failures, and none on a line that had none."""
    old, new = (Counter(f.line for f in found if f.failed) for found in (before, after))
    return sum(new.values()) < sum(old.values()) and not new - old


def _edit(text: str, finding: Finding) -> tuple[int, int, str] | None:
    """Start and end of the right side of a refuted equation, and what is to stand there."""
    meant = finding.evidence.get("mend")
    if finding.verdict != "refuted" or not isinstance(meant, str) or finding.cell:
        return None
    start = _offset(text, finding.line, finding.column)
    end = _offset(text, finding.end_line, finding.end_column)
    if start is None or end is None or text[start:end] != finding.latex:
        return None
    signs = list(_top_level(finding.latex))
    if len(signs) > 1 or (signs and finding.latex[signs[0].start() : signs[0].end()] != "="):
        return None
    right = finding.latex[signs[0].end() :] if signs else finding.latex
    lead = len(right) - len(right.lstrip(" &\n\t"))
    trail = len(right.rstrip())
    if not right[lead:trail]:
        return None
    first = start + (signs[0].end() if signs else 0)
    return first + lead, first + trail, meant


def _top_level(latex: str) -> Iterable[re.Match[str]]:
    """The relations that stand outside of all braces and brackets."""
    for match in _RELATION.finditer(latex):
        before = latex[: match.start()]
        if all(before.count(a) == before.count(b) for a, b in ("{}", "()", "[]")):
            yield match


def _offset(text: str, line: int, column: int) -> int | None:
    """The place of a line and column (both from 1), if the text has it."""
    place = 0
    for _ in range(line - 1):
        place = text.find("\n", place) + 1
        if not place:
            return None
    return place + column - 1 if place + column - 1 <= len(text) else None
