"""What bounds a norm or a scalar product: norms of summands, of factors, dual norms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import islice, product

from symdl.evidence.inequalities.linear_forms import (
    Factor,
    Linear,
    NotLinear,
    canonical,
    combination,
)
from symdl.evidence.inequalities.norm_polynomials import (
    ONE,
    Atom,
    Poly,
    is_nonnegative,
    lowered,
    maybe_negative,
    multiplied,
    norm_of,
    single,
    substituted,
)
from symdl.evidence.inequalities.rational_sums import added, scaled
from symdl.expression.term import Term

MOST_CHOICES = 200
DUAL = (("2", "2"), ("1", "inf"), ("inf", "1"))


@dataclass(frozen=True)
class Known:
    """What conditions say: values and bounds of norms, dual exponents besides 1, 2 and infinity;
    numbers: the Terms of numbers as polynomials."""

    values: Mapping[Atom, Poly]
    bounds: Mapping[Atom, Poly]
    dual: tuple[tuple[str, str], ...]
    numbers: Mapping[Term, Poly]


def is_below(left: Poly, right: Poly, known: Known) -> bool:
    """Whether bounds show that left <= right."""
    gap = substituted(added(right, scaled(left, Fraction(-1))), known.values)
    parts = [a for mono in right for a, _ in mono if a.kind.startswith("norm")]
    wanted = list(dict.fromkeys(a for mono in maybe_negative(gap) for a, _ in mono))
    choices = [[single(a.sized), *_bounds(a, parts, known)] for a in wanted]
    for chosen in islice(product(*choices), MOST_CHOICES):
        low = lowered(gap, dict(zip(wanted, chosen, strict=True)))
        low = substituted(lowered(low, _in_force(low, known)), known.values)
        if is_nonnegative(low):
            return True
    return is_nonnegative(gap)


def _in_force(poly: Poly, known: Known) -> Mapping[Atom, Poly]:
    """The bounds that are given, as far as atoms have no sign; others stay as they are."""
    signed = {a: single(a.sized) for mono in poly for a, _ in mono if not a.positive}
    return {**signed, **known.bounds}


def _bounds(atom: Atom, parts: Sequence[Atom], known: Known) -> Iterator[Poly]:
    """Polynomials that an atom (its size, if it may be negative) is at most."""
    if atom in known.bounds:
        yield known.bounds[atom]
    form = dict(atom.form)
    kind = atom.kind.removeprefix("size of ").removeprefix("norm ")
    if kind == "number":
        return
    if atom.kind.startswith("norm"):
        yield from _by_parts(atom, form, parts)
        yield from _by_common_factor(kind, form)
    each = [list(_factors(kind, arrays, known)) for _, arrays in form]
    for chosen in islice(product(*each), MOST_CHOICES):
        pairs = zip(form.items(), chosen, strict=True)
        yield added(*(scaled(_times(known, ns, p), abs(c)) for ((ns, _), c), p in pairs))


def _by_parts(atom: Atom, form: Linear, parts: Sequence[Atom]) -> Iterator[Poly]:
    """The triangle inequality for a sum of what the other side has norms of."""
    alike = [p for p in dict.fromkeys(parts) if p.kind == atom.kind and p != atom]
    shares = combination(form, [dict(p.form) for p in alike])
    if shares is not None:
        pairs = zip(alike, shares, strict=True)
        yield added(*(single(p, abs(c)) for p, c in pairs if c))


def _by_common_factor(kind: str, form: Linear) -> Iterator[Poly]:
    """`A x - A y` is A (x - y), and so from the other side."""
    if len(form) < 2 or any(len(arrays) != 2 for _, arrays in form):
        return
    for side in (0, 1):
        common = {arrays[side] for _, arrays in form}
        rests: Linear = {(ns, (arrays[1 - side],)): c for (ns, arrays), c in form.items()}
        if len(common) > 1 or any(f.shape is None for _, ((f, _),) in rests):
            continue
        ((base, _),) = common
        inner_axes = {len(f.shape or ()) for _, ((f, _),) in rests}
        outer_axes = len(base.shape or ())
        if len(inner_axes) > 1 or kind not in ("2", "F"):
            continue
        factor, rest = canonical(rests)
        kinds = ["2"] if inner_axes == {1} else ["F", "2"]
        for inner in kinds:
            for outer in ("2",) if outer_axes == 1 else ("F", "2"):
                if kind == "2" or outer_axes == 1 or inner_axes == {1} or "F" in (inner, outer):
                    whole = Atom(f"norm {inner}", frozenset(rest.items()))
                    yield multiplied(norm_of(outer, base), single(whole, factor))


def _times(known: Known, numbers: Iterable[Term], bound: Poly) -> Poly:
    """A bound times the sizes of some numbers. Raises NotLinear where one is a sum."""
    for factor in numbers:
        poly = known.numbers[factor]
        if len(poly) != 1:
            raise NotLinear
        ((mono, c),) = poly.items()
        bound = multiplied(bound, {frozenset((a.sized, e) for a, e in mono): abs(c)})
    return bound


def _factors(kind: str, arrays: tuple[Factor, ...], known: Known) -> Iterator[Poly]:
    """Bounds of the norm (the size) of a product of arrays by norms of its factors."""
    bases = [base for base, _ in arrays]
    axes = [len(base.shape or ()) for base in bases]
    if len(bases) == 1 and kind not in ("product", "trace"):
        yield norm_of(kind, bases[0])
        if kind == "2" and axes[0] == 2:
            yield norm_of("F", bases[0])
        return
    if any(not 1 <= n <= 2 for n in axes) or kind not in ("2", "F", "product", "trace"):
        return
    if kind == "product" and axes == [1, 1]:
        for one, other in (*DUAL, *known.dual):
            yield multiplied(norm_of(one, bases[0]), norm_of(other, bases[1]))
        return
    of_entries = 0 if 1 in axes or kind == "2" else 2 if kind == "trace" else 1
    for kinds in product(*(("2",) if n == 1 else ("F", "2") for n in axes)):
        if kinds.count("F") >= of_entries:
            yield reduce(multiplied, map(norm_of, kinds, bases), {ONE: Fraction(1)})
