"""Order claims in several variables by calculus in one of them.

A term G is least, as a function of v, at a start v* if its derivative is >= 0 above v* and <= 0
below: then G >= G(v*), which has one variable less. v* may be any term in the other symbols;
candidates are zeros of the derivative's factors, bounds of v, other symbols and plain numbers,
and each is proved or dropped. Weierstrass' mean value argument needs G continuous on the way from
v* to v and differentiable inside of it, which is checked there by the demands of its operators.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import DeriveError
from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra.normal_form import core
from symdl.evidence.algebra.solving import is_linear, root_in, split_linear
from symdl.evidence.balls import Ball, ball
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.cells import NO_ANSWER, Cell, normal, sign_in, undefined_in
from symdl.evidence.inequalities.real_algebra import by_real_algebra
from symdl.evidence.inequalities.starts import starts
from symdl.evidence.points import atoms, points
from symdl.evidence.refute import balls_at
from symdl.evidence.work import spend
from symdl.expression.domain import NONNEGATIVE, POSITIVE, REAL, Domain
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, free_symbols, make, number, postorder, size, symbol
from symdl.expression.term import replace as replace_terms

DEEPEST = 3
MOST_SYMBOLS = 5
MOST_STARTS = 8
MOST_NODES = 160
STEPS = 40
"""Work per node of a question, in the units of `work`."""
SAMPLES, BITS = 10, 64
SMOOTH = frozenset({"pow", "root", "sqrt"})
"""Rows with kinks at which their derivative is not defined either: its demands tell."""


@dataclass(frozen=True, slots=True)
class Way:
    """The way from a start to the variable's value: v = start + direction * step."""

    variable: Term
    start: Term
    direction: int


def by_calculus(cell: Cell, wanted: int) -> int:
    """How far cell.left is certainly not negative in the cell: 2 (> 0), 1 (>= 0) or 0.

    Short proofs are looked for first.
    """
    best = 0
    if is_broken(cell):
        return 0
    for depth in range(1, DEEPEST + 1):
        best = max(best, _in_depth(cell, wanted, depth))
        if best >= wanted:
            break
    return best


def _in_depth(cell: Cell, wanted: int, depth: int) -> int:
    best = 0
    for inner in _forms(cell):
        if size(inner.left) > MOST_NODES or not _is_smooth(inner.left):
            continue
        for variable in sorted(free_symbols(inner.left), key=repr)[:MOST_SYMBOLS]:
            if variable.shape != ():
                return 0
            best = max(best, _in_variable(inner, variable, wanted, depth))
            if best >= wanted:
                return best
    return best


def at_least(cell: Cell, wanted: int, depth: int) -> int:
    """The same, by structure first and by calculus then."""
    spend(STEPS * size(cell.left))
    sign = sign_in(cell, cell.left)
    if sign is not None:
        return 1 if sign == 0 else max(sign, 0)
    found = max(range_of(cell.left).sign, 0)
    if found < wanted and is_broken(cell):
        return 0
    try:
        if found < wanted:
            found = max(found, by_real_algebra(cell, wanted))
    except NO_ANSWER:
        pass
    if found >= wanted or depth <= 0:
        return found
    return max(found, _in_depth(cell, wanted, depth))


def is_broken(cell: Cell) -> bool:
    """Whether the term is certainly negative at a sample point of the cell: then nothing is to be
    proved of it."""
    wanted = atoms([cell.left, *(fact for fact, _ in cell.facts)])
    for point in points(wanted, [cell.left], SAMPLES):
        spend(size(cell.left))
        at = balls_at(point, BITS)
        if ball(cell.left, at, BITS) < 0 and all(
            meets(ball(fact, at, BITS), sign) for fact, sign in cell.facts
        ):
            return True
    return False


def meets(value: Ball, sign: int) -> bool:
    """Whether a value certainly has a sign."""
    if sign == 0:
        return bool(value == 0)
    value = value if sign > 0 else -value
    return bool(value > 0 if abs(sign) == signs.POSITIVE else value >= 0)


def _is_smooth(term: Term) -> bool:
    """Whether every operator in it has a derivative wherever it and its derivative are defined."""
    for node in postorder(core(term)):
        row = TABLE.get(node.op)
        if row is None and node.op not in ("number", "symbol", "constant"):
            return False
        if row is not None and node.op not in SMOOTH and (row.jumps or row.kinks is not None):
            return False
        if row is not None and node.op not in SMOOTH and any(d != REAL for d in row.smooth):
            return False
        if row is not None and row.partials is None:
            return False
    return True


# --- forms ------------------------------------------------------------------------------------


def _forms(cell: Cell) -> Iterator[Cell]:
    """The cell as it is, and with positive symbols under logarithms and in powers written e^X."""
    yield cell
    wanted: set[Term] = set()
    for node in postorder(cell.left):
        if node.op == "log" or (node.op == "pow" and node.args[1].op != "number"):
            wanted |= free_symbols(node.args[0])
    table = {}
    for x in sorted(wanted, key=repr):
        domain = _logarithm_of(x.data.domain)
        if x.shape == () and domain is not None:
            table[x] = make("exp", symbol(f"\\log {x.data.name}", domain=domain))
    if table:
        yield _put(cell, table)


def _logarithm_of(domain: Domain) -> Domain | None:
    """The domain of log x for x in the domain, where its ends are 0, 1 or infinite."""
    if not domain.positive or domain.integer or domain.excluded:
        return None
    low, high = domain.lower, domain.upper
    if low not in (0, 1) or high not in (None, 1):
        return None
    return Domain(
        Fraction(0) if low == 1 else None,
        Fraction(0) if high == 1 else None,
        domain.lower_open,
        domain.upper_open,
    )


def _put(cell: Cell, table: dict[Term, Term]) -> Cell:
    facts = tuple((replace_terms(fact, table), sign) for fact, sign in cell.facts)
    return Cell(replace_terms(cell.left, table), cell.right, facts, cell.name)


# --- one variable -----------------------------------------------------------------------------


def _in_variable(cell: Cell, variable: Term, wanted: int, depth: int) -> int:
    try:
        slope = differentiate(cell.left, variable).result
        found = normal(cell.facts, slope)
    except (DeriveError, *NO_ANSWER):
        return 0
    best = 0
    for start in islice(starts(cell, variable, found), MOST_STARTS):
        best = max(best, _from(cell, variable, start, slope, wanted, depth))
        if best >= wanted:
            break
    return best


def _from(cell: Cell, variable: Term, start: Term, slope: Term, wanted: int, depth: int) -> int:
    """How far the term is not negative because it is least at this start."""
    if not _lies_in(cell, start, variable.data.domain):
        return 0
    without = tuple(_without(cell, variable))
    least = replace(
        cell,
        left=replace_terms(cell.left, {variable: start}),
        facts=(*cell.facts, *without),
    )
    base = at_least(least, 1, depth - 1)
    if not base:
        return 0
    moved = sign_in(cell, variable - start)
    rises = 2
    for direction in (1, -1):
        if moved is not None and moved * direction <= 0:
            continue
        way = Way(variable, start, direction)
        rises = min(rises, _rises(cell, way, slope, depth))
        if not rises:
            return 0
    if base < wanted and not (rises == 2 and moved in (2, -2)):
        base = max(base, at_least(least, wanted, depth - 1))
    return 2 if rises == 2 and moved in (2, -2) else base


def _without(cell: Cell, v: Term) -> Iterator[tuple[Term, int]]:
    """What bounds of v say of the other symbols: every lower one is below every upper one."""
    if not any(v in free_symbols(fact) for fact, _ in cell.facts):
        return
    lower, upper = [], []
    domain = v.data.domain
    if domain.lower is not None:
        lower.append((number(domain.lower), domain.lower_open))
    if domain.upper is not None:
        upper.append((number(domain.upper), domain.upper_open))
    for fact, sign in cell.facts:
        bound = _bound(fact, v)
        if bound is not None and sign:
            (lower if bound[1] * sign > 0 else upper).append((bound[0], abs(sign) == 2))
    for low, is_open in lower:
        for high, other_open in upper:
            if free_symbols(high) | free_symbols(low):
                yield high - low, 2 if is_open or other_open else 1


def _bound(fact: Term, v: Term) -> tuple[Term, int] | None:
    """The zero of a fact that is linear in v, and the direction in which it grows."""
    try:
        found = normal((), fact)
    except NO_ANSWER:
        return None
    if not found.value.den.is_constant() or not is_linear(found.ring, found.value.num, v):
        return None
    slope, _ = split_linear(found.ring, found.value.num, v)
    direction = signs.sign_of(found.ring, slope)
    root = root_in(found.ring, found.value.num, v)
    return None if root is None or abs(direction) < signs.POSITIVE else (root, direction)


def _rises(cell: Cell, way: Way, slope: Term, depth: int) -> int:
    """Whether the term does not fall (1) or rises (2) all the way from the start outwards."""
    name = f"\\Delta_{{{depth}}} {way.variable.data.name}"
    closed = _along(cell, way, symbol(name, domain=NONNEGATIVE), False)
    if undefined_in(closed, closed.left):
        return 0
    inside = _along(replace(cell, left=slope), way, symbol(name, domain=POSITIVE), True)
    if undefined_in(inside, inside.left):
        return 0
    outwards = inside if way.direction == 1 else replace(inside, left=-inside.left)
    return at_least(outwards, 2, depth - 1)


def _along(cell: Cell, way: Way, step: Term, inside: bool) -> Cell:
    """The cell of all points on the way: facts that hold at both its ends hold in between.

    inside: without the ends, so that no end of the variable's domain is met.
    """
    v = way.variable
    place = way.start + (step if way.direction == 1 else -step)
    facts = []
    for fact, sign in cell.facts:
        if v in free_symbols(fact):
            if not (_is_linear(fact, v) and _holds_at(cell, fact, sign, way)):
                continue
            fact = replace_terms(fact, {v: place})
        facts.append((fact, sign))
    domain = v.data.domain
    for end, is_open, direction in (
        (domain.lower, domain.lower_open, 1),
        (domain.upper, domain.upper_open, -1),
    ):
        if end is not None:
            strictly = inside or (is_open and way.start is not number(end))
            facts.append((place - number(end), direction * (2 if strictly else 1)))
    return Cell(replace_terms(cell.left, {v: place}), cell.right, tuple(facts), cell.name)


def _is_linear(fact: Term, v: Term) -> bool:
    try:
        found = normal((), fact)
    except NO_ANSWER:
        return False
    return found.value.den.is_constant() and is_linear(found.ring, found.value.num, v)


def _holds_at(cell: Cell, fact: Term, sign: int, way: Way) -> bool:
    there = sign_in(cell, replace_terms(fact, {way.variable: way.start}))
    if there is None:
        return False
    if sign == 0 or there == 0:
        return there == 0 and abs(sign) < signs.POSITIVE
    return there * sign > 0 and abs(there) >= abs(sign)


def _lies_in(cell: Cell, start: Term, domain: Domain) -> bool:
    """Whether a start certainly lies in the (real) domain of the variable, or is its open end:
    whether the term is defined there is asked on the way."""
    for end, is_open, direction in (
        (domain.lower, domain.lower_open, 1),
        (domain.upper, domain.upper_open, -1),
    ):
        if end is None:
            continue
        sign = sign_in(cell, start - number(end))
        strictly = is_open and start is not number(end)
        if sign is None or sign * direction < (2 if strictly else 0):
            return False
    return not domain.excluded


# --- where it may be least --------------------------------------------------------------------
