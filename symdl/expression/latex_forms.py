"""How each operation of docs/terms.md is written in LaTeX: one small function a form.

A form takes the Term and the Pieces of its arguments. Forms of scalar functions come from
the operator rows; only those that are spelled by signs stand here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from symdl.expression.operators import TABLE
from symdl.expression.operators.build import literal
from symdl.expression.pieces import (
    ATOM,
    FACTOR,
    POWER,
    PRODUCT,
    RELATION,
    STATEMENT,
    SUM,
    Piece,
    at_least,
    fenced,
    needs_space,
    piece,
    separated,
)
from symdl.expression.term import Term

Form = Callable[[Term, Sequence[Piece]], Piece]

RELATIONS = {
    "=": "=", "!=": "\\ne", "<": "<", "<=": "\\le", ">": ">", ">=": "\\ge",
    "approx": "\\approx", "sim": "\\sim", "equiv": "\\equiv", "propto": "\\propto", ":=": ":=",
    "<-": "\\leftarrow", "->": "\\to", "=>": "\\implies", "<=>": "\\iff", "in": "\\in",
    "notin": "\\notin", "subset": "\\subset", "subseteq": "\\subseteq", "mapsto": "\\mapsto",
    "ll": "\\ll", "gg": "\\gg", "ni": "\\ni",
}  # fmt: skip
FUNCTION_LETTERS = frozenset({"f", "g", "h", "F", "G", "H", "p", "q", "P", "L", "J", "E"})
_ESCAPES = {c: "\\" + c for c in "_%$#&{}"}
_ONE_LETTER = re.compile(r"\\?[A-Za-z]$|\\[A-Za-z]+$")


def words(text: str) -> str:
    """Words as the argument of \\text."""
    return "\\text{" + "".join(_ESCAPES.get(c, c) for c in text) + "}"


def name(text: str) -> str:
    """The name of a symbol: LaTeX as it is; a word of several letters in upright type."""
    if "\\" in text or re.fullmatch(r"[A-Za-z][0-9]*('*)([_^].+)?", text):
        return text
    base = re.fullmatch(r"([A-Za-z]+)((?:[_^](?:\{.*\}|.))+)", text)
    if base:
        return words(base[1]) + base[2]
    return words(text)


def tight(p: Piece) -> Piece:
    """A short sum without the spaces round its signs, for a subscript: `t-1`."""
    if p.level != SUM or p.length > 80:
        return p
    return piece(re.sub(r" ([+-]) ", r"\1", p.text), level=SUM)


def group(inner: str | Piece) -> tuple[str | Piece, ...]:
    """The braces of a script or an argument."""
    return ("{", inner, "}")


# --- arithmetic ------------------------------------------------------------------------


def _add(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = []
    for argument, p in zip(t.args, ps, strict=True):
        if argument.op == "neg":
            parts += [" - ", p.parts[1]] if parts else [p]
        else:
            p = at_least(p, PRODUCT)
            parts += [" + ", p] if parts else [p]
    return piece(*parts, level=SUM)


def _neg(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("-", at_least(ps[0], PRODUCT), level=SUM, greedy=ps[0].greedy)


def _ends_a_name(t: Term) -> bool:
    """Whether brackets behind this factor would read as the arguments of a function."""
    while t.op in ("mul", "matmul", "neg"):
        t = t.args[-1]
    if t.op in ("symbol", "entry", "prime"):
        base = t if t.op == "symbol" else t.args[0]
        known = base.op == "symbol" and base.data.declared and base.data.role != "function"
        text = base.data.name if base.op == "symbol" else ""
        return not known or not _ONE_LETTER.match(text.partition("_")[0])
    return False


def _joined(t: Term, ps: Sequence[Piece]) -> Piece:
    """Factors side by side, with a dot where side by side would read as something else."""
    parts: list[str | Piece] = []
    last = len(ps) - 1
    before: Piece | None = None
    for i, p in enumerate(ps):
        joined = i == last and p.level == PRODUCT and (p.greedy or t.args[i].op == "matmul")
        loose = p.level < FACTOR and not (joined and t.op == "mul")
        p = fenced(p) if loose or (p.greedy and i != last) else p
        if before is not None:
            parts.append(_link(t.args[i - 1], t.args[i], before, p))
        parts.append(p)
        before = p
    return piece(*parts, level=PRODUCT, greedy=ps[-1].greedy and parts[-1] is ps[-1])


def _link(left: Term, right: Term, before: Piece, after: Piece) -> str:
    digit = after.start[:1].isdigit() or after.start[:1] == "."
    mixed = left.op == "number" and right.op == "div"
    bracket = after.start[:1] in ("(", "[") or after.start.startswith("\\left")
    if digit or mixed or (bracket and _ends_a_name(left)):
        return " \\cdot "
    short = left.op == "number" or bracket or (before.length == 1 and len(after.start) == 1)
    if short and not needs_space(before, after):
        return ""
    return " "


def _div(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\frac{", ps[0], "}{", ps[1], "}", level=FACTOR, height=1)


def _pow(t: Term, ps: Sequence[Piece]) -> Piece:
    base, exponent = t.args
    row = TABLE.get(base.op)
    n = literal(exponent)
    counted = n is not None and n.denominator == 1 and n > 1
    if row and row.arity == 1 and row.macros and counted and base.op not in SIGNS:
        return piece(row.macros[0], "^{", ps[1], "}", ps[0].parts[-1], level=FACTOR)
    raised = at_least(ps[0], ATOM)
    return piece(raised, "^", *group(ps[1]), level=POWER)


def _exp(t: Term, ps: Sequence[Piece]) -> Piece:
    if ps[0].height > 1 or ps[0].greedy:
        return piece("\\exp", fenced(ps[0]), level=FACTOR)
    return piece("e^", *group(ps[0]), level=POWER, height=min(ps[0].height, 0))


def _root(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\sqrt[", ps[1], "]{", ps[0], "}", level=FACTOR)


def _sqrt(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\sqrt{", ps[0], "}", level=FACTOR)


def _mod(t: Term, ps: Sequence[Piece]) -> Piece:
    left, right = (at_least(p, FACTOR) for p in ps)
    return piece(left, " \\bmod ", right, level=PRODUCT)


def _factorial(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(at_least(ps[0], ATOM), "!", level=POWER)


def _binomial(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\binom{", ps[0], "}{", ps[1], "}", level=FACTOR, height=1)


def _log_base(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\log_", *group(ps[1]), fenced(ps[0]), level=FACTOR)


def between(opening: str, closing: str) -> Form:
    """A form in its own brackets, with commas."""

    def form(t: Term, ps: Sequence[Piece]) -> Piece:
        return fenced(piece(*separated(list(ps))), opening, closing)

    return form


# --- sums and other binders --------------------------------------------------------------

_BIG = {
    "sum": "\\sum", "product": "\\prod", "max_over": "\\max", "min_over": "\\min",
    "argmax": "\\operatorname*{arg\\,max}", "argmin": "\\operatorname*{arg\\,min}",
}  # fmt: skip


def _over(t: Term, ps: Sequence[Piece]) -> Piece:
    head: list[str | Piece] = [_BIG[t.op], "_{", ps[0]]
    if t.data == "range":
        head += ["=", ps[1], "}^{", ps[2], "}"]
    elif t.data == "set":
        head += [" \\in ", ps[1], "}"]
    else:
        head += ["}"]
    big = t.op in ("sum", "product")
    body = ps[-1] if big else _tight(ps[-1])
    body = at_least(body, PRODUCT)
    tall = max(body.height, 1)
    return piece(*head, " ", body, level=PRODUCT, greedy=True, height=tall)


def _tight(p: Piece) -> Piece:
    return p if p.level >= FACTOR or (p.level == PRODUCT and not p.greedy) else fenced(p)


def _integral(t: Term, ps: Sequence[Piece]) -> Piece:
    limits: list[str | Piece] = ["_{", ps[1], "}^{", ps[2], "}"] if t.data == "range" else []
    body = at_least(ps[-1], PRODUCT)
    body = fenced(body) if body.greedy else body
    return piece("\\int", *limits, " ", body, " \\, d", ps[0], level=FACTOR, height=2)


def _limit(t: Term, ps: Sequence[Piece]) -> Piece:
    side = f"^{{{t.data}}}" if t.data else ""
    point = at_least(ps[1], ATOM) if side else ps[1]
    head = piece("\\lim_{", ps[0], " \\to ", point, side, "}")
    body = at_least(ps[2], PRODUCT)
    return piece(head, " ", body, level=PRODUCT, greedy=True, height=max(1, body.height))


# --- derivatives, functions, entries ------------------------------------------------------


def _derivative(t: Term, ps: Sequence[Piece]) -> Piece:
    d = "d" if t.data == "d" else "\\partial"
    order = len(ps) - 1
    count = f"^{{{order}}}" if order > 1 else ""
    below: list[str | Piece] = []
    for p, same in groupby(ps[1:]):
        times = len(list(same))
        below += [" "] if below else []
        below += [d, _gap(d, p), p if times == 1 else at_least(p, ATOM)]
        below += [f"^{{{times}}}"] if times > 1 else []
    named = t.args[0].op in ("symbol", "entry", "prime", "label")
    top: list[str | Piece] = [d + count]
    if named:
        top += [" " if count else _gap(d, ps[0]), ps[0]]
    fraction = piece("\\frac{", *top, "}{", *below, "}", level=FACTOR, height=1)
    if named:
        return fraction
    body = at_least(ps[0], POWER if t.args[0].op not in _CALLS else FACTOR)
    return piece(fraction, " ", body, level=PRODUCT, greedy=True)


def _gap(d: str, p: Piece) -> str:
    return " " if needs_space(piece(d), p) else ""


def _gradient(t: Term, ps: Sequence[Piece]) -> Piece:
    below: tuple[str | Piece, ...] = ("_{", ps[1], "}") if len(ps) == 2 else ()
    body = at_least(ps[0], ATOM if t.args[0].op not in _CALLS else FACTOR)
    return piece("\\nabla", *below, " ", body, level=FACTOR)


def _at(t: Term, ps: Sequence[Piece]) -> Piece:
    body = at_least(ps[0], FACTOR)
    return piece("\\left. ", body, " \\right|_{", ps[1], "=", ps[2], "}", level=FACTOR, height=1)


def _call(t: Term, ps: Sequence[Piece]) -> Piece:
    primes = t.data.primes
    mark = "'" * primes if primes <= 3 else f"^{{({primes})}}"
    parts: list[str | Piece] = []
    for i, p in enumerate(ps):
        separator = "; " if i in t.data.bars else ", "
        parts += [separator, at_least(p, SUM)] if i else [at_least(p, SUM)]
    head = name(t.data.function.name)
    return piece(head + mark, fenced(piece(*parts)), level=FACTOR)


def _prime(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(at_least(ps[0], ATOM), "'" * t.data, level=POWER)


def _entry(t: Term, ps: Sequence[Piece]) -> Piece:
    base = t.args[0]
    plain = base.op == "symbol" and not re.search(r"[_^']", base.data.name)
    head = ps[0] if plain else fenced(ps[0])
    indices = [tight(p) for p in ps[1:]]
    together = all(p.length == 1 and p.start.isalpha() for p in indices)
    inside = piece(*separated(indices, "" if together else ", "))
    return piece(head, "_", *group(inside), level=ATOM)


def _label(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(ps[0], "^{(", ps[1], ")}", level=POWER)


def _piecewise(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = ["\\begin{cases} "]
    for i in range(0, len(ps) - 1, 2):
        parts += [" \\\\ "] if i else []
        parts += [ps[i], " & \\text{if } ", ps[i + 1]]
    if len(ps) % 2:
        parts += [" \\\\ ", ps[-1], " & \\text{otherwise}"]
    return piece(*parts, " \\end{cases}", level=FACTOR, height=2)


def _indicator(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\mathbf{1}", fenced(ps[0], "[", "]"), level=FACTOR)


# --- vectors and matrices ------------------------------------------------------------------


def _matrix(t: Term, ps: Sequence[Piece]) -> Piece:
    rows, columns = t.data
    parts: list[str | Piece] = ["\\begin{bmatrix} "]
    for i in range(rows):
        parts += [" \\\\ "] if i else []
        parts += separated(list(ps[i * columns : (i + 1) * columns]), " & ")
    return piece(*parts, " \\end{bmatrix}", level=ATOM, height=2)


def infix(sign: str) -> Form:
    """A form of factors with a sign between them."""

    def form(t: Term, ps: Sequence[Piece]) -> Piece:
        parts = [p if p.level >= FACTOR and not p.greedy else fenced(p) for p in ps]
        return piece(*separated(parts, sign), level=PRODUCT)

    return form


def raised(script: str) -> Form:
    """A form of a base with a fixed superscript."""

    def form(t: Term, ps: Sequence[Piece]) -> Piece:
        return piece(at_least(ps[0], ATOM), "^", script, level=POWER)

    return form


def applied(head: str) -> Form:
    """A form of a head and its arguments in brackets."""

    def form(t: Term, ps: Sequence[Piece]) -> Piece:
        inner = piece(*separated([at_least(p, SUM) for p in ps]))
        return piece(head, fenced(inner), level=FACTOR)

    return form


_NORMS = {"": "", "inf": "_\\infty", "F": "_F", "fro": "_F"}


def _norm(t: Term, ps: Sequence[Piece]) -> Piece:
    mark = _NORMS.get(t.data, f"_{{{t.data}}}" if len(t.data) > 1 else f"_{t.data}")
    return piece(fenced(ps[0], "\\lVert", "\\rVert"), mark, level=ATOM)


# --- sets and statements -------------------------------------------------------------------


def _interval(t: Term, ps: Sequence[Piece]) -> Piece:
    return fenced(piece(*separated(list(ps))), t.data[0], t.data[1])


def _space(t: Term, ps: Sequence[Piece]) -> Piece:
    size = separated([at_least(p, FACTOR) for p in ps] if len(ps) > 1 else list(ps), " \\times ")
    return piece(f"\\mathbb{{{t.data or 'R'}}}^{{", *size, "}", level=POWER)


def _tuple(t: Term, ps: Sequence[Piece]) -> Piece:
    comma = "," if len(ps) == 1 else ""
    return fenced(piece(*separated([at_least(p, SUM) for p in ps]), comma))


def _set_of(t: Term, ps: Sequence[Piece]) -> Piece:
    return fenced(piece(ps[0], " \\mid ", ps[1]), "\\{", "\\}")


def _relation(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = [at_least(ps[0], SUM)]
    for sign, p in zip(t.data, ps[1:], strict=True):
        parts += [f" {RELATIONS[sign]} ", at_least(p, SUM)]
    return piece(*parts, level=RELATION)


def _statements(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(*separated(list(ps), ", \\quad "), level=STATEMENT)


def _when(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = [ps[0]]
    given = t.data or ("if",) * (len(ps) - 1)
    for word, p in zip(given, ps[1:], strict=True):
        parts += [f" \\quad \\text{{{word} }} ", p]
    return piece(*parts, level=STATEMENT)


def _forall(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(ps[1], " \\quad \\forall ", ps[0], level=STATEMENT)


def logical(sign: str) -> Form:
    """A form of conditions joined by a sign."""

    def form(t: Term, ps: Sequence[Piece]) -> Piece:
        inner = [p if p.level >= RELATION and q.op not in ("and", "or") else fenced(p)
                 for p, q in zip(ps, t.args, strict=True)]  # fmt: skip
        return piece(*separated(inner, sign), level=STATEMENT)

    return form


def _not(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\lnot ", fenced(ps[0]), level=RELATION)


_OPAQUE = {
    "probability": "P",
    "variance": "\\operatorname{Var}",
    "covariance": "\\operatorname{Cov}",
}


def _opaque(t: Term, ps: Sequence[Piece]) -> Piece:
    kind, _, head = t.data.partition(":")
    inner = piece(*separated(list(ps)))
    if kind == "expectation":
        return piece("\\mathbb{E}", fenced(inner, "[", "]"), level=FACTOR)
    heads = {
        "probability": "P",
        "variance": "\\operatorname{Var}",
        "covariance": "\\operatorname{Cov}",
    }
    spelled = head or heads.get(kind) or f"\\operatorname{{{kind}}}"
    return piece(spelled, fenced(inner), level=FACTOR)


def _given(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(at_least(ps[0], SUM), " \\mid ", at_least(ps[1], SUM), level=RELATION)


FORMS: dict[str, Form] = {
    "add": _add, "neg": _neg, "mul": _joined, "matmul": _joined, "div": _div, "pow": _pow,
    "exp": _exp, "root": _root, "sqrt": _sqrt, "mod": _mod, "factorial": _factorial,
    "binomial": _binomial, "log_base": _log_base, "abs": between("|", "|"),
    "floor": between("\\lfloor", "\\rfloor"), "ceil": between("\\lceil", "\\rceil"),
    **dict.fromkeys(_BIG, _over), "integral": _integral, "limit": _limit,
    "derivative": _derivative, "gradient": _gradient, "at": _at, "call": _call,
    "prime": _prime, "entry": _entry, "label": _label, "piecewise": _piecewise,
    "indicator": _indicator, "matrix": _matrix, "vector": between("[", "]"),
    "hadamard": infix(" \\odot "), "dot": infix(" \\cdot "), "outer": infix(" \\otimes "),
    "kron": infix(" \\otimes "), "times": infix(" \\times "),
    "transpose": raised("{\\top}"), "inverse": raised("{-1}"), "norm": _norm,
    "cardinality": between("|", "|"), "det": applied("\\det"),
    "trace": applied("\\operatorname{tr}"), "diag": applied("\\operatorname{diag}"),
    "shape_of": applied("\\operatorname{shape}"), "concat": applied("\\operatorname{concat}"),
    "softmax": applied("\\operatorname{softmax}"),
    "log_softmax": applied("\\operatorname{log\\_softmax}"),
    "logsumexp": applied("\\operatorname{logsumexp}"), "mean": applied("\\operatorname{mean}"),
    "variance": applied("\\operatorname{var}"), "reduce_sum": applied("\\operatorname{sum}"),
    "interval": _interval, "space": _space, "set": between("\\{", "\\}"), "set_of": _set_of,
    "tuple": _tuple, "relation": _relation, "statements": _statements, "when": _when,
    "forall": _forall, "and": logical(" \\land "), "or": logical(" \\lor "), "not": _not,
    "opaque": _opaque, "given": _given,
}  # fmt: skip
SIGNS = frozenset(FORMS)
_CALLS = frozenset({"call"}) | (frozenset(TABLE) - SIGNS)
