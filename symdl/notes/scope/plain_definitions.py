"""Definitions without LaTeX, in a line of words alone: `f(x, y) = x e^{-x^2-y^2} at (1, 0)`.

Only what leaves no doubt is one: every name in it is a letter (`x`, `x_i`), a Greek one spelled out
or a function that everybody knows, and there is an operation in it. `f = exp` names a function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.pieces import Words
from symdl.document.source import Source, Span
from symdl.evidence.claims_read import claims
from symdl.evidence.kinds import ANY
from symdl.evidence.verdict import Verdict
from symdl.expression.reading import read
from symdl.expression.term import Term, make
from symdl.notes.scope.bare import GREEK, of_made
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import learn
from symdl.notes.stated import Stated, settled

LONGEST = 300
FUNCTIONS = {
    **{name: f"\\{name}" for name in ("exp", "log", "ln", "sin", "cos", "tan", "tanh", "cosh")},
    **{name: f"\\{name}" for name in ("sinh", "max", "min")},
    **{name: f"\\operatorname{{{name}}}" for name in ("erf", "sigmoid", "softplus", "relu")},
}
_GREEK = {name: f"\\{name}" for name in GREEK.values()}
_HEAD = re.compile(
    r"(?:(?<=[,;:.]\s)|(?<=[,;])|^)\s*([A-Za-z]|[a-z]{3,12})(\(\s*[a-z](?:\s*,\s*[a-z])*\s*\))?"
    r"\s*:?=\s*(?![=])",
)
_END = re.compile(r"\s+(?:at|with|where|for|on|and|when|if|near|around)\b|;|\.(?:\s|$)|$")
_POINT = re.compile(r"\s+(?:at|near|around)\s+\(([-\d./]+(?:\s*,\s*[-\d./]+)*)\)")
_BOUND = re.compile(r"(?:^|,)\s*([a-z]\s*[<>]\s*-?\d+(?:\.\d+)?)\s*(?=,|\.?\s*$)")
_WORD = re.compile(r"\\?[A-Za-z]+(?:_[A-Za-z0-9])?")
_OPERATION = re.compile(r"[-+/^*]|\\[a-z]+|[A-Za-z)\]]\s+[A-Za-z(\[]")


def plain_definitions(
    run: Words, known: Known, path: tuple[int, ...]
) -> tuple[tuple[Stated, ...], Known]:
    """What a line of words defines, and what is known behind it."""
    if len(run.text) > LONGEST:
        return (), known
    found: list[Stated] = []
    for match in _BOUND.finditer(run.text):
        place = Span(run.source, match.start(1), match.end(1))
        bound = read(of_made(match[1], place), known.scope).term
        known = learn(known, bound, place, path)
    for span, latex in _matches(run.source):
        made = of_made(latex, span)
        try:
            reading = read(made, known.scope)
        except Error:
            continue  # no formula after all
        if reading.term.op != "relation" or len(reading.term.args) != 2:
            continue
        known = learn(known, reading.term, span, path)
        for claim in claims(reading, known.scope, ANY)[:1]:
            verdict = Verdict("definition", "definition", "a definition: nothing to check")
            told = replace(claim, span=span, latex=span.text)
            found.append(Stated(run.source, told, settled(verdict)))
        known = _at_point(known, reading.term.args[0], run.source, span, path)
    return tuple(found), known


def _at_point(known: Known, left: Term, source: Source, span: Span, path: tuple[int, ...]) -> Known:
    """The knowledge with the point that is given right behind a function: `at (-1, 0)`."""
    match = _POINT.match(source.text, span.end)
    if match is None or left.op != "call":
        return known
    values = [part.strip() for part in match[1].split(",")]
    if len(values) != len(left.args):
        return known
    place = Span(source, match.start(1), match.end(1))
    for name, text in zip(left.args, values, strict=True):
        value = read(of_made(text, place), known.scope).term
        known = learn(known, make("relation", name, value, data=("=",)), place, path)
    return known


def _matches(source: Source) -> Iterator[tuple[Span, str]]:
    """Each definition with its LaTeX."""
    text = source.text
    for match in _HEAD.finditer(text):
        end = _end(text, match.end())
        name, arguments = match[1], match[2] or ""
        body = text[match.end() : end].strip()
        if body in FUNCTIONS and not arguments and len(name) == 1:
            latex: str | None = f"{name}(x) = {FUNCTIONS[body]}(x)"
        else:
            latex = _latex(body)
            latex = latex and _OPERATION.search(latex) and f"{_name(name)}{arguments} = {latex}"
        if latex and not (len(name) > 1 and not arguments):
            yield Span(source, match.start(1), end), latex


def _name(name: str) -> str:
    return name if len(name) == 1 else f"\\mathrm{{{name}}}"


def _end(text: str, start: int) -> int:
    """Where an expression ends: at a comma or a word of the sentence outside of all brackets."""
    depth = 0
    for place in range(start, len(text)):
        mark = text[place]
        depth += (mark in "([{") - (mark in ")]}")
        if depth < 0 or (depth == 0 and (mark == "," or _END.match(text, place))):
            return place
    return len(text)


def _latex(body: str) -> str | None:
    """The LaTeX of an expression in plain text; None for what is none."""
    if re.search(r"[=<>:;!?\"'$`\\]", body) or not body:
        return None
    for match in _WORD.finditer(body):
        word = match[0]
        base = word.split("_")[0]
        if len(base) > 1 and base not in FUNCTIONS and base not in _GREEK and base != "sqrt":
            return None
    text = body.replace("**", "^")
    text = re.sub(r"\^\(([^()]*)\)", r"^{\1}", text)
    text = re.sub(r"sqrt\(([^()]*)\)", r"\\sqrt{\1}", text)
    return re.sub(r"(?<![\\A-Za-z])([A-Za-z]{2,})", _spelled, text).replace("*", " ")


def _spelled(match: re.Match[str]) -> str:
    word = match[1]
    return f"{FUNCTIONS.get(word) or _GREEK.get(word) or word} "
