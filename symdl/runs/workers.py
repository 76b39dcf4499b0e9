"""Processes that may die: children with hard limits, whose parent learns why they ended.

A child is forked, so that it starts with everything its parent has imported and read. The
kernel ends it when a step has used up its processor time (an interval timer whose signal
nobody handles: no library can swallow it, and a long call into C is ended like any other);
memory is bounded by the size of its address space. Where there is no fork (Windows) nothing
here is available, and the caller does the work itself.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from symdl.runs.children import PLACE, Answer, Mark, Tell, fork, live
from symdl.runs.limits import PATIENCE, Death, Died, Limits, cause_of
from symdl.runs.messages import kept_open, read_message, said_in, scratch, write_message


def can_fork() -> bool:
    """Whether children can be had here."""
    return hasattr(os, "fork") and hasattr(select, "poll")


class Worker:
    """A child that answers jobs, one after the other."""

    def __init__(self, answer: Answer, limits: Limits) -> None:
        import mmap

        self.limits = limits
        self._killed = False
        self._seen: tuple[int, ...] = ()
        self._since = time.monotonic()
        with contextlib.ExitStack() as opened:  # of a child that cannot be made nothing stays
            self._place = opened.enter_context(mmap.mmap(-1, PLACE.size))
            self._said = kept_open(opened, scratch())
            from_parent, self._to_child = (kept_open(opened, end) for end in os.pipe())
            self.output, to_parent = (kept_open(opened, end) for end in os.pipe())
            self.pid = fork()
            opened.pop_all()
        if self.pid == 0:
            live(answer, limits, from_parent, to_parent, self._said, self._place)
        os.close(from_parent)
        os.close(to_parent)

    def send(self, job: Any) -> None:
        """Hand it a job; of a child that is gone `receive` will tell."""
        self._since = time.monotonic()
        PLACE.pack_into(self._place, 0, 0, 0, 0)
        with contextlib.suppress(BrokenPipeError):
            write_message(self._to_child, pickle.dumps(job, pickle.HIGHEST_PROTOCOL))

    def receive(self) -> tuple[bool, Any]:
        """(False, a reply) or, behind the last reply of a job, (True, None). Raises Died."""
        data = read_message(self.output)
        if data is None:
            raise Died(self._bury())
        done, reply = pickle.loads(data)
        return done, reply

    def watch(self) -> None:
        """End a child that has made no step for too long by the clock on the wall."""
        now, place = time.monotonic(), PLACE.unpack(self._place[:])
        if place != self._seen:
            self._seen, self._since = place, now
        elif now - self._since > PATIENCE * max(1.0, self.limits.seconds) * _crowd():
            self._killed = True
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """End it, whatever it is doing."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._bury()

    def _bury(self) -> Death:
        _, status, usage = os.wait4(self.pid, 0)
        self.pid = 0
        count, first, second = PLACE.unpack(self._place[:])
        step = (first, second) if count else None
        text = said_in(self._said)
        for end in (self._to_child, self.output, self._said):
            os.close(end)
        self._place.close()
        cause, words = cause_of(status, text, self.limits, self._killed)
        scale = 1 if sys.platform == "darwin" else 1024
        return Death(cause, words, step, usage.ru_maxrss * scale)


def guarded(function: Callable[[], Any], limits: Limits) -> Any:
    """What the function returns or raises, computed in a child. Raises Died when it ends."""

    def answer(_: Any, mark: Mark, tell: Tell) -> None:
        mark(0, 0)
        try:
            tell((True, function()))
        except MemoryError:
            raise
        except Exception as error:  # told to the parent, which raises it
            import traceback

            error.add_note(f"in a child process:\n{traceback.format_exc()}")
            tell((False, error))

    worker = Worker(answer, limits)
    try:
        worker.send(None)
        while not ready([worker], 0.5):
            worker.watch()
        worked, value = worker.receive()[1]
    finally:
        worker.close()
    if not worked:
        raise value
    return value


def each_in_children(
    function: Callable[[str], Any], names: Iterable[str], jobs: int
) -> dict[str, Any]:
    """What the function returns for each name, computed in so many children at a time.

    Where a child ends before it has answered, what it was at is computed here.
    """
    waiting, found = list(names)[::-1], dict[str, Any]()
    at_work: dict[Worker, str] = {}

    def answer(name: str, _mark: Mark, tell: Tell) -> None:
        tell(function(name))

    try:
        for _ in range(min(jobs, len(waiting)) if can_fork() and jobs > 1 else 0):
            worker = Worker(answer, Limits())
            at_work[worker] = waiting.pop()
            worker.send(at_work[worker])
        while at_work:
            for worker in ready(list(at_work), 0.5):
                try:
                    done, reply = worker.receive()
                except Died:
                    waiting.insert(0, at_work.pop(worker))
                    continue
                if not done:
                    found[at_work[worker]] = reply
                elif waiting:
                    at_work[worker] = waiting.pop()
                    worker.send(at_work[worker])
                else:
                    del at_work[worker]
                    worker.close()
    finally:
        for worker in at_work:
            worker.close()
    for name in waiting:
        found[name] = function(name)
    return found


def ready(workers: Sequence[Worker], seconds: float) -> list[Worker]:
    """The workers that have a reply or are gone, waiting so long for the first."""
    waiting = select.poll()
    for worker in workers:
        waiting.register(worker.output, select.POLLIN)
    found = {end for end, _ in waiting.poll(seconds * 1000)}
    return [worker for worker in workers if worker.output in found]


def _crowd() -> float:
    """How much slower the clock of a process runs on a machine with more work than processors."""
    try:
        return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    except OSError:
        return 1.0
