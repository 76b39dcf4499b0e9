"""The data of a row cut into cases: which symbol has which value in each."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import documented_values as d
from documented_forms import Case, Form, Less, is_array

from symdl.expression.symbols import canonical_name, declare
from symdl.expression.term import Term, free_symbols, number, postorder

SUMMING = frozenset(
    {"sum", "mean", "softmax", "log_softmax", "logsumexp", "max_over", "product", "variance"}
)
LAYOUTS = ("whole", "rows", "columns")


def declared_arrays(form: Form, side: Term, layout: str) -> dict[str, Any]:
    """The arrays of the reading, and what is averaged, with the sizes of one case."""
    found = {}
    based = first_index(side)
    for one in free_symbols(side):
        try:
            value = form.value(one)
        except d.Missing:
            continue
        if not isinstance(value, list) or (based == 0 and rank(side, one)):
            continue
        if not is_array(one) and not _reduces(side) and not _of_arrays(form, side):
            continue
        lengths = d.shape(_one_case(form, side, one, value, layout, is_summed(side))[0])
        role = ("real", "vector", "matrix", "tensor")[min(len(lengths), 3)]
        sizes = f"({', '.join(map(str, lengths))})" if lengths else ""
        declared = declare(one.data.name, role + sizes)
        found[canonical_name(one.data.name)] = replace(declared, name=one.data.name)
    return found


def rank(side: Term, one: Term) -> int:
    """How many indices the formula gives an array; 0 if it is used whole."""
    return max(
        (len(t.args) - 1 for t in postorder(side) if t.op == "entry" and t.args[0] is one),
        default=0,
    )


def _reduces(side: Term) -> bool:
    return any(
        t.op in ("mean", "variance", "norm", "dot", "matmul", "softmax") for t in postorder(side)
    )


def has_no_arrays(form: Form, side: Term) -> bool:
    for one in free_symbols(side):
        try:
            if isinstance(form.value(one), list):
                return False
        except d.Missing:
            continue
    return True


def _of_arrays(form: Form, side: Term) -> bool:
    """Whether a letter is an array that is used whole: then the others are arrays too."""
    for one in free_symbols(side):
        if rank(side, one) or not (is_array(one) or one.data.name[:1].isupper()):
            continue
        try:
            axes = len(d.shape(_squeezed(form.value(one))))
        except d.Missing:
            continue
        if axes > 1 or (axes and is_array(one)):
            return True
    return False


def _squeezed(value: Any) -> Any:
    """Data of four axes (batch, length, heads, size) without those of one entry."""
    if len(d.shape(value)) < 4:
        return value
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if len(d.shape(value)) > 2 and all(len(v) == 1 for v in value):
        value = [v[0] for v in value]
    return value


def is_summed(side: Term) -> bool:
    return any(t.op in SUMMING for t in postorder(side))


def _one_case(
    form: Form, side: Term, one: Term, value: Any, layout: str, summed: bool
) -> list[Any]:
    """The values that a symbol has, case by case; one if it is the same in all."""
    axes, used = len(d.shape(value)), rank(side, one)
    if used:
        if used >= axes:
            return [value]
        if form.losses:
            return [d.flat(value)]
        if 1 in d.shape(value) and used == 1:
            return [d.flat(value)]
        return list(value) if summed else [d.flat(value)]
    if not is_array(one) and not _reduces(side) and not _of_arrays(form, side):
        return d.flat(value)
    value = _squeezed(value)
    axes = len(d.shape(value))
    if layout == "whole":
        return [value]
    if axes >= 2 and not one.data.name[:1].isupper():
        return (
            list(value)
            if layout == "rows"
            else [list(column) for column in zip(*value, strict=True)]
        )
    return [value]


def cases(form: Form, stated: Term, side: Term, layout: str, summed: bool) -> list[Case]:
    """The data of each case."""
    same: dict[Term, Any] = {}
    split: dict[Term, list[Any]] = {}
    for one in dict.fromkeys((*free_symbols(stated), *free_symbols(side))):
        if one.data.role == "function" or _is_index(side, one):
            continue
        written = stated if one in free_symbols(stated) else side
        try:
            value = form.value(one)
        except d.Missing:
            if one.data.domain.integer or one.data.name in "ijkcnNCD":
                continue
            bar = re.fullmatch(r"\\bar\{(\w+)\}", one.data.name)
            if bar and isinstance(form.values.get(bar[1]), list):
                entries = d.flat(form.values[bar[1]])
                same[one] = sum(entries) / len(entries)
                continue
            if one.data.name == r"\delta" and "correction" in form.values:
                same[one] = Less(form.values["correction"])
                continue
            raise
        if not isinstance(value, list):
            same[one] = value
            continue
        several = _one_case(form, written, one, value, layout, summed)
        if len(several) == 1:
            same[one] = several[0]
        else:
            split[one] = several
    count = max((len(v) for v in split.values()), default=1)
    arrays = [v for v in same.values() if isinstance(v, list)]
    beside = any(list(v) == own for v in split.values() for own in arrays)  # x and input_i
    return [
        Case(
            {**same, **{s: v[i % len(v)] for s, v in split.items()}},
            i if beside else None,
            frozenset(str(one.data.name) for one in split),
        )
        for i in range(count)
    ]


def _is_index(side: Term, one: Term) -> bool:
    places = (a for n in postorder(side) if n.op == "entry" for a in n.args[1:])
    return any(one in free_symbols(a) for a in places if a.op != "entry")


def first_index(side: Term) -> int:
    """0 where a sum over entries begins with 0, or an entry is number 0."""
    sums = (t for t in postorder(side) if t.op in ("sum", "product") and t.data == "range")
    return 0 if any(_from_zero(t.args[1]) and _indexes(t) for t in sums) else 1


def _from_zero(lower: Term) -> bool:
    return lower is number(0) or (lower.op == "max" and number(0) in lower.args)


def _indexes(binder: Term) -> bool:
    inside = (n for n in postorder(binder.args[3]) if n.op in ("entry", "call"))
    return any(binder.args[0] in free_symbols(a) for n in inside for a in n.args[n.op == "entry" :])
