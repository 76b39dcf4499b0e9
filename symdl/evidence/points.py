"""Readable rational points of a domain, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import count as counted
from random import Random
from threading import Lock

from symdl.evidence.exact import exact
from symdl.expression.domain import REAL, Domain
from symdl.expression.term import BINDERS, Term, number, postorder, replace
from symdl.expression.vocabulary import NAMES

Point = dict[Term, Fraction]
Ratio = tuple[int, int]
"""Numerator and denominator of a Fraction: a much quicker key."""

_WHOLE = (1, 2, -1, 3, -2, 0, 10, -3, 5, -10, 7, -5, 100, -100, 20, -20)
_BROKEN = ("1/2", "1/10", "-1/2", "3/2", "1/3", "1/100", "-3/2")
SIMPLE = tuple(Fraction(v) for v in (*_WHOLE[:3], *_BROKEN[:3], *_WHOLE[3:], *_BROKEN[3:]))
_SIMPLE_ONES = frozenset(value.as_integer_ratio() for value in SIMPLE)
PARTS = tuple(
    Fraction(v)
    for v in ("1/2", "1/4", "3/4", "1/10", "9/10", "1/3", "1/100", "99/100", "0", "1", "1/5")
)


def atoms(terms: Iterable[Term]) -> list[Term]:
    """What needs a value: free scalar symbols and entries of arrays, in order of appearance.

    The base and the indices of an entry are no atoms of their own; symbols bound by a binder
    are none either, nor are whole arrays: a number in their place says nothing of their entries.
    """
    return list(_atoms(tuple(terms)))


_FREE = NAMES | {"call", "opaque"}


def is_part(atom: Term) -> bool:
    """Whether an atom is an entry of what is made of others (`(ax)_i`), and so has no value of its
    own: a point that gives it one breaks no claim."""
    return atom.op == "entry" and atom.args[0].op not in _FREE


@lru_cache(maxsize=256)
def _atoms(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    found: dict[Term, None] = {}
    for term in terms:
        seen: set[Term] = set()
        stack = [term]
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            if node.op in NAMES:
                if node.op != "symbol" or not node.shape:
                    found[node] = None
            elif node.op not in BINDERS:
                stack.extend(reversed(node.args))
    return tuple(found)


def domain_of(atom: Term) -> Domain:
    """The declared domain of an atom; an entry has the domain of its base."""
    base = atom
    while base.op != "symbol" and base.args:
        base = base.args[0]
    return base.data.domain if base.op == "symbol" else REAL


def constants(terms: Iterable[Term]) -> tuple[Ratio, ...]:
    """The numbers written in some terms, small ones first."""
    return _constants(tuple(terms))


@lru_cache(maxsize=256)
def _constants(terms: tuple[Term, ...]) -> tuple[Ratio, ...]:
    nodes = {n for t in terms for n in postorder(t) if n.op == "number"}
    found = {n.data.value.as_integer_ratio() for n in nodes}
    small = [(below, above) for above, below in found if above <= 10**12 * below]
    return tuple([(above, below) for below, above in sorted(small)[:8]])


def candidates(domain: Domain) -> list[Fraction]:
    """Values of a domain, plain ones first."""
    return list(_candidates(domain, ()))


@lru_cache(maxsize=256)
def _plainest(domain: Domain) -> tuple[Fraction, ...]:
    """The candidates of a domain that stand first, whatever is of interest."""
    within = domain.lower is not None and domain.upper is not None
    tried = (*_by_ends(domain), *SIMPLE) if within else SIMPLE
    return _inside_of(domain, tried)


def _inside_of(domain: Domain, tried: Iterable[Fraction]) -> tuple[Fraction, ...]:
    """Those values that a domain has, each once."""
    known = {value.as_integer_ratio(): value for value in tried if domain.contains(value)}
    return tuple(known.values())


@lru_cache(maxsize=256)
def _candidates(domain: Domain, near: tuple[Ratio, ...]) -> tuple[Fraction, ...]:
    """Values of a domain, plain ones first; `near` are places of interest (breakpoints)."""
    tried = list(SIMPLE)
    known = set(_SIMPLE_ONES)
    for place in near:
        for value, ratio in _around(place):
            if ratio not in known:
                known.add(ratio)
                tried.append(value)
    if domain == REAL:
        return tuple(tried)
    within = domain.lower is not None and domain.upper is not None
    tried = [*_by_ends(domain), *tried] if within else [*tried, *_by_ends(domain)]
    if domain.integer:
        tried += [Fraction(round(v)) for v in tried] + [Fraction(v) for v in (4, 6, 8, 11)]
    return _inside_of(domain, tried)


@lru_cache(maxsize=256)
def _by_ends(domain: Domain) -> tuple[Fraction, ...]:
    """Plain values between the ends of a domain, or beyond the one that it has."""
    low, high = domain.lower, domain.upper
    if low is not None and high is not None:
        return tuple(low + (high - low) * part for part in PARTS)
    if low is not None:
        return tuple(low + abs(v) for v in SIMPLE)
    return () if high is None else tuple(high - abs(v) for v in SIMPLE)


@lru_cache(maxsize=512)
def _around(ratio: Ratio) -> tuple[tuple[Fraction, Ratio], ...]:
    """Values of interest beside a place."""
    place = Fraction(*ratio)
    values = (place, -place, place + 1, -place - 1, 2 * place, -2 * place, place / 2)
    return tuple((value, value.as_integer_ratio()) for value in values)


def points(wanted: list[Term], terms: list[Term], count: int, seed: int = 1) -> Iterator[Point]:
    """Up to `count` points of the domains of the atoms, always the same ones.

    With one atom they run through its candidates; with more the first points are plain and the
    others are drawn with a fixed seed, mostly with different values for different atoms.
    """
    if not wanted:
        return iter([{}])
    found = drawn(tuple(map(domain_of, wanted)), constants(terms), seed)
    return at_values(wanted, found.first(count))


def at_values(wanted: Sequence[Term], values: Iterable[tuple[Fraction, ...]]) -> Iterator[Point]:
    """The points at which the atoms have these values."""
    found = (dict(zip(wanted, some, strict=True)) for some in values)
    return found if _are_apart(wanted) else map(consistent, found)


def _are_apart(wanted: Sequence[Term]) -> bool:
    """Whether no two atoms can be one entry: they are of unlike arrays, or at written places."""
    entries = [atom for atom in wanted if atom.op == "entry"]
    if len(entries) < 2:
        return True
    bases = {atom.args[0] for atom in entries}
    return len(bases) == len(entries) or all(
        index.op == "number" for atom in entries for index in atom.args[1:]
    )


class Drawn:
    """Values for some atoms, point after point: drawn when first asked for, and kept."""

    __slots__ = ("_kept", "_lock", "_more")

    def __init__(self, more: Iterator[tuple[Fraction, ...]]) -> None:
        self._more = more
        self._kept: list[tuple[Fraction, ...]] = []
        self._lock = Lock()

    def first(self, count: int) -> Iterable[tuple[Fraction, ...]]:
        """The first ones, up to so many."""
        return self._kept[:count] if len(self._kept) >= count else self._more_of(count)

    def _more_of(self, count: int) -> Iterator[tuple[Fraction, ...]]:
        for place in range(count):
            if place == len(self._kept) and not self._drawn(place):
                return
            yield self._kept[place]

    def _drawn(self, place: int) -> bool:
        """Whether there is one at a place, which may have been drawn in another thread."""
        with self._lock:
            found = next(self._more, None) if place == len(self._kept) else None
            if found is not None:
                self._kept.append(found)
            return place < len(self._kept)


@lru_cache(maxsize=256)
def drawn(domains: tuple[Domain, ...], near: tuple[Ratio, ...] = (), seed: int = 1) -> Drawn:
    """Values for atoms of these domains, as `points` has them."""
    return Drawn(_values(domains, near, seed))


def _values(
    domains: tuple[Domain, ...], near: tuple[Ratio, ...], seed: int
) -> Iterator[tuple[Fraction, ...]]:
    first = [_plainest(domain) for domain in domains]
    plain = min(map(len, first)) - len(domains) + 1
    if len(domains) == 1:
        yield from ((value,) for value in first[0])
        yield from ((value,) for value in _candidates(domains[0], near)[len(first[0]) :])
        return
    for place in range(min(plain, PLAIN)):
        yield tuple([c[i + place] for i, c in enumerate(first)])
    choices = [_candidates(domain, near) for domain in domains]
    if not all(choices):
        return
    for place in range(max(plain, 0), PLAIN):
        yield tuple(c[(i + place) % len(c)] for i, c in enumerate(choices))
    draw = Random(seed)
    while True:
        yield tuple(draw.choice(c) for c in choices)


PLAIN = 3
"""The first points for several atoms, which are not drawn."""


def consistent(point: Point) -> Point:
    """The point with one value for what is one entry there: x_i and x_1 where i = 1."""
    entries = [atom for atom in point if atom.op == "entry"]
    if len(entries) < 2:
        return point
    values = {atom: number(value) for atom, value in point.items() if atom.op == "symbol"}
    first: dict[tuple[Term | Fraction, ...], Fraction] = {}
    found = dict(point)
    for atom in entries:
        indices = (replace(index, values) for index in atom.args[1:])
        key = (atom.args[0], *(_or_itself(index) for index in indices))
        found[atom] = first.setdefault(key, point[atom])
    return found


def _or_itself(index: Term) -> Term | Fraction:
    value = exact(index)
    return index if value is None else value


def fine_points(wanted: list[Term], count: int, seed: int = 7) -> Iterator[Point]:
    """Points with less plain values (for audits): k/97-like fractions spread over the domains."""
    domains = tuple(map(domain_of, wanted))
    return at_values(wanted, filter(None, _fine(domains, seed).first(count)))


@lru_cache(maxsize=256)
def _fine(domains: tuple[Domain, ...], seed: int) -> Drawn:
    """Values, and () for those that are excluded from a domain."""
    draw = Random(seed)
    return Drawn(_inside(domains, [_drawn(d, draw) for d in domains]) for _ in counted())


def _inside(domains: tuple[Domain, ...], values: list[Fraction]) -> tuple[Fraction, ...]:
    contained = all(d is REAL or d.contains(v) for d, v in zip(domains, values, strict=True))
    return tuple(values) if contained else ()


def _drawn(domain: Domain, draw: Random) -> Fraction:
    low, high = domain.lower, domain.upper
    reach = draw.choice((1, 3, 9))
    if not domain.integer:
        part = draw.randint(1, 96)
        if low is None and high is None:
            return Fraction(reach * (2 * part - 97), 97)
        if low is None:
            assert high is not None
            return high - Fraction(reach * (97 - part), 97)
        return low + (Fraction(reach * part, 97) if high is None else (high - low) * part / 97)
    if low is None:
        low = Fraction(-reach) if high is None else high - reach
        high = Fraction(reach) if high is None else high
    elif high is None:
        high = low + reach
    first, last = -(-low // 1), high // 1
    return Fraction(draw.randint(int(first), max(int(first), int(last))))
