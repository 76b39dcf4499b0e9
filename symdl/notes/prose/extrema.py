r"""Extrema in words: `$\sigma'$ has its maximum $\frac14$ at $x = 0$`, `tanh is at most $1$`.

A sentence is read if every word of it is understood: one word for the extremum or bound, one
function (a formula, or one that is named), then a value, a place, or both. How large the extremum
is and where it is are two claims, `\max_x f(x) = v` and `\argmax_x f(x) = p`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run
from symdl.document.source import Source, whole
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.kinds import NOTHING, classify
from symdl.evidence.verdict import Verdict, may_be_meant
from symdl.expression.reading import read
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.notes.prose.vocabulary import subjects_in
from symdl.notes.reading_in import trimmed
from symdl.notes.scope.known import Known
from symdl.notes.sentences.places import sentences_of, source_between, with_places
from symdl.notes.stated import Stated

_EXTREMUM = re.compile(
    r"\b(?P<way>max|min)(?:imum|imal|imi[sz]ed)\b|\b(?P<peak>peaks?)\b"
    r"|\b(?P<bound>at most|at least|never exceeds?|(?:can ?not|does not) exceed)\b",
    re.IGNORECASE,
)
_MATH = re.compile(r"⟨(\d+)⟩")
_ON = re.compile(r"\b(?:on|over)\s+(?:the\s+)?(?:(?:closed|unit)\s+)?(?:interval\s+)?⟨(\d+)⟩", re.I)
_BARE_PLACE = re.compile(r"\bat ([a-z] = [-−]?\d+(?:\.\d+)?)(?![\w.]*\w)")
_AT_NUMBER = re.compile(r"\bat\s+(?:about |around |roughly |approximately )?[-−]?\d", re.IGNORECASE)
"""`It peaks at 0.25`: where, or how large, is not said."""
_PLACE = re.compile(r"\b(?:at|for|when)\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d+)?(?![\w.])")
_SLOPE = re.compile(r"\b(?:derivative|gradient|slope)\b", re.IGNORECASE)
_ABOUT = re.compile(r"\b(?:about|approximately|roughly|around)\b|≈", re.IGNORECASE)
_FILLERS = re.compile(
    r"an?|about|also|and|approximately|around|at|attain(?:s|ed)|activation|by|derivative|equals?"
    r"|exactly|for|function|global|gradient|has|hence|here|is|its?|peaks?|m(?:ax|in)im(?:al|um|i[sz]ed)|most"
    r"|least|note|now|occur(?:s|ring)|of|only|reach(?:es|ed)|roughly|s|slope|so|takes|taken|that|the"
    r"|then|therefore|thus|to|unique|value|when|where|which|with"
)
"""The words of a sentence that is read, but for the name of its function."""
_LETTER = re.compile(r"\s*(\\?[A-Za-z]+)'*\s*$")


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence in parts: its words with `⟨n⟩` for the formulas, which are these, and where it
    begins in those of the passage; the extremum it speaks of, and the interval on which."""

    words: str
    start: int
    runs: Sequence[Run]
    extremum: re.Match[str]
    home: Term | None = None

    @property
    def way(self) -> str:
        """`max`, `min`, or empty where it speaks of a bound."""
        return "max" if self.extremum["peak"] else (self.extremum["way"] or "").lower()

    def place(self, start: int, end: int) -> Source:
        """Where a part of its words stands."""
        return source_between(self.runs, self.start + start, self.start + end)


def extrema_claims(runs: tuple[Run, ...], known: Known) -> Iterator[Stated]:
    """What sentences say of how large a function becomes, and where."""
    text = with_places(runs)
    for sentence in sentences_of(text):
        found = list(_EXTREMUM.finditer(sentence[0]))
        if len(set(map(_sense, found))) == 1:
            said = _Said(sentence[0], sentence.start(), runs, found[0])
            yield from _of_sentence(_at_home(said, known), known)


def _sense(match: re.Match[str]) -> str:
    """Of which extremum or bound a word speaks."""
    if match["bound"]:
        return "least" if match["bound"].lower() == "at least" else "most"
    return "max" if match["peak"] else match["way"].lower()


def _at_home(said: _Said, known: Known) -> _Said:
    """A sentence without the interval on which it speaks of a function."""
    match = _ON.search(said.words)
    home = interval_of(said.runs[int(match[1])], known) if match is not None else None
    if match is None or home is None:
        return said
    words = _without(said.words, match).replace(" ,", "  ")
    return replace(said, words=words, home=home)


def _without(words: str, match: re.Match[str]) -> str:
    """Words with spaces for a part of them: each other character in its place."""
    return words[: match.start()] + _blank(match) + words[match.end() :]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def interval_of(run: Run, known: Known) -> Term | None:
    """The interval that a formula is; None where it is none of numbers."""
    if not isinstance(run, Math):
        return None
    try:
        term = read(trimmed(run.source), known.universal).term
    except Error:
        return None
    if term.op == "tuple" and len(term.args) == 2:
        term = make("interval", *term.args, data="()")
    return term if term.op == "interval" and not free_symbols(term) else None


def _of_sentence(said: _Said, known: Known) -> Iterator[Stated]:
    places, others = _formulas(said)
    bare = _BARE_PLACE.search(said.words)
    if bare is not None:
        places.append(said.place(*bare.span(1)))
    named = _named(said.words, known) if len(others) < 2 else None
    function, rest, values = None, said.words, others
    if named is not None:
        function, rest = named
    elif others:
        function, values = function_of(others[0], places, known), others[1:]
    rest = _without(rest, said.extremum)
    rest = rest if bare is None else _without(rest, bare)
    rest = _MATH.sub(_blank, rest)
    numbers = [said.place(*match.span()) for match in _NUMBER.finditer(rest)]
    if function is None or len(places) > 1 or len(values) + len(numbers) > 1:
        return
    if _AT_NUMBER.search(rest) and not places:
        return
    words = re.findall(r"[^\W\d_]+", rest.lower())
    if not all(map(_FILLERS.fullmatch, words)):
        return
    yield from _claims(said, function, values, numbers, places, known)


def _formulas(said: _Said) -> tuple[list[Source], list[Source]]:
    """The formulas of a sentence that say where, and the others."""
    places: list[Source] = []
    others: list[Source] = []
    for match in _MATH.finditer(said.words):
        run = said.runs[int(match[1])]
        if not isinstance(run, Math):
            return [], []
        is_place = _PLACE.search(said.words[: match.start()]) is not None
        (places if is_place else others).append(trimmed(run.source))
    return places, others


def _named(words: str, known: Known) -> tuple[tuple[Term, Term], str] | None:
    """The function that a sentence names, with its variable, and the words without the name."""
    found = subjects_in(words, known)
    if len(found) != 1 or found[0].total is not None:
        return None
    subject = found[0]
    value = subject.derivative if _SLOPE.search(words) else subject.value
    rest = re.sub(re.escape(subject.name).replace(r"\ ", r"[\s_-]?"), _blank, words, flags=re.I)
    return (value, subject.variable), rest


def function_of(source: Source, places: Sequence[Source], known: Known) -> tuple[Term, Term] | None:
    r"""The function that a formula is, with its variable: `f(x) = ...`, `\sigma'(x)`, `\sigma'`."""
    letter = _LETTER.match(source.text)
    try:
        term = read(f"{source.text}(x)" if letter else source, known.universal).term
        where = [read(place, known.universal).term for place in places]
    except Error:
        return None  # told where the formula is read as a statement
    if term.op == "relation" and term.data == ("=",) and term.args[0].op == "call":
        variables = list(term.args[0].args)
        term = term.args[1]
    else:
        variables = [w.args[0] for w in where if w.op == "relation"] or list(free_symbols(term))
    if term.op in ("relation", "statements") or len(variables) != 1 or term.shape != ():
        return None
    return (term, variables[0]) if variables[0] in free_symbols(term) else None


def _claims(
    said: _Said,
    function: tuple[Term, Term],
    values: Sequence[Source],
    numbers: Sequence[Source],
    places: Sequence[Source],
    known: Known,
) -> Iterator[Stated]:
    body, variable = function
    way = said.way
    over = (variable, body) if said.home is None else (variable, said.home, body)
    data = "all" if said.home is None else "set"
    within = () if said.home is None else (make("relation", variable, said.home, data=("in",)),)
    about = "approx" if _ABOUT.search(said.words) else "="
    for source in (*values, *numbers):
        if way:
            extremum = make(f"{way}_over", *over, data=data)
            yield from _claim(extremum, about, source, known)
        else:
            relation = ">=" if _sense(said.extremum) == "least" else "<="
            yield from _claim(body, relation, source, known, within)
    for source in places if way else ():
        extremum = make(f"arg{way}", *over, data=data)
        yield from _claim(extremum, "", source, known)


def _claim(
    left: Term, relation: str, source: Source, known: Known, within: tuple[Term, ...] = ()
) -> Iterator[Stated]:
    """That something is what a formula gives; relation: empty if the formula says it."""
    try:
        reading = read(source, known.universal)
    except Error:
        return  # told where the formula is read as a statement
    right = reading.term
    if not relation:
        equation = right.op == "relation" and right.data in (("=",), ("approx",))
        if not equation or right.args[0] is not left.args[0]:
            return
        relation, right = right.data[0], right.args[1]
    if right.op in ("relation", "statements") or right.shape != ():
        return
    kind = classify(left, relation, right, known.universal, False, NOTHING)
    span = whole(source)
    claim = Claim(kind, relation, left, right, known.universal, within, span, span.text)
    decide = partial(_judged, claim, restricting(left, known))
    yield Stated(source, claim, decide, note="said in words of a function")


def restricting(left: Term, known: Known) -> str:
    """What the open sections say of the names of a claim, that may bound them."""
    names = {re.escape(str(s.data.name)) for side in postorder(left) for s in free_symbols(side)}
    letter = re.compile(rf"(?<![A-Za-z\\])(?:{'|'.join(sorted(names))})(?![A-Za-z])")
    said = (one.source.text for one in known.said if known.is_open(one.path))
    return next((t for t in said if _BOUNDS.search(t) and letter.search(t)), "")


_BOUNDS = re.compile(r"[<>\[]|\\(?:in|le|ge|leq|geq|lt|gt)(?![A-Za-z])")


def _judged(claim: Claim, told: str, judge: Judge) -> Verdict:
    return unless_restricted(judge(claim), told)


def unless_restricted(verdict: Verdict, told: str) -> Verdict:
    """The verdict, unless it is a refutation and a name may be bounded, as is told."""
    if not told or not verdict.kind.startswith("refuted"):
        return verdict
    return may_be_meant(
        f"it may be meant for {told} only: {verdict.message}", verdict.counterexample
    )
