"""Mutate the source of the evidence room and see whether a test notices.

    python benchmarks/mutate_evidence.py [PATTERN ...] [--each N] [--bare] [--seed S] [--jobs J]
                                         [--seconds T] [--tests WORD ...] [--lines FILE]
                                         [--output FILE] [--record FILE] [--again FILE]

N mutants (see evidence_mutants.py) of each file of `symdl/evidence` whose name has a PATTERN in it
are drawn by chance (all without --each; --bare: none of a line with a reason). In a child of the
fork the function gets the code of the mutant, and the tests that ran the changed line before run
again until one fails or T seconds are spent: those that noticed its nearest neighbours first, then
by turns the quick ones and those that run little else than the file. A mutant that fails none
survives. Its function is then run both ways, to see whether it gives the same, less (harmless: the
rule proves less), more or something else (look at those first: sift_mutants.py tries them on more
claims), and it is shown with its line; those with a reason (REASONS, HARMLESS) are counted only.
Tests are those of evidence_tests.py, or those of them whose name has a WORD in it. FILE of --lines
keeps which test runs which lines for the next run on the same source (learning it takes minutes);
FILE of --record gets a line for each mutant, and what stands there is not run again; --again FILE
takes up only those that survived there, with more seconds, say. Python 3.12 is needed.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import pkgutil
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence_mutants import ROOM, Mutant, apply, comparing, mutants_of, note_functions, worst
from evidence_tests import Test, in_children, keep, known, measure, tests_of

import symdl
import symdl.evidence
from symdl.faces import statement
from symdl.runs import dispatch

LATE = "late or crashed"
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
NEIGHBOURS = 12
"""Tests that noticed a mutant near by and are run first."""
COMPARED = 0.5
"""The share of a mutant's seconds that is spent once more to see what a survivor does."""


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
        if self.noticed == "unreached":
            return ""
        return HARMLESS.get(self.difference) or reason_of(self.mutant)


def reason_of(mutant: Mutant) -> str:
    """Why a mutant of such a line is no loss; empty where nothing says so."""
    line = f"{mutant.place.rpartition(':')[0]}: {mutant.text}"
    return next((why for why, where in REASONS if re.search(where, line)), "")


def judge(mutants: list[Mutant], tests: list[Test], jobs: int, seconds: float) -> Iterator[Judged]:
    """The mutants with what became of them."""
    ordered = sorted(tests, key=lambda test: test.seconds)
    sharp: dict[Path, dict[str, int]] = {}

    def work(mutant: Mutant) -> tuple[str, str]:
        run = by_turns(mutant, ordered, nearest(sharp.get(mutant.path, {}), mutant.lines[0]))
        if not run:
            return "unreached", ""
        try:
            undo = apply(mutant)
        except Exception as error:
            return "", f"not made: {error!r}"
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
            sharp.setdefault(mutant.path, {})[noticed] = mutant.lines[0]
        yield Judged(mutant, noticed, difference)


def nearest(sharp: dict[str, int], line: int) -> list[str]:
    """The tests that noticed mutants of the lines nearest to a line."""
    return sorted(sharp, key=lambda name: abs(sharp[name] - line))[:NEIGHBOURS]


def by_turns(mutant: Mutant, ordered: list[Test], first: Iterable[str] = ()) -> list[Test]:
    """Those that run its lines: what noticed its neighbours first, then by turns the quick ones and
    those that run little else."""
    found = {test.name: test for test in ordered if test.runs(mutant)}
    known = [found.pop(name) for name in first if name in found]
    quick = list(found.values())
    narrow = sorted(quick, key=lambda test: -test.share(mutant.path))
    turns = (test for pair in zip(quick, narrow, strict=True) for test in pair)
    return list({test.name: test for test in (*known, *turns)}.values())


def _first_failure(tests: list[Test], seconds: float) -> str:
    """The name of the first test that fails within so many seconds; empty if none does."""
    spent = 0.0
    for test in tests:
        spent += test.seconds
        if spent > seconds:
            break
        try:
            if test.run() != test.answer:
                return test.name
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


def drawn(patterns: list[str], each: int, seed: int, bare: bool = False) -> list[Mutant]:
    """So many mutants of each file, drawn by chance; all without a number. If bare, no line that
    has a reason in REASONS."""
    draw = random.Random(seed)
    mutants: list[Mutant] = []
    for path in sorted(ROOM.rglob("*.py")):
        if not patterns or any(p in str(path.relative_to(ROOM)) for p in patterns):
            found = [m for m in mutants_of(path) if not (bare and reason_of(m))]
            few = 0 < each < len(found)
            mutants += draw.sample(found, each) if few else found
    return mutants


def left(mutants: list[Mutant], record: list[str]) -> list[Mutant]:
    """The mutants that a record has no line for; of those that look alike the first are done."""
    done = Counter((place, change) for place, change, *_ in map(json.loads, record))
    waiting = []
    for mutant in mutants:
        key = mutant.place, mutant.change
        if not done[key]:
            waiting.append(mutant)
        done[key] -= bool(done[key])
    return waiting


def get_ready() -> None:
    """Import the room, judge where claims are asked, and know the functions there are."""
    for part in pkgutil.walk_packages(symdl.evidence.__path__, "symdl.evidence."):
        importlib.import_module(part.name)
    # what is judged in a child of its own would hide its lines
    statement.can_fork = dispatch.can_fork = lambda: False
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp()
    symdl.read(r"\sigma(x) + \text{GELU}(x)")
    note_functions()


def learned(everything: list[Test], kept: Path | None, jobs: int) -> list[Test]:
    """The tests that can be measured, with their lines; what was kept of them is used again."""
    gc.collect()
    gc.freeze()
    start = time.time()
    tests, new = known(everything, kept) if kept else ([], everything)
    if new:
        tests += measure(new, jobs)
        if kept:
            keep(tests, everything, kept)
    print(f"{len(tests)} tests, {time.time() - start:.0f} s to learn what they run", flush=True)
    return tests


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--each", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--tests", nargs="+", default=[""])
    parser.add_argument("--lines", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--again", type=Path)
    chosen = parser.parse_args()
    mutants = drawn(chosen.patterns, chosen.each, chosen.seed, chosen.bare)
    if chosen.again:
        lines = [json.loads(line) for line in chosen.again.read_text().splitlines()]
        alive = {(place, change) for place, change, noticed, _ in lines if not noticed}
        mutants = [mutant for mutant in mutants if (mutant.place, mutant.change) in alive]
    if chosen.record and chosen.record.exists():
        mutants = left(mutants, chosen.record.read_text().splitlines())
    get_ready()
    tests = [test for test in tests_of() if any(word in test.name for word in chosen.tests)]
    tests = learned(tests, chosen.lines, chosen.jobs)
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
