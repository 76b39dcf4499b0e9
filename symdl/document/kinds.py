"""Which files are documents."""

from __future__ import annotations

import os
import re

DOCUMENTS = (".md", ".markdown", ".ipynb", ".tex", ".rst", ".py")
"""Endings of files whose mathematics is checked in place."""


def is_document(name: str) -> bool:
    """Whether a file's name says that it is a document.

    >>> is_document("notes.MD"), is_document("gelu.yaml")
    (True, False)
    """
    return name.lower().endswith(DOCUMENTS)


_PUT_IN = re.compile(rb"\\(?:input|include)\s*\{([^{}\n]+)\}")
MOST_FILES = 200
"""Files that one LaTeX file may put in."""


def extent(name: str, data: bytes) -> int:
    """The number of bytes of a document, with those of the LaTeX files that it puts in."""
    total, waiting, seen = 0, [(name, data)], {os.path.realpath(name)}
    while waiting:
        outer, content = waiting.pop()
        total += len(content)
        if not outer.lower().endswith(".tex"):
            continue
        for found in _PUT_IN.finditer(content):
            path = put_in(outer, found[1].decode("utf-8", errors="replace"))
            if os.path.realpath(path) in seen or len(seen) > MOST_FILES:
                continue
            seen.add(os.path.realpath(path))
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    waiting.append((path, file.read()))
    return total


def put_in(outer: str, name: str) -> str:
    """The path of a file that a LaTeX file puts in under a name."""
    path = os.path.join(os.path.dirname(outer), name.strip())
    return path if os.path.splitext(path)[1] else path + ".tex"
