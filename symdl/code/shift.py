"""Sums of exponentials moved by their largest exponent, so that none overflows.

`exp(u) / sum_j exp(v_j)` becomes `exp(u - M) / sum_j exp(v_j - M)` and `log sum_j exp(v_j)`
becomes `M + log sum_j exp(v_j - M)` with M the largest v_j: exact, and every exponential of
the sum is at most 1. The sum may be over an index or written out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symdl.code.normal import addends, factors, is_positive, product_of, sum_of
from symdl.code.together import expanded
from symdl.expression.numerals import ONE, value_of
from symdl.expression.term import Term, every_part, make, number, postorder, rebuild

LOG_TOTAL = "log_total"
"""log of a sum of exponentials whose largest is 1: args like those of `sum` with the exponent
as body, or the exponents of a written sum."""


def shift_exponentials(outputs: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs with every quotient and logarithm of such sums moved."""
    done: dict[Term, Term] = {}
    for node in every_part(outputs):
        done[node] = _shifted(rebuild(node, tuple([done[a] for a in node.args])))
    return tuple(done[t] for t in outputs)


def _shifted(node: Term) -> Term:
    if node.op == "log":
        return _log(node)
    if node.op in ("mul", "div", "pow"):
        return _quotient(node)
    if node.op == "add" and any(_inner(a).op == "add" for a in node.args):
        # u - (M + L) as u - M - L: u - M is exact where it matters.
        return sum_of(addends(node))
    return node


def _inner(node: Term) -> Term:
    return node.args[0] if node.op == "neg" else node


def _log(node: Term) -> Term:
    inner = _exponents(node.args[0])
    if inner is None:
        return node
    largest, parts = inner
    body = node.args[0]
    if any(weight is not ONE for weight, _ in parts):
        return largest + make("log", _moved(body, largest, parts))
    moved = [_minus(v, largest) for _, v in parts]
    args = (*body.args[:-1], moved[0]) if body.op == "sum" else tuple(moved)
    return largest + make(LOG_TOTAL, *args, data=body.data)


def _quotient(node: Term) -> Term:
    coefficient, powers = factors(node)
    below = [_exponents(b) if e < 0 and e.denominator == 1 else None for b, e in powers]
    if not any(below):
        return node
    total: list[tuple[Fraction, Term]] = []
    rest: list[tuple[Term, Fraction]] = []
    for (base, exponent), found in zip(powers, below, strict=True):
        both = found
        if found is None and exponent.denominator == 1:
            base = expanded(base) if base.op == "add" else base
            both = _exponents(base, signed=True)
        if base.op == "exp":
            total.extend((exponent * c, t) for c, t in addends(base.args[0]))
        elif both is not None:
            total.append((exponent, both[0]))
            rest.append((_moved(base, *both), exponent))
        else:
            rest.append((base, exponent))
    joined = sum_of(addends(sum_of(total)))
    return product_of(coefficient, ((make("exp", joined), Fraction(1)), *rest))


Weighted = tuple[tuple[Term, Term], ...]


def _exponents(base: Term, signed: bool = False) -> tuple[Term, Weighted] | None:
    """The largest exponent and the (weight, exponent) parts of a sum of exponentials. With
    `signed` the weights may be anything free of exponentials: then it may be 0."""
    if base.op == "sum":
        part = _weighted(base.args[-1])
        if part is None:
            return None
        largest = make("max_over", *base.args[:-1], part[1], data=base.data)
        return largest, (part,)
    if base.op != "add":
        return None
    parts = [_weighted(sum_of([(c, t)]), True, signed) for c, t in addends(base)]
    if any(p is None for p in parts):
        return None
    known = tuple(p for p in parts if p is not None)
    exponents = list(dict.fromkeys(v for _, v in known))
    if len(exponents) == 1 and signed and value_of(exponents[0]) != 0:
        return exponents[0], known
    if len(exponents) < 2:
        return None
    return make("max", *exponents), known


def _weighted(body: Term, plain: bool = False, signed: bool = False) -> tuple[Term, Term] | None:
    """A weight times exp(v). With `plain` a weight alone counts as weight times exp(0);
    without `signed` the weight must be positive."""
    coefficient, powers = factors(body)
    exponentials = [b for b, e in powers if b.op == "exp" and e == 1]
    rest = tuple((b, e) for b, e in powers if b.op != "exp")
    weight = product_of(coefficient, rest)
    if len(exponentials) > 1 or not (is_positive(weight) or (signed and not _has_exp(weight))):
        return None
    if not exponentials:
        return (weight, number(0)) if plain and (signed or not rest) else None
    return weight, exponentials[0].args[0]


def _has_exp(term: Term) -> bool:
    return any(n.op == "exp" for n in postorder(term))


def _moved(base: Term, largest: Term, parts: Weighted) -> Term:
    new = [w if v is largest else _product(w, make("exp", _minus(v, largest))) for w, v in parts]
    if base.op == "sum":
        return make("sum", *base.args[:-1], new[0], data=base.data)
    return make("add", *new)


def _minus(value: Term, largest: Term) -> Term:
    return sum_of(addends(value - largest))


def _product(weight: Term, term: Term) -> Term:
    return term if weight is ONE else make("mul", weight, term)
