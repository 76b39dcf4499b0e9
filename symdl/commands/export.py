"""`symdl export`: source code, SymPy or LaTeX of a formula or of its derivative."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from symdl.commands.output import deliver
from symdl.commands.what import expression_of, formula_of, what_arguments

TARGETS = ("numpy", "torch", "jax", "c", "sympy", "latex")


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl export`."""
    what_arguments(parser)
    parser.add_argument("--to", required=True, choices=TARGETS)
    parser.add_argument("--derivative", metavar="x", help="value and derivative in x")
    parser.add_argument("--name", help="name of the generated function (f, or step)")
    parser.add_argument("--output", metavar="FILE")


def run(options: Namespace) -> int:
    """Print the code: value, and with --derivative value and derivative."""
    formula = formula_of(options)
    if formula is not None:
        text = formula.export(options.to, options.derivative, options.name)
    else:
        expression = expression_of(options)
        text = expression.export(options.to, options.derivative, options.name or "f")
    deliver(text.rstrip("\n") + "\n", options.output)
    return 0
