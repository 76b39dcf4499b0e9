"""What each code of a finding means: `symdl explain CODE`. The texts are data, codes.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code with what it says in one line, and in full with what to do about it."""

    code: str
    title: str
    text: str


@lru_cache(maxsize=1)
def explanations() -> Mapping[str, Explanation]:
    """Every code with its text: problems first, then each verdict, alone and on each kind of
    claim."""
    import tomllib

    data = tomllib.loads(Path(__file__).with_name("codes.toml").read_text(encoding="utf-8"))
    found = {
        code: Explanation(code, entry["title"], entry["text"].strip())
        for code, entry in data["codes"].items()
    }
    for verdict, entry in data["verdicts"].items():
        found.setdefault(verdict, Explanation(verdict, entry["title"], entry["text"].strip()))
        for kind, what in data["kinds"].items():
            code = f"{verdict}-{kind}"
            text = f"{entry['text'].strip()}\n\nThe claim is {what}."
            found[code] = Explanation(code, f"{entry['title']} ({kind})", text)
    return found


def explanation(code: str) -> Explanation | None:
    """The text of one code, None if there is no such code."""
    return explanations().get(code)
