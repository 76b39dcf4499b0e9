"""Operations on arrays of concrete size: determinants, inverses, norms, softmax, means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from itertools import product as places

from symdl.derivation.arrays import (
    Components,
    build,
    diag,
    dot,
    every_place,
    kron,
    matmul,
    outer,
    scalar,
    transpose,
    vec,
)
from symdl.derivation.context import times
from symdl.document.errors import DeriveError, ShapeError
from symdl.expression.misfits import show
from symdl.expression.numerals import ONE, spell
from symdl.expression.term import Term, combined, make, number


def trace(array: Components) -> Components:
    """The sum of the diagonal."""
    _check_square(array, "trace")
    return scalar(combined("add", [array.at((i, i)) for i in range(array.shape[0])]))


def _check_square(array: Components, what: str) -> int:
    if len(array.shape) != 2 or array.shape[0] != array.shape[1]:
        raise ShapeError(f"{what} of shape {show(array.shape)}: the matrix is not square")
    return array.shape[0]


def determinant(array: Components) -> Term:
    """The determinant by cofactors along the first row, up to 4 x 4."""
    n = _check_square(array, "determinant")
    if n > 4:
        raise DeriveError(f"determinants are written out up to 4 x 4, this is {n} x {n}")
    minors: dict[tuple[int, ...], Term] = {(): ONE}
    for size in range(1, n + 1):
        row, smaller, minors = n - size, minors, {}
        for columns in (c for c in places(*[range(n)] * size) if list(c) == sorted(set(c))):
            parts = []
            for k, column in enumerate(columns):
                rest = columns[:k] + columns[k + 1 :]
                part = times(array.at((row, column)), smaller[rest])
                parts.append(-part if k % 2 else part)
            minors[columns] = combined("add", parts)
    return minors[tuple(range(n))]


def inverse(array: Components) -> Components:
    """The inverse: the transposed cofactors over the determinant, up to 4 x 4."""
    n = _check_square(array, "inverse")
    whole = determinant(array)

    def entry(p: tuple[int, ...]) -> Term:
        rows = [i for i in range(n) if i != p[1]]
        columns = [j for j in range(n) if j != p[0]]
        inner = build((n - 1, n - 1), lambda q: array.at((rows[q[0]], columns[q[1]])))
        cofactor = determinant(inner) if n > 1 else ONE
        return (-cofactor if sum(p) % 2 else cofactor) / whole

    return build((n, n), entry)


def over_last_axis(
    rule: Callable[[Sequence[Term]], Sequence[Term] | Term],
) -> Callable[[Components], Components]:
    """A rule for one vector as a rule for every row along the last axis."""

    def applied(array: Components) -> Components:
        if not array.shape:
            raise DeriveError("a softmax, mean or sum over entries needs an array, not a number")
        lead = array.shape[:-1]
        results = [rule(array.part(p).entries) for p in every_place(lead)]
        if isinstance(results[0], Term):
            return Components(lead, tuple(r for r in results if isinstance(r, Term)))
        entries = tuple(e for r in results if not isinstance(r, Term) for e in r)
        return Components(array.shape, entries, array.row)

    return applied


def _softmax(xs: Sequence[Term]) -> Sequence[Term]:
    powers = [make("exp", x) for x in xs]
    total = combined("add", powers)
    return [p / total for p in powers]


def _logsumexp(xs: Sequence[Term]) -> Term:
    return make("log", combined("add", [make("exp", x) for x in xs]))


def _log_softmax(xs: Sequence[Term]) -> Sequence[Term]:
    total = _logsumexp(xs)
    return [x - total for x in xs]


def _mean(xs: Sequence[Term]) -> Term:
    return combined("add", xs) / number(len(xs))


def _variance(xs: Sequence[Term]) -> Term:
    """The mean square distance from the mean (dividing by n, as normalisation layers do)."""
    mean = _mean(xs)
    return combined("add", [(x - mean) ** 2 for x in xs]) / number(len(xs))


def sum_of_squares(array: Components) -> Term:
    """The square of the Euclidean or Frobenius norm."""
    return combined("add", [e**2 for e in array.entries])


def norm(array: Components, kind: str) -> Term:
    """A norm by its mark; unmarked is Euclidean for vectors, Frobenius for matrices.

    Raises DeriveError for the spectral norm of a matrix.
    """
    vector = len(array.shape) <= 1 or array.row
    if not array.shape:
        return make("abs", array.entries[0])
    if kind in ("", "F") or (kind == "2" and vector):
        return make("sqrt", sum_of_squares(array))
    sizes = [make("abs", e) for e in array.entries]
    if vector and kind == "1":
        return combined("add", sizes)
    if vector and kind in ("inf", r"\infty"):
        return sizes[0] if len(sizes) == 1 else make("max", *sizes)
    if vector and kind.isdigit() and int(kind) > 0:
        p = int(kind)
        return combined("add", [s ** number(p) for s in sizes]) ** spell(Fraction(1, p))
    raise DeriveError(f"the norm marked {kind!r} of shape {show(array.shape)} is not written out")


def constant_array(op: str, sizes: Sequence[int]) -> Components:
    """An array of ones, or the identity, of known size."""
    if op == "identity":
        shape = (sizes[0], sizes[0])
        return build(shape, lambda p: number(1) if p[0] == p[1] else number(0))
    return build(tuple(sizes), lambda p: ONE)


UNARY: dict[str, Callable[[Components], Components]] = {
    "transpose": transpose,
    "inverse": inverse,
    "trace": trace,
    "det": lambda a: scalar(determinant(a)),
    "diag": diag,
    "vec": vec,
    "softmax": over_last_axis(_softmax),
    "log_softmax": over_last_axis(_log_softmax),
    "logsumexp": over_last_axis(_logsumexp),
    "mean": over_last_axis(_mean),
    "variance": over_last_axis(_variance),
    "reduce_sum": over_last_axis(partial(combined, "add")),
}
BINARY: dict[str, Callable[[Components, Components], Components]] = {
    "matmul": matmul,
    "dot": dot,
    "outer": outer,
    "kron": kron,
}
