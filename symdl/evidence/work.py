"""A bound on work, counted in steps and not in seconds: the same question, the same answer.

A step is one or two microseconds on the machine the units were chosen on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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
