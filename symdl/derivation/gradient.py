"""Reverse mode: all partial derivatives of one scalar in one sweep, every common part shared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symdl.derivation.context import plus
from symdl.derivation.facts import Facts
from symdl.derivation.forward import check_complete, check_variable, differentiate
from symdl.derivation.numbers import integer
from symdl.derivation.record import record
from symdl.derivation.row_rules import away_from_kinks, guarded
from symdl.document.errors import DeriveError
from symdl.expression.numerals import ONE, ZERO, minus
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, postorder


@dataclass(frozen=True)
class Gradient:
    """A scalar and its partial derivatives, which share their sub-terms with it."""

    value: Term
    partials: dict[Term, Term]


def gradient(term: Term, variables: Sequence[Term]) -> Gradient:
    """The partial derivatives of a scalar `term` in all `variables` (symbols or entries).

    One sweep over the DAG: value and partials together take at most a small multiple of the
    operations of the value, whatever the number of variables. Raises DeriveError as
    `differentiate` does.

    >>> from symdl.expression.term import symbol
    >>> w, x = symbol("w"), symbol("x")
    >>> gradient(make("tanh", w * x), [w, x]).partials[x]
    mul(add(1, neg(pow(tanh(mul(w, x)), 2))), w)
    """
    for v in variables:
        check_variable(v)
    check_complete(term)
    if term.shape not in ((), None):
        raise DeriveError("the gradient of an array: take the one of each of its entries")
    wanted = frozenset(variables)
    order = list(postorder(term))
    moving = _moving(order, wanted)
    facts = Facts()
    adjoint: dict[Term, list[Term]] = {term: [ONE]}
    partials: dict[Term, Term] = {}
    for node in reversed(order):
        if node not in moving or node not in adjoint:
            continue
        seed = plus(adjoint.pop(node))
        if node in wanted:
            partials[node] = seed
            continue
        for u, contribution in _pulled_back(node, seed, moving, variables, facts):
            adjoint.setdefault(u, []).append(contribution)
    for v in wanted & adjoint.keys():
        partials[v] = plus(adjoint[v])
    for v in variables:
        record(term, v, partials.setdefault(v, ZERO))
    return Gradient(term, {v: partials[v] for v in variables})


def _moving(order: Sequence[Term], wanted: frozenset[Term]) -> set[Term]:
    """The nodes that may change with a variable."""
    bases = {v.args[0] for v in wanted if v.op == "entry"}
    symbolic = {
        v.args[0] for v in wanted if v.op == "entry" and any(integer(i) is None for i in v.args[1:])
    }
    moving: set[Term] = set()
    for node in order:
        if node in wanted or node in bases:
            moving.add(node)
        elif node.op == "entry" and node.args[0] in bases and node.args[0] not in symbolic:
            if any(integer(i) is None for i in node.args[1:]):
                moving.add(node)
        elif not moving.isdisjoint(node.args):
            moving.add(node)
    return moving


def _pulled_back(
    node: Term, seed: Term, moving: set[Term], variables: Sequence[Term], facts: Facts
) -> Iterator[tuple[Term, Term]]:
    """What the adjoint of `node` contributes to that of each argument."""
    if node.op == "div":  # not by its row: u/v serves again in the derivative in v
        u, v = node.args
        if u in moving:
            yield u, seed / v
        if v in moving:
            yield v, minus(_product(seed, node) / v)
    elif node.op in TABLE and TABLE[node.op].partials is not None:
        yield from _by_row(node, seed, moving, facts)
    else:
        for v in variables:
            forward = differentiate(node, v).result
            if forward is not ZERO:
                yield v, _product(seed, forward)


def _by_row(node: Term, seed: Term, moving: set[Term], facts: Facts) -> Iterator[tuple[Term, Term]]:
    row = TABLE[node.op]
    if row.partials is None:
        return
    partials = row.partials(*node.args)
    for i, u in enumerate(node.args):
        if u in moving:
            partial = guarded(partials[i], u, row.smooth_of(i).excluded, facts)
            yield u, _product(seed, away_from_kinks(partial, node))


def _product(seed: Term, factor: Term) -> Term:
    """The product with units and signs settled; nothing else, so that parts stay shared."""
    if seed is ONE:
        return factor
    if factor is ONE:
        return seed
    if seed.op == "neg" or factor.op == "neg":
        negative = (seed.op == "neg") != (factor.op == "neg")
        a = seed.args[0] if seed.op == "neg" else seed
        b = factor.args[0] if factor.op == "neg" else factor
        result = _product(a, b)
        return make("neg", result) if negative else result
    return make("mul", seed, factor)
