"""Callables: types and shapes kept, work shared, nothing of a document executed."""

from __future__ import annotations

import os
import warnings
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from symdl import read
from symdl.code.lambdify import lambdify
from symdl.document.errors import CodeError
from symdl.expression.domain import POSITIVE
from symdl.expression.term import Term, make, number, symbol

x, w, b = symbol("x"), symbol("w"), symbol("b")


def exp(u: Term) -> Term:
    return make("exp", u)


def test_python_numbers_give_python_numbers() -> None:
    f = lambdify(x**2 + 1, [x], derivative=x)
    assert f(3) == (10.0, 6.0)
    assert all(type(v) is float for v in f(3))


def test_numpy_scalars_keep_their_type() -> None:
    f = lambdify(1 / (1 + exp(-x)), [x])
    assert type(f(np.float32(1))) is np.float32
    assert type(f(np.float64(1))) is np.float64


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize(
    "body",
    [
        x**3 / 7 + make("constant", data="pi"),
        make("relu", x),
        make("max", number(0), x),
        make("piecewise", x, make("relation", x, number(0), data=(">",)), number(1) / 3),
        make("normal_cdf", x),
        make("erf", x),
        make("sqrt", make("abs", x)),
        number(2),
    ],
    ids=repr,
)
def test_float32_stays_float32(body: Term, kind: type) -> None:
    points = np.linspace(-2, 2, 7).astype(kind)
    for result in lambdify(body, [x], derivative=x)(points):
        assert result.dtype == kind
        assert result.shape == points.shape


def test_arguments_broadcast_and_whole_numbers_become_floats() -> None:
    f = lambdify(w * x + b, [w, x, b])
    assert f(np.arange(3), np.ones((2, 1), dtype=int), 1).shape == (2, 3)
    assert f(np.arange(3), 2, b=1).dtype == np.float64


def test_parameters_have_defaults_and_names() -> None:
    beta = symbol("\\beta_1")
    f = lambdify(beta * x, [x, beta], defaults={beta: Fraction(9, 10)})
    assert f.parameters == ("x", "beta_1")
    assert f(2.0) == pytest.approx(1.8)
    assert f(2.0, beta_1=1) == 2
    assert f(2.0, **{"\\beta_1": 3}) == 6


def test_shared_work_is_done_once() -> None:
    f = lambdify(x * make("tanh", make("log", 2 + exp(x))), [x], derivative=x)
    body = f.source[f.source.index("def f(") :]
    assert body.count("np.log(") == 1
    assert body.count("np.tanh(") == 1


def test_several_derivatives() -> None:
    f = lambdify((w * x + b) ** 2, [w, x, b], derivative=[w, b])
    assert f(2.0, 3.0, 1.0) == (49.0, 42.0, 14.0)


def test_kinks_have_the_documented_value() -> None:
    assert lambdify(make("relu", x), [x], derivative=x)(0.0) == (0.0, 0.0)
    assert lambdify(make("max", number(0), x), [x], derivative=x)(0.0) == (0.0, 0.0)
    assert lambdify(make("abs", x), [x], derivative=x)(0.0) == (0.0, 0.0)
    leaky = make("piecewise", x, make("relation", x, number(0), data=(">",)), x / 100)
    assert lambdify(leaky, [x], derivative=x)(0.0) == (0.0, 0.01)


def test_a_branch_not_taken_warns_of_nothing() -> None:
    positive = make("relation", x, number(0), data=(">",))
    safe_log = make("piecewise", make("log", x), positive, number(0))
    elu = make("piecewise", x, positive, exp(x) - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        points = np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0])
        assert np.isfinite(lambdify(safe_log, [x], derivative=x)(points)).all()
        assert np.isfinite(lambdify(elu, [x], derivative=x)(points)).all()


def test_outside_the_domain_is_nan_not_a_guess() -> None:
    with np.errstate(invalid="ignore"):
        assert np.isnan(lambdify(make("log", x), [x])(-1.0))
    holed = make("piecewise", x, make("relation", x, number(0), data=(">",)))
    assert np.isnan(lambdify(holed, [x])(-1.0))


def test_one_minus_a_power_near_one() -> None:
    beta, t = symbol("beta", domain=POSITIVE), symbol("t")
    f = lambdify(1 - beta**t, [beta, t])
    assert f(0.999, 1.0) == pytest.approx(float(1 - Fraction(0.999)), rel=1e-15)


def test_names_of_a_document_are_never_executed(tmp_path: object) -> None:
    trap = f"{tmp_path}/trap"
    nasty = [
        f"__import__('os').system('touch {trap}')",
        "x): import os #",
        "lambda",
        "np",
        "_floats",
        '"""',
        "x\n    raise SystemExit",
    ]
    symbols = [symbol(n) for n in nasty]
    body = symbols[0]
    for s in symbols[1:]:
        body = body * s
    f = lambdify(body, symbols, doc=nasty)
    assert f(*[2.0] * len(nasty)) == 2.0 ** len(nasty)
    assert not os.path.exists(trap)
    assert len(set(f.parameters)) == len(nasty)
    assert all(p.isidentifier() for p in f.parameters)
    code = f.source[f.source.index("    x1") :] if "    x1" in f.source else f.source
    assert "__import__" not in code.replace('"""', "").split("return")[-1]


def test_generated_code_imports_nothing_else() -> None:
    from symdl.code.lambdify import compile_source

    with pytest.raises(ImportError):
        compile_source("import os\ndef f():\n    return 1\n", [], "numpy", "f")
    with pytest.raises(NameError):
        compile_source("def f():\n    return open('x')\n", [], "numpy", "f")()


def test_what_has_no_code_is_refused() -> None:
    with pytest.raises(CodeError):
        lambdify(make("dots", data="..."), [])
    with pytest.raises(CodeError):
        lambdify(x + symbol("y"), [x])
    with pytest.raises(CodeError):
        lambdify(x, [x], "fortran")


def test_deep_terms_compile() -> None:
    chain = x
    for _ in range(2000):
        chain = make("tanh", chain)
    assert abs(lambdify(chain, [x])(0.5)) < 0.05


def test_torch_functions_are_callable() -> None:
    torch = pytest.importorskip("torch")
    f = lambdify(make("relu", x), [x], "torch", derivative=x)
    value, slope = f(torch.tensor([-1.0, 0.0, 2.0]))
    assert value.tolist() == [0, 0, 2]
    assert slope.tolist() == [0, 0, 1]
    assert value.dtype == torch.float32


def test_the_source_tells_the_value_at_a_kink() -> None:
    assert "At a kink" in lambdify(make("relu", x), [x], derivative=x).source
    assert "At a kink" not in lambdify(x**2, [x], derivative=x).source


def test_constants_without_value_or_too_large() -> None:
    undefined = make("log", number(-1)) + x
    assert np.isnan(lambdify(undefined, [x])(1.0))
    assert lambdify(exp(number(10**4)) * x, [x])(2.0) == float("inf")


@pytest.mark.parametrize("backend", ["numpy", "c"])
@pytest.mark.parametrize("given", [None, [None, 1.0], np.array([1.0, None])])
def test_none_is_no_number(given: object, backend: str) -> None:
    with pytest.raises(TypeError, match="None"):
        lambdify(make("tanh", x), [x], backend)(given)
    v = symbol("v", "vector", ("n",))
    with pytest.raises((TypeError, CodeError)):
        lambdify(make("softmax", v), [v], backend)(given)
    m = symbol("M", "matrix", ("k", "n"))
    with pytest.raises(TypeError):
        lambdify(make("matmul", m, v), [m, v])([[1.0, 2.0]], given)


@pytest.mark.parametrize("name", ["i", "kind", "out", "shape", "ctx", "grad", "t1", "np"])
def test_no_name_of_a_symbol_meets_one_of_the_code(name: str) -> None:
    """Arguments called like what generated code calls its own are still these arguments."""
    latex = f"\\log(1 + e^{{\\mathrm{{{name}}} y}})"
    expression = read(latex, {f"\\mathrm{{{name}}}": "real", "y": "real"})
    values = {name: np.linspace(-2, 2, 5), "y": np.full(5, 3.0)}
    wanted = np.log1p(np.exp(3 * np.linspace(-2, 2, 5)))
    f = expression.lambdify(derivative=[s.data.name for s in expression.for_code()[1]])
    places = [n.strip("_") for n in f.parameters]
    np.testing.assert_allclose(f(*(values[n] for n in places))[0], wanted)
    if find_spec("torch") is not None:
        space: dict[str, Any] = {}
        exec(expression.export("torch", differentiable=True), space)
        import torch

        given = [torch.tensor(values[n], requires_grad=True) for n in places]
        made = space["f"](*given)
        made.sum().backward()
        np.testing.assert_allclose(made.detach().numpy(), wanted)
        slope = given[places.index(name)].grad
        np.testing.assert_allclose(slope, 3 / (1 + np.exp(-3 * values[name])))
