r"""What words say of written arrays: `The determinant of $A$ is $5$`, `the mean is $\mu = 5$`, `Its
eigenvalues are $1$ and $3$`, `$u$ and $v$ are orthogonal`.

Only arrays whose entries the document gives are spoken of: by their name, as a formula, or as the
only one of its kind that stands right before. A clause is read if every word of it is understood,
in a sentence that puts no condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.derivation.expand import expand
from symdl.document.errors import Error
from symdl.document.pieces import Math, Run
from symdl.document.source import Source, Span, excerpt, whole
from symdl.evidence.balls import truth
from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.kinds import NOTHING, classify
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, combined, make, number, symbol
from symdl.notes.prose.quantities import (
    QUALITIES,
    QUANTITIES,
    Statement,
    fits,
    kind_of,
    less_diagonal,
    named,
    words_of,
)
from symdl.notes.reading_in import read_in, trimmed
from symdl.notes.scope.known import Known, is_literal, names_more
from symdl.notes.sentences.places import (
    sentences_of,
    source_between,
    with_places,
    without_stars,
)
from symdl.notes.stated import Stated

_DOUBTED = re.compile(
    r"\b(?:if|when|whenever|suppose|assum\w*|whether|not|never|no|unless|except|without|would|could"
    r"|might|may|should|must|wrong\w*|false|incorrect\w*|mistak\w*|error|claim\w*|believe\w*|guess"
    r"|think|let|choose|such that|so that|until|before|after|for|otherwise|neither|nor|than|only"
    r"|each|every|any|row|rows|columns?|weighted|scaled|normali[sz]ed by)\b|\bn['’]t\b",
    re.IGNORECASE,
)
"""Words of a sentence that may say something else than its clauses do."""
_HOLE = r"⟨\d+⟩"
_ARRAYS = rf"(?:(?:the\s+)?(?:matrix|vectors?|matrices|list|batch|data|sample|numbers)\s+)?{_HOLE}"
_GIVEN = rf"^\s*(?:for|with|given)\s+{_ARRAYS}\s*,?\s*(?:we have\s+)?"
_START = (
    rf"(?:{_GIVEN}|"
    r"^\W*(?:(?:so|thus|hence|then|therefore|now|here|clearly|note that|we see that)\b,?\s*)?"
    r"|,\s*(?:and\s+|so\s+|while\s+)?|\s+and\s+)"
)
_END = r"(?=\s*(?:,|\band\b|$))"
_IS = r"\s+(?:is|equals|are)\s+(?:then\s+|therefore\s+|thus\s+|just\s+|simply\s+|exactly\s+)?"
_ABOUT = r"(?P<about>(?:about|approximately|roughly|around|≈)\s+)?"
_VALUE = rf"(?P<value>{_HOLE}|[-−]?\d+(?:\.\d+)?)"
_QUANTITY = re.compile(
    rf"{_START}(?:the|its|their)\s+(?P<words>{words_of(QUANTITIES)})"
    rf"(?:\s+(?:of|between)\s+(?P<of>{_ARRAYS}(?:\s+(?:and|with)\s+{_ARRAYS})?))?"
    rf"{_IS}{_ABOUT}{_VALUE}{_END}",
    re.IGNORECASE,
)
_HAS = re.compile(
    rf"{_START}(?P<of>{_ARRAYS}|it)\s+has\s+(?:an?\s+|the\s+)?(?P<words>{words_of(QUANTITIES)})"
    rf"\s+(?:of\s+|equal to\s+)?{_ABOUT}{_VALUE}{_END}",
    re.IGNORECASE,
)
_QUALITY = re.compile(
    rf"{_START}(?P<of>{_ARRAYS}(?:\s+and\s+{_ARRAYS})?|it|they)\s+(?:is|are)\s+"
    rf"(?:also\s+|therefore\s+|thus\s+|clearly\s+)?(?P<words>{words_of(QUALITIES)}){_END}",
    re.IGNORECASE,
)
_EIGENVALUES = re.compile(
    rf"{_START}(?:the|its)\s+eigenvalues(?:\s+of\s+(?P<of>{_ARRAYS}))?\s+are\s+"
    rf"(?P<values>{_HOLE}(?:\s*,\s*{_HOLE})*(?:\s*,?\s*and\s+{_HOLE})?)\W*$",
    re.IGNORECASE,
)
_FINITE = re.compile(r"\\[bp]?mod\b|\\mathbb\s*\{?\s*F|\\mathbb\s*\{?Z\}?\s*(?:_|/)|GF")
"""Formulas that compute in a finite field."""
_GIVES = re.compile(rf"^\W*(?:let|given|and|,|\s|{_HOLE})*$", re.IGNORECASE)
ROUNDING = Fraction(1, 100)
"""By how much what is said of cut numbers may fail, in parts of its size."""
NEAR = 400
"""Characters from an array to a sentence that speaks of it without its name."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with `⟨n⟩` for the formulas of its passage, where it begins in the words of the
    passage, and what is known."""

    text: str
    start: int
    passage: str
    runs: Sequence[Run]
    known: Known

    def array(self, hole: str) -> Term | None:
        """The written array that a formula is or names."""
        run = self.runs[int(hole)]
        if not isinstance(run, Math):
            return None
        try:
            term = read_in(trimmed(run.source), self.known)[0].term
        except Error:
            return None  # it is told where it stands
        if term.op == "relation":
            term = term.args[0]
        found = self.known.scope.values.get(term, term)
        return found if kind_of(found) else None

    def arrays(self, words: str | None, of: Sequence[str]) -> list[Term] | None:
        """The arrays that a clause speaks of, of the kinds that its words need."""
        if words is None or not re.search(_HOLE, words):
            near = [a for a in self._near() if kind_of(a) in of or "any" in of]
            own = [a for a in map(self.array, re.findall(r"⟨(\d+)⟩", self.text)) if a is not None]
            near = own if own and fits(of, own) else near
            return near if len(near) == len(of) and fits(of, near) else None
        found = [self.array(hole) for hole in re.findall(r"⟨(\d+)⟩", words)]
        arrays = [a for a in found if a is not None]
        return arrays if len(arrays) == len(found) and fits(of, arrays) else None

    def _near(self) -> list[Term]:
        """The written arrays that the document gives right before, in order: nothing but what is
        said of them stands between."""
        here = whole(self.runs[0].source).origin
        end = whole(self.runs[-1].source).origin.end
        values = self.known.scope.values
        found = []
        for (what, name), origin in self.known.origins.items():
            at = origin.span.origin
            if what != "value" or not isinstance(name, Term) or not self.known.is_here(origin):
                continue
            if at.source is not here.source or not here.start - NEAR <= at.start < end:
                continue
            array = values.get(name)
            if array is not None and array.shape and not kind_of(array):
                return []  # `$B = 2A$`: another array may be meant, of which no entries are written
            if self._is_only_spoken_of(at.source.text[at.end : max(at.end, here.start)], at.end):
                found.append((at.start, array))
            elif at.start >= here.start and array is not None and kind_of(array):
                return []  # `the data $x$ with weights $w$`: which of them is meant is open
        return [a for _, a in sorted(found, key=lambda f: f[0]) if a is not None and kind_of(a)]

    def _is_only_spoken_of(self, between: str, place: int) -> bool:
        """Whether the text from an array to this sentence says nothing else than such sentences."""
        ahead = sum(
            len(f"⟨{n}⟩") if isinstance(run, Math) else len(run.text)
            for n, run in enumerate(self.runs)
            if whole(run.source).origin.end <= place
        )
        between = _FORMULA.sub("⟨0⟩", _CLOSING.sub("", between))
        text = between + self.passage[ahead : self.start]
        rest = [part[0] for part in sentences_of(text) if re.search(r"\w", part[0])]
        return all(map(_speaks_of_arrays, rest))

    def place(self, said: re.Match[str], group: str) -> Source:
        """Where a part of what the sentence says stands."""
        return source_between(self.runs, *(self.start + at for at in said.span(group)))

    def value(self, said: re.Match[str]) -> tuple[Source, Term] | None:
        """The value that a clause gives, and where it stands."""
        words = said["value"]
        if words.startswith("⟨"):
            return self.formula(words[1:-1])
        return self.place(said, "value"), number(Fraction(words.replace("−", "-")))

    def formula(self, hole: str) -> tuple[Source, Term] | None:
        """The value that a formula gives, and where it stands."""
        run = self.runs[int(hole)]
        if not isinstance(run, Math):
            return None
        try:
            term = read_in(trimmed(run.source), self.known)[0].term
        except Error:
            return None
        if term.op == "relation":
            term = next((side for side in term.args if is_literal(side)), term.args[0])
        return None if term.op in ("relation", "statements", "tuple") else (run.source, term)


_FORMULA = re.compile(r"\$\$?[^$]*\$?\$|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_CLOSING = re.compile(r"^\s*(?:\$\$?|\\\)|\\\])")


def _speaks_of_arrays(sentence: str) -> bool:
    patterns = (_QUANTITY, _HAS, _QUALITY, _EIGENVALUES, _GIVES)
    return any(pattern.search(sentence) for pattern in patterns)


def quantity_claims(runs: Sequence[Run], known: Known) -> Iterator[Stated]:
    """What sentences say of written arrays."""
    text = without_stars(with_places(runs))
    if any(isinstance(run, Math) and _FINITE.search(run.text) for run in runs):
        return
    for found in sentences_of(text):
        sentence = _Sentence(found[0], found.start(), text, runs, known)
        told = re.sub(_GIVEN, "", found[0], flags=re.IGNORECASE)
        if _DOUBTED.search(told.replace("not invertible", "")):
            continue
        for pattern in (_QUANTITY, _HAS):
            for said in pattern.finditer(found[0]):
                yield from _quantity(sentence, said)
        for said in _QUALITY.finditer(found[0]):
            yield from _quality(sentence, said)
        for said in _EIGENVALUES.finditer(found[0]):
            yield from _eigenvalues(sentence, said)


def _quantity(sentence: _Sentence, said: re.Match[str]) -> Iterator[Stated]:
    value = sentence.value(said)
    if value is None:
        return
    source, right = value
    relation = "approx" if said["about"] else "="
    for row in QUANTITIES:
        arrays = sentence.arrays(said["of"], row.of) if named(row, said["words"]) else None
        if arrays is None or (is_literal(right) and not all(map(is_literal, arrays))):
            continue  # a number that entries in letters have is a condition on them
        if names_more(right, arrays, sentence.known):
            continue  # `the mean is $\\mu$` says what it is called
        meant = row.build(*arrays)
        if meant and all(side.shape == right.shape for side in meant):
            claims = [_claim((left, relation, right), source, sentence.known) for left in meant]
            note = f"“{said['words']}” of {' and '.join(map(plain, arrays))}"
            yield Stated(source, claims[0], _either(claims, arrays), note=note)
            return


def _quality(sentence: _Sentence, said: re.Match[str]) -> Iterator[Stated]:
    for row in QUALITIES:
        arrays = sentence.arrays(said["of"], row.of) if named(row, said["words"]) else None
        if arrays is None or not all(map(is_literal, arrays)):
            continue  # what is said of letters is supposed
        statements = row.build(*arrays)
        if statements:
            source = sentence.place(said, "words")
            claims = [_claim(one, source, sentence.known) for one in statements]
            note = f"“{said['words']}” of {' and '.join(map(plain, arrays))}"
            yield Stated(source, claims[0], _all(claims, arrays), note=note)
            return


def _eigenvalues(sentence: _Sentence, said: re.Match[str]) -> Iterator[Stated]:
    """That the characteristic polynomial is the product of the differences from all eigenvalues,
    where as many are given as there are."""
    arrays = sentence.arrays(said["of"], ("matrix",))
    values = [sentence.formula(hole) for hole in re.findall(r"⟨(\d+)⟩", said["values"])]
    given = [value for value in values if value is not None]
    if arrays is None or len(given) < len(values) or arrays[0].data != (len(given), len(given)):
        return
    if any(names_more(value, arrays, sentence.known) for _, value in given):
        return
    unknown = symbol("λ")
    left = make("det", less_diagonal(arrays[0], unknown))
    right = combined("mul", [value - unknown for _, value in given])
    first, last = given[0][0], given[-1][0]
    source = first if len(given) == 1 else _from_to(first, last)
    claim = _claim((left, "=", right), source, sentence.known)
    yield Stated(source, claim, _all([claim], arrays), note="the zeros of det(A - λ I)")


def _from_to(first: Source, last: Source) -> Source:
    start, end = whole(first).origin, whole(last).origin
    return excerpt(start.source, start.start, end.end)


def _claim(statement: Statement, source: Source, known: Known) -> Claim:
    left, relation, right = statement
    kind = classify(left, relation, right, known.scope, False, NOTHING)
    span = Span(source, 0, len(source.text))
    return Claim(kind, relation, left, right, known.scope, (), span, source.text)


def _either(claims: Sequence[Claim], arrays: Sequence[Term]) -> Decide:
    """The verdict on what may mean any of some claims: refuted only where each fails."""

    def decide(judge: Judge) -> Verdict:
        verdicts = [_beyond_rounding(claim, judge(claim), arrays) for claim in claims]
        holding = (v for v in verdicts if not v.kind.startswith("refuted"))
        return next(holding, verdicts[0])

    return decide


def _all(claims: Sequence[Claim], arrays: Sequence[Term]) -> Decide:
    """The verdict on what means all of some claims."""

    def decide(judge: Judge) -> Verdict:
        verdicts = [_beyond_rounding(claim, judge(claim), arrays) for claim in claims]
        failing = [v for v in verdicts if v.kind.startswith("refuted")]
        opened = [v for v in verdicts if v.kind != "proved"]
        holds = replace(verdicts[0], message="every part of it holds")
        return next(iter((*failing, *opened)), holds)

    return decide


def _beyond_rounding(claim: Claim, verdict: Verdict, arrays: Sequence[Term]) -> Verdict:
    """The verdict; none where entries that are cut to some digits may be why a number is missed."""
    cut = any(e.op == "number" and "." in e.data.text for a in arrays for e in _written(a))
    if verdict.kind != "refuted" or not cut or claim.right is None or claim.left.shape:
        return verdict
    apart = make("abs", claim.left - claim.right)
    near = number(ROUNDING) * (number(1) + make("abs", claim.right))
    asked = expand(make("relation", apart, near, data=("<",)), claim.scope)
    if truth(asked, {}) is not True:
        return verdict
    return undecided(f"the digits of the entries may be all that is missing: {verdict.message}")


def _written(array: Term) -> list[Term]:
    """The entries of an array without their signs."""
    return [entry.args[0] if entry.op == "neg" else entry for entry in array.args]
