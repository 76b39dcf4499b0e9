"""Exports to other languages and frameworks: every formula of the library runs there and agrees,
where its runtime is installed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symdl
from symdl import library
from symdl.cli import main
from symdl.code.emit import elementwise, emit
from symdl.code.export import export
from symdl.code.exports.checked import RUNNERS, Expected, checked, expected
from symdl.code.exports.checked_steps import checked_optimizer
from symdl.code.exports.header import header
from symdl.code.exports.samples import samples
from symdl.code.lambdify import lambdify
from symdl.code.native.build import NoCompiler, found_compiler
from symdl.document.errors import CodeError, InternalError
from symdl.expression.term import Term, make, symbol

x = symbol("x")


@cache
def scalar() -> dict[str, tuple[Term, tuple[Term, ...], tuple[Term, ...] | None]]:
    """Every elementwise formula: its term, parameters, and what it is differentiated in."""
    found = {}
    for name in sorted(library.files()):
        formula = symdl.load(name)
        if formula.steps:
            continue
        term, parameters, defaults = formula.expression.for_code()
        if parameters and elementwise((term,), parameters):
            real = [p for p in parameters if p not in defaults and not p.data.domain.integer]
            found[name] = term, parameters, tuple(real) or None
    return found


def reference(name: str) -> Expected:
    term, parameters, variables = scalar()[name]
    return expected(lambdify(term, parameters, derivative=variables), samples(parameters))


STEPS = [n for n in sorted(library.files()) if symdl.load(n).steps and n != "quadratic_descent"]
MODULES = {"torch": "torch", "jax": "jax", "numba": "numba", "onnx": "onnxruntime"}


@pytest.mark.parametrize("to", ["numpy", "torch", "jax", "numba", "onnx"])
@pytest.mark.parametrize("name", scalar())
def test_value_and_derivatives_are_those_of_numpy(name: str, to: str) -> None:
    if to in MODULES:
        pytest.importorskip(MODULES[to])
    term, parameters, variables = scalar()[name]
    source = export(term, to, parameters, variables, name="f")
    assert checked(to, source, "f", reference(name)).startswith("checked with ")


def test_every_header_tests_itself(tmp_path: Path) -> None:
    """All headers in one program: they do not disturb each other, and each agrees."""
    try:
        compiler = found_compiler()
    except NoCompiler as problem:
        pytest.skip(str(problem))
    calls = []
    for name, (term, parameters, variables) in scalar().items():
        source = export(term, "c", parameters, variables, name=f"f_{name}")
        wanted = reference(name)
        text = header(source, list(zip(wanted.points, wanted.results, strict=True)))
        text = text.replace("int main(void)", f"static int test_{name}(void)")
        body, _, test = text.partition("#ifdef SYMDL_TEST\n")
        calls.append((name, body, test.rpartition("#endif\n\n#endif")[0]))
    for name, body, test in calls:
        (tmp_path / f"{name}.c").write_text(
            f"{body}#endif\n{test}\nint run_{name}(void) {{ return test_{name}(); }}\n"
        )
    names = [c[0] for c in calls]
    head = "\n".join(f"int run_{n}(void);" for n in names)
    sums = " + ".join(f"run_{n}()" for n in names)
    (tmp_path / "main.c").write_text(f"{head}\nint main(void) {{ return {sums}; }}\n")
    words = [*compiler.command, "-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function"]
    files = [*(f"{n}.c" for n in names), "main.c"]
    subprocess.run([*words, *files, "-o", "all", "-lm"], cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "all"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("ok") == len(names) > 30


def test_a_header_that_errs_says_where() -> None:
    try:
        found_compiler()
    except NoCompiler as problem:
        pytest.skip(str(problem))
    source = emit([x * x], [x], "c", "square")
    assert checked("c", header(source, [([3.0], [9.0])]), "square", Expected([[3.0]], [[9.0]]))
    with pytest.raises(InternalError, match=r"row 0, result 0: 9, not 8"):
        checked("c", header(source, [([3.0], [8.0])]), "square", Expected([[3.0]], [[8.0]]))


# --- optimizers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["torch", "jax"])
@pytest.mark.parametrize("name", STEPS)
def test_optimizers_go_the_way_of_the_step(name: str, to: str) -> None:
    pytest.importorskip("torch" if to == "torch" else "optax")
    formula = symdl.load(name)
    source = formula.export(to, optimizer=True)
    stepper = formula.stepper()
    by_symbol = {s.data.name: n for s, n in formula.expression.arguments.items()}
    variable = by_symbol.get(formula.optimized, formula.optimized)
    unset = [p for p in stepper.parameters if p in stepper.function.unset]
    told = checked_optimizer(to, source, name, stepper, variable, unset)
    assert "5 steps" in told


@pytest.mark.parametrize(
    ("name", "to", "told"),
    [
        ("adam", "numpy", "no optimizers"),
        ("gelu", "torch", "no recurrence"),
        ("quadratic_descent", "torch", "no optimizer of one gradient"),
    ],
)
def test_what_is_no_optimizer(name: str, to: str, told: str) -> None:
    with pytest.raises(CodeError, match=told):
        symdl.load(name).export(to, optimizer=True)


# --- the check itself ----------------------------------------------------------------------------


@pytest.mark.parametrize("to", RUNNERS)
def test_code_that_computes_something_else_is_no_export(to: str) -> None:
    if to in MODULES:
        pytest.importorskip(MODULES[to])
    if to == "c":
        return  # above
    source = export(make("tanh", x), to, [x], name="f")
    points = [[0.5], [1.0]]
    wrong = Expected(points, [[np.float64(0.5)], [np.float64(1.0)]])
    with pytest.raises(InternalError, match="differs"):
        checked(to, source, "f", wrong)


def test_a_runtime_that_is_not_installed_checks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    source = export(make("tanh", x), "torch", [x], name="f")
    assert checked("torch", source, "f", Expected([[0.5]], [[0.0]])) == (
        "not checked: torch is not installed here"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["gelu", "--to", "numpy", "--derivative", "x"], "# checked with NumPy "),
        (["softmax", "--to", "numpy"], "# checked with NumPy "),
        (["log_cosh", "--to", "c", "--derivative", "r"], "/* checked with "),
        (["log_cosh", "--to", "c", "--unchecked"], "/*"),
        (["convolution_1d", "--to", "numpy"], "import numpy"),
    ],
)
def test_the_file_says_how_it_was_checked(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if "c" in words and "--unchecked" not in words:
        try:
            found_compiler()
        except NoCompiler as problem:
            pytest.skip(str(problem))
    assert main(["export", *words]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(told)
    assert ("checked with" in printed) == ("checked" in told)


def test_a_graph_has_results_in_the_shape_of_its_inputs() -> None:
    onnx, runtime = pytest.importorskip("onnx.parser"), pytest.importorskip("onnxruntime")
    source = export(2 * x + 1, "onnx", [x], x, name="f")
    model: Any = onnx.parse_model(source)
    session = runtime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    value, slope = session.run(None, {"x": np.array([0, 1, np.inf], np.float32)})
    assert value.tolist() == [1, 3, np.inf]
    assert slope.tolist() == [2, 2, 2]


@pytest.mark.parametrize("to", ["c", "numba", "onnx"])
def test_gradients_in_arrays_have_targets_with_arrays(to: str) -> None:
    with pytest.raises(CodeError, match=f"no {to} code for gradients") as refused:
        symdl.load("two_layer_network").export(to, "all")
    assert refused.value.hint == "numpy, torch and jax have arrays"


@pytest.mark.parametrize("to", ["numba", "onnx"])
def test_arrays_and_gamma_are_refused(to: str) -> None:
    v = symbol("v", "vector", ("n",))
    refused: list[tuple[Term, Callable[..., Any]]] = [
        (make("norm", v, data="2"), lambda: export(make("norm", v, data="2"), to, [v])),
        (x, lambda: export(make("gamma_function", x), to, [x])),
    ]
    for _, run in refused:
        with pytest.raises(CodeError, match=f"{to}"):
            run()
