"""The Term: a hash-consed, immutable, typed expression that never evaluates itself.

Equal structure is the same object, so identity is equality and a Term is a node of a
DAG. `0 \\cdot \\log x` stays as written: its domain matters. What each operation means,
how many arguments it takes and what `data` holds is one table in docs/terms.md; scalar
functions are rows in `expression/operators/`.

Nothing here recurses over a Term: use `postorder` (every sub-term once, arguments
first), so that a chain of 10,000 layers is as safe as one of two.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any
from weakref import ref

from symdl.expression.domain import REAL, Domain

Dim = int | str
"""A dimension: a literal size or a name such as `n`."""
Shape = tuple[Dim, ...] | None
"""Dimensions in order; () is a scalar, None is not known."""


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number and the digits its author wrote (`0.90` is 9/10, text `0.90`)."""

    value: Fraction
    text: str

    def __hash__(self) -> int:
        return hash(self.text)  # that of a Fraction takes long, and this one is asked for often

    @property
    def places(self) -> int | None:
        """Digits written behind the point, or None for an integer."""
        mantissa, _, exponent = self.text.lower().partition("e")
        if "." not in mantissa and not exponent:
            return None
        written = len(mantissa.partition(".")[2])
        return written - int(exponent or 0)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name and what is declared of it.

    name: canonical LaTeX (`x`, `\\beta_1`, `\\hat{m}`, `\\mathbf{x}`, `batch_size`); nothing is
    lower-cased or merged. role: scalar, vector, matrix, tensor, function, index, constant,
    sequence (a value for each time step), or set. `declared` is False when a convention
    gave role, shape or domain. Only identity-relevant facts are compared; `meaning` is not.
    """

    name: str
    role: str = "scalar"
    shape: Shape = ()
    domain: Domain = REAL
    declared: bool = field(default=False, compare=False)
    meaning: str = field(default="", compare=False)

    def __hash__(self) -> int:
        domain = self.domain  # of its Fractions the hash takes long
        return hash((self.name, self.role, domain.integer, domain.lower is None))


@dataclass(frozen=True, slots=True)
class Call:
    """Data of a `call`: the function, its primes (`f''` is 2) and where `;` or `\\mid` stood
    among the arguments (`J(\\theta; x)` has bars (1,))."""

    function: Symbol
    primes: int = 0
    bars: tuple[int, ...] = ()


class Term:
    """One node: `op`, its `args`, its `data` (what is not a Term) and its `shape`.

    Build with `make` or the helpers below, never directly. Python's + - * / ** and unary
    minus build the same nodes; they compute nothing. Identity is equality.
    """

    __slots__ = ("__weakref__", "_kept", "_operations", "args", "data", "op", "shape")
    _kept: tuple[Term, ...] | None
    _operations: frozenset[str] | None
    op: str
    args: tuple[Term, ...]
    data: Any
    shape: Shape

    def __init__(self, op: str, args: tuple[Term, ...], data: Any, shape: Shape) -> None:
        set_ = object.__setattr__
        set_(self, "op", op)
        set_(self, "args", args)
        set_(self, "data", data)
        set_(self, "shape", shape)
        set_(self, "_kept", None)
        set_(self, "_operations", None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Term is immutable")

    def __reduce__(self) -> tuple[Callable[..., Term], tuple[object, ...]]:
        return _rebuild, (_flatten(self),)

    def __repr__(self) -> str:
        if self.op == "number":
            return str(self.data.text)
        if self.op == "symbol":
            return str(self.data.name)
        if self.op == "constant":
            return str(self.data)
        inside = ", ".join(map(repr, self.args))
        label = self.op if self.data is None else f"{self.op}[{self.data}]"
        return f"{label}({inside})"

    def __add__(self, other: Term | int | Fraction) -> Term:
        return make("add", self, term(other))

    def __radd__(self, other: int | Fraction) -> Term:
        return make("add", term(other), self)

    def __sub__(self, other: Term | int | Fraction) -> Term:
        return make("add", self, make("neg", term(other)))

    def __rsub__(self, other: int | Fraction) -> Term:
        return make("add", term(other), make("neg", self))

    def __mul__(self, other: Term | int | Fraction) -> Term:
        return make("mul", self, term(other))

    def __rmul__(self, other: int | Fraction) -> Term:
        return make("mul", term(other), self)

    def __truediv__(self, other: Term | int | Fraction) -> Term:
        return make("div", self, term(other))

    def __rtruediv__(self, other: int | Fraction) -> Term:
        return make("div", term(other), self)

    def __pow__(self, other: Term | int | Fraction) -> Term:
        return make("pow", self, term(other))

    def __neg__(self) -> Term:
        return make("neg", self)


_Key = tuple[str, tuple[Term, ...], Any]


class _Reference(ref[Term]):
    """A reference that holds no Term alive and knows its key. (The one of `weakref` takes five
    times as long to make, and one is made for each Term.)"""

    __slots__ = ("key",)
    key: _Key


_table: dict[_Key, _Reference] = {}


def _forget(reference: _Reference) -> None:
    """Drop the entry of a Term that nobody holds, unless it was made anew meanwhile."""
    if _table.get(reference.key) is reference:
        del _table[reference.key]


@cache
def _shapes() -> Callable[[str, tuple[Term, ...], Any], Shape]:
    """The rules of shapes, which speak of Terms themselves: looked up once, not for each Term."""
    from symdl.expression.shapes import shape_of

    return shape_of


def make(op: str, *args: Term, data: Any = None) -> Term:
    """The one Term with this operation, arguments and data.

    Raises ShapeError when the shapes of the arguments do not fit the operation.
    """
    key = (op, args, data)
    reference = _table.get(key)
    found = None if reference is None else reference()
    if found is None:
        found = Term(op, args, data, _shapes()(op, args, data))
        reference = _table[key] = _Reference(found, _forget)
        reference.key = key
    return found


@lru_cache(maxsize=4096)
def number(value: int | Fraction, text: str = "") -> Term:
    """An exact number; `text` are the digits as written, if somebody wrote them.

    A negative number is `neg` of a positive one, and a fraction without text is a `div`,
    as in writing. Raises TypeError for a float, which is no exact number.
    """
    if isinstance(value, float):
        raise TypeError(f"numbers of Terms are exact, not floats: {value!r}")
    value = Fraction(value)
    if value < 0:
        return make("neg", number(-value, text.lstrip("-")))
    if not text and value.denominator != 1:
        return make("div", number(value.numerator), number(value.denominator))
    return make("number", data=Number(value, text or str(value)))


def term(value: Term | int | Fraction) -> Term:
    """A Term as it is, a Python number as a number Term."""
    return value if isinstance(value, Term) else number(value)


def symbol(
    name: str,
    role: str = "scalar",
    shape: Shape = (),
    domain: Domain = REAL,
    declared: bool = False,
    meaning: str = "",
) -> Term:
    """A symbol Term; see Symbol for the meaning of each part."""
    return make("symbol", data=Symbol(name, role, shape, domain, declared, meaning))


def constant(name: str) -> Term:
    """One of the fixed constants `pi`, `e`, `infinity`."""
    return make("constant", data=name)


_NEUTRAL = {"add": 0, "mul": 1}


def combined(op: str, parts: Iterable[Term]) -> Term:
    """One part as it is, several under one operation (`add`, `mul`, `and`, `or`); the sum of none
    is 0, their product 1.

    >>> combined("add", [number(2)]), combined("add", [number(2), number(3)]), combined("mul", [])
    (2, add(2, 3), 1)
    """
    args = tuple(parts)
    if len(args) == 1:
        return args[0]
    return make(op, *args) if args else number(_NEUTRAL[op])


MOST_KEPT = 200
"""Sub-terms that a Term remembers: it is gone through again and again while it is judged."""


def postorder(root: Term) -> Iterator[Term]:
    """Every distinct sub-term once, arguments before what they are in."""
    if not root.args:
        return iter((root,))
    return chain(root._kept or _below(root), (root,))


def _below(root: Term) -> tuple[Term, ...]:
    """Every distinct sub-term but the Term itself (which would hold itself alive)."""
    if root._kept is not None:
        return root._kept
    if root.op == "relation":  # its sides are mostly asked for next
        for side in root.args:
            if side.op != "relation":
                _below(side)
    below = _found_in(root.args)
    if len(below) <= MOST_KEPT:
        object.__setattr__(root, "_kept", below)
    return below


def every_part(roots: Iterable[Term], known: Container[Term] = ()) -> tuple[Term, ...]:
    """Every distinct sub-term of several Terms once, arguments before what they are in: what they
    share is gone through once, and what is known already not at all."""
    return _found_in(tuple(roots), known)


def _found_in(roots: tuple[Term, ...], known: Container[Term] = ()) -> tuple[Term, ...]:
    found: dict[Term, None] = {}
    opened: set[Term] = set()  # entered, not yet left; no Term is inside itself
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node in found or node in known:
            continue
        if node in opened or not node.args:
            found[node] = None
        elif node._kept is not None and not known:
            found.update(dict.fromkeys(node._kept))
            found[node] = None
        else:
            opened.add(node)
            stack.append(node)
            stack.extend(reversed(node.args))
    return tuple(found)


def operations(root: Term) -> frozenset[str]:
    """The operations in a Term: whether a search in it may find anything is seen at once.

    >>> sorted(operations(symbol("x") ** 2))
    ['number', 'pow', 'symbol']
    """
    if root._operations is not None:
        return root._operations
    found = frozenset(map(_op_of, postorder(root)))
    object.__setattr__(root, "_operations", found)
    return found


_op_of = attrgetter("op")


def rebuild(node: Term, args: tuple[Term, ...]) -> Term:
    """The node with other arguments (the same object if they are the same)."""
    return node if args == node.args else make(node.op, *args, data=node.data)


def replace(root: Term, table: Mapping[Term, Term]) -> Term:
    """Every occurrence of a key replaced by its value, all at once; a key is not looked into.

    Bound variables are not protected; see `scope.substitute` for capture-free substitution.
    """
    if table.keys().isdisjoint(postorder(root)):
        return root
    done: dict[Term, Term] = dict(table)
    stack = [root]
    while stack:
        node = stack[-1]
        waiting = len(stack)
        if node not in done:
            for a in node.args:
                if a not in done:
                    if a.args:
                        stack.append(a)
                    else:
                        done[a] = a
        if len(stack) == waiting:
            stack.pop()
            if node not in done:
                done[node] = rebuild(node, tuple(map(done.__getitem__, node.args)))
    return done[root]


BINDERS = frozenset(
    {"sum", "product", "max_over", "min_over", "argmax", "argmin", "integral", "limit", "image"}
    | {"sup_over", "inf_over"}
)
"""Operations whose first argument is a variable bound in their last one (`body`)."""


@lru_cache(maxsize=512)
def free_symbols(root: Term) -> frozenset[Term]:
    """The symbol Terms that occur free (bound indices and integration variables do not)."""
    kinds = operations(root)
    if "symbol" not in kinds:
        return frozenset()
    if BINDERS.isdisjoint(kinds):
        return frozenset([node for node in postorder(root) if node.op == "symbol"])
    free: dict[Term, frozenset[Term]] = {}
    empty: frozenset[Term] = frozenset()
    for node in postorder(root):
        if node.op == "symbol":
            free[node] = frozenset((node,))
        elif node.op in BINDERS:
            outside = empty.union(*(free[a] for a in node.args[1:-1]))
            free[node] = (free[node.args[-1]] - free[node.args[0]]) | outside
        else:
            free[node] = empty.union(*map(free.__getitem__, node.args))
    return free[root]


def size(root: Term) -> int:
    """The number of distinct sub-terms."""
    return 1 + len(_below(root))


def has_few_parts(root: Term, most: int) -> bool:
    """Whether a Term has at most so many distinct sub-terms; no more of it is looked at."""
    seen: set[Term] = set()
    waiting = [root]
    while waiting and len(seen) <= most:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += node.args
    return len(seen) <= most


def written_size(root: Term) -> int:
    """The nodes of a term as it is written, common parts counted each time."""
    count: dict[Term, int] = {}
    for node in postorder(root):
        count[node] = 1 + sum(count[a] for a in node.args)
    return count[root]


def _flatten(root: Term) -> list[tuple[str, tuple[int, ...], Any]]:
    place: dict[Term, int] = {}
    rows: list[tuple[str, tuple[int, ...], Any]] = []
    for node in postorder(root):
        place[node] = len(rows)
        rows.append((node.op, tuple(place[a] for a in node.args), node.data))
    return rows


def _rebuild(rows: list[tuple[str, tuple[int, ...], Any]]) -> Term:
    made: list[Term] = []
    for op, args, data in rows:
        made.append(make(op, *(made[i] for i in args), data=data))
    return made[-1]
