"""Cases of the parameters of a limit: each below 0, 0 or above 0; one below, equal to or above
another; and what stands in them without the running variable as one number of its own.

A limit that is proved in each case is proved: the cases of a list cover all values of the
parameters that meet the conditions (and perhaps more).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product
from operator import add, mul

from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.bounds.range_arithmetic import ALL, Range, meet
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.cells import Cell, sign_in
from symdl.evidence.conditions.hypotheses import domain_under, is_empty
from symdl.expression.domain import POSITIVE, Domain
from symdl.expression.printer import plain
from symdl.expression.relations import ORDERING, links
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as replace_terms

MOST_SYMBOLS = 3
MOST_CASES = 9
Conditions = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What holds in a case, and by what its symbols are replaced there."""

    words: str
    table: Mapping[Term, Term]


def strategies(
    terms: Sequence[Term], variable: Term, conditions: Conditions
) -> Iterator[list[Case]]:
    """Lists of cases, each of which covers all values of the parameters; plain ones first."""
    named = _named(terms, variable, conditions)
    moved = [replace_terms(term, named) for term in terms] if named else list(terms)
    for start in [{}, named] if named else [{}]:
        inside = moved if start else list(terms)
        free = sorted(set().union(*map(free_symbols, inside)) - {variable}, key=repr)
        families = {n.args[0] for term in inside for n in postorder(term) if n.op == "entry"}
        if not 0 < len(free) <= MOST_SYMBOLS or any(s.shape != () for s in free):
            continue
        if families & set(free):
            continue  # the x of x_t is no number
        for way in (_signs, _orders):
            for cases in way(free, conditions):
                if len(cases) <= MOST_CASES:
                    yield [_after(start, case) for case in cases]


def _after(first: Mapping[Term, Term], case: Case) -> Case:
    """A case of terms that have been replaced before."""
    if not first:
        return case
    table = {**case.table, **{t: replace_terms(u, case.table) for t, u in first.items()}}
    return Case(case.words, table)


# --- numbers of their own -----------------------------------------------------------------------


def _named(terms: Sequence[Term], variable: Term, conditions: Conditions) -> dict[Term, Term]:
    """The largest parts without the variable, each with a symbol that may take all its values."""
    known = _stated(conditions)
    found: dict[Term, Term] = {}
    for term in terms[:1]:
        moving = [n for n in postorder(term) if variable in free_symbols(n)]
        for node in moving:
            for part in node.args:
                if variable in free_symbols(part) or not free_symbols(part):
                    continue
                if part.op != "symbol" and part.shape == () and part not in found:
                    values = range_of(part, known)
                    name = f"\\text{{part {len(found) + 1}}}"
                    found[part] = symbol(name, domain=_domain(values))
    return found


def _stated(conditions: Conditions) -> dict[Term, Range]:
    """What conditions say of terms, between rational ends."""
    known: dict[Term, Range] = {}
    for relation, left, right in links(conditions):
        for term, end, above in ((left, right, False), (right, left, True)):
            value = rational_value(end)
            if value is None or relation not in ORDERING:
                continue
            is_open = "=" not in relation
            lower = (relation[0] == ">") != above
            own = Range(value, None, is_open) if lower else Range(None, value, True, is_open)
            known[term] = meet(known.get(term, ALL), own)
    return known


def _domain(values: Range) -> Domain:
    return Domain(values.lower, values.upper, values.lower_open, values.upper_open)


# --- cases --------------------------------------------------------------------------------------


def _signs(free: Sequence[Term], conditions: Conditions) -> Iterator[list[Case]]:
    """Each symbol below 0, at 0 and above 0, as far as its domain goes."""
    parts = [list(_by_sign(s, domain_under(s, conditions))) for s in free]
    cases = []
    for chosen in product(*parts):
        words = ", ".join(w for w, _ in chosen if w)
        table = dict(zip(free, (value for _, value in chosen), strict=True))
        cases.append(Case(words, table))
    yield [case for case in cases if not _excluded(case, conditions)]


def _by_sign(s: Term, domain: Domain) -> Iterator[tuple[str, Term]]:
    """A number below 0 is told as the negative of a positive one."""
    below = _above_zero(Domain(_turned(domain.upper), _turned(domain.lower), domain.upper_open,
                               domain.lower_open, domain.integer))  # fmt: skip
    above = _above_zero(domain)
    zero = domain.contains(Fraction(0))
    only = [below is not None, zero, above is not None].count(True) == 1
    name = plain(s)
    if below is not None:
        yield ("" if only else f"{name} < 0"), make("neg", _with(s, below))
    if zero:
        yield f"{name} = 0", number(0)
    if above is not None:
        yield ("" if only else f"{name} > 0"), _with(s, above)


def _turned(end: Fraction | None) -> Fraction | None:
    return None if end is None else -end


def _with(s: Term, domain: Domain) -> Term:
    return symbol(s.data.name, domain=domain)


def _above_zero(domain: Domain) -> Domain | None:
    """The part of a domain above 0; None if it is empty."""
    if domain.lower is None or domain.lower <= 0:
        domain = replace(domain, lower=Fraction(0), lower_open=True)
    return None if is_empty(domain) else domain


def _orders(free: Sequence[Term], conditions: Conditions) -> Iterator[list[Case]]:
    """One symbol below, equal to and above another: by their difference, of positive ones by
    their quotient too."""
    for i, a in enumerate(free):
        for b in free[i + 1 :]:
            domains = [domain_under(s, conditions) for s in (a, b)]
            if any(d.integer or d.excluded for d in domains):
                continue
            apart = symbol("#difference", domain=POSITIVE)
            yield _compared(a, b, partial(add, apart), conditions)
            if all(d.positive for d in domains):
                times = symbol("#quotient", domain=Domain(Fraction(1), None, True))
                above, other = _with(a, POSITIVE), _with(b, POSITIVE)
                cases = _compared(above, other, partial(mul, times), conditions)
                yield [_after({a: above, b: other}, case) for case in cases]


def _compared(
    a: Term, b: Term, larger: Callable[[Term], Term], conditions: Conditions
) -> list[Case]:
    cases = [
        Case(f"{plain(a)} < {plain(b)}", {b: larger(a)}),
        Case(f"{plain(a)} = {plain(b)}", {b: a}),
        Case(f"{plain(a)} > {plain(b)}", {a: larger(b)}),
    ]
    return [case for case in cases if not _excluded(case, conditions)]


_DENIED = {"<": (0, 1, 2), "<=": (2,), ">": (-2, -1, 0), ">=": (-2,), "=": (-2, 2), "!=": (0,)}


def _excluded(case: Case, conditions: Iterable[Term]) -> bool:
    """Whether a condition certainly fails in a case."""
    for relation, left, right in links(conditions):
        if relation in _DENIED:
            gap = replace_terms(left - right, case.table)
            if sign_in(Cell(gap, number(0)), gap) in _DENIED[relation]:
                return True
    return False
