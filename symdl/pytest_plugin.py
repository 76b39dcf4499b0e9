"""pytest collects formula files and documents given on the command line: one item for each claim.

`pytest formulas`, `pytest formulas/activation/gelu.yaml`, `pytest notes.md`. Each item is
reported at the file and line of its claim; an undecided or unread one is a skipped test.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from symdl.report.diagnostic import Finding


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--symdl-timeout SECONDS`."""
    parser.getgroup("symdl").addoption(
        "--symdl-timeout",
        type=float,
        default=2.0,
        metavar="SECONDS",
        help="processor time for each claim of formula files and documents (2)",
    )


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> FormulaFile | None:
    """A formula file, if the command line names it or a folder that holds it; a document, if
    the command line names it.

    YAML files that pytest meets on its own way (`testpaths`) belong to others, and so do Python
    files, which are tests.
    """
    if file_path.suffix not in (*_FORMULAS, *_DOCUMENTS):
        return None
    if not _asked_for(parent.config, file_path):
        return None
    collected: FormulaFile = FormulaFile.from_parent(parent, path=file_path)
    return collected


_FORMULAS = (".yaml", ".yml")
_DOCUMENTS = (".md", ".markdown", ".ipynb", ".tex", ".rst")


def _asked_for(config: pytest.Config, path: Path) -> bool:
    """Whether an argument of the command line is this file, or a folder of formulas above it."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return False
    for argument in config.args:
        named = (config.invocation_params.dir / argument.split("::")[0]).resolve()
        if named == path.resolve():
            return True
        below = named in path.resolve().parents and path.suffix in _FORMULAS
        if below and _says_formula(path):
            return True
    return False


def _says_formula(path: Path) -> bool:
    """Whether a YAML file met in a folder has the two keys every formula file has."""
    try:
        text = "\n" + path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "\nname:" in text and "\nformula:" in text


class FormulaFile(pytest.File):
    """A formula file; its items are its claims and worked numbers."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each finding, in the order of the file."""
        from symdl.runs.limits import limits_of
        from symdl.runs.running import check_content

        limits = limits_of(self.config.getoption("--symdl-timeout"))
        seen: dict[str, int] = {}
        for finding in check_content(str(self.path), self.path.read_bytes(), limits):
            name = " ".join((finding.latex or finding.code).split())
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                name += f" ({seen[name]})"
            yield ClaimItem.from_parent(self, name=name, finding=finding)


class RefutedClaim(Exception):
    """What a failing item raises; carries its finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class ClaimItem(pytest.Item):
    """One claim of a formula file."""

    def __init__(self, *, finding: Finding, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.finding = finding
        # what `--junitxml` writes of each item: its default family has no place for a line
        place = [("file", finding.file), ("line", str(finding.line))]
        self.user_properties += [("verdict", finding.verdict), *place]

    def runtest(self) -> None:
        """Fail, skip or pass as the verdict says."""
        if self.finding.failed:
            raise RefutedClaim(self.finding)
        if self.finding.severity == "warning":
            pytest.skip(f"{self.finding.verdict}: {self.finding.message}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The diagnostic with its underlined place; no traceback of symdl."""
        if not isinstance(excinfo.value, RefutedClaim):
            return super().repr_failure(excinfo, style)
        from symdl.report.terminal import diagnostic

        lines = self.path.read_text(encoding="utf-8", errors="replace").split("\n")
        return diagnostic(self.finding, lambda _: lines, lambda text, _: text)

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """File and line (from 0) of the claim."""
        return self.path, self.finding.line - 1, self.name
