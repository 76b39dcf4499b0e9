"""Programs over rows as NumPy source: reductions along the last axis, everything else as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symdl.code.axes import bare
from symdl.code.backends import NUMPY
from symdl.code.emit import finish, stabilised
from symdl.code.modules import Body
from symdl.code.names import identifiers
from symdl.code.rows import Rows, have_rows, rows
from symdl.code.writer import Writer, count_uses
from symdl.expression.term import Term


@dataclass(frozen=True)
class RowBody:
    """A program over rows, its argument names, and its NumPy text.

    vectors: for each argument whether it has a value for each entry; entries: for each result.
    """

    program: Rows
    names: Mapping[Term, str]
    body: Body
    vectors: tuple[bool, ...]
    entries: tuple[bool, ...]


def compose_rows(
    outputs: Sequence[Term],
    parameters: Sequence[Term],
    name: str = "f",
    *,
    doc: Sequence[str] = (),
    defaults: Mapping[Term, str] | None = None,
    preferred: Mapping[Term, str] | None = None,
    named: Mapping[str, Term] | None = None,
) -> RowBody | None:
    """The outputs as a function of rows; None where they are none.

    Single precision is computed in double; on arrays of more axes each row is a vector.
    """
    if not have_rows(parameters):
        return None
    parts = named or {}
    every = finish(stabilised((*outputs, *parts.values())), parameters)
    program = rows(every[: len(outputs)], every[len(outputs) :], parameters)
    if program is None:
        return None
    spelled = identifiers(parameters, preferred)
    names = {bare(p): n for p, n in spelled.items()}
    writer = Writer(NUMPY, names, {*names.values(), name, "kind"}, count_uses(program.outputs))
    if parts:
        writer.called = dict(reversed(list(zip(program.named, parts, strict=True))))
    entries = tuple(t in program.own for t in program.outputs)
    results = []
    for term, entry in zip(program.outputs, entries, strict=True):
        text, strength = writer.write(term)
        results.append(
            text if entry else f"({text})[..., 0]" if strength < 9 else f"{text}[..., 0]"
        )
    arguments = {spelled[p]: (defaults or {}).get(p) for p in parameters}
    floating = list(spelled.values())
    body = Body(name, arguments, floating, writer.lines, results, tuple(doc), wide=True)
    return RowBody(program, names, body, tuple(bool(p.shape) for p in parameters), entries)
