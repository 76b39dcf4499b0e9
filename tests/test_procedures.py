"""Pseudo-code with one loop: what is read, what a turn does, trajectories, code."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

import symdl
from symdl import CodeError, ReadError
from symdl.checking import check_bytes
from symdl.cli import main
from symdl.latex.pseudocode import is_pseudocode

HEAVY = r"""
\begin{aligned}
 &\rule{60mm}{0.4pt} \\
 &\textbf{input} : r \text{ (friction)}, a \text{ (step)}, \: \textit{ahead}, \textit{uphill}, \\
 &\hspace{9mm} z_0 \text{ (start)}, h(z) \text{ (height)} \\
 &\textbf{initialize} : u_0 \leftarrow 0 \text{ (speed)}, s_0 \leftarrow b \\
 &\rule{60mm}{0.4pt} \\[-1.ex]
 &\textbf{for} \: k=1 \: \textbf{to} \: \ldots \: \textbf{do} \\

 &\hspace{5mm}\textbf{if} \: \textit{uphill}: \\
 &\hspace{10mm} q_k \leftarrow -\nabla_z h_k(z_{k-1}) \\
 &\hspace{5mm}\textbf{else} \\
 &\hspace{10mm} q_k \leftarrow \nabla_z h_k(z_{k-1}) \\
 &\hspace{5mm} u_k \leftarrow r u_{k-1} + q_k \\
 &\hspace{5mm} s_k \leftarrow s_{k-1} + |q_k| \\
 &\hspace{5mm}\textbf{if} \: ahead \\
 &\hspace{10mm} u_k \leftarrow u_k + \\
 &\hspace{14mm} r q_k \\
 &\hspace{5mm} z_k \leftarrow z_{k-1} - a u_k / s_k \text{ (one move)} \\
 &\rule{60mm}{0.4pt} \\
 &\bf{return} \: z_k
\end{aligned}
"""


def heavy(grad: Callable[[float], float], z: float, uphill: bool, ahead: bool) -> list[float]:
    """The same by hand, with r = 0.5, a = 0.1, b = 2."""
    u, s, found = 0.0, 2.0, []
    for _ in range(4):
        q = -grad(z) if uphill else grad(z)
        u, s = 0.5 * u + q, s + abs(q)
        u = u + 0.5 * q if ahead else u
        z = z - 0.1 * u / s
        found.append(z)
    return found


@pytest.mark.parametrize("uphill", [False, True])
@pytest.mark.parametrize("ahead", [False, True])
def test_trajectories(uphill: bool, ahead: bool) -> None:
    read = symdl.procedure(HEAVY)
    assert read.settings == ("uphill", "ahead")
    assert [(i.text, i.meaning) for i in read.inputs][:2] == [("r", "friction"), ("a", "step")]
    values = {"r": 0.5, "a": 0.1, "b": 2.0}
    decided = read.where(uphill=uphill, ahead=ahead)
    states = decided.run({"z": 3.0}, math.cos, 4, **values)
    wanted = heavy(math.cos, 3.0, uphill, ahead)
    assert [s["z"] for s in states[1:]] == pytest.approx(wanted, rel=1e-13)
    open_ = read.run({"z": 3.0}, math.cos, 4, uphill=float(uphill), ahead=float(ahead), **values)
    assert [s["z"] for s in open_[1:]] == pytest.approx(wanted, rel=1e-13)


def test_what_a_turn_does() -> None:
    updates = symdl.procedure(HEAVY).where(uphill=False, ahead=False).updates()
    assert {n: repr(e) for n, e in updates.items()} == {
        "z": "z - a(ru + grad)/(s + |grad|)",
        "u": "ru + grad",
        "s": "s + |grad|",
    }


def test_the_program_in_plain_text() -> None:
    lines = repr(symdl.procedure(HEAVY)).splitlines()
    assert lines[0] == "u_0 <- 0"
    assert lines[2] == "for k = 1, 2, ...:"
    assert "        u_k <- u_k + r q_k" in lines
    assert lines[-1] == "return z_k"


def test_a_setting_that_does_not_occur_is_refused() -> None:
    with pytest.raises(ReadError, match="no setting"):
        symdl.procedure(HEAVY).where(sideways=True).updates()


def test_a_parameter_that_does_not_occur_is_refused() -> None:
    with pytest.raises(CodeError, match="no parameter c"):
        symdl.procedure(HEAVY).run({"z": 1.0}, [0.1], r=0.5, a=0.1, b=1.0, c=3.0)


def loop(*rows: str, start: str = "") -> str:
    """Pseudo-code of rows that are indented once in a loop over t."""
    head = [rf"&\textbf{{initialize}} : {start}"] if start else []
    body = [rf"&\quad {row}" for row in rows]
    return (
        "\\begin{aligned}"
        + r" \\ ".join([*head, r"&\textbf{for} \: t=1 \: \textbf{to} \: T", *body])
        + "\\end{aligned}"
    )


def run(
    latex: str, start: dict[str, float], slopes: list[float], **values: float
) -> list[dict[str, float]]:
    states = symdl.procedure(latex).run(start, slopes, **values)
    return [{n: float(v) for n, v in state.items()} for state in states[1:]]


def test_a_product_over_all_turns_is_carried_on() -> None:
    rows = (
        r"c_t \leftarrow p + \frac{1}{t}",
        r"x_t \leftarrow x_{t-1} - \nabla f(x_{t-1}) \prod_{i=1}^{t} c_i",
    )
    found = run(loop(*rows), {"x": 1.0}, [0.1, 0.2, 0.3], p=0.5)
    x, product = 1.0, 1.0
    for t, slope in enumerate([0.1, 0.2, 0.3], 1):
        product *= 0.5 + 1 / t
        x -= slope * product
        assert found[t - 1]["x"] == pytest.approx(x, rel=1e-14)


def test_a_sum_over_all_turns_up_to_the_one_before() -> None:
    rows = (
        r"g_t \leftarrow \nabla f(x_{t-1})",
        r"x_t \leftarrow x_{t-1} - \frac{g_t}{1 + \sum_{i=1}^{t-1} g_i^2}",
    )
    found = run(loop(*rows), {"x": 1.0}, [0.1, 0.2, 0.3])
    x, total = 1.0, 0.0
    for t, slope in enumerate([0.1, 0.2, 0.3]):
        x -= slope / (1 + total)
        total += slope**2
        assert found[t]["x"] == pytest.approx(x, rel=1e-14)


def test_values_of_two_turns_before() -> None:
    rows = (r"x_t \leftarrow x_{t-1} + m (x_{t-1} - x_{t-2}) - \nabla f(x_{t-1})",)
    read = symdl.procedure(loop(*rows))
    assert [str(s.symbol.data.name) for s in read.update.states] == ["x", "x_{1}"]
    states = read.run({"x": 1.0, "x_1": 0.5}, [0.25, 0.5], m=0.5)
    assert [s["x"] for s in states] == [1.0, 1.0, 0.5]


def test_a_name_without_an_index_is_kept_from_turn_to_turn() -> None:
    rows = (
        r"x_t \leftarrow x_{t-1} - \nabla f(x_{t-1}) - \text{last}",
        r"\text{last} \leftarrow \nabla f(x_{t-1})",
    )
    found = run(loop(*rows, start=r"\text{last} \leftarrow 0"), {"x": 1.0}, [0.25, 0.5])
    assert [s["x"] for s in found] == [0.75, 0.0]


def test_a_loop_over_entries_is_done_entry_by_entry() -> None:
    latex = r"""\begin{aligned}
    &\textbf{initialize} : e_0 \leftarrow w \\
    &\textbf{for } t = 1, 2, \ldots \textbf{ do} \\
    &\quad g_t \leftarrow \nabla f(x_{t-1}) \\
    &\quad \textbf{for } i = 1, \ldots, n \textbf{ do} \\
    &\qquad \textbf{if } g^i_t > 0 \\
    &\qquad\quad e^i_t \leftarrow \max(e^i_{t-1} / 2, e_{-}) \\
    &\qquad \textbf{else if } g^i_t < 0 \\
    &\qquad\quad e^i_t \leftarrow 3 e^i_{t-1} \\
    &\qquad \textbf{else} \\
    &\qquad\quad e^i_t \leftarrow e^i_{t-1} \\
    &\quad x_t \leftarrow x_{t-1} - e_t g_t \\
    &\textbf{return } x_t
    \end{aligned}"""
    slopes = [np.array([1.0, -1.0, 0.0]), np.array([2.0, 1.0, -1.0])]
    states = symdl.procedure(latex).run({"x": np.zeros(3)}, slopes, w=1.0, e_minus=0.375)
    np.testing.assert_allclose(states[1]["e"], [0.5, 3.0, 1.0])
    np.testing.assert_allclose(states[2]["e"], [0.375, 1.5, 3.0])
    np.testing.assert_allclose(states[2]["x"], [-0.5 - 0.75, 3.0 - 1.5, 3.0])


def test_the_gradient_is_taken_where_the_pseudo_code_says() -> None:
    rows = (
        r"v_t \leftarrow m v_{t-1} - s \nabla f(x_{t-1} + m v_{t-1})",
        r"x_t \leftarrow x_{t-1} + v_t",
    )
    asked: list[float] = []

    def slope(x: float) -> float:
        asked.append(float(x))
        return float(x) ** 2

    symdl.procedure(loop(*rows)).run({"x": 1.0, "v": 0.5}, slope, 2, m=0.5, s=0.1)
    v = 0.25 - 0.1 * 1.25**2
    assert asked == pytest.approx([1.25, 1.0 + v + 0.5 * v], rel=1e-14)


def test_a_gradient_at_what_the_first_one_gave() -> None:
    rows = (
        r"y_t \leftarrow x_{t-1} - a \nabla f(x_{t-1})",
        r"x_t \leftarrow x_{t-1} - a \nabla f(y_t)",
    )
    states = symdl.procedure(loop(*rows)).run({"x": 1.0}, lambda x: x**2, 1, a=0.5)
    assert states[1]["x"] == 1.0 - 0.5 * 0.5**2


def test_a_beginning_that_nobody_says_is_asked_for() -> None:
    rows = (r"v_t \leftarrow m v_{t-1} + \nabla f(x_{t-1})", r"x_t \leftarrow x_{t-1} - v_t")
    with pytest.raises(CodeError, match="what v is before the first turn"):
        run(loop(*rows), {"x": 1.0}, [1.0], m=0.5)


def test_a_beginning_that_the_first_turn_does_not_use_is_not() -> None:
    latex = r"""\begin{aligned}
    &\textbf{for } t = 1 \textbf{ to } T \\
    &\quad \textbf{if } t > 1 \textbf{ then } v_t \leftarrow m v_{t-1} + \nabla f(x_{t-1}) \\
    &\quad \textbf{else} \\
    &\qquad v_t \leftarrow \nabla f(x_{t-1}) \\
    &\quad x_t \leftarrow x_{t-1} - v_t
    \end{aligned}"""
    assert [s["x"] for s in run(latex, {"x": 1.0}, [0.5, 0.25], m=0.5)] == [0.5, 0.0]


def test_blocks_may_end_with_words() -> None:
    latex = r"""\begin{array}{l}
    \textbf{while } x_t \text{ moves } \textbf{do} \\
    \textbf{if } \textbf{not } \textit{still} \textbf{ then} \\
    g_t \gets \frac{\partial f}{\partial x_{t-1}} \\
    x_t \gets x_{t-1} - g_t \\
    \textbf{else} \\
    x_t \gets x_{t-1} \\
    \textbf{end if} \\
    t \gets t + 1 \\
    \textbf{end while}
    \end{array}"""
    read = symdl.procedure(latex)
    assert repr(read.where(still=False).updates()["x"]) == "x - grad"
    assert repr(read.where(still=True).updates()["x"]) == "x"


def test_updates_without_a_loop_are_one_turn() -> None:
    latex = r"""\begin{align*}
    m_t &= \beta m_{t-1} + g_t \\
    u_t &= -\alpha_t \begin{cases} m_t & \text{if } \texttt{plain = True} \\
           \operatorname{sign}(m_t) & \text{if } \texttt{plain = False} \end{cases}
    \end{align*}"""
    read = symdl.procedure(latex)
    stepper = read.where(plain=False).stepper()
    assert (stepper.state, stepper.outputs) == (("m",), ("u",))
    after = stepper(1, {"m": 2.0}, {"g": -3.0, "alpha": 0.5}, beta=0.5)
    assert after == {"m": -2.0, "u": 0.5}
    assert repr(read.where(plain=True).updates()["u"]) == "-α(βm + g)"


def test_the_next_value_may_be_written_on_the_left() -> None:
    read = symdl.procedure(r"v_{t+1} = m v_t + g_t \\ w_{t+1} = w_t - v_{t+1}")
    assert {n: repr(e) for n, e in read.updates().items()} == {"v": "mv + g", "w": "w - (mv + g)"}


REFUSED = [
    (
        loop(r"x_t \leftarrow x_{t-1} - v_t", r"v_t \leftarrow \nabla f(x_{t-1})"),
        "before it has a value",
    ),
    (loop(r"x_t + 1 \leftarrow x_{t-1}"), "no name that could get a value"),
    (loop(r"x_t \leftarrow \nabla \cdot F"), "this gradient is not read"),
    (loop(r"x_t \leftarrow x_{t-1} + g_{t+1}"), "not known yet"),
    (loop(r"x \leftarrow x - \nabla f(x)", r"x \leftarrow x - \nabla f(x)"), "at two points"),
    (loop(r"x_t \leftarrow \sum_{i=2}^{t} x_{i}"), "from the first on"),
    (r"\begin{aligned} &\textbf{for } t \\ &\quad x_t", "never closed"),
]


@pytest.mark.parametrize(("latex", "words"), REFUSED)
def test_what_is_refused(latex: str, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        symdl.procedure(latex).updates()


def test_a_refusal_points_at_the_row() -> None:
    latex = loop(r"x_t \leftarrow x_{t-1}", r"y_t \leftarrow x_t +")
    with pytest.raises(ReadError) as caught:
        symdl.procedure(latex)
    assert caught.value.span is not None
    assert (
        latex.index("x_t +") <= caught.value.span.origin.start <= len(latex) - len("\\end{aligned}")
    )


def test_what_is_pseudo_code() -> None:
    assert is_pseudocode(HEAVY)
    assert not is_pseudocode(r"\begin{aligned} x &= y \\ \text{if } & z \leftarrow 2 \end{aligned}")
    assert not is_pseudocode(r"\textbf{x} = 2 \\ \textbf{y} = 3")


@pytest.mark.parametrize("back_end", ["numpy", "torch", "jax", "c"])
def test_exports(back_end: str) -> None:
    source = symdl.procedure(HEAVY).where(uphill=False).export(back_end)
    assert "step(" in source


def test_an_optimizer_for_torch() -> None:
    torch = pytest.importorskip("torch")
    read = symdl.procedure(HEAVY).where(uphill=False)
    space: dict[str, object] = {}
    exec(read.export("torch", "heavy", optimizer=True), space)  # our own generated code
    weight = torch.nn.Parameter(torch.tensor([3.0], dtype=torch.float64))
    made = space["Heavy"]([weight], ahead=1.0, r=0.5, a=0.1, b=2.0)  # type: ignore[operator]
    for wanted in heavy(math.cos, 3.0, False, True):
        weight.grad = torch.cos(weight.detach())
        made.step()
        assert float(weight.detach()) == pytest.approx(wanted, rel=1e-13)


def test_documents_read_its_steps_and_tell_one_without_effect() -> None:
    latex = loop(
        r"x_t \leftarrow x_{t-1} - c x_{t-1}", r"x_t \leftarrow x_{t-1} - \nabla f(x_{t-1})"
    ).replace(r" \\ ", "\\\\\n")
    text = f"The method:\n\n$$\n{latex}\n$$\n"
    findings = check_bytes("a.md", text.encode())
    assert [(f.line, f.verdict) for f in findings] == [(5, "undecided"), (6, "definition")]
    assert findings[0].code == "step-without-effect"
    assert "line 6 assigns it again" in findings[0].message


def test_a_display_of_restructured_text_may_have_empty_lines() -> None:
    rows = "    a &= 2 + 3 \\\\\n\n    2 &= 1 + 1\n"
    display = f"    \\begin{{aligned}}\n{rows}    \\end{{aligned}}\n"
    text = f'r"""One.\n\n.. math::\n{display}"""\n'
    assert [f.verdict for f in check_bytes("a.py", text.encode())] == ["definition", "proved"]


def test_the_command_line_shows_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", HEAVY]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "    if uphill:" in lines
    assert "takes a: step" in lines
    assert lines[-2:] == ["settings uphill, ahead", "carries z, u, s"]


def test_the_command_line_exports_one_turn(capsys: pytest.CaptureFixture[str]) -> None:
    settings = ["--setting", "uphill=no", "--setting", "ahead=yes"]
    assert main(["export", HEAVY, "--to", "numpy", *settings]) == 0
    space: dict[str, Callable[..., tuple[float, ...]]] = {}
    exec(capsys.readouterr().out, space)  # our own generated code
    z, *_ = space["step"](3.0, 0.0, 2.0, math.cos(3.0), 0.1, 0.5)
    assert z == pytest.approx(heavy(math.cos, 3.0, False, True)[0], rel=1e-13)
    assert main(["export", HEAVY, "--to", "numpy", "--setting", "ahead"]) == 2
