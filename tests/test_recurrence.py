"""Recurrences as steps: state in and out, trajectories, printed and reference values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symdl.code.recurrence import Stepper, stepper
from symdl.code.steps import one_step
from symdl.document.errors import CodeError
from symdl.expression.defining import define
from symdl.expression.reading import read
from symdl.expression.scope import EMPTY, Scope
from symdl.expression.symbols import declare
from symdl.expression.term import Term, make

ADAM = (
    r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
    r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2",
    r"\hat{m}_t = \frac{m_t}{1 - \beta_1^t}",
    r"\hat{v}_t = \frac{v_t}{1 - \beta_2^t}",
    r"\theta_t = \theta_{t-1} - \alpha \cdot \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}",
)
SYMBOLS = {
    "t": "integer >= 1",
    **dict.fromkeys(("g", "m", "v", "m_hat", "v_hat", "theta"), "sequence"),
    **dict.fromkeys((r"\alpha", r"\epsilon"), "real > 0"),
    **dict.fromkeys((r"\beta_1", r"\beta_2"), "real >= 0, < 1"),
}
DEFAULTS = {r"\alpha": "0.001", r"\beta_1": "0.9", r"\beta_2": "0.999", r"\epsilon": "1e-8"}


def scope_of(lines: tuple[str, ...], symbols: dict[str, str]) -> Scope:
    found = {s.name: s for s in (declare(k, v) for k, v in symbols.items())}
    scope = Scope(symbols=found)
    for line in lines:
        scope = define(scope, read(line, scope).term)
    return scope


def adam() -> Stepper:
    scope = scope_of(ADAM, SYMBOLS)
    defaults: dict[Term, Fraction] = {
        make("symbol", data=scope.symbols[n]): Fraction(v) for n, v in DEFAULTS.items()
    }
    return stepper(one_step(scope, defaults), defaults=defaults)


def test_the_first_step_of_adam() -> None:
    step = adam()
    assert step.state == ("m", "v", "theta")
    assert step.inputs == ("g",)
    after = step(1, {"m": 0.0, "v": 0.0, "theta": 1.0}, {"g": 0.4})
    assert after["m"] == pytest.approx(0.04, rel=1e-14)
    assert after["v"] == pytest.approx(0.00016, rel=1e-12)
    assert after["theta"] == pytest.approx(0.999000000025, rel=1e-14)


def test_a_trajectory_of_adam_against_exact_arithmetic() -> None:
    gradients = [0.4, -0.2, 0.1, 0.7, -0.3]
    states = adam().trajectory({"m": 0.0, "v": 0.0, "theta": 1.0}, {"g": gradients}, 5)
    m, v, theta = Fraction(0), Fraction(0), 1.0
    one, two = Fraction("0.9"), Fraction("0.999")
    for t, g in enumerate(map(Fraction, ("0.4", "-0.2", "0.1", "0.7", "-0.3")), 1):
        m, v = one * m + (1 - one) * g, two * v + (1 - two) * g * g
        root = float(v / (1 - two**t)) ** 0.5
        theta -= 0.001 * float(m / (1 - one**t)) / (root + 1e-8)
        assert states[t]["m"] == pytest.approx(float(m), rel=1e-12)
        assert states[t]["v"] == pytest.approx(float(v), rel=1e-12)
        assert states[t]["theta"] == pytest.approx(theta, rel=1e-14)


def test_a_gradient_that_follows_the_state_in_float32() -> None:
    start = {n: np.full(2, c, np.float32) for n, c in (("m", 0), ("v", 0), ("theta", 1))}
    states = adam().trajectory(start, lambda t, now: {"g": 2 * now["theta"]}, 20)
    assert len(states) == 21
    assert states[-1]["theta"].dtype == np.float32
    assert states[-1]["theta"] == pytest.approx(0.98, abs=1e-4)


def test_adam_agrees_with_torch() -> None:
    torch = pytest.importorskip("torch")
    parameter = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([parameter], lr=0.001)
    gradients = [np.array([0.4, 1.0]), np.array([-0.2, 3.0]), np.array([0.1, 1e-3])]
    for g in gradients:
        parameter.grad = torch.tensor(g)
        optimizer.step()
    zero = np.zeros(2)
    start = {"m": zero, "v": zero, "theta": np.array([1.0, -2.0])}
    ours = adam().trajectory(start, {"g": gradients}, 3)[-1]["theta"]
    assert ours == pytest.approx(parameter.detach().numpy(), rel=1e-12)


def test_an_index_one_ahead_and_an_older_value() -> None:
    scope = scope_of((r"f_{t+1} = f_t + f_{t-1}",), {"f": "sequence", "t": "integer >= 1"})
    step = stepper(one_step(scope))
    assert step.state == ("f", "f_1")
    states = step.trajectory({"f": 1.0, "f_1": 0.0}, {}, 10)
    assert [s["f"] for s in states] == [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]


def test_what_cannot_be_stepped_is_refused() -> None:
    with pytest.raises(CodeError):
        one_step(EMPTY)
    circle = scope_of((r"a_t = b_t + 1", r"b_t = a_t"), {"a": "sequence", "b": "sequence"})
    with pytest.raises(CodeError):
        one_step(circle)
