"""`symdl check --watch`: checked again whenever a file changes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence

from symdl.document.places import checked_files, library_folder

PAUSE = 0.4
"""Seconds between two looks at the files."""

State = dict[str, tuple[int, int]]
"""Each file with its time of change and its size."""


def changes(paths: Sequence[str], pause: float = PAUSE) -> Iterator[None]:
    """Once at the start, and then each time that a file of the paths is new, changed or gone."""
    seen = state_of(paths)
    yield None
    while True:
        time.sleep(pause)
        now = state_of(paths)
        if now != seen:
            seen = now
            yield None


def state_of(paths: Sequence[str]) -> State:
    """The files of the paths as they are now."""
    found: State = {}
    for path in paths or [str(library_folder())]:
        names = [str(name) for name in checked_files(path)] if os.path.isdir(path) else [path]
        for name in names:
            try:
                status = os.stat(name)
            except OSError:
                continue  # it is gone, which is a change
            found[name] = (status.st_mtime_ns, status.st_size)
    return found
