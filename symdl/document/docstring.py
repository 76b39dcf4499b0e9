"""Python docstrings: each is a document of its own, whose places are those of the file.

A string that is not raw is read as its author typed it: `\\theta` is meant although Python makes
a tab of `\\t`, which is told. Doubled backslashes are single ones.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from symdl.document.errors import Error, FileError, ReadError
from symdl.document.pieces import Document
from symdl.document.restructured import read_rst
from symdl.document.source import Source, Span

_PREFIX = re.compile(r"([rRuUbBfF]*)(\"\"\"|'''|\"|')")
_EATEN = re.compile(r"(?<!\\)\\[tnrfbav](?=[A-Za-z])")


def read_docstrings(file: Source) -> tuple[Document, ...]:
    """The docstrings of a module as documents; one without any if there is none.

    Raises FileError where the file is no Python.
    """
    try:
        tree = ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        start = _offset(file.text, _starts(file.text), line, 0)
        message = f"not Python: {getattr(error, 'msg', None) or error}"
        raise FileError(message, Span(file, start, start), "", "malformed-python") from None
    found = [_document(file, node) for node in _literals(tree)]
    read = tuple(document for document in found if document.blocks or document.problems)
    return read or (Document(file, ()),)


def _literals(tree: ast.Module) -> Iterator[ast.Constant]:
    """The docstrings in the order of the file."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr):
            value = node.body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value


def _document(file: Source, node: ast.Constant) -> Document:
    source, problems = _content(file, node)
    if "math" not in source.text and "$" not in source.text and "\\(" not in source.text:
        return Document(file, ())
    read = read_rst(source)
    return Document(file, read.blocks, (*problems, *read.problems))


def _content(file: Source, node: ast.Constant) -> tuple[Source, list[Error]]:
    """The text of a docstring as an excerpt of the file, and what Python makes of it unmeant."""
    starts = _starts(file.text)
    start = _offset(file.text, starts, node.lineno, node.col_offset)
    end = _offset(file.text, starts, node.end_lineno or node.lineno, node.end_col_offset or 0)
    prefix = _PREFIX.match(file.text, start)
    if prefix is None:  # strings put together from parts
        return Source(file.name, "", file, (start,)), []
    first, last = prefix.end(), end - len(prefix[2])
    text = file.text[first:last]
    if "r" in prefix[1].lower() or "\\" not in text:
        return Source(file.name, text, file, range(first, last + 1)), []
    if re.search(r"\\\\[A-Za-z]", text):
        places = [i for i in range(len(text)) if not _doubled(text, i)]
        kept = "".join(text[i] for i in places)
        return Source(file.name, kept, file, (*(first + i for i in places), last)), []
    eaten = _EATEN.search(text)
    problems: list[Error] = []
    if eaten is not None:
        place = Span(file, first + eaten.start(), first + eaten.end())
        message = f"Python makes one character of {eaten[0]} here: it is read as it is typed"
        problems.append(ReadError(message, place, 'write r"""..."""', "not-a-raw-string"))
    return Source(file.name, text, file, range(first, last + 1)), problems


def _doubled(text: str, place: int) -> bool:
    """Whether a backslash is the second of a pair, which stands for one."""
    if text[place] != "\\":
        return False
    before = len(text[:place]) - len(text[:place].rstrip("\\"))
    return before % 2 == 1


def _starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]


def _offset(text: str, starts: list[int], line: int, column: int) -> int:
    """The character at a line and a column in bytes, as Python counts them."""
    start = starts[min(line, len(starts)) - 1]
    end = starts[line] if line < len(starts) else len(text)
    return start + len(text[start:end].encode()[:column].decode(errors="ignore"))
