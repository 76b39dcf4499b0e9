"""Whether the tests notice a rewrite row that is lost, wrong, or applied where it must not be.

    python benchmarks/mutate_rewrites.py [--jobs 2] [WORD ...]

Each mutant is one row of `symdl/code/stable.py` changed: left out, its right side negated or
doubled, or one of its side conditions dropped. The tests of rewrite rows run in a child
process with the changed table. Prints the mutants that no test noticed; exit status 1 if any.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import StringIO
from pathlib import Path

from symdl.code import stable
from symdl.code.stable import Rewrite

TABLES = ("MEANING", "SPELLING")
TESTS = str(Path(__file__).parent.parent / "tests" / "test_stable.py")
NOTICED = (1, 2)
"""What pytest says when a test fails, or when the changed table cannot even be read."""
Mutant = tuple[str, str, int, Rewrite | None]


def mutants() -> Iterator[Mutant]:
    """What each is called, and the row that one place of one table gets (None: no row)."""
    for table in TABLES:
        for place, row in enumerate(getattr(stable, table)):
            told = f"{row.before} -> {row.after}"
            yield f"lost: {told}", table, place, None
            for word, after in (("negated", f"-({row.after})"), ("doubled", f"2*({row.after})")):
                yield f"{word}: {told}", table, place, replace(row, after=after)
            for condition in row.condition:
                left = tuple(c for c in row.condition if c != condition)
                yield (
                    f"not asked for {condition}: {told}",
                    table,
                    place,
                    replace(row, condition=left),
                )


def noticed(mutant: Mutant) -> bool:
    """Whether a test fails with a changed table, in a child process."""
    child = os.fork()
    if child == 0:
        os._exit(_tests_with(mutant))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in NOTICED


def _tests_with(mutant: Mutant) -> int:
    """Change the table before anything has read it, and run the tests."""
    import pytest

    _, table, place, row = mutant
    rows = list(getattr(stable, table))
    rows[place : place + 1] = [] if row is None else [row]
    setattr(stable, table, tuple(rows))
    sys.stdout = sys.stderr = StringIO()
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "sides or row"]
    return int(pytest.main([*options, TESTS]))


def main() -> int:
    """Run every mutant; print those that live."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("words", nargs="*", help="only mutants whose name contains one of these")
    options = parser.parse_args()
    chosen = [m for m in mutants() if not options.words or any(w in m[0] for w in options.words)]
    with ThreadPoolExecutor(options.jobs) as pool:
        lived = [
            m[0] for m, seen in zip(chosen, pool.map(noticed, chosen), strict=True) if not seen
        ]
    print(f"{len(chosen)} mutants, {len(chosen) - len(lived)} noticed")
    print(*lived, sep="\n")
    return int(bool(lived))


if __name__ == "__main__":
    sys.exit(main())
