"""Formula files: every text knows its place, and every mistake is told with its own."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from symdl.document.errors import FileError, FormulaError
from symdl.document.formula import decode_source, parse_formula
from symdl.document.places import library_folder
from symdl.document.raw_formula import RawFormula
from symdl.document.source import Source, Span

HEAD = "name: a\nformula: x\n"


def formula(text: str) -> RawFormula:
    return parse_formula(Source("a.yaml", text), kind="test")


def claims_of(block: str) -> list[Source]:
    return [claim.statement for claim in formula(HEAD + "claims:\n" + block).claims]


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (r"  - \sigma'(x) = 1" + "\n", r"\sigma'(x) = 1"),
        (r"  - '\sigma''(x) = 1'" + "\n", r"\sigma'(x) = 1"),
        (r'  - "\\sigma(x) \"=\" 1"' + "\n", r'\sigma(x) "=" 1'),
        ("  - >\n    a <\n    b\n", "a < b"),
        ("  - >-\n    a <\n      b\n\n    c\n", "a <\n  b\n\nc"),
        ("  - |\n    a &= b \\\\\n      &= c\n", "a &= b \\\\\n  &= c"),
        ("  - |2-\n    a\n     b\n\n", "a\n b"),
        ("  - plain that\n    goes on\n", "plain that goes on"),
        ("  - 'quoted that\n    goes on'\n", "quoted that goes on"),
        ('  - "an \\u00e9 and \\x41\\\n     z"\n', "an é and Az"),
        ("  - é𝛽 = ß\n", "é𝛽 = ß"),
        ("  - 1e-8\n", "1e-8"),
        ("  - no\n", "no"),
        ("  - 0.90\n", "0.90"),
    ],
)
def test_a_text_is_kept_and_knows_where_it_stands(block: str, text: str) -> None:
    (source,) = claims_of(block)
    assert source.text == text
    for i, char in enumerate(text):
        origin = Span(source, i, i + 1).origin
        if not char.isspace() and char.isascii():
            assert origin.text[0] in (char, "\\"), (i, char, origin.text)
    assert Span(source, 0, len(text)).origin.text.startswith(text[0])


TEXTS = st.text(st.sampled_from("ab\\'\" {}[]|>#:,-&*=\n\té𝛽"), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from(["'", '"', "|", ">", None]))
def test_every_visible_character_is_found_again(text: str, style: str | None) -> None:
    written = yaml.dump([text], default_style=style, allow_unicode=True, width=20)
    block = "".join(f"  {line}\n" for line in written.rstrip("\n").split("\n"))
    try:
        (source,) = claims_of(block)
    except FormulaError:
        reject()  # control characters in double quotes, or nothing visible
    for i, char in enumerate(source.text):
        if not char.isspace():
            origin = Span(source, i, i + 1).origin.text
            assert origin[0] == char or origin.startswith("\\"), (source.text, i, origin)


def test_values_of_examples_keep_their_digits() -> None:
    text = HEAD + "examples:\n  - given: {x: 1e-8, W: [[1, 2.50], [3, 4]]}\n    expect: {y: 0.10}\n"
    example = formula(text).examples[0]
    x, w = example.given
    assert isinstance(x.value, Source)
    assert x.value.text == "1e-8"
    assert [[cell.text for cell in row] for row in w.value] == [["1", "2.50"], ["3", "4"]]  # type: ignore[union-attr]
    assert example.expect[0].value.text == "0.10"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "declaration"),
    [
        ("real > 0", "real > 0"),
        ("{domain: real > 0}", "real > 0"),
        ("{domain: integer >= 1}", "integer >= 1"),
        ("{meaning: words}", "real"),
        ("{shape: '(m, n)'}", "matrix(m, n)"),
        ("{shape: '(n,)', domain: real > 0}", "vector(n) > 0"),
        ("{shape: [b, h, n]}", "tensor(b, h, n)"),
        ("{role: index, shape: '(n)'}", "index(n)"),
        ("{role: sequence, domain: 'real >= 0'}", "sequence >= 0"),
        ("{role: scalar, domain: 'real >= 0'}", "real >= 0"),
        ("{type: 'matrix(m, n)', domain: 'real > 0'}", "matrix(m, n) > 0"),
    ],
)
def test_a_symbol_is_declared_in_one_text(written: str, declaration: str) -> None:
    (entry,) = formula(HEAD + f"symbols:\n  x: {written}\n").symbols
    assert entry.declaration == declaration


BAD = json.loads(Path(__file__).with_name("cases").joinpath("bad_formula_files.json").read_text())


@pytest.mark.parametrize("case", BAD, ids=[case["what"] for case in BAD])
def test_a_mistake_has_a_place_and_a_hint(case: dict[str, str]) -> None:
    with pytest.raises(FormulaError) as caught:
        formula(case["text"])
    error = caught.value
    assert error.span is not None
    assert f"{error.span.line}:{error.span.column}" == case["at"]
    assert case["says"] in error.message
    assert case["hint"] in error.hint


def test_binary_junk_is_no_text() -> None:
    with pytest.raises(FileError, match="0xff is not UTF-8") as caught:
        decode_source("a.yaml", b"name: a\nx\xff\x00\x01")
    assert caught.value.span is not None
    assert (caught.value.span.line, caught.value.span.column) == (2, 2)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
def test_nothing_else_ever_comes_out_of_a_bad_file(text: str) -> None:
    with pytest.raises(FormulaError):
        formula(text)


def test_the_library_fits_its_schema() -> None:
    schema = json.loads((library_folder() / "schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    paths = sorted(library_folder().glob("*/*.yaml"))
    assert len(paths) > 80
    for path in paths:
        jsonschema.validate(yaml.safe_load(path.read_text()), schema)
