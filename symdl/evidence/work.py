"""A bound on work, counted in steps and not in seconds: the same question, the same answer.

A step is one or two microseconds on the machine the units were chosen on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Generic, NamedTuple, ParamSpec, TypeVar

from flint import ctx

from symdl.derivation.record import Derived, record, recorded
from symdl.evidence.truths import precision

P = ParamSpec("P")
R = TypeVar("R")

CLAIM = 400_000
"""Steps one claim may take."""


class Exhausted(Exception):
    """The allowance is used up. Caught where an allowance is given, never shown."""


class _Purse:
    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


_PURSE: ContextVar[_Purse | None] = ContextVar("symdl_work", default=None)


def spend(steps: int) -> None:
    """Count some work; Exhausted when the allowance in force is used up."""
    purse = _PURSE.get()
    if purse is not None:
        purse.left -= steps
        if purse.left < 0:
            raise Exhausted


@contextmanager
def allowance(steps: int = CLAIM) -> Iterator[None]:
    """Work inside counts against these steps, and against those of an allowance around it."""
    outer = _PURSE.get()
    given = steps if outer is None else max(0, min(steps, outer.left))
    purse = _Purse(given)
    token = _PURSE.set(purse)
    try:
        yield
    finally:
        _PURSE.reset(token)
        if outer is not None:
            outer.left -= given - max(0, purse.left)


UNBOUNDED = sys.maxsize


@contextmanager
def metered() -> Iterator[Callable[[], int]]:
    """A counter of the steps that are taken inside; it refuses none."""
    with allowance(UNBOUNDED):
        purse = _PURSE.get()
        assert purse is not None
        begun = purse.left
        yield lambda: begun - purse.left


def remembered(most: int, bits: int = 0) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A memory of the last `most` answers of a function that has an allowance of its own.

    An answer does not depend on what was asked before. It is found with the function's whole
    allowance, whatever is left of one around it; who is told a remembered answer spends the
    steps that it cost, and records the derivatives that it rests on; and an answer belongs to
    the precision at which it was found. bits: the precision at which it is always found, whoever
    asks.

    >>> @remembered(8)
    ... def dear(x):
    ...     with allowance(100):
    ...         spend(60)
    ...         return x + 1
    >>> def twice_and_more():
    ...     with allowance(120):
    ...         print(dear(1), dear(1))
    ...         spend(1)
    >>> twice_and_more()
    Traceback (most recent call last):
    ...
    symdl.evidence.work.Exhausted
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        known: dict[object, _Answer[R]] = {}

        @wraps(function)
        def asked(*args: P.args, **named: P.kwargs) -> R:
            key = (bits or ctx.prec, args, *named.items())
            answer = known.pop(key, None)
            if answer is None:
                with precision(bits or ctx.prec):
                    answer = _counted(function, *args, **named)
                if len(known) >= most:
                    del known[next(iter(known))]
            known[key] = answer  # the last one asked for stays longest
            for derivative in answer.derived:
                record(*derivative)
            _charge(answer.steps)
            return answer.value

        return asked

    return wrap


def _charge(steps: int) -> None:
    """Count work that is done already: too much of it leaves nothing for what comes next."""
    purse = _PURSE.get()
    if purse is not None:
        purse.left = max(0, purse.left - steps)


class _Answer(NamedTuple, Generic[R]):
    value: R
    steps: int
    derived: tuple[Derived, ...]


def _counted(function: Callable[P, R], *args: P.args, **named: P.kwargs) -> _Answer[R]:
    """What a function returns, how many steps it took, and which derivatives."""
    purse = _Purse(sys.maxsize)
    token = _PURSE.set(purse)
    try:
        with recorded() as derived:
            value = function(*args, **named)
    finally:
        _PURSE.reset(token)
    return _Answer(value, sys.maxsize - purse.left, tuple(derived))
