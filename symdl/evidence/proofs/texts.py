"""Terms from the texts that verdicts show: `sqrt(2)`, `(-1/2) π`, `x^3/3`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from fractions import Fraction

from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.term import Term, constant, make, number

LONGEST = 400
_NAMES = {"π": "pi", "pi": "pi", "e": "e"}
_OPERATIONS = {"σ": "sigmoid"}
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}


def term_of(text: str, letters: Iterable[Term] = ()) -> Term | None:
    """The term that a text shows, None if it is not read.

    >>> term_of("(-1/2) π")
    mul(div(neg(1), 2), pi)
    """
    if len(text) > LONGEST or text in ("infinity", "-infinity"):
        return None
    spelled = re.sub(r"(?<=[\w)])\s+(?=[\w(])|(?<=\d)(?=[^\W\d_]|\()|(?<=\))(?=\()", "*", text)
    names = {plain(letter): letter for letter in letters}
    try:
        return _term(
            ast.parse(spelled.replace("·", "*").replace("^", "**"), mode="eval").body, names
        )
    except (SyntaxError, ValueError, KeyError, RecursionError):
        return None


def _term(node: ast.AST, names: dict[str, Term]) -> Term:
    """The term of a part of the text; the text is short."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return number(Fraction(str(node.value)))
    if isinstance(node, ast.Name):
        return names[node.id] if node.id in names else constant(_NAMES[node.id])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_term(node.operand, names)
    if isinstance(node, ast.BinOp):
        a, b = _term(node.left, names), _term(node.right, names)
        sign = _SIGNS[type(node.op)]
        if sign == "^" and a is constant("e"):
            return make("exp", b)
        return {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.__truediv__, "^": a.__pow__}[
            sign
        ](b)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        op = _OPERATIONS.get(node.func.id, node.func.id)
        if op in TABLE:
            return make(op, *(_term(arg, names) for arg in node.args))
    raise ValueError("no text of a term")
