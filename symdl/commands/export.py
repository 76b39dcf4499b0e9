"""`symdl export`: source code, SymPy or LaTeX of a formula or of its derivative."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from symdl.commands.output import deliver
from symdl.commands.what import expression_of, what_arguments

if TYPE_CHECKING:
    from symdl.face import Expression

TARGETS = ("numpy", "torch", "jax", "c", "sympy", "latex")


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl export`."""
    what_arguments(parser)
    parser.add_argument("--to", required=True, choices=TARGETS)
    parser.add_argument("--derivative", metavar="x", help="value and derivative in x")
    parser.add_argument("--name", default="f", help="name of the generated function")
    parser.add_argument("--output", metavar="FILE")


def run(options: Namespace) -> int:
    """Print the code: value, and with --derivative value and derivative."""
    deliver(_exported(expression_of(options), options).rstrip("\n") + "\n", options.output)
    return 0


def _exported(expression: Expression, options: Namespace) -> str:
    if options.to in ("sympy", "latex"):
        if options.derivative:
            expression = expression.derivative(options.derivative)
        return expression.latex if options.to == "latex" else str(expression.sympy)
    return expression.code(options.to, options.derivative, options.name)
