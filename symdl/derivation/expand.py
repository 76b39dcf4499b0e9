"""Writing a term out: calls, definitions, derivatives, sums and recurrences replaced by what
they stand for, until free symbols, operator rows and cases are left.

Expanding a node is a generator that asks for the expansion of other terms (`yield`) and
returns its own; one loop runs them all, so that a recurrence of 10,000 steps is no deeper
for Python than one of two.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cached_property
from math import prod

from symdl.derivation import arrays
from symdl.derivation.array_functions import constant_array, sum_of_squares
from symdl.derivation.arrays import Components, as_components, is_literal
from symdl.derivation.held import is_state, may_change, refuse_unclear, refuse_unknown
from symdl.derivation.numbers import integer
from symdl.derivation.recurrences import first_given, is_free, settled_index, unfolds
from symdl.derivation.written_out import (
    WRITTEN_OUT,
    applied,
    as_array,
    decided,
    fresh_index,
    function_named,
    inferred_sizes,
    jacobian,
    joined,
    names_in,
    picked,
    refuse_open_calls,
    replace_free,
    require_dependence,
    short,
)
from symdl.document.errors import DeriveError
from symdl.expression.numerals import ONE, ZERO, value_of
from symdl.expression.operators import TABLE
from symdl.expression.scope import Definition, Scope, substitute
from symdl.expression.term import (
    BINDERS,
    Call,
    Shape,
    Symbol,
    Term,
    free_symbols,
    make,
    number,
    postorder,
    size,
)

MAX_SUMMANDS = 10_000
"""Longer sums, products and recurrences are not written out, nested sums counted together."""
MAX_WORK = 200_000
"""So many nodes may be expanded for one term."""
MOST_HIGHER = 5_000
"""So many nodes the derivatives of derivatives in a term may have together."""
MAX_NESTING = 200
"""Definitions may use definitions so deep."""

Frozen = frozenset[Term]
"""Symbols that stand for themselves: variables of differentiation, bound indices."""
Task = tuple[Term, Frozen]
Work = Generator[Task, Term, Term]


def expand(
    term: Term, scope: Scope, sizes: Mapping[str, int] | None = None, whole: bool = False
) -> Term:
    """`term` written out in free symbols, operator rows and piecewise.

    Calls become their definitions, symbols their values, derivatives are taken, recurrences
    unrolled from their first values, sums with literal limits written out, arrays whose sizes
    are known (literals, integer shapes, or by `sizes`) computed entry by entry. Functions and
    symbols without definition stay. whole: so do arrays, whatever their sizes.

    Raises DeriveError for circular definitions, for sums and recurrences too long to write
    out, and where a derivative is not known.
    """
    expander = Expander(scope, sizes or {}, whole)
    expander.note_plain(term)
    return expander.run(term, frozenset())


PLAIN = frozenset({"number", "constant", "relation", "and", "or", "not", *TABLE})
"""Operations that stay as they are on numbers."""


def _is_open(node: Term) -> bool:
    """Whether a binder does not bind: an integral without limits."""
    return node.op == "integral" and node.data == "all"


def _is_counter(node: Term) -> bool:
    """Whether a binder has an index of its own; a maximum, limit or integral over a real number
    runs over that number in the definitions too."""
    index = node.args[0].data
    return node.op in ("sum", "product") or index.role == "index" or index.domain.integer


class Expander:
    """One expansion: what was expanded already and what is being expanded."""

    def __init__(self, scope: Scope, sizes: Mapping[str, int], whole: bool = False) -> None:
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
            return self._same(as_array(node, self.scope.values[node]), frozen)
        rule = _RULES.get(node.op, Expander._rest)
        return rule(self, node, frozen)

    def _same(self, value: Term, frozen: Frozen) -> Work:
        return (yield value, frozen)

    def _all(self, terms: Sequence[Term], frozen: Frozen) -> Generator[Task, Term, list[Term]]:
        result = []
        for t in terms:
            result.append((yield t, frozen))
        return result

    def _rest(self, node: Term, frozen: Frozen) -> Work:
        args = yield from self._all(node.args, frozen)
        return applied(node, args)

    def _symbol(self, node: Term, frozen: Frozen) -> Work:
        data = node.data
        if node not in frozen and data.name in self.sizes and not data.shape:
            return number(self.sizes[data.name])
        shape = self.concrete(data.shape)
        if not shape or data.role == "sequence" or self.whole:
            return node
        entries = []
        arrays.check_count(prod(shape))
        for place in arrays.every_place(shape):
            entry = make("entry", node, *(number(i + 1) for i in place))
            entries.append((yield entry, frozen))
        return Components(shape, tuple(entries)).term

    def concrete(self, shape: Shape) -> tuple[int, ...] | None:
        """The shape in numbers, if every size is known."""
        if shape is None:
            return None
        sizes = [d if isinstance(d, int) else self.sizes.get(d) for d in shape]
        known = tuple(s for s in sizes if s is not None)
        return known if len(known) == len(sizes) else None

    def _prime(self, node: Term, frozen: Frozen) -> Work:
        base = node.args[0]
        defined = base.op == "symbol" and base.data.name in self.scope.functions
        if base in self.scope.values or defined:
            name = short(base)
            raise DeriveError(
                f"{name}' does not say in which variable: write \\frac{{d {name}}}{{d x}}"
            )
        return self._rest(node, frozen)

    def _call(self, node: Term, frozen: Frozen) -> Work:
        args = yield from self._all(node.args, frozen)
        call: Call = node.data
        found = self.function(call.function)
        if found is None:
            return make("call", *args, data=call)
        if len(args) != len(found.parameters):
            raise DeriveError(
                f"{found.name} is defined for {len(found.parameters)} arguments, not {len(args)}"
            )
        body = found.body
        if found.name in self.calling:
            raise DeriveError(f"{found.name} is defined by itself: {found.name} calls {found.name}")
        if len(self.calling) > MAX_NESTING:
            raise DeriveError(f"definitions nested deeper than {MAX_NESTING}")
        self.calling.append(found.name)
        for _ in range(call.primes):
            if len(found.parameters) != 1:
                raise DeriveError(f"{found.name}' of several arguments: write which derivative")
            body = make("derivative", body, found.parameters[0], data="prime")
        if call.primes:
            body = yield body, frozenset(found.parameters)
        body = substitute(body, dict(zip(found.parameters, args, strict=True)))
        result = yield body, frozen
        self.calling.pop()
        return result

    def function(self, named: Symbol) -> Definition | None:
        """The definition of a function."""
        return function_named(named.name, self.scope)

    def _derivative(self, node: Term, frozen: Frozen) -> Work:
        body, variables = node.args[0], list(node.args[1:])
        body = self.opened(body, variables)
        places = []
        for v in variables:
            if v.op == "entry":
                indices = yield from self._all(v.args[1:], frozen)
                v = make("entry", v.args[0], *map(settled_index, indices))
            places.append(v)
        held = frozen | set(places)
        held |= {v.args[0] for v in places if v.op == "entry" and not is_state(v, self.scope)}
        for v in places:
            refuse_unclear(body, v, self.scope)
        result = yield body, held
        for v in places:
            refuse_unknown(result, v, self.scope)
        refuse_open_calls(result)
        if result.op == "call" and len(result.args) > 1:
            return make("derivative", result, *places, data=node.data)
        if body.op != "call" and node.data != "prime":
            require_dependence(result, places[0])
        for v in places:
            before, result = result, (yield from self._differentiated(result, v, held))
            self._grown(before, result)
        return (yield result, frozen)

    def _grown(self, before: Term, derivative: Term) -> None:
        """DeriveError where derivatives of derivatives have grown too long to go on with."""
        if before in self.derivatives:
            self.higher += size(derivative)
            if self.higher > MOST_HIGHER:
                message = "a derivative of this order is too long to be written out"
                raise DeriveError(message, code="too-large")
        self.derivatives.add(derivative)

    def opened(self, body: Term, variables: Sequence[Term]) -> Term:
        """`df/dx` of a function f named without arguments: its body in its own parameters."""
        if body.op != "symbol":
            return body
        found = self.scope.functions.get(body.data.name)
        if found is None:
            return body
        mine = {
            p.data.name: v
            for v in variables
            if v.op == "symbol"
            for p in found.parameters
            if p.op == "symbol" and p.data.name == v.data.name
        }
        table = {p: mine[p.data.name] for p in found.parameters if p.data.name in mine}
        return substitute(found.body, table)

    def _differentiated(self, body: Term, v: Term, held: Frozen) -> Work:
        variables = v
        if v.op == "symbol" and v.shape:
            variables = yield v, held
            if not is_literal(variables):
                raise DeriveError(f"the derivative in all of {short(v)} needs its sizes")
        return jacobian(body, variables)

    def _gradient(self, node: Term, frozen: Frozen) -> Work:
        body = node.args[0]
        if len(node.args) > 1:
            return (yield make("derivative", body, node.args[1], data="partial"), frozen)
        if body.op == "call" and len(body.args) == 1 and body.args[0].op == "symbol":
            return (yield make("derivative", body, body.args[0], data="partial"), frozen)
        raise DeriveError("a gradient without a variable: write \\nabla_x for the one in x")

    def _at(self, node: Term, frozen: Frozen) -> Work:
        body, variable, value = node.args
        held = variable.args[0] if variable.op == "entry" else variable
        inner = yield body, frozen | {held}
        point = yield value, frozen
        if any(n.op == "derivative" and variable in n.args[1:] for n in postorder(inner)):
            return make("at", inner, variable, point)
        return (yield replace_free(inner, variable, point), frozen)

    def _entry(self, node: Term, frozen: Frozen) -> Work:
        indices = yield from self._all(node.args[1:], frozen)
        indices = list(map(settled_index, indices))
        base = node.args[0]
        entry = make("entry", base, *indices)
        if entry in frozen:
            return entry
        if base not in frozen:
            if entry is not node and entry in self.scope.values:
                return (yield entry, frozen)
            if base.op == "symbol":
                found = self.scope.recurrences.get(base.data.name)
                if found is not None:
                    value = yield from self._step(found, base, indices, frozen)
                    return entry if value is None else value
                found = self.scope.entries.get(base.data.name)
                if found is not None and len(found.parameters) == len(indices):
                    table = dict(zip(found.parameters, indices, strict=True))
                    return (yield substitute(found.body, table), frozen)
        given = base.op != "symbol" or (base in self.scope.values and base not in frozen)
        if not given and (not entry.shape or base.data.role == "sequence"):
            return entry
        array = yield base, frozen
        return picked(array, indices)

    def _step(
        self, found: Definition, base: Term, indices: Sequence[Term], frozen: Frozen
    ) -> Generator[Task, Term, Term | None]:
        """An entry of a recurrence written out, None where it is free."""
        step = integer(indices[0])
        if step is None:
            entry = make("entry", base, indices[0])
            moved = (may_change(entry, v, self.scope) for v in frozen if v.op == "entry")
            if not unfolds(found, base, indices[0], self.scope) and not any(moved):
                return None
        elif is_free(found, base, step, self.scope):
            return None
        elif step - (first_given(self.scope, base) or 0) > MAX_SUMMANDS:
            raise DeriveError(f"{step} steps of {base!r} are too many to write out")
        body = substitute(found.body, {found.parameters[0]: indices[0]})
        value = yield body, frozen
        return picked(value, indices[1:]) if len(indices) > 1 else value

    def _binder(self, node: Term, frozen: Frozen) -> Work:
        index, body = node.args[0], node.args[-1]
        if not _is_open(node) and (index in frozen or (index in self.names and _is_counter(node))):
            fresh = fresh_index(index, self.names | frozen | free_symbols(body))
            body, index = substitute(body, {index: fresh}), fresh
        limits = yield from self._all(node.args[1:-1], frozen)
        if node.op in WRITTEN_OUT:
            values = yield from self._range(node, index, body, limits, frozen)
            if values is not None:
                self._check_length(self.width * len(values))
                outside, self.width = self.width, self.width * max(1, len(values))
                parts = []
                for v in values:
                    parts.append((yield substitute(body, {index: v}), frozen))
                self.width = outside
                return joined(node.op, parts)
        inner = yield body, frozen | {index}
        return make(node.op, index, *limits, inner, data=node.data)

    def _range(
        self, node: Term, index: Term, body: Term, limits: Sequence[Term], frozen: Frozen
    ) -> Generator[Task, Term, Sequence[Term] | None]:
        if node.data == "range":
            low, high = map(integer, limits)
            if low is None or high is None:
                return None
            self._check_length(high - low + 1)
            return [number(i) for i in range(low, high + 1)]
        if node.data == "set":
            return limits[0].args if limits[0].op == "set" else None
        size = yield from self._axis(index, body, frozen)
        return None if size is None else [number(i + 1) for i in range(size)]

    def _check_length(self, length: int) -> None:
        if length > MAX_SUMMANDS:
            raise DeriveError(
                f"{length} terms are too many to write out (the bound is {MAX_SUMMANDS})"
            )

    def _axis(self, index: Term, body: Term, frozen: Frozen) -> Generator[Task, Term, int | None]:
        """The size of the axis that `index` runs over in `body`, if one is known."""
        for node in postorder(body):
            if node.op != "entry" or index not in node.args[1:]:
                continue
            base, axis = node.args[0], node.args[1:].index(index)
            if index in free_symbols(base):
                continue
            if base.op == "symbol" and base.data.role == "sequence":
                axis -= 1
            shape = self.concrete(base.shape)
            if shape is None and axis >= 0:
                literal = as_components((yield base, frozen))
                shape = literal.shape if literal is not None else None
            if shape is not None and 0 <= axis < len(shape):
                return shape[axis]
        return None

    def _cases(self, node: Term, frozen: Frozen) -> Work:
        kept: list[Term] = []
        for value, condition in zip(node.args[0::2], node.args[1::2], strict=False):
            test = yield condition, frozen
            verdict = decided(test)
            if verdict is False:
                continue
            written = yield value, frozen
            if verdict:
                kept.append(written)
                break
            kept += [written, test]
        else:
            if len(node.args) % 2:
                kept.append((yield node.args[-1], frozen))
        if len(kept) == 1:
            return kept[0]
        if not kept:
            raise DeriveError("no case of a definition by cases applies")
        if any(map(arrays.holds_arrays, kept)):
            return arrays.piecewise(kept).term
        return make("piecewise", *kept)

    def _indicator(self, node: Term, frozen: Frozen) -> Work:
        condition = yield node.args[0], frozen
        verdict = decided(condition)
        if verdict is not None:
            return ONE if verdict else ZERO
        return make("indicator", condition)

    def _constant_array(self, node: Term, frozen: Frozen) -> Work:
        sizes = yield from self._all(node.args, frozen)
        known = [n for n in map(integer, sizes) if n is not None]
        if self.whole or not sizes or len(known) < len(sizes):
            return node
        return constant_array(node.op, known).term

    def _power(self, node: Term, frozen: Frozen) -> Work:
        base, exponent = node.args
        if base.op == "norm" and base.data in ("", "2", "F") and value_of(exponent) == 2:
            array = as_components((yield base.args[0], frozen))
            if array is not None and array.shape:
                spectral = base.data == "2" and len(array.shape) > 1 and not array.row
                if not spectral:
                    return sum_of_squares(array)
        return (yield from self._rest(node, frozen))


_RULES: dict[str, Callable[[Expander, Term, Frozen], Work]] = {
    "symbol": Expander._symbol,
    "call": Expander._call,
    "prime": Expander._prime,
    "derivative": Expander._derivative,
    "gradient": Expander._gradient,
    "at": Expander._at,
    "entry": Expander._entry,
    "piecewise": Expander._cases,
    "indicator": Expander._indicator,
    "pow": Expander._power,
    "ones": Expander._constant_array,
    "identity": Expander._constant_array,
    **dict.fromkeys(BINDERS, Expander._binder),
}
