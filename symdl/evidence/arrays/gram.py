r"""Order of sums over indices, for every size: squares, sums of squares, Cauchy and Schwarz.

Both sides are brought to index form; each sum in it becomes a number about which this is known:
a sum of even powers is p^2 with p >= 0; the sum of u_i v_i is r p q with -1 <= r <= 1, where p^2
and q^2 are the sums of u_i^2 and of v_i^2 (v = 1: q^2 is the size); the sum of |u_i| is at least
p; and a sum that falls into two equal halves when some of its indices are kept, as in
x_j A_ij A_ik x_k, is a sum of squares. What holds for all such numbers holds for the sums
(Hardy, Littlewood, Polya, Inequalities, 2.4 and 2.10).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, permutations

from symdl.derivation.index.equal import NotLowered, compare
from symdl.derivation.index.nouns import NONNEGATIVE, POSITIVE, Exponent, Factor, Form, Index, Mono
from symdl.evidence.arrays.index_form import has_indices
from symdl.evidence.arrays.residuals import with_residuals
from symdl.evidence.claim import Claim
from symdl.evidence.inequalities import several
from symdl.evidence.inequalities.question import question
from symdl.evidence.sums.counts import are_counts
from symdl.evidence.verdict import Verdict, proved
from symdl.evidence.work import allowance
from symdl.expression.domain import NONNEGATIVE as AT_LEAST_0
from symdl.expression.domain import POSITIVE as ABOVE_0
from symdl.expression.domain import REAL, Domain
from symdl.expression.relations import COMPARING
from symdl.expression.term import Term, make, number, symbol

METHOD = "gram"
MOST_BOUND = 5
MOST_FACTORS = 6
MOST_TERMS = 12
HALF = Fraction(1, 2)
Key = frozenset[tuple[Factor, object]]


def judge_by_squares(claim: Claim) -> Verdict | None:
    """A proof of an order between sums over indices, for all sizes; None if it is not found."""
    if claim.right is None or claim.relation not in COMPARING or claim.relation == "!=":
        return None
    if claim.left.shape or claim.right.shape or not has_indices(claim):
        return None
    if not are_counts(claim):
        return None
    claim = with_residuals(claim)
    assert claim.right is not None
    try:
        found = compare(claim.left, claim.right, claim.scope)
        names = _Names()
        names.read(found.left, found.right)
        left, right = names.term(found.left), names.term(found.right)
    except NotLowered:
        return None
    if not names.sums:
        return None
    with allowance():
        asked = question(left, claim.relation, right, tuple(names.facts))
        if several.settle(asked).kind != "proved":
            return None
    message = "by sums of squares and the inequality of Cauchy and Schwarz, for all sizes"
    return proved(METHOD, message, sums=[repr(f) for f in names.sums])


@dataclass
class _Names:
    """A Term for each factor of some index forms, and what is known of them."""

    sums: dict[Factor, Term] = field(default_factory=dict)
    lengths: dict[tuple[Key, object], Term] = field(default_factory=dict)
    others: dict[Factor, Term] = field(default_factory=dict)
    facts: list[Term] = field(default_factory=list)

    def read(self, *forms: Form) -> None:
        """Names for the sums in some forms: the squares first, then the products."""
        factors = [f for form in forms for f in _factors(form) if f.kind == "sum"]
        for factor in dict.fromkeys(factors):
            if len(factor.bound) == 1 and _is_even(factor.body):
                length = self.new("p", AT_LEAST_0)
                self.lengths[_key(factor.body), factor.bound[0].dim] = length
                self.sums[factor] = length ** number(2)
        for factor in dict.fromkeys(factors):
            if factor not in self.sums:
                self.sums[factor] = self.of_sum(factor)
            elif (parts := self.halves(factor)) is not None:
                most = make("mul", *parts)
                self.facts.append(make("relation", self.sums[factor], most, data=("<=",)))

    def new(self, name: str, domain: Domain) -> Term:
        """A number of its own."""
        count = len(self.sums) + len(self.others) + len(self.lengths)
        return symbol(f"{name} {count}", domain=domain)

    def of_sum(self, factor: Factor) -> Term:
        """A sum as a Term."""
        sign = _sign(factor.body) or factor.sign
        if not sign and _is_sum_of_squares(factor):
            sign = NONNEGATIVE
        parts = self.halves(factor) if len(factor.bound) == 1 else None
        if parts is None:
            return self.new("S", AT_LEAST_0 if sign else REAL)
        share = self.new("r", Domain(Fraction(0 if sign else -1), Fraction(1)))
        product = make("mul", share, *parts)
        if _sign(factor.body) and parts[1] is self.size(factor.bound[0].dim):
            self.facts.append(make("relation", product, parts[0], data=(">=",)))
        return product

    def halves(self, factor: Factor) -> tuple[Term, Term] | None:
        """p and q for a sum of u_i v_i, whose squares occur."""
        body, dim = factor.body, factor.bound[0].dim
        if len(body) > MOST_FACTORS or any(not isinstance(e, int) or e < 1 for _, e in body):
            return None
        for count in range(len(body), 0, -1):
            for chosen in combinations(body, count):
                rest = tuple(pair for pair in body if pair not in chosen)
                p = self.lengths.get((_key(_squared(chosen)), dim))
                q = self.lengths.get((_key(_squared(rest)), dim)) if rest else self.size(dim)
                if p is not None and q is not None:
                    return p, q
        return None

    def size(self, dim: object) -> Term | None:
        """The square root of a size."""
        if isinstance(dim, int):
            return make("sqrt", number(dim))
        return symbol(f"root of {dim}", domain=ABOVE_0) if isinstance(dim, str) else None

    def term(self, form: Form) -> Term:
        """A form as a Term. Raises NotLowered where a factor has no name."""
        if len(form.terms) > MOST_TERMS:
            raise NotLowered("many summands")
        total = [
            _product([*([number(c)] if c != 1 else []), *(self.power(f, e) for f, e in mono)])
            for mono, c in form.terms.items()
        ]
        return make("add", *total) if len(total) > 1 else (total or [number(0)])[0]

    def power(self, factor: Factor, exponent: Exponent) -> Term:
        """A factor to its exponent."""
        value = self.value(factor)
        if exponent == 1:
            return value
        if value.op == "pow" and value.args[0].op == "symbol":  # the square of what is >= 0
            twice = 2 * exponent
            return value.args[0] if twice == 1 else value.args[0] ** number(twice)
        return make("sqrt", value) if exponent == HALF else value ** number(exponent)

    def value(self, factor: Factor) -> Term:
        """A factor as a Term."""
        if factor in self.sums:
            return self.sums[factor]
        if factor.kind == "base":
            return self.term(factor.parts[0])
        if factor.kind == "abs":
            return make("abs", self.term(factor.parts[0]))
        if factor.kind == "scalar" and isinstance(factor.head, str) and factor.sign == POSITIVE:
            root = self.size(factor.head)
            assert root is not None
            return root ** number(2)
        if factor.kind not in ("scalar", "entry"):
            raise NotLowered(f"no name for {factor!r}")
        domain = {POSITIVE: ABOVE_0, NONNEGATIVE: AT_LEAST_0}.get(factor.sign, REAL)
        return self.others.setdefault(factor, self.new("c", domain))


# --- what is known of a sum -----------------------------------------------------------------------


def _factors(form: Form) -> Iterator[Factor]:
    """All factors of a form and of the forms inside of its kernels, but not of its sums."""
    for mono in form.terms:
        for factor, _ in mono:
            yield factor
            if factor.kind != "sum":
                for part in factor.parts:
                    yield from _factors(part)


def _product(parts: list[Term]) -> Term:
    return make("mul", *parts) if len(parts) > 1 else (parts or [number(1)])[0]


def _key(body: Mono) -> Key:
    return frozenset(body)


def _is_even(body: Mono) -> bool:
    return all(isinstance(e, int) and e % 2 == 0 and e > 0 for _, e in body)


def _sign(body: Mono) -> int:
    """NONNEGATIVE where every factor is, or stands in an even power."""
    certain = all((isinstance(e, int) and e % 2 == 0) or _is_nonnegative(f) for f, e in body)
    return NONNEGATIVE if certain else 0


def _is_nonnegative(factor: Factor) -> bool:
    return factor.sign > 0 or factor.kind == "abs"


def _squared(body: Mono) -> Mono:
    """The body of the sum of squares: |u|^2 is u^2."""
    found: dict[Factor, Exponent] = {}
    for factor, times in body:
        single = factor.parts[0].single if factor.kind == "abs" else None
        inner = single[0] if single is not None and abs(single[1]) == 1 else ((factor, 1),)
        for f, e in inner:
            found[f] = found.get(f, 0) + 2 * e * times
    return tuple(found.items())


def _is_sum_of_squares(factor: Factor) -> bool:
    """Whether a sum falls into two equal halves when some of its indices are kept."""
    body, bound = factor.body, factor.bound
    if len(bound) > MOST_BOUND or any(not isinstance(e, int) or e < 1 for _, e in body):
        return False
    single = [f for f, e in body for _ in range(int(e))]
    for count in range(1, len(bound)):
        if count % 2 != len(bound) % 2:
            continue
        for kept in combinations(bound, count):
            if _halved(single, [i for i in bound if i not in kept]):
                return True
    return _halved(single, list(bound)) if len(bound) % 2 == 0 else False


def _halved(factors: list[Factor], summed: list[Index]) -> bool:
    half = len(summed) // 2
    for mine in combinations(summed, half):
        others = [i for i in summed if i not in mine]
        first = [f for f in factors if not f.free.isdisjoint(mine)]
        second = [f for f in factors if not f.free.isdisjoint(others)]
        if len(first) + len(second) != len(factors) or set(first) & set(second):
            continue
        for order in permutations(others):
            table = dict(zip(mine, order, strict=True))
            if all(a.dim == b.dim for a, b in table.items()) and _same(first, second, table):
                return True
    return False


def _same(first: list[Factor], second: list[Factor], table: Mapping[Index, Index]) -> bool:
    """Whether the factors are the same entries with other indices."""
    if any(f.kind != "entry" for f in (*first, *second)):
        return False

    def told(factor: Factor, names: Mapping[Index, Index]) -> str:
        slots = [names.get(s, s) if isinstance(s, Index) else s for s in factor.slots]
        return repr((factor.head, slots))

    return sorted(told(f, table) for f in first) == sorted(told(f, {}) for f in second)
