r"""Calculus in words: `The gradient of $f$ is $(2x, 3y)$`, `The limit of $\frac{\sin x}{x}$ as
$x \to 0$ is $1$`, `The integral of $x^2$ from $0$ to $1$ is $\frac13$`.

A sentence is read if it says nothing else. It is the formula that it spells out, judged like any
other; a function that is named must be one that the document defines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run
from symdl.document.source import Span
from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.claims_read import claims
from symdl.evidence.kinds import ANY
from symdl.evidence.verdict import Verdict
from symdl.expression.reading import read
from symdl.expression.symbols import canonical_name
from symdl.notes.judging import Wording, verdict_on
from symdl.notes.outline import has_relation
from symdl.notes.scope.bare import of_made
from symdl.notes.scope.known import Known, names_more
from symdl.notes.sentences.places import sentences_of, with_places, without_stars
from symdl.notes.stated import Stated

_HOLE = r"⟨(\d+)⟩"
_SO = r"\W*(?:(?:so|thus|hence|then|therefore|and|now|here|we see that)\b,?\s*)?"
_IS = r"\s+(?:is|equals|is (?:then|just|simply|therefore))\s+"
_BY = rf"(?:\s+(?:with respect to|w\.r\.t\.?|in)\s+{_HOLE})"


def _partial(body: str, variable: str, value: str) -> str:
    if _NAME.fullmatch(body):
        return rf"\frac{{\partial {body}}}{{\partial {variable}}} = {value}"
    return rf"\frac{{\partial}}{{\partial {variable}}} \left({body}\right) = {value}"


def _limit(body: str, way: str, value: str) -> str:
    return rf"\lim_{{{way}}} \left({body}\right) = {value}"


def _integral(body: str, low: str, high: str, value: str) -> str:
    letters = set(_LETTER.findall(body)) - {"e"}
    variable = letters.pop() if len(letters) == 1 else ""
    return rf"\int_{{{low}}}^{{{high}}} \left({body}\right) \, d{variable} = {value}"


def _gradient(body: str, variable: str, value: str) -> str:
    return rf"\nabla_{{{variable}}} \left({body}\right) = {value}"


def _slope(body: str, value: str) -> str:
    """`The derivative of $f$ is $2x$`: in the only letter that stands there."""
    letters = set(_LETTER.findall(value)) - {"e"}
    if len(letters) != 1 or _NAME.fullmatch(body) is None:
        return ""
    return rf"{body}'({letters.pop()}) = {value}"


def _value(body: str, value: str) -> str:
    r"""`$\sigma(0)$ equals $1$`: of numbers alone, since `$f(x)$ equals $x^2$` may define."""
    rest = re.sub(r"\\(?:[dt]?frac|sqrt|pi|ln|log)|e", "", value)
    return "" if re.search(r"[A-Za-z\\]", rest) else rf"{body} = {value}"


SPELLED: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = tuple(
    (re.compile(rf"{_SO}{words}{_HOLE}\W*", re.IGNORECASE), spell)
    for words, spell in (
        (rf"the gradient of {_HOLE}{_IS}", lambda f, v: rf"\nabla {f} = {v}"),
        (rf"the gradient of {_HOLE}{_BY}{_IS}", _gradient),
        (rf"the (?:partial )?derivative of {_HOLE}{_BY}{_IS}", _partial),
        (rf"the (?:first )?derivative of {_HOLE}{_IS}", _slope),
        (rf"the limit of {_HOLE} (?:as|when|for) {_HOLE}{_IS}", _limit),
        (rf"the integral of {_HOLE} from {_HOLE} to {_HOLE}{_IS}", _integral),
        (rf"(?:the value (?:of )?)?{_HOLE}\s+(?:equals|is equal to|is exactly)\s+", _value),
    )
)
"""What is said, and how it is spelled in formulas."""
_NAME = re.compile(r"\\?[A-Za-z]+|\\mathcal\{[A-Z]\}")
_LETTER = re.compile(r"(?<![A-Za-z\\])[a-z](?![A-Za-z])")


def calculus_claims(runs: Sequence[Run], known: Known) -> Iterator[Stated]:
    """What sentences say of gradients, derivatives, limits and integrals."""
    text = without_stars(with_places(runs))
    for sentence in sentences_of(text):
        for pattern, spell in SPELLED:
            said = pattern.fullmatch(sentence[0])
            if said is not None:
                yield from _claimed([runs[int(hole)] for hole in said.groups()], spell, known)


def _claimed(parts: list[Run], spell: Callable[..., str], known: Known) -> Iterator[Stated]:
    formulas = [run for run in parts if isinstance(run, Math)]
    first, last = formulas[0], formulas[-1]
    if len(formulas) < len(parts) or has_relation(last) or not _is_settled(first, known):
        return
    latex = spell(*(run.text.strip().rstrip(".,;") for run in formulas))
    if not latex:
        return
    span = Span(last.source, 0, len(last.source.text))
    try:
        reading = read(of_made(latex, span), known.scope)
        found = list(claims(reading, known.scope, ANY))
    except Error:
        return  # words that spell no formula
    for claim in found:
        if claim.right is None or names_more(claim.right, [claim.left], known):
            continue  # `the gradient is $g$` says what it is called
        told = Claim(claim.kind, claim.relation, claim.left, claim.right, claim.scope,
                     claim.conditions, span, span.text)  # fmt: skip
        yield Stated(last.source, told, _judged(told, known), note=f"read as: {latex}")


def _is_settled(function: Math, known: Known) -> bool:
    """Whether a formula is no bare name, or the name of a function that the document defines."""
    text = function.text.strip()
    if has_relation(function):
        return False
    if not _NAME.fullmatch(text):
        return True
    try:
        name = canonical_name(text)
    except Error:
        return False
    return name in known.scope.functions or any(
        key.op == "symbol" and key.data.name == name for key in known.scope.values
    )


def _judged(claim: Claim, known: Known) -> Decide:
    def decide(judge: Judge) -> Verdict:
        return verdict_on(claim, known, judge, Wording(asserted=True))

    return decide
