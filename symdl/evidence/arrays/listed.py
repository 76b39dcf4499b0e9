r"""Lists in brackets that are no shapes but numbers: `x = (x_1, x_2)`, `(x, y) \in \mathbb{R}^2`.

A list is read as a shape where one is claimed. It is one of numbers where it must be: beside a
vector, of what is no size, in a space of one axis, and where only the sum of vectors is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symdl.evidence.arrays.shape_claims import WRITTEN_SHAPES, of_tuples, value_shape
from symdl.evidence.arrays.sizes import WRITTEN_SIZES, Sizes
from symdl.evidence.claim import Claim
from symdl.evidence.equality import judge_equality
from symdl.expression.scope import Scope
from symdl.expression.term import Term, make, postorder, rebuild

EQUAL = frozenset({"=", "equiv", "approx", "!="})
SIZE_TERMS = WRITTEN_SIZES | {"entry", "label", "cardinality"}


def as_values(claim: Claim) -> Claim:
    """The claim with a list as the vector of its numbers, where it is no shape."""
    right = claim.right
    if claim.kind != "shape" or right is None:
        return claim
    if claim.relation in ("in", "notin"):
        point = claim.left.op == "tuple" and len(claim.left.args) > 1
        line = right.op == "space" and len(right.args) == 1
        return replace(claim, left=_vector(claim.left)) if point and line else claim
    sides = [claim.left, right]
    if claim.relation not in EQUAL or any(s.op == "shape_of" for s in sides):
        return claim
    found = _added(sides) or _beside_an_axis(claim, sides)
    if found is None:
        return claim
    kind = {"approx": "approximation", "!=": "bound"}.get(claim.relation, "matrix")
    return replace(claim, kind=kind, left=found[0], right=found[1])


def _vector(listed: Term) -> Term:
    """The list as a vector, unless there are arrays in it."""
    numbers = all(item.shape == () for item in listed.args)
    return make("vector", *listed.args) if numbers else listed


def _added(sides: Sequence[Term]) -> list[Term] | None:
    """Both sides of `(1, 2) + (3, 4) = (4, 6)` as vectors, where these are equal: (3, 1) + (1, 4)
    = (3, 4) is said of shapes."""
    if all(of_tuples(side) is None for side in sides):
        return None
    left, right = map(_entries, sides)
    if not left or not right or len(left) != len(right):
        return None
    if any(judge_equality(a, b).kind != "proved" for a, b in zip(left, right, strict=True)):
        return None
    return [rebuild(s, tuple(map(_vector, s.args))) if s.op == "add" else _vector(s) for s in sides]


def _entries(side: Term) -> list[Term]:
    """The numbers of a list, or of a sum of lists as long as each other; empty for another term."""
    parts = of_tuples(side) if side.op == "add" else [side]
    if parts is None or any(p.op != "tuple" or len(p.args) < 2 for p in parts):
        return []
    if len({len(p.args) for p in parts}) > 1 or any(a.shape for p in parts for a in p.args):
        return []
    return [make("add", *items) if len(items) > 1 else items[0] for items in _columns(parts)]


def _columns(parts: Sequence[Term]) -> list[tuple[Term, ...]]:
    return list(zip(*(part.args for part in parts), strict=True))


def _beside_an_axis(claim: Claim, sides: Sequence[Term]) -> list[Term] | None:
    """`p + q = (3, 8, 4)` of vectors: a list of numbers beside one axis is no shape but the
    entries, unless it is one number; so is a list of what is no size, as `x = (x_1, x_2)`."""
    beside = any(side.op == "vector" for side in sides)
    listed = [side.op == "tuple" for side in sides]
    if sum(listed) != 1:
        return None
    other, shown = sides[listed.index(False)], sides[listed.index(True)]
    if of_tuples(other) is not None or other.op in WRITTEN_SHAPES:
        return None
    shape = value_shape(other, Sizes(claim.scope, claim.conditions)).shape
    if shape is None or (len(shape) != 1 and (len(shape) != 2 or shape[0] != 1)):
        return None
    as_long = shape[-1] == len(shown.args) > 1
    if not (beside or as_long or _is_list(shown, claim.scope)):
        return None
    whole = [_vector(s) if s.op == "tuple" else s for s in sides]
    if len(shape) == 2:  # a row
        place = listed.index(True)
        whole[place] = make("transpose", whole[place])
    return whole


def _is_list(listed: Term, scope: Scope) -> bool:
    """Whether a tuple of several is one of numbers, or has one in it that is certainly no size."""
    numbers = all(a.op == "number" for a in listed.args)
    return len(listed.args) > 1 and (numbers or any(_is_no_size(a, scope) for a in listed.args))


def _is_no_size(item: Term, scope: Scope) -> bool:
    """Whether there is an entry of an array in it, a number declared to be real, or an operation
    that no size is written with; names as what they are given as."""
    waiting, seen = [item], {item}
    while waiting:
        for node in postorder(waiting.pop()):
            if node.op == "entry" and node.args[0].shape:
                return True
            if node.op == "symbol" and node.shape == () and scope.declares(node.data.name):
                if not node.data.domain.integer:
                    return True
            elif node.op not in SIZE_TERMS:
                return True
            value = scope.values.get(node)
            if value is not None and value not in seen:
                seen.add(value)
                waiting.append(value)
    return False
