"""Decide a bank of claims, time each, and let SymPy try the same.

    python benchmarks/bank.py PATH ... [--repeat N] [--sympy] [--slowest N] [--misses]

PATH is a bank (`tests/cases/bank.txt`: `statement ; declarations ; given ; truth ; source`) or the
JSON lines that benchmarks/identities.py reads. Each claim is judged once, in the order of the
file, from LaTeX to the verdict (an identity of JSON lines: from Terms); modules are loaded
before, nothing else is warm. Times are of the processor, with those of the children that judge
heavy claims, so that waiting on a busy machine does not count. With --repeat all of it is done N
times, each time in a process of its own; the time of a claim is the median of its N times. The
claims of several paths are judged as those of one.

With --sympy each equation without arrays that SymPy can state is given, written out, to
`simplify(left - right) == 0` and to `(left - right).equals(0)`, in a process of its own with
five seconds each; only these two answers are timed.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import symdl
from symdl.cli import COLLECTIONS
from symdl.document.source import Source
from symdl.evidence.claim import Claim
from symdl.evidence.claims_read import claims
from symdl.evidence.equality import judge_equality
from symdl.evidence.written_claim import written_out
from symdl.expression.reading import read
from symdl.expression.term import Term, postorder
from symdl.library.given import scope_of

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import identities
from claim_bank import PROVED, REFUTED, BankClaim, bank, judged

SECONDS = 5
EXTREMA = (r"\max_{x", r"\min_{x", r"\argm")


@dataclass
class Row:
    """A claim, how it was judged and what SymPy said."""

    name: str
    text: str
    true: bool
    judge: Callable[[], tuple[str, str, str]]
    terms: Callable[[], tuple[Term, Term] | None]
    verdict: str = ""
    kind: str = ""
    message: str = ""
    seconds: float = 0.0
    simplify: tuple[str, float] | None = None
    equals: tuple[str, float] | None = None

    @property
    def right(self) -> bool:
        return self.verdict in (PROVED if self.true else REFUTED)

    @property
    def wrong(self) -> bool:
        return self.verdict in (REFUTED if self.true else PROVED)


def rows_of(path: Path) -> list[Row]:
    if path.suffix == ".jsonl":
        return [_identity(json.loads(line)) for line in path.read_text().splitlines()]
    return [_bank_row(path, claim) for claim in bank(path)]


def _bank_row(path: Path, claim: BankClaim) -> Row:
    def judge() -> tuple[str, str, str]:
        verdict = judged(claim)
        if verdict is None:
            return "unread", "unread", ""
        kind = verdict.code.removeprefix(verdict.kind + "-") or verdict.method
        if any(word in claim.statement for word in EXTREMA):
            kind = "extremum"
        if "\\int" in claim.statement:
            kind = "integral"
        return verdict.kind, kind, verdict.message

    return Row(
        f"{path.name}:{claim.line}",
        claim.statement,
        claim.true,
        judge,
        lambda: _sides(_claims_of(claim)),
    )


def _claims_of(claim: BankClaim) -> tuple[Claim, ...]:
    scope = scope_of(claim.given, claim.symbols, claim.statement)
    return claims(read(Source("<bank>", claim.statement), scope), scope)


def _sides(found: tuple[Claim, ...]) -> tuple[Term, Term] | None:
    """Both sides of one equation of scalars, written out; None for another claim."""
    if len(found) != 1 or found[0].relation != "=" or found[0].kind == "limit":
        return None
    closed = written_out(found[0])
    if closed.right is None or any(
        term.shape != () for side in (closed.left, closed.right) for term in postorder(side)
    ):
        return None
    return closed.left, closed.right


def _identity(row: dict) -> Row:
    left, right = identities.sides(row)

    def judge() -> tuple[str, str, str]:
        verdict = judge_equality(left, right)
        return verdict.kind, "identity", verdict.message

    text = f"{row['lhs']} = {row['rhs']}"
    return Row(str(row["id"]), text, bool(row["true"]), judge, lambda: (left, right))


# --- SymPy ------------------------------------------------------------------------------------


def ask_sympy(row: Row) -> None:
    """Both answers of SymPy, if it can state the claim."""
    try:
        terms = row.terms()
        if terms is None:
            return
        import sympy

        from symdl.expression.sympy_bridge import to_sympy

        left, right = (to_sympy(term) for term in terms)
    except symdl.Error:
        return

    def simplify() -> str:
        return "true" if sympy.simplify(left - right) == 0 else "open"

    def equals() -> str:
        return {True: "true", False: "false"}.get((left - right).equals(0), "open")

    row.simplify, row.equals = in_child(simplify), in_child(equals)


def in_child(work: Callable[[], str]) -> tuple[str, float]:
    """What the work answers in a process of its own, and its time; `late` after SECONDS."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        start = time.process_time()
        try:
            answer = work()
        except Exception as problem:
            answer = f"error {type(problem).__name__}"
        os.write(writer, json.dumps([answer, time.process_time() - start]).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    answer, seconds = json.loads(told) if told else ("late", float(SECONDS))
    return answer, seconds


# --- the report -------------------------------------------------------------------------------


def milliseconds(values: Iterable[float]) -> str:
    found = sorted(values)
    if not found:
        return "-"
    p99 = found[min(len(found) - 1, int(0.99 * len(found)))]
    return f"{statistics.median(found) * 1e3:.2f} | {p99 * 1e3:.1f} | {found[-1] * 1e3:.1f}"


def report(rows: list[Row]) -> Iterator[str]:
    for true, good in ((True, "proved"), (False, "refuted")):
        some = [row for row in rows if row.true == true]
        counts = Counter(row.verdict for row in some)
        told = ", ".join(f"{n} {kind}" for kind, n in counts.most_common())
        right = sum(row.right for row in some)
        share = f"{100 * right / max(1, len(some)):.1f} %"
        yield f"{str(true).lower()}: {right} of {len(some)} {good} ({share}): {told}"
    wrong = [row for row in rows if row.wrong]
    yield f"wrong: {len(wrong)}" + "".join(f"\n  {row.name}: {row.text}" for row in wrong)
    yield ""
    yield "| claims | number | right | median ms | 99 % ms | longest ms |"
    yield "|---|---|---|---|---|---|"
    for kind in (*sorted({row.kind for row in rows}), ""):
        some = [row for row in rows if kind in ("", row.kind)]
        times = milliseconds(row.seconds for row in some)
        yield f"| {kind or 'all'} | {len(some)} | {sum(row.right for row in some)} | {times} |"


def report_sympy(rows: list[Row]) -> Iterator[str]:
    both = [row for row in rows if row.simplify is not None and row.equals is not None]
    yield f"\n{len(both)} equations that SymPy can state (five seconds each):\n"
    yield "| | decided rightly | decided wrongly | median ms | 99 % ms | longest ms |"
    yield "|---|---|---|---|---|---|"
    times = milliseconds(row.seconds for row in both)
    yield f"| symdl | {sum(r.right for r in both)} | {sum(r.wrong for r in both)} | {times} |"
    for name in ("simplify", "equals"):
        answers = [(row, *getattr(row, name)) for row in both]
        good = sum(answer == str(row.true).lower() for row, answer, _ in answers)
        bad = sum(
            answer in ("true", "false") and answer != str(row.true).lower()
            for row, answer, _ in answers
        )
        yield f"| {name} | {good} | {bad} | {milliseconds(s for _, _, s in answers)} |"
    for name in ("simplify", "equals"):
        ratio = statistics.median(getattr(row, name)[1] / row.seconds for row in both)
        yield f"\nmedian of the ratios, {name} : symdl = {ratio:.0f}"


def processor_time() -> float:
    """Of this process and of the children that it has waited for (heavy claims have one)."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def judge_all(rows: list[Row]) -> list[tuple[str, str, str, float]]:
    """Verdict, kind, message and time of each claim."""
    found = []
    for row in rows:
        start = processor_time()
        told = row.judge()
        found.append((*told, processor_time() - start))
    return found


def from_child(work: Callable[[], object]) -> Any:
    """What the work returns in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(writer, "w") as pipe:
            json.dump(work(), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told)


def main() -> int:
    words = argparse.ArgumentParser(usage=(__doc__ or "").split("\n\n")[1].strip())
    words.add_argument("paths", nargs="+", type=Path)
    words.add_argument("--repeat", type=int, default=1)
    words.add_argument("--sympy", action="store_true")
    words.add_argument("--slowest", type=int, default=0)
    words.add_argument("--misses", action="store_true")
    asked = words.parse_args()
    rows = [row for path in asked.paths for row in rows_of(path)]
    for row in (rows[0], rows[-1]):
        row.judge()
    gc.set_threshold(*COLLECTIONS)  # as in the command; the collector of Python costs 60 ms a time
    runs = [from_child(lambda: judge_all(rows)) for _ in range(asked.repeat)]
    for row, *told in zip(rows, *runs, strict=True):
        row.verdict, row.kind, row.message, _ = told[0]
        row.seconds = statistics.median(seconds for *_, seconds in told)
    print("\n".join(report(rows)))
    if asked.misses:
        for row in rows:
            if not row.right:
                print(f"{row.name} ({row.true}, {row.verdict}: {row.message[:100]}) {row.text}")
    for row in sorted(rows, key=lambda row: -row.seconds)[: asked.slowest]:
        print(f"{row.seconds * 1e3:8.1f} ms  {row.name} {row.verdict} {row.text[:110]}")
    if asked.sympy:
        for row in rows:
            ask_sympy(row)
        print("\n".join(report_sympy(rows)))
    return 1 if any(row.wrong for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
