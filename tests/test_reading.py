"""Reading: a table of lines and what they mean, and any input is read or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symdl.document.errors import Error
from symdl.document.source import Source
from symdl.expression.conventions import RULES
from symdl.expression.defining import define
from symdl.expression.reading import Reading, read, survey_document
from symdl.expression.scope import Definition, Scope
from symdl.expression.symbols import declare
from symdl.expression.term import Term, postorder

TABLE = Path(__file__).parent / "cases" / "reading.txt"


def shown(term: Term) -> str:
    """A Term on one line; a call by the name of its function."""
    texts: dict[Term, str] = {}
    for node in postorder(term):
        inside = ", ".join(texts[a] for a in node.args)
        if node.op in ("number", "symbol", "constant"):
            texts[node] = repr(node)
        elif node.op == "call":
            bars = f"[{', '.join(map(str, node.data.bars))}]" if node.data.bars else ""
            primes = "'" * node.data.primes
            texts[node] = f"call {node.data.function.name}{primes}{bars}({inside})"
        else:
            data = node.data if isinstance(node.data, str) else ""
            if isinstance(node.data, tuple):
                data = " ".join(map(str, node.data))
            label = f"[{data}]" if data else ""
            texts[node] = f"{node.op}{label}({inside})"
    return texts[term]


def declared(text: str) -> Scope:
    """A scope from `x: real; W: matrix(m, n)`."""
    pairs = [part.split(":", 1) for part in text.split(";") if part.strip()]
    made = [declare(key, kind) for key, kind in pairs]
    return Scope(symbols={symbol.name: symbol for symbol in made})


def rows() -> list[tuple[str, str, str]]:
    """LaTeX, declarations and meaning of each line of the table."""
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            latex, declarations, meaning = line.split("  ;;  ")
            found.append((latex, declarations.strip("-"), meaning))
    return found


@pytest.mark.parametrize(("latex", "declarations", "meaning"), rows())
def test_meaning(latex: str, declarations: str, meaning: str) -> None:
    scope = declared(declarations)
    if not meaning.startswith("!"):
        assert shown(read(latex, scope).term) == meaning
        return
    with pytest.raises(Error) as caught:
        read(latex, scope)
    assert caught.value.code == meaning[1:]
    assert caught.value.span is not None


PIECES = st.sampled_from(
    [
        "x", "y", "W", "f", r"\sigma", r"\theta", r"\mathbf{x}", r"\text{loss}", r"\hat{m}", "(",
        ")", "[", "]", "{", "}", "|", ",", ";", "=", "<", r"\approx", r"\in", r"\to", "+", "-",
        "*", "/", r"\cdot", r"\times", "@", r"\odot", r"\frac", r"\sqrt", "^", "_", "'", "!",
        r"\sum_{i=1}^n", r"\sum_j", r"\int", "dx", r"\lim_{x\to0}", r"\max", r"\frac{d}{dx}",
        r"\frac{\partial f}{\partial x}", r"\nabla_\theta", r"\partial_x", r"\log", r"\sin^2",
        "e", r"\pi", r"\infty", r"\mathbb{R}", r"\mathbb{E}", "T", "^T", "^{-1}", "_i", "_{ij}",
        "_{t-1}", "_1", "^{(l)}", "2", "0.5", r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", r"\ldots",
        r"\begin{cases}x&x>0\\0&\text{otherwise}\end{cases}", r"\quad", r"\text{if }", r"\forall",
        r"\%", r"\bmod", r"\Delta", r"\{", r"\}", r"\mid", r"\Big|_{x=0}", r"\det", "&", r"\\",
    ]
)  # fmt: skip
KNOWN = declared("y: real; W: matrix(m, n); \\mathbf{x}: vector(n); f: function; loss: real > 0")


def outcome(text: str, scope: Scope) -> Reading | Error:
    """The reading, or why there is none; anything else that is raised is a bug."""
    try:
        return read(text, scope)
    except Error as error:
        return error


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=12), st.booleans(), st.sampled_from(["", " "]))
def test_any_input_is_read_or_refused(pieces: list[str], known: bool, space: str) -> None:
    text = space.join(pieces)
    found = outcome(text, KNOWN if known else Scope())
    if isinstance(found, Error):
        assert found.span is not None
        assert 0 <= found.span.start <= found.span.end <= len(text)
        return
    for convention in found.conventions:
        assert convention.text == RULES[convention.rule]
    for term in found.spans:
        assert found.spans[term].start <= found.spans[term].end


def test_conventions_are_recorded_with_their_place() -> None:
    found = read(r"x W^T + f(e)")
    used = {(c.rule, c.span.text) for c in found.conventions}
    assert ("function-letter", "f") in used
    assert ("transpose", "T") in used
    assert ("euler", "e") in used
    assert ("array-neighbour", "x") in used


def test_declarations_need_no_convention() -> None:
    scope = declared("x: vector(n); W: matrix(m, n)")
    rules = {c.rule for c in read(r"W x", scope).conventions}
    assert not rules


def test_spans_name_the_text_of_a_term() -> None:
    found = read(r"a + \frac{b}{c}")
    quotient = found.term.args[1]
    assert found.spans[quotient].text == r"\frac{b}{c}"


def test_a_shape_error_is_placed_where_it_happens() -> None:
    scope = declared("A: matrix(m, n); x: vector(m)")
    with pytest.raises(Error) as caught:
        read(r"1 + \|A x\|", scope)
    assert caught.value.span is not None
    assert caught.value.span.text == "A x"
    assert "(m, n)" in caught.value.message
    assert "(m,)" in caught.value.message


def test_a_formula_in_scope_wins_over_an_operator() -> None:
    scope = define(Scope(), read(r"\text{ReLU}(x) = x^2").term)
    assert shown(read(r"\text{ReLU}(3)", scope).term) == "call ReLU(3)"
    assert shown(read(r"\text{ReLU}(3)").term) == "relu(3)"


def test_the_library_decides_a_letter_it_defines() -> None:
    def outer(name: str) -> Definition | None:
        return Definition(name, (), read("1").term) if name == r"\kappa" else None

    assert shown(read(r"\kappa(x + 1)", Scope(outer=outer)).term).startswith(r"call \kappa")
    assert shown(read(r"\kappa(x + 1)").term).startswith("mul")


def test_lines_of_a_document_are_surveyed_together() -> None:
    lines = [r"m_t = 0.9 m_{t-1}", "m_0 = 1", r"s(x) = 2x"]
    scope = survey_document(lines)
    assert shown(read("m_0", scope).term) == "entry(m, 0)"
    assert shown(read("m_0").term) == "m_0"
    assert read(r"m_{t}", scope).term.args[0] is read("m_0", scope).term.args[0]


def test_reading_leaves_nothing_behind() -> None:
    first = read(r"f(x) = x W^T").term
    read(r"x(y - 1) + W^2")
    assert read(r"f(x) = x W^T").term is first


def test_long_lines_are_read_in_linear_time() -> None:
    term = read(Source("long", "x+" * 50_000 + "x")).term
    assert len(term.args) == 50_001


@pytest.mark.parametrize(
    "hostile", ["9^{9^{9^9}}", "10^7!", r"\sum_{i=1}^{10^{12}} i", "__import__('os')", "x" * 5000]
)
def test_hostile_lines_answer_and_compute_nothing(hostile: str) -> None:
    found = outcome(hostile, Scope())
    assert not isinstance(found, Error) or found.span is not None


def test_every_convention_stands_in_the_manual() -> None:
    manual = (Path(__file__).parent.parent / "docs" / "reading.md").read_text(encoding="utf-8")
    table = manual.partition("## Conventions")[2].partition("## What is refused")[0]
    keys = {key for row in table.splitlines() for key in row.split("|")[1:2]}
    named = {part.strip() for key in keys for part in key.split(",")}
    assert set(RULES) <= named
