"""Identifiers of our own making: no text of a document ever becomes code.

A name is taken apart by a strict grammar (letters, digits, `_`, braces, macros of letters);
what does not fit becomes `x1`, `x2`, ... The result is ASCII, no keyword, no builtin and no
name that the generated code itself uses.
"""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping

from symdl.expression.spelling import SAMPLES
from symdl.expression.term import Term

_TOKEN = re.compile(r"\\([A-Za-z]+)|([A-Za-z]+)|([0-9]+)|([_{}, ^()*'+-])|(\s+)")
_ACCENT_WORDS = """
hat bar tilde dot ddot vec overline widehat widetilde check breve acute grave mathring
"""
_ACCENTS = frozenset(_ACCENT_WORDS.split())
_FONT_WORDS = """
mathbf mathrm mathit mathsf mathtt mathcal mathbb mathfrak mathscr boldsymbol bm text textbf
textrm textit texttt textsf operatorname
"""
_FONTS = frozenset(_FONT_WORDS.split())
_MARKS = {"*": "star", "'": "prime", "+": "plus", "-": "minus"}
_C_TEXT = """
auto break case char const continue default do double else enum extern float for goto if inline
int long register restrict return short signed sizeof static struct switch typedef union unsigned
void volatile while bool true false main y0 y1 yn j0 j1 jn gamma lgamma tgamma signgam size_t acos
asin atan atan2 ceil cos cosh cbrt erf erfc exp exp2 expm1 fabs fdim floor fma fmax fmin fmod
frexp hypot ldexp log log10 log1p log2 logb modf nan pow remainder rint round sin sinh sqrt tan
tanh trunc isnan isinf signbit INFINITY NAN M_PI M_E sigmoid softplus NULL abs div
"""
_C_WORDS = _C_TEXT.split()
_MODULE_WORDS = """
np numpy torch jax jnp math sp sympy F pi kind out
"""
_MODULES = _MODULE_WORDS.split()
RESERVED = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *_C_WORDS, *_MODULES))
"""Names that generated code never gives to a symbol, on any back end."""
_LONGEST = 40


def identifier(name: str) -> str:
    """The readable part of a LaTeX name, or an empty string if it does not read as a name.

    >>> identifier(r"\\hat{m}"), identifier(r"\\beta_1"), identifier("lambda"), identifier("W")
    ('m_hat', 'beta_1', 'lambda_', 'W')
    >>> identifier("__import__('os').system('true')")
    ''
    """
    name = name.removesuffix(SAMPLES)
    parts: list[str] = []
    accents: list[str] = []
    place = 0
    while place < len(name):
        found = _TOKEN.match(name, place)
        if found is None:
            return ""
        place = found.end()
        macro, letters, digits, mark, _ = found.groups()
        if macro in _ACCENTS:
            accents.append(macro)
        elif macro is not None and macro not in _FONTS:
            parts.append(("_" if parts and parts[-1][-1:].isalnum() else "") + macro)
        elif letters is not None:
            parts.append(letters)
        elif digits is not None:
            parts.append(digits)
        elif mark in _MARKS:
            parts.append("_" + _MARKS[mark])
        elif mark in ("_", ",", "^", " "):
            parts.append("_")
    text = re.sub("_+", "_", "".join((*parts, *("_" + a for a in accents)))).strip("_")
    if not text or not text[0].isalpha() or "(" in name or len(text) > _LONGEST:
        return ""
    return text + "_" if text in RESERVED or keyword.iskeyword(text) else text


def identifiers(
    symbols: Iterable[Term], preferred: Mapping[Term, str] | None = None
) -> dict[Term, str]:
    """A different identifier for each symbol, in order; `preferred` keys come first.

    Injective: where two names read alike, the later one gets a number.
    """
    chosen: dict[Term, str] = {}
    taken: set[str] = set()
    for symbol in symbols:
        if symbol in chosen:
            continue
        wanted = (preferred or {}).get(symbol, symbol.data.name)
        chosen[symbol] = fresh(identifier(wanted) or "x1", taken)
    return chosen


def fresh(wanted: str, taken: set[str]) -> str:
    """`wanted`, or the first of wanted_2, wanted_3, ... (x1, x2, ...) that is not taken."""
    name, count = wanted, 1
    stem = re.fullmatch(r"([A-Za-z]+)1", wanted)
    while name in taken or name in RESERVED:
        count += 1
        name = f"{stem[1]}{count}" if stem else f"{wanted}_{count}"
    taken.add(name)
    return name


def comment(text: str) -> str:
    """Text made safe for a comment or a doc string of generated code: one line of printable
    ASCII without quotes and backslashes, and without ends of comments.

    >>> comment('a */ b' + chr(10) + 'import os')
    'a * / b import os'
    """
    plain = "".join(c if " " <= c <= "~" else _ascii(c) for c in text)
    plain = plain.replace("\\", "").replace('"', "'").replace("*/", "* /").replace("/*", "/ *")
    plain = " ".join(plain.split()).replace("'''", "' ' '").rstrip("'")
    return plain if len(plain) <= 200 else plain[:197] + "..."


_SIGNS = {
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "∞": "infinity", "·": "*", "×": "x", "−": "-",
    "√": "sqrt", "∑": "sum", "∏": "prod", "∂": "d", "∇": "grad", "→": "->", "⊙": "*", "ᵀ": "^T",
    "²": "^2", "³": "^3", "′": "'",
}  # fmt: skip


def _ascii(character: str) -> str:
    """A sign or Greek letter in ASCII, a space for anything else."""
    if character in _SIGNS:
        return _SIGNS[character]
    name = unicodedata.name(character, "")
    if name.startswith("GREEK") and " LETTER " in name:
        letter = name.split(" LETTER ")[1].split(" ")[0].lower()
        return letter.capitalize() if "CAPITAL" in name else letter
    return " "
