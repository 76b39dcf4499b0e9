"""Equality of arrays, entries and sums for all sizes, by their index forms.

Both sides become one scalar expression of their free indices (see `derivation/index/`), in a
canonical form: equal forms prove, unlike ones refute nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

from symdl.derivation.expand import expand
from symdl.derivation.index.equal import Difference, NotLowered, compare
from symdl.derivation.index.form import MAX_OBJECTS
from symdl.derivation.index.written import Writing
from symdl.document.errors import DeriveError, ShapeError
from symdl.evidence.claim import Claim
from symdl.evidence.equality import judge_equality
from symdl.evidence.hypotheses import domain_under
from symdl.evidence.kinds import is_declared
from symdl.evidence.locally import local
from symdl.evidence.named_sizes import with_named_sizes
from symdl.evidence.reached import reachable
from symdl.evidence.verdict import Verdict, proved
from symdl.expression.printer import plain
from symdl.expression.scope import substitute
from symdl.expression.term import BINDERS, Term, make, number, symbol

METHOD = "index-normal-form"
EQUAL = frozenset({"=", "equiv"})
LETTERS = "ijklpqrs"
MAX_TOLD = 4
"""Conditions told in the message; the evidence has all that can be written."""
AFTER_ANOTHER = 4_000
"""Objects made for a claim of which a simpler one was not proved."""


def judge_index_form(claim: Claim) -> Verdict | None:
    """A proof that both sides are equal for all sizes, wherever both are defined; None where
    there is none. That they are defined somewhere is what the audit finds."""
    if claim.right is None or claim.relation not in EQUAL or not has_indices(claim):
        return None
    if not _are_counts(claim):
        return None
    most = MAX_OBJECTS
    for name, wider in _wider(claim):
        found = _judged(wider, most)
        most = AFTER_ANOTHER
        if found is not None:
            return replace(found, evidence={**found.evidence, **({"proved": name} if name else {})})
    return None


def proved_claim(claim: Claim, verdict: Verdict) -> Claim:
    """What was proved for a claim: itself, or a simpler one that says more."""
    name = verdict.evidence.get("proved", "")
    return next((wider for told, wider in _wider(claim) if told == name), claim)


def _wider(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """Claims that say more and are simpler, the simplest first, then the claim itself."""
    sized = with_named_sizes(claim) or claim
    narrow = local(sized)
    if narrow is not None:
        yield "for any gradients of the names it goes through", narrow
    if sized is not claim:
        yield "for any large sizes", sized
    yield "", claim


def _judged(claim: Claim, most: int) -> Verdict | None:
    assert claim.right is not None
    try:
        difference = compare(claim.left, claim.right, claim.scope, claim.conditions, most)
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


def _are_counts(claim: Claim) -> bool:
    r"""Whether every declared end of a sum from 1 is one of so many terms: an index form has n of
    them, but `\sum_{i=1}^n a` is 0 at n = -1. An end that may be negative and stands nowhere else
    is as good as 0, where a sum is empty (and a softmax has no entries that add up to 1)."""
    nodes = list(reachable(claim))
    sized = {
        d
        for node in nodes
        if node.op == "symbol" and is_declared(node, claim.scope)
        for d in node.data.shape or ()
    }
    ends = {n.args[2] for n in nodes if n.op in BINDERS and n.data == "range"}
    known = (*claim.conditions, *claim.scope.hypotheses)
    for end in ends:
        if end.op != "symbol" or not is_declared(end, claim.scope) or end.data.name in sized:
            continue
        domain = domain_under(end, known)
        if not domain.integer:
            return False
        if domain.positive:
            continue
        negative = domain.lower is None or any(
            domain.contains(value)
            for value in (Fraction(-1), Fraction(floor(domain.lower)))
            if value < 0
        )
        if negative and _stands_elsewhere(end, claim, nodes):
            return False
        if (negative or domain.contains(Fraction(0))) and _fails_at_none(end, claim):
            return False
    return True


def _stands_elsewhere(end: Term, claim: Claim, nodes: Sequence[Term]) -> bool:
    """Whether a letter is more than the end of sums."""
    if end in (claim.left, claim.right):
        return True
    return any(
        argument is end and not (place == 2 and node.op in BINDERS and node.data == "range")
        for node in nodes
        for place, argument in enumerate(node.args)
    )


def _fails_at_none(end: Term, claim: Claim) -> bool:
    """Whether the sides certainly differ where a sum has no terms."""
    assert claim.right is not None
    none = {end: number(0)}
    try:
        left, right = (
            expand(substitute(side, none), claim.scope, {end.data.name: 0})
            for side in (claim.left, claim.right)
        )
    except (DeriveError, ShapeError):
        return False
    if left.shape != () or right.shape != ():
        return False
    return judge_equality(left, right).kind == "refuted"


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
        except NotLowered:
            continue
        found[plain(make("relation", term, number(0), data=(relation,)))] = None
    return list(found)
