"""What is known at a place of a document, and where each piece of it was written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from symdl.document.source import Span
from symdl.expression.scope import Definition, Scope, suppose
from symdl.expression.term import Symbol, Term, free_symbols, make, postorder
from symdl.library import base_scope
from symdl.notes.scope.conditions import Said
from symdl.notes.scope.habits import Habits
from symdl.notes.scope.independence import Apart
from symdl.notes.scope.properties import Has

Key = tuple[str, object]
"""What a definition is about: `("value", Term)`, `("function", name)`, ..."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was stated: its place, the open sections, and the names used there."""

    span: Span
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A definition: its body, its parameters, and where it stands."""

    body: Term
    parameters: tuple[Term, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Gone:
    """What was said and then withdrawn (`Now drop this assumption`): hypotheses, values of names,
    what was said to be independent, and properties. It proves nothing any more. settings: values
    that are gone for a claim that speaks of these names, or of nothing that has no value; `In
    general $v_2 = 0.9 g_1 + g_2$` is said of all g_1 and g_2, for the settings that are given."""

    hypotheses: tuple[Term, ...] = ()
    values: tuple[tuple[Term, Term], ...] = ()
    apart: tuple[Apart, ...] = ()
    properties: tuple[Has, ...] = ()
    settings: tuple[tuple[Term, Term], ...] = ()

    def __add__(self, other: Gone) -> Gone:
        return Gone(
            self.hypotheses + other.hypotheses,
            self.values + other.values,
            self.apart + other.apart,
            self.properties + other.properties,
            self.settings + other.settings,
        )

    def less(self, hypotheses: Collection[Term], names: Collection[Term] = ()) -> Gone:
        """The same without hypotheses that were said again, and values that were given again."""
        return replace(
            self,
            hypotheses=tuple(h for h in self.hypotheses if h not in hypotheses),
            values=tuple(v for v in self.values if v[0] not in names),
            settings=tuple(v for v in self.settings if v[0] not in names),
        )


NOTHING = Gone()


@dataclass(frozen=True)
class Known:
    """The scope at a place, with the origin of each definition.

    past: literal values that were given in sections that are closed; a reader may assume them
    where nothing else is said, and says so. soft: names whose declarations (shapes, roles) stand
    in closed sections; what cannot be read with them is read without. replaced: the values that
    parameters had before their last update. path: the sections that are open; marked: those of
    the document that have real headings. history: all definitions so far, the latest last.
    said: the formulas of the document that may be conditions on its names, before and behind.
    topic: the last heading that said what its section is about. habits: how the document writes.
    lost: names that a formula defines which is not understood -> its line. properties: what prose
    says that arrays are. solutions: values that only say where something is smallest, or solved;
    one is in force while the scope has the same value. assumed: values that were only supposed
    (`Assume $a = b$`), in force likewise. cases: hypotheses said of a case, each
    with whether another case may have begun behind it. pieces: for functions that were defined
    under conditions the values, each with its condition. log_base: the base of logarithms (0: they
    are natural), and the sections where it is said. supposed: rules of sequences that were only
    supposed (`Suppose $g_t = g$`); one in force ends with its section.
    """

    scope: Scope = field(default_factory=base_scope)
    origins: Mapping[Key, Origin] = field(default_factory=dict)
    past: Mapping[Term, Term] = field(default_factory=dict)
    soft: frozenset[str] = frozenset()
    replaced: Mapping[Term, Term] = field(default_factory=dict)
    path: tuple[int, ...] = ()
    marked: frozenset[int] = frozenset()
    history: Mapping[Key, tuple[Earlier, ...]] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    topic: str = ""
    habits: Habits = field(default_factory=Habits)
    lost: Mapping[str, int] = field(default_factory=dict)
    properties: Mapping[str, tuple[Has, ...]] = field(default_factory=dict)
    independent: tuple[Apart, ...] = ()
    solutions: Mapping[Term, Term] = field(default_factory=dict)
    assumed: Mapping[Term, Term] = field(default_factory=dict)
    cases: Mapping[Term, bool] = field(default_factory=dict)
    pieces: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)
    log_base: tuple[int, tuple[int, ...]] = (0, ())
    gone: Gone = NOTHING
    owned: frozenset[int] = frozenset()
    supposed: Mapping[str, Definition] = field(default_factory=dict)

    def is_here(self, origin: Origin) -> bool:
        """Whether something was stated in a section that is open. Lines that only look like
        headings close nothing."""
        return self.is_open(origin.path)

    def is_open(self, path: tuple[int, ...]) -> bool:
        """Whether all marked sections of a path are open."""
        return all(section in self.path for section in path if section in self.marked)

    @property
    def special(self) -> Mapping[str, tuple[Has, ...]]:
        """The names of which an open section says that they are special arrays, with all that it
        says."""
        found = (
            (n, [h for h in said if self.is_open(h.path)]) for n, said in self.properties.items()
        )
        return {name: tuple(said) for name, said in found if said}

    @property
    def apart(self) -> tuple[Apart, ...]:
        """The random variables of which an open section says that they are independent."""
        return tuple(apart for apart in self.independent if self.is_open(apart.path))

    @property
    def firm(self) -> Scope:
        """The scope without the declarations of closed sections."""
        symbols = {k: s for k, s in self.scope.symbols.items() if k not in self.soft}
        return replace(self.scope, symbols=symbols)

    @property
    def general(self) -> Scope:
        """The scope without the numbers given for an example, and without solutions."""
        values = self.scope.values.items()
        kept = {k: v for k, v in values if not is_literal(v) and not self.is_passing(k)}
        return replace(self.scope, values=kept)

    def is_passing(self, name: Term) -> bool:
        """Whether the value in force of a name is a solution, or was only supposed."""
        value = self.scope.values.get(name)
        kept = self.solutions.get(name), self.assumed.get(name)
        return value is not None and any(value is one for one in kept)

    @property
    def universal(self) -> Scope:
        """The scope for what is said of a function for all x: no values, no conditions."""
        return replace(self.scope, values={}, hypotheses=(), symbols={})

    @property
    def with_past(self) -> Scope:
        """The scope with the numbers of closed sections where no others are given."""
        return replace(self.scope, values={**self.past, **self.scope.values})


def keys_of(scope: Scope) -> Mapping[Key, object]:
    """Everything a scope defines, by key."""
    found: dict[Key, object] = {("value", k): v for k, v in scope.values.items()}
    found |= {("function", k): d.body for k, d in scope.functions.items()}
    found |= {("entries", k): d.body for k, d in scope.entries.items()}
    found |= {("recurrence", k): d.body for k, d in scope.recurrences.items()}
    found |= {("symbol", k): s for k, s in scope.symbols.items() if s.declared}
    return found


def learn(known: Known, statement: Term, span: Span, path: tuple[int, ...]) -> Known:
    """The knowledge with what a statement defines, or states to hold, added."""
    before = keys_of(known.scope)
    scope, statement = _with_shape(known.scope, statement)
    scope = suppose(scope, statement)
    origin = Origin(span, path)
    changed = {k: origin for k, body in keys_of(scope).items() if before.get(k) is not body}
    changed |= {k: origin for k in keys_for(statement) if k in before}
    scope = _with_arrays(scope, [str(name) for what, name in changed if what == "entries"])
    declared = {str(name) for what, name in changed if what == "symbol"}
    origins = {**known.origins, **changed}
    history = dict(known.history)
    bodies = keys_of(scope)
    for key in changed:
        body = bodies.get(key)
        if isinstance(body, Term):
            made = Earlier(body, parameters_of(key, scope), origin)
            history[key] = (*history.get(key, ()), made)
    told = {str(subject) for _, subject in changed} | {_written(subject) for _, subject in changed}
    lost = {name: line for name, line in known.lost.items() if name not in told}
    known = replace(known, history=history, lost=lost)
    return replace(known, scope=scope, origins=origins, soft=known.soft - declared)


def _written(subject: object) -> str:
    """The name that a key is about."""
    while isinstance(subject, Term) and subject.op != "symbol" and subject.args:
        subject = subject.args[0]
    return str(subject.data.name) if isinstance(subject, Term) and subject.op == "symbol" else ""


def lose(known: Known, names: Iterable[str], line: int) -> Known:
    """The knowledge in which names are defined by something that is not understood."""
    found = dict.fromkeys(names, line)
    return replace(known, lost={**known.lost, **found}) if found else known


def parameters_of(key: Key, scope: Scope) -> tuple[Term, ...]:
    """The parameters of what a key defines."""
    what, name = key
    tables = {
        "function": scope.functions,
        "recurrence": scope.recurrences,
        "entries": scope.entries,
    }
    table = tables.get(what)
    return table[str(name)].parameters if table is not None else ()


def keys_for(statement: Term) -> tuple[Key, ...]:
    """The keys under which the left side of an equation may be defined."""
    if statement.op != "relation" or statement.data[0] not in ("=", ":=", "equiv"):
        return ()
    left = statement.args[0]
    keys: list[Key] = []
    if left.op in ("symbol", "entry", "label", "prime"):
        keys.append(("value", left))
    if left.op == "entry" and left.args[0].op == "symbol":
        name = left.args[0].data.name
        keys += [("recurrence", name), ("entries", name)]
    if left.op == "call" and not left.data.primes and all(a.op == "symbol" for a in left.args):
        keys.append(("function", left.data.function.name))
    return tuple(keys)


def _with_shape(scope: Scope, statement: Term) -> tuple[Scope, Term]:
    """The statement that sets a name to a written matrix or vector, or to a value of a known
    shape (`p = \\mathrm{softmax}(z)`), the name as such an array."""
    if statement.op != "relation" or statement.args[0].op != "symbol":
        return scope, statement
    left, right = statement.args[:2]
    written = right.op in ("matrix", "vector")
    unsized = right.op == "softmax" and right.args[0].op == "symbol" and right.shape is None
    free = left.shape == () and (right.shape or unsized) and statement.data == ("=",)
    if left.shape == right.shape or not (written or (free and not scope.declares(left.data.name))):
        return scope, statement
    role = ("vector", "matrix", "tensor")[min(len(right.shape or (1,)), 3) - 1]
    found = replace(left.data, role=role, shape=right.shape, declared=True)
    symbols = {**scope.symbols, found.name: found}
    made = make("symbol", data=found)
    told = make("relation", made, *statement.args[1:], data=statement.data)
    return replace(scope, symbols=symbols), told


def _with_arrays(scope: Scope, names: Iterable[str]) -> Scope:
    """The scope in which what is defined entry by entry is an array: `p_i(x)` is a product."""
    made = dict(scope.symbols)
    for name in names:
        role = {1: "vector", 2: "matrix"}.get(len(scope.entries[name].parameters), "tensor")
        made.setdefault(name, Symbol(name, role, None))
    return replace(scope, symbols=made)


def declare_in(known: Known, symbol: Symbol, span: Span, path: tuple[int, ...]) -> Known:
    """The knowledge with a declared symbol."""
    scope = replace(known.scope, symbols={**known.scope.symbols, symbol.name: symbol})
    origins = {**known.origins, ("symbol", symbol.name): Origin(span, path)}
    return replace(known, scope=scope, origins=origins, soft=known.soft - {symbol.name})


def undeclare(known: Known, name: str) -> Known:
    """The knowledge without the declaration of a name."""
    symbols = {k: s for k, s in known.scope.symbols.items() if k != name}
    return replace(known, scope=replace(known.scope, symbols=symbols))


def enter(known: Known, path: tuple[int, ...]) -> Known:
    """The knowledge in another section: numbers and conditions of closed ones do not hold."""
    kept: dict[Term, Term] = {}
    past = dict(known.past)
    for key, value in known.scope.values.items():
        origin = known.origins.get(("value", key))
        if origin is None or _within(path, origin.path):
            kept[key] = value
        elif known.is_passing(key):
            continue
        elif is_literal(value):
            past[key] = value
        else:
            kept[key] = value
    scope = replace(known.scope, values=kept, hypotheses=())
    ended = {
        name
        for name, rule in known.supposed.items()
        if scope.recurrences.get(name, scope.entries.get(name)) == rule
        and not any(
            (o := known.origins.get((what, name))) is not None and _within(path, o.path)
            for what in ("recurrence", "entries")
        )
    }
    if ended:
        rules = {k: d for k, d in scope.recurrences.items() if k not in ended}
        entries = {k: d for k, d in scope.entries.items() if k not in ended}
        scope = replace(scope, recurrences=rules, entries=entries)
    own = known.origins.get(("symbol", "e"))
    if own is not None and not _within(path, own.path):  # e is Euler's number again
        symbols = {k: s for k, s in scope.symbols.items() if k != "e"}
        scope = replace(scope, symbols=symbols)
    declared = [(key, o) for key, o in known.origins.items() if key[0] == "symbol"]
    soft = frozenset(str(key[1]) for key, o in declared if not _within(path, o.path))
    known = _with_left(known, path)
    known = replace(known, scope=scope, past=past, cases={}, pieces={}, path=path)
    return replace(known, soft=soft & scope.symbols.keys())


def _with_left(known: Known, path: tuple[int, ...]) -> Known:
    """The knowledge behind a theorem: what it says of its letters proves nothing outside."""
    left = known.owned & set(known.path) - set(path)
    if not left:
        return known
    apart = tuple(a for a in known.independent if left & set(a.path))
    said = tuple(h for every in known.properties.values() for h in every if left & set(h.path))
    return replace(known, gone=known.gone + Gone(apart=apart, properties=said))


def leave_file(known: Known) -> Known:
    """The knowledge in another file of a document: what was defined before it is another chapter's,
    and its letters are used anew."""
    kept = Known(replace(base_scope(), symbols=_sequences(known.scope)), path=known.path)
    kept = replace(kept, marked=known.marked, owned=known.owned)
    return replace(kept, said=known.said, habits=known.habits)


def _sequences(scope: Scope) -> dict[str, Symbol]:
    """The names that the notation of the document makes sequences."""
    return {n: s for n, s in scope.symbols.items() if s.role == "sequence" and not s.declared}


def _within(path: tuple[int, ...], outer: tuple[int, ...]) -> bool:
    return path[: len(outer)] == outer


def is_literal(term: Term) -> bool:
    """Whether a term is made of numbers only."""
    return not free_symbols(term) and not any(n.op == "call" for n in postorder(term))


def reach(terms: Iterable[Term], scope: Scope) -> set[Term]:
    """Every symbol and entry that terms speak of, through the definitions they use. The
    parameter of a function is a letter of its own."""
    found: set[Term] = set()
    nothing: frozenset[Term] = frozenset()
    waiting = [(term, nothing) for term in terms]
    used: set[str] = set()
    while waiting:
        term, own = waiting.pop()
        for node in postorder(term):
            named = node.op in ("symbol", "entry") or (
                node.op in ("prime", "label") and node in scope.values
            )
            if named and node not in found and node not in own:
                found.add(node)
                if node in scope.values:
                    waiting.append((scope.values[node], nothing))
            for name in _names(node):
                if name not in used:
                    used.add(name)
                    waiting += _bodies(name, scope)
    return found


def _names(node: Term) -> Iterator[str]:
    if node.op == "call":
        yield str(node.data.function.name)
    elif node.op == "symbol":
        yield str(node.data.name)


def _bodies(name: str, scope: Scope) -> Iterator[tuple[Term, frozenset[Term]]]:
    """What is said of a name, each with the parameters in it."""
    if name in scope.functions:
        yield scope.functions[name].body, frozenset(scope.functions[name].parameters)
    for table in (scope.entries, scope.recurrences):
        if name in table:
            yield table[name].body, frozenset()


def forget(known: Known, name: str) -> Known:
    """The knowledge without any definition of a name (`Let L be the cross entropy.`)."""
    scope = known.scope
    kept = {k: v for k, v in scope.values.items() if k.op != "symbol" or k.data.name != name}
    left = replace(
        scope,
        values=kept,
        functions={k: d for k, d in scope.functions.items() if k != name},
        entries={k: d for k, d in scope.entries.items() if k != name},
        recurrences={k: d for k, d in scope.recurrences.items() if k != name},
    )
    return replace(known, scope=left)


def unknown_function(known: Known, name: str) -> Known:
    """The knowledge in which a name is a function of which nothing is known, not even by the
    library (`$\\sigma$ is an activation function`)."""
    known = forget(known, name)
    outer = known.scope.outer
    hidden = None if outer is None else lambda n: None if n == name else outer(n)
    return replace(known, scope=replace(known.scope, outer=hidden))
