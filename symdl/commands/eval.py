"""`symdl eval`: the value of a formula at given arguments, exact where it can be."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from symdl.commands.output import deliver
from symdl.commands.what import expression_of, what_arguments


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl eval`."""
    what_arguments(parser)
    parser.add_argument("values", nargs="*", metavar="x=2", type=_assignment)
    parser.add_argument("--derivative", metavar="x", help="the derivative in x instead")
    parser.add_argument("--digits", type=int, default=15, help="digits of an inexact value")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise ArgumentTypeError(f"{text!r} is not of the form x=2")
    return name.strip(), value.strip()


def run(options: Namespace) -> int:
    """Print the value; exact rationals as they are, others to the digits that are certain."""
    expression = expression_of(options)
    if options.derivative:
        expression = expression.derivative(options.derivative)
    value = expression.value(dict(options.values), options.digits)
    if options.format == "json":
        import json

        data = {"shape": value.shape, "exact": value.exact, "decimal": value.decimal}
        deliver(json.dumps(data) + "\n")
    else:
        deliver(f"{value}\n")
    return 0
