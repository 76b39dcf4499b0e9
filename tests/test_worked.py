"""Worked examples and claims of a file: each is judged on its own, and slips are told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import symdl
from symdl import checking
from symdl.cli import main
from symdl.faces import statement

HEAD = """name: a
formula: f(x) = x^2 + a
symbols: {x: real > 0, a: real, n: integer >= 1, v: vector(k), W: 'matrix(m, k)', s: sequence}
parameters: {b: {value: 2, domain: real > 0}}
examples:
"""

# given, expect, code, column of the last two lines, a part of the message
EXAMPLES = [
    ("x: abc, a: 1", "f(x): 5", "malformed-example", "6:16", "abc is no number"),
    ("x: 1, a: 0, y: 2", "f(x): 1", "malformed-example", "6:25", "y is no symbol"),
    ("x: 2", "f(x): 5", "malformed-example", "7:14", "a has no value"),
    ("x: -2, a: 0", "f(x): 4", "out-of-domain", "6:16", "x > 0"),
    ("n: 1.5, a: 0", "a: 0", "out-of-domain", "6:16", "integer"),
    ("b: '-\\sqrt{2}'", "b: -1.4", "out-of-domain", "6:17", "b > 0"),
    ("x: 50%, a: 0", "f(x): 2500", "malformed-example", "6:16", "50% is no number"),
    ("x: 2, a: 0", "f(x): two", "malformed-example", "7:20", "two is no number"),
    ("x: 1/0, a: 0", "f(x): 1", "malformed-example", "6:16", "no number"),
    ("x: \\infty, a: 0", "f(x): 1", "malformed-example", "6:16", "no number"),
    ("x: a, a: 1", "f(x): 2", "malformed-example", "6:16", "a is no number"),
    ("x: [1, 2], a: 0", "f(x): 1", "shape-mismatch", "6:17", "(2,)"),
    ("v: 3, a: 0", "a: 0", "shape-mismatch", "6:16", "(k,)"),
    ("W: [[1, 2], [3, 4]], v: [1, 2, 3]", "W v: [5, 11]", "shape-mismatch", "6:38", "k 3"),
    ("x: 1, a+1: 2", "x: 1", "malformed-example", "6:19", "a+1 is no symbol"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expect", "code", "place", "message"), EXAMPLES)
def test_examples_that_make_no_sense_are_told(
    given: str, expect: str, code: str, place: str, message: str
) -> None:
    example = f"  - given: {{{given}}}\n    expect: {{{expect}}}\n"
    found = [
        f
        for f in checking.check_bytes("a.yaml", (HEAD + example).encode())
        if f.kind != "definition"
    ]
    assert [f.code for f in found] == [code], found
    assert f"{found[0].line}:{found[0].column}" == place
    assert message in found[0].message
    assert found[0].failed


def test_what_examples_may_say() -> None:
    good = [
        ("x: '\\frac{1}{3}', a: '\\pi'", "f(x): 3.2527"),
        ("W: [[1, 2], [3, 4]], v: [1, 1]", "'W v': [3, 7]"),
        ("x: 3, a: 0", "b: 2"),
    ]
    text = HEAD + "".join(f"  - given: {{{g}}}\n    expect: {{{e}}}\n" for g, e in good)
    found = checking.check_bytes("a.yaml", text.encode())
    assert not [f for f in found if f.failed or f.verdict == "undecided"], found


def test_an_expression_is_no_claim() -> None:
    text = "name: a\nformula: f(x) = x\nclaims:\n  - - 3\n  - x^2\n  - -3\n"
    found = checking.check_bytes("a.yaml", text.encode())
    assert all(f.failed for f in found)
    text = "name: a\nformula: f(x) = x\nclaims:\n  - -3\n  - f(x) = x\n"
    found = checking.check_bytes("a.yaml", text.encode())
    assert [f.code for f in found][1:] == ["not-a-statement", "proved-identity"]


def test_a_bug_on_one_claim_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = checking.judge

    def judge(claim: checking.Claim) -> checking.Verdict:
        if claim.latex.startswith("f(2)"):
            raise AttributeError("nothing there")
        return real(claim)

    monkeypatch.setattr(checking, "judge", judge)
    monkeypatch.setattr(statement, "judge", judge)
    file = tmp_path / "a.yaml"
    file.write_text(
        "name: a\nformula: f(x) = x\nclaims:\n  - f(1) = 1\n  - f(2) = 2\n  - f(3) = 3\n"
    )
    found = checking.check_bytes(str(file), file.read_bytes())
    assert [(f.line, f.code) for f in found] == [
        (2, "definition-definition"),
        (4, "proved-number"),
        (5, "internal-error"),
        (6, "proved-number"),
    ]
    assert main(["check", "--no-cache", str(file)]) == 3
    assert "AttributeError" in capsys.readouterr().out
    with pytest.raises(symdl.InternalError) as raised:
        symdl.check("f(2) = 2", given=["f(x) = x"])
    assert isinstance(raised.value.__cause__, AttributeError)


INDICES = """name: a
formula: y = Wx
symbols: {x: vector(n), W: 'matrix(m, n)'}
claims:
  - W_{ij} = W_{ij}
  - y_i = \\sum_j W_{ij} x_j
  - \\frac{\\partial y_i}{\\partial x_j} = W_{ij}
  - y_i(\\delta_{ij} - y_j) = y_i \\delta_{ij} - y_i y_j
"""


def test_index_letters_need_no_declaration() -> None:
    found = checking.check_bytes("a.yaml", INDICES.encode())
    assert not [f for f in found if f.failed or f.verdict == "undecided"], found


BOUNDS = """name: a
formula: P = \\sum_i p_i
symbols: {p: 'vector(N) > 0, <= 1', N: integer >= 1, alpha: real}
claims:
  - P > 0
  - P > 1
  - -\\sum \\log p_i > 0
  - -\\sum_i \\log p_i \\ge 0
  - \\alpha^2 > \\alpha
"""


def test_bounds_of_arrays_have_their_words() -> None:
    found = checking.check_bytes("a.yaml", BOUNDS.encode())[1:]
    kinds = [f.verdict for f in found]
    assert [kinds[1], kinds[2], kinds[4]] == ["refuted"] * 3, found
    assert {kinds[0], kinds[3]} <= {"proved", "confirmed"}, found
    assert not [f for f in found if "equal" in f.message and f.verdict == "confirmed"]
    assert "α" in str(found[4].counterexample)


def test_a_declaration_of_another_file_declares_nothing_here() -> None:
    other = "name: b\nformula: g(w) = w\nsymbols: {w: real}\nclaims: [w = w]\n"
    assert not [f for f in checking.check_bytes("b.yaml", other.encode()) if f.failed]
    found = checking.check_bytes("a.yaml", b"name: a\nformula: f(x) = x\nclaims: [w = w]\n")
    assert [f.code for f in found][1:] == ["undeclared-symbol"]


OWN = [
    ("\\operatorname{softplus}(x)=\\frac1\\beta\\log(1+e^{\\beta x})",
     "\\operatorname{softplus}'(x) = \\frac{1}{1+e^{-\\beta x}}", "proved"),
    ("\\text{GELU}(x) = 2x", "\\text{GELU}(3) = 6", "proved"),
    ("\\sigma(x) = \\frac{1}{1+e^{-2x}}", "\\sigma'(x) = 2\\sigma(x)(1-\\sigma(x))", "proved"),
    ("\\sigma(x) = \\frac{1}{1+e^{-2x}}", "\\sigma'(x) = \\sigma(x)(1-\\sigma(x))", "refuted"),
    ("\\tanh(x) = 3x", "\\tanh(1) = 3", "proved"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "claim", "verdict"), OWN)
def test_the_lines_of_a_file_define(line: str, claim: str, verdict: str) -> None:
    text = f"name: a\nformula: {line}\nsymbols: {{x: real, beta: real > 0}}\nclaims: ['{{}}']\n"
    text = text.replace("{}", claim.replace("'", "''"))
    found = checking.check_bytes("a.yaml", text.encode())
    assert [f.verdict for f in found] == ["definition", verdict], found
    assert "this file" in found[0].note


def test_a_line_that_says_what_a_name_means_anyway_is_proved() -> None:
    text = "name: a\nformula: \\sigma(x) = \\frac{1}{1+e^{-x}}\nsymbols: {x: real}\n"
    assert [f.verdict for f in checking.check_bytes("a.yaml", text.encode())] == ["proved"]
    assert symdl.check("\\tanh(x) = 3x").kind == "refuted"


def test_files_that_are_none_and_keys_given_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "name: b\nformula: f(x)=x\nsymbols: {x: real, alpha: real, \\alpha: real}\n"
    (tmp_path / "a.yaml").write_text(text + 'claims:\n  - "f(x) = \\e[31mq"\n')
    os.mkfifo(tmp_path / "p.yaml")
    assert main(["check", "--no-cache", str(tmp_path)]) == 2
    out = capsys.readouterr().out
    assert "not a regular file" in out
    assert "\x1b" not in out
    found = checking.check_bytes("a.yaml", text.encode())
    assert [(f.code, f.line, f.column) for f in found[:1]] == [("malformed-formula", 3, 33)]


@pytest.mark.parametrize("name", ["class", "double", "1f", "", "a\nb"])
def test_names_of_functions_are_names(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "relu", "--to", "c", "--name", name]) == 2
    assert "cannot name" in capsys.readouterr().err


def test_wrong_types_are_type_errors() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        symdl.read(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="mapping"):
        symdl.check("x = x", symbols=["x"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="int"):
        symdl.load(3)  # type: ignore[arg-type]
    assert symdl.check("y = 4", given="y = 4").kind == "proved"
