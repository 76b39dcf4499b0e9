"""Equations that stand alone in a row of laws: they claim what they say, as the others do.

`$Q^{-1} = Q^T$`, `$\\det(Q)^2 = 1$`, `$\\det(Q) = 1$`, each a line of its own, about arrays that
were introduced above: nobody writes a condition on Q between two laws of every Q without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symdl.document.errors import Error
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.claims_read import claims
from symdl.evidence.kinds import NOTHING
from symdl.evidence.verdict import HOLDING, Verdict
from symdl.expression.reading import read
from symdl.notes.claim_parts import is_simple, variables_in
from symdl.notes.doubts.laws_of_arrays import is_any
from symdl.notes.scope.conditions import unless_said
from symdl.notes.scope.known import Known

LEAST = 2
"""Laws that make a row of them."""
MOST_TRIED = 8


def unless_among_laws(
    claim: Claim, verdict: Verdict, known: Known, judged: Callable[[Claim], Verdict], judge: Judge
) -> Verdict:
    """The verdict that an equation is a condition, or its refutation if it stands in a row of laws.

    judged: the verdict on a claim with what is said of the arrays in it.
    """
    if verdict.code != "read-as-condition" or not _is_of_arrays(claim, known):
        return verdict
    if claim.relation != "=" and any(map(is_simple, claim.sides)) and not claim.left.args:
        return verdict  # `x \\ge 0`
    own = judged(claim)
    if own.kind != "refuted":
        return verdict
    laws = 0
    for other in _beside(claim, known):
        laws += judged(other).kind in HOLDING
        if laws == LEAST:
            return unless_said(claim, own, (known.said, known.path), judge, lambda _: True)
    return verdict


def _is_of_arrays(claim: Claim, known: Known) -> bool:
    """Whether all names of a claim were introduced, arrays among them."""
    names = {name for side in claim.sides for name in variables_in(side)}
    return any(name.shape for name in names) and all(is_any(name, known) for name in names)


def _beside(claim: Claim, known: Known) -> Iterator[Claim]:
    """What stands alone in the section of a claim and says something of its arrays."""
    arrays = {s.data.name for side in claim.sides for s in variables_in(side) if s.shape}
    near = [said for said in known.said if said.alone and said.path == known.path]
    near = [said for said in near if any(name in said.source.text for name in arrays)]
    for said in near[:MOST_TRIED]:
        try:
            found = claims(read(said.source, claim.scope), claim.scope, NOTHING)
        except Error:
            continue  # told where it stands
        for other in found if len(found) == 1 else ():
            same = other.sides == claim.sides
            if other.right is not None and not same and _is_of_arrays(other, known):
                yield other
