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
import struct
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

SECONDS = 2.0
"""Processor time a claim may take unless `--timeout` says otherwise."""
MEMORY = 768 << 20
"""Bytes a child may take beyond what its parent had; with the interpreter under 1 GiB."""
LONGEST = 1e6
"""Seconds that are as good as no limit, and more than the timers of some systems can count."""
PATIENCE = 10
"""A child that makes no step for this many times its limit of processor time, by the clock on
the wall, waits for something that does not come."""


class Mark(Protocol):
    """Says in a child which step begins: two numbers that the parent will know it by, and how
    many times the limit of processor time it may take."""

    def __call__(self, first: int, second: int, times: float = 1.0, /) -> None:
        """Begin a step."""


Tell = Callable[[Any], None]
"""Sends a reply to the parent."""
Answer = Callable[[Any, Mark, Tell], None]
"""What a child does with a job."""

_NO_MEMORY = 77
_BROKEN = 70
_HEAD = struct.Struct("<q")
_PLACE = struct.Struct("<qqq")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a step may use: processor time in seconds, memory in bytes."""

    seconds: float = SECONDS
    memory: int = MEMORY


def limits_of(timeout: float) -> Limits:
    """The limits for so many seconds. Raises Error for what is no number above 0."""
    if not isinstance(timeout, (int, float)) or not 0 < timeout < LONGEST:
        from symdl.document.errors import Error

        hint = "2 is the default"
        raise Error(f"no number of seconds: {timeout!r}", hint=hint, code="wrong-usage")
    return Limits(float(timeout))


@dataclass(frozen=True, slots=True)
class Death:
    """Why a child ended before it had answered, and at which step.

    cause: `time`, `memory`, `clock` (it waited and did nothing), `killed` (by somebody else,
    or by the system for want of memory), or `crash` (a bug). `step` is None when none had
    begun; `peak` is the most memory it held, in bytes.
    """

    cause: str
    words: str
    step: tuple[int, int] | None
    peak: int = 0

    @property
    def is_limit(self) -> bool:
        """Whether a limit was met; else the child was killed or crashed."""
        return self.cause in ("time", "memory", "clock")


class Died(Exception):
    """Raised when a child has ended without an answer."""

    def __init__(self, death: Death) -> None:
        super().__init__(death.words)
        self.death = death


def can_fork() -> bool:
    """Whether children can be had here."""
    return hasattr(os, "fork") and hasattr(select, "poll")


def amount(size: int) -> str:
    """A number of bytes for people."""
    return f"{size >> 20} MiB" if size % (1 << 30) else f"{size >> 30} GiB"


class Worker:
    """A child that answers jobs, one after the other."""

    def __init__(self, answer: Answer, limits: Limits) -> None:
        import mmap

        self.limits = limits
        self._killed = False
        self._seen: tuple[int, ...] = ()
        self._since = time.monotonic()
        with contextlib.ExitStack() as opened:  # of a child that cannot be made nothing stays
            self._place = opened.enter_context(mmap.mmap(-1, _PLACE.size))
            self._said = _kept(opened, _scratch())
            from_parent, self._to_child = (_kept(opened, end) for end in os.pipe())
            self.output, to_parent = (_kept(opened, end) for end in os.pipe())
            self.pid = _fork()
            opened.pop_all()
        if self.pid == 0:
            _live(answer, limits, from_parent, to_parent, self._said, self._place)
        os.close(from_parent)
        os.close(to_parent)

    def send(self, job: Any) -> None:
        """Hand it a job; of a child that is gone `receive` will tell."""
        self._since = time.monotonic()
        _PLACE.pack_into(self._place, 0, 0, 0, 0)
        with contextlib.suppress(BrokenPipeError):
            _write(self._to_child, pickle.dumps(job, pickle.HIGHEST_PROTOCOL))

    def receive(self) -> tuple[bool, Any]:
        """(False, a reply) or, behind the last reply of a job, (True, None). Raises Died."""
        data = _read(self.output)
        if data is None:
            raise Died(self._bury())
        done, reply = pickle.loads(data)
        return done, reply

    def watch(self) -> None:
        """End a child that has made no step for too long by the clock on the wall."""
        now, place = time.monotonic(), _PLACE.unpack(self._place[:])
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
        count, first, second = _PLACE.unpack(self._place[:])
        step = (first, second) if count else None
        text = _said_in(self._said)
        for end in (self._to_child, self.output, self._said):
            os.close(end)
        self._place.close()
        cause, words = _cause(status, text, self.limits, self._killed)
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

    def answer(name: str, mark: Mark, tell: Tell) -> None:
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


# --- the child ------------------------------------------------------------------------------


def _fork() -> int:
    import warnings

    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    with warnings.catch_warnings():
        # Threads of the caller do not live on in the child, which touches nothing of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _live(
    answer: Answer, limits: Limits, jobs: int, replies: int, said: int, place: Any
) -> NoReturn:
    """The life of a child: it never returns into its parent's code."""
    status = _BROKEN
    try:
        _settle(limits, (jobs, replies), said)
        count = 0

        def mark(first: int, second: int, times: float = 1.0, /) -> None:
            nonlocal count
            count += 1
            _PLACE.pack_into(place, 0, count, first, second)
            signal.setitimer(signal.ITIMER_PROF, times * limits.seconds)

        def tell(reply: Any, done: bool = False) -> None:
            _write(replies, pickle.dumps((done, reply), pickle.HIGHEST_PROTOCOL))

        while (data := _read(jobs)) is not None:
            answer(pickle.loads(data), mark, tell)
            signal.setitimer(signal.ITIMER_PROF, 0)
            tell(None, done=True)
        status = 0
    except MemoryError:
        status = _NO_MEMORY
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


# --- pipes and endings -----------------------------------------------------------------------


def _kept(opened: contextlib.ExitStack, end: int) -> int:
    opened.callback(os.close, end)
    return end


def _write(end: int, data: bytes) -> None:
    left = memoryview(_HEAD.pack(len(data)) + data)
    while left:
        left = left[os.write(end, left) :]


def _read(end: int) -> bytes | None:
    """One message, or None when the other side is gone."""
    head = _exactly(end, _HEAD.size)
    return None if head is None else _exactly(end, _HEAD.unpack(head)[0])


def _exactly(end: int, size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        part = os.read(end, min(size - len(found), 1 << 20))
        if not part:
            return None
        found += part
    return bytes(found)


def _scratch() -> int:
    """A file without a name, for what a child and its libraries say in dying."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("symdl")
    import tempfile

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _said_in(file: int) -> str:
    """The first and the last that a child has said: behind the reason why it ends, the handlers
    of loaded libraries may write pages of their own."""
    size, part = os.fstat(file).st_size, 1 << 15
    first = os.pread(file, part, 0)
    last = os.pread(file, part, max(part, size - part))
    return (first + last).decode("utf-8", "replace").strip()


def _crowd() -> float:
    """How much slower the clock of a process runs on a machine with more work than processors."""
    try:
        return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    except OSError:
        return 1.0


_OUT_OF_MEMORY = ("allocate memory", "MemoryError", "out of memory", "overflow in mpz", "bad_alloc")


def _cause(status: int, said: str, limits: Limits, killed: bool) -> tuple[str, str]:
    """The cause of a death, from the status the system tells and the last words of the child."""
    code = os.waitstatus_to_exitcode(status)
    if killed:
        return "clock", f"no step in {PATIENCE * max(1.0, limits.seconds):g} s by the clock"
    if code in (-signal.SIGPROF, -signal.SIGXCPU):
        return "time", f"more than {limits.seconds:g} s of processor time"
    if code == -signal.SIGFPE:  # how GMP ends when the size of a number overflows
        return "memory", "a number longer than memory can be addressed"
    if code == _NO_MEMORY or (code < 0 and any(words in said for words in _OUT_OF_MEMORY)):
        return "memory", f"more than {amount(limits.memory)} of memory"
    if code in (-signal.SIGKILL, -signal.SIGTERM):
        return "killed", f"the process that worked on it was ended ({signal.Signals(-code).name})"
    how = signal.Signals(-code).name if code < 0 else f"status {code}"
    last = said.splitlines()[-1] if said else "without a word"
    return "crash", f"the process that worked on it broke ({how}): {last}"
