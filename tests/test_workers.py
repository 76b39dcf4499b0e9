"""Workers: what ends them, what is told of it, and that nothing else is lost."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from symdl.report.diagnostic import Finding
from symdl.runs import children, workers
from symdl.runs.dispatch import Dispatch, FileRun
from symdl.runs.limits import Died, Limits
from symdl.runs.pieces import Work
from symdl.runs.workers import each_in_children, guarded

pytestmark = pytest.mark.skipif(not workers.can_fork(), reason="no fork here")
QUICK = Limits(0.3, 512 << 20)


def spin() -> None:
    while True:
        pass


def long_call_into_c() -> object:
    import flint

    return flint.fmpz(3) ** (10**9)


def say_and_abort() -> None:
    os.write(2, b"Exception (FLINT memory_manager). Unable to allocate memory (8589934592).\n")
    os.abort()


@pytest.mark.parametrize(
    ("work", "cause", "words"),
    [
        (spin, "time", "more than 0.3 s of processor time"),
        (long_call_into_c, "time", "more than 0.3 s of processor time"),
        (lambda: bytearray(1 << 30), "memory", "more than 512 MiB of memory"),
        (lambda: [0] * (1 << 28), "memory", "more than 512 MiB of memory"),
        (say_and_abort, "memory", "more than 512 MiB of memory"),
        (lambda: os.kill(os.getpid(), signal.SIGFPE), "memory", "a number longer than"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "killed", "was ended (SIGKILL)"),
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), "crash", "broke (SIGSEGV)"),
        (lambda: os._exit(3), "crash", "broke (status 3)"),
    ],
)
def test_a_child_that_ends_says_why(work: Callable[[], object], cause: str, words: str) -> None:
    with pytest.raises(Died) as caught:
        guarded(work, QUICK)
    assert caught.value.death.cause == cause, caught.value.death.words
    assert words in caught.value.death.words


def test_one_that_only_waits_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 0.3)
    with pytest.raises(Died) as caught:
        guarded(lambda: time.sleep(60), QUICK)
    assert caught.value.death.cause == "clock"


def test_values_and_errors_come_back() -> None:
    assert guarded(lambda: "x" * 300_000, QUICK) == "x" * 300_000
    with pytest.raises(ZeroDivisionError):
        guarded(lambda: 1 // 0, QUICK)


def test_threads_of_the_caller_do_no_harm() -> None:
    stop, answers = threading.Event(), []
    other = threading.Thread(target=lambda: stop.wait(30))
    other.start()
    try:
        askers = [
            threading.Thread(target=lambda: answers.append(guarded(lambda: 7, QUICK)))
            for _ in range(8)
        ]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join(30)
    finally:
        stop.set()
    assert answers == [7] * 8


def open_files() -> set[str]:
    return set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()


def test_no_process_and_no_open_file_is_left() -> None:
    before = open_files()
    for work in (lambda: 1, lambda: os._exit(3)):
        for _ in range(3):
            with contextlib.suppress(Died):
                guarded(work, QUICK)
    assert open_files() == before
    worker = workers.Worker(lambda *_: spin(), QUICK)
    pid = worker.pid
    worker.send(None)
    worker.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    assert open_files() == before


# --- a run of many files --------------------------------------------------------------------

FORMULA = b"""name: f
formula: f(x) = x^2
symbols: {x: real}
claims:
  - f(1) = 1
  - f(2) = 5
  - f(3) = 9
"""


def run(jobs: int, *names: str) -> dict[str, list[Finding]]:
    def silent(name: str) -> None:
        pass

    dispatch = Dispatch([Work(name, FORMULA) for name in names], jobs, QUICK, silent)
    done: list[FileRun] = list(dispatch)
    assert len(done) == len(names)
    return {file.work.name: list(file.findings) for file in done}


def fatal(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object], left: str = "2") -> None:
    """The claim with this number on the left side meets its end; the others are judged."""
    from symdl import checking

    real = checking.judge

    def judge(claim: checking.Claim) -> checking.Verdict:
        if f"f({left})" in claim.latex:
            action()
        return real(claim)

    monkeypatch.setattr(checking, "judge", judge)


@pytest.mark.parametrize("jobs", [1, 2, 200])
@pytest.mark.parametrize(
    ("action", "verdict", "code"),
    [
        (spin, "undecided", "resource-limit"),
        (lambda: bytearray(1 << 30), "undecided", "resource-limit"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "undecided", "resource-limit"),
        (lambda: os._exit(3), "not-understood", "internal-error"),
    ],
)
def test_only_the_claim_that_kills_its_worker_is_lost(
    monkeypatch: pytest.MonkeyPatch,
    jobs: int,
    action: Callable[[], object],
    verdict: str,
    code: str,
) -> None:
    fatal(monkeypatch, action)
    for findings in run(jobs, "a.yaml", "b.yaml").values():
        assert [f.verdict for f in findings] == ["definition", "proved", verdict, "proved"]
        assert findings[2].code == code
        assert findings[2].line == 6


def test_a_worker_killed_once_is_replaced_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def once() -> None:
        try:
            (tmp_path / "killed").touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    fatal(monkeypatch, once)
    (findings,) = run(1, "a.yaml").values()
    assert [f.verdict for f in findings] == ["definition", "proved", "refuted", "proved"]


def test_workers_that_die_at_their_start_do_not_make_a_run_endless(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(children, "_settle", lambda *_: os._exit(9))
    for findings in run(2, "a.yaml", "b.yaml").values():
        assert [f.code for f in findings] == ["internal-error"]


def test_without_processes_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = run(1, "a.yaml", "b.yaml")

    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(workers, "fork", refused)
    before = open_files()
    assert run(2, "a.yaml", "b.yaml") == expected
    assert open_files() == before


def test_a_file_whose_reading_never_ends_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    import symdl.checking

    real = symdl.checking.pieces_of_file

    def pieces(name: str, *rest: object) -> object:
        if name == "b.yaml":
            spin()
        return real(name, *rest)

    monkeypatch.setattr(symdl.checking, "pieces_of_file", pieces)
    found = run(1, "a.yaml", "b.yaml", "c.yaml")
    assert [f.code for f in found["b.yaml"]] == ["resource-limit"]
    assert len(found["a.yaml"]) == len(found["c.yaml"]) == 4


# --- the same work for many names -----------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_each_name_has_its_answer(jobs: int) -> None:
    names = [str(i) for i in range(7)]
    found = each_in_children(lambda name: [int(name), os.getpid()], names, jobs)
    assert {name: found[name][0] for name in names} == {name: int(name) for name in names}
    assert {pid != os.getpid() for _, pid in found.values()} == {jobs > 1}


def test_what_a_child_dies_of_is_computed_here() -> None:
    parent = os.getpid()

    def work(name: str) -> str:
        if name == "b" and os.getpid() != parent:
            os._exit(1)
        return name * 2

    assert each_in_children(work, ["a", "b", "c"], 2) == {"a": "aa", "b": "bb", "c": "cc"}
