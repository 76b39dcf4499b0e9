"""Whether no value of a function's setting makes it what a document says it is.

A document may choose the frequency of its snake, and may write it in its own way (as a period).
What its definition is at one point, for one value of its own letters, must then be the function's
value there for some setting; where it is that for none, it is another function.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product

from symdl.evidence.balls import Ball, ball, exactly, precision
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.points import candidates, domain_of
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, number

BITS = 64
PLACES = tuple(Fraction(text) for text in ("1", "2", "1/2", "-1", "3", "-2"))
OWN = tuple(Fraction(text) for text in ("2", "1/2", "10"))
"""Values tried for the variables, and for the letters of the document that nobody explains."""
TRIED = tuple(Fraction(text) for text in ("1/100", "1/4", "1", "7/3", "5", "40"))
MOST = 60
MOST_ASKED = 3
Point = dict[Term, Fraction]


def fits_no_setting(claim: Claim, setting: Term, usual: Term, judge: Judge) -> Verdict | None:
    """A refutation of a claim whose left side has one setting, with a usual value: a point at which
    the right side is less (or greater) than the left one is for any value of it; None if none is
    found."""
    if claim.right is None:
        return None
    for point, relation in islice(_promising(claim, setting), MOST_ASKED):
        values = {name: number(value) for name, value in point.items()}
        left, right = substitute(claim.left, values), substitute(claim.right, values)
        told = judge(replace(claim, kind="bound", relation=relation, left=left, right=right))
        if told.kind == "proved":
            usually = substitute(claim.left, {setting: usual})
            return _refuted(replace(claim, left=usually), point, (relation, plain(left)), told)
    return None


def _refuted(claim: Claim, point: Point, proved: tuple[str, str], told: Verdict) -> Verdict | None:
    """The refutation at a point, at which a relation was proved of the left side."""
    assert claim.right is not None
    values = [v for side in (claim.left, claim.right) if (v := _ball(side, point)) is not None]
    if len(values) < 2:
        return None
    left, right = (str(value.str(12, radius=False)) for value in values)
    at = {plain(name): str(each) for name, each in point.items()}
    where = ", ".join(f"{name} = {each}" for name, each in at.items())
    message = (
        f"at {where} the right side is {right}, and {proved[1]} {proved[0]} that for any setting"
    )
    shown = Counterexample(at, left, right)
    return Verdict("refuted", told.method, message, counterexample=shown, evidence=told.evidence)


def _promising(claim: Claim, setting: Term) -> Iterator[tuple[Point, str]]:
    """Points at which the right side lies beyond all values tried of the left one."""
    assert claim.right is not None
    variables = sorted(free_symbols(claim.left) - {setting}, key=repr)
    own = sorted(free_symbols(claim.right) - set(variables), key=repr)
    choices = [[v for v in PLACES if domain_of(x).contains(v)] for x in variables]
    choices += [[v for v in OWN if domain_of(x).contains(v)] for x in own]
    settings = [v for v in TRIED if domain_of(setting).contains(v)]
    settings += [v for v in candidates(domain_of(setting))[:6] if v not in settings]
    for tried, values in enumerate(product(*choices)):
        if tried >= MOST:
            return
        point = dict(zip((*variables, *own), values, strict=True))
        right = _ball(claim.right, point)
        lefts = [_ball(claim.left, {**point, setting: v}) for v in settings]
        if right is None or any(left is None for left in lefts) or not lefts:
            continue
        if all(left > right for left in lefts):
            yield point, ">"
        elif all(left < right for left in lefts):
            yield point, "<"


def _ball(term: Term, point: Point) -> Ball | None:
    """The value of a term at a point as a ball, None where it has none."""
    with precision(BITS):
        found = ball(term, {name: exactly(value) for name, value in point.items()}, BITS)
    return found if found.is_finite() else None
