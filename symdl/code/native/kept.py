"""Kernels that a function keeps: one for each type and each way its arguments come."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from symdl.code.native.build import NoCompiler
from symdl.code.native.kinds import CODES, NUMBER

Kernel = Callable[..., Any]


Kept = dict[tuple[str, str], Kernel | None]


def kept_kernel(
    kernels: Kept, kinds: str, kind: np.dtype[Any], make: Callable[[], Kernel]
) -> Kernel | None:
    """The kernel for these arguments, made when first asked for; None where none can be made,
    after one warning."""
    key = kinds, CODES[kind]
    if key not in kernels:
        try:
            kernels[key] = make()
        except NoCompiler as problem:
            kernels[key] = None
            warnings.warn(
                f"the NumPy function runs, not a compiled one: {problem}",
                RuntimeWarning,
                stacklevel=5,
            )
    return kernels[key]


def with_types(kernel: Any, kinds: str, outputs: int, sizes: int, result: Any = None) -> Kernel:
    """A function of a library that knows the types of its arguments: parameters, results and
    sizes."""
    passed = [ctypes.c_double if k == NUMBER else ctypes.c_void_p for k in kinds]
    kernel.argtypes = [*passed, *[ctypes.c_void_p] * outputs, *[ctypes.c_long] * sizes]
    kernel.restype = result
    typed: Kernel = kernel
    return typed
