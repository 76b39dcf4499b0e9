"""Values of a function of one number by balls, for choosing spellings by measured error.

What is found here decides which spelling code gets, never whether a claim holds: the verdicts
of `evidence/` do not come from it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symdl.expression.operators import STEPPED, TABLE
from symdl.expression.relations import COMPARE, NEGATED
from symdl.expression.term import Term, postorder

BITS = (200, 700, 2600)
"""Precisions tried in turn."""
_GONE = -4000
"""The power of two below which a value that no precision tells is 0 in every format."""
_LEFT_OUT = STEPPED | {
    name for name, row in TABLE.items() if row.slow or any(domain.integer for domain in row.domain)
}
"""Jumping again and again, slow, or without a value at numbers of all sizes."""
_CONSTANTS = ("pi", "e")
_CHOICES = ("piecewise", "relation", "and", "or")


def has_values(term: Term) -> bool:
    """Whether every operation of a term has a ball here."""
    for node in postorder(term):
        if node.op == "constant" and node.data in _CONSTANTS:
            continue
        if node.op in _CHOICES:
            continue
        known = node.op in TABLE and node.data is None and node.op not in _LEFT_OUT
        if not known and node.op not in ("number", "symbol"):
            return False
    return True


class TrueValues:
    """A function of one symbol at exact points: a ball with `accurate` bits, or None where it
    has no value or none of the precisions tells it."""

    def __init__(self, term: Term, x: Term) -> None:
        nodes = list(postorder(term))
        place = {node: k for k, node in enumerate(nodes)}
        self.x = x
        self.steps = [(_evaluator(n), tuple(place[a] for a in n.args), n is x) for n in nodes]
        self.known: dict[tuple[Fraction, int], Any] = {}

    def __call__(self, point: Fraction, accurate: int = 80) -> Any | None:
        """The ball at a point."""
        key = point, accurate
        if key not in self.known:
            self.known[key] = self._found(point, accurate)
        return self.known[key]

    def _found(self, point: Fraction, accurate: int) -> Any | None:
        import flint

        before = flint.ctx.prec
        try:
            for bits in BITS:
                flint.ctx.prec = max(bits, accurate + 60)
                value = self._run(ball_of(point))
                if value.is_finite() and value.rel_accuracy_bits() >= accurate:
                    return value
                if value.is_finite() and value.is_zero():
                    return value
            gone = value.is_finite() and abs(value) < flint.arb(2) ** _GONE
            return flint.arb(0) if gone else None
        finally:
            flint.ctx.prec = before

    def _run(self, point: Any) -> Any:
        values: list[Any] = []
        for evaluate, places, given in self.steps:
            values.append(point if given else evaluate(*[values[p] for p in places]))
        return values[-1]


def ball_of(value: Fraction) -> Any:
    """The ball of a rational number."""
    import flint

    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def _evaluator(node: Term) -> Callable[..., Any]:
    import flint

    if node.op == "number":
        value: Fraction = node.data.value
        return lambda: ball_of(value)
    if node.op == "constant":
        return flint.arb.pi if node.data == "pi" else lambda: flint.arb(1).exp()
    if node.op == "symbol":
        return lambda: flint.arb("nan")
    if node.op in _CHOICES:
        return _CHOOSERS[node.op](node)
    return _SHARPER.get(node.op, TABLE[node.op].ball)


def _relation(node: Term) -> Callable[..., bool | None]:
    """Whether a chain of relations holds; None where the balls do not tell."""
    relations = node.data

    def holds(*values: Any) -> bool | None:
        found = [_told(r, a, b) for r, a, b in zip(relations, values, values[1:], strict=False)]
        return False if False in found else None if None in found else True

    return holds


def _told(relation: str, left: Any, right: Any) -> bool | None:
    if relation in COMPARE and bool(COMPARE[relation](left, right)):
        return True
    opposite = NEGATED.get(relation)
    return False if opposite in COMPARE and bool(COMPARE[opposite](left, right)) else None


def _piecewise(_: Term) -> Callable[..., Any]:
    def chosen(*values: Any) -> Any:
        import flint

        for value, condition in zip(values[0::2], values[1::2], strict=False):
            if condition:
                return value
            if condition is None:
                return flint.arb("nan")
        return values[-1] if len(values) % 2 else flint.arb("nan")

    return chosen


def _all(_: Term) -> Callable[..., bool | None]:
    return lambda *found: False if False in found else None if None in found else True


def _any(_: Term) -> Callable[..., bool | None]:
    return lambda *found: True if True in found else None if None in found else False


_CHOOSERS = {"relation": _relation, "piecewise": _piecewise, "and": _all, "or": _any}


def _normal_cdf(x: Any) -> Any:
    """The row's ball; far left, where it says little, by Tricomi's U (DLMF 7.11.2)."""
    import flint

    if not x < -64:
        return TABLE["normal_cdf"].ball(x)
    square, half = x * x / 2, flint.arb(1) / 2
    return (-square).exp() * square.hypgeom_u(half, half) / (2 * flint.arb.pi().sqrt())


def _erfc(x: Any) -> Any:
    """The same for erfc to the right."""
    import flint

    if not x > 64:
        return TABLE["erfc"].ball(x)
    square, half = x * x, flint.arb(1) / 2
    return (-square).exp() * square.hypgeom_u(half, half) / flint.arb.pi().sqrt()


_SHARPER: dict[str, Callable[..., Any]] = {"normal_cdf": _normal_cdf, "erfc": _erfc}
