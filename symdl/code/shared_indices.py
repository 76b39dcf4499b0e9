"""Bound indices named alike where that makes terms the same: beside `e^{x_c}` the sum over l of
`e^{x_l}` is one over c, and each exponential is computed, and differentiated, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symdl.expression.term import Term, every_part, make, replace
from symdl.expression.vocabulary import OVER_INDEX

Ends = tuple[Term, Term]


def with_shared_indices(root: Term, ends: Mapping[Term, Ends]) -> Term:
    """The term with each bound index named like the outermost one of its range that is free to be
    used there; ends: first and last value of each index."""
    order = list(ends)[::-1]
    alike = {s: [o for o in order if ends[o] == ends[s]] for s in order}
    labels: dict[Term, frozenset[Term]] = {}
    done: dict[Term, Term] = {}
    for node in every_part((root,)):
        args = tuple(done[a] for a in node.args)
        if node.op in OVER_INDEX and args[0] in ends:
            args = _renamed(args, alike[args[0]], labels)
        made = done[node] = make(node.op, *args, data=node.data)
        note_labels(every_part((made,), labels), ends, labels)
    return done[root]


def _renamed(
    args: tuple[Term, ...], names: Sequence[Term], labels: Mapping[Term, frozenset[Term]]
) -> tuple[Term, ...]:
    index, body = args[0], args[-1]
    inner = [n for n in every_part((body,)) if n.op in OVER_INDEX]
    if any(n.args[0] is index for n in inner):
        return args
    for name in names:
        if name is index:
            return args
        captured = any(n.args[0] is name and index in labels[n] for n in inner)
        if name not in labels[body] and not captured:
            return (name, *args[1:-1], replace(body, {index: name}))
    return args


def note_labels(
    nodes: Sequence[Term], ends: Mapping[Term, Ends], labels: dict[Term, frozenset[Term]]
) -> None:
    """The indices that stand free in each of some terms; nodes: arguments before what they are
    in."""
    empty: frozenset[Term] = frozenset()
    for node in nodes:
        if node in ends:
            labels[node] = frozenset((node,))
        elif node.op in OVER_INDEX and node.args[0] in ends:
            outside = (labels[a] for a in node.args[1:-1])
            labels[node] = (labels[node.args[-1]] - {node.args[0]}).union(*outside)
        else:
            labels[node] = empty.union(*(labels[a] for a in node.args))
