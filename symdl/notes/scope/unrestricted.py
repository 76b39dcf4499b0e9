"""Letters that are positive by convention, where the text says that they may be any real number.

`For any real $\\epsilon$`, `$\\lambda$ may be negative`, `Let $\\alpha < 0$`, `Let $\\lambda$ be an
eigenvalue`: what the words say beats what is usual for the letter, in all that is known of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symdl.document.pieces import NEARBY, Math, Run, plain_words
from symdl.document.source import Span
from symdl.expression.conventions import DOMAINS
from symdl.expression.domain import REAL
from symdl.expression.term import Symbol, Term, free_symbols, make
from symdl.expression.term import replace as put
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import declare_in, scope_mapped, undeclare
from symdl.notes.sentences.names import NAME, NAMES, names_in

_REAL = r"real(?:[- ]valued)?(?:\s+(?:numbers?|values?|scalars?|parameters?|constants?))?"
_FOR_REAL = re.compile(
    rf"\b(?:(?:any|all|every|each|arbitrary|for|general)\s+(?:fixed\s+|given\s+|arbitrary\s+)?"
    rf"{_REAL}(?:\s+of)?|arbitrary)\s+(?P<names>{NAMES})",
    re.IGNORECASE,
)
_MAY_BE = re.compile(
    rf"(?P<names>{NAMES})\s+(?:may|can|could|might)\s+(?:also\s+|even\s+|well\s+|now\s+)?"
    r"(?:be|become|take|assume|have|get)\b[^.;$]{0,25}?"
    r"\b(?:negative|any|either|both|arbitrary|all real|unrestricted|real)\b"
    rf"|(?P<real>{NAMES})\s+(?:be|is|are)\s+(?:an?\s+|any\s+|some\s+|now\s+)*"
    r"(?:arbitrary\s+)?real\b(?! (?:and|but) positive)"
    rf"|(?P<more>{NAMES})\s+(?:is|are|be)\s+(?:an?\s+|the\s+|any\s+|some\s+)?"
    r"(?:\w+\s+){0,2}eigenvalues?\b"
    rf"|\beigenvalues?\b(?:\s+(?!of\s+\$)[a-z]+|\s+of\s+{NAME}){{0,5}}\s+(?P<own>{NAMES})",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?P<name>\\[A-Za-z]+(?:_[12]|_\{[12]\})?)\s*(?P<sign><|>|\\(?:leq?|lt|geq?|gt)(?![A-Za-z]))"
    r"\s*(?P<value>-?\s*\d+(?:\.\d+)?)\s*[,.;]?\s*$"
)
_POSITIVE = re.compile(
    r"\b(?<!or )(?:positive|non-?negative|greater|larger|above|between|small|covariance|gram)\b"
    r"(?! or negative)",
    re.IGNORECASE,
)
"""Words in a sentence that keep a letter positive, also as an eigenvalue."""
_CLAUSE = re.compile(r"[.;](?:\s|$)")
_HOME = re.compile(r"(?P<names>[^<>=]{1,40}?)\\in\s*\\mathbb\s*\{?\s*R\s*\}?\s*[,.;]?\s*$")
_SUPPOSED = re.compile(
    r"\b(?:let|suppose|assume|assuming|given|now|take|where|with)\b[^.;]*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Signs:
    """Letters that are any real numbers, each with the sections where that is said, or with None
    where it ends with its passage."""

    held: Mapping[str, tuple[int, ...] | None]


NO_SIGNS = Signs({})


def with_signs_said(
    runs: Sequence[Run], known: Known, signs: Signs, path: tuple[int, ...]
) -> tuple[Known, Signs]:
    """The knowledge in which the letters are real of which a passage says so."""
    held = dict(signs.held)
    for name, lasts, run in _said(tuple(runs)):
        if name not in DOMAINS or DOMAINS[name].integer or name in held:
            continue
        before = known.scope.symbols.get(name)
        if before is not None and before.shape:
            continue
        real = Symbol(name, domain=REAL, declared=True)
        known = _as(declare_in(known, real, Span(run.source, 0, len(run.source.text)), path), real)
        held[name] = path if lasts else None
    return known, Signs(held) if len(held) > len(signs.held) else signs


def behind_passage(known: Known, signs: Signs) -> tuple[Known, Signs]:
    """The knowledge in which what was said of one passage only is usual again."""
    return _usual(known, signs, [name for name, path in signs.held.items() if path is None])


def in_section(known: Known, signs: Signs, path: tuple[int, ...]) -> tuple[Known, Signs]:
    """The same in another section."""
    ended = (n for n, held in signs.held.items() if held is not None and path[: len(held)] != held)
    return _usual(known, signs, list(ended))


def _usual(known: Known, signs: Signs, names: Sequence[str]) -> tuple[Known, Signs]:
    for name in names:
        known = _as(undeclare(known, name), Symbol(name, "scalar", (), DOMAINS[name]))
    return known, Signs({n: p for n, p in signs.held.items() if n not in names}) if names else signs


def _said(runs: tuple[Run, ...]) -> Iterator[tuple[str, bool, Run]]:
    """The letters that a passage says are any real numbers; whether it is said of more than its
    sentence."""
    if not any(isinstance(run, Math) for run in runs):
        return
    text = plain_words(runs)
    for pattern, lasts in ((_FOR_REAL, False), (_MAY_BE, True)):
        for match in pattern.finditer(text):
            if lasts and _POSITIVE.search(_CLAUSE.split(text[match.start() :])[0]):
                continue
            written = next(names for names in match.groupdict().values() if names)
            yield from ((name, lasts, runs[0]) for name in names_in(written))
    for place, run in enumerate(runs):
        if not isinstance(run, Math):
            continue
        lasts = _SUPPOSED.search(plain_words(runs[max(0, place - NEARBY) : place])) is not None
        home = _HOME.fullmatch(run.text.strip())
        if home is not None:
            yield from ((name, lasts, run) for name in names_in(f"${home['names']}$"))
        bound = _BOUND.match(run.text.strip())
        if bound is not None:
            name = next(names_in(f"${bound['name']}$"), "")
            if name in DOMAINS and _is_outside(name, bound):
                yield name, lasts, run


def _is_outside(name: str, bound: re.Match[str]) -> bool:
    """Whether a bound leaves nothing of the usual domain of a letter."""
    value = float(bound["value"].replace(" ", ""))
    below = bound["sign"] in ("<", "\\le", "\\leq", "\\lt")
    usual = DOMAINS[name]
    end = usual.lower if below else usual.upper
    return end is not None and (value <= end if below else value >= end)


def _as(known: Known, symbol: Symbol) -> Known:
    """The knowledge in which a letter is this symbol wherever it stands."""
    meant = make("symbol", data=symbol)

    def again(term: Term) -> Term:
        named = (s for s in free_symbols(term) if s.data.name == symbol.name)
        table = {s: meant for s in named if s.data.role == "scalar" and s.data != symbol}
        return put(term, table) if table else term

    return replace(
        known,
        scope=scope_mapped(known.scope, again),
        cases={again(h): over for h, over in known.cases.items()},
        gone=replace(known.gone, hypotheses=tuple(map(again, known.gone.hypotheses))),
    )
