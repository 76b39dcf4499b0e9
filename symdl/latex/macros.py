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
    "<": r"< \lt \ngeq \ngeqslant \ngeqq ≱",
    "<=": r"<= \le \leq \leqslant \leqq ≤ ⩽ \ngtr ≯",
    ">": r"> \gt \nleq \nleqslant \nleqq ≰",
    ">=": r">= \ge \geq \geqslant \geqq ≥ ⩾ \nless ≮",
    "approx": r"\approx \simeq \cong \approxeq ≈ ≃ ≅",
    "sim": r"\sim ∼",
    "equiv": r"\equiv ≡",
    "propto": r"\propto \varpropto ∝",
    ":=": r":= \coloneqq \coloneq \colonequals \triangleq \defeq \vcentcolon= ≔ ≜ \doteq ≐",
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
PAIRS = {"\\abs": "|", "\\abs*": "|", "\\norm": r"\|", "\\norm*": r"\|"}
"""Brackets that a macro puts around its argument; with a star they grow with it."""
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
