"""WHAT of the command line: a formula's name or a line of LaTeX, with declarations."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symdl.faces.expression import Expression
    from symdl.faces.formula import Formula


def what_arguments(parser: ArgumentParser) -> None:
    """WHAT, --symbol and --given."""
    parser.add_argument("what", metavar="WHAT", help="a formula's name, or LaTeX")
    scope_arguments(parser)


def scope_arguments(parser: ArgumentParser) -> None:
    """--symbol and --given, both repeatable."""
    parser.add_argument(
        "--symbol",
        action="append",
        default=[],
        type=_declaration,
        metavar="'W: matrix(m, n)'",
        help="declare a symbol (repeatable)",
    )
    parser.add_argument(
        "--given",
        action="append",
        default=[],
        metavar="'L = ...'",
        help="a statement that holds (repeatable)",
    )


def _declaration(text: str) -> tuple[str, str]:
    key, colon, declaration = text.partition(":")
    if not colon or not key.strip() or not declaration.strip():
        raise ArgumentTypeError(f"{text!r} is not of the form 'W: matrix(m, n)'")
    return key.strip(), declaration.strip()


def expression_of(options: Namespace) -> Expression:
    """The expression that WHAT means."""
    from symdl.faces.expression import read

    what = options.what
    formula = formula_of(options)
    if formula is None:
        return read(what, symbols=dict(options.symbol), given=options.given).right
    return formula.expression


def formula_of(options: Namespace) -> Formula | None:
    """The formula of the library that WHAT names, with what is given; None for LaTeX.

    Raises UnknownName for a word that is no formula, and where symbols are declared that
    the formula declares itself.
    """
    from symdl.document.errors import UnknownName
    from symdl.faces.formula import load
    from symdl.library import aliases, files, plain_name

    what = options.what
    name = plain_name(what)
    known = name in files() or (len(name) > 1 and name in aliases())
    if not known and (options.given or not re.fullmatch(r"[A-Za-z][a-z0-9]{2,}\w*", what)):
        return None
    found = load(what)
    if options.symbol:
        raise UnknownName(
            f"{what} declares its symbols itself",
            hint="--symbol is for a line of LaTeX; --given sets a value",
            code="wrong-usage",
        )
    return found.given(options.given)


def variables_of(text: str | None) -> list[str] | None:
    """Variables of the command line: commas between them, but not inside of brackets."""
    if text is None:
        return None
    return [name.strip() for name in re.split(r",(?![^({]*[)}])", text) if name.strip()]


def with_indices(names: list[str] | None, expression: Expression) -> list[str] | None:
    """Names as people type them: `W1` is `W_1` where that is known and `W1` is not."""
    if names is None:
        return None
    known = {*expression.free, *expression.scope.symbols}
    return [_with_index(name, known) for name in names]


def _with_index(name: str, known: set[str]) -> str:
    from symdl.expression.symbols import canonical_name

    parts = re.fullmatch(r"([A-Za-z]+)(\d+)", name)
    if parts is None or name in known:
        return name
    wanted = f"{parts[1]}_{parts[2]}"
    return wanted if canonical_name(wanted) in known else name
