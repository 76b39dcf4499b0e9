"""What is known already: findings kept in the user's cache folder, by content.

A checked file has two entries, and each carries the key it is valid for. Its findings: the
version and code of symdl, the file's bytes, every text of the formula library, the options and
limits. The verdicts on its claims: the code alone, for there each verdict stands under a key of
its own, made of the claim and all of its surroundings that bear on it. An entry that cannot be
read, or that has another key, is as good as none and is rewritten.
"""

from __future__ import annotations

import os
import sys
from hashlib import blake2b
from pathlib import Path
from typing import Any

from symdl.document.cache_folder import cache_folder

FORMAT = "1"
"""Changes when the layout of an entry changes."""


def code_fingerprint() -> str:
    """Changes when the code of symdl does: version, and place, size and time of its files."""
    from symdl.version import VERSION

    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    digest = blake2b(f"{FORMAT}\0{VERSION}\0{sys.version}\0{root}".encode(), digest_size=20)
    for name, size, changed in sorted(_python_files(root)):
        digest.update(f"\0{name}\0{size}\0{changed}".encode())
    return digest.hexdigest()


def _python_files(root: str) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    waiting = [root]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".toml")):
                    status = entry.stat()
                    found.append((entry.path, status.st_size, status.st_mtime_ns))
                elif entry.name not in ("__pycache__", "formulas") and entry.is_dir():
                    waiting.append(entry.path)
    return found


def key_of(*parts: str | bytes) -> str:
    """One key for a sequence of texts; no two sequences share one by running together."""
    digest = blake2b(digest_size=20)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def load(subject: str, key: str) -> Any:
    """What was kept for a subject under this key, or None.

    A damaged entry is no entry: the caller computes again and overwrites it.
    """
    import json

    try:
        entry = json.loads(_place(subject).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or entry.get("key") != key:
        return None
    return entry.get("value")


def save(subject: str, key: str, value: Any) -> None:
    """Keep a value (plain data) for a subject, replacing what was kept before.

    The write is atomic. A cache that cannot be written (read-only home, full disk) costs
    time, not correctness, so it is no error.
    """
    import json
    import tempfile

    place = _place(subject)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".new-")
    except OSError:
        return
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "value": value}))
        os.replace(temporary, place)
    except OSError:
        Path(temporary).unlink(missing_ok=True)


def _place(subject: str) -> Path:
    return cache_folder() / (key_of(subject) + ".json")
