"""Compiled functions of rows: each row is read once a walk, what an exponential costs is kept."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symdl.code.arguments import NUMBERS
from symdl.code.emit_rows import RowBody
from symdl.code.native.agree import close
from symdl.code.native.build import NoCompiler, library
from symdl.code.native.kept import Kept, Kernel, kept_kernel, with_types
from symdl.code.native.kinds import ARRAY, CODES, NUMBER, TYPES
from symdl.code.native.objects import by_objects, known_layout, taking_objects, ways
from symdl.code.native.row_source import rows_source
from symdl.code.row_blocks import Given, delivered, given_rows, row_results

_empty = np.empty


@dataclass
class NativeRows:
    """A function of rows that runs a compiled kernel for each type, built when first needed.

    `reference` is the same function in NumPy: kernels are compared with it before they are used,
    and it runs where nothing compiles.
    """

    row_body: RowBody
    reference: Callable[..., Any]
    _kernels: Kept = field(default_factory=dict)
    _objects: dict[tuple[str, Any], Kernel] = field(default_factory=dict)
    """Those kernels for array objects."""

    def __getstate__(self) -> dict[str, Any]:
        """Without kernels: another process makes its own, from the same cache folder."""
        return {**self.__dict__, "_kernels": {}, "_objects": {}}

    @property
    def arguments(self) -> Mapping[str, str | None]:
        """The names of the parameters, with the text of their default."""
        return self.row_body.body.arguments

    def at_once(self, args: Sequence[Any], out: Any = None) -> Any:
        """The result where nothing is needed but the call: arrays of one type and shape, whole in
        memory, for the vectors, numbers for the rest, and a kernel that exists. None for anything
        else."""
        found = ways(tuple(map(type, args)))
        if found is None or out is not None:
            return None
        kinds, place = found
        first = args[place]
        kernel = self._objects.get((kinds, first.dtype))
        if kernel is None:
            return None
        shape, like = first.shape, first.dtype
        results = [_empty(shape if e else shape[:-1], like) for e in self.row_body.entries]
        if kernel(*args, *results):
            return None
        if len(shape) == 1:
            results = [r if r.ndim else r[()] for r in results]
        return results[0] if len(results) == 1 else tuple(results)

    def __call__(self, *args: Any, out: Any = None, **named: Any) -> Any:
        """The value, or the tuple of values; vectors along the last axis."""
        body = self.row_body
        found = given_rows(body.body.arguments, body.vectors, args, named)
        kinds = "".join(NUMBER if np.ndim(v) == 0 else ARRAY for v in found.values)
        kernel = self._kernel(kinds, found.kind) if found.kind in CODES else None
        if kernel is None:
            return self.reference(*args, out=out, **named)
        results, targets = row_results(found, body.entries, out)
        _run(kernel, found, targets)
        return delivered(results, targets)

    def _kernel(self, kinds: str, kind: Any) -> Kernel | None:
        """The kernel for these arguments; None where there is none, after one warning."""
        return kept_kernel(self._kernels, kinds, kind, lambda: self._made(kinds, kind))

    def _made(self, kinds: str, kind: Any) -> Kernel:
        body, code = self.row_body, CODES[kind]
        source, count = rows_source(body, kinds, code), len(body.entries)
        vectors = [ARRAY if vector else NUMBER for vector in body.vectors]
        whole = kinds == "".join(vectors) and known_layout()
        if whole:
            names = list(body.body.arguments)
            source += by_objects(names, kinds, TYPES[code], body.entries, rows=True)
        made = library(source)
        kernel = with_types(made.kernel_0, kinds, count, 2, ctypes.c_int)
        self._agree(kernel, kinds, kind)
        if whole:
            self._objects[kinds, kind] = taking_objects(made.objects_0, kinds, count)
        return kernel

    def _agree(self, kernel: Kernel, kinds: str, kind: Any) -> None:
        """Raises NoCompiler where the kernel's values are not those of the NumPy function."""
        turn = np.random.default_rng(0)
        height, width = 5, 37
        values: list[Any] = []
        for vector, k in zip(self.row_body.vectors, kinds, strict=True):
            shape = (height, width) if vector else (height,)
            made = 10.0 ** turn.uniform(-3, 1.5, shape) * turn.choice([-1.0, 1.0], shape)
            values.append(0.75 if k == NUMBER else (made if vector else abs(made)).astype(kind))
        found = given_rows(self.row_body.body.arguments, self.row_body.vectors, values, {})
        results, targets = row_results(found, self.row_body.entries, None)
        _run(kernel, found, targets)
        made = delivered(results, targets)
        with np.errstate(all="ignore"):
            wanted = self.reference(*values)
        several = isinstance(made, tuple)
        for one, other in zip(
            made if several else (made,), wanted if several else (wanted,), strict=True
        ):
            if not close(one, other, kind, beside=float(np.max(np.abs(other)))):
                raise NoCompiler("the compiled code gives other values than NumPy")


def _run(kernel: Kernel, found: Given, targets: Sequence[Any]) -> None:
    """Raises MemoryError where there is no room for one row."""
    passed: list[Any] = [
        float(v) if type(v) in NUMBERS or not v.ndim else np.ascontiguousarray(v, found.kind)
        for v in found.values
    ]
    places = [v if isinstance(v, float) else v.ctypes.data for v in passed]
    if kernel(*places, *(t.ctypes.data for t in targets), found.height, found.width):
        raise MemoryError("no memory for a row")
