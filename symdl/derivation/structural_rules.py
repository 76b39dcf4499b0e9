"""Rules for what is no function of numbers: sums over an index, integrals, entries, calls of
unknown functions, arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symdl.derivation.context import Context, Local, plus, times
from symdl.derivation.under_integral import obstacle
from symdl.document.errors import DeriveError
from symdl.expression.numerals import ONE
from symdl.expression.operators import TABLE
from symdl.expression.operators.build import relation
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import (
    Call,
    Term,
    combined,
    free_symbols,
    make,
    postorder,
    rebuild,
    replace,
    symbol,
)


def _entry_rule(node: Term, c: Context) -> Local:
    base, *indices = node.args
    if base is c.base and c.variable.op == "entry":
        equal = [
            relation(a, "=", b)
            for a, b in zip(indices, c.variable.args[1:], strict=True)
            if a is not b
        ]
        condition = combined("and", equal)
        return "Kronecker delta", make("indicator", condition), "1 for the same entry, else 0"
    if any(c.depends(i) for i in indices):
        raise DeriveError("an index depends on the variable")
    if base.op in ("symbol", "label"):
        raise DeriveError(
            f"the derivative of {plain(node)} with respect to the whole of {plain(c.variable)}: "
            "give sizes, or use an entry such as x_j"
        )
    return "entry by entry", make("entry", c.d(base), *indices), ""


def _bound_sum_rule(node: Term, c: Context) -> Local:
    node = renamed(node, c)
    index, body = node.args[0], node.args[-1]
    if any(c.depends(a) for a in node.args[1:-1]):
        raise DeriveError("the limits of a sum depend on the variable")
    inner = make("sum", index, *node.args[1:-1], c.d(body), data=node.data)
    return "sum rule", inner, "each summand by itself"


def _bound_product_rule(node: Term, c: Context) -> Local:
    node = renamed(node, c)
    index, body = node.args[0], node.args[-1]
    if any(c.depends(a) for a in node.args[1:-1]):
        raise DeriveError("the limits of a product depend on the variable")
    other = fresh(index, free_symbols(node) | {index})
    rest = indicator_product(node, index, other)
    inner = make("sum", index, *node.args[1:-1], c.d(body) * rest, data=node.data)
    return "product rule", inner, "one factor after the other"


def indicator_product(node: Term, index: Term, other: Term) -> Term:
    """The product over all indices but `index`: the factors with `other` = `index` count 1."""
    factor = substitute(node.args[-1], {index: other})
    skipped = make("piecewise", factor, relation(other, "!=", index), ONE)
    return make("product", other, *node.args[1:-1], skipped, data=node.data)


def renamed(node: Term, c: Context) -> Term:
    """A binder whose index is no symbol of the variable (`x_i` while summing over i)."""
    taken = free_symbols(c.variable)
    index = node.args[0]
    if index.data.name not in {t.data.name for t in taken}:
        return node
    other = fresh(index, taken | free_symbols(node.args[-1]))
    return make(
        node.op, other, *node.args[1:-1], substitute(node.args[-1], {index: other}), data=node.data
    )


def apart(term: Term, variable: Term) -> Term:
    """The term with the indices of its sums and products spelled unlike those of the variable:
    `\\sum_k w_k x_k` by `w_k` is read as a sum over j."""
    indices = free_symbols(variable) if variable.op == "entry" else frozenset()
    names = {i.data.name for i in indices}
    taken = indices | {n for n in postorder(term) if n.op == "symbol"}
    done: dict[Term, Term] = {}
    for node in postorder(term):
        made = rebuild(node, tuple(done[a] for a in node.args))
        if made.op in ("sum", "product") and made.args[0].data.name in names:
            other = fresh(made.args[0], taken | set(postorder(made.args[-1])))
            body = replace(made.args[-1], {made.args[0]: other})
            made = make(made.op, other, *made.args[1:-1], body, data=made.data)
        done[node] = made
    return done[term]


def fresh(index: Term, taken: frozenset[Term]) -> Term:
    """An index like `index` with a name that nothing in `taken` has."""
    names = {t.data.name for t in taken if t.op == "symbol"}
    data = index.data
    for name in (*"kjilmnpq", *(f"k_{{{i}}}" for i in range(1, len(names) + 2))):
        if name not in names and name != data.name:
            return symbol(name, data.role, data.shape, data.domain)
    raise AssertionError("one of so many names is free")


def _integral_rule(node: Term, c: Context) -> Local:
    if len(node.args) == 2:
        return _indefinite(node, c)
    node = renamed(node, c)
    x, lower, upper, body = node.args
    reason = obstacle(node, c)
    if reason:
        raise DeriveError(f"the derivative may not be taken inside the integral: {reason}")
    parts = []
    if (c.depends(upper) or c.depends(lower)) and any(_jumps(body, x)):
        raise DeriveError("the integrand may jump at an end that moves")
    if c.depends(upper):
        parts.append(times(substitute(body, {x: upper}), c.d(upper)))
    if c.depends(lower):
        parts.append(-times(substitute(body, {x: lower}), c.d(lower)))
    if c.depends(body):
        parts.append(make("integral", x, lower, upper, c.d(body), data=node.data))
    return "Leibniz rule", plus(parts), ""


def _indefinite(node: Term, c: Context) -> Local:
    """An integral without limits is known up to a constant in its own variable."""
    x, body = node.args
    if x is c.variable:
        return "fundamental theorem", body, "the integrand, whatever the constant"
    raise DeriveError(f"an integral without limits may hold any function of {plain(c.variable)}")


def _jumps(body: Term, x: Term) -> Iterator[Term]:
    """What an integrand switches or steps by, where that changes with x."""
    for node in postorder(body):
        row = TABLE.get(node.op)
        if node.op == "piecewise":
            parts = node.args[1::2]
        else:
            parts = (node,) if node.op == "indicator" or (row and row.jumps) else ()
        yield from (part for part in parts if x in free_symbols(part))


def _call_rule(node: Term, c: Context) -> Local:
    call: Call = node.data
    if len(node.args) == 1:
        primed = make("call", *node.args, data=Call(call.function, call.primes + 1, call.bars))
        return (
            "chain rule",
            times(primed, c.d(node.args[0])),
            f"{call.function.name} is any function",
        )
    if call.primes:
        raise DeriveError(f"primes on {call.function.name} of several arguments say nothing")
    parts = []
    for i, u in enumerate(node.args):
        if u is c.variable and node.args.count(u) == 1:
            parts.append(make("derivative", node, u, data="partial"))
        elif c.depends(u):
            place = fresh(symbol(f"u_{i + 1}"), free_symbols(node) | {c.variable})
            args = [*node.args[:i], place, *node.args[i + 1 :]]
            inside = make("derivative", make("call", *args, data=call), place, data="partial")
            parts.append(times(make("at", inside, place, u), c.d(u)))
    return "chain rule", plus(parts), f"{call.function.name} is any function"


def _cases_rule(node: Term, c: Context) -> Local:
    """Case by case; the conditions are settled when the cases' derivatives are known."""
    args = list(node.args)
    for i in [*range(0, len(args) - 1, 2), *([len(args) - 1] if len(args) % 2 else [])]:
        args[i] = c.d(args[i])
    return "case by case", make("piecewise", *args), ""


def _linear_rule(node: Term, c: Context) -> Local:
    _refuse_unmeasured(node, c)
    return "entry by entry", make(node.op, *(c.d(a) for a in node.args), data=node.data), ""


def _refuse_unmeasured(node: Term, c: Context) -> None:
    """The derivative of `w^T x` by an array w is no `1^T x`: it takes sizes."""
    variable = c.base
    if variable.op == "symbol" and variable.shape is None and variable.data.role in _ARRAYS:
        raise DeriveError(
            f"the derivative of {plain(node)} by {plain(variable)}, an array of unknown size",
            hint=f"declare the sizes, as {plain(variable)}: vector(n), or take it by an entry",
        )


_ARRAYS = frozenset({"vector", "matrix", "tensor"})


def _bilinear_rule(node: Term, c: Context) -> Local:
    _refuse_unmeasured(node, c)
    parts = []
    for i, u in enumerate(node.args):
        if c.depends(u):
            parts.append(make(node.op, *node.args[:i], c.d(u), *node.args[i + 1 :], data=node.data))
    return "product rule", plus(parts), ""


def _inverse_rule(node: Term, c: Context) -> Local:
    return "derivative of an inverse", -make("matmul", node, c.d(node.args[0]), node), ""


def _indicator_rule(_node: Term, _c: Context) -> Local:
    raise DeriveError("an indicator whose condition depends on the variable has jumps")


STRUCTURAL: dict[str, Callable[[Term, Context], Local]] = {
    "entry": _entry_rule,
    "sum": _bound_sum_rule,
    "product": _bound_product_rule,
    "integral": _integral_rule,
    "call": _call_rule,
    "indicator": _indicator_rule,
    "piecewise": _cases_rule,
    "vector": _linear_rule,
    "matrix": _linear_rule,
    "transpose": _linear_rule,
    "trace": _linear_rule,
    "diag": _linear_rule,
    "reduce_sum": _linear_rule,
    "mean": _linear_rule,
    "matmul": _bilinear_rule,
    "hadamard": _bilinear_rule,
    "dot": _bilinear_rule,
    "outer": _bilinear_rule,
    "kron": _bilinear_rule,
    "inverse": _inverse_rule,
}
