"""Pieces that stand as bare values behind a definition: `$f(x) = x$ if $x > 0$, $0$ otherwise`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, Words
from symdl.expression.term import Term, combined, number
from symdl.notes.outline import SENTENCE_END, has_relation
from symdl.notes.reading_in import read_in, trimmed
from symdl.notes.scope.known import Known
from symdl.notes.sentences.names import WRITTEN

_NUMBERS = {"zero": Fraction(0), "one": Fraction(1)}
_VALUE = r"(?:\$(\d+)\$|(zero|one|-?\d+(?:\.\d+)?)(?![\w.]))"
_JOIN = (
    r"\s*[,;]?\s*(?:and|or|but|while|whereas)?\s*(?:(?:it|which|this|the value)\s+)?"
    r"(?:is|equals|equal to)?\s*"
)
_WHEN = (
    r"\s*,?\s*\(?\s*(?:for|if|when|whenever|where|on|in case)(?:\s+(?:all|any|every))?\s+"
    r"\$(\d+)\$\s*\)?"
)
_BRACKET = r"\s*\(\s*\$(\d+)\$\s*\)"
"""`$f(x) = x$ ($x > 0$), $0$ ($x \\le 0$)`: read so where a second piece has one too."""
_ELSE = r"(?:otherwise|elsewhere|everywhere else|else|in all other cases|in the other cases?)\b"
_ALONE = (
    r"(?!\s*,?\s*(?:and|or)\s*\$\d+\$"
    rf"(?!\s*,?\s*\(?\s*(?:(?:for|if|when|whenever|where|on|in case)\b|{_ELSE})))"
)
"""No second condition stands behind one: `if $x > 0$ and $y > 0$`."""
_FIRST = re.compile(
    rf"{_WHEN}{_ALONE}|{_BRACKET}(?={_JOIN}{_VALUE}\s*\(\s*\$\d+\$\s*\))", re.IGNORECASE
)
_NEXT = re.compile(rf"{_JOIN}{_VALUE}(?:{_WHEN}{_ALONE}|{_BRACKET})", re.IGNORECASE)
_LAST = re.compile(
    rf"{_JOIN}{_VALUE}\s*,?\s*\(?\s*{_ELSE}"
    rf"|\s*[,;]?\s*(?:and|or|but)?\s*{_ELSE}\s*,?\s*"
    rf"(?:(?:it|this|the value|the function)\s+)?(?:is|equals|we (?:set|have|put|take))?"
    rf"\s*{_VALUE}",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\s*({WRITTEN}|\\\w+\{{\w+\}})\s*(\([^=()]*\))?\s*:?=(.*)$", re.S)


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a definition: its own condition (None: that stands before it), the
    pieces (value, condition, ..., and a last value for where no condition holds), and the places
    of the formulas read."""

    condition: Term | None
    pieces: tuple[Term, ...]
    places: frozenset[int]


def pieces_behind(runs: tuple[Run, ...], place: int, known: Known) -> Behind | None:
    """The bare pieces behind the formula at a place; None where there are none. A piece that
    cannot be read ends them: what is defined has no value there."""
    run = runs[place]
    head = _NAMED.match(run.text) if isinstance(run, Math) else None
    if head is None or has_several_relations(head[3]):
        return None
    text = _marked(runs, place)
    places: set[int] = set()
    condition = None
    position = 0
    first = _FIRST.match(text)
    if first is not None:
        condition = _condition(runs[int(first[1] or first[2])], known)
        if condition is None:
            return None
        places.add(int(first[1] or first[2]))
        position = first.end()
    pieces: list[Term] = []
    while (match := _NEXT.match(text, position)) is not None:
        if _is_another(runs, match[1], head):
            break
        value = _value(runs, match[1], match[2], known)
        bound = _condition(runs[int(match[3] or match[4])], known)
        places |= {int(n) for n in (match[1], match[3] or match[4]) if n is not None}
        if value is None or bound is None:
            return Behind(condition, tuple(pieces), frozenset(places))
        pieces += (value, bound)
        position = match.end()
    last = _LAST.match(text, position)
    if last is not None and not _is_another(runs, last[1] or last[3], head, True):
        mark = last[1] or last[3]
        value = _value(runs, mark, last[2] or last[4], known)
        places |= {int(mark)} if mark is not None else set()
        pieces += () if value is None else (value,)
    elif not pieces:
        return None
    return Behind(condition, tuple(pieces), frozenset(places))


def has_several_relations(right: str) -> bool:
    """Whether the right side of an equation has a relation itself: a chain, or a list."""
    return re.search(r"=|<|>|\\(?:le|ge|leq|geq|ne|neq|approx|in)(?![A-Za-z])", right) is not None


def _marked(runs: tuple[Run, ...], place: int) -> str:
    """The rest of the sentence behind a formula, each formula as its place between dollars."""
    parts = (
        f"${place + 1 + n}$" if isinstance(r, Math) else r.text if isinstance(r, Words) else " ` "
        for n, r in enumerate(runs[place + 1 :])
    )
    return SENTENCE_END.split("".join(parts), maxsplit=1)[0]


def _is_another(
    runs: tuple[Run, ...], mark: str | None, head: re.Match[str], rest: bool = False
) -> bool:
    """Whether a formula is no value of what is defined: it says another thing. A number may be
    given under one condition and another (claims), unless the second is for all the rest."""
    run = runs[int(mark)] if mark is not None else None
    if not isinstance(run, Math) or not has_relation(run):
        return False
    again = _NAMED.match(run.text)
    if again is None or (head[2] is None and not rest):
        return True
    return [_bare(g) for g in again.groups()[:2]] != [_bare(g) for g in head.groups()[:2]]


def _value(runs: tuple[Run, ...], mark: str | None, plain: str, known: Known) -> Term | None:
    """A value that is a formula, or a number in words; behind the name that is defined, too."""
    if mark is None:
        word = plain.lower()
        return number(_NUMBERS[word] if word in _NUMBERS else Fraction(word))
    run = runs[int(mark)]
    assert isinstance(run, Math)
    term = _read(run, known)
    if term is None or not has_relation(run):
        return term
    return term.args[1] if term.op == "relation" and len(term.args) == 2 else None


def _bare(text: str | None) -> str:
    return "".join((text or "").split())


def _condition(run: Run, known: Known) -> Term | None:
    """The relation of a formula that is a condition."""
    if not isinstance(run, Math) or not has_relation(run):
        return None
    term = _read(run, known)
    if term is None:
        return None
    parts = tuple(_relations(term))
    if not parts or any(part.op != "relation" for part in parts):
        return None
    return combined("and", parts)


def _relations(term: Term) -> Iterator[Term]:
    yield from term.args if term.op in ("statements", "and") else (term,)


def _read(run: Math, known: Known) -> Term | None:
    try:
        return read_in(trimmed(run.source), known)[0].term
    except Error:
        return None  # where this piece holds the function is not known
