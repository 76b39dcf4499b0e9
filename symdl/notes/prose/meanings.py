"""What prose says of a function, as relations: each builder takes the function and the words of the
claim, and gives the properties that are claimed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symdl.evidence.claim import Claim
from symdl.expression.scope import Scope
from symdl.expression.term import Term, constant, make, number, symbol
from symdl.notes.prose.vocabulary import Subject

INFINITY = constant("infinity")
MINUS = make("neg", INFINITY)
ZERO, ONE = number(0), number(1)
SMOOTH = "exists"
"""The relation of `f'(x)` to x where it exists for every x."""


@dataclass(frozen=True, slots=True)
class Property:
    """What is said of a function: `left relation right`, under conditions, perhaps denied."""

    kind: str
    relation: str
    left: Term
    right: Term
    conditions: tuple[Term, ...] = ()
    denied: bool = False

    def claim(self, scope: Scope) -> Claim:
        """The property as a claim."""
        return Claim(self.kind, self.relation, self.left, self.right, scope, self.conditions)


Build = Callable[[Subject, str], tuple[Property, ...]]
"""From a function and the words of the claim to the properties that are claimed."""


def limit(body: Term, subject: Subject, point: Term) -> Term:
    """The limit of a term for the subject's variable to a point."""
    return make("limit", subject.variable, point, body, data="")


def _directions(words: str) -> tuple[Term, ...]:
    """The ends of the line that words such as `large |x|` speak of; without any, both."""
    flat = re.sub(r"[\s${}()\\]|left|right", "", words)
    side = re.match(r"saturat\w*?(?:for|at|on|with)(?:very|large|all)*(positive|negative)", flat)
    if side is not None:
        return (INFINITY,) if side[1] == "positive" else (MINUS,)
    if re.search(r"\|x\||inputsoflargemagnitude|bothends|eitherdirection|saturat", flat):
        return (INFINITY, MINUS)
    if re.search(r"-x|large-?negative|verynegative|x<0|negativeinput|to-infty|→-", flat):
        return (MINUS,)
    if re.search(r"large-?positive|largex|largeinput|x>0|positiveinput|toinfty|→", flat):
        return (INFINITY,)
    return (INFINITY, MINUS)


def vanishes(subject: Subject, words: str) -> tuple[Property, ...]:
    """The slope goes to 0 at the ends that are named."""
    slope = subject.derivative
    return tuple(
        Property("limit", "=", limit(slope, subject, point), ZERO) for point in _directions(words)
    )


def keeps(subject: Subject, _words: str) -> tuple[Property, ...]:
    """No vanishing gradient: towards plus infinity the slope does not go to 0."""
    return (Property("limit", "!=", limit(subject.derivative, subject, INFINITY), ZERO),)


def never_flat(subject: Subject, _words: str) -> tuple[Property, ...]:
    """The slope goes to 0 at neither end."""
    return tuple(
        Property("limit", "!=", limit(subject.derivative, subject, point), ZERO)
        for point in (MINUS, INFINITY)
    )


def slope_nonzero(subject: Subject, _words: str) -> tuple[Property, ...]:
    """Of a gradient: the slope is 0 nowhere, or, as the other reading, the value."""
    return (
        Property("bound", "!=", subject.derivative, ZERO),
        Property("bound", "!=", subject.value, ZERO),
    )


def nonzero(subject: Subject, _words: str) -> tuple[Property, ...]:
    """The value is 0 nowhere."""
    return (Property("bound", "!=", subject.value, ZERO),)


def odd(subject: Subject, _words: str) -> tuple[Property, ...]:
    """f(-x) = -f(x)."""
    mirrored = subject.at(make("neg", subject.variable))
    return (Property("identity", "=", mirrored, make("neg", subject.value)),)


def even(subject: Subject, _words: str) -> tuple[Property, ...]:
    """f(-x) = f(x)."""
    mirrored = subject.at(make("neg", subject.variable))
    return (Property("identity", "=", mirrored, subject.value),)


SUMS = re.compile(r"sums?(?:ming)?\s*(?:to|=|is|equals?)\s*(?:\d+(?:\.\d+)?|one)\b", re.I)


def sums_to_one(subject: Subject, words: str) -> tuple[Property, ...]:
    """The sum of all outputs is the number told, or 1."""
    stated = SUMS.match(words)
    digits = re.search(r"[\d.]+$", stated[0]) if stated is not None else None
    value = number(Fraction(digits[0])) if digits is not None else ONE
    return (Property("identity", "=", subject.total, value),) if subject.total is not None else ()


def probability(subject: Subject, _words: str) -> tuple[Property, ...]:
    """Values between 0 and 1."""
    return (
        Property("bound", ">=", subject.value, ZERO),
        Property("bound", "<=", subject.value, ONE),
    )


def negative(subject: Subject, _words: str) -> tuple[Property, ...]:
    """Some value is negative."""
    return (Property("bound", ">=", subject.value, ZERO, denied=True),)


def order(relation: str) -> Build:
    """Values on one side of 0."""
    return lambda subject, _: (Property("bound", relation, subject.value, ZERO),)


def slope(relation: str) -> Build:
    """Slopes on one side of 0."""
    return lambda subject, _: (Property("bound", relation, subject.derivative, ZERO),)


def curved(relation: str) -> Build:
    """Of every two points the value between is below (above) the line between the values: that
    holds at kinks too, where there is no second derivative."""
    one, other, share = (symbol(name) for name in ("a", "b", "t"))
    middle = make("add", make("mul", share, one), make("mul", make("add", ONE, -share), other))
    inside = make("relation", ZERO, share, ONE, data=("<=", "<="))

    def build(subject: Subject, _: str) -> tuple[Property, ...]:
        parts = (make("mul", share, subject.at(one)), make("mul", 1 - share, subject.at(other)))
        line = make("add", *parts)
        return (Property("bound", relation, subject.at(middle), line, (inside,)),)

    return build


def dies(subject: Subject, _words: str) -> tuple[Property, ...]:
    """The slope is 0 for every negative x."""
    negative = make("relation", subject.variable, ZERO, data=("<",))
    return (Property("derivative", "=", subject.derivative, ZERO, (negative,)),)


def unbounded(subject: Subject, _words: str) -> tuple[Property, ...]:
    """The values go to infinity with x."""
    return (Property("limit", "=", limit(subject.value, subject, INFINITY), INFINITY),)


def smooth(subject: Subject, _words: str) -> tuple[Property, ...]:
    """There is a slope everywhere."""
    return (Property("derivative", SMOOTH, subject.derivative, subject.variable),)


def gaussian(subject: Subject, _words: str) -> tuple[Property, ...]:
    """x times the probability of less than x."""
    weighted = make("mul", subject.variable, make("normal_cdf", subject.variable))
    return (Property("identity", "=", subject.value, weighted),)


def at_zero(subject: Subject, _words: str) -> tuple[Property, ...]:
    """The value at 0 is 0."""
    return (Property("identity", "=", subject.at(ZERO), ZERO),)
