"""The formula library as a whole: what the README promises of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from claim_tables import check_row, table

import symdl
from symdl import library
from symdl.document.formula import parse_formula
from symdl.document.places import formula_files, library_folder
from symdl.document.raw_formula import RawFormula
from symdl.document.source import Source
from symdl.report.diagnostic import Checked
from symdl.runs.running import check_paths


@pytest.fixture(scope="module")
def checked() -> Checked:
    return check_paths(cached=False)


def test_every_claim_of_the_library_has_its_verdict(checked: Checked) -> None:
    counts = checked.summary
    claims = sum(counts.values()) - counts["definition"]
    assert checked.formulas >= 55
    assert claims >= 300
    assert [f for f in checked.findings if f.failed] == []
    assert "undecided" not in counts


def test_every_formula_is_complete() -> None:
    for formula in library.all_formulas():
        name = formula.name.text
        assert formula.file.name.endswith(f"{formula.kind}/{name}.yaml")
        assert formula.citation is not None, name
        assert formula.claims, name
        assert formula.examples, name
        for other in formula.see:
            assert other in library.files(), f"{name} sees {other}"


def test_names_and_aliases_lead_to_one_formula() -> None:
    assert len(library.files()) == len(list(formula_files(library_folder())))
    clashes = set(library.aliases()) & set(library.files())
    assert all(library.aliases()[word] == library.files()[word] for word in clashes)


def test_every_finding_says_how_it_was_read(checked: Checked) -> None:
    told = [f for f in checked.findings if f.reading]
    assert len(told) > 0.9 * len(checked.findings)
    for finding in checked.findings:
        assert finding.line > 1
        assert finding.end_line >= finding.line
        assert finding.code
        assert finding.message


def formula(text: str) -> RawFormula:
    return parse_formula(Source("a.yaml", text))


def test_the_letters_left_of_an_equation_are_found_without_taking_yaml_apart() -> None:
    for known in library.all_formulas():
        left = "\n".join(line.text.split("=")[0] for line in known.lines)
        for word in re.findall("[A-Za-z]{2,}", left):
            assert known.file.name in {f.file.name for f in library.formulas_naming(word)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("formula: f(x) = x\nname: bump\n", False),
        ("formula:\n  - f(x) = x\n\n  - bump(x) = x\nname: a", True),
        ("name: a\nformula:\r\n\r\n- bump(x) = x\r\n", True),
        ('formula: "\\x62ump(x) = x"\nnote: bump\n', True),
        ("aside: &f bump(x) = x\nformula: *f\n", True),
        ("{formula: bump(x) = x, name: a}\n", True),
    ],
)
def test_letters_that_yaml_may_hide_are_found(tmp_path: Path, text: str, found: bool) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(text.encode())
    assert ("bump" in library._left_letters(path)) is found


def test_words_are_shared_and_letters_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [
        formula("name: a\nformula: \\operatorname{bump}(x) = x^2\n"),
        formula("name: b\nformula: \\operatorname{twice}(x) = 2x\n"),
        formula("name: c\nformula: \\operatorname{twice}(x) = 3x\n"),
        formula("name: d\nformula: f(x) = x\n"),
        formula("name: e\nformula: \\operatorname{mixed}(x) = \\operatorname{bump}(x) + 1\n"),
    ]
    monkeypatch.setattr(library, "formulas_naming", lambda letters: iter(known))
    library._defining.cache_clear()
    try:
        assert library.outer("bump") is not None
        assert library.outer("twice") is None
        assert library.outer("f") is None
        assert library.outer("nothing") is None
        assert symdl.check(r"\operatorname{mixed}(3) = 10").kind == "proved"
        assert symdl.check(r"\operatorname{bump}'(x) = 2x").kind == "proved"
    finally:
        library._defining.cache_clear()


def test_formulas_that_use_each_other_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [
        formula("name: a\nformula: \\operatorname{one}(x) = \\operatorname{other}(x)\n"),
        formula("name: b\nformula: \\operatorname{other}(x) = \\operatorname{one}(x)\n"),
    ]
    monkeypatch.setattr(library, "formulas_naming", lambda letters: iter(known))
    library._defining.cache_clear()
    try:
        assert symdl.check(r"\operatorname{one}(1) = 2").kind == "undecided"
    finally:
        library._defining.cache_clear()


def test_claims_that_are_said_to_be_wrong() -> None:
    head = "name: a\nformula: f(x) = x^2\nsymbols: {x: real}\nclaims:\n"
    for claim, verdict, failed in (
        ("{claim: f(x) = x, expect: refuted}", "refuted-as-expected", False),
        ("{claim: f(x) = x x, expect: refuted}", "proved", True),
        ("{claim: f(x) = x}", "refuted", True),
        ("{claim: f(x) = x x}", "proved", False),
    ):
        from symdl.checking import check_bytes

        findings = check_bytes("a.yaml", f"{head}  - {claim}\n".encode())
        assert (findings[-1].verdict, findings[-1].failed) == (verdict, failed)


@pytest.mark.parametrize(("claim", "expected"), table("library_names.txt"))
def test_functions_are_called_by_the_names_of_files(claim: str, expected: str) -> None:
    check_row(claim, expected)
