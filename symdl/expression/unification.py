"""Which sizes an operation makes one: a product its inner ones, a sum and an equation all of them.

The rules that shapes are checked by (`shapes.py`) ask whether sizes are equal; these make them
equal where they are open, and tell a rank that was supposed wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from symdl.expression.fits import Fit, Joined, Sized, Unfit, is_bold
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, postorder

ROLES = ("scalar", "vector", "matrix")


def measure(term: Term, fit: Fit) -> Mapping[Term, Sized | None]:
    """Make the sizes in a term one that its operations need so; those of each of its nodes, None
    where they are not known. Raises Unfit."""
    found: dict[Term, Sized | None] = {}
    for node in postorder(term):
        rule = _RULES.get(node.op, _level if node.op in TABLE else None)
        parts = [found[a] for a in node.args]
        if node.op == "symbol":
            found[node] = fit.symbol(node)
        elif node.op in ("ones", "identity"):
            found[node] = fit.constant(node)
        elif rule is not None:
            found[node] = rule(fit, node, parts)
        else:
            found[node] = None if node.shape is None else Sized(tuple(node.shape))
    return found


Parts = Sequence[Sized | None]
Rule = Callable[[Fit, Term, Parts], Sized | None]
_SCALAR = Sized(())


def _level(fit: Fit, node: Term, parts: Parts) -> Sized | None:
    """Operands entry by entry: sizes of the same axis, counted from the right, are one."""
    _lower(fit, node, parts)
    known = [part for part in parts if part is not None]
    if node.op == "add" and any(part.axes for part in known):
        _refuse_mixture(node, parts)
    if not known or len(known) < len(parts):
        return None
    widest = max(known, key=lambda part: len(part.axes))
    for part in known:
        if part.axes and part.row != widest.row and len(part.axes) == len(widest.axes):
            return None  # a row beside a column
        for left, right in zip(reversed(part.axes), reversed(widest.axes), strict=False):
            if 1 not in (left, right):
                fit.equate(left, right)
    return widest


def _refuse_mixture(node: Term, parts: Parts) -> None:
    """In mathematics a number that is no written one, or a vector and a matrix, are not added:
    so the letters are other than supposed. Only a bias is added to a product of matrices."""
    plain = [a.args[0] if a.op == "neg" else a for a in node.args]
    ranks = [None if part is None else len(part.axes) for part in parts]
    for a, rank in zip(plain, ranks, strict=True):
        if rank == 0 and a.op not in ("number", "constant", "symbol"):
            raise Unfit
        if rank == 2 and 1 in ranks and a.op != "matmul":
            raise Unfit


def _lower(fit: Fit, node: Term, parts: Parts) -> None:
    """`w^T x + b`: beside what has turned out a number, a letter that was taken for a vector,
    as its neighbour was taken for one, is a number."""
    if node.op not in ("add", "relation"):
        return
    plain = [a.args[0] if a.op == "neg" else a for a in node.args]
    computed = [p for a, p in zip(plain, parts, strict=True) if a.op in _MEASURES]
    if computed and all(p is not None and not p.axes for p in computed):
        for a in plain:
            if fit.ranks.get(a) == 1 and not is_bold(a):
                fit.wanted[a] = 0


_MEASURES = frozenset({"matmul", "dot", "norm", "trace", "det"})


def _equal(fit: Fit, node: Term, parts: Parts) -> Sized | None:
    """Both sides of an equation have the same axes; a name alone takes those of the other."""
    for left, right in zip(range(len(parts)), range(1, len(parts)), strict=False):
        one, other = parts[left], parts[right]
        if one is None or other is None or node.data[left] not in ("=", ":=", "approx", "equiv"):
            continue
        _raise(fit, node.args[left], one, other)
        _raise(fit, node.args[right], other, one)
        pair = make("relation", node.args[left], node.args[right], data=("=",))
        _lower(fit, pair, (one, other))
        if len(one.axes) == len(other.axes) and one.row == other.row:
            for a, b in zip(one.axes, other.axes, strict=True):
                fit.equate(a, b)
    return _SCALAR


def _raise(fit: Fit, name: Term, its: Sized, other: Sized) -> None:
    if not 1 <= len(other.axes) <= 2 or other.row:
        return
    open_ = name in fit.ranks and not is_bold(name) and len(its.axes) != len(other.axes)
    if open_ or (name in fit.sides and not its.axes):
        fit.wanted[name] = len(other.axes)


def _product(fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    found = parts[0]
    for part in parts[1:]:
        if found is None or part is None:
            return None
        found = _multiplied(fit, found, part)
    return found


def _multiplied(fit: Fit, left: Sized, right: Sized) -> Sized | None:
    if not left.axes or not right.axes:
        return left if left.axes else right
    if len(left.axes) > 2 or len(right.axes) > 2:
        return None
    if right.row:
        return (
            Sized((left.axes[0], right.axes[0])) if len(left.axes) == 1 and not left.row else None
        )
    fit.equate(left.axes[-1], right.axes[0])
    if len(left.axes) == 1:
        if len(right.axes) == 1:
            return _SCALAR if left.row else None
        return Sized(right.axes[1:], left.row)
    return Sized(left.axes[:1] + right.axes[1:])


def _transposed(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    inner = parts[0]
    if inner is None or len(inner.axes) > 2:
        return None
    if len(inner.axes) == 1:
        return Sized(inner.axes, not inner.row)
    return Sized(inner.axes[::-1])


def _square(fit: Fit, node: Term, parts: Parts) -> Sized | None:
    inner = parts[0]
    if inner is not None and len(inner.axes) == 2:
        fit.equate(*inner.axes)
    return _SCALAR if node.op in ("trace", "det") else inner


def _dot(fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    left, right = parts
    if left is not None and right is not None and len(left.axes) == len(right.axes):
        for a, b in zip(left.axes, right.axes, strict=True):
            fit.equate(a, b)
    return _SCALAR


def _kron(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    left, right = parts
    if left is None or right is None or len(left.axes) != len(right.axes):
        return None
    return Sized(tuple(Joined((a, b), True) for a, b in zip(left.axes, right.axes, strict=True)))


def _vec(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    inner = parts[0]
    if inner is None or len(inner.axes) != 2:
        return inner
    return Sized((Joined(inner.axes[::-1], True),))


def _diagonal(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    inner = parts[0]
    if inner is None or len(inner.axes) not in (1, 2):
        return None
    return Sized(inner.axes * 2 if len(inner.axes) == 1 else inner.axes[:1])


def _gradient(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    return parts[1] if len(parts) == 2 and parts[0] == _SCALAR else None


def _derivative(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    """Of a number: as its variable; by a number: as what is derived; else the Jacobian."""
    found = parts[0]
    for variable in parts[1:]:
        if found is None or variable is None:
            return None
        if found.axes and variable.axes and (found is not parts[0] or len(found.axes) > 1):
            return None
        found = Sized(found.axes + variable.axes)
    return found


def _power(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    """A power of a matrix may be one of its entries or a product: its size stays open."""
    base = parts[0]
    return base if base is not None and len(base.axes) < 2 else None


def _scalar(_fit: Fit, _node: Term, _parts: Parts) -> Sized | None:
    return _SCALAR


def _same(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    return parts[0]


def _body(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    return parts[-1]


def _reduced(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    inner = parts[0]
    return None if inner is None else Sized(inner.axes[:-1])


def _outer(_fit: Fit, _node: Term, parts: Parts) -> Sized | None:
    left, right = parts
    return None if left is None or right is None else Sized(left.axes + right.axes)


def _labelled(fit: Fit, node: Term, parts: Parts) -> Sized | None:
    """A sample `x^{(i)}` is as large as every other."""
    if node.args[0] in fit.alike:
        return parts[0]
    return None if node.shape is None else Sized(tuple(node.shape))


def _entry(fit: Fit, node: Term, parts: Parts) -> Sized | None:
    base, indices = parts[0], len(parts) - 1
    name = node.args[0]
    timed = name.op == "symbol" and name.data.role == "sequence" and name not in fit.ranks
    if base is None or len(base.axes) < indices or timed:
        return None
    return Sized(base.axes[indices:])


_RULES: dict[str, Rule] = {
    **dict.fromkeys(("norm", "number", "constant"), _scalar),
    **dict.fromkeys(("add", "mul", "hadamard", "div", "neg"), _level),
    **dict.fromkeys(("softmax", "log_softmax", "tril", "triu"), _same),
    **dict.fromkeys(("trace", "det", "inverse"), _square),
    **dict.fromkeys(("logsumexp", "mean", "variance", "reduce_sum"), _reduced),
    **dict.fromkeys(("sum", "product", "max_over", "min_over"), _body),
    "pow": _power,
    "relation": _equal,
    "matmul": _product,
    "transpose": _transposed,
    "dot": _dot,
    "diag": _diagonal,
    "outer": _outer,
    "kron": _kron,
    "vec": _vec,
    "gradient": _gradient,
    "derivative": _derivative,
    "entry": _entry,
    "label": _labelled,
}  # fmt: skip
