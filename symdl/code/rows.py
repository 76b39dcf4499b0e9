"""Functions of vectors, row by row: what softmax, LayerNorm and cross-entropy have in common.

A function whose arguments are vectors of one length (and numbers) is a program over rows: some
values belong to an entry, some to the row (its largest entry, a sum). Written so, it runs on
one vector as on the last axis of an array of any shape, and a C loop can fuse it.

`exp(x - M)` with a row's M is one operation: rounded by itself, `x - M` would cost the exponential
hundreds of units in the last place where logits are large.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symdl.code.axes import bare
from symdl.code.kernels import spelling
from symdl.code.lower import LITERAL
from symdl.code.places import SHAPED
from symdl.code.shift import LOG_TOTAL
from symdl.expression.numerals import ONE
from symdl.expression.term import Term, every_part, make, rebuild

REDUCE = "row_reduce"
"""A number of the row: data is `sum`, `max`, `min` or `prod`."""
TOTAL = "row_log_total"
"""log of the row's sum of e = exp(w), where the largest w is 0: args w, e."""
GAP = "row_exp"
"""exp(x - m) for an entry x and a number m of the row."""
LENGTH = "row_length"
"""How many entries a row has; the argument is any entry."""
_ARITHMETIC = frozenset(
    {"number", "constant", "symbol", LITERAL, "add", "mul", "neg", "div", "pow"}
    | {"piecewise", "relation", "and", "or", "not", "indicator"}
)


@dataclass(frozen=True)
class Rows:
    """The outputs as a program over rows: `entries` are the parameters with a value for each
    entry, `own` the nodes that have one for each entry (the others: one for each row)."""

    outputs: tuple[Term, ...]
    named: tuple[Term, ...]
    entries: frozenset[Term]
    own: frozenset[Term]


def rows(outputs: Sequence[Term], named: Sequence[Term], parameters: Sequence[Term]) -> Rows | None:
    """The program of finished outputs (see `emit.finish`); None for what is none over rows."""
    if not have_rows(parameters):
        return None
    entries = frozenset(bare(p) for p in parameters if p.shape)
    try:
        made = _Rewritten(entries)
        results = tuple(made(t) for t in outputs)
        kept = tuple(made(t) for t in named)
    except _NotRows:
        return None
    if not any(n.op in (REDUCE, TOTAL) for n in every_part(results)):
        return None
    return Rows(results, kept, entries, frozenset(made.own))


def have_rows(parameters: Sequence[Term]) -> bool:
    """Whether parameters are vectors of one length, and numbers."""
    shapes = {p.shape for p in parameters}
    return len(shapes - {()}) == 1 and all(s is not None and len(s) <= 1 for s in shapes)


class _NotRows(Exception):
    """An operation that is none of rows. Never leaves this module."""


class _Rewritten:
    """Array operations on vectors as operations on entries and rows."""

    def __init__(self, entries: frozenset[Term]) -> None:
        self.own: set[Term] = set(entries)
        self.any_entry = min(entries, key=lambda t: str(t.data.name))
        self.done: dict[Term, Term] = {}

    def __call__(self, root: Term) -> Term:
        for node in every_part((root,), self.done):
            args = tuple(self.done[a] for a in node.args)
            self.done[node] = self._one(node, args)
        return self.done[root]

    def _one(self, node: Term, args: tuple[Term, ...]) -> Term:
        special = _SPECIAL.get(node.op)
        if special is not None:
            return special(self, node, args)
        known = node.op in _ARITHMETIC or spelling(node.op, "c")
        if not known or (node.op == "symbol" and node not in self.own and node.shape != ()):
            raise _NotRows
        if node.op == "exp":
            return self._exp(args[0])
        if node.op == "add" and len(args) == 2:
            return (
                self._less_target(*args)
                or self._less_target(*args[::-1])
                or self.keep(rebuild(node, args))
            )
        return self.keep(rebuild(node, args))

    def keep(self, node: Term) -> Term:
        """A node of arithmetic: of the entries if any argument is."""
        if node.op not in (REDUCE, TOTAL, LENGTH) and any(a in self.own for a in node.args):
            self.own.add(node)
        return node

    def _exp(self, argument: Term) -> Term:
        if argument.op == "add" and len(argument.args) == 2:
            first, second = argument.args
            if first in self.own and second not in self.own:
                moved = second.args[0] if second.op == "neg" else self.keep(make("neg", second))
                return self.keep(make(GAP, first, moved))
        return self.keep(make("exp", argument))

    def _less_target(self, share: Term, target: Term) -> Term | None:
        """s e/S - y for e = exp(x - M) and their sum S, as (s e - y - y (S - 1))/S: for a target
        of 1 at the largest entry nothing cancels, since S - 1 is the sum of the others."""
        scale, quotient = share.args if share.op == "mul" and len(share.args) == 2 else (ONE, share)
        if quotient.op != "div":
            scale, quotient = quotient, scale
        if target.op != "neg" or target.args[0] not in self.own or quotient.op != "div":
            return None
        e, total = quotient.args
        if e.op != GAP or total is not make(REDUCE, e, data="sum") or scale in self.own:
            return None
        y, (x, top) = target.args[0], e.args
        moved = self.keep(make("add", x, make("neg", top)))
        others = make("expm1", make(TOTAL, moved, e))
        first = e if scale is ONE else self.times(scale, e)
        left = make("neg", self.times(y, others))
        self.keep(left)
        return self.keep(make("div", self.keep(make("add", first, target, left)), total))

    def reduce(self, how: str, body: Term) -> Term:
        """A reduction of what has a value for each entry."""
        if body not in self.own:
            raise _NotRows
        return make(REDUCE, body, data=how)

    def times(self, left: Term, right: Term) -> Term:
        return self.keep(make("mul", left, right))

    def length(self) -> Term:
        return make(LENGTH, self.any_entry)

    def total(self, x: Term) -> tuple[Term, Term, Term]:
        """x - M with the row's largest M, M, and log of the sum of exp(x - M)."""
        top = self.reduce("max", x)
        moved = self.keep(make("add", x, make("neg", top)))
        return moved, top, make(TOTAL, moved, self._exp(moved))


def _reduce(w: _Rewritten, node: Term, args: tuple[Term, ...]) -> Term:
    how, axis = node.data
    if axis not in (None, 0) or how not in ("sum", "max", "min", "prod"):
        raise _NotRows
    return w.reduce(how, args[0])


def _log_total(w: _Rewritten, node: Term, args: tuple[Term, ...]) -> Term:
    if node.data is None or args[0] not in w.own:
        raise _NotRows
    return make(TOTAL, args[0], w._exp(args[0]))


def _dot(w: _Rewritten, _node: Term, args: tuple[Term, ...]) -> Term:
    if len(args) != 2 or not all(a in w.own for a in args):
        raise _NotRows
    return w.reduce("sum", w.times(*args))


def _contract(w: _Rewritten, node: Term, args: tuple[Term, ...]) -> Term:
    if node.data not in ("a,a->", "aa->"):
        raise _NotRows
    return _dot(w, node, args)


def _norm(w: _Rewritten, node: Term, args: tuple[Term, ...]) -> Term:
    if node.data not in ("", "2", "F"):
        raise _NotRows
    return make("sqrt", _squares(w, node, args))


def _squares(w: _Rewritten, _node: Term, args: tuple[Term, ...]) -> Term:
    return w.reduce("sum", w.times(args[0], args[0]))


def _softmax(w: _Rewritten, _node: Term, args: tuple[Term, ...]) -> Term:
    moved, _, _ = w.total(args[0])
    e = w._exp(moved)
    return w.keep(make("div", e, w.reduce("sum", e)))


def _log_softmax(w: _Rewritten, _node: Term, args: tuple[Term, ...]) -> Term:
    moved, _, total = w.total(args[0])
    return w.keep(make("add", moved, make("neg", total)))


def _logsumexp(w: _Rewritten, _node: Term, args: tuple[Term, ...]) -> Term:
    _, top, total = w.total(args[0])
    return make("add", top, total)


def _mean(w: _Rewritten, _node: Term, args: tuple[Term, ...]) -> Term:
    return make("div", w.reduce("sum", args[0]), w.length())


def _variance(w: _Rewritten, node: Term, args: tuple[Term, ...]) -> Term:
    moved = w.keep(make("add", args[0], make("neg", _mean(w, node, args))))
    return _mean(w, node, (w.times(moved, moved),))


def _extent(w: _Rewritten, node: Term, args: tuple[Term, ...]) -> Term:
    if node.data != 0 or args[0] not in w.own:
        raise _NotRows
    return w.length()


def _shaped(w: _Rewritten, _node: Term, args: tuple[Term, ...]) -> Term:
    if args[0] not in w.own:
        raise _NotRows
    return args[0]


def _view(w: _Rewritten, node: Term, args: tuple[Term, ...]) -> Term:
    # A number beside a vector: rows do that by themselves.
    if args[0] in w.own or set(node.data) != {"None"}:
        raise _NotRows
    return args[0]


_SPECIAL: dict[str, Callable[[_Rewritten, Term, tuple[Term, ...]], Term]] = {
    "reduce": _reduce,
    LOG_TOTAL: _log_total,
    "matmul": _dot,
    "dot": _dot,
    "contract": _contract,
    "norm": _norm,
    "sum_squares": _squares,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "mean": _mean,
    "variance": _variance,
    "reduce_sum": lambda w, node, args: w.reduce("sum", args[0]),
    "hadamard": lambda w, node, args: w.keep(make("mul", *args)),
    "extent": _extent,
    "view": _view,
    SHAPED: _shaped,
}


@dataclass(frozen=True)
class Phase:
    """One walk over the row, for the reductions that it computes."""

    reductions: tuple[Term, ...]


def phases(program: Rows) -> tuple[Phase, ...]:
    """The walks over a row in order: a reduction comes after those that it depends on."""
    depth: dict[Term, int] = {}
    for node in every_part((*program.outputs, *program.named)):
        inner = max((depth[a] for a in node.args), default=0)
        depth[node] = inner + (node.op in (REDUCE, TOTAL))
    last = max(depth.values(), default=0)
    found = [
        tuple(n for n, d in depth.items() if d == k and n.op in (REDUCE, TOTAL))
        for k in range(1, last + 1)
    ]
    return tuple(map(Phase, found))
