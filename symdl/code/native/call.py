"""Calling a kernel: arrays of any layout in, fresh or given arrays out."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symdl.code.arguments import (
    NUMBERS,
    Array,
    address,
    apart,
    bound,
    by_single,
    common_shape,
    common_type,
    result_arrays,
)
from symdl.code.modules import Body
from symdl.code.native.agree import agree
from symdl.code.native.build import library
from symdl.code.native.kept import Kept, Kernel, kept_kernel, with_types
from symdl.code.native.kinds import ARRAY, CODES, NUMBER, TYPES
from symdl.code.native.objects import by_objects, known_layout, taking_objects, ways
from symdl.code.native.source import kernel_source

_addressof = ctypes.addressof
ARRAY_TYPE = np.ndarray
_empty = np.empty


@dataclass
class Native:
    """A function of arrays that runs compiled kernels: one for each type and each way the
    parameters come (one value an element, or one for all), built when first needed.

    `reference` is the same function in NumPy: kernels are compared with it before they are
    used, and it runs for types that no kernel has and where nothing compiles.
    """

    body: Body
    reference: Callable[..., Any]
    _kernels: Kept = field(default_factory=dict)
    _objects: dict[tuple[str, Any], Kernel] = field(default_factory=dict)
    """Those kernels for array objects, which need no address."""

    def __getstate__(self) -> dict[str, Any]:
        """Without kernels: another process makes its own, from the same cache folder."""
        return {**self.__dict__, "_kernels": {}, "_objects": {}}

    def __call__(self, *args: Any, out: Any = None, **named: Any) -> Any:
        """The value, or the tuple of values, in the shape that the arguments broadcast to.

        out: an array, or a tuple of arrays, to write to; an argument itself may be given.
        """
        if not named:
            made = self.at_once(args, out)
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
        passed = [s if isinstance(s, float) else address(s) for s in sources]
        kernel(*passed, *map(address, targets), targets[0].size)
        for result, target in zip(results, targets, strict=True):
            if result is not target:
                result[...] = target
        return results[0] if len(results) == 1 else tuple(results)

    @property
    def arguments(self) -> Mapping[str, str | None]:
        """The names of the parameters, with the text of their default."""
        return self.body.arguments

    def at_once(self, args: Sequence[Any], out: Any = None) -> Any:
        """The result where nothing is needed but the call: arrays of one type and shape, whole in
        memory, with numbers beside them, or numbers alone, and a kernel that exists. None for
        anything else."""
        found = ways(tuple(map(type, args)))
        if found is None:
            return self._numbers(args) if out is None and args else None
        kinds, place = found
        first = args[place]
        kernel = self._objects.get((kinds, first.dtype))
        if kernel is None:
            return None
        if out is None:
            shape, like = first.shape, first.dtype
            results = [_empty(shape, like) for _ in self.body.results]
        else:
            results = list(out) if type(out) is tuple else [out]
            if [type(r) for r in results] != [ARRAY_TYPE] * len(self.body.results):
                return None
        if kernel(*args, *results):
            return None
        return results[0] if len(results) == 1 else tuple(results)

    def _numbers(self, args: Sequence[Any]) -> Any:
        """The results for Python's own numbers alone; None where others are among them, or where
        the kernel does not exist yet."""
        for value in args:
            if type(value) is not float and type(value) is not int:
                return None
        kernel = self._kernels.get((NUMBER * len(args), "d"))
        if kernel is None:
            return None
        count = len(self.body.results)
        made = (ctypes.c_double * count)()
        start = _addressof(made)
        kernel(*map(float, args), *[start + 8 * k for k in range(count)], 1)
        return made[0] if count == 1 else tuple(made)

    def _kernel(self, kinds: str, kind: Any) -> Kernel | None:
        """The kernel for these arguments; None where there is none, after one warning."""
        return kept_kernel(self._kernels, kinds, kind, lambda: self._made(kinds, kind))

    def _made(self, kinds: str, kind: Any) -> Kernel:
        body, code = self.body, CODES[kind]
        source, count = kernel_source(body, kinds, code), len(body.results)
        whole = ARRAY in kinds and known_layout()
        if whole:
            source += by_objects(list(body.arguments), kinds, TYPES[code], [True] * count)
        made = library(source)
        kernel = self.checked(made.kernel_0, kinds, kind)
        if whole:
            self._objects[kinds, kind] = taking_objects(made.objects_0, kinds, count)
        return kernel

    def checked(self, kernel: Any, kinds: str, kind: Any) -> Kernel:
        """A kernel of a library, once it agreed with the reference. Raises NoCompiler where it
        does not."""
        count = len(self.body.results)
        typed = with_types(kernel, kinds, count, 1)
        agree(typed, self.reference, kinds, kind, count)
        return typed


def _flat(value: Array, shape: tuple[int, ...], kind: Any) -> Array:
    """The values one after the other, in the type of the kernel."""
    whole = value if value.shape == shape else np.broadcast_to(value, shape)
    return np.ascontiguousarray(whole, kind)


def _target(result: Array, kind: Any, sources: Sequence[Any]) -> Array:
    """Where the kernel may write: the result itself, unless it is laid out otherwise or lies
    across an argument."""
    arrays = [s for s in sources if type(s) is not float]
    if result.dtype == kind and result.flags.carray and apart([result], arrays):
        return result
    return np.empty(result.shape, kind)


def _copied(value: Any, out: Any) -> Any:
    """The NumPy function's result, in the arrays given if there are any."""
    if out is None:
        return value
    values = value if isinstance(value, tuple) else (value,)
    targets = out if isinstance(out, tuple | list) else (out,)
    for target, one in zip(targets, values, strict=True):
        target[...] = one
    return out
