"""How vectors, matrices, sets and statements are written in LaTeX."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.expression.printing.latex_parts import (
    RELATIONS,
    Form,
    applied,
    bars,
    between,
    group,
    infix,
    name,
    raised,
)
from symdl.expression.printing.pieces import (
    ATOM,
    FACTOR,
    POWER,
    RELATION,
    STATEMENT,
    SUM,
    Piece,
    at_least,
    fenced,
    piece,
    separated,
)
from symdl.expression.term import Term

# --- vectors and matrices ------------------------------------------------------------------


def _matrix(t: Term, ps: Sequence[Piece]) -> Piece:
    rows, columns = t.data
    parts: list[str | Piece] = ["\\begin{bmatrix} "]
    for i in range(rows):
        parts += [" \\\\ "] if i else []
        parts += separated(list(ps[i * columns : (i + 1) * columns]), " & ")
    return piece(*parts, " \\end{bmatrix}", level=ATOM, height=2)


_NORMS = {"": "", "inf": "_\\infty", "F": "_F", "fro": "_F"}


def _norm(t: Term, ps: Sequence[Piece]) -> Piece:
    mark = _NORMS.get(t.data, f"_{{{t.data}}}" if len(t.data) > 1 else f"_{t.data}")
    return piece(fenced(ps[0], "\\lVert", "\\rVert"), mark, level=ATOM)


# --- sets and statements -------------------------------------------------------------------


def _interval(t: Term, ps: Sequence[Piece]) -> Piece:
    return fenced(piece(*separated(list(ps))), t.data[0], t.data[1])


def _space(t: Term, ps: Sequence[Piece]) -> Piece:
    size = separated([at_least(p, FACTOR) for p in ps] if len(ps) > 1 else list(ps), " \\times ")
    home = f"\\mathbb{{{t.data or 'R'}}}"
    if t.data[:1] in ("[", "(", "{"):
        home = t.data.replace("{", "\\{").replace("}", "\\}").replace("∞", "\\infty")
    return piece(f"{home}^{{", *size, "}", level=POWER)


def _tuple(_t: Term, ps: Sequence[Piece]) -> Piece:
    comma = "," if len(ps) == 1 else ""
    return fenced(piece(*separated([at_least(p, SUM) for p in ps]), comma))


def _set_of(_t: Term, ps: Sequence[Piece]) -> Piece:
    return fenced(piece(ps[0], " \\mid ", ps[1]), "\\{", "\\}")


def _relation(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = [at_least(ps[0], SUM)]
    for sign, p in zip(t.data, ps[1:], strict=True):
        parts += [f" {RELATIONS[sign]} ", at_least(p, SUM)]
    return piece(*parts, level=RELATION)


def _statements(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(*separated(list(ps), ", \\quad "), level=STATEMENT)


def _when(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = [ps[0]]
    given = t.data or ("if",) * (len(ps) - 1)
    for word, p in zip(given, ps[1:], strict=True):
        parts += [f" \\text{{ {word} }} ", p]
    return piece(*parts, level=STATEMENT)


def _forall(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(ps[1], " \\quad \\forall ", ps[0], level=STATEMENT)


def logical(word: str) -> Form:
    """A form of conditions joined by a word."""

    def form(t: Term, ps: Sequence[Piece]) -> Piece:
        nested = ("and", "or", "not")
        inner = [fenced(p) if q.op in nested else p for p, q in zip(ps, t.args, strict=True)]
        return piece(*separated(inner, f" \\text{{ {word} }} "), level=STATEMENT)

    return form


def _not(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\text{not } ", fenced(ps[0]), level=RELATION)


_OPAQUE = {
    "probability": "\\mathbb{P}",
    "variance": "\\operatorname{Var}",
    "covariance": "\\operatorname{Cov}",
    "divergence": "\\operatorname{KL}",
    "big-O": "O",
    "small-o": "o",
    "big-Theta": "\\Theta",
}


def _opaque(t: Term, ps: Sequence[Piece]) -> Piece:
    kind, _, head = t.data.partition(":")
    if kind in ("expectation", "variance") and len(ps) > 1:
        below = piece(*separated(list(ps[1:])))
        spelled = "\\mathbb{E}" if kind == "expectation" else "\\mathbb{V}"
        return piece(spelled, "_", *group(below), fenced(ps[0], "[", "]"), level=FACTOR)
    inner = piece(*separated(list(ps)))
    if kind == "expectation":
        return piece("\\mathbb{E}", fenced(inner, "[", "]"), level=FACTOR)
    spelled = (head and name(head)) or _OPAQUE.get(kind) or f"\\operatorname{{{kind}}}"
    return piece(spelled, fenced(inner), level=FACTOR)


def _given(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(at_least(ps[0], SUM), " \\mid ", at_least(ps[1], SUM), level=RELATION)


def constant_array(sign: str) -> Form:
    """A form of an array of ones or of the identity, with its size."""

    def form(_t: Term, ps: Sequence[Piece]) -> Piece:
        if not ps:
            return piece(sign)
        size = piece(*separated(list(ps), " \\times "))
        return piece(sign, "_", *(group(size) if size.length > 1 else (size,)))

    return form


def _concat(t: Term, ps: Sequence[Piece]) -> Piece:
    """Below each other, or beside each other along the last axis of matrices and rows."""
    below = t.data == -2 or any(len(a.shape or ()) == 1 for a in t.args)
    between_ = " \\\\ " if below else " & "
    return piece("\\begin{bmatrix} ", *separated(list(ps), between_), " \\end{bmatrix}")


def _slice(t: Term, ps: Sequence[Piece]) -> Piece:
    shape = t.args[0].shape or ()
    ends = dict(zip(t.data, zip(ps[1::2], ps[2::2], strict=True), strict=True))
    axes = [
        piece(ends[axis][0], ":", ends[axis][1]) if axis in ends else piece(":")
        for axis in range(-len(shape), 0)
    ]
    base = t.args[0]
    scripted = base.op == "symbol" and not {"_", "^", "'"}.isdisjoint(name(base.data.name))
    plain = not scripted and base.op not in ("slice", "entry")
    head = at_least(ps[0], ATOM) if plain else fenced(ps[0])
    return piece(head, "_", *group(piece(*separated(axes))), level=ATOM)


def _unvec(_t: Term, ps: Sequence[Piece]) -> Piece:
    size = piece(ps[1], " \\times ", ps[2])
    return piece("\\operatorname{mat}_", *group(size), fenced(ps[0]), level=FACTOR)


SETS: dict[str, Form] = {
    "matrix": _matrix, "vector": between("[", "]"), "hadamard": infix(" \\odot "),
    "outer": infix(" \\otimes "), "kron": infix(" \\otimes "),
    "times": infix(" \\times "), "transpose": raised("{\\top}"), "inverse": raised("{-1}"),
    "norm": _norm, "cardinality": bars, "det": applied("\\det"),
    "trace": applied("\\operatorname{tr}"), "diag": applied("\\operatorname{diag}"),
    "shape_of": applied("\\operatorname{shape}"), "concat": _concat, "slice": _slice,
    "tril": applied("\\operatorname{tril}"), "triu": applied("\\operatorname{triu}"),
    "vec": applied("\\operatorname{vec}"), "unvec": _unvec,
    "softmax": applied("\\operatorname{softmax}"),
    "log_softmax": applied("\\operatorname{log\\_softmax}"),
    "logsumexp": applied("\\operatorname{logsumexp}"), "mean": applied("\\operatorname{mean}"),
    "variance": applied("\\operatorname{var}"), "reduce_sum": applied("\\operatorname{sum}"),
    "interval": _interval, "space": _space, "set": between("\\{", "\\}"), "set_of": _set_of,
    "tuple": _tuple, "relation": _relation, "statements": _statements, "when": _when,
    "forall": _forall, "and": logical("and"), "or": logical("or"), "not": _not,
    "opaque": _opaque, "given": _given,
    "ones": constant_array("\\mathbf{1}"), "identity": constant_array("I"),
}  # fmt: skip
