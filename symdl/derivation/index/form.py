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

from symdl.expression.dimensions import is_written, polynomial
from symdl.expression.term import Dim

Exponent = int | Fraction
Coefficient = int | Fraction

_NO_INDEX: frozenset[Any] = frozenset()
_ZERO: frozenset[object] = frozenset()
"""The key of the Form without summands."""
POSITIVE, NONNEGATIVE, UNKNOWN = 2, 1, 0
"""What is certain of a sign: > 0, >= 0, nothing."""
MAX_TERMS = 2_000
"""A Form of more summands is not made."""
MAX_OBJECTS = 20_000
"""No more Forms, factors and indices are made in one calculation."""


class TooLarge(Exception):
    """A bound on the size of a Form would be exceeded. Never leaves the index calculus."""


@dataclass(eq=False, slots=True)
class Index:
    """An index and the dimension it runs through, from 1. level > 0 marks the canonical names of
    bound indices: those of a sum are one above all that stand inside of it."""

    name: str
    dim: Dim | None
    level: int = 0
    number: int = 0

    def __repr__(self) -> str:
        return self.name


@dataclass(eq=False, slots=True)
class Factor:
    """One factor.

    kind: scalar, entry, delta, sum, base, exp, log, or `kernel`. head: the name of the scalar,
    the symbol of the array, the operation of the kernel. slots: index arguments. parts: argument
    Forms. bound and body: of a sum. free: the indices that occur free. sign: what is certain.
    height: the highest level of a bound index inside. rigid: structure alone names the bound
    indices of the sum, whatever its free ones are called.
    """

    number: int
    kind: str
    head: Any
    slots: tuple[Any, ...]
    parts: tuple[Form, ...]
    bound: tuple[Index, ...]
    body: Mono
    free: frozenset[Index]
    sign: int
    height: int
    rigid: bool = False

    def __repr__(self) -> str:
        inside = ", ".join(map(repr, (*self.slots, *self.parts)))
        if self.kind == "sum":
            return f"sum[{', '.join(map(repr, self.bound))}]({show(self.body)})"
        if self.kind == "scalar":
            return str(self.head)
        name = self.head.data.name if self.kind == "entry" else self.head or self.kind
        return f"{name}({inside})"


Mono = tuple[tuple[Factor, Exponent], ...]
"""Factors with nonzero exponents, in the order of their numbers."""


class Form:
    """A sum of monomials; interned, so that identity is equality."""

    __slots__ = ("free", "height", "number", "terms")

    def __init__(self, number: int, terms: dict[Mono, Coefficient]) -> None:
        self.number = number
        self.terms = terms
        free: frozenset[Index] = _NO_INDEX
        height = 0
        for mono in terms:
            for factor, _ in mono:
                mine = factor.free
                if mine and mine is not free and not mine <= free:
                    free = free | mine if free else mine
                if factor.height > height:
                    height = factor.height
        self.free = free
        self.height = height

    def __repr__(self) -> str:
        return " + ".join(f"{c} {show(m)}" for m, c in self.terms.items()) or "0"

    @property
    def constant(self) -> Coefficient | None:
        """The value of a Form without factors."""
        if not self.terms:
            return 0
        return self.terms.get((), None) if len(self.terms) == 1 else None

    @property
    def single(self) -> tuple[Mono, Coefficient] | None:
        """The only summand, if there is one."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None


@dataclass(frozen=True, slots=True)
class Rule:
    """The sum of `body` over `bound` is `value`, for all values of the indices `any_`; those in
    `fixed` stand for themselves."""

    bound: tuple[Index, ...]
    body: Mono
    any_: tuple[Index, ...]
    value: Form
    name: str
    fixed: tuple[Index, ...] = ()


def show(mono: Mono) -> str:
    """A monomial for people who debug."""
    return " ".join(f"{f!r}" if e == 1 else f"{f!r}^{e}" for f, e in mono)


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
            key: object = pair if pair[1] else _ZERO
        else:
            key = frozenset(terms.items())
        found = self.forms.get(key)
        if found is None:
            kept = dict(terms) if key is not _ZERO else {}
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
