"""From a document to findings: each claim in its place with its verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from symdl.document.documents import read_documents
from symdl.document.errors import Error, FileError, ShapeError, bugs_told
from symdl.document.pieces import ITEM, NOTE, Block, Document, Math, Run, Table, plain_words
from symdl.document.raw_formula import ClaimEntry
from symdl.document.source import Source, whole
from symdl.evidence.claim import Judge
from symdl.evidence.verdict import may_be_meant
from symdl.expression.printer import latex
from symdl.expression.reading import survey_document
from symdl.expression.scope import Scope
from symdl.findings import Piece, finding, problem
from symdl.library import base_scope
from symdl.library.understood import at
from symdl.notes.definitions.letter_e import with_e_said
from symdl.notes.doubts.einstein import speaks_of_it
from symdl.notes.doubts.of_matrices import speaks_of_them
from symdl.notes.doubts.other_languages import is_foreign
from symdl.notes.doubts.other_numbers import moduli_in, speaks_of_complex, speaks_of_groups
from symdl.notes.mending import mend
from symdl.notes.outline import Passage, outline
from symdl.notes.passages import in_text, said_in
from symdl.notes.prose.averages import (
    said_of_averages,
    said_of_corrections,
    said_of_optimizers,
    with_topic,
)
from symdl.notes.prose.broadcasting_rules import rule_claims
from symdl.notes.prose.calculus_said import calculus_claims
from symdl.notes.prose.claims import About, prose_claims, text_of
from symdl.notes.prose.code import code_claims
from symdl.notes.prose.estimates import said_of_gradients
from symdl.notes.prose.extrema import extrema_claims
from symdl.notes.prose.flow import Flow
from symdl.notes.prose.flows import flow_claims
from symdl.notes.prose.index_ranges import with_remarks
from symdl.notes.prose.layers import with_clashes
from symdl.notes.prose.moments_of_laws import moment_claims
from symdl.notes.prose.networks import said_of_networks
from symdl.notes.prose.plain_arithmetic import arithmetic_claims
from symdl.notes.prose.plain_properties import property_claims
from symdl.notes.prose.procedures import with_order
from symdl.notes.prose.quantities_said import quantity_claims
from symdl.notes.prose.slopes_said import slope_claims
from symdl.notes.prose.stationary import stationary_claims
from symdl.notes.prose.tables import table_claims
from symdl.notes.prose.units import unit_claims
from symdl.notes.scope.basis_vectors import with_basis_said
from symdl.notes.scope.declarations import declared_names, with_declarations, with_properties
from symdl.notes.scope.descent_said import with_descent_said
from symdl.notes.scope.directives import directed
from symdl.notes.scope.entering import enter, leave_file
from symdl.notes.scope.footnotes import apart, behind_note
from symdl.notes.scope.habits import habits, sizes_told
from symdl.notes.scope.homes import read_again, with_homes
from symdl.notes.scope.known import Known
from symdl.notes.scope.moments import with_moments_said
from symdl.notes.scope.unrestricted import (
    NO_SIGNS,
    Signs,
    behind_passage,
    in_section,
    with_signs_said,
)
from symdl.notes.scope.used_anew import with_letters_used_anew
from symdl.notes.sentences.adjectives import with_signs
from symdl.notes.sentences.laws_said import with_laws
from symdl.notes.sentences.memberships import with_memberships
from symdl.notes.sentences.random_signs import with_random_signs
from symdl.notes.sentences.rejected import without_rejected
from symdl.notes.stated import Stated
from symdl.report.diagnostic import Finding


def pieces_of_document(name: str, data: bytes) -> tuple[Piece, ...]:
    """The claims and damages of a document given its content, in reading order."""
    try:
        documents = read_documents(name, data)
    except FileError as error:
        return (_told(problem(error, None, name)),)
    found: list[Piece] = []
    for document in documents:
        found += (_told(_damage(error, name)) for error in document.problems)
        found += (Piece(partial(_findings, s), s.span) for s in stated_in(document))
    return tuple(found)


def _damage(error: Error, name: str) -> Finding:
    return replace(problem(error, None, name), kind="statement")


def _told(found: Finding) -> Piece:
    return Piece(lambda _: (found,))


def stated_in(document: Document) -> tuple[Stated, ...]:
    """What a document states, in reading order."""
    passages = tuple(_with_passages(document))
    return with_clashes(with_remarks(with_order(passages), document.file.text))


def _with_passages(document: Document) -> Iterator[tuple[Stated, Passage]]:
    passages = [_in_signs(p) for p in without_rejected(apart(outline(document)))]
    marked = frozenset(n for passage in passages for n in passage.path[: passage.marked])
    prose = ((p.block.runs, p.path) for p in passages if isinstance(p.block, Block))
    said = tuple(one for runs, path in prose for one in said_in(runs, path))
    written = (r.text for p in passages for runs in texts(p) for r in runs if isinstance(r, Math))
    known = Known(scope=notation(passages), marked=marked, said=said)
    sizes = (one for p in passages for runs in texts(p) for one in sizes_told(runs))
    said_by = [run for p in passages for runs in texts(p) for run in runs]
    own = habits(written, sizes)
    own = replace(own, of_matrices=speaks_of_them(said_by), foreign=is_foreign(said_by))
    moduli = {(n, p.path) for p in passages for runs in texts(p) for n in moduli_in(runs)}
    own = replace(own, complex=speaks_of_complex(said_by), moduli=frozenset(moduli))
    own = replace(own, groups=speaks_of_groups(said_by), einstein=speaks_of_it(said_by))
    known = replace(known, habits=own)
    known = replace(known, owned=frozenset(p.path[-1] for p in passages if p.own))
    known = replace(known, problems=frozenset(p.problem for p in passages if p.problem))
    known = replace(known, sequences=known.scope.symbols)
    path: tuple[int, ...] = ()
    file = ""
    flow, skipping, signs = Flow(), False, NO_SIGNS
    for place, passage in enumerate(passages):
        if passage.file != file:
            file = passage.file
            known = leave_file(known) if place else known
        if passage.path != path:
            path = passage.path
            known, signs = in_section(known, signs, path)
            known = with_topic(enter(known, path), passage.titles)
        if isinstance(passage.block, Block) and passage.block.kind == NOTE:
            found = directed(passage.block, known, path, skipping)
            known, skipping = found.known, found.skipping
            if found.problem is not None:
                yield Stated(text_of(passage.block.runs), error=found.problem), passage
            continue
        if skipping or not any(texts(passage)):
            continue
        where = _source_of(passage)
        try:
            with bugs_told(whole(where)):
                told, known, signs, flow = _read_passage(passages, place, known, signs, flow)
        except Error as problem:  # the others are read all the same
            told = [(Stated(where, error=problem, firm=False), passage)]
        yield from told


def _in_words(stated: Stated, worded: Iterable[Stated]) -> bool:
    r"""Whether a display that is prose to those who read formulas is read as words:
    `\text{Example: } (3,) \text{ and } (2, 3) \to ...`."""
    if stated.error is None or stated.error.code != "prose":
        return False
    return any(w.claim is not None and w.claim.latex in stated.source.text for w in worded)


def _source_of(passage: Passage) -> Source:
    return text_of([run for runs in texts(passage) for run in runs])


def _read_passage(
    passages: Sequence[Passage], place: int, known: Known, signs: Signs, flow: Flow
) -> tuple[list[tuple[Stated, Passage]], Known, Signs, Flow]:
    """What a passage states, and what is known behind it."""
    passage, path = passages[place], passages[place].path
    found: list[tuple[Stated, Passage]] = []
    begun = known
    known = _explained(passages, place, known)
    if isinstance(passage.block, Block):
        known, signs = with_signs_said(passage.block.runs, known, signs, path)
    before = known
    for runs, context in _in_context(passage):
        explained = tuple(block.runs for block in _explaining(passages, place))
        where = () if _THROUGHOUT.search(passage.context) and _lists(passage) else path
        told, known = in_text(runs, known, where, context, explained)
        found += ((stated, passage) for stated in told)
    if known.scope.recurrences is not before.scope.recurrences and place:
        lead = passages[place - 1].block
        if isinstance(lead, Block):
            told = tuple(said_of_averages(lead.runs, before, known))
            found += ((stated, replace(passage, step=0)) for stated in told)
    flowing, flow = flow_claims(passage, flow)
    worded = (*flowing, *_of_words(passage, known))
    found = [(stated, at) for stated, at in found if not _in_words(stated, worded)]
    found += ((stated, replace(passage, step=0)) for stated in worded)
    known, signs = behind_passage(known, signs)
    return found, behind_note(begun, known) if passage.aside else known, signs, flow


def _in_signs(passage: Passage) -> Passage:
    """A passage of prose with the adjectives of its numbers, and laws in words, as relations."""
    block = passage.block
    if not isinstance(block, Block) or block.kind == NOTE:
        return passage
    runs = with_laws(with_memberships(with_signs(with_random_signs(block.runs))))
    return passage if runs is block.runs else replace(passage, block=replace(block, runs=runs))


def _explained(passages: Sequence[Passage], place: int, known: Known) -> Known:
    """What is known where a passage stands: what its words declare, and what the lines right
    behind it say of its names (`where ...`, a list of names)."""
    passage = passages[place]
    before = known
    for runs in texts(passage):
        known = with_e_said(runs, known, passage.path)
        known = with_declarations(runs, known, passage.path)
        known = with_letters_used_anew(runs, known)
        known = with_homes(runs, known, passage.path)
        known = with_basis_said(runs, known, passage.path)
        known = with_properties(runs, known, passage.path)
        known = with_moments_said(runs, known, passage.path)
        known = with_descent_said(runs, known, passage.path)
    for block in _explaining(passages, place):
        known = with_e_said(block.runs, known, passage.path)
        known = with_declarations(block.runs, known, passage.path, early=True)
        known = with_homes(block.runs, known, passage.path)
        known = with_properties(block.runs, known, passage.path)
    return read_again(before, known)


def _explaining(passages: Sequence[Passage], place: int) -> Iterator[Block]:
    """The lines right behind a passage that say what its names are."""
    passage = passages[place]
    if not isinstance(passage.block, Block) or passage.block.kind == ITEM:
        return
    for later in passages[place + 1 : place + 1 + LOOK_AHEAD]:
        block = later.block
        if not isinstance(block, Block) or later.path != passage.path:
            return
        if block.kind != ITEM and not _EXPLAINS.match(plain_words(block.runs)):
            return
        yield block


LOOK_AHEAD = 12
_EXPLAINS = re.compile(r"(?:where|with|here|in which|note that)\b", re.IGNORECASE)


_THROUGHOUT = re.compile(
    r"\b(?:throughout|from (?:now|here) on"
    r"|in (?:all|each|every) (?:of )?(?:the )?(?:sections?|examples?)"
    r"|in (?:what follows|the rest|the remainder|the following sections)"
    r"|in this (?:post|article|document|notebook|tutorial|lecture|chapter))\b[^|]*:\s*$",
    re.IGNORECASE,
)
"""Words before a list that holds for the whole document: `We use these settings throughout:`."""


def _lists(passage: Passage) -> bool:
    return isinstance(passage.block, Block) and passage.block.kind == ITEM


def _of_words(passage: Passage, known: Known) -> Iterator[Stated]:
    if isinstance(passage.block, Table):
        yield from table_claims(passage.block, known, passage.context)
        return
    runs = passage.block.runs
    if not runs:
        return
    yield from said_of_optimizers(runs, f"{known.topic} {passage.context}")
    yield from said_of_networks(runs, passage.context)
    yield from said_of_gradients(runs)
    yield from said_of_corrections(runs, known)
    yield from declared_names(runs, passage.block.kind == ITEM)
    yield from code_claims(runs)
    yield from extrema_claims(runs, known)
    yield from slope_claims(runs, known)
    yield from moment_claims(runs, known)
    yield from stationary_claims(runs, known)
    yield from unit_claims(runs, known)
    yield from property_claims(runs, known, passage.block.kind != ITEM)
    yield from calculus_claims(runs, known)
    yield from quantity_claims(runs, known)
    yield from arithmetic_claims(runs, known, passage.context)
    yield from rule_claims(runs, " ".join((*passage.titles, *passage.leads)))
    yield from prose_claims(runs, known, _about(passage))


def _about(passage: Passage) -> About:
    """What a block is about: a name it begins with, the line that leads to it, its heading."""
    block = passage.block
    assert isinstance(block, Block)
    nearest = tuple(reversed((*passage.titles[-1:], *passage.leads)))
    loose = block.kind != ITEM
    return About(() if loose else nearest, any("radient" in lead for lead in nearest), loose)


def texts(passage: Passage) -> Iterator[tuple[Run, ...]]:
    block = passage.block
    if isinstance(block, Block):
        yield block.runs
    else:
        for row in (block.head, *block.rows):
            yield from row


def _in_context(passage: Passage) -> Iterator[tuple[tuple[Run, ...], str]]:
    """The texts of a passage with the words that they stand under: those of a cell are also the
    label of its row."""
    block = passage.block
    if isinstance(block, Block):
        yield block.runs, passage.context
        return
    for row in (block.head, *block.rows):
        label = plain_words(row[0]) if row and row is not block.head else ""
        for place, cell in enumerate(row):
            yield cell, f"{passage.context} | {label}" if place and label else passage.context


def notation(passages: list[Passage]) -> Scope:
    """The scope with the names that the document writes as sequences (`m_t = ...`)."""
    lines = [
        run.source
        for passage in passages
        for runs in texts(passage)
        for run in runs
        if isinstance(run, Math) and ("_" in run.text or "^" in run.text)
    ]
    try:
        found = survey_document(lines, base_scope())
    except Error:
        return base_scope()  # each line tells its own trouble where it is read
    kept = {name: symbol for name, symbol in found.symbols.items() if symbol.role == "sequence"}
    return replace(found, symbols=kept)


def _findings(stated: Stated, judge: Judge) -> Iterable[Finding]:
    if stated.error is not None or stated.claim is None or stated.decide is None:
        return (_unread(stated, stated.error or Error("this is not understood")),)
    try:
        with bugs_told(stated.span):
            verdict = stated.decide(judge)
    except Error as error:
        return (_unread(replace(stated, firm=False), error),)
    if verdict.kind == "refuted-as-stated":  # a document says less of its letters than a formula
        told = may_be_meant(verdict.message, verdict.counterexample)
        verdict = replace(told, evidence=verdict.evidence)
    made = finding(stated.claim, verdict, None, ClaimEntry(stated.source, "", stated.note))
    meant = mend(stated.claim, verdict, judge)
    if meant is None:
        return (made,)
    hint = f"did you mean {latex(meant)}? That is proved"
    return (replace(made, hint=hint, evidence={**made.evidence, "mend": latex(meant)}),)


def _unread(stated: Stated, error: Error) -> Finding:
    made = problem(at(error, stated.span), None, "", stated.source.text.strip())
    misfit = _misfit(error) if isinstance(error, ShapeError) and stated.firm else None
    if misfit is None:
        return replace(made, kind="statement")
    made = problem(error.placed(stated.span), None, "", stated.source.text.strip())
    return replace(made, kind="shape", verdict="refuted", method="shape", counterexample=misfit)


def _misfit(error: ShapeError) -> dict[str, object] | None:
    """Sizes at which factors of declared shapes do not fit: the two that meet, unlike. A letter
    may be the number that it meets."""
    sizes = error.inner or ("", "")
    if not all(re.fullmatch(r"[A-Za-z]\w*|\d+", size) for size in sizes) or sizes[0] == sizes[1]:
        return None
    if sizes[0].isdigit() != sizes[1].isdigit():
        return None
    values = {name: str(i + 2) for i, name in enumerate(sizes) if not name.isdigit()}
    left, right = (values.get(size, size) for size in sizes)
    return {"at": values, "left": left, "right": right} if left != right else None
