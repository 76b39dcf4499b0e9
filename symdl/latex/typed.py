r"""Mathematics as it is typed into comments and docstrings: `d/dx x^2`, `sum_{i=1}^n`, `sin^2(x)`.

Only what has no other meaning: `d/dx` before what it is applied to, a plain word before the script
that makes it an operator, a sigma with a range.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_TIMES: Final = r"(?:\s*\^\s*\{?[2-4]\}?|[²³⁴])?"
_LETTER: Final = r"(?:[A-Za-z](?![A-Za-z])|\\[a-z]+(?![A-Za-z])|[α-ωϕϵ])"
_INDEX: Final = r"(?:_(?:[A-Za-z0-9]|\{[A-Za-z0-9]+\}))?"
_MARKS: Final = {
    r"(?<![A-Za-z0-9_^\\/)\]}])": r"(?:d|\\(?:mathrm|text|rm)\{d\})",
    r"(?<![/^_])": r"(?:∂|\\partial(?![A-Za-z]))",
}
"""What may not stand before a differential sign -> the sign."""
_BODY: Final = (
    r"(?=\s*(?:\\[,;:! ]\s*)*(?:[A-Za-z0-9(\[{|∂∇√∑∏∫σ-ωα-ρ‖]"
    r"|\\(?!\\|to\b|[a-z]*eq\b|cdot|times)))"
)


def _derivatives() -> Iterator[str]:
    for free, sign in _MARKS.items():
        below = rf"\s*/\s*{sign}\s*{_LETTER}{_INDEX}{_TIMES}"
        yield rf"{free}{sign}{_TIMES}\s*{_LETTER}{_INDEX}{below}"
        yield rf"{free}{sign}{_TIMES}{below}(?![A-Za-z]){_BODY}"
        yield rf"\(\s*{sign}{_TIMES}{below}\s*\){_BODY}"


DERIVATIVES: Final = "|".join(_derivatives())
"""`∂L/∂w`, and the sign of a derivative on one line before what it is applied to."""
_BIG: Final = "lim|sum|prod|sup|inf|max|min"
_FUNCTIONS: Final = "sin|cos|tan|sinh|cosh|tanh|exp|log|ln|cot|sec|csc"
WORDS: Final = rf"(?<![A-Za-z\\_])(?:(?:{_BIG})(?=_)|(?:{_FUNCTIONS})(?=\^|[²³⁴]))"
_NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?"
POWERS: Final = (
    rf"(?<![\^_*{{])\*\*(?:\s*{_NUMBER}|-?[A-Za-z](?![A-Za-z])|\s*\([^()]*\))"
    r"|(?<=[A-Za-z0-9)\]}])\^-[0-9]+(?:\.[0-9]+)?(?![0-9])|(?<=e)\^-[A-Za-z](?![A-Za-z_^])"
)
"""`x**2`, `x**(n+1)`, `2^-1`, `e^-x`."""
RANGES: Final = r"[ΣΠ](?:\s*_(?=\s*\{[^{}]*(?:=|∈|\\in))|[ᵢⱼₖₙₜ](?=₌))"
SIGNS: Final = {"Σ": "\\sum", "Π": "\\prod"}


_DERIVATIVE = re.compile(r"\(?\s*(?:d|∂|\\partial|\\(?:mathrm|text|rm)\{d\})[^/]*/[^/]*")


def is_derivative(piece: str) -> bool:
    """Whether a piece that was split off is one of DERIVATIVES."""
    return _DERIVATIVE.fullmatch(piece) is not None


def exponent_of(piece: str) -> tuple[int, int]:
    """Where the exponent in one of POWERS begins and ends.

    >>> exponent_of("**(n+1)")
    (3, 6)
    """
    sign = 2 if piece.startswith("**") else 1
    begin = len(piece) - len(piece[sign:].lstrip())
    bracket = piece[begin] == "("
    return begin + bracket, len(piece) - bracket


def parts_of(piece: str) -> tuple[int, int, int]:
    """Where a slashed derivative in a piece begins, has its slash, and ends.

    >>> parts_of("(d/dx)")
    (1, 2, 5)
    """
    bracket = piece.startswith("(")
    return int(bracket), piece.index("/"), len(piece) - bracket
