"""Try the mutants of the evidence room that no test noticed on thousands of claims more.

    python benchmarks/sift_mutants.py RECORD ... [--seconds T] [--jobs J] [--lines FILE]
                                            [--into FILE]

RECORD is what `mutate_evidence.py --record` wrote, on the same sources. Of its survivors those are
taken up whose function gives not just the same or less (HARMLESS); each is tried on the claims of
evidence_corpus.py that run its line, by turns the quick ones and those that run little else, for T
seconds of processor time. Prints for each how many claims it met and what became of their verdicts,
the worst first; FILE of --into gets a line for each, and is not gone through again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from evidence_corpus import WORST_FIRST, change, corpus
from evidence_mutants import Mutant, apply
from evidence_tests import Test, in_children
from mutate_evidence import by_turns, drawn, get_ready, learned

NO_LOOK = ("gives the same", "gives less")
SHOWN = 3
"""Claims told of each kind of change."""


def survivors(records: list[Path]) -> list[tuple[Mutant, str]]:
    """The mutants that survived and what they do to their function, but for the harmless ones."""
    rows = [json.loads(line) for path in records for line in path.read_text().splitlines()]
    alive = {
        (place, how): does or noticed or "not called"
        for place, how, noticed, does in rows
        if noticed in ("", "unreached")
    }
    found = ((mutant, alive.get((mutant.place, mutant.change))) for mutant in drawn([], 0, 0))
    return [(m, does) for m, does in found if does is not None and does not in NO_LOOK]


def sifted(
    mutants: list[Mutant], tests: list[Test], jobs: int, seconds: float
) -> Iterator[tuple[Mutant, Any]]:
    """How many claims each mutant met, and the changes of their verdicts: kind, claim, verdicts."""
    ordered = sorted(tests, key=lambda test: test.seconds)

    def work(mutant: Mutant) -> tuple[int, list[tuple[str, str, str, str]]]:
        run = by_turns(mutant, ordered)
        apply(mutant)
        end, met, changes = time.process_time() + seconds, 0, []
        for test in run:
            if time.process_time() > end:
                break
            met += 1
            before, after = test.answer or "", _answer(test)
            if kind := change(before, after):
                changes.append((kind, test.name, before, after))
        return met, changes

    yield from in_children(mutants, work, jobs, 4 * seconds)


def _answer(test: Test) -> str:
    try:
        return test.run() or ""
    except Exception as error:
        return f"internal error: {type(error).__name__}"


def main() -> int:
    words = argparse.ArgumentParser(usage=(__doc__ or "").split("\n\n")[1].strip())
    words.add_argument("records", nargs="+", type=Path)
    words.add_argument("--seconds", type=float, default=15.0)
    words.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    words.add_argument("--lines", type=Path)
    words.add_argument("--into", type=Path)
    asked = words.parse_args()
    done = asked.into.read_text().splitlines() if asked.into and asked.into.exists() else []
    gone = {tuple(json.loads(line)[:2]) for line in done}
    found = [(m, d) for m, d in survivors(asked.records) if (m.place, m.change) not in gone]
    does = dict(found)
    get_ready()
    tests = learned([Test(name, run) for name, run in corpus()], asked.lines, asked.jobs)
    worst: Counter[str] = Counter()
    for mutant, answer in sifted(list(does), tests, asked.jobs, asked.seconds):
        met, changes = answer or (0, [("internal error", "late or crashed", "", "")])
        changes.sort(key=lambda one: WORST_FIRST.index(one[0]))
        kind = changes[0][0] if changes else ("no change" if met else "run by no claim")
        worst[kind] += 1
        print(f"{mutant.place} {mutant.change}, {does[mutant]}: {kind}, {met} claims")
        print(f"    {mutant.text}")
        for kind, name, before, after in changes[:SHOWN]:
            print(f"    {kind}: {before} -> {after}: {name}", flush=True)
        if asked.into:
            with asked.into.open("a") as file:
                told = (mutant.place, mutant.change, does[mutant], met, changes)
                print(json.dumps(told), file=file)
    print(", ".join(f"{kind}: {n}" for kind, n in worst.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
