"""The life of a child: it answers jobs under its limits, and never returns to its parent's code."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Protocol

from symdl.runs.limits import NO_MEMORY, Limits
from symdl.runs.messages import read_message, write_message


class Mark(Protocol):
    """Says in a child which step begins: two numbers that the parent will know it by, and how
    many times the limit of processor time it may take."""

    def __call__(self, first: int, second: int, times: float = 1.0, /) -> None:
        """Begin a step."""


Tell = Callable[[Any], None]
"""Sends a reply to the parent."""
Answer = Callable[[Any, Mark, Tell], None]
"""What a child does with a job."""
_BROKEN = 70
PLACE = struct.Struct("<qqq")
"""What a child writes on the page it shares: how many steps it began, and the last of them."""


def fork() -> int:
    """Fork this process: 0 in the child, its number in the parent."""
    import warnings

    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    with warnings.catch_warnings():
        # Threads of the caller do not live on in the child, which touches nothing of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def live(
    answer: Answer, limits: Limits, jobs: int, replies: int, said: int, place: Any
) -> NoReturn:
    """Answer jobs until there are none, tell how it ended by the status, and end this process."""
    status = _BROKEN
    try:
        _settle(limits, (jobs, replies), said)
        count = 0

        def mark(first: int, second: int, times: float = 1.0, /) -> None:
            nonlocal count
            count += 1
            PLACE.pack_into(place, 0, count, first, second)
            signal.setitimer(signal.ITIMER_PROF, times * limits.seconds)

        def tell(reply: Any, done: bool = False) -> None:
            write_message(replies, pickle.dumps((done, reply), pickle.HIGHEST_PROTOCOL))

        while (data := read_message(jobs)) is not None:
            answer(pickle.loads(data), mark, tell)
            signal.setitimer(signal.ITIMER_PROF, 0)
            tell(None, done=True)
        status = 0
    except MemoryError:
        status = NO_MEMORY
    except BrokenPipeError:
        status = 0  # the parent is gone: nobody asks any more
    except BaseException:
        import traceback

        traceback.print_exc()
        with contextlib.suppress(Exception):
            sys.stderr.flush()
    finally:
        os._exit(status)


def _settle(limits: Limits, kept: Sequence[int], said: int) -> None:
    """Leave the parent's signals and files behind, and take the limits on."""
    import gc

    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends its children
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    os.dup2(said, 2)
    sys.stderr = open(2, "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    first = 3
    for end in sorted(kept):
        os.closerange(first, end)
        first = end + 1
    os.closerange(first, 65536)
    gc.freeze()
    gc.set_threshold(20_000)  # Terms come by the thousand, and few of them in cycles
    _bound_memory(limits.memory)


def _bound_memory(size: int) -> None:
    """Bound the address space, where the system knows how (macOS does not)."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = now + size if hard == resource.RLIM_INFINITY else min(now + size, hard)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (ImportError, OSError, ValueError):
        return
