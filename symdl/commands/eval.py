"""`symdl eval`: the value of a formula at given arguments, exact where it can be."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from symdl.commands.limited import SECONDS, limited, timeout_argument
from symdl.commands.output import deliver
from symdl.commands.what import formula_of, what_arguments

if TYPE_CHECKING:
    from symdl.faces.evaluation import Value
    from symdl.faces.expression import Expression

LONG_FRACTION = 8
MOST_DIGITS = 10_000
_EXAMPLES = r"""A word with = gives a value: a number, LaTeX, or nested lists for vectors and
matrices.
A word without = is what to evaluate: a name or LaTeX over the formula's symbols (default:
the right side of its last line). Several are told by name.

examples:
  symdl eval sigmoid x=2
  symdl eval relu x=1/3 --derivative x
  symdl eval softmax x=[1,2,3]
  symdl eval softmax p_2 x=[1,2,3]
  symdl eval adam m_1 v_1 '\theta_1' m_0=0 v_0=0 theta_0=1 g_1=0.4
  symdl eval '\frac{a}{b}' a=1 b=3"""


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl eval`."""
    what_arguments(parser)
    parser.add_argument(
        "words", nargs="*", metavar="x=2", help="a value, or (without =) what to evaluate"
    )
    parser.add_argument("--derivative", metavar="x", help="the derivative in x instead")
    parser.add_argument(
        "--digits", type=_digits, default=15, metavar="N", help="digits of an inexact value"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    timeout_argument(parser, SECONDS, "processor time for the value")
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES


def _digits(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= MOST_DIGITS:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is no number of digits from 1 to {MOST_DIGITS}")


def run(options: Namespace) -> int:
    """Print the value; exact rationals as they are, others to the digits that are certain."""
    deliver(limited(lambda: _rendered(options), options))
    return 0


def _rendered(options: Namespace) -> str:
    values = dict(_assignment(word) for word in options.words if "=" in word)
    wanted = [word for word in options.words if "=" not in word]
    found = [
        (name, _value(expression, values, options))
        for name, expression in _expressions(options, wanted, values)
    ]
    return _json(found) if options.format == "json" else _text(found)


def _assignment(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    if not name.strip() or not value.strip():
        from symdl.document.errors import UnknownName

        raise UnknownName(f"{word!r} is not of the form x=2", code="wrong-usage")
    return name.strip(), value.strip()


def _expressions(
    options: Namespace, wanted: list[str], values: Mapping[str, str]
) -> list[tuple[str, Expression]]:
    """What to evaluate, each with its name."""
    from symdl.faces.expression import read

    formula = formula_of(options)
    if formula is not None:
        if not wanted:
            return [(options.what, formula.expression)]
        return [(name, formula.read(name)) for name in wanted]
    lines = [options.what, *wanted]
    symbols = _declared_by(values) | dict(options.symbol)
    return [(line, read(line, symbols=symbols, given=options.given).right) for line in lines]


def _declared_by(values: Mapping[str, str]) -> dict[str, str]:
    """What values say of names in LaTeX: a capital with rows is a matrix, so that its powers and
    inverses are those of matrices, and a list beside a matrix is a vector."""
    from symdl.faces.evaluation import written_sizes

    sizes = {name: written_sizes(value) for name, value in values.items()}
    matrices = {
        name: f"matrix({', '.join(map(str, size))})"
        for name, size in sizes.items()
        if len(size) == 2 and name.lstrip("\\")[:1].isupper()
    }
    vectors = {name: f"vector({size[0]})" for name, size in sizes.items() if len(size) == 1}
    return {**vectors, **matrices} if matrices else {}


def _value(expression: Expression, values: dict[str, str], options: Namespace) -> Value:
    """The value; where a derivative has none, the error says what is known of that place."""
    from symdl.document.errors import DeriveError

    if not options.derivative:
        return expression.value(values, options.digits)
    derivative = expression.derivative(options.derivative)
    try:
        return derivative.value(values, options.digits)
    except DeriveError as error:
        if derivative.kinks:
            error.hint = error.hint or "; ".join(map(str, derivative.kinks))
        raise


def _text(found: list[tuple[str, Value]]) -> str:
    if len(found) == 1:
        return f"{_shown(found[0][1])}\n"
    return "".join(f"{name} = {_shown(value)}\n" for name, value in found)


def _shown(value: Value) -> str:
    """The value; a fraction that says little has its decimals beside it."""
    exact = value.exact[0] if value.shape == () else None
    long = exact is not None and "/" in exact and len(exact) > LONG_FRACTION
    return f"{value} ≈ {value.decimal[0]}" if long else str(value)


def _json(found: list[tuple[str, Value]]) -> str:
    import json

    rows = [
        {"name": name, "shape": v.shape, "exact": v.exact, "decimal": v.decimal}
        for name, v in found
    ]
    return json.dumps(rows[0] if len(rows) == 1 else rows) + "\n"
