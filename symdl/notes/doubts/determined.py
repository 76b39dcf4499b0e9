"""Which equations are claims whatever their form, and never conditions to be satisfied.

An equation restricts names that are free to vary. One whose names are all defined where it stands
restricts nothing: after `M = ...`, `M^{-1} = ...` holds or fails. Nor is a law a condition that
says how an operation goes through another: `\\det(A + B) = \\det(A) + \\det(B)`; nor what writes
the same names otherwise: `(A + B)^2 = A^2 + B^2`, `\\det(2A) = 2\\det(A)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symdl.evidence.claim import Claim
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, free_symbols, postorder
from symdl.expression.vocabulary import NAMES
from symdl.notes.scope.known import Known, is_literal, reach

_SLOPES = frozenset({"derivative", "gradient"})
_MAPS = frozenset({"trace", "det", "inverse", "transpose"})
_JOINS = frozenset({"add", "mul", "matmul", "hadamard"})
_OF_PRODUCTS = frozenset({"trace", "det"})
_PRODUCTS = frozenset({"mul", "matmul", "hadamard", "dot", "div"})


def is_determined(claim: Claim, known: Known) -> bool:
    """Whether a claim speaks only of names that open sections define. A name alone set to a number
    is given it, and a slope set to 0 says where a function is flat, unless all names have numbers.
    """
    if claim.right is None:
        return False
    names = _names(*claim.sides)
    if not speaks_of_defined(claim.sides, known):
        return False
    if all(_is_number(name, known) for name in names):
        return True
    if not any(is_literal(side) for side in claim.sides):
        return True
    slopes = any(n.op in _SLOPES for side in claim.sides for n in postorder(side))
    return not slopes and claim.left.op not in NAMES and not _varies(claim, known)


def _varies(claim: Claim, known: Known) -> bool:
    """Whether what its names are depends on numbers that nothing gives: an equation for it may say
    what they are at one point, as `\\det J = 8` behind a J with x and y in it."""
    reached = (s for s in reach(claim.sides, known.scope) if s.op == "symbol")
    free = (s for s in reached if s.data.role == "scalar" and s not in known.scope.values)
    return any(str(s.data.name) not in known.scope.entries for s in free)


def speaks_of_defined(terms: Sequence[Term], known: Known) -> bool:
    """Whether terms have names, all of which open sections define."""
    names = _names(*terms)
    return bool(names) and all(_is_defined(name, known) for name in names)


def has_numbers(term: Term, known: Known) -> bool:
    """Whether every name of a term has a number."""
    names = _names(term)
    return bool(names) and all(_is_number(name, known) for name in names)


def _names(*terms: Term) -> set[Term]:
    return {s for term in terms for s in free_symbols(term) if s.data.role != "index"}


def _is_number(name: Term, known: Known) -> bool:
    value = known.scope.values.get(name)
    return value is not None and is_literal(value)


def _is_defined(name: Term, known: Known) -> bool:
    """Whether an open section says what a name is. What it says of the steps of a sequence says
    nothing of a number of its letter."""
    written = str(name.data.name)
    found = name in known.scope.values, name.shape != () and written in known.scope.entries
    keys = (("value", name), ("entries", written))
    origins = (known.origins.get(key) for key, there in zip(keys, found, strict=True) if there)
    return any(origin is not None and known.is_here(origin) for origin in origins)


def is_law(claim: Claim) -> bool:
    """Whether a claim says how an operation on matrices goes through a sum or a product."""
    left, right = claim.left, claim.right
    if right is None or left.op not in _MAPS or left.args[0].op not in _JOINS:
        return False
    inside = {n.args[0] for n in postorder(right) if n.op == left.op}
    whole = left.args[0]
    parts = inside - {whole}
    return len(parts) > 1 and parts <= set(postorder(whole)) and whole not in inside


def is_rewriting(claim: Claim) -> bool:
    """Whether one side is the other with its brackets opened or its factors rearranged, right or
    wrong. No equation to be solved or of a curve is: its sides differ in names or in degree."""
    if claim.right is None or claim.relation not in ("=", "equiv"):
        return False
    pairs = (claim.sides, claim.sides[::-1])
    return any(
        _rearranges(whole, parts)
        or _opens(whole, parts)
        or _passes_on(whole, parts)
        or _cancels(whole, parts)
        for whole, parts in pairs
    )


def _rearranges(whole: Term, parts: Term) -> bool:
    """Whether the trace or determinant of a product is said by others: `\\det(2A) = 2\\det(A)`."""
    if whole.op not in _OF_PRODUCTS or whole.args[0].op in NAMES:
        return False
    said = [n for n in postorder(parts) if n.op == whole.op]
    names = _names(whole)
    of_them = bool(said) and _names(parts) <= names and bool(_names(parts))
    return of_them and not any(n.op == "identity" for n in postorder(whole))


def _passes_on(whole: Term, parts: Term) -> bool:
    """Whether a transpose or an inverse of a product or of a matrix by its entries is said by its
    parts: `(QK^T)^T = Q^T K`."""
    if len(_names(whole)) < 2 or _names(whole) != _names(parts):
        return False
    for node in postorder(whole):
        if node.op not in _MAPS:
            continue
        if node.args[0].op == "matrix" and any(n.op == "matrix" for n in postorder(parts)):
            return node is whole
        inside = {n.args[0] for n in postorder(parts) if n.op == node.op}
        joined = node.args[0].op in _JOINS and node.args[0] not in inside
        if joined and inside & set(postorder(node.args[0])):
            return True
    return False


def _opens(whole: Term, parts: Term) -> bool:
    """Whether a power, product or quotient of a sum is said to be a sum of the same names."""
    if parts.op != "add" or not _is_of_sum(whole) or _names(whole) != _names(parts):
        return False
    degrees = (_degree(whole), _degree(parts))
    several = len(_names(whole)) > 1 or whole.op == "pow"
    return several and degrees[0] is not None and degrees[0] == degrees[1]


def _cancels(whole: Term, parts: Term) -> bool:
    r"""Whether a product has a letter that cancels, and the other side is one of its other letters:
    `n \cdot \frac{1}{2} r \frac{2 \pi r}{n} = \pi r^2` works an area out."""
    of, others = _powers(whole), _powers(parts)
    if of is None or others is None:
        return False
    left, right = {s for s, n in of.items() if n}, {s for s, n in others.items() if n}
    return bool(left) and left == right and left != of.keys()


def _powers(root: Term) -> dict[Term, Fraction] | None:
    """How often each name is a factor of a product; None for other terms."""
    found: dict[Term, dict[Term, Fraction]] = {}
    for node in postorder(root):
        of = [found.get(a, {}) for a in node.args]
        if node.op in NAMES:
            found[node] = {node: Fraction(1)}
        elif node.op in ("number", "constant"):
            found[node] = {}
        elif node.op == "neg":
            found[node] = of[0]
        elif node.op in ("mul", "div"):
            sign = -1 if node.op == "div" else 1
            signs = [1, *(sign for _ in of[1:])]
            names = dict.fromkeys(s for each in of for s in each)
            found[node] = {
                s: sum(
                    (k * p.get(s, Fraction(0)) for k, p in zip(signs, of, strict=True)), Fraction(0)
                )
                for s in names
            }
        elif node.op == "pow" and (exponent := value_of(node.args[1])) is not None:
            found[node] = {s: n * exponent for s, n in of[0].items()}
        else:
            return None
    return found[root]


def _is_of_sum(whole: Term) -> bool:
    """Whether a side is a power, a product or a quotient with a sum in it."""
    if whole.op == "pow":
        return whole.args[0].op == "add" and whole.args[1].op == "number"
    return whole.op in _PRODUCTS and any(
        part.op == "add" or (part.op == "pow" and _is_of_sum(part)) for part in whole.args
    )


def _degree(root: Term) -> int | None:
    """The highest degree in all names together of sums of products, powers and quotients; None
    for other terms."""
    found: dict[Term, int] = {}
    for node in postorder(root):
        of = [found.get(a, 0) for a in node.args]
        if node.op in NAMES or node.op in ("number", "constant", "identity"):
            found[node] = int(bool(_names(node)) and node.op in NAMES)
        elif node.op in ("neg", "transpose"):
            found[node] = of[0]
        elif node.op == "add":
            found[node] = max(of)
        elif node.op in _PRODUCTS:
            found[node] = of[0] - of[1] if node.op == "div" else sum(of)
        elif node.op == "pow" and (exponent := value_of(node.args[1])) is not None:
            if exponent.denominator != 1:
                return None
            found[node] = of[0] * int(exponent)
        else:
            return None
    return found[root]
