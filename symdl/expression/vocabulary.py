"""Families of operations that several rooms ask for; docs/terms.md says what each one means."""

from __future__ import annotations

NAMES = frozenset({"symbol", "entry", "label", "prime"})
"""What stands for one value: `x`, `x_i`, `W^{(l)}`, `x'`."""
DERIVATIVES = frozenset({"derivative", "nth_derivative", "gradient"})
"""What is written for a derivative; a `call` with primes is one too."""
OVER_INDEX = frozenset({"sum", "product", "max_over", "min_over"})
"""What joins the values of a body, one for each value of an index."""
CHOICES = frozenset({"argmax", "argmin"})
"""What names the index at which a body is largest or least."""
