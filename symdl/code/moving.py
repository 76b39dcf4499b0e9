"""Adjoints moved to the places where they belong: `sum_k g_{p-k+1} w_k` for `sum_i g_i w_k` at
`x_{i+k-1}`, with 0 for g beyond its ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symdl.code.index_ranges import SHIFTED, Affine
from symdl.code.normal import addends, is_positive, sum_of
from symdl.document.errors import CodeError
from symdl.expression.numerals import ONE, value_of
from symdl.expression.term import Term, every_part, make, rebuild

Solved = tuple[Term, Affine, Term]
"""A label, the index it stands in, and the place that is solved for it."""


def moved(
    seed: Term,
    solved: Sequence[Solved],
    ends: Mapping[Term, tuple[Term, Term]],
    labels: Mapping[Term, frozenset[Term]],
) -> Term:
    """The seed with each solved label taken from its place, 0 where that is none of its values.
    Products are moved factor by factor, so that no array gets an axis more."""
    return _Moving(solved, ends, labels).of(seed)


class _Moving:
    def __init__(
        self,
        solved: Sequence[Solved],
        ends: Mapping[Term, tuple[Term, Term]],
        labels: Mapping[Term, frozenset[Term]],
    ) -> None:
        self.labels = labels
        self.moves = {
            label: (label, *ends[label], *_taken_at(label, index, place, ends[label][0]))
            for label, index, place in solved
        }
        self.others = {s for label, index, _ in solved for s in index.steps if s is not label}
        self.done: dict[Term, Term] = {}

    def of(self, seed: Term) -> Term:
        for node in every_part((seed,)):
            self.done[node] = self._one(node)
        made = self.done[seed]
        bare = [label for label in self.moves if label not in self.labels[seed]]
        return make("mul", made, self._shifted(ONE, bare)) if bare else made

    def _one(self, node: Term) -> Term:
        own = [label for label in self.moves if label in self.labels[node]]
        if not own:
            return node
        if self.labels[node] & self.others or len(own) > 1:
            through = self._through(node, own)
            if through is not None:
                return through
        return self._shifted(node, own)

    def _through(self, node: Term, own: Sequence[Term]) -> Term | None:
        """A product, a sum, a quotient: its parts are moved, if each label is in one of them."""
        if node.op == "sum" and node.args[0] in (*self.others, *self.moves):
            return None
        if node.op in ("mul", "neg"):
            return rebuild(node, tuple(self.done[a] for a in node.args))
        if node.op == "sum" and self.labels[node.args[-1]].issuperset(own):
            return make("sum", *node.args[:-1], self.done[node.args[-1]], data=node.data)
        if node.op == "div" and self.labels[node.args[1]].isdisjoint(own):
            return make("div", self.done[node.args[0]], node.args[1])
        if node.op == "add" and all(self.labels[a].issuperset(own) for a in node.args):
            return rebuild(node, tuple(self.done[a] for a in node.args))
        return None

    def _shifted(self, node: Term, own: Sequence[Term]) -> Term:
        return make(SHIFTED, node, *(part for label in own for part in self.moves[label]))


def _taken_at(label: Term, index: Affine, place: Term, first: Term) -> tuple[Term, Term]:
    """The place, counted from 0 with gaps of the label's step, at which its value is taken."""
    step = index.steps[label]
    value = value_of(step)
    rest = [(c, t) for s, k in index.steps.items() if s is not label for c, t in addends(k * s)]
    difference = sum_of(addends(place - index.fixed - sum_of(rest)))
    if value is not None and value < 0:
        difference, step = sum_of(addends(-difference)), sum_of(addends(-step))
    elif value is None and not is_positive(step):
        raise CodeError("the sign of a step is not known")
    return sum_of(addends(difference - step * first)), step
