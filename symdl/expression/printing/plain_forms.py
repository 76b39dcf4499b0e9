"""How each operation is written as plain text: a form an operation, as in `latex_forms`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from symdl.expression.operators import TABLE
from symdl.expression.printing.pieces import (
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
    piece,
    separated,
)
from symdl.expression.printing.plain_names import RELATIONS, plain_name
from symdl.expression.spelling import SAMPLES
from symdl.expression.term import Term

Form = Callable[[Term, Sequence[Piece]], Piece]

_SETS = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ"}
_CONSTANTS = {"pi": "π", "e": "e", "infinity": "∞"}


def plain_piece(node: Term, ps: Sequence[Piece]) -> Piece:
    """The plain text of one node from that of its arguments."""
    if node.op in _ATOMS and not ps:
        return piece(_ATOMS[node.op](node))
    form = _FORMS.get(node.op)
    return form(node, ps) if form else _applied(_head(node.op), ps)


def _head(op: str) -> str:
    row = TABLE.get(op)
    if row is None:
        return op
    if row.letter:
        return plain_name(row.letter)
    return row.words[0] if row.words else op


def _applied(head: str, ps: Sequence[Piece]) -> Piece:
    return piece(head, fenced(piece(*separated(list(ps)))), level=ATOM)


def _add(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = []
    for argument, p in zip(t.args, ps, strict=True):
        if argument.op == "neg" and parts:
            parts += [" - ", p.parts[1]]
        elif argument.op == "neg":
            parts.append(p)
        else:
            parts += [" + "] if parts else []
            parts.append(at_least(p, PRODUCT))
    return piece(*parts, level=SUM)


def _neg(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("-", at_least(ps[0], PRODUCT), level=SUM, greedy=ps[0].greedy)


def _product(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = []
    for i, p in enumerate(ps):
        last = i == len(ps) - 1
        fits = p.level >= FACTOR or (p.level == PRODUCT and p.greedy and last)
        p = p if fits and (last or not p.greedy) else fenced(p)
        if i:
            parts.append(_link(t.args[i - 1], t.args[i], parts[-1], p))
        parts.append(p)
    return piece(*parts, level=PRODUCT, greedy=ps[-1].greedy and parts[-1] is ps[-1])


def _link(left: Term, right: Term, before: str | Piece, after: Piece) -> str:
    assert isinstance(before, Piece)
    if after.start[:1].isdigit() or after.start[:1] == ".":
        return "·"
    if left.op == "number":
        return " " if right.op == "derivative" else ""
    if right.op in ("neg", "div") and right.args[0].op == "number":
        return "" if before.end[-1:] == ")" else " · "
    if after.start[:1] == "(":
        return "" if before.end[-1:] == ")" or before.length == 1 else " "
    return "" if before.length == after.length == 1 else " "


def _div(_t: Term, ps: Sequence[Piece]) -> Piece:
    upper = at_least(ps[0], FACTOR) if ps[0].greedy else at_least(ps[0], PRODUCT)
    return piece(upper, "/", at_least(ps[1], POWER), level=PRODUCT)


def _pow(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(at_least(ps[0], ATOM), "^", at_least(ps[1], ATOM), level=POWER)


def _exp(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("e^", at_least(ps[0], ATOM), level=POWER)


def _over(t: Term, ps: Sequence[Piece]) -> Piece:
    head: list[str | Piece] = [_BIG[t.op], "[", ps[0]]
    if t.data == "range":
        head += ["=", ps[1], "..", ps[2]]
    elif t.data == "set":
        head += [" in ", ps[1]]
    return piece(*head, "] ", at_least(ps[-1], PRODUCT), level=PRODUCT, greedy=True)


def _integral(t: Term, ps: Sequence[Piece]) -> Piece:
    limits: list[str | Piece] = [", ", ps[1], "..", ps[2]] if t.data == "range" else []
    return piece("integral(", ps[-1], " d", ps[0], *limits, ")", level=FACTOR)


def _limit(t: Term, ps: Sequence[Piece]) -> Piece:
    body = at_least(ps[2], PRODUCT)
    if t.data == "pm":
        return piece("lim[|", ps[0], "|→", ps[1], "] ", body, level=PRODUCT, greedy=True)
    return piece("lim[", ps[0], "→", ps[1], t.data, "] ", body, level=PRODUCT, greedy=True)


def _derivative(t: Term, ps: Sequence[Piece]) -> Piece:
    d = "d" if t.data == "d" else "∂"
    order = f"^{len(ps) - 1}" if len(ps) > 2 else ""
    runs = [(p, len(list(same))) for p, same in groupby(ps[1:])]
    below: list[str | Piece] = []
    for p, times in runs:
        below += [d, p, f"^{times}" if times > 1 else ""]
    below = ["(", *below, ")"] if len(runs) > 1 else below
    named = t.args[0].op in ("symbol", "entry", "call")
    if named:
        return piece(d, order, ps[0], "/", *below, level=PRODUCT, greedy=True)
    return piece(d, order, "/", *below, " ", fenced(ps[0], "[", "]"), level=FACTOR)


def _nth_derivative(t: Term, ps: Sequence[Piece]) -> Piece:
    d, body = "d" if t.data == "d" else "∂", fenced(ps[0], "[", "]")
    return piece(d, "^", ps[2], "/", d, ps[1], "^", ps[2], " ", body, level=FACTOR)


def _gradient(t: Term, ps: Sequence[Piece]) -> Piece:
    below: tuple[str | Piece, ...] = ("_", ps[1]) if len(ps) == 2 else ()
    if below and t.args[1].args:
        below = ("_(", ps[1], ")")
    return piece("∇", *below, " ", at_least(ps[0], FACTOR), level=FACTOR, greedy=len(ps) == 2)


def _at(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(at_least(ps[0], FACTOR), " at ", ps[1], " = ", ps[2], level=RELATION)


def _call(t: Term, ps: Sequence[Piece]) -> Piece:
    head = plain_name(t.data.function.name) + "'" * t.data.primes
    parts: list[str | Piece] = []
    for i, p in enumerate(ps):
        parts += [("; " if i in t.data.bars else ", ") if i else "", p]
    return piece(head, fenced(piece(*parts)), level=ATOM)


def _entry(t: Term, ps: Sequence[Piece]) -> Piece:
    if t.args[0].op == "symbol" and t.args[0].data.name.endswith(SAMPLES):
        spelled = plain_name(t.args[0].data.name.removesuffix(SAMPLES))
        below = ("_", *separated(list(ps[2:]), ",")) if len(ps) > 2 else ()
        return piece(spelled, *below, "^(", ps[1], ")", level=ATOM)
    head = at_least(ps[0], ATOM)
    if len(ps) == 2:
        short = t.args[1].op in ("symbol", "number")
        return piece(head, "_", ps[1] if short else fenced(ps[1]), level=ATOM)
    together = all(p.length == 1 and p.start.isalpha() for p in ps[1:])
    inside = piece(*separated(list(ps[1:]), "" if together else ","))
    return piece(head, "_", inside if together else fenced(inside), level=ATOM)


def _piecewise(_t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = []
    for i in range(0, len(ps) - 1, 2):
        parts += ["; " if i else "", ps[i], " if ", ps[i + 1]]
    if len(ps) % 2:
        parts += ["; ", ps[-1], " otherwise"]
    return piece("{", *parts, "}", level=ATOM)


def _matrix(t: Term, ps: Sequence[Piece]) -> Piece:
    rows, columns = t.data
    lines = [
        fenced(piece(*separated(list(ps[i * columns : (i + 1) * columns]))), "[", "]")
        for i in range(rows)
    ]
    return fenced(piece(*separated(lines)), "[", "]")


def _relation(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = [at_least(ps[0], SUM)]
    for sign, p in zip(t.data, ps[1:], strict=True):
        parts += [f" {RELATIONS.get(sign, sign)} ", at_least(p, SUM)]
    return piece(*parts, level=RELATION)


def _when(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = [ps[0]]
    for word, p in zip(t.data or ("if",) * (len(ps) - 1), ps[1:], strict=True):
        parts += [f" {word} ", p]
    return piece(*parts, level=STATEMENT)


_ORDERS = {"big-O": "O", "small-o": "o", "big-Theta": "Θ"}


def _opaque(t: Term, ps: Sequence[Piece]) -> Piece:
    kind, _, head = t.data.partition(":")
    inner = piece(*separated(list(ps)))
    if kind == "expectation":
        return piece("E", fenced(inner, "[", "]"), level=FACTOR)
    return piece(plain_name(head) or _ORDERS.get(kind, kind), fenced(inner), level=FACTOR)


def _space(t: Term, ps: Sequence[Piece]) -> Piece:
    size = piece(*separated(list(ps), "×"))
    return piece(_SETS.get(t.data, t.data), "^", size if len(ps) == 1 else fenced(size))


def _infix(sign: str, level: int = PRODUCT) -> Form:
    def form(_t: Term, ps: Sequence[Piece]) -> Piece:
        parts = [p if p.level > level and not p.greedy else fenced(p) for p in ps]
        return piece(*separated(parts, sign), level=level)

    return form


def _between(opening: str, closing: str) -> Form:
    return lambda t, ps: fenced(piece(*separated(list(ps))), opening, closing)


def _named(head: str) -> Form:
    return lambda t, ps: _applied(head, ps)


def _raised(mark: str) -> Form:
    return lambda t, ps: piece(at_least(ps[0], ATOM), mark, level=POWER)


_BIG = {
    "sum": "sum", "product": "prod", "max_over": "max", "min_over": "min",
    "argmax": "argmax", "argmin": "argmin",
    "sup_over": "sup", "inf_over": "inf",
}  # fmt: skip
_ATOMS: dict[str, Callable[[Term], str]] = {
    "number": lambda node: node.data.text,
    "symbol": lambda node: plain_name(node.data.name),
    "constant": lambda node: _CONSTANTS[node.data],
    "text": lambda node: node.data,
    "dots": lambda node: "...",
    "number_set": lambda node: _SETS.get(node.data, node.data),
}


def _concat(t: Term, ps: Sequence[Piece]) -> Piece:
    """Below each other, or beside each other along the last axis of matrices and rows."""
    below = t.data == -2 or any(len(a.shape or ()) == 1 for a in t.args)
    return piece("[", *separated(list(ps), "; " if below else ", "), "]")


def _slice(t: Term, ps: Sequence[Piece]) -> Piece:
    shape = t.args[0].shape or ()
    ends = dict(zip(t.data, zip(ps[1::2], ps[2::2], strict=True), strict=True))
    axes = [
        piece(ends[axis][0], ":", ends[axis][1]) if axis in ends else piece(":")
        for axis in range(-len(shape), 0)
    ]
    return piece(at_least(ps[0], ATOM), "_(", *separated(axes), ")", level=ATOM)


def _size(written: Piece) -> Piece:
    """A size below an array; one with a sum or a product in it has brackets."""
    return at_least(written, ATOM)


_FORMS: dict[str, Form] = {
    "add": _add, "neg": _neg, "mul": _product, "matmul": _product, "div": _div, "pow": _pow,
    "exp": _exp, "abs": _between("|", "|"), "floor": _between("⌊", "⌋"),
    "ceil": _between("⌈", "⌉"), "factorial": _raised("!"), "mod": _infix(" mod "),
    **dict.fromkeys(_BIG, _over), "integral": _integral, "limit": _limit,
    "derivative": _derivative, "nth_derivative": _nth_derivative, "gradient": _gradient,
    "at": _at, "call": _call,
    "prime": lambda t, ps: _raised("'" * t.data)(t, ps), "entry": _entry,
    "label": lambda t, ps: piece(ps[0], "^(", ps[1], ")", level=POWER),
    "piecewise": _piecewise, "indicator": _between("[", "]"), "matrix": _matrix,
    "vector": _between("[", "]"), "hadamard": _infix(" ⊙ "), "dot": _infix(" · "),
    "outer": _infix(" ⊗ "), "kron": _infix(" ⊗ "), "times": _infix(" × "),
    "transpose": _raised("^T"), "inverse": _raised("^-1"),
    "norm": lambda t, ps: piece("‖", ps[0], f"‖_{t.data}" if t.data else "‖"),
    "cardinality": _between("|", "|"), "trace": _named("tr"), "shape_of": _named("shape"),
    "interval": lambda t, ps: _between(t.data[0], t.data[1])(t, ps), "space": _space,
    "set": _between("{", "}"), "set_of": lambda t, ps: piece("{", ps[0], " | ", ps[1], "}"),
    "tuple": lambda t, ps: piece("(", *separated(list(ps)), ",)" if len(ps) == 1 else ")"),
    "relation": _relation, "when": _when, "opaque": _opaque,
    "statements": lambda t, ps: piece(*separated(list(ps), ",  "), level=STATEMENT),
    "forall": lambda t, ps: piece(ps[1], " for all ", ps[0], level=STATEMENT),
    "and": _infix(" and ", STATEMENT), "or": _infix(" or ", STATEMENT),
    "not": lambda t, ps: piece("not ", fenced(ps[0]), level=RELATION),
    "given": lambda t, ps: piece(ps[0], " | ", ps[1], level=RELATION),
    "concat": _concat,
    "slice": _slice, "vec": _named("vec"),
    "unvec": lambda t, ps: piece("mat_(", ps[1], "×", ps[2], ")", fenced(ps[0])),
    "ones": lambda t, ps: piece("1", "_", *separated([_size(p) for p in ps], "×")),
    "identity": lambda t, ps: piece("I", "_", *map(_size, ps)),
}  # fmt: skip
