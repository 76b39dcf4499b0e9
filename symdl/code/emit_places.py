"""Text of operations on entries at affine places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from symdl.code.contractions import WINDOWED
from symdl.code.places import AT_PLACES, BEYOND, SCATTERED, SHAPED, WINDOWS
from symdl.code.whole_numbers import END
from symdl.document.errors import CodeError
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, postorder

if TYPE_CHECKING:
    from symdl.code.writer import Spelled, Writer

ATOM = 9


def count(w: Writer, size: Term) -> str:
    """A size as a whole number of the program: sums of extents are whole as they are."""
    text = w.text[size][0]
    value = value_of(size)
    if value is not None and value.denominator != 1:
        raise CodeError(f"places and counts are whole numbers, not {value}")
    if value is not None:
        return str(int(value))
    if size.op == END:
        return text
    whole = all(
        n.op in ("extent", "add", "neg", "mul", "number", "symbol") for n in postorder(size)
    )
    plain = whole and not any(n.op == "symbol" and n.shape == () for n in postorder(size))
    return text if plain else f"int({text})"


def _row(w: Writer, terms: Sequence[Term]) -> str:
    texts = [count(w, t) for t in terms]
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def _windows(w: Writer, node: Term) -> Spelled:
    """Calls of `_windows(x, starts, counts, steps)` and of what takes the same and more."""
    rank, counters = node.data
    x, *rest = node.args
    shape, rest = (rest[:rank], rest[rank:]) if node.op == AT_PLACES else ([], rest)
    starts, counts, rest = rest[:rank], rest[rank : rank + counters], rest[rank + counters :]
    rows = [_row(w, rest[k * rank : (k + 1) * rank]) for k in range(counters)]
    texts = [w.typed(x, w.text[x][0]), *([_row(w, shape)] if shape else [])]
    texts += [_row(w, starts), _row(w, counts) if counts else "()"]
    texts.append(f"({', '.join(rows)}{',' if len(rows) == 1 else ''})")
    if node.op == BEYOND:
        texts.append(_row(w, rest[counters * rank :]))
    return f"_{node.op}({', '.join(texts)})", ATOM


def _scattered(w: Writer, node: Term) -> Spelled:
    values, *rest = node.args
    places = [w.text[p][0] for p in rest[node.data :]]
    row = f"({places[0]},)" if len(places) == 1 else f"({', '.join(places)})"
    given = w.typed(values, w.text[values][0])
    return f"_scattered({given}, {_row(w, rest[: node.data])}, {row})", ATOM


def _others(w: Writer, node: Term) -> Spelled:
    return f"_others({w.text[node.args[0]][0]}, {node.data})", ATOM


def _windowed(w: Writer, node: Term) -> Spelled:
    spec, groups = node.data
    texts = ", ".join(w.text[a][0] for a in node.args)
    if w.backend.name != "numpy":
        return f"{'torch' if w.backend.name == 'torch' else 'jnp'}.einsum('{spec}', {texts})", ATOM
    return f"_windowed('{spec}', {groups}, {texts})", ATOM


def _shaped(w: Writer, node: Term) -> Spelled:
    made, like = node.args
    if any(n.op == "symbol" and n.shape is None for n in postorder(made)):
        return w.text[made]
    return w.backend.like.format(w.text[made][0], w.text[like][0]), ATOM


PLACE_SPELLERS: dict[str, Callable[[Writer, Term], Spelled]] = {
    **dict.fromkeys((WINDOWS, BEYOND, AT_PLACES), _windows),
    SCATTERED: _scattered,
    "others": _others,
    WINDOWED: _windowed,
    SHAPED: _shaped,
}
