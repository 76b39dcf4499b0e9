"""Any document as pieces, by the ending of its name; what is wrong with it costs only itself."""

from __future__ import annotations

import os
from dataclasses import replace

from symdl.document.errors import Error, FileError, ReadError
from symdl.document.pieces import Document, in_parts
from symdl.document.source import Source, Span

LONGEST = 4_000_000
"""Characters of a document that are read; what is behind them is told to be left out."""
LARGEST = 20_000_000
"""Bytes of a file that is no document any more: nothing of it is read. A notebook may be larger by
the pictures in its outputs."""
LARGEST_NOTEBOOK = 20 * LARGEST


def read_documents(name: str, data: bytes) -> tuple[Document, ...]:
    """The parts of a file that are read on their own, in order: one, or one for each docstring.

    Raises FileError for what is no text and for a notebook that is no notebook.
    """
    ending = os.path.splitext(name)[1].lower()
    if len(data) > (LARGEST_NOTEBOOK if ending == ".ipynb" else LARGEST):
        message = f"a document of {len(data) // 1_000_000} MB is not read"
        nowhere = Span(Source(name, ""), 0, 0)
        raise FileError(message, nowhere, "split it", "document-too-long")
    file, problems = _decoded(name, data, None if ending == ".ipynb" else LONGEST)
    found = _parts(ending, file)
    first, *rest = (replace(part, blocks=tuple(in_parts(part.blocks))) for part in found)
    told = Document(first.file, first.blocks, (*problems, *first.problems))
    return (told, *rest)


def _parts(ending: str, file: Source) -> tuple[Document, ...]:
    if ending == ".ipynb":
        from symdl.document.notebook import read_notebook

        return (read_notebook(file, LONGEST),)
    if ending == ".tex":
        from symdl.document.tex import read_tex

        return (read_tex(file),)
    if ending == ".rst":
        from symdl.document.restructured import read_rst

        return (read_rst(file),)
    if ending == ".py":
        from symdl.document.docstring import read_docstrings

        return read_docstrings(file)
    from symdl.document.markdown import read_markdown

    return (read_markdown(file),)


def _decoded(name: str, data: bytes, longest: int | None) -> tuple[Source, list[Error]]:
    """The text of a file, and what was wrong with its bytes or its length."""
    problems: list[Error] = []
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in data[:4096]:
            nowhere = Span(Source(name, ""), 0, 0)
            raise FileError("not a text file", nowhere, "save the file as UTF-8") from None
        text = data.decode("utf-8", errors="replace")
        place = len(data[: error.start].decode("utf-8", errors="replace"))
        bad = Span(Source(name, text), place, min(place + 1, len(text)))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8: it is read as an unknown character"
        problems.append(ReadError(message, bad, "save the file as UTF-8", "wrong-encoding"))
    if "\0" in text:
        bad = Span(Source(name, text), text.index("\0"), text.index("\0") + 1)
        message = "byte 0x00 is no text: it is read as an unknown character"
        problems.append(ReadError(message, bad, "remove it", "wrong-encoding"))
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if longest is not None and len(text) > longest:
        end = text.rfind("\n", 0, longest) + 1 or longest
        whole = Source(name, text[:end])
        message = f"only the first {end:,} of {len(text):,} characters are read"
        problems.append(ReadError(message, Span(whole, end, end), "split it", "document-too-long"))
        return whole, problems
    return Source(name, text), problems
