"""Exports are run beside the NumPy function before they are written, and say so."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from symdl.code.targets import TARGETS
from symdl.commands.what import expression_of, formula_of, variables_of, with_indices

if TYPE_CHECKING:
    from symdl.expression.term import Term
    from symdl.faces.formula import Formula


def with_check(source: str, options: Namespace) -> str:
    """The source with a line on how it was checked, where its runtime is installed; C as one
    header with a test main. Raises InternalError for code that computes something else."""
    formula = formula_of(options)
    if formula is not None and formula.steps:
        told = _of_optimizer(source, formula, options) if options.optimizer else ""
        return _told(source, told, options.to)
    from symdl.code.exports.checked import checked, expected
    from symdl.code.exports.samples import samples

    function, parameters = _reference(options)
    try:
        wanted = expected(function, samples(parameters))
    except (IndexError, ValueError):
        # Entries at computed places (a convolution): the arrays have sizes of their own.
        return source
    if options.to == "c":
        from symdl.code.exports.header import header

        source = header(source, list(zip(wanted.points, wanted.results, strict=True)))
    return _told(source, checked(options.to, source, options.name or "f", wanted), options.to)


def _reference(options: Namespace) -> tuple[Callable[..., Any], Sequence[Term]]:
    """The NumPy function with the results of the export, and its parameters."""
    expression = expression_of(options)
    named = None if options.differentiable else variables_of(options.derivative)
    derivative = with_indices(named, expression)
    function = expression.lambdify("numpy", derivative)
    return function, expression.for_code()[1]


def _of_optimizer(source: str, formula: Formula, options: Namespace) -> str:
    from symdl.code.exports.checked_steps import checked_optimizer

    stepper = formula.stepper("numpy")
    unset = [n for n in stepper.parameters if n in stepper.function.unset]
    by_symbol = {s.data.name: n for s, n in formula.expression.arguments.items()}
    variable = by_symbol.get(formula.optimized, formula.optimized)
    name = options.name or formula.name
    return checked_optimizer(options.to, source, name, stepper, variable, unset)


def _told(source: str, line: str, to: str) -> str:
    """The line as a remark, or in the description of a graph."""
    if not line:
        return source
    remark = TARGETS[to].remark
    if remark:
        return f"{remark.format(line)}\n{source}"
    return re.sub(r'doc_string: "([^"]*)"', rf'doc_string: "\1; {line}"', source, count=1)
