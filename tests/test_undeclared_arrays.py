"""Arrays that nobody declared are judged for the most general sizes that fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import symdl
from symdl.cli import main
from symdl.document.errors import CodeError, DeriveError

CASES = Path(__file__).parent / "cases" / "undeclared_arrays.txt"


def _rows() -> list[tuple[str, ...]]:
    lines = (line for line in CASES.read_text("utf-8").splitlines() if line and line[0] != "#")
    return [tuple(map(str.strip, line.split(";"))) for line in lines]


@pytest.mark.parametrize(("statement", "given", "kind", "sizes"), _rows())
def test_the_sizes_that_fit(statement: str, given: str, kind: str, sizes: str) -> None:
    verdict = symdl.check(statement, given=[given] if given else [])
    assert verdict.kind == kind, verdict.message
    assert sizes in verdict.message


@pytest.mark.parametrize(
    ("latex", "variable", "derivative"),
    [
        (r"x^T A x", "x", "(A^T + A) x"),
        (r"x^T A x", "A", "x x^T"),
        (r"\|Ax - b\|^2", "A", "2((Ax - b) x^T)"),
        (r"\|x\|", "x", "x/‖x‖"),
        (r"\theta^T \tanh(x)", r"\theta", "tanh(x)"),
        (
            r"\sum_{i=1}^m (\theta^T x^{(i)} - y^{(i)})^2",
            r"\theta",
            "2(x^(•)^T (x^(•) θ - y^(•)))",
        ),
        (r"\sum_{i=1}^m \|W x^{(i)} - y^{(i)}\|^2", "W", "2((x^(•) W^T - y^(•))^T x^(•))"),
        (r"\sum_{i=1}^m \|W x_i - y_i\|^2", "W", "2((x W^T - y)^T x)"),
        (r"v^T s_{t-1} + v^T k_t", "v", "k_t + s_(t - 1)"),
        (
            r"g^T \tanh(W_{hh} h_{t-1} + W_{xh} x_t + b)",
            "W_{hh}",
            "(g ⊙ (1 - tanh(W_hh h_(t - 1) + W_xh x_t + b) ⊙ tanh(W_hh h_(t - 1) + W_xh x_t + b)))"
            " h_(t - 1)^T",
        ),
        (r"\frac{1}{2}(y - w^T x - b)^2", "w", "-(y - w^T x - b) x"),
        (
            r"-\sum_k y_k \log \operatorname{softmax}(Wx + b)_k",
            "b",
            "(1_m^T y) softmax(Wx + b) - y",
        ),
        (r"-\log \operatorname{softmax}(W^T x)_k", "W", "x_p (softmax(W^T x)_q - [k = q])"),
        (
            r"\|\operatorname{softmax}(\frac{QK^T}{\sqrt{d_k}})V - Y\|^2",
            "V",
            "2(softmax(Q K^T/sqrt(d_k))^T (softmax(Q K^T/sqrt(d_k)) V - Y))",
        ),
        (r"\log \sum_i \exp(Wx + b)_i", "b", "softmax(Wx + b)"),
        # where no capital is bold, those beside bold vectors are matrices
        (r"\|W\mathbf{x} + \mathbf{b} - \mathbf{y}\|^2", "W", "2((Wx + b - y) x^T)"),
        (r"\mathbf{u}^T W \mathbf{v} - \lambda \mathbf{b}^T \mathbf{v}", "W", "u v^T"),
        (r"\|A B \mathbf{x}\|^2", r"\mathbf{x}", "2(B^T A^T ABx)"),
        (r"\|(A - \lambda I)\mathbf{v}\|^2", r"\mathbf{v}", "2((A - λ I_n)^T (A - λ I_n) v)"),
        (r"\|\mathbf{y} - \Phi\mathbf{w}\|^2", r"\mathbf{w}", "-2(Φ^T (y - Φw))"),
        (
            r"\mathbf{x}^T A \mathbf{y} + \mathbf{y}^T B \mathbf{x}",
            r"\mathbf{x}",
            "(B^T + A) y",
        ),
        # an index that nothing sums over stays
        (r"e^{w_k^T x}", "x", "e^(w_k^T x) w_k"),
        (r"\log \frac{e^{w_k^T x}}{\sum_j e^{w_j^T x}}", "x", "w_k - w^T softmax(wx)"),
        (
            r"(w_k^T x)^2 + \sum_j (w_j^T x)^2",
            "x",
            "2(w^T wx + (w_k^T x) w_k)",
        ),
        (r"C \mathbf{w}^T \mathbf{x} + (K + 1) b", r"\mathbf{w}", "Cx"),
        (
            r"\mathbf{u}^T \mathbf{A} \mathbf{v} + A \mathbf{u}^T \mathbf{v}",
            r"\mathbf{u}",
            "Av + Av",
        ),
        (
            r"\mathbf{g}^T \tanh(W_h \mathbf{h}_{t-1} + \mathbf{b})",
            r"\mathbf{b}",
            "g ⊙ (1 - tanh(W_h h_(t - 1) + b) ⊙ tanh(W_h h_(t - 1) + b))",
        ),
    ],
)
def test_derivatives(latex: str, variable: str, derivative: str) -> None:
    assert repr(symdl.read(latex).derivative(variable)) == derivative


@pytest.mark.parametrize(
    ("latex", "given", "variable"),
    [
        (r"\|y_t - W h_t\|^2 + \|U\|^2", r"h_t = \tanh(U h_{t-1})", "U"),
        (r"(y_t - w h_t)^2 + u^2", r"h_t = \tanh(u h_{t-1})", "u"),
        ("m_t", r"m_t = \beta m_{t-1} + (1 - \beta) g_t", r"m_{t-2}"),
    ],
)
def test_earlier_states_are_not_held_fixed(latex: str, given: str, variable: str) -> None:
    arrays = {"h": "matrix(T, n)", "y": "matrix(T, n)", "U": "matrix(n, n)", "W": "matrix(n, n)"}
    symbols = arrays if variable == "U" else {}
    with pytest.raises(DeriveError, match="depend"):
        symdl.read(latex, symbols=symbols, given=[given]).derivative(variable)


@pytest.mark.parametrize(
    ("latex", "variable", "derivative"),
    [
        (r"m_t = \beta m_{t-1} + (1 - \beta) g_t", "m_{t-1}", "β"),
        (r"\|y_t - W h_{t-1}\|^2", "h_{t-1}", "-2(W^T (y_t - W h_(t - 1)))"),
        (r"\mathbf{x}_{k+1} = \mathbf{x}_k - \eta A \mathbf{x}_k", r"\mathbf{x}_k", "I_m - ηA"),
        (r"x_{k+1}^T A x_k", "x_{k}", "A^T x_(k + 1)"),
        (r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t", "h_{t-1}", "diag(1 - z_t)"),
        (r"h_t = z_t \odot (U h_{t-1})", "h_{t-1}", "diag(z_t) U"),
        (
            r"y_t = \operatorname{softmax}(V h_t)",
            "h_t",
            "(diag(softmax(V h_t)) - softmax(V h_t) softmax(V h_t)^T) V",
        ),
        (r"h_t = \tanh(w h_{t-1} + b)", "h_{t-1}", "w(1 - tanh(w h_(t - 1) + b)^2)"),
        (
            r"h_t = \tanh(W h_{t-1} + U x_t + b)",
            "h_{t-1}",
            "diag(1 - tanh(W h_(t - 1) + U x_t + b) ⊙ tanh(W h_(t - 1) + U x_t + b)) W",
        ),
        (r"h_t = o_t \odot \tanh(c_t)", "c_t", "diag(o_t) diag(1 - tanh(c_t) ⊙ tanh(c_t))"),
        (r"\sum_i (y_i - w^T x_i)^2", "x_i", "-2((y - xw) w^T)_i"),
    ],
)
def test_one_step_of_many_is_a_variable(latex: str, variable: str, derivative: str) -> None:
    assert repr(symdl.read(latex).derivative(variable)) == derivative


def test_two_rows_that_may_be_one_are_refused() -> None:
    with pytest.raises(DeriveError):
        symdl.read("L = a^T x_i + b^T x_j").derivative("x_i")


def test_numbers_and_code() -> None:
    gram = symdl.read("A^T A + I")
    assert str(gram.value({"A": "[[1, 2], [3, 4]]"})) == "[[11, 14], [14, 21]]"
    assert gram.lambdify()(np.array([[1.0, 2], [3, 4]])).tolist() == [[11, 14], [14, 21]]
    loss = symdl.read(r"\|XW - Y\|^2").lambdify(derivative="W")
    x, w, y = np.ones((3, 2)), np.zeros((2, 1)), np.ones((3, 1))
    value, slope = loss(w, x, y)
    assert value == 3
    assert slope.tolist() == [[-6], [-6]]


_RNG = np.random.default_rng(0)
A, B, M = (_RNG.standard_normal(s) for s in ((3, 2), (2, 4), (3, 3)))
X, Y, Z = (_RNG.standard_normal(n) for n in (3, 4, 3))


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize(
    ("latex", "values", "expected"),
    [
        ("A^T x", {"A": A, "x": X}, A.T @ X),
        ("A^T A", {"A": A}, A.T @ A),
        ("x y^T", {"x": X, "y": Y}, np.outer(X, Y)),
        ("x^T y", {"x": X, "y": Z}, X @ Z),
        ("M^T x + b", {"M": M, "x": X, "b": Z}, M.T @ X + Z),
        ("M^{-T}", {"M": M}, np.linalg.inv(M).T),
        ("(A^T A)^{-1} A^T x", {"A": A, "x": X}, np.linalg.solve(A.T @ A, A.T @ X)),
        ("B^T A^T", {"A": A, "B": B}, B.T @ A.T),
        (r"\operatorname{tr}(A^T A)", {"A": A}, np.sum(A * A)),
    ],
)
def test_code_keeps_transposes(
    latex: str, values: dict[str, np.ndarray], expected: np.ndarray, backend: str
) -> None:
    if backend == "torch":
        pytest.importorskip("torch")
    expression = symdl.read(latex)
    found = expression.lambdify(backend)(**values)
    assert np.allclose(np.asarray(found), expected, rtol=1e-10)
    if backend == "numpy":
        assert np.allclose(expression(**values), expected, rtol=1e-10)


@pytest.mark.parametrize("to", ["numpy", "torch", "jax"])
def test_exports_keep_transposes(to: str) -> None:
    text = symdl.read(r"\operatorname{softmax}(QK^T/\sqrt{d})V").export(to)
    assert "Q @ K.T" in text


def test_definitions_get_sizes_for_code() -> None:
    source = symdl.read("L", given=["L = A^T x"]).lambdify().source
    assert "A.T @ x" in source


def test_entrywise_code_takes_any_shape() -> None:
    f = symdl.read("x^2 + e^x").lambdify()
    assert f(np.ones((2, 3))).shape == (2, 3)


@pytest.mark.parametrize(("latex", "variable"), [(r"a^T u^{(l)} + a^T u^{(l-1)}", "a")])
def test_no_derivative_by_an_array_of_unknown_size(latex: str, variable: str) -> None:
    """`1^T u` is no gradient of `a^T u`."""
    with pytest.raises(DeriveError):
        symdl.read(latex).derivative(variable)


@pytest.mark.parametrize("latex", ["A^T x + A", "A^T + x^T A x"])
def test_code_is_refused_where_no_sizes_fit(latex: str) -> None:
    with pytest.raises(CodeError, match="how many axes A has") as refused:
        symdl.read(latex).lambdify()
    assert "--symbol 'A: matrix(m, n)'" in str(refused.value.hint)


@pytest.mark.parametrize(
    ("latex", "code"),
    [
        (r"A^{-1} b", "np.linalg.inv(A) @ b"),
        (r"R^{-1} a", "np.linalg.inv(R) @ a"),
        (r"W_2\tanh(W_1 x)", "W_2 @ np.tanh(W_1 @ x)"),
        (r"W_2\sigma(W_1 x)", "W_2 @ _sigmoid(W_1 @ x)"),
        (r"W_2\operatorname{ReLU}(W_1 x)", "W_2 @ np.maximum(W_1 @ x, 0)"),
        (r"A(B + C)", "A @ (B + C)"),
        (r"(A + B)C", "(A + B) @ C"),
        # numbers: a count, a power that is no inverse, a function of a number
        (r"V^{-1} n", "n / V"),
        (r"A^{-2} b", "b / A / A"),
        (r"A_1 \sin(t)", "A_1 * np.sin(t)"),
        (r"A(1 + C)", "A * (1 + C)"),
    ],
)
def test_matrices_beside_arrays(latex: str, code: str) -> None:
    assert symdl.read(latex).lambdify().source.rstrip().endswith(f"return {code}")


@pytest.mark.parametrize(
    ("latex", "value"),
    [
        ("A^2", "[[7, 10], [15, 22]]"),
        ("A^{-1}", "[[-2, 1], [1.5, -0.5]]"),
        ("(A+B)^2", "[[10, 14], [21, 31]]"),
        ("A^{-1}b", "[-1, 1]"),
        ("Ab", "[3, 7]"),
        ("A_{12}", "2"),
    ],
)
def test_values_declare_matrices(
    latex: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    values = {"A": "[[1,2],[3,4]]", "B": "[[1,0],[0,1]]", "b": "[1,1]"}
    words = [f"{name}={text}" for name, text in values.items() if name in latex]
    assert main(["eval", latex, *words]) == 0
    assert capsys.readouterr().out.strip() == value
