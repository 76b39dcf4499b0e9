"""A second opinion: does another, independent reader find the same meaning in a line?

The second reader is latex2sympy2_extended (extra `second-reader`), which reads plain scalar
mathematics. It runs in a worker process with a time limit; both readings are evaluated at a few
exact points of the declared domains and compared to 30 digits. A difference says that one of
the two misreads, not which one. `\\log` without a base is given to it as `\\ln`, as symdl reads it.
"""

from __future__ import annotations

import atexit
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from symdl.document.errors import Error
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.second_worker import bare
from symdl.expression.term import Term, free_symbols, postorder

AGREES, DISAGREES, CANNOT = "agrees", "disagrees", "cannot"
TIMEOUT = 10.0
"""Seconds for one line; the first includes the start of the worker."""
SMALLEST_DIGITS = 30
_PLAIN = frozenset({"number", "symbol", "constant", "relation"})
_SIGNS = {
    "=": "Equality", "!=": "Unequality", "<": "StrictLessThan", "<=": "LessThan",
    ">": "StrictGreaterThan", ">=": "GreaterThan",
}  # fmt: skip
_TRIED = "0.7 1.3 2 -0.4 5 1/3 0.25 -3 7 11 1 0 -1"
_CANDIDATES = [Fraction(text) for text in _TRIED.split()]


@dataclass(frozen=True)
class SecondReading:
    """Whether the second reader `agrees`, `disagrees` or `cannot` say, and why."""

    kind: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


def compare(latex: str, term: Term, timeout: float = TIMEOUT) -> SecondReading:
    """Compare symdl's reading of a line, `term`, with the second reader's."""
    reason = _not_plain(term)
    if reason:
        return SecondReading(CANNOT, reason)
    sides = term.args if term.op == "relation" else (term,)
    points = list(_points(term))
    ours = [[_value(side, point) for side in sides] for point in points]
    if not any(value is not None for row in ours for value in row):
        return SecondReading(CANNOT, "no point at which the value is known")
    names = [{bare(s.data.name): str(v) for s, v in point.items()} for point in points]
    # The bare \log is natural by symdl's documented convention, and decimal by the other's.
    text = re.sub(r"\\log(?![A-Za-z_])(?!\s*_)", r"\\ln ", latex)
    reply = _WORKER.ask({"latex": text, "points": names}, timeout)
    for key in ("missing", "late", "error"):
        if key in reply:
            return SecondReading(CANNOT, reply[key])
    return _judge(term, points, ours, reply)


def _not_plain(term: Term) -> str:
    """Why a Term is outside the plain scalar subset; empty if it is inside."""
    for node in postorder(term):
        if node.op not in _PLAIN and node.op not in TABLE:
            return f"'{node.op}' is outside the plain scalar subset"
        if node.op == "relation" and (
            node is not term or len(node.data) != 1 or node.data[0] not in _SIGNS
        ):
            return "only single equations and inequalities are compared"
        if node.op == "symbol" and node.shape != ():
            return f"{node.data.name} is no scalar"
    return ""


def _points(term: Term) -> Iterator[dict[Term, Fraction]]:
    """Three points inside the domains of the symbols, no two symbols alike."""
    free = sorted(free_symbols(term), key=lambda s: str(s.data.name))
    for turn in range(3):
        yield {s: _pick(s.data.domain, turn + 2 * i) for i, s in enumerate(free)}


def _pick(domain: Domain, turn: int) -> Fraction:
    fitting = [v for v in _CANDIDATES if domain.contains(v)]
    if not fitting:
        low = domain.lower if domain.lower is not None else Fraction(-(10**6))
        high = domain.upper if domain.upper is not None else low + 2
        middle = low + (high - low) * Fraction(turn % 5 + 1, 7)
        fitting = [Fraction(round(middle)) if domain.integer else middle]
    # later symbols get values that differ a little, so that a swap of two is seen
    value = fitting[turn % len(fitting)]
    nudged = value + Fraction(turn // len(fitting), 97)
    return nudged if domain.contains(nudged) else value


def _judge(
    term: Term, points: Sequence[Mapping[Term, Fraction]], ours: Sequence[Sequence[Any]], reply: Any
) -> SecondReading:
    said = f"the second reader reads {reply['text']}"
    sign = _SIGNS[term.data[0]] if term.op == "relation" else ""
    names = {bare(s.data.name) for s in free_symbols(term)}
    if reply["relation"] != sign or set(reply["names"]) - names:
        return SecondReading(DISAGREES, said)
    compared = 0
    for point, mine, theirs in zip(points, ours, reply["values"], strict=True):
        for value, other in zip(mine, theirs, strict=True):
            if value is None:
                continue
            if other == "none" or not _same(value, other):
                return SecondReading(DISAGREES, f"{said}: {_difference(point, value, other)}")
            compared += 1
    return SecondReading(AGREES, f"{said}; {compared} values are equal")


def _difference(point: Mapping[Term, Fraction], value: Any, other: str) -> str:
    where = ", ".join(f"{s.data.name} = {v}" for s, v in point.items())
    shown = "no real number" if other == "none" else other[:14]
    return f"{shown}{' at ' if where else ''}{where}, symdl has {value.str(12, radius=False)}"


def _value(side: Term, point: Mapping[Term, Fraction]) -> Any:
    """The ball of our reading at a point, from the operator rows; None where undefined."""
    from flint import arb, ctx, fmpq

    before, ctx.prec = ctx.prec, 300
    try:
        constants = {"pi": arb.pi(), "e": arb.const_e()}
        done: dict[Term, Any] = {}
        for node in postorder(side):
            if node.op in ("number", "symbol"):
                exact = point[node] if node.op == "symbol" else node.data.value
                done[node] = arb(fmpq(exact.numerator, exact.denominator))
            elif node.op == "constant":
                done[node] = constants.get(node.data, arb.nan())
            else:
                done[node] = TABLE[node.op].ball(*(done[a] for a in node.args))
        found = done[side]
        return found if found.is_finite() and found.rad() < abs(found) + 1 else None
    finally:
        ctx.prec = before


def _same(ours: Any, theirs: str) -> bool:
    from flint import arb

    try:
        other = arb(theirs)
    except ValueError:
        return False
    slack = (abs(ours) + 1) / arb(10) ** SMALLEST_DIGITS
    return not abs(ours - other) > slack


class _Worker:
    """One process that reads for all; started when first asked, killed when late."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.lock = threading.Lock()

    def ask(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        """The reply to a request, or `late` when it takes longer than `timeout` seconds."""
        with self.lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            killer = threading.Timer(timeout, process.kill)
            killer.start()
            try:
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except BrokenPipeError:
                line = ""
            finally:
                killer.cancel()
            if line:
                reply: dict[str, Any] = json.loads(line)
                return reply
            self.stop()
            return {"late": f"the second reader gave no answer within {timeout:g} s"}

    def _running(self) -> subprocess.Popen[str]:
        if self.process is None or self.process.poll() is not None:
            script = Path(__file__).with_name("second_worker.py")
            try:
                self.process = subprocess.Popen(
                    [sys.executable, "-P", str(script)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
            except OSError as problem:
                message = f"the second reader cannot be started: {problem}"
                raise Error(message, code="no-second-reader") from problem
        return self.process

    def stop(self) -> None:
        """End the process, if it runs."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


_WORKER = _Worker()
atexit.register(_WORKER.stop)
