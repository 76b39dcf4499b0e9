"""Sums over an index, conditions, calls and derivatives at concrete sizes."""

from __future__ import annotations

from dataclasses import replace

from symdl.derivation.held import tied
from symdl.derivation.matrix.vectorise import axis_of
from symdl.evidence.concrete.graph import Graph, Node, Undefined, Unwritten
from symdl.evidence.concrete.writing import RULES, SCALARS, Env, Frozen, Values, Work, Writer
from symdl.expression.numerals import value_of
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, symbol


def _over(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    """A sum, a product or an extreme value over an index, each term written out."""
    index, body = node.args[0], node.args[-1]
    if node.data == "set":
        raise Unwritten("a sum over a set")
    if node.data == "range":
        ends = yield from w.all(node.args[1:3], env, frozen)
        known = [w.graph.value(e.nodes[0]) for e in ends]
        if None in known or any(k.denominator != 1 for k in known if k is not None):
            raise Unwritten("a sum whose ends are not known")
        low, high = (int(k) for k in known if k is not None)
    else:
        low, high = 1, _axis(w, index, body)
    if high - low > w.terms:
        raise Unwritten("a long sum")
    parts = []
    kept = frozenset(pair for pair in env if pair[0] is not index)
    for i in range(low, high + 1):
        parts.append((yield body, kept | {(index, i)}, frozen))
    if not parts and node.op not in ("sum", "product"):
        raise Undefined("an extreme value of nothing")
    if not parts:
        return w.scalar(w.graph.number(node.op == "product"))
    if node.op in ("sum", "product"):
        return w.elementwise(parts, w.graph.add if node.op == "sum" else w.graph.mul)
    extreme = SCALARS[node.op.removesuffix("_over")]
    return w.elementwise(parts, lambda *nodes: extreme(w.graph, *nodes))


def _axis(w: Writer, index: Term, body: Term) -> int:
    size = axis_of(body, index)
    if size is None:
        raise Unwritten("a sum over an unknown range")
    return w.sizes_of((size,))[0]


def _indicator(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    return (yield from _condition(w, node.args[0], env, frozen))


def _condition(w: Writer, condition: Term, env: Env, frozen: Frozen) -> Work:
    g = w.graph
    if condition.op in ("and", "or", "not"):
        parts = []
        for c in condition.args:
            parts.append((yield from _condition(w, c, env, frozen)))
        if condition.op == "and":
            return w.elementwise(parts, g.mul)
        no = [w.elementwise([p], lambda n: g.sub(g.number(1), n)) for p in parts]
        if condition.op == "not":
            return no[0]
        return w.elementwise([w.elementwise(no, g.mul)], lambda n: g.sub(g.number(1), n))
    if condition.op != "relation":
        raise Unwritten("a condition that is no relation")
    held = []
    for i, relation in enumerate(condition.data):
        sides = yield from w.all(condition.args[i : i + 2], env, frozen)
        held.append(w.elementwise(sides, lambda a, b, r=relation: _holds(g, a, r, b)))
    return w.elementwise(held, g.mul)


def _holds(g: Graph, a: Node, relation: str, b: Node) -> Node:
    u = g.sub(a, b)
    known = g.value(u)
    tests: dict[str, tuple[str, int, bool]] = {
        "=": ("zero", 1, False),
        "!=": ("zero", 1, True),
        ">": ("step", 1, False),
        "<": ("step", -1, False),
        ">=": ("step", -1, True),
        "<=": ("step", 1, True),
    }
    if relation not in tests:
        raise Unwritten(f"the condition {relation!r}")
    op, sign, turned = tests[relation]
    if known is not None:
        value = known == 0 if op == "zero" else sign * known > 0
        return g.number(int(value != turned))
    found = g.node(op, g.mul(g.number(sign), u))
    return g.sub(g.number(1), found) if turned else found


def _piecewise(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    if len(node.args) % 2 == 0:
        raise Unwritten("a definition by cases that leaves something out")
    g = w.graph
    result = yield node.args[-1], env, frozen
    for place in range(len(node.args) - 3, -1, -2):
        value = yield node.args[place], env, frozen
        held = yield from _condition(w, node.args[place + 1], env, frozen)

        def chosen(v: Node, h: Node, other: Node) -> Node:
            return g.add(other, g.mul(h, g.sub(v, other)))

        result = w.elementwise((value, held, result), chosen)
    return result


# --- calls and derivatives ---


def _call(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    call = node.data
    found = w.function(call.function)
    if found is None or len(found.parameters) != len(node.args):
        raise Unwritten(f"{call.function.name} is not defined")
    if not call.primes:
        table = dict(zip(found.parameters, node.args, strict=True))
        return (yield substitute(found.body, table), env, frozen)
    if len(found.parameters) != 1:
        raise Unwritten("a derivative of a function of several variables")
    argument = yield node.args[0], env, frozen
    place = symbol("#at", domain=found.parameters[0].data.domain)
    held = frozen | {place}
    body = yield substitute(found.body, {found.parameters[0]: place}), env, held
    variable = (yield place, env, held).nodes[0]
    node_ = body.nodes[0]
    for _ in range(call.primes):
        node_ = w.graph.gradient(node_, [variable], w.partials)[0]
    return w.elementwise([argument], lambda n: w.graph.put([node_], {variable: n})[0])


def _derivative(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    if len(node.args) < 2:
        raise Unwritten("a gradient without a variable")
    variables = node.args[1:]
    heads = {v.args[0] if v.op == "entry" else v for v in variables}
    if any(h.op not in ("symbol", "label") for h in heads):
        raise Unwritten("a derivative in what is no variable")
    if any(tied(node.args[0], h, w.scope) is not None for h in heads):
        raise Unwritten("a given equation says more of how this depends on the variable")
    held = frozen | heads
    body = yield node.args[0], env, held
    nodes = list(body.nodes)
    shape = body.shape[1:] if body.row else body.shape
    moved = False
    for v in variables:
        by = yield v, env, held
        moved = moved or any(w.graph.variables_in(n) & set(by.nodes) for n in nodes)
        nodes = [d for n in nodes for d in w.graph.gradient(n, by.nodes, w.partials)]
        shape = (*shape, *by.shape)
    for head in heads - frozen:
        named = head.op == "symbol" and head.shape and head.data.name in w.scope.entries
        if head in w.scope.values or named:
            variable = yield head, env, held
            value = yield head, env, frozen
            if len(variable.nodes) != len(value.nodes):
                raise Unwritten("a value of another shape than its name")
            table = dict(zip(variable.nodes, value.nodes, strict=True))
            nodes = w.graph.put(nodes, table)
    if not moved:
        raise Unwritten("nothing says how this depends on the variable")
    return Values(shape, tuple(nodes))


def _at(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    """A Term in which a variable has a value, put in behind all derivatives."""
    body, variable, value = node.args
    held = frozen | {variable}
    found = yield body, env, held
    places = yield variable, env, held
    point = yield value, env, frozen
    nodes = point.nodes
    if places.shape != point.shape:
        if value_of(value) != 0:
            raise Unwritten("a value of another shape")
        nodes = nodes * len(places.nodes)  # 0 is the array of zeros
    table = dict(zip(places.nodes, nodes, strict=True))
    return replace(found, nodes=tuple(w.graph.put(found.nodes, table)))


RULES.update(
    {
        **dict.fromkeys(("sum", "product", "max_over", "min_over"), _over),
        "indicator": _indicator,
        "piecewise": _piecewise,
        "call": _call,
        "derivative": _derivative,
        "at": _at,
        "gradient": _derivative,
    }
)
