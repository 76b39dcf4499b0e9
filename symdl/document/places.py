"""Which files there are: the library's folder, the formula files and documents of a path.

Imports nothing beyond the standard library, so that a run with nothing new stays cheap.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from symdl.document.kinds import DOCUMENTS

SUFFIXES = (".yaml", ".yml")
"""Of formula files."""


def library_folder() -> Path:
    """The folder of the formula library: package data in a wheel, else the checkout's."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "formulas"
    return inside if inside.is_dir() else package.parent / "formulas"


def formula_files(folder: Path | str) -> Iterator[Path]:
    """The formula files below a folder, in order; hidden folders and files are passed by."""
    yield from _below(folder, SUFFIXES)


def checked_files(folder: Path | str) -> Iterator[Path]:
    """The formula files and documents below a folder, in order."""
    yield from _below(folder, (*SUFFIXES, *DOCUMENTS))


def _below(folder: Path | str, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(suffixes) and not name.startswith("."):
                yield Path(here) / name


def shown(path: Path | str) -> str:
    """A path as people want to see it: relative to the working folder when below it."""
    text = os.path.abspath(path)
    here = os.getcwd()
    below = text.startswith(here + os.sep)
    return os.path.relpath(text, here) if below else str(path)
