"""Sequences given by recurrences: which of their entries are written out, and which are free.

`m_t = a m_{t-1} + b g_t` says what `m_t`, `m_{t+1}` and `m_2` are, from the step before. It does
not say what `m_{t-1}` and the first value are: these stay as they are.
"""

from __future__ import annotations

from symdl.derivation.numbers import integer
from symdl.document.errors import DeriveError
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import Term, postorder


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
        if not _builds_on_itself(base, scope):
            return False
        raise DeriveError(f"no first value of {base!r} is given, and no first step")
    return step < first


def unfolds(definition: Definition, base: Term, index: Term, scope: Scope) -> bool:
    """Whether an entry at a symbolic step is written out: at `t` and later, and before `t` only
    where the sequence does not build on itself.

    Raises DeriveError for a sequence with a given first value: what holds at every step from
    there on would need induction, and a free step before would allow values it never takes.
    """
    offset = _offset(index, definition.parameters[0])
    if offset is None:
        return False
    builds = _builds_on_itself(base, scope)
    if builds and first_given(scope, base) is not None:
        raise DeriveError(f"{base!r} at every step from its first value on needs induction")
    return offset >= 0 or not builds


def _offset(index: Term, parameter: Term) -> int | None:
    """`c` of `t + c`, where t is the parameter or another index."""
    start, step = index, 0
    if index.op == "add" and len(index.args) == 2:
        last = index.args[1]
        sign = -1 if last.op == "neg" else 1
        found = integer(last.args[0] if last.op == "neg" else last)
        if found is None:
            return None
        start, step = index.args[0], sign * found
    same = start is parameter or (start.op == "symbol" and start.data.role == "index")
    return step if same else None


def _builds_on_itself(base: Term, scope: Scope) -> bool:
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
