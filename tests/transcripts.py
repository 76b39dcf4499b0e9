"""Transcripts of the command line: `$ symdl ...` and what it prints, as people see it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from symdl.cli import main

_TIME = re.compile(r" \(\d+\.\d s(, \d+ cached)?\)$", re.MULTILINE)


@dataclass(frozen=True)
class Typed:
    """A command and what it is said to print; `place` is where that is written."""

    command: str
    printed: str
    place: str


def transcript(text: str, name: str, first: int = 1) -> Iterator[Typed]:
    """The commands of a text: each `$ ` line with the lines behind it; what stands before the
    first is a remark."""
    command, lines, place = "", [], 0
    for number, line in enumerate([*text.splitlines(), "$ "], first):
        if line.startswith("$ "):
            if command:
                yield Typed(command, "\n".join(lines).strip("\n"), f"{name}:{place}")
            command, lines, place = line[2:], [], number
        else:
            lines.append(line)


def console_blocks(path: Path) -> Iterator[Typed]:
    """The commands in the ```console blocks of a Markdown file."""
    text = path.read_text(encoding="utf-8")
    for block in re.finditer(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield from transcript(block[1], path.name, text[: block.start(1)].count("\n") + 1)


def printed(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a `symdl ...` command prints, stdout before stderr, without running times."""
    program, *words = shlex.split(command)
    assert program == "symdl"
    main(words)
    out, err = capsys.readouterr()
    return _TIME.sub("", (out + err).strip("\n"))
