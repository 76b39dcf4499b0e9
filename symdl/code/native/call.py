"""Calling a kernel: arrays of any layout in, fresh or given arrays out."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symdl.code.arguments import (
    NUMBERS,
    Array,
    bound,
    by_single,
    common_shape,
    common_type,
    result_arrays,
)
from symdl.code.modules import Body
from symdl.code.native.agree import agree
from symdl.code.native.build import NoCompiler, library
from symdl.code.native.source import ARRAY, NUMBER, kernel_source, kernels_source

CODES = {np.dtype(np.float64): "d", np.dtype(np.float32): "f"}
Kernel = Callable[..., None]
first_byte: Callable[[Any], Any] = ctypes.c_char.from_buffer
addressof = ctypes.addressof
"""Together the address of a writable array, ten times sooner than its `ctypes` attribute."""


@dataclass
class Native:
    """A function of arrays that runs compiled kernels: one for each type and each way the
    parameters come (one value an element, or one for all), built when first needed.

    `reference` is the same function in NumPy: kernels are compared with it before they are
    used, and it runs for types that no kernel has and where nothing compiles.
    """

    body: Body
    reference: Callable[..., Any]
    _kernels: dict[tuple[str, str], Kernel | None] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """Without kernels: another process makes its own, from the same cache folder."""
        return {**self.__dict__, "_kernels": {}}

    def __call__(self, *args: Any, out: Any = None, **named: Any) -> Any:
        """The value, or the tuple of values, in the shape that the arguments broadcast to.

        out: an array, or a tuple of arrays, to write to; an argument itself may be given.
        """
        if out is None and not named and len(args) == len(self.body.arguments):
            made = self._at_once(args)
            if made is not None:
                return made
        if named or len(args) != len(self.body.arguments):
            args = bound(self.body.arguments, args, named)
        values = [v if type(v) in NUMBERS else np.asarray(v) for v in args]
        kind = common_type(values)
        if kind.itemsize == 2:
            return by_single(self, values, kind, out)
        kinds = "".join([NUMBER if type(v) in NUMBERS or not v.ndim else ARRAY for v in values])
        kernel = self._kernel(kinds, kind) if kind in CODES else None
        if kernel is None:
            return _copied(self.reference(*values), out)
        arrays = [v for v, k in zip(values, kinds, strict=True) if k == ARRAY]
        shape = common_shape(arrays)
        results = result_arrays(out, len(self.body.results), shape, kind)
        sources = [
            float(v) if k == NUMBER else _flat(v, shape, kind)
            for v, k in zip(values, kinds, strict=True)
        ]
        targets = [_target(r, kind, sources) for r in results] if out is not None else results
        passed = [s if isinstance(s, float) else _address(s) for s in sources]
        kernel(*passed, *map(_address, targets), targets[0].size)
        for result, target in zip(results, targets, strict=True):
            if result is not target:
                result[...] = target
        return results[0] if len(results) == 1 else tuple(results)

    def _at_once(self, args: Sequence[Any]) -> Any:
        """The result for arrays of one type and shape, whole in memory, with numbers beside them,
        where the kernel exists: nothing but the call. None for anything else."""
        first = args[0] if args else None
        if type(first) is not np.ndarray or not first.ndim or not first.size:
            return None
        shape, kind = first.shape, first.dtype
        kinds = ""
        passed: list[Any] = []
        for value in args:
            if type(value) is np.ndarray:
                if value.shape != shape or value.dtype != kind or not value.flags.carray:
                    return None
                kinds += ARRAY
                passed.append(addressof(first_byte(value)))
            elif type(value) is float:
                kinds += NUMBER
                passed.append(value)
            else:
                return None
        kernel = self._kernels.get((kinds, kind.char))
        if kernel is None:
            return None
        results = [np.empty(shape, kind) for _ in self.body.results]
        for result in results:
            passed.append(addressof(first_byte(result)))
        kernel(*passed, first.size)
        return results[0] if len(results) == 1 else tuple(results)

    def _kernel(self, kinds: str, kind: Any) -> Kernel | None:
        """The kernel for these arguments; None where there is none, after one warning."""
        key = kinds, CODES[kind]
        if key not in self._kernels:
            try:
                made = self._made(*key)
                agree(made, self.reference, kinds, kind, len(self.body.results))
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
        return self._bound(library(kernel_source(self.body, kinds, code)).kernel_0, kinds)

    def _bound(self, kernel: Any, kinds: str) -> Kernel:
        """A function of a library that knows the types of its arguments."""
        passed = [ctypes.c_void_p if k == ARRAY else ctypes.c_double for k in kinds]
        outputs = [ctypes.c_void_p] * len(self.body.results)
        kernel.argtypes = [*passed, *outputs, ctypes.c_long]
        kernel.restype = None
        return kernel  # type: ignore[no-any-return]


def compile_together(functions: Sequence[Native], kind: Any) -> None:
    """Make the kernels of many functions of arrays of one type by one run of the compiler, which
    is several times faster than one run each. What cannot be made is made, or refused with a
    warning, when it is called."""
    code = CODES[np.dtype(kind)]
    wanted = [(f, ARRAY * len(f.body.arguments)) for f in functions]
    try:
        made = library(kernels_source([(f.body, kinds) for f, kinds in wanted], code))
        for k, (function, kinds) in enumerate(wanted):
            kernel = function._bound(getattr(made, f"kernel_{k}"), kinds)
            agree(kernel, function.reference, kinds, np.dtype(kind), len(function.body.results))
            function._kernels[kinds, code] = kernel
    except NoCompiler:
        return


def _flat(value: Array, shape: tuple[int, ...], kind: Any) -> Array:
    """The values one after the other, in the type of the kernel."""
    whole = value if value.shape == shape else np.broadcast_to(value, shape)
    return np.ascontiguousarray(whole, kind)


def _target(result: Array, kind: Any, sources: Sequence[Any]) -> Array:
    """Where the kernel may write: the result itself, unless it is laid out otherwise or lies
    across an argument."""
    if result.dtype == kind and result.flags.c_contiguous and result.flags.writeable:
        arrays = [s for s in sources if type(s) is not float]
        if all(_same_place(s, result) or not np.shares_memory(s, result) for s in arrays):
            return result
    return np.empty(result.shape, kind)


def _same_place(a: Array, b: Array) -> bool:
    return a.shape == b.shape and _address(a) == _address(b)


def _address(array: Array) -> int:
    place: int = array.__array_interface__["data"][0]
    return place


def _copied(value: Any, out: Any) -> Any:
    """The NumPy function's result, in the arrays given if there are any."""
    if out is None:
        return value
    values = value if isinstance(value, tuple) else (value,)
    targets = out if isinstance(out, tuple | list) else (out,)
    for target, one in zip(targets, values, strict=True):
        target[...] = one
    return out
