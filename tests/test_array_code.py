"""Code for a number and its gradients in arrays: right values, one pass, nothing materialised."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from symdl import read
from symdl.document.errors import CodeError, DeriveError, ReadError
from symdl.faces.expression import Expression
from symdl.faces.formula import load

SIZES = ((2, 3, 4, 5), (4, 2, 3, 2), (3, 5, 2, 4))
LIBRARY_NAMES = """
two_layer_network least_squares cross_entropy_batch logistic_regression ridge_regression
masked_attention info_nce logsumexp low_rank_adapter matrix_calculus quadratic_form
cosine_similarity cross_entropy kl_divergence mean_absolute_error mean_squared_error
batch_norm_training batch_gradient_descent lstm_step rnn_step transformer_block multi_head_attention
"""
WRITTEN = {
    r"\frac{1}{n} \lVert X W^T + \mathbf{1} b^T - Y \rVert_F^2": "X: n d; W: k d; b: k; Y: n k",
    r"\lVert \max(0, X W + b) U \rVert_F^2": "X: n d; W: d h; b: h; U: h k",
    r"\operatorname{tr}(A^T B) + \operatorname{tr}(A C)": "A: n m; B: n m; C: m n",
    r"\log \det M + a^T M^{-1} b": "M: n n; a: n; b: n",
    r"u^T \operatorname{diag}(v) A w": "u: n; v: n; A: n m; w: m",
    r"\mathbf{1}^T A \mathbf{1}": "A: n m",
    r"\lVert A \operatorname{diag}(v) \rVert_F^2": "A: n m; v: m",
    r"\lVert u v^T - A \rVert_F^2": "u: n; v: m; A: n m",
    r"\sum_{i=1}^n \sum_{j=1}^m A_{ij} e^{B_{ij}}": "A: n m; B: n m",
    r"\operatorname{tr}(M)^2": "M: n n",
    r"\log \sum_i e^{x_i}": "x: n",
    r"a^T \operatorname{softmax}(A x)": "a: n; A: n m; x: m",
    r"\lVert W_2 \tanh(W_1 x + b) - y \rVert^2": "W_2: k h; W_1: h d; b: h; x: d; y: k",
}


def declared(text: str) -> dict[str, str]:
    made = {}
    for part in text.split("; "):
        name, _, sizes = part.partition(": ")
        kind = "matrix" if " " in sizes else "vector"
        made[name] = f"{kind}({', '.join(sizes.split())})"
    return made


def cases() -> dict[str, Expression]:
    found = {name: load(name).expression for name in LIBRARY_NAMES.split()}
    return found | {text: read(text, declared(symbols)) for text, symbols in WRITTEN.items()}


CASES = cases()


def arguments(expression: Expression, sizes: tuple[int, ...], seed: int) -> tuple[Any, ...]:
    """Random positive arrays for each argument, square matrices far from singular."""
    random = np.random.default_rng(seed)
    table: dict[str, int] = {}
    made = []
    for symbol in expression.for_code()[1]:
        shape = [
            d if isinstance(d, int) else table.setdefault(d, sizes[len(table) % len(sizes)])
            for d in symbol.data.shape
        ]
        value = random.uniform(0.2, 0.9, shape)
        square = len(shape) == 2 and shape[0] == shape[1]
        made.append(value + 2 * np.eye(shape[0]) if square else value)
    return tuple(made)


def by_differences(function: Any, values: tuple[Any, ...], place: int) -> Any:
    slope = np.zeros_like(values[place])
    for entry in np.ndindex(slope.shape):
        ends = []
        for step in (1e-5, -1e-5):
            moved = [np.array(v) for v in values]
            moved[place][entry] += step
            ends.append(function(*moved))
        slope[entry] = (ends[0] - ends[1]) / 2e-5
    return slope


def numbers_of(expression: Any) -> list[Any]:
    """The numbers beside its arrays, which "all" means, too: none with a default, no sizes."""
    _, free, defaults = expression.for_code()
    sizes = {str(d) for s in free for d in s.data.shape}
    numbers = [s for s in free if s.data.shape == () and s not in defaults]
    return [s for s in numbers if s.data.name not in sizes]


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_those_of_differences(name: str) -> None:
    expression = CASES[name]
    both, value = expression.lambdify(derivative="all"), expression.lambdify()
    order = expression.for_code()[1]
    variables = [*expression.backward().gradients, *numbers_of(expression)]
    for seed, sizes in enumerate(SIZES):
        values = arguments(expression, sizes, seed)
        first, *slopes = both(*values)
        np.testing.assert_allclose(first, value(*values), rtol=1e-12)
        for variable, slope in zip(variables, slopes, strict=True):
            place = order.index(variable)
            assert slope.shape == values[place].shape
            wanted = by_differences(value, values, place)
            np.testing.assert_allclose(slope, wanted, rtol=1e-5, atol=1e-7)


NEIGHBOURS = {
    r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2": "x: n",
    r"\sum_{i=2}^n x_i x_{i-1} w_i": "x: n; w: n",
    r"\sum_{i=1}^{n-2} (x_{i+2} - 2x_{i+1} + x_i)^2": "x: n",
}
"""Sums over a part of an axis: beside the ends of an array its neighbours are none."""


@pytest.mark.parametrize(("text", "symbols"), NEIGHBOURS.items())
def test_gradients_of_neighbours(text: str, symbols: str) -> None:
    expression = read(text, declared(symbols))
    both, value = expression.lambdify(derivative="x"), expression.lambdify()
    place = [str(s.data.name) for s in expression.for_code()[1]].index("x")
    for seed, sizes in enumerate(SIZES):
        values = arguments(expression, tuple(max(n, 3) for n in sizes), seed)
        first, slope = both(*values)
        np.testing.assert_allclose(first, value(*values), rtol=1e-12)
        np.testing.assert_allclose(slope, by_differences(value, values, place), rtol=1e-5)


@pytest.mark.parametrize("name", [*CASES, "mlp_100_64_32_1"])
def test_gradients_are_those_of_automatic_differentiation(name: str) -> None:
    torch = pytest.importorskip("torch")
    expression = CASES[name] if name in CASES else load(name).expression
    both, value = expression.lambdify(derivative="all"), expression.lambdify("torch")
    own = expression.lambdify("torch", derivative="all")
    order = expression.for_code()[1]
    variables = [*expression.backward().gradients, *numbers_of(expression)]
    for seed, sizes in enumerate(SIZES):
        values = arguments(expression, sizes, seed)
        tensors = [torch.tensor(v, requires_grad=True) for v in values]
        value(*tensors).backward()
        _, *slopes = both(*values)
        _, *others = own(*(t.detach() for t in tensors))
        for variable, slope, other in zip(variables, slopes, others, strict=True):
            wanted = tensors[order.index(variable)].grad.numpy()
            size = max(1.0, float(np.abs(wanted).max()))
            assert np.abs(slope - wanted).max() <= 1e-10 * size
            assert np.abs(other.numpy() - wanted).max() <= 1e-10 * size


@pytest.mark.parametrize("name", ["two_layer_network", "cross_entropy_batch", "masked_attention"])
def test_nothing_is_made_that_is_not_needed(name: str) -> None:
    source = load(name).lambdify(derivative="all").source
    body = source[source.index("def f(") :]
    assert not re.search(r"np\.(ones|eye|diag|einsum|kron|zeros)\b", body)


def test_the_forward_pass_is_shared_and_keeps_its_names() -> None:
    source = load("two_layer_network").lambdify(derivative=["W_1", "b_1"]).source
    body = source[source.index("def f(") :]
    assert body.count("np.tanh") == 1
    for line in ("Z = X @ W_1.T + b_1", "H = np.tanh(Z)", "grad_W_1 = grad_Z.T @ X"):
        assert line in body
    assert body.rstrip().endswith("return L, grad_W_1, grad_b_1")


def test_float32_stays_float32() -> None:
    for name in ("two_layer_network", "info_nce", "mean_absolute_error"):
        expression = CASES[name]
        values = [v.astype(np.float32) for v in arguments(expression, SIZES[0], 0) if v.ndim]
        found = expression.lambdify(derivative="all")(*values)
        assert {r.dtype for r in found} == {np.dtype(np.float32)}


def test_log_sum_exp_does_not_overflow() -> None:
    value, slope = CASES[r"\log \sum_i e^{x_i}"].lambdify(derivative="x")(np.array([1e3, 1e3]))
    assert value == pytest.approx(1000.6931471805599)
    np.testing.assert_allclose(slope, [0.5, 0.5])


def test_a_column_times_a_row_is_an_outer_product() -> None:
    """Also where both have one size, where a product of vectors would run."""
    u, v = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    A = np.array([[1.0, 2.0], [0.0, 1.0]])
    value = read("u v^T A", declared("u: n; v: m; A: m k")).lambdify()
    np.testing.assert_allclose(value(A, u, v), np.outer(u, v) @ A)


def test_one_variable_by_name_and_several() -> None:
    expression = read(r"\lVert A x - y \rVert^2", declared("A: n m; x: m; y: n"))
    A, x, y = np.array([[1.0, 2.0]]), np.array([1.0, 1.0]), np.array([1.0])
    value, slope = expression.lambdify(derivative="x")(A, x, y)
    assert value == 4
    assert slope.tolist() == [4, 8]
    assert len(expression.lambdify(derivative=["x", "A"])(A, x, y)) == 3


@pytest.mark.parametrize("wanted", ["Q", "y_i"])
def test_a_variable_that_does_not_occur_is_refused(wanted: str) -> None:
    expression = read(r"\lVert A x \rVert^2", declared("A: n m; x: m; Q: n"))
    with pytest.raises((DeriveError, ReadError)):
        expression.lambdify(derivative=wanted)


def test_targets_without_arrays_are_refused() -> None:
    with pytest.raises(CodeError, match="gradients in arrays"):
        load("two_layer_network").export("c", "W_1")


@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
def test_export_on_the_command_line(target: str) -> None:
    command = [sys.executable, "-m", "symdl", "export", "two_layer_network", "--to", target]
    done = subprocess.run(
        [*command, "--derivative", "W1,b_1"], capture_output=True, text=True, check=True
    )
    compile(done.stdout, "exported", "exec")
    assert "return L, grad_W_1, grad_b_1" in done.stdout
    assert "grad_Z = grad_H * (1 - H * H)" in done.stdout


def test_what_is_defined_entry_by_entry_is_not_taken_for_a_constant() -> None:
    """A mean of columns moves with the matrix: its gradient counts, or is refused."""
    found = load("batch_norm_training").derivative("X")
    assert "m" not in found.free or "G" in found.free
    X, G = np.array([[1.0], [2.0], [4.0]]), np.array([[1.0], [0.0], [2.0]])
    value = load("batch_norm_training").expression.lambdify()
    _, slope = load("batch_norm_training").lambdify(derivative="X")(X, G)
    np.testing.assert_allclose(slope, by_differences(value, (X, G), 0), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        (r"A \mathbf{1}_{n \times n}", lambda a: a @ np.ones((3, 3))),
        (r"\mathbf{1}_{m \times m} A", lambda a: np.ones((2, 2)) @ a),
        (r"A + \mathbf{1}_{m \times n}", lambda a: a + 1),
        (r"A - (A \odot A) \mathbf{1}_{n \times n}", lambda a: a - (a * a) @ np.ones((3, 3))),
    ],
)
def test_matrices_of_ones(latex: str, wanted: Any) -> None:
    a = np.arange(6.0).reshape(2, 3)
    value = read(latex, declared("A: m n")).lambdify()
    np.testing.assert_allclose(value(a), wanted(a))


@pytest.mark.parametrize("text", [r"\lVert x \rVert_\infty", r"3 \max_i |x_i|"])
def test_the_slope_of_a_largest_norm_is_zero_at_entries_that_are_zero(text: str) -> None:
    expression = read(text, {"x": "vector(n)"})
    _, slope = expression.lambdify(derivative="x")(np.array([0.0, 3.0, -1.0]))
    np.testing.assert_array_equal(slope, [0, 3 if "3" in text else 1, 0])
    np.testing.assert_array_equal(
        expression.derivative("x").lambdify()(np.array([0.0, -2.0])) < 0, [0, 1]
    )


def test_the_jacobian_of_a_softmax_of_products_does_not_overflow() -> None:
    expression = read(r"\operatorname{softmax}(W x)", {"W": "matrix(m, n)", "x": "vector(n)"})
    weights, x = np.array([[1000.0, 0.0], [0.0, 1.0], [999.0, 1.0]]), np.array([1.0, 2.0])
    p, slope = expression.lambdify(derivative="x")(weights, x)
    np.testing.assert_allclose(slope, (np.diag(p) - np.outer(p, p)) @ weights)


@pytest.mark.parametrize("variable", ["all", "Q", "K", "V"])
def test_an_array_through_a_softmax_has_no_unsafe_jacobian(variable: str) -> None:
    with pytest.raises(DeriveError, match="an array"):
        load("scaled_dot_product").lambdify(derivative=variable)


def test_all_of_a_number_of_numbers_is_every_one_without_a_default() -> None:
    assert read("x^2 y").lambdify(derivative="all")(2.0, 3.0) == (12.0, 12.0, 4.0)
    assert load("sigmoid").lambdify(derivative="all")(0.0) == (0.5, 0.25)
    with pytest.raises(DeriveError, match="no variable"):
        read("2").lambdify(derivative="all")


def test_the_contrastive_loss_does_not_lose_small_probabilities() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(2, 64, 8)).astype(np.float32)
    a, b = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    logits = a.astype(float) @ b.T.astype(float) / 0.001
    top = logits.max(axis=1, keepdims=True)
    wanted = np.mean(np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0] - np.diag(logits))
    expression = load("info_nce").expression
    assert expression.lambdify()(a, b, 0.001) == pytest.approx(wanted, rel=1e-4)
    assert expression.lambdify(derivative="all")(a, b, 0.001)[0] == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize(
    ("argument", "shape", "message"),
    [
        ("Y", (2,), r"Y has the shape \(2,\), where \(n, k\) is declared"),
        ("Y", (1, 2), "axis 0 of Y, declared .* is 1, where n is 5 in X"),
        ("b_1", (1,), "axis 0 of b_1, declared .* is 1, where h is 4 in W_1"),
        ("W_1", (4, 4), "axis 1 of W_1, declared .* is 4, where d is 3 in X"),
    ],
)
def test_arguments_have_the_shapes_that_are_declared(
    argument: str, shape: tuple[int, ...], message: str
) -> None:
    function = load("two_layer_network").lambdify(derivative="all")
    shapes = {"X": (5, 3), "W_1": (4, 3), "b_1": (4,), "W_2": (2, 4), "b_2": (2,), "Y": (5, 2)}
    values = {name: np.ones(size) for name, size in shapes.items()}
    assert [np.shape(v) for v in function(**values)[1:]]
    with pytest.raises(CodeError, match=message):
        function(**{**values, argument: np.ones(shape)})
