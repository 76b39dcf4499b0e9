"""How long the gradients of tests/cases/gradients.txt take: proofs, refutations, audits.

    python benchmarks/gradients.py

Milliseconds of processor time, the best of three runs each, in one process.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from test_gradients import blocks  # noqa: E402

from symdl.derivation.index.equal import NotLowered, compare  # noqa: E402
from symdl.document.source import Source  # noqa: E402
from symdl.evidence.claims_read import claims  # noqa: E402
from symdl.evidence.concrete.judge import audit_concretely, refute_concretely  # noqa: E402
from symdl.evidence.conditions.stated import with_hypotheses  # noqa: E402
from symdl.expression.reading import read  # noqa: E402
from symdl.library.given import scope_of  # noqa: E402


def spent(work: Callable[[], Any], rounds: int = 3) -> float:
    """Milliseconds of processor time, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.thread_time()
        work()
        best = min(best, time.thread_time() - start)
    return 1000 * best


def main() -> None:
    """Print the table."""
    times: dict[str, list[tuple[float, str]]] = {"proof": [], "audit": [], "refutation": []}
    for name, symbols, given, listed in blocks():
        for kind, latex in listed:
            scope = scope_of(given, symbols, latex)
            claim = with_hypotheses(claims(read(Source("<case>", latex), scope), scope)[0])
            told = f"{name}: {latex}"
            if kind == "wrong":
                times["refutation"].append((spent(lambda c=claim: refute_concretely(c)), told))
                continue
            sides = (claim.left, claim.right, claim.scope, claim.conditions)
            try:
                times["proof"].append((spent(lambda s=sides: compare(*s).is_zero), told))
            except NotLowered:
                continue  # claims of chain rules through unknown functions are proved otherwise
            times["audit"].append((spent(lambda c=claim: audit_concretely(c)), told))
    for what, found in times.items():
        found.sort(reverse=True)
        over = sum(t > 5 for t, _ in found)
        middle = median(t for t, _ in found)
        print(f"{what}: {len(found)} claims, median {middle:.1f} ms, {over} above 5 ms")
        for taken, told in found[:5]:
            print(f"  {taken:6.1f}  {told[:90]}")


if __name__ == "__main__":
    main()
