"""The series of a term from those of its symbols: each row by its rule, cases by what holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from symdl.evidence.asymptotics import growth as g
from symdl.evidence.asymptotics.constants import ONE, PI, ZERO, exponential, parameter, rational
from symdl.evidence.asymptotics.expansion_rules import RULES, difference, signless_power
from symdl.evidence.asymptotics.growth import Series, Setting
from symdl.evidence.asymptotics.rates import TooEarly, Unknown
from symdl.evidence.balls import exactly
from symdl.expression.term import Term

MOST_NODES = 400
UNKNOWN = "unknown"
"""The role of a symbol that stands for some function of the running variable, with values between
the closed ends of its domain."""


def series_of(root: Term, values: dict[Term, Any], setting: Setting) -> Series:
    """The series of a term from those of its symbols; of a piecewise only the branch in force."""
    stack: list[Term] = [root]
    while stack:
        node = stack[-1]
        if node in values:
            stack.pop()
            continue
        waiting = _waiting(node, values)
        if waiting is not None:
            stack.append(waiting)
            continue
        values[node] = _apply(node, values, setting)
        stack.pop()
    found: Series = values[root]
    return found


def _waiting(node: Term, values: Mapping[Term, Any]) -> Term | None:
    if node.op != "piecewise":
        return next((a for a in node.args if a not in values), None)
    for value, condition in _branches(node):
        if condition is not None and condition not in values:
            return condition
        if condition is None or values[condition]:
            return None if value in values else value
    raise Unknown("no branch holds there")


def _branches(node: Term) -> list[tuple[Term, Term | None]]:
    paired = len(node.args) // 2
    found: list[tuple[Term, Term | None]] = [
        (node.args[2 * i], node.args[2 * i + 1]) for i in range(paired)
    ]
    if len(node.args) % 2:
        found.append((node.args[-1], None))
    return found


def _apply(node: Term, values: Mapping[Term, Any], setting: Setting) -> Any:
    if node.op == "piecewise":
        return next(values[v] for v, c in _branches(node) if c is None or values[c])
    args = [values[a] for a in node.args]
    if node.op == "number":
        return g.fixed(rational(node.data.value))
    if node.op == "constant":
        return _constant(node.data)
    if node.op == "symbol":
        return _some_function(node) if node.data.role == UNKNOWN else g.fixed(parameter(node))
    if node.op == "relation":
        return _relation(node.data, args, setting)
    if node.op == "indicator":
        return g.fixed(ONE if args[0] else ZERO)
    if node.op in _LOGIC:
        return _LOGIC[node.op](args)
    rule = RULES.get(node.op)
    if rule is None:
        raise Unknown(f"no expansion of {node.op}")
    if any(isinstance(a, bool) for a in args):
        raise Unknown("a condition where a value is expected")
    if node.op == "pow" and not args[0] and args[1] and g.sign(args[1], setting) > 0:
        return ()
    if node.op == "pow" and _is_whole_symbol(node.args[1]) and _is_negative(args[0], setting):
        return signless_power(args, setting)
    vanishing = node.op == "pow" and not args[1] and not _is_zero(node.args[1])
    if vanishing and not g.sign(args[0], setting):
        raise Unknown("0^0")
    return rule(args, setting)


def _some_function(node: Term) -> Series:
    domain = node.data.domain
    return g.bounded(exactly(domain.lower).union(exactly(domain.upper)))


def _is_whole_symbol(exponent: Term) -> bool:
    return exponent.op == "symbol" and exponent.data.domain.integer


def _is_negative(base: Series, setting: Setting) -> bool:
    try:
        return g.sign(base, setting) < 0
    except (TooEarly, Unknown):
        return False


def _is_zero(exponent: Term) -> bool:
    """A written 0: x^0 is 1 for every x, and every other 0^0 is undefined."""
    return exponent.op == "number" and not exponent.data.value


_LOGIC: dict[str, Callable[[list[bool]], bool]] = {
    "and": all,
    "or": any,
    "not": lambda args: not args[0],
}


def _constant(name: str) -> Series:
    if name == "pi":
        return g.fixed(PI)
    if name == "e":
        return g.fixed(exponential(ONE))
    raise Unknown(f"no expansion of {name}")


def _relation(relations: tuple[str, ...], sides: list[Series], setting: Setting) -> bool:
    return all(
        _holds(relation, difference(a, b, setting), setting)
        for relation, a, b in zip(relations, sides, sides[1:], strict=False)
    )


_HOLDS: dict[str, frozenset[int]] = {
    "<": frozenset((-1,)),
    "<=": frozenset((-1, 0)),
    ">": frozenset((1,)),
    ">=": frozenset((0, 1)),
    "=": frozenset((0,)),
    "!=": frozenset((-1, 1)),
}


def _holds(relation: str, difference: Series, setting: Setting) -> bool:
    if relation not in _HOLDS:
        raise Unknown(f"a condition with {relation}")
    return g.sign(difference, setting) in _HOLDS[relation]
