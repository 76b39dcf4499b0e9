"""Where a function has no derivative, told with the one-sided values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from symdl.derivation.canonical import TooLarge, affine, polynomial, same
from symdl.derivation.context import Context, times
from symdl.derivation.facts import Facts
from symdl.derivation.flat import Flat
from symdl.derivation.intervals import by_intervals
from symdl.derivation.real_line import RealLine, is_large
from symdl.derivation.tidy import tidy
from symdl.derivation.under_integral import outside_integrals
from symdl.expression.numerals import ZERO, spell, value_of
from symdl.expression.operators import STEPPED, TABLE
from symdl.expression.operators.build import relation
from symdl.expression.printer import plain
from symdl.expression.term import (
    Term,
    free_symbols,
    make,
    postorder,
    rebuild,
    replace,
    symbol,
)

_JUMPING = frozenset(
    name for name, row in TABLE.items() if row.jumps or any(domain.integer for domain in row.domain)
)
_CONTINUOUS = frozenset({"symbol", "number", "constant", "entry", "add", "neg", "mul"})
_MAX_PLACES = 24
_MAX_SIZE = 1_000
"""One-sided values are worked out for functions that a person would look at."""


@dataclass(frozen=True)
class Kink:
    """A place without derivative: `condition` (such as x = 0), and the derivatives from the
    left and from the right where they exist and are known; `note` says what happens there.
    There is one after all where `unless` holds. Where it is not `certain` that there is none, it
    is not known."""

    condition: Term
    left: Term | None = None
    right: Term | None = None
    note: str = ""
    certain: bool = False
    unless: Term | None = None

    @property
    def said(self) -> str:
        """What is known of the derivative there."""
        return "no derivative at" if self.certain else "derivative not known at"

    def __str__(self) -> str:
        sides = [
            f"from the {name} {plain(value)}"
            for name, value in (("left", self.left), ("right", self.right))
            if value is not None
        ]
        unless = f" unless {plain(self.unless)}" if self.unless is not None else ""
        told = f" ({', '.join(sides)})" if sides else ""
        return f"{self.said} {plain(self.condition)}{unless}{told}" + (
            f": {self.note}" if self.note else ""
        )


def find_kinks(
    term: Term, raw: Term, result: Term, flat: Flat, context: Context
) -> tuple[tuple[Kink, ...], Term]:
    """The places where `term` has no derivative, and the derivative mended where it has one
    after all because the one-sided derivatives agree (x/(1 + |x|) at 0). `raw` is the
    derivative before it was tidied."""
    places = list(dict.fromkeys(map(_turned, _candidates(term, flat, context))))
    if not places:
        return (), result
    line = RealLine(context.variable)
    if len(places) > _MAX_PLACES or is_large((term, result), _MAX_SIZE):
        return tuple(Kink(relation(u, "=", v)) for u, v in places), result
    kinks: list[Kink] = []
    seen: set[Term] = set()
    mended: dict[Term, Term] = {}
    for u, v in places:
        points = line.roots(u, v)
        if points is None:
            kinks.append(_unsolved(term, result, u, v, line))
        for point in points or ():
            if point not in seen:
                seen.add(point)
                kink, value = _look(term, result, point, line)
                if kink is not None:
                    kinks.append(kink)
                elif value is not None:
                    mended[point] = value
    if mended and not kinks:
        written = frozenset(postorder(term))
        joined = tidy(closed(raw, written), written)
        if all(same(line.put(joined, p), value) for p, value in mended.items()):
            return (), joined
    if len(places) > 1 or mended:
        written = frozenset(postorder(term))
        listed = by_intervals(raw, written, mended, line)
        if listed is not None:
            return tuple(kinks), listed
    return tuple(kinks), _with_cases(result, mended, line)


def _with_cases(result: Term, values: dict[Term, Term], line: RealLine) -> Term:
    """The derivative with its values at single points as further cases."""
    for point, value in values.items():
        here = relation(line.variable, "=", point)
        result = make("piecewise", value, here, *_rest(result))
    return result


def closed(root: Term, written: frozenset[Term]) -> Term:
    """`root` with the cases u > v and u < v of every kink joined: sign(u), or `otherwise`;
    cases that the author wrote stay."""
    done: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(done[a] for a in node.args)
        done[node] = rebuild(node, args)
        if (
            node.op == "piecewise"
            and node not in written
            and len(args) == 4
            and _complementary(args[1], args[3])
        ):
            right, above, left, _ = args
            unit = value_of(right) == 1 and value_of(left) == -1
            if unit and value_of(above.args[1]) == 0 and above.data == (">",):
                done[node] = make("sign", above.args[0])
            else:
                done[node] = make("piecewise", right, above, left)
    return done[root]


def _complementary(a: Term, b: Term) -> bool:
    """Whether two conditions are u > v and u < v."""
    if a.op != "relation" or b.op != "relation" or len(a.args) != 2 or len(b.args) != 2:
        return False
    kinds = {a.data[0], b.data[0]}
    return (a.args == b.args and kinds == {"<", ">"}) or (
        a.args == b.args[::-1] and kinds in ({">"}, {"<"})
    )


def _turned(pair: tuple[Term, Term]) -> tuple[Term, Term]:
    """The side that is a number on the right."""
    return pair[::-1] if value_of(pair[0]) is not None else pair


def _rest(result: Term) -> tuple[Term, ...]:
    return result.args if result.op == "piecewise" else (result,)


def _candidates(term: Term, flat: Flat, context: Context) -> Iterator[tuple[Term, Term]]:
    """The equations u = v under which some operation has no derivative of its own."""
    for node, bound in outside_integrals(term):
        if node in flat or not context.depends(node):
            continue
        pairs: Iterable[tuple[Term, Term]] = ()
        if node.op == "piecewise":
            pairs = context.rough.get(node, ())
        elif node.op in TABLE:
            pairs = row_candidates(node, context.facts, context.depends)
        for u, v in pairs:
            if not bound or not bound & (free_symbols(u) | free_symbols(v)):
                yield u, v  # a kink at one place of an integral does not count


def row_candidates(
    node: Term, facts: Facts, depends: Callable[[Term], bool]
) -> Iterator[tuple[Term, Term]]:
    """The equations u = v under which an operation of the table has no derivative."""
    row = TABLE[node.op]
    for i, u in enumerate(node.args):
        if depends(u):
            smooth, domain = row.smooth_of(i), row.domain_of(i)
            edges = [e for e in (smooth.lower, smooth.upper) if e is not None]
            for point in (*smooth.excluded, *edges):
                inside = domain.contains(point) and not smooth.contains(point)
                if inside and facts.of(u).range.contains(point):
                    yield u, spell(point)
    if row.kinks is not None:
        for condition in row.kinks(*node.args):
            u, v = condition.args
            if not facts.certain(relation(u, "!=", v)):
                yield u, v


def _certainly_continuous(term: Term) -> bool:
    """Whether a term is made of operations without jumps only."""
    ops = {node.op for node in postorder(term)}
    return ops.isdisjoint(_JUMPING) and ops <= TABLE.keys() | _CONTINUOUS


def _unsolved(term: Term, result: Term, u: Term, v: Term, line: RealLine) -> Kink:
    """What happens where u = v, which is not solved for the variable: where it stands in u only,
    the sides of u = v are the sides of a number."""
    condition = relation(u, "=", v)
    if term.op in STEPPED:
        return Kink(condition, certain=True)
    linear = affine(u, line.variable)
    moved = symbol("#moved")
    inside, slope = (replace(t, {u: moved}) for t in (term, result))
    near = RealLine(moved)
    if linear is None or any(map(line.depends, (v, inside, slope))):
        return Kink(condition)
    left, right = (near.put(near.picked(slope, v, side), v) for side in (-1, 1))
    known = near.facts.total(left) and near.facts.total(right)
    if not known or not _certainly_continuous(term):
        return Kink(condition)
    unless = _where_equal(left, right, near.facts)
    return Kink(condition) if unless is False else Kink(condition, certain=True, unless=unless)


def _where_equal(left: Term, right: Term, facts: Facts) -> Term | Literal[False] | None:
    """Where two values are equal: None where that is certainly nowhere, False where they may be
    equal everywhere."""
    difference = tidy(left - right)
    if facts.nonzero(difference):
        return None
    try:
        found = polynomial(difference)
    except TooLarge:
        return relation(left, "=", right)
    if not found:
        return False
    if len(found) > 1:
        return make("relation", *_turned((left, right)), data=("=",))
    (powers,) = found
    atoms = [atom for atom, power in powers if power > 0 and not facts.nonzero(atom)]
    return relation(times(*sorted(atoms, key=repr)), "=", ZERO) if atoms else None


def _look(term: Term, result: Term, point: Term, line: RealLine) -> tuple[Kink | None, Term | None]:
    """What happens at a point: a kink; or the derivative there, where `result` has no value
    but has one; or nothing."""
    condition = relation(line.variable, "=", point)
    if any(n.op in STEPPED for n in postorder(term)):
        return Kink(condition, note="the function may jump"), None
    here = line.put(line.picked(term, point, 0), point)
    if not line.facts.total(here):
        return None, None
    slopes: list[Term | None] = []
    jump = infinite = certain = False
    for side in (-1, 1):
        value = line.put(line.picked(term, point, side), point)
        if not line.facts.total(value):
            slopes.append(None)
            continue
        meets = same(value, here)
        if not meets and not _certainly_continuous(term):
            jump, certain = True, line.facts.nonzero(tidy(value - here))
        steep = line.picked(result, point, side)
        slope = line.put(steep, point)
        infinite = infinite or (meets and _is_infinite(steep, point, line))
        slopes.append(slope if meets and line.facts.total(slope) else None)
    left, right = slopes
    if left is None or right is None:
        note = ("the function jumps" if certain else "the function may jump") if jump else ""
        return Kink(condition, left, right, note, certain or infinite), None
    unless = _where_equal(left, right, line.facts)
    if unless is False:
        already = line.put(line.picked(result, point, 0), point)
        return None, None if line.facts.total(already) else left
    return Kink(condition, left, right, "", True, unless), None


def _is_infinite(slope: Term, point: Term, line: RealLine) -> bool:
    """Whether a slope certainly grows beyond all bounds towards a point: one of its summands is
    something over 0 there."""
    while slope.op == "neg":
        slope = slope.args[0]
    if slope.op == "add":
        finite = [line.facts.total(line.put(s, point)) for s in slope.args]
        rest = [s for s, known in zip(slope.args, finite, strict=True) if not known]
        return len(rest) == 1 and _is_infinite(rest[0], point, line)
    if slope.op == "mul":
        poles = [f for f in slope.args if not line.facts.total(line.put(f, point))]
        rest = [f for f in slope.args if f not in poles]
        others = all(line.facts.nonzero(line.put(f, point)) for f in rest)
        return others and len(poles) == 1 and _is_infinite(poles[0], point, line)
    if slope.op == "div":
        top = line.put(slope.args[0], point)
        return (line.facts.nonzero(top) and _vanishes(slope.args[1], point, line)) or (
            line.facts.nonzero(line.put(slope.args[1], point))
            and _is_infinite(slope.args[0], point, line)
        )
    power = value_of(slope.args[1]) if slope.op == "pow" else None
    return power is not None and power < 0 and _vanishes(slope.args[0], point, line)


def _vanishes(term: Term, point: Term, line: RealLine) -> bool:
    """Whether a term is certainly 0 at a point."""
    waiting = [term]
    while waiting:
        node = waiting.pop()
        if same(line.put(node, point), ZERO):
            return True
        power = value_of(node.args[1]) if node.op in ("pow", "root") else None
        if node.op in ("neg", "abs", "sqrt") or (power is not None and power > 0):
            waiting.append(node.args[0])
        elif node.op == "mul" and line.facts.total(line.put(node, point)):
            waiting.extend(node.args)
    return False
