"""How the parameters of a kernel come, and the types of its arrays."""

from __future__ import annotations

import numpy as np

ARRAY, NUMBER = "a", "n"
"""One value an element, or one value for all."""
TYPES = {"d": "double", "f": "float"}
CODES = {np.dtype(np.float64): "d", np.dtype(np.float32): "f"}
