"""The signs of LaTeX in Unicode. Data only."""

from __future__ import annotations

_GREEK = """
alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
kappa κ lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ
phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ
Phi Φ Psi Ψ Omega Ω ell ℓ hbar ℏ infty ∞ partial ∂ nabla ∇ emptyset ∅ Re ℜ Im ℑ
"""
_OPERATORS = """
cdot · times × div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • odot ⊙ otimes ⊗ oplus ⊕ le ≤ leq ≤
ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ sim ∼ simeq ≃ equiv ≡ cong ≅ propto ∝ ll ≪ gg ≫ lt < gt > to →
rightarrow → leftarrow ← gets ← Rightarrow ⇒ Leftarrow ⇐ leftrightarrow ↔ Leftrightarrow ⇔ iff ⇔
implies ⟹ mapsto ↦ longrightarrow ⟶ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇
cup ∪ cap ∩ setminus ∖ forall ∀ exists ∃ neg ¬ land ∧ lor ∨ wedge ∧ vee ∨ mid ∣ parallel ∥
perp ⊥ top ⊤ bot ⊥ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋
lceil ⌈ rceil ⌉ lvert | rvert | lVert ‖ rVert ‖ vert | Vert ‖ | ‖ { { } } % % $ $ # # & & _ _
prime ′ dagger † colon : coloneqq ≔ triangleq ≜ lbrace { rbrace } backslash \\ degree °
"""


def _pairs(text: str) -> dict[str, str]:
    flat = text.split()
    return {f"\\{name}": sign for name, sign in zip(flat[::2], flat[1::2], strict=True)}


SIGNS = {**_pairs(_GREEK), **_pairs(_OPERATORS)}
BIG = {
    "\\sum": "∑", "\\prod": "∏", "\\int": "∫", "\\iint": "∬", "\\oint": "∮", "\\bigcup": "⋃",
    "\\bigcap": "⋂", "\\bigoplus": "⨁",
}  # fmt: skip
ACCENTS = {
    "\\hat": "^", "\\widehat": "^", "\\bar": "¯", "\\overline": "¯", "\\tilde": "~",
    "\\widetilde": "~", "\\vec": "→", "\\dot": "˙", "\\ddot": "¨",
}  # fmt: skip
FONTS = {
    "\\mathbf": 0x1D400,
    "\\boldsymbol": 0x1D400,
    "\\bm": 0x1D400,
    "\\mathbb": 0x1D538,
    "\\mathcal": 0x1D49C,
    "\\mathscr": 0x1D49C,
    "\\mathfrak": 0x1D504,
    "\\mathit": 0x1D434,
    "\\mathsf": 0x1D5A0,
    "\\mathtt": 0x1D670,
}
"""Where the capital A of a font stands in Unicode; small letters follow the capitals."""
_HOLES = dict(
    zip(
        "𝔺𝔿𝕅𝕇𝕈𝕉𝕑𝒝𝒠𝒡𝒣𝒤𝒧𝒨𝒭𝒺𝒼𝓄𝔆𝔋𝔌𝔕𝔝𝑕",
        "ℂℍℕℙℚℝℤℬℰℱℋℐℒℳℛℯℊℴℭℌℑℜℨℎ",
        strict=True,
    )
)
"""Letters that Unicode had before, at other places."""


def in_font(letters: str, font: int) -> str:
    """Latin letters in a font; other characters stay.

    >>> in_font("R1", FONTS["\\\\mathbb"])
    'ℝ1'
    """
    moved = []
    for letter in letters:
        if "A" <= letter <= "Z":
            letter = chr(font + ord(letter) - ord("A"))
        elif "a" <= letter <= "z":
            letter = chr(font + 26 + ord(letter) - ord("a"))
        moved.append(_HOLES.get(letter, letter))
    return "".join(moved)


_FUNCTIONS = """
sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth exp log ln lg lim max min sup inf
arg det tr dim ker Pr gcd deg argmax argmin softmax ReLU erf
"""
FUNCTIONS = frozenset(f"\\{name}" for name in _FUNCTIONS.split())
