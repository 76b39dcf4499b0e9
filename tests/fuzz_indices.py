"""Random claims about sums over indices, deltas, entries and their derivatives, and their numbers.

Nothing here uses symdl. A tree is a tuple `(op, arguments...)`; sums are written out at several
sizes, derivatives are central differences of 60 digits. A claim is true if its sides agree for
all values of its free indices at every size and point tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import mpmath

Tree = tuple[Any, ...]
SIZES = ({"n": 3, "m": 2}, {"n": 2, "m": 4}, {"n": 1, "m": 3}, {"n": 4, "m": 1})
DIGITS = 60
CLOSE = mpmath.mpf(10) ** -20
STEP = Fraction(1, 10**15)
LETTERS = "ijkl"
SHAPES = {"x": ("n",), "y": ("n",), "z": ("m",), "A": ("n", "n"), "B": ("n", "m")}
DECLARED = {"x": "vector(n)", "y": "vector(n)", "z": "vector(m)", "A": "matrix(n, n)",
            "B": "matrix(n, m)", "c": "real"}  # fmt: skip
RANGES = {"i": "n", "j": "n", "k": "n", "l": "m"}


@dataclass(frozen=True)
class IndexClaim:
    """`left = right` for all values of the free indices; what is given besides."""

    left: Tree
    right: Tree
    symbols: tuple[tuple[str, str], ...]
    given: tuple[str, ...] = ()

    @property
    def latex(self) -> str:
        return f"{latex(self.left)} = {latex(self.right)}"


# --- LaTeX --------------------------------------------------------------------------------------


def latex(tree: Tree) -> str:
    """The tree as LaTeX, in brackets wherever it could matter."""
    op, *args = tree
    if op in ("num", "s"):
        return str(args[0])
    if op == "e":
        name, *indices = args
        return f"{name}_{{{''.join(indices)}}}" if len(indices) > 1 else f"{name}_{indices[0]}"
    if op == "delta":
        return rf"\delta_{{{args[0]}{args[1]}}}"
    if op == "sum":
        return rf"\sum_{{{args[0]}=1}}^{{{RANGES[args[0]]}}} {_tight(args[1])}"
    if op in ("exp", "log", "tanh"):
        return rf"\{op}\left({latex(args[0])}\right)"
    if op == "/":
        return rf"\frac{{{latex(args[0])}}}{{{latex(args[1])}}}"
    if op == "^2":
        return f"{_tight(args[0])}^2"
    if op == "d":
        return rf"\frac{{\partial}}{{\partial {latex(args[1])}}} \left({latex(args[0])}\right)"
    sign = {"+": " + ", "-": " - ", "*": r" \cdot "}[op]
    return sign.join(_tight(a) for a in args)


ATOMIC = frozenset({"num", "s", "e", "delta", "exp", "log", "tanh", "/"})


def _tight(tree: Tree) -> str:
    return latex(tree) if tree[0] in ATOMIC else rf"\left({latex(tree)}\right)"


# --- values -------------------------------------------------------------------------------------


def value(tree: Tree, at: Mapping[Any, Any]) -> Any:
    """The value where indices and sizes have numbers (`at["i"]`) and entries values."""
    op, *args = tree
    if op == "num":
        return Fraction(args[0])
    if op == "s":
        return Fraction(at[args[0]])
    if op == "e":
        return at[_key(tree, at)]
    if op == "delta":
        return Fraction(at[args[0]] == at[args[1]])
    if op == "sum":
        name, body = args
        terms = (value(body, {**at, name: i + 1}) for i in range(at[RANGES[name]]))
        return sum(terms, Fraction(0))
    if op == "d":
        body, entry = args
        key = _key(entry, at)
        ends = [value(body, {**at, key: at[key] + sign * STEP}) for sign in (1, -1)]
        return _over(ends[0] - ends[1], 2 * STEP)
    return _RULES[op](*(value(a, at) for a in args))


def _key(entry: Tree, at: Mapping[Any, Any]) -> tuple[Any, ...]:
    return (entry[1], *(at[i] for i in entry[2:]))


def _float(x: Any) -> Any:
    return mpmath.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else x


def _over(a: Any, b: Any) -> Any:
    exact = isinstance(a, Fraction) and isinstance(b, Fraction)
    return a / b if exact else _float(a) / _float(b)


def _both(f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def run(a: Any, b: Any) -> Any:
        exact = isinstance(a, Fraction) and isinstance(b, Fraction)
        return f(a, b) if exact else f(_float(a), _float(b))

    return run


_RULES: dict[str, Callable[..., Any]] = {
    "+": _both(lambda a, b: a + b),
    "-": _both(lambda a, b: a - b),
    "*": _both(lambda a, b: a * b),
    "/": _over,
    "^2": lambda a: a * a,
    "exp": lambda a: mpmath.exp(_float(a)),
    "log": lambda a: mpmath.log(_float(a)),
    "tanh": lambda a: mpmath.tanh(_float(a)),
}

# --- random claims --------------------------------------------------------------------------------


def _op(name: str) -> Callable[..., Tree]:
    return lambda *args: (name, *args)


add, sub, mul, div, square, exp, log = map(_op, ("+", "-", "*", "/", "^2", "exp", "log"))
total, delta, by = map(_op, ("sum", "delta", "d"))
TWO, N, K = ("num", "2"), ("s", "n"), ("s", "c")


def e(name: str, *indices: str) -> Tree:
    return ("e", name, *indices)


def _factor(draw: Random, indices: str) -> Tree:
    first, second = draw.choice(indices), draw.choice(indices)
    return draw.choice(
        (
            e("x", first), e("y", first), e("x", second), e("A", first, second),
            e("A", second, first), square(e("x", first)), exp(e("y", first)), K,
            ("tanh", e("A", first, second)),
        )
    )  # fmt: skip


def body(draw: Random, indices: str) -> Tree:
    """A product or sum of factors in some indices."""
    found = _factor(draw, indices)
    for _ in range(draw.choice((0, 1, 1, 2))):
        found = (draw.choice("**+-"), found, _factor(draw, indices))
    return found


def _renamed(tree: Tree, old: str, new: str) -> Tree:
    if tree[0] == "e":
        return (*tree[:2], *(new if i == old else i for i in tree[2:]))
    return tuple(
        _renamed(a, old, new) if isinstance(a, tuple) else (new if a == old and i else a)
        for i, a in enumerate(tree)
    )


P_I, P_J = (div(exp(e("x", a)), total("k", exp(e("x", "k")))) for a in "ij")
MEAN = div(total("j", e("x", "j")), N)
CENTERED = sub(e("x", "i"), MEAN)
QUADRATIC = total("i", total("j", mul(mul(e("x", "i"), e("A", "i", "j")), e("x", "j"))))

RULES: tuple[Callable[[Random], tuple[Tree, Tree]], ...] = (
    lambda d: (total("i", total("j", f := body(d, "ij"))), total("j", total("i", f))),
    lambda d: (total("i", f := body(d, "i")), total("k", _renamed(f, "i", "k"))),
    lambda d: (total("i", f := body(d, "ij")), total("j", _renamed(f, "i", "j"))),
    lambda d: (mul(total("i", f := body(d, "i")), total("j", g := body(d, "j"))),
               total("i", total("j", mul(f, g)))),
    lambda d: (mul(total("i", f := body(d, "i")), total("j", g := body(d, "j"))),
               total("i", mul(f, _renamed(g, "j", "i")))),
    lambda d: (mul(total("i", f := body(d, "i")), total("i", g := body(d, "i"))),
               total("i", total("i", mul(f, g)))),
    lambda d: (total("i", add(f := body(d, "i"), g := body(d, "ik"))),
               add(total("i", f), total("i", g))),
    lambda d: (square(total("i", f := body(d, "i"))), total("i", square(f))),
    lambda d: (square(total("i", f := body(d, "i"))),
               total("i", total("j", mul(f, _renamed(f, "i", "j"))))),
    lambda d: (total("j", mul(delta("i", "j"), f := body(d, "jk"))), _renamed(f, "j", "i")),
    lambda d: (total("i", mul(delta("i", "j"), f := body(d, "jk"))), f),
    lambda d: (total("j", mul(delta("i", "j"), f := body(d, "ik"))), f),
    lambda d: (total("i", mul(delta("i", "j"), body(d, "ik"))), body(d, "jk")),
    lambda d: (total("i", delta("i", "i")), N),
    lambda d: (total("i", delta("i", "j")), ("num", "1")),
    lambda d: (total("i", total("j", delta("i", "j"))), N),
    lambda d: (total("k", mul(delta("i", "k"), delta("k", "j"))), delta("i", "j")),
    lambda d: (total("i", f := body(d, "jk")), mul(N, f)),
    lambda d: (total("l", f := body(d, "jk")), mul(N, f)),
    lambda d: (total("i", mul(f := body(d, "jk"), g := body(d, "i"))), mul(f, total("i", g))),
    lambda d: (total("i", mul(f := body(d, "ik"), g := body(d, "i"))), mul(f, total("i", g))),
    lambda d: (log(total("i", square(f := body(d, "i")))), total("i", log(square(f)))),
    lambda d: (total("i", log(exp(f := body(d, "i")))), total("i", f)),
    lambda d: (by(total("i", square(e("x", "i"))), e("x", "j")), mul(TWO, e("x", "j"))),
    lambda d: (by(square(e("x", "i")), e("x", "j")), mul(TWO, e("x", "i"))),
    lambda d: (by(square(e("x", "i")), e("x", "j")),
               mul(mul(TWO, e("x", "i")), delta("i", "j"))),
    lambda d: (by(e("x", "i"), e("x", "j")), delta("i", "j")),
    lambda d: (by(e("A", "i", "j"), e("A", "k", "i")), mul(delta("i", "k"), delta("j", "i"))),
    lambda d: (by(e("A", "i", "j"), e("A", "j", "i")), delta("i", "j")),
    lambda d: (by(QUADRATIC, e("x", "k")),
               total("j", mul(add(e("A", "k", "j"), e("A", "j", "k")), e("x", "j")))),
    lambda d: (by(QUADRATIC, e("x", "k")),
               mul(TWO, total("j", mul(e("A", "k", "j"), e("x", "j"))))),
    lambda d: (by(QUADRATIC, e("A", "i", "j")), mul(e("x", "i"), e("x", "j"))),
    lambda d: (by(QUADRATIC, e("A", "i", "i")), square(e("x", "i"))),
    lambda d: (by(P_I, e("x", "j")), mul(P_I, sub(delta("i", "j"), P_J))),
    lambda d: (by(P_I, e("x", "j")), mul(P_I, sub(("num", "1"), P_J))),
    lambda d: (by(P_I, e("x", "j")), mul(P_J, sub(delta("i", "j"), P_I))),
    lambda d: (by(P_I, e("x", "j")), mul(P_I, sub(delta("i", "j"), P_I))),
    lambda d: (by(P_I, e("x", "i")), mul(P_I, sub(("num", "1"), P_I))),
    lambda d: (by(log(P_I), e("x", "j")), sub(delta("i", "j"), P_J)),
    lambda d: (by(log(P_I), e("x", "j")), sub(("num", "1"), P_J)),
    lambda d: (by(total("i", mul(e("y", "i"), log(P_I))), e("x", "j")),
               sub(e("y", "j"), mul(P_J, total("i", e("y", "i"))))),
    lambda d: (by(total("i", mul(e("y", "i"), log(P_I))), e("x", "j")), sub(e("y", "j"), P_J)),
    lambda d: (total("i", P_I), ("num", "1")),
    lambda d: (total("i", CENTERED), ("num", "0")),
    lambda d: (total("i", square(CENTERED)),
               sub(total("i", square(e("x", "i"))), mul(N, square(MEAN)))),
    lambda d: (total("i", square(CENTERED)), sub(total("i", square(e("x", "i"))), square(MEAN))),
    lambda d: (by(MEAN, e("x", "i")), div(("num", "1"), N)),
    lambda d: (by(CENTERED, e("x", "j")), sub(delta("i", "j"), div(("num", "1"), N))),
    lambda d: (by(CENTERED, e("x", "j")), delta("i", "j")),
    lambda d: (by(div(total("i", square(CENTERED)), N), e("x", "k")),
               mul(div(TWO, N), _renamed(CENTERED, "i", "k"))),
    lambda d: (by(total("i", mul(e("B", "i", "l"), e("x", "i"))), e("x", "j")), e("B", "j", "l")),
    lambda d: (by(total("l", mul(e("B", "i", "l"), e("z", "l"))), e("B", "j", "l")),
               mul(delta("i", "j"), e("z", "l"))),
    lambda d: (by(total("l", mul(e("B", "i", "l"), e("z", "l"))), e("B", "i", "l")), e("z", "l")),
    lambda d: (by(square(total("i", f := body(d, "i"))), e("x", "j")),
               mul(mul(TWO, total("i", f)), by(_renamed(f, "i", "j"), e("x", "j")))),
    lambda d: (by(total("i", f := body(d, "i")), e("y", "j")),
               by(_renamed(f, "i", "j"), e("y", "j"))),
    lambda d: (by(total("i", f := body(d, "ik")), e("x", "k")),
               by(_renamed(f, "i", "k"), e("x", "k"))),
)  # fmt: skip


def _mutated(draw: Random, tree: Tree) -> Tree:
    op, *args = tree
    inner = [i for i, a in enumerate(args) if isinstance(a, tuple)]
    if inner and op != "d" and draw.random() < 0.75:
        i = draw.choice(inner)
        args[i] = _mutated(draw, args[i])
        return (op, *args)
    if op in ("+", "-"):
        return ("-" if op == "+" else "+", *args)
    if op == "e" and op != "B" and args[0] in "xyA":
        choices = [(op, args[0], *(draw.choice("ijk") for _ in args[1:])), (op, *args)]
        if args[0] == "A":
            choices.append((op, "A", *args[:0:-1]))
        return draw.choice(choices)
    if op == "num":
        return ("num", str(int(args[0]) + 1))
    return mul(TWO, tree) if op != "sum" else draw.choice((mul(TWO, tree), args[1]))


def claims(draw: Random) -> Iterator[IndexClaim]:
    """Equalities with sums over indices, a third of them with a mutant."""
    while True:
        left, right = draw.choice(RULES)(draw)
        if draw.random() < 0.35:
            right = _mutated(draw, right)
        if left == right:
            continue
        names = sorted(_names(left) | _names(right))
        yield IndexClaim(left, right, tuple((n, DECLARED[n]) for n in names))


def _names(tree: Tree) -> set[str]:
    own = {tree[1]} if tree[0] in ("e", "s") else set()
    inner = (_names(a) for a in tree[1:] if isinstance(a, tuple))
    return (own & DECLARED.keys()).union(*inner)


# --- the oracle ------------------------------------------------------------------------------------


def _free(tree: Tree, bound: frozenset[str] = frozenset()) -> set[str]:
    if tree[0] == "e":
        return set(tree[2:]) - bound
    if tree[0] == "delta":
        return set(tree[1:]) - bound
    if tree[0] == "sum":
        return _free(tree[2], bound | {tree[1]})
    return set().union(*(_free(a, bound) for a in tree[1:] if isinstance(a, tuple)))


def point(draw: Random, sizes: Mapping[str, int]) -> dict[Any, Any]:
    """Small fractions for every entry."""
    found: dict[Any, Any] = {**sizes, "c": Fraction(draw.randint(-9, 9), 4)}
    for name, shape in SHAPES.items():
        for place in product(*(range(1, sizes[d] + 1) for d in shape)):
            found[(name, *place)] = Fraction(draw.randint(-9, 9), draw.choice((2, 3, 7)))
    return found


def holds(claim: IndexClaim) -> bool | None:
    """Whether the sides agree wherever they were compared; None where they never had values."""
    free = sorted(_free(claim.left) | _free(claim.right))
    compared = False
    for sizes in SIZES:
        for seed in range(2):
            at = point(Random(seed), sizes)
            for place in product(*(range(1, sizes[RANGES[i]] + 1) for i in free)):
                with mpmath.workdps(DIGITS):
                    try:
                        sides = [
                            _float(value(side, {**at, **dict(zip(free, place, strict=True))}))
                            for side in (claim.left, claim.right)
                        ]
                    except (ValueError, ZeroDivisionError):
                        continue
                    if not all(isinstance(s, mpmath.mpf) and mpmath.isfinite(s) for s in sides):
                        continue  # the logarithm of what is not positive
                    compared = True
                    if abs(sides[0] - sides[1]) > CLOSE * (1 + abs(sides[0])):
                        return False
    return True if compared else None


def wrong(claim: IndexClaim, verdict: Any) -> str:
    """What is wrong with a verdict; empty if nothing is."""
    if verdict.kind in ("undecided", "refuted-as-stated"):
        return ""
    true = holds(claim)
    if verdict.kind in ("proved", "confirmed"):
        return f"{verdict.kind}, but it fails" if true is False else ""
    if verdict.kind == "refuted":
        return "refuted, but it holds" if true else ""
    return f"it is called {verdict.kind}"
