"""What a check hands on: pieces of a file that are checked alone, findings in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from symdl.document.errors import Error
from symdl.document.raw_formula import ClaimEntry
from symdl.document.source import Source, Span, whole
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.printing.plain_names import RELATIONS
from symdl.expression.term import size
from symdl.report.diagnostic import Finding


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file that can be checked alone: a line, a claim, a worked example.

    Its findings do not depend on which other pieces are checked, when, or in which process.
    `place` is where it stands, if it stands at one place.
    """

    findings: Callable[[Judge], Iterable[Finding]]
    place: Span | None = None
    formula: str | None = None


LONGEST_READING = 400
"""Terms with more nodes are not written out as a reading: the claim itself is easier to read."""


def reading_of(claim: Claim) -> str:
    """How a claim was understood, in plain text; empty for one too long to help."""
    sides = claim.sides
    if sum(size(side) for side in (*sides, *claim.conditions)) > LONGEST_READING:
        return ""
    text = f" {RELATIONS.get(claim.relation, claim.relation)} ".join(map(plain, sides))
    conditions = " and ".join(map(plain, claim.conditions))
    return f"{text} if {conditions}" if conditions else text


def finding(claim: Claim, verdict: Verdict, formula: str | None, entry: ClaimEntry) -> Finding:
    """A verdict with the place of its claim."""
    span = claim.span if claim.span is not None else whole(entry.statement)
    origin = span.origin
    example = verdict.counterexample
    return Finding(
        file=origin.source.name,
        line=origin.line,
        column=origin.column,
        end_line=origin.end_line,
        end_column=origin.end_column,
        cell=origin.source.cell,
        formula=formula,
        latex=claim.latex or entry.statement.text,
        kind=claim.kind,
        verdict=verdict.kind,
        method=verdict.method,
        message=verdict.message,
        code=verdict.code or f"{verdict.kind}-{claim.kind}",
        counterexample=None
        if example is None
        else {"at": dict(example.at), "left": example.left, "right": example.right},
        reading=verdict.reading or reading_of(claim),
        evidence=dict(verdict.evidence),
        note=entry.note,
    )


def problem(error: Error, formula: str | None, name: str, latex: str = "") -> Finding:
    """A finding for what could not be read, judged or opened."""
    origin = (error.span or Span(Source(name, ""), 0, 0)).origin
    return Finding(
        file=origin.source.name or name,
        line=origin.line,
        column=origin.column,
        end_line=origin.end_line,
        end_column=origin.end_column,
        cell=origin.source.cell,
        formula=formula,
        latex=latex,
        kind="file" if formula is None else "statement",
        verdict="not-understood",
        method="",
        message=error.message,
        code=error.code,
        hint=error.hint,
        evidence=error.evidence,
    )
