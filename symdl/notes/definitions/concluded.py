r"""Equations that say anew what a name is although they are put as what follows: `Then $H = I_n$`
behind another H.

Where they differ from what was said before, one of the two is wrong: what needs the later is no
proof.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.term import make
from symdl.notes.definitions.special_cases import names_used, without_definition
from symdl.notes.scope.known import Known, keys_for, keys_of, name_of_key

_CONCLUDES = re.compile(
    r"\b(?:so|thus|hence|therefore|consequently|then|follows|implies|conclude|since|because)\b",
    re.IGNORECASE,
)


def with_conclusion(known: Known, claim: Claim, before: str, decide: Decide) -> Known:
    """The knowledge behind an equation that says anew what a name is. before: the words that lead
    to it; decide: the way to its verdict."""
    if claim.right is None or _CONCLUDES.search(before) is None:
        return known
    bodies = keys_of(known.scope)
    link = make("relation", claim.left, claim.right, data=("=",))
    found = {key: (bodies[key], decide) for key in keys_for(link) if key in bodies}
    return replace(known, concluded={**known.concluded, **found})


def unless_concluded(
    claim: Claim, known: Known, judge: Judge, decide: Callable[[Claim, Known], Verdict]
) -> Verdict:
    """The verdict; a proof only if it needs nothing that differs from what was said before."""
    verdict = decide(claim, known)
    if verdict.kind not in HOLDING or not known.concluded:
        return verdict
    bodies = keys_of(known.scope)
    used = names_used(claim, known)
    for key, (body, way) in known.concluded.items():
        name = name_of_key(key)
        if name not in used or bodies.get(key) is not body:
            continue
        if way(judge).code != "inconsistent-definition":
            continue
        claim, known = without_definition(claim, known, name)
        verdict = decide(claim, known)
        if verdict.kind not in HOLDING:
            told = f"it needs what is said of {name} in two ways: {verdict.message}"
            return may_be_meant(told, verdict.counterexample)
    return verdict
