"""Code out of expressions: what is written out, the order of its parameters, values and slopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symdl.document.errors import DeriveError
from symdl.expression import printer
from symdl.expression.term import Term, free_symbols
from symdl.faces.slopes import (
    Names,
    backward_of,
    every,
    has_named_gradients,
    several,
    slope_by_sums,
)
from symdl.faces.written_out import whole

if TYPE_CHECKING:
    from symdl.code.lambdify import Function
    from symdl.faces.expression import Expression


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
    slope = slope_by_sums(expression) if derivative is None else None
    arrays = slope or backward_of(found.expression, derivative)
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
    arrays = backward_of(found.expression, derivative)
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
    from symdl.derivation.matrix.lines import MatrixSteps

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
