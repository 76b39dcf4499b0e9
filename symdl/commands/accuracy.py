"""`symdl accuracy`: how exact the code of a formula is, beside the literal formula and others."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from symdl.commands.output import deliver
from symdl.commands.what import expression_of, what_arguments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symdl.accuracy.formats import Format
    from symdl.accuracy.measure import Measured

NAMES = ("float64", "float32", "float16", "bfloat16")


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl accuracy`."""
    what_arguments(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--types", default="float64,float32", metavar="T,...", help=f"of {', '.join(NAMES)}, or all"
    )
    parser.add_argument("--points", type=int, default=200, metavar="N", help="about 6 N numbers")
    parser.add_argument("--plot", metavar="FILE.svg", help="draw the errors over the line")
    parser.add_argument("--output", metavar="FILE")


def run(options: Namespace) -> int:
    """Print the errors; exit status 1 where our code has more than is allowed."""
    from symdl.accuracy.account import as_json, drawing, text

    found = _measured(options)
    show = as_json if options.format == "json" else text
    deliver(show(options.what, found) + "\n", options.output)
    if options.plot:
        deliver(drawing(options.what, found), options.plot)
    return int(not all(m.good for m in found if m.implementation in ("numpy", "c")))


def _measured(options: Namespace) -> list[Measured]:
    from symdl.accuracy.measure import measure
    from symdl.accuracy.peers import peers
    from symdl.accuracy.subject import of_expression, runs
    from symdl.library import plain_name

    it = of_expression(options.what, expression_of(options))
    implementations = runs(it)
    if len(it.parameters) == 1:
        implementations |= peers(plain_name(options.what))
    found: list[Measured] = []
    for form in _formats(options.types):
        found += measure(it, form, implementations, max(options.points, 4))
    return found


def _formats(names: str) -> Sequence[Format]:
    """The formats asked for; with `all` those that are installed."""
    from symdl.accuracy.formats import FORMATS
    from symdl.document.errors import UnknownName

    wanted = NAMES if names == "all" else tuple(names.split(","))
    found: list[Format] = []
    for name in wanted:
        if name not in FORMATS:
            raise UnknownName(f"no number format {name}", hint=", ".join(NAMES), code="wrong-usage")
        try:
            FORMATS[name].dtype()
        except ImportError:
            if names != "all":
                raise UnknownName(
                    f"{name} needs the package ml_dtypes", code="wrong-usage"
                ) from None
            continue
        found.append(FORMATS[name])
    return found
