"""The outline of a document: each passage with the section it stands in and what led to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from symdl.document.pieces import (
    CLOSE,
    HEADING,
    ITEM,
    MOST_RUNS,
    NEARBY,
    NOTE,
    OPEN,
    PARAGRAPH,
    Block,
    Document,
    Math,
    Run,
    Table,
    Words,
    plain_words,
)
from symdl.document.source import Span
from symdl.notes.exercises import (
    asks,
    leads_to_problems,
    poses,
    titles_problems,
    titles_quiz,
    words_of,
)

UNMARKED = 7
"""The level of a line that is a heading by its looks only: below all marked ones."""
OWN = 8
"""The level of a theorem, an example or an exercise: below all headings."""
PART = 9
"""The level of a problem in a list, or of a part of one."""
_LONGEST_TITLE = 9


@dataclass(frozen=True, slots=True)
class Passage:
    """A block or a table with its surroundings.

    path: the numbers of the open sections, outermost first; marked: how many of them have real
    headings; problem: the number of the problem among them, 0 outside of one; posed: it
    is one of a list that is to be solved or decided. titles: their headings. leads: the lines that
    led to it and end in a colon (`Given:`), outermost first. step: its number in a numbered
    procedure (0: in none), which is
    the `procedure`-th of the document. own: it stands in a theorem, an example or an exercise;
    aside: it is a footnote. begun: for a display without words, the text of the block that led to
    it and to the displays above it (`For symmetric $S$,`).
    """

    block: Block | Table
    path: tuple[int, ...]
    marked: int
    titles: tuple[str, ...]
    leads: tuple[str, ...]
    step: int = 0
    procedure: int = 0
    own: bool = False
    posed: bool = False
    problem: int = 0
    aside: bool = False
    begun: str = ""

    @property
    def file(self) -> str:
        """The name of the file in which it stands."""
        block = self.block
        first = block.runs[:1] if isinstance(block, Block) else _first_cell(block)[:1]
        return Span(first[0].source, 0, 0).origin.source.name if first else ""

    @property
    def context(self) -> str:
        """Headings and leads in one text, the nearest last."""
        return " | ".join((*self.titles, *self.leads, *([self.begun] if self.begun else [])))


def _first_cell(table: Table) -> tuple[Run, ...]:
    return next((cell for row in (table.head, *table.rows) for cell in row if cell), ())


def outline(document: Document) -> Iterator[Passage]:
    """Every block and table in reading order with its surroundings."""
    around = _Surroundings()
    for block in _whole_sentences(document.blocks):
        title = _title(block)
        if isinstance(block, Block) and block.kind == CLOSE:
            around.close(OWN)
            continue
        if title is not None:
            around.begin(
                *title, problem=isinstance(block, Block) and block.kind == OPEN and block.level > 0
            )
            if isinstance(block, Block) and block.kind == OPEN:
                continue
        elif _begins_problem(block):
            around.begin(OWN, "", problem=True)
        elif isinstance(block, Block):
            around.go_on(block)
            around.pose(block)
        if isinstance(block, Block) and not block.runs:
            continue  # nothing stands in it
        yield around.passage(block)
        if isinstance(block, Block):
            around.lead(block)


@dataclass(slots=True)
class _Surroundings:
    """What is open: sections (level, number, title), leads (of the text and of an item), and the
    step of a numbered procedure."""

    sections: list[tuple[int, int, str]] = field(default_factory=list)
    count: int = 0
    outer: str = ""
    inner: str = ""
    step: int = 0
    procedure: int = 0
    begun: str = ""
    problems: set[int] = field(default_factory=set)
    posed: bool = False
    asked: bool = False

    def close(self, level: int) -> None:
        """Close the sections of this level and those below it."""
        while self.sections and self.sections[-1][0] >= level:
            self.sections.pop()

    def pose(self, block: Block) -> None:
        """Begin a problem of a list, which has letters of its own; words that pose all problems of
        a list stand in front of it."""
        words = words_of(block)
        if block.kind == PARAGRAPH and re.search(r"\w", words):
            self.asked = asks(words)
            self.posed = self.asked or leads_to_problems(words)
            self.close(PART)
        sheet = block.ordered and any(titles_problems(title) for _, _, title in self.sections)
        if block.kind == ITEM and poses(block, self.posed or sheet):
            self.close(PART)
            self.count += 1
            self.sections.append((PART, self.count, ""))
            self.problems.add(self.count)

    def begin(self, level: int, title: str, problem: bool = False) -> None:
        """Begin a section."""
        self.close(level)
        self.count += 1
        quizzed = any(titles_quiz(above) for _, _, above in self.sections)
        self.posed = self.asked = quizzed and title.rstrip().endswith(("?", ":"))
        self.sections.append((level, self.count, title))
        if problem:
            self.problems.add(self.count)
        self._alone()

    def go_on(self, block: Block) -> None:
        """Go on with a block that begins no section: an item has a number, words end a list."""
        if block.kind == ITEM and block.level == 1:
            if block.ordered:
                self.procedure += 0 if self.step else 1
                self.step += 1
            self.inner = ""
        elif block.kind == PARAGRAPH and _has_words(block):
            self._alone()

    def _alone(self) -> None:
        self.outer = self.inner = ""
        self.step = 0

    def passage(self, block: Block | Table) -> Passage:
        """A block with what is open at it."""
        return Passage(
            block,
            tuple(number for _, number, _ in self.sections),
            sum(level < UNMARKED for level, _, _ in self.sections),
            tuple(title for _, _, title in self.sections if title),
            tuple(lead for lead in (self.outer, self.inner) if lead),
            self.step,
            self.procedure,
            bool(self.sections) and self.sections[-1][0] >= OWN,
            posed=self.asked and bool(self.sections) and self.sections[-1][0] == PART,
            problem=max((n for _, n, _ in self.sections if n in self.problems), default=0),
            begun=self.begun if _is_display(block) else "",
        )

    def lead(self, block: Block) -> None:
        """Keep what a block leads to."""
        lead = _lead(block)
        if not _is_display(block):
            self.begun = _begun_for(block)
        if lead and block.kind == ITEM:
            self.inner = lead
        elif lead:
            self.outer, self.inner = lead, ""


def _whole_sentences(blocks: Iterable[Block | Table]) -> Iterator[Block | Table]:
    """The blocks, where a sentence with a formula goes on in a display below it as one: its
    conditions are those of the display (`For $x > 0$ we have`, and then an equation)."""
    begun: Block | None = None
    for block in blocks:
        if begun is not None:
            if _goes_on(begun, block):
                assert isinstance(block, Block)
                begun = replace(begun, runs=(*begun.runs, *block.runs))
                continue
            yield begun
            begun = None
        states = (
            isinstance(block, Block)
            and block.kind == PARAGRAPH
            and any(isinstance(run, Math) and not run.display for run in block.runs)
        )
        if states or _is_begun(block):
            assert isinstance(block, Block)
            begun = block
        else:
            yield block
    if begun is not None:
        yield begun


def _goes_on(begun: Block, block: Block | Table) -> bool:
    """Whether a block goes on with the sentence that the one before it has begun."""
    if not isinstance(block, Block) or block.kind != PARAGRAPH or block.aside != begun.aside:
        return False
    if not block.runs or len(begun.runs) + len(block.runs) > MOST_RUNS:
        return False
    first, last = block.runs[0], begun.runs[-1]
    if isinstance(last, Words):
        shown = isinstance(first, Math) and first.display
        return shown and re.search(r"[\w,:$*)]\s*$", last.text) is not None
    open_ended = isinstance(last, Math) and not re.search(r"[.?!]\s*$", last.text)
    return open_ended and isinstance(first, Words) and re.match(r"\s*[a-z]", first.text) is not None


def _title(block: Block | Table) -> tuple[int, str] | None:
    """Level and text of a heading; a short line alone, without an end, is one by its looks."""
    if isinstance(block, Table):
        return None
    if block.kind == HEADING:
        return block.level, plain_words(block.runs)
    if block.kind == OPEN:
        return OWN, ""
    if block.kind != PARAGRAPH or not all(isinstance(run, Words) for run in block.runs):
        return None
    raw = "".join(run.text for run in block.runs).strip()
    text = plain_words(block.runs)
    short = len(text.split()) <= _LONGEST_TITLE and "\n" not in raw
    begins = re.match(r"\W*[A-Z0-9]", text) is not None
    if _GOES_ON.fullmatch(text):
        return None
    labelled = re.fullmatch(r"\W*\w+(?: \w+)?: \S+(?: \S+)?", text) is not None
    if short and begins and not labelled and re.fullmatch(r".*[\w)?*]", raw):
        return UNMARKED, text
    return None


def _is_begun(block: Block | Table) -> bool:
    """Whether a line without formulas begins a sentence that a formula ends: `We find`."""
    if not isinstance(block, Block) or block.kind != PARAGRAPH:
        return False
    words = all(isinstance(run, Words) for run in block.runs)
    return words and _BEGUN.search(plain_words(block.runs)) is not None


_BEGUN = re.compile(
    r"^(?:and|also|but|by|consequently|consider|hence|i|it|its|let|likewise|moreover|note|now|one"
    r"|recall|since|similarly|so|suppose|that|then|there|therefore|these|they|this|thus|using|we"
    r"|which|with|you)\b(?!:)"
    r"|\b(?:and|are|as|be|become|becomes|by|equals?|find|get|gives?|has|have|holds|if|is|obtain|of"
    r"|reads?|satisf(?:y|ies)|see|that|to|unless|whenever|where|with|write|yields?)$"
    r"|(?:假设|假定|假如|如果|若|设|令|当)[:：,，]?$",
    re.IGNORECASE,
)
"""How a sentence begins, or how it breaks off before a formula; headings do neither."""

_PROBLEM = re.compile(r"\s*(?:\*\*|__)\s*(?:problem|exercise|question|task|example)\b\W*\w", re.I)


def _begins_problem(block: Block | Table) -> bool:
    """Whether a paragraph begins a numbered problem, which has letters of its own."""
    if not isinstance(block, Block) or block.kind != PARAGRAPH:
        return False
    first = block.runs[0] if block.runs else None
    return isinstance(first, Words) and _PROBLEM.match(first.text) is not None


_GOES_ON = re.compile(r"\W*(?:solution|answer|proof|hint|remark|note)s?\W*(?:\(?\w\)?\W*)?", re.I)
"""What goes on with the problem or theorem before it, and begins nothing."""


def _has_words(block: Block) -> bool:
    return any(isinstance(run, Words) and re.search(r"\w", run.text) for run in block.runs)


def _lead(block: Block | Table) -> str:
    """The text of a block that ends in a colon."""
    if isinstance(block, Table) or block.kind == NOTE:
        return ""
    text = plain_words(block.runs)
    return text if text.endswith(":") or (block.kind == ITEM and block.ordered) else ""


def _is_display(block: Block | Table) -> bool:
    """Whether a block is displays alone, joined by `and` at most."""
    if not isinstance(block, Block) or not any(
        isinstance(r, Math) and r.display for r in block.runs
    ):
        return False
    words = "".join(run.text for run in block.runs if isinstance(run, Words))
    inline = any(isinstance(run, Math) and not run.display for run in block.runs)
    return (
        not inline and re.fullmatch(r"\W*(?:and|as well as|also|likewise)?\W*", words) is not None
    )


def _begun_for(block: Block) -> str:
    """The text of a paragraph that ends in a display for all of some kind; else nothing."""
    if block.kind != PARAGRAPH or not block.runs:
        return ""
    shown = [run for run in block.runs if not isinstance(run, Words) or re.search(r"\w", run.text)]
    if not shown or not isinstance(shown[-1], Math) or not shown[-1].display:
        return ""
    text = plain_words(block.runs)
    last = SENTENCE_END.split(plain_words(block.runs[: block.runs.index(shown[-1])]))[-1]
    return text if re.match(r"\s*for\b", last, re.IGNORECASE) else ""


def sentences(runs: tuple[Run, ...]) -> tuple[int, ...]:
    """For each run the number of the sentence in which it begins."""
    numbers = []
    count = 0
    for place, run in enumerate(runs):
        numbers.append(count)
        if isinstance(run, Words):
            count += len(SENTENCE_END.findall(run.text))
        elif isinstance(run, Math) and _STOP_INSIDE.search(run.text):
            behind = runs[place + 1] if place + 1 < len(runs) else None
            count += isinstance(behind, Words) and _BEGINS.match(behind.text) is not None
    return tuple(numbers)


SENTENCE_END = re.compile(
    r"(?<!\bi\.e)(?<!\be\.g)(?<!\bcf)[.!?;](?=\s+[A-Z(*$]|\s*$)|\n\s*\n"
    r"|(?:(?<=[^.\\]\.\$)|(?<=[^.\\]\. \$))(?=\s+[A-Z(*])"
)
_STOP_INSIDE = re.compile(r"(?<![.\\])\.\s*$")
"""`$|x| = x.$`: the stop that ends the sentence stands in the formula."""
_BEGINS = re.compile(r"\s+[A-Z(*]")


def words_before(runs: tuple[Run, ...], place: int) -> str:
    """The words and formulas of the sentence that lead to the run at a place."""
    return SENTENCE_END.split(plain_words(runs[max(0, place - NEARBY) : place]))[-1].strip()


def words_from(runs: tuple[Run, ...], place: int) -> str:
    """The words and formulas from a place to the end of its sentence."""
    return SENTENCE_END.split(plain_words(runs[place : place + NEARBY]))[0].strip()


def has_relation(run: Math) -> bool:
    """Whether a formula has a sign that makes it a statement."""
    return _RELATION.search(re.sub(r"\\(?:text|mathrm)\s*\{[^{}]*\}", "", run.text)) is not None


_RELATION = re.compile(
    r"=|<|>|\\(?:approx|le|ge|leq|geq|neq|ne|lt|gt|to|(?:long)?rightarrow|leftarrow|gets|in|equiv|sim"
    r"|propto|subset|subseteq|coloneqq|simeq|ll|gg|iff|implies|Rightarrow|mapsto)(?![A-Za-z])"
)
