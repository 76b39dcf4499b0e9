"""Choices that run without surprises: kinks get a value, branches not taken stay finite.

A derivative has no value at a kink; code must return one. It is the one-sided value of the
last branch that touches the kink: 0 for ReLU and the slope a for leaky ReLU, as in the common
frameworks, and 0 for |x|. Array code computes every branch and then chooses, so the
arguments of a branch are first moved to where the branch holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from symdl.code.lower import constant_ball
from symdl.code.normal import addends
from symdl.expression.numerals import ONE, spell, value_of
from symdl.expression.relations import COMPARE, MIRRORED, ORDERING, opposite
from symdl.expression.term import (
    Term,
    combined,
    every_part,
    free_symbols,
    make,
    number,
    postorder,
    rebuild,
    replace,
)

_CLOSED = {"<": "<=", ">": ">="}
_RISKY_WORDS = """
exp expm1 log log1p log2 log10 log_base logit log1mexp div pow sqrt root sinh cosh coth csch tan
arcsin arccos arcosh artanh gamma_function digamma factorial inverse
"""
_RISKY = frozenset(_RISKY_WORDS.split())
_CANDIDATES = tuple(Fraction(n, 2) for n in (0, 2, -2, 1, -1, 4, -4, 20, -20))
Branch = tuple[Term, Term]


def settle_kinks(roots: Sequence[Term]) -> tuple[Term, ...]:
    """Derivatives with every piecewise extended to the kinks between its branches."""
    return _with_branches(roots, _closed)


def _with_branches(roots: Sequence[Term], settled: Callable[[Term], Term]) -> tuple[Term, ...]:
    """Terms with every piecewise settled and every condition in them solved."""
    done: dict[Term, Term] = {}
    for node in every_part(roots):
        new = rebuild(node, tuple(done[a] for a in node.args))
        if new.op == "piecewise":
            new = settled(new)
        elif new.op == "relation":
            new = _solved(new)
        done[node] = new
    return tuple([done[root] for root in roots])


def _closed(node: Term) -> Term:
    branches = list(zip(node.args[0::2], node.args[1::2], strict=False))
    if len(node.args) % 2:
        return _as_sign(branches, node.args[-1])
    extra = [(v, _closure(c)) for v, c in reversed(branches) if _closure(c) is not c]
    places = _places([c for _, c in (*branches, *extra)])
    kept: list[Branch] = []
    for value, condition in (*branches, *extra):
        if places and kept and not _adds(condition, [c for _, c in kept], places):
            continue
        if kept and value is kept[-1][0] and condition is _closure(kept[-1][1]):
            kept.pop()
        kept.append((value, condition))
        if places and _covers([c for _, c in kept], places):
            return _as_sign(kept[:-1], value)
        if any(opposite(condition) is c for _, c in kept[:-1]):
            return _as_sign(kept[:-1], value)
    return make("piecewise", *(t for branch in kept for t in branch))


def _places(conditions: Sequence[Term]) -> list[dict[Term, Fraction]]:
    """A point in each cell that the conditions cut the line of their one symbol into; empty
    if they are not all bounds of one symbol by numbers."""
    symbols: set[Term] = set()
    ends: set[Fraction] = set()
    for node in (n for c in conditions for n in postorder(c)):
        if node.op == "relation":
            symbols.update(a for a in node.args if value_of(a) is None)
            ends.update(v for v in map(value_of, node.args) if v is not None)
        elif node.op not in ("and", "or", "symbol", "number", "neg", "div"):
            return []
    if len(symbols) != 1 or not ends or next(iter(symbols)).op != "symbol":
        return []
    (symbol,), cuts = symbols, sorted(ends)
    between = [(a + b) / 2 for a, b in pairwise(cuts)]
    return [{symbol: p} for p in (cuts[0] - 1, *between, *cuts, cuts[-1] + 1)]


def _adds(condition: Term, before: Sequence[Term], places: Sequence[dict[Term, Fraction]]) -> bool:
    """Whether a condition holds somewhere where none before it does."""
    return any(_holds(condition, p) and not any(_holds(c, p) for c in before) for p in places)


def _covers(conditions: Sequence[Term], places: Sequence[dict[Term, Fraction]]) -> bool:
    return all(any(_holds(c, p) for c in conditions) for p in places)


def _as_sign(branches: Sequence[Branch], otherwise: Term) -> Term:
    """The slope of |u| as sign(u): 0 at the kink."""
    if len(branches) == 1 and value_of(otherwise) is not None:
        value, condition = branches[0]
        up, down = value_of(value), value_of(otherwise)
        if condition.op == "relation" and len(condition.args) == 2 and up in (1, -1):
            left, right = condition.args
            if down == -(up or 0) and condition.data[0] in "><":
                side = left if value_of(right) == 0 else left - right
                flip = (condition.data[0] == ">") == (up == 1)
                return make("sign", side) if flip else -make("sign", side)
    return make("piecewise", *(t for branch in branches for t in branch), otherwise)


def _closure(condition: Term) -> Term:
    """The condition with its ends taken in."""
    if condition.op == "relation":
        data = tuple(_CLOSED.get(r, r) for r in condition.data)
        return make("relation", *condition.args, data=data)
    if condition.op == "and":
        return make("and", *map(_closure, condition.args))
    return condition


def guard_branches(roots: Sequence[Term]) -> tuple[Term, ...]:
    """Every branch that could overflow elsewhere, over arguments moved to where it holds."""
    return _with_branches(roots, _guarded)


def _solved(condition: Term) -> Term:
    """`(x + 3)/6 < 1` as `x < 3`: a linear condition solved exactly for its one part."""
    if len(condition.args) != 2 or condition.data[0] not in MIRRORED:
        return condition
    left, right = condition.args
    if left.shape != () or right.shape != ():
        return condition
    parts = addends(left - right)
    moving = [(c, t) for c, t in parts if t is not ONE]
    if len(moving) != 1:
        return condition
    (scale, part), constant = moving[0], sum(c for c, t in parts if t is ONE)
    relation = condition.data[0] if scale > 0 else MIRRORED[condition.data[0]]
    return make("relation", part, spell(-constant / scale, decimal=True), data=(relation,))


def _exhausted(node: Term) -> Term:
    """A piecewise whose last condition is what the others leave: `otherwise`."""
    conditions = node.args[1::2]
    for k, condition in enumerate(conditions):
        if any(opposite(condition) is c for c in conditions[:k]):
            return make("piecewise", *node.args[: 2 * k + 1])
    return node


def _guarded(node: Term) -> Term:
    node = _exhausted(node)
    args = list(node.args)
    earlier: list[Term] = []
    for place in range(0, len(args), 2):
        holding = [args[place + 1]] if place + 1 < len(args) else []
        against = [o for c in earlier for o in [opposite(c)] if o is not None]
        if _is_risky(args[place]):
            args[place] = _moved(args[place], holding, against)
        earlier += holding
    return make("piecewise", *args)


def _is_risky(body: Term) -> bool:
    """Whether the body may overflow or be undefined somewhere."""
    for n in postorder(body):
        if n.op == "div" and value_of(n.args[1]):
            continue
        exponent = value_of(n.args[1]) if n.op == "pow" else None
        if exponent is not None and exponent.denominator == 1 and exponent > 0:
            continue
        if n.op in _RISKY:
            return True
    return False


def _moved(body: Term, holding: list[Term], against: list[Term]) -> Term:
    """The body with its symbols where the branch holds, and something harmless elsewhere."""
    conditions = holding or against
    free = {s for s in free_symbols(body) if s.shape is not None}
    table: dict[Term, Term] = {}
    for condition in conditions:
        bounded = _clamp(condition, body)
        if bounded is not None and bounded[0] in free:
            table.setdefault(*bounded)
    if table:
        return replace(body, table)
    symbols = sorted(
        {s for c in conditions for s in free_symbols(c)} & free, key=lambda s: str(s.data.name)
    )
    point = _inside(conditions, symbols)
    if not symbols or point is None:
        return body
    whole = combined("and", conditions)
    return replace(
        body, {s: make("piecewise", s, whole, spell(point[s], decimal=True)) for s in symbols}
    )


def _clamp(condition: Term, body: Term) -> tuple[Term, Term] | None:
    """For `x > a` the symbol and max(x, a), if the body is finite at a."""
    if condition.op != "relation" or len(condition.args) != 2:
        return None
    left, right = condition.args
    relation = condition.data[0]
    if right.op == "symbol" and value_of(left) is not None:
        left, right, relation = right, left, MIRRORED.get(relation, relation)
    bound = value_of(right)
    if left.op != "symbol" or bound is None or relation not in ORDERING:
        return None
    if not _finite_at(body, {left: bound}):
        return None
    return left, make("max" if relation[0] == ">" else "min", left, right)


def _inside(conditions: Sequence[Term], symbols: Sequence[Term]) -> dict[Term, Fraction] | None:
    """A simple point at which all conditions hold."""
    if len(symbols) > 3:
        return None
    for values in product(_CANDIDATES, repeat=len(symbols)):
        point = dict(zip(symbols, values, strict=True))
        if all(_holds(c, point) for c in conditions):
            return point
    return None


def _holds(condition: Term, point: dict[Term, Fraction]) -> bool:
    if condition.op == "and":
        return all(_holds(c, point) for c in condition.args)
    if condition.op == "or":
        return any(_holds(c, point) for c in condition.args)
    if condition.op != "relation":
        return False
    values = [_ball(t, point) for t in condition.args]
    return all(
        r in COMPARE and a is not None and b is not None and bool(COMPARE[r](a, b))
        for a, b, r in zip(values, values[1:], condition.data, strict=False)
    )


def _finite_at(body: Term, point: dict[Term, Fraction]) -> bool:
    """Whether the body is finite at a point (symbols without a value are taken as 1)."""
    filled = {s: point.get(s, Fraction(1)) for s in free_symbols(body)}
    value = _ball(body, filled)
    return value is not None and bool(value.is_finite())


def _ball(term: Term, point: dict[Term, Fraction]) -> Any:
    return constant_ball(replace(term, {s: number(v) for s, v in point.items()}))
