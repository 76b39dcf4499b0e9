"""Sequences given by recurrences: which of their entries are written out, and which are free.

`m_t = a m_{t-1} + b g_t` says what `m_t`, `m_{t+1}` and `m_2` are, from the step before. It does
not say what `m_{t-1}` and the first value are: these stay as they are.
"""

from __future__ import annotations

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
    if first is None:
        if not builds_on_itself(base, scope):
            return False
        raise DeriveError(f"no first value of {base!r} is given, and no first step")
    return step < first


def unfolds(definition: Definition, base: Term, index: Term, scope: Scope) -> bool:
    """Whether an entry at a symbolic step is written out: where the sequence does not build on
    itself always, else from the first step on that the statement speaks of (`scope.floors`,
    or the parameter itself).

    Raises DeriveError for a sequence with a given first value: what holds at every step from
    there on would need induction, and a free step before would allow values it never takes.
    """
    start, offset = step_of(index) or (None, 0)
    if start is None:
        return False
    if start is not definition.parameters[0] and start.data.role != "index":
        return False
    builds = builds_on_itself(base, scope)
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
        for node in postorder(definition.body) if definition is not None else ():
            if node.op == "entry" and node.args[0].op == "symbol":
                name = node.args[0].data.name
                if name == base.data.name:
                    return True
                if name not in seen:
                    seen.add(name)
                    waiting.append(name)
    return False
