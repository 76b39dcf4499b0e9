r"""Norms in order, for all sizes: the triangle inequality, Cauchy and Schwarz, Hoelder, products.

Both sides become polynomials in norms, scalar products and numbers. What is too large on the
smaller side is replaced by what bounds it: the norm of a sum by norms of summands, in whatever
parts the larger side speaks of (u - w = (u - v) + (v - w)); the norm of a product by the norms of
its factors (Horn, Johnson, Matrix Analysis, 5.6); a product of vectors by dual norms (Hardy,
Littlewood, Polya, Inequalities, 2.8). An unmarked norm of a matrix is the one of its entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import reduce

from symdl.evidence.algebra.normal_form import NotDecided, prove_equal
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import domain_under
from symdl.evidence.inequalities import order
from symdl.evidence.inequalities.linear_forms import (
    Factor,
    NotLinear,
    canonical,
    linear,
)
from symdl.evidence.inequalities.norm_bounds import Known, is_below
from symdl.evidence.inequalities.norm_polynomials import (
    ONE,
    Atom,
    Poly,
    multiplied,
    of_product,
    single,
)
from symdl.evidence.inequalities.question import question
from symdl.evidence.inequalities.rational_sums import added, scaled
from symdl.evidence.verdict import Verdict, proved
from symdl.evidence.work import allowance
from symdl.expression.domain import NONNEGATIVE
from symdl.expression.numerals import value_of
from symdl.expression.relations import links
from symdl.expression.term import Term, make, number, postorder, symbol
from symdl.expression.term import replace as replace_terms

METHOD = "norms"
MOST_POWER, MOST_NAMES = 4, 4
EXPONENTS = ("p", "q")


def judge_norms(claim: Claim) -> Verdict | None:
    """A proof of an order between norms, for all sizes; None if it is not found."""
    if claim.right is None or claim.relation not in ("<=", ">="):
        return None
    if claim.left.shape or claim.right.shape or not _speaks_of_norms(claim):
        return None
    claim = _with_shares(_with_values(claim))
    assert claim.right is not None
    small, big = claim.left, claim.right
    if claim.relation == ">=":
        small, big = big, small
    sides = _Sides(claim)
    try:
        right = sides.poly(big)
        cases = [sides.poly(each) for each in _cases(small)]
        known = sides.known()
        if not all(is_below(left, right, known) for left in cases):
            return None
    except NotLinear:
        return None
    told = "by the triangle inequality, Cauchy, Schwarz and Hoelder, for all sizes"
    orders = sorted({a.kind[5:] for mono in right for a, _ in mono} & set(EXPONENTS))
    said = f" ({', '.join(f'{name} >= 1' for name in orders)})" if orders else ""
    return proved(METHOD, told + said, norms=[repr(small), repr(big)])


def _speaks_of_norms(claim: Claim) -> bool:
    return any(n.op == "norm" for side in claim.terms for n in postorder(side))


def _cases(small: Term) -> tuple[Term, ...]:
    """What must all be below: a and -a for |a|."""
    if small.op != "abs" or small.args[0].op != "add":
        return (small,)
    return small.args[0], -small.args[0]


def _each(claim: Claim, table: dict[Term, Term]) -> Claim:
    assert claim.right is not None
    left, right = replace_terms(claim.left, table), replace_terms(claim.right, table)
    return replace(claim, left=left, right=right)


def _with_values(claim: Claim) -> Claim:
    """The claim with arrays as what they are defined by."""
    table = {k: v for k, v in claim.scope.values.items() if k.shape and k.shape == v.shape}
    for _ in range(MOST_NAMES if table else 0):
        claim = _each(claim, table)
    return claim


def _with_shares(claim: Claim) -> Claim:
    """The claim with a name for sums of numbers before arrays, as in (1 - a) u, which are certainly
    not negative."""
    sums = {
        a
        for side in (claim.left, claim.right)
        if side is not None
        for n in postorder(side)
        if n.op == "mul" and any(b.shape for b in n.args)
        for a in n.args
        if a.shape == () and a.op == "add"
    }
    table: dict[Term, Term] = {}
    for share in sorted(sums, key=repr):
        with allowance():
            asked = question(share, ">=", number(0), claim.conditions)
            if order.settle(asked).kind == "proved":
                table[share] = symbol(f"share {len(table)}", domain=NONNEGATIVE)
    return _each(claim, table) if table else claim


class _Sides:
    """The sides of a claim as polynomials, and what its conditions say."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.numbers: dict[Term, Poly] = {}

    def known(self) -> Known:
        """What the conditions say of norms."""
        values: dict[Atom, Poly] = {}
        bounds: dict[Atom, Poly] = {}
        for relation, left, right in links(self.claim.conditions):
            if relation in (">=", ">"):
                left, right, relation = right, left, "<="
            if left.op != "norm" or relation not in ("=", "<", "<="):
                continue
            ((mono, factor),) = self.poly(left).items()
            value = scaled(self.poly(right), 1 / factor)
            ((atom, _),) = mono
            if all(not a.kind.startswith("norm") for other in value for a, _ in other):
                (values if relation == "=" else bounds)[atom] = value
        dual = (EXPONENTS, EXPONENTS[::-1]) if self._are_dual() else ()
        return Known(values, bounds, dual, self.numbers)

    def _are_dual(self) -> bool:
        """Whether 1/p + 1/q = 1 is said."""
        p, q = (replace_terms(self._letter(n), dict(self.claim.scope.values)) for n in EXPONENTS)
        wanted = number(1) / p + number(1) / q - number(1)
        said = [(a, b) for relation, a, b in links(self._said) if relation == "="]
        equations = [number(0), *(a - b for a, b in said if a.shape == b.shape == ())]
        return any(self._is_shown(wanted, each) for each in equations)

    @property
    def _said(self) -> tuple[Term, ...]:
        return (*self.claim.conditions, *self.claim.scope.hypotheses)

    def _letter(self, name: str) -> Term:
        """An exponent as what is said of it has it."""
        letters = (n for c in (*self._said, *self.claim.scope.values) for n in postorder(c))
        declared = self.claim.scope.symbols.get(name)
        own = symbol(name) if declared is None else make("symbol", data=declared)
        return next((n for n in letters if n.op == "symbol" and n.data.name == name), own)

    def _is_shown(self, left: Term, right: Term) -> bool:
        try:
            return prove_equal(left, right) is not None
        except NotDecided:
            return False

    def poly(self, term: Term) -> Poly:
        """A scalar Term as a polynomial. Raises NotLinear."""
        value = value_of(term)
        if value is not None:
            return {ONE: value} if value else {}
        if term.op == "add":
            return added(*map(self.poly, term.args))
        if term.op == "neg":
            return scaled(self.poly(term.args[0]), Fraction(-1))
        if term.op == "mul" and all(a.shape == () for a in term.args):
            return reduce(multiplied, map(self.poly, term.args))
        if term.op == "div" and (by := value_of(term.args[1])):
            return scaled(self.poly(term.args[0]), 1 / by)
        rule = {
            "pow": self._power,
            "norm": self._norm,
            "abs": self._size,
            "matmul": self._products,
            "dot": self._products,
            "trace": self._products,
        }.get(term.op, self._number)
        return rule(term)

    def _power(self, term: Term) -> Poly:
        exponent = value_of(term.args[1])
        if exponent is None or exponent.denominator > 1 or not 1 <= exponent <= MOST_POWER:
            return self._number(term)
        return reduce(multiplied, [self.poly(term.args[0])] * int(exponent))

    def _norm(self, term: Term) -> Poly:
        array = term.args[0]
        if not array.shape:
            raise NotLinear
        kind = str(term.data)
        if len(array.shape) == 1:
            kind = "2" if kind in ("", "F") else kind
        elif kind == "":
            kind = "F"
        if kind in EXPONENTS and not self._is_order(kind):
            raise NotLinear
        form = linear(array)
        self._read_numbers(numbers for numbers, _ in form)
        if not form:
            raise NotLinear
        factor, form = canonical(form)
        return single(Atom(f"norm {kind}", frozenset(form.items())), factor)

    def _is_order(self, name: str) -> bool:
        """Whether a letter is at least 1, as that of a norm is where nobody says what it is."""
        letter = self._letter(name)
        value = self.claim.scope.values.get(letter)
        if value is not None:
            with allowance():
                asked = question(value, ">=", number(1), self._said)
                return order.settle(asked).kind == "proved"
        if not self.claim.scope.declares(name) and not any(
            letter in postorder(said) for said in self._said
        ):
            return letter.shape == ()
        lower = domain_under(letter, self._said).lower
        return letter.shape == () and lower is not None and lower >= 1

    def _size(self, term: Term) -> Poly:
        """|c u^T v| is |c| |u^T v|."""
        inner = self.poly(term.args[0]) if term.args[0].shape == () else {}
        if len(inner) != 1:
            return self._number(term)
        ((mono, c),) = inner.items()
        return {frozenset((a.sized, e) for a, e in mono): abs(c)}

    def _products(self, term: Term) -> Poly:
        trace = term.op == "trace"
        form = linear(term.args[0] if trace else term)
        self._read_numbers(numbers for numbers, _ in form)
        total: Poly = {}
        for (numbers, arrays), c in form.items():
            shown = (numbers, arrays if trace else _in_order(arrays))
            total = added(total, single(of_product("trace" if trace else "product", shown), c))
        return total

    def _number(self, term: Term) -> Poly:
        if term.shape != ():
            raise NotLinear
        positive = term.op in ("abs", "sqrt", "exp")
        if term.op == "symbol":
            lower = domain_under(term, self.claim.conditions).lower
            positive = lower is not None and lower >= 0
        return single(of_product("number", ((term,), ()), positive))

    def _read_numbers(self, products: Iterator[tuple[Term, ...]]) -> None:
        for numbers in products:
            for each in numbers:
                self.numbers[each] = self.poly(each)


def _in_order(arrays: tuple[Factor, ...]) -> tuple[Factor, ...]:
    """u^T A v is v^T A^T u."""
    turned = tuple((base, not turned) for base, turned in reversed(arrays))
    return min(arrays, turned, key=repr)
