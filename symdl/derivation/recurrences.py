"""Sequences given by recurrences: which of their entries are written out, and which are free.

`m_t = a m_{t-1} + b g_t` says what `m_t`, `m_{t+1}` and `m_2` are, from the step before. It does
not say what `m_{t-1}` and the first value are: these stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from symdl.derivation.numbers import integer
from symdl.document.errors import DeriveError
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import Term, make, number, postorder


def first_given(scope: Scope, base: Term) -> int | None:
    """The first step whose value is given."""
    steps = [
        int(key.args[1].data.value)
        for key in scope.values
        if key.op == "entry" and key.args[0] is base and key.args[1].op == "number"
    ]
    return min(steps, default=None)


def first_defined(definition: Definition) -> int | None:
    """The first step of which the recurrence speaks: the least value of its parameter."""
    domain = definition.parameters[0].data.domain
    return int(domain.lower) if domain.integer and domain.lower is not None else None


def is_free(definition: Definition, base: Term, step: int, scope: Scope) -> bool:
    """Whether an entry before the first step has no value and stands for any.

    Raises DeriveError where it is not known at which step the sequence begins.
    """
    given = first_given(scope, base)
    if given is not None:
        if step < given:
            raise DeriveError(f"{base!r} at step {step} is needed, but {base!r} starts at {given}")
        return False
    first = first_defined(definition)
    builds = builds_on_itself(base, scope)
    if first is None:
        if not builds:
            return False
        raise DeriveError(f"no first value of {base!r} is given, and no first step")
    parameter = definition.parameters[0].data.name
    closed = not builds and not any(_is_start(node, base, definition) for node in _body(definition))
    if first == 1 and closed and not scope.declares(parameter):
        return step < 0  # a schedule such as `\\eta_t = \\eta_{\\min} + ...` holds at t = 0 too
    return step < first


def unfolds(definition: Definition, base: Term, index: Term, scope: Scope) -> bool:
    """Whether an entry at a symbolic step is written out: where the sequence does not build on
    itself always, else from the first step on that the statement speaks of (`scope.floors`,
    or the parameter itself).

    Raises DeriveError for a sequence with a given first value: what holds at every step from
    there on would need induction, and a free step before would allow values it never takes.
    """
    start, offset = step_of(index) or (None, 0)
    builds = builds_on_itself(base, scope)
    if start is None:
        return not builds
    if start is not definition.parameters[0] and start.data.role != "index" and builds:
        return False
    if builds and first_given(scope, base) is not None:
        raise DeriveError(f"{base!r} at every step from its first value on needs induction")
    return not builds or offset > scope.floors.get(start, -1)


def step_of(index: Term) -> tuple[Term | None, int] | None:
    """`(t, c)` for `t + c` with a symbol t, `(None, c)` for a number; None for anything else."""
    start: Term | None = None
    step = 0
    waiting = [(index, 1)]
    while waiting:
        part, sign = waiting.pop()
        value = integer(part)
        if value is not None:
            step += sign * value
        elif part.op == "add":
            waiting += [(a, sign) for a in part.args]
        elif part.op == "neg":
            waiting.append((part.args[0], -sign))
        elif part.op == "symbol" and sign == 1 and start is None:
            start = part
        else:
            return None
    return start, step


def settled_index(index: Term) -> Term:
    """An index in its shortest form: `(t + 1) - 1` is `t`."""
    found = step_of(index)
    if found is None:
        return index
    start, step = found
    if start is None:
        return number(step)
    if step == 0:
        return start
    return make("add", start, number(step) if step > 0 else make("neg", number(-step)))


def builds_on_itself(base: Term, scope: Scope) -> bool:
    """Whether the recurrences lead from a sequence back to itself."""
    waiting, seen = [base.data.name], set()
    while waiting:
        definition = scope.recurrences.get(waiting.pop())
        for node in () if definition is None else _body(definition):
            if node.op == "entry" and node.args[0].op == "symbol":
                name = node.args[0].data.name
                if name == base.data.name and not _is_start(node, base, definition):
                    return True
                if name not in seen:
                    seen.add(name)
                    waiting.append(name)
    return False


def _body(definition: Definition) -> Iterator[Term]:
    return postorder(definition.body)


def _is_start(node: Term, base: Term, definition: Definition | None) -> bool:
    """Whether a node is an entry from before the first step: the x_0 of `x_t = x_0 a^t`."""
    if definition is None or node.op != "entry" or node.args[0] is not base:
        return False
    step, first = integer(node.args[1]), first_defined(definition)
    return step is not None and first is not None and step < first
