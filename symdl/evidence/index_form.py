"""Equality of arrays, entries and sums for all sizes, by their index forms.

Both sides become one scalar expression of their free indices (see `derivation/index/`), in a
canonical form: equal forms prove, unlike ones refute nothing.
"""

from __future__ import annotations

from symdl.derivation.index.equal import Difference, NotLowered, compare
from symdl.derivation.index.written import Writing
from symdl.evidence.at_sizes import reachable
from symdl.evidence.claim import Claim
from symdl.evidence.named_sizes import with_named_sizes
from symdl.evidence.verdict import Verdict, proved
from symdl.expression.printer import plain
from symdl.expression.term import make, number, symbol

METHOD = "index-normal-form"
EQUAL = frozenset({"=", "equiv"})
LETTERS = "ijklpqrs"
MAX_TOLD = 4
"""Conditions told in the message; the evidence has all that can be written."""


def judge_index_form(claim: Claim) -> Verdict | None:
    """A proof that both sides are equal for all sizes, wherever both are defined; None where
    there is none. That they are defined somewhere is what the audit finds."""
    if claim.right is None or claim.relation not in EQUAL or not has_indices(claim):
        return None
    wider = of_all_sizes(claim)
    return _judged(claim) if wider is None else wider[1]


def of_all_sizes(claim: Claim) -> tuple[Claim, Verdict] | None:
    """The claim with names for its large sizes and the proof of that, if there is one."""
    wider = with_named_sizes(claim)
    found = None if wider is None else _judged(wider)
    return None if wider is None or found is None else (wider, found)


def _judged(claim: Claim) -> Verdict | None:
    assert claim.right is not None
    try:
        difference = compare(claim.left, claim.right, claim.scope, claim.conditions)
        if not difference.is_zero:
            return None
    except NotLowered:
        return None
    where = _conditions(difference)
    message = "equal for all sizes, by the canonical form of the entries"
    if where:
        message += f", wherever both sides are defined ({', '.join(where[:MAX_TOLD])})"
    rules = list(difference.space.used)
    return proved(METHOD, message, rules=rules, defined_where=where)


def has_indices(claim: Claim) -> bool:
    """Whether a claim is about arrays, their entries or sums over an index."""
    return any(bool(node.shape) or node.op == "sum" for node in reachable(claim))


def _conditions(difference: Difference) -> list[str]:
    """What the sides need to be defined (and, below a derivative, smooth), in index notation."""
    space = difference.space
    found: dict[str, None] = {}
    for form, relation in space.demands:
        free = sorted(form.free, key=lambda i: i.number)
        names = {i: symbol(x) for i, x in zip(free, LETTERS, strict=False)}
        try:
            term = Writing(space, names, {})(form)
        except (NotLowered, KeyError):
            continue
        found[plain(make("relation", term, number(0), data=(relation,)))] = None
    return list(found)
