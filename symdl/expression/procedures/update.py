r"""One turn of the loop of pseudo-code as mathematics: new values in terms of the values before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symdl.document.errors import ReadError
from symdl.document.source import Span
from symdl.expression.procedures.keys import (
    Key,
    bared,
)
from symdl.expression.procedures.program import (
    Procedure,
)
from symdl.expression.procedures.turn import Turn
from symdl.expression.term import (
    Term,
    make,
    number,
)


@dataclass(frozen=True, slots=True)
class State:
    """A value that the next turn needs: its symbol (which stands for the value before), what it
    becomes, and what it is at the beginning, if that is said."""

    symbol: Term
    value: Term
    start: Term | None


@dataclass(frozen=True, slots=True)
class Update:
    """One turn: the states, what else it needs (`inputs` change from turn to turn; gradients with
    the point they are taken at), and further results by name."""

    index: Term
    states: tuple[State, ...]
    inputs: tuple[Term, ...]
    gradients: Mapping[Term, Term | None]
    outputs: Mapping[str, Term]


def update_of(procedure: Procedure, settings: Mapping[str, bool] | None = None) -> Update:
    """One turn of the loop. settings: which conditions (`nesterov`) hold; those that are not
    named stay numbers of which 0 says no. Raises ReadError for a value that is used before it
    is there, and for a setting that does not occur."""
    chosen = dict(settings or {})
    found = Turn(procedure, chosen)
    unknown = sorted(set(chosen) - found.settings)
    if unknown:
        known = ", ".join(sorted(found.settings)) or "none"
        raise ReadError(f"there is no setting {unknown[0]}", hint=f"settings: {known}")
    return _whole(found)


def _whole(turn: Turn) -> Update:
    nowhere = Span(turn.procedure.source, 0, 0)
    states: dict[Term, State] = {}
    for (op, body), own in list(turn.running.items()):
        combined = make("add" if op == "sum" else "mul", own, turn.value_of(body, nowhere))
        states[own] = State(own, combined, number(0 if op == "sum" else 1))
    waiting = list(turn.old)
    while waiting:
        key = waiting.pop(0)
        own = turn.old[key]
        if own in states:
            continue
        known = set(turn.old)
        states[own] = State(own, _next(turn, key), _start(turn, key))
        waiting += [k for k in turn.old if k not in known]
    gradients = {g: at for g, at in turn.points.items() if g not in states}
    inputs = (*turn.inputs.values(), *gradients)
    return Update(turn.index, tuple(states.values()), inputs, gradients, _outputs(turn))


def _next(turn: Turn, key: Key) -> Term:
    """What the value before is at the next turn."""
    name, lag = key
    later: Key = key if lag is None else (name, lag + 1)
    found = turn.frame.values.get(later)
    if found is None and later in turn.inputs:
        return turn.inputs[later]
    if found is None:
        return turn.before(later)
    if found.op == "piecewise" and len(found.args) % 2 == 0:
        return make("piecewise", *found.args, turn.old[key])  # what no step assigns stays
    return found


def _start(turn: Turn, key: Key) -> Term | None:
    name, lag = key
    for start in turn.procedure.starts:
        target = start.target
        if lag is None and target.op == "symbol" and target.data.name == name:
            return bared(start.value, turn.procedure.scope)
        if target.op != "entry" or target.args[0].data.name != name or lag is None:
            continue
        if target.args[1] is number(turn.procedure.first + lag):
            return bared(start.value, turn.procedure.scope)
    return None


def _outputs(turn: Turn) -> dict[str, Term]:
    """What the pseudo-code returns besides states; without `return`, what nothing uses."""
    returned = [k for k in map(turn.key_of, turn.procedure.returned) if k is not None]
    if not returned:
        used = {key if key[1] is None else (key[0], key[1] + 1) for key in turn.old}
        returned = [
            key
            for key in turn.frame.values
            if key not in turn.read
            and key not in used
            and (key[1] is None or key[1] == turn.last[key[0]])
        ]
    found = {}
    for key in returned:
        carried = any(old[0] == key[0] for old in turn.old)
        if not carried and key in turn.frame.values:
            found[key[0]] = turn.frame.values[key]
    return found
