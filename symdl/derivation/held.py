"""What a derivative by an entry of a sequence holds fixed, and where that is not clear.

`\\partial m_t / \\partial m_{t-1}` holds `m_{t-1}`: the recurrence is written out until it
appears. By a parameter of the recurrence every earlier state changes too: at a symbolic step
that derivative is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from symdl.derivation.recurrences import builds_on_itself, step_of
from symdl.document.errors import DeriveError
from symdl.expression.printer import plain
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import Term, postorder

UNCLEAR = "unclear-derivative"
"""The code of an error that no choice of steps mends."""
MAX_STATES = 400
"""Dependences through more states than that are not followed: they are assumed."""

Reference = tuple[Term, int | None]
"""A sequence and the offset of its step from the step that refers to it, if it is known."""


def is_state(node: Term, scope: Scope) -> bool:
    """Whether a term is an entry of a sequence that a recurrence gives."""
    return (
        node.op == "entry"
        and node.args[0].op == "symbol"
        and node.args[0].data.name in scope.recurrences
    )


def may_change(state: Term, variable: Term, scope: Scope) -> bool | None:
    """Whether a state depends on a variable; None where that is not known for its step."""
    if state is variable:
        return True
    base = variable.args[0] if variable.op == "entry" else variable
    if base not in _everything(state.args[0], scope):
        return False
    if variable.op != "entry":
        return None
    here, there = step_of(state.args[1]), step_of(variable.args[1])
    if here is None or there is None or here[0] is not there[0]:
        return None
    return _leads((state.args[0], here[1]), (base, there[1]), scope)


def refuse_unknown(result: Term, variable: Term, scope: Scope) -> None:
    """DeriveError where a state that is left in `result` may depend on the variable."""
    nodes = postorder(result) if scope.recurrences else ()
    states = [n for n in nodes if is_state(n, scope) and n is not variable]
    if is_state(variable, scope):
        if len(variable.args) > 2:
            raise DeriveError(f"{plain(variable)} is a part of a state: this is not known")
        found = any(n is variable for n in postorder(result))
        later = [n for n in states if not found and may_change(variable, n, scope) is not False]
        if later:
            raise DeriveError(f"{plain(variable)} itself depends on {plain(later[0])}")
    for state in states:
        start = step_of(state.args[1])
        first = start is not None and start[0] is None and not is_state(variable, scope)
        if not first and may_change(state, variable, scope) is not False:
            raise DeriveError(
                f"{plain(state)} may depend on {plain(variable)} too: at a symbolic step this "
                "derivative is not known",
                code=UNCLEAR,
                hint="state it at a literal step, such as m_2",
            )


def refuse_tied(body: Term, variable: Term, scope: Scope) -> None:
    """DeriveError where a given equation that is no definition (`h_t = U h_{t-1}` of a declared h)
    says that a name in `body` depends on the variable: it would be held fixed."""
    found = tied(body, variable, scope)
    if found is not None:
        base = variable.args[0] if variable.op == "entry" else variable
        raise DeriveError(
            f"{plain(found)} depends on {plain(base)} by what is given, but is not defined by it",
            code=UNCLEAR,
            hint=f"define {plain(found)}, or leave it out of what is given to hold it fixed",
        )


def tied(body: Term, variable: Term, scope: Scope) -> Term | None:
    """The name in `body` that a given equation ties to the variable, which none defines."""
    ties = list(_ties(scope))
    if not ties:
        return None
    base = variable.args[0] if variable.op == "entry" else variable
    waiting = [n for n in nodes_behind(body, scope) if n.op == "symbol" and n is not base]
    origin = {name: name for name in waiting}
    while waiting:
        name = waiting.pop()
        for left, right in ties:
            if left is not name:
                continue
            for other in nodes_behind(right, scope):
                if other is base:
                    return origin[name]
                if other.op == "symbol" and other not in origin:
                    origin[other] = origin[name]
                    waiting.append(other)
    return None


def _ties(scope: Scope) -> Iterator[tuple[Term, Term]]:
    """The names that stand alone on a side of a given equation, with its other side."""
    for given in scope.hypotheses:
        if given.op != "relation" or len(given.args) != 2 or given.data != ("=",):
            continue
        for left, right in (given.args, given.args[::-1]):
            name = left.args[0] if left.op in ("entry", "label") else left
            if name.op == "symbol" and name.data.role != "index":
                yield name, right


def refuse_unclear(body: Term, variable: Term, scope: Scope) -> None:
    """DeriveError where a state beside the variable may be held as well, or may not.

    `F_n = F_{n-1} + F_{n-2}` by `F_{n-2}`: 1 where `F_{n-1}` is held, else 2.
    """
    place = step_of(variable.args[1]) if is_state(variable, scope) else None
    if place is None:
        return
    held = (variable.args[0], place[1])
    waiting: list[tuple[Term, int]] = []
    for node in nodes_behind(body, scope):
        if is_state(node, scope):
            found = step_of(node.args[1])
            if found is not None and found[0] is place[0]:
                waiting.append((node.args[0], found[1]))
    seen = {held}
    while waiting and len(seen) < MAX_STATES:
        base, step = waiting.pop()
        if (base, step) in seen:
            continue
        seen.add((base, step))
        parts = [(b, step + o) for b, o in _references(base, scope) if o is not None]
        parts = [p for p in dict.fromkeys(parts) if p == held or _leads(p, held, scope)]
        for other, at in parts:
            earlier = at < step and builds_on_itself(other, scope)
            beside = at <= held[1] < step or len(parts) > 1
            if (other, at) != held and earlier and beside:
                raise DeriveError(
                    f"{other!r} of an earlier step depends on {plain(variable)} too: it is not "
                    "clear whether the derivative holds it",
                    code=UNCLEAR,
                )
        waiting += parts


def _leads(state: tuple[Term, int], to: tuple[Term, int], scope: Scope) -> bool:
    """Whether the recurrences lead from a state to another entry; assumed where not known."""
    leads = [o or 0 for d in scope.recurrences.values() for _, o in _listed(d, scope)]
    lowest = to[1] - max(0, *leads) * len(scope.recurrences)
    waiting, seen = [state], {state}
    while waiting:
        base, step = waiting.pop()
        for other, offset in _references(base, scope):
            if offset is None:
                if other is to[0] or to[0] in _everything(other, scope):
                    return True
                continue
            found = (other, step + offset)
            if found == to or len(seen) > MAX_STATES:
                return True
            if found not in seen and found[1] >= lowest:
                seen.add(found)
                waiting.append(found)
    return False


def _references(base: Term, scope: Scope) -> tuple[Reference, ...]:
    definition = scope.recurrences.get(base.data.name) if base.op == "symbol" else None
    return () if definition is None else _listed(definition, scope)


def _listed(definition: Definition, scope: Scope) -> tuple[Reference, ...]:
    found: dict[Reference, None] = {}
    for node in nodes_behind(definition.body, scope):
        if node.op == "entry" and node.args[0].op == "symbol":
            step = step_of(node.args[1])
            known = step is not None and step[0] is definition.parameters[0]
            found[node.args[0], step[1] if step is not None and known else None] = None
    return tuple(found)


def _everything(base: Term, scope: Scope) -> set[Term]:
    """The symbols that occur in the recurrences that a sequence leads to."""
    found: set[Term] = {base}
    waiting = [base]
    while waiting:
        definition = scope.recurrences.get(waiting.pop().data.name)
        for node in nodes_behind(definition.body, scope) if definition is not None else ():
            if node.op == "symbol" and node not in found:
                found.add(node)
                waiting.append(node)
    return found


def nodes_behind(term: Term, scope: Scope) -> Iterator[Term]:
    """The sub-terms of a term, and of what the symbols and functions in it stand for."""
    waiting, seen = [term], {term}
    while waiting:
        for node in postorder(waiting.pop()):
            yield node
            more = [scope.values[node]] if node in scope.values else []
            name = node.data.name if node.op == "symbol" else ""
            name = node.data.function.name if node.op == "call" else name
            for table in (scope.functions, scope.entries):
                if name in table:
                    more.append(table[name].body)
            waiting += [m for m in more if m not in seen]
            seen.update(more)
