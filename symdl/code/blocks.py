"""Elementwise NumPy functions on large arrays, block by block: what is computed on the way stays
in the processor's cache, and memory is read and written once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdl.code.arguments import (
    DOUBLE,
    NUMBERS,
    Array,
    apart,
    bound,
    by_single,
    common_shape,
    common_type,
    result_arrays,
)
from symdl.code.threads import in_parts

ORDINARY = (np.dtype(np.float64), np.dtype(np.float32))
BLOCK_BYTES = 120_000
"""Of each array at a time: temporaries stay in the second-level cache, and are small enough for
the allocator to reuse their memory instead of asking the system for fresh pages."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """An elementwise function of arrays, run on blocks where there is more than one.

    run computes `count` results from whole arrays; arguments are its parameters' names with the
    text of their default, if any; settings: whether some of them are one number for a whole array.
    """

    run: Callable[..., Any]
    arguments: Mapping[str, str | None]
    count: int
    settings: bool = False

    def at_once(self, args: Sequence[Any], out: Any = None) -> Any:
        """The result for small arrays of one ordinary type and shape, with numbers beside them;
        None for anything else."""
        if len(args) != len(self.arguments):
            return None
        first = None
        for value in args:
            kind = type(value)
            if kind is np.ndarray:
                if first is None:
                    first = value
                elif value.shape != first.shape or value.dtype != first.dtype:
                    return None
            elif kind is not float and kind is not int:
                return None
        if first is None:
            return self._numbers(args) if out is None and args and not self.settings else None
        if first.nbytes > BLOCK_BYTES or first.dtype not in ORDINARY:
            return None
        if not first.ndim:
            return None
        if out is None:
            return self.run(*args)
        results = out if type(out) is tuple else (out,)
        if len(results) != self.count or not all(is_like(r, first) for r in results):
            return None
        self._store(self.run(*args), results)
        return results[0] if self.count == 1 else results

    def _numbers(self, args: Sequence[float]) -> Any:
        """The results for Python's own numbers: NumPy computes with arrays of one element sooner
        than with scalars."""
        made = self.run(*[np.array([v], DOUBLE) for v in args])
        return made.item() if self.count == 1 else tuple([m.item() for m in made])

    def __call__(self, *args: Any, out: Any = None, **named: Any) -> Any:
        """The value, or the tuple of values. out: an array, or a tuple of arrays, to write to;
        an argument itself may be given."""
        if named or len(args) != len(self.arguments):
            args = bound(self.arguments, args, named)
        values = [v if type(v) in NUMBERS else np.asarray(v) for v in args]
        arrays = [v for v in values if type(v) not in NUMBERS and v.ndim]
        kind = common_type(values)
        if kind.itemsize == 2:
            return by_single(self, values, kind, out)
        small = all(a.nbytes <= BLOCK_BYTES for a in arrays)
        if small and out is None:
            return self.run(*values)
        shape = common_shape(arrays)
        results = result_arrays(out, self.count, shape, kind)
        if small and all(r.dtype == kind for r in results):
            self._store(self.run(*values), results)
        elif _plain([*arrays, *results], shape, kind) and apart(results, arrays):
            self._slices(values, results)
        else:
            self._iterated(values, results, kind)
        return results[0] if self.count == 1 else tuple(results)

    def _slices(self, values: Sequence[Any], results: Sequence[Array]) -> None:
        flat = [v if type(v) in NUMBERS or not v.ndim else v.reshape(-1) for v in values]
        targets = [r.reshape(-1) for r in results]
        size = targets[0].size
        step = BLOCK_BYTES // targets[0].itemsize

        def work(first: int, last: int) -> None:
            for start in range(first, last, step):
                part = slice(start, min(start + step, last))
                given = [v if type(v) in NUMBERS or not v.ndim else v[part] for v in flat]
                self._store(self.run(*given), [t[part] for t in targets])

        in_parts(size, size, work)

    def _iterated(self, values: Sequence[Any], results: Sequence[Array], kind: Any) -> None:
        """Arrays of any layout and type, through NumPy's own buffers."""
        places = [k for k, v in enumerate(values) if type(v) not in NUMBERS and v.ndim]
        operands = [*(values[k] for k in places), *results]
        access: Any = [["readonly"]] * len(places) + [["writeonly"]] * len(results)
        flags: Any = ["external_loop", "buffered", "zerosize_ok", "copy_if_overlap"]
        walk = np.nditer(
            operands,
            flags=flags,
            op_flags=access,
            op_dtypes=[kind] * len(operands),
            casting="same_kind" if kind.kind == "f" else "unsafe",
            buffersize=BLOCK_BYTES // kind.itemsize,
        )
        given = list(values)
        with walk:
            for parts in walk:
                for k, part in zip(places, parts, strict=False):
                    given[k] = part
                self._store(self.run(*given), parts[len(places) :])

    def _store(self, made: Any, targets: Sequence[Array]) -> None:
        for target, value in zip(targets, made if self.count > 1 else (made,), strict=True):
            target[...] = value


def is_like(value: Any, first: Array) -> bool:
    """Whether a value is an array of the same shape and type."""
    return type(value) is np.ndarray and value.shape == first.shape and value.dtype == first.dtype


def _plain(arrays: Sequence[Array], shape: tuple[int, ...], kind: Any) -> bool:
    """Whether slices of the flat arrays are the blocks."""
    return all(a.shape == shape and a.dtype == kind and a.flags.c_contiguous for a in arrays)
