r"""Matrices that a section does not mean to be symmetric: it writes their transposes.

`\nabla_x x^T A x = 2Ax` holds for symmetric A, which many do not say. Who writes `(A + A^T) x` or
`A^T A` in the same section does not mean such an A: of a symmetric matrix nobody writes `A^T`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict
from symdl.notes.scope.conditions import Said
from symdl.notes.scope.known import Known

_SYMMETRIC = re.compile(r"(\S+) is symmetric")
_MIRRORED = re.compile("symmetric|definite|covariance|diagonal|kernel|gram|hessian", re.IGNORECASE)
_TURNED = (
    r"\s*\^\s*(?:T\b|\{\s*(?:T|\\top|\\intercal|\\mathsf\s*\{?T\}?|\\mathrm\{T\})\s*\}|\\top"
    r"|\\intercal)"
)


def unless_unsymmetric(claim: Claim, verdict: Verdict, known: Known) -> Verdict:
    """A refutation that symmetry would lift, without that where the section writes the transpose
    of the very matrix."""
    told = str(verdict.evidence.get("hypotheses", ""))
    match = _SYMMETRIC.fullmatch(told)
    if verdict.kind != "refuted" or match is None:
        return verdict
    if any(_MIRRORED.search(has.words) for has in known.special.get(match[1], ())):
        return verdict
    here = [said for said in known.said if said.path == known.path and not _is(said, claim)]
    if not any(_writes_transpose(said, match[1]) for said in here):
        return verdict
    evidence = {k: v for k, v in verdict.evidence.items() if k != "hypotheses"}
    message = f"{verdict.message}, and the section writes {match[1]}^T: not every {match[1]} is"
    return replace(verdict, message=message, evidence=evidence)


def _is(said: Said, claim: Claim) -> bool:
    return claim.latex.strip() == said.source.text.strip()


def _writes_transpose(said: Said, name: str) -> bool:
    """Whether a formula that is no condition writes the transpose of a matrix, and does not say
    what it is."""
    letter = rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])"
    text = said.source.text
    if said.worded or re.search(rf"{letter}{_TURNED}", text) is None:
        return False
    sides = re.split(r"=", text)
    return not any(re.fullmatch(rf"\s*-?\s*{letter}(?:{_TURNED})?\s*", side) for side in sides)
