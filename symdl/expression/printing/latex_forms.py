"""How each operation of docs/terms.md is written in LaTeX: one small function a form.

A form takes the Term and the Pieces of its arguments. Forms of scalar functions come from
the operator rows; only those that are spelled by signs stand here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from symdl.expression.conventions import FUNCTION_LETTERS, OPERATOR_LETTERS
from symdl.expression.numerals import value_of
from symdl.expression.operators import TABLE
from symdl.expression.printing.latex_marks import (
    VALUES,
    absolute,
    binomial,
    dot,
    entry,
    factorial,
    indicator,
    label,
    logarithm,
    modulo,
    piecewise,
    prime,
)
from symdl.expression.printing.latex_parts import (
    Form,
    between,
    group,
    infix,
    is_array,
    macro,
    name,
)
from symdl.expression.printing.latex_sets import SETS
from symdl.expression.printing.pieces import (
    ATOM,
    FACTOR,
    POWER,
    PRODUCT,
    SUM,
    Piece,
    at_least,
    fenced,
    needs_space,
    piece,
)
from symdl.expression.term import BINDERS, Term, free_symbols
from symdl.expression.vocabulary import NAMES

_ONE_LETTER = re.compile(r"\\?[A-Za-z]$|\\[A-Za-z]+$")

# --- arithmetic ------------------------------------------------------------------------


def _add(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = []
    for i, (argument, p) in enumerate(zip(t.args, ps, strict=True)):
        if p.greedy and _runs_on(t.args, i):
            p = piece("-", fenced(_unsigned(p))) if argument.op == "neg" else fenced(p)
        if argument.op == "neg":
            parts += [" - ", _unsigned(p)] if parts else [p]
        else:
            p = at_least(p, PRODUCT)
            parts += [" + ", p] if parts else [p]
    return piece(*parts, level=SUM)


def _unsigned(negative: Piece) -> Piece:
    inner = negative.parts[1]
    assert isinstance(inner, Piece)
    return inner


def _runs_on(summands: Sequence[Term], place: int) -> bool:
    """Whether what follows a sum would read as a part of it, because it uses its index."""
    bound = set()
    t = summands[place]
    while t.op in BINDERS or t.op in ("mul", "matmul", "neg"):
        bound |= {t.args[0]} if t.op in BINDERS else set()
        t = t.args[-1]
    later = summands[place + 1 :]
    if len(later) > 50:
        return bool(bound)
    return any(not bound.isdisjoint(free_symbols(other)) for other in later)


def _neg(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("-", at_least(ps[0], PRODUCT), level=SUM, greedy=ps[0].greedy)


def _ends_a_name(t: Term) -> bool:
    """Whether brackets behind this factor would read as the arguments of a function."""
    while t.op in ("mul", "matmul", "neg"):
        t = t.args[-1]
    t = t.args[0] if t.op == "pow" else t
    if t.op == "constant":
        return True
    base = t.args[0] if t.op in ("entry", "prime") else t
    if base.op != "symbol":
        return False
    letter = base.data.name.partition("_")[0]
    if not _ONE_LETTER.match(letter) or base.data.role == "function":
        return True
    calls = letter in FUNCTION_LETTERS or letter in OPERATOR_LETTERS or letter.isupper()
    return calls and base.shape == ()


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
            parts.append(_link(t.op, t.args[i - 1], t.args[i], before, p))
        parts.append(p)
        before = p
    return piece(*parts, level=PRODUCT, greedy=ps[-1].greedy and parts[-1] is ps[-1])


def _closes(p: Piece) -> bool:
    return p.end[-1:] == ")" and not p.end.endswith("\\right)")


def _is_loose(t: Term) -> bool:
    """Whether this is a word that only its place in a matrix product makes an array."""
    return (
        t.op == "symbol"
        and t.shape is None
        and t.data.name[:1] != "\\"
        and t.data.name[1:2].isalpha()
    )


def _link(op: str, left: Term, right: Term, before: Piece, after: Piece) -> str:
    if op == "matmul" and (_is_loose(left) or _is_loose(right)):
        return " @ "
    digit = after.start[:1].isdigit() or after.start[:1] == "."
    mixed = left.op == "number" and right.op == "div"
    bracket = after.start[:1] in ("(", "[") or after.start.startswith("\\left")
    negative = right.op == "neg" and right.args[0].op == "number" and left.op != "number"
    if digit or mixed or negative or (bracket and _ends_a_name(left)):
        return " \\cdot "
    short = (
        left.op == "number"
        or bracket
        or _closes(before)
        or (before.length == 1 and len(after.start) == 1)
    )
    if short and not needs_space(before, after):
        return ""
    return " "


def _div(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\frac{", ps[0], "}{", ps[1], "}", level=FACTOR, height=1)


def _pow(t: Term, ps: Sequence[Piece]) -> Piece:
    base, exponent = t.args
    row = TABLE.get(base.op)
    n = value_of(exponent)
    counted = n is not None and n.denominator == 1 and n > 1
    if row and row.arity == 1 and macro(row) and counted and base.op not in SIGNS:
        return piece(macro(row), "^{", ps[1], "}", ps[0].parts[-1], level=FACTOR)
    raised = ps[0] if base.op in _CALLS else at_least(ps[0], ATOM)
    # A word alone in a superscript is a label; a sign in front makes it a power.
    sign = "+" if ps[1].start.startswith("\\text") else ""
    return piece(raised, "^", *group(piece(sign, ps[1]) if sign else ps[1]), level=POWER)


def _exp(t: Term, ps: Sequence[Piece]) -> Piece:
    of_a_set = t.args[0].op in ("number_set", "interval", "set")
    of_a_matrix = len(t.shape or ()) > 1  # e^A would be the matrix exponential
    inside = ps[0]
    spread = inside.height > 1 or inside.greedy or inside.start.startswith("\\text")
    if of_a_set or of_a_matrix or spread:
        return piece("\\exp", fenced(ps[0]), level=FACTOR)
    return piece("e^", *group(ps[0]), level=POWER, height=min(ps[0].height, 0))


def _root(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\sqrt[", ps[1], "]{", ps[0], "}", level=FACTOR)


def _sqrt(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\sqrt{", ps[0], "}", level=FACTOR)


# --- sums and other binders --------------------------------------------------------------

_BIG = {
    "sum": "\\sum", "product": "\\prod", "max_over": "\\max", "min_over": "\\min",
    "argmax": "\\operatorname*{arg\\,max}", "argmin": "\\operatorname*{arg\\,min}",
    "sup_over": "\\sup", "inf_over": "\\inf",
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
    if t.data == "pm":
        body = at_least(ps[2], PRODUCT)
        head = piece("\\lim_{|", ps[0], "| \\to ", ps[1], "}")
        return piece(head, " ", body, level=PRODUCT, greedy=True, height=max(1, body.height))
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
    named = t.args[0].op in NAMES
    top: list[str | Piece] = [d + count]
    if named:
        top += [" " if count else _gap(d, ps[0]), ps[0]]
    fraction = piece("\\frac{", *top, "}{", *below, "}", level=FACTOR, height=1)
    if named:
        return fraction
    body = at_least(ps[0], POWER if t.args[0].op not in _CALLS else FACTOR)
    return piece(fraction, " ", body, level=PRODUCT, greedy=True)


def _nth_derivative(t: Term, ps: Sequence[Piece]) -> Piece:
    d = "d" if t.data == "d" else "\\partial"
    order: list[str | Piece] = ["^{", ps[2], "}"]
    below: list[str | Piece] = [d, _gap(d, ps[1]), at_least(ps[1], ATOM), *order]
    fraction = piece("\\frac{", d, *order, "}{", *below, "}", level=FACTOR, height=1)
    body = at_least(ps[0], POWER if t.args[0].op not in _CALLS else FACTOR)
    return piece(fraction, " ", body, level=PRODUCT, greedy=True)


def _gap(d: str, p: Piece) -> str:
    return " " if needs_space(piece(d), p) else ""


def _gradient(t: Term, ps: Sequence[Piece]) -> Piece:
    below: tuple[str | Piece, ...] = ("_{", ps[1], "}") if len(ps) == 2 else ()
    body = at_least(ps[0], ATOM if t.args[0].op not in _CALLS else FACTOR)
    return piece("\\nabla", *below, " ", body, level=FACTOR, greedy=len(ps) == 2)


def _at(_t: Term, ps: Sequence[Piece]) -> Piece:
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


def _elementwise(t: Term, ps: Sequence[Piece]) -> Piece:
    """A product: of arrays it is marked, as side by side would be the matrix product."""
    return infix(" \\odot ")(t, ps) if sum(map(is_array, t.args)) > 1 else _joined(t, ps)


FORMS: dict[str, Form] = SETS | {
    "add": _add, "neg": _neg, "mul": _elementwise, "matmul": _joined, "dot": dot, "div": _div,
    "pow": _pow,
    "exp": _exp, "root": _root, "sqrt": _sqrt, "mod": modulo, "factorial": factorial,
    "binomial": binomial, "log_base": logarithm, "abs": absolute,
    "floor": between("\\lfloor", "\\rfloor"), "ceil": between("\\lceil", "\\rceil"),
    **dict.fromkeys(_BIG, _over), "integral": _integral, "limit": _limit,
    "derivative": _derivative, "nth_derivative": _nth_derivative, "gradient": _gradient,
    "at": _at, "call": _call,
    "prime": prime, "entry": entry, "label": label, "piecewise": piecewise,
    "indicator": indicator,
}  # fmt: skip
SIGNS = frozenset(FORMS)
_CALLS = VALUES | {"call"} | (frozenset(TABLE) - SIGNS)
