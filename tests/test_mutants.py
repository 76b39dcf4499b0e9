"""True claims written wrong: what becomes false is refuted, and nothing is told wrong."""

from __future__ import annotations

from claim_bank import REFUTED
from claim_mutants import results, wrong


def test_mutants_of_true_claims() -> None:
    """A sample; benchmarks/mutate_claims.py runs all."""
    found = list(results(seed=5, each=1, every=10))
    assert [(m.text, kind, told) for m, true, kind, told in found if wrong(true, kind)] == []
    false = [kind in REFUTED for _, true, kind, _ in found if not true]
    assert len(false) > 40
    assert sum(false) / len(false) > 0.95
