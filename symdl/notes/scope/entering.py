"""What is known in another section or file of a document, of what was known in the one before."""

from __future__ import annotations

from dataclasses import replace

from symdl.expression.scope import Scope
from symdl.expression.term import Symbol, Term
from symdl.library import base_scope
from symdl.notes.scope.known import Gone, Key, Known, is_literal
from symdl.notes.scope.learning import without_letters_of


def enter(known: Known, path: tuple[int, ...]) -> Known:
    """The knowledge in another section: numbers and conditions of closed ones do not hold."""
    values, past = _values(known, path)
    scope = replace(known.scope, values=values, hypotheses=())
    scope = _without_ended_rules(known, scope, path)
    if not _is_said_within(known, ("symbol", "e"), path):  # e is Euler's number again
        scope = replace(scope, symbols={k: s for k, s in scope.symbols.items() if k != "e"})
    declared = [(key, o) for key, o in known.origins.items() if key[0] == "symbol"]
    soft = frozenset(str(key[1]) for key, o in declared if not _within(path, o.path))
    known = _with_left(known, path)
    left = known.problems & set(known.path) - set(path)
    if left:
        scope = without_letters_of(replace(known, scope=scope), left).scope
    known = replace(known, scope=scope, past=past, cases={}, pieces={}, path=path)
    return replace(known, soft=soft & scope.symbols.keys())


def _values(known: Known, path: tuple[int, ...]) -> tuple[dict[Term, Term], dict[Term, Term]]:
    """The values that hold in another section, and the numbers of sections that are closed."""
    kept: dict[Term, Term] = {}
    past = dict(known.past)
    for key, value in known.scope.values.items():
        if _is_said_within(known, ("value", key), path):
            kept[key] = value
        elif known.is_passing(key):
            continue
        elif is_literal(value):
            past[key] = value
        else:
            kept[key] = value
    return kept, past


def _without_ended_rules(known: Known, scope: Scope, path: tuple[int, ...]) -> Scope:
    """The scope without the rules of sequences that a closed section only supposed."""
    ended = {
        name
        for name, rule in known.supposed.items()
        if scope.recurrences.get(name, scope.entries.get(name)) == rule
        and not any(
            (o := known.origins.get((what, name))) is not None and _within(path, o.path)
            for what in ("recurrence", "entries")
        )
    }
    if not ended:
        return scope
    return replace(
        scope,
        recurrences={k: d for k, d in scope.recurrences.items() if k not in ended},
        entries={k: d for k, d in scope.entries.items() if k not in ended},
    )


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
    kept = replace(kept, marked=known.marked, owned=known.owned, problems=known.problems)
    kept = replace(kept, said=known.said, habits=known.habits)
    return replace(kept, sequences=known.sequences)


def _sequences(scope: Scope) -> dict[str, Symbol]:
    """The names that the notation of the document makes sequences."""
    return {n: s for n, s in scope.symbols.items() if s.role == "sequence" and not s.declared}


def _within(path: tuple[int, ...], outer: tuple[int, ...]) -> bool:
    return path[: len(outer)] == outer


def _is_said_within(known: Known, key: Key, path: tuple[int, ...]) -> bool:
    """Whether what a key is about is said by a section that is open on a path, or by none."""
    origin = known.origins.get(key)
    return origin is None or _within(path, origin.path)
