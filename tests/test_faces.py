"""The Python faces: expressions, formulas, verdicts, findings."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
import sympy

import symdl
from symdl.document.places import library_folder

SIGMOID = r"\frac{1}{1+e^{-x}}"


def test_an_expression_reads_derives_and_runs() -> None:
    e = symdl.read(SIGMOID, symbols={"x": "real"})
    assert repr(e) == "1/(1 + e^(-x))"
    assert (e.shape, e.free) == ((), ("x",))
    x = sympy.Symbol("x", real=True)
    assert sympy.simplify(e.sympy - 1 / (1 + sympy.exp(-x))) == 0
    assert symdl.read(e.latex, symbols={"x": "real"}).term is e.term
    d = e.derivative("x")
    assert d.steps
    assert d(x=0.0) == pytest.approx(0.25)
    f = e.lambdify("numpy")
    assert "def " in f.source
    assert f(np.array([0.0, 1.0])).shape == (2,)
    value, slope = e.lambdify("numpy", derivative="x")(0.0)
    assert (value, slope) == (0.5, 0.25)
    assert e(x=2.0) == pytest.approx(1 / (1 + math.exp(-2)))


def test_a_statement_is_read_too() -> None:
    e = symdl.read(r"L = (y - (wx + b))^2")
    assert e.free == ("L", "b", "w", "x", "y")
    assert repr(e.right.derivative("b"))
    assert isinstance(e.sympy, sympy.Eq)


def test_what_is_given_holds() -> None:
    e = symdl.read("L", given=["L = (1 - w)^2"])
    assert e.derivative("w")(w=3.0) == pytest.approx(4.0)
    assert e.value({"w": "1/2"}).exact == ("0.25",)


def test_values_are_exact_or_certain() -> None:
    assert str(symdl.read(r"\frac{1}{3} + x").value({"x": "0.1"})) == "13/30"
    assert str(symdl.read(r"e^x").value({"x": "1"}, digits=30)) == "2.71828182845904523536028747135"
    assert (
        str(
            symdl.read("W x", symbols={"W": "matrix(2, 2)", "x": "vector(2)"}).value(
                {"W": "[[1, 2], [3, 4]]", "x": "[5, 6]"}
            )
        )
        == "[17, 39]"
    )
    with pytest.raises(symdl.DeriveError, match="no value"):
        symdl.read(r"\frac{1}{x}").value({"x": "0"})
    with pytest.raises(symdl.DeriveError, match="no value for y"):
        symdl.read("x + y").value({"x": "0"})


def test_a_formula_of_the_library() -> None:
    f = symdl.load("sigmoid")
    assert (f.name, f.title, f.kind) == ("sigmoid", "Logistic sigmoid", "activation")
    assert f.symbols["x"].role == "scalar"
    assert f.claims
    assert f.examples
    assert f.source is not None
    assert f.source.title
    assert r"\frac{1}{1 + e^{-x}}" in f.latex
    assert f(x=2.0) == pytest.approx(0.880797, abs=1e-6)
    assert f.derivative("x")(x=0.0) == pytest.approx(0.25)
    assert f.lambdify("numpy", derivative="x")(0.0) == (0.5, 0.25)
    assert symdl.load("Logistic").name == "sigmoid"
    assert symdl.load("leaky-ReLU").name == "leaky_relu"
    assert all(finding.verdict != "refuted" for finding in f.check())


def test_parameters_have_their_defaults() -> None:
    f = symdl.load("elu")
    assert f(x=-1.0) == pytest.approx(math.expm1(-1.0))
    assert f(x=-1.0, alpha=0.5) == pytest.approx(0.5 * math.expm1(-1.0))
    with pytest.raises(symdl.Error, match="no value for x"):
        f()


@pytest.mark.parametrize("name", sorted(p.stem for p in library_folder().glob("*/*.yaml")))
def test_every_formula_loads_and_displays(name: str) -> None:
    f = symdl.load(name)
    assert repr(f).startswith(f"<Formula {name}: ")
    assert "$" in f._repr_html_()
    assert f.expression.latex
    assert f.expression._repr_latex_().startswith("$")


def test_unknown_names_suggest_near_ones() -> None:
    with pytest.raises(symdl.UnknownName) as caught:
        symdl.load("sigmiod")
    assert "sigmoid" in caught.value.hint


def test_a_statement_has_a_verdict() -> None:
    v = symdl.check(r"\tanh(x) = 2\sigma(2x) - 1")
    assert v.kind == "proved"
    assert v.method
    assert v.evidence is not None
    v = symdl.check(r"\tanh(x) = 2\sigma(x) - 1")
    assert v.kind == "refuted"
    assert v.counterexample is not None
    assert list(v.counterexample.at) == ["x"]
    assert v.counterexample.left != v.counterexample.right


def test_a_chain_has_the_verdict_of_its_weakest_link() -> None:
    assert symdl.check("1 + 1 = 2 = 2").kind == "proved"
    assert symdl.check("1 + 1 = 2 = 3").kind == "refuted"
    assert symdl.check(r"e = 3").kind == "refuted"
    assert symdl.check(r"e \approx 2.718").kind == "rounded"


def test_functions_of_the_library_are_known() -> None:
    assert symdl.check(r"\operatorname{softplus}'(x) = \sigma(x)").kind == "proved"


def test_given_and_symbols_are_in_force() -> None:
    given = ["L = (y - (wx + b))^2"]
    claim = r"\frac{\partial L}{\partial b} = -2(y - (wx + b))"
    assert symdl.check(claim, given=given).kind == "proved"
    assert symdl.check(r"\sqrt{x^2} = x", symbols={"x": "real > 0"}).kind == "proved"
    assert symdl.check(r"\sqrt{x^2} = x", symbols={"x": "real"}).kind.startswith("refuted")


def test_an_expression_is_no_statement() -> None:
    with pytest.raises(symdl.ReadError, match="not a statement"):
        symdl.check("x + 1")


def test_what_is_raised_has_place_message_and_hint() -> None:
    with pytest.raises(symdl.ReadError) as caught:
        symdl.read(r"x + \foo y")
    error = caught.value
    assert isinstance(error, symdl.Error)
    assert error.span is not None
    assert error.span.text == r"\foo"
    assert (error.span.line, error.span.column) == (1, 5)
    assert r"\foo" in error.message


def test_check_path_gives_findings() -> None:
    findings = symdl.check_path(library_folder() / "activation/sigmoid.yaml")
    assert len(findings) > 10
    assert {f.formula for f in findings} == {"sigmoid"}
    assert all(f.file.endswith("sigmoid.yaml") and f.line > 1 for f in findings)
    (missing,) = symdl.check_path("no/such.yaml")
    assert missing.code == "unreadable-file"


def test_the_names_of_the_package() -> None:
    for name in symdl.__all__:
        assert getattr(symdl, name) is not None
    assert set(dir(symdl)) == set(symdl.__all__)
    with pytest.raises(AttributeError):
        _ = symdl.nothing


def test_a_back_end_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(symdl.CodeError, match="code for torch cannot run here") as raised:
        symdl.read("x^2").lambdify("torch")
    assert "install torch" in raised.value.hint
    assert "import torch" in symdl.read("x^2").export("torch")
