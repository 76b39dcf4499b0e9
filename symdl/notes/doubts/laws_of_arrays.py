"""Which equations of arrays are laws for all arrays, and no conditions on those they speak of.

Where every letter of an equation was introduced as any array of its size, the equation restricts
them or holds for all of them. What restricts has few forms: it gives one side a name or a number
(`Q^T Q = I`, `\\det(Q) = 1`), compares a thing with itself (`(AB)^T = AB`, `P^2 = P`), says what
commutes (`AB = BA`, `AB + BA = 2AB`), or is to be solved for a letter that one side has alone
(`Ax = b`). What writes the letters of one side otherwise is a law, right or wrong:
`(A + B)^{-1} = A^{-1} + B^{-1}`.
"""

from __future__ import annotations

import re
from collections import Counter

from symdl.evidence.claim import Claim
from symdl.evidence.kinds import is_declared
from symdl.expression.term import Term, postorder
from symdl.notes.claim_parts import bare, is_simple, variables_in
from symdl.notes.scope.known import Known

_ATOMS = frozenset({"symbol", "entry", "label", "prime", "number", "identity", "ones"})
_PRODUCTS = frozenset({"matmul", "mul", "dot", "hadamard", "kron"})
_RESTRICTS = re.compile(
    r"\b(?:equations?|conditions?|constraints?|solve[sd]?|solving|solutions?|systems?|require[sd]?"
    r"|want|need|assum\w+|suppos\w+|if|when|whenever|where|such that|with|satisf\w+|called|defin\w+"
    r"|let|set|given|unless|until|only|optim\w+|minimi\w+|stationar\w+|fixed|invarian\w+|commut\w+"
    r"|propert\w+|special|case|impos\w+|restrict\w+|ensur\w+|enforc\w+|choos\w+|criteri\w+)\b",
    re.IGNORECASE,
)
_EXISTS = re.compile(
    r"\b(?:if|when|whenever|where|wherever|provided|assuming)\b[^,;]*\b(?:invertible|non-?singular"
    r"|inverses? exists?|exists?|defined|makes? sense)\b(?: too| also)?\s*,?",
    re.IGNORECASE,
)
"""`Whenever the inverses exist`: what both sides need in order to have values restricts nothing."""
_KIND = (
    r"(?:again |always |also |itself |themselves )?(?:symmetric|skew(?:-symmetric)?|antisymmetric"
    r"|orthogonal|idempotent|diagonal|a projection|an involution|projections|involutions)"
)
_SAID_OF_KIND = re.compile(
    r"(?:\b(?:products?|sums?|differences?|inverses?|transposes?|squares?|powers?|anti-?commutators?"
    r"|commutators?)\b[^.;:$]*(?:\$[^$]*\$[^.;:$]*)*\b|\$[^$]*[\^+ ][^$]*\$\s+)(?:is|are)\s+"
    rf"{_KIND}\s*(?:[,:]|, that is,?|, i\.e\.,?)\s*$"
    r"|(?:^|[.;:]\s*)\W*(?:[A-Za-z-]+\s+){0,2}matrices\s+(?:always\s+)?commute\s*[,:]\s*$",
    re.IGNORECASE,
)
"""`The product of symmetric matrices is symmetric:`, `Symmetric matrices commute,`: of what is made
of arrays, or of all arrays of a kind, it is a claim; of a letter alone it is what the letter is."""
_SUPPOSED = re.compile(
    r"\b(?:if|when|whenever|unless|suppose|assum\w+|let|such that|that|which|where|with|given"
    r"|whether|only|called|want|require\w*|not|iff)\b",
    re.IGNORECASE,
)


def is_law_of_arrays(claim: Claim, known: Known, before: str) -> bool:
    """Whether an equation of declared arrays can only claim something of all of them. before: the
    words of its sentence that lead to it."""
    if claim.right is None or claim.relation not in ("=", "equiv"):
        return False
    if _SAID_OF_KIND.search(before) and not _SUPPOSED.search(before):
        return all(is_any(s, known) for side in claim.sides for s in variables_in(side))
    if _RESTRICTS.search(_EXISTS.sub("", before)):
        return False
    left, right = (variables_in(side) for side in claim.sides)
    if not left or not right or not (left <= right or right <= left):
        return False
    names = left | right
    if any(n.op == "entry" for side in claim.sides for n in postorder(side)):
        return False  # `x_i A_{ij} = x_j A_{ji}`
    if not any(name.shape for name in names) or not all(is_any(name, known) for name in names):
        return False
    return not _gives_a_name(claim.left, claim.right)


def is_any(name: Term, known: Known) -> bool:
    """Whether a name is introduced, and nothing says what it is."""
    written = str(name.data.name)
    free = name not in known.scope.values and written not in known.scope.entries
    return free and is_declared(name, known.scope) and written not in known.soft


def _gives_a_name(left: Term, right: Term) -> bool:
    """Whether an equation has a form of what restricts."""
    if any(is_simple(side) for side in (left, right)) or (_is_plain(left) and _is_plain(right)):
        return True
    for one, other in ((left, right), (right, left)):
        if bare(one) in {bare(node) for node in postorder(other)}:
            return True
    return _factors(left) is not None and _factors(left) == _factors(right)


def _is_plain(side: Term) -> bool:
    """Whether a side is a sum of products of names, with nothing to write otherwise."""
    stack = list(side.args if side.op == "add" else (side,))
    while stack:
        node = bare(stack.pop())
        if node.op in _PRODUCTS:
            stack.extend(node.args)
        elif node.op not in _ATOMS:
            return False
    return True


def _factors(side: Term) -> Counter[Term] | None:
    """The factors of a product, in any order; None for what is none."""
    side = bare(side)
    if side.op not in _PRODUCTS:
        return None
    found: Counter[Term] = Counter()
    for factor in side.args:
        inner = _factors(factor)
        found += inner if inner is not None else Counter({bare(factor): 1})
    return found
