"""The last step before text: constants folded exactly, powers as products, Gaussians named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symdl.code.normal import Factors, addends, factors, is_nonnegative, product_of
from symdl.expression.numerals import ONE, spell, value_of
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, combined, every_part, make, postorder

LITERAL = "literal"
"""A folded constant: data is (its nearest float64 as text, what it is)."""
_BITS = 160
_LARGEST_POWER = 64
_FEW_DIVISIONS = 2
_CAPPED = frozenset({"min", "max"})
_BOUNDED = frozenset(
    name for name, row in TABLE.items() if None not in (row.range.lower, row.range.upper)
)
_DECAYING = frozenset(
    {"decay", "gauss", "half_gauss", "normal_pdf", "sech", "sech2", "sigmoid_slope"}
    | {"sech2_softplus", "tanh_softplus_slope"}
)
"""Functions that fall to 0 faster than any power grows."""
_POLYNOMIAL = frozenset({"add", "mul", "neg", "pow", "div"})
_ATOMS = ("number", "constant")


def lower(outputs: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs in the operations that emission spells one by one."""
    done: dict[Term, Term] = {}
    constant: set[Term] = set()
    for node in every_part(outputs):
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
    powers, coefficient = _scale_inside(powers, coefficient, done, constant)
    fixed = tuple((b, e) for b, e in powers if _is_constant(b, constant))
    scale: Term | None = None
    if fixed:
        scale = _literal(product_of(abs(coefficient), fixed))
    rest = powers
    if scale is not None:
        rest = tuple((b, e) for b, e in powers if not _is_constant(b, constant))
    above, below, after = _fraction(rest, done)
    if scale is None:
        amount = spell(abs(coefficient), decimal=True)
        if amount.op == "div":
            place = next(
                (k for k, t in enumerate(above[1:], 1) if t.op in _BOUNDED | _CAPPED), None
            )
            if place is None:
                below.insert(0, amount.args[1])
            else:
                # x * (u / 6) where x * u could overflow.
                above[place] = make("div", above[place], amount.args[1])
            amount = amount.args[0]
        scale = amount
    if scale is not ONE:
        above.insert(0, scale)
    if len(above) > 1 and _is_square(above[-1]):
        # (c x) x where x x alone could overflow.
        above = [*above[:-1], *above[-1].args]
    top = combined("mul", above) if len(above) < 2 else _vanishing(above)
    result = make("div", top, combined("mul", below)) if below else top
    for divisor in after:
        result = make("div", result, divisor)
    return -result if coefficient < 0 else result


def _is_square(term: Term) -> bool:
    return term.op == "mul" and len(term.args) == 2 and term.args[0] is term.args[1]


def _scale_inside(
    powers: Factors, coefficient: Fraction, done: dict[Term, Term], constant: set[Term]
) -> tuple[Factors, Fraction]:
    """A constant factor taken into a sum whose parts all have constants of their own:
    `c (1 + a x)` as `c + (c a) x` is an operation and a rounding less."""
    fixed = tuple((b, e) for b, e in powers if _is_constant(b, constant))
    sums = [b for b, e in powers if b.op == "add" and e == 1 and b not in constant]
    if len(sums) != 1 or (not fixed and abs(coefficient) == 1):
        return powers, coefficient
    parts = addends(sums[0])
    if any(abs(c) == 1 and t is not ONE for c, t in parts) or len(parts) < 2:
        return powers, coefficient
    scaled = [product_of(abs(coefficient) * c, (*fixed, *factors(t)[1])) for c, t in parts]
    whole = make("add", *scaled)
    done[whole] = make("add", *(_product(t, done, constant) for t in scaled))
    rest = tuple(p for p in powers if p not in fixed and p[0] is not sums[0])
    sign = Fraction(1 if coefficient > 0 else -1)
    return ((whole, Fraction(1)), *rest), sign


def _fraction(
    powers: Sequence[tuple[Term, Fraction]], done: dict[Term, Term]
) -> tuple[list[Term], list[Term], list[Term]]:
    """What stands above and below, and what the quotient is divided by after that, one by one.

    A square is not divided by a square: `a^2/b^2` is `(a/b)^2` and `a/b^2` is `a/b/b`, which
    overflow and vanish only where the result does, and round less."""
    exponents = dict(powers)
    squares = [b for b, e in powers if e >= 2 and e.denominator == 1]
    above: list[Term] = []
    after: list[Term] = []
    for base, exponent in powers:
        if exponent > Fraction(-3, 2) or exponent.denominator > 2 or _is_bounded(base):
            continue
        shared, below = -exponent, done.get(base, base)
        if squares and exponent.denominator == 1:
            over = squares.pop(0)
            shared = min(exponents[over], shared)
            above.append(_power(make("div", done.get(over, over), below), shared))
            exponents[over] -= shared
        elif shared <= _FEW_DIVISIONS and shared.denominator == 1:
            after += [below] * int(shared)
        else:
            inverse = make("div", ONE, below)
            apart = len(powers) > 1 and shared.denominator == 1
            above += [inverse] * int(shared) if apart else [_power(inverse, shared)]
        exponents[base] += shared
    left = [(b, e) for b, e in exponents.items() if e]
    return (
        [*(_power(done.get(b, b), e) for b, e in left if e > 0), *above],
        [_power(done.get(b, b), -e) for b, e in left if e < 0],
        after,
    )


def _is_bounded(base: Term) -> bool:
    """Whether a value plainly never is large."""
    inner: dict[Term, bool] = {}
    for node in postorder(base):
        known = node.op in _BOUNDED or node.op in _DECAYING or node.op in _ATOMS
        inner[node] = known or (
            node.op in ("add", "mul", "neg", "steer")
            and all(inner[a] for a in (node.args[1:] if node.op == "steer" else node.args))
        )
    return inner[base]


def _vanishing(parts: list[Term]) -> Term:
    """A product that is 0 where an exponential in it is, though a polynomial is beyond all
    numbers there."""
    growing = [t for t in parts if t.op == "pow" or (t.op in ("add", "mul") and _grows(t))]
    if not growing or not any(_decays(t) for t in parts):
        return combined("mul", parts)
    rest = [t for t in parts if t not in growing]
    rest.sort(key=lambda t: not _decays(t))
    return make("vanishing", combined("mul", rest), combined("mul", growing))


def _decays(term: Term) -> bool:
    return term.op in _DECAYING or (term.op == "exp" and is_nonnegative(-term.args[0]))


def _grows(term: Term) -> bool:
    """Whether a polynomial of degree 2 or more is in a term of arithmetic."""
    nodes = list(postorder(term))
    products = [n for n in nodes if n.op in ("mul", "pow")]
    deep = any(sum(a.op not in (*_ATOMS, LITERAL) for a in n.args) > 1 for n in products)
    return deep and all(n.op in _POLYNOMIAL or not n.args for n in nodes)


def _is_constant(base: Term, constant: set[Term]) -> bool:
    return base in constant or base.op in ("number", "constant")


def _power(base: Term, exponent: Fraction) -> Term:
    """A positive power in multiplications and at most one square or cube root, where that is
    short: a rounded third in the exponent would be magnified by large and small bases."""
    whole, rest = divmod(exponent, 1)
    if base.op == "norm" and base.data in ("", "2", "F") and exponent % 2 == 0:
        return _power(make("sum_squares", *base.args), exponent / 2)
    if whole > _LARGEST_POWER or rest.denominator > 3:
        return make("pow", base, spell(exponent, decimal=True))
    parts: list[Term] = [] if not rest else [_root(base, rest)]
    if whole:
        parts.insert(0, _repeated(base, int(whole)))
    return combined("mul", parts)


def _root(base: Term, exponent: Fraction) -> Term:
    """A square root, a cube root or its square: none of a negative number."""
    root = make("sqrt", base)
    if exponent == Fraction(1, 2):
        return root
    third = make("cbrt", base if is_nonnegative(base) else make("mul", root, root))
    return _repeated(third, exponent.numerator)


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
