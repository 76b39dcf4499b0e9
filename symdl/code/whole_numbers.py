"""Places of entries, counts and ends of ranges as whole numbers of the program.

An array of places is never brought to the type of the arrays beside it: a place 259 has no
bfloat16, and what is no whole number, or no place of an axis, is refused when the function runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from symdl.code.names import fresh
from symdl.code.normal import addends, sum_of
from symdl.code.places import AT_PLACES, BEYOND, SCATTERED, WINDOWS
from symdl.expression.numerals import ONE, value_of
from symdl.expression.term import Term, every_part, make, postorder

if TYPE_CHECKING:
    from symdl.code.writer import Spelled, Writer

WHOLE, GIVEN, COUNTED = "whole", "given", "counted"
"""A parameter as whole numbers; as it was given, in no other type; the numbers of a range, from its
first to before its last argument."""
ROUNDED, PLACE, END = "whole_value", "place", "end"
"""A value that must be whole; one that must be a place (from 0) of an axis, or an end of one."""
AT_LEAST, AT_MOST = "at_least", "at_most"

_SIZED = frozenset({"ones", "identity", "indices"})
_AFFINE = frozenset({"add", "neg", "mul", "view", "reorder", "pick"})
_ATOM = 9


def with_whole_numbers(outputs: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs (whole-array operations) with their places and counts as whole numbers."""
    parts = list(every_part(outputs))
    made = _Numbers(any(n.op == "relation" and _is_of_indices(n) for n in parts))
    for node in parts:
        made.values[node] = made.value(node)
    return tuple(made.values[t] for t in outputs)


class _Numbers:
    """Each Term as a value in the type of the arrays; what is reached as a place, as one. masked:
    an indicator of indices leaves out what an index reaches beyond an axis: `1[k \\le i] x_{i-k+1}`
    (0 times whatever stands there)."""

    def __init__(self, masked: bool) -> None:
        self.masked = masked
        self.values: dict[Term, Term] = {}
        self.wholes: dict[Term, Term] = {}
        self.exacts: dict[Term, Term] = {}

    def value(self, node: Term) -> Term:
        """A Term whose parts are known, in the type of the arrays."""
        args = [self.values[a] for a in node.args]
        given = node.args
        if node.op == "pick":
            axes = [k for k, mark in enumerate(node.data) if mark != ":"]
            args[1:] = [
                self.place(a, make("extent", args[0], data=k))
                for a, k in zip(given[1:], axes, strict=True)
            ]
        elif node.op == SCATTERED:
            sizes = [self.whole(a) for a in given[1 : 1 + node.data]]
            places = map(self.place, given[1 + node.data :], sizes)
            args[1:] = [*sizes, *places]
        elif node.op in (WINDOWS, BEYOND, AT_PLACES, "unvec"):
            args[1:] = map(self.whole, given[1:])
        elif node.op in _SIZED:
            args = list(map(self.whole, given))
        elif node.op == "slice":
            args[1:] = self.ends(node, args[0])
        elif node.op == "relation" and _is_of_indices(node):
            args = list(map(self.exact, given))
        return make(node.op, *args, data=node.data)

    def place(self, node: Term, size: Term) -> Term:
        """A place on an axis, counted from 0."""
        whole = self.whole(node)
        told = _told(whole)
        return whole if self.masked and not told else make(PLACE, whole, size, data=told)

    def ends(self, node: Term, base: Term) -> list[Term]:
        """The ends of slices, each inside of its axis where arrays do not tell it."""
        found = []
        for k, end in enumerate(node.args[1:]):
            whole = self.whole(end)
            sure = end.op != "number" and not _told(whole)
            if sure or (k % 2 == 0 and value_of(end) == 1):
                found.append(whole)
                continue
            size = make("extent", base, data=node.data[k // 2])
            found.append(make(END, whole, size, data=(k % 2 == 0, _told(whole))))
        return found

    def whole(self, node: Term) -> Term:
        """A Term as whole numbers."""
        return self._all(node, self.wholes, self._whole)

    def exact(self, node: Term) -> Term:
        """A Term over the parameters as they were given."""
        return self._all(node, self.exacts, self._exact)

    def _all(self, node: Term, table: dict[Term, Term], one: Callable[[Term], Term]) -> Term:
        for part in postorder(node):
            if part not in table:
                table[part] = one(part)
        return table[node]

    def _whole(self, node: Term) -> Term:
        args = [self.wholes[a] for a in node.args]
        if node.op == "symbol":
            return make(WHOLE, data=node)
        if node.op == "indices":
            return make(COUNTED, args[0], _moved(args[1], ONE))
        if node.op == "extent":
            return self.values.get(node, node)
        if node.op == "add" and args[0].op == COUNTED and len(args) == 2:
            step = value_of(args[1])
            if step is not None and step.denominator == 1:
                low, high = args[0].args
                return make(COUNTED, *(_moved(end, args[1]) for end in (low, high)))
        if node.op in ("max", "min") and len(args) == 2 and _is_number(args[1]):
            return make(AT_LEAST if node.op == "max" else AT_MOST, *args)
        if node.op == "pick":
            return make("pick", args[0], *self.values[node].args[1:], data=node.data)
        if node.op in _AFFINE or node.op in ("max", "min"):
            return make(node.op, *args, data=node.data)
        value = value_of(node)
        if value is not None and value.denominator == 1:
            return node
        exact = self.exact(node)
        return make(ROUNDED, exact, data=_told(exact))

    def _exact(self, node: Term) -> Term:
        args = [self.exacts[a] for a in node.args]
        if node.op == "symbol":
            return make(GIVEN, data=node)
        if node.op == "indices":
            return self.whole(node)
        if node.op == "extent":
            return self.values.get(node, node)
        if node.op == "pick":
            return make("pick", args[0], *self.values[node].args[1:], data=node.data)
        return make(node.op, *args, data=node.data)


def _moved(end: Term, step: Term) -> Term:
    return sum_of(addends(make("add", end, step)))


def _is_number(term: Term) -> bool:
    """Whether a Term is made of sizes of arrays and numbers alone."""
    return all(n.op in ("extent", "number", "add", "neg") for n in _outside_extents(term))


def _outside_extents(*terms: Term) -> set[Term]:
    """The parts of Terms that are more than the array whose size is asked for."""
    found, waiting = set(terms), list(terms)
    while waiting:
        node = waiting.pop()
        for inner in node.args if node.op != "extent" else ():
            if inner not in found:
                found.add(inner)
                waiting.append(inner)
    return found


def _is_of_indices(relation: Term) -> bool:
    """Whether a condition compares indices with parameters or one another."""
    parts = _outside_extents(*relation.args)
    plain = all(n.op in _AFFINE or not n.args or n.op in ("indices", "extent") for n in parts)
    return plain and any(n.op == "indices" for n in parts)


def _told(term: Term) -> tuple[Term, ...]:
    """The parameters that a whole number is made of."""
    return tuple(dict.fromkeys(n.data for n in postorder(term) if n.op in (WHOLE, GIVEN)))


def prepared(w: Writer, ready: Sequence[Term]) -> list[str]:
    """The lines that make parameters whole numbers, before the others get their type; what is
    only ever a place has none. `w.places` gets their names."""
    parts = every_part(ready)
    leaves = [n for n in parts if n.op in (WHOLE, GIVEN)]
    wholes = {n.data for n in leaves if n.op == WHOLE}
    values = {n for n in _outside_extents(*ready) if n.op == "symbol"}
    lines = []
    for symbol in dict.fromkeys(n.data for n in leaves):
        name = w.names[symbol]
        own = fresh(f"{name}_places", w.taken) if symbol in values else name
        w.places[symbol] = own
        made = f"_whole({name}, '{name}')" if symbol in wholes else f"_given({name})"
        lines.append(f"{own} = {made}")
    w.apart = {w.names[s] for s in w.places if s not in values}
    return lines


def _leaf(w: Writer, node: Term) -> Spelled:
    w.weak.discard(node)
    return w.places[node.data], _ATOM


def _names(w: Writer, symbols: Sequence[Term]) -> str:
    return repr(", ".join(w.names[s] for s in symbols))


def _place(w: Writer, node: Term) -> Spelled:
    place, size = node.args
    if not node.data and value_of(place) is not None and w.backend.name != "jax":
        return w.text[place]
    w.weak.discard(node)
    return f"_at({w.text[place][0]}, {w.text[size][0]}, {_names(w, node.data)})", _ATOM


def _end(w: Writer, node: Term) -> Spelled:
    end, size = node.args
    first, told = node.data
    before = f"{w.text[end][0]} - 1" if first else w.text[end][0]
    return f"_end({before}, {w.text[size][0]}, {_names(w, told)})", _ATOM


def _rounded(w: Writer, node: Term) -> Spelled:
    w.weak.discard(node)
    return f"_whole({w.text[node.args[0]][0]}, {_names(w, node.data)})", _ATOM


def _counted(w: Writer, node: Term) -> Spelled:
    w.weak.discard(node)
    texts = ", ".join(w.text[a][0] for a in node.args)
    if w.backend.name == "torch":
        ref = w.reference() or next((w.places[s] for s in w.places if s.shape != ()), "")
        return f"torch.arange({texts}{f', device={ref}.device' if ref else ''})", _ATOM
    return f"{'np' if w.backend.name == 'numpy' else 'jnp'}.arange({texts})", _ATOM


def _bounded(w: Writer, node: Term) -> Spelled:
    texts = [w.text[a][0] for a in node.args]
    least = node.op == AT_LEAST
    if w.backend.name == "torch":
        return f"torch.clamp({texts[0]}, {'min' if least else 'max'}={texts[1]})", _ATOM
    module = "np" if w.backend.name == "numpy" else "jnp"
    return f"{module}.{'maximum' if least else 'minimum'}({', '.join(texts)})", _ATOM


WHOLE_SPELLERS: dict[str, Callable[[Writer, Term], Spelled]] = {
    **dict.fromkeys((WHOLE, GIVEN), _leaf),
    **dict.fromkeys((AT_LEAST, AT_MOST), _bounded),
    PLACE: _place,
    END: _end,
    ROUNDED: _rounded,
    COUNTED: _counted,
}
