"""Lowering of sums, products and extreme values over an index, of calls and derivatives."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

from symdl.derivation.held import tied
from symdl.derivation.index import switches
from symdl.derivation.index.derive import Derivative
from symdl.derivation.index.lowered import Array, Env, Frozen, NotLowered, Task, Work
from symdl.derivation.index.lowering import RULES, Lowering
from symdl.derivation.index.nouns import Factor, Form, Index
from symdl.derivation.index.over_index import largest_over, product_over
from symdl.derivation.index.renaming import mapped, rename
from symdl.derivation.index.sums import sum_over
from symdl.derivation.written_out import function_named
from symdl.expression.dimensions import dimension_of
from symdl.expression.numerals import value_of
from symdl.expression.substitution import substitute
from symdl.expression.term import Dim, Term, free_symbols, postorder, symbol


def _sum(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    mine, array = yield from _over(low, node, env, frozen)
    form = low.space.multiply(array.form, _within(low, node, mine))
    return replace(array, form=sum_over(low.space, form, [mine]))


def _product(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    mine, array = yield from _over(low, node, env, frozen)
    _refuse_parts(low, node, mine)
    return replace(array, form=product_over(low.space, array.form, mine))


def _extreme(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    """The smallest value is the largest of the opposite."""
    mine, array = yield from _over(low, node, env, frozen)
    _refuse_parts(low, node, mine)
    sign = 1 if node.op == "max_over" else -1
    found = largest_over(low.space, low.space.scale(array.form, sign), mine)
    return replace(array, form=low.space.scale(found, sign))


def _over(
    low: Lowering, node: Term, env: Env, frozen: Frozen
) -> Generator[Task, Array, tuple[Index, Array]]:
    """The index of a binder, and its body there."""
    index, body = node.args[0], node.args[-1]
    if node.data == "range" and any(outer in free_symbols(node.args[2]) for outer, _ in env):
        raise NotLowered("a sum up to the index of another")
    mine = low.space.index(str(index.data.name), _dimension(node))
    inner = frozenset(pair for pair in env if pair[0] is not index) | {(index, mine)}
    array = yield body, inner, frozen
    if mine.dim is None:
        raise NotLowered(f"the range of {index.data.name} is not known")
    return mine, array


def _within(low: Lowering, node: Term, index: Index) -> Form:
    """1 where an index is between the ends of a sum, 0 elsewhere in its dimension."""
    space = low.space
    if node.data != "range":
        return space.number(1)
    found, at = space.number(1), switches.index_value(space, index)
    first = value_of(node.args[1])
    if first is not None and first > 1:
        found = switches.step(space, space.subtract(at, space.number(first - 1)))
    left_out = _left_out(node.args[2])
    if left_out:
        last = space.subtract(space.dimension_of(index), space.number(left_out - 1))
        found = space.multiply(found, switches.step(space, space.subtract(last, at)))
    return found


def _refuse_parts(low: Lowering, node: Term, index: Index) -> None:
    if _within(low, node, index).constant != 1:
        raise NotLowered(f"a {node.op.removesuffix('_over')} over a part of an axis")


def _left_out(high: Term) -> int:
    """k of an end `n - k`."""
    if high.op != "add" or len(high.args) != 2 or high.args[1].op != "neg":
        return 0
    value = value_of(high.args[1].args[0])
    return int(value) if value is not None and value.denominator == 1 and value > 0 else 0


def _dimension(node: Term) -> Dim | None:
    """The dimension that a binder runs through: 1 to n, or what its entries say."""
    if node.data == "all":
        return None
    if node.data != "range":
        raise NotLowered("a sum over a set has no index form")
    low, high = node.args[1:3]
    if low.op != "number" or low.data.value < 1 or low.data.value.denominator != 1:
        raise NotLowered("a sum that does not begin at a number from 1 on")
    if _left_out(high):
        high = high.args[0]
    if high.op == "number" and high.data.value.denominator == 1:
        return int(high.data.value)
    size = dimension_of(high)
    if size is None:
        raise NotLowered("a sum up to an expression")
    return size


# --- calls ---------------------------------------------------------------------------------------


def _call(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    call = node.data
    found = function_named(call.function.name, low.scope)
    if found is None:
        raise NotLowered(f"{call.function.name} is not defined")
    if len(found.parameters) != len(node.args):
        raise NotLowered(f"{found.name} takes {len(found.parameters)} arguments")
    if not call.primes:
        table = dict(zip(found.parameters, node.args, strict=True))
        return (yield substitute(found.body, table), env, frozen)
    if len(found.parameters) != 1 or any(p.shape for p in found.parameters):
        raise NotLowered("a derivative of a function of several variables")
    argument = yield node.args[0], env, frozen
    parameter = found.parameters[0]
    place = symbol(f"{parameter.data.name}_{{\\text{{at}}}}", domain=parameter.data.domain)
    body = yield substitute(found.body, {parameter: place}), env, frozen | {place}
    if body.shape:
        raise NotLowered("a derivative of an array by a number")
    form = body.form
    for _ in range(call.primes):
        form = Derivative(low.space, head_of(place), (), low.partials)(form)
    return low.elementwise([argument], lambda u: _put(low, form, head_of(place), u))


def _put(low: Lowering, form: Form, head: Any, value: Form) -> Form:
    """A Form with a scalar replaced."""

    def leaf(factor: Factor) -> Form | None:
        return value if factor.kind == "scalar" and factor.head == head else None

    return mapped(low.space, form, leaf)


# --- derivatives ---------------------------------------------------------------------------------


def _gradient(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    if len(node.args) < 2:
        raise NotLowered("a gradient without a variable")
    return (yield from _by(low, node.args[0], node.args[1:], env, frozen))


def _derivative(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    return (yield from _by(low, node.args[0], node.args[1:], env, frozen))


def _by(low: Lowering, body: Term, variables: Sequence[Term], env: Env, frozen: Frozen) -> Work:
    """The derivative by each variable in turn: the axes of the body first, then theirs."""
    heads = {v.args[0] if v.op == "entry" else v for v in variables}
    if any(h.op not in ("symbol", "label") for h in heads):
        raise NotLowered("a derivative in what is no variable")
    held = frozen | heads
    array = yield body, env, held
    known = {s for h in heads for s in (h,) if s in _all_symbols(low, body, held)}
    if not known:
        raise NotLowered("nothing says how this depends on the variable")
    if any(tied(body, h, low.scope) is not None for h in heads):
        raise NotLowered("a given equation says more of how this depends on the variable")
    shape, slots, form = array.shape, list(array.slots), array.form
    if array.row:
        shape, slots = shape[1:], slots[1:]
    for variable in variables:
        head = variable.args[0] if variable.op == "entry" else variable
        if head.shape is None:
            raise NotLowered("a derivative in an array of unknown shape")
        axes = low.fresh(head.shape)
        one = low.space.number(1)  # the only place along an axis of one entry
        places = tuple(i or one for i in axes)
        form = Derivative(low.space, head_of(head), places, low.partials)(form)
        if variable.op == "entry":
            if len(variable.args) - 1 != len(axes):
                raise NotLowered("a derivative in a part of an array")
            table: dict[Index, Any] = {}
            for axis, index, dim in zip(axes, variable.args[1:], head.shape, strict=True):
                slot = yield from low.slot(index, dim, env, frozen)
                if axis is not None:
                    table[axis] = slot
                elif isinstance(slot, Form) and slot is not one:
                    raise NotLowered("an index outside of its axis")
            form = rename(low.space, form, table)
        else:
            shape, slots = (*shape, *head.shape), [*slots, *axes]
    for head in heads - frozen:
        if head in low.scope.values or _is_entrywise(low, head):
            form = yield from _released(low, form, head, env, frozen)
    return Array(tuple(shape), tuple(slots), form)


def _at(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    """A Term in which a variable has a value, put in behind all derivatives."""
    body, variable, value = node.args
    if variable.op not in ("symbol", "label"):
        raise NotLowered("the value of what is no variable")
    array = yield body, env, frozen | {variable}
    point = yield value, env, frozen
    head = head_of(variable)
    if len(point.slots) != len(variable.shape or ()) and value_of(value) != 0:
        raise NotLowered("a value of another shape")  # 0 is the array of zeros

    def leaf(factor: Factor) -> Form | None:
        if factor.kind not in ("entry", "scalar") or factor.head != head:
            return None
        table = {m: s for m, s in zip(point.slots, factor.slots, strict=False) if m}
        return rename(low.space, point.form, table)

    return replace(array, form=mapped(low.space, array.form, leaf))


def head_of(variable: Term) -> Any:
    """What factors of a variable are known by: a scalar symbol by its name."""
    scalar = variable.op == "symbol" and not variable.shape
    return variable.data.name if scalar else variable


def _is_entrywise(low: Lowering, head: Term) -> bool:
    return head.op == "symbol" and head.data.name in low.scope.entries and bool(head.shape)


def _released(low: Lowering, form: Form, head: Term, env: Env, frozen: Frozen) -> Any:
    """The Form with what was held put back in: its definition."""
    array = yield head, env, frozen
    if len(array.shape) != len(head.shape or ()):
        raise NotLowered("a number that is defined as an array")

    def leaf(factor: Factor) -> Form | None:
        if factor.kind not in ("entry", "scalar") or factor.head != head_of(head):
            return None
        table = {m: s for m, s in zip(array.slots, factor.slots, strict=True) if m}
        return rename(low.space, array.form, table)

    return mapped(low.space, form, leaf)


def _all_symbols(low: Lowering, body: Term, held: Frozen) -> set[Term]:
    """The symbols that a Term leads to through definitions."""
    found: set[Term] = set()
    waiting = [body]
    while waiting:
        for node in postorder(waiting.pop()):
            if node in found or node.op not in ("symbol", "label", "call"):
                continue
            found.add(node)
            if node in held:
                continue
            if node in low.scope.values:
                waiting.append(low.scope.values[node])
            name = node.data.name if node.op == "symbol" else ""
            name = node.data.function.name if node.op == "call" else name
            for table in (low.scope.entries, low.scope.functions):
                if name in table:
                    waiting.append(table[name].body)
    return found


RULES.update(
    {
        "sum": _sum,
        "product": _product,
        **dict.fromkeys(("max_over", "min_over"), _extreme),
        "call": _call,
        "gradient": _gradient,
        "derivative": _derivative,
        "at": _at,
    }
)
