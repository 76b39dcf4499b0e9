"""What prose says of whole networks: why non-linearity is needed, what depth does to gradients.

Each sentence that is read stands for one statement that is proved like any other: layers without
an activation are one linear layer, a product of many derivatives of the sigmoid goes to 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symdl.document.pieces import Run
from symdl.document.source import Span
from symdl.evidence.claim import Claim
from symdl.expression.reading import read
from symdl.library.given import scope_of
from symdl.notes.prose.claims import text_of
from symdl.notes.stated import Stated


@dataclass(frozen=True, slots=True)
class Fact:
    """Words, what must be spoken of around them, and the statement they stand for."""

    words: re.Pattern[str]
    around: re.Pattern[str]
    latex: str
    symbols: tuple[tuple[str, str], ...]
    meaning: str


def _fact(
    words: str, around: str, latex: str, meaning: str, symbols: tuple[tuple[str, str], ...] = ()
) -> Fact:
    flags = re.IGNORECASE
    return Fact(re.compile(words, flags), re.compile(around, flags), latex, symbols, meaning)


_LAYERS = (("W_1", "matrix(h, n)"), ("W_2", "matrix(o, h)"), ("x", "vector(n)"))
FACTS = (
    _fact(
        r"(?:add|introduc|bring)\w*\W+(?:\w+\W+)?non-?linearit(?:y|ies)",
        r"activation",
        r"W_2 (W_1 x) = (W_2 W_1) x",
        "without it two layers are one linear layer",
        _LAYERS,
    ),
    _fact(
        r"without (?:an? )?(?:activation functions?|non-?linearit(?:y|ies))\W[^.;]*\blinear",
        "",
        r"W_2 (W_1 x) = (W_2 W_1) x",
        "two linear layers are one",
        _LAYERS,
    ),
    _fact(
        r"^\W*(?:very )?deep (?:neural )?networks?\W*$|(?:product|multiplication) of many small"
        r"|shrinks? exponentially|exponentially (?:small|with depth)",
        r"vanish\w* gradient|gradient vanish|vanishing",
        r"\lim_{n \to \infty} \left(\sigma'(0)\right)^n = 0",
        "a product of n derivatives of the sigmoid, at their largest, goes to 0 with n",
    ),
)


def said_of_networks(runs: Sequence[Run], context: str) -> Iterator[Stated]:
    """The statements that the words of a text stand for."""
    source = text_of(runs)
    flat = source.text.replace("*", " ").replace("_", " ")
    for fact in FACTS:
        match = fact.words.search(flat)
        if match is not None and fact.around.search(f"{context} {flat}"):
            yield _told(Span(source, *match.span()), fact)


def _told(span: Span, fact: Fact) -> Stated:
    scope = scope_of((), dict(fact.symbols), fact.latex)
    term = read(fact.latex, scope).term
    kind = "matrix" if fact.symbols else "limit"
    claim = Claim(kind, "=", term.args[0], term.args[1], scope, (), span, span.text)
    note = f"“{' '.join(span.text.split())}” is read as: {fact.meaning}"
    return Stated(span.source, claim, lambda judge: judge(claim), note=note)
