r"""Words that say of names what they are, in a condition: `\text{for symmetric } A`.

Only the words are here; what they mean is in expression/reading/qualities.py.
"""

from __future__ import annotations

import re

_SIGNS = ("positive", "negative", "nonnegative", "non-negative", "nonpositive", "non-positive")
_NUMBERS = ("nonzero", "non-zero", "real", "integer", "positive integer", "even", "odd")
_MATRICES = ("symmetric", "antisymmetric", "skew-symmetric", "orthogonal", "idempotent")
_DEFINITE = (
    "positive definite",
    "positive-definite",
    "positive semidefinite",
    "positive-semidefinite",
    "positive semi-definite",
    "symmetric positive definite",
    "symmetric positive semidefinite",
)
_OTHERS = (
    "diagonal",
    "invertible",
    "nonsingular",
    "non-singular",
    "unit",
    "independent",
    "mutually independent",
    "independent and identically distributed",
    "iid",
    "i.i.d.",
)
_STRICT = ("strictly positive", "strictly negative")
QUALITIES = frozenset((*_SIGNS, *_NUMBERS, *_MATRICES, *_DEFINITE, *_OTHERS, *_STRICT))
_NOUN = r"(?:real|integer|number|value|scalar|vector|matrix|matrice|random variable|variable)s?"
_QUALITY = "|".join(sorted(map(re.escape, QUALITIES), key=len, reverse=True))
_QUALITIES = re.compile(rf"(?:(?:an?|the)\s+)?(?:({_QUALITY})(?:\s+{_NOUN})*|integers|reals)")
_COPULA = re.compile(r"(?:is|are|be)\s+(?:all\s+|both\s+)?(.*)")
_ASKED = re.compile(r"(if|for|where|when|with)(?:\s+(?:all|any|every|each))?\s+(.*)")


def quality(text: str) -> str | None:
    """The quality that words name (`a symmetric matrix`, `are positive`): a word of QUALITIES.

    >>> quality("is a symmetric matrix"), quality("integers"), quality("is prose")
    ('symmetric', 'integer', None)
    """
    words = " ".join(text.lower().strip(" ,;").split())
    copula = _COPULA.fullmatch(words)
    found = _QUALITIES.fullmatch(copula[1] if copula else words)
    if found is None:
        return None
    if found[1] == "positive" and "integer" in words:
        return "positive integer"
    return found[1] or ("integer" if "integer" in words else "real")


def asked(text: str) -> tuple[str, str] | None:
    """The word that begins a condition and what follows, where that is a quality.

    >>> asked("for all symmetric")
    ('for', 'symmetric')
    """
    found = _ASKED.fullmatch(" ".join(text.lower().split()))
    if found is None or quality(found[2]) is None:
        return None
    return found[1], found[2]
