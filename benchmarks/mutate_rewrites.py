"""Whether the tests notice a rewrite row that is lost, wrong, or applied where it must not be.

    python benchmarks/mutate_rewrites.py [WORD ...]

Each mutant is one row of `symdl/code/stable.py` changed: left out, its right side negated or
doubled, or one of its side conditions dropped. The tests of rewrite rows run with the changed
table. Prints the mutants that no test noticed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import test_stable

from symdl.code import emit, lambdify, stable
from symdl.code.stable import Rewrite

Tables = tuple[tuple[Rewrite, ...], ...]
Mutant = tuple[str, Tables, Rewrite | None]
TABLES: Tables = (stable.MEANING, stable.SPELLING, stable.SQUARES)


def mutants() -> Iterator[Mutant]:
    """What each is called, the tables with it, and the changed row (None: left out)."""
    for which, table in enumerate(TABLES):
        for place, row in enumerate(table):
            for word, changed in _changes(row):
                rows = (*table[:place], *([changed] if changed else []), *table[place + 1 :])
                tables = (*TABLES[:which], rows, *TABLES[which + 1 :])
                yield f"{word}: {row.before} -> {row.after}", tables, changed


def _changes(row: Rewrite) -> Iterator[tuple[str, Rewrite | None]]:
    yield "lost", None
    yield "negated", replace(row, after=f"-({row.after})")
    yield "doubled", replace(row, after=f"2*({row.after})")
    for condition in row.condition:
        left = tuple(c for c in row.condition if c != condition)
        yield f"not asked for {condition}", replace(row, condition=left)


def noticed(tables: Tables, changed: Rewrite | None) -> bool:
    """Whether a test fails while the code has these tables."""
    try:
        emit.MEANING, emit.SPELLING, emit.SQUARES = tables
        lambdify.MEANING = tables[0]
        if changed is not None and "softmax" not in changed.before:
            test_stable.test_both_sides_are_equal(changed)
        test_stable.test_the_logarithm_of_softmax()
        for text, wanted in test_stable.CASES:
            test_stable.test_what_a_row_is_for(text, wanted)
    except Exception:  # whatever a test raises, it noticed
        return True
    finally:
        emit.MEANING, emit.SPELLING, emit.SQUARES = TABLES
        lambdify.MEANING = TABLES[0]
    return False


def main() -> int:
    """Run every mutant; print those that live."""
    words = sys.argv[1:]
    chosen = [m for m in mutants() if not words or any(w in m[0] for w in words)]
    lived = 0
    for name, tables, changed in chosen:
        if not noticed(tables, changed):
            lived += 1
            print("not noticed:", name, flush=True)
    print(f"{len(chosen)} mutants, {len(chosen) - lived} noticed")
    return int(bool(lived))


if __name__ == "__main__":
    sys.exit(main())
