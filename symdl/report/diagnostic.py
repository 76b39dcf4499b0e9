"""What was found, as data: a finding is the same thing in every report and in Python.

This module imports nothing heavy: findings are read from the cache without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from symdl.document.kinds import is_document

ERRORS = frozenset({"refuted", "refuted-as-stated", "not-understood"})
"""Verdicts that fail a check (`undecided` fails it with --strict)."""

ORDER = (
    "proved",
    "approximate",
    "rounded",
    "confirmed",
    "definition",
    "refuted-as-expected",
    "undecided",
    "refuted-as-stated",
    "refuted",
    "not-understood",
)
"""Verdicts in the order in which reports count them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim with its verdict, or one problem of a file; fields as in the JSON of `check`.

    Lines and columns count from 1; `end_column` is behind the last character. `verdict` is a
    verdict kind, or `refuted-as-expected` where a file says that a claim is wrong and it is.
    `hint` says what to do about a problem, `note` is the author's remark on the claim. `cell` is
    the cell of a notebook (from 1) in which lines count, 0 elsewhere.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    formula: str | None
    latex: str
    kind: str
    verdict: str
    method: str
    message: str
    code: str
    counterexample: Mapping[str, Any] | None = None
    reading: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""
    note: str = ""
    cell: int = 0

    @property
    def place(self) -> str:
        """Where it stands, as editors and people write it: `a.md:3:7`, `b.ipynb:cell 2:1:4`."""
        return f"{self.document}:{self.line}:{self.column}"

    @property
    def document(self) -> str:
        """The text whose lines are counted: the file, or a cell of it."""
        return f"{self.file}:cell {self.cell}" if self.cell else self.file

    @property
    def failed(self) -> bool:
        """Whether the finding fails a check: refuted, ill-formed, or not as expected.

        In a document what is not understood is told, and fails nothing: people write more than
        can be read.
        """
        broken = self.code in ("expectation-failed", "internal-error")
        return broken or (self.verdict in ERRORS and not self.unread)

    @property
    def unread(self) -> bool:
        """Whether this is a statement of a document that could not be read."""
        unknown = self.verdict == "not-understood" and self.code != "internal-error"
        return unknown and self.kind != "file" and is_document(self.file)

    @property
    def severity(self) -> str:
        """`error`, `warning` (undecided) or `note`."""
        if self.failed:
            return "error"
        return "warning" if self.verdict == "undecided" or self.unread else "note"

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain data, as the JSON report has it. Its parts are the finding's own."""
        return {name: getattr(self, name) for name in _NAMES}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Finding:
        """The finding that `as_dict` wrote."""
        return cls(**data)


_NAMES = tuple(field.name for field in fields(Finding))


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of a run. `formulas` counts the formula files among the checked ones,
    `cached` those whose findings were known, `interrupted` says that some were not reached."""

    findings: tuple[Finding, ...]
    formulas: int = 0
    seconds: float = 0.0
    cached: int = 0
    interrupted: bool = False

    @property
    def summary(self) -> dict[str, int]:
        """How many findings have each verdict (verdicts that occur, in report order)."""
        return summary(self.findings)


def summary(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings have each verdict, in report order."""
    counts = Counter(finding.verdict for finding in findings)
    return {verdict: counts[verdict] for verdict in ORDER if counts[verdict]}


def exit_status(checked: Checked, strict: bool = False) -> int:
    """0 nothing refuted; 1 refuted or ill-formed (with strict also undecided); 2 a file could
    not be opened; 3 symdl contradicts itself; 130 interrupted with nothing worse found."""
    codes = {finding.code for finding in checked.findings}
    if "internal-error" in codes:
        return 3
    if codes & {"unreadable-file", "no-formulas"}:
        return 2
    failed = any(f.failed or (strict and f.severity == "warning") for f in checked.findings)
    if failed:
        return 1
    return 130 if checked.interrupted else 0
