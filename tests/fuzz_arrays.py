"""Random claims about matrices and vectors with tempting rewrites, and their numbers.

Nothing here uses symdl. A tree is a tuple `(op, arguments...)`; arrays are lists of lists of
Fractions (vectors are columns), mpf where a function is applied. A claim is true if its sides
agree at every size and every random point tried: rational identities that hold at random points
of several sizes hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import mpmath

Tree = tuple[Any, ...]
Shape = tuple[str, str]
DIGITS = 60
CLOSE = Fraction(1, 10**20)
SIZES: tuple[Mapping[str, int], ...] = (
    {"n": 2, "m": 3, "p": 4},
    {"n": 3, "m": 2, "p": 2},
    {"n": 1, "m": 2, "p": 3},
    {"n": 4, "m": 3, "p": 1},
    {"n": 3, "m": 1, "p": 5},
)
LITERAL = {"n": 2, "m": 3, "p": 2}
ONE_SIZE = {**dict.fromkeys("ABC", ("n", "n")), **dict.fromkeys("xyz", ("n", "1"))}
MANY_SIZES = {"A": ("m", "n"), "B": ("n", "p"), "C": ("m", "n"),
              "x": ("n", "1"), "y": ("m", "1"), "z": ("n", "1")}  # fmt: skip


@dataclass(frozen=True)
class ArrayClaim:
    """`left = right` between arrays of declared shapes, at fixed sizes or for all."""

    left: Tree
    right: Tree
    symbols: tuple[tuple[str, str], ...]
    sizes: tuple[Mapping[str, int], ...]
    shapes: Mapping[str, Shape]

    @property
    def latex(self) -> str:
        return f"{latex(self.left)} = {latex(self.right)}"


class Undefined(Exception):
    """There is no value: a singular matrix is inverted."""


# --- LaTeX --------------------------------------------------------------------------------------

CALLS = {
    "tr": r"\operatorname{tr}", "det": r"\det", "softmax": r"\operatorname{softmax}",
    "lse": r"\operatorname{logsumexp}", "mean": r"\operatorname{mean}", "exp": r"\exp",
    "tanh": r"\tanh", "sigmoid": r"\sigma", "logsoftmax": r"\log \operatorname{softmax}",
}  # fmt: skip


def latex(tree: Tree) -> str:
    """The tree as LaTeX, in brackets wherever it could matter."""
    op, *args = tree
    if op in ("M", "s"):
        return str(args[0])
    if op == "num":
        return str(args[0])
    if op in CALLS:
        return rf"{CALLS[op]}\left({latex(args[0])}\right)"
    if op == "T":
        return f"{_tight(args[0])}^T"
    if op == "inv":
        return f"{_tight(args[0])}^{{-1}}"
    if op == "square":
        return f"{_tight(args[0])}^2"
    if op == "norm":
        return rf"\left\|{latex(args[0])}\right\|_{args[1]}^2"
    if op == "grad":
        return rf"\nabla_{args[0]} \left({latex(args[1])}\right)"
    sign = {"+": " + ", "-": " - ", "@": " ", "*": " ", "o": r" \odot "}[op]
    return sign.join(_tight(a) for a in args)


def _tight(tree: Tree) -> str:
    text = latex(tree)
    return text if tree[0] in ("M", "s", "num", "norm", *CALLS) else rf"\left({text}\right)"


# --- values -------------------------------------------------------------------------------------

Array = list[list[Any]]


def value(tree: Tree, at: Mapping[str, Any]) -> Any:
    """The value at a point: an array, or a number."""
    op, *args = tree
    if op in ("M", "s"):
        return at[args[0]]
    if op == "num":
        return Fraction(args[0])
    if op == "grad":
        return _gradient(args[0], args[1], at)
    if op == "norm":
        return sum(x * x for row in value(args[0], at) for x in row)
    return _RULES[op](*(value(a, at) for a in args))


def _times(a: Array, b: Array) -> Any:
    """A product; a 1x1 that a row and a column make is a number."""
    return [
        [
            sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0))
            for column in zip(*b, strict=True)
        ]
        for row in a
    ]


def _each(f: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arrays: Any) -> Any:
        shape = next((a for a in arrays if isinstance(a, list)), None)
        if shape is None:
            return f(*arrays)
        rows, columns = _shape(shape)
        if any(isinstance(a, list) and _shape(a) != (rows, columns) for a in arrays):
            raise ValueError("shapes differ")
        full = [a if isinstance(a, list) else [[a] * columns] * rows for a in arrays]
        return [[f(*(a[i][j] for a in full)) for j in range(columns)] for i in range(rows)]

    return run


def _inverse(a: Array) -> Array:
    n = _side(a)
    rows = [[*row, *(Fraction(i == j) for j in range(n))] for i, row in enumerate(a)]
    for i in range(n):
        pivot = next((k for k in range(i, n) if rows[k][i]), None)
        if pivot is None:
            raise Undefined
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for k in range(n):
            if k != i:
                rows[k] = [x - rows[k][i] * y for x, y in zip(rows[k], rows[i], strict=True)]
    return [row[n:] for row in rows]


def _side(a: Array) -> int:
    """The size of a square matrix."""
    if len(a) != len(a[0]):
        raise ValueError("not square")
    return len(a)


def _det(a: Array) -> Any:
    if _side(a) == 1:
        return a[0][0]
    return sum(
        (-1) ** j * a[0][j] * _det([row[:j] + row[j + 1 :] for row in a[1:]]) for j in range(len(a))
    )


def _float(x: Any) -> Any:
    return mpmath.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else x


def _lse(a: Array) -> Any:
    return mpmath.log(sum(mpmath.exp(_float(x)) for row in a for x in row))


def _softmax(a: Array) -> Array:
    whole = sum(mpmath.exp(_float(x)) for row in a for x in row)
    return [[mpmath.exp(_float(x)) / whole for x in row] for row in a]


def _mean(a: Array) -> Any:
    flat = [x for row in a for x in row]
    return sum(flat, Fraction(0)) / len(flat)


def _number(a: Any) -> Any:
    """A number, also where a 1x1 array stands for it."""
    return a[0][0] if isinstance(a, list) and len(a) == len(a[0]) == 1 else a


def _gradient(name: str, body: Tree, at: Mapping[str, Any]) -> Array:
    """By central differences of 60 digits, entry by entry."""
    step = Fraction(1, 10**15)
    found = []
    for i, row in enumerate(at[name]):
        found.append([])
        for j, _ in enumerate(row):
            ends = []
            for sign in (1, -1):
                moved = [list(r) for r in at[name]]
                moved[i][j] += sign * step
                ends.append(_number(value(body, {**at, name: moved})))
            found[-1].append((ends[0] - ends[1]) / (2 * step) if isinstance(ends[0], Fraction)
                             else (ends[0] - ends[1]) / _float(2 * step))  # fmt: skip
    return found


_RULES: dict[str, Callable[..., Any]] = {
    "+": _each(lambda a, b: a + b),
    "-": _each(lambda a, b: a - b),
    "*": lambda c, a: _each(lambda x, y: x * y)(_number(c), a),
    "o": _each(lambda a, b: a * b),
    "@": _times,
    "T": lambda a: [list(column) for column in zip(*a, strict=True)],
    "inv": _inverse,
    "square": lambda a: _number(a) ** 2,
    "tr": lambda a: sum(a[i][i] for i in range(_side(a))),
    "det": _det,
    "softmax": _softmax,
    "logsoftmax": lambda a: _each(lambda x: mpmath.log(x))(_softmax(a)),
    "lse": _lse,
    "mean": _mean,
    "exp": _each(lambda x: mpmath.exp(_float(x))),
    "tanh": _each(lambda x: mpmath.tanh(_float(x))),
    "sigmoid": _each(lambda x: 1 / (1 + mpmath.exp(-_float(x)))),
}


# --- random claims --------------------------------------------------------------------------------

A, B, C = (("M", name) for name in "ABC")
X, Y, Z = (("M", name) for name in "xyz")
K = ("s", "c")
TWO = ("num", "2")
Pair = tuple[Tree, Tree]


def _op(name: str) -> Callable[..., Tree]:
    return lambda *args: (name, *args)


mm, add, sub, times, had, tp, inv = map(_op, ("@", "+", "-", "*", "o", "T", "inv"))
tr, det, sm, lse, mean, lsm, square = map(
    _op, ("tr", "det", "softmax", "lse", "mean", "logsoftmax", "square")
)


def norm(u: Tree, kind: str = "2") -> Tree:
    return ("norm", u, kind)


def grad(name: str, body: Tree) -> Tree:
    return ("grad", name, body)


def _bilinear(u: Tree, a: Tree, v: Tree) -> Tree:
    return ("@", tp(u), ("@", a, v))


MATRIX_RULES: tuple[Callable[[Tree, Tree, Tree], Pair], ...] = (
    lambda a, b, c: (tp(mm(a, b)), mm(tp(b), tp(a))),
    lambda a, b, c: (tp(mm(a, b)), mm(tp(a), tp(b))),
    lambda a, b, c: (tp(add(a, b)), add(tp(a), tp(b))),
    lambda a, b, c: (tp(tp(a)), a),
    lambda a, b, c: (tp(a), a),
    lambda a, b, c: (mm(a, b), mm(b, a)),
    lambda a, b, c: (mm(a, add(b, c)), add(mm(a, b), mm(a, c))),
    lambda a, b, c: (mm(add(a, b), c), add(mm(a, c), mm(c, b))),
    lambda a, b, c: (mm(mm(a, b), c), mm(a, mm(b, c))),
    lambda a, b, c: (tr(mm(a, b)), tr(mm(b, a))),
    lambda a, b, c: (tr(mm(a, mm(b, c))), tr(mm(c, mm(a, b)))),
    lambda a, b, c: (tr(mm(a, mm(b, c))), tr(mm(a, mm(c, b)))),
    lambda a, b, c: (tr(mm(a, b)), times(tr(a), tr(b))),
    lambda a, b, c: (tr(add(a, b)), add(tr(a), tr(b))),
    lambda a, b, c: (tr(tp(a)), tr(a)),
    lambda a, b, c: (tr(mm(tp(a), a)), norm(a, "F")),
    lambda a, b, c: (tr(mm(a, a)), norm(a, "F")),
    lambda a, b, c: (inv(mm(a, b)), mm(inv(b), inv(a))),
    lambda a, b, c: (inv(mm(a, b)), mm(inv(a), inv(b))),
    lambda a, b, c: (inv(tp(a)), tp(inv(a))),
    lambda a, b, c: (inv(inv(a)), a),
    lambda a, b, c: (mm(a, inv(a)), mm(inv(a), a)),
    lambda a, b, c: (mm(a, mm(b, inv(a))), b),
    lambda a, b, c: (inv(add(a, b)), add(inv(a), inv(b))),
    lambda a, b, c: (det(mm(a, b)), times(det(a), det(b))),
    lambda a, b, c: (det(tp(a)), det(a)),
    lambda a, b, c: (det(add(a, b)), add(det(a), det(b))),
    lambda a, b, c: (det(times(TWO, a)), times(TWO, det(a))),
    lambda a, b, c: (had(a, b), had(b, a)),
    lambda a, b, c: (had(a, b), mm(a, b)),
    lambda a, b, c: (tp(had(a, b)), had(tp(a), tp(b))),
    lambda a, b, c: (mm(had(a, b), c), had(mm(a, c), mm(b, c))),
    lambda a, b, c: (tr(mm(tp(a), had(b, c))), tr(mm(tp(had(a, b)), c))),
    lambda a, b, c: (norm(add(a, b), "F"), add(norm(a, "F"), norm(b, "F"))),
    lambda a, b, c: (norm(tp(a), "F"), norm(a, "F")),
    lambda a, b, c: (mm(add(a, b), add(a, b)),
                     add(add(mm(a, a), times(TWO, mm(a, b))), mm(b, b))),
    lambda a, b, c: (mm(add(a, b), add(a, b)),
                     add(add(mm(a, a), add(mm(a, b), mm(b, a))), mm(b, b))),
    lambda a, b, c: (mm(sub(a, b), add(a, b)), sub(mm(a, a), mm(b, b))),
    lambda a, b, c: (times(TWO, mm(a, b)), mm(times(TWO, a), b)),
    lambda a, b, c: (("exp", add(a, b)), had(("exp", a), ("exp", b))),
    lambda a, b, c: (("tanh", tp(a)), tp(("tanh", a))),
    lambda a, b, c: (("tanh", mm(a, b)), mm(("tanh", a), ("tanh", b))),
    lambda a, b, c: (add(("sigmoid", a), ("sigmoid", times(("num", "-1"), a))),
                     add(("sigmoid", b), ("sigmoid", times(("num", "-1"), b)))),
    lambda a, b, c: (grad("A", tr(mm(a, b))), tp(b)) if a == A and b != A else (a, add(a, b)),
    lambda a, b, c: (grad("A", tr(mm(tp(A), A))), times(TWO, A)),
    lambda a, b, c: (grad("A", tr(mm(A, A))), times(TWO, A)),
    lambda a, b, c: (grad("A", tr(mm(A, A))), times(TWO, tp(A))),
    lambda a, b, c: (grad("A", tr(mm(B, mm(A, C)))), mm(tp(B), tp(C))),
    lambda a, b, c: (grad("A", tr(mm(B, mm(A, C)))), tp(mm(C, B))),
    lambda a, b, c: (grad("A", norm(sub(mm(A, B), C), "F")),
                     times(TWO, mm(sub(mm(A, B), C), tp(B)))),
    lambda a, b, c: (grad("A", norm(sub(mm(A, B), C), "F")),
                     times(TWO, mm(tp(B), sub(mm(A, B), C)))),
)  # fmt: skip
VECTOR_RULES: tuple[Callable[[Tree, Tree, Tree], Pair], ...] = (
    lambda u, v, a: (_bilinear(u, a, v), _bilinear(v, tp(a), u)),
    lambda u, v, a: (_bilinear(u, a, v), _bilinear(v, a, u)),
    lambda u, v, a: (mm(tp(u), v), mm(tp(v), u)),
    lambda u, v, a: (tp(mm(u, tp(v))), mm(v, tp(u))),
    lambda u, v, a: (mm(u, tp(v)), mm(v, tp(u))),
    lambda u, v, a: (tr(mm(u, tp(v))), mm(tp(v), u)),
    lambda u, v, a: (mm(mm(u, tp(v)), u), times(mm(tp(v), u), u)),
    lambda u, v, a: (mm(mm(u, tp(v)), v), times(mm(tp(v), u), v)),
    lambda u, v, a: (norm(add(u, v)), add(norm(u), norm(v))),
    lambda u, v, a: (norm(add(u, v)), add(add(norm(u), times(TWO, mm(tp(u), v))), norm(v))),
    lambda u, v, a: (add(norm(add(u, v)), norm(sub(u, v))),
                     add(times(TWO, norm(u)), times(TWO, norm(v)))),
    lambda u, v, a: (norm(mm(a, u)), _bilinear(u, mm(tp(a), a), u)),
    lambda u, v, a: (norm(mm(a, u)), _bilinear(u, mm(a, tp(a)), u)),
    lambda u, v, a: (norm(times(K, u)), times(K, norm(u))),
    lambda u, v, a: (norm(times(K, u)), times(square(K), norm(u))),
    lambda u, v, a: (sm(add(u, K)), sm(u)),
    lambda u, v, a: (sm(times(K, u)), sm(u)),
    lambda u, v, a: (sm(add(u, v)), add(sm(u), sm(v))),
    lambda u, v, a: (sm(times(("num", "-1"), u)), sub(times(("num", "1"), u), sm(u))),
    lambda u, v, a: (lse(add(u, K)), add(lse(u), K)),
    lambda u, v, a: (lse(times(K, u)), times(K, lse(u))),
    lambda u, v, a: (lsm(u), sub(u, lse(u))),
    lambda u, v, a: (lsm(u), sub(lse(u), u)),
    lambda u, v, a: (lsm(add(u, K)), lsm(u)),
    lambda u, v, a: (mean(add(u, v)), add(mean(u), mean(v))),
    lambda u, v, a: (mean(had(u, v)), times(mean(u), mean(v))),
    lambda u, v, a: (mean(add(u, K)), add(mean(u), K)),
    lambda u, v, a: (mean(sub(u, mean(u))), mean(sub(v, mean(v)))),
    lambda u, v, a: (mm(a, add(u, v)), add(mm(a, u), mm(a, v))),
    lambda u, v, a: (tp(mm(a, u)), mm(tp(u), tp(a))),
    lambda u, v, a: (mm(a, had(u, v)), had(mm(a, u), v)),
    lambda u, v, a: (grad("x", _bilinear(X, A, X)), times(TWO, mm(A, X))),
    lambda u, v, a: (grad("x", _bilinear(X, A, X)), mm(add(A, tp(A)), X)),
    lambda u, v, a: (grad("x", mm(tp(Y), X)), Y),
    lambda u, v, a: (grad("x", _bilinear(Y, A, X)), mm(A, Y)),
    lambda u, v, a: (grad("x", _bilinear(Y, A, X)), mm(tp(A), Y)),
    lambda u, v, a: (grad("x", norm(sub(mm(A, X), Y))),
                     times(TWO, mm(tp(A), sub(mm(A, X), Y)))),
    lambda u, v, a: (grad("x", norm(sub(mm(A, X), Y))), times(TWO, mm(A, sub(mm(A, X), Y)))),
    lambda u, v, a: (grad("x", norm(X)), times(TWO, X)),
    lambda u, v, a: (grad("x", lse(X)), sm(X)),
    lambda u, v, a: (grad("x", lse(times(K, X))), sm(times(K, X))),
    lambda u, v, a: (grad("x", lse(times(K, X))), times(K, sm(times(K, X)))),
    lambda u, v, a: (grad("x", mean(had(X, X))), times(TWO, X)),
    lambda u, v, a: (grad("x", square(mm(tp(Y), X))), times(TWO, times(mm(tp(Y), X), Y))),
    lambda u, v, a: (grad("x", square(mm(tp(Y), X))), times(TWO, times(mm(tp(Y), X), X))),
)  # fmt: skip


def _matrix(draw: Random, depth: int) -> Tree:
    """A random square matrix."""
    kind = draw.random()
    if depth <= 0 or kind < 0.55:
        return draw.choice((A, A, B, C))
    if kind < 0.7:
        return tp(_matrix(draw, depth - 1))
    two = (_matrix(draw, depth - 1), _matrix(draw, depth - 1))
    return (draw.choice(("@", "+", "-", "o")), *two)


def _vector(draw: Random, depth: int) -> Tree:
    kind = draw.random()
    if depth <= 0 or kind < 0.6:
        return draw.choice((X, X, Y, Z))
    if kind < 0.75:
        return mm(_matrix(draw, depth - 1), _vector(draw, depth - 1))
    two = (_vector(draw, depth - 1), _vector(draw, depth - 1))
    return (draw.choice("+-"), *two) if kind < 0.9 else had(*two)


SWAPPED = {"+": "-", "-": "+", "@": "o", "o": "@"}


def _mutated(draw: Random, tree: Tree) -> Tree:
    """One thing changed: a transpose lost or added, factors swapped, another sign or name."""
    op, *args = tree
    inner = [i for i, a in enumerate(args) if isinstance(a, tuple)]
    if inner and op != "grad" and draw.random() < 0.6:
        i = draw.choice(inner)
        args[i] = _mutated(draw, args[i])
        return (op, *args)
    if op == "T":
        return args[0]
    if op in ("+", "-"):
        return (SWAPPED[op], *args)
    if op == "@" and draw.random() < 0.6:
        return (op, *args[::-1])
    if tree in (A, B, C):
        return draw.choice((tp(tree), A, B, C))
    if tree in (X, Y, Z):
        return draw.choice((X, Y, Z, times(TWO, tree)))
    if op == "num":
        return ("num", draw.choice(("3", "4", "1")))
    if op in ("tr", "det", "lse", "mean", "s", "norm", "square"):
        return times(TWO, tree)
    return tree


def claims(draw: Random) -> Iterator[ArrayClaim]:
    """Equalities of arrays, a third of them with a mutant, at literal sizes or for all."""
    while True:
        if draw.random() < 0.55:
            parts = [_matrix(draw, draw.choice((0, 0, 1, 2))) for _ in range(3)]
            left, right = draw.choice(MATRIX_RULES)(*parts)
        else:
            u, v = (_vector(draw, draw.choice((0, 0, 1))) for _ in range(2))
            left, right = draw.choice(VECTOR_RULES)(u, v, _matrix(draw, draw.choice((0, 0, 1))))
        if draw.random() < 0.35:
            right = _mutated(draw, right)
        shapes = draw.choice((ONE_SIZE, ONE_SIZE, MANY_SIZES))
        if left == right or not _fits(left, right, shapes):
            continue
        literal = draw.random() < 0.4
        named = sorted(_names(left) | _names(right))
        declared = {"c": "real"}
        for name, shape in shapes.items():
            sized = [str(LITERAL.get(d)) if literal else d for d in shape]
            declared[name] = (
                f"vector({sized[0]})" if name in "xyz" else f"matrix({', '.join(sized)})"
            )
        sizes = (LITERAL,) if literal else SIZES
        yield ArrayClaim(left, right, tuple((n, declared[n]) for n in named), sizes, shapes)


def _names(tree: Tree) -> set[str]:
    if tree[0] in ("M", "s"):
        return {tree[1]}
    return set().union(*(_names(a) for a in tree[1:] if isinstance(a, tuple)))


def _fits(left: Tree, right: Tree, shapes: Mapping[str, Shape]) -> bool:
    """Whether both sides have a value, of one shape, at a size at which shapes tell."""
    try:
        sides = [value(side, point(Random(0), SIZES[0], shapes)) for side in (left, right)]
    except Undefined:
        return True
    except (ValueError, TypeError, IndexError):
        return False
    return _shape(sides[0]) == _shape(sides[1])


def _shape(a: Any) -> Any:
    return (len(a), len(a[0])) if isinstance(a, list) else ()


# --- the oracle ------------------------------------------------------------------------------------


def point(draw: Random, sizes: Mapping[str, int], shapes: Mapping[str, Shape]) -> dict[str, Any]:
    """Random small fractions for every symbol."""

    def number() -> Fraction:
        return Fraction(draw.randint(-9, 9), draw.choice((2, 3, 7)))

    found: dict[str, Any] = {"c": number()}
    for name, (rows, columns) in shapes.items():
        width = 1 if columns == "1" else sizes[columns]
        found[name] = [[number() for _ in range(width)] for _ in range(sizes[rows])]
    return found


def holds(claim: ArrayClaim) -> bool | None:
    """Whether the sides agree wherever they were compared; None where they never had values."""
    compared = False
    for sizes in claim.sizes:
        for seed in range(3):
            with mpmath.workdps(DIGITS):
                try:
                    at = point(Random(seed), sizes, claim.shapes)
                    left, right = value(claim.left, at), value(claim.right, at)
                except Undefined:
                    continue
                compared = True
                if not _equal(left, right):
                    return False
    return True if compared else None


def _equal(left: Any, right: Any) -> bool:
    left, right = _number(left), _number(right)
    if _shape(left) != _shape(right):
        return False
    pairs = (
        [(left, right)]
        if not isinstance(left, list)
        else [p for a, b in zip(left, right, strict=True) for p in zip(a, b, strict=True)]
    )
    for a, b in pairs:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            if abs(a - b) > CLOSE * (1 + abs(a)):
                return False
        elif abs(_float(a) - _float(b)) > _float(CLOSE) * (1 + abs(_float(a))):
            return False
    return True


def wrong(claim: ArrayClaim, verdict: Any) -> str:
    """What is wrong with a verdict; empty if nothing is."""
    if verdict.kind in ("undecided", "refuted-as-stated"):
        return ""
    true = holds(claim)
    if verdict.kind in ("proved", "confirmed"):
        return f"{verdict.kind}, but it fails" if true is False else ""
    if verdict.kind == "refuted":
        return "refuted, but it holds" if true else ""
    return f"it is called {verdict.kind}"
