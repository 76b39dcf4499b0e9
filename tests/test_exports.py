"""Every formula of the library on every back end: code that runs and agrees, or a refusal."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symdl
from symdl.document.errors import CodeError
from symdl.expression.term import Term
from symdl.faces.formula import Formula
from symdl.library import files

PYTHON = ("numpy", "torch", "jax")
SIZE = 3
SIZES_OF_THEIR_OWN = frozenset({"convolution_1d", "embedding", "multi_head_attention"})
"""Formulas with entries at computed places, or of tensors: no value where every size is SIZE."""
NAMES = sorted(set(files()) - SIZES_OF_THEIR_OWN)


def exported(formula: Formula, to: str, derivative: str | None = None) -> str | None:
    """The module, or None where it is refused in one clear line."""
    try:
        return formula.export(to, derivative)
    except (symdl.CodeError, symdl.DeriveError) as error:
        told = str(error)
    assert "\n" not in told
    assert len(told) < 120
    return None


def arguments(formula: Formula, seed: int) -> dict[str, Any]:
    """A value for each argument of the exported function: fractions, nested in lists."""
    dice = random.Random(seed)
    found = formula.expression.lambdify("numpy")
    by_name = {name: symbol for symbol, name in formula.expression.arguments.items()}
    chosen = {}
    for name in found.parameters:
        symbol = by_name.get(name) or by_name[name.rstrip("_")]
        chosen[name] = drawn(symbol, dice)
    return chosen


def drawn(symbol: Term, dice: random.Random, shape: tuple[int, ...] | None = None) -> Any:
    if shape is None:
        shape = tuple(d if isinstance(d, int) else SIZE for d in symbol.data.shape or ())
    if shape:
        return [drawn(symbol, dice, shape[1:]) for _ in range(shape[0])]
    domain = symbol.data.domain
    if domain.integer:
        return Fraction(dice.randint(1, 3))
    low = Fraction(0) if domain.lower is not None else Fraction(-2)
    high = Fraction(1) if domain.upper is not None else Fraction(2)
    return low + (high - low) * Fraction(dice.randint(1, 99), 100)


def text_of(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(text_of, value))}]"
    return f"\\frac{{{value.numerator}}}{{{value.denominator}}}"


def floats(value: Any) -> Any:
    return np.array(value, dtype=float) if isinstance(value, list) else float(value)


@pytest.mark.parametrize("name", NAMES)
def test_numpy_code_gives_the_certain_value(name: str) -> None:
    formula = symdl.load(name)
    source = exported(formula, "numpy")
    assert source is not None
    space: dict[str, Any] = {}
    exec(compile(source, name, "exec"), space)
    if formula.steps:
        return step_agrees(formula, space)
    given = arguments(formula, seed=5)
    wide = [v for v in given.values() if isinstance(v, list) and len(v) > SIZE]
    if wide:
        assert np.all(np.isfinite(space["f"](**{k: floats(v) for k, v in given.items()})))
        return None
    want = formula.expression.value({k.rstrip("_"): text_of(v) for k, v in given.items()})
    got = space["f"](**{k: floats(v) for k, v in given.items()})
    assert np.shape(got) == want.shape
    np.testing.assert_allclose(np.ravel(got), [float(d) for d in want.decimal], rtol=1e-12)
    return None


def step_agrees(formula: Formula, space: dict[str, Any]) -> None:
    """Two steps of the exported code give what the recurrence gives exactly."""
    step = formula.stepper()
    start = {name: 0.5 + 0.25 * k for k, name in enumerate(step.state)}
    inputs = {name: [0.25, -0.5] for name in step.inputs}
    given = [inputs] if inputs else []
    rows = space["trajectory"](
        2,
        tuple(start.values()),
        *([lambda t, state: tuple(v[t - 1] for v in inputs.values())] if given else []),
    )
    values = {f"{n}_0": repr(v) for n, v in start.items()}
    values |= {f"{n}_{k + 1}": repr(v[k]) for n, v in inputs.items() for k in range(2)}
    for place, state in enumerate(step.state):
        want = formula.read(f"{state}_2").value(values).decimal[0]
        assert rows[2][place] == pytest.approx(float(want), rel=1e-12)


@pytest.mark.parametrize(("to", "fewest"), [("torch", 80), ("jax", 80), ("sympy", 60)])
def test_other_targets_compile_or_refuse(to: str, fewest: int) -> None:
    sources = {name: exported(symdl.load(name), to) for name in NAMES}
    written = {name: source for name, source in sources.items() if source is not None}
    assert len(written) >= fewest
    for name, source in written.items():
        assert compile(source, name, "exec").co_names


def test_latex_is_what_the_file_says() -> None:
    for name in NAMES:
        formula = symdl.load(name)
        told = [line.source.text.strip() for line in formula.understood.lines]
        assert formula.export("latex").splitlines() == [
            t for text in told for t in text.splitlines()
        ]
        assert all("=" in text for text in told), name


def test_sympy_code_has_the_certain_value() -> None:
    compared = 0
    for name in NAMES:
        formula = symdl.load(name)
        source = exported(formula, "sympy")
        if source is None:
            continue
        space: dict[str, Any] = {}
        exec(compile(source, name, "exec"), space)
        if formula.steps or any(isinstance(v, list) for v in arguments(formula, 9).values()):
            continue
        given = {k.rstrip("_"): v for k, v in arguments(formula, 9).items()}
        want = formula.expression.value({k: text_of(v) for k, v in given.items()})
        got = space["f"].subs({s: given[str(s).rstrip("_")] for s in space["f"].free_symbols})
        assert float(got.evalf(30)) == pytest.approx(float(want.decimal[0]), rel=1e-12), name
        compared += 1
    assert compared > 25


@pytest.mark.parametrize("to", ["torch", "jax"])
def test_frameworks_agree_with_numpy_code(to: str) -> None:
    """Every formula, those of arrays too."""
    as_tensor = tensors(to)
    for name in NAMES:
        formula = symdl.load(name)
        if formula.steps:
            continue
        given = {k: floats(v) for k, v in arguments(formula, seed=7).items()}
        one, other = (formula.lambdify(backend) for backend in ("numpy", to))
        made = other(**{k: as_tensor(v) for k, v in given.items()})
        np.testing.assert_allclose(np.asarray(made), one(**given), rtol=1e-10, err_msg=name)


def tensors(to: str) -> Callable[[Any], Any]:
    """What makes arguments of double precision for a framework."""
    framework: Any = pytest.importorskip(to)
    if to == "torch":
        return lambda v: framework.tensor(v, dtype=framework.float64)
    framework.config.update("jax_enable_x64", True)
    return lambda v: framework.numpy.asarray(v, dtype="float64")


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
def test_c_code_compiles_without_a_warning(tmp_path: Path) -> None:
    written = []
    for name in NAMES:
        source = exported(symdl.load(name), "c")
        if source is not None:
            (tmp_path / f"{name}.c").write_text(source)
            written.append(f"{name}.c")
    assert len(written) > 30
    words = ["cc", "-std=c99", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *written]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_derivative_has_code_or_is_refused() -> None:
    """Where the arguments are numbers, the code gives what the derivative is worth."""
    compared = 0
    for name in NAMES:
        formula = symdl.load(name)
        for symbol in formula.expression.parameters():
            source = exported(formula, "numpy", symbol.data.name)
            if source is None:
                continue
            space: dict[str, Any] = {}
            exec(compile(source, name, "exec"), space)
            given = arguments(formula, seed=3)
            if formula.steps or any(isinstance(v, list) for v in given.values()):
                continue
            slope = formula.expression.derivative(symbol.data.name)
            want = slope.value({k.rstrip("_"): text_of(v) for k, v in given.items()})
            got = space["f"](**{k: floats(v) for k, v in given.items()})[1]
            assert got == pytest.approx(float(want.decimal[0]), rel=1e-11, abs=1e-300), name
            compared += 1
    assert compared > 40


@pytest.mark.parametrize("target", ["numba", "onnx"])
def test_steps_have_no_elementwise_target(target: str) -> None:
    with pytest.raises(CodeError, match="not for steps"):
        symdl.load("adam").export(target)


@pytest.mark.parametrize("to", ["numpy", "torch", "jax", "numba"])
@pytest.mark.parametrize(
    "tex",
    [
        r"\log(1 + e^x + e^{2x})",
        r"\frac{e^x}{1 + e^x + e^{2x}}",
        r"\log(x!) - x \log 2",
        r"\Phi(x) - \Phi(y)",
        r"\sigma(x) - \sigma(y)",
        r"|x| - \log(1 + |x|)",
        r"e^{-x} \frac{x^3}{6} + \operatorname{erf}(x) - \operatorname{erf}(y)",
    ],
)
def test_every_helper_that_is_called_comes_along(tex: str, to: str) -> None:
    """Or the target is refused: a module that stops with a NameError is no export."""
    try:
        text = symdl.read(tex).export(to)
    except CodeError:
        assert to == "numba"
        return
    called = set(re.findall(r"(?<![\w.])(_[A-Za-z]\w*)\(", text))
    assert called <= set(re.findall(r"^def (_\w+)\(", text, re.MULTILINE)) | {"_Closed"}
