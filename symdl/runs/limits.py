"""What a step may use, and why the child that took it ended."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

SECONDS = 2.0
"""Processor time a claim may take unless `--timeout` says otherwise."""
MEMORY = 768 << 20
"""Bytes a child may take beyond what its parent had; with the interpreter under 1 GiB."""
LONGEST = 1e6
"""Seconds that are as good as no limit, and more than the timers of some systems can count."""
PATIENCE = 10
"""A child that makes no step for this many times its limit of processor time, by the clock on
the wall, waits for something that does not come."""
NO_MEMORY = 77
"""The status of a child that Python told it has no memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a step may use: processor time in seconds, memory in bytes."""

    seconds: float = SECONDS
    memory: int = MEMORY


USUAL = Limits()


def limits_of(timeout: float) -> Limits:
    """The limits for so many seconds. Raises Error for what is no number above 0."""
    if not isinstance(timeout, (int, float)) or not 0 < timeout < LONGEST:
        from symdl.document.errors import Error

        hint = "2 is the default"
        raise Error(f"no number of seconds: {timeout!r}", hint=hint, code="wrong-usage")
    return USUAL if timeout == SECONDS else Limits(float(timeout))


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


def amount(size: int) -> str:
    """A number of bytes for people."""
    return f"{size >> 20} MiB" if size % (1 << 30) else f"{size >> 30} GiB"


_OUT_OF_MEMORY = ("allocate memory", "MemoryError", "out of memory", "overflow in mpz", "bad_alloc")


def cause_of(status: int, said: str, limits: Limits, killed: bool) -> tuple[str, str]:
    """The cause of a death, from the status the system tells and the last words of the child."""
    code = os.waitstatus_to_exitcode(status)
    if killed:
        return "clock", f"no step in {PATIENCE * max(1.0, limits.seconds):g} s by the clock"
    if code in (-signal.SIGPROF, -signal.SIGXCPU):
        return "time", f"more than {limits.seconds:g} s of processor time"
    if code == -signal.SIGFPE:  # how GMP ends when the size of a number overflows
        return "memory", "a number longer than memory can be addressed"
    if code == NO_MEMORY or (code < 0 and any(words in said for words in _OUT_OF_MEMORY)):
        return "memory", f"more than {amount(limits.memory)} of memory"
    if code in (-signal.SIGKILL, -signal.SIGTERM):
        return "killed", f"the process that worked on it was ended ({signal.Signals(-code).name})"
    how = signal.Signals(-code).name if code < 0 else f"status {code}"
    last = said.splitlines()[-1] if said else "without a word"
    return "crash", f"the process that worked on it broke ({how}): {last}"
