"""Arrays as scalar terms: every operation against NumPy at random entries."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from symdl.derivation.components import components
from symdl.document.errors import DeriveError, ShapeError
from symdl.expression.operators import TABLE
from symdl.expression.scope import EMPTY, Scope
from symdl.expression.term import Term, make, number, postorder, symbol

SIZES = {"m": 2, "n": 3, "p": 4, "b": 2}
v, w = (symbol(s, "vector", ("n",)) for s in "vw")
A = symbol("A", "matrix", ("m", "n"))
B = symbol("B", "matrix", ("n", "p"))
Q, S = (symbol(s, "matrix", ("n", "n")) for s in "QS")
T = symbol("T", "tensor", ("b", "m", "n"))
U = symbol("U", "tensor", ("b", "n", "p"))
k = symbol("k")
RNG = np.random.default_rng(7)
VALUES = {
    t: RNG.uniform(0.5, 2, [SIZES[d] for d in t.shape or ()]) for t in (v, w, A, B, Q, S, T, U)
}
VALUES[k] = np.array(1.7)


def op(name: str, *args: Term, data: object = None) -> Term:
    return make(name, *args, data=data)


def numeric(term: Term) -> float:
    """A scalar term in floats; entries come from VALUES."""
    done: dict[Term, float] = {}
    for node in postorder(term):
        if node.op == "number":
            done[node] = float(node.data.value)
        elif node.op == "symbol":
            done[node] = float(VALUES[node]) if not node.shape else float("nan")
        elif node.op == "entry":
            place = tuple(int(i.data.value) - 1 for i in node.args[1:])
            done[node] = float(VALUES[node.args[0]][place])
        elif node.op == "relation":
            left, right = (done[a] for a in node.args)
            done[node] = float(left > right if node.data == (">",) else left < right)
        elif node.op == "piecewise":
            args = [done[a] for a in node.args]
            found = [a for a, c in zip(args[::2], args[1::2], strict=False) if c]
            done[node] = found[0] if found else args[-1]
        else:
            done[node] = FLOATS[node.op](*(done[a] for a in node.args))
    return done[term]


FLOATS = {
    "add": lambda *xs: sum(xs),
    "mul": lambda *xs: float(np.prod(xs)),
    "neg": lambda x: -x,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": abs,
    "max": max,
    "tanh": np.tanh,
    "relu": lambda x: max(x, 0.0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


def array(term: Term, scope: Scope = EMPTY, sizes: Mapping[str, int] = SIZES) -> np.ndarray:
    found = components(term, scope, sizes)
    return np.array([numeric(e) for e in found.entries]).reshape(found.shape)


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x)
    return e / e.sum(-1, keepdims=True)


n = VALUES
CASES = {
    "vector": (v, n[v]),
    "matrix": (A, n[A]),
    "tensor": (T, n[T]),
    "sum broadcast": (A + v, n[A] + n[v]),
    "scalar times": (k * A, n[k] * n[A]),
    "hadamard": (op("hadamard", v, w), n[v] * n[w]),
    "elementwise": (op("tanh", A), np.tanh(n[A])),
    "tensor broadcast": (T + A, n[T] + n[A]),
    "matrix vector": (op("matmul", A, v), n[A] @ n[v]),
    "matrix matrix": (op("matmul", A, B), n[A] @ n[B]),
    "three factors": (op("matmul", A, Q, B), n[A] @ n[Q] @ n[B]),
    "vector matrix": (op("matmul", v, B), n[v] @ n[B]),
    "vector vector": (op("matmul", v, w), n[v] @ n[w]),
    "row vector": (op("matmul", op("transpose", v), w), n[v] @ n[w]),
    "vector row": (op("matmul", v, op("transpose", w)), np.outer(n[v], n[w])),
    "row matrix": (op("matmul", op("transpose", v), B), (n[v] @ n[B])[None]),
    "quadratic form": (op("matmul", op("transpose", v), Q, w), n[v] @ n[Q] @ n[w]),
    "batched": (op("matmul", T, U), n[T] @ n[U]),
    "batched by one": (op("matmul", T, B), n[T] @ n[B]),
    "transpose": (op("transpose", A), n[A].T),
    "transpose twice": (op("transpose", op("transpose", v)), n[v]),
    "batched transpose": (op("transpose", T), np.swapaxes(n[T], -1, -2)),
    "dot": (op("dot", v, w), n[v] @ n[w]),
    "outer": (op("outer", v, w), np.outer(n[v], n[w])),
    "kron": (op("kron", A, Q), np.kron(n[A], n[Q])),
    "concat": (op("concat", v, w), np.concatenate([n[v], n[w]])),
    "diag of vector": (op("diag", v), np.diag(n[v])),
    "diag of matrix": (op("diag", Q), np.diag(n[Q])),
    "trace": (op("trace", Q), np.trace(n[Q])),
    "det": (op("det", Q), np.linalg.det(n[Q])),
    "inverse": (op("inverse", Q), np.linalg.inv(n[Q])),
    "norm": (op("norm", v, data="2"), np.linalg.norm(n[v])),
    "1-norm": (op("norm", v, data="1"), np.abs(n[v]).sum()),
    "max norm": (op("norm", v, data="inf"), np.abs(n[v]).max()),
    "3-norm": (op("norm", v, data="3"), np.linalg.norm(n[v], 3)),
    "Frobenius": (op("norm", A, data="F"), np.linalg.norm(n[A])),
    "squared norm": (op("norm", A, data="") ** number(2), (n[A] ** 2).sum()),
    "softmax": (op("softmax", v), softmax(n[v])),
    "softmax of rows": (op("softmax", A), softmax(n[A])),
    "log-softmax": (op("log_softmax", A), np.log(softmax(n[A]))),
    "logsumexp": (op("logsumexp", v), np.log(np.exp(n[v]).sum())),
    "mean": (op("mean", v), n[v].mean()),
    "mean of rows": (op("mean", A), n[A].mean(-1)),
    "variance": (op("variance", v), n[v].var()),
    "sum": (op("reduce_sum", v), n[v].sum()),
    "max of entries": (op("max", v), n[v].max()),
    "row of a matrix": (op("entry", A, number(2)), n[A][1]),
    "entry": (op("entry", op("matmul", A, B), number(2), number(3)), (n[A] @ n[B])[1, 2]),
    "linear layer": (op("matmul", A, op("transpose", Q)) + v, n[A] @ n[Q].T + n[v]),
    "attention": (
        op("matmul", op("softmax", op("matmul", A, op("transpose", Q)) / op("sqrt", k)), Q),
        softmax(n[A] @ n[Q].T / np.sqrt(n[k])) @ n[Q],
    ),
    "relu by cases": (
        op("piecewise", v, op("relation", v, number(1), data=(">",)), number(0) * v),
        np.where(n[v] > 1, n[v], 0),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_against_numpy(name: str) -> None:
    term, expected = CASES[name]
    found = array(term)
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


GRADIENTS = {
    "squared norm in A": (op("norm", op("matmul", A, v), data="2") ** number(2), A,
                          2 * np.outer(n[A] @ n[v], n[v])),
    "quadratic form": (op("matmul", op("transpose", v), Q, v), v, (n[Q] + n[Q].T) @ n[v]),
    "log-determinant": (op("log", op("det", op("matmul", Q, op("transpose", Q)))), Q,
                        2 * np.linalg.inv(n[Q]).T),
    "logsumexp": (op("logsumexp", v), v, softmax(n[v])),
    "trace of a product": (op("trace", op("matmul", Q, S)), Q, n[S].T),
    "Jacobian of softmax": (op("softmax", v), v,
                            np.diag(softmax(n[v])) - np.outer(softmax(n[v]), softmax(n[v]))),
    "Jacobian of a map": (op("matmul", A, v), v, n[A]),
}  # fmt: skip


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_against_closed_forms(name: str) -> None:
    term, variable, expected = GRADIENTS[name]
    found = array(make("derivative", term, variable, data="partial"))
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_values_take_the_place_of_symbols() -> None:
    literal = make("vector", number(1), number(2), number(3))
    found = components(op("norm", v, data="1"), Scope(values={v: literal}), {})
    assert [e.op for e in found.entries] == ["add"]


@pytest.mark.parametrize(
    ("term", "error"),
    [
        (op("det", symbol("D", "matrix", (5, 5))), DeriveError),
        (symbol("v", "vector", ("unknown",)), DeriveError),
        (symbol("v", "vector", (10**6,)), DeriveError),
        (op("norm", A, data="2"), DeriveError),
    ],
)
def test_refused(term: Term, error: type[Exception]) -> None:
    with pytest.raises(error):
        components(term, EMPTY, SIZES)


def test_sizes_that_do_not_fit() -> None:
    four = make("vector", *[number(1)] * 4)
    with pytest.raises(ShapeError):
        components(op("matmul", op("diag", v), four), EMPTY, SIZES)


def test_every_elementwise_row_works_on_arrays() -> None:
    for name, row in TABLE.items():
        if row.arity == 1:
            found = components(op(name, v), EMPTY, SIZES)
            assert found.entries[0] is op(name, op("entry", v, number(1)))
