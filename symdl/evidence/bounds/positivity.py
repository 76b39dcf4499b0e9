"""Signs of terms in several variables, in one cell: each rule is tried in turn.

normal form     the term is a rational function in its kernels with a certain sign
range           by structure (`ranges`)
elimination     a hypothesis u >= 0 that is linear in a symbol replaces it: x = ... + s, s >= 0
logarithms      sum of c log A + R > 0 exactly if A^c e^R > 1 (products, for whole c)
tangent         1 - 1/A <= log A <= A - 1, with equality only at A = 1
ends            a term linear in a symbol is least at an end of the symbol's interval
square roots    x > 0 written as s^2, where sqrt(x) occurs
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import lcm

from symdl.evidence.algebra.normal_form import NotDecided, core, prove_equal
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.bounds.sharp import sharp_ranges
from symdl.evidence.cells import Cell, sign_in
from symdl.expression.domain import NONNEGATIVE, POSITIVE, REAL
from symdl.expression.term import Term, combined, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as replace_terms

MOST_LOGS = 6
MOST_POWER = 12

Found = tuple[int, str]
"""A sign (2: > 0, 1: >= 0, 0: not known) and the rule that gave it."""
UNKNOWN: Found = (0, "")


def lower_sign(cell: Cell, gap: Term, wanted: int) -> Found:
    """How far the gap is certainly not negative in the cell (2, 1 or 0), and by which rule.

    Stops as soon as `wanted` (2 or 1) is reached.
    """
    best = UNKNOWN
    for inner, term, name in _eliminated(cell, gap):
        for rule in (_by_normal_form, _by_range, _by_logarithms, _by_tangents, _by_ends, _by_roots):
            found = rule(inner, term)
            if found > best[0]:
                best = found, f"{name}{_NAMES[rule.__name__]}"
            if best[0] >= wanted:
                return best
    return best


_NAMES = {
    "_by_normal_form": "normal form",
    "_by_range": "range",
    "_by_logarithms": "logarithms",
    "_by_tangents": "tangent",
    "_by_ends": "ends",
    "_by_roots": "square roots",
}


def _by_normal_form(cell: Cell, term: Term) -> int:
    sign = sign_in(cell, term)
    if sign == 0:
        return 1
    if sign is not None and sign > 0:
        return sign
    wider = _without_signs(term)
    if wider is term or cell.facts:
        return 0
    sign = sign_in(Cell(wider, number(0)), wider)
    return max(sign or 0, 0)


def _without_signs(term: Term) -> Term:
    """The polynomial part of a term on all reals: what is certain there is certain here."""
    if any(n.op not in ("add", "mul", "neg", "div", "pow", "number", "symbol")
           for n in postorder(term)):  # fmt: skip
        return term
    table = {s: make("symbol", data=replace(s.data, domain=REAL)) for s in free_symbols(term)}
    return replace_terms(term, table)


def _by_range(_cell: Cell, term: Term) -> int:
    plain = range_of(term).sign
    if plain > 0:
        return plain
    return max(range_of(term, sharp_ranges(term)).sign, 0)


# --- elimination ----------------------------------------------------------------------------


def _eliminated(cell: Cell, gap: Term) -> Iterator[tuple[Cell, Term, str]]:
    """The cell itself, then with its linear hypotheses put in, in two orders of symbols."""
    yield cell, gap, ""
    for backwards in (False, True):
        facts = list(cell.facts)
        term, used = gap, False
        for i in range(len(facts)):
            solved = _solved(*facts[i], f"slack {i}", backwards)
            if solved is not None:
                used = True
                term = replace_terms(term, solved)
                facts = [(replace_terms(f, solved), s) for f, s in facts]
        if used:
            kept = tuple((f, s) for f, s in facts if free_symbols(f))
            yield Cell(term, number(0), kept, cell.name), term, "elimination, "


SLACKS = {0: None, 1: NONNEGATIVE, 2: POSITIVE, -1: NONNEGATIVE, -2: POSITIVE}


def _solved(fact: Term, sign: int, name: str, backwards: bool) -> dict[Term, Term] | None:
    """A symbol of the fact written by a new symbol that carries its sign."""
    domain = SLACKS[sign]
    symbols = sorted(free_symbols(fact), key=lambda s: (s.data.domain != REAL, repr(s)))
    for x in reversed(symbols) if backwards else symbols:
        split = _linear_in(core(fact), x)
        if split is None:
            continue
        slope, rest = split
        slack = number(0) if domain is None else symbol(name, domain=domain)
        if sign < 0:
            slack = make("neg", slack)
        return {x: (slack - rest) / number(slope) if slope != 1 else slack - rest}
    return None


def _linear_in(fact: Term, x: Term) -> tuple[Fraction, Term] | None:
    """fact = slope * x + rest, with a rational slope and x not in the rest."""
    parts = list(fact.args) if fact.op == "add" else [fact]
    slope, rest = Fraction(0), []
    for part in parts:
        coefficient = _multiple_of(part, x)
        if coefficient is not None:
            slope += coefficient
        elif x in free_symbols(part):
            return None
        else:
            rest.append(part)
    if not slope:
        return None
    total = rest[0] if rest else number(0)
    return slope, total if len(rest) < 2 else make("add", *rest)


def _multiple_of(part: Term, x: Term) -> Fraction | None:
    sign = Fraction(1)
    while part.op == "neg":
        sign, part = -sign, part.args[0]
    if part is x:
        return sign
    if part.op == "mul" and len(part.args) == 2:
        first, second = part.args
        if first.op == "number" and second is x:
            return sign * Fraction(first.data.value)
        if second.op == "number" and first is x:
            return sign * Fraction(second.data.value)
    return None


# --- logarithms -----------------------------------------------------------------------------


def _log_sum(term: Term) -> tuple[list[tuple[Term, Term]], list[Term]]:
    """A sum as (coefficient, argument) of its logarithms, and the other summands."""
    logs: list[tuple[Term, Term]] = []
    others: list[Term] = []
    stack: list[tuple[Term, Term]] = [(term, number(1))]
    while stack:
        node, factor = stack.pop()
        if node.op == "add":
            stack.extend((a, factor) for a in reversed(node.args))
        elif node.op == "neg":
            stack.append((node.args[0], make("neg", factor)))
        elif node.op == "log":
            logs.append((factor, node.args[0]))
        elif node.op == "div" and _has_log(node.args[0]):
            stack.append((node.args[0], factor / node.args[1]))
        elif node.op == "mul" and sum(_has_log(a) for a in node.args) == 1:
            place = next(i for i, a in enumerate(node.args) if _has_log(a))
            rest = [a for i, a in enumerate(node.args) if i != place]
            stack.append((node.args[place], make("mul", factor, *rest)))
        else:
            others.append(_product(factor, node))
    return logs, others


def _has_log(node: Term) -> bool:
    return any(n.op == "log" for n in postorder(node))


def _product(factor: Term, node: Term) -> Term:
    return node if factor is number(1) else make("mul", factor, node)


def _by_logarithms(cell: Cell, term: Term) -> int:
    """e^term - 1 has the sign of the term; it is a quotient of products without logarithms."""
    logs, others = _log_sum(core(term))
    if not logs or len(logs) > MOST_LOGS or any(_has_log(o) for o in others):
        return 0
    powers = [rational_value(c) for c, _ in logs]
    if any(p is None for p in powers):
        return 0
    scale = lcm(*(p.denominator for p in powers if p is not None))
    above: list[Term] = []
    below: list[Term] = []
    for p, (_, argument) in zip(powers, logs, strict=True):
        assert p is not None
        whole = int(p * scale)
        if abs(whole) > MOST_POWER:
            return 0
        power = argument if abs(whole) == 1 else argument ** number(abs(whole))
        (above if whole > 0 else below).append(power)
    for other in others:
        above.append(make("exp", _product(number(scale), other)))
    gap = combined("mul", above) - combined("mul", below)
    sign = sign_in(replace(cell, left=gap), gap)
    if sign is None:
        return max(range_of(gap).sign, 0)
    return 1 if sign == 0 else max(sign, 0)


def _by_tangents(cell: Cell, term: Term) -> int:
    """Each logarithm replaced by the bound that makes the sum smaller; together if all have the
    same factor but for the sign."""
    logs, others = _log_sum(core(term))
    if not logs or len(logs) > MOST_LOGS:
        return 0
    joined = _joined(logs)
    found = _with_tangents(cell, joined, others) if joined is not None else 0
    return found or _with_tangents(cell, logs, others)


def _joined(logs: list[tuple[Term, Term]]) -> list[tuple[Term, Term]] | None:
    """log A - log B as log(A/B)."""
    powers = [rational_value(c) for c, _ in logs]
    size = abs(powers[0] or Fraction(0))
    if len(logs) < 2 or not size or any(p is None or abs(p) != size for p in powers):
        return None
    above = combined(
        "mul", [a for p, (_, a) in zip(powers, logs, strict=True) if p is not None and p > 0]
    )
    below = combined(
        "mul", [a for p, (_, a) in zip(powers, logs, strict=True) if p is not None and p < 0]
    )
    return [(number(size), above / below)]


def _with_tangents(cell: Cell, logs: list[tuple[Term, Term]], others: list[Term]) -> int:
    parts = list(others)
    for factor, argument in logs:
        sign = _sign_of(cell, factor)
        if sign == 0:
            return 0
        bound = 1 - 1 / argument if sign > 0 else argument - 1
        parts.append(make("mul", factor, bound))
    lower = combined("add", parts)
    return _by_normal_form(replace(cell, left=lower), lower)


def _sign_of(cell: Cell, factor: Term) -> int:
    sign = sign_in(cell, factor)
    return range_of(factor).sign if sign is None else sign


# --- substitutions --------------------------------------------------------------------------


def _by_ends(cell: Cell, term: Term) -> int:
    """The term is linear in a symbol of a bounded interval: it lies between its end values."""
    for y in sorted(free_symbols(term), key=repr):
        domain = y.data.domain
        if y.shape != () or domain.lower is None or domain.upper is None:
            continue  # an array has no single end value
        if domain.lower == domain.upper:
            continue
        low, high = (replace_terms(term, {y: number(e)}) for e in (domain.lower, domain.upper))
        share = (y - number(domain.lower)) / number(domain.upper - domain.lower)
        try:
            linear = prove_equal(term, low + share * (high - low))
        except NotDecided:
            continue
        if linear is not None:
            return min(_end_sign(cell, low), _end_sign(cell, high))
    return 0


def _end_sign(cell: Cell, term: Term) -> int:
    inner = replace(cell, left=term)
    return max(_by_normal_form(inner, term), _by_range(inner, term), _by_logarithms(inner, term))


def _by_roots(cell: Cell, term: Term) -> int:
    under: set[Term] = set()
    for node in postorder(core(term)):
        if node.op in ("sqrt", "root"):
            under |= free_symbols(node)
    table = {
        x: symbol(f"positive root of {x.data.name}", domain=POSITIVE) ** number(2)
        for x in under
        if x.data.domain.positive and x.shape == ()
    }
    if not table or cell.facts:
        return 0
    squared = replace_terms(term, table)
    return _by_normal_form(Cell(squared, number(0)), squared)
