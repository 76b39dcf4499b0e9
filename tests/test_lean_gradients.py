"""Functions of a value and all its gradients make nothing large, and agree with torch."""

from __future__ import annotations

import math
import re
import time
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_array_code import CASES as WHOLE

import symdl
from symdl.expression.dimensions import polynomial

TABLE = Path(__file__).parent / "cases" / "lean_gradients.txt"
LINES = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
SIZES = ((7, 11, 13, 5, 6, 4), (3, 2, 4, 2, 3, 5))
FACTOR = 5.0
SHAPED = re.compile(r"(?:vector|matrix|tensor)\(([^)]*)\)(?: of places in (\w+))?")


class Case:
    """A line of the table, and the function that symdl makes of it."""

    def __init__(self, line: str) -> None:
        latex, declared, self.expression, given, factor, *_ = [*line.split(" :: "), "", "", ""]
        self.factor = float(factor or FACTOR)
        pairs = (part.partition(": ") for part in declared.split("; "))
        self.declared = {name.strip(): kind.strip() for name, _, kind in pairs}
        symbols = {name: kind.partition(" of places")[0] for name, kind in self.declared.items()}
        definitions = [part.strip() for part in given.split(";")] if given else []
        self.defined = {re.split(r"_\{?[a-z]+\}? = | = ", part)[0] for part in definitions}
        self.read = symdl.read(latex, symbols, definitions)
        self.function = self.read.lambdify(derivative="all")
        self.shapes = {
            name: self.read.scope.symbols[name].shape or ()
            for name in self.declared
            if name not in self.defined
        }

    def values(self, pattern: tuple[int, ...]) -> dict[str, Any]:
        """A value for each name that nothing defines, by how NumPy code spells it."""
        names = {n for s in self.shapes.values() for d in s for c in polynomial(d) for n in c}
        sizes = dict(zip(sorted(names), pattern, strict=False))
        draw = np.random.default_rng(3)
        found: dict[str, Any] = dict(sizes)
        for name, dims in self.shapes.items():
            if name in sizes:
                continue
            shape = [
                sum(c * math.prod(sizes[n] for n in ns) for ns, c in polynomial(d).items())
                for d in dims
            ]
            kind = SHAPED.match(self.declared[name])
            if kind is not None and kind[2]:
                value = draw.integers(1, sizes[kind[2]] + 1, shape).astype(float)
            else:
                value = draw.uniform(0.2, 0.9, shape) if ">" in self.declared[name] else None
                value = draw.normal(size=shape) / 2 if value is None else value
            square = len(dims) == 2 and dims[0] == dims[1]
            found[plain(name)] = value + 2 * np.eye(shape[0]) if square else value
        return found

    def arguments(self, values: dict[str, Any], function: Any = None) -> list[Any]:
        return [values[p.rstrip("_")] for p in (function or self.function).parameters]


def plain(name: str) -> str:
    return re.sub(r"[\\{}]", "", name)


@pytest.mark.parametrize("line", LINES)
def test_nothing_large_is_made_and_torch_agrees(line: str) -> None:
    known = Case(line)
    source = known.function.source
    ratio, name = largest(source, known.arguments(known.values(SIZES[0])))
    assert ratio <= known.factor, name
    body = source[source.index("def f(") :]
    assert not re.search(r"np\.(ones|eye|identity|kron|zeros|indices)\b", body)
    torch = pytest.importorskip("torch")
    own = known.read.lambdify("torch", derivative="all")
    names = [plain(v) for v in differentiated(known)]
    for pattern in SIZES:
        values = known.values(pattern)
        tensors = {
            k: torch.tensor(v, dtype=torch.float64, requires_grad=np.ndim(v) > 0 or k in names)
            for k, v in values.items()
        }
        wanted = eval(
            known.expression, {"torch": torch, **tensors, "lambda_": tensors.get("lambda")}
        )
        wanted.backward()
        assert {k for k, t in tensors.items() if t.grad is not None} == set(names)
        value, *slopes = known.function(*known.arguments(values))
        assert value == pytest.approx(wanted.item(), rel=1e-10, abs=1e-12)
        others = own(*(t.detach() for t in known.arguments(tensors, own)))[1:]
        for name, slope, other in zip(names, slopes, others, strict=True):
            expected = tensors[name].grad.numpy()
            size = max(1.0, float(np.abs(expected).max()))
            assert np.shape(slope) == expected.shape
            assert np.abs(slope - expected).max() <= 1e-10 * size, name
            assert np.abs(other.numpy() - expected).max() <= 1e-10 * size, name


def differentiated(known: Case) -> list[str]:
    """The arrays in the order of their gradients, and the numbers behind them."""
    numbers = [n for n, kind in known.declared.items() if kind.startswith("real")]
    try:
        if not numbers:
            return [v.data.name for v in known.read.backward().gradients]
    except symdl.DeriveError:
        pass
    places = {n for n, kind in known.declared.items() if "places" in kind}
    symbols = known.read.for_code()[1]
    arrays = [s.data.name for s in symbols if s.shape and s.data.name not in places]
    return [*arrays, *numbers]


class Recorded(np.ndarray):
    """An array that tells the sizes of all that is made of it."""

    made: list[tuple[int, str]] = []

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        result = getattr(ufunc, method)(*bare(inputs), **bare(named))
        return recorded(result, ufunc.__name__)

    def __array_function__(self, function: Any, types: Any, args: Any, named: Any) -> Any:
        return recorded(function(*bare(args), **bare(named)), function.__name__)


def bare(value: Any) -> Any:
    if isinstance(value, Recorded):
        return value.view(np.ndarray)
    if isinstance(value, tuple | list):
        return type(value)(map(bare, value))
    return {k: bare(v) for k, v in value.items()} if isinstance(value, dict) else value


def recorded(value: Any, name: str) -> Any:
    if isinstance(value, tuple):
        return tuple(recorded(v, name) for v in value)
    if not isinstance(value, np.ndarray):
        return value
    if value.base is None:
        Recorded.made.append((value.size, name))
    return value.view(Recorded)


def largest(source: str, arguments: list[Any]) -> tuple[float, str]:
    """The largest array that a generated function makes, beside arguments and results."""
    space: dict[str, Any] = {}
    exec(compile(source, "<generated>", "exec"), space)
    space["_floats"] = lambda *arrays: arrays if len(arrays) > 1 else arrays[0]
    Recorded.made = []
    given = [np.asarray(a, float).view(Recorded) if np.ndim(a) else a for a in arguments]
    results = space["f"](*given)
    known = max(np.size(a) for a in chain(arguments, results))
    most, name = max(Recorded.made, default=(0, ""))
    return most / known, name


@pytest.mark.parametrize("name", WHOLE)
def test_the_library_makes_nothing_large(name: str) -> None:
    expression = WHOLE[name]
    sizes: dict[str, int] = {}
    arguments = []
    for symbol in expression.for_code()[1]:
        shape = [
            d if isinstance(d, int) else sizes.setdefault(d, SIZES[0][len(sizes) % 4])
            for d in symbol.data.shape
        ]
        square = len(shape) == 2 and shape[0] == shape[1]
        value = np.random.default_rng(0).uniform(0.2, 0.9, shape)
        arguments.append(value + 2 * np.eye(shape[0]) if square else value)
    ratio, made = largest(expression.lambdify(derivative="all").source, arguments)
    assert ratio <= 3, made


# --- large exponents, entries beyond an array, kinks, depth -------------------------------------

TENSOR = {"G": "tensor(h, m, k)", "X": "tensor(h, m, k)"}
SHARE = r"\frac{e^{X_{aic}}}{\sum_l e^{X_{ail}}}"
LARGE = [
    (rf"\sum_a \sum_i \sum_c G_{{aic}} {SHARE}", "softmax"),
    (rf"\sum_a \sum_i \sum_c G_{{aic}} \log {SHARE}", "log_softmax"),
]


@pytest.mark.parametrize(("latex", "function"), LARGE)
def test_softmaxes_in_index_notation_do_not_overflow(latex: str, function: str) -> None:
    torch = pytest.importorskip("torch")
    draw = np.random.default_rng(0)
    g, x = draw.normal(size=(2, 3, 4)), 1000 * draw.normal(size=(2, 3, 4))
    wanted = torch.tensor(x, requires_grad=True)
    (torch.tensor(g) * getattr(torch, function)(wanted, -1)).sum().backward()
    with np.errstate(all="raise", under="ignore"):
        _, _, slope = symdl.read(latex, TENSOR).lambdify(derivative="all")(g, x)
    np.testing.assert_allclose(slope, wanted.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
def test_entries_beyond_an_array_are_refused_where_it_runs(backend: str) -> None:
    library: Any = pytest.importorskip(backend)
    symbols = {"g": "vector(n)", "w": "vector(m)", "x": "vector(p)"}
    read = symdl.read(r"\sum_i \sum_k g_i w_k x_{i+k-1}", symbols)
    ones = library.numpy.ones if backend == "jax" else library.ones
    for derivative in (None, "all"):
        function = read.lambdify(backend, derivative=derivative)
        made = function(ones(4), ones(2), ones(5))
        assert (made[0] if derivative else made) == 8
        with pytest.raises(IndexError, match="axis of 4"):
            function(ones(4), ones(2), ones(4))


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
@pytest.mark.parametrize(
    ("latex", "symbols", "shape", "worth"),
    [
        (r"\sum_{i=1}^n \prod_{j=1}^m X_{ij}", "matrix(n, m)", (2, 0), 2),
        (r"\sum_{i=1}^n X_i \max(0, X_i)", "vector(n)", (0,), 0),
        (r"\sum_{i=1}^{n-1} |X_{i+1} - X_i|", "vector(n)", (1,), 0),
    ],
)
def test_sums_of_nothing(
    latex: str, symbols: str, shape: tuple[int, ...], worth: float, backend: str
) -> None:
    library: Any = pytest.importorskip(backend)
    zeros = library.numpy.zeros if backend == "jax" else library.zeros
    read = symdl.read(latex, {"X": symbols})
    value, slope = read.lambdify(backend, derivative="all")(zeros(shape))
    assert value == read.lambdify(backend)(zeros(shape)) == worth
    assert tuple(slope.shape) == shape


def test_torch_differentiates_values_of_no_entries() -> None:
    torch = pytest.importorskip("torch")
    x = torch.ones(1, requires_grad=True)
    read = symdl.read(r"\sum_{i=1}^{n-1} |x_{i+1} - x_i|", {"x": "vector(n)"})
    read.lambdify("torch")(x).backward()
    assert x.grad.tolist() == [0]


@pytest.mark.parametrize("line", LINES)
def test_jax_agrees(line: str) -> None:
    jax: Any = pytest.importorskip("jax")
    known = Case(line)
    values = known.values(SIZES[1])
    for derivative in (None, "all"):
        function = known.read.lambdify(derivative=derivative)
        wanted = function(*known.arguments(values, function))
        with jax.enable_x64(True):
            given = {k: jax.numpy.asarray(v, float) for k, v in values.items()}
            own = known.read.lambdify("jax", derivative=derivative)
            made = own(*known.arguments(given, own))
            row = made if derivative else (made,)
            for one, other in zip(row, wanted if derivative else (wanted,), strict=True):
                size = max(1.0, float(np.max(np.abs(other), initial=0)))
                assert one.shape == np.shape(other)
                np.testing.assert_allclose(one, other, rtol=0, atol=1e-10 * size)


@pytest.mark.parametrize(
    ("latex", "at", "slope"),
    [
        (r"\max_i |x_i - c_i|", [0, 0, 0], [0, 0, 0]),
        (r"\max_i |x_i - c_i|", [2, -2, 1], [0.5, -0.5, 0]),
        (r"\max_i x_i c_i", [3, 3, 1], [0, 0, 0]),
        (r"\sum_i |x_i - c_i|", [1, 0, -1], [1, 0, -1]),
        (r"\sum_{i=1}^{n-1} \max(0, x_{i+1} - x_i) + c_1", [1, 1, 1], [0, 0, 0]),
        (r"\sum_{i=1}^{n-1} |x_{i+1} - x_i| + c_1", [1, 1, 2], [0, -1, 1]),
    ],
)
def test_slopes_at_kinks_are_subgradients(latex: str, at: list[float], slope: list[float]) -> None:
    read = symdl.read(latex, {"x": "vector(n)", "c": "vector(n)"})
    point, centre = np.array(at, float), np.zeros(3)
    for function in (read.lambdify(derivative="x"), read.derivative("x").lambdify()):
        made = function(**{p: point if p == "x" else centre for p in function.parameters})
        np.testing.assert_array_equal(made[1] if isinstance(made, tuple) else made, slope)


def test_a_product_has_slopes_where_a_factor_is_zero() -> None:
    read = symdl.read(r"\prod_{i=1}^n x_i", {"x": "vector(n)"})
    _, slope = read.lambdify(derivative="x")(np.array([2.0, 0.0, 5.0]))
    np.testing.assert_array_equal(slope, [0, 10, 0])


def deep(layers: int) -> float:
    """Processor time of making the code of a deep network, the better of two."""
    symbols, given = {"x": "vector(n)", "y": "vector(n)"}, []
    for k in range(1, layers + 1):
        before = rf"h_{{{k - 1}}}" if k > 1 else "x"
        symbols |= {f"W_{{{k}}}": "matrix(n, n)", f"h_{{{k}}}": "vector(n)"}
        given.append(rf"h_{{{k}}} = \tanh(W_{{{k}}} {before})")
    read = symdl.read(rf"\lVert h_{{{layers}}} - y \rVert^2", symbols, given)
    best = math.inf
    for _ in range(2):
        start = time.process_time()
        source = read.lambdify(derivative="all").source
        best = min(best, time.process_time() - start)
        body = source[source.index("def f(") :]
        assert body.count("np.tanh") == layers
        assert body.count("@") == 2 * layers - 1 + (layers > 0)
    return best


def test_code_of_deep_networks_takes_time_linear_in_depth() -> None:
    deep(5)
    assert deep(60) < 10 * deep(15)
