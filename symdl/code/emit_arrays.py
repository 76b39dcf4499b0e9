"""Text of whole-array operations, for the back ends that have arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from symdl.code.emit_places import PLACE_SPELLERS, count
from symdl.code.shift import LOG_TOTAL
from symdl.code.whole_numbers import END, PLACE
from symdl.document.errors import CodeError
from symdl.expression.numerals import value_of
from symdl.expression.term import Term

if TYPE_CHECKING:
    from symdl.code.writer import Spelled, Writer

ATOM, PRODUCT = 9, 6
_MATMUL = {
    "ab,bc->ac": "{0} @ {1}",
    "ab,cb->ac": "{0} @ {1}.T",
    "ba,bc->ac": "{0}.T @ {1}",
    "ab,b->a": "{0} @ {1}",
    "b,ab->a": "{1} @ {0}",
    "ab,a->b": "{1} @ {0}",
    "a,ab->b": "{0} @ {1}",
}
_COMMON = {
    "matmul": " @ ",
    "hadamard": " * ",
}
_NUMPY = {
    "softmax": "_softmax({0})",
    "log_softmax": "_log_softmax({0})",
    "logsumexp": "_logsumexp({0})",
    "mean": "{np}.mean({0}, axis=-1)",
    "variance": "{np}.var({0}, axis=-1)",
    "reduce_sum": "{np}.sum({0}, axis=-1)",
    "inverse": "{np}.linalg.inv({0})",
    "trace": "{np}.trace({0})",
    "det": "{np}.linalg.det({0})",
    "diag": "{np}.diag({0})",
    "tril": "{np}.tril({0})",
    "triu": "{np}.triu({0})",
    "outer": "{np}.multiply.outer({0}, {1})",
    "kron": "{np}.kron({0}, {1})",
    "dot": "{np}.sum({0} * {1})",
    "norm:": "{np}.sqrt({np}.sum({0} * {0}))",
    "sum_squares": "{np}.sum({0} * {0})",
    "norm:1": "{np}.sum({np}.abs({0}))",
    "norm:inf": "{np}.max({np}.abs({0}))",
    "reduce": "{np}.{how}({0}, axis={axis})",
    "reduce_all": "{np}.{how}({0})",
    "reorder": "{np}.transpose({0}, {axes})",
    "indices": "{np}.arange({0}, {1} + 1, dtype={kind})",
    "contract": "{np}.einsum('{spec}', {all})",
    "tensordot": "{np}.tensordot({0}, {1}, axes={axes})",
    "log_total": "_log_total({0}, {axis})",
    "stack": "{np}.stack({np}.broadcast_arrays({all}))",
    "concat": "{np}.concatenate(({all}), axis={axis})",
    "vec": "{np}.ravel({0}.T)",
    "array": "{np}.array({rows}, {kind})",
    "swap": "{np}.swapaxes({0}, -1, -2)",
    "with_diagonal": "_with_diagonal({0}, {1})",
    "ones": "{np}.ones(({all},), dtype={kind})",
    "identity": "{np}.eye({0}, dtype={kind})",
}
_TORCH = {
    **{
        k: v.replace("{np}", "torch").replace("axis=", "dim=").replace("{kind}", "{kind}{there}")
        for k, v in _NUMPY.items()
    },
    "variance": "torch.var({0}, dim=-1, correction=0)",
    "outer": "torch.tensordot({0}, {1}, dims=0)",
    "norm:inf": "torch.amax(torch.abs({0}))",
    "over_max": "torch.amax({0}, dim={axis})",
    "over_min": "torch.amin({0}, dim={axis})",
    "reorder": "{0}.permute({axes})",
    "tensordot": "torch.tensordot({0}, {1}, dims={axes})",
    "stack": "torch.stack(torch.broadcast_tensors({all}))",
    "concat": "torch.cat(({all}), dim={axis})",
    "array": "_array({flat}, {shape}, {kind}{there})",
    "swap": "torch.swapaxes({0}, -1, -2)",
}
ARRAYS = "numpy, torch and jax have arrays"
FORMS: Mapping[str, Mapping[str, str]] = {
    "numpy": {k: v.replace("{np}", "np") for k, v in _NUMPY.items()},
    "jax": {k: v.replace("{np}", "jnp") for k, v in _NUMPY.items()}
    | {"outer": "jnp.tensordot({0}, {1}, axes=0)"},
    "torch": _TORCH,
}


def _forms(w: Writer, node: Term) -> Mapping[str, str]:
    found = FORMS.get(w.backend.name)
    if found is None:
        if w.backend.name == "c":
            raise CodeError("C code is for numbers, not for arrays", hint=ARRAYS)
        raise CodeError(f"no SymPy code for whole arrays ({node.op})", hint=ARRAYS)
    return found


def _filled(w: Writer, form: str, node: Term, **more: object) -> Spelled:
    atoms = "{0}." in form or " * " in form or "{0}, {0}" in form
    first = node.args[0]
    if form.count("{0}") > 1 and w.text[first][1] < ATOM:
        w.text[first] = w.assign(first, w.text[first][0]), ATOM
    texts = [w.arg(a, ATOM if atoms else 0) for a in node.args]
    return form.format(*texts, all=", ".join(texts), **_type(w), **more), ATOM


def _type(w: Writer) -> dict[str, str]:
    """What a fresh array is told: the type of the parameters, and in PyTorch where they are."""
    ref = w.reference()
    return {"ref": ref, "kind": w.kind(), "there": f", device={ref}.device" if ref else ""}


def _plain(w: Writer, node: Term) -> Spelled:
    return _filled(w, _forms(w, node)[node.op], node)


def _sized(w: Writer, node: Term) -> Spelled:
    """An array of given sizes; one that is a parameter may have come as a float."""
    form = _forms(w, node)[node.op]
    texts = [f"int({w.text[a][0]})" if a.op == "symbol" else w.text[a][0] for a in node.args]
    return form.format(*texts, all=", ".join(texts), **_type(w)), ATOM


def _reduce(w: Writer, node: Term) -> Spelled:
    forms, (how, axis) = _forms(w, node), node.data
    name = "reduce_all" if axis is None else "reduce"
    form = forms.get(f"over_{how}", forms[name]) if axis is not None else forms[name]
    return _filled(w, form, node, how=how, axis=axis)


def _log_total(w: Writer, node: Term) -> Spelled:
    if w.backend.name == "c" and node.data is None:
        total = w.text[node.args[0]][0]
        for argument in node.args[1:]:
            total = f"logaddexp_({total}, {w.text[argument][0]})"
        return total, ATOM
    forms = _forms(w, node)
    if node.data is not None:
        return _filled(w, forms["log_total"], node, axis=node.data[1] or 0)
    stacked, _ = _filled(w, forms["stack"], node)
    return forms["log_total"].format(stacked, axis=0), ATOM


def _view(w: Writer, node: Term) -> Spelled:
    return f"{w.arg(node.args[0], ATOM)}[{', '.join(node.data)}]", ATOM


def _pick(w: Writer, node: Term) -> Spelled:
    waiting = iter(node.args[1:])
    places = [":" if p == ":" else _place(w, next(waiting)) for p in node.data]
    while places and places[-1] == ":":
        places.pop()
    found = f"[{', '.join(places)}]"
    if w.backend.name == "jax":  # where nothing can be raised, no place gives NaN
        found = f".at{found}.get(mode='fill')"
    return f"{w.arg(node.args[0], ATOM)}{found}", ATOM


def _place(w: Writer, index: Term) -> str:
    """An index counted from 0."""
    value = value_of(index.args[0] if index.op == PLACE else index)
    if value is not None and (value.denominator != 1 or value < 0):
        raise CodeError(f"an entry is counted from 1, not {value + 1}")
    return w.text[index][0]


def _concat(w: Writer, node: Term) -> Spelled:
    return _filled(w, _forms(w, node)["concat"], node, axis=node.data or -1)


def _slice(w: Writer, node: Term) -> Spelled:
    """Places from 1, both ends in, as Python counts them."""
    _forms(w, node)
    base, *ends = node.args
    axes = dict(zip(node.data, zip(ends[::2], ends[1::2], strict=True), strict=True))
    places = ["..."]
    for axis in range(min(node.data), 0):
        if axis not in axes:
            places.append(":")
            continue
        low, high = axes[axis]
        first = value_of(low)
        before = f"{count(w, low)} - 1" if first is None else str(int(first) - 1 or "")
        places.append(f"{w.text[low][0] if low.op == END else before}:{count(w, high)}")
    return f"{w.arg(base, ATOM)}[{', '.join(places)}]", ATOM


def _unvec(w: Writer, node: Term) -> Spelled:
    vector, rows, columns = node.args
    _forms(w, node)
    shape = f"({count(w, columns)}, {count(w, rows)})"
    return f"{w.arg(vector, ATOM)}.reshape({shape}).T", ATOM


def _reorder(w: Writer, node: Term) -> Spelled:
    if node.data == (1, 0):
        return f"{w.arg(node.args[0], ATOM)}.T", ATOM
    return _filled(w, _forms(w, node)["reorder"], node, axes=node.data)


def _tensordot(w: Writer, node: Term) -> Spelled:
    return _filled(w, _forms(w, node)["tensordot"], node, axes=node.data)


def _contract(w: Writer, node: Term) -> Spelled:
    form = _MATMUL.get(_canonical(node.data))
    if form is not None:
        return form.format(*(w.arg(a, ATOM) for a in node.args)), PRODUCT
    return _filled(w, _forms(w, node)["contract"], node, spec=node.data)


def _canonical(spec: str) -> str:
    """An einsum specification with its output letters first in the alphabet, for two factors."""
    left, _, right = spec.partition("->")
    inner = [c for c in dict.fromkeys(left.replace(",", "")) if c not in right]
    letters = {}
    if len(right) == 2 and len(inner) == 1:
        letters = {right[0]: "a", inner[0]: "b", right[1]: "c"}
    elif len(right) == 1 and len(inner) == 1:
        first = left.split(",")
        wide = next((p for p in first if len(p) == 2), "")
        if not wide:
            return spec
        letters = {wide[0]: "a", wide[1]: "b"}
    return "".join(letters.get(c, c) for c in spec)


def _indices(w: Writer, node: Term) -> Spelled:
    w.weak.discard(node)
    return _filled(w, _forms(w, node)["indices"], node)


def _extent(w: Writer, node: Term) -> Spelled:
    _forms(w, node)
    w.weak.add(node)
    return f"{w.arg(node.args[0], ATOM)}.shape[{node.data}]", ATOM


def _like(w: Writer, node: Term) -> Spelled:
    """A value in the shape and type of a parameter."""
    return w.backend.like.format(w.text[node.args[0]][0], w.text[node.args[1]][0]), ATOM


def _chain(w: Writer, node: Term) -> Spelled:
    _forms(w, node)
    link = _COMMON[node.op]
    texts = [w.arg(a, PRODUCT + bool(place)) for place, a in enumerate(node.args)]
    if node.op == "hadamard" and w.backend.name == "numpy":
        texts = _with_tests(w, node, texts)
    return link.join(texts), PRODUCT


def _with_tests(w: Writer, node: Term, texts: list[str]) -> list[str]:
    """The factors of a product of arrays, a test among them as it is: beside numbers it counts as
    1 or 0, and no array of these is made."""
    chosen = w.backend.where.partition("(")[0]
    tests = [
        a.op == "indicator" and t.startswith(chosen) for a, t in zip(node.args, texts, strict=True)
    ]
    if sum(tests) != 1 or len(texts) < 2:
        return texts
    return [
        f"({w.text[a.args[0]][0]})" if is_test else text
        for a, text, is_test in zip(node.args, texts, tests, strict=True)
    ]


def _transpose(w: Writer, node: Term) -> Spelled:
    forms = _forms(w, node)
    if node.data == 2:
        return f"{w.arg(node.args[0], ATOM)}.T", ATOM
    return forms["swap"].format(w.text[node.args[0]][0]), ATOM


def _norm(w: Writer, node: Term) -> Spelled:
    kind = {"": "", "2": "", "F": ""}.get(node.data, node.data)
    form = _forms(w, node).get(f"norm:{kind}")
    if form is None:
        raise CodeError(f"no code for the {node.data}-norm")
    return _filled(w, form, node)


def _array(w: Writer, node: Term) -> Spelled:
    texts = [w.text[a][0] for a in node.args]
    shape = node.data if node.op == "matrix" else (len(texts),)
    width = shape[-1]
    rows = [f"[{', '.join(texts[i : i + width])}]" for i in range(0, len(texts), width)]
    whole = f"[{', '.join(rows)}]" if node.op == "matrix" else rows[0]
    flat = f"[{', '.join(texts)}]"
    form = _forms(w, node)["array"]
    return form.format(rows=whole, flat=flat, shape=shape, **_type(w)), ATOM


def _row_reduce(w: Writer, node: Term) -> Spelled:
    # The reduction itself: np.sum and np.max take as long to find it as a row of 1000 takes.
    how = {"sum": "add", "prod": "multiply", "max": "maximum", "min": "minimum"}[node.data]
    return f"np.{how}.reduce({w.text[node.args[0]][0]}, axis=-1, keepdims=True)", ATOM


def _row_exp(w: Writer, node: Term) -> Spelled:
    texts = ", ".join(w.text[a][0] for a in node.args)
    c = w.backend.name == "c"
    return f"row_exp_({texts})" if c else f"_row_exp({texts}, kind)", ATOM


def _row_log_total(w: Writer, node: Term) -> Spelled:
    return f"_row_log_total({w.text[node.args[0]][0]}, {w.text[node.args[1]][0]})", ATOM


def _row_length(w: Writer, node: Term) -> Spelled:
    w.weak.add(node)
    return f"{w.text[node.args[0]][0]}.shape[-1]", ATOM


ARRAY_SPELLERS: dict[str, Callable[[Writer, Term], Spelled]] = {
    **dict.fromkeys(
        ("softmax", "log_softmax", "logsumexp", "mean", "variance", "reduce_sum", "inverse"), _plain
    ),
    **dict.fromkeys(
        ("trace", "det", "diag", "outer", "kron", "vec", "dot", "sum_squares", "with_diagonal"),
        _plain,
    ),
    **dict.fromkeys(("tril", "triu"), _plain),
    **PLACE_SPELLERS,
    "concat": _concat,
    "slice": _slice,
    "unvec": _unvec,
    "ones": _sized,
    "identity": _sized,
    "matmul": _chain,
    "hadamard": _chain,
    "transpose": _transpose,
    "norm": _norm,
    "matrix": _array,
    "vector": _array,
    "reduce": _reduce,
    LOG_TOTAL: _log_total,
    "view": _view,
    "pick": _pick,
    "reorder": _reorder,
    "contract": _contract,
    "tensordot": _tensordot,
    "indices": _indices,
    "extent": _extent,
    "like": _like,
    "row_reduce": _row_reduce,
    "row_exp": _row_exp,
    "row_log_total": _row_log_total,
    "row_length": _row_length,
}
