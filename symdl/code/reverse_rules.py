"""What the adjoint of an operation gives to its arguments, in the sweep of `reverse.py`: one rule
for each operation over an index, the partial derivatives for a function of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from symdl.code.branches import settle_kinks
from symdl.code.softmaxes import AMONG
from symdl.derivation.differentiate import differentiate
from symdl.document.errors import CodeError, DeriveError
from symdl.expression.domain import REAL
from symdl.expression.numerals import ONE
from symdl.expression.operators import TABLE
from symdl.expression.term import Symbol, Term, combined, make, replace
from symdl.expression.vocabulary import OVER_INDEX

_ARITHMETIC = frozenset({"add", "mul", "neg", "div", "pow", "root", "max", "min", "clip"})


class Sweep(Protocol):
    """What a rule asks of the sweep. labels: the indices that stand free in a term. ends: the first
    and last value of each index. moving: the terms in which something is wanted."""

    labels: dict[Term, frozenset[Term]]
    ends: dict[Term, tuple[Term, Term]]
    moving: set[Term]

    def note(self, term: Term) -> None:
        """Enter the labels of a term that was made on the way."""


def passed_on(sweep: Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    """Arguments of a node, and what its adjoint gives to them."""
    rule = _RULES.get(node.op)
    if rule is not None:
        yield from rule(sweep, node, seed)
    elif node.op in TABLE or node.op in _ARITHMETIC:
        slots = [a if a in sweep.moving else None for a in node.args]
        yield from _by_rule(node, slots, seed)
    else:
        raise CodeError(f"no backward pass in indices through {node.op}")


def _times(seed: Term, factor: Term) -> Term:
    if factor is ONE:
        return seed
    return factor if seed is ONE else make("mul", seed, factor)


def _by_rule(node: Term, slots: Sequence[Term | None], seed: Term) -> Iterator[tuple[Term, Term]]:
    """A function of numbers: by its partial derivatives."""
    if node.op == "add":
        yield from ((s, seed) for s in slots if s is not None)
    elif node.op == "neg":
        yield node.args[0], -seed
    elif node.op == "mul":
        for place, slot in enumerate(slots):
            if slot is not None:
                others = [*node.args[:place], *node.args[place + 1 :]]
                yield slot, combined("mul", [seed, *others] if seed is not ONE else others)
    elif node.op == "div":
        above, below = node.args
        if slots[0] is not None:
            yield above, make("div", seed, below)
        if slots[1] is not None:
            yield below, -make("div", _times(seed, node), below)
    else:
        names = [_stand_in(k, a) for k, a in enumerate(node.args)]
        kept = [slot is None and not a.args for a, slot in zip(node.args, slots, strict=True)]
        args = [a if k else n for a, n, k in zip(node.args, names, kept, strict=True)]
        moving = tuple(n for n, slot in zip(names, slots, strict=True) if slot is not None)
        partials = _partials(make(node.op, *args, data=node.data), moving)
        table = dict(zip(names, node.args, strict=True))
        for name, slot in zip(names, slots, strict=True):
            if slot is not None:
                yield slot, _times(seed, replace(partials[name], table))


def _stand_in(place: int, argument: Term) -> Term:
    """A symbol for an argument, of the same domain."""
    domain = argument.data.domain if argument.op == "symbol" else REAL
    return make("symbol", data=Symbol(f"argument {place}", "scalar", (), domain))


@lru_cache(maxsize=1024)
def _partials(node: Term, names: tuple[Term, ...]) -> dict[Term, Term]:
    """The partial derivatives of an operation in the symbols that stand for arguments; at a kink
    with the value that code has there."""
    try:
        found = [differentiate(node, name).result for name in names]
    except DeriveError as problem:
        raise CodeError(str(problem)) from None
    return dict(zip(names, settle_kinks(found), strict=True))


def _of_sum(sweep: Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    _refuse_moving_ends(sweep, node)
    yield node.args[-1], seed


def _of_product(sweep: Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    _refuse_moving_ends(sweep, node)
    index, body = node.args[0], node.args[-1]
    if index not in sweep.labels[body]:
        raise CodeError("a power of a value is no product over an index here")
    yield body, _times(seed, make("others", body, index))


def _of_extremum(sweep: Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    """Entries that attain the extreme value share its slope: so it is a subgradient."""
    _refuse_moving_ends(sweep, node)
    index, body = node.args[0], node.args[-1]
    if index not in sweep.labels[body]:
        yield body, seed
        return
    attained = make("indicator", make("relation", body, node, data=("=",)))
    count = make("sum", index, *sweep.ends[index], attained, data="range")
    yield body, _times(make("div", seed, count), attained)


def _of_among(sweep: Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    """Through a softmax along an index: p (g - sum of g p)."""
    exponent, index = node.args
    weighted = _times(seed, node)
    total = make("sum", index, *sweep.ends[index], weighted, data="range")
    yield exponent, make("add", weighted, make("neg", make("mul", node, total)))


def _of_logarithm(sweep: Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    """Through the logarithm of a sum of exponentials: the softmax of the exponents."""
    inner = node.args[0]
    if inner.op == "sum" and inner.args[-1].op == "exp" and inner.args[0] in sweep.ends:
        exponent = inner.args[-1].args[0]
        if exponent in sweep.moving and inner.args[0] in sweep.labels[exponent]:
            share = make(AMONG, exponent, inner.args[0])
            sweep.note(share)
            yield exponent, _times(seed, share)
            return
    yield from _by_rule(node, [inner], seed)


def _of_cases(sweep: Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    """By cases: differentiated as a whole down to entries and sums, so that a branch that is not
    taken has no value that could spoil it."""
    leaves: dict[Term, Term] = {}
    waiting, seen = [node], {node}
    while waiting:
        part = waiting.pop()
        for inner in part.args:
            if inner in sweep.moving and inner not in seen:
                seen.add(inner)
                if inner.op in ("entry", "symbol", AMONG, *OVER_INDEX):
                    leaves[inner] = _stand_in(len(leaves), inner)
                else:
                    waiting.append(inner)
    partials = _partials(replace(node, leaves), tuple(leaves.values()))
    back = {name: leaf for leaf, name in leaves.items()}
    for leaf, name in leaves.items():
        yield leaf, _times(seed, replace(partials[name], back))


def _of_constant(_sweep: Sweep, _node: Term, _seed: Term) -> Iterator[tuple[Term, Term]]:
    """A condition is constant between its jumps."""
    return iter(())


def _refuse_moving_ends(sweep: Sweep, node: Term) -> None:
    if not sweep.moving.isdisjoint(node.args[1:-1]):
        raise CodeError("the ends of a sum move with a variable")


_RULES: Mapping[str, Callable[[Sweep, Term, Term], Iterator[tuple[Term, Term]]]] = {
    "sum": _of_sum,
    "product": _of_product,
    "max_over": _of_extremum,
    "min_over": _of_extremum,
    AMONG: _of_among,
    "log": _of_logarithm,
    "piecewise": _of_cases,
    "indicator": _of_constant,
}
