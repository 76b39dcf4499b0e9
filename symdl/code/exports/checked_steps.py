"""Exports of recurrences, run beside the NumPy step before they are handed out."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdl.code.exports.checked import names_in
from symdl.code.recurrence import Stepper
from symdl.document.errors import InternalError

STEPS = 5
SETTING = 0.125
"""The value of settings that have no default."""


def checked_optimizer(
    to: str, source: str, name: str, stepper: Stepper, variable: str, open_settings: list[str]
) -> str:
    """One line on how an optimizer was checked; empty where its framework is not installed.
    Raises InternalError where it goes another way than the NumPy step.

    variable: the state that is optimized; open_settings: those without default.
    """
    settings: dict[str, Any] = dict.fromkeys(open_settings, SETTING)
    draw = np.random.default_rng(0)
    start, slopes = draw.normal(size=4), draw.normal(size=(STEPS, 4))
    state = {n: start.copy() if n == variable else np.zeros(4) for n in stepper.state}
    for t, slope in enumerate(slopes, start=1):
        state = stepper(t, state, {stepper.inputs[0]: slope}, **settings)
    try:
        runtime, made = RUNNERS[to](source, name, start, slopes, settings)
    except ImportError:
        return ""
    worst = float(np.max(np.abs(made - state[variable])))
    if not worst <= 1e-6:
        raise InternalError(f"the {to} optimizer differs from the NumPy step by {worst:.2g}")
    return f"checked with {runtime}: {STEPS} steps, largest difference {worst:.1g}"


def _torch(
    source: str, name: str, start: Any, slopes: Any, settings: dict[str, float]
) -> tuple[str, Any]:
    import torch

    made = names_in(source)["".join(part.capitalize() for part in name.split("_"))]
    parameter = torch.nn.Parameter(torch.tensor(start))
    steps = made([parameter], **settings)
    for slope in slopes:
        parameter.grad = torch.tensor(slope)
        steps.step()
    return f"PyTorch {torch.__version__}", parameter.detach().numpy()


def _optax(
    source: str, name: str, start: Any, slopes: Any, settings: dict[str, float]
) -> tuple[str, Any]:
    import jax
    import optax

    with jax.enable_x64(True):
        change = names_in(source)[name](**settings)
        point = {"a": jax.numpy.asarray(start)}
        state = change.init(point)
        for slope in slopes:
            moved, state = change.update({"a": jax.numpy.asarray(slope)}, state, point)
            point = optax.apply_updates(point, moved)
        return f"Optax {optax.__version__} on JAX {jax.__version__}", np.asarray(point["a"])


RUNNERS = {"torch": _torch, "jax": _optax}
