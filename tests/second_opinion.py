"""Values of Terms by mpmath: an opinion that shares no code with symdl's balls."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import mpmath as mp

from symdl.expression.term import Term, postorder

CONSTANTS = {"pi": lambda: mp.pi, "e": lambda: mp.e}


class Undefined(Exception):
    """The term has no real value at the point."""


def value(term: Term, point: Mapping[Term, Fraction], digits: int = 60) -> mp.mpf:
    """The real value at a rational point; Undefined where there is none."""
    with mp.workdps(digits):
        done: dict[Term, object] = {}
        for node in postorder(term):
            if node.op == "piecewise":
                done[node] = _piecewise([done[a] for a in node.args])
            else:
                done[node] = _value(node, [done[a] for a in node.args], point)
        result = done[term]
    if isinstance(result, Undefined):
        raise result
    return result


def _value(node: Term, args: list, point: Mapping[Term, Fraction]) -> object:
    for argument in args:
        if isinstance(argument, Undefined):
            return argument
    try:
        if node.op == "number":
            return _rational(node.data.value)
        if node.op == "symbol":
            return _rational(point[node])
        if node.op == "constant":
            return +CONSTANTS[node.data]()
        if node.op == "pow":
            return _power(node, *args)
        if node.op == "relation":
            links = zip(node.data, args, args[1:], strict=False)
            return all(COMPARE[kind](a, b) for kind, a, b in links)
        found = FUNCTIONS[node.op](*args)
    except (ZeroDivisionError, ValueError, OverflowError):
        return Undefined(node.op)
    if isinstance(found, mp.mpc) or not mp.isfinite(found):
        return Undefined(node.op)
    return found


def _rational(x: Fraction) -> mp.mpf:
    return mp.mpf(x.numerator) / x.denominator


def _power(node: Term, base: mp.mpf, exponent: mp.mpf) -> object:
    if exponent == 0 and base == 0:
        written = node.args[1]
        return mp.mpf(1) if written.op == "number" else Undefined("0^0")
    if mp.isint(exponent):
        return base**exponent
    if base < 0 or (base == 0 and exponent < 0):
        return Undefined("power")
    return base**exponent


def _piecewise(args: list) -> object:
    for found, holds in zip(args[::2], args[1::2], strict=False):
        if isinstance(holds, Undefined):
            return holds
        if holds:
            return found
    return args[-1] if len(args) % 2 else Undefined("piecewise")


def _real(function):
    def run(x: mp.mpf) -> mp.mpf:
        if x < 0 or (x == 0 and function is mp.log):
            raise ValueError
        return function(x)

    return run


COMPARE = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
FUNCTIONS = {
    "add": lambda *xs: mp.fsum(xs),
    "mul": lambda *xs: mp.fprod(xs),
    "neg": lambda x: -x,
    "div": lambda x, y: x / y,
    "sqrt": _real(mp.sqrt),
    "log": _real(mp.log),
    "exp": mp.exp,
    "abs": abs,
    "max": max,
    "min": min,
    "sign": mp.sign,
    "tanh": mp.tanh,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "relu": lambda x: max(x, mp.mpf(0)),
    "erf": mp.erf,
    "sin": mp.sin,
    "cos": mp.cos,
    "root": lambda x, n: mp.sign(x) * mp.root(abs(x), int(n)) if n % 2 or x >= 0 else mp.log(-1),
    "indicator": lambda holds: mp.mpf(bool(holds)),
    "and": lambda *holds: all(holds),
    "or": lambda *holds: any(holds),
    "not": lambda holds: not holds,
}
