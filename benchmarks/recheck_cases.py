"""Evidence for every claim of the tables in tests/cases, read again by the second checker.

    python benchmarks/recheck_cases.py [STEP OFFSET [TABLE ...]]

Every STEP-th claim, from OFFSET on, is judged, its evidence written as text and checked again. What
is rejected or raises is listed: evidence that symdl writes itself must never be. A summary of the
statuses by table follows, and the processor time of judging and of checking.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from claim_rows import rows

from symdl.certifying import certify, recheck
from symdl.document.errors import Error
from symdl.evidence.record import dumps


def main() -> None:
    step, offset = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (1, 0)
    only = set(sys.argv[3:])
    counts: dict[str, Counter[str]] = {}
    spent = [0.0, 0.0]
    for i, (name, claim, given, symbols) in enumerate(rows()):
        if i % step != offset or (only and name not in only):
            continue
        start = time.process_time()
        try:
            text = dumps(certify(claim, given=given, symbols=symbols))
        except Error as problem:
            counts.setdefault(name, Counter())["unread"] += 1
            if "--unread" in only:
                print(f"unread {name}: {claim}: {problem}", flush=True)
            continue
        except Exception as problem:  # a bug, to be listed
            print(f"RAISES {name}: {claim}: {problem!r}"[:300], flush=True)
            counts.setdefault(name, Counter())["raises"] += 1
            continue
        middle = time.process_time()
        try:
            found = recheck(text)
        except Exception as problem:  # a bug, to be listed
            print(f"RAISES {name}: {claim}: {problem!r}"[:300], flush=True)
            counts.setdefault(name, Counter())["raises"] += 1
            continue
        spent[0] += middle - start
        spent[1] += time.process_time() - middle
        for status, _, reason in found:
            counts.setdefault(name, Counter())[status] += 1
            if status == "rejected":
                print(f"rejected {name}: {claim} ({reason})", flush=True)
    total: Counter[str] = Counter()
    for name, found_in in counts.items():
        total += found_in
        print(f"{name:20}", dict(found_in))
    print(f"{'all':20}", dict(total))
    print(f"judged and written in {spent[0]:.0f} s, checked in {spent[1]:.0f} s")


if __name__ == "__main__":
    main()
