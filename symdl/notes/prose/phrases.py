"""The small set of prose claims that is read, each with its exact meaning.

A row says in which words a property is claimed and what is claimed by them; docs/documents.md
shows the table to people. `negated` rows of words (`not`, `never`, `no`) turn a claim around.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symdl.evidence.claim import Claim
from symdl.expression.scope import Scope
from symdl.expression.term import Term, constant, make, number, symbol
from symdl.notes.prose.vocabulary import Subject

INFINITY = constant("infinity")
MINUS = make("neg", INFINITY)
ZERO, ONE = number(0), number(1)
SMOOTH = "exists"
"""The relation of `f'(x)` to x where it exists for every x."""


@dataclass(frozen=True, slots=True)
class Property:
    """What is said of a function: `left relation right`, under conditions, perhaps denied."""

    kind: str
    relation: str
    left: Term
    right: Term
    conditions: tuple[Term, ...] = ()
    denied: bool = False

    def claim(self, scope: Scope) -> Claim:
        """The property as a claim."""
        return Claim(self.kind, self.relation, self.left, self.right, scope, self.conditions)


Build = Callable[[Subject, str], tuple[Property, ...]]
"""From a function and the words of the claim to the properties that are claimed."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row: its name, the words, what they mean, and the meaning for people.

    deniable: words before it may turn it around. loose: it is read in running text; the others say
    too little outside of a list or table. everywhere: it is said of all x, which words behind it
    may restrict to some. of_values: it says of the values of a derivative what it says of those of
    a function. of_outputs: it is said of all outputs of softmax together. either: its properties
    are several readings, false only if all of them are.
    """

    name: str
    words: re.Pattern[str]
    build: Build
    meaning: str
    deniable: bool = True
    loose: bool = False
    everywhere: bool = False
    of_values: bool = False
    of_outputs: bool = False
    either: bool = False


def _phrase(name: str, words: str, build: Build, meaning: str, **marks: bool) -> Phrase:
    return Phrase(name, re.compile(words, re.IGNORECASE), build, meaning, **marks)


def limit(body: Term, subject: Subject, point: Term) -> Term:
    """The limit of a term for the subject's variable to a point."""
    return make("limit", subject.variable, point, body, data="")


def _directions(words: str) -> tuple[Term, ...]:
    """The ends of the line that words such as `large |x|` speak of; without any, both."""
    flat = re.sub(r"[\s${}()\\]|left|right", "", words)
    if re.search(r"\|x\||inputsoflargemagnitude|bothends|eitherdirection|saturat", flat):
        return (INFINITY, MINUS)
    if re.search(r"-x|large-?negative|verynegative|x<0|negativeinput|to-infty|→-", flat):
        return (MINUS,)
    if re.search(r"large-?positive|largex|largeinput|x>0|positiveinput|toinfty|→", flat):
        return (INFINITY,)
    return (INFINITY, MINUS)


def _vanishes(subject: Subject, words: str) -> tuple[Property, ...]:
    slope = subject.derivative
    return tuple(
        Property("limit", "=", limit(slope, subject, point), ZERO) for point in _directions(words)
    )


def _keeps(subject: Subject, words: str) -> tuple[Property, ...]:
    """No vanishing gradient: towards plus infinity the slope does not go to 0."""
    return (Property("limit", "!=", limit(subject.derivative, subject, INFINITY), ZERO),)


def _never_flat(subject: Subject, words: str) -> tuple[Property, ...]:
    return tuple(
        Property("limit", "!=", limit(subject.derivative, subject, point), ZERO)
        for point in (MINUS, INFINITY)
    )


def _slope_nonzero(subject: Subject, words: str) -> tuple[Property, ...]:
    return (
        Property("bound", "!=", subject.derivative, ZERO),
        Property("bound", "!=", subject.value, ZERO),
    )


def _nonzero(subject: Subject, words: str) -> tuple[Property, ...]:
    return (Property("bound", "!=", subject.value, ZERO),)


def _odd(subject: Subject, words: str) -> tuple[Property, ...]:
    mirrored = subject.at(make("neg", subject.variable))
    return (Property("identity", "=", mirrored, make("neg", subject.value)),)


def _even(subject: Subject, words: str) -> tuple[Property, ...]:
    mirrored = subject.at(make("neg", subject.variable))
    return (Property("identity", "=", mirrored, subject.value),)


_SUMS = re.compile(r"sums?(?:ming)?\s*(?:to|=|is|equals?)\s*(?:\d+(?:\.\d+)?|one)\b", re.I)


def _sums_to_one(subject: Subject, words: str) -> tuple[Property, ...]:
    stated = _SUMS.match(words)
    digits = re.search(r"[\d.]+$", stated[0]) if stated is not None else None
    value = number(Fraction(digits[0])) if digits is not None else ONE
    return (Property("identity", "=", subject.total, value),) if subject.total is not None else ()


def _probability(subject: Subject, words: str) -> tuple[Property, ...]:
    return (
        Property("bound", ">=", subject.value, ZERO),
        Property("bound", "<=", subject.value, ONE),
    )


def _negative(subject: Subject, words: str) -> tuple[Property, ...]:
    return (Property("bound", ">=", subject.value, ZERO, denied=True),)


def _order(relation: str) -> Build:
    return lambda subject, _: (Property("bound", relation, subject.value, ZERO),)


def _slope(relation: str) -> Build:
    return lambda subject, _: (Property("bound", relation, subject.derivative, ZERO),)


def _curved(relation: str) -> Build:
    """Of every two points the value between is below (above) the line between the values: that
    holds at kinks too, where there is no second derivative."""
    one, other, share = (symbol(name) for name in ("a", "b", "t"))
    middle = make("add", make("mul", share, one), make("mul", make("add", ONE, -share), other))
    inside = make("relation", ZERO, share, ONE, data=("<=", "<="))

    def build(subject: Subject, _: str) -> tuple[Property, ...]:
        parts = (make("mul", share, subject.at(one)), make("mul", 1 - share, subject.at(other)))
        line = make("add", *parts)
        return (Property("bound", relation, subject.at(middle), line, (inside,)),)

    return build


def _dies(subject: Subject, words: str) -> tuple[Property, ...]:
    negative = make("relation", subject.variable, ZERO, data=("<",))
    return (Property("derivative", "=", subject.derivative, ZERO, (negative,)),)


def _unbounded(subject: Subject, words: str) -> tuple[Property, ...]:
    return (Property("limit", "=", limit(subject.value, subject, INFINITY), INFINITY),)


def _smooth(subject: Subject, words: str) -> tuple[Property, ...]:
    return (Property("derivative", SMOOTH, subject.derivative, subject.variable),)


def _gaussian(subject: Subject, words: str) -> tuple[Property, ...]:
    weighted = make("mul", subject.variable, make("normal_cdf", subject.variable))
    return (Property("identity", "=", subject.value, weighted),)


def _at_zero(subject: Subject, words: str) -> tuple[Property, ...]:
    return (Property("identity", "=", subject.at(ZERO), ZERO),)


_GRADIENT = r"(?:gradients?|derivatives?|slopes?)"
_GOES = (
    r"(?:vanish\w*|flattens?(?: out)?|saturat\w+|(?:goes|go|tends?|approach\w*|shrinks?|decays?)"
    r" to(?:wards)? (?:0|zero)|approach\w* (?:0|zero)|becomes? (?:tiny|very small|nearly zero))"
)

PHRASES: tuple[Phrase, ...] = (
    _phrase(
        "keeps-gradient",
        rf"(?:\bno|without|avoids?|prevents?|reduces?|mitigates?|does(?: not|n't) suffer from)"
        rf"(?: the)?(?: problem of)? (?:vanishing {_GRADIENT}|{_GRADIENT} vanish\w*)",
        _keeps,
        "lim f'(x) is not 0 for x to infinity",
        deniable=False,
        loose=True,
    ),
    _phrase(
        "never-flat",
        r"never (?:flat|saturates?)\b|does(?: not|n't) saturate",
        _never_flat,
        "lim f'(x) is not 0 for x to minus infinity, nor for x to infinity",
        deniable=False,
    ),
    _phrase(
        "vanishing-gradient",
        rf"{_GRADIENT}[^.;|]*?{_GOES}|vanishing {_GRADIENT}|(?<!\w){_GOES}",
        _vanishes,
        "lim f'(x) = 0 for x to the ends named (both, if none is)",
        loose=True,
        either=True,
    ),
    _phrase(
        "never-zero",
        r"(?:non-?zero|never (?:0|zero)|nowhere zero)(?: for all| everywhere)?",
        _nonzero,
        "f(x) is not 0 for any x (of a gradient: f'(x), and f(x) as the other reading)",
        deniable=False,
        loose=True,
        everywhere=True,
        either=True,
    ),
    _phrase(
        "zero-centred",
        r"(?:zero|0)[- ]?(?:cent(?:ered|red)|mean)",
        _odd,
        "f(-x) = -f(x)",
        loose=True,
        everywhere=True,
    ),
    _phrase(
        "odd",
        r"\bodd function|antisymmetric|symmetric about the origin",
        _odd,
        "f(-x) = -f(x)",
        everywhere=True,
    ),
    _phrase(
        "even",
        r"\beven function|symmetric about (?:the )?(?:y-axis|zero|0)",
        _even,
        "f(-x) = f(x)",
        everywhere=True,
    ),
    _phrase(
        "sums-to-one",
        _SUMS.pattern,
        _sums_to_one,
        "the sum of all outputs is this",
        loose=True,
        of_outputs=True,
    ),
    _phrase(
        "smooth",
        r"\bsmooth(?! (?:re?lu|approximation|version|sigmoid|maximum))\b|differentiable everywhere"
        r"|everywhere differentiable|smooth(?:ly)? differentiab\w+",
        _smooth,
        "f'(x) exists for every x",
        loose=True,
        everywhere=True,
    ),
    _phrase(
        "probability",
        r"^\W*(?:[\w-]+ )?probabilit(?:y|ies)\W*$"
        r"|(?:outputs?|gives?|returns?|produces?|interpreted as|read as) (?:an? )?"
        r"probabilit(?:y|ies)\b(?! (?:of|that|mass|distribution))",
        _probability,
        "0 <= f(x) <= 1",
        deniable=False,
        loose=True,
        of_outputs=True,
    ),
    _phrase(
        "negative-values",
        r"(?:allows?|has|takes?|produces?|outputs?|permits?)(?: \w+)? negative (?:values|outputs)"
        r"|can be negative",
        _negative,
        "f(x) < 0 for some x",
        deniable=False,
        loose=True,
        of_values=True,
    ),
    _phrase(
        "positive",
        r"(?:always|strictly) positive",
        _order(">"),
        "f(x) > 0",
        everywhere=True,
        of_values=True,
    ),
    _phrase(
        "non-negative",
        r"non-?negative|never negative",
        _order(">="),
        "f(x) >= 0",
        deniable=False,
        everywhere=True,
        of_values=True,
    ),
    _phrase("decreasing", r"\bdecreasing\b", _slope("<="), "f'(x) <= 0", everywhere=True),
    _phrase(
        "increasing",
        r"(?<!non-)(?<!non )(?:monotonic(?:ally)?(?: increasing)?|monotone|increasing)\b",
        _slope(">="),
        "f'(x) >= 0",
        everywhere=True,
    ),
    _phrase(
        "convex",
        r"(?<!non-)\bconvex\b",
        _curved("<="),
        "f(t a + (1 - t) b) <= t f(a) + (1 - t) f(b) for 0 <= t <= 1",
        everywhere=True,
    ),
    _phrase(
        "concave",
        r"(?<!non-)\bconcave\b",
        _curved(">="),
        "f(t a + (1 - t) b) >= t f(a) + (1 - t) f(b) for 0 <= t <= 1",
        everywhere=True,
    ),
    _phrase(
        "dies",
        r"\b(?:can |may |risk of )?[\"'“‘]?(?:die|dying)\b",
        _dies,
        "f'(x) = 0 for every x < 0",
        loose=True,
    ),
    _phrase(
        "unbounded",
        r"unbounded(?: above)?|no upper bound",
        _unbounded,
        "lim f(x) = infinity",
        everywhere=True,
    ),
    _phrase(
        "gaussian-weighted",
        r"\b(?:gaussian|normal) (?:probability|cdf|cumulative|distribution function)",
        _gaussian,
        "f(x) = x P(Z <= x) for a standard normal Z",
        deniable=False,
        loose=True,
    ),
    _phrase(
        "through-origin",
        r"(?:passes )?through (?:the )?origin|f\(0\) = 0",
        _at_zero,
        "f(0) = 0",
        everywhere=True,
    ),
)
"""Rows in the order in which they are tried; words that one has taken are not read again."""

_STEMS = (
    *("vanish", "flat", "saturat", "zero", " 0", "approach", "tiny", "small", "cent", "odd func"),
    *("symmetric", "even func", "sum", "smooth", "differentiab", "probabilit", "negativ"),
    *("positiv", "decreas", "increas", "monoton", "convex", "concav", "die", "dying", "bound"),
    *("gaussian", "normal", "origin", "f(0)"),
)


def may_claim(text: str) -> bool:
    """Whether a text may have words of a row: every row needs one of a few stems, which are looked
    for faster than the rows themselves."""
    lower = text.lower()
    return any(stem in lower for stem in _STEMS)


DENIAL = re.compile(r"(?:\bnot|\bno|\bnever|n't|\bnon-?|\bwithout|\bneither)(?: \w+)?\W*$", re.I)
"""Words before a claim that deny it."""


def of_gradient(phrase: Phrase) -> Build:
    """What a phrase means where a gradient is spoken of."""
    return _slope_nonzero if phrase.name == "never-zero" else phrase.build
