r"""Sizes of axes: whole numbers, names, and what is written of them (`2n`, `h d_k`, `\frac{d}{h}`).

Two sizes are the same if they are for all values of their names. That they differ is shown at
numbers for the names, at which every size in question is a whole number and what is known of
them holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, islice, product

from symdl.evidence.algebra.normal_form import NotDecided, prove_equal
from symdl.evidence.cells import Cell, sign_in
from symdl.evidence.conditions.hypotheses import admissible
from symdl.evidence.exact import exact
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.size_terms import as_term
from symdl.expression.term import Dim, Term, free_symbols, number, postorder, replace, symbol

MOST_ROUNDS = 20
MOST_TRIED = 3000
LARGEST_TRIED = 6
COUNT = Domain(lower=Fraction(1), integer=True)
WRITTEN_SIZES = frozenset({"number", "symbol", "add", "mul", "neg", "div", "pow", "floor", "ceil"})
"""What sizes are written with."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of one claim: under each that has been met, what it is in numbers and names."""

    scope: Scope
    conditions: tuple[Term, ...] = ()
    known: dict[Dim, Term] = field(default_factory=dict)

    def of_term(self, term: Term) -> Dim | None:
        """The size that a Term writes; None if it writes none."""
        found = self._resolved(_with_names(term))
        return None if found is None else self._met(found)

    def of_axis(self, dim: Dim) -> Dim:
        """The size of an axis, as what the scope says of its name."""
        term = _with_names(as_term(dim))
        return self._met(self._resolved(term) or term)

    def _resolved(self, term: Term) -> Term | None:
        """A size with what the scope gives for its names; None if that is no size."""
        values = {
            key.data.name: value
            for key, value in self.scope.values.items()
            if key.op == "symbol" and not key.data.shape
        }
        for _ in range(MOST_ROUNDS):
            if any(node.op not in WRITTEN_SIZES for node in postorder(term)):
                return None
            table = {
                s: _with_names(values[s.data.name])
                for s in free_symbols(term)
                if s.data.name in values
            }
            if not table:
                value = exact(term)
                return term if value is None or value.denominator == 1 else None
            term = replace(term, table)
        return None

    def _met(self, term: Term) -> Dim:
        """The first size met that is the same for all values of the names."""
        value = exact(term)
        if value is not None:
            self.known[int(value)] = number(value)
            return int(value)
        for dim, other in self.known.items():
            if other is term or _same(other, term):
                return dim
        self.known[plain(term)] = term
        return plain(term)


def _with_names(term: Term) -> Term:
    """A written size with its symbols as counts; `d_k` and `|B|` are names too."""
    table = {}
    for node in postorder(term):
        if node.op in ("symbol", "entry", "label", "cardinality"):
            name = node.data.name if node.op == "symbol" else plain(node)
            table[node] = symbol(name, domain=COUNT)
    return replace(term, table)


def _same(a: Term, b: Term) -> bool:
    try:
        return prove_equal(a, b) is not None
    except NotDecided:
        return False


def always_differ(sizes: Sizes, a: tuple[Dim, ...], b: tuple[Dim, ...]) -> bool:
    """Whether two shapes differ whatever their names stand for."""
    if len(a) != len(b):
        return True
    gaps = (sizes.known[x] - sizes.known[y] for x, y in zip(a, b, strict=True))
    return any(abs(sign_in(Cell(gap, gap), gap) or 0) == 2 for gap in gaps)


Numbers = tuple[int, ...]


def where(
    sizes: Sizes, shapes: Sequence[tuple[Dim, ...]], wanted: Callable[[Sequence[Numbers]], bool]
) -> tuple[Mapping[str, str], Sequence[Numbers]] | None:
    """Numbers for the names at which the shapes are as wanted, and the shapes there; None if none
    are found."""
    terms = [sizes.known[d] for shape in shapes for d in shape]
    bearing = _bearing(sizes, terms)
    names = sorted(
        {s for t in (*terms, *bearing) for s in free_symbols(t)}, key=lambda s: str(s.data.name)
    )
    for point in _points(sizes, names):
        if not admissible(point, bearing):
            continue
        found = [n for n in (_at(sizes, shape, point) for shape in shapes) if n is not None]
        if len(found) == len(shapes) and wanted(found):
            return {plain(name): str(value) for name, value in point.items()}, found
    return None


def unlike(shapes: Sequence[Numbers]) -> bool:
    """Whether some shapes are not all the same."""
    return len(set(shapes)) > 1


def _bearing(sizes: Sizes, terms: Iterable[Term]) -> list[Term]:
    """What is known of the names in some sizes, and of names that hang together with them."""
    names = {s.data.name for t in terms for s in free_symbols(t)}
    waiting = [_with_names(c) for c in (*sizes.scope.hypotheses, *sizes.conditions)]
    found: list[Term] = []
    while True:
        new = [c for c in waiting if names & {s.data.name for s in free_symbols(c)}]
        if not new:
            return found
        found += new
        waiting = [c for c in waiting if c not in new]
        names |= {s.data.name for c in new for s in free_symbols(c)}


def _points(sizes: Sizes, names: list[Term]) -> Iterator[dict[Term, Fraction]]:
    """Numbers for names: all unlike one another and from 2 on first, then small ones."""
    taken = {d for d in sizes.known if isinstance(d, int)}
    free = (n for n in range(2, 10**6) if n not in taken)
    apart = tuple(islice(free, len(names)))
    small = product(range(1, LARGEST_TRIED + 1), repeat=len(names))
    for values in chain([apart], islice(small, MOST_TRIED)):
        point = {name: Fraction(value) for name, value in zip(names, values, strict=True)}
        if all(_declared(sizes, name).contains(value) for name, value in point.items()):
            yield point


def _declared(sizes: Sizes, name: Term) -> Domain:
    known = sizes.scope.symbols.get(name.data.name)
    return COUNT if known is None else known.domain


def _at(sizes: Sizes, shape: tuple[Dim, ...], point: Mapping[Term, Fraction]) -> Numbers | None:
    """A shape in numbers; None if an axis is no whole number from 1 on."""
    found = [exact(sizes.known[d], point) for d in shape]
    whole = [int(v) for v in found if v is not None and v.denominator == 1 and v >= 1]
    return tuple(whole) if len(whole) == len(shape) else None
