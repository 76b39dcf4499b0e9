"""Kinks that a power above 1 flattens: max(0, u)^2 and sqrt(u^4) have the slope 0 where u is 0.

What is at most C |w|^p near w = 0, with p > 1, has the derivative 0 there in every variable that w
follows no faster than a line. So each such operation is looked at as a chain of powers and absolute
values around its base w, whatever stands in w.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symdl.derivation.canonical import TooLarge, polynomial
from symdl.derivation.context import Context, Local, times
from symdl.expression.numerals import ZERO, spell, value_of
from symdl.expression.operators import TABLE
from symdl.expression.operators.build import relation
from symdl.expression.term import Term, make, operations, postorder

_BENT = frozenset({"abs", "relu", "max", "min", "sqrt", "root"})
_CUT = frozenset({"relu", "max", "min"})
_ROOTS = frozenset({"sqrt", "root"})
_LINES = frozenset({"add", "neg", "mul", "entry"}) | (_BENT - _ROOTS)
_MAX_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Chain:
    """What vanishes like |base|^order where its base is 0, and only there.

    `through` are the operations between the whole and its base, `steep` is whether one of them
    has no finite slope at 0. `parity`: "even" for |base|^order itself, "odd" for sign(base)
    |base|^order, "" for what is neither.
    """

    base: Term
    order: Fraction = Fraction(1)
    through: tuple[Term, ...] = ()
    steep: bool = False
    parity: str = "odd"


@dataclass(frozen=True, slots=True)
class Flat:
    """The operations of a function with the slope 0 where their base is 0, and those that occur
    inside of them only: their kinks are none of the function."""

    chains: Mapping[Term, Chain] = field(default_factory=dict)
    inside: frozenset[Term] = frozenset()

    def __contains__(self, node: Term) -> bool:
        return node in self.chains or node in self.inside


def steep_rule(found: Chain, local: Local, context: Context) -> Local:
    """The derivative of what vanishes with its slope, though one of its operations has none."""
    w, p = found.base, found.order
    name, after, note = local
    if not found.parity:
        cut = next(n for n in found.through if n.op in _CUT)
        return name, make("piecewise", ZERO, relation(cut, "=", ZERO), after), note
    whole = found.parity == "even" and p.denominator == 1 and p % 2 == 0
    size = w if whole else make("abs", w)
    factors = [spell(p), size if p == 2 else size ** spell(p - 1)]
    if found.parity == "even" and not whole:
        factors.append(make("sign", w))
    context.requested = []
    spelled = "|u|^p" if found.parity == "even" else "sign(u) |u|^p"
    return "root of a power", times(*factors, context.d(w)), f"it is {spelled}, p = {p}"


def flat_parts(root: Term, context: Context) -> Flat:
    """What in a function has the slope 0 at its kinks."""
    ops = operations(root)
    if "pow" not in ops or not (ops & _BENT or any(map(_is_fractional, postorder(root)))):
        return Flat()
    chains = _chains(root, context)
    tops: dict[Term, Chain] = {}
    reached, waiting = {root}, [root]
    hidden: set[Term] = set()
    while waiting:
        node = waiting.pop()
        found = chains[node]
        below = node.args
        if _is_flat(found, context):
            tops[node] = found
            hidden.update(found.through)
            below = (found.base,)
        waiting.extend(dict.fromkeys(a for a in below if a not in reached))
        reached.update(below)
    return Flat(tops, frozenset(hidden - reached))


def _is_fractional(node: Term) -> bool:
    power = value_of(node.args[1]) if node.op == "pow" else None
    return power is not None and power.denominator > 1


def _is_flat(found: Chain, context: Context) -> bool:
    """Whether a chain has the slope 0 where its base is 0, and an operation with a kink there."""
    if found.order <= 1 or not context.depends(found.base):
        return False
    bent = any(n.op in _BENT or _is_fractional(n) for n in found.through)
    return bent and all(_is_tame(n, context) for n in postorder(found.base) if context.depends(n))


def _is_tame(node: Term, context: Context) -> bool:
    """Whether an operation changes at most as fast as some multiple of its arguments, near any
    place where it is defined."""
    if node is context.variable or node.op in _LINES:
        return True
    moving = [a for a in node.args if context.depends(a)]
    if node.op == "sum":
        ends = (n for end in node.args[:-1] for n in postorder(end))
        return moving == [node.args[-1]] and not any(n.data == "infinity" for n in ends)
    if node.op == "div":
        return node.args[1] not in moving or context.facts.nonzero(node.args[1])
    if node.op == "pow":
        n = value_of(node.args[1])
        return n is not None and n > 0 and n.denominator == 1
    row = TABLE.get(node.op)
    return row is not None and row.is_smooth


def _chains(root: Term, context: Context) -> dict[Term, Chain]:
    """The longest chain that ends in each operation."""
    found: dict[Term, Chain] = {}
    for node in postorder(root):
        found[node] = _chain(node, found, context)
    return found


def _chain(node: Term, known: Mapping[Term, Chain], context: Context) -> Chain:
    if node.op in ("max", "min") and len(node.args) == 2:
        return _of_extreme(node, known)
    power = _power(node, context)
    if power is None or len(known[node.args[0]].through) >= _MAX_LENGTH:
        return Chain(node)
    inner = known[node.args[0]]
    steep = inner.steep or power < 1
    return Chain(
        inner.base,
        inner.order * power,
        (node, *inner.through),
        steep,
        _parity(node, power, inner.parity),
    )


def _parity(node: Term, power: Fraction, inner: str) -> str:
    if node.op == "relu" or not inner:
        return ""
    if node.op == "abs" or inner == "even" or power.numerator % 2 == 0:
        return "even"
    return "odd" if power.denominator % 2 else "even"


def _power(node: Term, context: Context) -> Fraction | None:
    """The power to which an operation takes the size of its argument; None where that is none, or
    is not defined on both sides of 0."""
    if node.op in ("abs", "relu"):
        return Fraction(1)
    nonnegative = context.facts.nonnegative
    if node.op == "sqrt":
        return Fraction(1, 2) if nonnegative(node.args[0]) else None
    n = value_of(node.args[1]) if node.op in ("pow", "root") else None
    if n is None or n <= 0:
        return None
    power = n if node.op == "pow" else 1 / n
    whole = n.denominator == 1 and (node.op == "pow" or n.numerator % 2 == 1)
    return power if whole or nonnegative(node.args[0]) else None


def _of_extreme(node: Term, known: Mapping[Term, Chain]) -> Chain:
    """max(0, w), and max(p, q) of powers of one w that are equal at w = 0 only."""
    u, v = node.args
    if value_of(u) == 0 or value_of(v) == 0:
        inner = known[v if value_of(u) == 0 else u]
        if len(inner.through) < _MAX_LENGTH:
            return Chain(inner.base, inner.order, (node, *inner.through), inner.steep, "")
    powers = [_monomial(t) for t in (u, v, u - v)]
    bases = {p[0] for p in powers if p is not None}
    if None in powers or len(bases) != 1 or not bases <= known.keys():
        return Chain(node)
    order = min(p[1] for p in powers if p is not None)
    return Chain(bases.pop(), Fraction(order), (node,), False, "")


def _monomial(term: Term) -> tuple[Term, int] | None:
    """The base and the exponent of a number times a power."""
    try:
        found = polynomial(term)
    except TooLarge:
        return None
    (powers,) = found if len(found) == 1 else (frozenset(),)
    (power,) = powers if len(powers) == 1 else (None,)
    return power if power is not None and power[1] > 0 else None
