"""A product as a person sees it: a number in front, factors above and below the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symdl.derivation.context import times
from symdl.derivation.facts import Facts
from symdl.derivation.numbers import small
from symdl.expression.numerals import ZERO, is_decimal, spell, value_of
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, number, rebuild
from symdl.expression.vocabulary import NAMES

MAX_FACTORS = 16
"""Longer products stay nested, so that a chain of 10,000 layers stays linear."""


def factors_of(term: Term) -> Sequence[Term]:
    """The factors of a product as written; the term itself if it is none."""
    return term.args if term.op == "mul" else (term,)


def refilled(node: Term, args: tuple[Term, ...]) -> Term:
    """`node` with new arguments; a product put into a product gets no brackets."""
    fresh = [a for a, old in zip(args, node.args, strict=True) if a is not old and a.op == "mul"]
    if node.op != "mul" or not fresh or len(args) + sum(len(f.args) for f in fresh) > MAX_FACTORS:
        return rebuild(node, args)
    return make("mul", *(f for a in args for f in (a.args if a in fresh else (a,))))


@dataclass(frozen=True, slots=True)
class Product:
    """value * top / bottom; `decimal` says that some number was written with a point."""

    value: Fraction
    decimal: bool
    top: list[Term]
    bottom: list[Term]

    @staticmethod
    def of(term: Term) -> Product | None:
        """`term` taken apart; None if a denominator is the number 0 or a number is huge."""
        value, decimal = Fraction(1), False
        top: list[Term] = []
        bottom: list[Term] = []
        stack: list[tuple[Term, bool]] = [(term, True)]
        while stack:
            node, above = stack.pop()
            plain = node.data.value if node.op == "number" else None
            if plain is not None:
                if not above and plain == 0:
                    return None
                value = value * plain if above else value / plain
                decimal = decimal or is_decimal(node)
                if not small(value):
                    return None
            elif node.op == "neg":
                value = -value
                stack.append((node.args[0], above))
            elif node.op == "mul" and _few(node, top, bottom, stack):
                stack.extend((f, above) for f in reversed(node.args))
            elif node.op == "div" and (above or _safe(node)) and _few(node, top, bottom, stack):
                stack += [(node.args[1], not above), (node.args[0], above)]
            else:
                (top if above else bottom).append(node)
        return Product(value, decimal, top, bottom)

    def collected(self, facts: Facts) -> Product:
        """Equal factors as powers; common factors cancelled that are never 0, or that still
        stand below the line afterwards."""
        above_line, below_line = _turned_over(self.top, self.bottom)
        top, bottom = _powers(_absolute(above_line)), _powers(below_line)
        for base in list(top):
            shared = min(top[base], bottom.get(base, 0))
            if shared and (bottom[base] > shared or facts.nonzero(base)):
                top[base] -= shared
                bottom[base] -= shared
        value = _roots_out(self.value, top, 1)
        value = _roots_out(value, bottom, -1)
        above, below = _written(top), _written(bottom)
        return Product(value, self.decimal, _one_root(above, facts), _one_root(below, facts))

    def coefficient_only_outside(self) -> bool:
        """Whether a power may be taken factor by factor and looks better so: (2x)^2, (x/3)^2."""
        plain = all(_rank(f) <= 2 for f in (*self.top, *self.bottom))
        constant = all(_rank(f) <= 1 or _numeric_root(f) for f in self.bottom)
        return plain and constant and (self.value not in (1, -1) or bool(self.bottom))

    def to_the(self, e: int) -> Product:
        """The e-th power of each part (e a positive integer)."""
        return Product(self.value**e, self.decimal, self.top * e, self.bottom * e)

    def bottom_without(self, gone: Sequence[Term]) -> list[Term]:
        """The denominators but those in `gone`."""
        return [f for f in self.bottom if f not in gone]


def _few(node: Term, *lists: Sequence[object]) -> bool:
    return len(node.args) + sum(map(len, lists)) <= MAX_FACTORS


def _safe(node: Term) -> bool:
    """1/(a/b) is b/a only where b is not 0: true of numbers."""
    return bool(value_of(node.args[1]))


def _turned_over(top: list[Term], bottom: list[Term]) -> tuple[list[Term], list[Term]]:
    """1/((a/b) b^2) as b/(a b^2): b is kept from 0 by what still stands below the line."""
    for quotient in [f for f in bottom if f.op == "div"]:
        above, below = map(factors_of, quotient.args)
        rest = [f for f in bottom if f is not quotient] + list(above)
        powers = _powers(rest)
        if all(powers.get(base, 0) > n for base, n in _powers(below).items()):
            top, bottom = [*top, *below], rest
    return top, bottom


def _absolute(factors: Sequence[Term]) -> list[Term]:
    """u sign(u) is |u|."""
    rest = list(factors)
    for f in factors:
        if f.op == "sign" and f.args[0] in rest:
            rest[rest.index(f)] = make("abs", f.args[0])
            rest.remove(f.args[0])
    return rest


def _powers(factors: Sequence[Term]) -> dict[Term, int]:
    """How often each base occurs; only positive integer powers are merged."""
    count: dict[Term, int] = {}
    for f in factors:
        exponent = value_of(f.args[1]) if f.op == "pow" else None
        if exponent is not None and exponent.denominator == 1 and 0 < exponent < 10**6:
            count[f.args[0]] = count.get(f.args[0], 0) + int(exponent)
        else:
            count[f] = count.get(f, 0) + 1
    return count


def _roots_out(value: Fraction, count: dict[Term, int], sign: int) -> Fraction:
    """`value` with what sqrt(2) sqrt(2) amounts to; the pairs leave `count`."""
    for base in [b for b, k in count.items() if k > 1 and b.op == "sqrt"]:
        inside = value_of(base.args[0])
        if inside is not None and inside > 0 and count[base] < 100:
            value *= inside ** (sign * (count[base] // 2))
            count[base] %= 2
    return value


def _written(count: dict[Term, int]) -> list[Term]:
    result = []
    for base, k in count.items():
        if k == 1:
            result.append(base)
        elif k > 1:
            result.append(make("pow", base, number(k)))
    return result


def _numeric_root(term: Term) -> bool:
    return term.op == "sqrt" and _constant(term.args[0])


def _constant(term: Term) -> bool:
    """Whether a term is a product of numbers and constants such as pi."""
    stack = [term]
    while stack:
        node = stack.pop()
        if node.op == "mul":
            stack.extend(node.args)
        elif value_of(node) is None and (node.op != "constant" or node.data == "infinity"):
            return False
    return True


def _one_root(factors: list[Term], facts: Facts) -> list[Term]:
    """sqrt(2) sqrt(pi) is sqrt(2 pi): the roots of positive numbers joined."""
    roots = [f for f in factors if _numeric_root(f) and facts.nonnegative(f.args[0])]
    if len(roots) < 2:
        return factors
    inside = Product.of(make("mul", *(r.args[0] for r in roots)))
    if inside is None:
        return factors
    joined = make("sqrt", build(inside.collected(facts), facts))
    place = factors.index(roots[0])
    rest = [f for f in factors if f not in roots]
    return rest[:place] + [joined] + rest[place:]


def build(product: Product, facts: Facts) -> Term:
    """The product written out: sign, number, symbols, functions, brackets, one line.

    A number 0 in front takes in every factor that is defined everywhere; the others stay.
    """
    value, top, bottom = product.value, product.top, product.bottom
    if value == 0:
        top = [f for f in top if not facts.total(f)]
        bottom = [f for f in bottom if not facts.nonzero(f)]
        return _over([ZERO, *_sorted(top)], _sorted(bottom))
    above, below = _coefficient(abs(value), product.decimal)
    ranked = sorted(((_rank(f), i) for i, f in enumerate(top)))
    small_ones = [top[i] for rank, i in ranked if rank < _BIG]
    big_ones = [top[i] for rank, i in ranked if rank >= _BIG]
    below = _one_fraction(below + _sorted(bottom), facts)
    atoms_below = all(_rank(f) < 3 or _numeric_root(f) for f in bottom)
    if big_ones and below and atoms_below and not _readable(big_ones, below):
        result = times(_over(above + small_ones, below), *big_ones)
    else:
        result = _over(above + small_ones + big_ones, below)
    return make("neg", result) if value < 0 else result


def _one_fraction(below: list[Term], facts: Facts) -> list[Term]:
    """Denominators with a fraction among them, 2 (x/y), as the one fraction 2x/y."""
    if len(below) < 2 or not any(f.op == "div" for f in below):
        return below
    inner = Product.of(times(*below))
    return below if inner is None else [build(inner.collected(facts), facts)]


def _coefficient(size: Fraction, decimal: bool) -> tuple[list[Term], list[Term]]:
    """A positive number as what stands above and below the line; nothing for 1."""
    if size == 1:
        return [], []
    front = spell(size, decimal)
    if front.op == "number":
        return [front], []
    return [number(size.numerator)], [number(size.denominator)]


def _readable(big_ones: list[Term], below: list[Term]) -> bool:
    """Whether a bracket may stand above the line: (x + 1)/n yes, a sum sign no."""
    return not any(f.op in ("sum", "product", "piecewise", "integral") for f in big_ones) and not (
        all(f.op == "number" for f in below)
    )


def _over(above: list[Term], below: list[Term]) -> Term:
    return times(*above) / times(*below) if below else times(*above)


_BIG = 5
_TALLEST = 8
"""Powers of powers beyond this height are ordered like functions."""


def _rank(term: Term) -> int:
    """Where a factor stands: numbers, constants, symbols, roots, functions, brackets, sums."""
    least = 0
    for _ in range(_TALLEST):
        if term.op != "pow":
            break
        least = max(least, 4 if value_of(term.args[1]) is None else 2)
        term = term.args[0]
    return max(least, _own_rank(term))


def _own_rank(term: Term) -> int:
    if term.op in ("number", "constant"):
        return 0 if term.op == "number" else 1
    if term.op in NAMES:
        return 2
    if term.op == "sqrt" and _constant(term.args[0]):
        return 1
    if term.op in ("add", "neg", "div"):
        return 5
    if term.op in ("sum", "product", "piecewise", "integral", "max_over", "min_over", "indicator"):
        return 6
    return 4 if term.op in TABLE else 3


def _sorted(factors: Sequence[Term]) -> list[Term]:
    return sorted(factors, key=_rank) if len(factors) > 1 else list(factors)
