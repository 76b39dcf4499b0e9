"""What bears on a claim: the part of its scope that it speaks of, and a key for all of it.

A claim speaks of the names in it, of those in what these are defined by, and so on. Nothing
else in the scope can change its verdict, because it is judged without it: so a verdict may be
kept under the key, and found again when another part of the document has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from symdl.evidence.claim import Claim
from symdl.expression.dimensions import names_along, names_in
from symdl.expression.scope import EMPTY, INVERSE, Definition, Scope
from symdl.expression.term import Call, Number, Symbol, Term, postorder, symbol

Said = TypeVar("Said")


def narrowed(claim: Claim) -> Claim:
    """The claim with the part of its scope that it speaks of."""
    scope = _spoken_of(claim)
    return claim if scope is claim.scope else claim.within(scope)


def key(claim: Claim) -> str:
    """Equal for claims that have the same verdict because they say the same in the same scope.

    Where a claim stands and how it is spelled are left out. The claim must be `narrowed`.
    """
    sides = (claim.left, claim.right, *claim.conditions, None, *claim.before)
    parts = [claim.kind, claim.relation, str(claim.worked), claim.doubt]
    parts += ["" if side is None else _digest(side) for side in sides]
    parts += sorted(_said(claim.scope))
    parts += [_digest(hypothesis) for hypothesis in claim.scope.hypotheses]
    parts += sorted(_borrowed(claim))
    text = "\0".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _spoken_of(claim: Claim) -> Scope:
    scope = claim.scope
    if not _says_anything(scope):
        return scope
    if _ABOUT[0][0] is not scope:
        _ABOUT[0] = scope, _about(scope)
    about = _ABOUT[0][1]
    spoken = (claim.left, claim.right, *claim.conditions, *claim.before)
    waiting = [t for t in spoken if t is not None]
    names: set[str] = set()
    while waiting:
        new = _names(waiting.pop()) - names
        names |= new
        for name in new:
            waiting.extend(about.get(name, ()))
    if names.issuperset(about) and not scope.values and not scope.floors:
        return scope
    return Scope(
        _named(scope.symbols, names),
        _named(scope.functions, names),
        {k: v for k, v in scope.values.items() if _names(k) & names},
        _named(scope.entries, names),
        _named(scope.recurrences, names),
        scope.outer,
        {k: v for k, v in scope.floors.items() if _names(k) & names},
        tuple(h for h in scope.hypotheses if not _names(h) or _names(h) & names),
    )


def _named(table: Mapping[str, Said], names: Set[str]) -> Mapping[str, Said]:
    """What a table says of some names."""
    return {name: said for name, said in table.items() if name in names}


def _says_anything(scope: Scope) -> bool:
    tables = (scope.symbols, scope.functions, scope.values, scope.entries, scope.recurrences)
    return any(tables) or bool(scope.floors or scope.hypotheses)


_ABOUT: list[tuple[Scope, Mapping[str, list[Term]]]] = [(EMPTY, {})]
"""The last scope asked for: the claims of a file mostly share one."""


def _about(scope: Scope) -> Mapping[str, list[Term]]:
    """For each name the Terms of the scope that one must know who speaks of it."""
    found: dict[str, list[Term]] = {}

    def note(names: Iterable[str], *terms: Term) -> None:
        for name in names:
            found.setdefault(name, []).extend(terms)

    for name, declared in scope.symbols.items():
        note((name,), *_sizes(declared))
    for table in (scope.functions, scope.entries, scope.recurrences):
        for name, definition in table.items():
            note((name,), definition.body, *definition.parameters)
    for left, value in scope.values.items():
        note(_names(left), left, value)
    for hypothesis in scope.hypotheses:
        note(_names(hypothesis), hypothesis)
    return found


def _sizes(declared: Symbol) -> Iterator[Term]:
    """The named dimensions of a symbol, as Terms."""
    for size in names_along(declared.shape or ()):
        yield symbol(size)


@lru_cache(maxsize=4096)
def _names(term: Term) -> frozenset[str]:
    """Every name that stands in a Term: free and bound symbols, functions (of an inverse the
    function too), named sizes."""
    found: set[str] = set()
    for node in postorder(term):
        data = node.data
        if type(data) is Number:
            continue
        named = data.function if type(data) is Call else data
        if type(named) is Symbol:
            found.update((named.name, named.name.removesuffix(INVERSE)))
            found.update(names_in(named.shape or ()))
        elif node.op == "norm":
            found.add(str(data))  # the p of a norm of order p
    return frozenset(found)


@lru_cache(maxsize=4096)
def _called(term: Term) -> frozenset[str]:
    names = {n.data.function.name for n in postorder(term) if isinstance(n.data, Call)}
    return frozenset(names | {name.removesuffix(INVERSE) for name in names})


# --- the key ----------------------------------------------------------------------------------


def _said(scope: Scope) -> Iterator[str]:
    """Everything a scope says, each fact as a text."""
    for name, declared in scope.symbols.items():
        yield f"symbol {name} {_data(declared)} {declared.declared}"
    for what in ("functions", "entries", "recurrences"):
        for name, definition in getattr(scope, what).items():
            yield f"{what} {name} {_defined(definition)}"
    for left, value in scope.values.items():
        yield f"value {_digest(left)} {_digest(value)}"
    for index, floor in scope.floors.items():
        yield f"floor {_digest(index)} {floor}"


def _borrowed(claim: Claim) -> Iterator[str]:
    """The library's definitions of functions that the claim and its scope call."""
    scope = claim.scope
    if scope.outer is None:
        return
    waiting = list(claim.terms)
    waiting += [*scope.values.values(), *scope.hypotheses]
    for table in (scope.functions, scope.entries, scope.recurrences):
        waiting += [definition.body for definition in table.values()]
    seen: set[str] = set()
    while waiting:
        for name in _called(waiting.pop()) - seen:
            seen.add(name)
            definition = None if name in scope.functions else scope.outer(name)
            if definition is not None:
                yield f"outer {name} {_defined(definition)}"
                waiting.append(definition.body)


def _defined(definition: Definition) -> str:
    return " ".join(_digest(term) for term in (*definition.parameters, definition.body))


_DIGESTS: WeakKeyDictionary[Term, str] = WeakKeyDictionary()


def _digest(root: Term) -> str:
    """A text that two Terms share only if they are the same."""
    known = _DIGESTS.get(root)
    if known is not None:
        return known
    for node in postorder(root):
        if node not in _DIGESTS:
            parts = (node.op, _data(node.data), *(_DIGESTS[a] for a in node.args))
            text = "\0".join(f"{len(part)}:{part}" for part in parts)
            _DIGESTS[node] = blake2b(text.encode(), digest_size=12).hexdigest()
    return _DIGESTS[root]


def _data(data: Any) -> str:
    """What a node holds that is no Term. Of a symbol what makes it the same symbol; whether it
    is declared the scope says."""
    if data is None or isinstance(data, str):
        return f"{data!r}"
    if isinstance(data, Number):
        return f"{data.value} {data.text}"
    if isinstance(data, Call):
        return f"{_symbol(data.function)} {data.primes} {data.bars}"
    return _symbol(data) if isinstance(data, Symbol) else repr(data)


@lru_cache(maxsize=1024)
def _symbol(data: Symbol) -> str:
    return f"{data.name} {data.role} {data.shape} {data.domain}"
