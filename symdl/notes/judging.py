"""The verdict on a claim of a document: in general first, then for the numbers that are given.

Nothing is refuted on a guess: an equation that may be a condition, and a claim that rests on
what was said elsewhere, are told as such.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.checking import Judge
from symdl.evidence.claim import Claim, is_closed
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.known import Known, is_literal, reach

HOLDS = frozenset({"proved", "approximate", "rounded", "confirmed"})
_ARITHMETIC = frozenset({"add", "mul", "neg", "div", "pow", "abs"})
_PLAIN = _ARITHMETIC | {"symbol", "number", "entry", "constant"}
_FUNCTIONS = (frozenset(TABLE) - _ARITHMETIC) | {"call", "derivative", "gradient"}


def verdict_on(claim: Claim, known: Known, judge: Judge) -> Verdict:
    """The verdict on a claim that stands in a document at a place where this is known."""
    sides = [side for side in (claim.left, claim.right) if side is not None]
    used = reach(sides, known.scope)
    given = {k: v for k, v in known.scope.values.items() if k in used and is_literal(v)}
    literal = any(is_literal(side) for side in sides)
    verdict = _under(claim, known, given, literal, judge)
    if verdict.kind in ("refuted", "refuted-as-stated"):
        verdict = _unless_condition(claim, verdict, judge)
    return verdict


def _under(
    claim: Claim, known: Known, given: dict[Term, Term], literal: bool, judge: Judge
) -> Verdict:
    """In general, then with the given numbers, then with numbers that may be assumed."""
    general = replace(claim, scope=replace(claim.scope, values=known.general.values))
    if not literal or not given:
        verdict = judge(general)
        if verdict.kind in HOLDS or not given:
            if verdict.kind in HOLDS or not literal:
                return verdict
            assumed = _assumed(claim, known, judge)
            return verdict if assumed is None else assumed
    in_force = replace(claim, scope=replace(claim.scope, values=known.scope.values))
    if literal and not _is_closed(claim, in_force):
        assumed = _assumed(claim, known, judge)
        if assumed is not None:
            return assumed
    special = judge(in_force)
    if special.kind in HOLDS:
        names = ", ".join(f"{plain(k)} = {plain(v)}" for k, v in given.items())
        return replace(special, evidence={**special.evidence, "given": names})
    if literal or special.kind == "refuted":
        return special
    return verdict


def _is_closed(claim: Claim, under: Claim) -> bool:
    sides = [side for side in (claim.left, claim.right) if side is not None]
    return all(is_closed(side, under.scope) for side in sides)


def _assumed(claim: Claim, known: Known, judge: Judge) -> Verdict | None:
    """The verdict with numbers of closed sections, if those are what is missing."""
    sides = [side for side in (claim.left, claim.right) if side is not None]
    scope = replace(claim.scope, values=known.with_past.values)
    used = reach(sides, scope)
    taken = {k: v for k, v in known.past.items() if k in used and k not in known.scope.values}
    if not taken:
        return None
    verdict = judge(replace(claim, scope=scope))
    names = ", ".join(f"{plain(k)} = {plain(v)}" for k, v in taken.items())
    told = f"assumed {names} from another section"
    if verdict.kind in HOLDS:
        message = f"{verdict.message} ({told})"
        return replace(verdict, message=message, evidence={**verdict.evidence, "assumed": names})
    return undecided(f"{told}: {verdict.message}")


# --- what may be a condition ------------------------------------------------------------------


def _unless_condition(claim: Claim, verdict: Verdict, judge: Judge) -> Verdict:
    """A refuted equation that some values satisfy and that has no form of an identity is a
    condition (`ax + b = 0`), which is no claim about all values."""
    if not may_be_condition(claim):
        return verdict
    if claim.relation in ("=", "equiv"):
        never = judge(replace(claim, relation="!=", kind="bound"))
        if never.kind == "proved":
            return verdict
    text = "read as a condition: it holds for some values only"
    return Verdict("definition", "reading", text, code="read-as-condition")


def may_be_condition(claim: Claim) -> bool:
    """Whether an equation or inequality may be one to be satisfied rather than one that holds."""
    if claim.right is None or claim.kind in ("shape", "limit"):
        return False
    left, right = free_symbols(claim.left), free_symbols(claim.right)
    if not left and not right:
        return False
    if claim.relation in ("=", "equiv", "approx"):
        known = any(n.op in _FUNCTIONS for n in postorder(claim.left))
        if not known and not left & right:
            return True
        return is_literal(claim.right) and bool(left) and not _derived(claim.left)
    apart = bool(left) and bool(right) and not left & right
    return apart or (_is_plain(claim.left) and _is_plain(claim.right))


def _derived(term: Term) -> bool:
    return term.op in ("image", "limit", "shape_of")


def _is_plain(term: Term) -> bool:
    return all(node.op in _PLAIN for node in postorder(term))
