"""What the second checker believes of functions: tables of rows, one for each fact.

A rule is `side conditions, conclusion`, of values of functions and their arguments, in this order.
Every row is tried with balls and with mpmath at random points (tests/test_recheck_kernel.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import factorial
from operator import add, mul
from typing import Any

from flint import arb

from symdl.evidence.meaning import ATOMS, sure
from symdl.expression.term import Term, make, number, postorder

Rule = Callable[..., list[tuple[Any, str]]]
PI = make("constant", data="pi")

# fmt: off
RULES: dict[str, tuple[tuple[str, ...], Rule]] = {
    "exp above tangent": (("exp",), lambda f, u: [(f - u - 1, ">=")]),
    "exp strictly above": (("exp",), lambda f, u: [(u, "!="), (f - u - 1, ">")]),
    "exp above power": (("exp",), lambda f, u, n:
                        [(u, ">="), (f * factorial(n) - u**n, ">=")]),
    "erf below 1": (("erf",), lambda f, u: [(f - 1, "<")]),
    "erf above -1": (("erf",), lambda f, u: [(f + 1, ">")]),
    "erf positive": (("erf",), lambda f, u: [(u, ">"), (f, ">")]),
    "erf odd": (("erf", "erf"), lambda f, u, g, v: [(u + v, "="), (f + g, "=")]),
    "erf near 1": (("erf", "exp"), lambda f, u, e, v:
                   [(u, ">="), (v + u * u, "="), (f - 1 + e, ">=")]),
    "sin at pi/2": (("sin", "pi"), lambda f, u, p: [(u * 2 - p, "="), (f - 1, "=")]),
    "sin at pi": (("sin", "pi"), lambda f, u, p: [(u - p, "="), (f, "=")]),
    "sin at 0": (("sin",), lambda f, u: [(u, "="), (f, "=")]),
    "cos at pi/2": (("cos", "pi"), lambda f, u, p: [(u * 2 - p, "="), (f, "=")]),
    "cos at pi": (("cos", "pi"), lambda f, u, p: [(u - p, "="), (f + 1, "=")]),
    "sin odd": (("sin", "sin"), lambda f, u, g, v: [(u + v, "="), (f + g, "=")]),
    "cos even": (("cos", "cos"), lambda f, u, g, v: [(u + v, "="), (f - g, "=")]),
    "cos at 0": (("cos",), lambda f, u: [(u, "="), (f - 1, "=")]),
    "Pythagoras": (("sin", "cos"), lambda f, u, g, v: [(u - v, "="), (f * f + g * g - 1, "=")]),
    "sin below 1": (("sin",), lambda f, u: [(f - 1, "<=")]),
    "sin above -1": (("sin",), lambda f, u: [(f + 1, ">=")]),
    "cos below 1": (("cos",), lambda f, u: [(f - 1, "<=")]),
    "cos above -1": (("cos",), lambda f, u: [(f + 1, ">=")]),
    "arctan odd": (("arctan", "arctan"), lambda f, u, g, v: [(u + v, "="), (f + g, "=")]),
    "arctan positive": (("arctan",), lambda f, u: [(u, ">"), (f, ">")]),
    "arctan near pi/2": (("arctan", "pi"), lambda f, u, p:
                         [(u, ">"), ((f * 2 - p) * u + 2, ">")]),
    "arctan below pi/2": (("arctan", "pi"), lambda f, u, p: [(f * 2 - p, "<")]),
}

BALLS: dict[str, Callable[..., Any]] = {
    "pi": arb.pi, "exp": lambda u: u.exp(), "log": lambda u: u.log(), "sin": lambda u: u.sin(),
    "cos": lambda u: u.cos(), "erf": lambda u: u.erf(), "erfc": lambda u: u.erfc(),
    "arctan": lambda u: u.atan(), "arcsin": lambda u: u.asin(), "arccos": lambda u: u.acos(),
    "gamma_function": lambda u: u.gamma() if 0 < u < 2**70 else arb.nan(),
    "digamma": lambda u: u.digamma() if 0 < u < 2**70 else arb.nan(),
    "factorial": lambda n: (whole(n) + 1).gamma() if 0 <= n < 2**70 else arb.nan(),
    "binomial": lambda n, k: whole(n).bin(int(k.fmpz())) if 0 <= whole(k) < 9999 else arb.nan(),
    "floor": lambda u: whole(u.floor()),
}
"""Values by ball arithmetic; of power series, too, where there are derivatives."""

SLOPES: dict[str, Callable[..., list[Term]]] = {
    "add": lambda *us: [number(1) for _ in us],
    "mul": lambda *us: [reduce(mul, (*us[:i], *us[i + 1 :])) for i, _ in enumerate(us)],
    "neg": lambda u: [number(-1)],
    "div": lambda u, v: [1 / v, -u / (v * v)],
    "pow": lambda u, n: [n * u ** (n - 1), u**n * make("log", u)],
    "exp": lambda u: [make("exp", u)],
    "log": lambda u: [1 / u],
    "sin": lambda u: [make("cos", u)],
    "cos": lambda u: [-make("sin", u)],
    "arctan": lambda u: [1 / (1 + u * u)],
    "erf": lambda u: [2 * make("exp", -(u * u)) / PI ** (number(1) / 2)],
    "erfc": lambda u: [-2 * make("exp", -(u * u)) / PI ** (number(1) / 2)],
    "test": lambda u: [0 / u],
    "max": lambda u, v: [make("test", u - v, data=r) + 0 / (u - v) for r in (">", "<")],
}
"""Derivatives by each argument; undefined where a case ends."""
# fmt: on


def slope(root: Term, x: Term) -> Term:
    """The derivative of a core term in an atom, written as a term."""
    done: dict[Term, Term] = {}
    for node in postorder(root):
        args = () if node.op in ATOMS else node.args
        sure(node is x or args or x not in postorder(node), "an entry that depends on it")
        moved = [i for i, a in enumerate(args) if done[a] is not number(0)]
        if node.op == "choose" and moved:
            done[node] = make("choose", args[0], *(done[a] for a in args[1:])) + done[args[0]]
        elif moved:
            sure(node.op in SLOPES, f"no slope of {node.op}")
            by = SLOPES[node.op](*args)
            done[node] = reduce(add, (by[i] * done[args[i]] for i in moved))
        else:
            done[node] = number(int(node is x))
    return done[root]


def whole(x: Any) -> Any:
    """The integer that a ball certainly is, else nothing."""
    return arb(x.unique_fmpz()) if x.is_integer() else arb.nan()
