"""Forms in index notation: sums over named indices, entries, deltas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction

from symdl.derivation.index.form import Space
from symdl.derivation.index.lowered import NotLowered
from symdl.derivation.index.nouns import Exponent, Factor, Form, Index, Mono
from symdl.derivation.index.products import ordered
from symdl.derivation.index.renaming import opened, rename
from symdl.expression.dimensions import is_written
from symdl.expression.domain import Domain
from symdl.expression.numerals import ONE, ZERO, spell
from symdl.expression.size_terms import as_term
from symdl.expression.term import Dim, Term, combined, make, number, symbol

LETTERS = "kljimnpqrstuvwabc"
_INDEX = Domain(lower=Fraction(1), integer=True)
_OVER = {"product": "product", "largest": "max_over"}


class Writing:
    """Writing within one Space. indices: the Terms of free indices; symbols: those of scalars;
    matrix: the Term of the matrix that an inverse or a determinant is one of; taken: names that no
    index gets."""

    def __init__(
        self,
        space: Space,
        indices: Mapping[Index, Term],
        symbols: Mapping[str, Term],
        matrix: Callable[[Factor], Term] | None = None,
        taken: Collection[str] = (),
    ) -> None:
        self.matrix = matrix
        self.space = space
        self.names = dict(indices)
        self.symbols = symbols
        self.taken = {str(t.data.name) for t in (*indices.values(), *symbols.values())} | set(taken)

    def __call__(self, form: Form) -> Term:
        """A Form as a scalar Term, common factors in front. Raises NotLowered."""
        if not form.terms:
            return ZERO
        if len(form.terms) == 1:
            mono, c = next(iter(form.terms.items()))
            return self._product(mono, Fraction(c))
        common = _common(form)
        below = {f: -e for f, e in common}
        parts = []
        for mono, c in form.terms.items():
            left = dict(mono)
            for f, e in below.items():
                left[f] = left.get(f, 0) + e
            parts.append(self._product(ordered(left), Fraction(c)))
        parts.sort(key=lambda t: t.op == "neg")
        inner = make("add", *parts)
        if not common:
            return inner
        return _joined([self._product(common, Fraction(1)), inner])

    def _product(self, mono: Mono, c: Fraction) -> Term:
        above: list[Term] = []
        below: list[Term] = []
        for factor, e in sorted(mono, key=lambda pair: _rank(pair[0])):
            side = above if e > 0 else below
            base = self._factor(factor)
            if base.op == "neg" and isinstance(e, int):
                base, c = base.args[0], c if e % 2 == 0 else -c
            side.append(self._power(base, abs(Fraction(e))))
        size = abs(c)
        if size.numerator != 1 or not above:
            above.insert(0, number(size.numerator))
        if size.denominator != 1:
            below.insert(0, number(size.denominator))
        whole = _joined(above)
        if below:
            whole = make("div", whole, _joined(below))
        return make("neg", whole) if c < 0 else whole

    def _power(self, base: Term, e: Fraction) -> Term:
        if e == 1:
            return base
        if e == Fraction(1, 2):
            return make("sqrt", base)
        return base ** spell(e)

    def _factor(self, factor: Factor) -> Term:
        if factor.kind == "scalar":
            found = self.symbols.get(factor.head)
            if found is None and isinstance(factor.head, Term):
                return factor.head
            return found or symbol(str(factor.head))
        if factor.kind == "entry":
            return make("entry", factor.head, *(self._slot(s) for s in factor.slots))
        if factor.kind == "delta":
            sides = tuple(self._slot(s) for s in factor.slots)
            return make("indicator", make("relation", *sides, data=("=",)))
        if factor.kind == "index":
            return self._slot(factor.slots[0])
        if factor.kind == "digit":
            return self._digit(factor)
        if factor.kind == "prime":
            return number(factor.head)
        if factor.kind == "sum":
            return self._sum(factor)
        if factor.kind in _OVER:
            return self._over(factor)
        if factor.bound:
            return self._of_matrix(factor)
        inner = [self(p) for p in factor.parts]
        if factor.kind == "kernel":
            return make(factor.head[0], *inner)
        if factor.kind in ("step", "zero"):
            return _condition(inner[0], ">" if factor.kind == "step" else "=")
        if factor.kind == "base":
            return inner[0]
        return make({"sigma": "sigmoid"}.get(factor.kind, factor.kind), *inner)

    def _digit(self, factor: Factor) -> Term:
        """The first or the second index of a pair that a place i is made of: with n the size of the
        second, ceil(i/n) and i - n(ceil(i/n) - 1)."""
        (sizes, place), at = factor.head, self._slot(factor.slots[0])
        if len(sizes) > 2:
            raise NotLowered("places of more than pairs")
        size = as_term(sizes[1])
        first = make("ceil", make("div", at, size))
        if place == 0:
            return first
        lower = make("add", first, make("neg", ONE))
        return make("add", at, make("neg", make("mul", size, lower)))

    def _of_matrix(self, factor: Factor) -> Term:
        """The determinant of a matrix, or an entry of its inverse."""
        if self.matrix is None:
            raise NotLowered("an inverse in index notation")
        matrix = self.matrix(factor)
        if factor.kind == "determinant":
            return make("det", matrix)
        return make("entry", make("inverse", matrix), *(self._slot(s) for s in factor.slots))

    def _slot(self, slot: Index | Form) -> Term:
        if not isinstance(slot, Index):
            return self(slot)
        name = self.names.get(slot)
        if name is None:
            raise NotLowered("an index without a name")
        return name

    def _sum(self, factor: Factor) -> Term:
        return self._bound("sum", *opened(self.space, factor))

    def _over(self, factor: Factor) -> Term:
        """A product or a largest value over an index."""
        index = self.space.index("b", factor.bound[0].dim)
        body = rename(self.space, factor.parts[0], {factor.bound[0]: index})
        if factor.kind == "largest" and all(c < 0 for c in body.terms.values()):
            return make("neg", self._bound("min_over", (index,), self.space.scale(body, -1)))
        return self._bound(_OVER[factor.kind], (index,), body)

    def _bound(self, op: str, bound: tuple[Index, ...], body: Form) -> Term:
        for index in bound:
            letter = next((x for x in LETTERS if x not in self.taken), None)
            if letter is None or index.dim is None:
                raise NotLowered("more indices than letters")
            self.taken.add(letter)
            self.names[index] = symbol(letter, domain=_INDEX)
        whole = self(body)
        for index in reversed(bound):
            name = self.names[index]
            size = self._size(_known(index.dim))
            whole = make(op, name, ONE, size, whole, data="range")
            self.taken.discard(str(name.data.name))
        return whole

    def _size(self, size: Dim) -> Term:
        if isinstance(size, int) or is_written(size):
            return as_term(size)
        return self.symbols.get(size) or symbol(size)


def _known(size: Dim | None) -> Dim:
    assert size is not None
    return size


def _condition(difference: Term, sign: str) -> Term:
    """`[a = b]` of a - b: what is taken away stands on the other side."""
    parts = difference.args if difference.op == "add" else (difference,)
    left = [p for p in parts if p.op != "neg"]
    right = [p.args[0] for p in parts if p.op == "neg"]
    sides = (combined("add", side) for side in (left, right))
    return make("indicator", make("relation", *sides, data=(sign,)))


def _common(form: Form) -> Mono:
    """The factors that every summand has, with the smallest exponent."""
    shared: dict[Factor, Exponent] | None = None
    for mono in form.terms:
        mine = dict(mono)
        if shared is None:
            shared = mine
            continue
        shared = {f: min(e, mine[f]) for f, e in shared.items() if f in mine and mine[f] * e > 0}
    return ordered(shared or {})


def _rank(factor: Factor) -> tuple[int, int]:
    order = {"prime": 0, "scalar": 1, "entry": 2, "exp": 3, "delta": 5, "sum": 6}
    return order.get(factor.kind, 4), factor.number


def _joined(factors: list[Term]) -> Term:
    flat = [g for f in factors for g in (f.args if f.op == "mul" else (f,))]
    return combined("mul", flat)
