"""Tables and sentences about broadcasting: shapes that fit, shapes that do not, what comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symdl.document.pieces import Cell, Table, plain_words
from symdl.document.source import Source, Span, whole
from symdl.evidence.arrays.shape_claims import shown_as, trace
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.expression.broadcasting import broadcast
from symdl.expression.misfits import show
from symdl.expression.term import Dim, Term, make, number, symbol
from symdl.notes.prose.claims import text_of
from symdl.notes.scope.known import Known
from symdl.notes.stated import Stated

SHAPE = re.compile(r"[(\[]\s*((?:\d+|[A-Za-z]\w*)(?:\s*,\s*(?:\d+|[A-Za-z]\w*))*\s*,?)\s*[)\]]")
_FAILS = re.compile(
    r"invalid|incompatible|not compatible|fail|error|cannot|can't|impossible|✗|❌|not valid"
    r"|unbroadcastable|illegal|wrong",
    re.I,
)
_NO = re.compile(r"^\W*(?:no\b|✗|❌|error|fail|invalid|incompatible|not\b|false)", re.I)
_YES = re.compile(r"^\W*(?:yes\b|✓|✅|ok\b|valid|compatible|true)", re.I)
_OPERAND = re.compile(r"shape|tensor|array|size", re.I)
_RESULT = re.compile(r"result|output|broadcast(?:ed)? shape|final", re.I)

Shape = tuple[Dim, ...]


def shape_rows(table: Table, heads: list[str], known: Known, context: str) -> Iterator[Stated]:
    """The claims of a table whose first two columns are shapes of operands."""
    operands = [i for i, head in enumerate(heads) if _OPERAND.search(head)]
    results = [i for i in operands if _RESULT.search(heads[i])]
    results += [i for i, head in enumerate(heads) if _RESULT.search(head) and i not in results]
    operands = [i for i in operands if i not in results]
    if len(operands) < 2:
        return
    nearest = context.rsplit("|", 1)[-1]
    failing = _FAILS.search(" ".join(heads)) or _FAILS.search(nearest)
    for row in table.rows:
        cells = [row[i] for i in operands if i < len(row)]
        shapes = [shape_in(text_of(cell)) for cell in cells if cell]
        known_shapes = [shape for shape in shapes if shape is not None]
        if len(known_shapes) < 2 or len(known_shapes) != len(cells):
            continue
        source = text_of((*cells[0], *cells[-1]))
        fails = bool(failing)
        for cell in row[max(operands) + 1 :]:
            words = plain_words(cell)
            fails = True if _NO.search(words) else False if _YES.search(words) else fails
        yield _compatible(source, known_shapes, fails, known)
        for i in range(len(row)):
            if i not in operands and row[i]:
                wanted = i in results
                yield from _explained(row[i], known_shapes, wanted, known)


def shape_in(source: Source) -> Shape | None:
    """The shape that a text is: `(2, 3)`, `(3,)`, `[n, 1]`; None if it is something else."""
    match = SHAPE.fullmatch(source.text.strip().strip("$`").strip())
    return _dimensions(match) if match else None


def dimensions(text: str) -> Shape:
    """The dimensions of a written shape."""
    return _dimensions(SHAPE.fullmatch(text))


def shown(shape: Shape) -> str:
    """A shape as it is written."""
    return show(shape)


def _dimensions(match: re.Match[str] | None) -> Shape:
    if match is None:
        return ()
    parts = [part.strip() for part in match[1].split(",") if part.strip()]
    return tuple(int(part) if part.isdigit() else part for part in parts)


def _tuple(shape: Shape) -> Term:
    return make("tuple", *(number(d) if isinstance(d, int) else symbol(d) for d in shape))


def _compatible(source: Source, shapes: list[Shape], fails: bool, known: Known) -> Stated:
    """Two shapes that are said to broadcast, or not to."""
    span = whole(source)
    left, right = _tuple(shapes[0]), _tuple(shapes[1])
    claim = Claim("shape", "sim", left, right, known.scope, (), span, source.text)
    joined = broadcast(*shapes)
    operands = tuple((show(shape), shape) for shape in shapes)
    told = list(trace(operands))
    words = " and ".join(map(show, shapes))
    holds = (joined.result is None) == fails
    what = "do not broadcast" if fails else "broadcast together"
    verdict = Verdict(
        "proved" if holds else "refuted",
        "shape",
        told[-1] if told else words,
        evidence=shown_as([operands]),
        reading=f"{words} {what}",
        counterexample=None
        if holds
        else Counterexample({}, words, show(joined.result) if joined.result else "no common shape"),
    )
    return Stated(source, claim, lambda _: verdict)


_ARROW = r"(?:becomes|is padded to|→|->|\\to|\\rightarrow)"
_BECOMES = re.compile(rf"({SHAPE.pattern})\s*{_ARROW}\s*({SHAPE.pattern})")
_UNLIKE = re.compile(r"(?<![\d,(])(\d+)\s*(?:\\neq?|≠|!=)\s*(\d+)(?!\s*[,)\d])")
_STRETCH = re.compile(r"\b1 (?:broadcasts|expands|stretche[sd]|is stretched|is expanded) to (\d+)")


def _explained(cell: Cell, shapes: list[Shape], result: bool, known: Known) -> Iterator[Stated]:
    """The explanation of a row: a padded shape, a stretched size, or the common shape."""
    source = text_of(cell)
    joined = broadcast(*shapes)
    for match in _BECOMES.finditer(source.text):
        first = _dimensions(SHAPE.fullmatch(match[1]))
        second = _dimensions(SHAPE.fullmatch(match[3]))
        padded = (1,) * (max(map(len, shapes)) - len(first)) + first
        holds = second in (padded, joined.result)
        shown = show(padded)
        yield _settled(source, match, holds, f"{show(first)} is padded to {shown}", shown, known)
    for match in _STRETCH.finditer(source.text):
        size = int(match[1])
        pairs = zip(*joined.padded, strict=True)
        holds = any(1 in pair and size in pair for pair in pairs)
        told = f"an axis of size 1 meets one of size {size}" if holds else "no such axis"
        yield _settled(source, match, holds, told, told, known)
    unlike = [{a, b} for a, b in zip(*joined.padded, strict=True) if a != b and 1 not in (a, b)]
    for match in _UNLIKE.finditer(source.text) if unlike else ():
        if {int(match[1]), int(match[2])} not in unlike:  # else it is judged as a formula
            told = f"the sizes that do not fit are {' and '.join(sorted(map(str, unlike[0])))}"
            yield _settled(source, match, False, told, told, known)
    whole = SHAPE.fullmatch(source.text.strip().strip("$`").strip())
    entire = re.match(r".+", source.text, re.DOTALL)
    if result and whole is not None and entire is not None:
        holds = joined.result == _dimensions(whole)
        shown = show(joined.result) if joined.result is not None else "no common shape"
        yield _settled(source, entire, holds, f"the common shape is {shown}", shown, known)


def _settled(
    source: Source, match: re.Match[str], holds: bool, told: str, shown: str, known: Known
) -> Stated:
    span = Span(source, match.start(), match.end())
    empty = make("tuple")
    claim = Claim("shape", "->", empty, empty, known.scope, (), span, match[0])
    example = None if holds else Counterexample({}, match[0], shown)
    kind = "proved" if holds else "refuted"
    verdict = Verdict(kind, "shape", told, counterexample=example, reading=told)
    return Stated(source, claim, lambda _: verdict)
