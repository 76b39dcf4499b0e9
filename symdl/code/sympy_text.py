"""SymPy source of table rows: a row's SymPy function run on text instead of expressions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from symdl.document.errors import CodeError
from symdl.expression.operators import TABLE
from symdl.expression.term import Term

ATOM = 9
_INTEGER = re.compile(r"\(*(?:sp\.(?:Integer|S|Rational)\()?(-?\d+),?\)*")


class Text:
    """SymPy source that answers arithmetic with longer source."""

    free_symbols = frozenset((0,))
    is_nonnegative = False
    is_Symbol = False  # noqa: N815 - names of SymPy

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def is_Integer(self) -> bool:
        return _INTEGER.fullmatch(self.text) is not None

    def __int__(self) -> int:
        found = _INTEGER.fullmatch(self.text)
        if found is None:
            raise CodeError(f"{self.text} is no whole number")
        return int(found[1])

    def __neg__(self) -> Text:
        return Text(f"(-{self.text})")

    def __add__(self, other: Any) -> Text:
        return Text(f"({self.text} + {_text(other)})")

    def __radd__(self, other: Any) -> Text:
        return Text(f"({_text(other)} + {self.text})")

    def __sub__(self, other: Any) -> Text:
        return Text(f"({self.text} - {_text(other)})")

    def __rsub__(self, other: Any) -> Text:
        return Text(f"({_text(other)} - {self.text})")

    def __mul__(self, other: Any) -> Text:
        return Text(f"({self.text} * {_text(other)})")

    def __rmul__(self, other: Any) -> Text:
        return Text(f"({_text(other)} * {self.text})")

    def __truediv__(self, other: Any) -> Text:
        return Text(f"({self.text} / {_text(other)})")

    def __rtruediv__(self, other: Any) -> Text:
        return Text(f"({_text(other)} / {self.text})")

    def __pow__(self, other: Any) -> Text:
        return Text(f"{self.text}**{_text(other)}")


class Module:
    """Stands for the SymPy module: every function gives its call as text."""

    Integer = Rational = S = staticmethod(lambda *values: Text(f"sp.Rational{values}"))

    def __getattr__(self, name: str) -> Any:
        if name in ("pi", "E", "oo", "nan"):
            return Text(f"sp.{name}")
        return lambda *args: Text(f"sp.{name}({', '.join(map(_text, args))})")


def _text(value: Any) -> str:
    if isinstance(value, Text):
        return value.text
    if isinstance(value, int):
        return f"sp.S({value})"
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))})"
    return str(value)


def sympy_text(node: Term, arguments: Sequence[str]) -> tuple[str, int]:
    """The SymPy source of a row applied to texts. Raises CodeError if there is none."""
    row = TABLE.get(node.op)
    if row is None or node.data is not None:
        raise CodeError(f"no sympy code for {node.op}")
    if isinstance(row.sympy, str):
        return f"sp.{row.sympy}({', '.join(arguments)})", ATOM
    parts = [Text(a if a.isidentifier() else f"({a})") for a in arguments]
    return f"({_text(row.sympy(Module(), *parts))})", ATOM
