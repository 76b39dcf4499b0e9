r"""Claims of growth: `f(x) = g(x) + O(x^3)`, `o(x)`, `\Theta(n^2)`, `f(x) \sim g(x)`.

Where the variable goes is a condition (`x \to \infty`). Without one an integer goes to infinity,
and a remainder behind other terms (`1 + x + O(x^2)`, `O((x - a)^2)`) is one near the place where
what it is measured by is 0; `f(x) = O(x)` alone is decided only if it is the same there and at
infinity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as replace_in

from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import infinite_sign, variables
from symdl.evidence.integrals.coefficients import polynomial
from symdl.evidence.limits import claims as limits
from symdl.evidence.limits.orders import order_at
from symdl.evidence.limits.questions import Question, approach, arrows
from symdl.evidence.limits.taylor import Answer, Asked, Where, vanishes_at
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.work import allowance
from symdl.expression.printer import plain
from symdl.expression.term import (
    Term,
    combined,
    constant,
    free_symbols,
    make,
    number,
    operations,
    postorder,
)

METHOD = "asymptotics"
ORDERS = {"big-O": "O", "small-o": "o", "big-Theta": "Theta"}
COUNTS = frozenset("nNmMkKtTdDL")


def judge_growth(claim: Claim) -> Verdict | None:
    """The verdict on a claim of growth; None if it is none."""
    if claim.right is None:
        return None
    if claim.relation == "sim":
        return _similar(claim)
    if claim.relation == "approx":
        goes = _goes(claim)  # a number and its digits stay what they are
        moved = goes is not None and any(goes[0] in free_symbols(s) for s in claim.sides)
        return _nearly(claim) if moved else None
    if claim.relation not in ("=", "in") or "opaque" not in operations(claim.right):
        return None
    if not any(map(_is_order, postorder(claim.right))):
        return None
    asked, wheres = _asked(claim)
    if asked is None:
        return undecided("a term O(..) is read alone or as the last part of a sum", METHOD)
    with allowance():
        answers = {_told(asked.variable, where): order_at(asked, where) for where in wheres}
    return _verdict(asked, answers)


def _is_order(node: Term) -> bool:
    return node.op == "opaque" and node.data in ORDERS


def _asked(claim: Claim) -> tuple[Asked | None, list[Where]]:
    assert claim.right is not None
    right = _multiplied_out(claim.right)
    parts = list(right.args) if right.op == "add" else [right]
    orders = [p for p in parts if _is_order(p)]
    inside = sum(map(_is_order, postorder(right)))
    if len(orders) != 1 or inside != 1 or len(orders[0].args) != 1:
        return None, []
    rest = claim.left
    for part in parts:
        if part is not orders[0]:
            rest = rest - part
    (size,) = orders[0].args
    where = _goes(claim)
    variable = where[0] if where else _variable(size, rest)
    if variable is None:
        return None, []
    others = tuple(c for c in claim.conditions if c.data != ("->",))
    alone = len(parts) == 1
    wheres = [where[1]] if where else _usual(variable, size, alone)
    return Asked(ORDERS[orders[0].data], rest, size, variable, others), wheres


def _multiplied_out(right: Term) -> Term:
    """`g (1 + o(1))` as g + o(g)."""
    if right.op != "mul":
        return right
    wide = [a for a in right.args if any(map(_is_order, postorder(a)))]
    if len(wide) != 1:
        return right
    rest = [a for a in right.args if a is not wide[0]]
    found = []
    for part in wide[0].args if wide[0].op == "add" else wide:
        if _is_order(part) and len(part.args) == 1:
            size = make("mul", *rest, part.args[0])
            found.append(make("opaque", size, data=part.data))
        else:
            found.append(make("mul", *rest, part))
    return combined("add", found)


def _goes(claim: Claim) -> tuple[Term, Where] | None:
    arrow = next(arrows(claim), None)
    if arrow is None:
        return None
    variable, point, sides = approach(arrow)
    if variable.op != "symbol":
        return None  # it has been given a value: nothing goes anywhere
    return variable, (point, sides)


def _variable(size: Term, rest: Term) -> Term | None:
    found = variables((size,)) or variables((rest,)) or list(free_symbols(rest))
    if len(found) > 1:
        found = [s for s in found if vanishes_at(size, s) in found]
        found = [s for s in found if _rises(size, s)]  # of `x - a` the first
    return found[0] if len(found) == 1 and found[0].op == "symbol" else None


def _rises(size: Term, variable: Term) -> bool:
    """Whether a variable stands without a minus in a power of a distance."""
    return all(n.op != "neg" or variable is not n.args[0] for n in postorder(size))


def _usual(variable: Term, size: Term, alone: bool) -> list[Where]:
    """Where a variable goes if nobody says it: a remainder behind other terms is one near the place
    where its measure vanishes."""
    infinity: Where = (constant("infinity"), "")
    if variable.data.domain.integer or variable.data.name in COUNTS:
        return [infinity]
    here: Where = (vanishes_at(size, variable) or number(0), "")
    return [here, infinity] if alone else [here]


def _told(variable: Term, where: Where) -> str:
    name = f"|{plain(variable)}|" if where[1] == "pm" else plain(variable)
    return f"{name} → {plain(where[0])}"


def _verdict(asked: Asked, answers: dict[str, Answer]) -> Verdict:
    held = {where: a for where, a in answers.items() if a.holds}
    if held and len(held) == len(answers):
        told = "; ".join(f"as {where} ({a.why})" for where, a in held.items())
        return proved(METHOD, f"holds {told}", where=list(held))
    if held:
        message = (
            f"where {plain(asked.variable)} goes is not written; it holds as {', '.join(held)}"
        )
        return undecided(message, METHOD, where=list(held))
    if answers and all(a.holds is False for a in answers.values()):
        where, answer = next(iter(answers.items()))
        assert answer.shown is not None
        shown = answer.shown
        at = {**shown.at, plain(asked.variable): f"→ {where.split('→ ')[1]}"}
        seen = Counterexample(at, shown.left, shown.right)
        return refuted(METHOD, f"as {where} {answer.why}", seen, where=list(answers))
    return undecided("; ".join(f"as {w}: {a.why}" for w, a in answers.items()), METHOD)


def _similar(claim: Claim) -> Verdict | None:
    """`f ~ g`: the ratio goes to 1."""
    assert claim.right is not None
    ratio = make("div", claim.left, claim.right)
    return _goes_to(claim, ratio, number(1), "the ratio of the sides")


def _nearly(claim: Claim) -> Verdict | None:
    r"""`f \approx g` as a variable goes somewhere: the ratio goes to 1; `f \approx 0`: f to 0. Near
    a point the terms of a polynomial g are those of f: f - g is small beside its last power. Far
    out f - g is small beside each term of a sum: `\log(1 + e^x) \approx x + 1` is wrong."""
    assert claim.right is not None
    if claim.right is number(0):
        return _goes_to(claim, claim.left, number(0), "the left side")
    where = _goes(claim)
    sizes = () if where is None else _sizes(claim.right, *where)
    if where is None or not sizes or claim.left.shape or claim.right.shape:
        return _similar(claim)
    found = _small_beside(claim, sizes[0], where)
    for size in sizes[1:]:
        found = _small_beside(claim, size, where) if found.kind == "proved" else found
    if found.kind == "refuted" and any(_is_rounded(n) for n in postorder(claim.right)):
        return _similar(claim)  # a fit by decimals has other terms
    return found


def _sizes(right: Term, variable: Term, where: Where) -> tuple[Term, ...]:
    """What the error is measured by: the last power beside a point, each term of a sum far out."""
    if not infinite_sign(where[0]):
        last = _last_power(right, variable, where[0])
        return () if last is None else (last,)
    return right.args if right.op == "add" else ()


def _small_beside(claim: Claim, size: Term, goes: tuple[Term, Where]) -> Verdict:
    assert claim.right is not None
    variable, where = goes
    others = tuple(c for c in claim.conditions if c.data != ("->",))
    rest = make("add", claim.left, make("neg", claim.right))
    asked = Asked("o", rest, size, variable, others)
    with allowance():
        found = _verdict(asked, {_told(variable, where): order_at(asked, where)})
    told = found.message.replace("the ratio", f"the error beside {plain(size)}")
    return replace_in(found, message=told)


def _is_rounded(node: Term) -> bool:
    return node.op == "number" and "." in str(node.data.text)


def _last_power(term: Term, variable: Term, place: Term) -> Term | None:
    """The last power of the distance from a place in a polynomial that is not constant."""
    if infinite_sign(place) or variable.op != "symbol":
        return None
    coefficients = polynomial(term, variable)
    degree = 0 if coefficients is None else len(coefficients) - 1
    if degree < 1:
        return None
    distance = variable if place is number(0) else make("add", variable, make("neg", place))
    return distance if degree == 1 else distance ** number(degree)


def _goes_to(claim: Claim, compared: Term, end: Term, told: str) -> Verdict | None:
    """Whether the sides, compared so, go to a number where a variable goes to its place."""
    assert claim.right is not None
    if claim.right.op == "opaque" or claim.left.shape or claim.right.shape:
        return None
    where = next(_stated(claim), None)
    if where is None:
        return None
    variable, (point, sides) = where
    if infinite_sign(point) < 0 and sides == "pm":
        return None
    others = tuple(c for c in claim.conditions if c.data != ("->",))
    with allowance():
        asked = Question(variable, point, sides, compared, end, others)
        found = limits.settle(asked)
    if found.kind not in ("proved", "refuted"):
        return found
    message = f"{told}: {found.message}"
    if found.kind == "proved":
        return proved(METHOD, message, **dict(found.evidence))
    assert found.counterexample is not None
    return refuted(METHOD, message, found.counterexample, **dict(found.evidence))


def _stated(claim: Claim) -> Iterator[tuple[Term, Where]]:
    stated = _goes(claim)
    if stated is not None:
        yield stated
        return
    assert claim.right is not None
    found = variables((claim.left, claim.right)) or list(free_symbols(claim.left))
    if len(found) == 1 and found[0].op == "symbol":
        places = _usual(found[0], found[0], True)
        if len(places) == 1:
            yield found[0], places[0]
