"""A claim about arrays of large sizes that are numbers, refuted at these sizes themselves.

Nothing smaller can be put in the place of 784, so every entry is written out once, at a point
that a rule gives: thousands of entries could not be told one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import islice
from math import prod
from typing import Any

from symdl.document.errors import DeriveError, ShapeError
from symdl.evidence.arrays.named_sizes import with_named_sizes
from symdl.evidence.claim import Claim
from symdl.evidence.concrete import values
from symdl.evidence.concrete.graph import Node, Unwritten
from symdl.evidence.concrete.instances import Instance, instances, solved
from symdl.evidence.points import domain_of
from symdl.evidence.refute import decimal, told_apart
from symdl.evidence.verdict import Counterexample, Verdict, refuted
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term

BITS = 256
MOST_EXCEPTIONS = 60
"""Entries told one by one, because an equation of the claim asks for them."""
Rule = Callable[[int], Fraction]
_RULES: tuple[tuple[str, Rule], ...] = (
    ("((7 t + {a}) mod 11 - 5)/4", lambda t: Fraction(t % 11 - 5, 4)),
    ("((7 t + {a}) mod 11 + 1)/4", lambda t: Fraction(t % 11 + 1, 4)),
    ("((7 t + {a}) mod 11 + 1)/16", lambda t: Fraction(t % 11 + 1, 16)),
)
"""Entries by their place t from 0, row by row; `a` is the number of the array."""


def refute_at_own_sizes(claim: Claim) -> Verdict | None:
    """A refutation of a claim whose sizes are large numbers; None where the sides agree, or where
    they are too large to be written out."""
    if with_named_sizes(claim) is None:
        return None
    try:
        for made in islice(instances(claim, ((1, 1, 1, 1),), large=True), 1):
            return _apart(made)
    except (Unwritten, ShapeError, DeriveError):
        return None
    return None


def _apart(made: Instance) -> Verdict | None:
    told, point = _by_rules(made)
    found = solved(made, point)
    if found is None:
        return None
    moved = [n for n, value in found.items() if value != point[n]]
    if len(moved) > MOST_EXCEPTIONS:
        return None
    balls = values.balls(made.writer.graph, [*made.left, *made.right], found, BITS)
    half = len(made.left)
    for place, (a, b) in enumerate(zip(balls[:half], balls[half:], strict=True)):
        if a.is_finite() and b.is_finite() and not a.overlaps(b):
            names = made.variables
            told |= {plain(names[n]): str(found[n]) for n in moved}
            return _told(made, told, place, (a, b))
    return None


def _told(made: Instance, at: Mapping[str, str], place: int, balls: tuple[Any, Any]) -> Verdict:
    left, right = told_apart(lambda digits: [decimal(b, digits, None, BITS) for b in balls])
    sizes = made.setting.words()
    where = f"entry number {place + 1}, row by row: " if made.shape else ""
    message = f"{where}left is {left}, right is {right}"
    message += f" at {sizes}" if sizes else ""
    message += ": " + "; ".join(f"{name} = {text}" for name, text in at.items())
    every = {name: str(n) for name, n in made.setting.sizes.items()} | dict(at)
    return refuted("sampling", message, Counterexample(every, left, right))


def _by_rules(made: Instance) -> tuple[dict[str, str], dict[Node, Fraction]]:
    """A value for each variable, and for each array the rule that gives its entries."""
    writer = made.writer
    heads: dict[Term, tuple[int, str, Rule]] = {}
    told: dict[str, str] = {}
    point: dict[Node, Fraction] = {}
    for node, term in made.variables.items():
        head, place = writer.variables[node]
        if head not in heads:
            text, rule = _rule_for(domain_of(term))
            heads[head] = (len(heads), text, rule)
            text = text.format(a=heads[head][0])
            array = f"entries {text}, t = 0, 1, ... row by row"
            told[plain(head)] = array if place else str(rule(heads[head][0]))
        number, _, rule = heads[head]
        shape = writer.sizes_of(head.shape)
        flat = sum(i * prod(shape[axis + 1 :]) for axis, i in enumerate(place))
        point[node] = rule(7 * flat + number)
    return told, point


def _rule_for(domain: Domain) -> tuple[str, Rule]:
    for text, rule in _RULES:
        if all(domain.contains(rule(t)) for t in range(11)):
            return text, rule
    raise Unwritten("a domain in which no rule gives values")
