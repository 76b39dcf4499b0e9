"""A backward pass as text, LaTeX or data: its equations in order and what they cost."""

from __future__ import annotations

from typing import Any

from symdl.derivation.matrix.backward import Backward, Equation
from symdl.derivation.matrix.count import Count, of_sizes, passes, ratio
from symdl.expression.dimensions import names_in
from symdl.expression.misfits import show
from symdl.expression.printer import latex, plain


def text(found: Backward) -> str:
    """The two passes for a terminal, with the count of both."""
    forward, backward = (
        [f"{plain(e.left)} = {plain(e.right)}" for e in part] for part in _parts(found)
    )
    shapes = [show(e.left.shape) if e.left.shape else "number" for e in found.forward]
    rules = [e.rule for e in found.backward]
    count = parameters(found)
    return "\n".join(
        [
            "forward",
            *_beside(forward, shapes),
            "backward",
            *_beside(backward, rules),
            f"({found.layout})",
            *([f"parameters: {count}"] if count else []),
            cost(found),
        ]
    )


def _beside(lines: list[str], remarks: list[str]) -> list[str]:
    width = min(60, max(map(len, lines), default=0))
    return [f"  {line.ljust(width)}    {r}" for line, r in zip(lines, remarks, strict=True)]


def parameters(found: Backward) -> str:
    """How many numbers the arrays have that are no data: `W_1, b_1: d h + h`. Data have a row for
    each sample, as all that is computed from them; without samples nothing is said."""
    batch = _batch(found)
    arrays = [v for v in found.gradients if v.shape and batch not in names_in(v.shape)]
    if batch is None or not arrays:
        return ""
    total = Count({})
    for array in arrays:
        total = total + of_sizes(array.shape or ())
    return f"{total} in {', '.join(map(plain, arrays))} (the arrays without the size {batch})"


def _batch(found: Backward) -> str | None:
    """The size that is the first axis of all computed matrices, by name, and of one variable."""
    firsts = {shape[0] for e in found.forward if len(shape := e.left.shape or ()) > 1}
    size = firsts.pop() if len(firsts) == 1 else None
    data = [v for v in found.gradients if len(v.shape or ()) > 1 and (v.shape or ())[0] == size]
    return size if isinstance(size, str) and data else None


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
        "forward": [_row(e) | {"shape": list(e.left.shape or ())} for e in found.forward],
        "backward": list(map(_row, found.backward)),
        "gradients": {plain(v): latex(left) for v, left in found.gradients.items()},
        "parameters": parameters(found),
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


def _row(equation: Equation) -> dict[str, Any]:
    left, right = latex(equation.left), latex(equation.right)
    return {"left": left, "right": right, "rule": equation.rule}
