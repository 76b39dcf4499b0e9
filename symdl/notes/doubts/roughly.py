"""What is said roughly: orders of magnitude, rounded decimals, approximations near some point."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from symdl.evidence.claim import Claim
from symdl.evidence.exact import exact
from symdl.evidence.kinds import is_declared
from symdl.evidence.limits.questions import LEFT, RIGHT
from symdl.evidence.rounding import printed
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.claim_parts import sides_of, variables_in
from symdl.notes.scope.known import is_literal

NEAR = 0.06
"""How far a number may be from the power of ten that it is said to be."""


def said_roughly(claim: Claim, verdict: Verdict) -> str:
    """Why a refutation may be one of what was only said roughly; empty if it was not."""
    reason = _by_shape(claim, verdict) or _magnitude(claim, verdict) or _rounded(claim, verdict)
    reason = reason or _in_ones(claim) or _of_other_digits(claim) or _to_tens(claim, verdict)
    reason = reason or _as_a_size(claim)
    return reason or _loosely(claim, verdict) or _from_a_side(claim, verdict)


def _of_other_digits(claim: Claim) -> str:
    r"""A printed number beside another one of as many digits: `5.082 \\approx 5.077` says that both
    are near, and rounds neither."""
    left, right = claim.left, claim.right
    if right is None or claim.relation != "approx" or left.op != "number" or right.op != "number":
        return ""
    a, b = left.data, right.data
    same = a.places and a.places == b.places and a.value
    near = same and abs(float(b.value / a.value) - 1) < CLOSE
    return "two printed numbers that are near each other" if near else ""


def _as_a_size(claim: Claim) -> str:
    r"""A side of a square that a formula comes to: `(7 - 3) / 1 + 1 = 5 \times 5`."""
    right = claim.right
    square = right is not None and right.op == "mul" and len(set(right.args)) == 1
    times = re.search(r"(?:×|\\times)\s*\d+\s*$", claim.latex) is not None
    if right is None or not square or not times or claim.relation != "=":
        return ""
    return "a size may be meant" if exact(claim.left) == exact(right.args[0]) else ""


def _to_tens(claim: Claim, verdict: Verdict) -> str:
    r"""A value about a whole number that ends in zeros, which may be no digits of it:
    `\frac{-7.4}{0.7} \approx -10`."""
    shown = verdict.counterexample
    rounded = None if claim.right is None else printed(claim.right)
    if shown is None or claim.relation != "approx" or rounded is None or not rounded.zeros:
        return ""
    try:
        apart = abs(float(shown.left) - float(rounded.value))
    except ValueError:
        return ""
    return "rounded to tens" if 2 * apart <= rounded.unit and not rounded.has_places else ""


CLOSE = 0.005
"""How near two numbers are of which one is said to be about the other."""
_ONES = re.compile(r"[01]{3,}")
_BITS = re.compile(r"[01]*\.[01]+")


def _in_ones(claim: Claim) -> str:
    """A whole number set equal to a row of ones and zeros: its code, as `5 = 101`."""
    if claim.right is None or claim.relation != "=":
        return ""
    whole, code = plain(claim.left), plain(claim.right)
    if whole.isdigit() and _ONES.fullmatch(code) and set(whole) - {"0", "1"}:
        return f"{code} may be {whole} in a code of ones and zeros"
    halves = any(n.op == "pow" and plain(n.args[0]) == "2" for n in postorder(claim.right))
    if halves and _BITS.fullmatch(whole):
        return f"{whole} may be written in the base 2"
    return ""


def _by_shape(claim: Claim, verdict: Verdict) -> str:
    """What is refuted by shapes that rest on conventions, not on declarations."""
    if claim.kind == "shape":
        left = claim.left
        if _is_general(claim):
            return f"{plain(left)} may be another one than the list of an example"
        unsaid = left.op == "symbol" and not left.shape and not is_declared(left, claim.scope)
        values = {k.data.name for k in claim.scope.values if k.op == "symbol"}
        unsaid = unsaid and left.data.name not in values
        return f"the shape of {plain(left)} is declared nowhere" if unsaid else ""
    if verdict.method != "shape":
        return ""
    return "the shapes of the sides as read do not fit: declare the arrays"


def _is_general(claim: Claim) -> bool:
    r"""Whether sizes in letters are those of what has numbers: `Y = [0, 1, 0]` of one example, and
    `Y \in \mathbb{R}^{B \times C}` of a batch."""
    value = claim.scope.values.get(claim.left)
    written = value is not None and (is_literal(value) or value.op in ("matrix", "vector", "tuple"))
    if not written or claim.right is None or claim.relation != "in":
        return False
    sizes = free_symbols(claim.right)
    return bool(sizes) and sizes.isdisjoint(claim.scope.values)


_HALF = Decimal("0.5")
_FAR = 20
"""Powers of ten from which on a number is told by its order of magnitude alone."""


def _magnitude(claim: Claim, verdict: Verdict) -> str:
    """A number set equal to a power of ten that it is near to: an order of magnitude."""
    shown = verdict.counterexample
    if claim.kind != "number" or shown is None or claim.right is None:
        return ""
    numbers = [n for n in postorder(claim.right) if n.op == "number"]
    powers = any(n.op == "pow" and repr(n.args[0]) == "10" for n in postorder(claim.right))
    if not powers or any(n.data.places for n in numbers):
        return ""  # `5.96 \\cdot 10^{-8}` says its digits
    try:
        left, right = Decimal(shown.left), Decimal(shown.right)
    except InvalidOperation:
        return ""
    if not left or not right or left.is_signed() != right.is_signed():
        return ""
    alone = claim.relation == "approx" and claim.right.op == "pow"  # of ten, without digits
    alone = alone and abs(right.adjusted()) >= _FAR
    near = abs(left / right - 1) < NEAR or (alone and abs((left / right).log10()) < _HALF)
    return f"equal as an order of magnitude only: {shown.left}" if near else ""


def _rounded(claim: Claim, verdict: Verdict) -> str:
    """An equation with printed decimals whose sides differ by less than these digits say."""
    shown, right = verdict.counterexample, claim.right
    if shown is None or right is None:
        return ""
    decimals = [n.data.places for n in postorder(right) if n.op == "number" and n.data.places]
    try:
        left, value = float(shown.left), float(shown.right)
    except ValueError:
        return ""
    if not decimals or not left or abs(value / left - 1) >= NEAR:
        return ""
    places = max(decimals)
    if abs(value - left) <= _slack(claim.left, right, abs(left)):
        return f"the decimals may be rounded: {shown.left} and {shown.right}"
    if right.shape and places > 2:
        return f"the decimals may be rounded: {shown.left} and {shown.right}"
    if is_literal(right) and (places < 3 or abs(value - left) > 0.5 * 10.0**-places):
        return ""  # a number alone is not rounded to these digits
    return f"the decimals may be rounded: {shown.left} and {shown.right}"


_LONG = 4
"""Digits behind the point from which on a factor is what something else was rounded to."""


def _slack(left: Term, right: Term, size: float) -> float:
    """How far sides may be apart by the rounding of what they are made of: of the terms that an
    expression comes to (`0.8 \\log 0.8 + 0.2 \\log 0.2 = 0.26 + 0.46`), and of long factors
    (`0.70710678 \\cdot 6 = 4.24264069`)."""
    printed = [n.data for n in postorder(right) if n.op == "number" and n.data.places]
    ends: list[float] = [0.5 * 10.0 ** -int(d.places) for d in printed]
    if right.op == "add" and any(n.op not in _RATIONAL for n in postorder(left)):
        return sum(ends)
    factors = [a.data for a in left.args if a.op == "number"] if left.op == "mul" else []
    long = [d for d in factors if (d.places or 0) >= _LONG and d.value]
    if not long or right.op != "number":
        return 0.0
    return sum(ends) + size * sum(0.5 * 10.0 ** -int(d.places) / abs(float(d.value)) for d in long)


_RATIONAL = frozenset({"add", "mul", "neg", "number"})


def _from_a_side(claim: Claim, verdict: Verdict) -> str:
    """A limit without a side, where the two sides differ: one of them may be meant."""
    found = verdict.evidence.get("limits", {})
    limits = [n for side in sides_of(claim) for n in postorder(side) if n.op == "limit"]
    if limits and all(n.data == "" for n in limits) and found.get(LEFT) != found.get(RIGHT):
        return f"it may be meant from one side: {verdict.message}"
    return ""


def _loosely(claim: Claim, verdict: Verdict) -> str:
    """An approximation of which nobody says where it is good; decimals of three digits and more
    are fitted, and meant everywhere."""
    if claim.relation != "approx" or claim.right is None:
        return ""
    shown = verdict.counterexample
    if verdict.kind == "refuted" and shown is not None and not shown.at and _is_stepped(claim):
        return ""  # the numbers of a sequence, worked out: no letter is left to be small
    letters = free_symbols(claim.left) | free_symbols(claim.right)
    if any(free_symbols(condition) & letters for condition in claim.conditions):
        return ""
    # a number printed for an expression of which all letters have numbers is rounded, or wrong
    valued = claim.scope.values.keys() if is_literal(claim.right) else frozenset()
    counted = {s for side in sides_of(claim) for s in free_symbols(side) if s.data.domain.integer}
    if counted - valued:
        return "it is not said how large the numbers must be for the approximation"
    if not (variables_in(claim.left) | variables_in(claim.right)) - valued:
        return ""
    numbers = (n for side in sides_of(claim) for n in postorder(side) if n.op == "number")
    fitted = any((n.data.places or 0) > 2 for n in numbers)
    return "" if fitted else "it is not said where the approximation is good"


def _is_stepped(claim: Claim) -> bool:
    """Whether a number is printed for a step of a sequence: `\\eta_{75} \\approx 0.0146`."""
    return claim.left.op == "entry" and claim.right is not None and is_literal(claim.right)
