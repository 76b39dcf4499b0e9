"""Whether two Terms are equal for all sizes, by their index forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from symdl.derivation.index import array_rules, binder_rules, condition_rules, joined_rules
from symdl.derivation.index.few_values import values_of
from symdl.derivation.index.form import MAX_OBJECTS, Space
from symdl.derivation.index.hypotheses import rules_of, unlike_indices, use_rules
from symdl.derivation.index.lowered import Array, NotLowered
from symdl.derivation.index.lowering import Lowering
from symdl.derivation.index.nouns import Form, TooLarge
from symdl.derivation.index.renaming import rename
from symdl.derivation.index.splits import Split, Unsplit, alternatives
from symdl.derivation.index.zero import is_zero
from symdl.expression.dimensions import names_in
from symdl.expression.scope import Scope
from symdl.expression.term import Dim, Term, free_symbols, postorder

Splits = dict[Dim, Split]
Result = TypeVar("Result")

RULES_OF = (array_rules, binder_rules, condition_rules, joined_rules)
"""The modules that teach lowering its rules."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The two sides as Forms over the same indices."""

    space: Space
    left: Form
    right: Form
    shape: tuple[object, ...]

    @property
    def is_zero(self) -> bool:
        """Whether the sides are equal; False says nothing."""
        try:
            return _vanishes(self.space, self.space.subtract(self.left, self.right))
        except TooLarge:
            return False


def _vanishes(space: Space, form: Form) -> bool:
    """Whether a Form is 0, wherever its indices are along axes that are put together."""
    index = next((i for i in form.free if i.dim in space.splits), None)
    if index is None:
        return is_zero(space, form)
    return all(
        _vanishes(space, rename(space, form, {index: place}))
        for _, place in alternatives(space, index)
    )


def compare(
    left: Term,
    right: Term,
    scope: Scope,
    conditions: Sequence[Term] = (),
    most: int = MAX_OBJECTS,
    spread: bool = False,
) -> Difference:
    """Both sides over common indices. Raises NotLowered where one has no index form, or where
    more than `most` objects are made. spread: whether a number beside an array is each entry."""
    found = _compared((left, right), scope, conditions, most, spread=spread)
    met = found.space
    if (met.tanh is False or met.shifts is False) and not found.is_zero:
        tanh, shifts = met.tanh is False or None, met.shifts is False or None
        found = _compared((left, right), scope, conditions, most, tanh, shifts, spread=spread)
    return found


def _compared(
    sides: tuple[Term, Term],
    scope: Scope,
    conditions: Sequence[Term],
    most: int,
    tanh: bool | None = None,
    shifts: bool | None = None,
    splits: Splits | None = None,
    spread: bool = False,
) -> Difference:
    """Both sides, with tanh as it is or by the logistic function, and shifts as they are or not."""
    left, right = sides
    low = lowering(sides, scope, splits)
    space = low.space
    space.tanh, space.shifts = tanh, shifts
    space.most = most
    try:
        found = _aligned(low, low(left), low(right), spread)
        space.rules = rules_of(conditions, scope, space, low)
        unlike = unlike_indices(conditions, low)
        values = values_of(sides)
        if space.rules or unlike or values or _has_signs(space):
            sides_: Sequence[Form] = (found.left, found.right)
            for _ in range(2 if values and space.rules else 1):  # `\\sum_k z_k^2` of a one-hot z
                sides_ = use_rules(space, sides_, unlike, values)
            a, b = sides_
            found = Difference(space, a, b, found.shape)
        return found
    except Unsplit as found_:
        return _compared(sides, scope, conditions, most, tanh, shifts, found_.splits, spread)
    except TooLarge as problem:
        raise NotLowered(str(problem)) from None
    except RecursionError:
        raise NotLowered("nested too deep for an index form") from None


def _has_signs(space: Space) -> bool:
    """Whether a sign, or the place of a kink, occurs."""
    return any(
        f.kind == "zero" or (f.kind == "kernel" and f.head[0] == "sign")
        for f in space.factors.values()
    )


def lowering(sides: Sequence[Term], scope: Scope, splits: Splits | None = None) -> Lowering:
    """A calculation in which the free indices of some Terms are known, and their sizes."""
    space = Space(splits=splits or {}, counts=set(_sizes_in(sides)))
    return Lowering(scope, space, index_symbols(sides, scope))


def with_splits(work: Callable[[Splits], Result]) -> Result:
    """What a calculation gives, begun anew whenever it meets an axis that is put together."""
    splits: Splits = {}
    while True:
        try:
            return work(splits)
        except Unsplit as found:
            splits = found.splits


def _aligned(low: Lowering, a: Array, b: Array, spread: bool) -> Difference:
    if spread and not (a.shape and b.shape):
        return Difference(low.space, a.form, b.form, a.shape or b.shape)
    if len(a.shape) != len(b.shape) or not all(map(low.same_size, a.shape, b.shape)):
        raise NotLowered("the sides have unlike shapes")
    return Difference(low.space, a.form, low.aligned(b, a.slots), a.shape)


def _sizes_in(sides: Sequence[Term]) -> frozenset[str]:
    """The names of the sizes of all arrays in some Terms."""
    return frozenset(names_in(d for side in sides for n in postorder(side) for d in n.shape or ()))


def index_symbols(sides: Sequence[Term], scope: Scope) -> list[Term]:
    """The free symbols used as indices of entries."""
    found: dict[Term, None] = {}
    free = set().union(*map(free_symbols, sides))
    for side in sides:
        for node in postorder(side):
            if node.op == "entry":
                for index in node.args[1:]:
                    found |= dict.fromkeys(sorted(free_symbols(index) & free, key=repr))
    sizes = _sizes_in(sides)
    plain = [s for s in found if not s.shape and s not in scope.values]
    return [s for s in plain if s.data.name not in sizes]


__all__ = ["Difference", "NotLowered", "compare", "index_symbols"]
