"""Index expressions: sums of products of entries, deltas, sums over an index and scalar kernels.

A Form is a polynomial with rational coefficients in factors with rational exponents. A factor
is a scalar, an entry `A_{ij}`, a Kronecker delta, a connected sum over bound indices, or a scalar
kernel (exp, log, a base under a negative or fractional power, ...) of further Forms. Equal
expressions are the same object within one Space, so that equality for all sizes is identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import Any

from symdl.derivation.index.nouns import (
    NOTHING,
    POSITIVE,
    UNKNOWN,
    Coefficient,
    Exponent,
    Factor,
    Form,
    Index,
    Mono,
    Rule,
    TooLarge,
)
from symdl.expression.dimensions import is_written, polynomial
from symdl.expression.term import Dim

MAX_TERMS = 2_000
"""A Form of more summands is not made."""
MAX_OBJECTS = 20_000
"""No more Forms, factors and indices are made in one calculation."""


class Exact(Fraction):
    """A rational number that knows its hash, which is asked for with every table of monomials."""

    __slots__ = ("_hash",)
    _hash: int

    def __hash__(self) -> int:  # type: ignore[override]  # numbers.Complex declares none
        try:
            return self._hash
        except AttributeError:
            self._hash = super().__hash__()
            return self._hash


_EXACT: dict[tuple[int, int], Exact] = {}
MOST_EXACT = 4096


def lowered(value: Coefficient) -> Coefficient:
    """An integer as int, another number as the one object of its value."""
    kind = type(value)
    if kind is int or kind is Exact:
        return value
    above, below = value.numerator, value.denominator
    if below == 1:
        return above
    found = _EXACT.get((above, below))
    if found is None:
        found = Exact(above, below)
        if len(_EXACT) < MOST_EXACT:
            _EXACT[above, below] = found
    return found


def magnitude(value: Coefficient) -> Coefficient:
    """|c| of a number."""
    return value if value >= 0 else -value


@dataclass(slots=True)
class Space:
    """The tables of one calculation: factors and Forms by what they are made of.

    rules: equations that hold (`sum of y is 1`), each a pattern with its value. used: names of
    the identities that were applied, for the evidence. demands: what must be > 0, >= 0 or not 0.
    sizes: dimensions that have a value. most: how many objects are made. tanh: whether tanh stays
    as it is (None), or was asked to be 2 s(2u) - 1 (True); False where it stayed and was met.
    opening: inverses of which a rule is being made. shifts: the same for sums over i of
    f(i) [i + 1 = p], which stay as they are (None) or become f(p - 1) (True).
    splits: axes that are put together of others (`splits.py`), pairs: the places that pairs of
    indices make there. counts: the names of sizes;
    whole: of other whole numbers.
    """

    factors: dict[Any, Factor] = field(default_factory=dict)
    forms: dict[object, Form] = field(default_factory=dict)
    named: dict[tuple[Dim | None, int, int], Index] = field(default_factory=dict)
    renamed: dict[Any, Form] = field(default_factory=dict)
    shades: dict[Any, int] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    demands: dict[tuple[Form, str], None] = field(default_factory=dict)
    sizes: dict[str, Form] = field(default_factory=dict)
    tanh: bool | None = None
    shifts: bool | None = None
    opening: set[Factor] = field(default_factory=set)
    splits: dict[Dim, Any] = field(default_factory=dict)
    pairs: dict[Form, Any] = field(default_factory=dict)
    counts: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    single: dict[tuple[Factor, Exponent], Form] = field(default_factory=dict)
    exponentials: dict[Form, Form] = field(default_factory=dict)
    products: dict[tuple[Form, Form], Form] = field(default_factory=dict)
    counter: Iterator[int] = field(default_factory=lambda: count(1))
    most: int = MAX_OBJECTS

    def next(self) -> int:
        """The number of a new object. Raises TooLarge where there are too many."""
        found = next(self.counter)
        if found > self.most:
            raise TooLarge("a long calculation")
        return found

    def index(self, name: str, dim: Dim | None) -> Index:
        """A new index, unlike all others."""
        return Index(name, dim, 0, self.next())

    def canonical(self, dim: Dim | None, level: int, place: int) -> Index:
        """The bound index of this dimension, level and place among those of its sum."""
        key = (dim, level, place)
        found = self.named.get(key)
        if found is None:
            name = f"#{level}.{place}"
            found = self.named[key] = Index(name, dim, level, self.next())
        return found

    # --- Forms ---------------------------------------------------------------------------

    def form(self, terms: Mapping[Mono, Coefficient]) -> Form:
        """The Form of these summands; zeros are dropped."""
        if len(terms) > 1 and not all(terms.values()):
            terms = {m: c for m, c in terms.items() if c}
        if len(terms) == 1:
            (pair,) = terms.items()
            key: object = pair if pair[1] else NOTHING
        else:
            key = frozenset(terms.items())
        found = self.forms.get(key)
        if found is None:
            kept = dict(terms) if key is not NOTHING else {}
            if len(kept) > MAX_TERMS:
                raise TooLarge(f"{len(kept)} summands")
            found = self.forms[key] = Form(self.next(), kept)
        return found

    def number(self, value: Coefficient) -> Form:
        """A rational number."""
        return self.form({(): lowered(value)})

    def of(self, factor: Factor, exponent: Exponent = 1) -> Form:
        """One factor to an exponent, as it stands."""
        key = (factor, exponent)
        found = self.single.get(key)
        if found is None:
            found = self.single[key] = self.form({((factor, lowered(exponent)),): 1})
        return found

    def add(self, *forms: Form) -> Form:
        """The sum."""
        total: dict[Mono, Coefficient] = {}
        for form in forms:
            for mono, c in form.terms.items():
                total[mono] = lowered(total.get(mono, 0) + c)
        return self.form(total)

    def scale(self, form: Form, by: Coefficient) -> Form:
        """A rational multiple."""
        return form if by == 1 else self.form({m: lowered(c * by) for m, c in form.terms.items()})

    def subtract(self, a: Form, b: Form) -> Form:
        """a - b."""
        return self.add(a, self.scale(b, -1))

    def multiply(self, *forms: Form) -> Form:
        """The product, distributed."""
        result = forms[0]
        for form in forms[1:]:
            result = self._product(result, form)
        return result

    def _product(self, a: Form, b: Form) -> Form:
        for one, other in ((a, b), (b, a)):
            constant = one.constant
            if constant is not None:
                return self.scale(other, constant)
        key = (a, b) if a.number < b.number else (b, a)
        found = self.products.get(key)
        if found is None:
            found = self.products[key] = self._multiplied(a, b)
        return found

    def _multiplied(self, a: Form, b: Form) -> Form:
        from symdl.derivation.index.products import monomial, plain_product

        if len(a.terms) * len(b.terms) > MAX_TERMS:
            raise TooLarge("a product of many sums")
        total: dict[Mono, Coefficient] = {}
        for m, c in a.terms.items():
            for n, d in b.terms.items():
                mono = plain_product(m, n)
                if mono is not None:
                    total[mono] = lowered(total.get(mono, 0) + c * d)
                    continue
                for mono, e in monomial(self, (m, n)).terms.items():
                    total[mono] = lowered(total.get(mono, 0) + c * d * e)
        return self.form(total)

    # --- factors -------------------------------------------------------------------------

    def factor(
        self,
        kind: str,
        head: Any,
        slots: tuple[Any, ...] = (),
        parts: tuple[Form, ...] = (),
        sign: int = UNKNOWN,
        bound: tuple[Index, ...] = (),
        body: Mono = (),
    ) -> Factor:
        """The factor of this description (without any simplification)."""
        key = (kind, head, slots, parts, bound, body)
        found = self.factors.get(key)
        if found is None:
            free, height = _around(slots, parts, bound, body)
            found = Factor(self.next(), kind, head, slots, parts, bound, body, free, sign, height)
            self.factors[key] = found
        return found

    def scalar(self, name: Any, sign: int = UNKNOWN) -> Form:
        """A scalar symbol or a dimension."""
        found = self.factor("scalar", name, sign=sign)
        found.sign = max(found.sign, sign)
        return self.of(found)

    def dimension(self, dim: Dim) -> Form:
        """The size of an axis."""
        if isinstance(dim, int):
            return self.number(dim)
        if is_written(dim):
            return self._written(dim)
        self.counts.add(dim)
        return self.sizes.get(dim) or self.scalar(dim, POSITIVE)

    def _written(self, dim: Dim) -> Form:
        """A sum of products of names."""
        parts = [self.number(0)]
        for names, c in polynomial(dim).items():
            parts.append(self.multiply(self.number(c), *map(self.dimension, names)))
        return self.add(*parts)

    def dimension_of(self, index: Index) -> Form:
        """The number of values of an index."""
        if index.dim is None:
            raise TooLarge(f"the range of {index.name} is not known")
        return self.dimension(index.dim)


def _around(
    slots: tuple[Any, ...], parts: tuple[Form, ...], bound: tuple[Index, ...], body: Mono
) -> tuple[frozenset[Index], int]:
    """The free indices of a factor, and its height."""
    if not parts and not body:  # an entry, mostly
        plain = frozenset([s for s in slots if type(s) is Index])
        if len(plain) == len(slots):
            return plain, 0
    free: set[Index] = set()
    height = 0
    for index in bound:
        if index.level > height:
            height = index.level
    for slot in slots:
        if isinstance(slot, Index):
            free.add(slot)
        elif isinstance(slot, Form):
            free |= slot.free
            height = max(height, slot.height)
    for part in parts:
        free |= part.free
        if part.height > height:
            height = part.height
    for inner, _ in body:
        free |= inner.free
        if inner.height > height:
            height = inner.height
    return frozenset(free.difference(bound) if bound else free), height
