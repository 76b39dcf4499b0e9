"""Compiled functions of rows: each row is read once a walk, what an exponential costs is kept."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symdl.code.arguments import NUMBERS
from symdl.code.emit_rows import RowBody
from symdl.code.native.agree import close
from symdl.code.native.build import NoCompiler, library
from symdl.code.native.call import CODES
from symdl.code.native.row_source import rows_source
from symdl.code.native.source import ARRAY, NUMBER
from symdl.code.row_blocks import Given, delivered, given_rows, row_results

Kernel = Callable[..., int]


@dataclass
class NativeRows:
    """A function of rows that runs a compiled kernel for each type, built when first needed.

    `reference` is the same function in NumPy: kernels are compared with it before they are used,
    and it runs where nothing compiles.
    """

    row_body: RowBody
    reference: Callable[..., Any]
    _kernels: dict[tuple[str, str], Kernel | None] = field(default_factory=dict)

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
        if any(np.shares_memory(t, v) for t in targets for v in found.values if np.ndim(v)):
            # A row of results may still be needed as an argument.
            targets = [np.empty_like(t) for t in targets]
        _run(kernel, found, targets)
        return delivered(results, targets)

    def _kernel(self, kinds: str, kind: Any) -> Kernel | None:
        """The kernel for these arguments; None where there is none, after one warning."""
        key = kinds, CODES[kind]
        if key not in self._kernels:
            try:
                made = self._made(*key)
                self._agree(made, kinds, kind)
            except NoCompiler as problem:
                made = None
                warnings.warn(
                    f"the NumPy function runs, not a compiled one: {problem}",
                    RuntimeWarning,
                    stacklevel=4,
                )
            self._kernels[key] = made
        return self._kernels[key]

    def _made(self, kinds: str, code: str) -> Kernel:
        kernel: Any = library(rows_source(self.row_body, kinds, code)).kernel_0
        passed = [ctypes.c_double if k == NUMBER else ctypes.c_void_p for k in kinds]
        outputs = [ctypes.c_void_p] * len(self.row_body.entries)
        kernel.argtypes = [*passed, *outputs, ctypes.c_long, ctypes.c_long]
        kernel.restype = ctypes.c_int
        return kernel  # type: ignore[no-any-return]

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
