"""The conventions: what is read of notation that nobody declared. Data only.

A declaration always wins. Each convention that decided something is reported by the
reading as `Applied`; docs/reading.md shows this table to people.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symdl.document.source import Span
from symdl.expression.domain import INTEGER, POSITIVE, UNIT_OPEN, Domain


@dataclass(frozen=True, slots=True)
class Applied:
    """A convention that was used: its key in RULES, its sentence, and where."""

    rule: str
    text: str
    span: Span


RULES: dict[str, str] = {
    "function-letter": "a letter of functions (f, g, L, p, ...) before a bracket is a call",
    "function-form": "`name(x) = ...` makes the name a function throughout",
    "function-arguments": "a name before a bracket with several arguments is a call",
    "function-argument": "a capital letter before a bracket with one name or call is a call",
    "product-bracket": "a letter that is no letter of functions before a bracket is a factor",
    "operator-letter": "\\sigma, \\Phi, \\Gamma before a bracket are the known functions",
    "union": "P(A \\cup B) is P(A) + P(B) - P(A, B)",
    "natural-log": "\\log without a base is natural",
    "euler": "an undeclared e is Euler's number",
    "pi": "an undeclared \\pi that is not called is the number",
    "transpose": "T as an exponent of what is no declared scalar is the transpose",
    "bold-array": "bold letters are vectors (small) or matrices (capital) of unknown size",
    "capital-matrix": "capitals multiplied with capitals or vectors are matrices of unknown size",
    "array-neighbour": "a letter multiplied with or added to an array is an array of unknown size",
    "array-function": "what softmax, tr, ... are taken of is an array of unknown size",
    "softmax-entry": "softmax(x_i) beside a sum of exponentials is the entry i of the softmax",
    "column-broadcast": "a vector of n entries beside an (n, 1) column broadcasts to (n, n): by "
    "accident, if one of them was meant to be turned",
    "index-range": "an index reaches entries that its array does not have",
    "index-subscript": "letters in a subscript are indices: x_i is an entry of x",
    "time-subscript": "the subscript t, or one with + or -, makes the base a sequence",
    "array-family": "an indexed name that is transposed or beside an array is a family of arrays",
    "label-subscript": "a digit, word, capital or Greek subscript is part of an undeclared name",
    "word-subscript": "letters run together in a subscript that are no indices are one word",
    "label-superscript": "a superscript in brackets, a word, * or + is a label, not a power",
    "sample-superscript": "i, j or the index of a sum in brackets above a name numbers samples",
    "inverse-function": "the superscript -1 of a function is its inverse",
    "expectation-of-power": "a power behind the bracket around a sum is what the mean is taken of",
    "power-of-value": "a superscript between a known function and its argument raises the value",
    "derivative-order": "a number in brackets between a function and its argument counts primes",
    "derivative-fraction": "a fraction of two differentials is a derivative",
    "prime-of-expression": "primes on an expression of one variable are its derivative in it",
    "derivative-rest": "d/dx applies to the rest of its product",
    "gradient-next": "a gradient sign applies to the next factor",
    "operator-reach": "min, max, lim run to the end of a sum whose later terms have their "
    "variable, "
    "so does a sum whose index the left side does not have",
    "hessian": "\\nabla_x^2 f is the matrix of all second derivatives by the entries of x",
    "implicit-sum": "a sum without limits runs over all values of its index",
    "open-interval": "(a, b) with a < b from 0, -1 or with an infinity is an open interval",
    "tuple": "(a, b) of other numbers or names is a tuple",
    "vector-in-brackets": "(a, b, c) with a number that is no size (0.5, -1) is a vector",
    "matrix-power": "a whole power of a square matrix is a product of matrices",
    "list-transpose": "a list in brackets with T is the vector of its items",
    "difference": "\\Delta before a name makes one name with it",
    "enclosing-bracket": "brackets around a whole statement are no part of it",
    "cardinality": "|B| of a set is its number of elements",
    "assignment": "= whose left side occurs on the right is kept as written",
    "distribution": "a name before a bracket behind \\sim is a distribution",
    "division-next": "a/b c is (a/b) c where c is a bracket, fraction, sum or function",
    "domain": "the letter has the usual domain of the table",
    "index-domain": "a letter used as a subscript is an integer from 1",
    "count-domain": "n, N and upper limits of sums are integers from 1",
    "congruence": "a \\equiv b \\pmod n says that the remainders of a and b are equal",
    "entry-of-bold": "x_i beside \\mathbf{x} is an entry of it, so is a_{ij} beside \\mathbf{A}",
    "positive-part": "[x]_+ is max(0, x)",
    "norm-array": "what a norm or an inner product is taken of is an array of unknown size",
    "indicator": "\\mathbb{1} or \\mathbf{1} with a condition is 1 where it holds, else 0",
    "words": "an upright word is one name",
}  # fmt: skip

_FUNCTION_LETTERS_TEXT = (
    "f g h F G H J L P Q V D R p q \\ell \\phi \\psi \\varphi \\Psi \\Phi \\pi \\Lambda \\rho "
    "\\mathcal{L} \\mathcal{J} \\mathcal{F} \\mathcal{H} \\mathcal{R} \\mathcal{P} "
    "\\mathcal{D} \\mathcal{T} \\mathbf{f} \\mathbf{g} \\boldsymbol{\\phi}"
)
FUNCTION_LETTERS = frozenset(_FUNCTION_LETTERS_TEXT.split())
OPERATOR_LETTERS = frozenset({"\\sigma", "\\Phi", "\\Gamma"})
MATRIX_LETTERS = frozenset("ABCHKMQSUVWXYZ") | {"\\Sigma", "\\Lambda", "\\Omega", "\\Theta"}
WEIGHTS = frozenset("AUVW")
BESIDE_BOLD = (MATRIX_LETTERS | {"\\Phi", "\\Psi"}) - {"B", "C"}
"""Plain capitals that are matrices beside a bold vector; C may be the number of a penalty."""
VECTOR_LETTERS = frozenset("ghopqsuvwxyz")
FACTOR_LETTERS = frozenset("DFGJLPR")
"""Capitals that are matrices beside a matrix (`P^{-1} A P`, `L D L^T`), and nowhere else."""
GREEK_VECTORS = frozenset({"\\alpha", "\\beta", "\\theta", "\\mu"})
DESIGN_MATRICES, COEFFICIENTS = frozenset({"X", "\\Phi"}), frozenset({"\\beta", "\\theta"})
"""`X\\beta` and `\\Phi\\theta` of a regression: a matrix before a vector."""
INDEX_LETTERS = frozenset("ijklmnrstcd") | {"\\tau"}
TIME_LETTERS = frozenset({"t", "\\tau"})
LABEL_LETTERS = frozenset({"y"})
"""Letters of the right class: `z_y` is an entry of z where other entries are summed."""
COUNT = Domain(lower=Fraction(1), integer=True)
DOMAINS: dict[str, Domain] = {
    "\\beta_1": UNIT_OPEN,
    "\\beta_2": UNIT_OPEN,
    "\\epsilon": POSITIVE,
    "\\varepsilon": POSITIVE,
    "\\sigma": POSITIVE,
    "\\lambda": POSITIVE,
    "\\alpha": POSITIVE,
    "\\eta": POSITIVE,
    "n": COUNT,
    "N": COUNT,
}
HYPOTHESES: dict[str, Domain] = {
    **DOMAINS,
    **dict.fromkeys(("a", "b", "c", "d", "k", "h", "\\tau", "\\gamma", "\\delta", "T"), POSITIVE),
    **dict.fromkeys(("\\beta", "p", "q", "\\rho", "\\hat{y}"), UNIT_OPEN),
    **dict.fromkeys(("m", "t", "d_k", "B"), COUNT),
}
"""What a reader supplies for a letter of which nothing was declared, if a claim needs it: the
usual domains, and those of letters that are read as any real number."""
COUNT_LETTERS = frozenset("NMKTDLCJ")
"""Capitals that stand for the last index: `x_1, ..., x_N`."""
_LABELS_TEXT = """
    in min mid std rms init dim dist lin crit sim lim tr nn kl mm max out new old avg net err
    opt ref pos neg
"""
LABELS = frozenset(_LABELS_TEXT.split())
"""Words that stand in subscripts though their letters could be indices."""
INTEGERS = INTEGER
"""Of a bound index."""

ARRAY_WORDS: dict[str, str] = {
    "softmax": "softmax", "Softmax": "softmax", "log_softmax": "log_softmax",
    "logsoftmax": "log_softmax", "LogSoftmax": "log_softmax", "logsumexp": "logsumexp",
    "LSE": "logsumexp", "lse": "logsumexp", "tr": "trace", "Tr": "trace", "trace": "trace",
    "det": "det", "Det": "det", "diag": "diag", "mean": "mean", "shape": "shape_of",
    "sum": "reduce_sum", "tril": "tril", "triu": "triu",
    "concat": "concat", "Concat": "concat", "vec": "vec", "Vec": "vec",
    "\\det": "det", "\\tr": "trace", "\\trace": "trace",
    "\\diag": "diag", "\\softmax": "softmax",
}  # fmt: skip
OPAQUE: dict[str, str] = {
    "E": "expectation", "\\mathbb{E}": "expectation", "\\mathrm{E}": "expectation",
    "\\mathcal{E}": "expectation",
    "Var": "variance", "\\mathbb{V}": "variance", "Cov": "covariance", "cov": "covariance",
    "\\mathbb{P}": "probability", "\\mathrm{P}": "probability", "\\Pr": "probability",
    "Pr": "probability",
    "\\Var": "variance", "\\Cov": "covariance", "\\KL": "divergence",
    "O": "big-O", "\\mathcal{O}": "big-O", "o": "small-o", "\\Theta": "big-Theta",
    "\\mathcal{N}": "distribution:\\mathcal{N}", "\\mathcal{U}": "distribution:\\mathcal{U}",
    "KL": "divergence", "D_{\\text{KL}}": "divergence",
}  # fmt: skip
INDICATORS = frozenset({"\\mathbb{1}", "\\mathbb{I}", "\\mathbf{1}", "\\mathds{1}"})
_PROSE_WORDS_TEXT = """
    and or if for where with the is of to in by as then when example so hence thus since because
    we that this from gives otherwise else note but not are was see let minimize maximize
    minimise maximise subject always never everywhere nowhere fails holds on over within near
    outside inside at only whenever unless true false
"""
PROSE_WORDS = frozenset(_PROSE_WORDS_TEXT.split())
