"""An integral cut where its integrand turns: on each piece every switch has one branch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

from symdl.evidence.bounds.boxes import sign_at
from symdl.evidence.bounds.everywhere import between
from symdl.evidence.bounds.kinks import kinks, linear, switches
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.integrals import coefficients as co
from symdl.expression.domain import NONNEGATIVE, Domain
from symdl.expression.operators import STEPPED, SWITCHING
from symdl.expression.term import (
    Term,
    free_symbols,
    make,
    number,
    postorder,
    rebuild,
    replace,
    symbol,
)

MOST_CUTS = 64
_SWITCHES = SWITCHING | STEPPED | {"piecewise", "indicator"}
_END = Fraction | None


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of an integral between two ends (None is infinite): the variable has the open
    interval between them as its domain, and the body has no switch."""

    variable: Term
    body: Term
    low: _END
    high: _END


def pieces(body: Term, x: Term, low: _END, high: _END) -> list[Piece] | None:
    """The integral of a body between rational or infinite ends, low < high; None if a switch
    cannot be followed."""
    if not _followed(body, x, low, high):
        return None
    cuts = sorted({p for p in _cuts(body, x, low, high) if between(low, p, high)})
    if len(cuts) > MOST_CUTS:
        return None
    found = []
    for a, b in pairwise([low, *cuts, high]):
        inside = branch(body, x, sample(a, b))
        if inside is None:
            return None
        place = symbol(x.data.name, domain=Domain(a, b, True, True))
        found.append(Piece(place, replace(inside, {x: place}), a, b))
    return found


def has_switch(body: Term, x: Term) -> bool:
    """Whether a body has a switch that depends on the variable."""
    return any(True for _ in switches_of(body, x))


def switches_of(body: Term, x: Term) -> Iterator[Term]:
    """What a body switches by that depends on the variable: a relation, an absolute value, ..."""
    for node in postorder(body):
        parts = node.args[1::2] if node.op == "piecewise" else (node,)
        if node.op in _SWITCHES:
            yield from (part for part in parts if x in free_symbols(part))


def sample(low: _END, high: _END) -> Fraction:
    """A point between two ends."""
    if low is None:
        return Fraction(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def _followed(body: Term, x: Term, low: _END, high: _END) -> bool:
    for node in postorder(body):
        if node.op in ("floor", "ceil") and not _has_few_steps(node.args[0], x, low, high):
            return False
        if not switches(node, x):
            return False
    return True


def _cuts(body: Term, x: Term, low: _END, high: _END) -> Iterator[Fraction]:
    yield from kinks(body, x)
    for node in postorder(body):
        if node.op in ("floor", "ceil"):
            yield from _steps(node.args[0], x, low, high)
        for place in _breaks(node):
            line = linear(place, x)
            if line is not None and line[1]:
                yield -line[0] / line[1]


def _breaks(node: Term) -> Iterable[Term]:
    """What must not be 0 for a node to have a value."""
    if node.op == "div":
        return (node.args[1],)
    return (node.args[0],) if node.op in ("log", "pow", "sqrt", "root") else ()


def _has_few_steps(u: Term, x: Term, low: _END, high: _END) -> bool:
    """Whether each jump of a rounding of u between the ends can be listed."""
    line = linear(u, x)
    if line is None or not line[1]:
        return line is not None
    return low is not None and high is not None and abs(line[1]) * (high - low) <= MOST_CUTS


def _steps(u: Term, x: Term, low: _END, high: _END) -> Iterator[Fraction]:
    line = linear(u, x)
    if line is None or not line[1] or low is None or high is None:
        return
    first, last = sorted(line[0] + line[1] * end for end in (low, high))
    for whole in range(ceil(first), int(last // 1) + 1):
        yield (whole - line[0]) / line[1]


# --- branches -------------------------------------------------------------------------------


def branch(body: Term, x: Term, at: Fraction) -> Term | None:
    """The body with every switch replaced by what it is at a point (and so all around it)."""
    done: dict[Term, Term | bool | None] = {}
    for node in postorder(body):
        done[node] = _branch(node, done, x, at)
    found = done[body]
    return found if isinstance(found, Term) else None


def _branch(
    node: Term, done: Mapping[Term, Term | bool | None], x: Term, at: Fraction
) -> Term | bool | None:
    args = [done[a] for a in node.args]
    if node.op == "relation":
        return _holds(node, x, at)
    if node.op in ("and", "or", "not"):
        if not all(isinstance(a, bool) for a in args):
            return None
        return {"and": all(args), "or": any(args), "not": not args[0]}[node.op]
    if node.op == "piecewise":
        return _case(args)
    if node.op == "indicator":
        return number(int(args[0])) if isinstance(args[0], bool) else None
    terms = [a for a in args if isinstance(a, Term)]
    if len(terms) < len(args):
        return None
    if node.op in _SWITCHES and x in free_symbols(node):
        return _chosen(node, terms, x, at)
    return rebuild(node, tuple(terms))


def _case(args: list[Term | bool | None]) -> Term | bool | None:
    for value, condition in zip(args[::2], args[1::2], strict=False):
        if condition is None:
            return None
        if condition:
            return value
    return args[-1] if len(args) % 2 else None


def _holds(node: Term, x: Term, at: Fraction) -> bool | None:
    allowed = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}
    for relation, a, b in zip(node.data, node.args, node.args[1:], strict=False):
        sign = sign_at(a - b, x, at)
        if sign is None or relation not in allowed:
            return None
        if sign not in allowed[relation]:
            return False
    return True


def _chosen(node: Term, args: list[Term], x: Term, at: Fraction) -> Term | None:
    if node.op in ("max", "min"):
        wanted, best = (1 if node.op == "max" else -1), (args[0], node.args[0])
        for made, written in zip(args[1:], node.args[1:], strict=True):
            sign = sign_at(written - best[1], x, at)
            if sign is None:
                return None
            best = (made, written) if sign == wanted else best
        return best[0]
    if node.op in ("floor", "ceil"):
        line = linear(node.args[0], x)
        value = None if line is None else line[0] + line[1] * at
        if value is None:
            return None
        return number(int(value // 1) if node.op == "floor" else ceil(value))
    sign = sign_at(node.args[0], x, at)
    if sign is None:
        return None
    if node.op == "sign":
        return number(sign)
    if node.op == "relu":
        return args[0] if sign > 0 else number(0)
    if node.op == "abs":
        return args[0] if sign >= 0 else make("neg", args[0])
    return None


# --- a switch at a parameter ------------------------------------------------------------------


def around_parameter(body: Term, x: Term) -> list[Piece] | None:
    r"""The integral over all reals of a body with |u|, u linear in x with parameters, as two
    pieces in y = x - (the zero of u); None if that is not its form."""
    places = [n for n in postorder(body) if n.op in _SWITCHES and x in free_symbols(n)]
    if len(places) != 1 or places[0].op != "abs":
        return None
    (node,) = places
    line = co.polynomial(node.args[0], x)
    if line is None or len(line) != 2:
        return None
    slope = range_of(line[1]).sign
    if abs(slope) != 2:
        return None
    found = []
    for side, low, high in ((-1, None, Fraction(0)), (1, Fraction(0), None)):
        domain = Domain(low, high, True, True) if side < 0 else Domain(low, high, True)
        y = symbol(x.data.name, domain=domain)
        size = co.times(number(side * (1 if slope > 0 else -1)), line[1], y)
        held = symbol("#size", domain=NONNEGATIVE)
        moved = replace(body, {node: held})
        root = co.over(co.minus(line[0]), line[1])
        moved = replace(moved, {x: co.plus(root, y)})
        found.append(Piece(y, replace(moved, {held: size}), low, high))
    return found
