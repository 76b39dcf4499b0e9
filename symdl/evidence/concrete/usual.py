"""Usual matrices: points that may meet what random ones never do, such as `Q^T Q = I`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from symdl.evidence.concrete.graph import Node
from symdl.evidence.concrete.instances import Instance
from symdl.evidence.points import domain_of

TURN = {
    (0, 0): Fraction(3, 5),
    (0, 1): Fraction(-4, 5),
    (1, 0): Fraction(4, 5),
    (1, 1): Fraction(3, 5),
}


def usual_points(made: Instance, base: Mapping[Node, Fraction]) -> Iterator[dict[Node, Fraction]]:
    """A point with other entries for its matrices: turns, the identity, swaps, projections and
    shifts, each kind beside each."""
    heads = {node: made.writer.variables[node] for node in made.heads}
    matrices = list(dict.fromkeys(head for head, place in heads.values() if len(place) == 2))
    if not matrices:
        yield from _of_unit_vectors(made, base)
        return
    for shift in range(len(KINDS) if len(matrices) > 1 else 1):
        for kind in range(len(KINDS)):
            point = dict(base)
            for node, (head, place) in heads.items():
                if len(place) == 2:
                    which = (kind + shift * matrices.index(head)) % len(KINDS)
                    value = KINDS[which](*place)
                    if domain_of(made.heads[node]).contains(value):
                        point[node] = value
            yield point


def _of_unit_vectors(
    made: Instance, base: Mapping[Node, Fraction]
) -> Iterator[dict[Node, Fraction]]:
    """Vectors of length 1 for all vectors, which `\\lVert u \\rVert = 1` asks for."""
    for kind in (_identity, _turn, _swap):
        point = dict(base)
        for node in made.heads:
            _, place = made.writer.variables[node]
            if len(place) == 1 and domain_of(made.heads[node]).contains(kind(*place, 0)):
                point[node] = kind(*place, 0)
        yield point


def _identity(i: int, j: int) -> Fraction:
    return Fraction(i == j)


def _turn(i: int, j: int) -> Fraction:
    return TURN.get((i, j), Fraction(i == j))


def _swap(i: int, j: int) -> Fraction:
    return Fraction(i + j == 1) if min(i, j) < 2 and max(i, j) < 2 else Fraction(i == j)


def _reflection(i: int, j: int) -> Fraction:
    return Fraction(i == j) * (-1 if i == 0 else 1)


def _projection(i: int, j: int) -> Fraction:
    return Fraction(i == j == 0)


def _shift(i: int, j: int) -> Fraction:
    return Fraction(i == 0 and j == 1)


KINDS: tuple[Callable[[int, int], Fraction], ...] = (
    _turn,
    _identity,
    _swap,
    _reflection,
    _projection,
    _shift,
)
