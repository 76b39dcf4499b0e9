"""The rule of broadcasting in words: `align shapes from right to left`, `one of them must be 1`.

Each sentence that is read is compared with what NumPy and PyTorch do, over all pairs of shapes of
up to three axes with sizes from 1 to 3; a wrong one is refuted by a pair of shapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from symdl.document.pieces import Run
from symdl.document.source import Source, Span
from symdl.evidence.arrays.shape_claims import shown_as
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.expression.broadcasting import broadcast
from symdl.expression.scope import EMPTY
from symdl.expression.term import make
from symdl.notes.outline import SENTENCE_END
from symdl.notes.prose.broadcasting import SHAPE, Shape, dimensions, shown
from symdl.notes.prose.claims import text_of
from symdl.notes.stated import Stated, settled

Stretch = Callable[[Shape, Shape], Shape | None]
"""A rule of broadcasting: the common shape of two shapes, None if there is none."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Words, and what shapes they say to fit. `aspect` is what of it is compared."""

    words: re.Pattern[str]
    stretch: Stretch
    meaning: str


def _right(a: Shape, b: Shape) -> Shape | None:
    """Aligned at the right, 1 where an axis is missing, sizes equal or 1."""
    rank = max(len(a), len(b))
    return _sizes((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b)


def _left(a: Shape, b: Shape) -> Shape | None:
    """The same aligned at the left."""
    rank = max(len(a), len(b))
    return _sizes(a + (1,) * (rank - len(a)), b + (1,) * (rank - len(b)))


def _sizes(a: Shape, b: Shape) -> Shape | None:
    if any(x != y and 1 not in (x, y) for x, y in zip(a, b, strict=True)):
        return None
    return tuple(y if x == 1 else x for x, y in zip(a, b, strict=True))


def _rule(words: str, stretch: Stretch, meaning: str) -> Rule:
    return Rule(re.compile(words, re.IGNORECASE), stretch, meaning)


_ALIGN = r"(?:align|compar|match|start|go)\w*[^.\n]{0,40}?"
RULES = (
    _rule(rf"{_ALIGN}left[- ]to[- ]right|{_ALIGN}from (?:the )?left", _left, "aligned at the left"),
    _rule(
        rf"{_ALIGN}right[- ]to[- ]left|{_ALIGN}from (?:the )?right"
        rf"|{_ALIGN}(?:trailing|last) dim\w+",
        _right,
        "aligned at the right",
    ),
    _rule(
        r"(?:pad|append)\w*[^.\n]{0,40}?(?:on |to |at )?(?:the )?\W*right\b|right-pad\w*",
        _left,
        "missing axes are put at the right",
    ),
    _rule(
        r"left-pad\w*|(?:pad|prepend)\w*[^.\n]{0,40}?(?:on |to |at )?(?:the )?\W*left\b|prepend\w*",
        _right,
        "missing axes are put at the left, with size 1",
    ),
    _rule(
        r"for (?:each|every) (?:dimension|axis|pair of (?:dimensions|axes))",
        _right,
        "the sizes are compared axis by axis",
    ),
    _rule(r"(?:must be|are) equal", _right, "equal sizes fit"),
    _rule(
        r"one of them (?:must be|is|equals) 1|either (?:is|of them is) 1", _right, "a size 1 fits"
    ),
    _rule(
        r"otherwise\W+(?:the )?(?:broadcasting )?(?:fails|is an error|raises)",
        _right,
        "other sizes do not fit",
    ),
    _rule(r"(?:tensors|arrays) of \W*different shapes", _right, "some unlike shapes fit"),
)


_ONLY_IMAGINED = re.compile(
    r"\b(?:imagine|suppose|might think|could think|would|could|might)\b[^.;]*$", re.IGNORECASE
)
"""`You could imagine padding it on the right`: what is no rule."""


def rule_claims(runs: Sequence[Run], context: str) -> Iterator[Stated]:
    """What a text says of broadcasting, where it or its surroundings speak of it."""
    source = text_of(runs)
    led = _TOPIC.search(context) is not None
    if not led and not _TOPIC.search(source.text):
        return
    yield from _padded(source)
    taken: list[range] = []
    for rule in RULES:
        for match in rule.words.finditer(source.text):
            if _ONLY_IMAGINED.search(source.text, 0, match.start()):
                continue
            sentence = _sentence(source.text, *match.span())
            if _OF_BORDERS.search(sentence) or not (led or _OF_SHAPES.search(sentence)):
                continue
            if not any(
                match.start() in span or span.start in range(*match.span()) for span in taken
            ):
                taken.append(range(*match.span()))
                yield _stated(source, match.span(), _verdict(rule))


_TOPIC = re.compile(r"broadcast|left padding|align\w*\W+shapes", re.IGNORECASE)
_OF_SHAPES = re.compile(
    r"\b(?:shapes?|dim(?:ension)?s?|dimensional\w*|ax[ei]s|ranks?|sizes?|ones?|1s?|broadcast\w*"
    r"|tensors?|arrays?|operands?|align\w*|prepend\w*)\b",
    re.IGNORECASE,
)
_OF_BORDERS = re.compile(
    r"\b(?:borders?|images?|crops?|edges?|pixels?|zeros?|zero[- ]pad\w*|tokens?|sequences?"
    r"|top|bottom)\b",
    re.IGNORECASE,
)
"""Padding of images and of sequences puts no axes anywhere."""


def _sentence(text: str, start: int, end: int) -> str:
    before = SENTENCE_END.split(text[:start])[-1]
    return f"{before}{text[start:end]}{SENTENCE_END.split(text[end:])[0]}"


@lru_cache(maxsize=64)
def _verdict(rule: Rule) -> Verdict:
    shapes = [shape for rank in range(1, 4) for shape in product((1, 2, 3), repeat=rank)]
    for a, b in product(shapes, repeat=2):
        real, said = broadcast(a, b).result, rule.stretch(a, b)
        if real != said:
            told = f"{rule.meaning}: {shown(a)} and {shown(b)} give {_or_none(real)}"
            example = Counterexample({}, _or_none(real), _or_none(said))
            return Verdict("refuted", "shape", told, counterexample=example, reading=rule.meaning)
    told = f"as for all {len(shapes) ** 2} pairs of shapes of up to 3 axes with sizes 1 to 3"
    return Verdict("confirmed", "shape", told, reading=rule.meaning)


def _or_none(shape: Shape | None) -> str:
    return "no common shape" if shape is None else shown(shape)


_PAIR = re.compile(
    rf"({SHAPE.pattern})\s*(?:and|,|\\text\{{\s*and\s*\}})\s*({SHAPE.pattern})\s*"
    rf"(?:→|->|⇒|\\to|\\rightarrow|\\Rightarrow|becomes?)\s*"
    rf"({SHAPE.pattern})\s*(?:and|,|\\text\{{\s*and\s*\}})\s*({SHAPE.pattern})"
)


def _padded(source: Source) -> Iterator[Stated]:
    """`(4, 3, 2) and (2, 1) -> (4, 3, 2) and (1, 2, 1)`: both with as many axes."""
    for match in _PAIR.finditer(source.text):
        a, b, c, d = (dimensions(f"({match[i]})") for i in (2, 4, 6, 8))
        rank = max(len(a), len(b))
        wanted = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
        told = " and ".join(map(shown, wanted))
        holds = (c, d) == wanted
        example = None if holds else Counterexample({}, told, f"{shown(c)} and {shown(d)}")
        message = f"padded on the left with 1: {told}"
        kind = "proved" if holds else "refuted"
        shown_with = shown_as([((shown(a), a), (shown(b), b))])
        verdict = Verdict(
            kind, "shape", message, counterexample=example, reading=message, evidence=shown_with
        )
        yield _stated(source, match.span(), verdict)


def _stated(source: Source, span: tuple[int, int], verdict: Verdict) -> Stated:
    place = Span(source, *span)
    empty = make("tuple")
    claim = Claim("shape", "->", empty, empty, EMPTY, (), place, place.text)
    return Stated(source, claim, settled(verdict))
