"""Functions of rows on arrays of any shape: the last axis is the vector, all others are batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from symdl.code.arguments import NUMBERS, Array, bound, common_type, result_arrays
from symdl.code.blocks import BLOCK_BYTES, ORDINARY, is_like
from symdl.code.threads import in_parts
from symdl.document.errors import CodeError


@dataclass(frozen=True, slots=True)
class Given:
    """Arguments of a function of rows, brought into one form: matrices of rows for vectors, a
    column or a number for numbers."""

    values: tuple[Any, ...]
    lead: tuple[int, ...]
    width: int
    kind: np.dtype[Any]

    @property
    def height(self) -> int:
        """How many rows there are."""
        return prod(self.lead)


def given_rows(
    arguments: Mapping[str, str | None],
    vectors: Sequence[bool],
    args: Sequence[Any],
    named: Mapping[str, Any],
) -> Given:
    """The arguments of a call. Raises CodeError where shapes do not fit."""
    if named or len(args) != len(arguments):
        args = bound(arguments, args, named)
    values = [v if type(v) in NUMBERS else np.asarray(v) for v in args]
    wide = [v for v, is_vector in zip(values, vectors, strict=True) if is_vector]
    if any(np.ndim(v) == 0 for v in wide):
        raise CodeError("a vector is needed, not a number")
    widths = {v.shape[-1] for v in wide}
    if len(widths) != 1:
        raise CodeError(f"vectors of one length are needed, not of {sorted(widths)}")
    leads = [np.shape(v)[: -1 if w else None] for v, w in zip(values, vectors, strict=True)]
    lead, width = np.broadcast_shapes(*leads), widths.pop()
    made = []
    for value, is_vector in zip(values, vectors, strict=True):
        if is_vector:
            made.append(np.broadcast_to(value, (*lead, width)).reshape(prod(lead), width))
        elif np.ndim(value):
            made.append(np.broadcast_to(value, lead).reshape(-1, 1))
        else:
            made.append(value)
    return Given(tuple(made), lead, width, common_type(values))


def row_results(found: Given, entries: Sequence[bool], out: Any) -> tuple[list[Array], list[Array]]:
    """The results in the shape that a caller sees, and as matrices of rows or columns to write
    to (the same memory where out= allows it: a row of results may still be needed as argument)."""
    shapes = [(*found.lead, found.width) if e else found.lead for e in entries]
    if out is None:
        results = [np.empty(shape, found.kind) for shape in shapes]
    else:
        given = list(out) if isinstance(out, tuple | list) else [out]
        if len(given) != len(shapes):
            raise CodeError(f"out: {len(shapes)} arrays needed")
        results = [
            result_arrays(g, 1, s, found.kind)[0] for g, s in zip(given, shapes, strict=True)
        ]
    flat = [(found.height, found.width) if e else (found.height,) for e in entries]
    arrays = [v for v in found.values if np.ndim(v)]
    targets = [
        r.reshape(f) if _takes_rows(r, found.kind, arrays) else np.empty(f, found.kind)
        for r, f in zip(results, flat, strict=True)
    ]
    return results, targets


def _takes_rows(result: Array, kind: Any, arrays: Sequence[Array]) -> bool:
    whole = result.flags.carray and result.dtype == kind
    return whole and not any(np.may_share_memory(result, a) for a in arrays)


def delivered(results: Sequence[Array], targets: Sequence[Array]) -> Any:
    """What a call returns, once the targets are written."""
    for result, target in zip(results, targets, strict=True):
        if not np.may_share_memory(result, target):
            result[...] = target.reshape(result.shape)
    return results[0] if len(results) == 1 else tuple(results)


@dataclass(frozen=True, slots=True)
class RowBlocks:
    """A NumPy function of rows, run on as many rows at a time as stay in the cache.

    vectors: for each argument whether it is a vector; entries: for each result.
    """

    run: Callable[..., Any]
    arguments: Mapping[str, str | None]
    vectors: tuple[bool, ...]
    entries: tuple[bool, ...]

    def at_once(self, args: Sequence[Any], out: Any = None) -> Any:
        """The result for small vectors of one ordinary type and shape, with numbers for the rest;
        None for anything else."""
        if out is not None or len(args) != len(self.arguments):
            return None
        first = args[self.vectors.index(True)]
        if type(first) is not np.ndarray or not 0 < first.nbytes <= BLOCK_BYTES:
            return None
        if first.dtype not in ORDINARY or not first.ndim:
            return None
        for value, is_vector in zip(args, self.vectors, strict=True):
            if not (is_like(value, first) if is_vector else type(value) in NUMBERS):
                return None
        made = self.run(*args)
        if first.ndim > 1:
            return made
        results = [m if m.ndim else m[()] for m in (made if type(made) is tuple else (made,))]
        return results[0] if len(results) == 1 else tuple(results)

    def __call__(self, *args: Any, out: Any = None, **named: Any) -> Any:
        """The value, or the tuple of values; vectors along the last axis."""
        found = given_rows(self.arguments, self.vectors, args, named)
        results, targets = row_results(found, self.entries, out)
        step = max(1, BLOCK_BYTES // (8 * max(found.width, 1)))

        def work(first: int, last: int) -> None:
            for start in range(first, last, step):
                part = slice(start, min(start + step, last))
                given = [v if type(v) in NUMBERS or not v.ndim else v[part] for v in found.values]
                made = self.run(*given)
                for target, one in zip(targets, made if len(targets) > 1 else (made,), strict=True):
                    target[part] = one

        in_parts(found.height, found.height * found.width, work)
        return delivered(results, targets)
