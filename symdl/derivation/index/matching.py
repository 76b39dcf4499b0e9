"""Equations used inside of sums: `sum_j u_ij / sum_j u_ij = 1`, and hypotheses such as
`sum_j y_ij = 1`, wherever their pattern is a part of a larger sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symdl.derivation.index.form import Exponent, Factor, Form, Index, Mono, Space

Pair = tuple[Factor, Exponent]


@dataclass(frozen=True, slots=True)
class Rule:
    """The sum of `body` over `bound` is `value`, for all values of the indices `any_`."""

    bound: tuple[Index, ...]
    body: Mono
    any_: tuple[Index, ...]
    value: Form
    name: str


def simpler(space: Space, bound: Sequence[Index], factors: Sequence[Pair]) -> Form | None:
    """A connected sum with one equation used, None if none fits."""
    for rule in (*_quotients(factors), *space.rules):
        found = _applied(space, rule, bound, factors)
        if found is not None:
            space.used[rule.name] = None
            return found
    return None


def _quotients(factors: Sequence[Pair]) -> Iterator[Rule]:
    """For each sum in a denominator: over its own indices the terms add up to the sum itself."""
    yield from ()


def _as_form(factor: Factor) -> Form:
    raise NotImplementedError


def _applied(
    space: Space, rule: Rule, bound: Sequence[Index], factors: Sequence[Pair]
) -> Form | None:
    return None
