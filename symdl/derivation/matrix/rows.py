"""One row of an array in matrix notation."""

from __future__ import annotations

from symdl.expression.term import Term, make, rebuild

_LEVEL = frozenset({"add", "neg", "hadamard"})


def row_of(array: Term, indices: tuple[Term, ...]) -> Term:
    """The row at indices, taken inside of sums, factors and products with a diagonal:
    `2(r_k \\mu_k - (r^T x)_k)` of `2(\\operatorname{diag}(r) \\mu - r^T x)`.

    >>> from symdl.expression.term import symbol
    >>> w, k = symbol("w", "matrix", ("m", "d")), symbol("k", "index", ())
    >>> row_of(make("neg", w), (k,)) is make("neg", make("entry", w, k))
    True
    """
    if not array.shape:
        return array
    if array.op in _LEVEL and all(a.shape == array.shape for a in array.args):
        return rebuild(array, tuple(row_of(a, indices) for a in array.args))
    if array.op in ("mul", "div") and sum(bool(a.shape) for a in array.args) == 1:
        return rebuild(array, tuple(row_of(a, indices) if a.shape else a for a in array.args))
    if array.op == "matmul" and array.args[0].op == "diag" and len(indices) == 1:
        below = array.args[1:]
        rest = make("matmul", *below) if len(below) > 1 else below[0]
        if len(rest.shape or ()) == 2:
            weight = make("entry", array.args[0].args[0], *indices)
            return make("mul", weight, row_of(rest, indices))
    return make("entry", array, *indices)
