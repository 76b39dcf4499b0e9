"""Patterns of rewrite rows: written like code, matched up to order and common scale.

`1 - tanh(u)**2` finds `3 - 3 \\tanh^2 x` inside any longer sum, `exp(u)*sigmoid(-u)` any two such
factors of a product. Single letters stand for Terms.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symdl.code.normal import addends, factors, product_of
from symdl.expression.numerals import ONE, spell
from symdl.expression.term import Term

Binding = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Any:
    """A letter: stands for one Term."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator with argument patterns in order."""

    op: str
    args: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of scaled patterns; the pattern of a plain number is the empty product."""

    parts: tuple[tuple[Fraction, Pattern], ...]


@dataclass(frozen=True, slots=True)
class Powers:
    """A coefficient times powers of patterns."""

    coefficient: Fraction
    powers: tuple[tuple[Pattern, Fraction], ...]


Pattern = Any | Apply | Total | Powers
_PRODUCTS = ("mul", "div", "neg")
UNIT = Powers(Fraction(1), ())


def pattern(text: str) -> Pattern:
    """The pattern that a line of Python-like mathematics spells (one's own text only)."""
    return _letters_last(_compile(ast.parse(text, mode="eval").body))


def replacement(text: str) -> Pattern:
    """The right side of a row: summands stay in the order written."""
    return _compile(ast.parse(text, mode="eval").body)


def _letters_last(p: Pattern) -> Pattern:
    """In sums letters, and products with one, come last: they take any coefficient."""
    if isinstance(p, Apply):
        return Apply(p.op, tuple(map(_letters_last, p.args)))
    if isinstance(p, Powers):
        return Powers(p.coefficient, tuple((_letters_last(q), e) for q, e in p.powers))
    if isinstance(p, Total):
        parts = [(c, _letters_last(q)) for c, q in p.parts]
        return Total(tuple(sorted(parts, key=lambda part: _takes_coefficient(part[1]))))
    return p


def _compile(node: ast.expr) -> Pattern:
    match node:
        case ast.Name(id=name):
            return Any(name)
        case ast.Constant(value=int(value)):
            return Powers(Fraction(value), ())
        case ast.Call(func=ast.Name(id="sqrt"), args=[inner]):
            return Powers(Fraction(1), ((_compile(inner), Fraction(1, 2)),))
        case ast.Call(func=ast.Name(id=name), args=args):
            return Apply(name, tuple(map(_compile, args)))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _times(_compile(operand), Fraction(-1))
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return Total(tuple(_parts(node, Fraction(1))))
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as link, right=right):
            a, b = _as_powers(_compile(left)), _as_powers(_compile(right))
            sign = 1 if isinstance(link, ast.Mult) else -1
            inverse = tuple((p, sign * e) for p, e in b.powers)
            return Powers(a.coefficient * b.coefficient**sign, a.powers + inverse)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            exponent = _compile(right)
            if isinstance(exponent, Powers) and not exponent.powers:
                return Powers(Fraction(1), ((_compile(left), exponent.coefficient),))
            return Apply("pow", (_compile(left), exponent))
    raise ValueError(f"not a pattern: {ast.unparse(node)}")


def _as_powers(p: Pattern) -> Powers:
    return p if isinstance(p, Powers) else Powers(Fraction(1), ((p, Fraction(1)),))


def _times(p: Pattern, scale: Fraction) -> Powers:
    inner = _as_powers(p)
    return Powers(scale * inner.coefficient, inner.powers)


def _parts(node: ast.expr, sign: Fraction) -> Iterator[tuple[Fraction, Pattern]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield from _parts(node.left, sign)
        yield from _parts(node.right, sign if isinstance(node.op, ast.Add) else -sign)
        return
    inner = _as_powers(_compile(node))
    bare = inner.powers[0][0] if inner.powers and inner.powers[0][1] == 1 else None
    if bare is not None and len(inner.powers) == 1:
        yield sign * inner.coefficient, bare
    else:
        yield sign * inner.coefficient, Powers(Fraction(1), inner.powers)


def needs(p: Pattern) -> frozenset[str]:
    """Operators that must be among the parts of a sum or product for the pattern to match."""
    if isinstance(p, Apply):
        return frozenset((p.op,))
    inner = [q for _, q in p.parts] if isinstance(p, Total) else []
    inner += [q for q, _ in p.powers] if isinstance(p, Powers) else []
    return frozenset().union(*(needs(q) for q in inner if not isinstance(q, Total)))


def match(p: Pattern, term: Term, bound: Binding) -> Iterator[Binding]:
    """Every way a pattern is the whole of a Term, extending what is bound already."""
    if isinstance(p, Any):
        if p.name not in bound:
            yield {**bound, p.name: term}
        elif bound[p.name] is term or _alike(bound[p.name], term):
            yield bound
    elif isinstance(p, Apply):
        if term.op == p.op and len(term.args) == len(p.args) and term.data is None:
            yield from _match_all(p.args, term.args, bound)
    elif isinstance(p, Total):
        parts = addends(term)
        if len(parts) == len(p.parts):
            for scale, found, _ in match_sum(p, parts, bound):
                if scale == 1:
                    yield found
    else:
        yield from _match_product(p, term, bound)


def _alike(left: Term, right: Term) -> bool:
    """Whether two products have the same factors in another order."""
    if left.op not in _PRODUCTS or right.op not in _PRODUCTS:
        return False
    (scale, powers), (other, others) = factors(left), factors(right)
    return scale == other and len(powers) == len(others) and set(powers) == set(others)


def _match_all(
    patterns: tuple[Pattern, ...], terms: tuple[Term, ...], bound: Binding
) -> Iterator[Binding]:
    if not patterns:
        yield bound
        return
    for found in match(patterns[0], terms[0], bound):
        yield from _match_all(patterns[1:], terms[1:], found)


def _match_product(p: Powers, term: Term, bound: Binding) -> Iterator[Binding]:
    coefficient, powers = factors(term)
    letter = next((q for q, e in p.powers if isinstance(q, Any) and e == 1), None)
    if letter is not None:
        # A bare letter takes the coefficient and every factor that is left.
        fixed = Powers(Fraction(1), tuple((q, e) for q, e in p.powers if q is not letter))
        for scale, found, left in match_powers(fixed, powers, bound):
            rest = product_of(coefficient * scale / p.coefficient, left)
            yield from match(letter, rest, found)
    elif coefficient == p.coefficient and len(powers) == len(p.powers):
        for scale, found, left in match_powers(p, powers, bound):
            if scale == 1 and not left:
                yield found


def match_sum(
    p: Total, parts: tuple[tuple[Fraction, Term], ...], bound: Binding
) -> Iterator[tuple[Fraction, Binding, tuple[tuple[Fraction, Term], ...]]]:
    """Every way the sum pattern, times some scale, is among the parts: scale, binding, rest."""

    def search(
        k: int, scale: Fraction | None, found: Binding, used: frozenset[int]
    ) -> Iterator[tuple[Fraction, Binding, tuple[tuple[Fraction, Term], ...]]]:
        if k == len(p.parts):
            assert scale is not None
            yield scale, found, tuple(part for i, part in enumerate(parts) if i not in used)
            return
        wanted, inner = p.parts[k]
        for i, (coefficient, term) in enumerate(parts):
            if i in used or not coefficient:
                continue
            if _takes_coefficient(inner) and scale is not None and term is not ONE:
                scaled = product_of(
                    coefficient / (scale * wanted) * factors(term)[0], factors(term)[1]
                )
                for extended in match(inner, scaled, found):
                    yield from search(k + 1, scale, extended, used | {i})
                continue
            if scale is not None and term is ONE and isinstance(inner, Any):
                for extended in match(inner, spell(coefficient / (scale * wanted)), found):
                    yield from search(k + 1, scale, extended, used | {i})
                continue
            if scale is not None and coefficient != scale * wanted:
                continue
            here = coefficient / wanted if scale is None else scale
            for extended in _match_unscaled(inner, term, found):
                yield from search(k + 1, here, extended, used | {i})

    return search(0, None, bound, frozenset())


def _takes_coefficient(p: Pattern) -> bool:
    """Whether a letter in the pattern can stand for any multiple."""
    if isinstance(p, Powers):
        return any(isinstance(q, Any) and e == 1 for q, e in p.powers)
    return isinstance(p, Any)


def _match_unscaled(p: Pattern, term: Term, bound: Binding) -> Iterator[Binding]:
    if p == UNIT:
        if term is ONE:
            yield bound
    elif term is not ONE:
        yield from match(p, term, bound)


def match_powers(
    p: Powers, powers: tuple[tuple[Term, Fraction], ...], bound: Binding
) -> Iterator[tuple[Fraction, Binding, tuple[tuple[Term, Fraction], ...]]]:
    """Every way the powers of the pattern are among those given: the coefficient that sums
    among them gave, the binding and what is left."""

    def search(
        k: int, scale: Fraction, found: Binding, left: tuple[tuple[Term, Fraction], ...]
    ) -> Iterator[tuple[Fraction, Binding, tuple[tuple[Term, Fraction], ...]]]:
        if k == len(p.powers):
            yield scale, found, left
            return
        inner, exponent = p.powers[k]
        for i, (base, given) in enumerate(left):
            rest = given - exponent
            if given * exponent < 0 or abs(given) < abs(exponent) or rest.denominator != 1:
                continue
            after = left[:i] + (((base, rest),) if rest else ()) + left[i + 1 :]
            for factor, extended in _match_base(inner, base, found):
                if factor == 1 or exponent.denominator == 1:
                    power = factor ** int(exponent) if factor != 1 else factor
                    yield from search(k + 1, scale * power, extended, after)

    return search(0, Fraction(1), bound, powers)


def _match_base(p: Pattern, base: Term, bound: Binding) -> Iterator[tuple[Fraction, Binding]]:
    if isinstance(p, Total):
        parts = addends(base)
        if base.op == "add" and len(parts) == len(p.parts):
            for scale, found, _ in match_sum(p, parts, bound):
                yield scale, found
    else:
        for found in match(p, base, bound):
            yield Fraction(1), found
