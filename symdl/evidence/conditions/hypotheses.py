"""Where a claim speaks: the declared domains of its symbols, cut down by its conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from symdl.evidence.balls import exactly, truth
from symdl.evidence.bounds.kinks import linear, rational_value
from symdl.evidence.exact import exact
from symdl.evidence.points import atoms, domain_of, is_part
from symdl.expression.domain import Domain
from symdl.expression.homes import listed_domain
from symdl.expression.relations import COMPARE, MIRRORED, links
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as replace_terms


def domain_under(variable: Term, conditions: Iterable[Term]) -> Domain:
    """The declared domain of a symbol, narrowed by the conditions that are linear in it alone.

    Other conditions are left out, which only enlarges the set: a proof on it holds, and a
    violation must be tested with `admissible`.
    """
    return _under(domain_of(variable), variable, conditions)


def stated_range(variable: Term, conditions: Iterable[Term]) -> bool:
    """Whether the conditions alone bound a symbol."""
    stated = _under(Domain(), variable, conditions)
    return stated.lower is not None or stated.upper is not None


def _under(domain: Domain, variable: Term, conditions: Iterable[Term]) -> Domain:
    for relation, left, right in _links(conditions):
        domain = _narrowed(domain, variable, relation, left, right)
    return domain


def _links(conditions: Iterable[Term]) -> Iterable[tuple[str, Term, Term]]:
    for link in links(conditions):
        yield from _without_size(*link)


def _without_size(relation: str, left: Term, right: Term) -> Iterable[tuple[str, Term, Term]]:
    """`|u| < c` as u < c and u > -c; any other link as it is."""
    if relation in (">", ">=") and right.op == "abs":
        left, relation, right = right, MIRRORED[relation], left
    if left.op == "abs" and relation in ("<", "<="):
        (inner,) = left.args
        yield relation, inner, right
        yield MIRRORED[relation], inner, make("neg", right)
    else:
        yield relation, left, right


def is_interval(condition: Term, variable: Term) -> bool:
    """Whether a condition says no more and no less than that the symbol lies in an interval."""
    parts = list(_links((condition,)))
    return bool(parts) and all(
        relation != "!=" and _narrowed(Domain(), variable, relation, left, right) != Domain()
        for relation, left, right in parts
    )


def _narrowed(domain: Domain, variable: Term, relation: str, left: Term, right: Term) -> Domain:
    if relation == "in":
        return _within(domain, variable, left, right)
    line = linear(make("add", left, make("neg", right)), variable)
    if line is None or not line[1] or relation not in MIRRORED:
        return domain
    end = -line[0] / line[1]
    return bounded(domain, relation if line[1] > 0 else MIRRORED[relation], end)


def bounded(domain: Domain, relation: str, end: Fraction) -> Domain:
    """The part of a domain that is `relation end`."""
    if relation in ("<", "<="):
        return _below(domain, end, relation == "<")
    if relation in (">", ">="):
        return _above(domain, end, relation == ">")
    if relation == "!=":
        return replace(domain, excluded=(*domain.excluded, end))
    return _below(_above(domain, end, False), end, False)


def _below(domain: Domain, end: Fraction, is_open: bool) -> Domain:
    if domain.upper is None or end < domain.upper or (end == domain.upper and is_open):
        return replace(domain, upper=end, upper_open=is_open)
    return domain


def _above(domain: Domain, end: Fraction, is_open: bool) -> Domain:
    if domain.lower is None or end > domain.lower or (end == domain.lower and is_open):
        return replace(domain, lower=end, lower_open=is_open)
    return domain


def _within(domain: Domain, variable: Term, left: Term, right: Term) -> Domain:
    if left is not variable:
        return domain
    found = listed_domain(right) if right.op == "set" else interval_domain(right)
    if found is None:
        return domain
    if found.integer and not domain.integer:
        domain = replace(domain, integer=True)
    if found.excluded:
        domain = replace(domain, excluded=tuple(sorted({*domain.excluded, *found.excluded})))
    if found.lower is not None:
        domain = _above(domain, found.lower, found.lower_open)
    return domain if found.upper is None else _below(domain, found.upper, found.upper_open)


def interval_domain(term: Term) -> Domain | None:
    r"""The domain an interval or \mathbb{R} stands for, if its ends are rational or infinite."""
    if term.op == "number_set":
        return {
            "R": Domain(),
            "Z": Domain(integer=True),
            "N": Domain(Fraction(0), integer=True),
        }.get(term.data)
    if term.op != "interval":
        return None
    ends: list[Fraction | None] = []
    for end in term.args:
        if infinite_sign(end):
            ends.append(None)
            continue
        value = rational_value(end)
        if value is None:
            return None
        ends.append(value)
    return Domain(ends[0], ends[1], term.data[0] == "(", term.data[1] == ")")


def narrowed_to(variable: Term, over: Term) -> Term | None:
    """The symbol with its domain narrowed to a set; None if the set has no rational ends."""
    domain = interval_domain(over)
    if domain is None or variable.op != "symbol":
        return None
    own: Domain = variable.data.domain
    for end, sides, is_open in (
        (own.lower, ">", own.lower_open),
        (own.upper, "<", own.upper_open),
    ):
        if end is not None:
            domain = bounded(domain, sides if is_open else f"{sides}=", end)
    for point in own.excluded:
        domain = bounded(domain, "!=", point)
    if own.integer:
        domain = replace(domain, integer=True)
    return make("symbol", data=replace(variable.data, domain=domain))


def infinite_sign(term: Term) -> int:
    """1 for infinity, -1 for minus infinity, else 0."""
    sign = 1
    while term.op in ("neg", "add") and len(term.args) == 1:
        sign, term = (-sign if term.op == "neg" else sign), term.args[0]
    return sign if term.op == "constant" and term.data == "infinity" else 0


def is_empty(domain: Domain) -> bool:
    """Whether no point is left."""
    if domain.lower is None or domain.upper is None:
        return False
    if domain.lower > domain.upper:
        return True
    return domain.lower == domain.upper and not domain.contains(domain.lower)


def admissible(point: Mapping[Term, Fraction], conditions: Iterable[Term]) -> bool:
    """Whether a point lies in the domains of its symbols and certainly meets the conditions."""
    for symbol, value in point.items():
        if is_part(symbol) or not domain_of(symbol).contains(value):
            return False
    at = {symbol: exactly(value) for symbol, value in point.items()}
    return all(truth(c, at) is True or holds_exactly(c, point) for c in conditions)


def holds_exactly(condition: Term, point: Mapping[Term, Fraction]) -> bool:
    """Whether one relation holds by rational arithmetic, which balls cannot tell of an equation."""
    if condition.op != "relation" or len(condition.args) != 2 or condition.data[0] not in COMPARE:
        return False
    table = {symbol: number(value) for symbol, value in point.items()}
    left, right = (exact(replace_terms(side, table)) for side in condition.args)
    return left is not None and right is not None and COMPARE[condition.data[0]](left, right)


def hides_power(terms: Iterable[Term], table: Mapping[Term, Term]) -> bool:
    """Whether written numbers make a 0^0 of what has no value there: y^y where y is 0."""
    powers = {n for term in terms for n in postorder(term) if n.op == "pow"}
    changed = [n for n in powers if not free_symbols(n.args[1]).isdisjoint(table)]
    ends = ([exact(replace_terms(part, table)) for part in node.args] for node in changed)
    return any(base == 0 and exponent == 0 for base, exponent in ends)


def variables(terms: Iterable[Term]) -> list[Term]:
    """The free scalar symbols and entries of some terms, by name."""
    return sorted(atoms(terms), key=repr)
