"""What is known of one operator: the shape of a row of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symdl.expression.domain import REAL, Domain
from symdl.expression.term import Term

Build = Callable[..., Term]


@dataclass(frozen=True, slots=True)
class Operator:
    """One scalar function (elementwise on arrays).

    name: the `op` of its Terms. meaning: one line for people. arity: None for variadic.
    macros and words: LaTeX spellings; the first macro, else the first word, is printed.
    letter: a Greek letter it is written with in front of an argument (`\\sigma(x)`), where nothing
    else is declared of the letter; printed before any other spelling.
    partials: from the arguments to the partial derivative in each argument, as Terms;
    None where there is none (integer arguments) or it is no operator of the table.
    domain: where each argument must lie; range: an interval with every
    value in it (irrational ends rounded outwards).
    defined: from the arguments to conditions (Terms) that must hold besides `domain`, where
    that is no interval (`tan`: cos u != 0) or joins the arguments (`pow`).
    smooth: where each argument must lie for the derivative to exist (else a kink).
    kinks: from the arguments to conditions (Terms) under which there is no derivative, besides
    `smooth`: places that are no single point (`floor`) or join the arguments (`max`).
    switches: from the arguments to pairs of Terms: another formula holds of it where the two of
    a pair have changed their order (`abs`: u and 0; `max`: each two arguments).
    rising: whether it rises strictly with its argument wherever it is defined. odd: whether
    f(-u) = -f(u). jumps: whether it jumps inside its domain. period: after how many multiples of
    pi it begins anew; 0 where it never does. inverse: the row that undoes it, which `f^{-1}` means.
    steady: whether its slopes are bounded. slow: whether its ball takes long at huge arguments.
    values: arguments at which its value is rational, with the value.
    definition: the same function in simpler operators, equal on the whole domain.
    reused: whether authors give its name to functions of their own (`\\sigma`, `softplus` with a
    slope): an equation that is given of it defines it, of any other operator it is a condition.
    ball: from python-flint `arb` arguments to an `arb` that contains every value; it must
    give nan where an argument leaves the domain.
    sympy: name in the sympy name space, or a function from the module and SymPy arguments.
    numpy, torch, jax, c: stable code, a format string over the argument texts; empty where
    the back end has none. Variadic rows are folded from the left, two arguments at a time.
    onnx: the ONNX operator that computes it; where there is none, its definition is exported.
    source: where the formula stands, when it is not school knowledge.
    """

    name: str
    meaning: str
    arity: int | None
    ball: Callable[..., Any]
    sympy: str | Callable[..., Any]
    numpy: str
    torch: str
    jax: str
    c: str
    macros: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    letter: str = ""
    partials: Callable[..., tuple[Term, ...]] | None = None
    domain: tuple[Domain, ...] = (REAL,)
    range: Domain = REAL
    smooth: tuple[Domain, ...] = (REAL,)
    defined: Callable[..., tuple[Term, ...]] | None = None
    kinks: Callable[..., tuple[Term, ...]] | None = None
    switches: Callable[..., tuple[tuple[Term, Term], ...]] | None = None
    definition: Build | None = None
    rising: bool = False
    odd: bool = False
    jumps: bool = False
    steady: bool = False
    slow: bool = False
    period: int = 0
    inverse: str = ""
    reused: bool = False
    values: tuple[tuple[Fraction | int, Fraction | int], ...] = ()
    onnx: str = ""
    source: str = ""

    def domain_of(self, place: int) -> Domain:
        """The domain of the argument at `place` (variadic rows repeat their last entry)."""
        return self.domain[min(place, len(self.domain) - 1)]

    def smooth_of(self, place: int) -> Domain:
        """Where the argument at `place` must lie for the derivative to exist."""
        return self.smooth[min(place, len(self.smooth) - 1)]

    @property
    def is_on_intervals(self) -> bool:
        """Whether each argument may be any number of an interval, and slopes of every order exist
        inside of them."""
        told = self.partials is not None and not (self.defined or self.kinks or self.jumps)
        return told and not any(d.excluded or d.integer for d in (*self.domain, *self.smooth))

    @property
    def is_smooth(self) -> bool:
        """Whether it has slopes of every order for all real arguments."""
        return self.is_on_intervals and {*self.domain, *self.smooth} == {REAL}
