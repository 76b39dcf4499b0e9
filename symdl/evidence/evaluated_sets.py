"""Sets as their membership tests: intervals, sets of numbers, sets of listed values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from symdl.evidence.truths import (
    Ball,
    Truth,
    conjunction,
    disjunction,
    equal,
    exactly,
    inside,
    integral,
    less,
    not_above,
)
from symdl.expression.domain import NONZERO, POSITIVE, Domain
from symdl.expression.term import Term


def membership(domain: Domain) -> Callable[[Ball], Truth]:
    """True for what certainly lies in a domain."""
    if domain == POSITIVE:
        return lambda x: x > 0 or None
    if domain == NONZERO:
        return lambda x: None if x.contains(0) else True
    return lambda x: inside(x, domain)


def interval(node: Term) -> Callable[..., Any]:
    """An interval evaluates to its membership test."""
    opens, closes = node.data
    unbounded = [_is_infinite(end) for end in node.args]

    def run(low: Any, high: Any) -> Any:
        def member(x: Ball) -> Truth:
            answers: list[Truth] = [True if x.is_finite() else None]
            if not unbounded[0]:
                answers.append(less(low, x) if opens == "(" else not_above(low, x))
            if not unbounded[1]:
                answers.append(less(x, high) if closes == ")" else not_above(x, high))
            return conjunction(answers)

        return member

    return run


def _is_infinite(node: Term) -> bool:
    inner = node.args[0] if node.op == "neg" else node
    return inner.op == "constant" and inner.data == "infinity"


def number_set(node: Term) -> Callable[..., Any]:
    """The naturals from 0 on, the integers; every finite ball lies in the reals."""

    def member(x: Ball) -> Truth:
        if not x.is_finite():
            return None
        if node.data == "N":
            return conjunction([integral(x), not_above(exactly(0), x)])
        return integral(x) if node.data == "Z" else (node.data in ("R", "C") or None)

    return lambda: member


def listed_set(_: Term) -> Callable[..., Any]:
    """A set of listed values."""

    def run(*elements: Any) -> Any:
        return lambda x: disjunction(
            [equal(x, e) if isinstance(e, arb) else None for e in elements]
        )

    return run
