"""The state of one reading: what is declared, bound and noticed, and what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from symdl.document.errors import ReadError, ShapeError
from symdl.document.source import Source, Span
from symdl.expression import conventions as c
from symdl.expression.domain import REAL, Domain
from symdl.expression.reading.notation import Notation
from symdl.expression.reading.spoken import arrays_of, scalars_of
from symdl.expression.reading.syntax import is_bold
from symdl.expression.scope import Scope
from symdl.expression.term import Symbol, Term, make
from symdl.latex.syntax import Node

DEEPEST = 150
"""Levels of nesting that are read."""

Reader = Callable[["Context", Any], Term]


class SpanMap(Mapping[Term, Span]):
    """Where each Term stood first; spans are made when asked for."""

    __slots__ = ("_places", "_source")

    def __init__(self, places: dict[Term, Node], source: Source) -> None:
        self._places = places
        self._source = source

    def __getitem__(self, key: Term) -> Span:
        return self._places[key].span(self._source)

    def __iter__(self) -> Iterator[Term]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Context:
    """What the readers of one input share. `read` is the way from a node to its Term."""

    __slots__ = (
        "_arrays", "_scalars", "applied", "bound", "depth", "ends", "expected", "notation",
        "places", "readers", "scope", "sign", "source", "symbols", "tree",
    )  # fmt: skip

    def __init__(
        self,
        source: Source,
        scope: Scope,
        notation: Notation,
        readers: Mapping[type[Node], Reader],
        tree: Node | None = None,
    ) -> None:
        self.source = source
        self.scope = scope
        self.notation = notation
        self.readers = readers
        self.bound: dict[str, Term] = {}
        self.ends: dict[str, tuple[Term, ...]] = {}
        self.symbols: dict[str, Term] = {}
        self.places: dict[Term, Node] = {}
        self.applied: dict[tuple[str, int, int], c.Applied] = {}
        self.depth = 0
        self.expected = ""
        self.sign = ""
        self.tree = tree
        self._scalars: dict[str, Symbol] | None = None
        self._arrays: dict[str, Symbol] | None = None

    def read(self, node: Node) -> Term:
        """The meaning of a node; ReadError or ShapeError with its place when it has none."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail("this is nested too deeply", node, code="too-deep")
        try:
            found = self.readers[type(node)](self, node)
        except ShapeError as error:
            raise self.placed(error, node) from None
        self.depth -= 1
        self.places.setdefault(found, node)
        return found

    @contextmanager
    def expecting(self, kind: str) -> Iterator[None]:
        """Read what is inside the block as the kind of thing that must stand there."""
        before = self.expected
        self.expected = kind or before
        yield
        self.expected = before

    @contextmanager
    def reading_signs(self, upper: bool) -> Iterator[None]:
        r"""Read the `\pm` inside the block as its upper or its lower sign."""
        before = self.sign
        self.sign = "+" if upper else "-"
        yield
        self.sign = before

    def placed(self, error: ShapeError, node: Node) -> ShapeError:
        """The error with a span (its own, if it has one)."""
        return error.placed(error.span or node.span(self.source))

    def fail(self, message: str, node: Node, hint: str = "", code: str = "unreadable") -> NoReturn:
        """Refuse to read a node."""
        raise ReadError(message, node.span(self.source), hint, code)

    def note(self, rule: str, node: Node, text: str = "") -> None:
        """Record that a convention decided something here; text: what is said of this place."""
        key = (rule, node.start, node.end)
        if key not in self.applied:
            self.applied[key] = c.Applied(rule, text or c.RULES[rule], node.span(self.source))

    def declared(self, name: str) -> Symbol | None:
        """What the scope declares of a name."""
        return self.scope.symbols.get(name)

    def is_known(self, name: str) -> bool:
        """Whether the scope says something of a name: a declaration, or a value."""
        return self.declared(name) is not None or self._valued(name) is not None

    def is_function(self, name: str) -> bool:
        """Whether a name is known to be a function, by declaration or form."""
        found = self.scope.symbols.get(name)
        if found is not None and found.role != "function":
            return False
        return found is not None or name in self.scope.functions or name in self.notation.functions

    def symbol(self, name: str, node: Node) -> Term:
        """The symbol Term of a name: bound, declared, or by convention."""
        found = self.bound.get(name) or self.symbols.get(name)
        if found is None:
            declared = self.scope.symbols.get(name)
            data = declared if declared is not None else self._by_convention(name, node)
            found = self.symbols[name] = make("symbol", data=data)
        self.places.setdefault(found, node)
        return found

    def _by_convention(self, name: str, node: Node) -> Symbol:
        if self.is_function(name):
            return Symbol(name, "function")
        valued = self._valued(name)
        if valued is not None:
            return valued
        role = self.notation.roles.get(name)
        if role is None and (array := self._array(name)) is not None:
            return array
        if role is not None:
            self.note(_ROLE_RULES[role.rule], node)
            return Symbol(name, role.role, None if role.array else (), REAL)
        if is_bold(name):
            self.note("bold-array", node)
            inner = name[name.index("{") + 1 :].lstrip("\\")
            return Symbol(name, "matrix" if inner[:1].isupper() else "vector", None)
        if name in self.notation.indices:
            known = self._known(name)
            if known is not None and not self._is_parameter(known):
                return known
            self.note("index-domain", node)
            return Symbol(name, "index", (), c.COUNT)
        domain: Domain | None = c.DOMAINS.get(name)
        if name in self.notation.counts:
            domain = c.COUNT
        if domain is None:
            return Symbol(name)
        known = self._known(name)
        if known is not None:
            return known
        if name in self.notation.stated:
            return Symbol(name, "scalar", (), self.notation.stated[name])
        self.note("count-domain" if domain is c.COUNT else "domain", node)
        return Symbol(name, "scalar", (), domain)

    def _valued(self, name: str) -> Symbol | None:
        """The symbol of this name that has a value here: it is the same one."""
        for key in self.scope.values:
            if key.op == "symbol" and key.data.name == name:
                valued: Symbol = key.data
                return valued
        return None

    def _known(self, name: str) -> Symbol | None:
        """The scalar of this name that statements which hold here speak of."""
        if self._scalars is None:
            self._scalars = scalars_of(self.scope)
        return self._scalars.get(name)

    def _is_parameter(self, symbol: Symbol) -> bool:
        """Whether a symbol is a function's own: the t of `p(t) = 3t` is no index t."""
        own = (p.data for d in self.scope.functions.values() for p in d.parameters)
        return any(data is symbol or data == symbol for data in own)

    def _array(self, name: str) -> Symbol | None:
        """The array of this name in the definitions that the line uses."""
        if self._arrays is None:
            self._arrays = arrays_of(self.scope, self.tree)
        return self._arrays.get(name)

    def function(self, name: str) -> Symbol:
        """The Symbol of a called name."""
        declared = self.scope.symbols.get(name)
        if declared is not None:
            return declared
        own = self.scope.functions.get(name)
        shape = own.body.shape if own is not None and own.body.op in ("matrix", "vector") else ()
        return Symbol(name, "function", shape or (), declared=bool(shape))


_ROLE_RULES = {
    "index": "index-subscript",
    "time": "time-subscript",
    "family": "array-family",
    "transpose": "transpose",
    "bold": "bold-array",
    "capital": "capital-matrix",
    "neighbour": "array-neighbour",
    "set": "cardinality",
    "norm": "norm-array",
    "array-function": "array-function",
}
