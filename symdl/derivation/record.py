"""What was derived meanwhile: nobody need trust it, so whoever relies on it can check it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple

from symdl.expression.term import Term


class Derived(NamedTuple):
    """`result` was said to be the derivative of `function` in `variable`."""

    function: Term
    variable: Term
    result: Term


_RECORD: ContextVar[dict[Derived, None] | None] = ContextVar("_RECORD", default=None)


class recorded:  # noqa: N801 (a context manager of its own: entered for each claim)
    """The derivatives that are taken inside of the block, each once, in their order.

    >>> from symdl.derivation.differentiate import differentiate
    >>> from symdl.expression.term import symbol
    >>> with recorded() as derived:
    ...     _ = differentiate(symbol("x") ** 2, symbol("x"))
    >>> list(derived)
    [Derived(function=pow(x, 2), variable=x, result=mul(2, x))]
    """

    __slots__ = ("found", "outer", "token")

    def __enter__(self) -> dict[Derived, None]:
        self.outer = _RECORD.get()
        self.found: dict[Derived, None] = {}
        self.token = _RECORD.set(self.found)
        return self.found

    def __exit__(self, *_: object) -> None:
        _RECORD.reset(self.token)
        if self.outer is not None:
            self.outer.update(self.found)


def record(function: Term, variable: Term, result: Term) -> None:
    """Tell whoever records that a derivative was taken."""
    found = _RECORD.get()
    if found is not None:
        found[Derived(function, variable, result)] = None
