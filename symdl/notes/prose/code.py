"""Numbers that inline code says: `` `loss = 1.1`, which is `np.log(1/3)` ``, `` `np.exp(0) = 1` ``.

Only closed arithmetic with functions of numpy and math is read, and only where a function is
called: `x = 5` gives a value, and `5 / 2 = 2` may be another language. Nothing is ever executed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Code, Run, Words
from symdl.document.source import whole
from symdl.evidence.claim import Claim
from symdl.expression.reading import read
from symdl.expression.scope import EMPTY
from symdl.notes.stated import Stated

LONGEST = 120
_SAYS = re.compile(
    r"\s*,?\s*\(?\s*(?:which|that)\s+(?:is|equals)\s*(?:just|simply|about)?\s*$", re.I
)
_GIVEN = re.compile(r"\s*[A-Za-z_]\w*\s*==?\s*(-?\d+(?:\.\d+)?)\s*")
_EQUATION = re.compile(r"(.+\)[^=<>!]*)==?\s*(-?\d+(?:\.\d+)?)\s*")
_MODULES = frozenset({"np", "numpy", "math", "torch", "jnp"})
_FUNCTIONS = {
    "log": r"\log", "exp": r"\exp", "tanh": r"\tanh", "sin": r"\sin", "cos": r"\cos",
    "sinh": r"\sinh", "cosh": r"\cosh", "log2": r"\log_2", "log10": r"\log_{10}",
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "({0} + {1})",
    ast.Sub: "({0} - {1})",
    ast.Mult: r"({0} \cdot {1})",
    ast.Div: r"\frac{{{0}}}{{{1}}}",
    ast.Pow: "({0})^{{{1}}}",
}


def code_claims(runs: Sequence[Run]) -> Iterator[Stated]:
    """What the inline code of a text says about numbers."""
    for place, run in enumerate(runs):
        if not isinstance(run, Code) or len(run.text) > LONGEST:
            continue
        equation = _EQUATION.fullmatch(run.text)
        if equation is not None:
            yield from _claim(run, equation[1], equation[2])
            continue
        if (
            place < 2
            or not isinstance(runs[place - 1], Words)
            or not isinstance(runs[place - 2], Code)
        ):
            continue
        given = _GIVEN.fullmatch(runs[place - 2].text)
        if given is not None and _SAYS.fullmatch(runs[place - 1].text):
            yield from _claim(run, run.text, given[1])


def _claim(run: Code, expression: str, value: str) -> Iterator[Stated]:
    """The claim that an expression has a value, to the digits written."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return  # it is no Python
    latex = _latex(tree, expression.strip())
    if latex is None or not any(isinstance(node, ast.Call) for node in ast.walk(tree)):
        return
    try:
        left, right = read(latex).term, read(value).term
    except Error:
        return
    claim = Claim("number", "=", left, right, EMPTY, (), whole(run.source), run.text)
    note = "inline code: a number to the digits written"
    yield Stated(run.source, claim, lambda judge: judge(claim), note=note)


def _latex(node: ast.expr, text: str) -> str | None:
    """Python arithmetic as LaTeX; None for what is not of numbers and known functions."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        written = ast.get_source_segment(text, node) or ""
        return written if re.fullmatch(r"\d+(?:\.\d+)?", written) else _whole(written)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _latex(node.operand, text)
        return None if inner is None else f"(-{inner})"
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _latex(node.left, text), _latex(node.right, text)
        if left is None or right is None:
            return None
        return _OPERATORS[type(node.op)].format(left, right)
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        return _called(node, text)
    return None


def _whole(written: str) -> str | None:
    """`1.` as 1; what else numbers may look like is not read."""
    return written[:-1] if re.fullmatch(r"\d+\.", written) else None


def _called(node: ast.Call, text: str) -> str | None:
    name = node.func
    if isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name):
        word = name.attr if name.value.id in _MODULES else ""
    else:
        word = name.id if isinstance(name, ast.Name) else ""
    inner = _latex(node.args[0], text)
    if inner is None:
        return None
    if word == "sqrt":
        return rf"\sqrt{{{inner}}}"
    if word == "abs":
        return rf"\left|{inner}\right|"
    return rf"{_FUNCTIONS[word]}({inner})" if word in _FUNCTIONS else None
