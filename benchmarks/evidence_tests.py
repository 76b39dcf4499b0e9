"""The tests that mutants of the evidence room meet, and which lines of the room each of them runs.

Tests are those without fixtures, the claims of each formula file and slices of the random claims,
each as a plain call. What a test answers (a verdict, where it is a claim of evidence_corpus.py)
must stay what it was when it was measured. Lines are learned by `sys.monitoring` (Python 3.12),
which costs next to nothing: a line that has been seen in a test is not watched any more.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import random
import resource
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from evidence_mutants import Mutant, room_code

from symdl.document.places import formula_files, library_folder
from symdl.runs.running import check_paths

ROOT = Path(__file__).parent.parent
LONGEST_TEST = 0.6
"""Seconds; slower tests are left out."""
SLICE = 10
"""Random claims in one test."""
TOGETHER = 16
"""Tests whose lines are learned in one child."""
UNBROKEN = 8
"""Of the false claims that nobody searches a point for, every so-manyth is taken."""
MOST_MEMORY = 8 << 30
WAITING = 12
"""How much longer than its processor time a child may take in all."""
ELSEWHERE = (
    "test_code", "test_gradients", "test_gradients_torch", "test_hostile", "test_page_in_browser",
    "test_workers", "test_cli", "test_bad_input", "test_independence", "test_matrix_derivation",
    "test_stable", "test_rooms", "test_operators", "test_sympy_bridge", "test_faces",
    "test_report", "test_worked", "test_library", "test_documents",
)  # fmt: skip
"""Files of tests that take long or need workers, and judge nothing that others do not."""


@dataclass
class Test:
    name: str
    run: Callable[[], str | None]
    seconds: float = 0.0
    lines: dict[str, int] = field(default_factory=dict)
    """The lines that it runs of each file, as the bits of a number."""
    total: int = 0
    """How many lines it runs."""
    answer: str | None = None
    """What it answers; a test of pytest answers nothing."""

    def runs(self, mutant: Mutant) -> bool:
        """Whether it runs a line of a mutant."""
        first, last = mutant.lines
        return bool(self.lines.get(str(mutant.path), 0) >> first & (1 << last - first + 1) - 1)

    def share(self, path: Path) -> float:
        """The share of a file in what the test runs."""
        self.total = self.total or sum(bits.bit_count() for bits in self.lines.values())
        return self.lines[str(path)].bit_count() / self.total


class _Items:
    items: list[Any] = []

    def pytest_collection_finish(self, session: Any) -> None:
        self.items = session.items


def tests_of() -> list[Test]:
    """The tests that need no fixture, the library and random claims, as plain calls."""
    found = _Items()
    files = [str(path) for path in sorted((ROOT / "tests").glob("test_*.py")) if _about(path)]
    chosen = ["-qq", "--collect-only", "-p", "no:cacheprovider", *files]
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        pytest.main([*chosen, "--override-ini=addopts=", "-m", ""], plugins=[found])
    tests, unbroken = [], 0
    for item in found.items:
        if not isinstance(item, pytest.Function):
            continue
        if item.get_closest_marker("long"):
            unbroken += "unbroken" in item.nodeid
            if "unbroken" not in item.nodeid or unbroken % UNBROKEN:
                continue
        values = item.callspec.params if hasattr(item, "callspec") else {}
        needed = set(inspect.signature(item.obj).parameters)
        missing = needed - set(values)
        if missing <= FIXTURES and item.originalname not in IN_SLICES:
            tests.append(Test(item.nodeid, partial(_run, item.obj, values, missing)))
    return [*tests, *_of_library(), *_of_random_claims()]


IN_SLICES = ("test_no_verdict_is_wrong", "test_no_verdict_is_wrong_at_length")
FIXTURES = frozenset({"monkeypatch", "forgotten"})
"""What tests may ask for; a child of its own has nothing to forget."""


def _run(function: Callable[..., None], values: dict[str, Any], missing: set[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        made = {"monkeypatch": patch, "forgotten": None}
        function(**values, **{name: made[name] for name in missing})


def _about(path: Path) -> bool:
    """Whether the tests of a file ask for verdicts or are about what verdicts are made of."""
    words = ("symdl.check(", "check_row", "judge(", "judged(", "symdl.evidence")
    return path.stem not in ELSEWHERE and any(word in path.read_text() for word in words)


def _of_library() -> Iterator[Test]:
    def run(path: Path) -> None:
        assert not [f for f in check_paths([path], cached=False).findings if f.failed]

    for path in formula_files(library_folder()):
        yield Test(path.name, partial(run, path))


def _of_random_claims() -> Iterator[Test]:
    from test_soundness import MAKERS, SHARES, wrong_among

    def run(kind: str, first: int) -> None:
        make, _ = MAKERS[kind]
        claims = islice(make(random.Random(1)), first, first + SLICE)
        assert wrong_among(kind, claims) == []

    for kind, share in SHARES.items():
        for first in range(0, share, SLICE):
            yield Test(f"random {kind} from {first}", partial(run, kind, first))


def known(tests: list[Test], path: Path) -> tuple[list[Test], list[Test]]:
    """The tests whose times and lines are kept, and those that were never measured."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    found, new = [], []
    for test in tests:
        if test.name not in kept:
            new.append(test)
        elif kept[test.name]:
            test.seconds, lines, test.answer = kept[test.name]
            test.lines = {path: int(bits, 16) for path, bits in lines.items()}
            found.append(test)
    return found, new


def keep(measured: list[Test], tests: list[Test], path: Path) -> None:
    """Write the times and lines of the tests that could be measured, and the names of all."""
    told: dict[str, Any] = {test.name: None for test in tests}
    for test in measured:
        lines = {place: hex(bits) for place, bits in test.lines.items()}
        told[test.name] = (test.seconds, lines, test.answer)
    path.write_text(json.dumps(told))


def measure(tests: list[Test], jobs: int) -> list[Test]:
    """The tests that pass quickly and run code of the room, with their times and lines."""
    mixed = random.Random(1).sample(tests, len(tests))
    parts = [mixed[first : first + TOGETHER] for first in range(0, len(mixed), TOGETHER)]
    kept = []
    for number, (part, answer) in enumerate(
        in_children(parts, _seen_of, jobs, 2 * TOGETHER * LONGEST_TEST), 1
    ):
        if number % 20 == 0:
            print(f"{number * TOGETHER} of {len(tests)} tests", file=sys.stderr, flush=True)
        for test, seen in zip(part, answer or (), strict=False):
            if seen is not None and seen[1]:
                test.seconds, test.lines, test.answer = seen
                kept.append(test)
    return kept


def _seen_of(tests: list[Test]) -> list[Any]:
    """The seconds, lines and answer of each test; None for one that fails or is late.

    The tests of a part come from anywhere, so that little of what one remembers spares the next
    one its lines.
    """
    signal.signal(signal.SIGPROF, _late)
    lines: dict[str, int] = {}

    def ran(code: types.CodeType, line: int) -> Any:
        lines[code.co_filename] = lines.get(code.co_filename, 0) | 1 << line
        return sys.monitoring.DISABLE

    watch, kind = sys.monitoring, sys.monitoring.events.LINE
    watch.use_tool_id(watch.COVERAGE_ID, "lines")
    watch.register_callback(watch.COVERAGE_ID, kind, ran)
    for code in room_code():
        watch.set_local_events(watch.COVERAGE_ID, code, kind)
    found: list[Any] = []
    for test in tests:
        lines.clear()
        watch.restart_events()
        signal.setitimer(signal.ITIMER_PROF, LONGEST_TEST)
        start = time.process_time()
        try:
            answer = test.run()
            signal.setitimer(signal.ITIMER_PROF, 0)
            found.append((time.process_time() - start, dict(lines), answer))
        except BaseException:
            found.append(None)
        signal.setitimer(signal.ITIMER_PROF, 0)
    return found


class _Late(BaseException):
    """Nothing that is tested catches this one."""


def _late(*_: Any) -> None:
    raise _Late


def in_children(
    works: list[Any], work: Callable[[Any], Any], jobs: int, limit: float
) -> Iterator[tuple[Any, Any]]:
    """`work` of each item in a child of its own, a few at a time; None where it died."""
    waiting = list(reversed(works))
    running: list[tuple[Any, int, int]] = []
    while waiting or running:
        while waiting and len(running) < jobs:
            item = waiting.pop()
            reader, writer = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(reader)
                _as_child(work, item, writer, limit)
            os.close(writer)
            running.append((item, child, reader))
        item, child, reader = running.pop(0)
        with os.fdopen(reader, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        yield item, json.loads(told) if told else None


def _as_child(work: Callable[[Any], Any], item: Any, writer: int, limit: float) -> None:
    signal.setitimer(signal.ITIMER_PROF, limit)
    signal.setitimer(signal.ITIMER_REAL, WAITING * limit)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        answer = json.dumps(work(item)).encode()
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)
