"""A wrong rule of any rung is caught: whatever is said to be proved is tried at points."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from symdl import check
from symdl.checking import check_bytes
from symdl.document.errors import InternalError
from symdl.evidence import ladder, rungs
from symdl.evidence.kinds import KINDS
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted

FALSE: dict[str, list[tuple[str, dict[str, str], Sequence[str]]]] = {
    "identity": [
        (r"\sqrt{x^2} = x", {"x": "real"}, []),
        (r"\log(x y) = \log x + \log y + 10^{-30}", {}, []),
        (r"\max(x, y) = x", {}, []),
        (r"\begin{cases} x & x < \frac17 \\ x^2 & x \ge \frac17 \end{cases} = x", {}, ["x < 1/4"]),
        (r"\max(x + y, 3) = x + y", {"x": "real > 1", "y": "real > 1"}, []),
        (r"x^2 + y^2 = 1", {"x": "real", "y": "real"}, ["x + y = 1"]),
        (r"\sum_{k=1}^{n} k = \frac{n^2}{2}", {"n": "integer >= 1"}, []),
        (r"\sum_{k=1}^{n} k = \frac{n(n+1)}{2} + (n - 1)(n - 2)(n - 3)", {"n": "integer >= 1"}, []),
        (r"\frac{x}{|x|} = 1", {"x": "real != 0"}, []),
        (r"\sum_{i=1}^n |a b x_i| = a b \sum_{i=1}^n |x_i|", {"a": "real", "b": "real",
                                                            "x": "vector(n)"}, []),
        (r"\sum_{i=1}^n |x_i y_i| = \sum_{i=1}^n x_i y_i",
         {"x": "vector(n)", "y": "vector(n)"}, []),
        (r"\lVert a b x \rVert = a b \lVert x \rVert", {"a": "real", "b": "real", "x": "vector(n)"},
         []),
        (r"\int_0^x t\, dt = x^2", {"x": "real"}, []),
        (r"|x - 1000| = 1000 - x", {"x": "real"}, []),
    ],
    "derivative": [
        (r"\frac{d}{dx} \int_0^x t\, dt = x^2", {"x": "real"}, []),
        (r"f'(x) = 1 - \tanh x", {}, [r"f(x) = \tanh(x)"]),
        (r"\frac{d}{dx} |x| = 1", {}, []),
        (r"\frac{\partial}{\partial w} (y - w x)^2 = 2 x (y - w x)", {}, []),
    ],
    "number": [(r"\int_0^1 x\, dx = \frac13", {}, []), (r"\max_x \sigma'(x) = \frac15", {}, []),
               (r"\min_x x^2 = 1", {}, []), (r"\sqrt{2} = \frac{99}{70}", {}, []),
               (r"e < \pi - 1", {}, [])],
    "range": [
        (r"f(\mathbb{R}) \subseteq (0, 1)", {}, [r"f(x) = \tanh(x)"]),
        (r"f([0, 2]) = [0, 1]", {}, [r"f(x) = x^2"]),
        (r"\sigma(x) \in (0, \frac12]", {}, []),
        (r"0 < \max(0, x) < 5", {}, []),
    ],
    "bound": [
        (r"x^2 > 0", {"x": "real"}, []),
        (r"x^2 \ge x", {"x": "real"}, []),
        (r"|x - y| < |x| + |y|", {}, []),
        (r"x \ne 3", {"x": "real"}, []),
        (r"\log x \le 10", {"x": "real > 0"}, []),
        (r"e^{-x} > 10^{-9}", {"x": "real > 0"}, []),
        (r"x_i \le \sum_j x_j", {"x": "vector(n)"}, []),
        (r"x < y \implies x^2 < y^2", {}, []),
    ],
    "limit": [
        (r"\lim_{x \to \infty} \sigma(x) = 0", {}, []),
        (r"\lim_{x \to 0} \frac{\sin x}{x} = 0", {}, []),
        (r"\lim_{x \to 0^+} \frac{|x|}{x} = -1", {}, []),
        (r"\lim_{x \to 0} \frac{|x|}{x} = 1", {}, []),
        (r"\lim_{x \to -\infty} \sigma(x) = \infty", {}, []),
        (r"\lim_{x \to \infty} \frac{a x + 1}{x} = 2a", {"a": "real"}, []),
        (r"\lim_{x \to a} \frac{x^2 - a^2}{x - a} = a", {"a": "real"}, []),
        (r"\lim_{h \to 0} \frac{(x + h)^2 - x^2}{h} = x", {}, []),
    ],
    "matrix": [
        (r"(A B)^T = A^T B^T", {"A": "matrix(2, 2)", "B": "matrix(2, 2)"}, []),
        (r"(A B)^T = A B", {"A": "matrix(n, n)", "B": "matrix(n, n)"}, []),
        (r"A^T = A", {"A": "matrix(3, 3)"}, []),
    ],
    "recurrence": [
        (r"m_t = \beta^t", {}, [r"m_t = \beta m_{t-1} + (1 - \beta)", "m_0 = 0"]),
        (r"m_t = \beta m_{t-1}", {}, [r"m_t = \beta m_{t-1} + (1 - \beta) g_t"]),
    ],
}  # fmt: skip
CASES = [case for cases in FALSE.values() for case in cases]
UNSAMPLED = {
    "shape": "a shape has no values",
    "definition": "nothing is claimed",
    "approximation": "the bound of the verdict is what is audited, see below",
    "monotone": "such claims are of kind bound",
}


def test_every_kind_is_tried() -> None:
    assert set(KINDS) == FALSE.keys() | UNSAMPLED.keys()


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rung of every kind says that what it sees is proved."""

    lie = rungs.of_closed(lambda _: proved("normal-form", "equal"))
    lie_unread = rungs.of_written(lambda _: proved("induction", "equal"))
    for kind in KINDS:
        unread = kind in ("matrix", "recurrence", "shape")
        monkeypatch.setitem(ladder.RUNGS, kind, (lie_unread if unread else lie,))


@pytest.mark.parametrize(("claim", "symbols", "given"), CASES, ids=[c[0] for c in CASES])
@pytest.mark.usefixtures("liar")
def test_a_wrong_proof_is_loud(claim: str, symbols: dict[str, str], given: Sequence[str]) -> None:
    with pytest.raises(InternalError, match="fails its audit"):
        check(claim, given=given, symbols=symbols)


@pytest.mark.usefixtures("liar")
@pytest.mark.parametrize(
    ("claim", "symbols", "given"),
    [
        (r"\sqrt{x^2} = |x|", {}, []),
        (r"\sigma'(x) \le \frac14", {}, []),
        (r"\sum_{k=1}^{n} k = \frac{n(n+1)}{2}", {"n": "integer >= 1"}, []),
        (r"(A B)^T = B^T A^T", {"A": "matrix(m, n)", "B": "matrix(n, p)"}, []),
        (r"m_t = 1 - \beta^t", {}, [r"m_t = \beta m_{t-1} + (1 - \beta)", "m_0 = 0"]),
        (r"\lim_{x \to \infty} \frac{1}{\log x} = 0", {}, []),
        (r"\lim_{x \to \infty} x^{0.001} = \infty", {}, []),
        (r"\lim_{x \to \infty} \frac{\log x}{x^{0.001}} = 0", {}, []),
        (r"f((0, 1)) = (0, 1)", {}, ["f(x) = x^2"]),
        (r"x^2 + y^2 \ge \frac12", {}, ["x + y = 1"]),
    ],
)
def test_a_right_proof_passes_with_a_dozen_points(
    claim: str, symbols: dict[str, str], given: Sequence[str]
) -> None:
    verdict = check(claim, given=given, symbols=symbols)
    assert verdict.kind == "proved"
    assert verdict.evidence["audited_points"] >= 12


@pytest.mark.parametrize(
    ("claim", "symbols"),
    [
        (r"(A B)^T = A^T B^T", {"A": "matrix(n, n)", "B": "matrix(n, n)"}),
        (r"\sum_{i=1}^{n} x_i y_i = x^T x", {"x": "vector(n)", "y": "vector(n)"}),
        (r"\nabla_x \lVert x \rVert^2 = x", {"x": "vector(n)"}),
        (r"\det(c A) = c \det A", {"A": "matrix(n, n)", "c": "real"}),
        (r"\frac{\partial}{\partial x_i} \sum_{j=1}^{n} x_j^2 = x_i", {"x": "vector(n)"}),
    ],
)
@pytest.mark.parametrize("boast", [{}, {"audited_points": 99}])
def test_the_rung_of_index_forms_is_audited_like_any_other(
    monkeypatch: pytest.MonkeyPatch, claim: str, symbols: dict[str, str], boast: dict[str, int]
) -> None:
    """What the rung says of its own audit counts for nothing."""
    lie = proved("index-normal-form", "equal for all sizes", **boast)
    lying = rungs.of_written(lambda _: lie)
    for kind, usual in ladder.RUNGS.items():
        changed = tuple(lying if rung is rungs.index_form else rung for rung in usual)
        monkeypatch.setitem(ladder.RUNGS, kind, changed)
    with pytest.raises(InternalError, match="fails its audit"):
        check(claim, symbols=symbols)


def test_a_wrong_bound_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    lie = Verdict("approximate", "enclosure", "close", evidence={"bound": "0.01"})
    monkeypatch.setitem(ladder.RUNGS, "approximation", (rungs.of_closed(lambda _: lie),))
    with pytest.raises(InternalError, match="fails its audit"):
        check(r"\sin x \approx x, |x| < 1")
    assert check(r"\sin x \approx x, |x| < 0.1").kind == "approximate"


@pytest.mark.parametrize("at", [{"x": "2"}, {"x": "-1"}, {"x": "3"}])
def test_a_wrong_refutation_is_loud(monkeypatch: pytest.MonkeyPatch, at: dict[str, str]) -> None:
    """It holds at 2, -1 is outside of the domain, 3 breaks the condition."""
    lie = refuted("sampling", "no", Counterexample(at, "1", "2"))
    monkeypatch.setitem(ladder.RUNGS, "bound", (rungs.of_closed(lambda _: lie),))
    with pytest.raises(InternalError, match="fails its audit"):
        check(r"x^2 > x, x < 2.5", symbols={"x": "real > 0"})


@pytest.mark.parametrize(
    "text",
    [
        r"For an orthogonal matrix $Q$, $Q^T Q x = x$ for $x \in \mathbb{R}^n$.",
        r"Let $S$ be a symmetric matrix. Then $S^T x = S x$ for $x \in \mathbb{R}^n$.",
    ],
)
def test_what_an_array_is_read_as_keeps_no_proof_from_its_audit(text: str) -> None:
    *_, found = check_bytes("a.md", text.encode())
    assert found.verdict == "proved"
    assert found.evidence["audited_points"] >= 4
