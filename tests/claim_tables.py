"""Tables of claims with their verdicts: `claim @ declarations @ given => verdict :: text`.

Declarations are parted by `;` (`x: real > 0; n: integer >= 1`), given statements by `&&`; both
may be left out, and so may the part of the text (message and counterexample).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import symdl

CASES = Path(__file__).parent / "cases"
SCOPE = (
    r"s(x) = \frac{1}{1 + e^{-x}}",
    r"G(x) = \frac{x}{2}\left(1 + \operatorname{erf}\frac{x}{\sqrt{2}}\right)",
    r"g(x) = 0.5x\left(1 + \tanh\left(\sqrt{\frac{2}{\pi}}(x + 0.044715x^3)\right)\right)",
    r"M(x) = x\tanh(\log(1 + e^x))",
    r"h(x) = \frac{x \min(\max(x + 3, 0), 6)}{6}",
    r"u(x) = \begin{cases} x & x > 0 \\ e^x - 1 & x \le 0 \end{cases}",
)


def table(name: str) -> list[Any]:
    """The rows of tests/cases/NAME as pytest parameters."""
    rows = []
    for line in (CASES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            claim, _, verdict = line.rpartition(" => ")
            rows.append(pytest.param(claim.strip(), verdict.strip(), id=claim.strip()[:60]))
    return rows


def judge(row: str) -> Any:
    """The verdict on a row's claim."""
    claim, given, symbols = parts(row)
    return symdl.check(claim, given=given, symbols=symbols)


def parts(row: str) -> tuple[str, list[str], dict[str, str]]:
    """The claim of a row, what is given, and the declarations."""
    claim, declared, given = [part.strip() for part in (row + "@@").split("@")[:3]]
    symbols = {}
    for part in declared.split(";"):
        if part.strip():
            name, _, text = part.partition(":")
            symbols[name.strip()] = text.strip()
    statements = [part.strip() for part in given.split("&&") if part.strip()]
    arrays = any("(" in text for text in symbols.values())
    known = () if arrays else SCOPE
    return claim, [*known, *statements], symbols


def check_row(claim: str, expected: str) -> None:
    """Judge a row and compare."""
    kind, _, text = expected.partition(" :: ")
    verdict = judge(claim)
    told = f"{verdict.message} {verdict.counterexample} {verdict.evidence}"
    assert verdict.kind == kind.strip(), told
    assert text.strip() in told
