r"""Functions of one letter after the other: `**Find the derivative of $f(x) = 3x + 5$**` asks, and
what is said of f' behind it speaks of this f, not of one that was defined before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.source import Source
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.reading import read
from symdl.expression.scope import Definition
from symdl.expression.term import Term, free_symbols
from symdl.notes.claim_parts import called_name
from symdl.notes.doubts.open_constants import letters_used
from symdl.notes.scope.at_a_point import text_between
from symdl.notes.scope.known import Known


def unless_of_another_example(
    verdict: Verdict, claim: Claim, known: Known, judge: Judge
) -> Verdict:
    """A refutation, unless it needs a function of which the text says in between that it is
    another, or says what a function is in another row, or as another example."""
    if not verdict.kind.startswith("refuted") or claim.span is None:
        return verdict
    if _is_implicit(claim):
        return undecided(f"an implicit equation may say what it is of: {verdict.message}")
    for (kind, _), letter, origin in letters_used(claim, known):
        own = known.scope.functions.get(letter)
        said = known.history.get((kind, letter), ())
        first = (e.origin for e in said if own is not None and e.body is own.body)
        origin = next(first, origin)  # what was said of it behind that is no definition
        between = text_between(origin.span.origin, claim.span.origin)
        if kind != "function" or own is None or between is None:
            continue
        line = origin.span.line
        apart = _ROW.search(between) or _EXAMPLE.search(between)
        if apart and _is_itself(claim, letter, own):
            return undecided(f"{letter} of line {line} may be another example: {verdict.message}")
        if any(not _is_same(body, own, claim, judge) for body in _bodies(between, letter, own)):
            told = f"another {letter} than that of line {line} stands before it"
            return undecided(f"{told}: {verdict.message}")
    return verdict


def _is_implicit(claim: Claim) -> bool:
    r"""Whether a slope of y is said in y and x, `\frac{dy}{dx} = -\frac{x}{y}`, as nobody does who
    has y by x alone."""
    left, right = claim.left, claim.right
    if left.op != "derivative" or len(left.args) != 2 or right is None:
        return False
    return left.args[0].op == "symbol" and set(left.args) <= free_symbols(right)


def _is_itself(claim: Claim, letter: str, own: Definition) -> bool:
    """Whether a claim says what a function is, in its own variable."""
    left, right = claim.left, claim.right
    if left.op == "symbol" and left.data.name == letter and right is not None:
        return True  # `Let $f = e^x$`
    if called_name(left) != letter or left.op != "call" or left.data.primes or right is None:
        return False
    names = [{s.data.name for s in free_symbols(of)} for of in (left, right)]
    return left.args == own.parameters and names[1] <= names[0]


def _bodies(text: str, letter: str, own: Definition) -> Iterator[str]:
    """What a text says that a function of a letter is, wherever it says so."""
    for match in re.finditer(
        rf"(?<![A-Za-z\\]){re.escape(letter)}\s*\(\s*([a-z](?:\s*,\s*[a-z])*)\s*\)\s*&?\s*=([^=$]*)",
        text,
    ):
        led = _EXAMPLE.search(text[max(0, match.start() - LED) : match.start()])
        if led is not None and len(match[1].split(",")) == len(own.parameters):
            yield _END.split(match[2])[0]


_ROW = re.compile(r"\n\s*(?:[-*+|]|\d+\.|\\item)\s")
"""Where another row of a table or item of a list begins."""
_EXAMPLE = re.compile(
    r"\b(?:examples?|instance|like|consider|let|suppose|if|e\.g\.|derivative of|differentiate|given"
    r"|function)\s*(?:\d+\s*)?[:,]?[\s*_(]*\$+\s*$",
    re.IGNORECASE,
)
"""Words that lead to a formula as to another example."""
LED = 40
_END = re.compile(r"\\\\|\\q?quad|\\end|\n\s*\n|,\s|[,.;]\s*$")


def _is_same(body: str, own: Definition, claim: Claim, judge: Judge) -> bool:
    """Whether a body, as it is written, is that of a definition, or no function at all."""
    try:
        term: Term = read(Source(claim.latex, body.strip()), claim.scope).term
    except Error:
        return False
    if not free_symbols(term):
        return True  # a value at one point
    asked = replace(claim, kind="identity", relation="=", left=own.body, right=term)
    return judge(replace(asked, conditions=(), doubt="")).kind in HOLDING
