"""Formulas that stand among mistakes or questions: a list under `Common mistakes`, a column
`Wrong`, the options of `Which of the following ...`.

They are no claims of the text, and are taken out of what is read as mathematics. What the text
says beside them of what is right remains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from symdl.document.pieces import (
    HEADING,
    ITEM,
    NOTE,
    PARAGRAPH,
    Block,
    Cell,
    Code,
    Math,
    Run,
    Table,
    plain_words,
)
from symdl.notes.outline import Passage, has_relation, words_before

_KINDS = r"(?:mistakes|pitfalls?|misconceptions?|fallac(?:y|ies)|blunders|misunderstandings|myths)"
_OFTEN = r"(?:common|frequent|typical|classic(?:al)?|usual|popular|easy|notable|other|famous)"
_HEADING = re.compile(
    rf"\W*(?:\d[\d.]*\s+)?(?:(?:some|the|two|three|four|five|most|more)\s+)*"
    rf"(?:(?:{_OFTEN}\s+)?{_KINDS}|{_OFTEN}\s+(?:errors|false (?:claims|identities)))"
    rf"(?:\s+(?:and|or|&)\s+(?:{_OFTEN}\s+)?(?:{_KINDS}|errors))?"
    r"(?:\s+(?:to avoid|with|in|about|when|of|on|around|involving)\b.*)?\W*",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\W*(?:all of )?(?:the following|these|here)(?: \w+)? (?:is|are)(?: \w+)?"
    r" (?:wrong|false|incorrect"
    rf"|(?:an? )?{_OFTEN} (?:mistakes?|errors?|pitfalls?|misconceptions?))\W*",
    re.IGNORECASE,
)
"""A line that leads to mistakes: `The following is wrong:`."""
_PERHAPS = re.compile(r"\W*(?:\d[\d.]*\s+)?(?:errors|errors to avoid|mistake)\W*", re.IGNORECASE)
"""A heading that may be about sizes of errors just as well."""
_DOING = re.compile(
    r"\W*(?:\w{1,2}[.)]\s*)?(?:forgetting|writing|confusing|believing|using|assuming|thinking|treating"
    r"|claiming|mixing|mistaking|omitting|dropping|ignoring|neglecting|applying|saying|concluding"
    r"|replacing|expecting|missing|overlooking|splitting|cancell?ing|distributing|swapping"
    r"|differentiating|taking)\b",
    re.IGNORECASE,
)
"""How a mistake is told: `Forgetting the inner derivative: ...`."""
_LABEL = re.compile(r"\W*(?:[^.;:$]*:\s*)?", re.IGNORECASE)
_RIGHT = re.compile(
    r"\b(?:correct(?:ly)?|right|actually|in fact|in truth|truth|true|should|must|remember|recall"
    r"|but|however|rather|really|properly|fix|solution|answer|we have|whereas|let|suppose|consider"
    r"|given|holds)\b|\binstead\b(?! of)|\binstead of\s*$|[✓✔✅]"
    r"|\b(?:forgetting|overlooking|ignoring|missing|neglecting) (?:\w+ )?that\b",
    re.IGNORECASE,
)
"""Words that assert what is said behind them even among mistakes (`Forgetting that ...` does)."""
_COLUMN = re.compile(
    r"\W*(?:(?:the|common|typical)\s+)?(?:wrong|incorrect|mistaken?s?|misconceptions?|pitfalls?|myths?"
    r"|don['’]?t)(?:\s+(?:formula|identity|form|version|answer|claim|statement|way))?\W*|\W*[❌✗✘]\W*",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\bwhich (?:one )?of the(?:se)? following\b|\btrue or false\b|\bwhich [^.?:]{1,60}\?\s*$"
    r"|\bmatch (?:up )?(?:the |each |every |these )?(?:[\w-]+ ){1,4}(?:with|to)"
    r" (?:the|its|their)\b",
    re.IGNORECASE,
)
_OPTION = re.compile(r"(?:\s*<[^>]+>)?\W*\(?(?:[a-hA-H]|[ivx]{1,4}|\d)[.)]\s")
_ANSWERED = re.compile(r"\b(?:answers?|solutions?|correct|because|since|indeed)\b", re.IGNORECASE)


def without_rejected(passages: Iterable[Passage]) -> Iterator[Passage]:
    """The passages with what stands among mistakes and questions as no mathematics."""
    asked: int | None = None  # the level of the item that asks; 0 where a paragraph does
    for passage in passages:
        block = passage.block
        if isinstance(block, Table):
            asked = None
            yield replace(passage, block=_without_columns(block))
            continue
        if block.kind == NOTE:
            yield passage
            continue
        text = plain_words(block.runs)
        question = _ASKED.search(text)
        if question is not None:
            asked = block.level if block.kind == ITEM else 0
        elif asked is not None and not _is_option(block, text, asked):
            asked = None
        if passage.posed:
            runs = _without_posed(block.runs)
        elif asked is not None:
            runs = _without_options(block.runs, question is None)
        else:
            runs = _without_mistakes(block, passage)
        yield passage if runs == block.runs else replace(passage, block=replace(block, runs=runs))


def _is_option(block: Block, text: str, asked: int) -> bool:
    return _OPTION.match(text) is not None or (block.kind == ITEM and block.level > asked)


def _without_columns(table: Table) -> Table:
    """A table with the cells of its columns of mistakes as no mathematics."""
    wrong = {n for n, cell in enumerate(table.head) if _COLUMN.fullmatch(plain_words(cell))}
    if not wrong:
        return table

    def cleared(cell: Cell) -> Cell:
        return tuple(_unread(run) if isinstance(run, Math) else run for run in cell)

    rows = (tuple(cleared(c) if n in wrong else c for n, c in enumerate(row)) for row in table.rows)
    return replace(table, rows=tuple(rows))


def _without_options(runs: tuple[Run, ...], begun: bool) -> tuple[Run, ...]:
    """What is asked, up to words that answer it. begun: the question stands in front of it."""
    made: list[Run] = []
    for place, run in enumerate(runs):
        before = plain_words(runs[:place])
        question = _ASKED.search(before)
        behind = before[question.end() :] if question is not None else before
        among = (begun or question is not None) and not _ANSWERED.search(behind)
        made.append(_unread(run) if among and _states(run) else run)
    return tuple(made)


_NAMED = re.compile(r"\s*\\?[A-Za-z]+\s*(?:\([A-Za-z, ]+\))?\s*=(?!.*=)", re.DOTALL)


def _without_posed(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """An item of a list that is to be solved or decided without the relation that it begins with;
    what gives a name something (`$f(x) = x^2$`) stays."""
    made: list[Run] = []
    for place, run in enumerate(runs):
        first = not re.search(r"[A-Za-z]{2}", plain_words(runs[:place]))
        poses = first and _states(run) and isinstance(run, Math) and not _NAMED.match(run.text)
        made.append(_unread(run) if poses and isinstance(run, Math) else run)
    return tuple(made)


def _without_mistakes(block: Block, passage: Passage) -> tuple[Run, ...]:
    """A passage under a heading, or a line, that speaks of mistakes without those it tells."""
    surely = any(_HEADING.fullmatch(above) for above in (*passage.titles, *passage.leads))
    surely = surely or any(map(_LEAD.fullmatch, passage.leads))
    perhaps = any(_PERHAPS.fullmatch(title) for title in passage.titles)
    if not (surely or perhaps) or block.kind == HEADING:
        return block.runs
    made: list[Run] = []
    for place, run in enumerate(block.runs):
        before = words_before(block.runs, place)
        first = before == plain_words(block.runs[:place]).strip()
        told = _DOING.match(before) is not None
        told = told or (surely and first and block.kind == ITEM)
        told = told or (surely and block.kind in (ITEM, PARAGRAPH) and _is_label(before))
        told = told and not _RIGHT.search(before)
        says = _states(run) or (isinstance(run, Math) and before.endswith(" is"))
        made.append(_unread(run) if told and says else run)
    return tuple(made)


def _is_label(before: str) -> bool:
    return _LABEL.fullmatch(before) is not None


def _states(run: Run) -> bool:
    return isinstance(run, Math) and has_relation(run)


def _unread(run: Run) -> Run:
    return Code(run.source)
