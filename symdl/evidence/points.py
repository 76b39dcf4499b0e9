"""Readable rational points of a domain, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from random import Random

from symdl.evidence.exact import exact
from symdl.expression.domain import REAL, Domain
from symdl.expression.term import BINDERS, Term, number, postorder, replace

Point = dict[Term, Fraction]

_WHOLE = (1, 2, -1, 3, -2, 0, 10, -3, 5, -10, 7, -5, 100, -100, 20, -20)
_BROKEN = ("1/2", "1/10", "-1/2", "3/2", "1/3", "1/100", "-3/2")
SIMPLE = tuple(Fraction(v) for v in (*_WHOLE[:3], *_BROKEN[:3], *_WHOLE[3:], *_BROKEN[3:]))


def atoms(terms: Iterable[Term]) -> list[Term]:
    """What needs a value: free scalar symbols and entries of arrays, in order of appearance.

    The base and the indices of an entry are no atoms of their own; symbols bound by a binder
    are none either, nor are whole arrays: a number in their place says nothing of their entries.
    """
    found: dict[Term, None] = {}
    for term in terms:
        seen: set[Term] = set()
        stack = [term]
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            if node.op in ("symbol", "entry", "label", "prime"):
                if node.op != "symbol" or not node.shape:
                    found[node] = None
            elif node.op not in BINDERS:
                stack.extend(reversed(node.args))
    return list(found)


def domain_of(atom: Term) -> Domain:
    """The declared domain of an atom; an entry has the domain of its base."""
    base = atom
    while base.op != "symbol" and base.args:
        base = base.args[0]
    return base.data.domain if base.op == "symbol" else REAL


def constants(terms: Iterable[Term]) -> list[Fraction]:
    """The numbers written in some terms, small ones first."""
    found = {n.data.value for t in terms for n in postorder(t) if n.op == "number"}
    return sorted((c for c in found if c <= 10**12), key=lambda c: (c.denominator, c))[:8]


def candidates(domain: Domain, near: Iterable[Fraction] = ()) -> list[Fraction]:
    """Values of a domain, plain ones first; `near` are places of interest (breakpoints)."""
    tried = list(SIMPLE)
    for place in near:
        tried += [place, -place, place + 1, -place - 1, 2 * place, -2 * place, place / 2]
    if domain.lower is not None and domain.upper is not None:
        width = domain.upper - domain.lower
        parts = ("1/2", "1/4", "3/4", "1/10", "9/10", "1/3", "1/100", "99/100", "0", "1", "1/5")
        tried = [domain.lower + width * Fraction(part) for part in parts] + tried
    elif domain.lower is not None:
        tried += [domain.lower + abs(v) for v in SIMPLE]
    elif domain.upper is not None:
        tried += [domain.upper - abs(v) for v in SIMPLE]
    if domain.integer:
        tried += [Fraction(round(v)) for v in tried] + [Fraction(v) for v in (4, 6, 8, 11)]
    return [v for v in dict.fromkeys(tried) if domain.contains(v)]


_candidates = lru_cache(maxsize=256)(candidates)


def points(wanted: list[Term], terms: list[Term], count: int, seed: int = 1) -> Iterator[Point]:
    """Up to `count` points of the domains of the atoms, always the same ones.

    With one atom they run through its candidates; with more the first points are plain and the
    others are drawn with a fixed seed, mostly with different values for different atoms.
    """
    if not wanted:
        yield {}
        return
    near = constants(terms)
    choices = [_candidates(domain_of(atom), tuple(near)) for atom in wanted]
    if not all(choices):
        return
    if len(wanted) == 1:
        for value in choices[0][:count]:
            yield {wanted[0]: value}
        return
    draw = Random(seed)
    for place in range(count):
        if place < 3:
            chosen = {
                a: c[(i + place) % len(c)]
                for i, (a, c) in enumerate(zip(wanted, choices, strict=True))
            }
        else:
            chosen = {a: draw.choice(c) for a, c in zip(wanted, choices, strict=True)}
        yield consistent(chosen)


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
    for values in _fine(tuple(map(domain_of, wanted)), count, seed):
        yield consistent(dict(zip(wanted, values, strict=True)))


@lru_cache(maxsize=256)
def _fine(domains: tuple[Domain, ...], count: int, seed: int) -> tuple[tuple[Fraction, ...], ...]:
    draw = Random(seed)
    drawn = (tuple(_drawn(domain, draw) for domain in domains) for _ in range(count))
    return tuple(
        values
        for values in drawn
        if all(d.contains(value) for d, value in zip(domains, values, strict=True))
    )


def _drawn(domain: Domain, draw: Random) -> Fraction:
    low, high = domain.lower, domain.upper
    reach = Fraction(draw.choice((1, 3, 9)))
    if low is None and high is None:
        low, high = -reach, reach
    elif low is None:
        assert high is not None
        low = high - reach
    elif high is None:
        high = low + reach
    if domain.integer:
        first, last = -(-low // 1), high // 1
        return Fraction(draw.randint(int(first), max(int(first), int(last))))
    return low + (high - low) * Fraction(draw.randint(1, 96), 97)
