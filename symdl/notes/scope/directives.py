"""Comments to symdl in a document: `symdl: x: real > 0`, `symdl: skip`, `symdl: resume`.

In Markdown and notebooks `<!-- symdl: ... -->`, in LaTeX `% symdl: ...`, in reStructuredText
`.. symdl: ...`. A declaration holds from there on; between skip and resume nothing is checked.
"""

from __future__ import annotations

from dataclasses import dataclass

from symdl.document.errors import Error, ReadError
from symdl.document.pieces import Block
from symdl.document.source import whole
from symdl.expression.symbols import declare
from symdl.notes.prose.claims import text_of
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import declare_in

HINT = "write `skip`, `resume`, or declarations: x: real > 0; W: matrix(m, n)"


@dataclass(frozen=True, slots=True)
class Directed:
    """What a comment to symdl asks for: the knowledge behind it, whether what follows is passed
    by, and what is wrong with it."""

    known: Known
    skipping: bool
    problem: Error | None = None


def directed(block: Block, known: Known, path: tuple[int, ...], skipping: bool) -> Directed:
    """Follow a comment."""
    source = text_of(block.runs)
    span = whole(source)
    text = source.text.strip()
    if text in ("skip", "resume"):
        return Directed(known, text == "skip")
    for part in filter(str.strip, text.split(";")):
        key, colon, declaration = part.partition(":")
        try:
            if not colon:
                raise ReadError(f"'{part.strip()}' is no declaration", span, HINT)
            known = declare_in(known, declare(key.strip(), declaration.strip(), span), span, path)
        except Error as error:
            told = ReadError(error.message, span, error.hint or HINT, "bad-declaration")
            return Directed(known, skipping, told)
    return Directed(known, skipping)
