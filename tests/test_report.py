"""Reports: the same findings for people, editors, build servers and code hosts."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from symdl.checking import check_bytes
from symdl.document.errors import ReadError
from symdl.document.source import Source, Span
from symdl.evidence import kinds, verdict
from symdl.report import html, junit, sarif, short, terminal
from symdl.report import json as json_report
from symdl.report.codes import explanations
from symdl.report.diagnostic import Checked, Finding, exit_status

PROVED = Finding(
    file="formulas/activation/sigmoid.yaml",
    line=3,
    column=5,
    end_line=3,
    end_column=14,
    formula="sigmoid",
    latex=r"\sigma(0) = \frac{1}{2}",
    kind="number",
    verdict="proved",
    method="exact",
    message="both sides are 1/2",
    code="proved-number",
)
REFUTED = replace(
    PROVED,
    line=2,
    latex=r"\sigma(x) < x & <b>\x01",
    kind="bound",
    verdict="refuted",
    method="sampling",
    message="the left side is larger",
    code="refuted-bound",
    counterexample={"at": {"x": "0"}, "left": "0.5", "right": "0"},
    hint="quote it",
    note="seen in <notes>",
)
UNDECIDED = replace(PROVED, verdict="undecided", code="undecided-bound", message="not decided here")
BROKEN = replace(PROVED, verdict="not-understood", code="malformed-formula", formula=None, latex="")
EXPECTED = replace(REFUTED, verdict="refuted-as-expected")
ALL = Checked((PROVED, REFUTED, UNDECIDED, BROKEN, EXPECTED), formulas=1, seconds=0.5)
FIELDS = {
    *("file", "line", "column", "end_line", "end_column", "formula", "latex", "kind"),
    *("verdict", "method", "counterexample", "reading", "message", "code", "evidence"),
}


def test_json_has_the_promised_fields() -> None:
    data = json.loads(json_report.render(ALL))
    assert set(data) == {"symdl", "summary", "findings"}
    assert data["summary"] == {
        "proved": 1,
        "refuted-as-expected": 1,
        "undecided": 1,
        "refuted": 1,
        "not-understood": 1,
    }
    for finding in data["findings"]:
        assert set(finding) >= FIELDS
    assert data["findings"][1]["counterexample"] == {"at": {"x": "0"}, "left": "0.5", "right": "0"}
    assert tuple(Finding.from_dict(f) for f in data["findings"]) == ALL.findings


@pytest.mark.parametrize(
    ("findings", "strict", "status"),
    [
        ((), False, 0),
        ((PROVED, EXPECTED), True, 0),
        ((PROVED, UNDECIDED), False, 0),
        ((PROVED, UNDECIDED), True, 1),
        ((REFUTED,), False, 1),
        ((BROKEN,), False, 1),
        ((replace(PROVED, code="expectation-failed"),), False, 1),
        ((REFUTED, replace(BROKEN, code="unreadable-file")), False, 2),
        ((replace(BROKEN, code="no-formulas"),), False, 2),
        ((REFUTED, replace(BROKEN, code="internal-error")), False, 3),
    ],
)
def test_the_exit_status_says_the_worst(
    findings: tuple[Finding, ...], strict: bool, status: int
) -> None:
    assert exit_status(Checked(findings), strict) == status


def test_an_interrupted_run_is_not_a_clean_one() -> None:
    assert exit_status(Checked((PROVED,), interrupted=True)) == 130
    assert "interrupted" in terminal.render(Checked((), interrupted=True), lines=lambda _: ())


def test_the_terminal_underlines_the_place() -> None:
    lines = ["name: sigmoid", "  - \\sigma(x) < x", "x"]
    shown = terminal.render(ALL, lines=lambda _: lines)
    assert (
        "error[refuted-bound]: the left side is larger\n"
        "  --> formulas/activation/sigmoid.yaml:2:5 in sigmoid\n"
        "  |\n"
        "2 |   - \\sigma(x) < x\n"
        "  |     ^^^^^^^^^\n" in shown.replace("^" * 13, "^" * 9)
    )
    assert "at x = 0: left 0.5, right 0" in shown
    assert "hint: quote it" in shown
    assert "note: seen in <notes>" in shown
    assert "\x1b" not in shown
    assert "\x1b[31m" in terminal.render(ALL, lines=lambda _: lines, colour=True)


def test_wide_and_combining_characters_and_long_lines_are_underlined_in_place() -> None:
    finding = replace(REFUTED, line=1, end_line=1, column=3, end_column=5)
    line = "日e\u0301x = 1"
    at = replace(finding, column=line.index("x") + 1, end_column=line.index("x") + 2)
    shown = terminal.render(Checked((at,)), lines=lambda _: [line])
    assert "  |    ^\n" in shown
    long = "a" * 5000 + "BAD" + "c" * 5000
    at = replace(finding, column=5001, end_column=5004)
    shown = terminal.render(Checked((at,)), lines=lambda _: [long])
    code, under = shown.split("\n")[3:5]
    assert len(code) < 200
    assert code[under.index("^") : under.rindex("^") + 1] == "BAD"


def test_a_raised_error_is_shown_in_the_same_form() -> None:
    source = Source("<latex>", "x + \\foo")
    shown = terminal.error_text(ReadError("unknown macro \\foo", Span(source, 4, 8), "say what"))
    assert "error[unreadable]: unknown macro \\foo" in shown
    assert "1 | x + \\foo\n  |     ^^^^" in shown
    assert "hint: say what" in terminal.error_text(ReadError("no place", None, "say what"))


def test_short_lines_are_for_editors() -> None:
    first = short.render(ALL).split("\n")[0]
    assert (
        first
        == "formulas/activation/sigmoid.yaml:2:5: error[refuted-bound] the left side is larger"
    )
    assert short.render(Checked(())) == "nothing to check\n"


def test_junit_counts_and_places() -> None:
    root = ElementTree.fromstring(junit.render(ALL))
    assert root.tag == "testsuites"
    (suite,) = root
    assert suite.get("name") == "formulas/activation/sigmoid.yaml"
    counts = [suite.get(k) for k in ("tests", "failures", "errors", "skipped")]
    assert counts == ["5", "1", "1", "1"]
    outcomes = [[child.tag for child in case] for case in suite]
    assert outcomes == [[], ["failure"], ["skipped"], ["error"], []]
    assert suite[1].get("line") == "2"
    assert suite[1].get("classname") == "sigmoid"


def test_sarif_has_the_required_structure() -> None:
    log = json.loads(sarif.render(ALL))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({r["id"] for r in rules})
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "formulas/activation/sigmoid.yaml"
        assert place["region"]["startLine"] >= 1
        assert (result["kind"] == "fail") == (result["level"] == "error")
    assert [r["level"] for r in run["results"]] == ["error", "none", "error"]
    absolute = replace(REFUTED, file="/tmp/a b.yaml")
    (result,) = json.loads(sarif.render(Checked((absolute,))))["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "file:///tmp/a%20b.yaml"


TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 1}
MESSAGE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text"],
    "properties": {"text": TEXT},
}
REGION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["startLine"],
    "properties": dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), COUNT),
}
PLACE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "additionalProperties": False,
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"uri": {"type": "string", "pattern": r"^[^ \\\\<>\"{}|^`]+$"}},
                },
                "region": REGION,
            },
        }
    },
}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["message"],
    "properties": {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": -1},
        "kind": {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": MESSAGE,
        "locations": {"type": "array", "items": PLACE},
        "properties": {"type": "object"},
    },
}
DRIVER = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": TEXT,
        "version": TEXT,
        "semanticVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
        "rules": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id"],
                "properties": {"id": TEXT, "shortDescription": MESSAGE, "fullDescription": MESSAGE},
            },
        },
    },
}
SARIF = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["driver"],
                        "properties": {"driver": DRIVER},
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                    "invocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["executionSuccessful"],
                            "properties": {"executionSuccessful": {"type": "boolean"}},
                        },
                    },
                },
            },
        },
    },
}
"""The parts of SARIF 2.1.0 (OASIS standard, sections 3.13 to 3.59) that the report uses: what they
must have, and which values the standard names."""


def test_sarif_validates_against_the_standard() -> None:
    notes = Path(__file__).parents[1] / "examples" / "notes_with_mistakes.md"
    checked = Checked(check_bytes(notes.name, notes.read_bytes()))
    strange = replace(REFUTED, file="a b/ü{}.md", counterexample=None, message="")
    for one in (ALL, checked, Checked((strange,), interrupted=True), Checked(())):
        jsonschema.Draft202012Validator(SARIF).validate(json.loads(sarif.render(one)))


def test_html_stands_alone_and_escapes() -> None:
    page = html.render(ALL)
    assert "&lt;b&gt;" in page
    assert "<b>" not in page.split("<style>")[0] + page.split("</style>")[1]
    for outside in ("http://", "https://", "<script", "<link", "src="):
        assert outside not in page


def codes_in(path: Path) -> set[str]:
    """The codes that a module gives to errors and findings."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.keyword) and node.arg == "code":
            value: ast.expr = node.value
        elif isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == ["code"]:
            value = node.value
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error"):
            value = node.args[3] if len(node.args) > 3 else ast.Constant(None)
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "_failure"
            and len(node.args) == 3
        ):
            value = node.args[1]
        else:
            continue
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            found.add(value.value)
    return found


def test_every_code_is_explained() -> None:
    root = Path(terminal.__file__).parent.parent
    given = set().union(*(codes_in(path) for path in root.rglob("*.py")))
    assert {"malformed-formula", "unreadable", "shape-mismatch", "unreadable-file"} <= given
    judged = {f"{v}-{k}" for v, k in product(verdict.KINDS, kinds.KINDS)}
    assert given | judged <= set(explanations())
    for found in explanations().values():
        assert found.title
        assert len(found.text) > 10
