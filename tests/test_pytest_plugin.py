"""The pytest plugin: an item for each claim, at its file and line."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

import symdl.checking  # noqa: F401 - before the runs inside, which forget what they import

pytest_plugins = ["pytester"]

FORMULA = r"""name: a
formula: f(x) = x^2
symbols: {x: real}
claims:
  - f'(x) = 2x
  - f(x) \ge 0
  - f(x) = x^3
examples:
  - given: {x: 3}
    expect: {f(x): 9}
"""


@pytest.fixture
def plugin(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest('pytest_plugins = ["symdl.pytest_plugin"]')
    return pytester


def run(pytester: pytest.Pytester, *words: str) -> pytest.RunResult:
    entry = ["-p", "no:symdl", "-p", "no:cacheprovider"]
    return pytester.runpytest_inprocess(*entry, *words)


def test_each_claim_is_an_item(plugin: pytest.Pytester) -> None:
    (plugin.path / "a.yaml").write_text(FORMULA)
    result = run(plugin, "a.yaml", "-v")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["*--> *a.yaml:7:5 in a", "7 |   - f(x) = x^3"])
    assert "Traceback" not in result.stdout.str()


def test_a_folder_that_is_named_is_collected(plugin: pytest.Pytester) -> None:
    folder = plugin.mkdir("formulas")
    (folder / "a.yaml").write_text(FORMULA.replace("  - f(x) = x^3\n", ""))
    (folder / "other.yaml").write_text("services: [db]\n")
    run(plugin, "formulas").assert_outcomes(passed=4)


def test_yaml_files_of_others_are_left_alone(plugin: pytest.Pytester) -> None:
    (plugin.path / "a.yaml").write_text(FORMULA)
    plugin.makepyfile("def test_x(): pass")
    run(plugin).assert_outcomes(passed=1)


def test_a_broken_file_is_one_failing_item(plugin: pytest.Pytester) -> None:
    (plugin.path / "bad.yaml").write_text("name: a\nformla: x\n")
    result = run(plugin, "bad.yaml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*unknown key 'formla'*", "*--> *bad.yaml:2:1*"])


def test_items_can_be_selected_by_name(plugin: pytest.Pytester) -> None:
    (plugin.path / "a.yaml").write_text(FORMULA)
    result = run(plugin, "a.yaml", "-k", "2x")
    result.assert_outcomes(passed=1, deselected=4)


def test_the_plugin_is_registered_on_installation() -> None:
    text = (Path(__file__).parent.parent / "pyproject.toml").read_text()
    assert 'symdl = "symdl.pytest_plugin"' in text


@pytest.mark.parametrize("family", ["xunit1", "xunit2"])
def test_the_xml_report_says_file_and_line(plugin: pytest.Pytester, family: str) -> None:
    (plugin.path / "a.yaml").write_text(FORMULA)
    run(plugin, "a.yaml", "--junitxml=report.xml", "-o", f"junit_family={family}")
    told = []
    for case in ElementTree.parse(plugin.path / "report.xml").getroot().iter("testcase"):
        properties = {p.get("name"): p.get("value") for p in case.iter("property")}
        told.append((Path(str(properties["file"])).name, properties["line"]))
    assert told == [("a.yaml", line) for line in ("2", "5", "6", "7", "10")]


def test_a_claim_that_takes_too_long_is_skipped(plugin: pytest.Pytester) -> None:
    claim = r"  - \sum_{i=1}^{5000} \sin(i x) = \sum_{i=1}^{5000} \sin(i x + 1)"
    (plugin.path / "a.yaml").write_text(FORMULA.replace("  - f(x) = x^3", claim))
    result = run(plugin, "a.yaml", "--symdl-timeout", "0.1", "-rs")
    result.assert_outcomes(passed=4, skipped=1)
    result.stdout.fnmatch_lines(["*resource limit: more than 0.1 s of processor time*"])
