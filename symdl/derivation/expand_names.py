"""What names stand for: symbols, calls, entries, steps of a recurrence."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from math import prod

from symdl.derivation import arrays
from symdl.derivation.array_functions import constant_array as array_of_constants
from symdl.derivation.array_functions import sum_of_squares
from symdl.derivation.arrays import Components, as_components
from symdl.derivation.expansion import MAX_SUMMANDS, Expansion, Frozen, Task, Work
from symdl.derivation.held import may_change
from symdl.derivation.numbers import integer
from symdl.derivation.recurrences import first_given, is_free, settled_index, unfolds
from symdl.derivation.written_out import function_named, picked, short
from symdl.document.errors import DeriveError
from symdl.expression.numerals import value_of
from symdl.expression.scope import Definition
from symdl.expression.substitution import substitute
from symdl.expression.term import Call, Symbol, Term, make, number

MAX_NESTING = 200
"""Definitions may use definitions so deep."""


def symbol(e: Expansion, node: Term, frozen: Frozen) -> Work:
    """An array of known sizes is its entries, a size its number."""
    data = node.data
    if node not in frozen and data.name in e.sizes and not data.shape:
        return number(e.sizes[data.name])
    shape = e.concrete(data.shape)
    if not shape or data.role == "sequence" or e.whole:
        return node
    entries = []
    arrays.check_count(prod(shape))
    for place in arrays.every_place(shape):
        entry = make("entry", node, *(number(i + 1) for i in place))
        entries.append((yield entry, frozen))
    return Components(shape, tuple(entries)).term


def prime(e: Expansion, node: Term, frozen: Frozen) -> Work:
    """A primed value: of what is defined it does not say in which variable."""
    base = node.args[0]
    defined = base.op == "symbol" and base.data.name in e.scope.functions
    if base in e.scope.values or defined:
        name = short(base)
        raise DeriveError(
            f"{name}' does not say in which variable: write \\frac{{d {name}}}{{d x}}"
        )
    return e.rest(node, frozen)


def call(e: Expansion, node: Term, frozen: Frozen) -> Work:
    """The body of the function, in the arguments."""
    args = yield from e.all_of(node.args, frozen)
    call: Call = node.data
    found = _function(e, call.function)
    if found is None:
        return make("call", *args, data=call)
    if len(args) != len(found.parameters):
        raise DeriveError(
            f"{found.name} is defined for {len(found.parameters)} arguments, not {len(args)}"
        )
    if any(arg.op == "relation" for arg in args):
        raise DeriveError(f"{found.name} is defined of values, and here is one of an event")
    body = found.body
    if found.name in e.calling:
        raise DeriveError(f"{found.name} is defined by itself: {found.name} calls {found.name}")
    if len(e.calling) > MAX_NESTING:
        raise DeriveError(f"definitions nested deeper than {MAX_NESTING}")
    e.calling.append(found.name)
    for _ in range(call.primes):
        if len(found.parameters) != 1:
            raise DeriveError(f"{found.name}' of several arguments: write which derivative")
        body = make("derivative", body, found.parameters[0], data="prime")
    if call.primes:
        body = yield body, frozenset(found.parameters)
    # an array by its name: written out it would not fit beside those of the body that are not yet
    args = [whole if whole.shape else one for whole, one in zip(node.args, args, strict=True)]
    body = substitute(body, dict(zip(found.parameters, args, strict=True)))
    result = yield body, frozen
    e.calling.pop()
    return result


def _function(e: Expansion, named: Symbol) -> Definition | None:
    """The definition of a function."""
    return function_named(named.name, e.scope)


def entry(e: Expansion, node: Term, frozen: Frozen) -> Work:
    """An entry: of a definition, a recurrence or an array."""
    indices = yield from e.all_of(node.args[1:], frozen)
    indices = list(map(settled_index, indices))
    base = node.args[0]
    entry = make("entry", base, *indices)
    if entry in frozen:
        return entry
    if base not in frozen:
        if entry is not node and entry in e.scope.values:
            return (yield entry, frozen)
        if base.op == "symbol":
            found = e.scope.recurrences.get(base.data.name)
            if found is not None:
                value = yield from _step(e, found, base, indices, frozen)
                return entry if value is None else value
            found = e.scope.entries.get(base.data.name)
            if found is not None and len(found.parameters) == len(indices):
                table = dict(zip(found.parameters, indices, strict=True))
                return (yield substitute(found.body, table), frozen)
    given = base.op != "symbol" or (base in e.scope.values and base not in frozen)
    if not given and (not entry.shape or base.data.role == "sequence"):
        return entry
    array = yield base, frozen
    return picked(array, indices)


def _step(
    e: Expansion, found: Definition, base: Term, indices: Sequence[Term], frozen: Frozen
) -> Generator[Task, Term, Term | None]:
    """An entry of a recurrence written out, None where it is free."""
    step = integer(indices[0])
    if step is None:
        entry = make("entry", base, indices[0])
        moved = (may_change(entry, v, e.scope) for v in frozen if v.op == "entry")
        if not unfolds(found, base, indices[0], e.scope) and not any(moved):
            return None
    elif is_free(found, base, step, e.scope):
        return None
    elif step - (first_given(e.scope, base) or 0) > MAX_SUMMANDS:
        raise DeriveError(f"{step} steps of {base!r} are too many to write out")
    body = substitute(found.body, {found.parameters[0]: indices[0]})
    value = yield body, frozen
    return picked(value, indices[1:]) if len(indices) > 1 else value


def constant_array(e: Expansion, node: Term, frozen: Frozen) -> Work:
    """`ones` and `identity` of known sizes."""
    sizes = yield from e.all_of(node.args, frozen)
    known = [n for n in map(integer, sizes) if n is not None]
    if e.whole or not sizes or len(known) < len(sizes):
        return node
    return array_of_constants(node.op, known).term


def power(e: Expansion, node: Term, frozen: Frozen) -> Work:
    """The square of a norm is a sum of squares."""
    base, exponent = node.args
    if base.op == "norm" and base.data in ("", "2", "F") and value_of(exponent) == 2:
        array = as_components((yield base.args[0], frozen))
        if array is not None and array.shape:
            spectral = base.data == "2" and len(array.shape) > 1 and not array.row
            if not spectral:
                return sum_of_squares(array)
    return (yield from e.rest(node, frozen))
