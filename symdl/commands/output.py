"""What commands print: data to stdout or a file, everything else to stderr."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from symdl.document.errors import Error


def wants_colour(stream: TextIO | None) -> bool:
    """Colour on terminals only, and never where NO_COLOR is set."""
    dumb = os.environ.get("TERM") == "dumb"
    return stream is not None and stream.isatty() and not os.environ.get("NO_COLOR") and not dumb


def deliver(text: str, output: str | None = None) -> None:
    """Write data to a file, or to stdout. Raises FileError when the file cannot be written."""
    if output is None or output == "-":
        if sys.stdout is None:
            raise OSError("standard output is closed")
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        return
    from symdl.document.errors import FileError
    from symdl.document.source import Source, Span

    try:
        with open(output, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        place = Span(Source(output, ""), 0, 0)
        raise FileError(f"cannot write this file: {error.strerror or error}", place) from None


def print_error(error: Error) -> None:
    """An error with its underlined place, to stderr."""
    from symdl.report.terminal import error_text

    print(error_text(error, wants_colour(sys.stderr)), file=sys.stderr)
