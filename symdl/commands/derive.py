"""`symdl derive`: a derivative, with the steps a student could hand in."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from symdl.commands.output import deliver
from symdl.commands.what import expression_of, what_arguments

if TYPE_CHECKING:
    from symdl.derivation.differentiate import Kink
    from symdl.face import Expression


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl derive`."""
    what_arguments(parser)
    parser.add_argument("--wrt", required=True, metavar="x", help="the variable")
    parser.add_argument("--steps", action="store_true", help="show every step with its rule")
    parser.add_argument("--format", choices=("text", "latex", "json"), default="text")
    parser.add_argument("--output", metavar="FILE")


def run(options: Namespace) -> int:
    """Print the derivative of WHAT in the variable."""
    derivative = expression_of(options).derivative(options.wrt)
    render = {"text": _text, "latex": _latex, "json": _json}[options.format]
    deliver("\n".join(render(derivative, options.steps)) + "\n", options.output)
    return 0


def _text(derivative: Expression, with_steps: bool) -> Iterator[str]:
    from symdl.expression.printer import plain

    if with_steps:
        for number, step in enumerate(derivative.steps, 1):
            yield f"{number}. {plain(step.before)} = {plain(step.after)}"
            yield f"   by {step.rule}" + (f": {step.note}" if step.note else "")
        yield ""
    yield repr(derivative)
    yield from (_kink(kink) for kink in derivative.kinks)


def _kink(kink: Kink) -> str:
    """`no derivative where x = 0: 0 from the left, 1 from the right`."""
    from symdl.expression.printer import plain

    sides = [
        f"{plain(value)} from the {side}"
        for side, value in (("left", kink.left), ("right", kink.right))
        if value is not None
    ]
    told = "; ".join(part for part in (", ".join(sides), kink.note) if part)
    return f"no derivative where {plain(kink.condition)}" + (f": {told}" if told else "")


def _latex(derivative: Expression, with_steps: bool) -> Iterator[str]:
    from symdl.expression.printer import latex

    if not with_steps:
        yield derivative.latex
        return
    yield r"\begin{align*}"
    for step in derivative.steps:
        rule = step.rule.replace("_", r"\_")
        yield f"{latex(step.before)} &= {latex(step.after)} && \\text{{{rule}}} \\\\"
    yield r"\end{align*}"


def _json(derivative: Expression, with_steps: bool) -> Iterator[str]:
    import json

    from symdl.expression.printer import latex

    data: dict[str, object] = {"latex": derivative.latex, "plain": repr(derivative)}
    if with_steps:
        data["steps"] = [
            {
                "rule": step.rule,
                "before": latex(step.before),
                "after": latex(step.after),
                "note": step.note,
            }
            for step in derivative.steps
        ]
    data["kinks"] = [_kink(kink) for kink in derivative.kinks]
    yield json.dumps(data, indent=2, ensure_ascii=False)
