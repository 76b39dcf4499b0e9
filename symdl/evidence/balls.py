"""Certified values: real balls (midpoint and radius) that contain the true value of a Term.

Every enclosure is sound: a value outside the domain of an operator, or one that cannot be
told to lie inside it at this precision, is `nan`, which no comparison ever decides.

A Term becomes a program once: what is done at each of its nodes, in order. It is then run at one
point after another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import chain, count
from typing import Any, NamedTuple

from flint import arb, ctx

from symdl.evidence.evaluators import evaluator
from symdl.evidence.truths import (
    NAN,
    Ball,
    Truth,
    conjunction,
    disjunction,
    equal,
    exactly,
    inside,
    less,
    negate,
    not_above,
    precision,
)
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, postorder


def ball(term: Term, point: Mapping[Term, Ball], bits: int = 128) -> Ball:
    """A ball that contains the value of a closed scalar term at a point; nan outside its domain.

    `point` gives a ball for every free symbol (or entry) of the term. Operations that have no
    ball (calls, binders: see `derivation.expand`) give nan.

    >>> from symdl.expression.term import number
    >>> (3 * ball(number(1) / 3, {}, 64)).contains(1)
    True
    """
    value = _run((term,), point, bits)[0]
    return value if isinstance(value, arb) else NAN


def balls(terms: tuple[Term, ...], point: Mapping[Term, Ball], bits: int = 128) -> list[Ball]:
    """The balls of several terms at a point; what they share is evaluated once."""
    return [value if isinstance(value, arb) else NAN for value in _run(terms, point, bits)]


def balls_at_all(
    terms: tuple[Term, ...], points: Sequence[Mapping[Term, Fraction]], bits: int = 128
) -> list[list[Ball]]:
    """For each term its balls at several rational points that have a value for the same symbols.

    One step is done at all points before the next: quicker than one point after the other.
    """
    places, steps, results = _program(terms)
    values: list[Any] = [None] * len(steps)
    with precision(bits):
        for node in points[0]:
            where = places.get(node)
            if where is not None:
                values[where] = [exactly(point[node]) for point in points]
        for place, evaluate, first, second, all_ in steps:
            if values[place] is not None:
                continue
            if all_ is None and second < 0:
                values[place] = list(map(evaluate, values[first]))
            elif all_ is None:
                values[place] = list(map(evaluate, values[first], values[second]))
            elif all_:
                values[place] = list(map(evaluate, *map(values.__getitem__, all_)))
            else:
                values[place] = [evaluate()] * len(points)
    return [
        values[i] if root.op in TABLE else [v if isinstance(v, arb) else NAN for v in values[i]]
        for root, i in zip(terms, results, strict=True)
    ]


def truth(condition: Term, point: Mapping[Term, Ball], bits: int = 128) -> Truth:
    """Whether a relation (or and, or, not of relations) certainly holds at a point; None when
    this precision cannot tell or a side is undefined."""
    value = _run((condition,), point, bits)[0]
    return value if isinstance(value, bool) else None


Step = tuple[int, Callable[..., Any], int, int, tuple[int, ...] | None]
"""Where the value of a node goes, what is done there, and where its arguments are: the first, the
second (-1 where there is none), all of them (None where there are at most two)."""


class Program(NamedTuple):
    """The place of each node of some terms, a step for each, and the places of the terms."""

    places: dict[Term, int]
    steps: tuple[Step, ...]
    results: tuple[int, ...]


@lru_cache(maxsize=512)
def _program(roots: tuple[Term, ...]) -> Program:
    nodes = dict.fromkeys(chain.from_iterable(map(postorder, roots)))
    places = dict(zip(nodes, count()))
    steps = tuple([_step(node, places) for node in nodes])
    return Program(places, steps, tuple(map(places.__getitem__, roots)))


def _step(node: Term, places: Mapping[Term, int]) -> Step:
    args = node.args
    if not args:
        return places[node], evaluator(node), -1, -1, ()
    if len(args) > 2:
        return places[node], evaluator(node), -1, -1, tuple(map(places.__getitem__, args))
    second = places[args[1]] if len(args) == 2 else -1
    return places[node], evaluator(node), places[args[0]], second, None


def _run(roots: tuple[Term, ...], point: Mapping[Term, Ball], bits: int) -> list[Any]:
    places, steps, results = _program(roots)
    values: list[Any] = [None] * len(steps)
    for node, given in point.items():
        where = places.get(node)
        if where is not None:
            values[where] = given
    before = ctx.prec
    ctx.prec = bits
    try:
        for place, evaluate, first, second, all_ in steps:
            if values[place] is not None:
                continue
            if all_ is not None:
                values[place] = evaluate(*map(values.__getitem__, all_)) if all_ else evaluate()
            elif second < 0:
                values[place] = evaluate(values[first])
            else:
                values[place] = evaluate(values[first], values[second])
    finally:
        ctx.prec = before
    return list(map(values.__getitem__, results))


__all__ = [
    "NAN",
    "Ball",
    "Truth",
    "ball",
    "balls",
    "conjunction",
    "disjunction",
    "equal",
    "exactly",
    "inside",
    "less",
    "negate",
    "not_above",
    "precision",
    "truth",
]
