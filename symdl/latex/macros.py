r"""Tables of LaTeX spellings: which kind of token a macro or character is.

A token kind is a short string. `TOKENS` maps a spelling to its kind and its canonical text;
the other tables serve macros that take raw text. A macro that stands in no table is unknown.
"""

from __future__ import annotations

from typing import Final

# Kinds of tokens -----------------------------------------------------------------------

NUM: Final = "number"
NAME: Final = "name"
WORD: Final = "word"
COND: Final = "condition"  # a word that restricts: if, where, otherwise, and, \forall
SIGN: Final = "sign"
LINK: Final = "link"
REL: Final = "relation"
OPEN: Final = "open"
CLOSE: Final = "close"
LEFT: Final = "left"
RIGHT: Final = "right"
BAR: Final = "bar"  # not yet decided; becomes OPEN, CLOSE, SEP or AT
AT: Final = "at"
LBRACE: Final = "{"
RBRACE: Final = "}"
SUB: Final = "_"
SUP: Final = "^"
PRIME: Final = "prime"
POST: Final = "postfix"
SEP: Final = "separator"
QUAD: Final = "quad"
ROW: Final = "row"
AMP: Final = "&"
STOP: Final = "full stop"
FUNC: Final = "function"
BIG: Final = "big operator"
FRAC: Final = "fraction"
OVER: Final = "over"
BINOM: Final = "binomial"
SQRT: Final = "root"
ACCENT: Final = "accent"
FONT: Final = "font"
STACK: Final = "stack"
MATHOP: Final = "mathop"
BEGIN: Final = "begin"
ENDENV: Final = "end"
DOTS: Final = "dots"
LIMITS: Final = "limits"
DOLLAR: Final = "dollar"
NOT: Final = "not"
SKIP: Final = "skip"
SWITCH: Final = "switch"
WRAP: Final = "wrap"  # a macro whose braces are read as if it were not there
EOF: Final = "end of the input"

# Names ---------------------------------------------------------------------------------

GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma "
    "tau upsilon phi chi psi omega varepsilon vartheta varpi varrho varsigma varphi varkappa "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega digamma"
)
SYMBOLS = (
    "ell hbar nabla partial infty emptyset varnothing aleph beth Re Im wp imath jmath top bot "
    "intercal prime dagger ddagger star surd Box square blacksquare triangle bullet diamond "
    "sharp flat natural complement eth backslash lozenge clubsuit heartsuit"
)
FUNCTIONS = (
    "log ln lg exp sin cos tan sec csc cot sinh cosh tanh coth sech csch arcsin arccos arctan "
    "arccsc arcsec arccot arsinh arcosh artanh arcsinh arccosh arctanh det dim ker deg gcd lcm "
    "arg hom Pr floor ceil"
)
# Operators that papers declare with \DeclareMathOperator under their own name.
DECLARED_OPERATORS = (
    "softmax logsumexp sigmoid relu ReLU softplus sign sgn erf erfc diag rank trace tr Tr Var Cov "
    "KL adj vec"
)
LIMIT_FUNCTIONS = "max min sup inf lim limsup liminf argmax argmin"
BIG_OPERATORS = (
    "sum prod coprod int oint iint iiint bigcup bigcap bigoplus bigotimes bigvee bigwedge bigsqcup"
)
INTEGRALS = frozenset({"int", "oint", "iint", "iiint"})

LIMIT_NAMES = frozenset(LIMIT_FUNCTIONS.split())

# Operators -----------------------------------------------------------------------------

LINKS = {
    "*": "*",
    "/": "/",
    "@": "@",
    r"\cdot": r"\cdot",
    r"\times": r"\times",
    r"\ast": r"\ast",
    r"\odot": r"\odot",
    r"\circ": r"\circ",
    r"\otimes": r"\otimes",
    r"\oplus": r"\oplus",
    r"\ominus": r"\ominus",
    r"\oslash": r"\oslash",
    r"\div": r"\div",
    r"\slash": "/",
    r"\bmod": r"\bmod",
    r"\mod": r"\bmod",
    r"\pmod": r"\pmod",
    r"\cup": r"\cup",
    r"\cap": r"\cap",
    r"\setminus": r"\setminus",
    r"\wedge": r"\wedge",
    r"\land": r"\wedge",
    r"\vee": r"\vee",
    r"\lor": r"\vee",
    "⋅": r"\cdot",
    "·": r"\cdot",
    "∙": r"\cdot",
    "×": r"\times",
    "÷": r"\div",
    "∗": r"\ast",
    "∘": r"\circ",
    "⊙": r"\odot",
    "⊗": r"\otimes",
    "⊕": r"\oplus",
    "∪": r"\cup",
    "∩": r"\cap",
    "∧": r"\wedge",
    "∨": r"\vee",
    "∖": r"\setminus",
    "∕": "/",
}
SIGNS = {
    "+": "+",
    "-": "-",
    "−": "-",
    "–": "-",
    r"\pm": r"\pm",
    r"\mp": r"\mp",
    "±": r"\pm",
    "∓": r"\mp",
}
RELATIONS = {
    "=": "= == ＝",
    "!=": r"!= \ne \neq ≠ /=",
    "<": r"< \lt",
    "<=": r"<= \le \leq \leqslant \leqq ≤ ⩽",
    ">": r"> \gt",
    ">=": r">= \ge \geq \geqslant \geqq ≥ ⩾",
    "approx": r"\approx \simeq \cong \approxeq ≈ ≃ ≅",
    "sim": r"\sim ∼",
    "equiv": r"\equiv ≡",
    "propto": r"\propto \varpropto ∝",
    ":=": r":= \coloneqq \coloneq \colonequals \triangleq \defeq \vcentcolon= ≔ ≜",
    "=:": r"=: \eqqcolon",
    "<-": r"\leftarrow \gets \longleftarrow ←",
    "->": r"\to \rightarrow \longrightarrow →",
    "<->": r"\leftrightarrow \longleftrightarrow ↔",
    "mapsto": r"\mapsto \longmapsto ↦",
    "=>": r"\Rightarrow \implies \Longrightarrow ⇒ ⟹",
    "=<": r"\Leftarrow \impliedby \Longleftarrow ⇐",
    "<=>": r"\iff \Leftrightarrow \Longleftrightarrow ⇔ ⟺",
    "in": r"\in ∈",
    "notin": r"\notin ∉",
    "ni": r"\ni ∋",
    "subset": r"\subset \subsetneq ⊂",
    "subseteq": r"\subseteq ⊆",
    "supset": r"\supset ⊃",
    "supseteq": r"\supseteq ⊇",
    "ll": r"\ll ≪",
    "gg": r"\gg ≫",
    "lesssim": r"\lesssim \lessapprox ≲",
    "gtrsim": r"\gtrsim \gtrapprox ≳",
    "prec": r"\prec",
    "preceq": r"\preceq ⪯",
    "succ": r"\succ",
    "succeq": r"\succeq ⪰",
    "asymp": r"\asymp",
    "doteq": r"\doteq",
    "perp": r"\perp ⊥",
    "parallel": r"\parallel",
}
NEGATED = {
    "=": "!=",
    "<": ">=",
    ">": "<=",
    "<=": ">",
    ">=": "<",
    "in": "notin",
}
# Marks over a relation that leave its meaning, and those that make it a definition.
DEFINING_MARKS = frozenset({"def", "def.", r"\triangle", r"\Delta", r"\vartriangle"}) | {
    rf"\{font}{{{word}}}"
    for font in ("text", "textrm", "mathrm", "textnormal", "textit", "mathit", "rm")
    for word in ("def", "def.", "define", "defined")
}

SEPARATORS = {
    ",": ",",
    ";": ";",
    ":": ":",
    r"\colon": ":",
    r"\mid": r"\mid",
    r"\bigm|": r"\mid",
    "∣": r"\mid",
}
DOTS_TEXT = {
    r"\ldots": r"\ldots",
    r"\dots": r"\ldots",
    r"\dotsc": r"\ldots",
    r"\cdots": r"\cdots",
    r"\dotsb": r"\cdots",
    r"\dotsm": r"\cdots",
    r"\dotso": r"\ldots",
    r"\hdots": r"\ldots",
    r"\vdots": r"\vdots",
    r"\ddots": r"\ddots",
    "...": r"\ldots",
    "…": r"\ldots",
    "⋯": r"\cdots",
    "⋮": r"\vdots",
    "⋱": r"\ddots",
}

# Marks over `\sim` that say only that the draws are independent.
DRAWING_MARKS = frozenset(
    rf"\{font}{{{word}}}" if font else word
    for font in ("", "text", "textrm", "mathrm", "textit", "mathit", "rm")
    for word in ("iid", "i.i.d.", "i.i.d", "ind", "ind.")
)
MARKED_ARROWS = frozenset(
    rf"\x{arrow}"
    for arrow in ("rightarrow", "leftarrow", "Rightarrow", "Leftarrow", "leftrightarrow", "mapsto")
)

# Delimiters ----------------------------------------------------------------------------

OPENERS = {
    "(": "(",
    "[": "[",
    r"\{": "{",
    r"\(": "(",
    r"\lbrace": "{",
    r"\lbrack": "[",
    r"\lparen": "(",
    r"\lgroup": "(",
    r"\langle": r"\langle",
    r"\lfloor": r"\lfloor",
    r"\lceil": r"\lceil",
    r"\llcorner": r"\lfloor",
    r"\ulcorner": r"\lceil",
    r"\lvert": "|",
    r"\lVert": r"\|",
    "⟨": r"\langle",
    "⌊": r"\lfloor",
    "⌈": r"\lceil",
}
CLOSERS = {
    ")": ")",
    "]": "]",
    r"\}": "}",
    r"\rbrace": "}",
    r"\rbrack": "]",
    r"\rparen": ")",
    r"\rgroup": ")",
    r"\rangle": r"\rangle",
    r"\rfloor": r"\rfloor",
    r"\rceil": r"\rceil",
    r"\lrcorner": r"\rfloor",
    r"\urcorner": r"\rceil",
    r"\rvert": "|",
    r"\rVert": r"\|",
    "⟩": r"\rangle",
    "⌋": r"\rfloor",
    "⌉": r"\rceil",
}
BARS = {"|": "|", r"\vert": "|", r"\|": r"\|", r"\Vert": r"\|", "∥": r"\|", "‖": r"\|"}
PARTNER = {
    "(": ")",
    "[": "]",
    "{": "}",
    "|": "|",
    r"\|": r"\|",
    r"\langle": r"\rangle",
    r"\lfloor": r"\rfloor",
    r"\lceil": r"\rceil",
}
SIZED = frozenset(
    f"{big}{side}" for big in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
)
DELIMITERS = {**OPENERS, **CLOSERS, **BARS, ".": "", "/": "/", "<": r"\langle", ">": r"\rangle"}
del DELIMITERS[r"\("]

# Macros with arguments -----------------------------------------------------------------

ACCENTS = (
    "hat widehat bar overline tilde widetilde dot ddot dddot vec check breve acute grave mathring "
    "underline underbar overbrace underbrace overrightarrow overleftarrow overleftrightarrow"
)
TEXT_FONTS = (
    "text textrm textnormal textbf textit textsf texttt textsc textup textsl emph mbox hbox"
)
WORD_FONTS = "mathrm mathit mathsf mathtt mathnormal operatorname operatorname*"
LETTER_FONTS = (
    "mathbf boldsymbol bm bold pmb mathcal mathbb mathbbm mathds Bbb mathfrak mathscr symbf symbb"
)
FONT_ALIASES = {
    "bm": "boldsymbol",
    "bold": "mathbf",
    "pmb": "boldsymbol",
    "mathbbm": "mathbb",
    "mathds": "mathbb",
    "Bbb": "mathbb",
    "symbf": "boldsymbol",
    "symbb": "mathbb",
    "operatorname*": "operatorname",
}
SWITCHES = {
    "rm": "mathrm",
    "bf": "mathbf",
    "it": "mathit",
    "sf": "mathsf",
    "tt": "mathtt",
    "cal": "mathcal",
    "bfseries": "mathbf",
    "boldmath": "boldsymbol",
}
FRACTIONS = "frac tfrac dfrac cfrac nicefrac sfrac"
WRAPPERS = (
    "boxed fbox smash mathord mathbin mathrel mathopen mathclose mathpunct mathinner ensuremath "
    "displaylimits"
)
SPACES = (
    ", ; : ! > thinspace medspace thickspace negthinspace negmedspace negthickspace enspace "
    "displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag hfill hfil strut "
    "mathstrut allowbreak nobreak noindent centering small footnotesize normalsize large Large "
    "hline toprule midrule bottomrule null relax /"
)

_ALIGNED = (
    "aligned align align* alignat alignat* alignedat split eqnarray eqnarray* multline multline* "
    "flalign flalign*"
)
_LINES = "gathered gather gather* equation equation* displaymath math subequations dgroup dmath"
_CELLS = (
    "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix array cases dcases rcases drcases "
    "cases* subarray"
)
_CASES = "cases dcases rcases drcases cases*"
ENVIRONMENTS_ALIGNED = frozenset(_ALIGNED.split())
ENVIRONMENTS_CASES = frozenset(_CASES.split())
ENVIRONMENTS = frozenset(f"{_ALIGNED} {_LINES} {_CELLS}".split())

# Words ---------------------------------------------------------------------------------

CONDITION_WORDS = {
    "if": "if",
    "else if": "if",
    "elif": "if",
    "provided": "if",
    "provided that": "if",
    "given": "if",
    "given that": "if",
    "assuming": "if",
    "assuming that": "if",
    "as long as": "if",
    "unless": "unless",
    "except at": "unless",
    "except for": "unless",
    "except when": "unless",
    "except if": "unless",
    "everywhere except": "unless",
    "everywhere except at": "unless",
    "for": "for",
    "for some": "exists",
    "for all": "forall",
    "for any": "forall",
    "for every": "forall",
    "for each": "forall",
    "where": "where",
    "otherwise": "otherwise",
    "else": "otherwise",
    "when": "when",
    "as": "when",
    "whenever": "when",
    "with": "with",
    "with probability": "with-probability",
    "and": "and",
    "and hence": "and",
    "and also": "and",
    "or": "or",
    "such that": "such-that",
    "s.t.": "such-that",
    "subject to": "such-that",
}
CONDITION_MACROS = {r"\forall": "forall", r"\exists": "exists", "∀": "forall", "∃": "exists"}
RELATION_WORDS = {"iff": "<=>", "if and only if": "<=>", "implies": "=>"}

# Unicode -------------------------------------------------------------------------------

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
    **{c: (SUP, str(i)) for i, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{c: (SUB, str(i)) for i, c in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **dict(zip("⁺⁻ⁿⁱᵀ", ((SUP, t) for t in "+-niT"), strict=True)),
    **dict(zip("₊₋ₙᵢⱼₖₜ", ((SUB, t) for t in "+-nijkt"), strict=True)),
}
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


def _token_table() -> dict[str, tuple[str, str]]:
    table: dict[str, tuple[str, str]] = {}

    def enter(kind: str, names: str) -> None:
        table.update({"\\" + name: (kind, "\\" + name) for name in names.split()})

    def alias(kind: str, spellings: dict[str, str]) -> None:
        table.update({spelling: (kind, text) for spelling, text in spellings.items()})

    enter(NAME, GREEK)
    enter(NAME, SYMBOLS)
    enter(FUNC, FUNCTIONS)
    alias(WORD, {"\\" + name: name for name in DECLARED_OPERATORS.split()})
    alias(BIG, {"\\" + name: name for name in (LIMIT_FUNCTIONS + " " + BIG_OPERATORS).split()})
    alias(BIG, {"∑": "sum", "∏": "prod", "∫": "int", "∮": "oint"})
    alias(LINK, LINKS)
    alias(SIGN, SIGNS)
    for relation, spellings in RELATIONS.items():
        table.update(dict.fromkeys(spellings.split(), (REL, relation)))
    alias(SEP, SEPARATORS)
    alias(DOTS, DOTS_TEXT)
    alias(OPEN, OPENERS)
    alias(CLOSE, CLOSERS)
    alias(BAR, BARS)
    enter(ACCENT, ACCENTS)
    enter(FONT, f"{TEXT_FONTS} {WORD_FONTS} {LETTER_FONTS}")
    enter(FRAC, FRACTIONS)
    enter(BINOM, "binom tbinom dbinom")
    enter(OVER, "over choose atop")
    enter(SQRT, "sqrt")
    enter(STACK, "overset underset stackrel substack")
    enter(MATHOP, "mathop")
    enter(WRAP, WRAPPERS)
    enter(SWITCH, " ".join(SWITCHES))
    enter(SKIP, SPACES)
    enter(LIMITS, "limits nolimits")
    enter(QUAD, "quad qquad")
    enter(NOT, "not")
    alias(COND, CONDITION_MACROS)
    alias(NAME, {c: "\\" + name for c, name in UNICODE_GREEK.items()})
    alias(NAME, UNICODE_SYMBOLS)
    alias(PRIME, {"′": "'", "″": "''", "‴": "'''"})
    alias(POST, {"!": "!", r"\%": "%", r"\degree": r"\degree"})
    table.update(
        {
            "{": (LBRACE, "{"),
            "}": (RBRACE, "}"),
            "_": (SUB, "_"),
            "^": (SUP, "^"),
            "&": (AMP, "&"),
            ".": (STOP, "."),
            "?": (STOP, "?"),
            "√": (SQRT, "√"),
            "~": (SKIP, "~"),
            "\\ ": (SKIP, " "),
            "\\\n": (SKIP, " "),
            "\\newline": (ROW, "\\\\"),
            "\\$": (DOLLAR, "$"),
            # Spellings of formula editors.
            "\\exponentialE": (NAME, "e"),
            "\\imaginaryI": (NAME, "i"),
            "\\imaginaryJ": (NAME, "j"),
            "\\imaginaryunit": (NAME, "i"),
            "\\differentialD": (NAME, "d"),
            "\\lbrace": (OPEN, "{"),
        }
    )
    del table[r"\("]
    table.update({c: (NAME, c) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"})
    for size in SIZED:
        for spelling, text in DELIMITERS.items():
            table[f"\\{size}{spelling}"] = _sized(size, spelling, text)
    for spelling, text in DELIMITERS.items():
        for name, kind in (("left", LEFT), ("right", RIGHT), ("mleft", LEFT), ("mright", RIGHT)):
            table[f"\\{name}{spelling}"] = (kind, text)
        if spelling in BARS:
            table[f"\\middle{spelling}"] = (SEP, r"\mid")
    table["\\middle/"] = (LINK, "/")
    return table


def _sized(size: str, spelling: str, text: str) -> tuple[str, str]:
    r"""The token of a sized delimiter such as `\bigl(`: the size says only the side of a bar."""
    if spelling == "/":
        return (LINK, "/")
    if spelling in BARS:
        side = size[-1]
        if side == "m":
            return (SEP, r"\mid")
        return (OPEN if side == "l" else CLOSE if side == "r" else BAR, text)
    if text == "":
        return (SKIP, "")
    return (OPEN if spelling in OPENERS or spelling == "<" else CLOSE, text)


TOKENS: Final[dict[str, tuple[str, str]]] = _token_table()
