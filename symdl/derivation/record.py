"""What was derived meanwhile: nobody need trust it, so whoever relies on it can check it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from symdl.expression.term import Term


class Derived(NamedTuple):
    """`result` was said to be the derivative of `function` in `variable`."""

    function: Term
    variable: Term
    result: Term


_RECORD: ContextVar[dict[Derived, None] | None] = ContextVar("_RECORD", default=None)


@contextmanager
def recorded() -> Iterator[dict[Derived, None]]:
    """The derivatives that are taken inside of the block, each once, in their order.

    >>> from symdl.derivation.differentiate import differentiate
    >>> from symdl.expression.term import symbol
    >>> with recorded() as derived:
    ...     _ = differentiate(symbol("x") ** 2, symbol("x"))
    >>> list(derived)
    [Derived(function=pow(x, 2), variable=x, result=mul(2, x))]
    """
    outer = _RECORD.get()
    found: dict[Derived, None] = {}
    token = _RECORD.set(found)
    try:
        yield found
    finally:
        _RECORD.reset(token)
        if outer is not None:
            outer.update(found)


def record(function: Term, variable: Term, result: Term) -> None:
    """Tell whoever records that a derivative was taken."""
    found = _RECORD.get()
    if found is not None:
        found[Derived(function, variable, result)] = None
