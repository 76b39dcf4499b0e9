"""The nouns of index forms: indices, factors, products of them, sums of those, and rules."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symdl.expression.term import Dim

Exponent = int | Fraction
Coefficient = int | Fraction
_NO_INDEX: frozenset[Any] = frozenset()
NOTHING: frozenset[object] = frozenset()
"""The key of the Form without summands."""
POSITIVE, NONNEGATIVE, UNKNOWN = 2, 1, 0
"""What is certain of a sign: > 0, >= 0, nothing."""


class TooLarge(Exception):
    """A bound on the size of a Form would be exceeded. Never leaves the index calculus."""


@dataclass(eq=False, slots=True)
class Index:
    """An index and the dimension it runs through, from 1. level > 0 marks the canonical names of
    bound indices: those of a sum are one above all that stand inside of it."""

    name: str
    dim: Dim | None
    level: int = 0
    number: int = 0

    def __repr__(self) -> str:
        return self.name


@dataclass(eq=False, slots=True)
class Factor:
    """One factor.

    kind: scalar, entry, delta, sum, base, exp, log, or `kernel`. head: the name of the scalar,
    the symbol of the array, the operation of the kernel. slots: index arguments. parts: argument
    Forms. bound and body: of a sum. free: the indices that occur free. sign: what is certain.
    height: the highest level of a bound index inside. rigid: structure alone names the bound
    indices of the sum, whatever its free ones are called.
    """

    number: int
    kind: str
    head: Any
    slots: tuple[Any, ...]
    parts: tuple[Form, ...]
    bound: tuple[Index, ...]
    body: Mono
    free: frozenset[Index]
    sign: int
    height: int
    rigid: bool = False

    def __repr__(self) -> str:
        inside = ", ".join(map(repr, (*self.slots, *self.parts)))
        if self.kind == "sum":
            return f"sum[{', '.join(map(repr, self.bound))}]({show(self.body)})"
        if self.kind == "scalar":
            return str(self.head)
        name = self.head.data.name if self.kind == "entry" else self.head or self.kind
        return f"{name}({inside})"


Mono = tuple[tuple[Factor, Exponent], ...]
"""Factors with nonzero exponents, in the order of their numbers."""


class Form:
    """A sum of monomials; interned, so that identity is equality."""

    __slots__ = ("free", "height", "number", "terms")

    def __init__(self, number: int, terms: dict[Mono, Coefficient]) -> None:
        self.number = number
        self.terms = terms
        free: frozenset[Index] = _NO_INDEX
        height = 0
        for mono in terms:
            for factor, _ in mono:
                mine = factor.free
                if mine and mine is not free and not mine <= free:
                    free = free | mine if free else mine
                if factor.height > height:
                    height = factor.height
        self.free = free
        self.height = height

    def __repr__(self) -> str:
        return " + ".join(f"{c} {show(m)}" for m, c in self.terms.items()) or "0"

    @property
    def constant(self) -> Coefficient | None:
        """The value of a Form without factors."""
        if not self.terms:
            return 0
        return self.terms.get((), None) if len(self.terms) == 1 else None

    @property
    def single(self) -> tuple[Mono, Coefficient] | None:
        """The only summand, if there is one."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None


@dataclass(frozen=True, slots=True)
class Rule:
    """The sum of `body` over `bound` is `value`, for all values of the indices `any_`; those in
    `fixed` stand for themselves."""

    bound: tuple[Index, ...]
    body: Mono
    any_: tuple[Index, ...]
    value: Form
    name: str
    fixed: tuple[Index, ...] = ()


def show(mono: Mono) -> str:
    """A monomial for people who debug."""
    return " ".join(f"{f!r}" if e == 1 else f"{f!r}^{e}" for f, e in mono)
