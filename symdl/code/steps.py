"""One step of recurrences as Terms: the new values of its states in those of the step before.

A sequence that is not defined (`g`) is an input of each step; an older value of a state (`m_{t-2}`)
is a state of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symdl.code.lambdify import Value
from symdl.code.normal import addends
from symdl.document.errors import CodeError
from symdl.expression.numerals import value_of
from symdl.expression.scope import Scope
from symdl.expression.term import Symbol, Term, free_symbols, postorder, replace, symbol


@dataclass(frozen=True)
class Step:
    """One step as Terms: `results` are the new values of `state` and then the `outputs`, in terms
    of the index, the old state, the inputs and further symbols; `arguments` are these in order."""

    index: Term
    state: tuple[Term, ...]
    inputs: tuple[Term, ...]
    other: tuple[Term, ...]
    results: tuple[Term, ...]
    outputs: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[Term, ...]:
        """The arguments of the step function; the index only where it is used."""
        used = any(self.index in free_symbols(r) for r in self.results)
        return (*((self.index,) if used else ()), *self.state, *self.inputs, *self.other)

    @property
    def settings(self) -> set[Term]:
        """Plain numbers among the arguments: the index and the parameters."""
        return {s for s in (self.index, *self.other) if s.shape == ()}


def one_step(scope: Scope, defaults: Mapping[Term, Value] | None = None) -> Step:
    """The step of all recurrences of a scope; its parameters in the order of their defaults.

    Raises CodeError if there are none, or if one needs a value that is not computed yet.
    """
    if not scope.recurrences:
        raise CodeError("there is no recurrence such as m_t = ... to step")
    index = next(iter(scope.recurrences.values())).parameters[0]
    bodies = {n: replace(d.body, {d.parameters[0]: index}) for n, d in scope.recurrences.items()}
    found = _Unrolled(index, bodies)
    outputs = [found.current(n) for n in found.states]
    state, results = found.with_history(outputs)
    inputs = tuple(found.inputs.values())
    free = {s for r in results for s in free_symbols(r)} - set(state) - set(inputs)
    other = sorted(free - {index}, key=lambda s: _order(s, defaults))
    return Step(index, tuple(state), inputs, tuple(other), tuple(results))


def _order(s: Term, defaults: Mapping[Term, Value] | None) -> tuple[bool, int, str]:
    """Without default first, then in the order of the defaults, then by name."""
    keys = list(defaults or ())
    return s in keys, keys.index(s) if s in keys else 0, str(s.data.name)


class _Unrolled:
    """The bodies of one step over the values of the step before."""

    def __init__(self, index: Term, bodies: Mapping[str, Term]) -> None:
        self.index = index
        self.bodies = bodies
        self.inputs: dict[tuple[str, int], Term] = {}
        self.ages: dict[str, int] = {}
        self.old: dict[tuple[str, int], Term] = {}
        self._known: dict[str, Term] = {}
        self._open: set[str] = set()
        for name in bodies:
            self.current(name)
        self.states = tuple(n for n in bodies if n in self.ages)
        if not self.states:
            self.states = tuple(bodies)

    def current(self, name: str) -> Term:
        """The new value of a sequence in terms of old values, inputs and parameters."""
        if name in self._known:
            return self._known[name]
        if name in self._open:
            raise CodeError(f"{name} at the same step depends on itself")
        self._open.add(name)
        body = self.bodies[name]
        table = {n: self._entry(n) for n in postorder(body) if self._lag(n) is not None}
        self._known[name] = replace(body, table)
        return self._known[name]

    def _lag(self, node: Term) -> int | None:
        """k for the entry m_{t-k} of a sequence; None for anything else."""
        if node.op != "entry" or len(node.args) != 2 or node.args[0].op != "symbol":
            return None
        if node.args[0].data.role != "sequence" and node.args[0].data.name not in self.bodies:
            return None
        rest = value_of(_sum(self.index - node.args[1]))
        return int(rest) if rest is not None and rest.denominator == 1 else None

    def _entry(self, node: Term) -> Term:
        base, lag = node.args[0].data, self._lag(node)
        assert lag is not None
        if base.name in self.bodies and lag == 0:
            return self.current(base.name)
        if base.name in self.bodies and lag > 0:
            self.ages[base.name] = max(lag, self.ages.get(base.name, 0))
            return self.old.setdefault((base.name, lag), _plain(base, lag - 1))
        if lag < 0:
            raise CodeError(f"{base.name} is needed {-lag} steps ahead")
        return self.inputs.setdefault((base.name, lag), _plain(base, lag))

    def with_history(self, outputs: Sequence[Term]) -> tuple[list[Term], list[Term]]:
        """State symbols, and what each becomes: older values move up by one."""
        symbols: list[Term] = []
        results: list[Term] = []
        for name, output in zip(self.states, outputs, strict=True):
            like = next((old for (own, _), old in self.old.items() if own == name), None)
            for age in range(1, max(self.ages.get(name, 0), 1) + 1):
                own = self.old.get((name, age))
                if own is None and like is not None:
                    own = _plain_like(like, name, age)
                if own is None:
                    continue
                symbols.append(own)
                results.append(output if age == 1 else symbols[-2])
        return symbols, results


def _sum(term: Term) -> Term:
    from symdl.code.normal import sum_of

    return sum_of(addends(term))


def _plain(base: Symbol, age: int) -> Term:
    """A sequence at one step as a symbol of its own."""
    name = base.name if not age else f"{base.name}_{{{age}}}"
    shape = base.shape if base.shape is not None else ()
    role = "scalar" if shape == () else "tensor"
    return symbol(name, role, shape, base.domain)


def _plain_like(term: Term, name: str, age: int) -> Term:
    data = term.data
    text = name if age == 1 else f"{name}_{{{age - 1}}}"
    return symbol(text, data.role, data.shape, data.domain)
