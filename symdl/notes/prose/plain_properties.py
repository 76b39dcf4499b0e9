r"""What a short sentence says a function is, or which values it has: `The function $g(x) = x^3$ is
convex.`, `$\tanh$ is increasing on $[0, 1]$`, `The range of the sigmoid is $(0, 1)$`.

A sentence is read if it says nothing else: each word of it is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run
from symdl.document.source import whole
from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.verdict import Verdict
from symdl.evidence.written_claim import written_out
from symdl.expression.domain import REAL
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, postorder, symbol
from symdl.library import function_names
from symdl.notes.prose.extrema import function_of, interval_of, restricting, unless_restricted
from symdl.notes.prose.output_ranges import output_range
from symdl.notes.prose.phrases import PHRASES
from symdl.notes.prose.vocabulary import Subject, subjects_in
from symdl.notes.reading_in import trimmed
from symdl.notes.scope.bare import GREEK
from symdl.notes.scope.known import Known, reach
from symdl.notes.sentences.places import (
    sentences_of,
    source_between,
    with_places,
    without_stars,
)
from symdl.notes.stated import Stated

_SO = r"\W*(?:(?:so|thus|hence|therefore|then|note that|clearly|now|here)\b,?\s*)?"
_SUBJECT = (
    r"(?:the\s+)?(?:(?:function|activation|map)\s+)?(?P<subject>⟨\d+⟩|[A-Za-z][\w -]*?)"
    r"(?:\s+(?:activation function|activation|function))?"
)
_IS = re.compile(
    rf"{_SO}{_SUBJECT}\s+is\s+(?:(?:also|clearly|everywhere|monotonically|strictly|an?)\s+)?"
    r"(?P<said>convex|concave|odd|even|increasing|decreasing)(?:\s+function)?"
    r"(?:\s+(?:everywhere|on the (?:whole |entire )?real line|on ⟨(?P<home>\d+)⟩))?\W*",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"{_SO}(?:the\s+)?(?:output\s+)?range of {_SUBJECT}\s+is\s+⟨(?P<range>\d+)⟩\W*", re.IGNORECASE
)
_HAS_RANGE = re.compile(
    rf"{_SO}{_SUBJECT}\s+has\s+(?:the\s+|an?\s+)?(?:output\s+)?range\s+(?:of\s+)?⟨(?P<range>\d+)⟩\W*",
    re.IGNORECASE,
)
_NAME = re.compile(r"\\?[A-Za-z]+'*")
_ROWS = {row.name: row for row in PHRASES}
_TOTAL = frozenset({"symbol", "number", "constant"}) | {
    name for name, row in TABLE.items() if set(row.domain) == {REAL} and row.defined is None
}
"""Operators that have a value everywhere."""


LONGEST = 120
"""Characters of a sentence that is read."""


def property_claims(runs: Sequence[Run], known: Known, loose: bool) -> Iterator[Stated]:
    """What short sentences say that functions are, and which values they have. loose: they stand
    in running text; in a list `claims.py` reads what is said of a function by its name."""
    text = without_stars(with_places(runs))
    for sentence in sentences_of(text):
        if len(sentence[0]) > LONGEST:
            continue
        said = _IS.fullmatch(text, *sentence.span())
        if said is not None and (loose or said["subject"].startswith("⟨")):
            yield from _property(said, runs, known)
        here = sentence.span()
        ranged = _RANGE.fullmatch(text, *here) or _HAS_RANGE.fullmatch(text, *here)
        if ranged is not None:
            yield from _range(ranged, runs, known)


def _property(said: re.Match[str], runs: Sequence[Run], known: Known) -> Iterator[Stated]:
    subject, word = _subject(said, runs, known), said["said"].lower()
    if subject is None:
        return
    if word in ("odd", "even") and not (_is_called(subject) or "function" in said[0]):
        return  # `$2k$ is even`
    within = _within(runs[int(said["home"])], word, subject, known) if said["home"] else ()
    if within is None:
        return
    row, told = _ROWS[word], _restricted(subject, known)
    source = source_between(runs, *said.span("subject"))
    for made in row.build(subject, ""):
        claim = replace(made.claim(known.universal), span=whole(source), latex=source.text)
        claim = replace(claim, conditions=(*claim.conditions, *within))
        note = f"“{said['said']}” is read as: {row.meaning}"
        yield Stated(source, claim, partial(_judged, claim, told), note=note)


def _judged(claim: Claim, told: str, judge: Judge) -> Verdict:
    """The verdict on what is said of all x: that it holds for some is no excuse."""
    verdict = judge(claim)
    if verdict.kind == "refuted-as-stated":
        verdict = replace(verdict, kind="refuted")
    return unless_restricted(verdict, told)


def _range(said: re.Match[str], runs: Sequence[Run], known: Known) -> Iterator[Stated]:
    subject, run = _subject(said, runs, known), runs[int(said["range"])]
    if subject is None or not isinstance(run, Math):
        return
    told = _restricted(subject, known)
    for stated in output_range((run,), subject, known):
        assert stated.decide is not None
        yield replace(stated, decide=partial(_ranged, stated.decide, told))


def _ranged(decide: Decide, told: str, judge: Judge) -> Verdict:
    return unless_restricted(decide(judge), told)


def _subject(said: re.Match[str], runs: Sequence[Run], known: Known) -> Subject | None:
    """The one function that is the subject of a sentence: by its name, or as a formula of which
    all is known."""
    words = said["subject"]
    if not words.startswith("⟨"):
        named = subjects_in(words, known)
        alone = len(named) == 1 and named[0].total is None and _flat(words) == _flat(named[0].name)
        return named[0] if alone else None
    run = runs[int(words[1:-1])]
    found = function_of(trimmed(run.source), (), known) if isinstance(run, Math) else None
    if found is None:
        return None
    subject = Subject(run.text.strip(), found[0], found[1])
    if _NAME.fullmatch(subject.name) and subject.value.op != "call" and _is_letter(subject.name):
        return None  # `$n$`, `$\\sigma$` of which nothing is said: no function, or any
    return subject if _is_settled(subject, known) else None


def _is_letter(name: str) -> bool:
    word = name.strip("\\'")
    return len(word) == 1 or word in GREEK.values()


def _flat(words: str) -> str:
    return re.sub(r"[\s_-]", "", words.lower())


def _is_called(subject: Subject) -> bool:
    """Whether a function is written as one: `f`, `f(x) = x^2`, `\\tanh`."""
    name = subject.name
    return subject.value.op == "call" or "=" in name or _NAME.fullmatch(name) is not None


def _is_settled(subject: Subject, known: Known) -> bool:
    """Whether all that a function is made of is known: no letter is left but its variable."""
    called = {str(n.data.function.name) for n in postorder(subject.value) if n.op == "call"}
    letters = reach([subject.value], known.universal)
    free = {s for s in letters if s.op != "symbol" or s.data.role != "function"}
    return called <= known.scope.functions.keys() and free <= {subject.variable}


def _restricted(subject: Subject, known: Known) -> str:
    """What may bound the variable of a function: words of the text, or where it has a value. Those
    of the library have one everywhere."""
    told = restricting(subject.value, known)
    if told or subject.name in function_names():
        return told
    try:
        claim = Claim("identity", "=", subject.value, None, known.universal)
        written = written_out(claim).left
    except Error:
        return _ITS_DOMAIN
    total = all(node.op in _TOTAL or _is_power(node) for node in postorder(written))
    return "" if total else _ITS_DOMAIN


_ITS_DOMAIN = "the numbers for which it has a value"


def _is_power(node: Term) -> bool:
    if node.op != "pow" or node.args[1].op != "number":
        return False
    power = node.args[1].data.value
    return bool(power.denominator == 1 and power >= 0)


def _within(home: Run, word: str, subject: Subject, known: Known) -> tuple[Term, ...] | None:
    """That the numbers of which a property speaks lie in an interval; None where it is none."""
    interval = interval_of(home, known)
    if interval is None:
        return None
    curved = word in ("convex", "concave")
    names = (symbol("a"), symbol("b")) if curved else (subject.variable,)
    return tuple(make("relation", name, interval, data=("in",)) for name in names)
