r"""Claims about a function at two points, by its derivative: `|f(x) - f(y)| \le L |x - y|`, and
`f(\lambda x + (1 - \lambda) y) \le \lambda f(x) + (1 - \lambda) f(y)`, also for the middle of both.

A continuous f whose slope between its kinks has at most the size L has no steeper chord; one
whose slope rises between the kinks, and falls at none, is convex.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import DeriveError
from symdl.evidence import witness
from symdl.evidence.algebra.normal_form import NotDecided, prove_equal
from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Place, limit
from symdl.evidence.bounds.everywhere import NONNEGATIVE, Holds, always
from symdl.evidence.bounds.kinks import kinks, linear, switches
from symdl.evidence.bounds.optimum import Optimum, supremum
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import bounded, domain_under, variables
from symdl.evidence.continuity import Image, break_in
from symdl.evidence.verdict import Verdict, proved, refuted
from symdl.evidence.work import allowance
from symdl.expression.domain import NONNEGATIVE as NONNEGATIVE_NUMBERS
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, number, postorder, replace, symbol

METHOD = "derivative"
MIDDLE = number(Fraction(1, 2))
STEPS = tuple(Fraction(1, 10**k) for k in (1, 2, 3, 4))


def judge_two_points(claim: Claim) -> Verdict | None:
    """The verdict on a Lipschitz bound or on convexity; None if it is neither, or not settled."""
    if claim.right is None or claim.relation not in ("<=", ">="):
        return None
    small, big = claim.left, claim.right
    if claim.relation == ">=":
        small, big = big, small
    with allowance():
        found = _steepness(claim, small, big)
        return _convexity(claim, small, big) if found is None else found


# --- Lipschitz ------------------------------------------------------------------------------


def _steepness(claim: Claim, small: Term, big: Term) -> Verdict | None:
    free = variables((small, big))
    if small.op != "abs" or len(free) != 2 or any(s.op != "symbol" for s in free):
        return None
    x, y = free
    if x.data.domain != y.data.domain or claim.conditions:
        return None
    body = _chord(small.args[0], x, y)
    factor = _times_distance(big, x, y)
    if body is None or factor is None:
        return None
    slope = _slope(body, x)
    if slope is None or break_in(Image(x, body)):
        return None
    smooth = x.data.domain
    for point in kinks(body, x):
        smooth = bounded(smooth, "!=", point)
    both = (factor - slope, factor + slope)
    if all(isinstance(always(gap, x, smooth, NONNEGATIVE), Holds) for gap in both):
        message = f"the slope {plain(slope)} is at most {plain(factor)} in size, where there is one"
        return proved(METHOD, message, slope=plain(slope), bound=plain(factor))
    return _steeper(claim, slope, x, y)


def _chord(term: Term, x: Term, y: Term) -> Term | None:
    """f(x) of `f(x) - f(y)`."""
    if term.op != "add" or len(term.args) != 2:
        return None
    parts = {a.op == "neg": a for a in term.args}
    if len(parts) != 2:
        return None
    first, second = parts[False], parts[True].args[0]
    if free_symbols(first) == {y}:
        x, y = y, x
    if free_symbols(first) != {x} or replace(first, {x: y}) is not second:
        return None
    return first if x.data.name < y.data.name else second


def _times_distance(term: Term, x: Term, y: Term) -> Term | None:
    """L of `L |x - y|`."""
    distances = [n for n in postorder(term) if n.op == "abs" and _is_distance(n.args[0], x, y)]
    if len(distances) != 1:
        return None
    d = symbol("#distance", domain=NONNEGATIVE_NUMBERS)
    of_distance = replace(term, {distances[0]: d})
    factor = replace(of_distance, {d: number(1)})
    if free_symbols(of_distance) != {d}:
        return None
    try:
        linear_in_d = prove_equal(of_distance, d * factor)
    except NotDecided:
        return None
    return None if linear_in_d is None else factor


def _is_distance(term: Term, x: Term, y: Term) -> bool:
    line = linear(replace(term, {y: number(0)}), x), linear(replace(term, {x: number(0)}), y)
    if free_symbols(term) != {x, y} or term.op != "add" or len(term.args) != 2:
        return False
    return sorted(line, key=repr) == sorted(
        ((Fraction(0), Fraction(1)), (Fraction(0), Fraction(-1))), key=repr
    )


def _slope(body: Term, x: Term) -> Term | None:
    try:
        return differentiate(body, x).result
    except DeriveError:
        return None


def _steeper(claim: Claim, slope: Term, x: Term, y: Term) -> Verdict | None:
    """A chord where the slope is largest in size."""
    assert claim.right is not None
    for side in (slope, make("neg", slope)):
        found = supremum(side, x, x.data.domain)
        if not isinstance(found, Optimum):
            continue
        for spot in found.spots:
            middle = ((spot.low + spot.high) / 2).limit_denominator(10**6)
            for h in STEPS:
                point = {x: middle - h, y: middle + h}
                shown = witness.counterexample(
                    claim.left, claim.relation, claim.right, point, claim.conditions
                )
                if shown is not None:
                    message = f"the chord is steeper near {plain(x)} = {float(middle):.6g}"
                    return refuted(METHOD, message, shown)
    return None


# --- convexity ------------------------------------------------------------------------------


def _convexity(claim: Claim, small: Term, big: Term) -> Verdict | None:
    free = variables((small, big))
    if len(free) not in (2, 3) or any(s.op != "symbol" for s in free):
        return None
    for share in free if len(free) == 3 else [MIDDLE]:
        if share is not MIDDLE:
            domain = domain_under(share, claim.conditions)
            if domain.lower is None or domain.upper is None or domain.lower < 0 or domain.upper > 1:
                continue
        x, y = (s for s in free if s is not share)
        if x.data.domain != Domain() or y.data.domain != Domain():
            continue
        for one, other, sign in ((small, big, 1), (big, small, -1)):
            for body in _functions(other, x, y):
                if _is_between(one, other, body, (share, x, y)) and _is_convex(body, x, sign):
                    word = "convex" if sign > 0 else "concave"
                    message = f"{plain(body)} is {word}: its slope never turns back"
                    return proved(METHOD, message, function=plain(body), shape=word)
    return None


def _functions(term: Term, x: Term, y: Term) -> Iterator[Term]:
    """f(x) in `\\lambda f(x) + (1 - \\lambda) f(y)`, as a function of x."""
    for node in postorder(term):
        if free_symbols(node) == {x} and node is not x:
            yield node
        elif free_symbols(node) == {y} and node is not y:
            yield replace(node, {y: x})


def _is_between(one: Term, other: Term, body: Term, names: tuple[Term, Term, Term]) -> bool:
    share, x, y = names
    rest = 1 - share
    middle = share * x + rest * y
    weighted = share * body + rest * replace(body, {x: y})
    return _same(other, weighted) and _same_inside(one, body, x, middle)


def _same_inside(one: Term, body: Term, x: Term, middle: Term) -> bool:
    """Whether a term is f at the middle: by structure, each line in it equal to the middle."""
    held = symbol("#middle")
    lines = (n for n in postorder(one) if n.op in ("add", "mul", "div"))
    table = {n: held for n in lines if _same(n, middle)}
    return replace(one, table) is replace(body, {x: held})


def _same(a: Term, b: Term) -> bool:
    if free_symbols(a) != free_symbols(b):
        return False
    held: dict[Term, Term] = {}
    for node in dict.fromkeys((*postorder(a), *postorder(b))):
        if node.op == "piecewise":
            held[node] = symbol(f"#case{len(held)}")
    try:
        return prove_equal(replace(a, held), replace(b, held)) is not None
    except NotDecided:
        return False


def _is_convex(body: Term, x: Term, sign: int) -> bool:
    """Whether sign times the function is certainly convex on the real line."""
    bent = body if sign > 0 else make("neg", body)
    if break_in(Image(x, bent)):
        return False
    slope = _slope(bent, x)
    curve = None if slope is None else _slope(slope, x)
    if slope is None or curve is None:
        return False
    if not all(switches(node, x) for side in (bent, slope) for node in postorder(side)):
        return False
    points = sorted({*kinks(bent, x), *kinks(slope, x)})
    smooth = x.data.domain
    for point in points:
        smooth = bounded(smooth, "!=", point)
    if not isinstance(always(curve, x, smooth, NONNEGATIVE), Holds):
        return False
    return all(_rises_at(slope, x, point) for point in points)


def _rises_at(slope: Term, x: Term, point: Fraction) -> bool:
    """Whether the slope does not fall at a kink."""
    sides = [limit(slope, x, Place(rational(point), side)) for side in (-1, 1)]
    left, right = (None if s is None else s.value for s in sides)
    if left is None or right is None:
        return False
    gap = (right - left).sign()
    return gap is not None and gap >= 0
