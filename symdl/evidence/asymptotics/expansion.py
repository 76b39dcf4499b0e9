"""Terms as certified expansions near infinity or near a point, and what follows from them.

The running variable is replaced by t, -t, c + 1/t or c - 1/t with t -> infinity; every
operator row then has its rule on series (`expansion_rules.py`). The result holds for every
t >= start, so that it gives limits, signs on whole half-lines and signs beside a point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from symdl.evidence.asymptotics import growth as g
from symdl.evidence.asymptotics.constants import ZERO, Exact, Inexact, rational
from symdl.evidence.asymptotics.expansion_rules import RULES
from symdl.evidence.asymptotics.growth import Series, Setting
from symdl.evidence.asymptotics.rates import UNIT, Growth, TooEarly, Unknown
from symdl.evidence.asymptotics.term_series import MOST_NODES, UNKNOWN, series_of
from symdl.evidence.balls import precision
from symdl.evidence.simpler import in_terms_of
from symdl.evidence.work import Exhausted
from symdl.expression.term import Term, free_symbols, postorder

BITS = 128
STARTS: tuple[int, ...] = (3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 256, 1024, 4096, 65536)
ORDERS: tuple[int, ...] = (3, 6)
MOST_TRIALS = 2
"""Expansions looked at for a limit: a vague one stays vague further out."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expansion is made: side +1 or -1 of a point, or towards +-infinity."""

    point: Exact | None
    side: int

    def variable(self) -> Series:
        """The running variable as a series in t."""
        if self.point is None:
            return ((Growth(power=Fraction(1)), g.known(rational(self.side))),)
        near = ((Growth(power=Fraction(-1)), g.known(rational(self.side))),)
        return (*g.fixed(self.point), *near)

    def at(self, t: Fraction) -> Fraction:
        """The rational value of the variable at t (for a rational point)."""
        if self.point is None:
            return self.side * t
        base = self.point.rational
        assert base is not None
        return base + self.side / t


@dataclass(frozen=True, slots=True)
class Expansion:
    """A series for a term at a place, valid for all t >= start."""

    series: Series
    setting: Setting
    place: Place

    @property
    def start(self) -> Fraction:
        """From where on the series holds; 1 where only some such place is known to exist."""
        return Fraction(1) if self.setting.start is None else self.setting.start


def expansions(
    root: Term,
    variable: Term,
    place: Place,
    most: int = len(STARTS),
    orders: tuple[int, ...] = ORDERS,
) -> Iterator[Expansion]:
    """Expansions of the term, from cheap and early to deep and late; none if it has none.

    At most `most` of each depth.
    """
    if sum(1 for _ in postorder(root)) > MOST_NODES:
        return
    basic = in_terms_of(root, RULES)
    with precision(BITS):
        for order in orders:
            given = 0
            for start in STARTS:
                setting = Setting(Fraction(start), order)
                try:
                    series = _series(basic, variable, place, setting)
                except (TooEarly, ZeroDivisionError):
                    continue
                except (Unknown, Inexact):
                    break
                yield Expansion(series, setting, place)
                given += 1
                if given == most:
                    break


def beside(root: Term, variable: Term, place: Place) -> tuple[int, Expansion] | None:
    """The sign of the term for all t >= start, with the expansion that shows it."""
    for found in expansions(root, variable, place):
        try:
            with precision(BITS):
                return g.sign(found.series, found.setting), found
        except (TooEarly, Unknown):
            continue
    return None


@dataclass(frozen=True, slots=True)
class Limit:
    """A certified limit: a constant (`value`), or +-infinity (`infinite` is the sign)."""

    value: Exact | None
    infinite: int
    ball: Any
    expansion: Expansion

    @property
    def finite(self) -> bool:
        """Whether the limit is a number."""
        return not self.infinite


def limit(root: Term, variable: Term, place: Place) -> Limit | None:
    """The limit of the term at a place, None if this method does not find it exactly, or if the
    term is a statement."""
    if root.op == "relation":
        return None
    try:
        if not free_symbols(root) <= {variable}:
            answer = _for_fixed_parameters(root, variable, place)
            if answer is not None or _unbounded(free_symbols(root) - {variable}):
                return answer
        for order in ORDERS:
            answer = _tried(expansions(root, variable, place, orders=(order,)))
            if answer is not None:
                return answer
    except Exhausted:
        return None
    return None


def _unbounded(parameters: frozenset[Term]) -> bool:
    """Whether no start holds for all values of the parameters."""
    domains = [p.data.domain for p in parameters if p.op == "symbol" and p.data.role != UNKNOWN]
    return any(d.lower is None or d.upper is None for d in domains)


def _tried(expanded: Iterator[Expansion]) -> Limit | None:
    """The limit read off the first expansion that shows it; vague ones are soon given up."""
    vague = 0
    for found in expanded:
        try:
            with precision(BITS):
                answer = _limit(found)
        except TooEarly:
            continue
        if answer is not None:
            return answer
        vague += 1
        if vague == MOST_TRIALS:
            break
    return None


def _for_fixed_parameters(root: Term, variable: Term, place: Place) -> Limit | None:
    """The limit for each value of the parameters."""
    for found in for_fixed_parameters(root, variable, place):
        try:
            with precision(BITS):
                answer = _limit(found)
        except (TooEarly, Inexact, ZeroDivisionError):
            continue
        if answer is not None:
            return answer
    return None


def for_fixed_parameters(root: Term, variable: Term, place: Place) -> Iterator[Expansion]:
    """Expansions for each value of the parameters, from a t on that may depend on them."""
    basic = in_terms_of(root, RULES)
    with precision(BITS):
        for order in ORDERS:
            setting = Setting(None, order)
            try:
                yield Expansion(_series(basic, variable, place, setting), setting, place)
            except (TooEarly, Unknown, Inexact, ZeroDivisionError):
                continue


def _limit(found: Expansion) -> Limit | None:
    """The limit an expansion shows; TooEarly where one further out may show it."""
    series = found.series
    try:
        growing, level, _ = g.parts(series)
        if growing:
            return Limit(None, g.sign(series, found.setting), arb.nan(), found)
    except Unknown:
        return None
    return None if level.exact is None else Limit(level.exact, 0, level.ball, found)


def exact_constant(root: Term, point: Mapping[Term, Fraction]) -> Exact | None:
    """The exact value at a rational point, None if it is no constant of the ring (or too much
    work for the allowance in force)."""
    basic = in_terms_of(root, RULES)
    with precision(BITS):
        try:
            at: dict[Term, Any] = {s: g.fixed(rational(value)) for s, value in point.items()}
            series = series_of(basic, at, Setting(Fraction(3), 2))
        except (TooEarly, Unknown, Inexact, ZeroDivisionError, Exhausted):
            return None
    if isinstance(series, bool):
        return None  # a condition holds or fails, and has no value
    if not series:
        return ZERO
    (growth, c), *others = series
    return c.exact if growth == UNIT and not others else None


def _series(root: Term, variable: Term, place: Place, setting: Setting) -> Series:
    return series_of(root, {variable: place.variable()}, setting)
