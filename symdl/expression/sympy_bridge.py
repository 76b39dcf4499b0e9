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
from symdl.expression.domain import Domain
from symdl.expression.numerals import value_of
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.sympy_return import LABELLED, UNEVALUATED, from_sympy
from symdl.expression.term import Dim, Symbol, Term, postorder

__all__ = ["from_sympy", "symbols_of", "to_sympy"]

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


def symbols_of(term: Term) -> dict[str, Term]:
    """The symbols of a Term by name, for `from_sympy` to give back with their declarations."""
    return {node.data.name: node for node in postorder(term) if node.op == "symbol"}


def _object(node: Term, args: list[Any]) -> Any:
    build = _BUILD.get(node.op)
    if build is None and node.op in TABLE:
        build = _function
    if build is None:
        raise Error(f"SymPy has no object for '{node.op}' ({_short(node)})", code="no-sympy")
    try:
        return build(node, args)
    except (TypeError, ValueError, NotImplementedError, RecursionError) as problem:
        message = f"SymPy refuses {_short(node)}: {problem}"
        raise Error(message, code="no-sympy") from problem


def _short(node: Term) -> str:
    text = plain(node)
    return text if len(text) < 60 else text[:57] + "..."


# --- atoms -------------------------------------------------------------------------------


def _number(node: Term, _args: list[Any]) -> Any:
    value = node.data.value
    return sp.Rational(value.numerator, value.denominator)


def assumptions(domain: Domain) -> dict[str, bool]:
    """What SymPy may assume of a value of this domain."""
    found = {"real": True}
    if domain.integer:
        found["integer"] = True
    below = domain.upper is not None and domain.upper <= 0
    open_below = below and (domain.upper != 0 or domain.upper_open)
    if domain.positive:
        found["positive"] = True
    elif open_below:
        found["negative"] = True
    elif domain.nonnegative:
        found["nonnegative"] = True
    elif below:
        found["nonpositive"] = True
    if domain.nonzero and not (domain.positive or open_below):
        found["zero"] = False
    return found


def _symbol(node: Term, _args: list[Any]) -> Any:
    data: Symbol = node.data
    if data.role == "matrix" or data.role == "vector":
        rows = {"matrix": 2, "vector": 1}[data.role]
        if data.shape is not None and len(data.shape) == rows:
            return sp.MatrixSymbol(data.name, *(_dimension(d) for d in (*data.shape, 1)[:2]))
    if data.shape not in ((), None):
        return sp.IndexedBase(data.name, shape=tuple(_dimension(d) for d in data.shape or ()))
    return sp.Symbol(data.name, **assumptions(data.domain))


def _dimension(dim: Dim) -> Any:
    return sp.Integer(dim) if isinstance(dim, int) else sp.Symbol(dim, integer=True, positive=True)


# --- arithmetic and functions ---------------------------------------------------------------


def _is_matrix(value: Any) -> bool:
    return bool(getattr(value, "is_Matrix", False)) or isinstance(value, sp.MatrixExpr)


def _scalars(node: Term, args: Sequence[Any]) -> None:
    if any(_is_matrix(a) or isinstance(a, sp.IndexedBase) for a in args):
        message = f"SymPy has no elementwise or broadcast '{node.op}' of arrays ({_short(node)})"
        raise Error(message, code="no-sympy")


def _add(node: Term, args: list[Any]) -> Any:
    if all(_is_matrix(a) for a in args):
        return sp.MatAdd(*args)
    _scalars(node, args)
    return sp.Add(*args, evaluate=False)


def _mul(node: Term, args: list[Any]) -> Any:
    if sum(map(_is_matrix, args)) == 1 and _is_matrix(args[-1]):
        return sp.MatMul(*args)
    _scalars(node, args)
    return sp.Mul(*args, evaluate=False)


def _neg(node: Term, args: list[Any]) -> Any:
    if _is_matrix(args[0]):
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
    if _is_matrix(args[0]) and not _is_matrix(args[1]):
        return sp.MatMul(sp.Pow(args[1], sp.Integer(-1), evaluate=False), args[0])
    _scalars(node, args)
    below = sp.Pow(args[1], sp.Integer(-1), evaluate=False)
    return sp.Mul(args[0], below, evaluate=False)


def _pow(node: Term, args: list[Any]) -> Any:
    if _is_matrix(args[0]) and not _is_matrix(args[1]):
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
        raise Error(f"SymPy needs limits: {_short(node)} has none", code="no-sympy")
    return args[0], sp.Integer(1), size


def _extent(node: Term) -> Any:
    """The size of the axis that the index of an unlimited sum runs along."""
    index, body = node.args[0], node.args[-1]
    for part in postorder(body):
        if part.op == "entry" and index in part.args[1:]:
            shape = part.args[0].shape
            if shape is not None and len(shape) == len(part.args) - 1:
                return _dimension(shape[part.args[1:].index(index)])
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
        raise Error(f"primes of a function of several arguments: {_short(node)}", code="no-sympy")
    if isinstance(args[0], sp.Symbol):
        return sp.Derivative(function(args[0]), (args[0], data.primes), evaluate=False)
    u = sp.Dummy("u", real=True)
    inner = sp.Derivative(function(u), (u, data.primes), evaluate=False)
    return sp.Subs(inner, u, args[0])


def _entry(node: Term, args: list[Any]) -> Any:
    base = node.args[0]
    if base.op == "symbol":
        data = base.data
        shape = tuple(_dimension(d) for d in data.shape) if data.shape else None
        assumed = assumptions(data.domain)
        return sp.Indexed(sp.IndexedBase(data.name, shape=shape, **assumed), *args[1:])
    if base.op == "matrix" and len(args) == 3:
        return args[0][args[1] - 1, args[2] - 1]
    raise Error(f"SymPy has no entries of {_short(base)}", code="no-sympy")


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
    if node.data not in ("2", "F", "") or not _is_matrix(args[0]):
        raise Error(f"SymPy has no norm {_short(node)}", code="no-sympy")
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
            raise Error(f"SymPy has no relation '{sign}' ({_short(node)})", code="no-sympy")
    return links[0] if len(links) == 1 else sp.And(*links, evaluate=False)


def _image(_node: Term, args: list[Any]) -> Any:
    return sp.ImageSet(sp.Lambda(args[0], args[2]), args[1])


def _plain(kind: Callable[..., Any]) -> Callable[[Term, list[Any]], Any]:
    return lambda node, args: kind(*args)


def _logical(kind: Any) -> Callable[[Term, list[Any]], Any]:
    return lambda node, args: kind(*args, evaluate=False)


_BUILD: dict[str, Callable[[Term, list[Any]], Any]] = {
    "number": _number, "symbol": _symbol, "constant": lambda node, args: _CONSTANTS[node.data],
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
