"""Pseudo-code in a document: each step a definition; a step that has no effect is told."""

from __future__ import annotations

from symdl.document.errors import Error, ShapeError
from symdl.document.source import Source
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict
from symdl.expression.procedures.program import (
    Assignment,
    Branch,
    Procedure,
    Statement,
    assignments,
)
from symdl.expression.procedures.reading import read_procedure
from symdl.expression.procedures.update import update_of
from symdl.expression.scope import EMPTY
from symdl.expression.term import Term, postorder
from symdl.notes.stated import Stated, settled

_READ = Verdict("definition", "definition", "a step of pseudo-code")


def steps_stated(source: Source) -> tuple[Stated, ...]:
    """The steps of pseudo-code, in order; an error at the row that is not understood, or that
    uses a value before there is one."""
    try:
        procedure = read_procedure(source)
    except Error as error:
        return (Stated(source, error=error, firm=False),)
    useless = dict(_without_effect(procedure.body))
    found = [_stated(step, useless.get(step)) for step in _steps(procedure)]
    try:
        update_of(procedure)
    except ShapeError:
        return tuple(found)  # pseudo-code does not say which of its names are arrays
    except Error as error:
        found.append(Stated(source, error=error, firm=False))
    return tuple(found)


def _steps(procedure: Procedure) -> list[Assignment]:
    return [*procedure.starts, *assignments(procedure.body)]


def _stated(step: Assignment, later: Assignment | None) -> Stated:
    claim = Claim(
        "definition", "<-", step.target, step.value, EMPTY, (), step.span, step.span.text.strip()
    )
    verdict = _READ
    if later is not None:
        text = f"has no effect: line {later.span.line} assigns it again, and nothing uses it before"
        verdict = Verdict("undecided", "order-of-steps", text, code="step-without-effect")
    return Stated(step.span.source, claim, settled(verdict))


def _without_effect(body: tuple[Statement, ...]) -> list[tuple[Assignment, Assignment]]:
    """The steps whose value is replaced before anything uses it, each with the step that does."""
    found: list[tuple[Assignment, Assignment]] = []
    for place, statement in enumerate(body):
        if isinstance(statement, Branch):
            found += [*_without_effect(statement.then), *_without_effect(statement.otherwise)]
            continue
        for later in body[place + 1 :]:
            if statement.target in _used(later):
                break
            if isinstance(later, Assignment) and later.target is statement.target:
                found.append((statement, later))
                break
    return found


def _used(statement: Statement) -> set[Term]:
    """All values that a statement needs, whatever its conditions."""
    if isinstance(statement, Assignment):
        return set(postorder(statement.value))
    used = set(postorder(statement.condition))
    for inner in (*statement.then, *statement.otherwise):
        used |= _used(inner)
    return used
