r"""Series of which the first terms are written, with dots: `e^x = 1 + x + \frac{x^2}{2} + \dots`.

Rising powers of the distance from one place, and then dots, are the Taylor series there: what is
claimed is that the terms written are all of its terms up to the last of them, `o` of which is left.
Where the variable is said to lie somewhere the series has to converge there, which is not decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from symdl.derivation.tidy import tidy
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.integrals.coefficients import is_zero, polynomial
from symdl.evidence.limits.questions import approach, arrows
from symdl.evidence.limits.taylor import vanishes_at
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.domain import REAL
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, combined, free_symbols, make, number, postorder


def judge_written_series(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a function and the first terms of its series; None for another claim."""
    if claim.relation not in ("=", "approx") or claim.right is None:
        return None
    for function, series in ((claim.left, claim.right), (claim.right, claim.left)):
        terms = _before_dots(series)
        if terms is not None and not any(n.op == "dots" for n in postorder(function)):
            meant = list(_meant(claim, function, terms))
            return _any_of([(one, judge(one)) for one in meant])
    return None


_OF_ALL = re.compile(r"\\forall|for (?:all|every|any|each)\b", re.IGNORECASE)
_ENTIRE = frozenset({"add", "mul", "neg", "exp", "sin", "cos", "sinh", "cosh"})


def _converges_everywhere(claim: Claim) -> bool:
    """Whether the function on the left is made of polynomials, exponentials and waves."""
    variable = approach(next(arrows(claim)))[0]
    for node in postorder(claim.left):
        if variable not in free_symbols(node) or node is variable or node.op in _ENTIRE:
            continue
        power = node.args[1] if node.op == "pow" else None
        whole = value_of(power) if power is not None else None
        if node.op == "div" and variable not in free_symbols(node.args[1]):
            continue
        if whole is None or whole.denominator != 1 or whole < 0:
            return False
    return True


def _before_dots(series: Term) -> tuple[Term, ...] | None:
    """The terms of a sum that ends with dots."""
    if series.op != "add" or len(series.args) < 3:
        return None
    *terms, last = series.args
    last = last.args[0] if last.op == "neg" else last
    if last.op != "dots" or any(n.op == "dots" for t in terms for n in postorder(t)):
        return None
    return tuple(terms)


def _meant(claim: Claim, function: Term, terms: tuple[Term, ...]) -> Iterator[Claim]:
    """What is claimed with `o` of the last term for the dots, for each variable of which the terms
    are rising powers."""
    arrow = next(arrows(claim), None)
    goes = None if arrow is None else approach(arrow)[:2]
    total = combined("add", terms)
    for variable in sorted(free_symbols(total), key=repr):
        if variable.shape != () or variable.data.domain.integer:
            continue
        place, distance = _distance(terms[-1], variable)
        if place is None or (goes is not None and goes != (variable, place)):
            continue
        powers = [_power(term, variable, place) for term in terms]
        known = [p for p in powers if p is not None]
        if len(known) < len(powers) or not all(a < b for a, b in pairwise(known)):
            continue
        size = distance if known[-1] == 1 else distance ** number(known[-1])
        right = make("add", total, make("opaque", size, data="small-o"))
        near = () if goes else (make("relation", variable, place, data=("->",)),)
        conditions = (*claim.conditions, *near)
        yield replace(claim, relation="=", left=function, right=right, conditions=conditions)


def _distance(last: Term, variable: Term) -> tuple[Term | None, Term]:
    """The place of the series by its last term, and the distance from it."""
    nodes = [n for n in postorder(last) if variable in free_symbols(n)]
    base = next((n for n in nodes if n.op == "add"), variable)
    place = vanishes_at(base, variable)
    return place, variable if place is number(0) or place is None else variable - place


def _power(term: Term, variable: Term, place: Term) -> int | None:
    """k of c (x - place)^k."""
    moved = tidy(substitute(term, {variable: variable + place}))
    poly = polynomial(moved, variable)
    if poly is None or not poly or not all(map(is_zero, poly[:-1])):
        return None
    return len(poly) - 1


def _any_of(judged: Sequence[tuple[Claim, Verdict]]) -> Verdict | None:
    """A proof in one variable, or what all of them come to."""
    if not judged:
        return None
    proofs = [j for j in judged if j[1].kind == "proved"]
    claim, verdict = (proofs or list(judged))[0]
    if not proofs and any(v.kind != verdict.kind for _, v in judged):
        return None
    assert claim.right is not None
    told = f"{verdict.message}; read as {plain(claim.right)}"
    if verdict.kind == "proved" and _is_restricted(claim) and not _converges_everywhere(claim):
        return undecided(f"whether the series converges for all that is given is open: {told}")
    return replace(verdict, message=told)


def _is_restricted(claim: Claim) -> bool:
    """Whether something but the arrow of a claim says where its variable lies."""
    arrow = next(arrows(claim))
    variable = approach(arrow)[0]
    written = claim.latex if claim.span is None else claim.span.source.text
    if _OF_ALL.search(written):
        return True
    told = (*claim.scope.hypotheses, *(c for c in claim.conditions if c is not arrow))
    if any(variable in free_symbols(condition) for condition in told):
        return True
    return claim.scope.declares(str(variable.data.name)) and variable.data.domain != REAL
