"""Names in prose, formulas between dollars: `$x$`, `$x, y$`, `$a$, $b$ and $c$`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symdl.document.errors import Error
from symdl.expression.symbols import canonical_name

WRITTEN = r"\\?[A-Za-z]+(?:_\w|_\{\w+\})?"
"""A name in LaTeX, with or without an index: `x`, `\\alpha`, `w_1`, `x_{max}`."""
NAME = r"\$[^$=<>]{1,40}\$"
"""A formula that may be a name, or several with commas."""
NAMES = rf"{NAME}(?:\s*(?:,\s*and|,|and|or|&)\s*{NAME})*"


def names_in(text: str) -> Iterator[str]:
    r"""The names that the formulas of a text list, by their canonical names; what is no name is
    passed over.

    >>> list(names_in(r"$x, y$ and $\mathbf{w}$ are 2 in $x + 1$"))
    ['x', 'y', '\\mathbf{w}']
    """
    for written in re.findall(r"\$([^$=<>]+)\$", text):
        yield from listed(written.split(","))


def listed(parts: Iterable[str]) -> Iterator[str]:
    """The canonical names of those parts of a list that are names."""
    for part in parts:
        try:
            yield canonical_name(part.strip())
        except Error:
            continue  # no name, of which nothing was said
