"""What each code of a finding means: `symdl explain CODE`. The texts are data, codes.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code with what it says in one line, and in full with an example and what to do."""

    code: str
    title: str
    text: str


@lru_cache(maxsize=1)
def explanations() -> Mapping[str, Explanation]:
    """Every code that has a text."""
    import tomllib

    data = tomllib.loads(Path(__file__).with_name("codes.toml").read_text(encoding="utf-8"))
    return {
        code: Explanation(code, entry["title"], entry["text"].strip())
        for code, entry in data.items()
    }


def explanation(code: str) -> Explanation | None:
    """The text of one code, None if there is no such code."""
    return explanations().get(code)
