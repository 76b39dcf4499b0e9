"""The bridge to SymPy, both ways: `to_sympy` here, `from_sympy` from `sympy_return`.

Nothing is evaluated on the way: decimals become exact Rationals, `0 \\cdot \\log x` and `x / x`
stay, and `from_sympy(to_sympy(t))` equals `t` wherever `t` is defined and is undefined where
`t` is. It is the very same Term unless `t` uses a function that SymPy spells otherwise (sigmoid
as `1/(1 + exp(-x))`, `x^{-1}` as `1/x`), a decimal (0.9 comes back as 9/10) or a declaration
that SymPy has no words for; give `symbols_of(t)` to `from_sympy` to get the declarations back.

A symbol keeps its LaTeX name, and its domain becomes assumptions (real, integer, positive, ...).
SymPy recurses over expressions: very deep Terms raise symdl.Error instead of crashing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sympy as sp

from symdl.document.errors import Error
from symdl.expression.numerals import value_of
from symdl.expression.operators import TABLE
from symdl.expression.sympy_names import LABELLED
from symdl.expression.sympy_return import UNEVALUATED, from_sympy
from symdl.expression.sympy_symbols import (
    assumptions,
    dimension_as,
    is_matrix,
    number_of,
    short_name,
    symbol_of,
)
from symdl.expression.term import Term, postorder

__all__ = ["from_sympy", "to_sympy"]

DEEPEST = 400
"""Levels of nesting that SymPy's own recursion is trusted with."""

_RELATIONS = {"=": sp.Eq, "!=": sp.Ne, "<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge}
_CONSTANTS = {"pi": sp.pi, "e": sp.E, "infinity": sp.oo}
_NUMBER_SETS = {"R": sp.S.Reals, "N": sp.S.Naturals0, "Z": sp.S.Integers,
                "Q": sp.S.Rationals, "C": sp.S.Complexes}  # fmt: skip


def to_sympy(term: Term) -> Any:
    """The SymPy object that means the same, unevaluated.

    Raises symdl.Error for what SymPy has no object for (`\\approx`, expectations, broadcasting,
    elementwise functions of arrays) and for terms too deep for SymPy.

    >>> from symdl.expression.term import make, number, symbol
    >>> x = symbol("x")
    >>> to_sympy(number(0) * make("log", x))
    0*log(x)
    """
    done: dict[Term, Any] = {}
    depth: dict[Term, int] = {}
    for node in postorder(term):
        depth[node] = 1 + max((depth[a] for a in node.args), default=0)
        if depth[node] > DEEPEST:
            raise Error(
                f"this term is nested more than {DEEPEST} deep; SymPy cannot hold it",
                code="too-deep",
            )
        done[node] = _object(node, [done[a] for a in node.args])
    return done[term]


def _object(node: Term, args: list[Any]) -> Any:
    build = _BUILD.get(node.op)
    if build is None and node.op in TABLE:
        build = _function
    if build is None:
        raise Error(f"SymPy has no object for '{node.op}' ({short_name(node)})", code="no-sympy")
    try:
        return build(node, args)
    except (TypeError, ValueError, NotImplementedError, RecursionError) as problem:
        message = f"SymPy refuses {short_name(node)}: {problem}"
        raise Error(message, code="no-sympy") from problem


# --- atoms -------------------------------------------------------------------------------


# --- arithmetic and functions ---------------------------------------------------------------


def _scalars(node: Term, args: Sequence[Any]) -> None:
    if any(is_matrix(a) or isinstance(a, sp.IndexedBase) for a in args):
        message = (
            f"SymPy has no elementwise or broadcast '{node.op}' of arrays ({short_name(node)})"
        )
        raise Error(message, code="no-sympy")


def _add(node: Term, args: list[Any]) -> Any:
    if all(is_matrix(a) for a in args):
        return sp.MatAdd(*args)
    _scalars(node, args)
    return sp.Add(*args, evaluate=False)


def _mul(node: Term, args: list[Any]) -> Any:
    if sum(map(is_matrix, args)) == 1 and is_matrix(args[-1]):
        return sp.MatMul(*args)
    _scalars(node, args)
    return sp.Mul(*args, evaluate=False)


def _neg(node: Term, args: list[Any]) -> Any:
    if is_matrix(args[0]):
        return sp.MatMul(sp.Integer(-1), args[0])
    _scalars(node, args)
    value = value_of(node)
    if value is not None:
        return sp.Rational(value.numerator, value.denominator)
    if args[0] is sp.S.Infinity:
        return sp.S.NegativeInfinity  # an unevaluated product is misread by numerical integrals
    return sp.Mul(sp.Integer(-1), args[0], evaluate=False)


def _div(node: Term, args: list[Any]) -> Any:
    value = value_of(node)
    if value is not None:
        return sp.Rational(value.numerator, value.denominator)
    if is_matrix(args[0]) and not is_matrix(args[1]):
        return sp.MatMul(sp.Pow(args[1], sp.Integer(-1), evaluate=False), args[0])
    _scalars(node, args)
    below = sp.Pow(args[1], sp.Integer(-1), evaluate=False)
    return sp.Mul(args[0], below, evaluate=False)


def _pow(node: Term, args: list[Any]) -> Any:
    if is_matrix(args[0]) and not is_matrix(args[1]):
        return sp.MatPow(*args)
    _scalars(node, args)
    return sp.Pow(*args, evaluate=False)


def _sqrt(node: Term, args: list[Any]) -> Any:
    _scalars(node, args)
    return sp.Pow(args[0], sp.Rational(1, 2), evaluate=False)


def _function(node: Term, args: list[Any]) -> Any:
    """A scalar function by the `sympy` column of its row."""
    _scalars(node, args)
    if node.op in UNEVALUATED:
        return sp.Function(node.op, real=True, **UNEVALUATED[node.op])(*args)
    column = TABLE[node.op].sympy
    if isinstance(column, str):
        return getattr(sp, column)(*args, evaluate=False)
    with sp.evaluate(False):
        return column(sp, *args)


# --- binders, derivatives, calls, entries ---------------------------------------------------


def _range(node: Term, args: list[Any]) -> tuple[Any, Any, Any]:
    if node.data == "range":
        return args[0], args[1], args[2]
    size = _extent(node) if node.data == "all" else None
    if size is None:
        raise Error(f"SymPy needs limits: {short_name(node)} has none", code="no-sympy")
    return args[0], sp.Integer(1), size


def _extent(node: Term) -> Any:
    """The size of the axis that the index of an unlimited sum runs along."""
    index, body = node.args[0], node.args[-1]
    for part in postorder(body):
        if part.op == "entry" and index in part.args[1:]:
            shape = part.args[0].shape
            if shape is not None and len(shape) == len(part.args) - 1:
                return dimension_as(shape[part.args[1:].index(index)])
    return None


def _sum(node: Term, args: list[Any]) -> Any:
    return sp.Sum(args[-1], _range(node, args))


def _product(node: Term, args: list[Any]) -> Any:
    return sp.Product(args[-1], _range(node, args))


def _integral(node: Term, args: list[Any]) -> Any:
    limits = (args[0], args[1], args[2]) if node.data == "range" else args[0]
    return sp.Integral(args[-1], limits)


def _limit(node: Term, args: list[Any]) -> Any:
    far = args[1] in (sp.oo, -sp.oo)
    return sp.Limit(args[2], args[0], args[1], node.data or ("+" if far else "+-"))


def _derivative(_node: Term, args: list[Any]) -> Any:
    return sp.Derivative(args[0], *args[1:], evaluate=False)


def _at(_node: Term, args: list[Any]) -> Any:
    return sp.Subs(*args)


def _call(node: Term, args: list[Any]) -> Any:
    _scalars(node, args)
    data = node.data
    function = sp.Function(data.function.name, real=True)
    groups: list[list[Any]] = [[]]
    for i, a in enumerate(args):
        groups += [[]] if i in data.bars else []
        groups[-1].append(a)
    whole = [*groups[0], *(sp.Tuple(*g) for g in groups[1:])]
    if not data.primes:
        return function(*whole)
    if len(args) != 1:
        raise Error(
            f"primes of a function of several arguments: {short_name(node)}", code="no-sympy"
        )
    if isinstance(args[0], sp.Symbol):
        return sp.Derivative(function(args[0]), (args[0], data.primes), evaluate=False)
    u = sp.Dummy("u", real=True)
    inner = sp.Derivative(function(u), (u, data.primes), evaluate=False)
    return sp.Subs(inner, u, args[0])


def _entry(node: Term, args: list[Any]) -> Any:
    base = node.args[0]
    if base.op == "symbol":
        data = base.data
        shape = tuple(dimension_as(d) for d in data.shape) if data.shape else None
        assumed = assumptions(data.domain)
        return sp.Indexed(sp.IndexedBase(data.name, shape=shape, **assumed), *args[1:])
    if base.op == "matrix" and len(args) == 3:
        return args[0][args[1] - 1, args[2] - 1]
    raise Error(f"SymPy has no entries of {short_name(base)}", code="no-sympy")


def _label(node: Term, args: list[Any]) -> Any:
    return sp.Indexed(sp.IndexedBase(node.args[0].data.name + LABELLED, real=True), args[1])


def _pairs(args: list[Any]) -> Iterator[tuple[Any, Any]]:
    for i in range(0, len(args) - 1, 2):
        yield args[i], args[i + 1]
    if len(args) % 2:
        yield args[-1], sp.true


def _piecewise(node: Term, args: list[Any]) -> Any:
    _scalars(node, args)
    return sp.Piecewise(*_pairs(args), evaluate=False)


def _indicator(_node: Term, args: list[Any]) -> Any:
    return sp.Piecewise((sp.Integer(1), args[0]), (sp.Integer(0), sp.true), evaluate=False)


# --- matrices, sets, relations --------------------------------------------------------------


def _matrix(node: Term, args: list[Any]) -> Any:
    return sp.ImmutableDenseMatrix(*node.data, args)


def _norm(node: Term, args: list[Any]) -> Any:
    if node.args[0].shape == () and node.data in ("", "2", "1", "inf"):
        return sp.Abs(args[0], evaluate=False)
    if node.data not in ("2", "F", "") or not is_matrix(args[0]):
        raise Error(f"SymPy has no norm {short_name(node)}", code="no-sympy")
    squared = sp.Trace(sp.MatMul(sp.Transpose(args[0]), args[0]))
    return sp.Pow(squared, sp.Rational(1, 2), evaluate=False)


def _interval(node: Term, args: list[Any]) -> Any:
    return sp.Interval(args[0], args[1], node.data[0] == "(", node.data[1] == ")")


def _relation(node: Term, args: list[Any]) -> Any:
    links = []
    for sign, left, right in zip(node.data, args, args[1:], strict=False):
        if sign == "in":
            links.append(sp.Contains(left, right, evaluate=False))
        elif sign in _RELATIONS:
            links.append(_RELATIONS[sign](left, right, evaluate=False))
        else:
            raise Error(f"SymPy has no relation '{sign}' ({short_name(node)})", code="no-sympy")
    return links[0] if len(links) == 1 else sp.And(*links, evaluate=False)


def _image(_node: Term, args: list[Any]) -> Any:
    return sp.ImageSet(sp.Lambda(args[0], args[2]), args[1])


def _plain(kind: Callable[..., Any]) -> Callable[[Term, list[Any]], Any]:
    return lambda node, args: kind(*args)


def _logical(kind: Any) -> Callable[[Term, list[Any]], Any]:
    return lambda node, args: kind(*args, evaluate=False)


_BUILD: dict[str, Callable[[Term, list[Any]], Any]] = {
    "number": number_of, "symbol": symbol_of, "constant": lambda node, args: _CONSTANTS[node.data],
    "add": _add, "mul": _mul, "neg": _neg, "div": _div, "pow": _pow, "sqrt": _sqrt,
    "sum": _sum, "product": _product, "integral": _integral, "limit": _limit,
    "derivative": _derivative, "at": _at, "call": _call, "entry": _entry, "label": _label,
    "piecewise": _piecewise, "indicator": _indicator, "matrix": _matrix, "norm": _norm,
    "vector": lambda node, args: sp.ImmutableDenseNDimArray(args),
    "matmul": _plain(sp.MatMul), "hadamard": _plain(sp.HadamardProduct),
    "transpose": _plain(sp.Transpose), "inverse": _plain(sp.Inverse), "trace": _plain(sp.Trace),
    "det": _plain(sp.Determinant), "dot": lambda node, args: sp.Trace(
        sp.MatMul(sp.Transpose(args[0]), args[1])),
    "interval": _interval, "set": _plain(sp.FiniteSet), "tuple": _plain(sp.Tuple),
    "number_set": lambda node, args: _NUMBER_SETS[node.data], "image": _image,
    "relation": _relation, "and": _logical(sp.And), "or": _logical(sp.Or),
    "not": _logical(sp.Not),
}  # fmt: skip
