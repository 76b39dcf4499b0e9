"""What PyTorch and JAX compute for the formulas they have: the value, and their own gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from symdl.accuracy.subject import Run

Spelled = tuple[str, Mapping[str, object]]
_OWN = ["relu", "relu6", "elu", "celu", "selu", "leaky_relu", "softplus", "silu", "mish"]
TORCH: Mapping[str, Spelled] = {
    **{name: (f"nn.functional.{name}", {}) for name in (*_OWN, "softsign", "tanhshrink", "gelu")},
    "sigmoid": ("sigmoid", {}),
    "tanh": ("tanh", {}),
    "exponential": ("exp", {}),
    "log_sigmoid": ("nn.functional.logsigmoid", {}),
    "hard_sigmoid": ("nn.functional.hardsigmoid", {}),
    "hard_swish": ("nn.functional.hardswish", {}),
    "gelu_tanh": ("nn.functional.gelu", {"approximate": "tanh"}),
}
JAX: Mapping[str, Spelled] = {
    **{name: (f"nn.{name}", {}) for name in (*_OWN, "sigmoid", "hard_sigmoid", "hard_swish")},
    "tanh": ("numpy.tanh", {}),
    "exponential": ("numpy.exp", {}),
    "softsign": ("nn.soft_sign", {}),
    "log_sigmoid": ("nn.log_sigmoid", {}),
    "gelu": ("nn.gelu", {"approximate": False}),
    "gelu_tanh": ("nn.gelu", {"approximate": True}),
}


def peers(name: str) -> dict[str, Run]:
    """Value and gradient of a formula by the frameworks that are installed and have it."""
    found: dict[str, Run] = {}
    for framework, table, make in (("torch", TORCH, _torch), ("jax", JAX, _jax)):
        if name in table:
            try:
                found[framework] = make(*table[name])
            except ImportError:
                continue
    return found


def _found(module: Any, path: str, options: Mapping[str, object]) -> Callable[[Any], Any]:
    for part in path.split("."):
        module = getattr(module, part)
    return partial(module, **options)


def _torch(path: str, options: Mapping[str, object]) -> Run:
    import torch

    function = _found(torch, path, options)

    def run(arrays: Sequence[Any]) -> Sequence[Any]:
        kind = getattr(torch, arrays[0].dtype.name)
        x = torch.from_numpy(arrays[0].astype("float64")).to(kind).requires_grad_(True)
        value = function(x)
        (slope,) = torch.autograd.grad(value, x, torch.ones_like(value))
        return [t.detach().to(torch.float64).numpy() for t in (value, slope)]

    return run


def _jax(path: str, options: Mapping[str, object]) -> Run:
    import jax

    function = _found(jax, path, options)

    def run(arrays: Sequence[Any]) -> Sequence[Any]:
        with jax.enable_x64(True):
            value, slope = jax.vmap(jax.value_and_grad(function))(jax.numpy.asarray(arrays[0]))
            return [value, slope]

    return run
