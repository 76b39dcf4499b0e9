"""Numbers given in plain words: `Given: x = 1000, y = 200000`, `learning rate η = 0.01`.

Only a name of one letter (Latin or Greek, also spelled out, with a digit or word below it) and a
number; what else is read without delimiters stands in `plain_definitions.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.pieces import Words
from symdl.document.source import Source, Span
from symdl.evidence.claim import Claim
from symdl.evidence.claims_read import claims
from symdl.evidence.kinds import ANY
from symdl.evidence.verdict import Verdict
from symdl.expression.reading import read
from symdl.expression.term import symbol
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import learn
from symdl.notes.stated import Stated, settled

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωϵ",
        (
            *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota"),
            *("kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon"),
            *("phi", "chi", "psi", "omega", "epsilon"),
        ),
        strict=True,
    )
)
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_NAME = rf"[A-Za-z]|[{''.join(GREEK)}]|{'|'.join(sorted(set(GREEK.values())))}"
_NUMBER = (
    r"-?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)"
    r"(?:[eE][-+]?\d+|\s*[×x]\s*10\^?\{?[-−]?\d+\}?)?"
)
_GIVEN = re.compile(
    rf"(?<![\w\\$.(/*+^-])({_NAME})(?:_([0-9₀-₉]|[a-z]{{2,5}})|([0-9₀-₉]))?\s*=\s*({_NUMBER})"
    r"(?![\w.]*[\w*/^+(-])(?!\s*[-−+*/·×^]\s*[\d.(])(?!\s*[=≈]\s*[\d(])"
)


_SETTING = re.compile(
    r"\b(batch size|learning rate|step size|epochs|hidden (?:size|units)|sequence length"
    r"|embedding (?:dimension|size)|number of (?:heads|layers|classes|epochs)|vocab(?:ulary)? size"
    r"|dropout(?: rate)?|temperature|momentum|weight decay)\s*(?:=|:)\s*\d[\d.,eE×^-]*",
    re.IGNORECASE,
)


def bare_givens(
    run: Words, known: Known, path: tuple[int, ...]
) -> tuple[tuple[Stated, ...], Known]:
    """The numbers that words give to names, and what is known behind them."""
    found: list[Stated] = []
    for match in _SETTING.finditer(run.text):
        span = Span(run.source, match.start(), match.end())
        claim = Claim(
            "definition", "=", symbol(match[1].lower()), None, known.scope, (), span, match[0]
        )
        verdict = Verdict("definition", "definition", "given from here on", reading=match[0])
        found.append(Stated(run.source, claim, settled(verdict)))
    for span, latex in _matches(run.source):
        try:
            reading = read(of_made(latex, span), known.scope)
        except Error:
            continue  # these words were no equation after all
        if reading.term.op != "relation":
            continue
        known = learn(known, reading.term, span, path)
        verdict = Verdict("definition", "definition", "given from here on")
        for claim in claims(reading, known.scope, ANY)[:1]:
            told = replace(claim, span=span, latex=span.text)
            found.append(Stated(run.source, told, settled(verdict)))
    return tuple(found), known


def _matches(source: Source) -> Iterator[tuple[Span, str]]:
    """Each assignment with its LaTeX."""
    for match in _GIVEN.finditer(source.text):
        letter, word, digit, value = match.groups()
        below = word or digit
        greek = GREEK.get(letter, letter if len(letter) > 1 else "")
        name = f"\\{greek}" if greek else letter
        if below:
            name += f"_{{{_below(below)}}}"
        number = re.sub(r"\s*[×x]\s*10\^?\{?([-−]?\d+)\}?", r" \\cdot 10^{\1}", value)
        number = re.sub(r"[eE]([-+]?\d+)$", r" \\cdot 10^{\1}", number).replace("−", "-")
        yield Span(source, match.start(), match.end()), f"{name} = {number.replace(',', '')}"


def _below(text: str) -> str:
    plain = text.translate(_SUBSCRIPTS)
    return plain if len(plain) == 1 else f"\\text{{{plain}}}"


def of_made(latex: str, span: Span) -> Source:
    """LaTeX made of words, of which every character stands for all of them."""
    return Source(span.source.name, latex, span.source, (*(span.start for _ in latex), span.end))
