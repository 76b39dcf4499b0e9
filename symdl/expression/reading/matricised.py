"""`\\operatorname{mat}_{m \\times n}(v)`: the matrix of m rows and n columns whose vec is v."""

from __future__ import annotations

from symdl.expression.reading.context import Context
from symdl.expression.reading.heads import Head, arguments
from symdl.expression.term import Term, make
from symdl.latex import syntax as s


def as_matrix(ctx: Context, head: Head, group: s.Group) -> Term | None:
    """The matrix of a vector, where a word `mat` with its size stands in front of one."""
    node = head.node
    if not isinstance(node, s.Scripts) or not isinstance(node.base, s.Word):
        return None
    if node.sub is None or node.sup is not None:
        return None
    size = ctx.read(node.sub)
    if size.op != "times" or len(size.args) != 2:
        return None
    args, _ = arguments(ctx, group)
    if len(args) != 1 or args[0].shape is None or len(args[0].shape) != 1:
        return ctx.fail("a matrix is made of one vector", node, "declare the vector")
    return make("unvec", args[0], *size.args)
