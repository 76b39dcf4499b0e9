"""Compiled functions of rows: each row is read once a walk, what an exponential costs is kept."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symdl.code.arguments import NUMBERS
from symdl.code.emit_rows import RowBody
from symdl.code.native.agree import close
from symdl.code.native.build import NoCompiler, library
from symdl.code.native.kept import CODES, Kept, Kernel, kept_kernel, with_types
from symdl.code.native.row_source import rows_source
from symdl.code.native.source import ARRAY, NUMBER
from symdl.code.row_blocks import Given, delivered, given_rows, row_results


@dataclass
class NativeRows:
    """A function of rows that runs a compiled kernel for each type, built when first needed.

    `reference` is the same function in NumPy: kernels are compared with it before they are used,
    and it runs where nothing compiles.
    """

    row_body: RowBody
    reference: Callable[..., Any]
    _kernels: Kept = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """Without kernels: another process makes its own, from the same cache folder."""
        return {**self.__dict__, "_kernels": {}}

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
        found = library(rows_source(self.row_body, kinds, CODES[kind])).kernel_0
        kernel = with_types(found, kinds, len(self.row_body.entries), 2, ctypes.c_int)
        self._agree(kernel, kinds, kind)
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
