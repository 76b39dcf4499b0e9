"""Scalar, vector, row or matrix: what a Term is as far as shapes, roles and rules tell."""

from __future__ import annotations

from symdl.expression.relations import COMPARING
from symdl.expression.shapes import is_row
from symdl.expression.term import Term, postorder

RESTRICTING = COMPARING | {"in", "notin"}
"""Relations that restrict a value."""
STATEMENTS = frozenset({"relation", "when", "statements", "forall", "and", "or", "not"})
"""Operations of what is true or false."""

PRODUCT = {
    "mm": "m", "mv": "v", "rm": "r", "rv": "", "vr": "m", "vm": "v", "rr": "", "mr": "m", "vv": "",
}  # fmt: skip
"""m matrix, v vector, r row (a transposed vector), nothing a scalar: of a product of two."""

_SCALAR = frozenset(
    {"call", "opaque", "dots", "text", "at", "norm", "dot", "trace", "det", "prime"}
)
_ROLES = {"vector": "v", "matrix": "m", "tensor": "m"}


def kind_of(term: Term) -> str:
    """m, v, r or an empty string for a scalar (or what is not known to have axes)."""
    if term.shape is not None:
        return _of_shape(term)
    known: dict[Term, str] = {}
    for node in postorder(term):
        known[node] = _of_shape(node) if node.shape is not None else _unknown(node, known)
    return known[term]


def _of_shape(term: Term) -> str:
    if not term.shape:
        return ""
    if len(term.shape) == 1:
        return "v"
    return "r" if is_row(term) else "m"


def _unknown(node: Term, known: dict[Term, str]) -> str:
    op = node.op
    if op == "symbol":
        return _of_symbol(node)
    if op == "entry":
        base = node.args[0]
        if base.op == "symbol" and base.data.role == "matrix":
            return "v" if len(node.args) == 2 else ""
        whole = base.op == "symbol" and base.data.role == "sequence" and len(node.args) == 2
        return known[base] if whole else ""
    if op in _SCALAR:
        return ""
    parts = [known[a] for a in node.args]
    if op == "matmul":
        result = parts[0]
        for part in parts[1:]:
            result = PRODUCT.get(result + part, "") if result and part else result or part
        return result
    if op == "transpose":
        return {"v": "r", "r": "v"}.get(parts[0], "m")
    if op == "gradient":
        return parts[-1] or "v"
    if op == "derivative":
        return parts[0] or parts[-1]
    if op in ("inverse", "matrix"):
        return "m"
    if op == "diag":
        return {"v": "m", "m": "v"}.get(parts[0], "")
    if op == "vector":
        return "v"
    if op == "pow":
        return parts[0]
    if op in ("sum", "product"):
        return parts[-1]
    return max(parts, key=" rvm".find, default="")


def _of_symbol(node: Term) -> str:
    name, role = node.data.name, node.data.role
    if role == "sequence":
        inner = name[name.find("{") + 1 :].lstrip("\\")
        return "m" if inner[:1].isupper() else "v"
    return _ROLES.get(role, "")


def is_array(term: Term) -> bool:
    """Whether a factor has axes."""
    return kind_of(term) != ""


def is_matrix(term: Term) -> bool:
    """Whether a Term is a matrix (not a row)."""
    return kind_of(term) == "m"


def is_vector(term: Term) -> bool:
    """Whether a Term is a column vector."""
    return kind_of(term) == "v"
