"""Derived gradients against automatic differentiation, in float64, at random sizes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from test_gradients import blocks
from test_matrix_derivation import GRADIENT, derived

from symdl.evidence.concrete import instances, values
from symdl.evidence.concrete.writing import Writer
from symdl.expression.term import Term, make

torch = pytest.importorskip("torch")
RULES_OF = instances.RULES_OF
SIZES = ((2, 3, 4, 5), (4, 2, 3, 2), (3, 5, 2, 4))
Tensors = dict[str, Any]


def attention(t: Tensors, mask: Any = 0) -> Any:
    scores = t["Q"] @ t["K"].T / t["Q"].shape[1] ** 0.5 + mask
    return (t["G"] * (torch.softmax(scores, -1) @ t["V"])).sum()


def layer(t: Tensors) -> Any:
    return t["X"] @ t["W"].T


def least_squares(t: Tensors) -> Any:
    return ((layer(t) - t["Y"]) ** 2).sum() / t["X"].shape[0]


def two_layers(t: Tensors) -> Any:
    a = torch.tanh(t["W"] @ t["x"] + t["b"])
    return ((t["U"] @ a + t["c"] - t["y"]) ** 2).sum() / 2


def relu_network(t: Tensors) -> Any:
    residual = torch.relu(t["X"] @ t["W"]) @ t["U"] - t["Y"]
    return (residual**2).sum() / (2 * t["X"].shape[0])


def logistic(t: Tensors) -> Any:
    z = t["X"] @ t["w"]
    return torch.nn.functional.binary_cross_entropy_with_logits(z, t["y"], reduction="sum")


def contrastive(t: Tensors) -> Any:
    logits = t["A"] @ t["B"].T / t["\\tau"]
    return -torch.diag(torch.log_softmax(logits, -1)).mean()


def lstm(t: Tensors) -> Any:
    s = torch.sigmoid(t["z"]) * t["c"] + t["i"] * t["u"]
    return t["g"] @ (t["o"] * torch.tanh(s))


LOSSES: dict[str, Callable[[Tensors], Any]] = {
    "mean squared error in W": least_squares,
    "mean squared error in X": least_squares,
    "mean squared error in b": lambda t: (
        ((layer(t) + t["b"] - t["Y"]) ** 2).sum() / t["X"].shape[0]
    ),
    "broadcast bias": lambda t: ((layer(t) + t["b"] - t["Y"]) ** 2).sum() / t["X"].shape[0],
    "cross-entropy without the sum of y": lambda t: -t["y"] @ torch.log_softmax(t["x"], 0),
    "scaled dot-product attention": attention,
    "attention with a mask": lambda t: attention(t, t["M"]),
    "ridge regression": lambda t: (
        ((t["X"] @ t["\\theta"] - t["y"]) ** 2).sum() + t["\\lambda"] * (t["\\theta"] ** 2).sum()
    ) / 2,
    "cosine similarity": lambda t: torch.nn.functional.cosine_similarity(t["x"], t["y"], 0),
    "two-layer network": two_layers,
    "two-layer network with ReLU on a batch": relu_network,
    "logistic regression": logistic,
    "low-rank adapter": lambda t: t["g"] @ ((t["W"] + t["\\alpha"] * t["B"] @ t["A"]) @ t["x"]),
    "contrastive loss of embeddings": contrastive,
    "recurrent step": lambda t: t["g"] @ torch.tanh(t["W"] @ t["x"] + t["U"] @ t["h"] + t["b"]),
    "LSTM step": lstm,
}  # fmt: skip


def cases() -> list[Any]:
    """A row for each gradient in a free array of a block that has a loss here."""
    rows = {}
    for name, symbols, given, claims in blocks():
        defined = {line.partition(" = ")[0] for line in given}
        for kind, claim in claims:
            found = GRADIENT.match(claim)
            if kind == "true" and found is not None and name in LOSSES:
                variable = found[1].strip("{}")
                if variable not in defined:
                    key = f"{name} by {variable}"
                    rows[key] = pytest.param(name, symbols, given, found[2], variable, id=key)
    return list(rows.values())


def numbers(term: Term, sizes: dict[str, int], draw: Random) -> tuple[list[int], list[Fraction]]:
    """The shape of a free symbol at some sizes, and values in its domain."""
    shape = [d if isinstance(d, int) else sizes[d] for d in term.data.shape or ()]
    count = 1
    for n in shape:
        count *= n
    low = 1 if term.data.domain.positive else -64
    return shape, [Fraction(draw.randint(low, 64), 64) for _ in range(count)]


@pytest.mark.parametrize("pattern", SIZES)
@pytest.mark.parametrize(("name", "symbols", "given", "loss", "variable"), cases())
def test_gradients_agree_with_autograd(
    name: str,
    symbols: dict[str, str],
    given: list[str],
    loss: str,
    variable: str,
    pattern: tuple[int, ...],
) -> None:
    found = derived(symbols, given, loss, variable)
    dims = {d for s in found.scope.symbols.values() for d in s.shape or () if isinstance(d, str)}
    sizes = dict(zip(sorted(dims), pattern, strict=False))
    draw = Random(3)
    tensors, point = {}, {}
    writer = Writer(found.scope, sizes)
    nodes = writer(found.term).nodes
    for key in symbols:
        term = make("symbol", data=found.scope.symbols[key])
        if key in sizes or term in found.scope.values:
            continue
        shape, listed = numbers(term, sizes, draw)
        listed_floats = [float(v) for v in listed]
        tensors[key] = torch.tensor(listed_floats, dtype=torch.float64).reshape(shape)
        point |= dict(zip(writer(term).nodes, listed, strict=True))
    wanted = tensors[variable].clone().requires_grad_()
    value = LOSSES[name]({**tensors, variable: wanted})
    (expected,) = torch.autograd.grad(value, wanted)
    balls = values.balls(writer.graph, nodes, point, 128)
    got = torch.tensor([float(b.mid()) for b in balls], dtype=torch.float64)
    torch.testing.assert_close(got.reshape(expected.shape), expected, rtol=1e-10, atol=1e-12)
