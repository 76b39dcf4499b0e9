"""Arrays in matrix notation as array operations: ones, diagonals and broadcasts cost nothing.

A value carries, for each axis of its shape, whether the array has it: a matrix of ones is the
number 1 with neither axis, `1 b^T` is b with the last one, `diag(p)` is p. So a product with ones
becomes a sum over an axis, `diag(p) A` a product that broadcasts, `tr(A^T B)` the sum of `A * B`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from symdl.code.axes import bare, extents, size_of
from symdl.code.stacks import parts_of_stack
from symdl.derivation.matrix.build import associated
from symdl.document.errors import CodeError
from symdl.expression.numerals import ONE
from symdl.expression.printer import plain
from symdl.expression.term import BINDERS, Dim, Term, make

Children = Callable[[Term], Sequence[Term]]
"""What a node is made of: the value of a name, the arguments of an operation."""


@dataclass(frozen=True, slots=True)
class Value:
    """An array of which only some axes are there. diagonal: it stands along two of them."""

    term: Term
    axes: tuple[bool, ...] = ()
    diagonal: bool = False


class Whole:
    """The translation of Terms over parameters; `children` opens names, `named` are the names."""

    def __init__(self, parameters: Sequence[Term], children: Children) -> None:
        self.children = children
        self.known: dict[Term, Value] = {}
        self.exponents: dict[Term, Term] = {}
        self.parameters = frozenset(parameters)
        self.dimensions = extents(parameters)

    def __call__(self, root: Term, like: Term | None = None) -> Term:
        """The array of a Term, all its axes there; in the shape and type of `like`."""
        value = self.value(root)
        if like is None or value.diagonal or all(value.axes):
            return self.full(value, root)
        return make("like", seen(value, (True,) * len(value.axes)), bare(like))

    def value(self, root: Term) -> Value:
        """The value of a Term. Raises CodeError where an operation has no array code."""
        stack = [root]
        while stack:
            node = stack[-1]
            inner = self._inner(node)
            missing = [a for a in inner if a not in self.known]
            if node in self.known or not missing:
                stack.pop()
                if node not in self.known:
                    self.known[node] = self._made(node, inner)
            else:
                stack.extend(missing)
        return self.known[root]

    def _inner(self, node: Term) -> Sequence[Term]:
        if node in self.parameters:
            return ()
        if node.op == "matmul" and len(node.args) > 2:
            return (associated(node.args),)
        if node.op == "trace" and node.args[0].op == "matmul":
            whole = associated(node.args[0].args)
            return whole.args
        if node.op == "sum" and node.shape:
            return parts_of_stack(node)
        return self.children(node)

    def _made(self, node: Term, inner: Sequence[Term]) -> Value:
        if node in self.parameters:
            return Value(bare(node), (True,) * len(node.shape or ()))
        if node.op in ("symbol", "label", "gradient", "call") or (
            node.op == "matmul" and len(inner) == 1
        ):
            return self._named(node, inner)
        if (node.op in BINDERS and not (node.op == "sum" and node.shape)) or node.op == "entry":
            raise CodeError(f"no array code for {plain(node)} beside matrix products")
        rule = RULES.get(node.op)
        if rule is not None:
            return rule(self, node, inner)
        return self.entrywise(node, inner)

    def _named(self, node: Term, inner: Sequence[Term]) -> Value:
        if inner:
            return self.known[inner[0]]
        if node.op == "symbol" and node.shape == () and node.data.name in self.dimensions:
            return Value(self.dimensions[node.data.name])
        raise CodeError(f"{plain(node)} is no parameter and nothing defines it")

    def size(self, size: Dim) -> Term:
        """A size as a number of the program."""
        found = size_of(size, self.dimensions)
        if found is None:
            raise CodeError(f"the size {size} cannot be read off an argument")
        return found

    def full(self, value: Value, node: Term) -> Term:
        """The term of a value with all its axes."""
        shape = node.shape or ()
        if value.diagonal:
            if value.axes == (False,):
                unit = make("identity", self.size(shape[0]))
                return unit if value.term is ONE else value.term * unit
            return make("diag", value.term)
        if all(value.axes):
            return value.term
        there = make("ones", *map(self.size, shape))
        return there if value.term is ONE else make("mul", seen(value, (True,) * len(shape)), there)

    def entrywise(self, node: Term, inner: Sequence[Term]) -> Value:
        """An operation entry by entry, broadcast from the right."""
        parts = [self.flat(self.known[a], a) for a in inner]
        if node.op in ("mul", "hadamard"):
            parts = [p for p in parts if p.term is not ONE or p.axes] or parts[:1]
        rank = max(
            (2 if v.diagonal else len(v.axes) for v in map(self.known.__getitem__, inner)),
            default=0,
        )
        axes = union(parts, rank)
        terms = [seen(padded(p, rank), axes) for p in parts]
        if len(terms) == 1 and node.op in ("mul", "hadamard"):
            return Value(terms[0], axes)
        return Value(self._stable(node, terms, parts), axes)

    def _stable(self, node: Term, terms: Sequence[Term], parts: Sequence[Value]) -> Term:
        """The operation; a log or a quotient of sums of exponentials without overflow."""
        below = self.exponents.get(parts[-1].term) if parts else None
        if node.op == "log" and below is not None:
            return make("logsumexp", below)
        if node.op == "log" and len(parts[0].axes) == 1 and _is_diagonal_of_softmax(terms[0]):
            return make("diag", make("log_softmax", *terms[0].args[0].args))
        if node.op == "div" and below is not None and terms[0] is make("exp", below):
            return make("softmax", below)
        if node.op in ("mul", "hadamard"):
            terms = self._softmaxes(list(terms))
            if len(terms) == 1:
                return terms[0]
        return make(node.op, *terms, data=node.data)

    def _softmaxes(self, factors: list[Term]) -> list[Term]:
        """Factors with `e^x` and `1/sum e^x` among them as one softmax."""
        for factor in factors:
            below = self.exponents.get(factor.args[-1]) if factor.op == "div" else None
            if below is not None and make("exp", below) in factors and factor.args[0] is ONE:
                rest = [f for f in factors if f is not factor and f is not make("exp", below)]
                return [make("softmax", below), *rest]
        return factors

    def flat(self, value: Value, node: Term) -> Value:
        """A value that is no diagonal; a matrix of ones is a number."""
        if value.diagonal:
            return Value(self.full(value, node), (True, True))
        return value if any(value.axes) else Value(value.term)

    def summed(self, value: Value, axis: int, size: Dim) -> Value:
        """The sum over an axis."""
        rest = value.axes[:axis] + value.axes[axis + 1 :]
        if not value.axes[axis]:
            return Value(times(self.size(size), value.term), rest)
        term, place = value.term, sum(value.axes[:axis])
        if term.op == "reorder":
            term, place = term.args[0], term.data[place]
        alone = sum(value.axes) == 1
        made = make("reduce", term, data=("sum", None if alone else place))
        if term.op == "exp" and term is value.term and axis == len(value.axes) - 1:
            self.exponents[made] = term.args[0]
        return Value(made, rest)

    def total(self, value: Value, shape: Sequence[Dim]) -> Value:
        """The sum of all entries."""
        if all(value.axes) and value.axes:
            return Value(make("reduce", value.term, data=("sum", None)))
        for axis in reversed(range(len(value.axes))):
            value = self.summed(value, axis, shape[axis])
        return value


def _is_diagonal_of_softmax(term: Term) -> bool:
    return term.op == "diag" and term.args[0].op == "softmax"


def times(*factors: Term) -> Term:
    kept = [f for f in factors if f is not ONE]
    return make("mul", *kept) if len(kept) > 1 else kept[0] if kept else ONE


def union(parts: Sequence[Value], rank: int) -> tuple[bool, ...]:
    each = [padded(p, rank).axes for p in parts]
    return tuple(any(axes[k] for axes in each) for k in range(rank))


def padded(value: Value, rank: int) -> Value:
    """The value with leading axes that are not there."""
    return replace(value, axes=(False,) * (rank - len(value.axes)) + value.axes)


def seen(value: Value, axes: tuple[bool, ...]) -> Term:
    """The term of a value, made to broadcast over the axes that are there."""
    if not any(value.axes):
        return value.term
    marks = [
        ":" if mine else "None" for mine, wanted in zip(value.axes, axes, strict=True) if wanted
    ]
    while marks and marks[0] == "None":
        marks.pop(0)
    return make("view", value.term, data=tuple(marks)) if "None" in marks else value.term


Rule = Callable[[Whole, Term, Sequence[Term]], Value]
RULES: dict[str, Rule] = {}
"""How each operation on whole arrays is translated (`whole_rules.py`); others go entry by entry."""
