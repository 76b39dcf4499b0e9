"""Values among few numbers: sign(x) is -1, 0 or 1, and the floor of x a whole number."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from symdl.derivation.facts import Facts
from symdl.evidence.balls import ball, precision
from symdl.evidence.bounds.everywhere import between, components, defined_everywhere
from symdl.evidence.bounds.kinks import kinks, switches
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.conditions.hypotheses import admissible, variables
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import exact
from symdl.evidence.integrals.pieces import branch, sample
from symdl.evidence.points import candidates, domain_of
from symdl.evidence.refute import balls_at, decimal
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted
from symdl.expression.domain import Domain
from symdl.expression.operators import STEPPED, WHOLE
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, number, postorder, replace, symbol

METHOD = "image"
BITS = 128
MOST_POINTS = 12
_CLOSED = frozenset({"add", "mul", "neg", "max", "min", "abs"})


def is_whole(root: Term) -> bool:
    """Whether every value of a term is certainly a whole number."""
    known: dict[Term, bool] = {}
    for node in postorder(root):
        parts = [known[a] for a in node.args]
        if node.op == "number":
            known[node] = node.data.value.denominator == 1
        elif node.op in ("symbol", "entry"):
            known[node] = domain_of(node).integer
        elif node.op in WHOLE or node.op == "indicator":
            known[node] = True
        elif node.op == "piecewise":
            known[node] = all(parts[::2]) and (len(parts) % 2 == 0 or parts[-1])
        elif node.op == "pow":
            known[node] = parts[0] and _is_natural(node.args[1])
        else:
            known[node] = node.op in _CLOSED and all(parts)
    return known[root]


def _is_natural(exponent: Term) -> bool:
    value = exact(exponent)
    return value is not None and value >= 0 and value.denominator == 1


def judge_whole(body: Term, home: Term) -> Verdict | None:
    r"""The verdict on `body \in \mathbb{Z}` (or N): None if it is not known."""
    if home.op != "number_set" or home.data not in ("Z", "N") or not is_whole(body):
        return None
    if not Facts().total(body):
        return None
    if home.data == "N" and range_of(body).sign < 1:
        return None
    return proved(METHOD, "the operations give whole numbers only")


def values_of(body: Term, variable: Term) -> list[tuple[Fraction, Fraction]] | None:
    """All values of a term that is constant between its kinks, each with a point where it is
    taken; None if it is not known to be so."""
    domain = domain_of(variable)
    if domain.integer or not free_symbols(body) <= {variable}:
        return None
    points = [p for p in kinks(body, variable) if domain.contains(p)]
    points += [e for e in (domain.lower, domain.upper) if e is not None and domain.contains(e)]
    found: list[tuple[Fraction, Fraction]] = []
    for point in dict.fromkeys(points):
        value = exact(body, {variable: point})
        if value is None:
            return None
        found.append((value, point))
    for low, high in components(domain):
        inner = sorted({p for p in kinks(body, variable) if between(low, p, high)})
        for a, b in pairwise([low, *inner, high]):
            at = sample(a, b)
            value = _constant(body, variable, at, Domain(a, b, True, True))
            if value is None:
                return None
            found.append((value, at))
    return found


def _constant(body: Term, variable: Term, at: Fraction, domain: Domain) -> Fraction | None:
    settled = branch(body, variable, at)
    if settled is None:
        return None
    place = symbol(variable.data.name, domain=domain)
    moved = replace(settled, {variable: place})
    value = exact(settled, {variable: at})
    if value is None or not _followed(body, variable):
        return None
    if place not in free_symbols(moved):
        return value
    if not defined_everywhere(moved, place, domain):
        return None
    return value if judge_equality(moved, number(value)).kind == "proved" else None


def _followed(body: Term, variable: Term) -> bool:
    return all(n.op not in STEPPED and switches(n, variable) for n in postorder(body))


def judge_finite(
    body: Term, elements: Sequence[Term], conditions: Sequence[Term], onto: bool = False
) -> Verdict | None:
    """The verdict on body in {elements}, or (onto) on its image being that set."""
    wanted = [exact(e) for e in elements]
    free = variables((body,))
    if len(free) != 1 or free[0].op != "symbol" or None in wanted:
        return None
    found = values_of(body, free[0])
    if found is None:
        return _outside(body, free[0], elements, conditions)
    taken = dict(reversed(found))
    name = plain(free[0])
    for value, at in taken.items():
        if value not in wanted and not admissible({free[0]: at}, conditions):
            return None
        if value not in wanted:
            shown = Counterexample({name: str(at)}, str(value), _listed(elements))
            return refuted(METHOD, f"at {name} = {at} the value is {value}", shown)
    told = {str(value): str(at) for value, at in taken.items()}
    if onto and conditions:
        return None
    if onto:
        for element in wanted:
            if element not in taken:
                only = f"only {', '.join(told)}"
                shown = Counterexample({"value": str(element)}, only, _listed(elements))
                return refuted(METHOD, f"the value {element} is never taken", shown)
        return proved(METHOD, "each value is taken, and no other", taken=told)
    message = f"constant between its kinks; the values are {', '.join(told)}"
    return proved(METHOD, message, taken=told)


def _outside(
    body: Term, variable: Term, elements: Sequence[Term], conditions: Sequence[Term]
) -> Verdict | None:
    """A refutation: a point at which the value is certainly none of the elements."""
    for point in candidates(domain_of(variable))[:MOST_POINTS]:
        at = balls_at({variable: point}, BITS)
        value = ball(body, at, BITS)
        apart = (not value.overlaps(ball(e, {}, BITS)) for e in elements)
        if value.is_finite() and all(apart) and admissible({variable: point}, conditions):
            with precision(BITS):
                text = decimal(value, 12, bits=BITS)
            shown = Counterexample({plain(variable): str(point)}, text, _listed(elements))
            return refuted(METHOD, f"at {plain(variable)} = {point} the value is {text}", shown)
    return None


def _listed(elements: Sequence[Term]) -> str:
    return "{" + ", ".join(map(plain, elements)) + "}"
