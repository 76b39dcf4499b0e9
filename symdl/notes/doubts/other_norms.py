r"""Norms of matrices of which nobody says which: `\|A^T A\| = \|A\|^2` holds of the largest
singular value, and not of the Frobenius norm, which `\|A\|` is read as."""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, postorder

_FROBENIUS = re.compile(r"\bFrobenius\b|\bHilbert.{1,3}Schmidt\b", re.IGNORECASE)
_ANOTHER = re.compile(
    r"\b(?:spectral|operator|induced|matrix|nuclear|trace|submultiplicative)[ -]norms?\b"
    r"|\blargest singular value",
    re.IGNORECASE,
)
AXES = 2


def unless_of_another_norm(verdict: Verdict, claim: Claim) -> Verdict:
    """A refutation, unless it is of the norm of a matrix, nothing says of which, and it was found
    with matrices of more than one entry: all norms of a number are its size."""
    if not verdict.kind.startswith("refuted") or claim.span is None:
        return verdict
    unsaid = next((n for t in claim.terms for n in postorder(t) if _is_of_matrix(n)), None)
    if unsaid is None or _is_at_one_entry(verdict):
        return verdict
    origin = claim.span.origin
    before = origin.source.text[: origin.start]
    if _FROBENIUS.search(before) and not _ANOTHER.search(before):
        return verdict
    return undecided(f"nothing says which norm of a matrix {plain(unsaid)} is: {verdict.message}")


def _is_of_matrix(node: Term) -> bool:
    if node.op != "norm" or node.data != "":
        return False
    inside = node.args[0]
    role = inside.data.role if inside.op == "symbol" else ""
    return role == "matrix" or len(inside.shape or ()) == AXES


def _is_at_one_entry(verdict: Verdict) -> bool:
    """Whether all places of entries in a counterexample are (1, 1)."""
    shown = verdict.counterexample
    entries = [] if shown is None else re.findall(r"_\((\d+),\s*(\d+)\)", " ".join(shown.at))
    return bool(entries) and all(place == ("1", "1") for place in entries)
