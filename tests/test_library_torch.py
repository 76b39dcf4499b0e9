"""The library's generated NumPy gradients against automatic differentiation, in float64."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import Any

import pytest

import symdl

torch = pytest.importorskip("torch")
np = pytest.importorskip("numpy")
Tensors = dict[str, Any]
SIZES = ((2, 3, 4, 5, 6), (5, 2, 3, 4, 2), (3, 6, 2, 3, 4))


def attention(t: Tensors, mask: Any = 0) -> Any:
    scores = t["Q"] @ t["K"].mT / t["Q"].shape[-1] ** 0.5 + mask
    return torch.softmax(scores, -1) @ t["V"]


def batch_norm(t: Tensors) -> Any:
    x = t["X"]
    return (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + t["epsilon"])


def layer_norm(x: Any, epsilon: float) -> Any:
    return (x - x.mean(-1, True)) / torch.sqrt(x.var(-1, correction=0, keepdim=True) + epsilon)


def mlp(t: Tensors) -> Any:
    h = torch.relu(t["X"] @ t["W_1"] + t["b_1"])
    h = torch.relu(h @ t["W_2"] + t["b_2"])
    return ((h @ t["W_3"] + t["b_3"] - t["Y"]) ** 2).sum() / len(h)


def transformer(t: Tensors) -> Any:
    x = t["X"]
    q, k, v = x @ t["W_Q"], x @ t["W_K"], x @ t["W_V"]
    a = x + torch.softmax(q @ k.T / q.shape[1] ** 0.5, -1) @ v @ t["W_O"]
    z = layer_norm(a, t["epsilon"])
    y = z + torch.relu(z @ t["W_1"] + t["b_1"]) @ t["W_2"] + t["b_2"]
    return (t["G"] * y).sum()


def lstm(t: Tensors) -> Any:
    def gate(name: str, squashed: Any = torch.sigmoid) -> Any:
        return squashed(t[f"W_{name}"] @ t["x"] + t[f"U_{name}"] @ t["h"] + t[f"b_{name}"])

    state = gate("f") * t["c"] + gate("i") * gate("u", torch.tanh)
    return t["g"] @ (gate("o") * torch.tanh(state))


def contrastive(t: Tensors) -> Any:
    return -torch.diag(torch.log_softmax(t["A"] @ t["B"].T / t["tau"], -1)).mean()


def convolution(t: Tensors) -> Any:
    windows = t["x"].unfold(0, len(t["w"]), 1)
    return t["g"] @ windows @ t["w"]


LIBRARY: dict[str, Callable[[Tensors], Any]] = {
    "linear_layer": lambda t: t["x"] @ t["W"].T + t["b"],
    "mean_squared_error": lambda t: ((t["y"] - t["p"]) ** 2).mean(),
    "least_squares": lambda t: (
        ((t["X"] @ t["W"].T + t["b"] - t["Y"]) ** 2).sum() / len(t["X"])
    ),
    "softmax": lambda t: torch.softmax(t["x"], 0),
    "log_softmax": lambda t: torch.log_softmax(t["x"], 0),
    "cross_entropy_logits": lambda t: -t["y"] @ torch.log_softmax(t["x"], 0),
    "cross_entropy_batch": lambda t: (
        -(t["Y"] * torch.log_softmax(t["X"] @ t["W"].T + t["b"], 1)).sum() / len(t["X"])
    ),
    "layer_norm": lambda t: layer_norm(t["x"], t["epsilon"]),
    "rms_norm": lambda t: t["x"] / torch.sqrt((t["x"] ** 2).mean() + t["epsilon"]),
    "batch_norm_training": lambda t: (t["G"] * batch_norm(t)).sum(),
    "scaled_dot_product": attention,
    "masked_attention": lambda t: (t["G"] * attention(t, t["M"])).sum(),
    "multi_head_attention": lambda t: (t["G"] * attention(t, t["M"])).sum(),
    "embedding": lambda t: (t["G"] * t["E"][t["t"].long() - 1]).sum(),
    "cosine_similarity": lambda t: torch.nn.functional.cosine_similarity(t["x"], t["y"], 0),
    "two_layer_network": lambda t: (
        ((torch.tanh(t["X"] @ t["W_1"].T + t["b_1"]) @ t["W_2"].T + t["b_2"] - t["Y"]) ** 2).sum()
        / len(t["X"])
    ),
    "mlp_100_64_32_1": mlp,
    "transformer_block": transformer,
    "convolution_1d": convolution,
    "rnn_step": lambda t: t["g"] @ torch.tanh(t["W"] @ t["x"] + t["U"] @ t["h"] + t["b"]),
    "lstm_step": lstm,
    "low_rank_adapter": lambda t: t["g"] @ ((t["W"] + t["alpha"] * t["B"] @ t["A"]) @ t["x"]),
    "info_nce": contrastive,
    "logistic_regression": lambda t: torch.nn.functional.binary_cross_entropy_with_logits(
        t["X"] @ t["w"], t["y"], reduction="sum"
    ),
    "ridge_regression": lambda t: (
        ((t["X"] @ t["theta"] - t["y"]) ** 2).sum() + t["lambda"] * (t["theta"] ** 2).sum()
    ) / 2,
    "quadratic_form": lambda t: t["x"] @ t["A"] @ t["x"],
}  # fmt: skip
WHOLE_NUMBERS = {("embedding", "t"): "v"}
"""Indices into an axis: they are drawn among its places and not differentiated in."""


def arguments(name: str, pattern: tuple[int, ...], draw: Random) -> tuple[Tensors, dict[str, int]]:
    """The arrays and numbers that a formula takes, at random, by the names in its file, and the
    sizes that it names."""
    expression = symdl.load(name).expression.right
    free = [
        s.data for s in expression.parameters(expression.for_code()[0]) if s.data.role != "index"
    ]
    dims = sorted({d for s in free for d in s.shape or () if isinstance(d, str)})
    sizes = dict(zip(dims, pattern, strict=False))
    if name == "convolution_1d":
        sizes["n"] = sizes["m"] + sizes["k"] - 1
    found: Tensors = {}
    for s in free:
        key = s.name.lstrip("\\")
        if s.name in sizes or key in ("i", "j"):
            continue
        shape = [d if isinstance(d, int) else sizes[d] for d in s.shape or ()]
        axis = WHOLE_NUMBERS.get((name, key))
        high = sizes[axis] if axis else 64
        low = 1 if axis or s.domain.positive else -64
        count = int(np.prod(shape)) if shape else 1
        values = [draw.randint(low, high) / (1 if axis else 64) for _ in range(count)]
        found[key] = torch.tensor(values, dtype=torch.float64).reshape(shape)
    return found, sizes


@lru_cache
def gradient(name: str, variable: str) -> Any:
    """The generated function, which is one for all sizes."""
    return symdl.load(name).expression.right.derivative(variable).lambdify("numpy")


@pytest.mark.parametrize("pattern", SIZES)
@pytest.mark.parametrize("name", LIBRARY)
def test_gradients_of_the_library(name: str, pattern: tuple[int, ...]) -> None:
    given, sizes = arguments(name, pattern, Random(7))
    for key in (k for k, v in given.items() if v.ndim and (name, k) not in WHOLE_NUMBERS):
        function = gradient(name, "\\theta" if key == "theta" else key)
        wanted = torch.autograd.functional.jacobian(
            lambda x, key=key: LIBRARY[name]({**given, key: x}), given[key]
        )
        known = {k: v.numpy() for k, v in given.items()} | sizes
        got = function(**{p: known[p.rstrip("_")] for p in function.parameters})
        np.testing.assert_allclose(got, wanted.numpy(), rtol=1e-10, atol=1e-12, err_msg=key)
