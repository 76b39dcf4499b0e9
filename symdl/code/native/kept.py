"""Kernels that a function keeps: one for each type and each way its arguments come."""

from __future__ import annotations

import ctypes
import platform
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from symdl.code.native.build import NoCompiler
from symdl.code.native.source import HEADER, NUMBER

CODES = {np.dtype(np.float64): "d", np.dtype(np.float32): "f"}
Kernel = Callable[..., Any]


@cache
def known_layout() -> bool:
    """Whether the address of an array's data stands where kernels look for it."""
    array = np.empty(3)
    if platform.python_implementation() != "CPython" or HEADER % ctypes.sizeof(ctypes.c_void_p):
        return False
    return ctypes.c_void_p.from_address(id(array) + HEADER).value == array.ctypes.data


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
