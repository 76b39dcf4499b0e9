"""Printed numbers: what the digits of `= 0.88` and `\\approx 3.1416` claim, and whether it holds.

A printed decimal is an exact rational; one unit of its last printed place is its ulp.
`=`: exact is proved; within half an ulp is rounded, `printed with =`; else refuted with the true
value. An integer printed with `=`, and one in a worked example, must be exact, unless it has three
or more digits: before the zeros it ends in, or in all where the value is a quotient of decimals
that are rounded themselves (`1.97e14 / 8.2e11 = 240`).
`\\approx`: within half an ulp is correct to the n digits printed (ties accept both neighbours);
digits cut off instead of rounded are said to be truncated. An integer that ends in zeros is read
strictly first (all digits count), then with the zeros as place holders, and which is said: but two
digits at least must count. Of two printed numbers the coarser one (with the larger unit that
counts) is the rounded one, but with `=` not to a single digit: `0.08 = 0.1` may be a slip; a bare
power of ten or zero has no digits and is an expression.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import floor

from flint import arb

from symdl.evidence.balls import Ball, ball, exactly, precision
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import exact
from symdl.evidence.refute import decimal
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.expression.term import Term, postorder, symbol
from symdl.expression.term import replace as replace_terms

PRECISIONS = (128, 256, 1_024, 4_096)
METHOD = "rounding"
LEAST_OF_INTEGER = 3
"""Digits an integer must have, before the zeros it ends in, to be taken for a rounded value."""
LEAST_BESIDE = 2
"""Digits of a number that is said to equal another printed one, to be taken for that rounded."""
LEAST_COUNTING = 2
"""Digits that must count where zeros at the end are place holders."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed: value, unit of the last place, significant digits, and how many zeros
    an integer ends in; has_places if it has a decimal point, power of ten or percent sign."""

    value: Fraction
    ulp: Fraction
    digits: int
    zeros: int
    has_places: bool

    @property
    def unit(self) -> Fraction:
        """The unit of the last place that surely counts: zeros at the end of an integer may not."""
        return self.ulp * Fraction(10) ** self.zeros


def printed(term: Term) -> Printed | None:
    """A term that is a number as somebody prints it: `-0.88`, `200,000`, `1.6 \\times 10^{-4}`,
    `25\\%`; None for anything else."""
    sign = 1
    while term.op == "neg":
        sign, term = -sign, term.args[0]
    scale = _scale(term)
    if scale is not None:
        term = term.args[0]
    if term.op != "number":
        return None
    mantissa, _, exponent = term.data.text.lower().partition("e")
    if "/" in mantissa:
        return None
    places = len(mantissa.partition(".")[2])
    figures = mantissa.replace(".", "").lstrip("0")
    zeros = len(figures) - len(figures.rstrip("0")) if not places else 0
    value, unit = term.data.value, _ten_to(int(exponent or 0) - places)
    if scale is not None:
        value, unit = value * scale, unit * scale
    return Printed(
        value if sign > 0 else -value,
        unit,
        max(len(figures), 1),
        zeros if len(figures) > zeros else 0,
        places > 0 or scale not in (None, 1) or bool(exponent),
    )


def _scale(term: Term) -> Fraction | None:
    """The power of ten, or the percent, of `1.6 \\times 10^{-4}` and `25\\%`."""
    if term.op == "mul" and len(term.args) == 2:
        return _power_of_ten(term.args[1])
    return Fraction(1, 100) if term.op == "div" and _is_hundred(term.args[1]) else None


@lru_cache(maxsize=64)
def _ten_to(power: int) -> Fraction:
    return Fraction(10) ** power


def _power_of_ten(term: Term) -> Fraction | None:
    if term.op != "pow" or term.args[0].op != "number" or term.args[0].data.value != 10:
        return None
    exponent = exact(term.args[1])
    if exponent is None or exponent.denominator != 1 or abs(exponent) > 4_000:
        return None
    return Fraction(10) ** int(exponent)


def _is_hundred(term: Term) -> bool:
    return term.op == "number" and term.data.text == "100"


LEAST_INSIDE = 3
"""Digits a decimal inside of an expression must have to be taken for a rounded value."""


def within_digits(left: Term, right: Term, places: int | None = None) -> tuple[str, ...]:
    """The decimals inside of two closed sides whose rounding may be all that the sides differ by
    (`1/(1 + e^{-0.5}) = 1/(1 + 0.6065)`); none where it cannot be. places: so many of them make a
    decimal of two digits, and one in an exponent, one that is rounded, too."""
    powers = (n for side in (left, right) for n in postorder(side) if n.op in ("exp", "pow"))
    raised = {n for power in powers for n in postorder(power.args[-1])}
    found: dict[Term, Printed] = {}
    for node, shown in _decimals(left, right):
        coarse = places is None or shown.ulp * 10**places > 1
        if shown.digits >= LEAST_INSIDE or not (
            coarse or (shown.digits < 2 and node not in raised)
        ):
            found[node] = shown
    return _overlapping(left, right, found)


def rounded_within(left: Term, right: Term) -> tuple[str, ...]:
    """The decimals of two digits or more whose rounding may be all that two closed sides differ
    by; none where it cannot be."""
    return _overlapping(left, right, {n: s for n, s in _decimals(left, right) if s.digits > 1})


def _decimals(*sides: Term) -> Iterator[tuple[Term, Printed]]:
    for node in {n for side in sides for n in postorder(side) if n.op == "number"}:
        shown = printed(node) if "." in node.data.text else None
        if shown is not None:
            yield node, shown


def _overlapping(left: Term, right: Term, rounded: Mapping[Term, Printed]) -> tuple[str, ...]:
    """These decimals, if the sides may be equal within their rounding."""
    if not rounded:
        return ()
    table = {node: symbol(f"#{node.data.text}") for node in rounded}
    with precision(64):
        point = {
            table[node]: arb(exactly(shown.value), exactly(shown.ulp / 2))
            for node, shown in rounded.items()
        }
    one, other = (ball(replace_terms(side, table), point, 64) for side in (left, right))
    near = one.is_finite() and other.is_finite() and one.overlaps(other)
    return tuple(sorted(str(node.data.text) for node in table)) if near else ()


def has_decimal_exponent(side: Term) -> bool:
    """Whether an exponential is taken of a decimal of three digits or more, whose rounding grows
    in the value: `1000 e^{5.999}`."""
    exponents = (n.args[-1] for n in postorder(side) if n.op in ("exp", "pow"))
    shown = (printed(exponent) for exponent in exponents)
    return any(s is not None and s.has_places and s.digits >= LEAST_INSIDE for s in shown)


# --- verdicts -------------------------------------------------------------------------------


def judge_sides(
    left: Term, relation: str, right: Term, worked: bool = False, named: bool = False
) -> Verdict | None:
    """The verdict on `left relation right` where a side is a printed number; None where none is.
    named: the left side is written with names, and its value is none that anybody rounded."""
    found = printed(right), None if named else printed(left)
    if relation == "approx" and (without_digits(right) or without_digits(left)):
        return None if not worked or found[0] is None else judge_printed(left, "=", right, found[0])
    shown, other = found
    if shown is None or (other is not None and not worked and other.unit > shown.unit):
        if other is None:
            return None
        verdict = in_place(judge_printed(right, relation, left, other))
        return _unless_slip(verdict, relation, other) if shown is not None else verdict
    if worked and not _may_round(shown):
        relation = "="
    verdict = judge_printed(left, relation, right, shown)
    return verdict if other is None or worked else _unless_slip(verdict, relation, shown)


def _unless_slip(verdict: Verdict, relation: str, coarse: Printed) -> Verdict:
    """The verdict on two printed numbers: that `0.08 = 0.1` is rounded nobody knows."""
    if verdict.kind == "rounded" and relation != "approx" and coarse.digits < LEAST_BESIDE:
        return undecided(r"rounded to one digit, or a slip: write \approx if it is rounded", METHOD)
    return verdict


def without_digits(side: Term) -> bool:
    """A bare 0 or a bare power of ten."""
    bare_zero = side.op == "number" and side.data.text == "0"
    return bare_zero or _power_of_ten(side) is not None


def in_place(verdict: Verdict) -> Verdict:
    """The verdict with the values at the sides where they stand."""
    shown = verdict.counterexample
    if shown is None:
        return verdict
    return replace(verdict, counterexample=replace(shown, left=shown.right, right=shown.left))


def _may_round(shown: Printed) -> bool:
    return shown.has_places or shown.digits - shown.zeros >= LEAST_OF_INTEGER


def _is_of_measured(value: Term, shown: Printed) -> bool:
    """Whether an integer of three digits is printed for a quotient of two decimals."""
    if value.op != "div" or shown.digits < LEAST_OF_INTEGER:
        return False
    parts = [printed(part) for part in value.args]
    return all(part is not None and part.has_places for part in parts)


def judge_printed(value: Term, relation: str, number: Term, shown: Printed) -> Verdict:
    """The verdict on `value relation number` for a closed value and a printed number."""
    true = exact(value)
    if true is not None and true == shown.value:
        return proved("exact", f"exactly {_text(true)}", value=str(true))
    if true is None and relation != "approx":
        # log_2 8 = 3: only algebra can tell that a value is exactly the number printed
        equal = judge_equality(value, number)
        if equal.kind == "proved":
            return equal
    distance = Distance(value, true, shown)
    if distance.undefined:
        return undecided("the left side is undefined or too large to evaluate", METHOD)
    if relation == "approx":
        return _approximate(distance, shown)
    return _equal(distance, shown)


class Distance:
    """How far a value is above a printed number, in halves of its unit: exactly or in balls."""

    def __init__(self, value: Term, true: Fraction | None, shown: Printed) -> None:
        self.value, self.true, self.shown = value, true, shown
        self.halves = None if true is None else 2 * (true - shown.value) / shown.ulp
        self.known: dict[int, Ball] = {}
        self.undefined = true is None and not self.ball(PRECISIONS[0]).is_finite()

    def ball(self, bits: int) -> Ball:
        """The value, found once at each precision."""
        if bits not in self.known:
            if self.true is None:
                self.known[bits] = ball(self.value, {}, bits)
            else:
                with precision(bits):
                    self.known[bits] = exactly(self.true)
        return self.known[bits]

    def within(self, halves: int) -> bool | None:
        """Whether the value is at most so many halves of the unit away."""
        return self.between(-halves, halves)

    def between(self, low: int, high: int) -> bool | None:
        """Whether it is so many halves of the unit above; None if it cannot be told."""
        if self.halves is not None:
            return low <= self.halves <= high
        for bits in PRECISIONS:
            x = self.ball(bits)
            with precision(bits):
                above = 2 * (x - exactly(self.shown.value)) / exactly(self.shown.ulp)
            if above >= low and above <= high:
                return True
            if above < low or above > high:
                return False
        return None

    def text(self, digits: int) -> str:
        """The true value with so many significant digits."""
        return decimal(self.ball(max(PRECISIONS[0], 5 * digits)), digits, self.true)

    def counterexample(self) -> Counterexample:
        """The true value beside the printed one."""
        digits = self.shown.digits + 6
        return Counterexample({}, self.text(max(digits, 10)), _text(self.shown.value))


def _equal(distance: Distance, shown: Printed) -> Verdict:
    may_round = _may_round(shown) or _is_of_measured(distance.value, shown)
    inside = distance.within(1)
    if inside is None and may_round:
        return undecided("the value is too near the end of the rounding interval", METHOD)
    exactly_printed = distance.within(0) if inside else False
    if exactly_printed:
        return proved("enclosure", f"exactly {_text(shown.value)}", value=str(shown.value))
    if inside and may_round:
        return Verdict(
            "rounded",
            METHOD,
            f"rounded, printed with =: the value is {distance.text(shown.digits + 6)}, "
            f"correct to {_digits(shown.digits)}",
            evidence={"digits": shown.digits, "value": distance.text(shown.digits + 10)},
        )
    if exactly_printed is None:
        return undecided("the value cannot be told from the printed number", METHOD)
    return _refuted(distance, _truncated(distance, shown))


def _approximate(distance: Distance, shown: Printed) -> Verdict:
    if distance.within(1):
        return _rounded(distance, shown.digits, f"correct to {_digits(shown.digits)}")
    if _truncated(distance, shown):
        message = f"truncated to {_digits(shown.digits)}, not rounded"
        value = distance.text(shown.digits + 6)
        return _rounded(distance, shown.digits, f"{message}: the value is {value}")
    for zeros in range(1, min(shown.zeros, shown.digits - LEAST_COUNTING) + 1):
        if distance.within(10**zeros):
            digits = shown.digits - zeros
            message = f"correct to {_digits(digits)}, reading zeros at the end as place holders"
            return _rounded(distance, digits, message)
    if distance.within(1) is None:
        return undecided("the value is too near the end of the rounding interval", METHOD)
    return _refuted(distance, False)


def _truncated(distance: Distance, shown: Printed) -> bool:
    """Whether the printed digits are those of the value with the rest cut off."""
    cut_below = shown.value < 0 or (shown.value == 0 and distance.between(-2, 0))
    low, high = (-2, 0) if cut_below else (0, 2)
    return shown.digits > 1 and shown.has_places and distance.between(low, high) is True


def _rounded(distance: Distance, digits: int, message: str) -> Verdict:
    evidence = {"digits": digits, "value": distance.text(digits + 10)}
    return Verdict("rounded", METHOD, message, evidence=evidence)


def _refuted(distance: Distance, truncated: bool) -> Verdict:
    shown = distance.counterexample()
    message = f"the value is {shown.left}, not {shown.right}"
    if truncated:
        message += " (its digits are cut off, not rounded)"
    return refuted(METHOD, message, shown, truncated=truncated)


def _digits(count: int) -> str:
    return "1 digit" if count == 1 else f"{count} digits"


def _text(value: Fraction) -> str:
    with precision(128):
        x = exactly(value)
    return decimal(x, 40, value) if value.denominator != 1 else str(floor(value))
