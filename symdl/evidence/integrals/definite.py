r"""Definite integrals by antiderivatives: F(b) - F(a), with limits where an end is infinite.

On each piece between two cuts the integrand is defined, F is continuous and its derivative is
proved to be the integrand; an improper end counts by the limit of F, and the integral diverges
where that limit is infinite.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symdl.derivation.facts import Facts
from symdl.derivation.tidy import tidy
from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Place
from symdl.evidence.balls import ball, precision
from symdl.evidence.bounds.everywhere import defined_everywhere
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.bounds.written import candidates as written
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.continuity import Image, break_in, continuous_in
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import as_fraction
from symdl.evidence.integrals import coefficients as co
from symdl.evidence.integrals.antiderivative import antiderivative, is_antiderivative
from symdl.evidence.integrals.pieces import (
    Piece,
    around_parameter,
    has_switch,
    pieces,
    switches_of,
)
from symdl.evidence.integrals.special import special
from symdl.evidence.integrals.term_pieces import term_pieces
from symdl.evidence.limits.rules import limit_term
from symdl.expression.domain import NONZERO, REAL, Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, number, postorder, replace, symbol

Primitive = tuple[Term, Term]
"""A variable and a function of it."""
BITS = 192


@dataclass(frozen=True, slots=True)
class Definite:
    """The value of an integral as a Term; or it diverges: to `infinite` times infinity, or
    (`infinite` 0) without a value. `evidence` holds each piece and its antiderivative."""

    value: Term | None
    infinite: int
    evidence: tuple[dict[str, Any], ...]


def definite(node: Term, hints: Sequence[Primitive] = ()) -> Definite | None:
    """The value of an integral between two ends, None if no antiderivative is found. `hints` are
    functions that may be antiderivatives."""
    x, lower, upper, _ = node.args
    signs = infinite_sign(lower), infinite_sign(upper)
    if signs[0] > 0 or signs[1] < 0:
        return None
    body = _inner_first(node)
    if body is None:
        return None
    found = _by_antiderivative(x, lower, upper, body, hints)
    value = special(x, lower, upper, body) if found is None else None
    if value is None:
        return found
    return Definite(tidy(value), 0, ({"integrand": plain(body), "value": plain(value)},))


def _by_antiderivative(
    x: Term, lower: Term, upper: Term, body: Term, hints: Sequence[Primitive]
) -> Definite | None:
    signs = infinite_sign(lower), infinite_sign(upper)
    ends = [None if s else rational_value(e) for s, e in zip(signs, (lower, upper), strict=True)]
    known = all(s or e is not None for s, e in zip(signs, ends, strict=True))
    if not known:
        return _between_terms(x, lower, upper, body, hints)
    if None not in ends and ends[0] == ends[1]:
        return None
    turned = ends[0] is not None and ends[1] is not None and ends[0] > ends[1]
    low, high = (ends[1], ends[0]) if turned else (ends[0], ends[1])
    parts = _cut(body, x, low, high)
    if parts is None:
        return _between_terms(x, lower, upper, body, hints)
    return _summed(parts, hints, turned)


def _inner_first(node: Term) -> Term | None:
    """The integrand with the integrals in it replaced by their values, for a variable between
    the ends; None where one has no value."""
    x, lower, upper, body = node.args
    inner = [n for n in postorder(body) if n.op == "integral"]
    if not inner:
        return body
    ends = [rational_value(end) for end in (lower, upper)]
    domain = Domain()
    if ends[0] is not None and ends[1] is not None:
        domain = Domain(min(ends[0], ends[1]), max(ends[0], ends[1]), True, True)
    elif ends[0] is not None and infinite_sign(upper):
        domain = Domain(ends[0], None, True)
    place = symbol(x.data.name, domain=domain)
    for part in inner:
        if part.data != "range" or part not in postorder(body):
            return None
        found = definite(replace(part, {x: place}))
        if found is None or found.value is None:
            return None
        body = replace(body, {part: replace(found.value, {place: x})})
    return body


def _cut(body: Term, x: Term, low: Fraction | None, high: Fraction | None) -> list[Piece] | None:
    if any(len(free_symbols(switch)) > 1 for switch in switches_of(body, x)):
        return around_parameter(body, x) if low is None and high is None else None
    return pieces(body, x, low, high)


def _summed(parts: Iterable[Piece], hints: Sequence[Primitive], turned: bool) -> Definite | None:
    values: list[Term] = []
    told: list[dict[str, Any]] = []
    diverging: list[int] = []
    for part in parts:
        found = _piece(part, hints)
        if found is None:
            return None
        ends, evidence = found
        told.append(evidence)
        for end, sign in zip(ends, (-1, 1), strict=True):
            if isinstance(end, int):
                diverging.append(sign * end)
            else:
                values.append(end if sign > 0 else co.minus(end))
    if diverging:
        same = diverging[0] if len(set(diverging)) == 1 else 0
        return Definite(None, -same if turned else same, tuple(told))
    total = tidy(with_arcs(co.plus(*values)))
    return Definite(co.minus(total) if turned else total, 0, tuple(told))


Ends = tuple["Term | int", "Term | int"]


def _piece(part: Piece, hints: Sequence[Primitive]) -> tuple[Ends, dict[str, Any]] | None:
    """The antiderivative at both ends (an int is the sign of an infinite limit)."""
    y, body = part.variable, part.body
    if not _defined(body, y):
        return None
    primitive = _hinted(hints, body, y) or antiderivative(body, y)
    if primitive is None or not _continuous(primitive, y, y.data.domain):
        return None
    ends = [_end(primitive, y, end, side) for end, side in ((part.low, 1), (part.high, -1))]
    if ends[0] is None or ends[1] is None:
        return None
    evidence = {
        "from": "-infinity" if part.low is None else str(part.low),
        "to": "infinity" if part.high is None else str(part.high),
        "integrand": plain(body),
        "antiderivative": plain(tidy(primitive)),
    }
    return (ends[0], ends[1]), evidence


def _hinted(hints: Sequence[Primitive], body: Term, y: Term) -> Term | None:
    for variable, hint in hints:
        guess = replace(hint, {variable: y})
        if is_antiderivative(guess, body, y):
            return guess
    return None


def _defined(body: Term, y: Term) -> bool:
    if free_symbols(body) <= {y}:
        return defined_everywhere(body, y, y.data.domain)
    return Facts().total(_held(body, y, denominators=True))


def _held(root: Term, y: Term, denominators: bool = False) -> Term:
    """The term with each part that has no y, and may have no value, as a number of its own: the
    claim speaks of parameters for which it has one. denominators: of the integrand, which has a
    value only where none of them is 0."""
    facts = Facts()
    inner = {n for n in postorder(root) if y in free_symbols(n)}
    if not inner:
        return number(0)
    outer = {a for n in inner for a in n.args if a not in inner and not facts.total(a)}
    zero = number(0)
    below = {n.args[1] for n in inner if n.op == "div"} - inner
    below = {a for a in below if not facts.certain(make("relation", a, zero, data=("!=",)))}
    ordered = enumerate(sorted(outer | (below if denominators else set()), key=repr))
    return replace(
        root,
        {a: symbol(f"#c{i}", domain=NONZERO if a in below else REAL) for i, a in ordered},
    )


def _continuous(primitive: Term, y: Term, domain: Domain) -> bool:
    place = symbol(y.data.name, domain=domain)
    moved = replace(primitive, {y: place})
    if free_symbols(moved) <= {place}:
        return not break_in(Image(place, moved))
    moved = _held(moved, place)
    inner = (n for n in postorder(moved) if place in free_symbols(n))
    smooth = (continuous_in(n, place) for n in inner)
    return Facts().total(moved) and all(smooth)


def _end(primitive: Term, y: Term, end: Fraction | None, side: int) -> Term | int | None:
    if end is not None:
        wide = Domain(end, y.data.domain.upper, False, True)
        if side < 0:
            wide = Domain(y.data.domain.lower, end, True, False)
        if _continuous(primitive, y, wide):
            return _without_zero_powers(replace(primitive, {y: number(end)}))
    place = Place(None, -side) if end is None else Place(rational(end), side)
    return limit_term(primitive, y, place)


_ARCS = {"arcsin": "sin", "arctan": "tan"}


def with_arcs(root: Term) -> Term:
    r"""Arcs of numbers as multiples of \pi, where that is proved: arcsin(1) is \pi/2."""
    table: dict[Term, Term] = {}
    for node in postorder(root):
        if node.op in _ARCS and not free_symbols(node):
            guess = _arc(node)
            if guess is not None:
                table[node] = guess
    return replace(root, table)


def _arc(node: Term) -> Term | None:
    """The only number near the arc whose sine or tangent is proved to be the argument."""
    with precision(BITS):
        value = ball(node, {}, BITS)
        if not value.is_finite():
            return None
        ends = as_fraction(value.lower()), as_fraction(value.upper())
        guesses = list(written(*ends))
    for guess in guesses:
        if judge_equality(make(_ARCS[node.op], guess), node.args[0]).kind == "proved":
            return guess
    return None


def _without_zero_powers(root: Term) -> Term:
    """0^p is 0 for p > 0."""
    table = {
        n: number(0)
        for n in postorder(root)
        if n.op == "pow" and rational_value(n.args[0]) == 0 and range_of(n.args[1]).sign == 2
    }
    return replace(root, table)


def _between_terms(
    x: Term, lower: Term, upper: Term, body: Term, hints: Sequence[Primitive]
) -> Definite | None:
    """Ends that are terms: the antiderivative must be continuous on all reals, or on the
    interval that certainly holds both ends."""
    if has_switch(body, x):
        return _cut_at_terms(x, lower, upper, body, hints)
    domain = _around(lower, upper)
    y = symbol(x.data.name, domain=domain)
    inner = replace(body, {x: y})
    if not _defined(inner, y):
        return None
    primitive = _hinted(hints, inner, y) or antiderivative(inner, y)
    if primitive is None or not _continuous(primitive, y, domain):
        return None
    values: list[Term | int] = []
    for end, side in ((lower, 1), (upper, -1)):
        if infinite_sign(end):
            found = limit_term(primitive, y, Place(None, -side))
            if found is None:
                return None
            values.append(found)
        else:
            values.append(replace(primitive, {y: end}))
    told = ({"integrand": plain(inner), "antiderivative": plain(tidy(primitive))},)
    low, high = values
    if isinstance(low, int) or isinstance(high, int):
        return None
    return Definite(tidy(with_arcs(co.plus(high, co.minus(low)))), 0, told)


def _cut_at_terms(
    x: Term, lower: Term, upper: Term, body: Term, hints: Sequence[Primitive]
) -> Definite | None:
    """Switches at points that may hold parameters, whose order with the ends is certain."""
    parts = term_pieces(body, x, lower, upper)
    if parts is None:
        return None
    values: list[Term] = []
    told: list[dict[str, Any]] = []
    for low, high, branch in parts:
        found = _between_terms(x, low, high, branch, hints)
        if found is None or found.value is None:
            return None
        values.append(found.value)
        told.extend(found.evidence)
    return Definite(tidy(co.plus(*values)), 0, tuple(told))


def _around(lower: Term, upper: Term) -> Domain:
    """The positive numbers if both ends are certainly positive, else all reals."""
    finite = [end for end in (lower, upper) if not infinite_sign(end)]
    positive = infinite_sign(lower) >= 0 and all(range_of(end).sign == 2 for end in finite)
    return Domain(Fraction(0), None, True) if positive else Domain()
