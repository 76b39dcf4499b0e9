"""The sum of all entries of an array in matrix notation: `1^T A x`, `tr(A^T B)`, a squared norm."""

from __future__ import annotations

from symdl.derivation.matrix.build import NotInMatrices, entrywise, ones, product, scaled
from symdl.expression.numerals import value_of
from symdl.expression.term import Dim, Shape, Term, make, number


def summed(array: Term) -> Term:
    """The sum of all entries of a vector or matrix."""
    sign = array.op == "neg"
    if sign:
        return make("neg", summed(array.args[0]))
    if array.op == "add":
        shape = array.shape
        return make("add", *(summed(_over_all(a, shape)) for a in array.args))
    if array.op == "pow" and value_of(array.args[1]) == 2:
        return make("norm", array.args[0], data="" if len(array.shape or ()) == 1 else "F") ** 2
    if array.op == "mul" and sum(bool(a.shape) for a in array.args) == 1:
        inner = next(a for a in array.args if a.shape)
        return scaled(*(a for a in array.args if a is not inner), summed(inner))
    if array.op == "diag" and len(array.shape or ()) == 1:
        return make("trace", array.args[0])
    if array.op == "reduce_sum" and len(array.args[0].shape or ()) == 2:
        return summed(array.args[0])
    if array.op == "div" and array.args[1].shape == () and array.args[0].shape:
        return scaled(make("div", number(1), array.args[1]), summed(array.args[0]))
    if array.op == "hadamard" and len(array.args) == 2 and array.args[0] is array.args[1]:
        return make("norm", array.args[0], data="" if len(array.shape or ()) == 1 else "F") ** 2
    if array.op == "hadamard" and len(array.shape or ()) == 2:
        return _of_product(array, *(array.shape or ()))
    if array.op == "hadamard" and len(array.args) == 2 and len(array.shape or ()) == 1:
        return make("matmul", make("transpose", array.args[0]), array.args[1])
    shape = array.shape or ()
    if len(shape) > 2:
        for _ in shape:
            array = make("reduce_sum", array)
        return array
    left = product(make("transpose", ones(shape[0])), array)
    return left if len(shape) == 1 else product(left, ones(shape[1]))


def _over_all(term: Term, shape: Shape) -> Term:
    """A number, or a row beside a matrix, at every entry of an array of this shape."""
    if term.shape == shape or not shape or len(shape) > 2:
        return term
    if term.shape == ():
        one = (
            [ones(shape[0])]
            if len(shape) == 1
            else [ones(shape[0]), make("transpose", ones(shape[1]))]
        )
        return scaled(term, product(*one))
    if len(shape) == 2 and term.shape == shape[1:]:
        return product(ones(shape[0]), make("transpose", term))
    raise NotInMatrices("a sum of arrays of unlike shapes")


def _of_product(array: Term, m: Dim, n: Dim) -> Term:
    """The sum of a product entry by entry of matrices, rows x and columns y: `y^T A x`, and
    `tr(A^T B)` of two matrices alone."""
    matrices: list[Term] = []
    rows: list[Term] = []
    columns: list[Term] = []
    for factor in array.args:
        column = _repeated(factor)
        if column is not None:
            columns.append(column)
        elif factor.shape in ((m, n), (n,)):
            (matrices if factor.shape == (m, n) else rows).append(_plain_power(factor))
        else:
            raise NotInMatrices("a sum of a product of arrays of unlike shapes")
    if len(matrices) > 1 and not rows and not columns:
        left, right = matrices[0], entrywise(*matrices[1:])
        return make("trace", make("matmul", make("transpose", left), right))
    left = make("transpose", entrywise(*columns) if columns else ones(m))
    right = entrywise(*rows) if rows else ones(n)
    if not matrices:
        return scaled(product(left, ones(m)), product(make("transpose", ones(n)), right))
    return product(left, entrywise(*matrices), right)


def _repeated(factor: Term) -> Term | None:
    """v of the matrix `v 1^T`, the same in every column."""
    if factor.op != "matmul" or len(factor.args) != 2:
        return None
    column, row = factor.args
    alike = row.op == "transpose" and row.args[0].op == "ones"
    return column if alike and len(column.shape or ()) == 1 else None


def _plain_power(array: Term) -> Term:
    """A whole power entry by entry as products and quotients entry by entry: in a product of
    matrices `A^2` would be read as A A, and `A^{-1}` as the inverse."""
    power = value_of(array.args[1]) if array.op == "pow" else None
    if power is None or power.denominator != 1 or not 1 <= abs(power) <= 8:
        return array
    base, times = array.args[0], abs(int(power))
    made = base if times == 1 else make("hadamard", *[base] * times)
    return made if power > 0 else make("div", number(1), made)
