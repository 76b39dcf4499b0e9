"""Where a function has no derivative, told with the one-sided values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from symdl.derivation.canonical import same
from symdl.derivation.context import Context
from symdl.derivation.facts import Facts
from symdl.derivation.intervals import by_intervals
from symdl.derivation.real_line import RealLine, is_large
from symdl.derivation.tidy import tidy
from symdl.derivation.under_integral import outside_integrals
from symdl.expression.numerals import spell, value_of
from symdl.expression.operators import STEPPED, TABLE
from symdl.expression.operators.build import relation
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, postorder, rebuild

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
    left and from the right where they exist and are known; `note` says what happens there."""

    condition: Term
    left: Term | None
    right: Term | None
    note: str = ""

    def __str__(self) -> str:
        sides = [
            f"from the {name} {plain(value)}"
            for name, value in (("left", self.left), ("right", self.right))
            if value is not None
        ]
        told = f" ({', '.join(sides)})" if sides else ""
        return f"no derivative at {plain(self.condition)}{told}" + (
            f": {self.note}" if self.note else ""
        )


def find_kinks(
    term: Term, raw: Term, result: Term, context: Context
) -> tuple[tuple[Kink, ...], Term]:
    """The places where `term` has no derivative, and the derivative mended where it has one
    after all because the one-sided derivatives agree (x/(1 + |x|) at 0). `raw` is the
    derivative before it was tidied."""
    places = list(dict.fromkeys(map(_turned, _candidates(term, context))))
    if not places:
        return (), result
    line = RealLine(context.variable)
    if len(places) > _MAX_PLACES or is_large((term, result), _MAX_SIZE):
        return tuple(Kink(relation(u, "=", v), None, None) for u, v in places), result
    kinks: list[Kink] = []
    seen: set[Term] = set()
    mended: dict[Term, Term] = {}
    for u, v in places:
        points = line.roots(u, v)
        if points is None:
            kinks.append(Kink(relation(u, "=", v), None, None))
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
        closed = tidy(_closed(raw, written), written)
        if all(same(line.put(closed, p), value) for p, value in mended.items()):
            return (), closed
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


def _closed(root: Term, written: frozenset[Term]) -> Term:
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


def _candidates(term: Term, context: Context) -> Iterator[tuple[Term, Term]]:
    """The equations u = v under which some operation has no derivative of its own."""
    for node, bound in outside_integrals(term):
        if not context.depends(node):
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


def _look(term: Term, result: Term, point: Term, line: RealLine) -> tuple[Kink | None, Term | None]:
    """What happens at a point: a kink; or the derivative there, where `result` has no value
    but has one; or nothing."""
    condition = relation(line.variable, "=", point)
    if any(n.op in STEPPED for n in postorder(term)):
        return Kink(condition, None, None, "the function may jump"), None
    here = line.put(line.picked(term, point, 0), point)
    if not line.facts.total(here):
        return None, None
    slopes: list[Term | None] = []
    jump = False
    for side in (-1, 1):
        value = line.put(line.picked(term, point, side), point)
        if not line.facts.total(value):
            slopes.append(None)
            continue
        meets = same(value, here)
        jump = jump or (not meets and not _certainly_continuous(term))
        slope = line.put(line.picked(result, point, side), point)
        slopes.append(slope if meets and line.facts.total(slope) else None)
    left, right = slopes
    if left is not None and right is not None and same(left, right):
        already = line.put(line.picked(result, point, 0), point)
        return None, None if line.facts.total(already) else left
    return Kink(condition, left, right, "the function jumps" if jump else ""), None
