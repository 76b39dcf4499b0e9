"""The bank of claims (tests/cases/bank.txt): its lines, taken apart and judged.

`statement ; declarations ; given ; true or false ; source`, and behind them `not yet: reason` for a
claim that is not decided so far: the bank never forgets it, and it must not be decided wrongly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import symdl
from symdl.evidence.verdict import Verdict

BANK = Path(__file__).parent / "cases" / "bank.txt"
PROVED = ("proved", "approximate", "rounded")
REFUTED = ("refuted", "refuted-as-stated")


@dataclass(frozen=True)
class BankClaim:
    """One line: what it says, what it needs, whether it is true and whether it is decided."""

    line: int
    statement: str
    symbols: dict[str, str]
    given: tuple[str, ...]
    true: bool
    source: str
    reason: str

    @property
    def name(self) -> str:
        return f"{self.line}: {self.source}"


def bank(path: Path = BANK) -> list[BankClaim]:
    """The claims of a file, in order."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return [_claim(n, line) for n, line in lines if line and not line.startswith("#")]


def _claim(number: int, line: str) -> BankClaim:
    statement, declared, given, truth, source, *rest = (p.strip() for p in line.split(" ; "))
    if truth not in ("true", "false") or len(rest) > 1:
        raise ValueError(f"line {number}: statement ; declarations ; given ; truth ; source")
    parts = re.split(r",\s+(?=\S+: )", declared) if declared else []
    symbols = dict(part.split(": ", 1) for part in parts)
    holds = tuple(part.strip() for part in given.split("&&") if part.strip())
    reason = rest[0].removeprefix("not yet:").strip() if rest else ""
    return BankClaim(number, statement, symbols, holds, truth == "true", source, reason)


def judged(claim: BankClaim) -> Verdict | None:
    """The verdict; None where the claim is not read."""
    try:
        return symdl.check(claim.statement, given=claim.given, symbols=claim.symbols)
    except symdl.ShapeError:
        return Verdict("refuted-as-stated", "shape", "the shapes do not fit")
    except symdl.ReadError:
        return None
