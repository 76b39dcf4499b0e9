"""Letters and signs of mathematics typed as Unicode. Data only."""

from __future__ import annotations

from unicodedata import normalize

from symdl.latex import macros as m

_GREEK_LETTERS = "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩϵϑϕϱς"
_GREEK_NAMES = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
    "sigma tau upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi "
    "Omega epsilon vartheta phi varrho varsigma"
)
UNICODE_GREEK = dict(zip(_GREEK_LETTERS, _GREEK_NAMES.split(), strict=True))
UNICODE_SYMBOLS = {
    "∞": r"\infty",
    "∂": r"\partial",
    "∇": r"\nabla",
    "ℓ": r"\ell",
    "∅": r"\emptyset",
    "⊤": r"\top",
    "µ": r"\mu",
}
UNICODE_SCRIPTS = {
    **{c: (m.SUP, str(i)) for i, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{c: (m.SUB, str(i)) for i, c in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **dict(zip("⁺⁻⁼ⁿⁱᵀˣʸᵃᵇᵏᵐᵖᵗ", ((m.SUP, t) for t in "+-=niTxyabkmpt"), strict=True)),
    **dict(zip("₊₋₌ₙᵢⱼₖₜₓₐₑₘₚₛ", ((m.SUB, t) for t in "+-=nijktxaemps"), strict=True)),
}
UNICODE_ACCENTS = {
    "\u0302": r"\hat",
    "\u0304": r"\bar",
    "\u0305": r"\bar",
    "\u0303": r"\tilde",
    "\u0307": r"\dot",
    "\u0308": r"\ddot",
    "\u20d7": r"\vec",
}
"""A mark that stands above the letter before it -> the accent that it is."""


def accented(letter: str) -> tuple[str, str] | None:
    """The letter and the accent of a letter with a mark, `ŷ`; None for any other character."""
    parts = normalize("NFD", letter)
    if len(parts) != 2 or parts[1] not in UNICODE_ACCENTS or not parts[0].isascii():
        return None
    return parts[0], UNICODE_ACCENTS[parts[1]]


UNICODE_FRACTIONS = dict(
    zip("½⅓⅔¼¾⅕⅙⅛", ["12", "13", "23", "14", "34", "15", "16", "18"], strict=True)
)
"""A fraction in one sign -> the digits above and below the line."""
UNICODE_BOARD = {"ℝ": "R", "ℕ": "N", "ℤ": "Z", "ℚ": "Q", "ℂ": "C", "𝔼": "E", "ℙ": "P"}

# Sets as KaTeX and MathJax name them.
BOARD_MACROS = {
    r"\R": "R",
    r"\reals": "R",
    r"\Reals": "R",
    r"\N": "N",
    r"\natnums": "N",
    r"\Z": "Z",
    r"\Complex": "C",
}
