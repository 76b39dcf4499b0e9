"""Signs of quotients where an atom is large enough: the term that grows fastest decides.

Exponentials of polynomials in the large atom (or in its logarithm) and its powers are ordered by
growth; other functions are shut in between bounds first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from math import factorial
from typing import TYPE_CHECKING, Any

from symdl.evidence.meaning import SIGNS, Open
from symdl.evidence.proofs.forms import find_exp, item_with
from symdl.evidence.proofs.ratios import factored, quotient_of, same
from symdl.evidence.proofs.shutting import ENDS, Growing
from symdl.evidence.proofs.signs import add, proved, settled
from symdl.evidence.recheck.quotients import Ratio
from symdl.evidence.recheck.signs import LESS, MORE

if TYPE_CHECKING:
    from symdl.evidence.proofs.prover import Prover

MOST_POWERS, MOST_SHUT = 60, 6
Growth = tuple[Ratio, int]
"""The logarithm of a product of exponentials, and a power of the base beside them."""


def eventually(at: Prover, x: Ratio) -> None:
    """Steps that tell the sign of a quotient where the large atom is large."""
    if at.far is not None and at.far in at.known:
        with suppress(Open):  # what is wanted splits the branch
            decide(at, x, 0)


class Scale:
    """What grows: the base, and the items that are exponentials of polynomials in it."""

    def __init__(self, at: Prover, p: Any) -> None:
        """The base is the atom, or its logarithm where a polynomial speaks of that."""
        self.at = at
        self.atom: Ratio = at.known[at.far or at.part.left] * at.turn
        found = next((i for i, (v, _) in at.items.items() if at.equal(v, self.atom)), None)
        inside = at.generators(Ratio(p, p**0))
        for value, log in at.items.values():
            if at.is_made(value, "exp") and at.generators(value) & inside:
                inside |= at.generators(log)
        spoken = found is not None and at.generators(at.items[found][1]) & inside
        self.item = found if spoken else None
        self.base = self.atom if self.item is None else at.items[self.item][1]
        self.turn = at.turn if self.item is None else 1
        self.index = min(at.generators(self.base))

    def above(self, q: Ratio) -> Ratio:
        """Steps for: the base is larger than a quotient that does not depend on it."""
        at = self.at
        if not at.signs(self.base - q) <= MORE:
            proved(at, q.below)
            if self.item is None:
                self.beyond(q)
            else:
                i = item_with(at, q)
                other = at.items[i][0]
                self.beyond(other)
                gap = self.atom - other
                add(at, [[(gap, 1), (other**-1, 1)]], self.atom * other**-1 - 1)
                at.step(["law", [[self.item, 1], [i, -1]]])
        return self.base - q

    def beyond(self, q: Ratio) -> None:
        """A step for: the atom is larger, as it is large, or as far out as it begins."""
        at = self.at
        if at.part.large is not None:
            at.step(["large", at.data(q)])
            return
        start = at.exactly(at.begin)
        at.step(["ball", at.data(start - q)])
        add(at, [[(self.atom - start, 1)], [(start - q, 1)]], self.atom - q)

    def growth(self, powers: dict[int, int]) -> Growth | None:
        """How a product of powers of moving generators grows."""
        log, power = self.at.exactly(0), 0
        for i, n in powers.items():
            if i == self.index:
                power = n
                continue
            item = next((j for j, (v, _) in self.at.items.items() if self.is_(v, i)), None)
            if item is None or not self.polynomial(self.at.items[item][1]):
                return None
            log = log + self.at.items[item][1] * n
        return log, power

    def is_(self, x: Ratio, i: int) -> bool:
        """Whether a quotient is a generator."""
        return bool(x.below.is_one() and x.above == self.at.numbered(i).above)

    def polynomial(self, log: Ratio) -> bool:
        """Whether a logarithm is a polynomial in the base, else in nothing that moves."""
        return all(
            i == self.index or not self.at.moving(self.at.numbered(i))
            for i in self.at.generators(log)
        ) and not self.at.moving(Ratio(log.below, log.below**0))

    def leading(self, log: Ratio) -> tuple[int, Ratio]:
        """Degree in the base and leading coefficient of a polynomial in it."""
        place = self.at.ring.nvars() - 1 - self.index
        degree = max(int(m[place]) for m in log.above.monoms()) if log.above else 0
        table = {}
        for m, c in log.above.terms():
            if m[place] == degree:
                table[tuple(0 if i == place else n for i, n in enumerate(m))] = c
        return degree, Ratio(self.at.ring.from_dict(table), log.below) * (
            self.turn if degree % 2 else 1
        )

    def terms(self, p: Any) -> Iterator[tuple[dict[int, int], Any]]:
        """Products of powers, of the base where it is its turn, with what does not move."""
        for powers, c in parted(self.at, p):
            yield powers, c * (self.turn if powers.get(self.index, 0) % 2 else 1)

    def product(self, powers: dict[int, int]) -> Ratio:
        """The product of powers of generators, and of the base."""
        sign = self.turn if powers.get(self.index, 0) % 2 else 1
        return product_of(self.at, powers) * sign


def parted(at: Prover, p: Any) -> Iterator[tuple[dict[int, int], Any]]:
    """Moving monomials of a polynomial with their coefficients, which do not move."""
    last = at.ring.nvars() - 1
    moving = [
        at.moving(at.numbered(last - i)) if n > 0 else False for i, n in enumerate(p.degrees())
    ]
    groups: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
    for m, c in p.terms():
        key = tuple(int(n) if moving[i] else 0 for i, n in enumerate(m))
        rest = tuple(0 if moving[i] else int(n) for i, n in enumerate(m))
        groups.setdefault(key, {})[rest] = c
    for key, table in groups.items():
        yield {last - i: n for i, n in enumerate(key) if n}, at.ring.from_dict(table)


def decide(at: Prover, x: Ratio, depth: int) -> None:
    """Steps for the sign of a quotient: for that of each of its factors."""
    p = at.reduced(x.above * x.below)
    if len(at.signs_of(p)) > 1:
        for factor, _ in factored(p)[1]:
            decide_factor(at, factor, depth)
        proved(at, p)


def decide_factor(at: Prover, p: Any, depth: int) -> bool:
    """Whether steps are found that tell the sign of a polynomial."""
    p = at.reduced(p)
    if len(at.signs_of(p)) < 2:
        return True
    scale = Scale(at, p)
    scale.above(at.exactly(1))
    add(at, [[(scale.base - 1, 1)], [(at.exactly(1), 1)]], scale.base)
    grown = [(scale.growth(powers), powers, c) for powers, c in scale.terms(p)]
    stuck = {i for g, powers, _ in grown if g is None for i in powers}
    for i in sorted(stuck, reverse=True):
        if scale.growth({i: 1}) is None:
            return depth < MOST_SHUT and shut(at, p, i, depth)
    known = [(g, powers, c) for g, powers, c in grown if g is not None]
    if len(known) == 1:
        proved(at, p)
        if len(at.signs_of(p)) > 1:
            at.wanted = Ratio(at.reduced(known[0][2]), at.ring.constant(1))
        return len(at.signs_of(p)) < 2
    first = known[0]
    for other in known[1:]:
        if larger(at, scale, other[0], first[0]):
            first = other
    return dominated(at, scale, p, first, [k for k in known if k is not first])


def larger(at: Prover, scale: Scale, one: Growth, other: Growth) -> bool:
    """Whether one product grows faster than another. Raises Open where this is not known."""
    gap = one[0] - other[0]
    degree, c = scale.leading(gap)
    if not gap.above:
        return one[1] > other[1]
    if degree == 0:  # a constant factor, of no weight
        return one[1] > other[1]
    signs = settled(at, c)
    if len(signs) > 1 or 0 in signs:
        at.wanted = c
        raise Open("a sign is not known")
    return signs <= MORE


def dominated(at: Prover, scale: Scale, p: Any, first: Any, others: list[Any]) -> bool:
    """The sign of the coefficient of the term that grows fastest is that of the polynomial."""
    growth, powers, coefficient = first
    one = at.ring.constant(1)
    lead = Ratio(coefficient, one)
    signs = settled(at, lead)
    if len(signs) > 1 or 0 in signs:
        at.wanted = lead
        return False
    if signs <= LESS:
        return dominated(
            at, scale, -p, (growth, powers, -coefficient), [(g, m, -c) for g, m, c in others]
        )
    top, share, terms = scale.product(powers), lead * quotient_of(at, 1, len(others)), []
    for other, below, c in others:
        value, rest = scale.product(below), Ratio(c, one)
        sign = settled(at, rest)
        if sign <= SIGNS[">="]:
            terms += [[(share, 1), (top, 1)], [(rest, 1), (value, 1)]]
            continue
        size = -rest if sign <= SIGNS["<="] else rest * rest + 1
        if not sign <= SIGNS["<="]:
            positive(at, rest)
        q = size * share**-1
        proved(at, q.below)
        gap = exceeds(at, scale, growth, other, top, value, q)
        spare = size + rest
        terms += [[(share, 1), (gap, 1)]]
        if spare.above:
            terms += [[(value, 1), (spare, 1)]]
    add(at, terms, Ratio(p, one))
    return len(at.signs_of(at.reduced(p))) < 2


def positive(at: Prover, c: Ratio) -> None:
    """c^2 + 1 + c is positive."""
    half = c + quotient_of(at, 1, 2)
    add(at, [[(half, 2)], [(quotient_of(at, 3, 4), 1)]], c * c + 1 + c)
    add(at, [[(c, 2)], [(at.exactly(1), 1)]], c * c + 1)


def product_of(at: Prover, powers: dict[int, int]) -> Ratio:
    """The product of powers of generators."""
    value = at.exactly(1)
    for i, n in powers.items():
        value = value * at.numbered(i) ** n
    return value


def exceeds(
    at: Prover, scale: Scale, one: Growth, other: Growth, top: Ratio, value: Ratio, q: Ratio
) -> Ratio:
    """top - q value is positive, by steps."""
    gap, b = top - q * value, scale.base
    log, power = one[0] - other[0], one[1] - other[1]
    if not log.above or scale.leading(log)[0] == 0:
        if log.above:
            raise Open("a constant exponent")
        add(at, [[(value, 1), (beyond(at, scale, power, q), 1)]], gap)
        return gap
    c = scale.leading(log)[1]
    half = c * quotient_of(at, 1, 2)
    w = half * b
    i = exponential(at, log)
    h = at.items[i][0]
    decide(at, log - w, 1)
    n = max(1, 1 - power)
    if n > MOST_POWERS:
        raise Open("a large power")
    add(at, [[(w, 1)], [(log - w, 1)]], log)
    at.step(["rule", "exp above power", [at.place_of(h)], n])
    kappa = half**n * quotient_of(at, 1, factorial(n))
    lower = h - kappa * b**n
    powers = [
        [(log - w, 1), (log, n - 1 - k), (w, k), (quotient_of(at, 1, factorial(n)), 1)]
        for k in range(n)
    ]
    add(at, [[(h - log**n * quotient_of(at, 1, factorial(n)), 1)], *powers], lower)
    common = value * b**power  # what stands beside the exponential
    m = n + power
    tail = beyond(at, scale, m, q * kappa**-1)
    # top - q value = common (h - kappa b^n) + kappa value (b^m - q / kappa)
    add(at, [[(common, 1), (lower, 1)], [(kappa, 1), (value, 1), (tail, 1)]], gap)
    return gap


def exponential(at: Prover, log: Ratio) -> int:
    """The item of the exponential of a logarithm, tied to those that it is a product of."""
    for i, (value, known) in at.items.items():
        if same(known, log) and at.is_made(value, "exp"):
            return i
    form = find_exp(at, log)
    at.step(["value", "exp", at.data(log)])
    i = len(at.made) - 1
    at.step(["law", [[i, 1], *([j, -n] for j, n in form)]])
    return i


def beyond(at: Prover, scale: Scale, power: int, q: Ratio) -> Ratio:
    """base^power - q is positive, by steps."""
    if not 0 < power < MOST_POWERS:
        raise Open("a large power, or none")
    b, gap = scale.base, scale.base**power - q
    first = scale.above(q)
    if power > 1:
        more = [[(b, 1 + k), (b - 1, 1)] for k in range(power - 1)]
        add(at, [[(first, 1)], *more], gap)
    return gap


def shut(at: Prover, p: Any, i: int, depth: int) -> bool:
    """Linear in a generator that lies between two others: the sign that both ends have."""
    name, args = at.made[i]
    one, g = at.ring.constant(1), at.numbered(i)
    slope = p.derivative(at.ring.nvars() - 1 - i)
    if name not in ENDS or i in at.generators(Ratio(slope, one)):
        return False
    low, high = ENDS[name](at, Growing(decide, leading, exponential), g, *args)
    rest = Ratio(p, one) - Ratio(slope, one) * g
    width = high - low
    for x in (width, Ratio(slope, one) * low + rest, Ratio(slope, one) * high + rest):
        decide(at, x, depth + 1)
    inverse = width**-1
    ends = ((high - g, low), (g - low, high))
    terms = [[(inverse, 1), (far, 1), (Ratio(slope, one) * end + rest, 1)] for far, end in ends]
    add(at, terms, Ratio(p, one))
    return len(at.signs_of(at.reduced(p))) < 2


def leading(at: Prover, p: Any) -> Any:
    """The term of a polynomial that grows fastest, with its coefficient."""
    scale, best = Scale(at, p), None
    for powers, c in parted(at, p):
        growth = scale.growth(powers)
        if growth is None:
            raise Open("the growth is not known")
        if best is None or larger(at, scale, growth, best[0]):
            best = growth, product_of(at, powers).above * c
    if best is None:
        raise Open("nothing is left")
    return best[1]
