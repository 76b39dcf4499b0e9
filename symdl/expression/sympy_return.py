"""What SymPy returns, read back as Terms: the way home over the bridge (see `sympy_bridge`).

Whatever SymPy says is taken at its word, never repaired: `Heaviside(x)` becomes `(1 + sign x)/2`
because that is what SymPy means, and evidence judges it. What no Term can say (complex
numbers, `DiracDelta`, `zoo`, special functions without a row) raises symdl.Error by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from symdl.document.errors import Error
from symdl.expression import sympy_parts as parts
from symdl.expression.operators import TABLE
from symdl.expression.sympy_names import (
    LABELLED,
    Names,
    Reader,
    dimensions_of,
    matrix_symbol,
    symbol_term,
)
from symdl.expression.term import (
    Call,
    Symbol,
    Term,
    constant,
    make,
    number,
    symbol,
)

UNEVALUATED: dict[str, dict[str, bool]] = {
    "round": {"integer": True}, "gcd": {"integer": True}, "lcm": {"integer": True},
}  # fmt: skip
"""Rows that SymPy has no function for, or (gcd of symbols) a wrong one: kept by name."""

_CONSTANTS = {sp.pi: "pi", sp.E: "e", sp.oo: "infinity"}
_FUNCTIONS: dict[str, str] = {
    row.sympy: name
    for name, row in TABLE.items()
    if isinstance(row.sympy, str) and name not in ("add", "mul", "pow", "sqrt")
}
_NUMBER_SETS = {
    sp.S.Reals: "R", sp.S.Naturals0: "N", sp.S.Integers: "Z", sp.S.Rationals: "Q",
    sp.S.Complexes: "C",
}  # fmt: skip


def from_sympy(obj: Any, symbols: Names = {}) -> Term:  # noqa: B006 (never written to)
    """The Term that means what a SymPy object means.

    `symbols` gives the Terms of names that are known already (`symbols_of(term)`); other names
    become symbols with the domain that SymPy's assumptions state. A list (of solutions) becomes
    a set, a dict (of values) a list of equations. A Float stands for the decimal it prints.

    Raises symdl.Error for objects that no Term stands for.

    >>> import sympy
    >>> x = sympy.Symbol("x", real=True)
    >>> from_sympy(sympy.diff(sympy.tanh(x), x))
    add(1, neg(pow(tanh(x), 2)))
    """
    if isinstance(obj, (list, set, frozenset)):
        return make("set", *(from_sympy(item, symbols) for item in obj))
    if isinstance(obj, dict):
        pairs = [
            make("relation", from_sympy(k, symbols), from_sympy(v, symbols), data=("=",))
            for k, v in obj.items()
        ]
        return pairs[0] if len(pairs) == 1 else make("statements", *pairs)
    if isinstance(obj, (int, float, Fraction)):
        obj = sp.sympify(obj)
    if isinstance(obj, tuple):
        obj = sp.Tuple(*obj)
    if isinstance(obj, sp.MatrixBase):
        obj = obj.as_immutable()
    return _read(obj, Reader(symbols))


def _read(obj: Any, reader: Reader) -> Term:
    """Arguments before what they are in, without recursion."""
    done: dict[Any, Term] = {}
    stack: list[tuple[Any, bool]] = [(obj, False)]
    while stack:
        node, ready = stack.pop()
        if node in done:
            continue
        inside = _arguments(node)
        if ready:
            done[node] = _term(node, [done[p] for p in inside], reader)
        else:
            stack.append((node, True))
            stack.extend((p, False) for p in reversed(inside))
    return done[obj]


def _arguments(node: Any) -> tuple[Any, ...]:
    """The arguments of an object that are to be read as Terms, in order."""
    if isinstance(node, (sp.Symbol, sp.MatrixSymbol, sp.IndexedBase, sp.Number)):
        return ()
    if isinstance(node, sp.Indexed):
        return tuple(node.indices)
    if isinstance(node, sp.matrices.expressions.matexpr.MatrixElement):
        return (node.parent, *(sp.Add(i, 1) for i in node.indices))
    if isinstance(node, (sp.Sum, sp.Product, sp.Integral)):
        bounds = [part for limit in node.limits for part in limit]
        return (*bounds, node.function)
    if isinstance(node, sp.Derivative):
        prime = _primed(node)
        return (prime,) if prime is not None else (node.expr, *node.variables)
    if isinstance(node, sp.Subs):
        return _subs_arguments(node)
    if isinstance(node, sp.Limit):
        return (node.args[1], node.args[2], node.args[0])
    if isinstance(node, sp.Piecewise):
        return tuple(p for v, c in node.args for p in ((v,) if c == sp.true else (v, c)))
    if isinstance(node, sp.ImageSet):
        return (node.lamda.variables[0], node.base_sets[0], node.lamda.expr)
    if isinstance(node, sp.Interval):
        return tuple(node.args[:2])
    if isinstance(node, sp.MatrixBase):
        return tuple(node)
    if isinstance(node, sp.NDimArray):
        return tuple(node)
    if isinstance(node, sp.Inverse):
        return (node.arg,)
    if isinstance(node, AppliedUndef):
        return tuple(p for a in node.args for p in (a.args if isinstance(a, sp.Tuple) else (a,)))
    if node in _NUMBER_SETS or node is sp.S.EmptySet:
        return ()
    return tuple(getattr(node, "args", ()))


def _primed(node: Any) -> Any:
    """The variable of `f'(x)`, when a derivative is no more than that."""
    f = node.expr
    if isinstance(f, AppliedUndef) and len(f.args) == 1 and node.variables:
        same = all(v == f.args[0] for v in node.variables)
        return f.args[0] if same else None
    return None


def _subs_arguments(node: Any) -> tuple[Any, ...]:
    inner = node.expr
    if isinstance(inner, sp.Derivative) and node.variables[0] == _primed(inner):
        return (node.point[0],)
    return (inner, *node.variables, *node.point)


def _term(node: Any, args: list[Term], reader: Reader) -> Term:
    if isinstance(node, sp.Number):
        return _number(node)
    if node in _CONSTANTS:
        return constant(_CONSTANTS[node])
    if node in _NUMBER_SETS:
        return make("number_set", data=_NUMBER_SETS[node])
    for kind, read in _KINDS:
        if isinstance(node, kind):
            return read(node, args, reader)
    name = _FUNCTIONS.get(type(node).__name__)
    if name is not None and isinstance(node, (sp.Function, sp.Max, sp.Min)):
        return make(name, *args)
    raise Error(f"no Term stands for SymPy's {type(node).__name__} ({node})", code="no-term")


# --- atoms -------------------------------------------------------------------------------


def _number(node: Any) -> Term:
    if node is sp.S.Infinity:
        return constant("infinity")
    if node is sp.S.NegativeInfinity:
        return make("neg", constant("infinity"))
    if isinstance(node, sp.Rational) and node is not sp.nan:
        return number(Fraction(int(node.p), int(node.q)))
    if isinstance(node, sp.Float) and node.is_finite:
        text = format(Decimal(str(node)).normalize(), "f")
        return number(Fraction(text), text)
    raise Error(f"SymPy's answer {node} is no real number", code="no-term")


def _indexed(node: Any, args: list[Term], reader: Reader) -> Term:
    name = str(node.base.label)
    if name.endswith(LABELLED):
        name = name.removesuffix(LABELLED)
        return make("label", reader.names.get(name) or symbol(name), *args)
    known = reader.names.get(name)
    if known is None:
        role = {1: "vector", 2: "matrix"}.get(len(args), "tensor")
        known = symbol(name, role, dimensions_of(node.shape) if node.base.shape else None)
    return make("entry", known, *args)


# --- binders, derivatives, calls -----------------------------------------------------------


def _big(op: str) -> Callable[[Any, list[Term], Reader], Term]:
    def read(node: Any, args: list[Term], _reader: Reader) -> Term:
        body, place = args[-1], 0
        for limit in node.limits:
            bounds = args[place : place + len(limit)]
            place += len(limit)
            if len(limit) == 2:
                raise Error(f"one limit alone: {node}", code="no-term")
            body = make(op, *bounds, body, data="range" if len(limit) == 3 else "all")
        return body

    return read


def _derivative(node: Any, args: list[Term], reader: Reader) -> Term:
    if _primed(node) is not None:
        return _call(node.expr, args, reader, len(node.variables))
    several = len({v for v in node.expr.free_symbols if isinstance(v, sp.Symbol)}) > 1
    return make("derivative", *args, data="partial" if several else "d")


def _subs(node: Any, args: list[Term], reader: Reader) -> Term:
    inner = node.expr
    if len(args) == 1:
        return _call(inner.expr, args, reader, len(inner.variables))
    count = len(node.variables)
    body = args[0]
    for i in range(count):
        body = make("at", body, args[1 + i], args[1 + count + i])
    return body


def _applied(node: Any, args: list[Term], reader: Reader) -> Term:
    name = str(node.func.__name__)
    if name in UNEVALUATED and name not in reader.names:
        return make(name, *args)
    return _call(node, args, reader, 0)


def _call(node: Any, args: list[Term], reader: Reader, primes: int) -> Term:
    name = str(node.func.__name__)
    known = reader.names.get(name)
    function = known.data if known is not None else Symbol(name, "function")
    bars: list[int] = []
    place = 0
    for a in node.args:
        if isinstance(a, sp.Tuple):
            bars.append(place)
        place += len(a.args) if isinstance(a, sp.Tuple) else 1
    return make("call", *args, data=Call(function, primes, tuple(bars)))


def _limit(node: Any, args: list[Term], _reader: Reader) -> Term:
    side = str(node.args[3])
    far = node.args[2] in (sp.oo, -sp.oo)
    return make("limit", *args, data="" if side == "+-" or far else side)


def _piecewise(node: Any, args: list[Term], _reader: Reader) -> Term:
    if [v for v, _ in node.args] == [1, 0] and len(args) == 3:
        return make("indicator", args[1])
    return args[0] if len(args) == 1 else make("piecewise", *args)


# --- the table of kinds ------------------------------------------------------------------


def _simple(op: str, data: Any = None) -> Callable[[Any, list[Term], Reader], Term]:
    return lambda node, args, reader: make(op, *args, data=data)


_KINDS: tuple[tuple[Any, Callable[[Any, list[Term], Reader], Term]], ...] = (
    (sp.Symbol, symbol_term), (sp.MatrixSymbol, matrix_symbol), (sp.Indexed, _indexed),
    (sp.MatAdd, parts.add), (sp.HadamardProduct, _simple("hadamard")), (sp.MatMul, parts.matmul),
    (sp.Inverse, _simple("inverse")), (sp.MatPow, _simple("pow")),
    (sp.Transpose, _simple("transpose")),
    (sp.Trace, _simple("trace")), (sp.Determinant, _simple("det")),
    (sp.matrices.expressions.matexpr.MatrixElement, _simple("entry")),
    (sp.MatrixBase, lambda node, args, reader: make("matrix", *args, data=node.shape)),
    (sp.NDimArray, lambda node, args, reader: make("vector", *args)),
    (sp.Add, parts.add), (sp.Mul, parts.mul), (sp.Pow, parts.pow), (sp.exp, _simple("exp")),
    (sp.Heaviside, parts.heaviside), (sp.polygamma, parts.polygamma),
    (sp.Sum, _big("sum")), (sp.Product, _big("product")), (sp.Integral, _big("integral")),
    (sp.Derivative, _derivative), (sp.Subs, _subs), (AppliedUndef, _applied),
    (sp.Limit, _limit), (sp.Piecewise, _piecewise),
    (sp.Interval, parts.interval), (sp.FiniteSet, _simple("set")), (sp.Tuple, _simple("tuple")),
    (type(sp.S.EmptySet), _simple("set")), (sp.ImageSet, _simple("image")),
    (tuple(parts.RELATIONS), parts.relation), (sp.Contains, _simple("relation", ("in",))),
    (sp.And, parts.both), (sp.Or, _simple("or")), (sp.Not, _simple("not")),
    (sp.ITE, parts.choice),
)  # fmt: skip

__all__ = ["LABELLED", "UNEVALUATED", "from_sympy"]
