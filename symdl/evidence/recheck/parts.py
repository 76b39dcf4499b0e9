"""One part of a claim against its certificate, each kind by a rule of its own.

A rule gives `certified`, or `retested` and how; it raises Bad for what is false or inconsistent.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from flint import arb, arb_series

from symdl.evidence.recheck.forms import Forms, cells, verified
from symdl.evidence.recheck.values import (
    ALLOWED,
    ATOMS,
    LOGIC,
    OPERATIONS,
    Open,
    Point,
    Value,
    Values,
    atoms,
    ball,
    consistent,
    core,
    infinite,
    need,
    points,
    slope,
    sure,
)
from symdl.evidence.record import Data, Part, rational
from symdl.expression.term import Term, make, number, postorder, replace

STEPS = range(2, 14, 2)
POINTS, AUDITED, TAYLOR = 40, 6, 8
"""So many points confirm what is not proved, what is, and every derivative."""


def signed(part: Part, point: Point) -> int | None:
    """The sign of left - right at a point of the part, None where balls do not tell them apart."""
    value = Values({atom: ball(x) for atom, x in point.items()})
    for condition in part.conditions:
        sure(value(core(condition)))
    left, right = value(core(part.left)), value(core(part.right or part.left))
    try:
        return value.order(left, right)
    except Open:
        return None


def by_points(part: Part, cert: Data, enough: int = POINTS) -> str:
    """Tried at points of the domain by the checker's own choice."""
    sure(part.right is not None and part.relation in ALLOWED, "no relation of values")
    allowed, count = ALLOWED[part.relation], 0
    wanted = atoms([part.left, part.right, *part.conditions])  # type: ignore[list-item]
    for point in points(wanted):
        try:
            sign = signed(part, point)
        except Open:
            continue
        need(sign is None or sign in allowed, f"false at {dict(point)}")
        count += sign is not None or allowed == {0}
        if count == enough:
            break
    need(count, "no point was found at which it could be tried")
    return "certified" if not wanted and allowed != {0} else f"retested at {count} points"


def by_point(part: Part, cert: Data) -> str:
    """A counterexample: a point of the domain at which the relation certainly fails, and by far
    (a tenth of the larger side) if the sides are said to be near each other."""
    wanted = atoms([part.left, part.right or part.left, *part.conditions])
    point = dict(zip(wanted, map(rational, cert["at"]), strict=True))
    need(part.relation in ALLOWED and consistent(point), "the point is none of the domain")
    sign = signed(part, point)
    apart = sign is not None and sign not in ALLOWED[part.relation]
    need(apart, "the sides are not apart at the point")
    if part.relation != "approx":
        return "certified"
    assert part.right is not None
    left, right = make("abs", part.left), make("abs", part.right)
    far = Part(make("abs", part.left - part.right), ">", make("max", left, right) / 10)
    need(signed(far, point) == 1, "the sides are near each other at the point")
    return "retested at a point"


def by_touch(part: Part, cert: Data) -> str:
    """Sides said to be apart: a proof that they are equal at a point of the domain."""
    roots = [part.left, part.right or part.left, *part.conditions]
    point = dict(zip(atoms(roots), map(rational, cert["at"]), strict=True))
    need(part.relation in ("<", ">", "!=") and consistent(point), "the point is none of the domain")
    value = Values({atom: ball(x) for atom, x in point.items()})
    need(all(value(core(condition)) for condition in part.conditions), "a condition fails")
    table = {atom: number(x) for atom, x in point.items()}
    left, right = replace(roots[0], table), replace(roots[1], table)
    return by_proof(Part(left, "=", right), cert["proof"])


def by_exp(part: Part, cert: Data) -> str:
    """An order between two sides that their exponentials have."""
    need(part.right is not None and part.relation in ("<", "<=", ">", ">="), "no order")
    assert part.right is not None
    left, right = make("exp", part.left), make("exp", part.right)
    return by_proof(Part(left, part.relation, right, part.conditions), cert["proof"])


def by_missed(part: Part, cert: Data) -> str:
    """An end of a set that no value reaches."""
    strict = {">=": ">", "<=": "<"}[part.relation]
    return by_proof(Part(part.left, strict, part.right, part.conditions), cert["proof"])


def by_bracket(part: Part, cert: Data) -> str:
    """Sides said to differ: their difference changes its sign where it is continuous."""
    wanted, ends = atoms([part.left, part.right or part.left]), list(map(rational, cert["at"]))
    need(part.relation == "!=" and len(wanted) == 1 and not part.conditions, "no zero is claimed")
    need(ends[0] < ends[1] and all(consistent({wanted[0]: end}) for end in ends), "no interval")
    steps = {n.op for n in postorder(core(part.left - (part.right or part.left)))}
    need(not steps & {"sign", "floor", "piecewise"}, "the sides may jump")
    signs = {signed(part, {wanted[0]: end}) for end in ends}
    need(signs == {-1, 1}, "no change of sign")
    Values({wanted[0]: ball(ends[0]).union(ball(ends[1]))})(
        core(part.left - (part.right or part.left))
    )
    return "certified"


def by_digits(part: Part, cert: Data) -> str:
    """A printed number: rounded to its digits, truncated, or with zeros as place holders."""
    need((cert["digits"], cert["how"]) in readings(part, cert["side"]), "not the digits printed")
    for claim in digits_said(part, cert["side"], cert["digits"], cert["how"]):
        need(signed(claim, {}) in ALLOWED[claim.relation], "the digits are wrong")
    return "certified"


def by_wrong_digits(part: Part, cert: Data) -> str:
    """A printed number of which no reading of the digits holds."""
    for digits, how in readings(part, cert["side"]):
        claims = digits_said(part, cert["side"], digits, how)
        wrong = [signed(claim, {}) not in ALLOWED[claim.relation] | {None} for claim in claims]
        need(any(wrong), "the digits are right")
    return "certified"


def readings(part: Part, side: str) -> list[tuple[int, str]]:
    """How many digits of a printed number may be meant, and how."""
    _, _, mantissa = printed(part, side)
    figures = mantissa.data.text.lower().partition("e")[0].replace(".", "").lstrip("0")
    zeros = len(figures) - len(figures.rstrip("0")) if "." not in mantissa.data.text else 0
    count = max(len(figures), 1)
    rounded = [(count - lost, "rounded") for lost in range(max(min(zeros, count - 2), 0) + 1)]
    return [*rounded, *([(count, "truncated")] if count > 1 else [])]


def printed(part: Part, side: str) -> tuple[Term, Term, Term]:
    """The other side, the printed number, and its mantissa: a number alone or with a minus, times
    a power of ten, or a percentage."""
    need(side in ("left", "right") and part.right is not None, "no side")
    need(part.relation in ("approx", "=", "equiv"), "no printed number")
    assert part.right is not None
    other, found = (part.left, part.right) if side == "right" else (part.right, part.left)
    inner = found.args[0] if found.op == "neg" else found
    scaled = inner.op == "mul" and inner.args[1].op == "pow" and inner.args[1].args[0] is number(10)
    percent = inner.op == "div" and inner.args[1] is number(100)
    mantissa = inner.args[0] if scaled or percent else inner
    need(mantissa.op == "number" and not atoms([other, found]), "no printed number")
    need(abs(mantissa.data.places or 0) < 5_000, "too large")
    return other, found, mantissa


def digits_said(part: Part, side: str, digits: int, how: str) -> list[Part]:
    """What so many digits say of the value."""
    other, found, mantissa = printed(part, side)
    scale = found / mantissa if mantissa.data.value else number(1)
    lost = readings(part, side)[0][0] - digits
    unit = make("abs", scale) * number(Fraction(10) ** (lost - (mantissa.data.places or 0)))
    if how == "rounded":
        return [Part(make("abs", other - found), "<=", unit / 2)]
    outwards = (other - found) * (-1 if found.op == "neg" else 1)
    return [Part(outwards, ">=", number(0)), Part(outwards, "<", unit)]


def by_bound(part: Part, cert: Data) -> str:
    """Two sides that differ at most by a bound."""
    need(part.relation == "approx" and part.right is not None, "no approximation")
    assert part.right is not None
    distance = make("abs", part.left - part.right)
    bound = number(rational(cert["bound"]))
    return by_points(Part(distance, "<=", bound, part.conditions), cert)


def by_shape(part: Part, cert: Data) -> str:
    """A shape, axis by axis: the one said, or another one."""
    need(part.right is not None and part.right.op in ("space", "tuple"), "no shape")
    assert part.right is not None
    left = part.left.args[0] if part.left.op == "shape_of" else part.left
    sizes = part.right.args
    sure(all(a.op in ("number", "symbol") for a in sizes), "a size that is written out")
    dims = [int(a.data.value) if a.op == "number" else a.data.name for a in sizes]
    sure(left.shape is not None, "the shape is not known")
    same = list(left.shape or ()) == dims
    need(same == (cert["kind"] == "shape"), "the shape is another one, or the one said")
    need(
        same or all(type(dim) is int for dim in (*dims, *(left.shape or ()))), "it may be the same"
    )
    return "certified"


def by_limit(part: Part, cert: Data) -> str:
    """A limit, followed towards its point at some values of the parameters."""
    need(part.left.op == "limit" and part.right is not None, "no limit")
    need(part.relation == "=", "no equation")
    assert part.right is not None
    x, place, body = part.left.args
    conditions = [c for c in part.conditions if x not in atoms([c])]
    inner = [a for a in atoms([body]) if a is not x]
    ends = [end for end in (place, part.right) if not infinite(end)]
    sides = [-1] if part.left.data == "-" else [1] if part.left.data == "+" else [1, -1]
    sides = [infinite(place)] if infinite(place) and part.left.data != "pm" else sides
    count = 0
    for point in points(atoms([*inner, *ends, *conditions])):
        values = {atom: ball(value) for atom, value in point.items()}
        try:
            if not all(Values(values)(core(condition)) for condition in conditions):
                continue
            for side in sides:
                far = [
                    _distance(part, {**values, x: _near(place, values, side * k)}) for k in STEPS
                ]
                need(not far[-1] > far[0] and far[-1] < arb(1) / 8, f"not so at {dict(point)}")
                count += len(far)
        except Open:
            continue
        if count >= POINTS:
            break
    need(count, "no point was found at which it could be tried")
    return f"retested at {count} points"


def _near(place: Term, values: dict[Term, Value], step: int) -> Value:
    """A place near to the point of a limit, the nearer the larger the step is."""
    far = ball(Fraction(2 ** abs(step)) * (1 if step > 0 else -1))
    return far if infinite(place) else Values(values)(core(place)) + 1 / (far * abs(far))


def _distance(part: Part, values: dict[Term, Value]) -> Value:
    """How far the body is from the limit said; from infinity, the inverse of its size."""
    assert part.right is not None
    found, end = Values(values)(core(part.left.args[2])), infinite(part.right)
    if end:
        return 1 / (1 + (found * end).max(arb(0)))
    return abs(found - Values(values)(core(part.right)))


def by_nothing(part: Part, cert: Data) -> str:
    """What the checker has no rule for: sets, integrals, orders of growth, ..."""
    need(cert == {"kind": "nothing", "part": 0} or cert == {"kind": "nothing"}, "other parts")
    roots = [part.left, *([] if part.right is None else [part.right]), *part.conditions]
    nodes = [node for root in roots for node in postorder(core(root))]
    known = set(OPERATIONS) | ATOMS | LOGIC | {"number", "constant", "max", "sign", "piecewise"}
    equations = [
        c for c in part.conditions if c.op == "relation" and not {"=", "in"}.isdisjoint(c.data)
    ]
    beyond = part.right is None or part.relation not in ALLOWED or bool(equations)
    need(beyond or any(node.op not in known for node in nodes), "it can be tried at points")
    return "untested"


def by_cells(part: Part, cert: Data, function: Term | None = None) -> str:
    """Proved in each cell of the domain by normal forms; for the slope of a function but where
    one of its cases ends."""
    sides = [core(part.left), core(part.right or part.left)]
    conditions = [core(condition) for condition in part.conditions]
    plain = not any(node.op == "piecewise" for side in sides for node in postorder(side))
    made = list(cells([*sides, *conditions], cert))
    need(len(made) == len(cert["cells"]), "not a form for each cell")
    for (domains, facts), given in zip(made, cert["cells"], strict=True):
        ordered = part.relation not in ("=", "equiv", "approx")
        forms = Forms(domains, given, plain, ordered)
        verified(forms, sides, part.relation, conditions, facts, function)
    by_points(part, {}, AUDITED)
    return "certified"


CHECKS: dict[str, Callable[[Part, Data], str]] = {
    "cells": by_cells, "exp": by_exp,
    "points": by_points, "point": by_point, "bound": by_bound,
    "digits": by_digits, "wrong": by_wrong_digits,
    "bracket": by_bracket, "touch": by_touch, "missed": by_missed,
    "shape": by_shape, "unlike": by_shape,
    "limit": by_limit, "nothing": by_nothing,
}  # fmt: skip


def by_proof(part: Part, cert: Data) -> str:
    """What a certificate makes of a part."""
    return CHECKS[cert["kind"]](part, cert)


# --- derivatives ------------------------------------------------------------------------------


def slope_part(function: Term, x: Term, result: Term) -> Part:
    """That the slope of a function, by rules of the checker's own, is what derivation found."""
    return Part(slope(core(function), x), "=", result)


def by_slope(function: Term, x: Term, result: Term, cert: Data) -> str:
    """A derivative: tried by Taylor coefficients, and proved if the certificate proves it."""
    count = _taylor(function, x, result)
    if cert["kind"] == "cells":
        return by_cells(slope_part(function, x, result), cert, core(function))
    need(cert == {"kind": "points"}, "no proof of a derivative")
    return f"retested a derivative at {count} points"


@lru_cache(maxsize=4096)
def _taylor(function: Term, x: Term, result: Term) -> int:
    """At how many points a derivative is the Taylor coefficient. Raises Bad where it is not."""
    count, wanted = 0, atoms([function, x, result])
    for point in points(wanted):
        at = {atom: ball(value) for atom, value in point.items()}
        if x in at:  # a little around the point, where no case may change
            at[x] += arb(0, arb(1) / 2**100)
        try:
            said = Values(at)(core(result))
            found = Values({**at, x: arb_series([at[x], 1], prec=2)})(core(function))
        except Open:
            continue
        true = found[1] if isinstance(found, arb_series) else arb(0)
        need(true.overlaps(said), f"the derivative is wrong at {dict(point)}")
        count += 1
        if count == TAYLOR:
            break
    return count
