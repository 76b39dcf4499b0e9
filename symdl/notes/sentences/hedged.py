"""Words that restrict what a sentence says: it holds under a condition, or not at all."""

from __future__ import annotations

import re

HEDGED = re.compile(r"\b(?:if|when|whenever|unless|not|whether|case|until)\b", re.IGNORECASE)
OUTRIGHT = r"(?!\s+(?:if|when|unless|for|in(?! general)|only|to|about|at|on|that)\b)"
"""Behind `is wrong`: nothing says for which values alone."""
