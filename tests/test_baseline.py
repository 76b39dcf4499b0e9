"""`symdl check --baseline`: old failures are known, new ones fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symdl.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "a.md").write_text("$1 + 1 = 3$\n\n$2 + 2 = 4$\n")
    assert main(["check", "a.md", "--format", "json", "--output", "old.json"]) == 1
    return tmp_path


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("$1 + 1 = 3$", 0),
        ("Further down\n\n\n$1 + 1 = 3$", 0),
        ("$1 + 1 = 3$ and again $1 + 1 = 3$", 1),
        ("$1 + 1 = 4$", 1),
        ("$1 + 1 = 2$", 0),
    ],
)
def test_only_what_is_new_fails(folder: Path, text: str, status: int) -> None:
    (folder / "a.md").write_text(text)
    assert main(["check", "a.md", "--baseline", "old.json"]) == status


@pytest.mark.parametrize("text", ["", "[]", '{"findings": [{"file": 1}]}', "[" * 100_000])
def test_a_file_that_is_no_report_is_told(folder: Path, text: str) -> None:
    (folder / "bad.json").write_text(text)
    assert main(["check", "a.md", "--baseline", "bad.json"]) == 2


def test_the_report_lists_what_is_left(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.md").write_text("$1 + 1 = 3$ and $1 + 1 = 4$")
    main(["check", "a.md", "--baseline", "old.json", "--format", "json"])
    told = capsys.readouterr()
    assert [f["latex"] for f in json.loads(told.out)["findings"]] == ["1 + 1 = 4"]
    assert "1 known from old.json" in told.err
