"""Generated source: names, every operator on every back end, arrays, exports that run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scalar_functions import functions, x

from symdl.code.axes import inferred
from symdl.code.backends import BACKENDS
from symdl.code.emit import emit
from symdl.code.export import WRITERS, export
from symdl.code.exports.checked import RUNNERS
from symdl.code.kernels import KERNELS
from symdl.code.lambdify import lambdify
from symdl.code.names import RESERVED, comment, identifier, identifiers
from symdl.code.runtime.helpers import helpers
from symdl.code.targets import TARGETS
from symdl.document.errors import CodeError
from symdl.evidence.balls import ball, exactly
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.symbols import declare
from symdl.expression.term import Term, make, number, symbol

# Names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "name"),
    [
        ("x", "x"),
        (r"\beta_1", "beta_1"),
        (r"\hat{m}", "m_hat"),
        (r"\mathbf{x}", "x"),
        (r"\lambda", "lambda_"),
        (r"x_{\text{max}}", "x_max"),
        ("batch_size", "batch_size"),
        ("W", "W"),
        ("max", "max_"),
        (r"\theta^*", "theta_star"),
    ],
)
def test_names_are_readable(latex: str, name: str) -> None:
    assert identifier(latex) == name


@given(st.lists(st.text(max_size=30), max_size=8, unique=True))
def test_names_are_ours_and_injective(texts: list[str]) -> None:
    found = identifiers([symbol(t) for t in texts])
    names = list(found.values())
    assert len(set(names)) == len(texts)
    for name in names:
        assert name.isascii()
        assert name.isidentifier()
        assert name not in RESERVED
        assert not name.startswith("_")


@given(st.text())
def test_comments_cannot_end(text: str) -> None:
    safe = comment(text)
    assert safe.isascii()
    assert safe.isprintable()
    assert not {'"', "\\", "\n"} & set(safe)
    assert "*/" not in safe
    compile(f'def f():\n    """{safe}"""\n', "x", "exec")


# Every row on every back end ------------------------------------------------------------

ARITHMETIC = {"gcd", "lcm", "factorial", "binomial", "mod", "floor", "ceil", "round"}
POINTS = tuple(Fraction(n, 64) for n in (-700, -133, -65, -31, -3, 3, 31, 40, 65, 200, 701))
WHOLE = tuple(map(Fraction, (0, 1, 2, 3, 5, 12)))


def row_terms() -> Iterator[tuple[str, Term, list[Term]]]:
    """Each row of the table and each helper over symbols of its own."""
    for name, row in TABLE.items():
        symbols = [symbol(f"x_{k}") for k in range(row.arity or 2)]
        yield name, make(name, *symbols), symbols
    for name, kernel in KERNELS.items():
        symbols = [symbol(f"x_{k}") for k in range(len(signature(kernel.definition).parameters))]
        yield name, make(name, *symbols), symbols


def cases(name: str, term: Term, symbols: list[Term]) -> list[tuple[list[float], float]]:
    """Arguments inside the domain with the true values."""
    true = KERNELS[name].definition(*symbols) if name in KERNELS else term
    pool = WHOLE if name in ("gcd", "lcm", "factorial", "log_factorial", "binomial") else POINTS
    found: list[tuple[list[float], float]] = []
    for k, first in enumerate(pool):
        for second in (pool[(k + 3) % len(pool)], pool[(k + 5) % len(pool)], Fraction(3)):
            point = [first, second, abs(second) + 1][: len(symbols)]
            value = ball(true, dict(zip(symbols, map(exactly, point), strict=True)), 400)
            if value.is_finite():
                found.append(([float(p) for p in point], float(value.mid())))
    return found


ROWS = list(row_terms())


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax", "c"])
def test_every_helper_that_a_row_calls_is_written(backend: str) -> None:
    """Also where the back end is not installed: without its helper, a module fails when it runs."""
    for name, row in {**TABLE, **KERNELS}.items():
        code = getattr(row, BACKENDS[backend].column)
        called = set(re.findall(r"(?<![\w.])(_\w+|[a-z]\w*_)\(", code))
        text = "\n".join(helpers(backend, code))
        written = set(re.findall(r"^(?:def|static (?:inline )?double) (\w+)\(", text, re.MULTILINE))
        assert called <= written, (name, called - written)


@pytest.mark.parametrize(("name", "term", "symbols"), ROWS, ids=[r[0] for r in ROWS])
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_every_row_computes_its_value(
    name: str, term: Term, symbols: list[Term], backend: str
) -> None:
    if backend == "torch":
        torch = pytest.importorskip("torch")
        if name in ("gcd", "lcm") or not (KERNELS.get(name) or TABLE[name]).torch:
            pytest.skip("integers only")
    source = emit([term], symbols, backend, stable=False)
    space: dict[str, Any] = {}
    exec(source, space)
    rows = cases(name, term, symbols)
    assert rows, name
    for point, wanted in rows:
        if backend == "numpy":
            got = float(space["f"](*map(np.float64, point)))
        else:
            got = float(space["f"](*(torch.tensor(p, dtype=torch.float64) for p in point)))
        assert got == pytest.approx(wanted, rel=1e-12, abs=1e-300), point


def run_c(source: str, folder: Path) -> str:
    """Compile with all warnings as errors, run, return what was printed."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    (folder / "a.c").write_text(source)
    flags = ["-O1", "-std=c99", "-Wall", "-Werror"]
    subprocess.run([compiler, *flags, "a.c", "-o", "a.out", "-lm"], cwd=folder, check=True)
    return subprocess.run(
        ["./a.out"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def test_every_row_computes_its_value_in_c(tmp_path: Path) -> None:
    wanted: list[tuple[str, list[float], float]] = []
    texts: list[str] = []
    calls: list[str] = []
    seen: set[str] = set()
    for name, term, symbols in ROWS:
        try:
            source = emit([term], symbols, "c", f"row_{name}", stable=False)
        except CodeError:
            continue
        for block in source.split("\n\n"):
            if block not in seen:
                seen.add(block)
                texts.append(block)
        for point, value in cases(name, term, symbols):
            wanted.append((name, point, value))
            calls.append(f'printf("%.17g\\n", row_{name}({", ".join(map(repr, point))}));')
    main = "#include <stdio.h>\nint main(void)\n{\n" + "\n".join(calls) + "\nreturn 0;\n}\n"
    printed = run_c("\n\n".join([*texts, main]), tmp_path).split()
    assert len(printed) == len(wanted) > 200
    for text, (name, point, value) in zip(printed, wanted, strict=True):
        assert float(text) == pytest.approx(value, rel=1e-12, abs=1e-300), (name, point)


# Exports --------------------------------------------------------------------------------

PLACES = np.array([-30.0, -5.0, -1.5, -0.3, 0.2, 1.25, 4.0, 40.0])


def reference(literal: Term) -> tuple[Any, Any]:
    value, slope = lambdify(literal, [x], derivative=x)(PLACES)
    return value, slope


@pytest.mark.parametrize("name", functions())
def test_torch_agrees(name: str) -> None:
    torch = pytest.importorskip("torch")
    literal = functions()[name]
    space: dict[str, Any] = {}
    exec(export(literal, "torch", [x], x), space)
    points = torch.tensor(PLACES, requires_grad=True)
    value, slope = space["f"](points)
    for ours, theirs in zip(reference(literal), (value, slope), strict=True):
        assert theirs.detach().numpy() == pytest.approx(ours, rel=1e-11, abs=1e-300)
    # The generated value carries PyTorch's own gradient too.
    (grown,) = torch.autograd.grad(value.sum(), points)
    assert grown.numpy() == pytest.approx(slope.detach().numpy(), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("name", functions())
def test_sympy_agrees(name: str) -> None:
    literal = functions()[name]
    space: dict[str, Any] = {}
    exec(export(literal, "sympy", [x], x), space)
    for ours, theirs in zip(reference(literal), (space["f"], space["f_derivative"]), strict=True):
        for at, value in list(zip(PLACES, ours, strict=True))[1:-1]:
            got = theirs.subs(space["x"], Fraction(float(at)).limit_denominator(20)).evalf(30)
            assert float(got) == pytest.approx(value, rel=1e-9)


def test_c_agrees(tmp_path: Path) -> None:
    texts, calls, wanted, seen = [], [], [], set()
    for name, literal in functions().items():
        source = export(literal, "c", [x], x, name=f"c_{name}")
        for block in source[source.index("#include") :].split("\n\n"):
            if block not in seen:
                seen.add(block)
                texts.append(block)
        for k, at in enumerate(PLACES):
            calls.append(f"v = c_{name}({at!r}, &d);".replace("np.float64(", "(") + " show(v, d);")
            wanted.append((name, *(float(r[k]) for r in reference(literal))))
    main = "\n".join(
        [
            "#include <stdio.h>",
            'static void show(double v, double d) { printf("%.17g %.17g\\n", v, d); }',
            "int main(void)\n{\ndouble v, d;",
            *calls,
            "return 0;\n}",
        ]
    )
    printed = run_c("\n\n".join([*texts, main]) + "\n", tmp_path).strip().split("\n")
    for line, (name, *values) in zip(printed, wanted, strict=True):
        got = [float(v) for v in line.split()]
        assert got == pytest.approx(values, rel=1e-11, abs=1e-300), name


def test_jax_agrees() -> None:
    pytest.importorskip("jax")
    import jax

    jax.config.update("jax_enable_x64", True)
    for name, literal in functions().items():
        space: dict[str, Any] = {}
        exec(export(literal, "jax", [x], x), space)
        for ours, theirs in zip(reference(literal), space["f"](PLACES), strict=True):
            assert np.asarray(theirs) == pytest.approx(ours, rel=1e-11, abs=1e-300), name


def test_numpy_modules_run_by_themselves(tmp_path: Path) -> None:
    literal = functions()["gelu"]
    script = export(literal, "numpy", [x], x, title="GELU") + "\nprint(list(map(float, f(1.0))))\n"
    (tmp_path / "gelu.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "-W", "error", "gelu.py"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == pytest.approx([0.8413447460685429, 1.0833154705876864])
    assert '"""GELU' in script


def test_latex_export() -> None:
    assert export(x**2, "latex", [x], x) == "x^{2}\n2x\n"


def test_unknown_targets_are_refused() -> None:
    with pytest.raises(CodeError):
        export(x, "fortran", [x])


def test_each_target_is_written_and_run() -> None:
    assert {"numpy", "torch", "jax", "c", "numba", "onnx", "sympy", "latex"} == set(TARGETS)
    assert {*BACKENDS, *WRITERS} == set(TARGETS)
    assert {t.name for t in TARGETS.values() if t.runs} == set(RUNNERS)
    assert {t.name for t in TARGETS.values() if t.elementwise} == set(WRITERS) - {"latex"}


def test_the_same_term_gives_the_same_text() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from scalar_functions import functions, x\n"
        "from symdl.code.export import export\n"
        "import hashlib\n"
        "h = hashlib.sha256()\n"
        "for t in list(functions().values())[::4]:\n"
        "    h.update(export(t, 'numpy', [x], x).encode())\n"
        "print(h.hexdigest())"
    )
    root = Path(__file__).parents[1]
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


# Arrays ---------------------------------------------------------------------------------


def lse(z: Any) -> Any:
    return np.log(np.sum(np.exp(z), axis=-1))


def soft(z: Any) -> Any:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


ARRAYS: list[tuple[str, str, str, Any]] = [
    ("softmax", r"\frac{e^{x_i}}{\sum_{j=1}^n e^{x_j}}", "x: vector(n)", soft),
    ("softmax all", r"\frac{e^{x_i}}{\sum_j e^{x_j}}", "x: vector(n)", soft),
    ("log softmax", r"\log\frac{e^{x_i}}{\sum_j e^{x_j}}", "x: vector(n)", lambda x: x - lse(x)),
    ("logsumexp", r"\log \sum_{j=1}^n e^{x_j}", "x: vector(n)", lse),
    ("softmax op", r"\operatorname{softmax}(X)", "X: matrix(m, n)", soft),
    ("linear", r"X W^T + b", "X: matrix(m, n); W: matrix(k, n); b: vector(k)",
     lambda X, W, b: X @ W.T + b),
    ("product", r"\sum_{k=1}^n A_{ik} B_{kj}", "A: matrix(m, n); B: matrix(n, p)",
     lambda A, B: A @ B),
    ("transposed product", r"\sum_{k=1}^n A_{ik} B_{jk}", "A: matrix(m, n); B: matrix(p, n)",
     lambda A, B: A @ B.T),
    ("matrix vector", r"\sum_{j=1}^n W_{ij} x_j + b_i",
     "W: matrix(k, n); x: vector(n); b: vector(k)",
     lambda W, x, b: W @ x + b),
    ("mse", r"\frac{1}{n} \sum_{i=1}^n (y_i - z_i)^2", "y: vector(n); z: vector(n)",
     lambda y, z: np.mean((y - z) ** 2)),
    ("mse matrix", r"\frac{1}{m} \lVert X W^T + b - Y \rVert^2",
     "X: matrix(m, n); W: matrix(k, n); b: vector(k); Y: matrix(m, k)",
     lambda X, W, b, Y: np.sum((X @ W.T + b - Y) ** 2) / len(X)),
    ("attention", r"\operatorname{softmax}\left(\frac{Q K^T}{\sqrt{d}}\right) V",
     "Q: matrix(m, d); K: matrix(n, d); V: matrix(n, k)",
     lambda Q, K, V: soft(Q @ K.T / np.sqrt(Q.shape[1])) @ V),
    ("layer norm",
     r"\gamma_i \frac{x_i - \frac{1}{n}\sum_j x_j}"
     r"{\sqrt{\frac{1}{n}\sum_k (x_k - \frac{1}{n}\sum_j x_j)^2 + 0.001}} + \beta_i",
     r"\gamma: vector(n); x: vector(n); \beta: vector(n)",
     lambda g, x, b: g * (x - x.mean()) / np.sqrt(x.var() + 0.001) + b),
    ("cross entropy", r"-\sum_{i=1}^n y_i \log \frac{e^{x_i}}{\sum_{j=1}^n e^{x_j}}",
     "y: vector(n); x: vector(n)", lambda y, x: -np.sum(y * (x - lse(x)))),
    ("batch cross entropy", r"-\frac{1}{m} \sum_{i=1}^m \sum_{c=1}^n y_{ic} \log p_{ic}",
     "y: matrix(m, n); p: matrix(m, n)", lambda y, p: -np.sum(y * np.log(p)) / len(y)),
    ("weighted", r"\sum_{i=1}^n i x_i", "x: vector(n)",
     lambda x: np.sum(np.arange(1, len(x) + 1) * x)),
    ("differences", r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", "x: vector(n)",
     lambda x: np.sum(np.diff(x) ** 2)),
    ("inner", r"x^T y", "x: vector(n); y: vector(n)", lambda x, y: x @ y),
    ("quadratic form", r"\sum_i \sum_j x_i A_{ij} x_j", "x: vector(n); A: matrix(n, n)",
     lambda x, A: x @ A @ x),
    ("largest", r"\max_j x_j", "x: vector(n)", np.max),
    ("hadamard", r"A \odot B", "A: matrix(m, n); B: matrix(m, n)", lambda A, B: A * B),
    ("entry", r"x_2 + x_3", "x: vector(n)", lambda x: x[1] + x[2]),
    ("rms norm", r"\frac{x_i}{\sqrt{\frac{1}{n} \sum_{j=1}^n x_j^2 + 0.001}}", "x: vector(n)",
     lambda x: x / np.sqrt(np.mean(x**2) + 0.001)),
    ("trace product", r"\operatorname{tr}(A B)", "A: matrix(m, n); B: matrix(n, m)",
     lambda A, B: np.trace(A @ B)),
    ("tensor", r"\sum_{k} A_{ijk} x_k", "A: tensor(m, p, n); x: vector(n)",
     lambda A, x: np.einsum("ijk,k->ij", A, x)),
]  # fmt: skip
SIZES = {"m": 3, "n": 4, "k": 2, "p": 5, "d": 6}


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("row", ARRAYS, ids=[r[0] for r in ARRAYS])
def test_arrays(row: tuple[str, str, str, Any], kind: type) -> None:
    _, latex, declarations, wanted = row
    symbols = [declare(*d.split(": ")) for d in declarations.split("; ")]
    indices = {n: declare(n, "index") for n in "ijk" if n not in {s.name for s in symbols}}
    scope = Scope(symbols={**indices, **{s.name: s for s in symbols}})
    parameters = [make("symbol", data=s) for s in symbols]
    f = lambdify(read(latex, scope).term, parameters)
    assert " for " not in f.source[f.source.index("def f(") :]
    draw = np.random.default_rng(0)
    arrays = [
        draw.uniform(0.1, 2, [SIZES[str(d)] for d in s.shape or ()]).astype(kind) for s in symbols
    ]
    with np.errstate(all="raise"):
        got = f(*arrays)
    assert np.asarray(got).dtype == kind
    assert np.shape(got) == np.shape(wanted(*arrays))
    assert got == pytest.approx(wanted(*arrays), rel=1e-12 if kind is np.float64 else 1e-5)


def test_arguments_that_code_finds_by_itself() -> None:
    v = declare("x", "vector(n)")
    scope = Scope(symbols={"x": v, "i": declare("i", "index"), "n": declare("n", "integer >= 2")})
    found = inferred(read(ARRAYS[0][1], scope).term)
    assert {s.data.name for s in found} == {"i", "n"}


def test_literal_arrays_need_no_argument() -> None:
    product = read(
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \begin{bmatrix} 5 & 6 \\ 7 & 8"
        r" \end{bmatrix}"
    ).term
    assert lambdify(product, [])().tolist() == [[19, 22], [43, 50]]


def test_array_code_does_not_overflow() -> None:
    v = declare("x", "vector(n)")
    scope = Scope(symbols={"x": v, "i": declare("i", "index")})
    parameters = [make("symbol", data=v)]
    for latex in (ARRAYS[0][1], ARRAYS[2][1], ARRAYS[3][1]):
        f = lambdify(read(latex, scope).term, parameters)
        with np.errstate(all="raise", under="ignore"):
            assert np.isfinite(f(np.array([1000.0, -1000.0, 3.0]))).all()


def test_small_log_softmax_keeps_its_digits() -> None:
    v = declare("x", "vector(n)")
    scope = Scope(symbols={"x": v, "i": declare("i", "index")})
    f = lambdify(read(ARRAYS[2][1], scope).term, [make("symbol", data=v)])
    assert f(np.array([40.0, 0.0]))[0] == pytest.approx(-4.248354255291589e-18, rel=1e-14)


def test_arrays_have_no_c_code() -> None:
    v = make("symbol", data=declare("x", "vector(n)"))
    with pytest.raises(CodeError):
        emit([make("softmax", v)], [v], "c")


def test_domain_of_symbols_is_kept_in_names_only() -> None:
    s = symbol("a", domain=Domain(lower=Fraction(0)))
    assert "def f(a):" in emit([s + number(1)], [s])
