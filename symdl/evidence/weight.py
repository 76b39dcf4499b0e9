"""How heavy a claim may be to judge: a quick look that decides where it is judged.

Nothing rests on it but where the work is done. A claim that looks light is judged in the process
that asks; any other goes to a child with hard limits, which costs some milliseconds more.
"""

from __future__ import annotations

from collections.abc import Iterator

from symdl.evidence.claim import Claim
from symdl.expression.term import BINDERS, Term, postorder

NODES = 120
"""The most distinct nodes of a light claim, definitions that it uses included."""
SYMBOLS = 8
DEPTH = 24
DEGREE = 12
DERIVATIVES = 3
TERMS = 30
"""The largest number in a light claim that has sums or recurrences: they may have so many terms."""
ENTRIES = 30
"""The largest number of entries of a written array."""
HEAVY = frozenset({"integral", "det", "inverse", "kron"})


def is_light(claim: Claim) -> bool:
    """Whether a claim (`narrowed`) is surely cheap: small, shallow, of low degree and few terms."""
    depth: dict[Term, int] = {}
    symbols = derivatives = 0
    largest = 0
    repeats = bool(claim.scope.recurrences)
    for term in _terms(claim):
        for node in postorder(term):
            if node in depth:
                continue
            depth[node] = 1 + max((depth[a] for a in node.args), default=0)
            symbols += node.op == "symbol"
            derivatives += _order(node)
            repeats |= node.op in BINDERS
            if node.op == "number":
                largest = max(largest, int(node.data.value), node.data.value.denominator)
            if len(depth) > NODES or depth[node] > DEPTH or _is_heavy(node):
                return False
    return (
        symbols <= SYMBOLS
        and derivatives <= DERIVATIVES
        and largest <= (TERMS if repeats else 10**9)
    )


def _terms(claim: Claim) -> Iterator[Term]:
    yield from (t for t in (claim.left, claim.right, *claim.conditions) if t is not None)
    scope = claim.scope
    yield from scope.values.values()
    yield from scope.hypotheses
    for table in (scope.functions, scope.entries, scope.recurrences):
        yield from (definition.body for definition in table.values())


def _is_heavy(node: Term) -> bool:
    if node.op in HEAVY or (node.op in ("matrix", "vector") and len(node.args) > ENTRIES):
        return True
    return node.op == "pow" and not _is_small(*node.args)


def _is_small(base: Term, exponent: Term) -> bool:
    """A power of low degree, of a symbol, or an exponential; no tower of powers."""
    if exponent.op == "neg":
        exponent = exponent.args[0]
    if exponent.op == "number":
        return bool(exponent.data.value <= DEGREE)
    return base.op == "constant" or all(n.op != "pow" for n in postorder(exponent))


def _order(node: Term) -> int:
    """How many derivatives a node takes."""
    if node.op == "derivative":
        return len(node.args) - 1
    return int(node.data.primes) if node.op == "call" else 0
