"""Tables: rows about functions (formula, range, gradient) and rows of shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.pieces import Cell, Math, Table, plain_words
from symdl.document.source import Source, whole
from symdl.evidence.claim import Claim, Decide
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.expression.vocabulary import NAMES
from symdl.notes.prose.broadcasting import shape_rows
from symdl.notes.prose.claims import About, prose_claims, text_of
from symdl.notes.prose.conditional import cases_of
from symdl.notes.prose.output_ranges import output_range
from symdl.notes.prose.settings import with_settings
from symdl.notes.prose.vocabulary import Subject, is_name, subjects_in
from symdl.notes.reading_in import trimmed
from symdl.notes.scope.at_a_point import text_between
from symdl.notes.scope.known import Known
from symdl.notes.stated import Stated

_FORMULA = re.compile(r"formula|definition|equation|expression|\bf\s*\(|function", re.I)
_RANGE = re.compile(r"\brange|codomain|image|outputs?\b", re.I)
_GRADIENT = re.compile(
    r"(?<!anti)(?<!anti[- ])(?:gradient|derivative|slope)(?! of\b)"
    r"|\\frac\{?d\}?\{?d[xtz]\b|f\s*(?:'|\^\{?\\prime)",
    re.I,
)
_SECOND = re.compile(
    r"second[- ]|(?:2nd|twice)\b|f\s*(?:''(?!')|\^\{?\s*(?:\\prime\s*){2}(?!\\prime)|\^\{?\(2\))"
    r"|d\^\{?2\}?|D\^\{?2\}?|curvature|Hessian",
    re.I,
)
_HIGHER = re.compile(
    r"third|fourth|higher|n-?th\b|'{3}|\\prime\s*\\prime\s*\\prime|\^\{?\([n3-9]\)|d\^\{?[n3-9]\}?",
    re.I,
)
"""Heads of columns of further derivatives."""


def table_claims(table: Table, known: Known, context: str) -> Iterator[Stated]:
    """What the cells of a table claim beside the statements that stand in them."""
    heads = [plain_words(cell) for cell in table.head]
    shapes = list(shape_rows(table, heads, known, context))
    if shapes:
        yield from shapes
        return
    yield from _values(table, known)
    for row in table.rows:
        name = plain_words(row[0]) if row else ""
        subjects = _subjects(row, name, known)
        own = _written(row, name, heads, known) if name and not subjects else ()
        for place, cell in enumerate(row):
            if not cell or not place:
                continue
            head = heads[place] if place < len(heads) else ""
            if _is_of_slopes(head) and _HIGHER.search(head):
                continue  # third derivatives: their formulas are their own
            if len(subjects) == 1:
                yield from _cell(cell, head, subjects[0], known)
            elif own and (_is_of_slopes(head) or _RANGE.search(head)):
                yield from _cell(cell, head, own[0], known)
            if _SECOND.search(head):
                continue
            about = About((name,), _is_of_slopes(head), formulas=len(subjects) == 1)
            yield from prose_claims(cell, known, about)


def _subjects(row: tuple[Cell, ...], name: str, known: Known) -> tuple[Subject, ...]:
    """The functions that a row is about: those it names, or the expression it begins with."""
    first = _expression(row[0], known) if row and row[0] else None
    if first is None or not isinstance(row[0][0], Math):
        return subjects_in(name, known) if is_name(name, known) else ()
    return _function(name.strip("$"), first)


def _written(
    row: tuple[Cell, ...], name: str, heads: Sequence[str], known: Known
) -> tuple[Subject, ...]:
    """The function that the formula of a row says what it is, where its name is not known."""
    for cell, head in zip(row[1:], heads[1:], strict=False):
        if cell and _FORMULA.search(head) and not _is_of_slopes(head):
            term = _expression(cell, known)
            return () if term is None else _function(name, term)
    return ()


def _function(name: str, term: Term) -> tuple[Subject, ...]:
    """An expression in one variable as a function of it."""
    variables = [s for s in free_symbols(term) if s.data.role == "scalar"]
    if len(variables) != 1 or term.op in ("symbol", "interval", "relation", "tuple"):
        return ()
    return (Subject(name, term, variables[0]),)


def _is_of_slopes(head: str) -> bool:
    """Whether a column has derivatives, of whatever order."""
    return _GRADIENT.search(head) is not None or _SECOND.search(head) is not None


def _cell(cell: Cell, head: str, subject: Subject, known: Known) -> Iterator[Stated]:
    if _SECOND.search(head):
        yield from _formulas(cell, "second derivative", subject, known)
    elif _GRADIENT.search(head):
        yield from _formulas(cell, "derivative", subject, known)
    elif _RANGE.search(head):
        yield from output_range(cell, subject, known)
    elif _FORMULA.search(head):
        yield from _formulas(cell, "identity", subject, known)


# --- formulas of a row ---------------------------------------------------------------------------


def _formulas(cell: Cell, kind: str, subject: Subject, known: Known) -> Iterator[Stated]:
    """The first formula of a cell is said to be the row's function, or its derivative; those
    that have conditions (`$1$ for $x > 0$, ...`) are it under these."""
    scope = _scope_for(subject, known)
    cases = cases_of(cell, text_of(cell), scope)
    for case in cases:
        yield from _formula(case.value, kind, subject, scope, case.conditions)
    if isinstance(cell[0], Math) and not cases and not _conditional(cell):
        yield from _formula(trimmed(cell[0].source), kind, subject, scope, ())


def _conditional(cell: Cell) -> bool:
    """Whether words behind the first formula put a condition on it."""
    behind = cell[1].text if len(cell) > 1 else ""
    return re.match(r"[\s,(]*(?:for|if|when|where|on|at|otherwise|else)\b", behind) is not None


def _formula(
    source: Source, kind: str, subject: Subject, scope: Scope, conditions: tuple[Term, ...]
) -> Iterator[Stated]:
    """One formula that is said to be a function, or its derivative, under conditions."""
    try:
        reading = read(source, scope)
    except Error as error:
        yield Stated(source, error=error)
        return
    term = reading.term
    if term.op == "relation" and term.data[0] in ("=", "approx") and len(term.data) == 1:
        if term.args[0].op in ("call", "symbol") and term.data[0] == "=":
            return  # `f(x) = ...` states it itself
        term = term.args[0]
    if term.op in ("relation", "statements", "interval", "tuple", "number_set"):
        return
    span = (None if term is reading.term else reading.spans.get(term)) or whole(source)
    left, told = _said_of(subject.open, kind), _said_of(subject, kind)
    universal = replace(scope, symbols={})
    sort = "identity" if kind == "identity" else "derivative"
    claim = Claim(sort, "=", left, term, universal, conditions, span, span.text)
    what = "its definition" if kind == "identity" else f"its {kind}"
    note = f"the formula in the row of {subject.name} is {what}"
    decide = with_settings(claim, dict(subject.settings), subject.name)
    yield Stated(source, replace(claim, left=told), decide, note=note)


def _said_of(subject: Subject, kind: str) -> Term:
    """What the formulas of a column are: the function, its derivative, or its second one."""
    if kind == "identity":
        return subject.value
    if kind == "derivative":
        return subject.derivative
    return make("derivative", subject.value, subject.variable, subject.variable, data="d")


def _scope_for(subject: Subject, known: Known) -> Scope:
    """The scope of a row: the vector of softmax and its like is the one of the library."""
    if subject.variable.op != "entry":
        return known.universal
    vector = subject.variable.args[0].data
    return replace(known.universal, symbols={vector.name: vector})


# --- values of a function ------------------------------------------------------------------------

_CALLED = re.compile(r"[\s$]*\\?[A-Za-z]+\s*\([^()]*\)[\s$]*")
_DECIMAL = re.compile(r"\$?(-?\d+(?:\.\d+)?)\$?")


def _values(table: Table, known: Known) -> Iterator[Stated]:
    """A table of values: its first column is a variable, others are expressions in it."""
    heads = [_expression(cell, known) for cell in table.head]
    if len(heads) < 2 or heads[0] is None or heads[0].op != "symbol":
        return
    if heads.count(heads[0]) > 1:
        return  # cases beside each other: no column is the variable
    variable = heads[0]
    for row in table.rows:
        at = _DECIMAL.fullmatch(text_of(row[0]).text.strip()) if row and row[0] else None
        for place, cell in enumerate(row[1:], 1):
            head = heads[place] if place < len(heads) else None
            value = _DECIMAL.fullmatch(text_of(cell).text.strip()) if cell else None
            if at is None or head is None or value is None or variable not in free_symbols(head):
                continue
            if head.op == "mul" and _CALLED.fullmatch(text_of(table.head[place]).text):
                continue  # the `P(P)` of a table of chances
            source = text_of(cell)
            if _is_of_far(head, source, known):
                continue
            left = substitute(head, {variable: _decimal(at[1])})
            if left.op in NAMES and left not in known.scope.values:
                continue  # data: the table says what x_1 is
            if any(s.op == "symbol" and s not in known.scope.values for s in _letters(left)):
                continue  # nothing says which number it stands for
            scope = known.scope if _letters(left) else known.universal
            span = whole(source)
            right = _decimal(value[1])
            claim = Claim("number", "approx", left, right, scope, (), span, source.text)
            yield Stated(source, claim, _judge(claim), note="a row of a table of values")


FAR = 600
"""Characters behind the definition of a letter from which on a table may be of another one."""


def _is_of_far(head: Term, source: Source, known: Known) -> bool:
    """Whether the values of a table are those of a function of one letter that was defined long
    before: `Given this table, estimate the limit of $f(x)$`."""
    for node in postorder(head):
        name = str(node.data.function.name) if node.op == "call" else ""
        origin = known.origins.get(("function", name))
        if origin is not None and len(name) == 1 and name in known.scope.functions:
            between = text_between(origin.span.origin, whole(source).origin)
            if between is not None and len(between) > FAR:
                return True
    return False


def _letters(term: Term) -> set[Term]:
    """The letters of numbers in a term."""
    return {s for s in free_symbols(term) if s.data.role == "scalar" and s.shape == ()}


def _expression(cell: Cell, known: Known) -> Term | None:
    """The expression that a head is, if it is one."""
    if len(cell) == 1 and isinstance(cell[0], Math):
        source = trimmed(cell[0].source)
    elif len(cell) == 1 and re.fullmatch(r"\s*[a-z]\s*", cell[0].text):
        source = cell[0].source
    else:
        return None
    try:
        return read(source, known.universal).term
    except Error:
        return None


def _decimal(text: str) -> Term:
    term = read(text.lstrip("-")).term
    return make("neg", term) if text.startswith("-") else term


def _judge(claim: Claim) -> Decide:
    return lambda judge: judge(claim)
