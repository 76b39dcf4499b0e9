"""What SymPy's sums, products, powers, matrices and relations become as Terms (`sympy_return`)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from symdl.document.errors import Error
from symdl.expression.term import Term, combined, make, number

RELATIONS = {
    sp.Eq: "=", sp.Ne: "!=", sp.StrictLessThan: "<", sp.LessThan: "<=",
    sp.StrictGreaterThan: ">", sp.GreaterThan: ">=",
}  # fmt: skip


# --- arithmetic ----------------------------------------------------------------------------


def add(_node: Any, args: list[Term], _reader: object) -> Term:
    """A sum in SymPy's order."""
    return combined("add", args)


def mul(node: Any, args: list[Term], _reader: object) -> Term:
    """A product; reciprocals become a quotient, a sign comes to the front."""
    parts = node.args
    if parts[0] is sp.S.NegativeOne and len(parts) > 1:
        return make(
            "neg", combined("mul", args[1:]) if len(parts) == 2 else _quotient(parts[1:], args[1:])
        )
    return _quotient(parts, args)


def _quotient(parts: Sequence[Any], args: Sequence[Term]) -> Term:
    """Factors as a quotient, if some are reciprocals; a sign in the number comes to the front."""
    below = [p.is_Pow and p.exp.is_Rational and p.exp.is_negative for p in parts]
    first = parts[0]
    if not any(below):
        if first.is_Rational and first.is_negative and len(parts) > 1:
            return make("neg", combined("mul", (number(Fraction(-first.p, first.q)), *args[1:])))
        return combined("mul", args)
    above: list[Term] = []
    under: list[Term] = []
    for p, a, low in zip(parts, args, below, strict=True):
        if low:
            under.append(a.args[1])
        elif p.is_Rational and p is first and not p.is_Integer:
            above += [number(abs(int(p.p)))] if abs(p.p) != 1 else []
            under.insert(0, number(int(p.q)))
        elif p.is_Integer and p is first and p.is_negative:
            above.append(number(-int(p)))
        else:
            above.append(a)
    fraction = make("div", combined("mul", above), combined("mul", under))
    return make("neg", fraction) if first.is_Rational and first.is_negative else fraction


def pow(node: Any, args: list[Term], _reader: object) -> Term:
    """A power; 1/2 is a square root, a negative exponent a quotient."""
    base, exponent = args
    power = node.exp
    if node.base is sp.E:
        return make("exp", exponent)
    if power.is_Rational and power.is_negative:
        return make("div", number(1), _raised(base, Fraction(-power.p, power.q)))
    if power.is_Rational:
        return _raised(base, Fraction(power.p, power.q))
    return make("pow", base, exponent)


def _raised(base: Term, exponent: Fraction) -> Term:
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return make("sqrt", base)
    return make("pow", base, number(exponent))


def heaviside(node: Any, args: list[Term], _reader: object) -> Term:
    """The step as SymPy means it: 1/2 at 0 unless its second argument says otherwise."""
    x, at_zero = args
    if node.args[1] == sp.Rational(1, 2):
        return make("div", make("add", number(1), make("sign", x)), number(2))
    above = make("relation", x, number(0), data=(">",))
    at = make("relation", x, number(0), data=("=",))
    return make("piecewise", number(1), above, at_zero, at, number(0))


def polygamma(node: Any, args: list[Term], _reader: object) -> Term:
    """The digamma function; higher orders have no row."""
    if node.args[0] != 0:
        raise Error(f"no Term stands for SymPy's polygamma ({node})", code="no-term")
    return make("digamma", args[1])


# --- matrices, sets, relations ---------------------------------------------------------------


def matmul(node: Any, args: list[Term], _reader: object) -> Term:
    """A matrix product with its scalar factors in front."""
    flags = [
        bool(getattr(a, "is_Matrix", False)) or isinstance(a, sp.MatrixExpr) for a in node.args
    ]
    scalars = [a for a, flag in zip(args, flags, strict=True) if not flag]
    matrices = [a for a, flag in zip(args, flags, strict=True) if flag]
    whole = matrices[0] if len(matrices) == 1 else make("matmul", *matrices)
    if node.args[0] == -1:
        scalars = scalars[1:]
        return make("neg", make("mul", *scalars, whole) if scalars else whole)
    return make("mul", *scalars, whole) if scalars else whole


def interval(node: Any, args: list[Term], _reader: object) -> Term:
    """An interval with its kinds of ends."""
    ends = ("(" if node.left_open else "[") + (")" if node.right_open else "]")
    return make("interval", *args, data=ends)


def relation(node: Any, args: list[Term], _reader: object) -> Term:
    """An equation or inequality."""
    return make("relation", *args, data=(RELATIONS[type(node)],))


def both(_node: Any, args: list[Term], _reader: object) -> Term:
    """Conditions that hold together; `a < b` and `b < c` are the chain `a < b < c`."""
    links = {a.args[0]: a for a in args if a.op == "relation" and len(a.args) == 2}
    ends = {a.args[1] for a in links.values()}
    starts = [a for a in links if a not in ends]
    if len(links) != len(args) or len(ends) != len(args) or len(starts) != 1:
        return make("and", *args)
    operands, signs = [starts[0]], []
    while operands[-1] in links:
        link = links[operands[-1]]
        operands.append(link.args[1])
        signs += link.data
    return make("relation", *operands, data=tuple(signs))


def choice(_node: Any, args: list[Term], _reader: object) -> Term:
    """One condition where another holds, a third elsewhere."""
    test, yes, no = args
    return make("or", make("and", test, yes), make("and", make("not", test), no))
