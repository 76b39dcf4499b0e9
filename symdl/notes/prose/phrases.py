"""The small set of prose claims that is read, each with its exact meaning.

A row says in which words a property is claimed and what is claimed by them; docs/documents.md
shows the table to people. `negated` rows of words (`not`, `never`, `no`) turn a claim around.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symdl.notes.prose import meanings
from symdl.notes.prose.meanings import Build


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row: its name, the words, what they mean, and the meaning for people.

    stems: small letters of which some stand wherever the words do; texts without are passed over.
    deniable: words before it may turn it around. loose: it is read in running text; the others say
    too little outside of a list or table. everywhere: it is said of all x, which words behind it
    may restrict to some. of_values: it says of the values of a derivative what it says of those of
    a function. of_outputs: it is said of all outputs of softmax together. either: its properties
    are several readings, false only if all of them are.
    """

    name: str
    stems: tuple[str, ...]
    words: re.Pattern[str]
    build: Build
    meaning: str
    deniable: bool = True
    loose: bool = False
    everywhere: bool = False
    of_values: bool = False
    of_outputs: bool = False
    either: bool = False


def _phrase(
    name: str, stems: tuple[str, ...], words: str, build: Build, meaning: str, **marks: bool
) -> Phrase:
    return Phrase(name, stems, re.compile(words, re.IGNORECASE), build, meaning, **marks)


_GRADIENT = r"(?:gradients?|derivatives?|slopes?)"
_GOES = (
    r"(?:vanish\w*|flattens(?: out)?|flatten out"
    r"|saturat\w+\b(?! (?:for|at|near|around) (?:\$?0\b\$?(?! (?:and|or)\b)|zero|the origin"
    r"|(?:very )?small|moderate|intermediate))"
    r"|(?:goes|go|tends?|approach\w*|shrinks?|decays?) to(?:wards)? (?:0|zero)"
    r"|approach\w* (?:0|zero)|becomes? (?:tiny|very small|nearly zero))"
)

_NOWHERE_NAMED = r"\b(?! (?:for|at|on|with|to|in)\b)"
"""Behind `does not saturate`: it does not say at which end."""

_NO_FUNCTION = (
    r"(?![ -](?:[\w-]+ )?(?:(?:sub)?problems?|optimi[sz]\w*|program\w*|sets?|hulls?|combinations?"
    r"|regions?|relaxations?|risks?|loss(?:es)?|objectives?|costs?|cases?|conjugates?|duality"
    r"|analysis|surrogates?|regressions?|cones?|bod(?:y|ies)|domains?|constraints?|models?))"
)
"""Words behind an adjective of functions with which it is one of something else."""

_NO_GERUND = (
    r"(?!\s+(?:the|its|their|an?|our|your|this|that|these|both|all|it|them|number|\$"
    r"|(?:\w+ )?(?:inputs?|values?|order|returns|rates?|sizes?|temperatures?|depth|width|loss)\b))"
)
"""`Increasing the number of nodes`, `with decreasing input` say nothing of a function."""

PHRASES: tuple[Phrase, ...] = (
    _phrase(
        "keeps-gradient",
        ("vanish", "saturat"),
        rf"(?:\bno|without|avoid\w*|prevent\w*|reduc\w+|mitigat\w+|alleviat\w+|address\w*|combat\w*"
        rf"|overcom\w+|tackl\w+|solv\w+|fix\w*|eliminat\w+|against|does(?: not|n't) suffer from)"
        rf"(?: the)?(?: (?:problems?|issues?|risk) (?:of|with))?(?: the)?"
        rf" (?:vanishing {_GRADIENT}|{_GRADIENT} vanish\w*)"
        rf"|(?:never|does(?: not|n['’]t)|do(?: not|n['’]t)) saturates?{_NOWHERE_NAMED}"
        rf"|(?:\bnot |\bnever |\bnon-?|\bun)saturat(?:ed|ing){_NOWHERE_NAMED}",
        meanings.keeps,
        "lim f'(x) is not 0 for x to infinity",
        deniable=False,
        loose=True,
    ),
    _phrase(
        "never-flat",
        ("flat",),
        r"never flat\b",
        meanings.never_flat,
        "lim f'(x) is not 0 for x to minus infinity, nor for x to infinity",
        deniable=False,
    ),
    _phrase(
        "vanishing-gradient",
        ("vanish", "flat", "saturat", "zero", " 0", "approach", "tiny", "small"),
        rf"{_GRADIENT}(?:(?!\b(?:no|not|never|without)\b)[^.;|])*?{_GOES}|vanishing {_GRADIENT}"
        rf"|(?<!\w){_GOES}",
        meanings.vanishes,
        "lim f'(x) = 0 for x to the ends named (both, if none is)",
        loose=True,
        either=True,
    ),
    _phrase(
        "never-zero",
        ("zero", " 0"),
        r"(?:non-?zero|never (?:0|zero)|nowhere zero)(?: for all| everywhere)?",
        meanings.nonzero,
        "f(x) is not 0 for any x (of a gradient: f'(x), and f(x) as the other reading)",
        deniable=False,
        loose=True,
        everywhere=True,
        either=True,
    ),
    _phrase(
        "zero-centred",
        ("zero", " 0", "cent"),
        r"(?:zero|0)[- ]?(?:cent(?:ered|red)|mean(?!\W+(?:and |with )?(?:a )?unit))",
        meanings.odd,
        "f(-x) = -f(x)",
        loose=True,
        everywhere=True,
    ),
    _phrase(
        "odd",
        ("odd func", "symmetric"),
        r"\bodd function|antisymmetric|symmetric about the origin",
        meanings.odd,
        "f(-x) = -f(x)",
        everywhere=True,
    ),
    _phrase(
        "even",
        ("even func", "symmetric"),
        r"\beven function|symmetric about (?:the )?(?:y-axis|zero|0)",
        meanings.even,
        "f(-x) = f(x)",
        everywhere=True,
    ),
    _phrase(
        "sums-to-one",
        ("sum",),
        meanings.SUMS.pattern,
        meanings.sums_to_one,
        "the sum of all outputs is this",
        loose=True,
        of_outputs=True,
    ),
    _phrase(
        "smooth",
        ("smooth", "differentiab"),
        r"\bsmooth(?! (?:re?lu|approximation|version|sigmoid|maximum))\b|differentiable everywhere"
        r"|everywhere differentiable|smooth(?:ly)? differentiab\w+",
        meanings.smooth,
        "f'(x) exists for every x",
        loose=True,
        everywhere=True,
    ),
    _phrase(
        "probability",
        ("probabilit",),
        r"^\W*(?:[\w-]+ )?probabilit(?:y|ies)\W*$"
        r"|(?:outputs?|gives?|returns?|produces?|interpreted as|read as) (?:an? )?"
        r"probabilit(?:y|ies)\b(?! (?:of|that|mass|distribution))",
        meanings.probability,
        "0 <= f(x) <= 1",
        deniable=False,
        loose=True,
        of_outputs=True,
    ),
    _phrase(
        "negative-values",
        ("negativ",),
        r"(?:allows?|has|takes?|produces?|outputs?|permits?)(?: \w+)? negative (?:values|outputs)"
        r"|can be negative",
        meanings.negative,
        "f(x) < 0 for some x",
        deniable=False,
        loose=True,
        of_values=True,
    ),
    _phrase(
        "positive",
        ("positiv",),
        r"(?:always|strictly) positive",
        meanings.order(">"),
        "f(x) > 0",
        everywhere=True,
        of_values=True,
    ),
    _phrase(
        "non-negative",
        ("negativ",),
        r"non-?negative|never negative",
        meanings.order(">="),
        "f(x) >= 0",
        deniable=False,
        everywhere=True,
        of_values=True,
    ),
    _phrase(
        "decreasing",
        ("decreas",),
        rf"\bdecreasing\b{_NO_GERUND}",
        meanings.slope("<="),
        "f'(x) <= 0",
        everywhere=True,
    ),
    _phrase(
        "increasing",
        ("increas", "monoton"),
        r"(?<!non-)(?<!non )(?:monotonic(?:ally)?(?: increasing)?|monotone|increasing)\b"
        rf"{_NO_GERUND}",
        meanings.slope(">="),
        "f'(x) >= 0",
        everywhere=True,
    ),
    _phrase(
        "convex",
        ("convex",),
        rf"(?<!non-)\bconvex\b{_NO_FUNCTION}",
        meanings.curved("<="),
        "f(t a + (1 - t) b) <= t f(a) + (1 - t) f(b) for 0 <= t <= 1",
        everywhere=True,
    ),
    _phrase(
        "concave",
        ("concav",),
        rf"(?<!non-)\bconcave\b{_NO_FUNCTION}",
        meanings.curved(">="),
        "f(t a + (1 - t) b) >= t f(a) + (1 - t) f(b) for 0 <= t <= 1",
        everywhere=True,
    ),
    _phrase(
        "dies",
        ("die", "dying"),
        r"\b(?:can |may |risk of )?[\"'“‘]?(?:die|dying)\b",
        meanings.dies,
        "f'(x) = 0 for every x < 0",
        loose=True,
    ),
    _phrase(
        "unbounded",
        ("bound",),
        r"unbounded(?: above)?|no upper bound",
        meanings.unbounded,
        "lim f(x) = infinity",
        everywhere=True,
    ),
    _phrase(
        "gaussian-weighted",
        ("gaussian", "normal"),
        r"(?<!and the standard )(?<!and standard )(?<!and the )"
        r"\b(?:gaussian|normal) (?:probability|cdf|cumulative|distribution function)",
        meanings.gaussian,
        "f(x) = x P(Z <= x) for a standard normal Z",
        deniable=False,
        loose=True,
    ),
    _phrase(
        "through-origin",
        ("origin", "f(0)"),
        r"(?:passes )?through (?:the )?origin|f\(0\) = 0",
        meanings.at_zero,
        "f(0) = 0",
        everywhere=True,
    ),
)
"""Rows in the order in which they are tried; words that one has taken are not read again."""

_STEMS = frozenset(stem for row in PHRASES for stem in row.stems)


def may_claim(text: str) -> bool:
    """Whether a text may have words of a row: one of its stems, which are looked for faster."""
    lower = text.lower()
    return any(stem in lower for stem in _STEMS)


DENIAL = re.compile(
    r"(?:\bnot|\bno|\bnever|n['’]t|\bnon-?|\bwithout|\bneither|\bprevent\w*|\bavoid\w*)"
    r"(?: \w+)?\W*$",
    re.I,
)
"""Words before a claim that deny it."""


def of_gradient(phrase: Phrase) -> Build:
    """What a phrase means where a gradient is spoken of."""
    return meanings.slope_nonzero if phrase.name == "never-zero" else phrase.build
