"""`symdl export`: source code, SymPy or LaTeX of a formula or of its derivative."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace

from symdl.code.targets import TARGETS
from symdl.commands.limited import SECONDS, limited, timeout_argument
from symdl.commands.output import deliver
from symdl.commands.what import (
    expression_of,
    formula_of,
    variables_of,
    what_arguments,
    with_indices,
)


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl export`."""
    what_arguments(parser)
    parser.add_argument("--to", required=True, choices=TARGETS)
    parser.add_argument(
        "--derivative", metavar="x", help="value and derivative in x (or W,b, or all)"
    )
    parser.add_argument(
        "--differentiable",
        action="store_true",
        help="torch, jax: the closed-form derivative attached for autograd",
    )
    parser.add_argument(
        "--optimizer",
        action="store_true",
        help="torch, jax: a recurrence as a torch Optimizer or an Optax transformation",
    )
    parser.add_argument(
        "--unchecked",
        action="store_true",
        help="do not run the code beside the NumPy function first",
    )
    parser.add_argument(
        "--setting",
        action="append",
        default=[],
        metavar="NAME=yes",
        help="pseudo-code: whether a setting holds (yes or no; repeatable)",
    )
    parser.add_argument("--name", help="name of the generated function (f, or step)")
    parser.add_argument("--output", metavar="FILE")
    timeout_argument(parser, SECONDS, "processor time for making the code")


def _refuse_name(name: str | None, target: str) -> None:
    """Raise UnknownName for a name that no function of the target language can have."""
    if name is None:
        return
    from symdl.code.names import RESERVED
    from symdl.document.errors import UnknownName

    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or name in RESERVED:
        message = f"{name!r} cannot name a function of {target}"
        hint = "use letters, digits and _, and no word of the language"
        raise UnknownName(message, hint=hint, code="wrong-usage")


def run(options: Namespace) -> int:
    """Print the code: value, and with --derivative value and derivative."""
    _refuse_name(options.name, options.to)
    source = limited(lambda: _code(options), options).rstrip("\n") + "\n"
    from symdl.latex.pseudocode import is_pseudocode

    checked = TARGETS[options.to].runs and not is_pseudocode(options.what)
    if checked and not options.unchecked:
        from symdl.commands.export_checked import with_check

        source = with_check(source, options)
    deliver(source, options.output)
    return 0


def _code(options: Namespace) -> str:
    from symdl.latex.pseudocode import is_pseudocode

    if is_pseudocode(options.what):
        return _of_pseudocode(options)
    formula = formula_of(options)
    derivative = variables_of(options.derivative)
    if formula is not None:
        derivative = with_indices(derivative, formula.expression)
        return formula.export(
            options.to,
            derivative,
            options.name,
            differentiable=options.differentiable,
            optimizer=options.optimizer,
        )
    if options.optimizer:
        from symdl.document.errors import CodeError

        raise CodeError("an optimizer is made of a recurrence of the library")
    return expression_of(options).export(
        options.to,
        derivative,
        options.name or "f",
        differentiable=options.differentiable,
    )


def _of_pseudocode(options: Namespace) -> str:
    from symdl.document.errors import UnknownName
    from symdl.faces.procedure import procedure

    chosen = {}
    for text in options.setting:
        name, _, value = text.partition("=")
        if value not in ("yes", "no"):
            raise UnknownName(f"{text!r} is not NAME=yes or NAME=no", code="wrong-usage")
        chosen[name] = value == "yes"
    found = procedure(options.what, symbols=dict(options.symbol)).where(**chosen)
    return found.export(options.to, options.name or "step", optimizer=options.optimizer)
