"""Prose claims about functions, in the few words of `phrases.py`, judged like any formula.

A sentence is read only where it is clear which function it speaks of: one that it names, the one
that its row, its list or its heading is about. Words that may mean two things are refuted only
when both are false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symdl.derivation.differentiate import differentiate
from symdl.derivation.expand import expand
from symdl.document.errors import Error
from symdl.document.pieces import Run
from symdl.document.source import Source, Span, excerpt
from symdl.evidence.bounds.smooth import smooth_where
from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.verdict import Counterexample, Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.reading import read
from symdl.expression.term import Term, number
from symdl.findings import reading_of
from symdl.notes.judging import HOLDS
from symdl.notes.prose.meanings import SMOOTH, Property
from symdl.notes.prose.phrases import DENIAL, PHRASES, Phrase, may_claim, of_gradient
from symdl.notes.prose.settings import with_settings
from symdl.notes.prose.vocabulary import Subject, is_plain, one_group, subjects_in
from symdl.notes.scope.known import Known
from symdl.notes.stated import Stated

_COMPARED = re.compile(
    r"\b(?:like|unlike|in contrast (?:to|with)|contrary to|than"
    r"|as in|similar to|compared (?:to|with)|instead of|replac\w+|versus|vs\.?"
    r"|variants? of|version of|approximat\w+|(?:combination|mixture|blend|hybrid|mix)s? of"
    r"|based on|inspired by)\b[^.;,|]*",
    re.IGNORECASE,
)
_GRADIENT = re.compile(r"gradient|derivative|slope", re.IGNORECASE)
_VALUE_WHERE = re.compile(
    r"(?:^|[\s:,(])\$?(-?\d+(?:\.\d+)?)\$?\s+(?:for|if|when|where)\s+\$?\(?\s*"
    r"(x\s*(?:>|<|\\ge|\\le|\\geq|\\leq|≥|≤)\s*-?\d+(?:\.\d+)?)\s*\)?\$?"
)
_HEAD = re.compile(r"[^:.;]{2,40}:")
_SENTENCE = re.compile(r"(?:(?!,? (?:but|while|whereas) |, (?:and|so) )(?:[^.;!?\n]|\.(?=\S)))+")


@dataclass(frozen=True, slots=True)
class About:
    """What a text is about: the functions its surroundings name, nearest first, and whether it
    stands under a heading of gradients. loose: it is a sentence in running text. formulas: its
    values with conditions are read elsewhere."""

    names: tuple[str, ...] = ()
    gradient: bool = False
    loose: bool = False
    formulas: bool = False


def text_of(runs: Sequence[Run]) -> Source:
    """The characters of the file from the first run to the last."""
    first = Span(runs[0].source, 0, 0).origin
    last = Span(runs[-1].source, 0, len(runs[-1].source.text)).origin
    return excerpt(first.source, first.start, last.end)


def prose_claims(runs: Sequence[Run], known: Known, about: About) -> Iterator[Stated]:
    """What the words of a text claim of the functions they speak of."""
    if not runs:
        return
    source = text_of(runs)
    if about.loose and not may_claim(source.text) and not _VALUE_WHERE.search(source.text):
        return
    head = _HEAD.match(source.text)
    if head is not None and not about.loose:
        about = replace(about, names=(head[0], *about.names))
    for sentence in _SENTENCE.finditer(source.text):
        part = excerpt(source, sentence.start(), sentence.end())
        yield from _of_sentence(part, known, about)


def _of_sentence(source: Source, known: Known, about: About) -> Iterator[Stated]:
    text = source.text
    if not any(p.words.search(text) for p in PHRASES) and not _VALUE_WHERE.search(text):
        yield from _examples(source, known, about)
        return
    subjects = _subjects(text, known, about)
    if not subjects:
        return
    gradient = about.gradient or _GRADIENT.search(text) is not None
    taken: list[tuple[int, int]] = []
    for match in _VALUE_WHERE.finditer(text):
        if gradient and not about.formulas:
            taken.append(match.span())
            for subject in subjects:
                yield from _value_where(source, match, subject, known)
    for phrase in PHRASES:
        if about.loose and not phrase.loose:
            continue
        for match in phrase.words.finditer(text):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            if phrase.name == "dies" and _REMEDY.search(text, 0, match.start()):
                continue
            if phrase.everywhere and _RESTRICTED.match(text, match.end()):
                continue  # what it is restricted to is not read
            derived = _OF_DERIVATIVE.search(text[: match.start()]) is not None
            if derived and phrase.everywhere and not (phrase.of_values or phrase.either):
                continue
            for subject in subjects:
                if subject.total is not None and not phrase.of_outputs:
                    continue
                if derived and phrase.of_values:
                    subject = replace(subject, value=subject.derivative, general=None)
                yield from _said(source, match, phrase, subject, known, gradient)


_OF_DERIVATIVE = re.compile(
    r"\b(?:derivatives?|gradients?|slopes?)\b(?! (?:descent|clipping|vanish\w*|flow))",
    re.IGNORECASE,
)
_RESTRICTED = re.compile(
    r"(?! (?:everywhere|for (?:all|every|any) (?:real )?\$?x\b"
    r"|on (?:all of )?(?:\$?\\mathbb\{?R|ℝ|R\b)))"
    r"[^.;,]*?\b(?:for|when|if|on|where|in|at|near|around|over|within|between|except|unless|beyond"
    r"|above|below|outside|away|only)\b",
    re.IGNORECASE,
)
"""Words behind a property that restrict it to a part of the line."""


_REMEDY = re.compile(
    r"\b(?:(?:re)?solv\w+|fix\w*|address\w*|remed\w+|mitigat\w+|overcom\w+|attempts?|tr(?:y|ies)"
    r"|issues?|problems?|related to|suspect\w*|cases? where|whether|if|when)\b",
    re.IGNORECASE,
)
"""What is done about units that die, and where they may."""
_EXAMPLES = re.compile(
    r"[\s\W]*(?:(?:using|with|for|by|e\.g\.|like|when)\W+)?(?:\w+\W+){1,6}$", re.I
)


def _examples(source: Source, known: Known, about: About) -> Iterator[Stated]:
    """An item that names functions only, below a line that speaks of vanishing gradients: `When
    it happens: - using sigmoid or tanh`."""
    vanishing = next(phrase for phrase in PHRASES if phrase.name == "vanishing-gradient")
    nearest = " ".join(about.names)
    lead = vanishing.words.search(nearest)
    if about.loose or lead is None or not _EXAMPLES.match(source.text):
        return
    if re.search(r"\b(?:avoid|fix|solution|solv|instead|replac|mitigat|prevent)", nearest, re.I):
        return
    if re.search(r"\b(?:not|instead|replace|avoid|no)\b|\brelu", source.text, re.IGNORECASE):
        return
    named = subjects_in(source.text, known)
    words = re.match(r".+", source.text.strip(), re.DOTALL)
    if not named or words is None:
        return
    start = source.text.index(words[0])
    place = Span(source, start, start + len(words[0]))
    for subject in named:
        made = [p.claim(known.universal) for p in vanishing.build(subject, "")]
        for claim in made:
            told = replace(claim, span=place, latex=place.text)
            note = f"it is named below “{lead[0]}”: {vanishing.meaning}"
            yield Stated(source, told, _decide(told, False, []), note=note)


def _subjects(text: str, known: Known, about: About) -> tuple[Subject, ...]:
    """The functions a sentence is about; none where that is not clear."""
    texts = (text,) if about.loose else (text, *about.names)
    for words in texts:
        bare = _COMPARED.sub(" ", words)
        named = subjects_in(bare, known)
        if named:
            plainly = is_plain(bare, known, words is not text) and one_group(bare, known)
            return named if plainly else ()
    return ()


_SIDED = re.compile(r"\b(?:positive|negative|large|both ends)\b|[<>]|→|\\to\b")
"""Words that name an end of the line; in front of a denial they hold for it: `1 for positive inputs
(no vanishing)`."""


_POSSIBLY_NOT = re.compile(
    r"\b(?:could|might|may|need|do(?:es)? not have to)\b[^.;:$]*\bnot(?: \w+){0,2}\s*$",
    re.IGNORECASE,
)


def _said(
    source: Source,
    match: re.Match[str],
    phrase: Phrase,
    subject: Subject,
    known: Known,
    gradient: bool,
) -> Iterator[Stated]:
    """The claims of one phrase about one function."""
    text = source.text
    if phrase.deniable and _POSSIBLY_NOT.search(text[: match.start()]):
        return  # `raw scores could be negative or not sum to 1` says nothing of all
    denied = phrase.deniable and DENIAL.search(text[: match.start()]) is not None
    build = of_gradient(phrase) if gradient else phrase.build
    words = text[match.start() :]
    if denied and not _SIDED.search(words):
        words = f"{words} {text[: match.start()]}"
    made = build(subject, words)
    place = Span(source, match.start(), match.end())
    claims = [replace(p.claim(known.universal), span=place, latex=place.text) for p in made]
    for i, (claim, said) in enumerate(zip(claims, made, strict=True)):
        others = [c for c in claims if c is not claim] if phrase.either else []
        decide = _decide(claim, denied != said.denied, others)
        note = f"“{' '.join(place.text.split())}” is read as: {phrase.meaning}"
        yield Stated(source, claim, decide, note=note if not i else f"{note} (part {i + 1})")


def _decide(claim: Claim, denied: bool, others: Sequence[Claim]) -> Decide:
    def decide(judge: Judge) -> Verdict:
        verdict = _judged(claim, judge)
        if verdict.kind.startswith("refuted") and others and not denied:
            rest = [_judged(other, judge) for other in others]
            if not all(v.kind.startswith("refuted") for v in rest):
                told = f"not in every reading: {verdict.message}"
                return replace(undecided(told), code="holds-in-part", reading=reading_of(claim))
        return _denied(verdict, claim) if denied else verdict

    return decide


def _judged(claim: Claim, judge: Judge) -> Verdict:
    """The verdict on what is said of all x: that it holds for some is no excuse."""
    verdict = differentiable(claim) if claim.relation == SMOOTH else judge(claim)
    return replace(verdict, kind="refuted") if verdict.kind == "refuted-as-stated" else verdict


def _denied(verdict: Verdict, claim: Claim) -> Verdict:
    """The verdict on the opposite of a claim about all x."""
    reading = f"not for all x: {verdict.reading or reading_of(claim)}"
    if verdict.kind.startswith("refuted"):
        return replace(verdict, kind="proved", code="", reading=reading)
    if verdict.kind in HOLDS:
        left = plain(claim.left)
        right = plain(claim.right) if claim.right is not None else ""
        shown = Counterexample({"x": "any"}, left, right)
        message = f"it does hold: {verdict.message}"
        return replace(
            verdict, kind="refuted", code="", message=message, counterexample=shown, reading=reading
        )
    return replace(verdict, reading=reading)


def _value_where(
    source: Source, match: re.Match[str], subject: Subject, known: Known
) -> Iterator[Stated]:
    """`1 for $(x > 0)$` under a heading of gradients: f'(x) = 1 if x > 0."""
    try:
        condition = read(match[2].replace("≥", "\\ge").replace("≤", "\\le")).term
    except Error:
        return
    from fractions import Fraction

    value = number(Fraction(match[1]))
    place = Span(source, match.start(1), match.end(2))
    said = Property("derivative", "=", subject.open.derivative, value, (condition,))
    claim = replace(said.claim(known.universal), span=place, latex=place.text)
    note = "a value with a condition, where gradients are spoken of, is the derivative there"
    decide = with_settings(claim, dict(subject.settings), subject.name)
    yield Stated(source, replace(claim, left=subject.derivative), decide, note=note)


def differentiable(claim: Claim) -> Verdict:
    """Whether a function has a derivative at every point: no kink, and defined throughout."""
    body, variable = claim.left.args[0], claim.left.args[1]
    reading = f"{plain(claim.left)} exists for every {plain(variable)}"
    closed = expand(body, claim.scope)
    conditions = list(smooth_where(claim.left, claim))
    if not conditions:
        message = f"{plain(body)} is defined and has a derivative for every {plain(variable)}"
        return Verdict("proved", "cases", message, reading=reading)
    kinks = differentiate(closed, variable).kinks
    for kink in kinks:
        place = _place(kink.condition, variable)
        if place is not None and kink.left is not None and kink.right is not None:
            shown = Counterexample(
                {plain(variable): place},
                f"{plain(kink.left)} from the left",
                f"{plain(kink.right)} from the right",
            )
            return Verdict("refuted", "cases", str(kink), counterexample=shown, reading=reading)
    return replace(undecided(f"where {conditions[0]!r} fails is not known"), reading=reading)


def _place(condition: Term, variable: Term) -> str | None:
    if condition.op == "relation" and condition.data == ("=",) and condition.args[0] is variable:
        return plain(condition.args[1])
    return None
