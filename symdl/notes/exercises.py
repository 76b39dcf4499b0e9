r"""Problems in lists: `Solve the following.`, and items below it; items that begin with `Find`.

Each has letters of its own: the f of one is not the f of the next.
"""

from __future__ import annotations

import re

from symdl.document.pieces import Block, Math, Words
from symdl.document.source import Span

_POSING = (
    r"(?:Find|Solve|Sketch|Graph|Determine|Explain|Interpret|Construct|Describe|Evaluate"
    r"|Estimate|Draw|Differentiate|Integrate|Factor|Simplify|Maximi[sz]e|Minimi[sz]e|Prove"
    r"|Show that|What|Which|How|Is|Are|Does|Do|Why|True or [Ff]alse|Decide|Make a table)"
)
_POSES = re.compile(rf"(?:^|[.!?:}}]\s+|\n\s*|\{{)\s*{_POSING}\b")
"""Words in front of a list of problems: `Solve the following equations.`"""
_POSED = re.compile(rf"\s*(?:\([^)]*\)\s*)?(?:\\[a-z]+\s*\{{?\s*)*{_POSING}\b")
_ASKS = re.compile(
    r"(?:^|[.!?:}]\s+|\n\s*|\{)\s*(?:Solve|Which|True or [Ff]alse|Is|Are|Does|Do)\b"
    r"|\b(?:[Dd]etermine|[Dd]ecide|[Ss]ay|[Ss]tate|[Ii]ndicate|[Cc]heck) (?:if|whether|which)\b"
    r"|\btrue or false\b"
)
"""What is to be solved or decided: `Solve the following equations.`"""
_ASKED = re.compile(r"\s*[,.;:]?\s*(?:find|solve|sketch|graph|determine|differentiate|integrate)\b")
_MARK = re.compile(
    r"(?:\\(?:item|(?:sub)*part)(?:\s*\[[^\]]*\])?|(?:^|\n)[ \t]*"
    r"(?:[-*+]|\(?(?:\d{1,3}|[a-zA-Z])[.)]))"
    r"(?:\s|\$|\\\(|\\displaystyle|\\ds\b)*$"
)


_SHEET = re.compile(
    r"\W*(?:\w+\s+){0,3}?(?:home\s?work|HW|problem (?:set|sheet)s?|problems|exercises?(?: sheets?)?"
    r"|worksheets?|mid-?term|final exam|exam|quiz|assignment|practice (?:problems|exam)"
    r"|review problems|tutorial sheet)\b",
    re.IGNORECASE,
)
"""The title of a sheet of problems: each item of its lists is one."""
_LAYOUT = re.compile(
    r"\\(?:begin|end|setcounter|addtocounter|vspace|hspace|label|vskip|input|include)\*?"
    r"(?:\{[^{}]*\})*|\\(?:[vh]fill?|newpage|noindent|bigskip|medskip|smallskip|clearpage|pagebreak"
    r"|item|centering|par)(?![A-Za-z])|\{[\d. a-z]*\}"
    r"|</?[a-z][^<>]*>"
)
"""Commands of layout and tags, which say nothing."""


def poses(block: Block, led: bool) -> bool:
    """Whether a block begins a problem of a list: it says so itself, or words in front of the list
    do."""
    first = block.runs[0] if block.runs else None
    if first is None:
        return False
    if isinstance(first, Words) and _POSED.match(first.text):
        return True
    second = block.runs[1] if len(block.runs) > 1 else None
    if isinstance(second, Words) and isinstance(first, Math) and _ASKED.match(second.text):
        return True
    origin = Span(first.source, 0, 0).origin
    return led and _MARK.search(origin.source.text[: origin.start][-80:]) is not None


def words_of(block: Block) -> str:
    """The words of a block without commands of layout and tags."""
    return _LAYOUT.sub(" ", "".join(run.text for run in block.runs if isinstance(run, Words)))


def asks(words: str) -> bool:
    """Whether words ask to solve or to decide what stands in the list below them."""
    return _ASKS.search(words) is not None


def leads_to_problems(words: str) -> bool:
    """Whether words pose the problems of the list below them."""
    return _POSES.search(words) is not None


def titles_problems(title: str) -> bool:
    """Whether a heading is that of a sheet of problems."""
    return _SHEET.match(title) is not None


def titles_quiz(title: str) -> bool:
    """Whether a heading is that of questions with answers to choose from."""
    return _QUIZ.search(title) is not None


_QUIZ = re.compile(r"\b(?:quiz|multiple[- ]choice|self[- ](?:test|check)|test your)", re.IGNORECASE)
