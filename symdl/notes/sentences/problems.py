r"""Problems that are posed in a display: `\min_x f(x) \text{ s.t. } g(x) \le 0`.

What stands in one is to be solved: its constraints hold of its solutions, and define nothing, there
and wherever the text repeats one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = (
    r"\\(?:text|textrm|textup|textbf|textit|mathrm|mbox|hbox|operatorname\*?|rm)\s*\{?\s*"
    r"(?:s\.\s*t\.?|such\s+that|subject\s+to|subj\.\s*to|so\s+that)[\s:,~]*\}?"
)
_SUBJECT = re.compile(rf"{_WORDS}|\\(?:st|subjectto|subject)(?![A-Za-z])")
_EXTREME = re.compile(
    r"\\(?:arg)?(?:min|max|inf|sup)(?:imi[sz]e)?(?![A-Za-z])"
    r"|\\(?:text|textrm|mathrm|mbox|operatorname\*?|underset)"
    r"\s*\{?[^{}]{0,20}?\b(?:arg)?\s?(?:min|max|extr)"
    r"(?:imi[sz]e)?\b",
    re.IGNORECASE,
)
_ROW = re.compile(r"\\\\(?:\s*\[[^\]]*\])?|\\q?quad|(?<!\\)[,;]\s*(?=\\(?:[,;!]|q?quad)|$)")
_NOISE = re.compile(
    r"\\(?:left|right|begin\{\w+\*?\}|end\{\w+\*?\}|[,;!]|displaystyle)|[&\s]|[.,;]$"
)
_RELATION = re.compile(
    r"=|<|>|\\(?:le|ge|leq|geq|preceq|succeq|leqslant|geqslant|in|lt|gt)(?![A-Za-z])"
)


def is_problem(text: str) -> bool:
    """Whether a formula poses a problem with constraints."""
    return _SUBJECT.search(text) is not None and _EXTREME.search(text) is not None


def constraints_in(texts: Iterable[str]) -> frozenset[str]:
    """The constraints of all problems in formulas, without white space."""
    found: set[str] = set()
    for text in filter(is_problem, texts):
        match = _SUBJECT.search(text)
        assert match is not None
        for row in _ROW.split(text[match.end() :]):
            if _RELATION.search(row):
                found.add(_bare(_SUBJECT.sub(" ", row)))
    return frozenset(found)


def is_constraint(text: str, constraints: frozenset[str]) -> bool:
    """Whether a formula repeats a constraint of a problem."""
    return bool(constraints) and _bare(text) in constraints


def _bare(text: str) -> str:
    bare = _NOISE.sub("", text)
    return _NOISE.sub("", bare)
