r"""Named distributions in words: `a Poisson variable with rate $\lambda$`, `uniform on $[0, 1]$`.

Texts have `⟨n⟩` for the formula of run n. What may be meant in several ways (an exponential
distribution with parameter $\theta$) is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symdl.document.pieces import Run

Part = Callable[[str], str]
"""The LaTeX of a part of the words by its name."""


def _given(name: str) -> str:
    return rf"(?:of\s+)?(?P<{name}>⟨\d+⟩|\d+(?:\.\d+)?|zero|one)"


_NOUN = (
    r"(?:[- ]?distributed)?(?:\s+(?:real|scalar|continuous))*"
    r"(?:\s+(?:random\s+variable|random\s+number|variable|distribution|law|noise|number))?"
)
_JOINED = r"\s*(?:,\s*and|,|and)\s*(?:an?\s+)?"
_BELL = r"(?:normal|Gaussian)(?:ly)?"
_CHANCE = r"(?:success\s+)?probability(?:\s+of\s+success)?"


def _ends(of: Part) -> str:
    """The ends of the interval that a formula is; empty where it is none."""
    match = _INTERVAL.fullmatch(of("ends"))
    return f"{match[1]}, {match[2]}" if match is not None else ""


_INTERVAL = re.compile(
    r"\s*(?:\\left)?[\[(]\s*([^,;\[\]]+?)\s*,\s*([^,;\[\]]+?)\s*(?:\\right)?[\])]\s*"
)
_ROWS: tuple[tuple[str, Callable[[Part], str]], ...] = (
    (rf"standard\s+{_BELL}{_NOUN}", lambda of: r"\mathcal{N}(0, 1)"),
    (
        rf"zero[- ]mean\s+{_BELL}{_NOUN}\s+with\s+variance\s+{_given('v')}",
        lambda of: rf"\mathcal{{N}}(0, {of('v')})",
    ),
    (
        rf"zero[- ]mean\s+{_BELL}{_NOUN}\s+with\s+standard\s+deviation\s+{_given('s')}",
        lambda of: rf"\mathcal{{N}}(0, ({of('s')})^2)",
    ),
    (
        rf"{_BELL}{_NOUN}\s+with\s+mean\s+{_given('m')}{_JOINED}variance\s+{_given('v')}",
        lambda of: rf"\mathcal{{N}}({of('m')}, {of('v')})",
    ),
    (
        rf"{_BELL}{_NOUN}\s+with\s+mean\s+{_given('m')}{_JOINED}standard\s+deviation\s+"
        rf"{_given('s')}",
        lambda of: rf"\mathcal{{N}}({of('m')}, ({of('s')})^2)",
    ),
    (
        rf"uniform(?:ly)?{_NOUN}\s+(?:on|over|in)\s+the\s+(?:closed\s+|open\s+)?unit\s+interval"
        r"(?!\s*⟨)",
        lambda of: r"\mathcal{U}(0, 1)",
    ),
    (
        rf"uniform(?:ly)?{_NOUN}\s+(?:on|over|in|from)\s+(?:the\s+)?(?:(?:closed|open|unit)\s+)?"
        r"(?:interval\s+)?(?P<ends>⟨\d+⟩)",
        lambda of: rf"\mathcal{{U}}({_ends(of)})" if _ends(of) else "",
    ),
    (
        rf"Bernoulli{_NOUN}\s+with\s+(?:{_CHANCE}|parameter|mean)\s+{_given('p')}",
        lambda of: rf"\mathrm{{Bernoulli}}({of('p')})",
    ),
    (
        rf"binomial{_NOUN}\s+with\s+parameters\s+{_given('n')}\s+and\s+{_given('p')}",
        lambda of: rf"\mathrm{{Binomial}}({of('n')}, {of('p')})",
    ),
    (
        rf"binomial{_NOUN}\s+with\s+{_given('n')}\s+trials{_JOINED}{_CHANCE}\s+{_given('p')}",
        lambda of: rf"\mathrm{{Binomial}}({of('n')}, {of('p')})",
    ),
    (
        rf"Poisson{_NOUN}\s+with\s+(?:rate|mean|parameter|intensity)\s+{_given('r')}",
        lambda of: rf"\mathrm{{Poisson}}({of('r')})",
    ),
    (
        rf"exponential(?:ly)?{_NOUN}\s+with\s+rate\s+{_given('r')}",
        lambda of: rf"\mathrm{{Exp}}({of('r')})",
    ),
    (
        rf"exponential(?:ly)?{_NOUN}\s+with\s+mean\s+{_given('m')}",
        lambda of: rf"\mathrm{{Exp}}(1 / ({of('m')}))",
    ),
    (
        rf"Laplace{_NOUN}\s+with\s+(?:location|mean)\s+{_given('m')}{_JOINED}scale\s+{_given('b')}",
        lambda of: rf"\mathrm{{Laplace}}({of('m')}, {of('b')})",
    ),
)
_LAWS = tuple((re.compile(words, re.IGNORECASE), written) for words, written in _ROWS)
_CUSTOMARY = (
    (re.compile(rf"Bernoulli{_NOUN}", re.IGNORECASE), r"\mathrm{Bernoulli}(p)", "p"),
    (re.compile(rf"binomial{_NOUN}", re.IGNORECASE), r"\mathrm{Binomial}(n, p)", "np"),
    (re.compile(rf"Poisson{_NOUN}", re.IGNORECASE), r"\mathrm{Poisson}(\lambda)", "\\lambda"),
)
_NUMBERS = {"zero": "0", "one": "1"}
SPOKEN = re.compile(
    r"\b(?:normal|Gaussian|uniform|Bernoulli|Poisson|exponential|binomial|Laplace)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Law:
    """A law in LaTeX, and where its words end. custom: the letters of its parameters, where the
    words give none."""

    latex: str
    end: int
    custom: str = ""


def law_at(text: str, start: int, runs: Sequence[Run]) -> Law | None:
    """The law that the words of a text from some place on are; None where they are none."""
    for pattern, written in _LAWS:
        match = pattern.match(text, start)
        if match is None:
            continue

        def part(name: str, match: re.Match[str] = match) -> str:
            word = match[name]
            run = runs[int(word[1:-1])] if word.startswith("⟨") else None
            return run.text.strip() if run is not None else _NUMBERS.get(word.lower(), word)

        latex = written(part)
        return Law(latex, match.end()) if latex else None
    for pattern, latex, letters in _CUSTOMARY:
        match = pattern.match(text, start)
        if match is not None and not re.match(r"\s+with\b", text[match.end() :]):
            return Law(latex, match.end(), letters)
    return None
