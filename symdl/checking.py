"""From formula files to findings: each claim and each worked number with its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from symdl.document.errors import Error, bugs_told
from symdl.document.formula import formula_of
from symdl.document.kinds import is_document
from symdl.document.raw_formula import ClaimEntry, ExampleEntry, RawFormula, Value
from symdl.document.source import Source, whole
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.claims_read import claims, stated_claims
from symdl.evidence.kinds import ANY
from symdl.evidence.ladder import judge as judge
from symdl.evidence.verdict import Verdict
from symdl.expression.broadcasting import accidents
from symdl.expression.misfits import by_accident
from symdl.expression.reading import read
from symdl.findings import Piece, finding, problem
from symdl.library import understand
from symdl.library.undeclared import refuse_undeclared
from symdl.library.understood import Line, Understood, at
from symdl.library.worked import example_scope, expectation, written
from symdl.report.diagnostic import Finding
from symdl.runs.limits import SECONDS, limits_of


def check_path(path: str | Path, timeout: float = SECONDS) -> tuple[Finding, ...]:
    """The findings of a formula file, or of every formula file below a folder.

    timeout: seconds of processor time for each claim; one that needs more is undecided.
    """
    from symdl.runs.running import check_paths

    return check_paths([str(path)], cached=False, limits=limits_of(timeout)).findings


def check_bytes(name: str, data: bytes, second_reader: bool = False) -> tuple[Finding, ...]:
    """The findings of one formula file given its content. Problems of the file are findings.

    second_reader: read each line with latex2sympy2_extended too, and report disagreements.
    """
    pieces = pieces_of_file(name, data, second_reader)
    return tuple(finding for piece in pieces for finding in piece.findings(judge))


def pieces_of_file(name: str, data: bytes, second_reader: bool = False) -> tuple[Piece, ...]:
    """The pieces of a file in order; a file that cannot be read at all is one piece."""
    if is_document(name):
        from symdl.notes.checking import pieces_of_document

        return pieces_of_document(name, data)
    try:
        raw = formula_of(name, data, Path(name).parent.name)
    except Error as error:
        return (_told(problem(error, None, name)),)
    found = understand(raw)
    pieces = tuple(pieces_of(found))
    return (*pieces, Piece(lambda _: _disagreements(found))) if second_reader else pieces


def findings_of(found: Understood) -> Iterator[Finding]:
    """The findings of a formula: its lines, its claims, its worked examples, in order."""
    for piece in pieces_of(found):
        yield from piece.findings(judge)


def pieces_of(found: Understood) -> Iterator[Piece]:
    """The pieces of a formula, in order."""
    raw = found.raw
    formula = raw.name.text
    for error in found.problems:
        yield _told(problem(error, formula, raw.file.name))
    for line in found.lines:
        yield Piece(partial(_line, found, line), whole(line.source), formula)
    for entry in raw.claims:
        yield Piece(partial(_entry, found, entry), whole(entry.statement), formula)
    for example in raw.examples:
        yield Piece(partial(_example, found, example), example.span, formula)


def _told(finding: Finding) -> Piece:
    return Piece(lambda _: (finding,))


def _line(found: Understood, line: Line, judge: Judge) -> Iterator[Finding]:
    try:
        with bugs_told(whole(line.source)):
            stated = claims(line.reading, line.scope, ANY)
    except Error as error:
        yield problem(error, found.raw.name.text, "", line.source.text)
        return
    entry = ClaimEntry(line.source, "", _own_words(line.own))
    yield from _judged_all(found, stated, entry, judge)
    yield from _by_accident(found, stated, entry)


def _entry(found: Understood, entry: ClaimEntry, judge: Judge) -> Iterator[Finding]:
    try:
        with bugs_told(whole(entry.statement)):
            reading = read(entry.statement, found.scope)
            refuse_undeclared(reading, found)
            stated = stated_claims(reading, found.scope)
    except Error as error:
        yield _unread(error, entry, found.raw)
        return
    yield from _judged_all(found, stated, entry, judge)
    yield from _by_accident(found, stated, entry)


def _by_accident(
    found: Understood, stated: Sequence[Claim], entry: ClaimEntry
) -> Iterator[Finding]:
    """A vector beside a column of the same size, which broadcast to a matrix: told once a line."""
    pairs = {pair: claim for claim in reversed(stated) for pair in accidents(*claim.terms)}
    for (left, right), claim in pairs.items() if not entry.expect else ():
        told = by_accident(left, right)
        verdict = Verdict("undecided", "shape", told, code="accidental-broadcast")
        yield finding(claim, verdict, found.raw.name.text, entry)


def _own_words(name: str) -> str:
    told = f"from here on {name} is what this file says, not what the name means elsewhere"
    return told if name else ""


def _disagreements(found: Understood) -> Iterator[Finding]:
    """Where the second reader gives a line another meaning; it is not always the one in error."""
    from symdl.expression.second_reader import compare

    for source in (*found.raw.lines, *(entry.statement for entry in found.raw.claims)):
        try:
            term = read(source, found.scope).term
        except Error:
            continue  # told as a finding of its own
        second = compare(source.text, term)
        if second.kind == "disagrees":
            error = Error(str(second), whole(source), "compare with symdl read", "readers-disagree")
            made = problem(error, found.raw.name.text, "", source.text)
            yield replace(made, verdict="undecided", method="second-reader")


# --- one claim ------------------------------------------------------------------------------


def _judged_all(
    found: Understood, stated: Iterable[Claim], entry: ClaimEntry, judge: Judge
) -> list[Finding]:
    """The findings of the claims of one entry; a claim that cannot be judged is one too."""
    formula = found.raw.name.text
    judged: list[tuple[Claim, Verdict]] = []
    broken: list[Finding] = []
    for claim in stated:
        try:
            with bugs_told(claim.span or whole(entry.statement)):
                judged.append((claim, judge(claim)))
        except Error as error:
            span = error.span or claim.span or whole(entry.statement)
            broken.append(problem(at(error, span), formula, "", claim.latex))
    return [*broken, *_expected(judged, found.raw, entry)]


def _expected(
    judged: list[tuple[Claim, Verdict]], raw: RawFormula, entry: ClaimEntry
) -> Iterator[Finding]:
    """The findings of one entry. Where a refutation is expected, one link must be refuted."""
    wrong = [c for c, verdict in judged if verdict.kind.startswith("refuted")]
    for claim, verdict in judged:
        made = finding(claim, verdict, raw.name.text, entry)
        if entry.expect == "refuted" and claim in wrong:
            made = replace(made, verdict="refuted-as-expected")
        elif entry.expect and not wrong and verdict.kind != "undecided":
            message = f"said to be {entry.expect}, but it is {verdict.kind}: {verdict.message}"
            made = replace(made, code="expectation-failed", message=message)
        yield made


def _unread(error: Error, entry: ClaimEntry, raw: RawFormula) -> Finding:
    made = problem(at(error, whole(entry.statement)), raw.name.text, "", entry.statement.text)
    if entry.expect and entry.expect == error.code:
        return replace(made, verdict="refuted-as-expected", method="shape", note=entry.note)
    return made


# --- worked examples ------------------------------------------------------------------------


def _example(found: Understood, example: ExampleEntry, judge: Judge) -> Iterator[Finding]:
    raw = found.raw
    try:
        with bugs_told(example.span):
            scope = example_scope(found, example)
    except Error as error:
        yield problem(at(error, example.span), raw.name.text, "")
        return
    for expected in example.expect:
        latex = f"{expected.key.text} \\approx {written(expected.value)}"
        entry = ClaimEntry(expected.key, "", example.note)
        try:
            with bugs_told(whole(expected.key)):
                claim = expectation(expected.key, expected.value, found.scope, scope)
            made = _judged_all(found, (replace(claim, latex=latex),), entry, judge)
        except Error as error:
            yield problem(at(error, whole(expected.key)), raw.name.text, "", latex)
            continue
        for item in made:
            yield _placed(item, expected.key, expected.value)


def _last(value: Value) -> Source:
    while not isinstance(value, Source):
        value = value[-1]
    return value


def _placed(made: Finding, key: Source, value: Value) -> Finding:
    """The finding of an example spans from its key to its value."""
    first, last = whole(key).origin, whole(_last(value)).origin
    return replace(
        made,
        line=first.line,
        column=first.column,
        end_line=last.end_line,
        end_column=last.end_column,
    )
