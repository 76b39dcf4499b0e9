r"""Derivatives in words: `GELU is $x \Phi(x)$ and its derivative is $\Phi(x) + x \phi(x)$`.

The formula behind the words is a claim of the function that its sentence names, or of the one that
the lines before define last. Nothing is taken from farther away, or where something else was
defined in between, or where the formula has letters that the function has not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, plain_words
from symdl.document.source import Source, Span, whole
from symdl.evidence.claim import Claim
from symdl.expression.reading import read
from symdl.expression.term import Call, Symbol, Term, free_symbols, make, postorder
from symdl.notes.judging import Wording, verdict_on
from symdl.notes.outline import has_relation, words_before
from symdl.notes.prose.settings import with_settings
from symdl.notes.prose.vocabulary import Subject, is_plain, subjects_in
from symdl.notes.reading_in import read_in, trimmed
from symdl.notes.scope.known import Known
from symdl.notes.sentences.denied import is_asked, is_denied
from symdl.notes.stated import Stated

_SAID = re.compile(
    r"(?:^|[.;:,]\s*|\b(?:and|so|then|thus|hence|with|where|has|whose|that)\s+)"
    r"(?:(?:and|so|then|thus|hence)\s+)?(?:its|the|whose)\s+(?P<second>second\s+)?"
    r"(?:derivative|slope|gradient)(?:\s+(?:with respect to|w\.r\.t\.|in)\s+\$[^$]+\$)?"
    r"\s*(?:is|equals|reads|becomes|is (?:given by|then|simply|just|therefore)|:)\s*:?\s*$",
    re.IGNORECASE,
)
_OF_WRITTEN = re.compile(
    r"(?:^|[.;:,]\s*|\b(?:and|so|then|thus|hence|since|that|because)\s+)(?:the\s+)?"
    r"(?:(?P<second>second)\s+|first\s+)?derivative\s+of\s+\$[^$=<>]+\$"
    r"\s*(?:is|equals|reads|becomes|is (?:given by|then|simply|just|therefore))\s*:?\s*$",
    re.IGNORECASE,
)
"""`The derivative of $x^3$ is`: what is differentiated is written out."""
_OF_NAMED = re.compile(
    r"(?:^|[.;:,]\s*|\b(?:and|so|then|thus|hence|since|that|because)\s+)the\s+"
    r"(?P<second>second\s+)?derivative\s+of\s+(?:the\s+)?(?P<of>[A-Za-z][\w -]{1,30}?)"
    r"\s+(?:is|equals|reads|becomes|is (?:given by|then|simply|just|therefore))\s*:?\s*$",
    re.IGNORECASE,
)
"""`The derivative of the sigmoid is`."""
_LIMITED = re.compile(
    r"\s*,?\s*\(?(?:for|if|when|where|whenever|at|on|times|plus|minus|of|near|otherwise|in|with|or)\b",
    re.IGNORECASE,
)
"""Behind a formula: it holds somewhere only, or goes on."""
_SOMEWHERE = re.compile(
    r"\b(?:for|if|when|where|whenever|at|near|inside|outside|between|beyond|positive|negative|large"
    r"|small|regions?|sides?|parts?|branch(?:es)?|pieces?|left|right|half|otherwise|except)\b",
    re.IGNORECASE,
)
"""Words before: what follows is said of some values."""
DOUBTED = re.compile(
    r"\b(?:if|suppose|assum\w+|whether|not|never|wrong|wrongly|false|incorrect|mistak\w+|errors?"
    r"|think|thinks|believe\w*|might|may|would|could|claims?|claimed|option|guess|confus\w+|up to"
    r"|myth|modulo|ignoring|roughly|approximately|order|true or false)\b",
    re.IGNORECASE,
)
"""Words of a sentence that may not say what its formula says."""
NEAR = 160
"""Characters from the definition of a function to a formula of its derivative."""


def slope_claims(runs: Sequence[Run], known: Known) -> Iterator[Stated]:
    """What sentences say that the derivative of a function is, by a formula without a relation."""
    for place, run in enumerate(runs):
        if not isinstance(run, Math) or has_relation(run):
            continue
        before = words_before(tuple(runs), place)
        behind = plain_words(tuple(runs[place + 1 : place + 3]))
        if DOUBTED.search(before) or is_denied(before, behind) or is_asked(runs, place):
            continue
        written = _OF_WRITTEN.search(before)
        if written is not None and place >= 2 and not _SOMEWHERE.search(before[: written.start()]):
            yield from _of_written(runs, place, written, known)
            continue
        said = _SAID.search(before) or _OF_NAMED.search(before)
        if (
            said is None
            or _SOMEWHERE.search(before[: said.start()])
            or _LIMITED.match(plain_words(tuple(runs[place + 1 : place + 2])))
        ):
            continue
        source, order = trimmed(run.source), 2 if said["second"] else 1
        words = said.groupdict().get("of") or before[: said.start()]
        named = subjects_in(words, known)
        if named:
            if len(named) == 1 and is_plain(words, known):
                yield from _of_named(source, named[0], order, known)
            continue
        if "of" not in said.groupdict():
            yield from _of_defined(source, order, known)


def _of_written(
    runs: Sequence[Run], place: int, said: re.Match[str], known: Known
) -> Iterator[Stated]:
    """The claim that a formula is the derivative of the one that its sentence writes out, in its
    only letter: `The derivative of $x^3$ is $3x^2$`."""
    if _LIMITED.match(plain_words(tuple(runs[place + 1 : place + 2]))):
        return
    subject, value = runs[place - 2], runs[place]
    if not isinstance(subject, Math) or not isinstance(value, Math):
        return
    source = trimmed(value.source)
    try:
        body = read(trimmed(subject.source), known.universal).term
        term = read(source, known.universal).term
    except Error:
        return  # words and what is no formula: nothing is claimed
    letters = free_symbols(body)
    if len(letters) != 1 or body in letters or not free_symbols(term) <= letters:
        return
    (variable,) = letters
    plain = variable.op == "symbol" and variable.shape == () and variable.data.role == "scalar"
    if not plain or variable in known.scope.values or _states(term) or _states(body):
        return
    if any(n.op == "call" for side in (body, term) for n in postorder(side)):
        return
    left = make("derivative", body, *(variable,) * (2 if said["second"] else 1), data="d")
    claim = Claim("derivative", "=", left, term, known.universal, (), whole(source), source.text)
    yield Stated(source, claim, lambda judge: judge(claim), note="the derivative in words")


def _of_named(source: Source, subject: Subject, order: int, known: Known) -> Iterator[Stated]:
    """The claim that a formula is the derivative of a function with a name."""
    free = subject.open
    if free.variable.op != "symbol":
        return
    try:
        term = read(source, known.universal).term
    except Error:
        return  # words and what is no formula: nothing is claimed
    allowed = free_symbols(free.value) | {free.variable}
    if not free_symbols(term) <= allowed or _states(term):
        return
    if not free_symbols(term):
        return  # `so the derivative of ReLU is $0$`: at the point that is spoken of
    left = make("derivative", free.value, *(free.variable,) * order, data="d")
    claim = Claim("derivative", "=", left, term, known.universal, (), whole(source), source.text)
    decide = with_settings(claim, dict(subject.settings), subject.name)
    yield Stated(source, claim, decide, note=f"the derivative of {subject.name}")


def _of_defined(source: Source, order: int, known: Known) -> Iterator[Stated]:
    """The claim that a formula is the derivative of the function that was defined last."""
    name = last_defined(whole(source).origin, known)
    own = known.scope.functions.get(name)
    if own is None or len(own.parameters) != 1:
        return
    (variable,) = own.parameters
    try:
        term = read_in(source, known)[0].term
    except Error:
        return  # as above
    allowed = {s.data.name for s in (*free_symbols(own.body), variable)}
    letters = {s.data.name for s in free_symbols(term)}
    if not letters <= allowed or _states(term) or (variable.shape != () and order > 1):
        return
    function = known.scope.symbols.get(name) or Symbol(name, "function")
    value = make("call", variable, data=Call(function))
    if variable.shape == ():
        left = make("derivative", value, *(variable,) * order, data="d")
    else:
        left = make("gradient", value, variable)
    claim = Claim("derivative", "=", left, term, known.scope, (), whole(source), source.text)
    wording = Wording(asserted=True)

    yield Stated(
        source,
        claim,
        lambda judge: verdict_on(claim, known, judge, wording),
        note=f"the derivative of {name}, which is defined before it",
    )


def _states(term: Term) -> bool:
    """Whether a formula is no value, or has more in it than its letters."""
    told = ("relation", "statements", "interval", "tuple", "number_set", "piecewise")
    return term.op in told or any(n.op in _OPEN for n in postorder(term))


_OPEN = frozenset({"prime", "dots", "opaque", "derivative", "gradient"})


def last_defined(here: Span, known: Known) -> str:
    """The name of the function that the words right before define, if they define and speak of
    nothing else behind it."""
    near = {
        key: origin.span.origin
        for key, origin in known.origins.items()
        if key[0] != "symbol" and known.is_here(origin)
    }
    near = {k: s for k, s in near.items() if s.source is here.source and s.end <= here.start}
    if not near:
        return ""
    last = max(near, key=lambda key: near[key].end)
    between = here.source.text[near[last].end : here.start]
    if last[0] != "function" or len(between) > NEAR or _ANOTHER.search(between):
        return ""
    return str(last[1])


_ANOTHER = re.compile(
    r"\b(?:inverses?|composition|composed|reciprocal|logarithms?|products?|quotients?|squares?|roots?"
    r"|instead|now|consider\w*|other|another|both|each|either|loss|cost|objective|sums?|antiderivative"
    r"|chain rule|negat\w+|similarly|likewise|whereas|while|but|of)\b",
    re.IGNORECASE,
)
"""Words between a definition and `its derivative` that may begin to speak of something else."""
