"""Read the formulas of the notes and compare their meaning, row by row.

    python benchmarks/reading_notes.py PATH/notes_formulas.jsonl [--repeat N]

`expected` is a SymPy-like spelling of the right meaning; it and the Term are both brought to
one form (sums and products flat, numbers folded, commuting factors sorted, matrix products
in order) and must be the same. A row without `expected` must be refused. The lines that
belong together (Adam) are surveyed together, as a document would. Times are per formula.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import statistics
import sys
import time
from contextlib import suppress
from fractions import Fraction
from typing import Any

from symdl.document.errors import Error
from symdl.expression.reading import read, survey_document
from symdl.expression.scope import EMPTY, Scope
from symdl.expression.term import Term

Form = tuple[Any, ...]
SEQUENCE = re.compile(r"(?<![a-z])[mvg]_|\\theta_t|\\hat")
ORDERED = ("f03", "f08", "f22", "f35")
RELATIONS = {
    "Eq": "=", "Ne": "!=", "Gt": ">", "Lt": "<", "Approx": "approx", "To": "->", "Member": "in",
}  # fmt: skip
INTERVALS = {"Interval": "[]", "open": "()", "Ropen": "[)", "Lopen": "(]"}
NAMES = {"W1": "W_1", "W2": "W_2", "xv": "x", "W": "W", "E": "e", "pi": "pi", "oo": "infinity"}


def main() -> int:
    """Print every row that differs, the count and the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path")
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()
    with open(options.path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    together = survey_document([r["latex"] for r in rows if SEQUENCE.search(r["latex"])])
    right = sum(check(row, together) for row in rows)
    print(f"{right} of {len(rows)} read with their meaning")
    times = sorted(timed(row["latex"], options.repeat) for row in rows)
    print(f"median {1000 * statistics.median(times):.3f} ms, slowest {1000 * times[-1]:.3f} ms")
    return 0 if right == len(rows) else 1


def check(row: dict[str, Any], together: Scope) -> bool:
    """Whether a row is read with its meaning (or refused, if it has none)."""
    scope = together if SEQUENCE.search(row["latex"]) else EMPTY
    try:
        term = read(row["latex"], scope).term
    except Error as error:
        if row["expected"] is not None:
            print(f"{row['id']} refused: {error.message}")
        return row["expected"] is None
    if row["expected"] is None:
        print(f"{row['id']} read, but should be refused: {term!r}")
        return False
    ordered = row["id"] in ORDERED
    found = of_term(term, ordered)
    wanted = of_spelling(ast.parse(row["expected"], mode="eval").body, ordered)
    if "limits implicit" in row["meaning"]:
        wanted = without_limits(wanted)
    if found != wanted:
        print(f"{row['id']} {row['latex']}\n   found  {found}\n   wanted {wanted}")
    return found == wanted


def without_limits(form: Any) -> Any:
    """The same with every sum over all values of its index."""
    if not isinstance(form, tuple):
        return form
    if form[:1] == ("sum",):
        return ("sum", form[1], without_limits(form[-1]))
    return tuple(without_limits(part) for part in form)


def timed(latex: str, repeat: int) -> float:
    """The least of several times for reading a line."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        with suppress(Error):
            read(latex)
        best = min(best, time.perf_counter() - start)
    return best


# One form for both ---------------------------------------------------------------------------


def number(value: Fraction) -> Form:
    """A number."""
    return ("number", value)


def name(text: str) -> Form:
    """A symbol by its name without backslashes and braces."""
    text = re.sub(r"\\hat\{\\?(\w+)\}", r"hat_\1", text)
    return ("name", re.sub(r"[\\{}]", "", text))


def add(parts: list[Form]) -> Form:
    """A flat sum, numbers folded."""
    flat: list[Form] = []
    total = Fraction(0)
    for part in parts:
        for item in part[1:] if part[0] == "add" else (part,):
            if item[0] == "number":
                total += item[1]
            else:
                flat.append(item)
    if total or not flat:
        flat.append(number(total))
    return flat[0] if len(flat) == 1 else ("add", *sorted(flat, key=repr))


def mul(parts: list[Form], ordered: bool = False) -> Form:
    """A flat product, numbers folded; sorted unless matrices are among the factors."""
    flat: list[Form] = []
    total = Fraction(1)
    for part in parts:
        for item in part[1:] if part[0] == "mul" and not ordered else (part,):
            if item[0] == "number":
                total *= item[1]
            else:
                flat.append(item)
    if total != 1 or not flat:
        flat.insert(0, number(total))
    if len(flat) == 1:
        return flat[0]
    return ("mul", *(flat if ordered else sorted(flat, key=repr)))


def power(base: Form, exponent: Form) -> Form:
    """A power, folded when both are numbers; `e^x` is exp."""
    if base[0] == "number" and exponent[0] == "number" and exponent[1].denominator == 1:
        return number(base[1] ** int(exponent[1]))
    if base[0] == "mul" and exponent == number(Fraction(-1)):
        return mul([power(f, exponent) for f in base[1:]])
    return ("pow", base, exponent)


def root(body: Form) -> Form:
    """A square root."""
    return ("sqrt", body)


def relation(sides: tuple[Form, ...], signs: tuple[str, ...]) -> Form:
    """A chain."""
    return ("relation", signs, *sides)


def of_term(term: Term, ordered: bool) -> Form:
    """The form of a Term."""
    args = [of_term(a, ordered) for a in term.args]
    op, data = term.op, term.data
    if op == "number":
        return number(data.value)
    if op in ("symbol", "constant"):
        return name(data.name if op == "symbol" else data)
    if op == "add":
        return add(args)
    if op in ("mul", "matmul"):
        return mul(args, ordered)
    if op == "neg":
        return mul([number(Fraction(-1)), *args])
    if op == "div":
        return mul([args[0], power(args[1], number(Fraction(-1)))], ordered)
    if op == "pow":
        return power(args[0], args[1])
    if op == "relation":
        return relation(tuple(args), data)
    if op == "call":
        return ("call", data.function.name, *args)
    if op in ("derivative", "gradient"):
        return (op, args[0], *args[1:])
    if op == "matrix":
        return ("matrix", data, *args)
    if op == "interval":
        return (op, data, *args)
    return (op, *args)


def of_spelling(node: ast.expr, ordered: bool) -> Form:
    """The form of a spelled expectation."""
    if isinstance(node, ast.Constant):
        return number(Fraction(str(node.value)))
    if isinstance(node, ast.Name):
        return name(NAMES.get(node.id, node.id))
    if isinstance(node, ast.UnaryOp):
        return mul([number(Fraction(-1)), of_spelling(node.operand, ordered)])
    if isinstance(node, ast.BinOp):
        return _operation(node, ordered)
    if isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return ("entry", *(of_spelling(p, ordered) for p in (node.value, *parts)))
    if isinstance(node, ast.Call):
        return _call(node, ordered)
    raise ValueError(ast.dump(node))


def _operation(node: ast.BinOp, ordered: bool) -> Form:
    left, right = of_spelling(node.left, ordered), of_spelling(node.right, ordered)
    if isinstance(node.op, ast.Add):
        return add([left, right])
    if isinstance(node.op, ast.Sub):
        return add([left, mul([number(Fraction(-1)), right])])
    if isinstance(node.op, ast.Mult):
        return mul([left, right], ordered)
    if isinstance(node.op, ast.Div):
        return mul([left, power(right, number(Fraction(-1)))], ordered)
    return power(left, right)


def _text(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant)
    return str(node.value)


def _call(node: ast.Call, ordered: bool) -> Form:
    if isinstance(node.func, ast.Call):
        arguments = [of_spelling(a, ordered) for a in node.args]
        return ("call", _text(node.func.args[0]), *arguments)
    if isinstance(node.func, ast.Attribute):
        ends = [of_spelling(a, ordered) for a in node.args]
        return ("interval", INTERVALS[node.func.attr], *ends)
    assert isinstance(node.func, ast.Name)
    head = node.func.id
    if head in ("Symbol", "MatrixSymbol"):
        return name(_text(node.args[0]))
    if head in ("Float", "Rational", "Integer"):
        value = Fraction(_spelled(node.args[0]))
        return number(value / Fraction(_spelled(node.args[1])) if len(node.args) > 1 else value)
    special = _SPECIAL.get(head)
    if special is not None:
        return special(node, ordered)
    args = [of_spelling(a, ordered) for a in node.args]
    if head in RELATIONS:
        return relation(tuple(args), (RELATIONS[head],))
    return (_OPS.get(head, head.lower()), *args)


def _spelled(node: ast.expr) -> str:
    return str(eval(compile(ast.Expression(node), "", "eval"), {"__builtins__": {}}))


def _chain(node: ast.Call, ordered: bool) -> Form:
    sides, signs = node.args
    assert isinstance(sides, ast.Tuple)
    assert isinstance(signs, ast.Tuple)
    found = tuple({"~": "approx"}.get(_text(s), _text(s)) for s in signs.elts)
    return relation(tuple(of_spelling(s, ordered) for s in sides.elts), found)


def _matrix(node: ast.Call, ordered: bool) -> Form:
    rows = node.args[0]
    assert isinstance(rows, ast.List)
    cells = [row.elts for row in rows.elts if isinstance(row, ast.List)]
    flat = [of_spelling(c, ordered) for row in cells for c in row]
    return ("matrix", (len(cells), len(cells[0])), *flat)


def _sum(node: ast.Call, ordered: bool) -> Form:
    limits = node.args[1]
    assert isinstance(limits, ast.Tuple)
    index, lower, upper = (of_spelling(x, ordered) for x in limits.elts)
    return ("sum", index, lower, upper, of_spelling(node.args[0], ordered))


def _sum_over(node: ast.Call, ordered: bool) -> Form:
    body, element, home = (of_spelling(a, ordered) for a in node.args)
    bound = name("_".join(part[1] for part in element[1:]))
    return ("sum", bound, home, _renamed(body, element, bound))


def _renamed(form: Any, old: Form, new: Form) -> Any:
    if form == old:
        return new
    return tuple(_renamed(p, old, new) for p in form) if isinstance(form, tuple) else form


def _derivative(node: ast.Call, ordered: bool) -> Form:
    body = of_spelling(node.args[0], ordered)
    variable = of_spelling(node.args[1], ordered)
    plain = body[0] == "call" and body[2:] == (variable,)
    return ("derivative", name(body[1]) if plain else body, variable)


def _real(node: ast.Call, ordered: bool) -> Form:
    return ("space", *(of_spelling(a, ordered) for a in node.args))


def _interval(node: ast.Call, ordered: bool) -> Form:
    return ("interval", "[]", *(of_spelling(a, ordered) for a in node.args))


_SPECIAL = {
    "Chain": _chain, "Matrix": _matrix, "Sum": _sum, "SumOver": _sum_over,
    "Derivative": _derivative, "RealShape": _real, "Interval": _interval,
}  # fmt: skip
_OPS = {"Multi": "statements", "Grad": "gradient", "Card": "cardinality", "Tuple": "tuple"}


if __name__ == "__main__":
    sys.exit(main())
