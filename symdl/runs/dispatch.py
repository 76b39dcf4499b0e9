"""The checking of files by workers: which piece is whose, and what becomes of it when one dies.

Every file is cut into pieces (a line, a claim, a worked example) that are checked alone. A
worker takes some pieces of a file at a time; when it dies, what it has told is kept, the piece
that killed it says so, and another worker goes on behind it.
"""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from symdl.document.kinds import extent
from symdl.report.diagnostic import Finding
from symdl.runs.children import Mark, Tell
from symdl.runs.limits import Death, Died, Limits
from symdl.runs.workers import Worker, can_fork, ready

if TYPE_CHECKING:
    from symdl.evidence.claim import Claim, Judge
    from symdl.evidence.verdict import Verdict
    from symdl.findings import Piece

FIRST = 64
"""Pieces of a file that are handed out before it is known how many there are."""
CHUNK = 32
"""Pieces handed out at a time behind the first."""
OFTEN = 0.05
"""Seconds after which a worker tells what it has found so far."""
TRIES = 3
"""How often a piece is tried whose worker was killed by somebody else."""

PAGE = 20_000
"""Bytes of a file that may take as long to read as a claim to judge."""
READING = -1
"""The step of reading a file, before its first piece."""

Fates = dict[tuple[int, int], tuple[str, str]]
"""(piece, number of the claim in it) -> cause and words of the death it brought. The number 0
is the reading of the piece."""


Kept = dict[str, dict[str, Any]]
"""Verdicts as plain data by the key of their claim."""


@dataclass(frozen=True, slots=True)
class Work:
    """A file to check: its name, its content, whether a second reader reads it too, and whether
    the verdicts on its claims are kept under their keys."""

    name: str
    data: bytes
    second_reader: bool = False
    keeps: bool = False


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
                return Worker(_answer, self.limits)
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
            file.found, file.total = {0: (_unread_file(file.work.name, death),)}, 1
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
            pieces = _pieces(file.work)
            file.total = len(pieces)
            telling = _Telling(lambda _: None, file.verdicts) if file.work.keeps else None
            for i, piece in enumerate(pieces):
                if i not in file.found:
                    judge = _judge(i, file.fates, _unmarked, telling)
                    file.found[i] = findings_of_piece(piece, i, file.fates, _unmarked, judge)
            file.used |= file.verdicts.keys()
            yield file
        self.queue.clear()


def _unmarked(piece: int, claim: int, times: float = 1.0, /) -> None:
    """Nobody watches."""


# --- in the worker --------------------------------------------------------------------------

_READ: list[tuple[Work, Sequence[Piece], Kept]] = []
"""The file that this process read last."""


class _Telling:
    """What a worker has found and not told yet."""

    def __init__(self, tell: Tell, kept: Kept) -> None:
        self.tell, self.kept = tell, kept
        self.total = 0
        self.found: dict[int, tuple[Finding, ...]] = {}
        self.verdicts: Kept = {}
        self.told = time.monotonic()

    def now(self) -> None:
        self.tell((self.total, self.found, self.verdicts))
        self.found, self.verdicts, self.told = {}, {}, time.monotonic()

    def sometimes(self) -> None:
        if time.monotonic() - self.told > OFTEN:
            self.now()


def _answer(job: Any, mark: Mark, tell: Tell) -> None:
    """Check some pieces of a file; the replies are its number of pieces, findings by piece and
    verdicts by key."""
    known, first, last, fates = job
    if known is not None:
        mark(READING, 0, 1 + extent(known[0].name, known[0].data) / PAGE)
        _READ[:] = [(known[0], _pieces(known[0]), known[1])]
    work, pieces, kept = _READ[0]
    telling = _Telling(tell, kept)
    telling.total = len(pieces)
    for i in range(first, min(last, len(pieces))):
        judge = _judge(i, fates, mark, telling if work.keeps else None)
        telling.found[i] = findings_of_piece(pieces[i], i, fates, mark, judge)
        telling.sometimes()
    telling.now()


def _pieces(work: Work) -> Sequence[Piece]:
    """The pieces of a file; a bug of symdl in reading it is one, so that no file is lost."""
    from symdl.checking import pieces_of_file
    from symdl.findings import Piece

    try:
        return pieces_of_file(work.name, work.data, work.second_reader)
    except MemoryError:
        raise
    except Exception as error:  # a bug met on one file is its finding: others are checked
        finding = failure(work.name, "internal-error", bug(error))
        return (Piece(lambda _: (finding,)),)


def findings_of_piece(
    piece: Piece, number: int, fates: Fates, mark: Mark, judge: Judge
) -> tuple[Finding, ...]:
    """The findings of a piece, in which the claims that have killed a worker say so."""
    mark(number, 0)
    if (number, 0) in fates:
        return (_unread_piece(piece, *fates[number, 0]),)
    try:
        return tuple(piece.findings(judge))
    except MemoryError:
        raise
    except Exception as error:  # a bug met on one piece is its finding: others are checked
        return (_unread_piece(piece, "crash", bug(error)),)


def _judge(number: int, fates: Fates, mark: Mark, telling: _Telling | None) -> Judge:
    """What judges the claims of a piece, and knows which of them comes to what end."""
    from symdl.checking import judge
    from symdl.document.errors import InternalError
    from symdl.evidence.surroundings import narrowed
    from symdl.evidence.verdict import resource_limit

    claims = 0

    def watched(claim: Claim) -> Verdict:
        nonlocal claims
        claims += 1
        cause, words = fates.get((number, claims), ("", ""))
        if cause == "crash":
            raise InternalError(words, claim.span)
        if cause:
            return resource_limit(words)
        mark(number, claims)
        if claim.kind == "definition":
            return judge(claim)
        claim = narrowed(claim)
        return judge(claim) if telling is None else _kept(claim, judge, telling)

    return watched


def _kept(claim: Claim, judge: Judge, telling: _Telling) -> Verdict:
    """The verdict that is known of the claim, or a new one."""
    from symdl.evidence.surroundings import key
    from symdl.evidence.verdict import Verdict

    name = key(claim)
    known = telling.kept.get(name)
    if known is None:
        verdict = judge(claim)
        known = telling.kept[name] = verdict.as_dict()
    else:
        verdict = Verdict.from_dict(known)
    telling.verdicts[name] = known
    telling.sometimes()
    return verdict


# --- what is told of what could not be checked --------------------------------------------------


def bug(error: Exception) -> str:
    """What is told of an exception that should not have come."""
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(last.filename)}:{last.lineno}"
    return f"symdl failed on this file: {type(error).__name__} at {place}: {error}"


def failure(name: str, code: str, message: str) -> Finding:
    """A finding about a whole file."""
    return Finding(
        file=name,
        line=1,
        column=1,
        end_line=1,
        end_column=1,
        formula=None,
        latex="",
        kind="file",
        verdict="not-understood",
        method="",
        message=message,
        code=code,
    )


def _unread_file(name: str, death: Death) -> Finding:
    if death.is_limit or death.cause == "killed":
        return failure(name, "resource-limit", f"resource limit in reading: {death.words}")
    return failure(name, "internal-error", f"symdl failed on this file: {death.words}")


def _unread_piece(piece: Piece, cause: str, words: str) -> Finding:
    """What is told of a piece whose reading met a limit, or a bug."""
    from symdl.document.errors import Error
    from symdl.findings import problem

    code = "internal-error" if cause == "crash" else "resource-limit"
    message = words if cause == "crash" else f"resource limit in reading: {words}"
    text = piece.place.text if piece.place is not None else ""
    return problem(Error(message, piece.place, code=code), piece.formula, "", text)
