"""The backward pass as explicit equations: order, reuse, counts, formats."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from symdl import check, read
from symdl.derivation.matrix.told import cost, data, text
from symdl.expression.printer import latex, plain
from symdl.expression.term import postorder
from symdl.faces.formula import load

COUNTS = {
    "two_layer_network": ("d h n + h k n", "2 d h n + 2 h k n", "2"),
    "least_squares": ("d k n", "2 d k n", "2"),
    "mlp_100_64_32_1": ("8480 B", "16960 B", "2"),
    "masked_attention": ("d m n + k m n + k m", "2 d m n + 2 k m n", "2"),
    "low_rank_adapter": ("d k r + d k + k", "2 d k r + 2 d k", "2"),
}


@pytest.mark.parametrize("name", COUNTS)
def test_multiply_adds(name: str) -> None:
    told = data(load(name).expression.backward())["multiply_adds"]
    assert (told["forward"], told["backward"], told["ratio"]) == COUNTS[name]


@pytest.mark.parametrize("name", COUNTS)
def test_every_name_is_computed_before_it_is_used(name: str) -> None:
    found = load(name).expression.backward()
    lefts = {e.left for e in (*found.forward, *found.backward)}
    known = set()
    for equation in (*found.forward, *found.backward):
        used = {n for n in postorder(equation.right) if n in lefts and n is not found.function}
        assert used <= known
        known.add(equation.left)
    assert set(found.gradients.values()) <= known


def test_forward_values_are_reused() -> None:
    lines = text(load("two_layer_network").expression.backward())
    for line in ("∇_Z L = (∇_H L) ⊙ (1 - H ⊙ H)", "∇_W_1 L = (∇_Z L)^T X", "∇_W_2 L = (∇_R L)^T H"):
        assert line in lines


def test_what_leads_to_no_wanted_gradient_is_left_out() -> None:
    found = load("two_layer_network").expression.backward(["W_1", "b_1"])
    assert [plain(e.left) for e in found.backward] == [
        "∇_R L",
        "∇_H L",
        "∇_Z L",
        "∇_b_1 L",
        "∇_W_1 L",
    ]
    assert cost(found).endswith(
        "forward d h n + h k n, backward d h n + h k n; ratio 1 where sizes are large"
    )


def test_one_of_the_variables_may_have_a_definition() -> None:
    found = load("two_layer_network").expression.backward(["Z", "W_1"])
    assert latex(dict(found.gradients)[next(iter(found.gradients))]) == r"\nabla_{Z} L"


def test_the_work_does_not_depend_on_sizes_and_is_linear_in_layers() -> None:
    """A chain of 200 layers: two equations a layer, and no more."""
    symbols = {"x": "vector(d)", "y": "vector(d)"} | {
        f"W_{{{k}}}": "matrix(d, d)" for k in range(200)
    }
    symbols |= {f"h_{{{k}}}": "vector(d)" for k in range(200)}
    given = [r"h_{0} = \tanh(W_{0} x)"]
    given += [rf"h_{{{k}}} = \tanh(W_{{{k}}} h_{{{k - 1}}})" for k in range(1, 200)]
    found = read(r"L = \lVert h_{199} - y \rVert^2", symbols, given).backward()
    assert len(found.backward) <= 3 * 200 + 2
    assert data(found)["multiply_adds"]["forward"] == "200 d d"


def test_a_gradient_in_the_middle_of_200_layers_is_proved_locally() -> None:
    symbols = {"x": "vector(d)", "L": "real"}
    for k in range(200):
        names = (rf"W_{{{k}}}", rf"z_{{{k}}}", rf"h_{{{k}}}")
        symbols |= dict(zip(names, ("matrix(d, d)", "vector(d)", "vector(d)"), strict=True))
    given = [r"z_{0} = W_{0} x", r"h_{0} = \tanh(z_{0})"]
    for k in range(1, 200):
        given += [rf"z_{{{k}}} = W_{{{k}}} h_{{{k - 1}}}", rf"h_{{{k}}} = \tanh(z_{{{k}}})"]
    given.append(r"L = \lVert h_{199} \rVert^2")
    for claim in (
        r"\nabla_{W_{0}} L = (\nabla_{z_{0}} L) x^T",
        r"\nabla_{h_{5}} L = W_{6}^T (\nabla_{z_{6}} L)",
        r"\nabla_{z_{7}} L = (\nabla_{h_{7}} L) \odot (1 - h_{7} \odot h_{7})",
    ):
        assert check(claim, given=given, symbols=symbols).kind == "proved"


@pytest.mark.parametrize("form", ["text", "latex", "json"])
def test_on_the_command_line(form: str) -> None:
    command = [sys.executable, "-m", "symdl", "derive", "two_layer_network", "--wrt", "all"]
    done = subprocess.run(
        [*command, "--format", form], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    if form == "json":
        assert json.loads(done.stdout)["gradients"]["W_1"] == r"\nabla_{W_1} L"
    else:
        assert "multiply-adds in products: forward d h n + h k n" in done.stdout


def test_the_flow_of_shapes_and_the_parameters_are_told() -> None:
    told = text(load("mlp_100_64_32_1").expression.backward())
    assert re.search(r"H_1 = ReLU\(Z_1\) +\(B, 64\)\n", told)
    assert re.search(r"L = \(1/B\) ‖R‖\^2 +number\n", told)
    assert (
        "parameters: 8577 in W_1, W_2, W_3, b_1, b_2, b_3 (the arrays without the size B)" in told
    )
    told = text(load("mlp").expression.backward())
    assert "parameters: d h + h k + h + k in W_1, W_2, b_1, b_2" in told
    assert "parameters" not in text(load("mlp").expression.backward(["W_1"]))


@pytest.mark.parametrize("name", ["W1", "W_1"])
def test_a_letter_and_its_number_name_a_variable(name: str) -> None:
    command = [sys.executable, "-m", "symdl", "derive", "mlp", "--wrt", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    assert "((R W_2) ⊙ (1 - H ⊙ H))^T X" in done.stdout
