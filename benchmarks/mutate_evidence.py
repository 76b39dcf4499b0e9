"""Mutate the source of the evidence room and see whether a test notices.

    python benchmarks/mutate_evidence.py [PATTERN ...] [--each N] [--seed S] [--jobs J]
                                         [--seconds T] [--tests WORD ...] [--lines FILE]
                                         [--output FILE] [--record FILE] [--again FILE]

N mutants (see evidence_mutants.py) of each file of `symdl/evidence` whose name has a PATTERN in it
are drawn by chance (all without --each). In a child of the fork the function gets the code of the
mutant, and the tests that ran the changed line before run again until one fails or T seconds are
spent: those that noticed a neighbour first, then by turns the quick ones and those that run little
else than the file. A mutant that fails none survives. Its function is then run both ways, to see
whether it gives the same, less (harmless: the rule proves less), more or something else (look at
those first), and it is shown with its line; those with a reason (REASONS, HARMLESS) are counted
only. Tests are those without fixtures, the claims of each formula file and slices of the random
claims, or those of them whose name has a WORD in it. FILE of --lines keeps which test runs which
lines for the next run on the same source (learning it takes minutes); FILE of --record gets a line
for each mutant, and --again FILE takes up only those that survived there, with more seconds, say.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import inspect
import json
import os
import pkgutil
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import coverage
import pytest
from evidence_mutants import ROOM, Mutant, apply, comparing, mutants_of, note_functions, worst

import symdl
import symdl.evidence
from symdl.document.places import formula_files, library_folder
from symdl.faces import statement
from symdl.runs import dispatch
from symdl.runs.running import check_paths

ROOT = Path(__file__).parent.parent
LONGEST_TEST = 0.6
"""Seconds; slower tests are left out."""
SLOWED = 2
"""How much slower a test is while its lines are noted, roughly."""
SLICE = 10
"""Random claims in one test."""
TOGETHER = 16
"""Tests whose lines are learned in one child."""
MOST_MEMORY = 8 << 30
WAITING = 12
"""How much longer than its processor time a child may take in all."""
LATE = "late or crashed"
ELSEWHERE = (
    "test_code", "test_gradients", "test_gradients_torch", "test_hostile", "test_page_in_browser",
    "test_workers", "test_cli", "test_bad_input", "test_independence", "test_matrix_derivation",
    "test_stable", "test_rooms", "test_operators", "test_sympy_bridge", "test_faces",
    "test_report", "test_worked", "test_library", "test_documents",
)  # fmt: skip
"""Files of tests that take long or need workers, and judge nothing that others do not."""
REASONS: tuple[tuple[str, str], ...] = (
    ("a budget", r"\b(MAX|MOST|LONGEST|LARGEST|ROUNDS|BITS|DIGITS|SLOTS)|\b(bits|digits)\b"),
    ("an audit, which only a wrong proof can fail", r"^audit/"),
    ("what is shown", r"\b(message|reason|told|words|plain|decimal|join)\b|Counterexample\("),
)
"""Why a survivor is no loss, by a pattern of its place and line."""
HARMLESS = {
    "gives less": "stricter: the function gives less, and what it no longer gives others do",
}
"""Why a survivor is no loss, by what it does to the function."""
COMPARED = 0.5
"""The share of a mutant's seconds that is spent once more to see what a survivor does."""


# --- tests ------------------------------------------------------------------------------------


@dataclass
class Test:
    name: str
    run: Callable[[], None]
    seconds: float = 0.0
    lines: dict[str, int] = field(default_factory=dict)
    """The lines that it runs of each file, as the bits of a number."""

    def runs(self, mutant: Mutant) -> bool:
        """Whether it runs a line of a mutant."""
        first, last = mutant.lines
        return bool(self.lines.get(str(mutant.path), 0) >> first & (1 << last - first + 1) - 1)

    def share(self, path: Path) -> float:
        """The share of a file in what the test runs."""
        total = sum(bits.bit_count() for bits in self.lines.values())
        return self.lines[str(path)].bit_count() / total


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
    tests = []
    for item in found.items:
        if not isinstance(item, pytest.Function):
            continue
        if item.get_closest_marker("long") and "unbroken" not in item.nodeid:
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
            test.seconds, lines = kept[test.name]
            test.lines = {path: int(bits, 16) for path, bits in lines.items()}
            found.append(test)
    return found, new


def keep(measured: list[Test], tests: list[Test], path: Path) -> None:
    """Write the times and lines of the tests that could be measured, and the names of all."""
    told: dict[str, Any] = {test.name: None for test in tests}
    for test in measured:
        told[test.name] = (test.seconds, {place: hex(bits) for place, bits in test.lines.items()})
    path.write_text(json.dumps(told))


def measure(tests: list[Test], jobs: int) -> list[Test]:
    """The tests that pass quickly and run code of the room, with their times and lines."""
    mixed = random.Random(1).sample(tests, len(tests))
    parts = [mixed[first : first + TOGETHER] for first in range(0, len(mixed), TOGETHER)]
    kept = []
    for number, (part, answer) in enumerate(
        in_children(parts, _seen_of, jobs, TOGETHER * SLOWED * LONGEST_TEST), 1
    ):
        if number % 20 == 0:
            print(f"{number * TOGETHER} of {len(tests)} tests", file=sys.stderr, flush=True)
        for test, seen in zip(part, answer or (), strict=False):
            if seen is not None and seen[1]:
                test.seconds, test.lines = seen
                kept.append(test)
    return kept


def _seen_of(tests: list[Test]) -> list[Any]:
    """The seconds and lines of each test; None for one that fails or is late.

    The tests of a part come from anywhere, so that little of what one remembers spares the next
    one its lines.
    """
    signal.signal(signal.SIGPROF, _late)
    watch = coverage.Coverage(data_file=None, source=[str(ROOM)], config_file=False)
    watch.start()
    seconds: list[float | None] = []
    for number, test in enumerate(tests):
        watch.switch_context(str(number))
        signal.setitimer(signal.ITIMER_PROF, SLOWED * LONGEST_TEST)
        start = time.process_time()
        try:
            test.run()
            seconds.append((time.process_time() - start) / SLOWED)
        except BaseException:
            seconds.append(None)
        signal.setitimer(signal.ITIMER_PROF, 0)
    watch.stop()
    data = watch.get_data()
    lines: list[dict[str, int]] = [{} for _ in tests]
    for path in data.measured_files():
        for line, contexts in data.contexts_by_lineno(path).items():
            for context in filter(None, contexts):
                found = lines[int(context)]
                found[path] = found.get(path, 0) | 1 << line
    return [None if s is None else (s, own) for s, own in zip(seconds, lines, strict=True)]


def _late(*_: Any) -> None:
    raise TimeoutError


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


# --- the run ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """A mutant, the test that fails of it (`unreached` where none runs its line, "" where it
    survives), and what a survivor does to the function it changes (`difference`)."""

    mutant: Mutant
    noticed: str
    difference: str

    @property
    def reason(self) -> str:
        """Why it is no loss that the mutant survives; empty where nothing says so."""
        line = f"{self.mutant.place.rpartition(':')[0]}: {self.mutant.text}"
        if self.noticed == "unreached":
            return ""
        if self.difference in HARMLESS:
            return HARMLESS[self.difference]
        return next((why for why, where in REASONS if re.search(where, line)), "")


def judge(mutants: list[Mutant], tests: list[Test], jobs: int, seconds: float) -> Iterator[Judged]:
    """The mutants with what became of them."""
    ordered = sorted(tests, key=lambda test: test.seconds)
    sharp: dict[Path, Counter[str]] = {}

    def chosen(mutant: Mutant) -> list[Test]:
        """Those that run its lines: what noticed its neighbours first, then by turns the quick
        ones and those that run little else."""
        found = {test.name: test for test in ordered if test.runs(mutant)}
        neighbours = sharp.get(mutant.path, Counter())
        known = [found.pop(name) for name, _ in neighbours.most_common(12) if name in found]
        quick = list(found.values())
        narrow = sorted(quick, key=lambda test: -test.share(mutant.path))
        turns = (test for pair in zip(quick, narrow, strict=True) for test in pair)
        return list({test.name: test for test in (*known, *turns)}.values())

    def work(mutant: Mutant) -> tuple[str, str]:
        run = chosen(mutant)
        if not run:
            return "unreached", ""
        undo = apply(mutant)
        noticed = _first_failure(run, seconds)
        if noticed:
            return noticed, ""
        undo()
        differences = comparing(mutant)
        _first_failure(run, seconds * COMPARED)
        return "", worst(differences)

    for mutant, answer in in_children(mutants, work, jobs, 4 * seconds):
        noticed, difference = (LATE, "") if answer is None else answer
        if noticed not in ("", "unreached", LATE):
            sharp.setdefault(mutant.path, Counter())[noticed] += 1
        yield Judged(mutant, noticed, difference)


def _first_failure(tests: list[Test], seconds: float) -> str:
    """The name of the first test that fails within so many seconds; empty if none does."""
    spent = 0.0
    for test in tests:
        spent += test.seconds
        if spent > seconds:
            break
        try:
            test.run()
        except BaseException:
            return test.name
    return ""


def figures(found: list[Judged]) -> Iterator[str]:
    """A table of the files."""
    yield "| file | mutants | noticed | survive | with a reason | in lines that no test runs |"
    yield "|---|---|---|---|---|---|"
    files: dict[Path, list[Judged]] = {}
    for judged in found:
        files.setdefault(judged.mutant.path, []).append(judged)
    for path, several in files.items():
        alive = [j for j in several if not j.noticed]
        unreached = sum(j.noticed == "unreached" for j in several)
        reasoned = sum(bool(j.reason) for j in alive)
        noticed = len(several) - len(alive) - unreached
        name = path.relative_to(ROOM)
        yield f"| {name} | {len(several)} | {noticed} | {len(alive)} | {reasoned} | {unreached} |"


def survivors(found: list[Judged]) -> Iterator[str]:
    """A table of those without a reason, and how many there are for each reason."""
    alive = [judged for judged in found if judged.noticed in ("", "unreached")]
    yield "| place | change | line | the function |"
    yield "|---|---|---|---|"
    for judged in alive:
        if not judged.reason:
            shown = judged.mutant.text.replace("|", "\\|")
            does = judged.difference or "is run by no test"
            yield f"| {judged.mutant.place} | {judged.mutant.change} | `{shown}` | {does} |"
    yield ""
    reasons = Counter(judged.reason or "no reason" for judged in alive)
    yield ", ".join(f"{why}: {n}" for why, n in reasons.most_common())


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--each", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--tests", nargs="+", default=[""])
    parser.add_argument("--lines", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--again", type=Path)
    chosen = parser.parse_args()
    draw = random.Random(chosen.seed)
    mutants: list[Mutant] = []
    for path in sorted(ROOM.rglob("*.py")):
        if not chosen.patterns or any(p in str(path.relative_to(ROOM)) for p in chosen.patterns):
            found = list(mutants_of(path))
            few = 0 < chosen.each < len(found)
            mutants += draw.sample(found, chosen.each) if few else found
    if chosen.again:
        lines = [json.loads(line) for line in chosen.again.read_text().splitlines()]
        alive = {(place, change) for place, change, noticed, _ in lines if not noticed}
        mutants = [mutant for mutant in mutants if (mutant.place, mutant.change) in alive]
    for part in pkgutil.walk_packages(symdl.evidence.__path__, "symdl.evidence."):
        importlib.import_module(part.name)
    # what is judged in a child of its own would hide its lines
    statement.can_fork = dispatch.can_fork = lambda: False
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp()
    symdl.read(r"\sigma(x) + \text{GELU}(x)")
    tests = [test for test in tests_of() if any(word in test.name for word in chosen.tests)]
    note_functions()
    gc.collect()
    gc.freeze()
    start = time.time()
    everything = tests
    tests, new = known(tests, chosen.lines) if chosen.lines else ([], tests)
    if new:
        tests += measure(new, chosen.jobs)
        if chosen.lines:
            keep(tests, everything, chosen.lines)
    print(f"{len(tests)} tests, {time.time() - start:.0f} s to learn what they run", flush=True)
    start = time.time()
    judged = []
    for one in judge(mutants, tests, chosen.jobs, chosen.seconds):
        judged.append(one)
        if len(judged) % 100 == 0:
            print(f"{len(judged)} of {len(mutants)}", file=sys.stderr, flush=True)
        if chosen.record:
            with chosen.record.open("a") as record:
                line = (one.mutant.place, one.mutant.change, one.noticed, one.difference)
                print(json.dumps(line), file=record)
    counts = Counter(j.noticed if j.noticed in ("", "unreached") else "noticed" for j in judged)
    late = sum(j.noticed == LATE for j in judged)
    print(
        f"{len(judged)} mutants, {counts['noticed']} noticed ({late} late or crashed), "
        f"{counts['']} survive, {counts['unreached']} in lines that no test runs; "
        f"{time.time() - start:.0f} s"
    )
    told = "\n".join([*figures(judged), "", *survivors(judged)]) + "\n"
    if chosen.output:
        chosen.output.write_text(told)
    else:
        print(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
