r"""Names of pseudo-code: what `m_{t-1}` stands for, settings, values as symbols."""

from __future__ import annotations

from symdl.expression.procedures.program import Assignment
from symdl.expression.relations import opposite
from symdl.expression.scope import Scope
from symdl.expression.term import Shape, Term, free_symbols, make, number, replace, symbol

Key = tuple[str, int | None]
"""What can have a value: a name at a distance from the index, or (None) a name alone."""


def packs(step: Assignment) -> bool:
    """Whether a step only lists what is kept: `S_t \\leftarrow (m_t, v_t)`."""
    return step.value.op in ("tuple", "vector", "set", "matrix") and all(
        a.op in ("entry", "symbol") for a in step.value.args
    )


def setting_of(condition: Term, known: set[str]) -> tuple[str, bool]:
    """The name of a setting that is a condition, and whether it says yes."""
    if condition.op != "relation" or condition.data not in (("=",), ("!=",)):
        return "", False
    left, right = condition.args
    if left.op != "symbol":
        return "", False
    if right.op == "text":
        said = str(right.data).strip("'`\"")
        return (
            (left.data.name, (said == "True") == (condition.data == ("=",)))
            if said in ("True", "False")
            else ("", False)
        )
    name = str(left.data.name)
    if name in known and right is number(0):
        return name, condition.data == ("!=",)
    return "", False


def denied(condition: Term) -> Term:
    """What holds where a condition does not."""
    return opposite(condition) or make("not", condition)


def lag_of(term: Term, index: Term) -> int | None:
    """k of `t + k`; None for anything else."""
    if term is index:
        return 0
    if term.op != "add" or len(term.args) != 2 or index not in term.args:
        return None
    other = term.args[1] if term.args[0] is index else term.args[0]
    sign = 1
    if other.op == "neg":
        other, sign = other.args[0], -1
    if other.op != "number" or other.data.value.denominator != 1:
        return None
    return sign * int(other.data.value)


def named(name: str, age: int, shape: Shape) -> Term:
    """A value of a sequence as a symbol of its own; older ones by their age."""
    text = f"{name}_{{{age}}}" if age else name
    known = shape if shape is not None else ()
    return symbol(text, ("scalar", "vector", "matrix", "tensor")[min(len(known), 3)], known)


def bare(node: Term, scope: Scope) -> Term:
    """A parameter without what a convention says of its sign: a rate may be 0."""
    if node.op != "symbol" or node.data.shape or node.data.role == "function":
        return node
    return node if scope.declares(node.data.name) else symbol(node.data.name)


def bared(term: Term, scope: Scope) -> Term:
    """A term with its parameters bare."""
    return replace(term, {s: bare(s, scope) for s in free_symbols(term)})


def told(key: Key, index: Term) -> str:
    name, lag = key
    if lag is None:
        return name
    shift = "" if lag == 0 else f" {'+' if lag > 0 else '-'} {abs(lag)}"
    return f"{name}_{{{index.data.name}{shift}}}"
