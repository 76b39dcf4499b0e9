"""Equality of arrays, entries and sums for all sizes, by their index forms.

Both sides become one scalar expression of their free indices (see `derivation/index/`), in a
canonical form: equal forms prove, unlike ones refute nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

from symdl.derivation.index.equal import Difference, NotLowered, compare
from symdl.derivation.index.form import MAX_OBJECTS
from symdl.derivation.index.written import Writing
from symdl.evidence.arrays.cleared import cleared
from symdl.evidence.arrays.determinants import with_matrices_taken_out
from symdl.evidence.arrays.exponentiated import exponentiated
from symdl.evidence.arrays.locally import local
from symdl.evidence.arrays.named_sizes import with_named_sizes
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import EQUAL
from symdl.evidence.reached import reachable
from symdl.evidence.sums.counts import are_counts
from symdl.evidence.verdict import Verdict, proved
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, number, postorder, rebuild, symbol

METHOD = "index-normal-form"
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
    if not are_counts(claim):
        return None
    most = MAX_OBJECTS
    for name, wider in _wider(claim):
        found = _judged(wider, most)
        most = AFTER_ANOTHER
        if found is not None:
            told = f", both sides {name}" if name.startswith("multiplied") else ""
            told = f", {name}" if name.startswith("with ") else told
            evidence = {**found.evidence, **({"proved": name} if name else {})}
            return replace(found, message=found.message + told, evidence=evidence)
    return None


def proved_claim(claim: Claim, verdict: Verdict) -> Claim:
    """What was proved for a claim: itself, or a simpler one that says more."""
    name = verdict.evidence.get("proved", "")
    return next((wider for told, wider in _wider(claim) if told == name), claim)


def _wider(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """Claims that say more and are simpler, the simplest first, then the claim itself, then claims
    that say the same where both sides are defined."""
    sized = with_named_sizes(claim) or claim
    narrow = local(sized)
    if narrow is not None:
        yield "for any gradients of the names it goes through", narrow
    if sized is not claim:
        yield "for any large sizes", sized
    yield "", claim
    yield from cleared(claim)
    yield from with_matrices_taken_out(claim)
    for told, product in exponentiated(claim):
        yield told, product
        yield from ((f"{told}, {more}", made) for more, made in with_matrices_taken_out(product))


def _judged(claim: Claim, most: int) -> Verdict | None:
    assert claim.right is not None
    try:
        spread = any(value_of(side) is not None for side in (claim.left, claim.right))
        difference = compare(
            claim.left, claim.right, claim.scope, claim.conditions, most, spread=spread
        )
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
    """What the sides need to be defined (and, below a derivative, smooth), in index notation: the
    same text whatever was asked before, each demand once however its indices are called."""
    space = difference.space
    found: set[str] = set()
    for form, relation in space.demands:
        free = sorted(form.free, key=lambda i: i.number)
        orders = permutations(free) if len(free) <= MOST_NAMED else (tuple(free),)
        texts = []
        for order in orders:
            names = {i: symbol(x) for i, x in zip(order, LETTERS, strict=False)}
            try:
                term = _in_order(Writing(space, names, {})(form))
            except NotLowered:
                break
            texts.append(plain(make("relation", term, number(0), data=(relation,))))
        if texts:
            found.add(min(texts))
    return sorted(found, key=lambda text: (len(text), text))


MOST_NAMED = 3
"""Free indices of a demand that are named in each order."""


def _in_order(root: Term) -> Term:
    """The same with the factors of each product, and the summands, in the order of their text."""
    done: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(done[a] for a in node.args)
        if node.op in ("mul", "add"):
            args = tuple(sorted(args, key=lambda a: (a.op in ("sum", "indicator"), plain(a))))
        done[node] = rebuild(node, args)
    return done[root]
