"""The machine that writes a term out: what was expanded already and what is being expanded.

Expanding a node is a generator that asks for the expansion of other terms (`yield`) and
returns its own; one loop runs them all, so that a recurrence of 10,000 steps is no deeper
for Python than one of two. What each operation stands for is a rule, given from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cached_property

from symdl.derivation.written_out import applied, as_array, inferred_sizes, names_in, short
from symdl.document.errors import DeriveError
from symdl.expression.operators import TABLE
from symdl.expression.scope import Scope
from symdl.expression.term import Shape, Term, postorder

MAX_SUMMANDS = 10_000
"""Longer sums, products and recurrences are not written out, nested sums counted together."""
MAX_WORK = 200_000
"""So many nodes may be expanded for one term."""

Frozen = frozenset[Term]
"""Symbols that stand for themselves: variables of differentiation, bound indices."""
Task = tuple[Term, Frozen]
Work = Generator[Task, Term, Term]

PLAIN = frozenset({"number", "constant", "relation", "and", "or", "not", *TABLE})
"""Operations that stay as they are on numbers."""


class Expansion:
    """One expansion of a term in a scope; `rules` say what each operation stands for."""

    def __init__(
        self, rules: Mapping[str, Rule], scope: Scope, sizes: Mapping[str, int], whole: bool = False
    ) -> None:
        self.rules = rules
        self.scope = scope
        self.whole = whole
        self.sizes = {**sizes, **inferred_sizes(scope)} if scope.values else sizes
        self.plain: set[Term] = set()
        self.done: dict[Task, Term] = {}
        self.open: dict[Task, None] = {}
        self.calling: list[str] = []
        self.derivatives: set[Term] = set()
        self.work = self.higher = 0
        self.width = 1

    @cached_property
    def names(self) -> frozenset[Term]:
        """The symbols that some definition could bring under a bound index."""
        return names_in(self.scope)

    def note_plain(self, term: Term) -> None:
        """Note the parts of a term that are written out already, without looking at each anew."""
        plain = self.plain
        for node in postorder(term):
            if node in self.scope.values:
                continue
            if node.op == "symbol":
                if not node.data.shape and node.data.name not in self.sizes:
                    plain.add(node)
            elif node.op in PLAIN and not node.shape and plain.issuperset(node.args):
                plain.add(node)

    def run(self, term: Term, frozen: Frozen) -> Term:
        """The expansion of `term` where the symbols in `frozen` stand for themselves."""
        frames: list[tuple[Task, Work]] = []
        task: Task = (term, frozen)
        value: Term | None = None
        if term in self.plain:
            return term
        while True:
            if value is None:
                value = task[0] if task[0] in self.plain else self.done.get(task)
                if value is None:
                    frames.append((task, self._begin(task)))
            if not frames:
                return self.done[task]
            current, work = frames[-1]
            try:
                task = next(work) if value is None else work.send(value)
                value = None
            except StopIteration as stop:
                frames.pop()
                del self.open[current]
                self.done[current] = stop.value
                task, value = current, stop.value
                if not frames:
                    return self.done[current]

    def _begin(self, task: Task) -> Work:
        if task in self.open:
            raise DeriveError(f"{short(task[0])} is defined by itself")
        self.work += 1
        if self.work > MAX_WORK:
            raise DeriveError("this is too large to be written out")
        self.open[task] = None
        return self._node(*task)

    def _node(self, node: Term, frozen: Frozen) -> Work:
        held = (
            node if node.op in ("symbol", "label", "prime") else node.args[0] if node.args else node
        )
        if node in self.scope.values and held not in frozen and node not in frozen:
            return self.same(as_array(node, self.scope.values[node]), frozen)
        rule = self.rules.get(node.op, Expansion.rest)
        return rule(self, node, frozen)

    def same(self, value: Term, frozen: Frozen) -> Work:
        """What a value stands for."""
        return (yield value, frozen)

    def all_of(self, terms: Sequence[Term], frozen: Frozen) -> Generator[Task, Term, list[Term]]:
        """What each of some terms stands for."""
        result = []
        for t in terms:
            result.append((yield t, frozen))
        return result

    def rest(self, node: Term, frozen: Frozen) -> Work:
        """An operation that stays: on what its arguments stand for."""
        args = yield from self.all_of(node.args, frozen)
        return applied(node, args)

    def concrete(self, shape: Shape) -> tuple[int, ...] | None:
        """The shape in numbers, if every size is known."""
        if shape is None:
            return None
        sizes = [d if isinstance(d, int) else self.sizes.get(d) for d in shape]
        known = tuple(s for s in sizes if s is not None)
        return known if len(known) == len(sizes) else None

    def check_length(self, length: int) -> None:
        """DeriveError for more summands than are written out."""
        if length > MAX_SUMMANDS:
            raise DeriveError(
                f"{length} terms are too many to write out (the bound is {MAX_SUMMANDS})"
            )


Rule = Callable[[Expansion, Term, Frozen], Work]
