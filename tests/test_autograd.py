"""Derivatives in arrays as people ask for them, against automatic differentiation in float64."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest

import symdl

torch = pytest.importorskip("torch")
np = pytest.importorskip("numpy")
TABLE = Path(__file__).parent / "cases" / "autograd.txt"
LINES = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
SHAPED = re.compile(r"(?:vector|matrix|tensor)\(([^)]*)\)")
NAMES = {"lambda": "lam", "epsilon": "eps"}


def plain(name: str) -> str:
    bare = re.sub(r"[\\{}]", "", name)
    return NAMES.get(bare, bare)


def axes(declared: str) -> list[str]:
    found = SHAPED.match(declared)
    return [d.strip() for d in found[1].split(",")] if found else []


def drawn(declared: str, sizes: dict[str, int]) -> Any:
    shape = [sizes[d] for d in axes(declared)]
    if ">" in declared:
        return torch.rand(shape, dtype=torch.float64) + 0.2
    value = torch.randn(shape, dtype=torch.float64)
    square = len(shape) == 2 and len(set(axes(declared))) == 1
    return 0.3 * value + 2 * torch.eye(shape[0], dtype=torch.float64) if square else value


@pytest.mark.parametrize("line", LINES)
def test_derivatives_agree_with_autograd(line: str) -> None:
    latex, declared, expression, *given = line.split(" @ ")
    statements = [part.strip() for part in given[0].split("given: ")[1:]] if given else []
    statements = [part.rstrip("; ") for part in statements]
    pairs = (part.partition(": ") for part in declared.split("; "))
    symbols = {name.strip(): kind for name, _, kind in pairs}
    defined = {statement.partition(" = ")[0] for statement in statements}
    dims = sorted({d for kind in symbols.values() for d in axes(kind)})
    sizes = dict(zip(dims, (3, 4, 2, 5, 6), strict=False))
    torch.manual_seed(5)
    values = {k: drawn(kind, sizes) for k, kind in symbols.items() if k not in defined}
    known = {"torch": torch, "math": math} | {plain(k): v for k, v in values.items()}
    read = symdl.read(latex, symbols=symbols, given=statements)
    for name in (k for k, v in values.items() if v.ndim):
        wanted = torch.autograd.functional.jacobian(
            lambda x, name=name: eval(expression, known | {plain(name): x}),
            values[name],
        )
        function = read.derivative(name).lambdify("numpy")
        spelled = {re.sub(r"[\\{}_]", "", k): v.numpy() for k, v in values.items()}
        arguments = {p: spelled.get(p.replace("_", ""), sizes.get(p)) for p in function.parameters}
        got = np.broadcast_to(function(**arguments), wanted.shape)
        np.testing.assert_allclose(got, wanted.numpy(), rtol=1e-9, atol=1e-11, err_msg=name)
