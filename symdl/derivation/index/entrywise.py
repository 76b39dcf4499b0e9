"""Derivatives by one entry, written as short as their index form is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symdl.derivation.forward import Derivation, Step
from symdl.derivation.index.equal import compare, lowering
from symdl.derivation.index.hypotheses import rules_of, use_rules
from symdl.derivation.index.lowered import NotLowered
from symdl.derivation.index.lowering import Lowering
from symdl.derivation.index.nouns import Factor, Form, Index, TooLarge
from symdl.derivation.index.renaming import mapped, rename
from symdl.derivation.index.written import Writing
from symdl.expression.domain import Domain
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, size, symbol


def entry_form(term: Term, scope: Scope) -> Term | None:
    """A scalar Term with free indices in its shortest index notation: deltas contracted, sums
    taken out, defined entries by their names; None where it has no index form."""
    low = lowering((term,), scope)
    try:
        found = low(term)
        if found.shape:
            return None
        form = found.form
        low.space.rules = rules_of(scope.hypotheses, scope, low.space, low)
        if low.space.rules:
            form = use_rules(low.space, [form])[0]
        form = _with_names(low, form, scope)
        indices = {i: s for s, i in low.free.items()}
        names = {s.data.name: s for s in free_symbols(term) if s.op == "symbol" and not s.shape}
        return Writing(low.space, indices, names)(form)
    except (NotLowered, TooLarge):
        return None


def _with_names(low: Lowering, form: Form, scope: Scope) -> Form:
    """Exponentials `e^{x_i}` by the softmax that was given a name: `p_i` times the sum."""
    for name, definition in scope.entries.items():
        declared = scope.symbols.get(name)
        if declared is None or not declared.shape or len(declared.shape) != 1:
            continue
        head = make("symbol", data=declared)
        if len(definition.parameters) != 1:
            continue
        try:
            array = low(head)
        except (NotLowered, TooLarge):
            continue
        form = _folded(low, form, head, array.slots[0], array.form)
    return form


def _folded(low: Lowering, form: Form, head: Term, slot: object, value: Form) -> Form:
    space = low.space
    single = value.single
    if single is None or single[1] != 1 or len(single[0]) != 2:
        return form
    top = [f for f, e in single[0] if f.kind == "exp" and e == 1]
    below = [f for f, e in single[0] if f.kind == "sum" and e == -1]
    if not top or not below or not top[0].parts[0].single:
        return form
    pattern = top[0]

    def leaf(factor: Factor) -> Form | None:
        if factor is below[0]:
            return space.of(factor)
        if factor.kind != "exp" or len(factor.free) != 1:
            return None
        at = next(iter(factor.free))
        moved = {slot: at} if isinstance(slot, Index) else {}
        if rename(space, space.of(pattern), moved) is not space.of(factor):
            return None
        entry = space.of(space.factor("entry", head, (at,)))
        return space.multiply(entry, space.of(below[0]))

    return mapped(space, form, leaf)


def shortened(derivation: Derivation, scope: Scope, written: Term) -> Derivation:
    """A derivative by one entry with its index form as the last line, where that is shorter.

    The index form is found anew from the function as written, and is taken only if it equals
    the result for all sizes.
    """
    variable = derivation.variable
    if variable.op != "entry":
        return derivation
    body = written if written.shape == () else derivation.function
    short = entry_form(make("derivative", body, variable, data="partial"), scope)
    if short is None or size(short) >= size(derivation.result):
        return derivation
    try:
        if not compare(derivation.result, short, scope, scope.hypotheses).is_zero:
            return derivation
    except NotLowered:
        return derivation
    step = Step(
        "index form", derivation.result, short, "deltas contracted, common factors in front"
    )
    return replace(derivation, result=short, steps=(*derivation.steps, step))


def derivative_of_entries(body: Term, variable: Term, scope: Scope) -> Derivation | None:
    """The derivative of an array, entry by entry, by one entry; None without an index form."""
    if not body.shape or variable.op != "entry":
        return None
    taken = {str(s.data.name) for s in free_symbols(body) | free_symbols(variable)}
    letters = [x for x in "ijklpqrst" if x not in taken]
    indices = [symbol(x, "index", domain=_INDEX) for x in letters[: len(body.shape)]]
    entry = make("entry", body, *indices)
    result = entry_form(make("derivative", entry, variable, data="partial"), scope)
    if result is None:
        return None
    before = make("derivative", entry, variable, data="partial")
    step = Step("index form", before, result, "deltas contracted")
    return Derivation(entry, variable, result, (step,), ())


_INDEX = Domain(lower=Fraction(1), integer=True)
