"""Mutate the source of the evidence room and see whether a test notices.

    python benchmarks/mutate_evidence.py [PATTERN ...] [--each N] [--seed S] [--jobs J]
                                         [--seconds T] [--lines FILE] [--output FILE]

N mutants (see evidence_mutants.py) of each file of `symdl/evidence` whose name has a PATTERN in it
are drawn by chance (all without --each). In a child of the fork the function gets the code of the
mutant, and the tests that ran the changed line before run again until one fails or T seconds are
spent: the quick ones first, then the others in any order. A mutant that fails none survives: it is
shown with its line; those whose line tells why (REASONS) are counted only. Tests are those without
fixtures, the claims of each formula file and slices of the random claims. FILE of --lines keeps
which test runs which lines for the next run on the same source (learning it takes minutes).
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
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import coverage
import pytest
from evidence_mutants import ROOM, Mutant, apply, mutants_of

import symdl
import symdl.evidence
from symdl import checking, dispatch
from symdl.places import formula_files, library_folder
from symdl.running import check_paths

ROOT = Path(__file__).parent.parent
LONGEST_TEST = 1.0
"""Seconds; slower tests are left out."""
SLOWED = 2
"""How much slower a test is while its lines are noted, roughly."""
SLICE = 10
"""Random claims in one test."""
MOST_MEMORY = 8 << 30
LATE = "late or crashed"
QUICK = 0.2
"""The share of a mutant's seconds that is for the quickest tests."""
REASONS: tuple[tuple[str, str], ...] = (
    ("a budget", r"\b(MAX|MOST|LONGEST|LARGEST|ROUNDS|BITS|DIGITS|SLOTS)|\b(bits|digits)\b"),
    ("an audit, which only a wrong proof can fail", r"^audit/"),
    ("what is shown", r"\b(message|reason|told|words|plain|decimal|join)\b|Counterexample\("),
)
"""Why a survivor is no loss, by a pattern of its place and line."""


# --- tests ------------------------------------------------------------------------------------


@dataclass
class Test:
    name: str
    run: Callable[[], None]
    seconds: float = 0.0
    lines: frozenset[tuple[str, int]] = frozenset()


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
        pytest.main([*chosen, "--override-ini=addopts="], plugins=[found])
    tests = []
    for item in found.items:
        if not isinstance(item, pytest.Function) or item.get_closest_marker("long"):
            continue
        values = item.callspec.params if hasattr(item, "callspec") else {}
        needed = set(inspect.signature(item.obj).parameters)
        if needed <= set(values) and "no_verdict_is_wrong" not in item.name:
            tests.append(Test(item.nodeid, partial(item.obj, **values)))
    return [*tests, *_of_library(), *_of_random_claims()]


def _about(path: Path) -> bool:
    """Whether the tests of a file are claims with their verdicts, or about the evidence itself."""
    words = ("claim_tables", "claim_bank", '"cases" / "claims', '"cases" / "recurrence')
    names = ("evidence", "all_x", "audit", "recheck", "normal_form", "enclosure", "real_algebra")
    return any(w in path.read_text() for w in words) or path.stem.removeprefix("test_") in names


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


def known(tests: list[Test], path: Path) -> list[Test]:
    """The tests with their times and lines as they were kept."""
    kept = json.loads(path.read_text())
    found = [test for test in tests if test.name in kept]
    for test in found:
        test.seconds = kept[test.name][0]
        test.lines = frozenset((p, n) for p, ns in kept[test.name][1].items() for n in ns)
    return found


def keep(tests: list[Test], path: Path) -> None:
    """Write the times and lines of tests."""
    told: dict[str, Any] = {}
    for test in tests:
        lines: dict[str, list[int]] = {}
        for place, number in sorted(test.lines):
            lines.setdefault(place, []).append(number)
        told[test.name] = (test.seconds, lines)
    path.write_text(json.dumps(told))


def measure(tests: list[Test], jobs: int) -> list[Test]:
    """The tests that pass quickly and run code of the room, with their times and lines."""

    def work(test: Test) -> Any:
        seen = coverage.Coverage(data_file=None, source=[str(ROOM)], config_file=False)
        seen.start()
        start = time.process_time()
        try:
            test.run()
        except BaseException:
            return None
        finally:
            seen.stop()
        seconds = (time.process_time() - start) / SLOWED
        data = seen.get_data()
        return seconds, {p: data.lines(p) for p in data.measured_files()}

    kept = []
    for number, (test, answer) in enumerate(
        in_children(tests, work, jobs, SLOWED * LONGEST_TEST), 1
    ):
        if number % 200 == 0:
            print(f"{number} of {len(tests)} tests", file=sys.stderr, flush=True)
        if answer is not None and answer[1]:
            test.seconds = answer[0]
            test.lines = frozenset((p, n) for p, ns in answer[1].items() for n in ns)
            kept.append(test)
    return kept


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


def judge(
    mutants: list[Mutant], tests: list[Test], jobs: int, seconds: float
) -> Iterator[tuple[Mutant, str]]:
    """Each mutant with the name of a test that fails, `unreached`, or empty where it survives."""
    by_line: dict[tuple[str, int], list[Test]] = {}
    for test in sorted(tests, key=lambda test: test.seconds):
        for line in test.lines:
            by_line.setdefault(line, []).append(test)

    def chosen(mutant: Mutant) -> list[Test]:
        first, last = mutant.lines
        found: dict[str, Test] = {}
        for line in range(first, last + 1):
            for test in by_line.get((str(mutant.path), line), []):
                found[test.name] = test
        quick = sorted(found.values(), key=lambda test: test.seconds)
        spent, count = 0.0, 0
        while count < len(quick) and spent < seconds * QUICK:
            spent += quick[count].seconds
            count += 1
        rest = quick[count:]
        random.Random(mutant.place).shuffle(rest)
        return [*quick[:count], *rest]

    def work(mutant: Mutant) -> str:
        run = chosen(mutant)
        if not run:
            return "unreached"
        apply(mutant)
        spent = 0.0
        for test in run:
            spent += test.seconds
            if spent > seconds:
                break
            try:
                test.run()
            except BaseException:
                return test.name
        return ""

    for mutant, answer in in_children(mutants, work, jobs, 3 * seconds):
        yield mutant, LATE if answer is None else answer


def survivors(found: list[tuple[Mutant, str]]) -> Iterator[str]:
    """A table of those without a reason, and how many there are for each reason."""
    reasons: Counter[str] = Counter()
    yield "| place | change | line |"
    yield "|---|---|---|"
    for mutant, answer in found:
        if answer in ("", "unreached"):
            text = mutant.path.read_text().splitlines()[mutant.lines[0] - 1].strip()
            line = f"{mutant.place.rpartition(':')[0]}: {text}"
            reason = next((why for why, where in REASONS if re.search(where, line)), "")
            reasons[reason] += 1
            if not reason:
                note = " (no test runs it)" if answer else ""
                shown = text.replace("|", "\\|")
                yield f"| {mutant.place} | {mutant.change}{note} | `{shown}` |"
    yield ""
    yield ", ".join(f"{why or 'no reason'}: {n}" for why, n in reasons.most_common())


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--each", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--lines", type=Path)
    parser.add_argument("--output", type=Path)
    chosen = parser.parse_args()
    draw = random.Random(chosen.seed)
    mutants: list[Mutant] = []
    for path in sorted(ROOM.rglob("*.py")):
        if not chosen.patterns or any(p in str(path.relative_to(ROOM)) for p in chosen.patterns):
            found = list(mutants_of(path))
            few = 0 < chosen.each < len(found)
            mutants += draw.sample(found, chosen.each) if few else found
    for part in pkgutil.walk_packages(symdl.evidence.__path__, "symdl.evidence."):
        importlib.import_module(part.name)
    # what is judged in a child of its own would hide its lines
    checking.can_fork = dispatch.can_fork = lambda: False
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp()
    symdl.read(r"\sigma(x) + \text{GELU}(x)")
    tests = tests_of()
    gc.collect()
    gc.freeze()
    start = time.time()
    if chosen.lines and chosen.lines.exists():
        tests = known(tests, chosen.lines)
    else:
        tests = measure(tests, chosen.jobs)
        if chosen.lines:
            keep(tests, chosen.lines)
    print(f"{len(tests)} tests, {time.time() - start:.0f} s to learn what they run", flush=True)
    start = time.time()
    judged = []
    for found, answer in judge(mutants, tests, chosen.jobs, chosen.seconds):
        judged.append((found, answer))
        if len(judged) % 100 == 0:
            print(f"{len(judged)} of {len(mutants)}", file=sys.stderr, flush=True)
    counts = Counter(answer if answer in ("", "unreached") else "noticed" for _, answer in judged)
    late = sum(answer == LATE for _, answer in judged)
    print(
        f"{len(judged)} mutants, {counts['noticed']} noticed ({late} late or crashed), "
        f"{counts['']} survive, {counts['unreached']} in lines that no test runs; "
        f"{time.time() - start:.0f} s"
    )
    told = "\n".join(survivors(judged)) + "\n"
    if chosen.output:
        chosen.output.write_text(told)
    else:
        print(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
