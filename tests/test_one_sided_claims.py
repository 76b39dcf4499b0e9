"""What has one side only is nobody's claim but that of the shapes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symdl.evidence.claim import Claim
from symdl.evidence.claims_read import claims
from symdl.evidence.ladder import RUNGS
from symdl.evidence.rungs import Rung, shape
from symdl.expression.reading import read
from symdl.expression.scope import EMPTY

ALL = tuple(dict.fromkeys(rung for rungs in RUNGS.values() for rung in rungs if rung is not shape))
LINES = (
    "x^2 + 1 = x", r"x^2 \ge 0", r"\lim_{x \to 0} x = 0", r"\pi \approx 3.14", r"x \in (0, 1)",
    r"|\sin x - \sin y| \le |x - y|", r"n^2 = O(n^3)", r"\int_0^1 x \, dx = \frac{1}{2}",
)  # fmt: skip


def claim_of(line: str) -> Claim:
    (found,) = claims(read(line), EMPTY)
    return found


@pytest.mark.parametrize("rung", ALL, ids=range(len(ALL)))
def test_no_rung_answers_half_a_claim(rung: Rung) -> None:
    for line in LINES:
        half = replace(claim_of(line), right=None)
        assert rung.decide(half, half) is None, line
