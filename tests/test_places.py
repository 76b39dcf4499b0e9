"""Places of entries: whole numbers from 1, in every language of arrays, or refused by name."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symdl import read

BACKENDS = ("numpy", "torch", "jax")
TABLE = (Path(__file__).parent / "cases" / "places.txt").read_text().splitlines()
LINES = [line for line in TABLE if line and not line.startswith("#")]
LOOKUP = r"\sum_{i=1}^n \sum_{j=1}^d G_{ij} E_{t_i j}"
HIT = r"\sum_{i=1}^n \sum_{k=1}^c \mathbb{1}[t_i = k] z_{ik}"
DECLARED = {"E": "matrix(v, d)", "t": "vector(n)", "G": "matrix(n, d)", "z": "matrix(n, c)"}


def pairs(text: str, between: str) -> dict[str, str]:
    parts = (p.partition(between) for p in text.split("; ") if p.strip())
    return {name.strip(): value.strip() for name, _, value in parts}


def numbers(text: str) -> Any:
    return eval(text, {"nan": float("nan"), "inf": float("inf")})


def arrays(backend: str, values: dict[str, Any]) -> dict[str, Any]:
    if backend != "torch":
        return {n: np.array(v) if isinstance(v, list) else v for n, v in values.items()}
    import torch

    return {n: torch.tensor(v) if isinstance(v, list) else v for n, v in values.items()}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line)[:60])
def test_a_place_is_a_whole_number_of_the_axis(line: str, backend: str) -> None:
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    source, _, wanted = line.partition("=>")
    latex, declared, variable, given = (part.strip() for part in source.split(" @ "))
    expression = read(latex, pairs(declared, ": "))
    f = expression.lambdify(backend, derivative=None if variable == "-" else variable)
    values = arrays(backend, {n: numbers(v) for n, v in pairs(given, "=").items()})
    wanted = wanted.strip()
    if not wanted or wanted[0].isalpha():
        with pytest.raises(IndexError) as caught:
            f(**values)
        assert wanted in str(caught.value)
        return
    found = f(**values)
    for got, right in zip(
        found if isinstance(found, tuple) else (found,), wanted.split("; "), strict=True
    ):
        np.testing.assert_array_equal(np.asarray(got), numbers(right))


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float32"])
def test_a_place_never_takes_the_type_of_the_arrays(kind: str) -> None:
    """259 has no bfloat16, 2049 no float16: neither place nor class may be another one."""
    torch = pytest.importorskip("torch")
    size = 4100
    table = torch.zeros((size, 1), dtype=getattr(torch, kind))
    for place in (257, 259, 2049, 4099):
        table[:] = 0
        table[place - 1] = 1
        one = torch.ones((1, 1), dtype=table.dtype)
        for row in (torch.tensor([place]), [place], torch.tensor([float(place)])):
            value, slope = read(LOOKUP, DECLARED).lambdify("torch", derivative="E")(
                E=table, G=one, t=row
            )
            assert (value, value.dtype, slope.dtype) == (1, table.dtype, table.dtype)
            assert (slope[place - 1] == 1, slope.sum() == 1) == (True, True)
            hit = read(HIT, DECLARED).lambdify("torch")(z=table.T, t=row)
            assert (hit, hit.dtype) == (1, table.dtype)


def test_numpy_keeps_the_type_of_the_arrays_beside_whole_numbers() -> None:
    f = read(LOOKUP, DECLARED).lambdify(derivative="E")
    for kind in (np.float16, np.float32, np.float64):
        table = np.arange(3000, dtype=kind)[:, None] == 2998
        value, slope = f(E=table.astype(kind), t=np.array([2999]), G=np.ones((1, 1), kind))
        assert (value, value.dtype, slope.dtype) == (1, kind, kind)
        assert (slope[2998] == 1, slope.sum() == 1) == (True, True)


def test_within_jit_a_wrong_place_gives_nan() -> None:
    jax = pytest.importorskip("jax")
    f = jax.jit(read(LOOKUP, DECLARED).lambdify("jax")._run)
    table, one = np.eye(3, dtype=np.float32), np.ones((1, 3), np.float32)
    assert f(table, one, np.array([2])) == 1
    for wrong in (0, -1, 4, 2.5):
        assert np.isnan(f(table, one, np.array([wrong])))
