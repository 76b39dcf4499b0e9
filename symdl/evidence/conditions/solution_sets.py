r"""Claims about sets of points: `\{x : f(x) = 0\} = \{1, 2\}`, `|\{x : f(x) = 0\}| = 1`."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import (
    domain_under,
    infinite_sign,
)
from symdl.evidence.conditions.solutions import (
    METHOD,
    Solutions,
    Spot,
    Stretch,
    compare,
    is_near,
    solutions,
)
from symdl.evidence.equality import judge_equality
from symdl.evidence.kinds import EQUAL
from symdl.evidence.rounding import printed
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, number


def judge_solution_set(claim: Claim) -> Verdict | None:
    r"""`\{x : f(x) = 0\} = \{1, 2\}`, `|\{x : f(x) = 0\}| = 1`; None for any other claim."""
    assert claim.right is not None
    if claim.relation not in (*EQUAL, "approx"):
        return None
    for side, other in ((claim.left, claim.right), (claim.right, claim.left)):
        if side.op == "set_of":
            known = _of_set(side)
            return None if known is None else _is_set(known, other)
        if side.op in ("cardinality", "abs") and side.args[0].op == "set_of":
            known = _of_set(side.args[0])
            return None if known is None else _counted(known, other)
    return None


def _of_set(node: Term) -> Solutions | None:
    body, condition = node.args
    over: list[Term] = []
    if body.op == "relation" and body.data == ("in",):
        over, body = [body], body.args[0]
    if body.op != "symbol" or free_symbols(condition) != {body}:
        return None
    return solutions(condition, body, domain_under(body, over))


def _counted(known: Solutions, other: Term) -> Verdict | None:
    if known.stretches:
        return None
    found = judge_equality(number(len(known.spots)), other)
    where = known.text()
    if found.kind == "proved":
        return proved(METHOD, f"they are {where}", where=where, spots=_data(known))
    shown = Counterexample({}, f"{len(known.spots)}: {where}", plain(other))
    if found.kind == "refuted":
        return refuted(METHOD, f"the set is {where}", shown, spots=_data(known))
    return None


def _data(known: Solutions) -> list[list[str]]:
    return [[str(s.low), str(s.high)] for s in known.spots]


def _is_set(known: Solutions, other: Term) -> Verdict | None:
    where = known.text()
    if other.op == "interval" and len(known.stretches) == 1 and not known.spots:
        same = _same_interval(known.stretches[0], other)
    elif other.op == "set" and not known.stretches:
        same = _same_points(known.spots, other.args)
    elif other.op == "set" and known.stretches:
        same = "refuted"
    else:
        return None
    if same == "proved":
        return proved(METHOD, f"the set is {where}", where=where, spots=_data(known))
    if same == "rounded":
        message = f"the set is {where}: correct to the digits printed"
        evidence = {"where": where, "spots": _data(known)}
        return Verdict("rounded", METHOD, message, evidence=evidence)
    if same == "refuted":
        shown = Counterexample({}, where, plain(other))
        return refuted(METHOD, f"the set is {where}", shown, spots=_data(known))
    return None


def _same_points(spots: Sequence[Spot], elements: Sequence[Term]) -> str:
    if any(free_symbols(e) for e in elements):
        return ""
    table = [[_match(spot, e) for e in elements] for spot in spots]
    if len(spots) == len(elements):
        rows = [[m for m in row if m in ("proved", "rounded")] for row in table]
        if all(len(row) == 1 for row in rows) and _all_hit(table, len(elements)):
            return "rounded" if any("rounded" in row for row in rows) else "proved"
    lonely = any(all(m == "refuted" for m in row) for row in table)
    extra = any(all(row[i] == "refuted" for row in table) for i in range(len(elements)))
    return "refuted" if lonely or extra else ""


def _all_hit(table: Sequence[Sequence[str]], count: int) -> bool:
    return all(any(row[i] in ("proved", "rounded") for row in table) for i in range(count))


def _match(spot: Spot, element: Term) -> str:
    sign = compare(spot, element)
    if sign == 0:
        return "proved"
    digits = printed(element)
    if digits is not None and digits.has_places and is_near(spot, digits):
        return "rounded"
    return "" if sign is None else "refuted"


def _same_interval(stretch: Stretch, other: Term) -> str:
    closed = other.data[0] == "[", other.data[1] == "]"
    if closed != (stretch.low_closed, stretch.high_closed):
        return "refuted"
    for end, wanted in zip((stretch.low, stretch.high), other.args, strict=True):
        if (end is None) != bool(infinite_sign(wanted)):
            return "refuted"
        if end is not None and not infinite_sign(wanted):
            sign = compare(end, wanted)
            if sign != 0:
                return "" if sign is None else "refuted"
    return "proved"
