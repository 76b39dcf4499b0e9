"""Documents checked in place: each claim has its expected verdict beside it.

In tests/documents a comment `<!-- proved refuted -->` at the end of a line lists the verdicts of
the findings that begin on it, in the order of the page, definitions left out. It is blanked
out before the document is read. A line without a comment has nothing but definitions.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from symdl.checking import check_bytes, pieces_of_file
from symdl.document.documents import read_documents
from symdl.document.pieces import Math
from symdl.document.source import Source, Span
from symdl.report.diagnostic import Checked, Finding, exit_status

FOLDER = Path(__file__).parent / "documents"
FILES = sorted(path for path in FOLDER.iterdir() if path.is_file())
EXPECTED = re.compile(r"<!-- ([a-z -]+) -->")


def blanked(text: str) -> str:
    """The document without the expectations, every character in its place."""
    return EXPECTED.sub(lambda m: " " * len(m[0]), text)


def verdicts(findings: tuple[Finding, ...]) -> dict[int, list[str]]:
    """The verdicts of each line in the order of their columns."""
    found: dict[int, list[str]] = {}
    for finding in sorted(findings, key=lambda f: (f.line, f.column)):
        if finding.verdict != "definition":
            found.setdefault(finding.line, []).append(finding.verdict)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_claim_has_its_verdict_and_its_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = enumerate(text.split("\n"), 1)
    expected = {n: m[1].split() for n, line in lines if (m := EXPECTED.search(line))}
    findings = check_bytes(path.name, blanked(text).encode())
    assert verdicts(findings) == expected
    are_places_of_the_file(path, blanked(text), findings)


def flat(text: str) -> str:
    return "".join(text.split())


def are_places_of_the_file(path: Path, text: str, findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        if finding.kind in ("statement", "file"):
            continue
        lines = text.split("\n")[finding.line - 1 : finding.end_line]
        lines[-1] = lines[-1][: finding.end_column - 1]
        lines[0] = lines[0][finding.column - 1 :]
        shown, latex = flat("\n".join(lines)), flat(finding.latex)
        if path.suffix == ".tex" and re.search(r"\\(?:sig|half|power|gelu|size)\b", shown):
            assert shown.count("{") == shown.count("}")  # whole calls, expanded in the LaTeX
        elif path.suffix == ".py":
            assert shown in (latex, latex.replace("\\", "\\\\"))
        elif path.stem in ("adjectives", "laws_in_words", "memberships"):
            assert latex.startswith(shown)  # x > 0 in the place of the x that is positive
        else:
            assert shown == latex


def runs(name: str, text: str) -> Iterator[Math]:
    for document in read_documents(name, text.encode()):
        yield from (run for run in document.runs() if isinstance(run, Math))


@pytest.mark.parametrize("seed", range(20))
def test_what_is_between_delimiters_is_cut_out_exactly(seed: int) -> None:
    draw = random.Random(seed)
    formulas = [f"x_{{{i}}} + {draw.randrange(99)} = y" for i in range(12)]
    wrap = ["${}$", "\\({}\\)", "$$ {} $$", "\\[{}\\]", "\\begin{{align}}{}\\end{{align}}"]
    words = ["Let ", "- item: ", "> quoted ", "1. first ", "costs \\$5, ", "**so** "]
    lines = [
        draw.choice(words) + draw.choice(wrap).format(f) + draw.choice([".", "", ", and"])
        for f in formulas
    ]
    text = draw.choice(["\n\n", "\r\n\r\n"]).join(lines)
    found = list(runs("a.md", text))
    assert [f in run.text for f, run in zip(formulas, found, strict=True)] == [True] * 12
    for run in found:
        origin = Span(run.source, 0, len(run.text)).origin
        assert origin.text == run.text


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("It costs $5 and $10.", []),
        ("It costs \\$5, $x$ is no price.", ["x"]),
        ("From $20M to $30M in a year", []),
        ("If $2ab = 1$, then $3xy$; it costs $5 or $6", ["2ab = 1", "3xy"]),
        ("$x$ and $ y = 1 $ and $`z`$", ["x", "y = 1", "z"]),
        ("`$a$` $b$ ``$c$``", ["b"]),
        ("$$\nx\n- y\n= 1\n$$", ["x\n- y\n= 1"]),
        ("text\n\\[\nx\n=\n1\n\\]\ntext", ["x\n=\n1"]),
        ("| a | $|x|$ |\n|---|---|\n| b | $\\|y\\| | z$ |", ["|x|", "\\|y\\| | z"]),
        ("[link](http://a.b/$x$) and [$y$](u)", ["x", "y"]),
        ("\\\\[2pt] $a$", ["a"]),
        ("$$x$$ is inline", ["x"]),
    ],
)
def test_delimiters(text: str, formulas: list[str]) -> None:
    assert [run.text.strip() for run in runs("a.md", text)] == formulas


# --- the examples of the project ------------------------------------------------------------------

EXAMPLES = FOLDER.parent.parent / "examples"


def test_the_notes_are_clean() -> None:
    findings = check_bytes("notes.md", (EXAMPLES / "notes.md").read_bytes())
    told = [f"{f.line}: {f.latex}: {f.message}" for f in findings if f.severity != "note"]
    assert not told
    assert len([f for f in findings if f.verdict != "definition"]) > 60


def test_each_of_twenty_mistakes_is_caught_and_nothing_else() -> None:
    right, wrong = (
        (EXAMPLES / name).read_text(encoding="utf-8").split("\n")
        for name in ("notes.md", "notes_with_mistakes.md")
    )
    pairs = enumerate(zip(right, wrong, strict=True), 1)
    changed = {line for line, (before, after) in pairs if before != after}
    findings = check_bytes("notes_with_mistakes.md", "\n".join(wrong).encode())
    assert len(changed) == 20
    assert {f.line for f in findings if f.verdict == "refuted"} == changed


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (r"$\tanh(x) = 2\sigma(x) - 1$", r"2\sigma(2x) - 1"),
        (r"$\frac{d}{dx} x^3 = 3x$", "3x^{2}"),
        (r"$\sigma'(x) = \sigma(x)(1 + \sigma(x))$", r"\sigma(x)(1 - \sigma(x))"),
        (
            "$x = 3$, $L = (y - wx)^2$, so $\\frac{\\partial L}{\\partial w} = 2x(y - wx)$",
            "-2x(y - wx)",
        ),
    ],
)
def test_a_slip_is_mended_if_the_mend_is_proved(text: str, meant: str) -> None:
    refuted = check_bytes("a.md", text.encode())[-1]
    assert refuted.verdict == "refuted"
    assert refuted.evidence["mend"] == meant
    assert meant in refuted.hint


# --- bad input ------------------------------------------------------------------------------------


def test_a_notebook_has_cells_and_lines() -> None:
    cells = [
        {"cell_type": "code", "source": ["# $1 = 2$\n"], "outputs": [{"text": "$1 = 2$"}]},
        {"cell_type": "markdown", "source": ["# Title\n", "\n", "so $1 + 1 = 3$"]},
        {"cell_type": "markdown", "source": "$2 + 2 = 4$"},
    ]
    data = json.dumps({"nbformat": 4, "cells": cells}).encode()
    first, second = check_bytes("a.ipynb", data)
    assert (first.cell, first.line, first.column, first.verdict) == (2, 3, 5, "refuted")
    assert first.place == "a.ipynb:cell 2:3:5"
    assert (second.cell, second.verdict) == (3, "proved")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.ipynb", b'{"cells": [', "malformed-notebook"),
        ("a.ipynb", b"[]", "malformed-notebook"),
        ("a.ipynb", b"[" * 100_000, "malformed-notebook"),
        ("a.py", b"def f(:", "malformed-python"),
        ("a.md", b"\x00\x80\x81", "unreadable-file"),
    ],
)
def test_a_broken_file_is_one_finding(name: str, data: bytes, code: str) -> None:
    (finding,) = check_bytes(name, data)
    assert (finding.verdict, finding.code) == ("not-understood", code)
    assert exit_status(Checked((finding,))) in (1, 2)


@pytest.mark.parametrize(
    ("name", "text", "codes"),
    [
        ("a.md", "F\xfcr $1 + 1 = 3$", {"wrong-encoding"}),
        ("a.md", "A\0B $1 + 1 = 3$", {"wrong-encoding"}),
        ("a.md", "An $open = 1 and\n\n$1 + 1 = 3$", {"unclosed-math"}),
        ("a.md", "$1 + 1 = 3$ and $$y^2 + 1 = 5", {"unclosed-math"}),
        ("a.tex", "\\newcommand{\\a}{\\a}$\\a = 1$ $1 + 1 = 3$", {"macro-recursion"}),
        ("a.tex", "\\newcommand{\\a}{\\a\\a}$\\a = 1$ $1 + 1 = 3$", {"macro-recursion"}),
        ("a.tex", "\\input{no such file} $1 + 1 = 3$", {"missing-file"}),
        ("a.py", '"Not raw: $\\theta = \\theta$, $1 + 1 = 3$"', {"not-a-raw-string"}),
    ],
)
def test_damage_costs_only_itself(name: str, text: str, codes: set[str]) -> None:
    findings = check_bytes(name, text.encode("latin-1"))
    assert codes | {"refuted-number"} <= {finding.code for finding in findings}


def test_a_file_that_is_too_long_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symdl.document.documents.LONGEST", 1000)
    found = check_bytes("a.md", b"$1 + 1 = 3$\n\n" * 500)
    assert found[0].code == "document-too-long"
    assert {f.verdict for f in found[1:]} == {"refuted"}


def test_files_put_in_are_read_once_and_have_their_own_places(tmp_path: Path) -> None:
    (tmp_path / "a.tex").write_text("\\input{b}\n$1 + 1 = 2$")
    (tmp_path / "b.tex").write_text("\n\n$1 + 1 = 3$ \\input{a}")
    name = str(tmp_path / "a.tex")
    again, refuted, proved = check_bytes(name, (tmp_path / "a.tex").read_bytes())
    assert again.code == "file-again"
    assert (refuted.file, refuted.line, refuted.verdict) == (str(tmp_path / "b.tex"), 3, "refuted")
    assert (proved.file, proved.verdict) == (name, "proved")


def test_what_is_unread_in_a_document_fails_nothing() -> None:
    (finding,) = check_bytes("a.md", rb"$x = \unknownmacro{y}$")
    assert finding.verdict == "not-understood"
    assert exit_status(Checked((finding,))) == 0
    assert exit_status(Checked((finding,)), strict=True) == 1


def test_an_excerpt_knows_its_place() -> None:
    whole = Source("a.md", "one\ntwo $x$")
    (run,) = runs("a.md", whole.text)
    span = Span(run.source, 0, 1)
    assert (span.line, span.column, span.end_column) == (2, 6, 7)


def test_a_paragraph_of_hundreds_of_formulas_is_read() -> None:
    text = "\n".join(f"Line {i}: $x^2 + {i} = {i} + x^2$" for i in range(300))
    found = pieces_of_file("long.md", text.encode(), False)
    assert len(found) == 300


def test_a_notebook_with_large_pictures_is_read() -> None:
    picture = {"data": {"image/png": "A" * 4_100_000}}
    cells = [
        {"cell_type": "markdown", "source": ["We have $1 + 1 = 3$."]},
        {"cell_type": "code", "source": [], "outputs": [picture]},
    ]
    found = check_bytes("large.ipynb", json.dumps({"cells": cells}).encode())
    assert [f.verdict for f in found] == ["refuted"]


def test_what_is_too_large_for_a_document_is_told_at_once() -> None:
    (found,) = check_bytes("large.md", b"We have $1 + 1 = 2$.\n\n" * 1_000_000)
    assert found.code == "document-too-long"
    assert found.verdict == "not-understood"
