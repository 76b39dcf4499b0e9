"""What `\\ne` says between expressions: mostly that they are no identity.

`In general $AB \\ne BA$` is said of some matrices. Only words like `for all` say it of all.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.kinds import NOTHING, classify
from symdl.evidence.verdict import Verdict, undecided

_SOME = re.compile(
    r"\b(?:in general|generally|usually|typically|ordinarily|need not|not necessarily|not always"
    r"|(?:not|n't|non-?) ?(?:commut\w+|associative|symmetric|distribut\w+|linear|additive))\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:for (?:all|any|every|each)|always|never|everywhere|whenever|no matter|regardless)\b",
    re.IGNORECASE,
)


def as_no_identity(claim: Claim, before: str, free: frozenset[str], judge: Judge) -> Verdict:
    """The verdict on a claim; one with a `\\ne` that fails somewhere is not refuted where the sides
    differ elsewhere, unless words say it of all values. before: the words that lead to it; free:
    the names for all values of which it is said to hold."""
    verdict = judge(claim)
    some = _SOME.search(before) is not None
    if claim.relation != "!=" or claim.right is None or not verdict.kind.startswith("refuted"):
        return verdict
    if not some and (free or _ALL.search(before)):
        return verdict
    kind = classify(claim.left, "=", claim.right, claim.scope, False, NOTHING)
    equal = judge(replace(claim, relation="=", kind=kind))
    if equal.kind == "proved":
        return verdict
    if not some or not equal.kind.startswith("refuted"):
        return undecided(f"it may only say that it is no identity: {verdict.message}")
    told = f"no identity: {equal.message}"
    return Verdict("proved", equal.method, told, evidence={"no_identity": told})
