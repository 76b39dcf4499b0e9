"""The last step before text: constants folded exactly, powers as products, Gaussians named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symdl.code.normal import addends, factors, product_of
from symdl.expression.numerals import ONE, spell, value_of
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, postorder

LITERAL = "literal"
"""A folded constant: data is (its nearest float64 as text, what it is)."""
_BITS = 160
_LARGEST_POWER = 64


def lower(outputs: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs in the operations that emission spells one by one."""
    done: dict[Term, Term] = {}
    constant: set[Term] = set()
    for output in outputs:
        for node in postorder(output):
            if node in done:
                continue
            if node.op in ("number", "constant") or (
                node.args and node.data is None and all(a in constant for a in node.args)
            ):
                constant.add(node)
            done[node] = _lower(node, done, constant)
    return tuple(done[t] for t in outputs)


def _lower(node: Term, done: dict[Term, Term], constant: set[Term]) -> Term:
    if node in constant:
        return _literal(node) or _over(node, done)
    if node.op in ("mul", "div", "neg", "pow", "sqrt"):
        return _product(node, done, constant)
    if node.op == "exp":
        return _gaussian(node.args[0], done, constant) or _over(node, done)
    return _over(node, done)


def _over(node: Term, done: dict[Term, Term]) -> Term:
    return make(node.op, *(done[a] for a in node.args), data=node.data)


def _literal(node: Term) -> Term | None:
    """The float64 nearest to a constant; a rational keeps its own spelling."""
    value = value_of(node)
    if value is not None:
        return spell(value, decimal=True)
    coefficient, powers = factors(node)
    if not powers:
        return spell(coefficient, decimal=True)
    ball = constant_ball(node)
    if ball is None:
        return None
    if ball.is_nan():
        return make(LITERAL, data=("nan", _plain(node) + " is undefined"))
    if not ball.is_finite() or ball.rel_accuracy_bits() < 100:
        return None
    nearest = float(ball.mid().str(40, radius=False))
    text = repr(abs(nearest))
    literal = make(LITERAL, data=(text, _plain(node if nearest >= 0 else -node)))
    return literal if nearest >= 0 else -literal


def _plain(node: Term) -> str:
    from symdl.expression.printer import plain

    return plain(node)


def constant_ball(node: Term) -> Any:
    """A python-flint ball around a closed constant, None if an operation has no row."""
    import flint

    before = flint.ctx.prec
    flint.ctx.prec = _BITS
    try:
        known: dict[Term, Any] = {}
        for part in postorder(node):
            if part.op == "number":
                value = part.data.value
                known[part] = flint.arb(flint.fmpq(value.numerator, value.denominator))
            elif part.op == "constant" and part.data in ("pi", "e"):
                known[part] = flint.arb.pi() if part.data == "pi" else flint.arb(1).exp()
            elif part.op in TABLE and part.data is None:
                known[part] = TABLE[part.op].ball(*(known[a] for a in part.args))
            else:
                return None
        return known[node]
    finally:
        flint.ctx.prec = before


def _product(node: Term, done: dict[Term, Term], constant: set[Term]) -> Term:
    """A product with its constants in one literal and small powers written out."""
    coefficient, powers = factors(node)
    fixed = tuple((b, e) for b, e in powers if _is_constant(b, constant))
    scale: Term | None = None
    if fixed:
        scale = _literal(product_of(abs(coefficient), fixed))
    rest = powers
    if scale is not None:
        rest = tuple((b, e) for b, e in powers if not _is_constant(b, constant))
    above = [_power(done.get(b, b), e) for b, e in rest if e > 0]
    below = [_power(done.get(b, b), -e) for b, e in rest if e < 0]
    if scale is None:
        amount = spell(abs(coefficient), decimal=True)
        if amount.op == "div":
            below.insert(0, amount.args[1])
            amount = amount.args[0]
        scale = amount
    if scale is not ONE:
        above.insert(0, scale)
    top = _join(above)
    result = make("div", top, _join(below)) if below else top
    return -result if coefficient < 0 else result


def _is_constant(base: Term, constant: set[Term]) -> bool:
    return base in constant or base.op in ("number", "constant")


def _join(terms: list[Term]) -> Term:
    if not terms:
        return ONE
    return terms[0] if len(terms) == 1 else make("mul", *terms)


def _power(base: Term, exponent: Fraction) -> Term:
    """A positive power in multiplications and at most one square root, where that is short."""
    whole, rest = divmod(exponent, 1)
    if base.op == "norm" and base.data in ("", "2", "F") and exponent % 2 == 0:
        return _power(make("sum_squares", *base.args), exponent / 2)
    if rest not in (0, Fraction(1, 2)) or whole > _LARGEST_POWER:
        return make("pow", base, spell(exponent, decimal=True))
    parts: list[Term] = [] if not rest else [make("sqrt", base)]
    if whole:
        parts.insert(0, _repeated(base, int(whole)))
    return _join(parts)


def _repeated(base: Term, count: int) -> Term:
    """base^count by squaring; a cube reuses the square."""
    if count == 1:
        return base
    half = _repeated(base, count // 2)
    square = make("mul", half, half)
    return make("mul", square, base) if count % 2 else square


def _gaussian(exponent: Term, done: dict[Term, Term], constant: set[Term]) -> Term | None:
    """exp(-v^2) and exp(-v^2/2) for a scaled square, whose rounding the exponential magnifies."""
    parts = addends(exponent)
    if len(parts) != 1 or parts[0][0] >= 0:
        return None
    powers = factors(parts[0][1])[1]
    if not powers or any(e.denominator != 1 or e.numerator % 2 for _, e in powers):
        return None
    scale = _binary_root(-parts[0][0]), _binary_root(-2 * parts[0][0])
    name, root = ("gauss", scale[0]) if scale[0] is not None else ("half_gauss", scale[1])
    if root is None:
        return None
    inner = product_of(root, ((b, e / 2) for b, e in powers))
    return make(name, _product(inner, done, constant) if inner not in done else done[inner])


def _binary_root(value: Fraction) -> Fraction | None:
    """The square root of a power of 4 (multiplying by it is exact), else None."""
    for part in (value.numerator, value.denominator):
        if part.bit_count() != 1 or part.bit_length() % 2 == 0:
            return None
    return Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))


__all__ = ["LITERAL", "lower"]
