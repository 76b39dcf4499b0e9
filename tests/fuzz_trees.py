"""Random expressions of our own for fuzzing: trees, their LaTeX, and their value by mpmath.

Nothing here uses symdl: a tree is a tuple `(op, arguments...)`, printed by its own printer and
evaluated by its own rules, exactly where it is rational and else with 400 digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath

Tree = tuple[Any, ...]
Value = Any
"""A Fraction (exact), an mpf, None (undefined), or UNSURE."""
UNSURE = "unsure"
DIGITS = 400
TINY = mpmath.mpf(10) ** -150
MOST_TERMS = 60
LARGEST = 200
"""Powers and exponentials beyond e^LARGEST are not evaluated: what cancels is below 10^-200."""


def num(value: object) -> Tree:
    """A number; negative ones as the negative of a positive one."""
    exact = Fraction(str(value))
    return ("neg", ("n", -exact)) if exact < 0 else ("n", exact)


def var(name: str) -> Tree:
    return ("v", name)


NOWHERE: Tree = ("/", num(1), num(0))


# --- LaTeX -----------------------------------------------------------------------------------

FUNCTIONS = {
    "log": r"\log", "sin": r"\sin", "cos": r"\cos", "tan": r"\tan", "tanh": r"\tanh",
    "sinh": r"\sinh", "cosh": r"\cosh", "arctan": r"\arctan", "sigmoid": r"\sigma",
    "erf": r"\operatorname{erf}", "sign": r"\operatorname{sign}", "relu": r"\text{ReLU}",
    "max": r"\max", "min": r"\min", "exp": r"\exp", "arcsin": r"\arcsin",
    "softplus": r"\operatorname{softplus}", "artanh": r"\operatorname{artanh}",
    "clip": r"\operatorname{clip}", "round": r"\operatorname{round}",
    "log1p": r"\operatorname{log1p}", "expm1": r"\operatorname{expm1}",
}  # fmt: skip
OPEN, SUM, PRODUCT, POWER, ATOM = range(-1, 4)


@dataclass(frozen=True)
class When:
    """The condition of a row: `low lower x upper high`, where either end may be missing."""

    low: Tree | None
    lower: str
    upper: str
    high: Tree | None

    def latex(self, name: str) -> str:
        """`0 \\le x < 1`, or with one end."""
        if self.low is None:
            return f"{name} {self.upper} {latex(self.high or num(0))}"
        if self.high is None:
            return f"{name} {'>' if self.lower == '<' else chr(92) + 'ge'} {latex(self.low)}"
        return f"{latex(self.low)} {self.lower} {name} {self.upper} {latex(self.high)}"

    def holds(self, x: Any, point: Mapping[str, Fraction]) -> bool:
        """Whether a value meets it."""
        if self.low is not None and not _compare(self.lower, _value(self.low, point), x):
            return False
        return self.high is None or _compare(self.upper, x, _value(self.high, point))


def latex(tree: Tree) -> str:
    """The tree as LaTeX, with brackets wherever they could matter."""
    return _print(tree)[0]


def _print(tree: Tree) -> tuple[str, int]:
    op, *args = tree
    if op == "n":
        return _number(args[0])
    if op == "v":
        return args[0], ATOM
    if op in FUNCTIONS:
        inside = ", ".join(latex(a) for a in args)
        return rf"{FUNCTIONS[op]}\left({inside}\right)", POWER
    if op == "cases":
        name, relation, point, yes, no = args
        when = f"{name} {relation} {latex(point)}"
        rows = rf"{latex(yes)} & \text{{if }} {when} \\ {latex(no)} & \text{{otherwise}}"
        return rf"\begin{{cases}} {rows} \end{{cases}}", POWER
    if op == "rows":
        name, *rows = args
        lines = (rf"{latex(v)} & \text{{if }} {when.latex(name)}" for v, when in _pairs(rows))
        return rf"\begin{{cases}} {(chr(92) * 2).join(lines)} \end{{cases}}", POWER
    if op == "sum":
        index, lower, upper, body = args
        return rf"\sum_{{{index}={lower}}}^{{{latex(upper)}}} {_above(body, PRODUCT)}", OPEN
    return _PRINT[op](*args)


def _pairs(rows: Sequence[Any]) -> list[tuple[Tree, When]]:
    return list(zip(rows[::2], rows[1::2], strict=True))


def _number(value: Fraction) -> tuple[str, int]:
    if value.denominator == 1:
        return str(value.numerator), ATOM
    if value.denominator in (2, 4, 5, 10, 100):
        return str(float(value)), ATOM
    return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", PRODUCT


def _above(tree: Tree, level: int) -> str:
    text, own = _print(tree)
    return text if own >= level else rf"\left({text}\right)"


def _product(a: Tree, b: Tree) -> tuple[str, int]:
    return rf"{_above(a, PRODUCT)} \cdot {_above(b, POWER)}", PRODUCT


def _power(a: Tree, b: Tree) -> tuple[str, int]:
    return rf"{_above(a, ATOM)}^{{{latex(b)}}}", POWER


_PRINT: dict[str, Callable[..., tuple[str, int]]] = {
    "+": lambda a, b: (rf"{_above(a, SUM)} + {_above(b, PRODUCT)}", SUM),
    "-": lambda a, b: (rf"{_above(a, SUM)} - {_above(b, PRODUCT)}", SUM),
    "neg": lambda a: (rf"-{_above(a, PRODUCT)}", SUM),
    "*": _product,
    "/": lambda a, b: (rf"\frac{{{latex(a)}}}{{{latex(b)}}}", PRODUCT),
    "^": _power,
    "sqrt": lambda a: (rf"\sqrt{{{latex(a)}}}", POWER),
    "root": lambda a, n: (rf"\sqrt[{n}]{{{latex(a)}}}", POWER),
    "e^": lambda a: (rf"e^{{{latex(a)}}}", POWER),
    "abs": lambda a: (rf"\left|{latex(a)}\right|", ATOM),
    "floor": lambda a: (rf"\lfloor {latex(a)} \rfloor", ATOM),
    "ceil": lambda a: (rf"\lceil {latex(a)} \rceil", ATOM),
}


# --- values ----------------------------------------------------------------------------------


class Undefined(Exception):
    """The tree has no real value there."""


class Unsure(Exception):
    """A switch is too near its place, or a number too large, to tell."""


def value(tree: Tree, point: Mapping[str, Fraction]) -> Value:
    """The value at a point: exact, with 400 digits, None where undefined, or UNSURE."""
    try:
        with mpmath.workdps(DIGITS):
            return _value(tree, point)
    except Undefined:
        return None
    except Unsure:
        return UNSURE


def _value(tree: Tree, point: Mapping[str, Fraction]) -> Any:
    op, *args = tree
    if op == "n":
        return args[0]
    if op == "v":
        return point[args[0]]
    if op == "cases":
        name, relation, where, yes, no = args
        holds = _compare(relation, point[name], _value(where, point))
        return _value(yes if holds else no, point)
    if op == "rows":
        found = (v for v, when in _pairs(args[1:]) if when.holds(point[args[0]], point))
        return _value(next(found, NOWHERE), point)
    if op == "sum":
        return _sum(*args, point)
    if op == "root":
        return _root(_value(args[0], point), args[1])
    if op == "^" and args[1] == ("n", Fraction(0)):
        _value(args[0], point)
        return Fraction(1)
    return _VALUE[op](*[_value(a, point) for a in args])


def _sum(index: str, lower: int, upper: Tree, body: Tree, point: Mapping[str, Fraction]) -> Any:
    top = _value(upper, point)
    if not isinstance(top, Fraction) or top.denominator != 1 or top > MOST_TERMS:
        raise Unsure
    total: Any = Fraction(0)
    for k in range(lower, int(top) + 1):
        total = _add(total, _value(body, {**point, index: Fraction(k)}))
    return total


def _float(x: Any) -> Any:
    return mpmath.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else x


def _sign(x: Any) -> int:
    """The sign of a value; Unsure if it is as good as 0 without being exactly 0."""
    if not isinstance(x, Fraction) and abs(x) < TINY:
        raise Unsure
    return (x > 0) - (x < 0)


def _compare(relation: str, a: Any, b: Any) -> bool:
    sign = _sign(_add(a, _neg(b)))
    return {"<": sign < 0, r"\le": sign <= 0, ">": sign > 0, r"\ge": sign >= 0}[relation]


def _both(f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def run(a: Any, b: Any) -> Any:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return f(a, b)
        return f(_float(a), _float(b))

    return run


_add = _both(lambda a, b: a + b)
_mul = _both(lambda a, b: a * b)


def _neg(a: Any) -> Any:
    return -a


def _div(a: Any, b: Any) -> Any:
    if _sign(b) == 0:
        raise Undefined
    return _both(lambda x, y: x / y)(a, b)


def _pow(a: Any, b: Any) -> Any:
    whole = isinstance(b, Fraction) and b.denominator == 1
    sign = _sign(a)
    if sign == 0 and _sign(b) <= 0:
        raise Undefined
    if sign == 0:
        return Fraction(0)
    if sign < 0 and not whole:
        if isinstance(b, Fraction):
            raise Undefined
        raise Unsure  # an irrational-looking exponent that may be whole
    if whole and isinstance(a, Fraction) and abs(b) * _bits(a) < 4000:
        return a ** int(b)
    size = abs(mpmath.log(abs(_float(a))) * _float(b))
    if size > LARGEST:
        raise Unsure
    if whole:
        return _float(a) ** int(b)
    return mpmath.exp(mpmath.log(_float(a)) * _float(b))


def _bits(a: Fraction) -> int:
    return max(a.numerator.bit_length(), a.denominator.bit_length())


def _root(a: Any, n: int) -> Any:
    sign = _sign(a)
    if sign < 0 and n % 2 == 0:
        raise Undefined
    if sign == 0:
        return Fraction(0)
    size = abs(a)
    if isinstance(size, Fraction):
        top, bottom = _whole_root(size.numerator, n), _whole_root(size.denominator, n)
        if top is not None and bottom is not None:
            return sign * Fraction(top, bottom)
    return sign * mpmath.exp(mpmath.log(_float(size)) / n)


def _whole_root(x: int, n: int) -> int | None:
    if x.bit_length() > 900:
        return None
    guess = round(float(x) ** (1 / n))
    return next((g for g in (guess - 1, guess, guess + 1) if g >= 0 and g**n == x), None)


def _exp(a: Any) -> Any:
    if a == 0:
        return Fraction(1)
    if abs(a) > LARGEST:
        raise Unsure
    return mpmath.exp(_float(a))


def _log(a: Any) -> Any:
    if _sign(a) <= 0:
        raise Undefined
    return Fraction(0) if a == 1 else mpmath.log(_float(a))


def _at_zero(f: Callable[[Any], Any], there: int = 0) -> Callable[[Any], Any]:
    def run(a: Any) -> Any:
        if isinstance(a, Fraction) and a == 0:
            return Fraction(there)
        if abs(a) > LARGEST:
            raise Unsure
        return f(_float(a))

    return run


def _floor(a: Any, up: bool = False) -> Any:
    if isinstance(a, Fraction):
        return Fraction(math.ceil(a) if up else math.floor(a))
    if abs(a) > mpmath.mpf(10) ** 20 or abs(a - mpmath.nint(a)) < TINY:
        raise Unsure
    return Fraction(int(mpmath.ceil(a) if up else mpmath.floor(a)))


def _round(a: Any) -> Any:
    """To the nearest integer; from the middle to the even one."""
    if isinstance(a, Fraction):
        return Fraction(round(a))
    return _floor(a + mpmath.mpf(1) / 2)


def _log1p(a: Any) -> Any:
    return _log(_add(Fraction(1), a))


def _choose(a: Any, b: Any, larger: bool) -> Any:
    try:
        first = (_sign(_add(a, _neg(b))) >= 0) == larger
    except Unsure:
        return _float(a)  # as good as equal
    return a if first else b


def _tan(a: Any) -> Any:
    if isinstance(a, Fraction) and a == 0:
        return a
    return _div(mpmath.sin(_float(a)), mpmath.cos(_float(a)))


def _unit(f: Callable[[Any], Any], open_: bool) -> Callable[[Any], Any]:
    def run(a: Any) -> Any:
        if _sign(_add(Fraction(1), -abs(a))) < (1 if open_ else 0):
            raise Undefined
        return _at_zero(f)(a)

    return run


_VALUE: dict[str, Callable[..., Any]] = {
    "+": _add,
    "-": lambda a, b: _add(a, -b),
    "neg": _neg,
    "*": _mul,
    "/": _div,
    "^": _pow,
    "sqrt": lambda a: _root(a, 2),
    "e^": _exp,
    "exp": _exp,
    "log": _log,
    "abs": abs,
    "floor": _floor,
    "ceil": lambda a: _floor(a, True),
    "round": _round,
    "log1p": _log1p,
    "expm1": lambda a: _add(_exp(a), Fraction(-1)),
    "clip": lambda a, low, high: _choose(_choose(a, low, True), high, False),
    "sign": lambda a: Fraction(_sign(a)),
    "max": lambda a, b: _choose(a, b, True),
    "min": lambda a, b: _choose(a, b, False),
    "relu": lambda a: _choose(a, Fraction(0), True),
    "sin": _at_zero(mpmath.sin),
    "cos": _at_zero(mpmath.cos, 1),
    "tan": _tan,
    "arctan": _at_zero(mpmath.atan),
    "arcsin": _unit(mpmath.asin, False),
    "artanh": _unit(mpmath.atanh, True),
    "tanh": _at_zero(mpmath.tanh),
    "sinh": _at_zero(mpmath.sinh),
    "cosh": _at_zero(mpmath.cosh, 1),
    "erf": _at_zero(mpmath.erf),
    "sigmoid": lambda a: _div(Fraction(1), _add(Fraction(1), _exp(-a))),
    "softplus": lambda a: mpmath.log(1 + _float(_exp(a))),
}


def compare(left: Value, right: Value) -> int | None:
    """The sign of left - right; None where a side has no value or it cannot be told.

    Sides that agree in 150 digits or more count as equal only if both are exact.
    """
    if left is None or right is None or UNSURE in (left, right):
        return None
    with mpmath.workdps(DIGITS):
        gap = _add(left, -right)
        if isinstance(gap, Fraction):
            return (gap > 0) - (gap < 0)
        scale = max(1, abs(_float(left)), abs(_float(right)))
        return None if abs(gap) < TINY * scale else (gap > 0) - (gap < 0)


def close(left: Value, right: Value) -> bool:
    """Whether two values agree in all 150 digits that count."""
    if left is None or right is None or UNSURE in (left, right):
        return False
    return compare(left, right) in (None, 0)


def variables(tree: Tree) -> set[str]:
    """The names of the variables of a tree."""
    if tree[0] == "v":
        return {tree[1]}
    if tree[0] == "cases":
        return {tree[1]}.union(*(variables(t) for t in tree[3:]))
    if tree[0] == "rows":
        return {tree[1]}.union(*(variables(found) for found in tree[2::2]))
    if tree[0] == "sum":
        return variables(tree[3]) | (variables(tree[4]) - {tree[1]})
    return set().union(*(variables(a) for a in tree[1:] if isinstance(a, tuple)))
