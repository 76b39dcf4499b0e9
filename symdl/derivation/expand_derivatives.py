"""What derivatives stand for: they are taken, in what their functions stand for."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.derivation.arrays import is_literal
from symdl.derivation.expansion import Expansion, Frozen, Work
from symdl.derivation.held import is_state, refuse_tied, refuse_unclear, refuse_unknown
from symdl.derivation.recurrences import settled_index
from symdl.derivation.written_out import (
    jacobian,
    refuse_open_calls,
    replace_free,
    require_dependence,
    short,
)
from symdl.document.errors import DeriveError
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, make, postorder, size

MOST_HIGHER = 5_000
"""So many nodes the derivatives of derivatives in a term may have together."""


def derivative(e: Expansion, node: Term, frozen: Frozen) -> Work:
    """The derivative is taken."""
    body, variables = node.args[0], list(node.args[1:])
    body = _opened(e, body, variables)
    places = []
    for v in variables:
        if v.op == "entry":
            indices = yield from e.all_of(v.args[1:], frozen)
            v = make("entry", v.args[0], *map(settled_index, indices))
        places.append(v)
    held = frozen | set(places)
    held |= {v.args[0] for v in places if v.op == "entry" and not is_state(v, e.scope)}
    for v in places:
        refuse_unclear(body, v, e.scope)
        refuse_tied(body, v, e.scope)
    result = yield body, held
    for v in places:
        refuse_unknown(result, v, e.scope)
    refuse_open_calls(result)
    if result.op == "call" and len(result.args) > 1:
        return make("derivative", result, *places, data=node.data)
    if body.op != "call" and node.data != "prime":
        require_dependence(result, places[0])
    for v in places:
        before, result = result, (yield from _differentiated(result, v, held))
        _grown(e, before, result)
    return (yield result, frozen)


def _grown(e: Expansion, before: Term, derivative: Term) -> None:
    """DeriveError where derivatives of derivatives have grown too long to go on with."""
    if before in e.derivatives:
        e.higher += size(derivative)
        if e.higher > MOST_HIGHER:
            message = "a derivative of this order is too long to be written out"
            raise DeriveError(message, code="too-large")
    e.derivatives.add(derivative)


def _opened(e: Expansion, body: Term, variables: Sequence[Term]) -> Term:
    """`df/dx` of a function f named without arguments: its body in its own parameters."""
    if body.op != "symbol":
        return body
    found = e.scope.functions.get(body.data.name)
    if found is None:
        return body
    mine = {
        p.data.name: v
        for v in variables
        if v.op == "symbol"
        for p in found.parameters
        if p.op == "symbol" and p.data.name == v.data.name
    }
    table = {p: mine[p.data.name] for p in found.parameters if p.data.name in mine}
    return substitute(found.body, table)


def _differentiated(body: Term, v: Term, held: Frozen) -> Work:
    variables = v
    if v.op == "symbol" and v.shape:
        variables = yield v, held
        if not is_literal(variables):
            raise DeriveError(f"the derivative in all of {short(v)} needs its sizes")
    return jacobian(body, variables)


def gradient(_e: Expansion, node: Term, frozen: Frozen) -> Work:
    """A gradient in one variable is a derivative."""
    body = node.args[0]
    if len(node.args) > 1:
        return (yield make("derivative", body, node.args[1], data="partial"), frozen)
    if body.op == "call" and len(body.args) == 1 and body.args[0].op == "symbol":
        return (yield make("derivative", body, body.args[0], data="partial"), frozen)
    raise DeriveError("a gradient without a variable: write \\nabla_x for the one in x")


def at(_e: Expansion, node: Term, frozen: Frozen) -> Work:
    """A value is put in."""
    body, variable, value = node.args
    held = variable.args[0] if variable.op == "entry" else variable
    inner = yield body, frozen | {held}
    point = yield value, frozen
    if any(_is_taken_in(n, variable) for n in postorder(inner)):
        return make("at", inner, variable, point)
    return (yield replace_free(inner, variable, point), frozen)


def _is_taken_in(node: Term, variable: Term) -> bool:
    """Whether a derivative that is left is one in a variable, which no value is put in for."""
    if node.op == "nth_derivative":
        return node.args[1] is variable
    return node.op == "derivative" and variable in node.args[1:]
