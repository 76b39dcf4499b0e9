"""The local rules of differentiation: what one operation contributes.

A rule turns `d/dx op(u, v)` into an expression in which `d/dx u` and `d/dx v` still stand;
`Context.d` writes these pending derivatives down (0 and 1 at once where they are obvious).
Functions of numbers take their rule from their operator row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from symdl.derivation.facts import Facts
from symdl.derivation.numbers import ONE, ZERO, integer, is_decimal, relation, spell, value_of
from symdl.derivation.products import factors_of
from symdl.document.errors import DeriveError
from symdl.expression.operators import TABLE
from symdl.expression.scope import substitute
from symdl.expression.term import BINDERS, Call, Term, free_symbols, make, number, replace, symbol

Local = tuple[str, Term, str]
"""Name of the rule, what the derivative becomes, a remark for the reader."""


@dataclass
class Context:
    """One differentiation: the variable, what depends on it, what the last rule asked for,
    and the boundaries u = v at which a piecewise has a kink."""

    variable: Term
    requested: list[Term] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    rough: dict[Term, list[tuple[Term, Term]]] = field(default_factory=dict)
    _depends: dict[Term, bool] = field(default_factory=dict)

    @property
    def base(self) -> Term:
        """The symbol behind the variable (`x` of `x_i`)."""
        return self.variable.args[0] if self.variable.op == "entry" else self.variable

    def depends(self, term: Term) -> bool:
        """Whether `term` may change with the variable."""
        known, stack = self._depends, [term]
        while stack:
            node = stack[-1]
            if node in known:
                stack.pop()
            elif missing := [a for a in node.args if a not in known]:
                stack.extend(missing)
            else:
                known[node] = self._local(node)
                stack.pop()
        return known[term]

    def _local(self, node: Term) -> bool:
        if node is self.base or node is self.variable:
            return True
        args = node.args
        if node.op in BINDERS and args[0] is self.base:
            args = args[1:-1]
        elif node.op == "label":
            args = args[1:]
        elif node.op == "entry" and self.variable.op == "entry" and args[0] is self.base:
            return self._same_place(node) is not False
        return any(self._depends[a] for a in args)

    def _same_place(self, node: Term) -> bool | None:
        """Whether two entries of one array are the same entry; None if it may be."""
        mine, other = self.variable.args[1:], node.args[1:]
        if mine == other:
            return True
        if len(mine) != len(other):
            raise DeriveError("entries of one array with unlike numbers of indices")
        for a, b in zip(mine, other, strict=True):
            i, j = integer(a), integer(b)
            if i is not None and j is not None and i != j:
                return False
        return None

    def d(self, term: Term) -> Term:
        """The pending derivative of `term`: 0 and 1 where they are obvious."""
        if term is self.variable:
            return ONE
        if not self.depends(term):
            return ZERO
        self.requested.append(term)
        return self.pending(term)

    def pending(self, term: Term) -> Term:
        """`d/dx term` as a Term."""
        return make("derivative", term, self.variable, data="d")


def times(*factors: Term) -> Term:
    """A product without the factors 1; 0 only where a derivative is 0."""
    rest = [f for f in factors if f is not ONE]
    if not rest:
        return ONE
    return rest[0] if len(rest) == 1 else make("mul", *rest)


def plus(summands: Sequence[Term]) -> Term:
    """A sum without the zeros of derivatives."""
    rest = [s for s in summands if s is not ZERO]
    if not rest:
        return ZERO
    return rest[0] if len(rest) == 1 else make("add", *rest)


def local_rule(node: Term, context: Context) -> Local:
    """The rule for `node`, which depends on the variable and is not the variable itself.

    Raises DeriveError where no derivative is known.
    """
    rule = _RULES.get(node.op)
    if rule is not None:
        return rule(node, context)
    if node.op in TABLE:
        return _row(node, context)
    raise DeriveError(f"no rule differentiates {node.op} with respect to {context.variable!r}")


def _sum_rule(node: Term, c: Context) -> Local:
    parts: list[Term] = []
    for s in node.args:
        inner = s.args[0] if s.op == "neg" else s
        derivative = c.d(inner)
        parts.append(
            make("neg", derivative) if s.op == "neg" and derivative is not ZERO else derivative
        )
    constants = [s for s in node.args if not c.depends(s)]
    note = "constant summands have derivative 0" if constants else ""
    return "sum rule", plus(parts), note


def _product_rule(node: Term, c: Context) -> Local:
    moving = [i for i, f in enumerate(node.args) if c.depends(f)]
    if len(moving) == 1:
        fixed = [f for i, f in enumerate(node.args) if i != moving[0]]
        return "constant multiple rule", times(*fixed, c.d(node.args[moving[0]])), ""
    parts = []
    for i in moving:
        factors = list(node.args)
        factors[i] = c.d(factors[i])
        parts.append(times(*factors))
    return "product rule", plus(parts), ""


def _sign_rule(node: Term, c: Context) -> Local:
    return "constant multiple rule", -c.d(node.args[0]), ""


def _quotient_rule(node: Term, c: Context) -> Local:
    u, v = node.args
    if not c.depends(v):
        return "constant multiple rule", c.d(u) / v, ""
    if not c.depends(u):
        return "reciprocal rule", -(times(u, c.d(v)) / v**2), ""
    return "quotient rule", (times(c.d(u), v) - times(u, c.d(v))) / v**2, ""


def _power_rule(node: Term, c: Context) -> Local:
    u, n = node.args
    if not c.depends(n):
        name = "power rule" if u is c.variable else "chain rule"
        return (
            name,
            times(*_lowered(u, n), c.d(u)),
            "" if u is c.variable else "outer function: power",
        )
    if not c.depends(u):
        name = "derivative of an exponential" if n is c.variable else "chain rule"
        return name, times(node, make("log", u), c.d(n)), "a^u has the derivative a^u log(a) u'"
    inside = plus([times(c.d(n), make("log", u)), times(n, c.d(u)) / u])
    return "logarithmic differentiation", node * inside, "u^v is e^{v log u}, for u > 0"


def _lowered(u: Term, n: Term) -> tuple[Term, ...]:
    """The factors of n u^(n-1), the exponent computed where it is a number."""
    value = value_of(n)
    if value is None:
        return n, u ** (n - 1)
    if value == 0:
        return ZERO, u**n
    if value == 1:
        return ()
    return n, u if value == 2 else u ** spell(value - 1, is_decimal(n))


def _root_rule(node: Term, c: Context) -> Local:
    u, n = node.args
    if c.depends(n):
        raise DeriveError("a root whose degree depends on the variable: write it as a power")
    degree = integer(n)
    below = node if degree == 2 else node ** (n - 1 if degree is None else number(degree - 1))
    name = "derivative of a root" if u is c.variable else "chain rule"
    return name, c.d(u) / times(n, below), ""


def _row(node: Term, c: Context) -> Local:
    row = TABLE[node.op]
    if row.partials is None:
        if row.definition is None:
            raise DeriveError(f"{row.name} ({row.meaning}) has no derivative")
        return f"definition of {row.name}", c.d(row.definition(*node.args)), row.meaning
    moving = [i for i, u in enumerate(node.args) if c.depends(u)]
    partials = row.partials(*node.args)
    parts = [
        times(
            *factors_of(guarded(partials[i], node.args[i], row.smooth_of(i).excluded)),
            c.d(node.args[i]),
        )
        for i in moving
    ]
    after = away_from_kinks(plus(parts), node)
    if len(moving) == 1 and node.args[moving[0]] is c.variable:
        return f"derivative of {row.name}", after, ""
    return "chain rule", after, f"outer function: {row.name}"


def away_from_kinks(derivative: Term, node: Term) -> Term:
    """A derivative of an operator row, with no value where the row has a kink."""
    row = TABLE[node.op]
    conditions = row.kinks(*node.args) if row.kinks is not None and node.op != "pow" else ()
    if not conditions:
        return derivative
    smooth = [_opposite(k) for k in conditions]
    return make("piecewise", derivative, smooth[0] if len(smooth) == 1 else make("and", *smooth))


def _opposite(condition: Term) -> Term:
    if condition.op == "relation" and condition.data == ("=",):
        return relation(condition.args[0], "!=", condition.args[1])
    return make("not", condition)


def guarded(partial: Term, u: Term, excluded: Sequence[object]) -> Term:
    """A partial derivative by cases around a kink of the row at u = 0, so that it has no
    value there; as it is where it has none anyway (1/u)."""
    if not excluded or not Facts().total(partial):
        return partial
    above, below = relation(u, ">", ZERO), relation(u, "<", ZERO)
    right = substitute_known(partial, {above: ONE, below: ZERO}, u, 1)
    left = substitute_known(partial, {above: ZERO, below: ONE}, u, -1)
    if right is left:
        return make("piecewise", right, relation(u, "!=", ZERO))
    return make("piecewise", right, above, left, below)


def substitute_known(partial: Term, known: dict[Term, Term], u: Term, sign: int) -> Term:
    """`partial` where the sign of `u` is known: indicators and sign(u) become numbers."""
    table = {make("indicator", c): v for c, v in known.items()}
    table[make("sign", u)] = number(sign)
    table[make("abs", u)] = u if sign > 0 else -u
    return replace(partial, table)


def _extremum_rule(node: Term, c: Context) -> Local:
    candidates = list(dict.fromkeys(node.args))
    if len(candidates) == 1:
        return "equal arguments", c.d(candidates[0]), ""
    kind = ">" if node.op == "max" else "<"
    cases: list[Term] = []
    for a in sorted(candidates, key=lambda a: not c.depends(a)):
        conditions = [_compared(a, kind, b) for b in candidates if b is not a]
        cases.append(c.d(a))
        cases.append(conditions[0] if len(conditions) == 1 else make("and", *conditions))
    note = (
        f"the derivative of the {'largest' if kind == '>' else 'smallest'} argument; none at ties"
    )
    return f"derivative of {node.op}", make("piecewise", *cases), note


_FLIPPED = {">": "<", "<": ">"}


def _compared(a: Term, kind: str, b: Term) -> Term:
    """The comparison with a number on the right, as people write it."""
    if value_of(a) is not None and value_of(b) is None:
        return relation(b, _FLIPPED[kind], a)
    return relation(a, kind, b)


def _clip_rule(node: Term, c: Context) -> Local:
    u, low, high = node.args
    if c.depends(low) or c.depends(high):
        return _row(node, c)
    inside = make("relation", low, u, high, data=("<", "<"))
    cases = (c.d(u), inside, ZERO, relation(u, "<", low), ZERO, relation(u, ">", high))
    return "derivative of clip", make("piecewise", *cases), "constant outside"


def _entry_rule(node: Term, c: Context) -> Local:
    base, *indices = node.args
    if base is c.base and c.variable.op == "entry":
        equal = [
            relation(a, "=", b)
            for a, b in zip(indices, c.variable.args[1:], strict=True)
            if a is not b
        ]
        condition = equal[0] if len(equal) == 1 else make("and", *equal)
        return "Kronecker delta", make("indicator", condition), "1 for the same entry, else 0"
    if any(c.depends(i) for i in indices):
        raise DeriveError("an index depends on the variable")
    if base.op in ("symbol", "label"):
        raise DeriveError(
            f"the derivative of {node!r} with respect to the whole of {c.variable!r}: "
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
    if index not in taken:
        return node
    other = fresh(index, taken | free_symbols(node.args[-1]))
    return make(
        node.op, other, *node.args[1:-1], substitute(node.args[-1], {index: other}), data=node.data
    )


def fresh(index: Term, taken: frozenset[Term]) -> Term:
    """An index like `index` with a name that nothing in `taken` has."""
    names = {t.data.name for t in taken if t.op == "symbol"}
    data = index.data
    for name in (*"kjilmnpq", *(f"k_{{{i}}}" for i in range(1, len(names) + 2))):
        if name not in names and name != data.name:
            return symbol(name, data.role, data.shape, data.domain, data.declared, data.meaning)
    raise AssertionError("one of so many names is free")


def _integral_rule(node: Term, c: Context) -> Local:
    node = renamed(node, c)
    x, body = node.args[0], node.args[-1]
    if len(node.args) == 2:
        return "under the integral sign", make("integral", x, c.d(body), data=node.data), ""
    lower, upper = node.args[1:3]
    parts = []
    if c.depends(upper):
        parts.append(times(substitute(body, {x: upper}), c.d(upper)))
    if c.depends(lower):
        parts.append(-times(substitute(body, {x: lower}), c.d(lower)))
    if c.depends(body):
        parts.append(make("integral", x, lower, upper, c.d(body), data=node.data))
    return "Leibniz rule", plus(parts), ""


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
    return "entry by entry", make(node.op, *(c.d(a) for a in node.args), data=node.data), ""


def _bilinear_rule(node: Term, c: Context) -> Local:
    parts = []
    for i, u in enumerate(node.args):
        if c.depends(u):
            parts.append(make(node.op, *node.args[:i], c.d(u), *node.args[i + 1 :], data=node.data))
    return "product rule", plus(parts), ""


def _inverse_rule(node: Term, c: Context) -> Local:
    return "derivative of an inverse", -make("matmul", node, c.d(node.args[0]), node), ""


def _indicator_rule(node: Term, c: Context) -> Local:
    raise DeriveError("an indicator whose condition depends on the variable has jumps")


_RULES: dict[str, Callable[[Term, Context], Local]] = {
    "add": _sum_rule,
    "mul": _product_rule,
    "neg": _sign_rule,
    "div": _quotient_rule,
    "pow": _power_rule,
    "root": _root_rule,
    "max": _extremum_rule,
    "min": _extremum_rule,
    "clip": _clip_rule,
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
