"""Code out of expressions: what is written out, the order of its parameters, values and slopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symdl.document.errors import DeriveError
from symdl.expression import printer
from symdl.expression.misfits import show
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, postorder

if TYPE_CHECKING:
    from symdl.code.lambdify import Function
    from symdl.derivation.matrix.backward import Backward
    from symdl.faces.expression import Expression

Names = str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Coded:
    """An expression as code is made of it: the term with definitions written out, the symbols it
    takes in order, and the defaults of those that have one."""

    expression: Expression
    term: Term
    symbols: tuple[Term, ...]
    defaults: dict[Term, Fraction]

    def taking(self, parameters: Sequence[str] | None) -> tuple[Term, ...]:
        """The symbols, or those of the names asked for, in their order."""
        if parameters is None:
            return self.symbols
        return tuple(self.expression.symbol(name, self.term) for name in parameters)

    def variables(self, derivative: Names) -> Term | tuple[Term, ...] | None:
        """What is differentiated in: nothing, one or several."""
        named = several(derivative)
        found = tuple(self.expression.variable(name, self.term) for name in named)
        return found[0] if len(found) == 1 else found or None


def coded(expression: Expression, derivative: Names = None) -> Coded:
    """What code is made of. Arrays nobody declared have sizes where the code depends on them."""
    found = _sized(expression, derivative)
    term = whole(found)
    return Coded(found, term, _arguments(found, term), default_numbers(found, term))


def _sized(expression: Expression, derivative: Names) -> Expression:
    """With sizes for undeclared arrays where code depends on how many axes they have; what works
    entry by entry goes on taking arrays of any shape."""
    from symdl.code.known_axes import of_unknown_axes

    if derivative is None and of_unknown_axes(whole(expression)) is None:
        return expression
    return expression.sized()


def whole(expression: Expression) -> Term:
    """Definitions written out, arrays kept whole."""
    from symdl.code.chosen import with_logs_inside
    from symdl.code.ones import without_ones
    from symdl.derivation.expand import expand
    from symdl.derivation.matrix.vectorise import with_whole_arrays
    from symdl.derivation.norms import spelled
    from symdl.evidence.sums.omissions import with_sums

    scope = expression.scope
    term = with_sums(expand(expression.term, scope, whole=True))
    while (opened := with_whole_arrays(term, scope)) is not term:
        term = expand(opened, scope, whole=True)
    term = _with_defined_entries(with_logs_inside(spelled(without_ones(term), scope)), scope)
    if not expression.axes:
        return term
    from symdl.code.axes import AXES
    from symdl.derivation.matrix.build import dimension

    sizes = (dimension(d) for _, d in expression.axes)
    return make(AXES, term, *(i for i, _ in expression.axes), *sizes)


def _with_defined_entries(term: Term, scope: Scope) -> Term:
    """With arrays that are defined entry by entry put in where they stand as a whole, if what is
    made of them has a form by entries."""
    from symdl.code.by_index import by_index
    from symdl.derivation.expand import expand
    from symdl.document.errors import CodeError

    if term.shape != ():
        return term
    while any(s.shape and s.data.name in scope.entries for s in free_symbols(term)):
        try:
            opened = expand(by_index(term), scope, whole=True)
        except CodeError:
            return term
        if opened is term:
            return term
        term = opened
    return term


def _arguments(expression: Expression, term: Term) -> tuple[Term, ...]:
    """The parameters of code: no indices, and no sizes that arrays tell."""
    from symdl.code.axes import inferred

    told = inferred(term)
    return tuple(symbol for symbol in expression.parameters(term) if symbol not in told)


def default_numbers(expression: Expression, term: Term) -> dict[Term, Fraction]:
    """The defaults of the parameters that occur and are rational."""
    from symdl.evidence.exact import exact

    free = free_symbols(term)
    known = ((symbol, exact(v)) for symbol, v in expression.defaults.items() if symbol in free)
    return {symbol: value for symbol, value in known if value is not None}


def lambdified(
    expression: Expression, backend: str, derivative: Names, parameters: Sequence[str] | None
) -> Function:
    """A function of arrays (see `Expression.lambdify`)."""
    from symdl.code.lambdify import lambdify, lambdify_all

    derivative = every(expression, derivative)
    if derivative is None and has_named_gradients(expression) and expression.slope_of is not None:
        differentiated, variable = expression.slope_of
        return _slopes(differentiated, variable, backend, parameters)
    found = coded(expression, derivative)
    symbols, preferred = found.taking(parameters), expression.arguments
    slope = _slope_by_sums(expression) if derivative is None else None
    arrays = slope or _backward_of(found.expression, derivative)
    if isinstance(arrays, tuple):
        return lambdify_all(arrays, symbols, backend, defaults=found.defaults, preferred=preferred)
    if arrays is not None:
        from symdl.code.gradients import lambdify_gradients

        return lambdify_gradients(
            arrays, symbols, backend, defaults=found.defaults, preferred=preferred
        )
    return lambdify(
        found.term,
        symbols,
        backend,
        derivative=found.variables(derivative),
        defaults=found.defaults,
        preferred=preferred,
    )


def exported(
    expression: Expression, to: str, derivative: Names, name: str, differentiable: bool
) -> str:
    """A module or text (see `Expression.export`)."""
    derivative = every(expression, derivative)
    found = coded(expression, derivative)
    if differentiable:
        return _differentiable(found, to, name)
    arrays = _backward_of(found.expression, derivative)
    if isinstance(arrays, tuple):
        if to == "latex":
            return _by_entries_in_latex(found.expression, several(derivative))
        return _emitted(found, arrays, to, name)
    if arrays is not None:
        from symdl.code.gradients import export_gradients

        return export_gradients(
            arrays,
            to,
            found.symbols,
            name=name,
            defaults=found.defaults,
            preferred=expression.arguments,
        )
    from symdl.code.export import export

    written = found.expression
    return export(
        written.term if to == "latex" and derivative is None else found.term,
        to,
        written.parameters(found.term) if to == "sympy" else found.symbols,
        found.variables(derivative),
        name=name,
        defaults=found.defaults,
        preferred=expression.arguments,
    )


def _differentiable(found: Coded, to: str, name: str) -> str:
    from symdl.code.differentiable import differentiable

    return differentiable(
        found.term,
        to,
        found.symbols,
        name=name,
        doc=[printer.plain(found.term)],
        defaults=found.defaults,
        preferred=found.expression.arguments,
    )


def _by_entries_in_latex(expression: Expression, names: tuple[str, ...]) -> str:
    """The value, then each derivative as its derivation ends: in index notation where it has no
    matrix form."""
    from symdl.derivation.matrix.derivation import MatrixSteps

    free = (s.data.name for s in expression.parameters(whole(expression)) if s.shape)
    lines = [printer.latex(expression.term)]
    for name in tuple(free) if names == ("all",) else names:
        steps = expression.derivative(name).steps
        assert isinstance(steps, MatrixSteps)
        lines.append(steps.last_line)
    return "\n".join(lines) + "\n"


def _emitted(found: Coded, terms: tuple[Term, ...], to: str, name: str) -> str:
    from symdl.code.emit import emit
    from symdl.code.lambdify import default_text

    return emit(
        terms,
        found.symbols,
        to,
        name,
        doc=[printer.plain(found.term)],
        defaults={s: default_text(v) for s, v in found.defaults.items()},
        preferred=found.expression.arguments,
    )


def called(expression: Expression, values: dict[str, Any]) -> Any:
    """The value at given arguments (see `Expression.__call__`)."""
    from symdl.code.lambdify import lambdify

    if has_named_gradients(expression):
        return expression.lambdify()(**values)
    found = coded(expression)
    chosen: dict[Term, Any] = {s: float(v) for s, v in found.defaults.items()}
    chosen |= {found.expression.symbol(n, found.term): value for n, value in values.items()}
    names = expression.arguments
    missing = [names.get(s, s.data.name) for s in found.symbols if s not in chosen]
    if missing:
        raise DeriveError(
            f"no value for {', '.join(missing)}",
            hint=f"f({', '.join(f'{name}=...' for name in missing)})",
            code="no-value",
        )
    return lambdify(found.term, found.symbols, "numpy")(*(chosen[s] for s in found.symbols))


# --- gradients ----------------------------------------------------------------------------------


def has_named_gradients(expression: Expression) -> bool:
    """Whether the term keeps the names of gradients in between (`\\\\nabla_S L`), or is a sum over
    the elements of a batch: the backward pass has the code."""
    if expression.slope_of is None:
        return False
    nodes = postorder(expression.term)
    return any(n.op == "gradient" or (n.op == "sum" and n.shape) for n in nodes)


def _slopes(
    expression: Expression, variable: str, backend: str, parameters: Sequence[str] | None
) -> Function:
    """A function of the gradient in one array alone, by the backward pass."""
    from symdl.code.gradients import lambdify_gradients

    term = whole(expression)
    found = Coded(expression, term, _arguments(expression, term), default_numbers(expression, term))
    return lambdify_gradients(
        expression.backward(variable),
        found.taking(parameters),
        backend,
        defaults=found.defaults,
        preferred=expression.arguments,
        with_value=False,
    )


def every(expression: Expression, derivative: Names) -> Names:
    """The variables that "all" stands for: of a number of numbers each that has no default. In
    arrays it stands for all that the backward pass reaches. Raises DeriveError for an array:
    its derivatives are Jacobians, each with an axis more than anybody wants unasked."""
    if several(derivative) != ("all",):
        return derivative
    sized_ = expression.right.sized()
    term = whole(sized_)
    if term.shape:
        raise DeriveError(
            f'"all" is for a number: this is an array {show(term.shape)}',
            hint="name a variable to get its Jacobian, or take a number of it: tr(G^T O) has the "
            "gradients that a backward pass wants, for any G",
        )
    free = sized_.parameters(term)
    if any(s.shape for s in free):
        return derivative
    names = tuple(str(s.data.name) for s in free if s not in expression.defaults)
    if not names:
        raise DeriveError("there is no variable to derive in", code="no-such-variable")
    return names


def _backward_of(expression: Expression, derivative: Names) -> Backward | tuple[Term, ...] | None:
    """The backward pass, where a derivative is wanted in an array; where it has no rule the
    value and each derivative by itself."""
    names = several(derivative)
    numbers = names != ("all",) and all(expression.array(name) is None for name in names)
    if numbers and not (names and _has_matrix_kernels(expression)):
        return None
    from symdl.code.chosen import with_logs_inside

    term = whole(expression)
    try:
        found = replace(expression, term=with_logs_inside(expression.term)).backward(names)
    except DeriveError as problem:
        return _by_sums(expression, term, names) or _one_by_one(expression, term, names, problem)
    if not _may_overflow(found) or any(v.op != "symbol" for v in found.gradients):
        return found
    return _by_sums(expression, term, tuple(v.data.name for v in found.gradients)) or found


def _may_overflow(found: Backward) -> bool:
    """Whether a backward pass divides by sums of exponentials that nothing moves."""
    below = {n.args[1] for e in found.backward for n in postorder(e.right) if n.op == "div"}
    sums = {n for b in below for n in postorder(b) if n.op in ("matmul", "reduce_sum", "dot")}
    return any(n.op == "exp" and n.shape for total in sums for n in postorder(total))


def _one_by_one(
    expression: Expression, term: Term, names: tuple[str, ...], problem: DeriveError
) -> tuple[Term, ...]:
    """The value and each derivative by itself. Raises the problem where there is none."""
    free = [s.data.name for s in expression.parameters(term) if s.shape]
    try:
        slopes = [expression.derivative(n) for n in (free if names == ("all",) else names)]
    except DeriveError:
        raise problem from None
    _refuse_overflow(term, slopes)
    return (term, *map(whole, slopes))


def _by_sums(expression: Expression, term: Term, names: tuple[str, ...]) -> tuple[Term, ...] | None:
    """The value and its gradients by a sweep over index notation; None for what is none."""
    from symdl.code.by_index import by_index
    from symdl.code.index_ranges import outside_of_indices
    from symdl.code.reverse import with_gradients
    from symdl.document.errors import CodeError

    try:
        if names == ("all",):
            met = outside_of_indices(term)
            wanted = [s for s in expression.parameters(term) if s.shape and s in met]
        else:
            wanted = [expression.symbol(name, term) for name in names]
        return with_gradients(by_index(term), wanted) if term.shape == () else None
    except (CodeError, DeriveError):
        return None


def _slope_by_sums(expression: Expression) -> tuple[Term, ...] | None:
    """A derivative of a number that is known entry by entry, or that chooses entries, by such a
    sweep: there is no delta in it, and a slope at entries that are 0."""
    chooses = any(n.op in ("max_over", "min_over") for n in postorder(expression.term))
    if expression.slope_of is None or not (expression.axes or chooses):
        return None
    differentiated, variable = expression.slope_of
    found = _by_sums(differentiated, whole(differentiated), (variable,))
    return None if found is None else found[1:]


def _refuse_overflow(term: Term, slopes: Sequence[Expression]) -> None:
    """Raise DeriveError for a Jacobian entry by entry through a softmax: its code would add up
    exponentials that nothing moves, which overflow where the function itself does not."""
    by_entries = any(slope.axes for slope in slopes)
    if by_entries and any(n.op in _SHIFTED for n in postorder(term)):
        raise DeriveError(
            "the Jacobian of an array through a softmax has no code that is safe from overflow",
            hint="take a number of it: tr(G^T O) has the gradients that a backward pass wants",
        )


_SHIFTED = frozenset({"softmax", "log_softmax", "logsumexp"})


def _has_matrix_kernels(expression: Expression) -> bool:
    """Whether a determinant or an inverse is in the way of derivatives in numbers."""
    term = whole(expression)
    return not term.shape and any(
        n.op in ("det", "inverse") and n.args[0].shape for n in postorder(term)
    )


def several(names: Names) -> tuple[str, ...]:
    """One name, several, or none as a tuple."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(names)
