"""Sums in closed form: powers of the index up to n, geometric and exponential series.

sum_{k>=a} f(k) = f(a)/(1 - r) where f(k+1) = r f(k) and |r| < 1; sum_{k>=0} f(k) = f(0) e^c where
f(k+1) = c/(k+1) f(k). Others are in
`power_sums.py`, `power_series.py`, `rational_series.py` and `binomial_sums.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import prod

from symdl.derivation.expand import expand
from symdl.derivation.recurrences import step_of
from symdl.document.errors import DeriveError, ShapeError
from symdl.evidence.balls import ball
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import admissible, infinite_sign
from symdl.evidence.defined import may_be_defined
from symdl.evidence.equality import judge_equality
from symdl.evidence.inequalities.order import settle
from symdl.evidence.inequalities.question import question
from symdl.evidence.kinds import EQUAL
from symdl.evidence.points import atoms, points
from symdl.evidence.refute import both_at, decimal, point_text
from symdl.evidence.sums.against_integrals import series
from symdl.evidence.sums.growing import from_its_start, ratio
from symdl.evidence.sums.series import Conditions, begun_at, closed_sum, series_of
from symdl.evidence.sums.summands import may_have_undefined_terms
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted
from symdl.expression.domain import NONNEGATIVE, POSITIVE
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.relations import ORDERING
from symdl.expression.substitution import substitute
from symdl.expression.term import BINDERS, Term, free_symbols, number, postorder, symbol
from symdl.expression.term import replace as replace_terms

METHOD = "closed-sum"
MOST_SUMS = 6
LONG = 5_000
MOST_NUMBERS = 6
MOST_POINTS = 24
RELATIONS = ORDERING | EQUAL


def judge_closed_sums(claim: Claim) -> Verdict | None:
    """The verdict on a scalar relation all of whose sums have a closed form; else None."""
    if claim.relation not in RELATIONS or claim.right is None:
        return None
    if claim.left.shape != () or claim.right.shape != ():
        return None
    try:
        short = [_without_long_sums(side) for side in (claim.left, claim.right)]
        sides = [expand(side, claim.scope) for side in short]
        conditions = tuple(expand(c, claim.scope) for c in claim.conditions)
    except (DeriveError, ShapeError):
        return None
    if any(map(may_have_undefined_terms, sides)):
        return None
    binders = dict.fromkeys(n for s in sides for n in postorder(s) if n.op in BINDERS)
    table = {node: closed_sum(node, conditions) for node in binders}
    if None in table.values():
        both = sides[0], sides[1]
        enclosed = _enclosed(claim.relation, both, table)
        if enclosed is None:
            enclosed = _divergent(claim.relation, both, conditions)
        if enclosed is None:
            enclosed = _beginnings(claim.relation, both, table, conditions)
        return _with_numbers(claim, both, conditions) if enclosed is None else enclosed
    changed = table or short != [claim.left, claim.right]
    if not changed or len(table) > MOST_SUMS or None in table.values():
        return None
    signs = infinite_sign(sides[0]), infinite_sign(sides[1])
    if any(signs):
        return _of_signs(claim.relation, signs, sides)
    closed = {node: value for node, value in table.items() if value is not None}
    left, right = (replace_terms(side, closed) for side in sides)
    if claim.relation in EQUAL:
        verdict = judge_equality(left, right, conditions)
    else:
        verdict = settle(question(left, claim.relation, right, conditions))
    if verdict.kind == "undecided":
        return None
    return replace(verdict, method=METHOD, message=f"{verdict.message}, with sums in closed form")


def _without_long_sums(side: Term) -> Term:
    """A side with its longest sums between plain ends in closed form: nobody writes them out."""
    table: dict[Term, Term] = {}
    for node in postorder(side):
        if node.op == "sum" and node.data == "range":
            low, high = value_of(node.args[1]), value_of(node.args[2])
            long = low is not None and high is not None and high - low > LONG
            found = closed_sum(node) if long else None
            if found is not None:
                table[node] = found
    return replace_terms(side, table) if table else side


def _with_numbers(claim: Claim, sides: tuple[Term, Term], conditions: Conditions) -> Verdict | None:
    """A refutation at numbers for the parameters of a series."""
    if any(n.op in BINDERS and n.data != "range" for side in sides for n in postorder(side)):
        return None
    free = sorted(free_symbols(sides[0]) | free_symbols(sides[1]), key=repr)
    if not free or any(s.shape != () or s.data.role == "sequence" for s in free):
        return None
    tried = (
        p for p in points(free, [*sides, *conditions], MOST_POINTS) if admissible(p, conditions)
    )
    for point in islice(tried, MOST_NUMBERS):
        table = {s: number(v) for s, v in point.items()}
        left, right = (substitute(side, table) for side in sides)
        if free_symbols(left) | free_symbols(right):
            return None  # a derivative of which no order is known stays one in a letter
        found = judge_closed_sums(replace(claim, left=left, right=right, conditions=()))
        if found is not None and found.kind == "refuted" and found.counterexample is not None:
            return replace(
                found, counterexample=replace(found.counterexample, at=point_text(point))
            )
    return None


def _enclosed(
    relation: str, sides: tuple[Term, Term], table: Mapping[Term, Term | None]
) -> Verdict | None:
    """The verdict on numbers one of which is a series that is infinite or lies in a ball."""
    parts = {node: series(node) for node, value in table.items() if value is None}
    if None in parts.values() or any(map(free_symbols, sides)):
        return None
    endless = {node: v for node, v in parts.items() if isinstance(v, int)}
    left, right = (_sign_of(side, endless) for side in sides)
    if left is not None and right is not None and (left or right):
        return _of_signs(relation, (left, right), sides)
    if endless:
        return None
    known = {node: value for node, value in table.items() if value is not None}
    names = {node: symbol(f"#series {i}") for i, node in enumerate(parts)}
    at = {names[node]: value for node, value in parts.items()}
    both = [ball(replace_terms(side, {**known, **names}), at, 128) for side in sides]
    if not all(b.is_finite() for b in both) or both[0].overlaps(both[1]):
        return None
    texts = [decimal(b, 12) for b in both]
    message = f"the left side is {texts[0]}, the right side {texts[1]}: the rest of the series is "
    message += "enclosed by integrals"
    if (both[0] < both[1]) != (relation in ("<", "<=")) or relation in EQUAL:
        return refuted(METHOD, message, Counterexample({}, *texts))
    return proved(METHOD, message)


def _sign_of(side: Term, endless: Mapping[Term, int]) -> int | None:
    """The sign of a side that is infinite, 0 of one without an infinite series in it; None where
    nothing is known of what an infinite series makes of it."""
    sign = infinite_sign(side) or endless.get(side, 0)
    if sign or endless.keys().isdisjoint(postorder(side)):
        return sign
    if side.op == "neg":
        inner = _sign_of(side.args[0], endless)
        return None if inner is None else -inner
    infinite = [a for a in side.args if not endless.keys().isdisjoint(postorder(a))]
    others = [a for a in side.args if a is not infinite[0]]
    inner = _sign_of(infinite[0], endless)
    if side.op not in ("mul", "add") or len(infinite) > 1 or inner is None:
        return None
    if any(free_symbols(a) or any(n.op in BINDERS for n in postorder(a)) for a in others):
        return None
    values = [ball(a, {}, 128) for a in others]
    if not all(v.is_finite() for v in values):
        return None
    if side.op == "add":
        return inner
    signs = [1 if v > 0 else -1 if v < 0 else 0 for v in values]
    return inner * prod(signs) if all(signs) else None


def _beginnings(
    relation: str,
    sides: tuple[Term, Term],
    table: Mapping[Term, Term | None],
    conditions: Conditions,
) -> Verdict | None:
    """A proof of an order with the beginning of a series of positive terms as all of it less a
    positive rest."""
    if relation in EQUAL:
        return None
    known: dict[Term, Term] = {}
    for node, value in table.items():
        found = _less_a_rest(node, len(known), conditions) if value is None else value
        if found is None:
            return None
        known[node] = found
    left, right = (replace_terms(side, known) for side in sides)
    verdict = settle(question(left, relation, right, conditions))
    if verdict.kind != "proved":
        return None
    message = "the beginning of a series of positive terms is less than all of it"
    return proved(METHOD, f"{message}: {verdict.message}", left=plain(left), right=plain(right))


def _less_a_rest(node: Term, count: int, conditions: Conditions) -> Term | None:
    """The value of a series less a positive number, for a sum of its first terms."""
    begun = begun_at(node)
    if begun is None or step_of(node.args[2]) is None:
        return None
    own, terms, low = begun
    strictly = settle(question(terms, ">", number(0), conditions)).kind == "proved"
    if not strictly and settle(question(terms, ">=", number(0), conditions)).kind != "proved":
        return None
    whole = series_of(terms, own, low, conditions)
    if whole is None:
        return None
    domain = POSITIVE if strictly else NONNEGATIVE
    return whole - symbol(f"\\text{{rest {count}}}", domain=domain)


def _of_signs(relation: str, signs: tuple[int, int], sides: Sequence[Term]) -> Verdict | None:
    """The verdict where one side at least is infinite, and the other has a value."""
    if not all(s or may_be_defined(side, side) for s, side in zip(signs, sides, strict=True)):
        return None
    told = [("infinity" if s > 0 else "-infinity") if s else "finite" for s in signs]
    message = f"the left side is {told[0]}, the right side {told[1]}"
    if signs[0] == signs[1] and relation in EQUAL:
        return proved(METHOD, message)
    if signs[0] == signs[1] and "=" in relation:
        return None
    if relation in EQUAL or (signs[0] < signs[1]) != (relation in ("<", "<=")):
        return refuted(METHOD, message, Counterexample({}, told[0], told[1]))
    return proved(METHOD, message)


def _divergent(relation: str, sides: tuple[Term, Term], conditions: Conditions) -> Verdict | None:
    """A refutation where one side is a geometric series that is certainly infinite at every point
    of the conditions, and the other side is finite at one of them."""
    for side, other in (sides, sides[::-1]):
        below = relation in EQUAL or (relation in ("<", "<=")) == (side is sides[0])
        if not below or not _is_infinite(side, conditions):
            continue
        finite = [n for n in postorder(other) if n.op in BINDERS]
        wanted = list(dict.fromkeys((*atoms((other, *conditions)), *free_symbols(side))))
        for point in points(wanted, [other, *conditions], MOST_POINTS):
            both = None if finite else both_at(other, other, conditions, point, 128)
            if both is not None:
                texts = [decimal(both[0], 12), "infinity"]
                left, right = texts[::-1] if side is sides[0] else texts
                at = point_text(point)
                where = ", ".join(f"{name} = {value}" for name, value in at.items())
                message = f"left is {left}, right is {right}" + (f" at {where}" if where else "")
                return refuted(METHOD, message, Counterexample(at, left, right))
    return None


def _is_infinite(node: Term, conditions: Conditions) -> bool:
    """Whether a sum of terms that grow by a factor of at least 1 from a positive one has no end."""
    if node.op != "sum" or node.data != "range":
        return False
    index, lower, upper, body = node.args
    low = value_of(lower)
    endless = upper.op == "constant" and upper.data == "infinity"
    if not endless or low is None or any(n.op in BINDERS for n in postorder(body)):
        return False
    index, body = from_its_start(index, body, low)
    factor = ratio(substitute(body, {index: index + 1}), body, index)
    first = substitute(body, {index: lower})
    if factor is None:
        return False
    asked = (
        question(factor, ">=", number(1), conditions),
        question(first, ">", number(0), conditions),
    )
    return all(settle(each).kind == "proved" for each in asked)


# --- series -----------------------------------------------------------------------------------
