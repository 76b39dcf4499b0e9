"""Which states of a sequence a statement leaves free, so that they do not hang together.

`m_t = \\beta^2 m_{t-2} + ...` speaks of `m_{t-2}`: both sides are written out down to it. Left
free as well, `m_{t-1}` would take values that the recurrence does not allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symdl.derivation.expand import expand
from symdl.derivation.held import is_state, nodes_behind
from symdl.derivation.recurrences import builds_on_itself, settled_index, step_of
from symdl.document.errors import DeriveError
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, make, postorder

MAX_ROUNDS = 6


def with_floors(scope: Scope, terms: Sequence[Term]) -> Scope:
    """The scope in which what the terms leave of a sequence is independent.

    Raises DeriveError where they speak of states whose distance is not known.
    """
    if not scope.recurrences:
        return scope
    floors: dict[Term, int] = {}
    for node in (n for t in terms for n in nodes_behind(t, scope)):
        found = step_of(node.args[1]) if _builds(node, scope) else None
        if found is not None and found[0] is not None:
            floors[found[0]] = min(found[1], floors.get(found[0], -1))
    for _ in range(MAX_ROUNDS):
        scope = replace(scope, floors=dict(floors))
        left = {s for t in terms for s in postorder(expand(t, scope)) if _builds(s, scope)}
        _refuse_unlike(left)
        linked = [s for s in left if _follows(s, left, scope)]
        if not linked:
            return scope
        for state in linked:
            found = step_of(state.args[1])
            if found is None or found[0] is None:
                raise DeriveError(f"{state!r} follows from other states")
            floors[found[0]] = min(found[1] - 1, floors.get(found[0], -1))
    raise DeriveError("the states in this statement follow from each other")


def _builds(node: Term, scope: Scope) -> bool:
    return is_state(node, scope) and builds_on_itself(node.args[0], scope)


def _refuse_unlike(states: set[Term]) -> None:
    steps = {s: step_of(s.args[1]) for s in states}
    if len(states) > 1 and len({step[0] if step else s for s, step in steps.items()}) > 1:
        names = " and ".join(sorted(map(repr, states))[:2])
        raise DeriveError(f"how {names} hang together is not known for every step")


def _follows(state: Term, left: set[Term], scope: Scope) -> bool:
    """Whether the recurrence gives a state at a symbolic step from others that are left."""
    definition = scope.recurrences[state.args[0].data.name]
    found = step_of(state.args[1])
    if found is None or found[0] is None:
        return False
    body = substitute(definition.body, {definition.parameters[0]: state.args[1]})
    needed = {
        make("entry", n.args[0], settled_index(n.args[1]), *n.args[2:])
        for n in nodes_behind(body, scope)
        if _builds(n, scope)
    }
    return bool(needed) and needed <= left
