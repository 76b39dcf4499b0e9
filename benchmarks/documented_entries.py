"""A formula written out for one case: sums unrolled, entries as numbers with their places."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import documented_values as d
from documented_cases import cases, first_index, has_no_arrays, is_summed
from documented_forms import Case, Form, Less, Output, is_array

from symdl.derivation.components import components
from symdl.derivation.expand import expand
from symdl.evidence.exact import exact
from symdl.evidence.sums.omissions import with_sums
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, constant, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as put

LONG = 4000


def written_side(
    form: Form, side: Term, scope: Scope, left: Term | None, layout: str
) -> list[Output]:
    found: list[Output] = []
    base = first_index(side)
    counted = left is not None and left.op == "entry" and left.args[-1] in free_symbols(side)
    if counted and not any(n.op == "entry" for n in postorder(side)) and has_no_arrays(form, side):
        base = 0  # `w[n] = ...` counts its outputs as programs do
    summed = is_summed(side) or any(
        n.op == "call" and any(map(is_array, n.args)) for n in postorder(side)
    )
    stated = side
    side = with_sums(expand(side, scope, {}) if not side.shape else side)
    for index, case in enumerate(cases(form, stated, side, layout, summed)):
        whole = {s: v for s, v in case.values.items() if isinstance(v, list)}
        term = _with_numbers(_counted(side, left, case), case)
        for places in _assignments(form, term, left, whole, base):
            if case.entry is not None and number(case.entry + base) not in places.values():
                continue
            closed = unrolled(put(term, places) if places else term, whole, base)
            found += _entries(closed, scope, case, base, index)
    return found


def _with_numbers(side: Term, case: Case) -> Term:
    """With whole numbers in limits and orders, and classes that are indices, as numbers."""
    table: dict[Term, Term] = {}
    for node in postorder(side):
        if node.op in ("sum", "product", "integral") and node.data == "range":
            inside = (*node.args[1:3],) if node.op != "integral" else ()
            for one in {s for limit in inside for s in free_symbols(limit)}:
                value = case.values.get(one)
                if isinstance(value, float | int) and float(value).is_integer():
                    table[one] = number(int(value))
        if node.op in ("factorial", "nth_derivative"):
            for one in free_symbols(node):
                value = case.values.get(one)
                if isinstance(value, float | int) and float(value).is_integer() and value >= 0:
                    table[one] = number(int(value))
    return put(side, table) if table else side


def _counted(side: Term, left: Term | None, case: Case) -> Term:
    """With the numbers of entries (N, C of the limits of sums) as numbers."""
    table: dict[Term, Term] = {}
    arrays = {s: v for s, v in case.values.items() if isinstance(v, list)}
    free = free_symbols(left) if left is not None and left.op == "entry" else frozenset()
    for node in postorder(side):
        if node.op not in ("sum", "product") or node.data != "range":
            continue
        length = _length(node.args[0], node.args[3], arrays)
        open_ = [
            s
            for s in free_symbols(node.args[2])
            if s not in {*case.values, *free} and s.data.role != "index"
        ]
        if length is None or len(open_) != 1:
            continue
        at_zero = exact(put(node.args[2], {open_[0]: number(0)}))
        lower = exact(node.args[1])
        if at_zero is not None and lower is not None:
            table[open_[0]] = number(lower + length - 1 - at_zero)
    longest = max((d.shape(v)[-1] for v in arrays.values()), default=1)
    for one in free_symbols(side):
        counts = one.data.domain.integer or one.data.name in "NCDn"
        if counts and one not in {*case.values, *table, *free} and one.data.role != "index":
            table[one] = number(longest)
    for one, value in case.values.items():
        if isinstance(value, Less):  # \delta N is one name
            count = next((v.data.value for s, v in table.items() if s.data.name == "N"), longest)
            table[one] = number(Fraction(str(value.amount)) / Fraction(count))
    return put(side, table) if table else side


def _length(index: Term, body: Term, arrays: Mapping[Term, Any]) -> int | None:
    for node in postorder(body):
        if node.op == "entry" and node.args[0] in arrays:
            lengths = d.shape(arrays[node.args[0]])
            for own, length in zip(node.args[1:], lengths, strict=False):
                if own is index:
                    return length
    return None


_COMBINE = {"sum": "add", "product": "mul", "max_over": "max", "min_over": "min"}


def unrolled(term: Term, arrays: Mapping[Term, Any], base: int) -> Term:
    """Sums, products and extreme values over numbers or over all entries written out."""
    table: dict[Term, Term] = {}
    for node in postorder(term):
        if node.op not in _COMBINE:
            continue
        now = put(node, table) if table else node
        bound = now.args[0]
        if now.data == "range":
            limits = [_rounded(now.args[1], math.ceil), _rounded(now.args[2], math.floor)]
            if now.args[2] is constant("infinity") and limits[0] is not None:
                limits[1] = limits[0] + 60
            if None in limits or limits[1] - limits[0] > LONG:
                continue
            numbers = range(limits[0], limits[1] + 1)
        else:
            length = _length(bound, now.args[-1], arrays)
            if length is None or now.data != "all":
                continue
            numbers = range(base, base + length)
        bodies = [substitute(now.args[-1], {bound: number(k)}) for k in numbers]
        bodies = [unrolled(b, arrays, base) for b in bodies] if _binds(now.args[-1]) else bodies
        empty = number(0 if now.op == "sum" else 1)
        table[node] = (
            make(_COMBINE[now.op], *bodies) if len(bodies) > 1 else bodies[0] if bodies else empty
        )
    return put(term, table) if table else term


def _binds(term: Term) -> bool:
    return any(n.op in _COMBINE for n in postorder(term))


def _rounded(term: Term, how: Any) -> int | None:
    """A limit of a sum over whole numbers."""
    value = exact(term)
    return None if value is None else int(how(value))


def whole(term: Term) -> int | None:
    value = exact(term)
    return int(value) if value is not None and value.denominator == 1 else None


def _assignments(
    form: Form, side: Term, left: Term | None, arrays: Mapping[Term, Any], base: int
) -> Iterator[dict[Term, Term]]:
    """Numbers for the free indices, in the order of the left side or of the axes they stand on."""
    free = free_symbols(side)
    sizes: dict[Term, int] = {}
    entries = [n for n in postorder(side) if n.op == "entry" and n.args[0] in arrays]
    for node in sorted(entries, key=lambda n: -len(d.shape(arrays[n.args[0]]))):
        for index, length in zip(node.args[1:], d.shape(arrays[node.args[0]]), strict=False):
            if index.op == "symbol" and index in free and index not in arrays:
                sizes[index] = length
    if left is not None and left.op == "entry":
        axes = d.shape(form.data["output"])
        if len(axes) == len(left.args) - 1:
            told = zip(left.args[1:], axes, strict=True)
            sizes |= {i: n for i, n in told if i in free and i not in sizes and i.op == "symbol"}
        order = [i for i in left.args[1:] if i in sizes]
        sizes = {**{i: sizes[i] for i in order}, **sizes}
    ranges = (range(base, base + n) for n in sizes.values())
    for places in itertools.product(*ranges):
        yield dict(zip(sizes, map(number, places), strict=True))


def _entries(closed: Term, scope: Scope, case: Case, base: int, at: int) -> list[Output]:
    """The closed terms of a case in leaves, with their values."""
    closed = _with_classes(closed, case, base)
    made = [closed]
    if closed.shape or any(n.shape for n in postorder(closed)):
        made = list(components(expand(closed, scope, {}), scope, {}).entries)
    found = []
    for term in made:
        table: dict[Term, Term] = {}
        point: dict[Term, float] = {}
        places: dict[Term, int] = {}
        for node in postorder(term):
            value = _leaf_value(node, case, base)
            if value is not None:
                leaf = table[node] = symbol(_name(node))
                point[leaf] = value
                places[leaf] = _place(node, case, base, at)
        found.append(Output(put(term, table) if table else term, point, places))
    return found


def _place(node: Term, case: Case, base: int, at: int) -> int:
    """Where a leaf stands in its data: behind the cases before, and its place in this one."""
    if node.op == "symbol":
        return at
    value = case.of(node.args[0])
    if not isinstance(value, list):
        return at
    own = 0
    lengths = d.shape(value)
    for index, length in zip(node.args[1:], lengths, strict=False):
        own = own * length + (whole(index) or 0) - base
    return at * math.prod(lengths) + own if node.args[0].data.name in case.split else own


def _with_classes(term: Term, case: Case, base: int) -> Term:
    """Entries whose values are indices of other entries as numbers."""
    table: dict[Term, Term] = {}
    for node in postorder(term):
        if node.op != "entry":
            continue
        for index in node.args[1:]:
            value = _leaf_value(index, case, base)
            if value is not None and float(value).is_integer():
                table[index] = number(int(value) + base)
    return put(term, table) if table else term


def _leaf_value(node: Term, case: Case, base: int) -> float | None:
    if node.op == "symbol":
        value = case.of(node)
        return float(value) if isinstance(value, float | int) else None
    if node.op != "entry" or case.of(node.args[0]) is None:
        return None
    value = case.of(node.args[0])
    if not isinstance(value, list):
        return float(value)
    for index in node.args[1:]:
        place = whole(index)
        if place is None or not isinstance(value, list) or not 0 <= place - base < len(value):
            return None
        value = value[place - base]
    return float(value) if not isinstance(value, list) else None


def _name(node: Term) -> str:
    if node.op == "symbol":
        return f"{node.data.name}"
    return f"{node.args[0].data.name}@{','.join(map(str, map(whole, node.args[1:])))}"


def _base(node: Term) -> str:
    return str((node.args[0] if node.op == "entry" else node).data.name)
