"""Which files are documents."""

from __future__ import annotations

DOCUMENTS = (".md", ".markdown", ".ipynb", ".tex", ".rst", ".py")
"""Endings of files whose mathematics is checked in place."""


def is_document(name: str) -> bool:
    """Whether a file's name says that it is a document.

    >>> is_document("notes.MD"), is_document("gelu.yaml")
    (True, False)
    """
    return name.lower().endswith(DOCUMENTS)
