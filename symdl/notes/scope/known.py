"""What is known at a place of a document, and where each piece of it was written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from symdl.document.source import Span
from symdl.evidence.claim import Decide
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import Symbol, Term, free_symbols, postorder
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
class SpecialCase:
    """A definition in force that was said for certain numbers of other names, and its line."""

    body: Term
    numbers: tuple[tuple[Term, Term], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Gone:
    """What was said and then withdrawn (`Now drop this assumption`): hypotheses, values of names,
    what was said to be independent, and properties. It proves nothing any more. settings: values
    that are gone for a claim that speaks of these names, or of nothing that has no value; `In
    general $v_2 = 0.9 g_1 + g_2$` is said of all g_1 and g_2, for the settings that are given.
    points: what only says where something vanishes or is smallest (`The roots are $x = \\pm 1$`):
    it holds for claims that are said of these points, and of no other x."""

    hypotheses: tuple[Term, ...] = ()
    values: tuple[tuple[Term, Term], ...] = ()
    apart: tuple[Apart, ...] = ()
    properties: tuple[Has, ...] = ()
    settings: tuple[tuple[Term, Term], ...] = ()
    points: tuple[Term, ...] = ()

    def __add__(self, other: Gone) -> Gone:
        return Gone(
            self.hypotheses + other.hypotheses,
            self.values + other.values,
            self.apart + other.apart,
            self.properties + other.properties,
            self.settings + other.settings,
            self.points + other.points,
        )

    def less(self, hypotheses: Collection[Term], names: Collection[Term] = ()) -> Gone:
        """The same without hypotheses that were said again, and values that were given again."""
        return replace(
            self,
            hypotheses=tuple(h for h in self.hypotheses if h not in hypotheses),
            points=tuple(h for h in self.points if h not in hypotheses),
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
    supposed (`Suppose $g_t = g$`); one in force ends with its section. sequences: the
    names that the formulas of the document write as sequences, whatever is declared of them.
    special_cases: definitions that were said for certain numbers only. concluded: equations that
    say anew what a name is although they are put as what follows, each with the way to its verdict.
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
    problems: frozenset[int] = frozenset()
    supposed: Mapping[str, Definition] = field(default_factory=dict)
    sequences: Mapping[str, Symbol] = field(default_factory=dict)
    special_cases: Mapping[Key, SpecialCase] = field(default_factory=dict)
    concluded: Mapping[Key, tuple[object, Decide]] = field(default_factory=dict)

    def is_here(self, origin: Origin) -> bool:
        """Whether something was stated in a section that is open. Lines that only look like
        headings close nothing."""
        return self.is_open(origin.path)

    def is_open(self, path: tuple[int, ...]) -> bool:
        """Whether all marked sections of a path are open."""
        return all(section in self.path for section in path if section in self.marked)

    def is_of_another_problem(self, origin: Origin) -> bool:
        """Whether something was stated outside of the problem that is open: its letters are its
        own."""
        own = [section for section in self.path if section in self.problems]
        return bool(own) and own[-1] not in origin.path

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
        written = {k: s for k, s in self.sequences.items() if k in self.soft}
        return replace(self.scope, symbols={**symbols, **written})

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


def name_in(subject: object) -> str:
    """The name that something defined is called by: `v` of `v_0`; empty if it has none."""
    while isinstance(subject, Term) and subject.op != "symbol" and subject.args:
        subject = subject.args[0]
    return str(subject.data.name) if isinstance(subject, Term) and subject.op == "symbol" else ""


def name_of_key(key: Key) -> str:
    """The name that a key of what is known speaks of."""
    what, subject = key
    return name_in(subject) if what == "value" else str(subject)


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


def is_literal(term: Term) -> bool:
    """Whether a term is made of numbers only."""
    return not free_symbols(term) and not any(n.op == "call" for n in postorder(term))


def reach(terms: Iterable[Term], scope: Scope) -> set[Term]:
    """Every symbol and entry that terms speak of, through the definitions they use. The
    parameter of a function that is called is a letter of its own; in `L = 4` it is not."""
    found: set[Term] = set()
    nothing: frozenset[Term] = frozenset()
    waiting = [(term, nothing) for term in terms]
    used: set[tuple[str, str]] = set()
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
            if node.op in ("call", "symbol"):
                name = str((node.data.function if node.op == "call" else node.data).name)
                number = node.op == "symbol" and node.data.role == "scalar" and node.shape == ()
                op = "number" if number else node.op
                if (op, name) not in used:
                    used.add((op, name))
                    waiting += _bodies(op, name, scope)
    return found


def names_more(value: Term, of: Iterable[Term], known: Known) -> bool:
    """Whether a value has letters that stand nowhere in what it is said of, and have no value: it
    names what is spoken of, or is no real number (`$i$`)."""
    letters = {s.data.name for s in reach(of, known.scope) if s.op == "symbol"}
    letters |= {s.data.name for s in known.scope.values if s.op == "symbol"}
    return not {s.data.name for s in free_symbols(value)} <= letters


def _bodies(op: str, name: str, scope: Scope) -> Iterator[tuple[Term, frozenset[Term]]]:
    """What is said of a name, each with the letters in it that are parameters of its own."""
    if name in scope.functions:
        found = scope.functions[name]
        yield found.body, frozenset(found.parameters if op == "call" else ())
    if op == "number":
        return  # the number x is no step of the sequence x_k
    for table in (scope.entries, scope.recurrences):
        if name in table:
            yield table[name].body, frozenset()
