"""Sums and products up to n: what they become when n grows by one.

`S_{n+1} = r S_n + f(n+1, n+1)` where the body f(i, n + 1) is r f(i, n) with an r in which i does
not occur; a body in n - i is turned round first. Sums of binomial coefficients grow by Pascal:
sum C(n+1, k) h(k) = sum C(n, k) (h(k) + h(k+1)).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.derivation.recurrences import step_of
from symdl.evidence.algebra.back import term_of
from symdl.evidence.algebra.normal_form import NotDecided, prove_equal
from symdl.evidence.cells import NO_ANSWER, Cell, normal, undefined_in
from symdl.expression.domain import Domain
from symdl.expression.numerals import value_of
from symdl.expression.substitution import substitute
from symdl.expression.term import BINDERS, Term, combined, free_symbols, make, number, postorder
from symdl.expression.term import replace as replace_terms


@dataclass(frozen=True, slots=True)
class Growth:
    """A sum or product at n + 1 from its value at n: times factor, joined with last."""

    join: str
    factor: Term | None
    last: Term | None

    def of(self, value: Term) -> Term:
        """The value at n + 1 for a value at n."""
        if self.factor is not None:
            value = make("mul", self.factor, value)
        return value if self.last is None else make(self.join, value, self.last)


def growth(node: Term, n: Term, first: int) -> Growth | None:
    """How a sum or product grows with n, for n >= first; None if that is not known."""
    if node.op not in ("sum", "product") or node.data != "range":
        return None
    index, lower, upper, body = node.args
    start, offset = step_of(upper) or (None, 0)
    low = value_of(lower)
    if start is not n or low is None or low > first + offset + 1:
        return None
    if any(part.op in BINDERS for part in postorder(body)):
        return None
    index, body = from_its_start(index, body, low)
    if n not in free_symbols(body):
        return _plain(node, body, index, upper)
    if node.op == "product":
        return None
    turned = settled(substitute(body, {index: lower + upper - index}))
    for form in (body, turned):
        factor = _factor(form, index, n)
        if factor is not None:
            last = substitute(substitute(form, {index: upper}), {n: n + 1})
            return Growth("add", factor, settled(last))
    return _pascal(body, index, n) if low == 0 and upper is n else None


def from_its_start(index: Term, body: Term, low: Fraction) -> tuple[Term, Term]:
    """A bound index and the body with the domain that it has in a sum from `low` on: whatever is
    declared of its letter does not matter."""
    own = make("symbol", data=replace(index.data, domain=Domain(low, integer=True)))
    return own, replace_terms(body, {index: own})


def _plain(node: Term, body: Term, index: Term, upper: Term) -> Growth:
    last = settled(substitute(body, {index: upper + 1}))
    return Growth("add" if node.op == "sum" else "mul", None, last)


def _factor(body: Term, index: Term, n: Term) -> Term | None:
    """r with body(i, n + 1) = r body(i, n) for all i, if i does not occur in it."""
    later = settled(substitute(body, {n: n + 1}))
    return ratio(later, body, index)


def ratio(later: Term, body: Term, index: Term) -> Term | None:
    """r with later = r body, if the index does not occur in it and it is defined throughout."""
    try:
        found = normal((), later / body)
        factor = term_of(found.ring, found.value)
        if factor is None or _speaks_of(factor, index):
            return None
        if undefined_in(Cell(factor, number(0)), factor):
            return None
        return factor if prove_equal(later, factor * body) is not None else None
    except (NotDecided, *NO_ANSWER):
        return None


def _speaks_of(term: Term, index: Term) -> bool:
    return any(node is index for node in postorder(term))


# --- Pascal's rule ----------------------------------------------------------------------------


def _pascal(body: Term, index: Term, n: Term) -> Growth | None:
    """The growth of sum_{k=0}^n C(n, k) h(k, n); a rest without k gives 2^n times it."""
    choose = make("binomial", n, index)
    weight = replace_terms(body, {choose: number(1)})
    if choose not in postorder(body) or any(x.op == "binomial" for x in postorder(weight)):
        return None
    try:
        if prove_equal(body, choose * weight) is None:
            return None
        here = settled(substitute(weight, {n: n + 1}))
        after = settled(substitute(here, {index: index + 1}))
        factor = ratio(here + after, weight, index)
        if factor is not None:
            return Growth("add", factor, None)
        rest = here + after - 2 * weight
        found = normal((), rest)
        plain = term_of(found.ring, found.value)
    except (NotDecided, *NO_ANSWER):
        return None
    if plain is None or _speaks_of(plain, index) or undefined_in(Cell(plain, plain), plain):
        return None
    return Growth("add", number(2), make("mul", plain, number(2) ** n))


# --- indices ----------------------------------------------------------------------------------


def settled(side: Term) -> Term:
    """Indices and ends of sums in their shortest form: `(t + 1) - 1` is `t`."""
    table = {}
    for node in postorder(side):
        if node.op == "entry":
            parts = node.args[1:]
        elif node.op in ("sum", "product") and node.data == "range":
            parts = node.args[1:3]
        else:
            continue
        for part in parts:
            short = _shortest(part)
            if short is not part:
                table[part] = short
    return replace_terms(side, table) if table else side


def _shortest(index: Term) -> Term:
    """A sum of symbols and whole numbers with equal ones joined; anything else as it is."""
    counts: dict[Term, int] = {}
    constant = 0
    waiting = [(index, 1)]
    while waiting:
        part, sign = waiting.pop()
        value = value_of(part)
        if value is not None and value.denominator == 1:
            constant += sign * int(value)
        elif part.op == "add":
            waiting += [(a, sign) for a in part.args]
        elif part.op == "neg":
            waiting.append((part.args[0], -sign))
        elif part.op == "symbol":
            counts[part] = counts.get(part, 0) + sign
        else:
            return index
    if any(abs(c) > 1 for c in counts.values()):
        return index
    parts = [s for s, c in sorted(counts.items(), key=lambda p: (-p[1], repr(p[0]))) if c == 1]
    parts += [-s for s, c in sorted(counts.items(), key=lambda p: repr(p[0])) if c == -1]
    if constant or not parts:
        parts.append(number(constant))
    return combined("add", parts)
