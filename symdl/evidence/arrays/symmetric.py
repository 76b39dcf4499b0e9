"""The hypothesis that is missing: what fails for some square matrix holds for symmetric ones."""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.arrays.families import SYMMETRIC, of_members, square_matrices
from symdl.evidence.arrays.fitted import has_undeclared_arrays
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict

MOST_TRIED = 3
_HOLDS = frozenset({"proved", "confirmed"})


def unless_symmetric(claim: Claim, verdict: Verdict, judge: Judge) -> Verdict:
    """A refutation, with the symmetry of one matrix under which the claim is proved, if any."""
    if verdict.kind != "refuted":
        return verdict
    for name in sorted(square_matrices(claim), key=lambda n: str(n.data.name))[:MOST_TRIED]:
        if judge(of_members(claim, {name: SYMMETRIC})).kind in _HOLDS:
            words = f"{name.data.name} is symmetric"
            evidence = {**verdict.evidence, "hypotheses": words}
            told = f"{verdict.message}; it holds if {words}"
            if has_undeclared_arrays(claim):
                told = f"not for all matrices ({verdict.message}), but it holds if {words}"
                verdict = replace(verdict, kind="refuted-as-stated")
            return replace(verdict, message=told, evidence=evidence)
    return verdict
