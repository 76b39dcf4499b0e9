"""Mutants of true claims: what is false is refuted and never proved, what is true never refuted.

    python benchmarks/mutate_claims.py [--each N] [--seed N] [--misses] [--least N]

The true claims are those of the library, of the bank and of the tables of cases; each is written
wrong in up to N ways (a sign, a digit, an index, a bracket, a transpose, a relation, ...). Whether
a mutant is true is decided by numbers alone (tests/claim_oracle.py); those it cannot tell do not
count. Exit status 1 if a false one is proved or a true one refuted, or if less than 99.5 % of the
false ones are refuted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from claim_bank import REFUTED  # noqa: E402
from claim_mutants import results, wrong  # noqa: E402

WANTED = 0.995


def main() -> int:
    """Judge the mutants and report; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="show what is not refuted")
    asked = parser.parse_args()
    start = time.perf_counter()
    counts: Counter[tuple[bool, str]] = Counter()
    ways: Counter[tuple[str, bool]] = Counter()
    bad = 0
    for mutant, true, kind, message in results(asked.seed, asked.each):
        counts[true, kind] += 1
        refuted = kind in REFUTED
        if not true:
            ways[mutant.how, refuted] += 1
        if wrong(true, kind):
            bad += 1
            print(f"WRONG {kind}: {mutant.text}   [{mutant.how} of {mutant.original}] {message}")
        elif asked.misses and not true and not refuted:
            print(f"{kind} ({mutant.how}): {mutant.text}   [{mutant.original}] {message}"[:320])
    false = sum(n for (true, _), n in counts.items() if not true)
    refuted = sum(n for (true, kind), n in counts.items() if not true and kind in REFUTED)
    for how in sorted({how for how, _ in ways}):
        print(f"{how:16} {ways[how, True]:5} of {ways[how, True] + ways[how, False]:5} refuted")
    share = refuted / false if false else 1.0
    print(f"{false} false mutants: {refuted} refuted ({100 * share:.2f} %); wrong verdicts: {bad}")
    print(f"true all the same: {sum(counts.values()) - false}; {time.perf_counter() - start:.0f} s")
    print(dict(sorted((f"{'true' if t else 'false'} {k}", n) for (t, k), n in counts.items())))
    return 1 if bad or share < WANTED else 0


if __name__ == "__main__":
    sys.exit(main())
