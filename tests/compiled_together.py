"""Kernels of many functions by one run of the compiler, several times faster than one run each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symdl.code.native.build import library
from symdl.code.native.call import Native
from symdl.code.native.kinds import ARRAY, CODES
from symdl.code.native.source import kernels_source


def compile_together(functions: Sequence[Native], kind: Any) -> None:
    """Make the kernels for arrays of one type, and check each as it would be alone."""
    kind = np.dtype(kind)
    wanted = [(f, ARRAY * len(f.body.arguments)) for f in functions]
    made = library(kernels_source([(f.body, kinds) for f, kinds in wanted], CODES[kind]))
    for k, (function, kinds) in enumerate(wanted):
        kernel = function.checked(getattr(made, f"kernel_{k}"), kinds, kind)
        function._kernels[kinds, CODES[kind]] = kernel
