"""Jupyter notebooks: the Markdown of their cells; code and outputs are passed by.

Places are a cell (from 1) and a line in it. The standard library reads the JSON: of a notebook
only the kinds and texts of its cells are needed, in the formats 3 and 4.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from symdl.document.errors import Error, FileError, ReadError
from symdl.document.markdown import read_markdown
from symdl.document.pieces import Document
from symdl.document.source import Source, Span


def read_notebook(file: Source, longest: int) -> Document:
    """The pieces of all Markdown cells, in order, up to so many characters. Raises FileError if
    this is no notebook."""
    parts: list[Document] = []
    problems: list[Error] = []
    for cell in markdown_cells(file):
        longest -= len(cell.text)
        if longest < 0:
            message = f"cell {cell.cell} and those behind it are not read: the notebook is too long"
            problems.append(ReadError(message, Span(cell, 0, 0), "split it", "document-too-long"))
            break
        parts.append(read_markdown(cell))
    blocks = tuple(block for part in parts for block in part.blocks)
    problems += [error for part in parts for error in part.problems]
    return Document(file, blocks, tuple(problems))


def markdown_cells(file: Source) -> Iterator[Source]:
    """The texts of the Markdown cells. Raises FileError if this is no notebook."""
    for number, cell in enumerate(_cells(file), 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            text = cell.get("source", "")
            if isinstance(text, list):
                text = "".join(part for part in text if isinstance(part, str))
            if isinstance(text, str):
                yield Source(file.name, text, cell=number)


def _cells(file: Source) -> list[Any]:
    try:
        data = json.loads(file.text)
    except (ValueError, RecursionError) as error:
        at = getattr(error, "pos", 0)
        raise FileError(
            f"not a notebook: {getattr(error, 'msg', 'nested too deeply')}",
            Span(file, at, min(at + 1, len(file.text))),
            "open and save it in Jupyter, or restore it",
            "malformed-notebook",
        ) from None
    if isinstance(data, dict) and isinstance(data.get("cells"), list):
        return list(data["cells"])
    sheets = data.get("worksheets") if isinstance(data, dict) else None
    if isinstance(sheets, list):
        return [
            cell
            for sheet in sheets
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    raise FileError("not a notebook: it has no cells", Span(file, 0, 0), "", "malformed-notebook")
