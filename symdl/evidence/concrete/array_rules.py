"""Products, norms and reductions at concrete sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import permutations
from itertools import product as places

from symdl.derivation.norms import by_entries
from symdl.evidence.concrete.graph import Graph, Node, Unwritten
from symdl.evidence.concrete.writing import RULES, Env, Frozen, Values, Work, Writer, part
from symdl.expression.term import Term


def _matmul(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    args = yield from w.all(node.args, env, frozen)
    result = args[0]
    for right in args[1:]:
        result = _product(w, result, right)
    return result


def _product(w: Writer, a: Values, b: Values) -> Values:
    g = w.graph
    if not a.shape or not b.shape:
        return w.elementwise((a, b), g.mul)
    if len(a.shape) == 1 and b.row:
        return w.build((a.shape[0], b.shape[1]), lambda p: g.mul(a.nodes[p[0]], b.nodes[p[1]]))
    rows, columns = len(a.shape) > 1, len(b.shape) > 1
    left = a if rows else Values((1, *a.shape), a.nodes)
    right = b if columns else Values((*b.shape, 1), b.nodes)
    if left.shape[-1] != right.shape[-2]:
        raise Unwritten("inner sizes differ")
    lead = max(left.shape[:-2], right.shape[:-2], key=len)
    n = left.shape[-1]
    width = right.shape[-1]

    def of_matrices(p: tuple[int, ...]) -> Node:
        row, column = left.nodes[p[0] * n : (p[0] + 1) * n], right.nodes[p[1] :: width]
        return g.add(*map(g.mul, row, column))

    def entry(p: tuple[int, ...]) -> Node:
        pairs = (g.mul(left.at((*p[:-1], k)), right.at((*p[:-2], k, p[-1]))) for k in range(n))
        return g.add(*pairs)

    full = w.build((*lead, left.shape[-2], width), entry if lead else of_matrices)
    shape = (*lead, *left.shape[-2:-1][: int(rows)], *right.shape[-1:][: int(columns)])
    if a.row and not columns:
        return Values((), full.nodes)
    return Values(shape, full.nodes, a.row and bool(shape))


def _outer(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a, b = yield from w.all(node.args, env, frozen)
    nodes = tuple(w.graph.mul(x, y) for x in a.nodes for y in b.nodes)
    return Values((*a.shape, *b.shape), nodes)


def _hadamard(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    args = yield from w.all(node.args, env, frozen)
    return w.elementwise(args, w.graph.mul)


def _dot(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    args = yield from w.all(node.args, env, frozen)
    return w.scalar(w.graph.add(*w.elementwise(args, w.graph.mul).nodes))


def _transpose(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a = yield node.args[0], env, frozen
    if a.row:
        return Values(a.shape[1:], a.nodes)
    if len(a.shape) == 1:
        return Values((1, *a.shape), a.nodes, True)
    if len(a.shape) < 2:
        return a
    shape = (*a.shape[:-2], a.shape[-1], a.shape[-2])
    return w.build(shape, lambda p: a.at((*p[:-2], p[-1], p[-2])))


def _square(a: Values) -> int:
    if len(a.shape) != 2 or a.shape[0] != a.shape[1]:
        raise Unwritten("a matrix that is not square")
    return a.shape[0]


def _trace(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a = yield node.args[0], env, frozen
    return w.scalar(w.graph.add(*(a.at((i, i)) for i in range(_square(a)))))


def _diag(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a = yield node.args[0], env, frozen
    if len(a.shape) == 1 or a.row:
        n, zero = a.shape[-1], w.graph.number(0)
        return w.build((n, n), lambda p: a.nodes[p[0]] if p[0] == p[1] else zero)
    return Values((_square(a),), tuple(a.at((i, i)) for i in range(_square(a))))


def _triangle(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a = yield node.args[0], env, frozen
    side, zero = 1 if node.op == "tril" else -1, w.graph.number(0)
    return w.build(a.shape, lambda p: a.at(p) if side * (p[-2] - p[-1]) >= 0 else zero)


def _determinant(w: Writer, a: Values) -> Node:
    n, g = _square(a), w.graph
    if n > 4:
        raise Unwritten("a large determinant")
    parts = []
    for order in permutations(range(n)):
        turns = sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))
        parts.append(g.mul(g.number((-1) ** turns), *(a.at((i, order[i])) for i in range(n))))
    return g.add(*parts)


def _det(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a = yield node.args[0], env, frozen
    return w.scalar(_determinant(w, a))


def _inverse(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a = yield node.args[0], env, frozen
    g = w.graph
    if not a.shape:
        return w.scalar(g.power(a.nodes[0], Fraction(-1)))
    n = _square(a)
    whole = g.power(_determinant(w, a), Fraction(-1))

    def entry(p: tuple[int, ...]) -> Node:
        rows = [i for i in range(n) if i != p[1]]
        columns = [j for j in range(n) if j != p[0]]
        minor = w.build((n - 1, n - 1), lambda q: a.at((rows[q[0]], columns[q[1]])))
        return g.mul(g.number((-1) ** sum(p)), _determinant(w, minor), whole)

    return w.build((n, n), entry)


def _constant_array(w: Writer, node: Term, _env: Env, _frozen: Frozen) -> Values:
    shape = w.sizes_of(node.shape)
    one, zero = w.graph.number(1), w.graph.number(0)
    same = node.op == "ones"
    return w.build(shape, lambda p: one if same or p[0] == p[1] else zero)


# --- norms and reductions -----------------------------------------------------------------------


def _norm(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    spelled = by_entries(node, w.scope)
    if spelled is not None:
        return (yield spelled, env, frozen)
    a = yield node.args[0], env, frozen
    g = w.graph
    if not a.shape:
        return w.scalar(g.node("abs", a.nodes[0]))
    kind, vector = str(node.data), len(a.shape) == 1 or a.row
    if kind in ("", "F") or (kind == "2" and vector):
        return w.scalar(g.power(_squares(g, a), Fraction(1, 2)))
    if kind == "1" and vector:
        return w.scalar(g.add(*(g.node("abs", n) for n in a.nodes)))
    raise Unwritten("this norm is not written out")


def _squares(g: Graph, a: Values) -> Node:
    return g.add(*(g.power(n, Fraction(2)) for n in a.nodes))


def _pow(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    base, exponent = node.args
    squared = exponent.op == "number" and exponent.data.value == 2
    if base.op == "norm" and base.data in ("", "F", "2") and squared:
        a = yield base.args[0], env, frozen
        if len(a.shape) == 1 or a.row or (a.shape and base.data != "2"):
            return w.scalar(_squares(w.graph, a))
    return (yield from w.row(node, env, frozen))


def _over_last(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a = yield node.args[0], env, frozen
    if not a.shape:
        raise Unwritten("a reduction of a number")
    found = [_REDUCE[node.op](w.graph, part(a, p).nodes) for p in places(*map(range, a.shape[:-1]))]
    if node.op in ("softmax", "log_softmax"):
        return Values(a.shape, tuple(n for row in found for n in row), a.row)
    return Values(a.shape[:-1], tuple(row[0] for row in found))


def _softmax(g: Graph, xs: Sequence[Node]) -> list[Node]:
    powers = [g.node("exp", x) for x in xs]
    down = g.power(g.add(*powers), Fraction(-1))
    return [g.mul(p, down) for p in powers]


def _logsumexp(g: Graph, xs: Sequence[Node]) -> list[Node]:
    return [g.node("log", g.add(*(g.node("exp", x) for x in xs)))]


def _log_softmax(g: Graph, xs: Sequence[Node]) -> list[Node]:
    total = _logsumexp(g, xs)[0]
    return [g.sub(x, total) for x in xs]


def _mean(g: Graph, xs: Sequence[Node]) -> list[Node]:
    return [g.mul(g.number(Fraction(1, len(xs))), g.add(*xs))]


def _variance(g: Graph, xs: Sequence[Node]) -> list[Node]:
    mean = _mean(g, xs)[0]
    return _mean(g, [g.power(g.sub(x, mean), Fraction(2)) for x in xs])


_REDUCE: dict[str, Callable[[Graph, Sequence[Node]], list[Node]]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "mean": _mean,
    "variance": _variance,
    "reduce_sum": lambda g, xs: [g.add(*xs)],
}


RULES.update(
    {
        "matmul": _matmul,
        "outer": _outer,
        "hadamard": _hadamard,
        "dot": _dot,
        "transpose": _transpose,
        "trace": _trace,
        "diag": _diag,
        "tril": _triangle,
        "triu": _triangle,
        "det": _det,
        "inverse": _inverse,
        "ones": _constant_array,
        "identity": _constant_array,
        "norm": _norm,
        "pow": _pow,
        **dict.fromkeys(_REDUCE, _over_last),
    }
)
