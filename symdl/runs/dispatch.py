"""The checking of files by workers: which piece is whose, and what becomes of it when one dies.

Every file is cut into pieces (a line, a claim, a worked example) that are checked alone. A
worker takes some pieces of a file at a time; when it dies, what it has told is kept, the piece
that killed it says so, and another worker goes on behind it.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from symdl.report.diagnostic import Finding
from symdl.runs.limits import Death, Died, Limits
from symdl.runs.pieces import READING, Fates, Kept, Work, answer, check_here, unread_file
from symdl.runs.workers import Worker, can_fork, ready

FIRST = 64
"""Pieces of a file that are handed out before it is known how many there are."""
CHUNK = 32
"""Pieces handed out at a time behind the first."""
TRIES = 3
"""How often a piece is tried whose worker was killed by somebody else."""


@dataclass(slots=True)
class FileRun:
    """What is known of a file while it is checked: the findings of its pieces by number, and
    verdicts on claims by their keys, those of an earlier run too."""

    work: Work
    total: int | None = None
    found: dict[int, tuple[Finding, ...]] = field(default_factory=dict)
    verdicts: Kept = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    fates: Fates = field(default_factory=dict)
    tries: Counter[tuple[int, int] | None] = field(default_factory=Counter)
    told: bool = False

    @property
    def done(self) -> bool:
        """Whether every piece is checked."""
        return self.total is not None and len(self.found) >= self.total

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings so far, in the order of the file."""
        return tuple(f for piece in sorted(self.found) for f in self.found[piece])


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some pieces of a file, from `first` to before `last`."""

    file: FileRun
    first: int
    last: int


class Dispatch:
    """A run over files by so many workers. `files` may be looked at at any time."""

    def __init__(
        self,
        work: Sequence[Work],
        jobs: int,
        limits: Limits,
        announce: Callable[[str], None],
    ) -> None:
        self.files = [FileRun(one) for one in work]
        self.limits, self.announce = limits, announce
        self.jobs = max(1, min(jobs, 4 * (os.cpu_count() or 1)))
        self.queue = deque(Chunk(file, 0, FIRST) for file in self.files)
        self.busy: dict[Worker, Chunk] = {}
        self.idle: list[Worker] = []
        self.read: dict[Worker, FileRun] = {}

    def __iter__(self) -> Iterator[FileRun]:
        """Each file when it is done, in whatever order that happens."""
        try:
            while self.queue or self.busy:
                self._hand_out()
                if not self.busy:
                    yield from self._without_workers()
                    return
                for worker in self.busy:
                    worker.watch()
                for worker in ready(list(self.busy), 0.5):
                    file = self.busy[worker].file
                    self._take(worker)
                    if file.done and not file.told:
                        file.told = True
                        yield file
        finally:
            for worker in (*self.busy, *self.idle):
                worker.close()

    def _hand_out(self) -> None:
        while self.queue and len(self.busy) < self.jobs:
            chunk = self.queue.popleft()
            worker = self._worker(chunk.file)
            if worker is None:
                self.queue.appendleft(chunk)
                return
            if chunk.first == 0:
                self.announce(chunk.file.work.name)
            file = chunk.file
            known = None if self.read.get(worker) is file else (file.work, file.verdicts)
            self.busy[worker], self.read[worker] = chunk, file
            worker.send((known, chunk.first, chunk.last, file.fates))

    def _worker(self, file: FileRun) -> Worker | None:
        """An idle worker, best one that has read the file; a new one; None if there is none."""
        for i, worker in enumerate(self.idle):
            if self.read[worker] is file:
                return self.idle.pop(i)
        if can_fork() and len(self.busy) + len(self.idle) < self.jobs:
            try:
                return Worker(answer, self.limits)
            except OSError:  # no more processes or files for this user
                pass
        return self.idle.pop(0) if self.idle else None

    def _take(self, worker: Worker) -> None:
        """One reply of a worker, or its end."""
        chunk = self.busy[worker]
        try:
            done, reply = worker.receive()
        except Died as died:
            del self.busy[worker]
            self._mourn(chunk, died.death)
            return
        if done:
            del self.busy[worker]
            self.idle.append(worker)
            return
        total, found, verdicts = reply
        chunk.file.verdicts |= verdicts
        chunk.file.used |= verdicts.keys()
        if chunk.file.total is None:
            chunk.file.total = total
            starts = range(chunk.last, total, CHUNK)
            self.queue.extend(Chunk(chunk.file, i, min(i + CHUNK, total)) for i in starts)
        chunk.file.found.update(found)

    def _mourn(self, chunk: Chunk, death: Death) -> None:
        """Go on behind the step that killed a worker; what was killed from outside is tried
        again."""
        file = chunk.file
        file.tries[death.step] += 1
        if death.step is None:
            if file.tries[None] > TRIES:
                death = Death("crash", death.words, (READING, 0))
        elif death.cause == "killed" and file.tries[death.step] < TRIES:
            death = Death(death.cause, death.words, None)
        if death.step is not None and death.step[0] == READING:
            file.found, file.total = {0: (unread_file(file.work.name, death),)}, 1
            return
        if death.step is not None:
            file.fates[death.step] = (death.cause, death.words)
        last = chunk.last if file.total is None else min(chunk.last, file.total)
        first = next((i for i in range(chunk.first, last) if i not in file.found), last)
        if first < last:
            self.queue.appendleft(Chunk(file, first, chunk.last))

    def _without_workers(self) -> Iterator[FileRun]:
        """The rest in this process, without limits: where there are no others to be had."""
        for file in {id(chunk.file): chunk.file for chunk in self.queue}.values():
            self.announce(file.work.name)
            file.total = check_here(file.work, file.fates, file.verdicts, file.found)
            file.used |= file.verdicts.keys()
            yield file
        self.queue.clear()
