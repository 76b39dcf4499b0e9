r"""Products with diagonals and with u v^T as scaled rows and columns: nothing of size n by n.

`\operatorname{diag}(v) W` scales the rows of W, `V \operatorname{diag}(v)` the columns of V, and
`(\operatorname{diag}(p) - p p^T) W` is the first less `p (W^T p)^T`: products of matrices made for
their zeros cost n times as much. Jacobians are full of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from symdl.document.errors import ShapeError
from symdl.expression.term import Term, every_part, make, rebuild

_SIGNED = frozenset({"add", "neg"})


def without_diagonals(roots: Iterable[Term]) -> tuple[Term, ...]:
    """The same Terms with products of matrices through diagonals spelled as scalings; what they
    share is gone through once."""
    roots = tuple(roots)
    parts = every_part(roots)
    if not any(n.op == "matmul" for n in parts):
        return roots
    done: dict[Term, Term] = {}
    for node in parts:
        again = rebuild(node, tuple(done[a] for a in node.args))
        done[node] = _product(again) if again.op == "matmul" else again
    return tuple(done[root] for root in roots)


def _product(node: Term) -> Term:
    """A product of matrices; as it stands where no factor is special."""
    try:
        return _scaled(list(node.args)) or node
    except ShapeError:
        return node


def _scaled(factors: list[Term]) -> Term | None:
    place = next((i for i, f in enumerate(factors) if _is_special(f)), None)
    if place is None or len(factors) < 2 or any(f.shape is None for f in factors):
        return None
    if not all(1 <= len(f.shape or ()) <= 2 for f in factors):
        return None
    left, special, right = factors[:place], factors[place], factors[place + 1 :]
    if special.op == "diag":
        if right and len(right[0].shape or ()) == 1:
            return _joined([*left, make("mul", special.args[0], right[0])])
        if right:
            turned = make("mul", make("transpose", right[0]), special.args[0])
            return _joined([*left, make("transpose", turned), *right[1:]])
        return _joined([*left[:-1], make("mul", left[-1], special.args[0])])
    if special.op == "identity":
        return _joined([*left, *right])
    if special.op in _SIGNED:
        parts = [_joined([*left, part, *right]) for part in special.args]
        return make(special.op, *parts)
    if special.op in ("mul", "div"):
        inner = [_joined([*left, a, *right]) if a.shape else a for a in special.args]
        return make(special.op, *inner)
    u, v = special.args
    if right and len(right[-1].shape or ()) == 1:
        return None
    above = _joined([*left, u]) if left else u
    if len(above.shape or ()) != 1:
        return None
    behind = _joined([*(make("transpose", r) for r in reversed(right)), v]) if right else v
    return make("outer", above, behind)


def _joined(factors: list[Term]) -> Term:
    if len(factors) == 1:
        return factors[0]
    return _scaled(factors) or make("matmul", *factors)


def _is_special(factor: Term) -> bool:
    """A diagonal of a vector, `u v^T`, the identity, or a sum of such that is not only `u v^T`;
    with a sign or a number in front."""
    if factor.op == "neg":
        return _is_special(factor.args[0])
    if factor.op == "div" and factor.args[1].shape == ():
        return _is_special(factor.args[0])
    if factor.op == "mul":
        arrays = [a for a in factor.args if a.shape]
        return (
            len(arrays) == 1
            and all(a.shape == () or a.shape for a in factor.args)
            and (_is_special(arrays[0]))
        )
    if factor.op == "add":
        return all(map(_is_special, factor.args)) and any(_holds_diagonal(a) for a in factor.args)
    if factor.op == "outer":
        return all(len(a.shape or ()) == 1 for a in factor.args)
    return _holds_diagonal(factor)


def _holds_diagonal(factor: Term) -> bool:
    if factor.op == "neg":
        return _holds_diagonal(factor.args[0])
    diagonal = factor.op == "diag" and len(factor.args[0].shape or ()) == 1
    return diagonal or factor.op == "identity"
