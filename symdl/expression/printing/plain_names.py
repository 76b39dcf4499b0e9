"""Names as plain text: Greek letters, accents and fonts."""

from __future__ import annotations

import re
from functools import lru_cache

_LETTERS = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ iota ι kappa κ "
    "lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ varphi φ chi χ psi ψ "
    "omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω ell ℓ "
    "infty ∞ top T ast * star * bullet • prime '"
)
GREEK = dict(zip(_LETTERS.split()[::2], _LETTERS.split()[1::2], strict=True))
RELATIONS = {
    "!=": "≠", "<=": "≤", ">=": "≥", "approx": "≈", "sim": "~", "equiv": "≡", "propto": "∝",
    "<-": "←", "->": "→", "=>": "⇒", "<=>": "⇔", "in": "∈", "notin": "∉", "subset": "⊂",
    "subseteq": "⊆", "mapsto": "↦", "ll": "≪", "gg": "≫", "ni": "∋",
}  # fmt: skip
_DIFFERENCE = re.compile(r"\\Delta\{([^{}]*(?:\{[^{}]*\})?)\}")
_ACCENT = re.compile(r"\\(hat|bar|tilde|dot|ddot|vec)\{(.*?)\}")
_STEP = re.compile(r"_\{(\w+)([+-])(\w+)\}")
_FONT = re.compile(r"\\[A-Za-z]+\{([^{}]*)\}")


@lru_cache(maxsize=1024)
def plain_name(text: str) -> str:
    """A symbol's name for the terminal: `\\beta_1` is β_1, `\\hat{m}` m_hat, `\\mathbf{x}` x. A
    name of ours, which begins with a sign that nobody can spell, is told as its word."""
    before = None
    text = _DIFFERENCE.sub(r"Δ\1", text)
    while before != text:
        before = text
        text = _FONT.sub(r"\1", _ACCENT.sub(r"\2_\1", text, count=1), count=1)
    text = re.sub(r"\\([A-Za-z]+) ?", lambda m: GREEK.get(m[1], m[1]), text)
    text = _STEP.sub(r"_(\1 \2 \3)", text)  # h_{t-1}, spelled as the entry of h
    return text.replace("{", "").replace("}", "").removeprefix("#")
