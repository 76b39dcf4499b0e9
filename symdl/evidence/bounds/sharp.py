"""Sharp ranges of the parts of a term that have one variable, proved by the method for one."""

from __future__ import annotations

from fractions import Fraction

from symdl.evidence.bounds.everywhere import NONNEGATIVE, POSITIVE, Holds, always
from symdl.evidence.bounds.extremum import Maximum, maximum
from symdl.evidence.bounds.kinks import simplest
from symdl.evidence.bounds.range_arithmetic import Range
from symdl.evidence.points import domain_of
from symdl.evidence.work import allowance, remembered
from symdl.expression.domain import Domain
from symdl.expression.term import Term, make, number, postorder

MOST_SHARP = 4
"""Parts in one variable that are given the dear sharp range, at most."""
SHARP_WORK = 40_000


def sharp_ranges(root: Term) -> dict[Term, Range]:
    """Proved ranges of the largest parts that have exactly one variable."""
    atoms: dict[Term, frozenset[Term]] = {}
    parents: dict[Term, list[Term]] = {}
    for node in postorder(root):
        if node.op in ("symbol", "entry"):
            atoms[node] = frozenset((node,))
        else:
            atoms[node] = frozenset().union(*(atoms[a] for a in node.args))
        for a in node.args:
            parents.setdefault(a, []).append(node)
    found: dict[Term, Range] = {}
    for node, wanted in atoms.items():
        outer = any(len(atoms[p]) == 1 for p in parents.get(node, ()))
        if len(wanted) == 1 and node.op in ("mul", "add", "div", "pow") and not outer:
            if len(found) == MOST_SHARP:
                break
            (variable,) = wanted
            found[node] = _proved(node, variable)
    return found


@remembered(64)
def _proved(node: Term, variable: Term) -> Range:
    domain = domain_of(variable)
    with allowance(SHARP_WORK):
        upper, upper_open = _end(node, variable, domain)
        lower, lower_open = _end(make("neg", node), variable, domain)
    return Range(None if lower is None else -lower, upper, lower_open, upper_open)


def _end(node: Term, variable: Term, domain: Domain) -> tuple[Fraction | None, bool]:
    """A rational upper bound of the term, the simplest one near its supremum, proved."""
    found = maximum(node, variable, domain)
    if not isinstance(found, Maximum) or not found.upper.is_finite():
        return None, True
    top = float(found.upper.upper())
    slack = Fraction(max(abs(top), 1e-6)) / 10**6
    bound = simplest(Fraction(top) - slack, Fraction(top) + slack)
    gap = make("add", number(bound), make("neg", node))
    if isinstance(always(gap, variable, domain, POSITIVE), Holds):
        return bound, True
    if isinstance(always(gap, variable, domain, NONNEGATIVE), Holds):
        return bound, False
    return None, True
