"""Lowering of conditions: indicators and definitions by cases."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.derivation.index import switches
from symdl.derivation.index.lowered import Array, Env, Frozen, NotLowered, Work
from symdl.derivation.index.lowering import RULES, Lowering
from symdl.derivation.index.nouns import Form
from symdl.derivation.index.renaming import as_index
from symdl.expression.term import Term


def _indicator(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    return (yield from _condition(low, node.args[0], env, frozen))


def _condition(low: Lowering, condition: Term, env: Env, frozen: Frozen) -> Work:
    """1 where a condition holds, else 0."""
    space = low.space
    if condition.op in ("and", "or", "not"):
        parts = []
        for part in condition.args:
            parts.append((yield from _condition(low, part, env, frozen)))
        if condition.op == "and":
            return low.elementwise(parts, space.multiply)
        negated = [
            low.elementwise([p], lambda f: space.subtract(space.number(1), f)) for p in parts
        ]
        if condition.op == "not":
            return negated[0]
        none = low.elementwise(negated, space.multiply)
        return low.elementwise([none], lambda f: space.subtract(space.number(1), f))
    if condition.op != "relation":
        raise NotLowered("a condition that is no relation")
    result: Array | None = None
    for place, relation in enumerate(condition.data):
        sides = yield from low.all(condition.args[place : place + 2], env, frozen)
        held = low.elementwise(sides, lambda a, b, r=relation: _holds(low, a, r, b))
        result = held if result is None else low.elementwise((result, held), space.multiply)
    assert result is not None
    return result


def _holds(low: Lowering, a: Form, relation: str, b: Form) -> Form:
    space = low.space
    one, u = space.number(1), space.subtract(a, b)
    if relation in ("=", "!="):
        same = _same_index(low, a, b) or switches.zero(space, u)
        return same if relation == "=" else space.subtract(one, same)
    if relation == ">":
        return switches.step(space, u)
    if relation == "<":
        return switches.step(space, space.scale(u, -1))
    if relation == ">=":
        return space.subtract(one, switches.step(space, space.scale(u, -1)))
    if relation == "<=":
        return space.subtract(one, switches.step(space, u))
    raise NotLowered(f"the condition {relation!r} has no index form")


def _same_index(low: Lowering, a: Form, b: Form) -> Form | None:
    """A delta of two plain indices."""
    i, j = as_index(a), as_index(b)
    if i is None or j is None:
        return None
    i.dim = i.dim or j.dim
    j.dim = j.dim or i.dim
    return switches.delta(low.space, i, j)


def _piecewise(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    """The first case that holds."""
    space = low.space
    cases = len(node.args) // 2
    conditions = []
    for place in range(cases):
        conditions.append((yield from _condition(low, node.args[2 * place + 1], env, frozen)))
    if len(node.args) % 2:
        result = yield node.args[-1], env, frozen
    else:
        _require_complete(low, conditions)
        result = Array((), (), space.number(0))
    for place in reversed(range(cases)):
        value = yield node.args[2 * place], env, frozen
        held = conditions[place]

        def chosen(v: Form, h: Form, other: Form) -> Form:
            return space.add(other, space.multiply(h, space.subtract(v, other)))

        result = low.elementwise((value, held, result), chosen)
    return result


def _require_complete(low: Lowering, conditions: Sequence[Array]) -> None:
    """NotLowered unless one of the conditions always holds."""
    space = low.space

    def neither(*held: Form) -> Form:
        left = (space.subtract(space.number(1), h) for h in held)
        return space.multiply(space.number(1), *left)

    if low.elementwise(conditions, neither).form.terms:
        raise NotLowered("a definition by cases that leaves something out")


RULES.update({"indicator": _indicator, "piecewise": _piecewise})
