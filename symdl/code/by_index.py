"""Operations on whole arrays by their entries: `softmax(Z)_{ic}` is a quotient of exponentials.

So what is written with whole arrays runs where index notation does, for arrays that are defined
entry by entry and for axes that no matrix product has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symdl.document.errors import CodeError
from symdl.expression.numerals import ONE, value_of
from symdl.expression.printer import plain
from symdl.expression.shapes import is_entrywise
from symdl.expression.size_terms import as_term
from symdl.expression.term import Dim, Symbol, Term, make, number, postorder, rebuild

Place = tuple[Term, ...]
Wanted = tuple[Term, Place]
"""An array, and the place of the entry that is wanted of it."""
Rule = tuple[Sequence[Wanted], Callable[..., Term]]
"""Entries of other arrays, and what is made of them."""


def by_index(root: Term) -> Term:
    """A number with every operation on whole arrays written by entries of names. Raises CodeError
    for operations that have no such form (an inverse, a determinant)."""
    done: dict[Term, Term] = {}
    entries = _Entries(done)
    for node in postorder(root):
        if node.shape == ():
            done[node] = entries.number(node)
    return done[root]


class _Entries:
    """Entries of arrays; done: numbers in them that are written by entries already."""

    def __init__(self, done: dict[Term, Term]) -> None:
        self.done = done
        self.found: dict[Wanted, Term] = {}
        self.labels: dict[Term, Term] = {}

    def number(self, node: Term) -> Term:
        """A number whose parts are known."""
        if node.op == "entry":
            place = tuple(self.done[i] for i in node.args[1:])
            return self.at(node.args[0], place) if _is_full(node) else node
        if all(a.shape == () for a in node.args):
            return rebuild(node, tuple(self.done[a] for a in node.args))
        squared = node.op == "pow" and value_of(node.args[1]) == 2 and node.args[0].op == "norm"
        rule = _NUMBERS.get("square of a norm" if squared else node.op)
        if rule is None:
            raise CodeError(f"{plain(node)} has no form by entries")
        wanted, made = rule(self, node)
        return made(*(self.at(a, place) for a, place in wanted))

    def at(self, array: Term, place: Place) -> Term:
        """The entry of an array at a place."""
        stack: list[Wanted] = [(array, place)]
        while stack:
            wanted = stack[-1]
            inner, made = self._rule(*wanted)
            missing = [w for w in inner if w not in self.found]
            if wanted in self.found or not missing:
                stack.pop()
                if wanted not in self.found:
                    self.found[wanted] = made(*(self.found[w] for w in inner))
            else:
                stack.extend(missing)
        return self.found[array, place]

    def _rule(self, array: Term, place: Place) -> Rule:
        if array.shape == ():
            return (), lambda: self.done[array]
        if array.op in ("symbol", "label"):
            return (), lambda: make("entry", array, *place)
        if array.shape is None or len(array.shape) != len(place):
            raise CodeError(f"the shape of {plain(array)} is not known")
        rule = _ARRAYS.get(array.op)
        if rule is not None:
            return rule(self, array, place)
        if not is_entrywise(array) and array.op != "hadamard":
            raise CodeError(f"{plain(array)} has no form by entries")
        op = "mul" if array.op == "hadamard" else array.op
        inner = [(a, _broadcast(a, array, place)) for a in array.args]
        return inner, lambda *parts: make(op, *parts, data=array.data)

    def label(self, node: Term, axis: int = 0) -> Term:
        """The index that a node sums over."""
        key = node if not axis else make("label", node, number(axis))
        name = Symbol(f"over {len(self.labels)}", "index", ())
        return self.labels.setdefault(key, make("symbol", data=name))


def _is_full(node: Term) -> bool:
    base = node.args[0]
    return base.shape is not None and len(base.shape) == len(node.args) - 1


def _broadcast(part: Term, whole: Term, place: Place) -> Place:
    """The place in an operand that is broadcast from the right."""
    shape, result = part.shape or (), whole.shape or ()
    own, sizes = place[len(place) - len(shape) :], result[len(result) - len(shape) :]
    axes = zip(shape, own, sizes, strict=True)
    return tuple(ONE if size == 1 and wide != 1 else i for size, i, wide in axes)


def _sum(index: Term, size: Dim, body: Term) -> Term:
    return make("sum", index, ONE, as_term(size), body, data="range")


# --- arrays -------------------------------------------------------------------------------------


def _transpose(_e: _Entries, node: Term, place: Place) -> Rule:
    inner = node.args[0]
    turned = (*place[:-2], place[-1], place[-2])
    return [(inner, turned if len(inner.shape or ()) > 1 else place[-1:])], lambda x: x


def _shares(e: _Entries, node: Term, place: Place) -> Rule:
    x, k = node.args[0], e.label(node)
    size = (x.shape or ())[-1]
    wanted = [(x, place), (x, (*place[:-1], k))]

    def made(own: Term, other: Term) -> Term:
        total = _sum(k, size, make("exp", other))
        if node.op == "log_softmax":
            return own - make("log", total)
        return make("exp", own) / total

    return wanted, made


def _product(e: _Entries, node: Term, place: Place) -> Rule:
    if len(node.args) > 2:
        first = make("matmul", *node.args[:-1])
        return [(make("matmul", first, node.args[-1]), place)], lambda x: x
    a, b = node.args
    left, right = a.shape, b.shape
    if not left or not right:
        return [(a, place[-len(left or ()) :]), (b, place[-len(right or ()) :])], lambda x, y: x * y
    k = e.label(node)
    columns = 1 if len(right) > 1 else 0
    lead = place[: len(place) - columns]
    column = place[len(place) - columns :]
    if len(left) == 1:
        of_left: Place = (k,)
    elif len(lead) < len(left) - 1:  # a row times a vector is a number
        of_left = (ONE, k)
    else:
        of_left = (*lead[len(lead) - len(left) + 1 :], k)
    stacked = lead[: len(lead) - (len(left) > 1)]
    of_right = (k,) if len(right) == 1 else (*_last(stacked, len(right) - 2), k, *column)
    return [(a, of_left), (b, of_right)], lambda x, y: _sum(k, left[-1], x * y)


def _last(place: Place, count: int) -> Place:
    return place[len(place) - count :] if count else ()


def _outer(_e: _Entries, node: Term, place: Place) -> Rule:
    cut = len(node.args[0].shape or ())
    return [(node.args[0], place[:cut]), (node.args[1], place[cut:])], lambda x, y: x * y


def _along(e: _Entries, node: Term, place: Place) -> Rule:
    """Sums, means and the like along the last axis."""
    x, k = node.args[0], e.label(node)
    size = (x.shape or ())[-1]
    wanted = [(x, (*place, k))]
    count = as_term(size)
    if node.op == "logsumexp":
        return wanted, lambda u: make("log", _sum(k, size, make("exp", u)))
    if node.op == "variance":
        mean = make("mean", x)
        return [*wanted, (mean, place)], lambda u, m: _sum(k, size, (u - m) ** 2) / count
    return wanted, lambda u: _sum(k, size, u) / count if node.op == "mean" else _sum(k, size, u)


_ARRAYS: dict[str, Callable[[_Entries, Term, Place], Rule]] = {
    "transpose": _transpose,
    "softmax": _shares,
    "log_softmax": _shares,
    "matmul": _product,
    "outer": _outer,
    **dict.fromkeys(("mean", "variance", "reduce_sum", "logsumexp"), _along),
    "ones": lambda e, node, place: ((), lambda: ONE),
}


# --- numbers ------------------------------------------------------------------------------------


def _over_all(e: _Entries, node: Term, arrays: Sequence[Term], made: Callable[..., Term]) -> Rule:
    """A sum over all entries of arrays of one shape."""
    shape = arrays[0].shape or ()
    labels = tuple(e.label(node, axis + 1) for axis in range(len(shape)))

    def summed(*parts: Term) -> Term:
        total = made(*parts)
        for label, size in zip(reversed(labels), reversed(shape), strict=True):
            total = _sum(label, size, total)
        return total

    return [(a, labels) for a in arrays], summed


def _square(e: _Entries, node: Term) -> Rule:
    norm = node.args[0]
    if norm.data not in ("", "F") and not (norm.data == "2" and len(norm.args[0].shape or ()) == 1):
        raise CodeError(f"{plain(norm)} has no form by entries")
    return _over_all(e, node, norm.args, lambda u: u**2)


def _norm(e: _Entries, node: Term) -> Rule:
    wanted, made = _square(e, make("pow", node, number(2)))
    return wanted, lambda *parts: make("sqrt", made(*parts))


def _trace(e: _Entries, node: Term) -> Rule:
    k, size = e.label(node), (node.args[0].shape or (1,))[-1]
    return [(node.args[0], (k, k))], lambda u: _sum(k, size, u)


_NUMBERS: dict[str, Callable[[_Entries, Term], Rule]] = {
    "square of a norm": _square,
    "norm": _norm,
    "trace": _trace,
    "dot": lambda e, node: _over_all(e, node, node.args, lambda u, v: u * v),
    "matmul": lambda e, node: _product(e, node, ()),
    **dict.fromkeys(
        ("mean", "variance", "reduce_sum", "logsumexp"), lambda e, node: _along(e, node, ())
    ),
}
