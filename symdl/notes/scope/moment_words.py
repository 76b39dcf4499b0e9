r"""Means, variances and deviations in words: `zero mean`, `variance $\sigma^2$`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_VALUE = r"(?:\s*(?:of\s+|=\s*)?(?:\$([^$=<>]{1,30})\$|(\d+(?:\.\d+)?))|\s+(zero|one)\b)"
_MEAN = re.compile(
    rf"\b(?:(zero|0|\$0\$)[- ]mean\b|(?:mean|expectation|expected value){_VALUE})", re.IGNORECASE
)
_VARIANCE = re.compile(rf"\b(?:(unit)[- ]variance\b|variance{_VALUE})", re.IGNORECASE)
_DEVIATION = re.compile(
    rf"\b(?:(unit)[- ]standard deviation\b|standard deviation{_VALUE})", re.IGNORECASE
)
_SAID = (
    (r"\mathbb{E}", _MEAN, ""),
    (r"\operatorname{Var}", _VARIANCE, ""),
    (r"\operatorname{Var}", _DEVIATION, "^2"),
)
_WORDS = {"zero": "0", "$0$": "0", "unit": "1", "one": "1"}


def moments_in(text: str) -> Iterator[tuple[str, str]]:
    r"""What a text says of the mean and the variance of a variable: operators and values.

    >>> list(moments_in("zero mean and standard deviation $s$"))
    [('\\mathbb{E}', '0'), ('\\operatorname{Var}', '(s)^2')]
    """
    for operator, pattern, power in _SAID:
        found = pattern.search(text)
        value = next(filter(None, found.groups()), None) if found is not None else None
        if value is not None:
            value = _WORDS.get(value.lower(), value)
            yield operator, f"({value})^2" if power else value
