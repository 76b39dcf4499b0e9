r"""Taylor's theorem: a term is $O(h^n)$ at 0 where its first n - 1 derivatives in h vanish there.

A function of which nothing is said is taken to have the derivatives that are needed.
"""

from __future__ import annotations

from dataclasses import dataclass

from symdl.derivation.differentiate import differentiate
from symdl.derivation.tidy import tidy
from symdl.document.errors import DeriveError
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.equality import judge_equality
from symdl.evidence.integrals.coefficients import is_zero, polynomial
from symdl.evidence.limits.rules import is_smooth
from symdl.evidence.verdict import Counterexample
from symdl.expression.term import (
    Term,
    combined,
    free_symbols,
    make,
    number,
    postorder,
    replace,
)

MOST_DERIVATIVES = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether `rest` is of the order `order` of `size` as the variable goes to a place."""

    order: str
    rest: Term
    size: Term
    variable: Term
    conditions: tuple[Term, ...]


Where = tuple[Term, str]
"""A point and a side ("", "+", "-", or "pm" for both infinities)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it holds there (None: not known) and why."""

    holds: bool | None
    why: str
    shown: Counterexample | None = None


def vanishes_at(size: Term, variable: Term) -> Term | None:
    """The one place at which a power of a line in the variable is 0: 1 of `(x - 1)^2`."""
    factors = [
        f for f in (size.args if size.op == "mul" else (size,)) if variable in free_symbols(f)
    ]
    if len(factors) != 1:
        return None
    (base,) = factors
    if base.op == "pow" and variable not in free_symbols(base.args[1]):
        base = base.args[0]
    line = polynomial(base, variable)
    if line is None or len(line) != 2:
        return None
    return tidy(make("div", make("neg", line[0]), line[1]))


def by_derivatives(asked: Asked, where: Where) -> Answer | None:
    """Taylor: O(h^n) near a point if the first n - 1 derivatives in h vanish there."""
    if asked.order == "Theta" or infinite_sign(where[0]):
        return None
    size, rest = asked.size, asked.rest
    if where[0] is not number(0):
        moved = {asked.variable: where[0] + asked.variable}
        size, rest = (tidy(replace(term, moved)) for term in (size, rest))
    power = _power(size, asked.variable)
    if power is None:
        return None
    rest, times = _cleared(rest, asked.variable)
    count = power + times + (asked.order == "o")
    return _of_vanishing(rest, asked, count)


def _of_vanishing(rest: Term, asked: Asked, count: int) -> Answer | None:
    """Whether the derivatives of the first orders are 0 where the variable is."""
    calls = [n for n in postorder(rest) if n.op == "call"]
    for k in range(count):
        if not _is_smooth(rest, asked.variable):
            return None
        here = tidy(replace(rest, {asked.variable: number(0)}))
        found = judge_equality(here, number(0), asked.conditions)
        told = ""
        if found.kind == "undecided" and k and any(call.data.primes for call in calls):
            found = judge_equality(_of_exponentials(here), number(0), asked.conditions)
            told = " for exp"
        if found.kind == "refuted":
            why = f"the derivative of order {k} at 0 is not 0{told}: {found.message}"
            return Answer(False, why, found.counterexample)
        if found.kind != "proved" or told:
            return None
        try:
            derived = differentiate(rest, asked.variable)
        except DeriveError:
            return None
        if derived.kinks:
            return None
        rest = derived.result
    if not _is_smooth(rest, asked.variable):
        return None
    names = dict.fromkeys(call.data.function.name for call in calls)
    smooth = f", for {' and '.join(names)} with as many" if names else ""
    return Answer(True, f"the derivatives below that order vanish (Taylor){smooth}")


def _of_exponentials(term: Term) -> Term:
    """A term with `e^{cu}` for f(u), another c for each function of which nothing is said."""
    calls = [n for n in postorder(term) if n.op == "call" and len(n.args) == 1]
    rates = {name: i + 1 for i, name in enumerate(dict.fromkeys(c.data.function for c in calls))}
    table = {}
    for call in calls:
        rate = number(rates[call.data.function])
        table[call] = rate ** number(call.data.primes) * make("exp", rate * call.args[0])
    return replace(term, table)


def _is_smooth(term: Term, variable: Term) -> bool:
    """Whether a term is defined and continuous; so are functions of which nothing is said, and
    their derivatives."""
    calls = [n for n in postorder(term) if n.op == "call"]
    if not all(is_smooth(a, variable) for call in calls for a in call.args):
        return False
    return is_smooth(replace(term, {c: number(1) for c in calls}), variable)


def _cleared(rest: Term, variable: Term) -> tuple[Term, int]:
    """A sum times the least power of the variable that leaves no power of it below a line."""
    parts = list(rest.args) if rest.op == "add" else [rest]
    split = []
    for part in parts:
        sign = part.op == "neg"
        inner = part.args[0] if sign else part
        factor, times = _below(inner.args[1], variable) if inner.op == "div" else (None, 0)
        above = part if factor is None else inner.args[0] / factor
        split.append((make("neg", above) if sign and factor is not None else above, times))
    most = max(times for _, times in split)
    raised = [a if t == most else a * variable ** number(most - t) for a, t in split]
    return combined("add", raised), most


def _below(term: Term, variable: Term) -> tuple[Term | None, int]:
    """c h^m as c and m; None where a denominator is something else."""
    poly = polynomial(term, variable)
    if poly is None or any(not is_zero(c) for c in poly[:-1]) or len(poly) < 2:
        return None, 0
    return poly[-1], len(poly) - 1


def _power(size: Term, variable: Term) -> int | None:
    if size is variable:
        return 1
    if size.op == "pow" and size.args[0] is variable:
        value = rational_value(size.args[1])
        if value is not None and value.denominator == 1 and 0 < value <= MOST_DERIVATIVES:
            return int(value)
    return None
