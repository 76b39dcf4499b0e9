r"""Words that say at which point a formula holds, or that it is this point.

`Setting $a = 0$`, `as $x \to \infty$`, `near $x = 0$`; `the minimum is at $w = a$`.
"""

from __future__ import annotations

import re

from symdl.notes.sentences.names import WRITTEN

AT = re.compile(
    r"\b(?:there(?!\s+(?:is|are|was|were|exists?)\b)|substitut\w+|plug\w*|insert\w*"
    r"|at (?:the|this|that|these|those|a|an|any|its|each|every|both|such) (?:\w+ ){0,2}?"
    r"(?:points?|optim\w+|minim\w+|maxim\w+|extrem\w+|solutions?|origin|roots?|zeros?|boundar\w+"
    r"|kinks?|equilibri\w+|steady|stationary|critical|convergence|initiali[sz]ation|saddle))\b",
    re.IGNORECASE,
)
_NEAR = re.compile(
    r"\b(?:near|around|close to|about the point|in (?:the|a) (?:vicinity|neighbou?rhood) of)"
    r"\s*\(?$",
    re.IGNORECASE,
)
_NEAR_POINT = re.compile(
    rf"\s*{WRITTEN}\s*=\s*-?\s*"
    rf"(?:[\d.]+|{WRITTEN}(?:\s*[-+]\s*[\d./]+)?)\s*[,.;]?\s*$"
)
_APPROACH = re.compile(
    rf"\s*\|?{WRITTEN}\|?\s*(?:\\to|\\(?:long)?rightarrow|->|→)\s*[+-]?\s*"
    rf"(?:\\infty|∞|[\d.]+|{WRITTEN})(?:\s*\^\s*\{{?\s*[+-]\s*\}}?)?\s*[,.;]?\s*$"
)
_AS = re.compile(r"\bas\s*\(?$", re.IGNORECASE)
_NUMBERED = re.compile(rf"\s*{WRITTEN}\s*=\s*-?\s*[\d.]+\s*[,.;]?\s*$")
_SETTING = re.compile(
    r"\b(?:(?:setting|putting|taking|choosing|picking|substituting|plugging in|inserting)(?: in)?"
    r"|(?:can|could|may|might)(?: now| also| just| simply| then| for example)?"
    r" (?:pick|choose|take|set|put|plug in|substitute|try))\s*$",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\s*{WRITTEN}(?:\s*\^\s*\{{?\s*(?:\*|\\star|\\ast)\s*\}}?)?\s*=[^=<>]+$")
_WHERE = re.compile(
    r"\b(?:optimum|minim\w+|maxim\w+|extrem\w+|roots?|zeros?|vanish\w*|solution)\b[^.;]*"
    r"\b(?:is|are|lies?|occurs?|attained|reached|located|found|achieved|vanish\w*"
    r"|m(?:in|ax)imi[sz]ed)\s+(?:only\s+|exactly\s+)?(?:at|for|when|if|by)\s*$"
    r"|\b(?:has|have|attains?|takes?|reaches|achieves?)\s+(?:its|their|an?|the)\s+(?:\w+\s+)?"
    r"(?:optimum|minim\w+|maxim\w+|extrem\w+|roots?|zeros?)\s+(?:value\s+)?(?:\$[^$]+\$\s*)?"
    r"(?:at|for|when)\s*$"
    r"|\b(?:(?:critical|stationary|inflection|turning|saddle)\s+points?"
    r"|(?:local|relative)\s+(?:m(?:in|ax)im(?:um|a)|extrem(?:um|a)))(?:\s+of\s+\$[^$]+\$)?\s+"
    r"(?:(?:(?:is|are|lies?|occurs?)\s+)?(?:only\s+)?at|are)\b\s*(?:both\s+)?"
    r"(?:\$[^$]*\$\s*(?:,\s*and|,|and)\s*(?:at\s+)?)*$"
    r"|\b(?:is|are)\s+(?:m(?:in|ax)imal|m(?:in|ax)imi[sz]ed|largest|smallest|greatest)\s+"
    r"(?:at|for|when)\s*$",
    re.IGNORECASE,
)


def says_a_point(before: str) -> bool:
    """Whether the words before say that a formula is one about a point."""
    return AT.search(before) is not None


def tells_where(text: str, before: str) -> bool:
    """Whether a formula behind `at` says where something is smallest or vanishes: `The minimum is
    at $w = a$`."""
    return _NAMED.match(text) is not None and _WHERE.search(before) is not None


def says_where(text: str, before: str) -> bool:
    """Whether such a formula has a number: `prose/extrema.py` judges it, and it gives nothing."""
    equation = text.replace("\\approx", "=")
    return _NUMBERED.match(equation) is not None and tells_where(equation, before)


_OF_STEP = re.compile(
    r"\b(?:on|at|in|after|before) (?:the |its |our )?(?:very )?"
    r"(?:first|second|third|last|initial|final|next) (?:[\w-]+ ){0,2}"
    r"(?:steps?|iterations?|epochs?|rounds?|updates?|episodes?|batch(?:es)?)\W*$",
    re.IGNORECASE,
)
_STEPPED = re.compile(r"\s*\\?[A-Za-z]+\s*_\s*\{?\s*[a-z]\s*\}?\s*=\s*-?\s*[\d.]+\s*[,.;]?\s*$")


def is_setting(text: str, before: str) -> bool:
    r"""Whether a formula gives a number for its sentence: `Setting $a = 0$ gives ...`, `on the
    first step, $\rho_t = 1$`."""
    if _STEPPED.match(text) and _OF_STEP.search(before):
        return True
    return _NUMBERED.match(text) is not None and _SETTING.search(before) is not None


def is_approach(text: str, before: str) -> bool:
    r"""Whether a formula says where a variable goes, for its sentence: `As $x \to \infty$, ...`."""
    return _APPROACH.match(text) is not None and _AS.search(before) is not None


def is_near(text: str, before: str) -> bool:
    """Whether a formula says near which point its sentence speaks: `Near $x = 0$, ...`."""
    return _NEAR_POINT.match(text) is not None and _NEAR.search(before) is not None
