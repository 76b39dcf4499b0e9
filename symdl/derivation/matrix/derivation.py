"""A derivative in matrix notation with its steps, for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as changed

from symdl.derivation.matrix.build import NotInMatrices
from symdl.derivation.matrix.by_entries import ByEntries, by_entries
from symdl.derivation.matrix.conditions import conditions
from symdl.derivation.matrix.gradient import (
    MatrixGradient,
    MatrixStep,
    matrix_gradient,
    of_entries_of,
)
from symdl.derivation.matrix.jacobian import matrix_jacobian
from symdl.derivation.matrix.lines import (
    Line,
    MatrixSteps,
    joined_lines,
    reason_of,
    told_of,
    without_repeats,
)
from symdl.derivation.matrix.simplify import factored, simpler
from symdl.derivation.matrix.vectorise import whole, with_calls_opened
from symdl.document.errors import DeriveError
from symdl.expression.misfits import show
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.spelling import SAMPLES
from symdl.expression.term import (
    Term,
    free_symbols,
    make,
    postorder,
    replace,
    symbol,
    written_size,
)

MAX_WRITTEN = 150
"""A result of more operations keeps the names of the gradients in between."""


def derive_matrix(body: Term, variable: Term, scope: Scope, called: Term | None) -> MatrixSteps:
    """The derivative of a number or an array in an array: in matrix notation, or where there is
    none its entry. Raises DeriveError where it has no index form either.
    """
    found = _derived(body, variable, scope, called)
    families = _families(found, scope)
    held = conditions(body, variable, scope)
    return changed(found, families=tuple(families), conditions=held)


def _families(found: MatrixSteps, scope: Scope) -> list[str]:
    """What the arrays are of which only the members are declared or written (`x_i: vector(d)`,
    `x^{(i)}`)."""
    members = {name.rpartition("_")[0]: name for name, s in scope.symbols.items() if s.declared}
    arrays = {
        s for line in found.lines for side in (line.left, line.right) for s in free_symbols(side)
    }
    told = []
    for array in sorted(arrays, key=plain):
        name = str(array.data.name)
        member = plain(symbol(members[name])) if name in members else ""
        if name.endswith(SAMPLES):
            member = f"{plain(symbol(name.removesuffix(SAMPLES)))}^(i)"
        if array.shape and member and not scope.declares(name):
            part = "entries" if len(array.shape) == 1 else "rows"
            told.append(f"{plain(array)} has the {part} {member}: {show(array.shape)}")
    return told


def _derived(body: Term, variable: Term, scope: Scope, called: Term | None) -> MatrixSteps:
    body = with_calls_opened(body, scope)
    if called is not None and called.op == "symbol" and called.shape is None:
        called = symbol(called.data.name, shape=body.shape)  # a capital that was taken for an array
    name = called if called is not None else body if body.op == "symbol" else symbol("L")
    if called is not None and called.op == "symbol" and called not in scope.values:
        scope = changed(scope, values={**scope.values, called: body})
        body = called
    try:
        found = _by_its_entries(body, variable, scope, name)
        if found is not None:
            return found
        if body.shape == ():
            return _gradient_steps(body, variable, scope, name)
        second = _of_gradient(body, variable, scope, name)
        if second is not None:
            return second
        return _jacobian_steps(body, variable, scope, name)
    except NotInMatrices as problem:
        opaque = next(
            (n for n in postorder(scope.values.get(body, body)) if n.op == "opaque"), None
        )
        if opaque is not None:
            raise DeriveError(
                f"{plain(opaque)} has no derivative: what it is of numbers is not defined",
                hint="define it by its entries, as v = \\frac{1}{n} \\sum_i (x_i - m)^2",
            ) from None
        try:
            return _entry_steps(body, variable, scope, name)
        except NotInMatrices:
            raise DeriveError(
                f"no matrix notation for this derivative: {problem}",
                hint="take it by an entry, with an index for each axis (W_{ij})",
            ) from None


def _by_its_entries(body: Term, variable: Term, scope: Scope, name: Term) -> MatrixSteps | None:
    """The Jacobian of a vector of which the entry is given (`p_i = ...`), None where it is given
    otherwise or has no matrix form."""
    if name.op != "entry" or body.shape or name.args[0].op != "symbol":
        return None
    array = of_entries_of(body, list(name.args[1:]))
    base = name.args[0]
    if array is None or array.shape != base.shape or variable is base:
        return None
    inner = changed(scope, values={**scope.values, base: array})
    try:
        found = _jacobian_steps(base, variable, inner, base)
    except NotInMatrices:
        return None
    given = Line(name, body, "as given")
    lines = (given, Line(base, array, _IN_MATRICES), *found.lines[1:])
    return changed(found, function=body, lines=lines)


def _entry_steps(body: Term, variable: Term, scope: Scope, name: Term) -> MatrixSteps:
    """The derivative found entry by entry, in matrix notation where it has such a form."""
    found: ByEntries = by_entries(body, variable, scope, name)
    lines = _given(name, body, scope)
    head = found.function
    if not found.rows or name.shape == body.shape:
        head = make("entry", name, *(i for i, _ in found.rows)) if found.rows else name
    at = make("entry", variable, *(i for i, _ in found.columns)) if found.columns else variable
    left = make("derivative", head, at, data=_D)
    lines.append(Line(left, found.entry, joined_lines(_CONTRACTED, found.used)))
    base = name.args[0] if name.op == "entry" and found.free else name
    if found.whole is None or (found.free and base is name):
        axes = (*found.free, *found.rows, *found.columns)
        rows = "the function and of " if found.rows or found.free else ""
        layout = f"entry by entry, an index for each axis of {rows}{plain(variable)}"
        return MatrixSteps(body, variable, found.entry, tuple(lines), layout, axes)
    if found.rows or found.free:
        lines.append(Line(make("derivative", base, variable, data=_D), found.whole, _IN_MATRICES))
        layout = _jacobian_layout(base, variable)
    else:
        lines.append(Line(make("gradient", name, variable), found.whole, _IN_MATRICES))
        layout = _gradient_layout(variable)
    return MatrixSteps(body, variable, found.whole, tuple(lines), layout)


_D = "partial"
_CONTRACTED = "differentiated entry by entry, Kronecker deltas contracted"
_IN_MATRICES = "in matrix notation"


def _gradient_steps(body: Term, variable: Term, scope: Scope, name: Term) -> MatrixSteps:
    found = matrix_gradient(body, variable, scope, name)
    lines = [*_given(name, body, scope), *_defined_in_arrays(found, body, scope, name)]
    known: dict[Term, Term] = {}
    for left, step in _inner_steps(found, variable, scope, name):
        made = simpler(step.value, scope)
        if left in found.named:
            known[left] = made.term
        reason = reason_of(step, (*made.used, *told_of(step, made.term)))
        lines.append(Line(left, made.term, reason))
    last = next((s for s in found.steps if s.what is variable), None)
    left = make("gradient", name, variable)
    rule = last.rule if last is not None else ""
    result = _put_in(found.result, known)
    if result is not found.result:
        lines.append(Line(left, found.result, rule))
        rule = "put together"
    made = simpler(result, scope)
    short = factored(made.term)
    lines.append(Line(left, short, reason_of(MatrixStep(variable, result, rule), made.used)))
    layout = _gradient_layout(variable)
    return MatrixSteps(body, variable, short, without_repeats(lines), layout)


def _defined_in_arrays(
    found: MatrixGradient, body: Term, scope: Scope, name: Term
) -> Iterator[Line]:
    """What is differentiated, and what its parts are called for, where these are written by
    entries and have a form as whole arrays."""
    if _given(name, body, scope):
        yield from _line_in_arrays(name, scope.values.get(body, body))
    for step in found.steps:
        spelled = scope.values.get(step.what)
        if spelled is not None and step.what is not name:
            yield from _line_in_arrays(step.what, spelled)


def _line_in_arrays(name: Term, value: Term) -> Iterator[Line]:
    told = _in_arrays(value)
    if told is not value:
        yield Line(name, told, _IN_MATRICES)


def _inner_steps(
    found: MatrixGradient, variable: Term, scope: Scope, name: Term
) -> Iterator[tuple[Term, MatrixStep]]:
    """The steps on the way that say something, each with what is derived in it."""
    values = set(scope.values.values())
    for step in found.steps:
        if step.what is variable or step.what in values:
            continue
        named = step.what.op in ("symbol", "label")
        left = make("gradient", name, step.what) if named else _by(name, step.what)
        constant = step.value.op != "identity" and not free_symbols(step.value)
        if not constant or left in found.named:
            yield left, step


def _in_arrays(value: Term) -> Term:
    """A value with its sums over entries written with whole arrays, where that can be."""
    try:
        return whole(value)
    except NotInMatrices:
        return value


def _gradient_layout(variable: Term) -> str:
    if variable.shape == ():
        return f"{plain(variable)} is a number, and so is the gradient"
    return f"the gradient has the shape of {plain(variable)}: {show(variable.shape)}"


def _jacobian_layout(name: Term, variable: Term) -> str:
    rows = f"a row for each entry of {plain(name)}, a column for each of {plain(variable)}"
    return f"Jacobian: {rows}"


def _by(name: Term, what: Term) -> Term:
    return make("derivative", name, what, data="partial")


def _given(name: Term, body: Term, scope: Scope) -> list[Line]:
    """What is differentiated, as it was given."""
    value = scope.values.get(body, body)
    return [Line(name, value, "as given")] if value is not name else []


def _put_in(term: Term, named: dict[Term, Term]) -> Term:
    """The gradients in between put in; the term itself where that would be long."""
    made = term
    for _ in range(len(named) + 1):
        before, made = made, replace(made, named)
        if written_size(made) > MAX_WRITTEN:
            return term
        if made is before:
            break
    return made


def _of_gradient(body: Term, variable: Term, scope: Scope, name: Term) -> MatrixSteps | None:
    """The derivative of a gradient (a Hessian): that of the matrix notation of the gradient. None
    where it is the gradient of something else, or has no such notation."""
    slope = scope.values.get(body, body)
    if slope.op != "gradient" or len(slope.args) != 2 or slope.args[0].shape != ():
        return None
    function, inside = slope.args
    called = function if function.op in ("symbol", "label") else symbol("f")
    if name is function or name not in scope.values:
        name = make("gradient", called, inside)
    try:
        first = _gradient_steps(function, inside, scope, called)
        second = _jacobian_steps(first.result, variable, scope, name)
    except NotInMatrices:
        return None
    lines = (*first.lines, *(line for line in second.lines if line.rule != "as given"))
    return changed(second, function=body, lines=without_repeats(list(lines)))


def _jacobian_steps(body: Term, variable: Term, scope: Scope, name: Term) -> MatrixSteps:
    found: MatrixGradient = matrix_jacobian(body, variable, scope)
    lines = _given(name, body, scope)
    last = found.steps[-1].rule if found.steps else ""
    for step in found.steps[:-1]:
        left = make("derivative", step.what, variable, data="partial")
        lines.append(Line(left, simpler(step.value, scope).term, step.rule))
    left = make("derivative", name, variable, data="partial")
    made = simpler(found.result, scope)
    lines.append(Line(left, made.term, reason_of(MatrixStep(body, made.term, last), made.used)))
    layout = _jacobian_layout(name, variable)
    return MatrixSteps(body, variable, made.term, without_repeats(lines), layout)
