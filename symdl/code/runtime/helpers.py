"""Which helpers a generated body needs, as source text from the files beside this one."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from symdl.code.runtime import tables

_NAME = re.compile(r"(?<![\w.])(?:_[A-Za-z]\w*|[a-z]\w*_(?=\())")
_C_NAME = re.compile(r"^static double (\w+)\(", re.MULTILINE)


_POLYNOMIALS = {
    "tanhshrink_poly": tables._TANHSHRINK,
    "log_mills_poly": tables._LOG_MILLS,
    "expm1_rest_poly": tables._EXPM1_REST,
    "expm1_rise_poly": tables._EXPM1_RISE,
    "sinc_slope_poly": tables._SINC_SLOPE,
    "artanh_rest_poly": tables._ARTANH_REST,
}
_FILES = {
    "numpy": (
        "tables",
        "numpy_logistic",
        "numpy_normal",
        "numpy_gamma",
        "numpy_differences",
        "numpy_arrays",
        "places",
        "numpy_places",
        "numpy_whole",
        "numpy_quadrature",
    ),
    "torch": (
        "tables",
        "torch_helpers",
        "torch_differences",
        "places",
        "torch_places",
        "torch_whole",
    ),
    "jax": ("jax_helpers", "jax_places", "jax_whole"),
    "numba": (
        *("tables", "numpy_logistic", "numpy_normal", "numpy_gamma"),
        *("numpy_differences", "numba_helpers"),
    ),
}


@cache
def _definitions(backend: str) -> dict[str, str]:
    """Helpers by name, in the order of their files."""
    if backend == "c":
        return _scalar_c()
    found: dict[str, str] = {}
    if backend == "jax":
        # JAX has NumPy's functions under another name; only a few helpers differ.
        found = {n: re.sub(r"\bnp\.", "jnp.", s) for n, s in _definitions("numpy").items()}
    for name in _FILES[backend]:
        found |= _python(f"{name}.py")
    return found


def _scalar_c() -> dict[str, str]:
    found = {f"{name}_": polynomial(f"{name}_", table) for name, table in _POLYNOMIALS.items()}
    for block in _read("scalar.c").rstrip().split("\n\n"):
        name = _C_NAME.match(block)
        if name is None:
            found[next(reversed(found))] += "\n\n" + block
        else:
            found[name[1]] = block
    return found


def polynomial(name: str, coefficients: Sequence[float]) -> str:
    """A polynomial as a C function, its coefficients from the constant upwards."""
    last, *others = reversed(coefficients)
    steps = "\n".join(f"    p = p * t + {c!r};" for c in others)
    head = f"static inline double {name}(double t)\n{{\n    double p = {last!r};\n"
    return f"{head}{steps}\n    return p;\n}}"


def _read(name: str) -> str:
    return files("symdl.code.runtime").joinpath(name).read_text(encoding="utf-8")


def _python(name: str) -> dict[str, str]:
    """Top-level functions and constants of a file, without annotations."""
    text = _read(name)
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        source = ast.get_source_segment(text, node) or ""
        if isinstance(node, ast.FunctionDef):
            found[node.name] = re.sub(r": (Any|float|int|str)\b| -> (Any|None)\b", "", source)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = source
    return found


def helpers(backend: str, body: str) -> list[str]:
    """The sources of the helpers that a body uses, directly or through one another."""
    table = _definitions(backend)
    needed: set[str] = set()
    waiting = [body]
    while waiting:
        for name in _NAME.findall(waiting.pop()):
            if name in table and name not in needed:
                needed.add(name)
                waiting.append(table[name])
    return [source for name, source in table.items() if name in needed]
