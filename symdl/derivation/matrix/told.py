"""A backward pass as text, LaTeX or data: its equations in order and what they cost."""

from __future__ import annotations

from typing import Any

from symdl.derivation.matrix.backward import Backward, Equation
from symdl.derivation.matrix.count import passes, ratio
from symdl.expression.printer import latex, plain


def text(found: Backward) -> str:
    """The two passes for a terminal, with the count of both."""
    forward, backward = (
        [f"{plain(e.left)} = {plain(e.right)}" for e in part] for part in _parts(found)
    )
    rules = [e.rule for e in found.backward]
    width = min(60, max(map(len, backward)))
    told = [f"{line.ljust(width)}    {rule}" for line, rule in zip(backward, rules, strict=True)]
    return "\n".join(
        [
            "forward",
            *_indented(forward),
            "backward",
            *_indented(told),
            f"({found.layout})",
            cost(found),
        ]
    )


def cost(found: Backward) -> str:
    """One line on the multiply-adds of both passes."""
    forward, backward = passes(found)
    share = ratio(found)
    told = f"; ratio {_ratio_text(found)} where sizes are large" if share is not None else ""
    return f"multiply-adds in products: forward {forward}, backward {backward}{told}"


def as_latex(found: Backward) -> str:
    """Both passes as an `align*` environment, with the count as a comment line above."""
    rows = [f"{latex(e.left)} &= {latex(e.right)}" for part in _parts(found) for e in part]
    body = " \\\\\n".join(rows)
    return f"% {cost(found)}\n\\begin{{align*}}\n{body}\n\\end{{align*}}"


def data(found: Backward) -> dict[str, Any]:
    """Both passes as plain data, every term as LaTeX."""
    forward, backward = passes(found)
    return {
        "function": latex(found.function),
        "layout": found.layout,
        "forward": list(map(_row, found.forward)),
        "backward": list(map(_row, found.backward)),
        "gradients": {plain(v): latex(left) for v, left in found.gradients.items()},
        "multiply_adds": {
            "forward": str(forward),
            "backward": str(backward),
            "ratio": _ratio_text(found),
        },
    }


def _parts(found: Backward) -> tuple[tuple[Equation, ...], tuple[Equation, ...]]:
    return found.forward, found.backward


def _ratio_text(found: Backward) -> str | None:
    share = ratio(found)
    return None if share is None else str(share)


def _row(equation: Equation) -> dict[str, str]:
    left, right = latex(equation.left), latex(equation.right)
    return {"left": left, "right": right, "rule": equation.rule}


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]
