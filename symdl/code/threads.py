"""Large arrays on several threads: NumPy lets go of the interpreter while it computes."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextvars import copy_context
from itertools import pairwise
from threading import Thread

WORTH = 1 << 19
"""Below this many elements starting threads costs more than they save."""


def thread_count() -> int:
    """As many threads as OMP_NUM_THREADS says; where it does not say, one for each processor that
    this process may use, as the frameworks do."""
    asked = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if asked.isdigit() and int(asked):
        return int(asked)
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def in_parts(count: int, size: int, work: Callable[[int, int], None]) -> None:
    """work(start, stop) for parts of range(count), all at once where `size` elements are worth it.

    Threads live for one call: none is left behind for a process that forks. What a part raises
    is raised here.
    """
    threads = min(thread_count(), count) if size >= WORTH else 1
    bounds = [count * k // threads for k in range(threads + 1)]
    failed: list[BaseException] = []

    def part(start: int, stop: int) -> None:
        try:
            work(start, stop)
        except BaseException as problem:  # carried over to the caller's thread
            failed.append(problem)

    others = [
        Thread(target=copy_context().run, args=(part, start, stop))
        for start, stop in pairwise(bounds[1:])
    ]
    for other in others:
        other.start()
    part(bounds[0], bounds[1])
    for other in others:
        other.join()
    if failed:
        raise failed[0]
