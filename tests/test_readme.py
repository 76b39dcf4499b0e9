"""What the README shows is what symdl prints; what the command line is meant to print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from transcripts import Typed, console_blocks, printed, transcript

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
CONSOLE = ROOT / "tests" / "cases" / "console.txt"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.mark.parametrize("typed", list(console_blocks(README)), ids=lambda typed: typed.command)
def test_the_readme_shows_real_output(typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    for block in re.finditer(r"^```yaml\n(name: (\w+)\n.*?)^```$", README.read_text(), re.M | re.S):
        Path(f"{block[2]}.yaml").write_text(block[1])
    for block in re.finditer(r"^```markdown\n(.*?)^```$", README.read_text(), re.M | re.S):
        Path("notes.md").write_text(block[1])
    assert printed(typed.command, capsys) == typed.printed, typed.place


@pytest.mark.parametrize(
    "typed", list(transcript(CONSOLE.read_text("utf-8"), CONSOLE.name)), ids=lambda t: t.command
)
def test_the_command_line_prints(typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(typed.command, capsys) == typed.printed, typed.place


def test_the_readme_has_two_commands() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", README.read_text("utf-8"), re.M | re.S)
    assert len(blocks) == 1
    assert len(blocks[0].strip().splitlines()) == 2
