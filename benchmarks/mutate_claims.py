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
from collections.abc import Iterator
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from claim_bank import PROVED, REFUTED  # noqa: E402
from claim_mutants import Mutant, mutants  # noqa: E402
from claim_oracle import broken_at, truth  # noqa: E402

from symdl.checking import weakest  # noqa: E402
from symdl.document.errors import Error  # noqa: E402
from symdl.evidence.ladder import judge  # noqa: E402
from symdl.evidence.verdict import Verdict  # noqa: E402

WANTED = 0.995


def judged(mutant: Mutant) -> Verdict | None:
    """The verdict of the weakest claim of a mutant; None where it is refused."""
    try:
        return weakest(judge(claim) for claim in mutant.claims)
    except Error as problem:
        if type(problem).__name__ == "InternalError":
            raise
        return None


def true_or_false(mutant: Mutant) -> bool | None:
    """Whether all claims of a mutant are true; None where numbers cannot tell."""
    answers = [truth(claim) for claim in mutant.claims]
    return False if False in answers else (None if None in answers else True)


def results(seed: int, each: int) -> Iterator[tuple[Mutant, bool, str, str]]:
    """Every mutant whose truth is known, with that truth, the kind of verdict and its message.

    A mutant against which no numbers were found is false if the numbers confirm the point shown.
    """
    for mutant in mutants(Random(seed), each):
        verdict = judged(mutant)
        true = None if verdict is None else true_or_false(mutant)
        if verdict is None or true is None:
            continue
        shown = verdict.counterexample
        if true and verdict.kind in REFUTED and shown is not None:
            answers = [broken_at(claim, shown.at) for claim in mutant.claims]
            if True not in answers and None in answers:
                continue
            true = True not in answers
        yield mutant, true, verdict.kind, verdict.message


def wrong(true: bool, kind: str) -> bool:
    """Whether a verdict contradicts the numbers."""
    return kind in (REFUTED if true else PROVED)


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
