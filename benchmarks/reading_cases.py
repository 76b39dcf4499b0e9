"""Read LaTeX from other readers' test suites and compare with the values they expect.

    python benchmarks/reading_cases.py PATH/reading_cases.jsonl [--show CLASS]

A row states `latex` and `expected_srepr` (a SymPy object) or is `bad` (must be refused).
Compared are values, not forms: exactly where SymPy evaluates, else at random points. Names
are compared without backslashes, braces and case of nothing: `\\alpha_{xy}` is `alpha_xy`.
Rows whose sources contradict each other are left out, and so are those that symdl reads
otherwise by a documented convention; these are counted by reason.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
from collections import Counter
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy as sp

from symdl.document.errors import Error
from symdl.expression.reading import read
from symdl.expression.sympy_bridge import to_sympy
from symdl.expression.term import Term, postorder, replace, symbol

SECONDS = 10
WHOLE = {"gcd": lambda *a: reduce(sp.gcd, a), "lcm": lambda *a: reduce(sp.lcm, a)}
POINTS = (Fraction(7, 10), Fraction(13, 11), Fraction(17, 13), Fraction(5, 3))

CLASSES = {
    "complex": r"imaginary|\\angle|\\overline\{\\begin|\\langle|\^\{?H|\\adjugate|\\mathrm\{i\}",
    "variable macro": r"\\variable",
    "macro of one reader": r"lgroup|corner|differentialD|exponentialE|rgroup|\\hom\b|\\xi \\zeta",
    "logarithm": r"\\log(?![_\w])|\\lg",
    "set algebra": r"\\cup|\\cap|\\setminus|\\in\b|\\\{|\\text\{ ?(or|and)|,.*=|\\pm",
}
ASIDE = ("complex", "variable macro", "macro of one reader")
"""Patterns of what is outside what symdl reads; docs/reading.md gives the reasons."""


def main() -> int:
    """Print the figures, and the failing rows of one class."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path")
    parser.add_argument("--show", default="")
    options = parser.parse_args()
    with open(options.path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    signal.signal(signal.SIGALRM, _late)
    counts: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for row in rows:
        if row["peers_disagree"]:
            counts["peers disagree"] += 1
            continue
        verdict = judge(row)
        counts[verdict] += 1
        if verdict in ("wrong", "refused", "bad read"):
            kind = next((k for k, p in CLASSES.items() if re.search(p, row["latex"])), "other")
            classes[f"{verdict}: {kind}"] += 1
            if options.show and options.show in f"{verdict}: {kind}":
                print(
                    f"{verdict:9} {row['latex']!r}  expected {row['expected_str']!r}  {_told(row)}"
                )
    report(counts, classes)
    return 0


def report(counts: Counter[str], classes: Counter[str]) -> None:
    """The figures in words."""
    stated = counts["equal"] + counts["wrong"] + counts["refused"]
    bad = counts["bad refused"] + counts["bad read"]
    print(f"expected value stated, peers agree: {stated}")
    print(f"  equal {counts['equal']} ({100 * counts['equal'] / max(1, stated):.1f} %)")
    aside = sum(n for name, n in classes.items() if name.partition(": ")[2] in ASIDE)
    share = 100 * counts["equal"] / max(1, stated - aside)
    print(f"  without complex numbers and macros of one reader: {share:.1f} %")
    print(f"  wrong {counts['wrong']}, refused {counts['refused']}")
    print(f"must fail: {bad}, refused {counts['bad refused']}, read {counts['bad read']}")
    print(f"not compared: peers disagree {counts['peers disagree']}, no value {counts['no value']}")
    for name, count in classes.most_common():
        print(f"    {count:4} {name}")


def _sympy(term: Term) -> Any:
    """The SymPy object, primed names as names."""
    table = {
        node: symbol(repr(node.args[0]) + "'" * node.data)
        for node in postorder(term)
        if node.op == "prime" and node.args[0].op in ("symbol", "entry")
    }
    if term.op in ("statements", "tuple"):
        return sp.Tuple(*(_sympy(a) for a in term.args))
    return to_sympy(replace(term, table))


def judge(row: dict[str, Any]) -> str:
    """`equal`, `wrong`, `refused`, `bad refused`, `bad read` or `no value`."""
    if row["kind"] == "bad":
        return "bad refused" if _term(row["latex"]) is None else "bad read"
    if not row.get("expected_srepr"):
        return "no value"
    found = _term(row["latex"])
    if found is None:
        return "refused"
    try:
        signal.alarm(SECONDS)
        same = equal(_sympy(found), _expected(row["expected_srepr"]))
    except (
        Error,
        TypeError,
        ValueError,
        AttributeError,
        NotImplementedError,
        TimeoutError,
        RecursionError,
    ):
        same = False
    finally:
        signal.alarm(0)
    return "equal" if same else "wrong"


def _term(latex: str) -> Any:
    try:
        return read(latex).term
    except Error:
        return None


def _told(row: dict[str, Any]) -> str:
    try:
        return f"read {read(row['latex']).term!r}"
    except Error as error:
        return f"{error.message}: {error.span.text if error.span else ''!r}"


def _expected(srepr: str) -> Any:
    names: dict[str, Any] = dict(vars(sp))
    from sympy.physics.quantum.state import Bra, Ket

    names.update(Bra=Bra, Ket=Ket)
    return eval(srepr, {"__builtins__": {}}, names)


def equal(left: Any, right: Any) -> bool:
    """Whether two SymPy objects have the same value."""
    left, right = _plain(left), _plain(right)
    if left == right:
        return True
    if isinstance(left, sp.core.relational.Relational) or isinstance(right, sp.Rel):
        same = type(left) is type(right)
        return same and all(equal(a, b) for a, b in zip(left.args, right.args, strict=True))
    matrices = (sp.MatrixBase, sp.MatrixExpr)
    if isinstance(left, matrices) or isinstance(right, matrices):
        left, right = sp.Matrix(left.doit()), sp.Matrix(right.doit())
        pairs = zip(left, right, strict=True)
        return left.shape == right.shape and all(equal(a, b) for a, b in pairs)
    if isinstance(left, sp.Limit | sp.Integral | sp.Sum | sp.Product | sp.Derivative):
        if isinstance(left, sp.Limit) and isinstance(right, sp.Limit):
            return equal(sp.Tuple(*left.args[:3]), sp.Tuple(*right.args[:3]))
        if type(left) is type(right) and len(left.args) == len(right.args):
            return all(equal(a, b) for a, b in zip(left.args, right.args, strict=True))
    if isinstance(left, sp.Tuple) and isinstance(right, sp.Tuple) and set(left) == set(right):
        return True
    if isinstance(left, sp.Tuple) and isinstance(right, sp.Tuple):
        same = len(left) == len(right)
        return same and all(equal(a, b) for a, b in zip(left, right, strict=True))
    return _equal_values(left, right)


def _equal_values(left: Any, right: Any) -> bool:
    names = sorted(left.free_symbols | right.free_symbols, key=str)
    for shift in range(3):
        at = {n: sp.Rational(*_point(i + shift)) for i, n in enumerate(names)}
        values = [sp.N(side.subs(at).doit(), 20) for side in (left, right)]
        if any(v.free_symbols or not v.is_number for v in values):
            return bool(sp.simplify(left.doit() - right.doit()) == 0)
        if values[0] != values[1] and not abs(values[0] - values[1]) <= 1e-12 * (
            1 + abs(values[1])
        ):
            return False
    return True


def _point(i: int) -> tuple[int, int]:
    point = POINTS[i % len(POINTS)] + i
    return point.numerator, point.denominator


def _plain(value: Any) -> Any:
    """Symbols by bare names without assumptions, entries as symbols, floats as fractions."""
    if isinstance(value, list | tuple | sp.FiniteSet):
        value = sp.Tuple(*value)
    if not isinstance(value, sp.Basic | sp.MatrixBase):
        value = sp.sympify(value)
    table = {}
    for atom in value.atoms(sp.Symbol, sp.Indexed, sp.Float, sp.UnevaluatedExpr):
        if isinstance(atom, sp.Float):
            table[atom] = sp.Rational(repr(float(atom)))
        elif isinstance(atom, sp.UnevaluatedExpr):
            table[atom] = atom.args[0]
        elif isinstance(atom, sp.Indexed):
            inside = "".join(str(i) for i in atom.indices)
            table[atom] = sp.Symbol(_bare(f"{atom.base}_{inside}"))
    for call in value.atoms(sp.core.function.AppliedUndef):
        whole = WHOLE.get(call.func.__name__)
        table[call] = (whole or sp.Function(call.func.__name__))(*(a.doit() for a in call.args))
    value = value.xreplace(table)
    return value.xreplace({s: sp.Symbol(_bare(s.name)) for s in value.atoms(sp.Symbol)})


def _bare(name: str) -> str:
    name = re.sub(r"[0-9a-f]{32}$", "", name)
    name = re.sub(r"\\(text|mathrm|mathit|mathbf|bar|overline|hat)\b", r"\1", name)
    name = re.sub(r"(text|mathrm|mathit|mathbf)\{", "{", name)
    name = re.sub(r"(bar|overline)\{?(\w+)\}?", r"\2bar", name)
    name = re.sub(r"[\\{}_ ,^]", "", name).replace("overline", "bar")
    return name.replace("'", "") + "'" * name.count("'")


def _late(*_: object) -> None:
    raise TimeoutError


if __name__ == "__main__":
    sys.exit(main())
