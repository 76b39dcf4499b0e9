"""The derivative of a Form by one entry of an array, by Kronecker deltas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from symdl.derivation.index import kernels as ker
from symdl.derivation.index import matrices, over_index, switches
from symdl.derivation.index.form import Space
from symdl.derivation.index.nouns import Exponent, Factor, Form, Index, TooLarge
from symdl.derivation.index.products import monomial
from symdl.derivation.index.renaming import opened, rename
from symdl.derivation.index.sums import sum_over


@dataclass(slots=True)
class Derivative:
    """Derivatives by the entry `head` at `slots` (a scalar has none; 1 along an axis of one entry).

    by_row: the partial derivatives of a kernel that has no rule here.
    """

    space: Space
    head: Any
    slots: tuple[Index | Form, ...]
    by_row: Callable[[Factor], Sequence[Form]]
    done: dict[Factor, Form] = field(default_factory=dict)

    def __call__(self, form: Form) -> Form:
        """The derivative of a Form."""
        space = self.space
        parts = [space.number(0)]
        for mono, c in form.terms.items():
            for place, (factor, e) in enumerate(mono):
                inner = self.of(factor)
                if not inner.terms:
                    continue
                rest = monomial(space, (mono[:place], mono[place + 1 :]))
                outer = _lowered_power(space, factor, e)
                parts.append(space.scale(space.multiply(rest, outer, inner), c * e))
        return space.add(*parts)

    def of(self, factor: Factor) -> Form:
        """The derivative of one factor."""
        found = self.done.get(factor)
        if found is None:
            found = self.done[factor] = self._of(factor)
        return found

    def _of(self, factor: Factor) -> Form:
        space = self.space
        if factor.kind in ("entry", "scalar"):
            self._refuse_places(factor)
            if factor.head is not self.head:
                return space.number(0)
            pairs = zip(factor.slots, self.slots, strict=True)
            return space.multiply(space.number(1), *(switches.delta(space, a, b) for a, b in pairs))
        if factor.kind == "sum":
            bound, body = opened(space, factor)
            return sum_over(space, self(body), bound)
        if factor.bound:
            return self._of_matrix(factor)
        inner = [self(part) for part in factor.parts]
        if not any(part.terms for part in inner):
            return space.number(0)
        rule = _RULES.get(factor.kind)
        if rule is not None:
            return space.multiply(rule(space, factor), inner[0])
        if factor.kind == "kernel":
            partials = self.by_row(factor)
            products = [space.multiply(p, d) for p, d in zip(partials, inner, strict=True)]
            return space.add(space.number(0), *products)
        raise TooLarge(f"no derivative of {factor.kind}")

    def _refuse_places(self, factor: Factor) -> None:
        """`E_{t_i}` has no derivative in t: an index is a whole number."""
        if any(isinstance(s, Form) and self._moves(s) for s in factor.slots):
            raise TooLarge("a derivative in an index")

    def _moves(self, form: Form) -> bool:
        """Whether the variable occurs in a Form of indices."""
        waiting = [form]
        while waiting:
            for factor, _ in (pair for mono in waiting.pop().terms for pair in mono):
                if factor.head is self.head and factor.kind in ("entry", "scalar"):
                    return True
                waiting += [s for s in (*factor.slots, *factor.parts) if isinstance(s, Form)]
                waiting += [self.space.of(f) for f, _ in factor.body]
        return False

    def _of_matrix(self, factor: Factor) -> Form:
        """d(A^{-1}) = -A^{-1} dA A^{-1}, d det A = det A tr(A^{-1} dA)."""
        space = self.space
        if factor.kind in (over_index.PRODUCT, over_index.LARGEST):
            return over_index.differentiated(space, factor, self)
        a, b = (space.index("b", i.dim) for i in factor.bound)
        matrix = rename(space, factor.parts[0], dict(zip(factor.bound, (a, b), strict=True)))
        changed = self(matrix)
        if not changed.terms:
            return changed
        i, j = factor.slots or (a, b)

        def inverse(row: Any, column: Any) -> Form:
            return matrices.inverse(space, matrix, (a, b), (row, column))

        if factor.kind == "inverse":
            product = space.multiply(inverse(i, a), changed, inverse(b, j))
            return space.scale(sum_over(space, product, (a, b)), -1)
        trace = sum_over(space, space.multiply(inverse(b, a), changed), (a, b))
        return space.multiply(space.of(factor), trace)


def _lowered_power(space: Space, factor: Factor, e: Exponent) -> Form:
    return space.number(1) if e == 1 else ker.power(space, space.of(factor), e - 1)


def _by_sigma(space: Space, factor: Factor) -> Form:
    s = space.of(factor)
    return space.subtract(s, space.multiply(s, s))


def _by_abs(space: Space, factor: Factor) -> Form:
    """|u|' = u / |u| where u is not 0."""
    space.demands[factor.parts[0], "!="] = None
    return space.multiply(factor.parts[0], ker.power(space, space.of(factor), -1))


def _by_step(space: Space, factor: Factor) -> Form:
    space.demands[factor.parts[0], "!="] = None
    return space.number(0)


_RULES: dict[str, Callable[[Space, Factor], Form]] = {
    "base": lambda space, factor: space.number(1),
    "exp": lambda space, factor: space.of(factor),
    "log": lambda space, factor: ker.power(space, factor.parts[0], -1),
    "sigma": _by_sigma,
    "abs": _by_abs,
    "step": _by_step,
    "zero": _by_step,
}
