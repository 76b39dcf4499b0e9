"""What the second checker believes of signs and of functions.

A line is a rule, `side conditions, conclusion`, about values of functions and their arguments, in
this order; the law of exponentials and logarithms stands in the kernel. Every line is tried with
balls (tests/test_recheck_kernel.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from math import factorial
from typing import Any

from symdl.evidence.meaning import ANY, SIGNS, Signs

Rule = Callable[..., list[tuple[Any, str]]]

# fmt: off
RULES: dict[str, tuple[tuple[str, ...], Rule]] = {
    "exp above tangent": (("exp",), lambda f, u: [(f - u - 1, ">=")]),
    "exp strictly above": (("exp",), lambda f, u: [(u, "!="), (f - u - 1, ">")]),
    "exp above parabola": (("exp",), lambda f, u: [(u, ">="), ((f - u - 1) * 2 - u * u, ">=")]),
    "exp above power": (("exp",), lambda f, u, n:
                        [(u, ">="), (f * factorial(n) - u**n, ">=")]),
    "erf below 1": (("erf",), lambda f, u: [(f - 1, "<")]),
    "erf above -1": (("erf",), lambda f, u: [(f + 1, ">")]),
    "erf positive": (("erf",), lambda f, u: [(u, ">"), (f, ">")]),
    "erf not negative": (("erf",), lambda f, u: [(u, ">="), (f, ">=")]),
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
# fmt: on


def product(signs: Iterable[Signs]) -> Signs:
    """The signs that a product may have."""
    return reduce(lambda a, b: frozenset(s * t for s in a for t in b), signs, SIGNS[">"])


def added(a: Signs, b: Signs) -> Signs:
    """The signs that a sum may have."""
    return frozenset(u for s in a for t in b for u in (ANY if s * t < 0 else (s or t,)))


def raised(signs: Signs, n: int) -> Signs:
    """The signs that a power may have."""
    return signs if n % 2 else frozenset(s * s for s in signs) if n else SIGNS[">"]
