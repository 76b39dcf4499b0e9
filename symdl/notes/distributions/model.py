"""Random variables with two values each: what is said to be probable, and how probable it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod

from symdl.expression.term import Term

MEASURES = {"p": "p", "P": "p", "q": "q", "Q": "q"}
VALUE = " = "
"""What stands between a letter and the value that it has in a sum written out."""
_WEIGHTS = {"p": (2, 5, 4, 1, 7, 3, 6, 8), "q": (3, 1, 2, 6, 5, 9, 1, 4)}


class NoDistribution(Exception):
    """A claim that is not about distributions alone."""


@dataclass(frozen=True, slots=True)
class Model:
    """Variables by name, whether `E_x` is the sum over x alone, and whether all are independent."""

    variables: tuple[str, ...]
    sums: bool
    apart: bool = False

    def chance(self, measure: str, fixed: dict[str, int]) -> Fraction:
        """The probability that some variables have these values."""
        if self.apart and len(fixed) > 1:
            joint = replace(self, apart=False)
            alone = (joint.chance(measure, {name: value}) for name, value in fixed.items())
            return prod(alone, start=Fraction(1))
        weights = _WEIGHTS[measure]
        every = list(product((0, 1), repeat=len(self.variables)))
        total = sum(weights[place] for place, _ in enumerate(every))
        if not fixed.keys() <= set(self.variables):
            raise NoDistribution  # a value of what has no probability in the claim
        places = {name: self.variables.index(name) for name in fixed}
        found = sum(
            weights[at]
            for at, values in enumerate(every)
            if all(values[places[name]] == value for name, value in fixed.items())
        )
        return Fraction(found, total)


def measure_of(node: Term) -> str:
    """The measure of `p(x)`, `P_{X,Y}(x, y)`, `P(A)`; empty for another node."""
    if node.op == "opaque" and node.data == "probability":
        return "p"
    if node.op != "call" or node.data.primes:
        return ""
    return MEASURES.get(re.split(r"[_^]", str(node.data.function.name))[0], "")


def is_chance(node: Term) -> bool:
    return bool(measure_of(node))


def is_expectation(node: Term) -> bool:
    return node.op == "opaque" and str(node.data).startswith("expectation")


def events_of(node: Term) -> tuple[list[tuple[str, Term]], list[tuple[str, Term]]]:
    """What is said to happen, and given what: variables with their values."""
    if node.op == "call":
        first = node.data.bars[0] if node.data.bars else len(node.args)
        events, given = node.args[:first], node.args[first:]
    else:
        events, given = node.args, ()
        for place, arg in enumerate(node.args):
            if arg.op == "given":
                events = (*node.args[:place], arg.args[0])
                given = (*arg.args[1:], *node.args[place + 1 :])
    return [_event(e) for e in events], [_event(e) for e in given]


def _event(term: Term) -> tuple[str, Term]:
    if term.op == "relation" and term.data == ("=",):
        name, value = term.args
        if name.op == value.op == "symbol":
            return variable_of(name), value
    if term.op in ("symbol", "prime"):
        return variable_of(term), term
    raise NoDistribution


def variable_of(term: Term) -> str:
    """The variable of a value: X of x, x' and X."""
    while term.op == "prime":
        term = term.args[0]
    written = str(term.data.name).split(VALUE)[0]
    name = re.sub(r"\\(?:mathbf|boldsymbol|bm|vec)|[^A-Za-z_]", "", written)
    return name[:1].upper() + name[1:]


def variables_of(nodes: list[Term]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in nodes:
        if is_chance(node):
            for some in events_of(node):
                found.update((name, None) for name, _ in some)
    return tuple(found)
