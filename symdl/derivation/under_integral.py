r"""Whether a derivative may be taken inside an integral: \frac{d}{dt} \int f = \int \partial_t f.

By dominated convergence (Klenke, Probability Theory, theorem 6.28) it may where, near each t, f is
Lipschitz in t with an integrable bound, and has a derivative for almost every x. On a bounded
interval a continuous f made of differentiable parts has one. On an unbounded one the bound must
fall: f and its slope are at most a power of x times a part that decays like e^{-c|x|} or faster,
which is read off the form of f. A factor that is free of t, or of x, needs no condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symdl.derivation.canonical import same
from symdl.derivation.cases import boundaries
from symdl.derivation.context import Context
from symdl.derivation.facts import Facts
from symdl.derivation.far_out import DECAYING, Far
from symdl.derivation.real_line import RealLine, pairs_of
from symdl.expression.domain import NONNEGATIVE, POSITIVE, REAL, Domain
from symdl.expression.numerals import value_of
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder, replace, symbol


def obstacle(node: Term, context: Context) -> str:
    """Why the derivative may not be taken inside a definite integral, as far as is known; empty
    where it may."""
    x, lower, upper, body = node.args
    if not context.depends(body) or _is_separable(body, x, context):
        return ""
    place = symbol(x.data.name, domain=_between(lower, upper, context.facts))
    inside = replace(body, {x: place})
    if not context.facts.total(inside):
        return "the integrand may be undefined somewhere"
    for part in postorder(inside):
        if context.depends(part):
            reason = _rough(part, place, context)
            if reason:
                return reason
    ends = [_infinite(end) for end in (lower, upper)]
    if not any(ends):
        return ""
    far = Far(place, frozenset(filter(None, ends)), context)
    level = far.level(inside)
    if level is None or level > DECAYING:
        return "no bound of the integrand that can be integrated is known"
    return ""


def _infinite(end: Term) -> int:
    inner, sign = (end.args[0], -1) if end.op == "neg" else (end, 1)
    return sign if inner.op == "constant" and inner.data == "infinity" else 0


def _between(lower: Term, upper: Term, facts: Facts) -> Domain:
    """An interval with every value of the variable."""
    values = [value_of(end) for end in (lower, upper)]
    known = [v for v in values if v is not None]
    if len(known) == 2:
        return Domain(min(known), max(known))
    finite = [end for end in (lower, upper) if not _infinite(end)]
    ranges = [facts.of(end).range for end in finite]
    if not finite or -1 in map(_infinite, (lower, upper)):
        return REAL
    if all(r.positive for r in ranges):
        return POSITIVE
    return NONNEGATIVE if all(r.nonnegative for r in ranges) else REAL


def _is_separable(body: Term, x: Term, context: Context) -> bool:
    """Whether the body is a product of factors each of which is free of x or of the variable."""
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if node.op in ("mul", "neg", "div"):
            waiting.extend(node.args)
        elif x in free_symbols(node) and context.depends(node):
            return False
    return True


# --- where it has no slope --------------------------------------------------------------------


def _rough(node: Term, x: Term, context: Context) -> str:
    """Why a part that depends on the variable may not be Lipschitz in it, or may be without a
    slope for more than a few x; empty where it is not so."""
    if node.op in ("symbol", "number", "constant"):
        return ""
    if node.op == "piecewise":
        return "" if _meets(node, x, context) else "the place at which the integrand jumps moves"
    if node.op in ("relation", "and", "or", "not"):
        return ""  # of a piecewise, or of what is refused
    row = TABLE.get(node.op)
    if row is not None and row.jumps:
        return f"the place at which {plain(node)} jumps moves"
    if row is None or row.partials is None:
        return f"the slope of {plain(node)} is not known"
    if row.switches is not None:
        return _kinked(node, row.switches(*node.args), x)
    if node.op in ("pow", "root", "sqrt"):
        return _power(node, context)
    for i, argument in enumerate(node.args):
        smooth = row.smooth_of(i)
        if context.depends(argument) and not _inside(context.facts.of(argument).range, smooth):
            return f"{plain(node)} may have no bounded slope"
    return ""


def _inside(inner: Domain, outer: Domain) -> bool:
    """Whether an interval lies in the inside of another; an open end may be at its end."""
    low = outer.lower is None or (
        inner.lower is not None and (inner.lower, inner.lower_open) > (outer.lower, False)
    )
    high = outer.upper is None or (
        inner.upper is not None and (-inner.upper, inner.upper_open) > (-outer.upper, False)
    )
    return low and high and not any(inner.contains(point) for point in outer.excluded)


def _kinked(node: Term, pairs: Iterable[tuple[Term, Term]], x: Term) -> str:
    """Kinks at single x for each value of the variable do not count."""
    line = RealLine(x)
    for left, right in pairs:
        if x in free_symbols(left) | free_symbols(right) and not line.roots(left, right):
            return f"where {plain(node)} has a kink is not known"
    return ""


def _power(node: Term, context: Context) -> str:
    """A natural power, or any power of what is never 0."""
    exponent = value_of(node.args[1]) if len(node.args) > 1 else None
    natural = node.op == "pow" and exponent is not None and exponent.denominator == 1
    if natural and exponent is not None and exponent >= 0:
        return ""
    away = context.facts.of(node.args[0]).range.nonzero
    return "" if away else f"{plain(node)} may have no bounded slope"


def _meets(node: Term, x: Term, context: Context) -> bool:
    """Whether the cases of a piecewise have equal values where a moving boundary parts them."""
    line = RealLine(x)
    for _, condition in pairs_of(node):
        if condition is None or not context.depends(condition):
            continue
        for left, right in boundaries(condition):
            if x not in free_symbols(left) | free_symbols(right):
                continue
            points = line.roots(left, right)
            if points is None or not all(_joins(node, point, line) for point in points):
                return False
    return True


def _joins(node: Term, point: Term, line: RealLine) -> bool:
    below, above = (line.chosen(node, point, side) for side in (-1, 1))
    if below is None or above is None:
        return False
    return same(line.put(below, point), line.put(above, point))


# --- kinks below an integral ------------------------------------------------------------------


def outside_integrals(root: Term) -> Iterator[tuple[Term, frozenset[Term]]]:
    """Every sub-term, arguments first, with the variables of integration bound around it."""
    around: dict[Term, list[frozenset[Term]]] = {root: [frozenset()]}
    stack: list[tuple[Term, frozenset[Term]]] = [(root, frozenset())]
    while stack:
        node, bound = stack.pop()
        inner = bound | {node.args[0]} if node.op == "integral" else bound
        for argument in node.args:
            its = inner if argument is node.args[-1] else bound
            if its not in around.setdefault(argument, []):
                around[argument].append(its)
                stack.append((argument, its))
    yield from ((node, bound) for node in postorder(root) for bound in around[node])
