"""Where a term is defined: what its operations demand of their arguments, and what of that is
certain anyway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.kernels import Kernels
from symdl.evidence.algebra.polynomials import Ratio
from symdl.expression.domain import REAL
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, number, operations, postorder


def conditions(k: Kernels, sides: Iterable[Term], values: dict[Term, Ratio]) -> Iterator[Term]:
    """What the rows demand of their arguments, as far as it is not certain anyway.

    What was learned from the claim itself is a condition too, so signs are looked up without it.
    """
    learned, k.ring.signs = k.ring.signs, {}
    try:
        for side in sides:
            for node in postorder(side) if not DEMANDING.isdisjoint(operations(side)) else ():
                for condition in demands(node):
                    if not _certain(k, condition, values):
                        yield condition
    finally:
        k.ring.signs = learned


@lru_cache(maxsize=1024)
def demands(node: Term) -> tuple[Term, ...]:
    """What a row demands of its arguments, as relations."""
    return tuple(_demands(node)) if node.op in DEMANDING else ()


DEMANDING = frozenset(
    name
    for name, row in TABLE.items()
    if row.defined is not None or any(domain != REAL for domain in row.domain)
)
"""The rows that are not defined for all numbers."""


def _demands(node: Term) -> Iterator[Term]:
    row = TABLE[node.op]
    for place, argument in enumerate(node.args):
        domain = row.domain_of(place)
        for end, open_, relations in (
            (domain.lower, domain.lower_open, (">=", ">")),
            (domain.upper, domain.upper_open, ("<=", "<")),
        ):
            if end is not None:
                yield make("relation", argument, number(end), data=(relations[open_],))
        for point in domain.excluded:
            yield make("relation", argument, number(point), data=("!=",))
    if row.defined is not None:
        yield from row.defined(*node.args)


def _certain(k: Kernels, condition: Term, values: dict[Term, Ratio]) -> bool:
    """Whether a condition follows from domains and structure alone."""
    if condition.op in ("and", "or"):
        answers = (_certain(k, part, values) for part in condition.args)
        return all(answers) if condition.op == "and" else any(answers)
    if condition.op != "relation" or len(condition.args) != 2:
        return False
    left, right = (_known(k, side, values) for side in condition.args)
    if left is None or right is None:
        return False
    difference = pol.lowest(k.ring, pol.add(k.ring, left, pol.negative(right)))
    if difference.num.is_zero():
        return condition.data[0] in ("=", "<=", ">=")
    return signs.sign_of_ratio(k.ring, difference) in _SIGNS[condition.data[0]]


_SIGNS: dict[str, tuple[int, ...]] = {
    ">": (signs.POSITIVE,),
    ">=": (signs.POSITIVE, signs.NONNEGATIVE),
    "<": (signs.NEGATIVE,),
    "<=": (signs.NEGATIVE, signs.NONPOSITIVE),
    "!=": (signs.POSITIVE, signs.NEGATIVE),
    "=": (),
}


def _known(k: Kernels, side: Term, values: dict[Term, Ratio]) -> Ratio | None:
    if side.op == "number":
        return pol.rational(k.ring, side.data.value)
    if side.op == "neg" and side.args[0].op == "number":
        return pol.rational(k.ring, -side.args[0].data.value)
    return values.get(side)
