"""Operators of the table applied to arguments: powers, inverses, extreme values of sets."""

from __future__ import annotations

from collections.abc import Callable

from symdl.expression.operators import TABLE, Operator
from symdl.expression.reading.context import Context
from symdl.expression.reading.groups import as_vector
from symdl.expression.reading.heads import Head, arguments, is_minus_one
from symdl.expression.reading.softmax_entries import entry_of_softmax
from symdl.expression.scope import INVERSE
from symdl.expression.term import Call, Symbol, Term, make, symbol
from symdl.latex import syntax as s


def over_sets(args: tuple[Term, ...], build: Callable[[tuple[Term, ...]], Term]) -> Term:
    """A function of its arguments; of a set of numbers it is the image of the set."""
    if len(args) == 1 and args[0].op in ("number_set", "interval"):
        x = symbol("x")
        return make("image", x, args[0], build((x,)))
    return build(args)


def with_power(ctx: Context, row: Operator, args: tuple[Term, ...], head: Head) -> Term:
    """`\\sin^2 x` is a power of the value, `\\sin^{-1} x` the inverse function."""
    sup = head.sup
    if sup is None:
        return apply_row(ctx, row, args, head.node)
    if is_minus_one(sup):
        ctx.note("inverse-function", head.node)
        if row.inverse:
            return apply_row(ctx, TABLE[row.inverse], args, head.node)
        name = (row.words[0] if row.words else row.name) + INVERSE
        return make("call", *args, data=Call(Symbol(name, "function")))
    if head.name == "\\sigma":
        hint = "write (\\sigma(x))^2 for the power, or declare \\sigma as a function"
        ctx.fail("a power of the sigmoid, or a variance", head.node, hint, "ambiguous")
    ctx.note("power-of-value", head.node)
    return make("pow", apply_row(ctx, row, args, head.node), ctx.read(sup))


def apply_row(ctx: Context, row: Operator, args: tuple[Term, ...], node: s.Node) -> Term:
    """The operator on its arguments; a wrong number of them is refused."""
    if row.arity is not None and len(args) != row.arity:
        ctx.fail(f"{row.name} takes {row.arity} argument(s), not {len(args)}", node)
    if not args:
        ctx.fail(f"{row.name} needs an argument", node)
    if row.arity is None and len(args) == 1:
        return _largest_of(ctx, row, args[0], node)
    return make(row.name, *args)


def _largest_of(ctx: Context, row: Operator, argument: Term, node: s.Node) -> Term:
    if argument.shape == ():
        return make(row.name, argument)
    if row.name in ("max", "min"):
        hint = f"write \\{row.name}_i x_i for the entries of a vector"
        ctx.fail(f"the {row.name} of one array", node, hint, "ambiguous")
    return make(row.name, argument)


def array_call(ctx: Context, op: str, node: s.Node, group: s.Group) -> Term:
    """`\\text{softmax}(x)`, `\\operatorname{tr}(A)`, ..."""
    with ctx.expecting("vector"):
        args = tuple(map(as_vector, arguments(ctx, group)[0]))
    if op != "concat" and len(args) != 1:
        ctx.fail(f"{op} takes 1 argument, not {len(args)}", node)
    entry = entry_of_softmax(ctx, op, args[0], node)
    return make(op, *args) if entry is None else entry
