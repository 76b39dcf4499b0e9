r"""Inequalities between entropies that hold along a chain of variables: `I(X; Z) \le I(X; Y)` where
$X \to Y \to Z$ is written somewhere, or the words speak of a Markov chain."""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim
from symdl.evidence.probability.information import METHOD
from symdl.evidence.verdict import Verdict, may_be_meant
from symdl.expression.term import free_symbols
from symdl.notes.scope.known import Known

_MARKOV = re.compile(r"\bmarkov\b", re.IGNORECASE)


def unless_in_a_chain(verdict: Verdict, claim: Claim, known: Known, context: str) -> Verdict:
    """A refutation of what is said of entropies, unless it may be said of a chain of variables."""
    if not verdict.kind.startswith("refuted") or verdict.method != METHOD:
        return verdict
    names = {str(s.data.name)[:1] for side in claim.sides for s in free_symbols(side)}
    chained = len(names) > 2 and any(len(names & chain) > 2 for chain in known.habits.chains)
    if not chained and not _MARKOV.search(context):
        return verdict
    told = f"it may be said of a chain of variables: {verdict.message}"
    return may_be_meant(told, verdict.counterexample)
