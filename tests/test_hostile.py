"""Hostile claims: each ends within its budget of time and memory, and none with a wrong answer."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

import symdl
from symdl.runs import workers
from symdl.runs.children import Mark, Tell
from symdl.runs.limits import Died, Limits
from symdl.runs.workers import Worker, ready

pytestmark = pytest.mark.skipif(not workers.can_fork(), reason="no fork here")
TABLE = Path(__file__).parent / "cases" / "hostile.txt"
WRONG = {
    "true": ("refuted", "refuted-as-stated", "internal-error"),
    "false": ("proved", "approximate", "rounded", "internal-error"),
    "unread": ("proved", "refuted", "refuted-as-stated", "confirmed", "internal-error"),
}
GIB = 1 << 30
SHARES = 10
"""Parts of the table, each a test of its own."""
FEW = 1
"""How many of a part may meet the limit of time; all others give up by themselves, counting their
work."""


def written_out(text: str) -> str:
    """The text with every `<<N TEXT>>` written N times, the inner ones first."""
    repeated = re.compile(r"<<(\d+) ((?:(?!<<).)*?)>>")

    def copies(found: re.Match[str]) -> str:
        return "".join(found[2].replace("#", str(i)) for i in range(1, int(found[1]) + 1))

    while (new := repeated.sub(copies, text)) != text:
        text = new
    return text


def lines() -> list[tuple[str, str]]:
    rows = TABLE.read_text(encoding="utf-8").splitlines()
    parted = [row.partition(" : ") for row in rows if row and not row.startswith("#")]
    return [(kind, claim) for kind, _, claim in parted]


def ending(claim: str, limits: Limits) -> tuple[str, int]:
    """How the check of a claim ends (a verdict, an error, a cause of death), and its memory."""

    def answer(job: str, mark: Mark, tell: Tell) -> None:
        mark(0, 0)
        *given, statement = (part.strip() for part in written_out(job).split(";;"))
        try:
            verdict = symdl.check(statement, given=given)
            limited = verdict.method == "resource-limit" and "processor time" in verdict.message
            tell("time" if limited else verdict.kind)
        except symdl.InternalError:
            tell("internal-error")
        except symdl.Error:
            tell("not-understood")

    worker = Worker(answer, limits)
    worker.send(claim)
    while not ready([worker], 0.5):
        worker.watch()
    try:
        said = worker.receive()[1]
    except Died as died:
        return died.death.cause, died.death.peak
    os.kill(worker.pid, signal.SIGKILL)
    try:
        while True:
            worker.receive()
    except Died as killed:
        return said, killed.death.peak


def test_there_are_enough_hostile_claims() -> None:
    assert len(lines()) >= 100


@pytest.mark.parametrize(
    "share", [pytest.param(n, marks=[pytest.mark.long] if n % 6 else []) for n in range(SHARES)]
)
def test_every_hostile_claim_ends_within_its_budget(share: int) -> None:
    import symdl.checking  # noqa: F401 - before the forks

    out_of_time = []
    for kind, claim in lines()[share::SHARES]:
        said, peak = ending(claim, Limits())
        assert said not in WRONG[kind], (said, claim)
        assert said not in ("crash", "killed", "clock", "memory"), (said, claim)
        assert peak < GIB // 2, (peak, claim)
        if said == "time":
            out_of_time.append(claim)
    assert len(out_of_time) <= FEW, out_of_time
