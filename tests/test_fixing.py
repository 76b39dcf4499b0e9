"""Proved mends are put into documents, and only those; files are watched."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from symdl.checking import check_bytes
from symdl.cli import main
from symdl.runs.fixing import fix_of
from symdl.runs.watching import changes, state_of


def mended(text: str, name: str = "a.md") -> str:
    """The text after its mends, or as it was."""
    data = text.encode()
    fix = fix_of(name, data, check_bytes(name, data), check_bytes)
    return text if fix is None else fix.new


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (r"So $\tanh(x) = 2\sigma(x) - 1$.", r"So $\tanh(x) = 2\sigma(2x) - 1$."),
        (r"$\frac{d}{dx} x^3 = 3x$, $1 + 1 = 3$", r"$\frac{d}{dx} x^3 = 3x^{2}$, $1 + 1 = 3$"),
        (
            r"$\sigma'(x) = \sigma(x)(1 + \sigma(x)) \le \frac14$",
            r"$\sigma'(x) = \sigma(x)(1 - \sigma(x)) \le \frac14$",
        ),
        ("| f | derivative |\n|---|---|\n| tanh | $1 + \\tanh^2(x)$ |", None),
        (r"$\tanh(x) = 2\sigma(2x) - 1$", r"$\tanh(x) = 2\sigma(2x) - 1$"),
        ("$1 + 1 = 3$", "$1 + 1 = 3$"),
    ],
)
def test_a_proved_mend_is_put_in(wrong: str, right: str | None) -> None:
    expected = wrong.replace("1 + \\tanh^2", "1 - \\tanh^{2}") if right is None else right
    assert mended(wrong) == expected


def test_what_is_expanded_or_quoted_is_left_alone() -> None:
    macro = "\\newcommand{\\sg}{\\sigma}$\\tanh(x) = 2\\sg(x) - 1$"
    assert mended(macro, "a.tex") == macro
    assert mended("$x$", "a.ipynb") == "$x$"


def test_fix_shows_the_diff_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text("A slip:\r\n$\\tanh(x) = 2\\sigma(x) - 1$\r\n", newline="")
    assert main(["check", str(path), "--fix", "--format", "short"]) == 0
    assert path.read_bytes() == b"A slip:\r\n$\\tanh(x) = 2\\sigma(2x) - 1$\r\n"
    told = capsys.readouterr().err
    assert "-$\\tanh(x) = 2\\sigma(x) - 1$" in told
    assert "+$\\tanh(x) = 2\\sigma(2x) - 1$" in told


def test_a_change_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("one")
    seen = changes([str(tmp_path)], pause=0.01)
    next(seen)
    path.write_text("two, longer")
    next(seen)
    (tmp_path / "b.md").write_text("new")
    assert len(list(islice(seen, 1))) == 1
    path.unlink()
    next(seen)
    assert list(state_of([str(path)])) == []
