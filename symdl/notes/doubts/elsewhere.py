"""Definitions of other sections that a claim may not mean."""

from __future__ import annotations

from collections.abc import Iterator

from symdl.evidence.claim import Claim
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.claim_parts import called_name, sides_of
from symdl.notes.scope.known import Key, Known, is_literal, keys_of, name_of_key, parameters_of


def said_elsewhere(claim: Claim, known: Known) -> str:
    """A definition of another section that speaks of more than the claim does, or of a variable
    that it does not have: it may be another thing of the same name."""
    written = {s for side in sides_of(claim) for s in free_symbols(side)}
    called = set(_called(claim))
    names = {s.data.name for s in written} | called
    functions = {s.data.name for s in written if s.data.role == "function"}
    bodies = keys_of(known.scope)
    for key, origin in known.origins.items():
        name, body = name_of_key(key), bodies.get(key)
        if name not in names or not isinstance(body, Term) or is_literal(body):
            continue
        if key[0] == "function" and name not in called and name not in functions:
            continue  # the index k is not the function k
        if key[0] in ("recurrence", "entries") and not _has_steps(name, written):
            continue  # the number x is no step of the sequence x_k
        if key[0] == "value" and not _spoken_of(key[1], written):
            continue
        inside = {s.data.name for s in free_symbols(body)}
        if key[0] == "function" and name not in called and not inside & _parameters(key, known):
            return (
                f"{name} is given on line {origin.span.line} for a value of its argument, perhaps"
            )
        here = known.is_here(origin)
        if not here and body.op in ("symbol", "entry", "label"):
            line = origin.span.line
            return f"{name} is {plain(body)} on line {line}, in another section: a case, perhaps"
        anew = len(name) == 1 and key[0] == "function" and not _called_alike(claim, key, known)
        if not here and (anew or not inside <= names | _parameters(key, known)):
            line = origin.span.line
            return f"{name} is defined on line {line}, in another section, and may not be meant"
    for node in (n for side in sides_of(claim) for n in postorder(side)):
        own = known.scope.functions.get(called_name(node))
        if node.op in ("derivative", "gradient") and node.args[0].op == "symbol":
            named = known.scope.functions.get(node.args[0].data.name)
            if named is not None and not _variables(node) <= set(map(_base, named.parameters)):
                return f"{plain(node.args[0])} as it was defined is no function of the variable"
        if own is not None and len(own.parameters) != len(node.args):
            return f"{called_name(node)} was defined for {len(own.parameters)} arguments"
        if node.op in ("derivative", "gradient") and node.args[0].op == "symbol":
            body = known.scope.values.get(node.args[0])
            variables = {s for v in node.args[1:] for s in free_symbols(v)}
            if body is not None and not variables & _reached(body, known):
                return f"{plain(node.args[0])} as it was defined does not depend on the variable"
    return ""


def _variables(slope: Term) -> set[str]:
    """The names of what something is differentiated by: x of `x_i`."""
    return {_base(variable) for variable in slope.args[1:]}


def _base(name: Term) -> str:
    base = name.args[0] if name.op == "entry" else name
    return str(base.data.name) if base.op == "symbol" else plain(base)


def _has_steps(name: str, written: set[Term]) -> bool:
    """Whether a claim has a name as something with steps or entries."""
    return any(s.data.name == name and (s.data.role != "scalar" or s.shape) for s in written)


def _spoken_of(key: object, written: set[Term]) -> bool:
    """Whether a claim has the very symbol that a value is of, not another one of its name."""
    return isinstance(key, Term) and bool(free_symbols(key) & written)


def _reached(body: Term, known: Known) -> set[Term]:
    """The free symbols of a body, and of what they stand for."""
    found: set[Term] = set()
    waiting = [body]
    while waiting:
        for free in free_symbols(waiting.pop()) - found:
            found.add(free)
            if free in known.scope.values:
                waiting.append(known.scope.values[free])
            told = known.scope.entries.get(str(free.data.name))
            if told is not None:
                waiting.append(told.body)
    return found


def _called(claim: Claim) -> Iterator[str]:
    for side in sides_of(claim):
        for node in postorder(side):
            if node.op == "call":
                yield str(node.data.function.name)


def _parameters(key: Key, known: Known) -> set[str]:
    return {str(p.data.name) for p in parameters_of(key, known.scope) if p.op == "symbol"}


def _called_alike(claim: Claim, key: Key, known: Known) -> bool:
    """Whether a claim calls a function of one letter in the variables of its definition."""
    own = tuple(p.data.name for p in known.scope.functions[str(key[1])].parameters)
    calls = (n for side in sides_of(claim) for n in postorder(side) if called_name(n) == key[1])
    return any(tuple(a.data.name for a in n.args if a.op == "symbol") == own for n in calls)
