"""Words that withdraw what was said before: `Now drop this assumption`, `for non-symmetric $A$`,
`let $x$ be arbitrary`, `in general`, `no matter what $x$ is`.

What they say is read without anything known; `withdrawn.py` applies it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symdl.notes.sentences.names import NAMES, WRITTEN, names_in

SENTENCE, PASSAGE, ON = "sentence", "passage", "on"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a sentence withdraws: what was said of these names (of all, if there are none), in the
    SENTENCE, to the end of the PASSAGE, or from there ON. outright: everything, also where a
    letter lies; else the values of an example, equations, cases and properties. zeros: only that
    something is zero."""

    names: frozenset[str] = frozenset()
    reach: str = SENTENCE
    outright: bool = True
    zeros: bool = False


_NOUN = (
    r"(?:assum\w+|restrict\w+|conditions?|hypothes[ie]s|requirements?|constraints?|suppositions?"
    r"|independence|symmetry|orthogonality|positivity|(?<!batch )(?<!layer )normali[sz]ation"
    r"|positive[- ]definiteness)"
)
_DROPPED = re.compile(
    r"\b(?:drop(?:s|ped|ping)?|relax(?:es|ed|ing)?|lift(?:s|ed|ing)?|abandon(?:s|ed|ing)?"
    r"|discard(?:s|ed|ing)?|forget(?:s|ting)?|remov(?:e|es|ed|ing)|giv(?:e|es|ing) up)\b"
    rf"[^.$]{{0,40}}\b{_NOUN}\b"
    rf"|\b{_NOUN}\s+(?:is|are)\s+(?:now\s+)?(?:dropped|relaxed|lifted|removed|abandoned)\b"
    r"|\b(?:forget|forgetting|ignore|ignoring|never mind) that\b"
    r"|\b(?:no longer|not any ?more)\s+(?:assum|requir|suppos|restrict|insist|impos|hold|valid)\w*"
    rf"|\bdo(?:es)? not (?:assume|suppose|impose|(?:require|need)\b[^.$]{{0,40}}\b{_NOUN})\b",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    rf"\bwithout\b[^.$]{{0,40}}\b{_NOUN}\b|\bwithout (?:assum|requir|suppos)\w+"
    r"|\bunlike\b|\bin contrast to\b|\beven (?:if|when|though|for|without)\b|\bwhether or not\b"
    r"|\bregardless\b|\birrespective\b|\bno matter\b|\bwhatever\b"
    r"|\bindependent(?:ly)? of (?:the|how)\b",
    re.IGNORECASE,
)
_CONTRASTED = (
    r"(?:non-?\s?(?!negativ|linear|decreas|increas|empty|trivial|standard|convex|local|param)"
    r"[a-z]{3,}|not\b(?! (?:only|just|yet|that))|n['’]t\b|no longer|larger|smaller|bigger|greater"
    r"|higher|lower"
    r"|longer|shorter|stronger|weaker|other(?! (?:words|hand|side|things|than))|another|different"
    r"|differing|varying|dependent|correlated|asymmetric|biased|skewed|imbalanced|nonzero"
    r"|unnormali[sz]ed|unequal|uncent(?:er|re)d|unscaled|unstandardi[sz]ed|unweighted|unbalanced"
    r"|unsymmetric|unrestricted|arbitrary|generic)"
)
_PRESENT = r"(?:this|these|that|those|such|above|given|same|our|so|both|it|there|here)"
_IN_CONTRAST = re.compile(
    r"\b(?:if|when|whenever|where|for|with|in|on|under|once|though|although|while|whereas|whether)\b"
    rf"(?!\s+{_PRESENT}\b)(?:\s+(?:we|one|you))?"
    r"(?:\s+(?!(?:then|we|hence|so|thus|have)\b)[A-Za-z'’-]+){0,6}?"
    rf"\s+{_CONTRASTED}\b(?!(?:\s+[a-z-]+){{0,3}}\s*\$\s*{WRITTEN}\s*=\s*-?[\d.]+\s*\$)"
    r"|\bwithout\b(?!\s+(?:loss|any doubt|further|proof|calculat|comput|explicit|chang|much|us))"
    r"|^\W*(?:larger|smaller|other|different|unnormali[sz]ed|dependent|correlated|non-?zero)\b",
    re.IGNORECASE,
)
"""A case in words that are not followed further, other than the one before: `With a non-zero bias`,
`when the labels do not sum to one`, `For dependent variables`. What was given may not hold there,
unless its own number is (`with a larger bias $b = 5$`)."""
_PRESENCE = re.compile(
    rf"^\W*with\s+(?!{_PRESENT}\b|no\b|zero\b|respect\b|regard\b)"
    r"(?:[A-Za-z-]+\s+){0,2}[A-Za-z-]+\s*[,:]",
    re.IGNORECASE,
)
"""`With bias, ...`, `With weight decay, ...`: something is there that a zero had put out."""
_GENERAL = re.compile(
    r"\b(?:in (?:full |complete )?general(?:ity)?|generally|always|universally|identically"
    r"|in (?:all|every|any|each|both|either) cases?|holds? everywhere|the general case"
    r"|general case)\b",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"\b(?:the|this|an) identity\b"
    r"(?! (?:matri|function|map|operator|activation|element|permutation|transform))",
    re.IGNORECASE,
)
_ANY = (
    r"(?:any|every|each|all|whatever|regardless of|irrespective of|no matter what"
    r"|independent(?:ly)? of|not depend on|functions? of|vary(?:ing)?|replac(?:e|es|ed|ing)"
    r"|treat(?:s|ed|ing)?)"
)
_FREE = r"(?:arbitrary|general|generic|unrestricted|unconstrained)"
_OTHER = (
    r"(?:non-?\s?[a-z]+|not (?:necessarily |all )?(?:symmetric|orthogonal|independent|positive|unit"
    r"|negative|normal\w*|idempotent|invertible|diagonal|zero|constant|square)|dependent|correlated|asymmetric|unsymmetric"
    r"|unnormali[sz]ed|unequal)"
)
_FEW = r"(?:[A-Za-z-]+\s+){0,3}?"
_QUANTIFIED = re.compile(rf"\b{_ANY}\s+{_FEW}(?P<names>{NAMES})", re.IGNORECASE)
_OTHERWISE = re.compile(rf"\b(?:{_FREE}|{_OTHER})\s+{_FEW}(?P<names>{NAMES})", re.IGNORECASE)
_KIND = r"(?:matri\w+|vectors?|variables?|numbers?|reals?|scalars?|tensors?|arrays?|distributions?)"
_SAID = re.compile(
    rf"(?P<names>{NAMES})\s*(?:that\s+|which\s+)?"
    r"(?:(?:(?:is|are|be|being|was|were|to be|has|have|do(?:es)?)"
    rf"\s+)+(?:now\s+|also\s+|instead\s+|both\s+|simply\s+)?(?:(?:an?|some)\s+)?(?:possibly\s+)?"
    rf"(?:\b(?:any|not|no|never|neither)\b|{_FREE}\b|{_OTHER}\b)"
    rf"|(?:can|could|may|might|need|needs|cannot|fails?|ceases?|isn't|aren't|doesn't|don't|lacks?)\b"
    rf"|(?:{_FREE}|var(?:y|ies)|run(?:s)? (?:over|through)|range(?:s)? over)\b)",
    re.IGNORECASE,
)
_ANEW = re.compile(
    rf"\b(?:let|take|fix|consider)\s+(?:now\s+)?(?P<names>{NAMES})\s*(?:be|as|to be)\s+"
    rf"(?:an?\s+|some\s+|now\s+|two\s+)?{_FEW}{_KIND}\b",
    re.IGNORECASE,
)
_VALUED = re.compile(
    r"\b(?:if|when|whenever|once|even for|for)\b[^.;$]*"
    rf"(?P<names>{NAMES})\s+(?:has|have|had|having|is of|are of|of|with)\s+(?:an?\s+|the\s+)?"
    r"(?:\w+\s+)?(?:lengths?|norms?|means?|variances?|sums?|ranks?|expectations?|deviations?)\b",
    re.IGNORECASE,
)
"""`If $u$ has length $2$`: what was said of u may not hold there."""
_NEW = re.compile(
    r"\b(?:let|now|replace|treat|suppose|assume|take|fix|consider|allow|instead|longer"
    r"|from (?:here|now) on)\b",
    re.IGNORECASE,
)
_STATES = re.compile(r"\$[^$]*(?:[=<>]|\\(?:le|ge|leq|geq|ne|neq|lt|gt|in)(?![a-z]))[^$]*\$")
_UNDER = re.compile(r"\b(?:if|when|whenever|where|for|in case|unless|with)\b[^;:]*$", re.IGNORECASE)
_STEM = re.compile(
    r"drop|relax|lift|abandon|discard|forget|remov|up|omit|longer|more|does? not|without|unlike"
    r"|contrast|even|whether|regardless|irrespective|matter|whatever|independent|general|always"
    r"|universal|identi|cases?|everywhere|any|every|each|all|arbitrary|generic|un[a-z]+|non|not|other"
    r"|dependent|correlated|asymmetric|never|neither|\bno\b|fail|cannot|n't|lack|cease|need|ignor|mind"
    r"|larger|smaller|bigger|greater|higher|lower|shorter|stronger|weaker|differ|bias|skew|imbalanced"
    r"|(?-i:\bWith\b)|depend|functions? of|replac|treat|var(?:y|ies)|run|range|\bcan\b|could"
    r"|may|might|\blet\b|take|fix|consider|length|norm|mean|variance|sums?\b|rank|expectation|deviation",
    re.IGNORECASE,
)


def may_withdraw(text: str) -> bool:
    """Whether a text may have words that withdraw something."""
    return _STEM.search(text) is not None


def withdrawals_in(sentence: str) -> Iterator[Withdrawal]:
    """What a sentence withdraws, formulas in it between dollars."""
    alone = SENTENCE if _STATES.search(sentence) else PASSAGE
    new = _NEW.search(sentence) is not None
    if _DROPPED.search(sentence) is not None:
        yield Withdrawal(reach=ON)
    if _WITHOUT.search(sentence) is not None:
        yield Withdrawal(reach=alone)
    if _IN_CONTRAST.search(sentence) is not None:
        yield Withdrawal(reach=PASSAGE)
    if _PRESENCE.search(sentence) is not None:
        yield Withdrawal(reach=alone, zeros=True)
    free = [_names(match["names"]) for match in _QUANTIFIED.finditer(sentence)]
    identity = _IDENTITY.search(sentence) is not None and not free
    if identity or _GENERAL.search(sentence) is not None:
        yield Withdrawal(reach=alone, outright=False)
    for names in free:
        yield Withdrawal(names, alone)
    for pattern in (_OTHERWISE, _SAID, _ANEW, _VALUED):
        for match in pattern.finditer(sentence):
            under = _UNDER.search(sentence[: match.start()]) is not None
            lasts = pattern is _ANEW or (new and not under)
            yield Withdrawal(_names(match["names"]), ON if lasts else PASSAGE)


def _names(text: str) -> frozenset[str]:
    without_homes = re.sub(r"\\in\b[^,$]*", "", text)
    return frozenset(names_in(without_homes)) or frozenset({""})


_EXISTS = re.compile(
    r"\b(?:there (?:is|are|exists?|must be|must exist|will be)|(?:we|one) can (?:find|choose)"
    r"|for some"
    r"|(?:has|have) (?:an?|some|at least one|exactly one|one) (?:\w+ )?(?:solutions?|roots?|zeros?)"
    r"|for at least one|for certain|can be found|exists)\b",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"\b(?:let|suppose|assume|given|then|so|thus|hence|therefore|implies|it follows)\b",
    re.IGNORECASE,
)

_OR = re.compile(r"\$\s*,?\s*or\s*(?:at\s*|for\s*)?$", re.IGNORECASE)


def is_existential(before: str) -> bool:
    """Whether the words before a formula say only that something has it: `There is an $x$ such
    that`, or that it is one of several: `$x = 1$ or`. What is supposed to exist is given."""
    if _OR.search(before) is not None:
        return True
    match = _EXISTS.search(before)
    return match is not None and _INTRODUCED.search(before) is None
