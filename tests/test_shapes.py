"""Shapes: what every operation gives, and what is said when operands do not fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symdl
from symdl.cli import main
from symdl.document.errors import ShapeError
from symdl.expression.broadcasting import Broadcast, broadcast, table
from symdl.expression.misfits import show
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.symbols import declare
from symdl.expression.term import make, number, symbol

KINDS = {
    "x": "vector(n)", "y": "vector(n)", "b": "vector(m)", "W": "matrix(m, n)", "X": "matrix(B, n)",
    "A": "matrix(n, n)", "Q": "tensor(h, t, d)", "K": "tensor(h, s, d)", "a": "real",
    "U": "matrix", "m": "sequence", "v": "sequence(n)", "r": "matrix(1, n)",
}  # fmt: skip
SCOPE = Scope(symbols={k: declare(k, text) for k, text in KINDS.items()})
ROWS = [
    ("W x", ("m",)), ("W x + b", ("m",)), ("x^T y", ()), ("x y^T", ("n", "n")), ("x^T A x", ()),
    ("X W^T", ("B", "m")), ("X W^T + b", ("B", "m")), ("x W^T", ("m",)), ("2 X W^T", ("B", "m")),
    ("W^T", ("n", "m")), ("x^T", (1, "n")), ("(x^T)^T", ("n",)), ("Q K^T", ("h", "t", "s")),
    ("A^{-1} x", ("n",)), (r"\operatorname{tr}(A)", ()), (r"\operatorname{diag}(x)", ("n", "n")),
    (r"\|x\|_2", ()), (r"x \odot y", ("n",)), (r"\exp(x)", ("n",)), (r"x_i", ()), ("W_{ij}", ()),
    ("W_i", ("n",)), (r"\sum_i x_i", ()), (r"\text{softmax}(X)", ("B", "n")), ("a x", ("n",)),
    (r"\text{logsumexp}(X)", ("B",)), (r"\nabla_x (x^T A x)", ("n",)), ("U x", None), ("m_t", ()),
    ("v_t", ("n",)), (r"\begin{bmatrix} 1 & 2 \end{bmatrix}", (1, 2)), ("[1, 2, 3]", (3,)),
    (r"\frac{\partial a}{\partial W}", ("m", "n")), ("X + x", ("B", "n")), ("f(a)", ()),
    (r"\max(0, X)", ("B", "n")), ("r x", (1,)), (r"x \cdot y", ()), ("-x", ("n",)),
]  # fmt: skip
BAD = [
    ("W b", "(m, n)", "(m,)", "axis"), ("x + b", "(n,)", "(m,)", "axis -1"),
    ("X W", "(B, n)", "(m, n)", "axis -1 of the left (n)"), ("W^{-1}", "(m, n)", "", "axes"),
    ("x_{ij}", "(n,)", "2 indices", "axis 1"), (r"x \cdot b", "(n,)", "(m,)", "axis -1"),
    ("x = b", "(n,)", "(m,)", "axis"), ("W = x", "(m, n)", "(n,)", "the first has 2 axes"),
    (r"\operatorname{tr}(W)", "(m, n)", "", "axes"), (r"x \odot b", "(n,)", "(m,)", "axis -1"),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "shape"), ROWS)
def test_shape(latex: str, shape: object) -> None:
    assert read(latex, SCOPE).term.shape == shape


@pytest.mark.parametrize(("latex", "left", "right", "where"), BAD)
def test_unlike_shapes_are_told(latex: str, left: str, right: str, where: str) -> None:
    with pytest.raises(ShapeError) as caught:
        read(latex, SCOPE)
    for part in (left, right, where):
        assert part in caught.value.message
    assert caught.value.span is not None


def test_broadcast_names_the_failing_axis_from_the_right() -> None:
    assert broadcast((4, 3, 2), (2, 1)).failing_axis == -2
    assert broadcast((4, 3, 2), (3, 1)) == Broadcast(((4, 3, 2), (1, 3, 1)), (4, 3, 2))
    assert broadcast((), ("n",)).result == ("n",)


DIMS = st.one_of(st.integers(1, 3), st.sampled_from(["m", "n"]))
SHAPES = st.lists(DIMS, max_size=4).map(tuple)


@given(SHAPES, SHAPES)
def test_broadcasting_commutes_and_one_changes_nothing(a: tuple, b: tuple) -> None:
    assert broadcast(a, b).result == broadcast(b, a).result
    assert broadcast(a, (1,) * len(a)).result == a
    assert broadcast(a, ()).result == a


@settings(deadline=None)
@given(st.lists(st.integers(1, 3), max_size=4).map(tuple), SHAPES)
def test_broadcasting_agrees_with_numpy_on_numbers(a: tuple, b: tuple) -> None:
    numpy = pytest.importorskip("numpy")
    b = tuple(d for d in b if isinstance(d, int))
    try:
        wanted = numpy.broadcast_shapes(a, b)
    except ValueError:
        wanted = None
    assert broadcast(a, b).result == wanted


@settings(deadline=None)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple),
       st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple))  # fmt: skip
def test_products_agree_with_numpy_on_numbers(a: tuple, b: tuple) -> None:
    numpy = pytest.importorskip("numpy")
    try:
        wanted = (numpy.zeros(a) @ numpy.zeros(b)).shape
    except ValueError:
        wanted = None
    try:
        found = make("matmul", symbol("a", "tensor", a), symbol("b", "tensor", b)).shape
    except ShapeError:
        found = None
    assert found == wanted


def test_unknown_shapes_fit_everything() -> None:
    unknown = symbol("U", "matrix", None)
    known = symbol("x", "vector", ("n",))
    assert make("matmul", unknown, known).shape is None
    assert make("add", unknown, known, number(1)).shape is None
    assert show(None) == "?"


def wrong_inputs() -> list[tuple[str, str, str]]:
    """The lines of the table: LaTeX, declarations, parts of the message."""
    table = Path(__file__).parent / "cases" / "shape_errors.txt"
    lines = [line for line in table.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    return [(*line.partition(" => ")[0].split(" @ "), line.partition(" => ")[2]) for line in lines]


@pytest.mark.parametrize(("latex", "declared", "told"), wrong_inputs())
def test_wrong_inputs_name_operands_shapes_and_axis(latex: str, declared: str, told: str) -> None:
    pairs = (part.partition(": ") for part in declared.split("; "))
    with pytest.raises(ShapeError) as caught:
        symdl.read(latex, symbols={name: text for name, _, text in pairs})
    for part in told.split(" | "):
        assert part in caught.value.message
    assert caught.value.span is not None


@pytest.mark.parametrize(
    ("latex", "is_told"), [("y - p", True), ("y - q", False), (r"p \odot y", True), ("X p", False)]
)
def test_a_vector_beside_a_column_is_told(latex: str, is_told: bool) -> None:
    kinds = {"y": "vector(n)", "p": "matrix(n, 1)", "q": "vector(n)", "X": "matrix(n, n)"}
    scope = Scope(symbols={name: declare(name, text) for name, text in kinds.items()})
    rules = {applied.rule for applied in read(latex, scope).conventions}
    assert ("column-broadcast" in rules) is is_told


TRACES = [
    (((2, 3), (2, 1)), ["axis      -2  -1", "A          2   3", "B          2   1",
                        "together   2   3"]),
    (((4, 3, 2), (1, 3, 1)), ["axis      -3  -2  -1", "A          4   3   2",
                              "B          1   3   1", "together   4   3   2"]),
    ((("B", "n"), ("n",)), ["axis       -2  -1", "A           B   n", "B         (1)   n",
                            "together    B   n"]),
    (((4, 3), (4,)), ["axis    -2  -1", "A        4   3", "B      (1)   4", "fails        ^"]),
    (((2, 3), (3, 3)), ["axis   -2  -1", "A       2   3", "B       3   3", "fails   ^"]),
]  # fmt: skip


@pytest.mark.parametrize(("shapes", "lines"), TRACES)
def test_the_trace_of_a_broadcast(shapes: tuple[tuple, ...], lines: list[str]) -> None:
    def words(rows: list[str]) -> list[list[str]]:
        return [row.split() for row in rows]

    assert words(table(["A", "B"], *shapes)) == words(lines)
    mark = [row.index("^") for row in table(["A", "B"], *shapes) if "^" in row]
    axes = table(["A", "B"], *shapes)[0]
    failing = broadcast(*shapes).failing_axis
    assert bool(mark) == (failing is not None)
    assert failing is None or axes[mark[0] - 1 : mark[0] + 1] == str(failing)


def shown_by(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    main(list(words))
    told = capsys.readouterr()
    return told.out + told.err


ACTIVATIONS = ["--symbol", "h: tensor(5, 4, 6)", "--symbol", "c: matrix(3, 1)"]


@pytest.mark.parametrize("words", [["(5, 4, 6) + (3, 1)"], ["h - c", *ACTIVATIONS]])
def test_what_does_not_broadcast_is_shown(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [line.split() for line in shown_by(capsys, "read", *words).splitlines()]
    table = lines[lines.index(["axis", "-3", "-2", "-1"]) :][:4]
    assert [row[-3:] for row in table[1:3]] == [["5", "4", "6"], ["(1)", "3", "1"]]
    assert table[3] == ["fails", "^"]
    data = json.loads(shown_by(capsys, "read", *words, "--format", "json"))
    (found,) = (data.get("error") or data)["broadcasts"]
    assert found["padded"] == [[5, 4, 6], [1, 3, 1]]
    assert (found["result"], found["failing_axis"]) == (None, -2)


def test_a_document_s_broadcasts_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "# Shapes that broadcast\n\n| shape | shape |\n|---|---|\n| (5, 4) | (4,) |\n"
        "| (5, 4) | (3, 4) |\n\n"
        "If shapes differ in length, pad the left: $(5, 4) \\text{ and } (4,) \\to (5, 4)"
        " \\text{ and } (1, 4)$\n\nLet $z = X W + b$ with $X \\in \\mathbb{R}^{n \\times d}$,"
        " $W \\in \\mathbb{R}^{d \\times k}$, $b \\in \\mathbb{R}^k$. Then"
        " $z \\in \\mathbb{R}^{n \\times k}$.\n"
    )
    path = tmp_path / "shapes.md"
    path.write_text(text, encoding="utf-8")
    shown = shown_by(capsys, "check", "--no-cache", str(path))
    assert ["fails", "^"] in [line.split() for line in shown.splitlines()]
    data = json.loads(shown_by(capsys, "check", "--no-cache", str(path), "--format", "json"))
    found = [b for f in data["findings"] for b in f["evidence"].get("broadcasts", ())]
    assert [b["failing_axis"] for b in found] == [None, -2, None, None]
    assert [b["padded"][1] for b in found] == [[1, 4], [3, 4], [1, 4], [1, "k"]]


def test_broadcasts_are_shown_where_a_line_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    told = [
        "--symbol",
        "X: matrix(B, d)",
        "--symbol",
        "W: matrix(d, k)",
        "--symbol",
        "b: vector(k)",
    ]
    assert main(["read", "X W + b", *told]) == 0
    shown = capsys.readouterr().out.split("broadcasting\n")[1].split()
    assert shown[:12] == ["axis", "-2", "-1", "XW", "B", "k", "b", "(1)", "k", "together", "B", "k"]


def test_a_sum_of_rows_is_a_row() -> None:
    assert read("(x^T A + 2 x^T)^T", SCOPE).term.shape == ("n",)
    assert read("(x^T A + 2 x^T) y", SCOPE).term.shape == ()
    assert read(r"(\tanh(x^T A))^T", SCOPE).term.shape == ("n",)
