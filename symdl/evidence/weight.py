"""How heavy a claim may be to judge: a quick look that decides where it is judged.

Nothing rests on it but where the work is done. A claim that looks light is judged in the process
that asks; any other goes to a child with hard limits, which costs some milliseconds more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from symdl.evidence.claim import Claim
from symdl.expression.term import BINDERS, Term, postorder

NODES = 120
"""The most distinct nodes of a light claim, definitions that it uses included."""
SYMBOLS, ARRAYS = 8, 24
"""The most letters for numbers, and for arrays: these are judged as they are, by index forms."""
DEPTH = 24
DEGREE = 12
DERIVATIVES = 4
TERMS = 100
"""The most terms of a sum in a light claim."""
STEPS = 30
"""The most steps of a recurrence: each may square the one before."""
ALL_TERMS = 1_000
"""The most terms of all sums together, one within another."""
LARGEST = 10**9
POWER_BITS = 20_000
"""The bits of the largest power of a number that is light."""
SMALL_MATRIX = 9
ENTRIES = 30
"""The largest number of entries of a written array."""
DETERMINANTS = 6
"""The most determinants and inverses: they are written out up to 4 x 4 only."""
_WRITTEN_OUT = frozenset({"det", "inverse"})
WEIGHED = BINDERS | {"det", "inverse", "kron", "pow", "entry", "derivative", "call"}
WEIGHED |= {"matrix", "vector"}
"""Operations that may weigh something themselves."""
INTEGRAND, INTEGRALS = 30, 2
"""The most nodes of an integrand, and the most integrals: their rungs count their own work."""


def is_light(claim: Claim) -> bool:
    """Whether a claim (`narrowed`) is surely cheap: small, shallow, of low degree and few terms."""
    scope = claim.scope
    spoken = _terms(claim) if scope.defines or scope.hypotheses else claim.terms
    nodes = dict.fromkeys(chain.from_iterable(map(postorder, spoken)))
    if len(nodes) > NODES or (len(nodes) > DEPTH and _depth(nodes) > DEPTH):
        return False
    symbols = arrays = derivatives = integrals = determinants = 0
    terms = 1
    for node in nodes:
        op = node.op
        if op == "symbol":
            arrays += bool(node.shape)
            symbols += not node.shape
        elif op == "number":
            above, below = node.data.value.as_integer_ratio()
            if above // below > LARGEST:
                return False
        elif op in WEIGHED:
            derivatives += _order(node)
            integrals += op == "integral"
            determinants += op in _WRITTEN_OUT
            reach = _reach(node)
            if op == "entry" and claim.scope.recurrences and reach > STEPS:
                return False
            terms *= max(1, reach) if op in BINDERS else 1
            if reach > TERMS or terms > ALL_TERMS or _is_heavy(node):
                return False
    few = symbols <= SYMBOLS and arrays <= ARRAYS and determinants <= DETERMINANTS
    return few and derivatives <= DERIVATIVES and integrals <= INTEGRALS


def _depth(nodes: Iterable[Term]) -> int:
    """How deep the deepest of some nodes is; its parts stand before it."""
    depth: dict[Term, int] = {}
    for node in nodes:
        depth[node] = 1 + max([depth[a] for a in node.args]) if node.args else 1
    return max(depth.values())


def _terms(claim: Claim) -> Iterator[Term]:
    yield from claim.terms
    scope = claim.scope
    yield from scope.values.values()
    yield from scope.hypotheses
    for table in (scope.functions, scope.entries, scope.recurrences):
        yield from (definition.body for definition in table.values())


def _largest(node: Term) -> int:
    return abs(int(node.data.value)) if node.op == "number" else 0


def _reach(node: Term) -> int:
    """The largest number among the ends of a sum or the indices of an entry."""
    ends = node.args[1:3] if node.op in BINDERS else node.args[1:] if node.op == "entry" else ()
    return max([_largest(n) for end in ends for n in postorder(end)], default=0)


def _is_heavy(node: Term) -> bool:
    if node.op in _WRITTEN_OUT:
        return node.args[0].op == "matrix" and len(node.args[0].args) > SMALL_MATRIX
    if node.op == "integral":
        inner = list(postorder(node.args[-1]))
        return len(inner) > INTEGRAND or any(n.op in BINDERS for n in inner)
    if node.op == "kron" or (node.op in ("matrix", "vector") and len(node.args) > ENTRIES):
        return True
    return node.op == "pow" and not _is_small(*node.args)


def _is_small(base: Term, exponent: Term) -> bool:
    """A power of low degree, of a symbol, or an exponential; no tower of powers."""
    if exponent.op == "neg":
        exponent = exponent.args[0]
    if exponent.op == "number" and base.op == "number":
        value = base.data.value
        bits = value.numerator.bit_length() + value.denominator.bit_length()
        return bool(bits * exponent.data.value <= POWER_BITS)
    if exponent.op == "number":
        return bool(exponent.data.value <= DEGREE)
    return base.op == "constant" or all(n.op != "pow" for n in postorder(exponent))


def _order(node: Term) -> int:
    """How many derivatives a node takes."""
    if node.op == "derivative":
        return len(node.args) - 1
    return int(node.data.primes) if node.op == "call" else 0
