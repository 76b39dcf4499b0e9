"""The climb: the rungs of a claim's kind are asked in order until one decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symdl.derivation.expand import expand
from symdl.derivation.held import UNCLEAR
from symdl.document.errors import DeriveError
from symdl.evidence.balls import truth
from symdl.evidence.bounds.smooth import words
from symdl.evidence.claim import Claim
from symdl.evidence.one_sided import told_one_sided
from symdl.evidence.points import atoms
from symdl.evidence.rungs import Rung
from symdl.evidence.verdict import Verdict, undecided
from symdl.evidence.written_claim import has_bound_entries, written_out
from symdl.expression.printer import plain
from symdl.expression.term import Term


def climb(claim: Claim, rungs: Sequence[Rung]) -> tuple[Verdict, Claim | None]:
    """The verdict of the first rung that decides, and the claim written out, if it can be.

    It is written out only for the first rung that needs it, and for the audit of a proof.
    """
    broken = _broken(claim)
    if broken is not None:
        return undecided(f"{plain(broken)} does not hold for what is given: no point is left"), None
    open_: Verdict | None = None
    closed: Claim | None = None
    bound = False
    problem: DeriveError | None = None
    for rung in rungs:
        if not rung.reads_written and closed is None and problem is None:
            try:
                closed = written_out(claim)
                bound = has_bound_entries(closed)
            except DeriveError as error:
                if error.code == UNCLEAR:
                    raise
                problem = error
        if not rung.reads_written and (closed is None or bound):
            continue
        verdict = rung.decide(claim, closed or claim)
        if verdict is None:
            continue
        if verdict.kind != "undecided":
            told = told_one_sided(_with_kinks(verdict, claim, closed or claim), claim)
            return told, None if bound else closed
        open_ = verdict if open_ is None else open_
    if open_ is None and problem is not None:
        raise problem
    if open_ is None and bound:
        open_ = undecided("the entries of an expression are judged at sizes: declare its arrays")
    if open_ is None:
        open_ = undecided(f"no method decides a claim {claim.relation!r} of this kind")
    return open_, None


def _broken(claim: Claim) -> Term | None:
    """A condition that the values given to its names break: nothing is said of them."""
    if not claim.scope.values:
        return None
    for condition in claim.conditions:
        try:
            at = expand(condition, claim.scope)
        except DeriveError:
            continue  # the rung that needs it tells why
        if at is not condition and not atoms([at]) and truth(at, {}) is False:
            return condition
    return None


def _with_kinks(verdict: Verdict, written: Claim, closed: Claim) -> Verdict:
    """A proof about a derivative says where there is none."""
    kinks = closed.conditions[len(written.conditions) :]
    if not kinks or verdict.kind != "proved":
        return verdict
    told = [words(condition) for condition in dict.fromkeys(kinks)]
    return replace(
        verdict,
        message=f"{verdict.message}, where the derivative exists ({', '.join(told)})",
        evidence={**verdict.evidence, "differentiable_where": told},
    )
