r"""Equations that what a sentence introduces is to meet: `Let $A$ and $B$ be matrices with
$AB = BA$`, `For numbers $a, b$ with $a + b = 1$ we have`.

They claim nothing and define nothing: behind `let` they hold from there on, behind `for` in their
clause. What defines a name (`with $\eta = 0.1$`, `with $y = wx$`, `with $f(x) = x^2$`) is none.
"""

from __future__ import annotations

import re

from symdl.expression.term import Term
from symdl.notes.scope.known import is_literal

_MEETS = r"(?:with|satisf(?:y|ying|ies)|obey(?:ing|s)?|having|for which|such that|where)"
_GOES = (
    r"(?:(?!\b(?:then|we|it|so|hence|thus|therefore|gives?|yields?|is|are|has|have|holds?)\b)"
    r"(?:[^.;:]|\.(?=\d)))"
)
_ENDS = rf"\b{_MEETS}\s*(?:the\s+\w+\s*)?$"
_LET = re.compile(
    rf"\b(?:let|suppose|assume|consider|take|fix|choose|pick)\b{_GOES}*{_ENDS}", re.IGNORECASE
)
_FOR = re.compile(
    rf"(?:^|[.;:,]\s+|\b(?:and|but|then|that|while)\s+)(?:for|given|over|among)\b{_GOES}*?"
    rf"\s[A-Za-z-]+s?\b{_GOES}*{_ENDS}",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:,?\s*(?:then|we|it|one|there|this|the|always)\b[^.;$]*|,\s*)\$", re.IGNORECASE
)
_DEFINES = re.compile(
    r"\s*(?:\\?[A-Za-z]+)(?:_\w|_\{\w+\})?\s*(?:\^\{?\(\w+\)\}?\s*)?(?:\(.*\)\s*)?:?=", re.DOTALL
)
_PRODUCT = re.compile(r"\s*([A-Za-z])([A-Za-z])\s*=")
_COMPOSED = frozenset(
    {"add", "mul", "matmul", "dot", "pow", "transpose", "inverse", "neg", "div", "hadamard"}
    | {"trace", "det"}
)


def is_met_from_here(term: Term, before: str) -> bool:
    """Whether a statement says what letters meet that its sentence introduces. The square of a
    number gives the number."""
    if term.op != "relation" or term.data != ("=",) or _LET.search(before) is None:
        return False
    left, right = term.args
    if left.op not in _COMPOSED or left is right:
        return False
    return not (left.op == "pow" and left.args[0].op == "symbol" and is_literal(right))


def is_met_here(text: str, before: str) -> bool:
    """Whether a formula says what the letters meet of which its clause speaks."""
    if text.count("=") != 1 or re.search(r"[<>]|\\(?:le|ge|ne|in|to)\b|:=", text):
        return False
    product = _PRODUCT.match(text)  # of two letters that the words before name, or a name
    written = set(re.findall(r"[A-Za-z]", " ".join(re.findall(r"\$([^$]+)\$", before))))
    of_named = product is not None and set(product.groups()) <= written
    if (_DEFINES.match(text) and not of_named) or _LET.search(before):
        return False
    return _FOR.search(before) is not None


def goes_on(behind: str) -> bool:
    """Whether words behind such a formula lead to what is claimed under it."""
    return _GOES_ON.match(behind) is not None
