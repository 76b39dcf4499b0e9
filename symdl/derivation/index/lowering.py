"""From Terms to Forms: every array becomes one expression of the indices of its axes.

Lowering a node is a generator that asks for other nodes (`yield`), run by one loop: a deep
Term is no deeper for Python than a flat one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

from symdl.derivation.index import kernels as ker
from symdl.derivation.index import switches
from symdl.derivation.index.form import Space
from symdl.derivation.index.lowered import (
    MAX_NODES,
    NOTHING,
    Array,
    Env,
    Frozen,
    NotLowered,
    Task,
    Work,
)
from symdl.derivation.index.nouns import NONNEGATIVE, POSITIVE, UNKNOWN, Factor, Form, Index
from symdl.derivation.index.renaming import rename
from symdl.derivation.index.rows import OWN_ROWS
from symdl.derivation.walking import walked
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Dim, Term, free_symbols, symbol


class Lowering:
    """One calculation: a scope, a Space and what was lowered already."""

    def __init__(self, scope: Scope, space: Space, indices: Sequence[Term] = ()) -> None:
        self.scope = scope
        self.space = space
        self.free = {s: space.index(str(s.data.name), _range_of(s)) for s in indices}
        self.done: dict[Task, Array] = {}
        self.open: dict[Task, None] = {}
        self.bound: dict[Term, Array] = {}
        self.count = 0

    def __call__(self, term: Term, frozen: Frozen = frozenset()) -> Array:
        """The array that a Term is. Raises NotLowered where it has no index form."""
        outside, self.open = self.open, {}
        try:
            task = (term, NOTHING, frozen)
            return walked(task, self._begin, self.done, self.open, self._restricted)
        finally:
            self.open = outside

    def _restricted(self, task: Task) -> Task:
        term, env, frozen = task
        if not env:
            return task
        names = free_symbols(term)
        return term, frozenset([pair for pair in env if pair[0] in names]), frozen

    def _begin(self, task: Task) -> Work | Array:
        if task in self.open:
            raise NotLowered("this is defined by itself")
        self.count += 1
        if self.count > MAX_NODES:
            raise NotLowered("too large for an index form")
        node, env, frozen = task
        if node in self.bound:
            return self.bound[node]
        if node in self.scope.values and not _is_held(node, frozen):
            return self._same(self.scope.values[node], env, frozen)
        rule = RULES.get(node.op)
        if rule is not None:
            return rule(self, node, env, frozen)
        if node.op in TABLE:
            return self.row(node, env, frozen)
        raise NotLowered(f"{node.op} has no index form")

    def _same(self, value: Term, env: Env, frozen: Frozen) -> Work:
        return (yield value, env, frozen)

    # --- helpers ---------------------------------------------------------------------------

    def all(
        self, terms: Sequence[Term], env: Env, frozen: Frozen
    ) -> Generator[Task, Array, list[Array]]:
        """The arrays of several Terms."""
        found = []
        for term in terms:
            found.append((yield term, env, frozen))
        return found

    def fresh(self, shape: Sequence[Dim]) -> tuple[Index | None, ...]:
        """A new index for each axis."""
        return tuple(None if d == 1 else self.space.index("a", d) for d in shape)

    def at(self, array: Array, slots: Sequence[Any]) -> Form:
        """The Form of an array at given indices (one for each of its axes)."""
        table = {}
        for mine, new in zip(array.slots, slots, strict=True):
            if mine is not None and new is None:
                raise NotLowered("an axis of unlike sizes")
            if mine is not None and mine is not new:
                table[mine] = new
        return rename(self.space, array.form, table) if table else array.form

    def aligned(self, array: Array, slots: Sequence[Any]) -> Form:
        """The Form of an array broadcast to the indices of a larger one."""
        return self.at(array, slots[len(slots) - len(array.shape) :])

    def scalar(self, form: Form) -> Array:
        """A scalar as an array without axes."""
        return Array((), (), form)

    # --- atoms -----------------------------------------------------------------------------

    def _number(self, node: Term, _env: Env, _frozen: Frozen) -> Array:
        return self.scalar(self.space.number(node.data.value))

    def _constant(self, node: Term, _env: Env, _frozen: Frozen) -> Array:
        if node.data == "e":
            return self.scalar(ker.exponential(self.space, self.space.number(1)))
        if node.data == "pi":
            return self.scalar(self.space.scalar(node, POSITIVE))
        raise NotLowered("infinity is no number")

    def _symbol(self, node: Term, env: Env, frozen: Frozen) -> Work | Array:
        index = dict(env).get(node) or self.free.get(node)
        if index is not None:
            return self.scalar(switches.index_value(self.space, index))
        data = node.data
        defined = self.scope.entries.get(data.name)
        if defined is not None and data.shape and not _is_held(node, frozen):
            return self._by_entries(node, env, frozen)
        if data.name in self.scope.recurrences or data.role in ("sequence", "function", "set"):
            raise NotLowered(f"{data.name} is no array of fixed shape")
        if data.shape is None:
            raise NotLowered(f"the shape of {data.name} is not known")
        if not data.shape:
            if data.domain.integer:
                self.space.whole.add(data.name)
            return self.scalar(self.space.scalar(data.name, _sign(data.domain)))
        return self.atom(node, data.shape, _sign(data.domain))

    def atom(self, head: Term, shape: tuple[Dim, ...], sign: int = UNKNOWN) -> Array:
        """An array of which nothing is known but its entries."""
        slots = self.fresh(shape)
        one = self.space.number(1)
        form = switches.entry(self.space, head, tuple(s if s else one for s in slots), sign)
        return Array(shape, slots, form)

    def _by_entries(self, node: Term, env: Env, frozen: Frozen) -> Work:
        """An array of which each entry is defined: `C_{ij} = ...`."""
        definition = self.scope.entries[node.data.name]
        shape = node.data.shape
        if len(definition.parameters) != len(shape):
            raise NotLowered(f"{node.data.name} is defined by other indices")
        slots = tuple(self.space.index("a", d) for d in shape)
        inner = env | set(zip(definition.parameters, slots, strict=True))
        body = yield definition.body, frozenset(inner), frozen
        return Array(shape, slots, body.form)

    def _label(self, node: Term, env: Env, _frozen: Frozen) -> Array:
        if node.shape is None:
            raise NotLowered("the shape of a labelled symbol is not known")
        if not free_symbols(node.args[1]).isdisjoint(index for index, _ in env):
            raise NotLowered("a label that a sum runs over")
        base = node.args[0]
        sign = _sign(base.data.domain) if base.op == "symbol" else UNKNOWN
        if not node.shape:
            return self.scalar(self.space.scalar(node, sign))
        return self.atom(node, node.shape, sign)

    def _entry(self, node: Term, env: Env, frozen: Frozen) -> Work:
        base, indices = node.args[0], node.args[1:]
        if base.op == "symbol" and not _is_held(base, frozen):
            found = self.scope.entries.get(base.data.name)
            if found is not None and base not in self.scope.values:
                if len(found.parameters) != len(indices):
                    raise NotLowered(f"{found.name} is defined by other indices")
                table = dict(zip(found.parameters, indices, strict=True))
                return (yield substitute(found.body, table), env, frozen)
        array = yield base, env, frozen
        slots = []
        lead = 1 if array.row and len(indices) == 1 else 0
        for axis, index in enumerate(indices, lead):
            if axis >= len(array.shape):
                raise NotLowered("more indices than axes")
            slots.append((yield from self.slot(index, array.shape[axis], env, frozen)))
        rest = self.fresh(array.shape[lead + len(indices) :])
        place = [*[None] * lead, *slots, *rest]
        put = {mine: new for mine, new in zip(array.slots, place, strict=True) if mine}
        form = rename(self.space, array.form, put)
        return Array(array.shape[lead + len(indices) :], rest, form)

    def slot(self, index: Term, dim: Dim, env: Env, frozen: Frozen) -> Generator[Task, Array, Any]:
        """What stands at an axis: an index of this size, or an expression."""
        if index.op == "symbol":
            found = dict(env).get(index) or self.free.get(index)
            if found is not None:
                if found.dim is None:
                    found.dim = dim
                if found.dim != dim and not self.same_size(found.dim, dim):
                    raise NotLowered(f"{found.name} runs through {found.dim} and through {dim}")
                return found
        value = yield index, env, frozen
        return value.form

    def same_size(self, a: Dim | None, b: Dim | None) -> bool:
        if a is None or b is None:
            return False
        return self.space.dimension(a) is self.space.dimension(b)

    # --- elementwise -----------------------------------------------------------------------

    def elementwise(self, arrays: Sequence[Array], make_: Callable[..., Form]) -> Array:
        """A scalar operation on broadcast arrays."""
        shape = self.joined([a.shape for a in arrays])
        whole = [a for a in arrays if a.shape == shape]
        heaviest = max(whole, key=weight, default=None)  # the others are renamed
        slots = self.fresh(shape) if heaviest is None else heaviest.slots
        form = make_(*(self.aligned(a, slots) for a in arrays))
        wide = [a for a in arrays if a.shape]
        return Array(shape, slots, form, bool(wide) and all(a.row for a in wide))

    def joined(self, shapes: Sequence[tuple[Dim, ...]]) -> tuple[Dim, ...]:
        """The broadcast shape."""
        rank = max(map(len, shapes), default=0)
        result: list[Dim] = []
        for axis in range(-rank, 0):
            sizes = [s[axis] for s in shapes if len(s) >= -axis and s[axis] != 1]
            if any(not self.same_size(d, sizes[0]) for d in sizes[1:]):
                raise NotLowered(f"axis {axis} has unlike sizes")
            result.append(sizes[0] if sizes else 1)
        return tuple(result)

    def row(self, node: Term, env: Env, frozen: Frozen) -> Work:
        if node.op in ("max", "min") and len(node.args) == 1:
            raise NotLowered("the largest entry has no index form")
        own = OWN_ROWS.get(node.op)
        row = TABLE[node.op]
        if own is None and row.definition is not None:
            return (yield row.definition(*node.args), env, frozen)
        args = yield from self.all(node.args, env, frozen)
        space = self.space
        if own is not None:
            return self.elementwise(args, lambda *forms: own(space, *forms))
        if node.data is not None:
            raise NotLowered(f"{node.op} has no index form")
        sign = _sign(row.range)
        head = (node.op, bool(row.odd))
        return self.elementwise(args, lambda *forms: switches.kernel(space, head, forms, sign))

    def partials(self, factor: Factor) -> list[Form]:
        """The partial derivatives of a kernel, by its row."""
        name = factor.head[0]
        if name == "sign":
            return [self.space.number(0)]
        row = TABLE.get(name)
        if row is None or row.partials is None:
            raise NotLowered(f"{name} has no derivative")
        places = [symbol(f"u_{{\\text{{p{i}}}}}") for i in range(len(factor.parts))]
        outer = self.bound
        self.bound = {
            **outer,
            **{p: self.scalar(f) for p, f in zip(places, factor.parts, strict=True)},
        }
        outside, self.done = self.done, {}
        try:
            return [self(t).form for t in row.partials(*places)]
        finally:
            self.bound, self.done = outer, outside


def weight(array: Array) -> int:
    """How much there is to rename."""
    return array.form.height + len(array.form.terms)


def _is_held(node: Term, frozen: Frozen) -> bool:
    return node in frozen


def _range_of(index: Term) -> Dim | None:
    domain: Domain = index.data.domain
    upper = domain.upper
    return int(upper) if upper is not None and index.data.role == "index" else None


def _sign(domain: Domain) -> int:
    if domain.positive:
        return POSITIVE
    return NONNEGATIVE if domain.nonnegative else UNKNOWN


Rule = Callable[[Lowering, Term, Env, Frozen], Work | Array]
RULES: dict[str, Rule] = {
    "number": Lowering._number,
    "constant": Lowering._constant,
    "symbol": Lowering._symbol,
    "label": Lowering._label,
    "entry": Lowering._entry,
}
