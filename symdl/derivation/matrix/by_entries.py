"""Derivatives of arrays where reverse mode over whole arrays has no rule: entry by entry.

The function is written as one expression of indices, differentiated there by Kronecker deltas, and
brought back to matrix notation where that is possible. Else the entry of the derivative is the
result: `∂L/∂X_{pq} = ...`, an index for each axis of the function and of the variable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symdl.derivation.index.equal import Splits, lowering, with_splits
from symdl.derivation.index.hypotheses import rules_of, use_rules
from symdl.derivation.index.lowered import NotLowered
from symdl.derivation.index.lowering import Lowering
from symdl.derivation.index.nouns import Factor, Form, Index, TooLarge
from symdl.derivation.index.splits import Unsplit
from symdl.derivation.index.written import Writing
from symdl.derivation.matrix.build import NotInMatrices
from symdl.derivation.matrix.joined_sums import with_sums_joined
from symdl.derivation.matrix.raising import Raising
from symdl.derivation.matrix.signs import with_signs
from symdl.derivation.matrix.simplify import simpler
from symdl.derivation.matrix.softmaxes import with_softmax
from symdl.expression.dimensions import names_in
from symdl.expression.domain import Domain
from symdl.expression.numerals import ONE
from symdl.expression.scope import Scope
from symdl.expression.term import Dim, Term, free_symbols, make, postorder, symbol

OF_FUNCTION = "ijklmrst"
OF_VARIABLE = "pquvabcd"
_INDEX = Domain(lower=ONE.data.value, integer=True)


@dataclass(frozen=True, slots=True)
class ByEntries:
    """A derivative found entry by entry.

    free: the indices that the function is written with (`p_i`). function: the function as an entry
    over `rows`. entry: the entry of the derivative at all of these and `columns` (each an index
    with its size). whole: the derivative in matrix notation, None where it has none. used: the
    given equations that were used.
    """

    free: tuple[tuple[Term, Dim], ...]
    function: Term
    rows: tuple[tuple[Term, Dim], ...]
    columns: tuple[tuple[Term, Dim], ...]
    entry: Term
    whole: Term | None
    used: tuple[str, ...]


def by_entries(body: Term, variable: Term, scope: Scope, called: Term | None = None) -> ByEntries:
    """The derivative of an array (or a number) in an array. called: its name, of which the sizes of
    its free indices are known (`y_i`). Raises NotInMatrices where it has no index form."""
    return with_splits(lambda splits: _by_entries(body, variable, scope, called, splits))


def _by_entries(
    body: Term, variable: Term, scope: Scope, called: Term | None, splits: Splits
) -> ByEntries:
    low = lowering((body, variable), scope, splits)
    if called is not None and called.op == "entry":
        for index, size in zip(called.args[1:], called.args[0].shape or (), strict=False):
            if index in low.free:
                low.free[index].dim = size
    low.space.shifts = _has_parts(body, scope) or None
    try:
        array = low(make("derivative", body, variable, data="partial"))
        form = _with_rules(low, array.form, scope)
        free = [(i, s) for s, i in low.free.items() if i in form.free or s in free_symbols(body)]
        slots = (*(i for i, _ in free), *array.slots)
        rows, columns = _letters(array.shape, len(variable.shape or ()), _taken(body, scope))
        scalars = _scalars(body, scope)
        slots_ = _named_slots(low, array.slots, (*rows, *columns))
        entry = _written(low, form, slots_, scalars, _sizes(body, variable, scope))
        function = make("entry", body, *(i for i, _ in rows)) if rows else body
        whole = _raised(low, form, slots, scalars) if not rows or not free else None
        written = tuple((s, _size(i)) for i, s in free)
    except Unsplit:
        raise
    except (NotLowered, TooLarge) as problem:
        raise NotInMatrices(str(problem)) from None
    if whole is not None:
        whole = with_signs(simpler(whole, scope).term, body)
    names = {value: key for key, value in scope.values.items() if key.shape == value.shape}
    entry = with_sums_joined(with_softmax(with_signs(entry, body), names))
    used = tuple(name for name in low.space.used if name.startswith(("given", "where ")))
    return ByEntries(written, function, rows, columns, entry, whole, used)


def _size(index: Index) -> Dim:
    if index.dim is None:
        raise NotInMatrices(f"the range of {index.name} is not known")
    return index.dim


def _with_rules(low: Lowering, form: Form, scope: Scope) -> Form:
    low.space.rules = rules_of(scope.hypotheses, scope, low.space, low)
    return use_rules(low.space, [form])[0] if low.space.rules else form


def _taken(body: Term, scope: Scope) -> set[str]:
    """The names of all symbols and sizes that a Term leads to."""
    symbols = set(_reached(body, scope))
    sizes = names_in(d for s in symbols for d in s.shape or ())
    return {str(s.data.name) for s in symbols} | sizes


Axes = tuple[tuple[Term, Dim], ...]


def _letters(shape: tuple[Dim, ...], of_variable: int, taken: set[str]) -> tuple[Axes, Axes]:
    """An index for each axis that no name is spelled like."""
    taken = set(taken)
    found: list[tuple[Term, Dim]] = []
    cut = len(shape) - of_variable
    for place, size in enumerate(shape):
        letters = OF_FUNCTION + OF_VARIABLE if place < cut else OF_VARIABLE + OF_FUNCTION
        letter = next((x for x in letters if x not in taken), None)
        if letter is None:
            raise NotInMatrices("more axes than letters")
        taken.add(letter)
        found.append((symbol(letter, "index", domain=_INDEX), size))
    return tuple(found[:cut]), tuple(found[cut:])


def _named_slots(low: Lowering, slots: tuple[Index | None, ...], axes: Axes) -> dict[Index, Term]:
    names = {slot: term for slot, (term, _) in zip(slots, axes, strict=True) if slot is not None}
    return {**{i: s for s, i in low.free.items()}, **names}


def _written(
    low: Lowering,
    form: Form,
    names: dict[Index, Term],
    scalars: dict[str, Term],
    sizes: set[str],
) -> Term:
    raising = Raising(low.space, scalars)

    def matrix(factor: Factor) -> Term:
        return raising(factor.parts[0], factor.bound)

    return Writing(low.space, names, scalars, matrix, sizes)(form)


def _sizes(body: Term, variable: Term, scope: Scope) -> set[str]:
    """The names of all sizes: no index is called like one."""
    symbols = (variable, *_nodes(body, scope))
    return names_in(d for s in symbols for d in s.shape or ())


def _nodes(body: Term, scope: Scope) -> Iterator[Term]:
    """What a Term is made of, and all that something defines."""
    terms = [body, *scope.values.values(), *(d.body for d in scope.entries.values())]
    return (n for t in terms for n in postorder(t))


def _reached(body: Term, scope: Scope) -> Iterator[Term]:
    """The symbols among these."""
    return (n for n in _nodes(body, scope) if n.op == "symbol")


def _has_parts(body: Term, scope: Scope) -> bool:
    """Whether a sum runs over a part of an axis: neighbours are what its derivative speaks of."""
    sums = (n for n in _nodes(body, scope) if n.op == "sum" and n.data == "range")
    return any(n.args[1] is not ONE or n.args[2].op == "add" for n in sums)


def _scalars(body: Term, scope: Scope) -> dict[str, Term]:
    return {s.data.name: s for s in _reached(body, scope) if not s.shape}


def _raised(
    low: Lowering, form: Form, slots: tuple[Index | None, ...], scalars: dict[str, Term]
) -> Term | None:
    """The derivative in matrix notation, None where it has none."""
    shape = tuple(i.dim for i in slots if i is not None)
    if len(shape) > 2 or len(shape) < len(slots):
        return None
    try:
        made = Raising(low.space, scalars)(form, slots)
    except NotInMatrices:
        return None
    return made if made.shape == shape else None
