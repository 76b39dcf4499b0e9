r"""Orders that are no laws: `P(D \mid A) > P(D \mid B)`, `P(A \mid B) < P(A \mid B^c)`.

With two of its letters exchanged such an order says the opposite. It can hold of some events or
numbers, and is put as a condition or as an observation; it is no law that a counterexample breaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from operator import attrgetter

from symdl.evidence.claim import Claim
from symdl.evidence.kinds import ORDER
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder, replace

MOST_LETTERS = 8


def unless_no_law(verdict: Verdict, claim: Claim) -> Verdict:
    """A refutation, unless the claim is an order whose opposite is the same claim of others."""
    if not verdict.kind.startswith("refuted") or claim.relation not in ORDER or claim.conditions:
        return verdict
    for one, other in _turned_around_by(claim):
        told = f"with {plain(one)} and {plain(other)} exchanged it says the opposite: a condition"
        return undecided(f"{told} ({verdict.message})")
    return verdict


def _turned_around_by(claim: Claim) -> Iterator[tuple[Term, Term]]:
    """The pairs of letters, or of an event and its complement, whose exchange turns the claim
    around."""
    left, right = claim.left, claim.right
    if right is None:
        return
    free = (free_symbols(left) | free_symbols(right)) - claim.scope.values.keys()
    nodes = dict.fromkeys((*postorder(left), *postorder(right)))
    letters = [n for n in nodes if n in free and n.data.role != "function"]
    complements = [(n, n.args[0]) for n in nodes if _is_complement(n)]
    if len(letters) > MOST_LETTERS:
        return
    pairs = (p for p in combinations(letters, 2) if _KIND(p[0].data) == _KIND(p[1].data))
    for one, other in (*pairs, *complements):
        table = {one: other, other: one}
        if replace(left, table) is right and replace(right, table) is left:
            yield one, other


_KIND = attrgetter("role", "shape", "domain")


def _is_complement(term: Term) -> bool:
    """`B^c`."""
    if term.op != "pow":
        return False
    base, exponent = term.args
    return base.op == "symbol" and exponent.op == "symbol" and exponent.data.name == "c"
