"""The finite-field refuter of claims about arrays, and the audit of their proofs.

At each of several small sizes, unequal ones too, both sides are worked out at random residues
modulo a prime where they need only field arithmetic (in balls where they do not). Sides that
differ there are separated again at small whole numbers, as small as they come, on the original
sides; that point is the counterexample.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any

from symdl.document.errors import DeriveError, InternalError, ShapeError
from symdl.evidence.claim import Claim
from symdl.evidence.concrete import values
from symdl.evidence.concrete.graph import Node, Unwritten
from symdl.evidence.concrete.instances import Instance, instances, solved
from symdl.evidence.concrete.large import refute_at_own_sizes
from symdl.evidence.concrete.usual import usual_points
from symdl.evidence.kinds import EQUAL
from symdl.evidence.points import candidates, domain_of
from symdl.evidence.refute import decimal, told_apart
from symdl.evidence.verdict import Counterexample, Verdict, refuted
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term

TRIES = 12
BITS = (64, 256)
AUDIT_SIZES: tuple[tuple[int, ...], ...] = ((2, 3, 4, 5), (3, 1, 2, 2))
AUDIT_POINTS, AUDIT_INSTANCES = 3, 4
LARGE = 600
"""Operations of an instance beyond which one such instance is enough for an audit."""
SMALL = (1, 2, -1, 0, 3, -2)
_PARTS = tuple(Fraction(i, 41) for i in range(-97, 98))
DRAWN = _PARTS, tuple(v for v in _PARTS if v > 0), tuple(v for v in _PARTS if 0 < v < 1)


def refute_concretely(claim: Claim) -> Verdict | None:
    """A refutation by the smallest point that was found; None where the sides agree."""
    if claim.right is None or claim.relation not in EQUAL:
        return None
    draw = Random(5)
    try:
        for made in instances(claim):
            if _agree_in_field(made, draw):
                continue
            point = _separating(made, draw)
            if point is not None:
                return _told(made, _smallest(made, point))
    except (Unwritten, ShapeError, DeriveError):
        return refute_at_own_sizes(claim)
    return None


def audit_concretely(claim: Claim) -> int | None:
    """At how many points the entries of two sides said to be equal were compared (0: no point
    tried has values on both), None where they cannot be written out. Raises InternalError where
    they are certainly apart."""
    if claim.right is None:
        return None
    draw = Random(11)
    compared = 0
    try:
        for made in instances(claim, AUDIT_SIZES):
            large = len(made.writer.graph.rows) > LARGE
            if compared >= AUDIT_POINTS * (1 if large else AUDIT_INSTANCES):
                break
            tried = [solved(made, start) for start in _starts(made, draw)]
            points = [point for point in tried if point is not None]
            nodes = [*made.left, *made.right]
            found_at = values.balls_at_all(made.writer.graph, nodes, points, 128)
            for point, found in zip(points, found_at, strict=True):
                if _unlike(found) is not None:
                    shown = _told(made, point).message
                    raise InternalError(f"a proof fails its audit: {shown}")
                compared += all(ball.is_finite() for ball in found)
    except (Unwritten, ShapeError, DeriveError):
        return compared or None
    return compared


def _starts(made: Instance, draw: Random) -> Iterator[Mapping[Node, Fraction]]:
    """Random points; whole numbers, which meet equations exactly, and usual matrices where there
    are equations to meet."""
    points = [_random_point(made, draw, attempt) for attempt in range(AUDIT_POINTS)]
    yield from points
    exact = "zero" in [op for op, _, _ in made.writer.graph.rows]
    if made.equations or exact:  # what is equal at all is so at exact balls
        yield dict(_small_point(made, draw, AUDIT_POINTS))
    if made.equations:
        yield from usual_points(made, points[-1])


def _agree_in_field(made: Instance, draw: Random) -> bool:
    """Whether rational sides agree at random residues (free ones: under no condition)."""
    if made.equations or made.relations or not made.is_rational:
        return False
    pairs = [*made.left, *made.right]
    for _ in range(2):
        at = {node: draw.randrange(1, values.PRIME) for node in made.heads}
        found = values.modulo(made.writer.graph, pairs, at)
        if found is not None:
            half = len(made.left)
            return found[:half] == found[half:]
    return False


# --- points ---------------------------------------------------------------------------------------


def _separating(made: Instance, draw: Random) -> dict[Node, Fraction] | None:
    points = [dict(_small_point(made, draw, attempt)) for attempt in range(TRIES)]
    if made.equations:
        points += usual_points(made, points[0])
    for attempt, start in enumerate(points):
        point = solved(made, start)
        if point is not None and _apart(made, point, BITS[attempt > TRIES // 2]) is not None:
            return point
    return None


def _small_point(made: Instance, draw: Random, attempt: int) -> Iterator[tuple[Node, Fraction]]:
    for place, (node, head) in enumerate(made.heads.items()):
        allowed = _allowed(head)
        chosen = allowed[(place + attempt) % len(allowed)] if attempt < 2 else draw.choice(allowed)
        yield node, chosen


def _allowed(term: Term) -> tuple[Fraction, ...]:
    return _small(domain_of(term))


@lru_cache(maxsize=64)
def _small(domain: Domain) -> tuple[Fraction, ...]:
    small = tuple(Fraction(v) for v in SMALL if domain.contains(Fraction(v)))
    return small or tuple(candidates(domain)[:6]) or (Fraction(0),)


def _random_point(made: Instance, draw: Random, attempt: int) -> dict[Node, Fraction]:
    """A point with entries of both signs, then with positive ones, then with ones below 1."""
    found = {}
    ranges: dict[Term, tuple[Fraction | None, ...]] = {}
    for node, head in made.heads.items():
        drawn_from = ranges.get(head)
        if drawn_from is None:
            drawn_from = ranges[head] = _drawn_from(domain_of(head), attempt % 3)
        value = drawn_from[int(draw.random() * len(drawn_from))]
        found[node] = draw.choice(_allowed(head)) if value is None else value
    return found


@lru_cache(maxsize=64)
def _drawn_from(domain: Domain, attempt: int) -> tuple[Fraction | None, ...]:
    """What is drawn from, with nothing in the place of what lies outside of a domain."""
    return tuple([value if domain.contains(value) else None for value in DRAWN[attempt]])


def _apart(made: Instance, point: Mapping[Node, Fraction], bits: int) -> int | None:
    """The entry at which two sides are certainly unlike."""
    return _unlike(_entries(made, point, bits))


def _entries(made: Instance, point: Mapping[Node, Fraction], bits: int) -> list[Any]:
    """The values of all entries of the left side, then of the right one."""
    return values.balls(made.writer.graph, [*made.left, *made.right], point, bits)


def _unlike(found: list[Any]) -> int | None:
    half = len(found) // 2
    for i, (a, b) in enumerate(zip(found[:half], found[half:], strict=True)):
        if a.is_finite() and b.is_finite() and not a.overlaps(b):
            return i
    return None


def _smallest(made: Instance, point: dict[Node, Fraction]) -> dict[Node, Fraction]:
    """The point with as many entries 0 or 1 as still separate the sides."""
    for node in list(point):
        for value in (Fraction(0), Fraction(1)):
            if point[node] == value:
                break
            if not domain_of(made.heads[node]).contains(value):
                continue
            moved = solved(made, {**point, node: value})
            if moved is not None and _apart(made, moved, 128) is not None:
                point = moved
                break
    return point


# --- telling --------------------------------------------------------------------------------------


def _told(made: Instance, point: Mapping[Node, Fraction]) -> Verdict:
    place = _apart(made, point, 256)
    assert place is not None
    texts = _texts(made, point, place)
    at = {name: str(size) for name, size in made.setting.sizes.items()}
    at |= {plain(i): n.data.text for i, n in made.setting.indices.items()}
    used = made.variables
    at |= {plain(used[node]): str(value) for node, value in point.items()}
    where = _place_words(made.shape, place)
    arrays = matrices(made, point)
    listed = ", ".join(f"{name} = {text}" for name, text in arrays.items())
    sizes = made.setting.words()
    message = f"{where}left is {texts[0]}, right is {texts[1]} at {sizes or 'these values'}"
    message += f": {listed}" if listed else ""
    shown = Counterexample(at, *texts)
    method = "finite-field" if made.is_rational else "sampling"
    return refuted(method, message, shown, sizes=dict(made.setting.sizes), arrays=arrays)


def _place_words(shape: tuple[int, ...], flat: int) -> str:
    if not shape:
        return ""
    place = []
    for size in reversed(shape):
        flat, rest = divmod(flat, size)
        place.append(str(rest + 1))
    return f"entry ({', '.join(reversed(place))}): "


def _texts(made: Instance, point: Mapping[Node, Fraction], place: int) -> tuple[str, str]:
    graph, nodes = made.writer.graph, [made.left[place], made.right[place]]
    if values.is_rational(graph, nodes):
        found = values.exactly(graph, nodes, point)
        if found is not None:
            return str(found[0]), str(found[1])
    a, b = values.balls(graph, nodes, point, 256)
    return told_apart(lambda digits: [decimal(v, digits, None, 256) for v in (a, b)])


def matrices(made: Instance, point: Mapping[Node, Fraction]) -> dict[str, str]:
    """The values of whole arrays, written as lists, and of scalars."""
    heads: dict[Term, dict[tuple[int, ...], Fraction]] = {}
    for node, value in point.items():
        head, place = made.writer.variables[node]
        heads.setdefault(head, {})[place] = value
    found = {}
    for head, entries in heads.items():
        shape = tuple(1 + max(p[k] for p in entries) for k in range(len(next(iter(entries)))))
        if head.shape:
            shape = made.writer.sizes_of(head.shape)
        found[plain(head)] = _listed(entries, shape, ())
    return found


def _listed(entries: Mapping[tuple[int, ...], Fraction], shape: Any, at: tuple[int, ...]) -> str:
    if len(at) == len(shape):
        return str(entries.get(at, "·"))
    inner = (_listed(entries, shape, (*at, i)) for i in range(shape[len(at)]))
    return f"[{', '.join(inner)}]"
