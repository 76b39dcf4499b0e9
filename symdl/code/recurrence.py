"""Recurrences as running code: one step with state in and out, and whole trajectories.

`m_t = \\beta_1 m_{t-1} + (1 - \\beta_1) g_t` makes `m` a state; a sequence that is not defined
(`g`) is an input of each step; the index itself (`t`) and all other symbols are parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symdl.code.emit import emit
from symdl.code.lambdify import Function, Value, default_text, lambdify_all
from symdl.code.names import identifiers
from symdl.code.normal import addends
from symdl.document.errors import CodeError
from symdl.expression.numerals import value_of
from symdl.expression.scope import Scope
from symdl.expression.term import Symbol, Term, free_symbols, make, postorder, replace, symbol

Given = Mapping[str, Any]
Inputs = Mapping[str, Sequence[Any]] | Callable[[int, Given], Given]


@dataclass(frozen=True)
class Stepper:
    """A compiled step. `function` takes the index, the state, the inputs and the parameters
    and returns the new state; `state`, `inputs` and `parameters` are its argument names.

    A state with an older value too (`m_{t-2}`) has a name for each age; `outputs` are further
    results of a step, which the next one does not need.
    """

    function: Function
    index: str
    state: tuple[str, ...]
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    outputs: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The code it runs."""
        return self.function.source

    def __call__(
        self, t: Any, state: Given, inputs: Given, *, out: Given | None = None, **parameters: Any
    ) -> dict[str, Any]:
        """The state after step `t`. out: arrays to write it to; `out=state` works in place."""
        index = {self.index: t} if self.index in self.function.parameters else {}
        state = {name: state[name] for name in self.state} if self.outputs else state
        if out is not None:
            arrays = tuple(out[name] for name in self.state)
            parameters["out"] = arrays if len(arrays) > 1 else arrays[0]
        result = self.function(**index, **state, **inputs, **parameters)
        values = result if isinstance(result, tuple) else (result,)
        return dict(zip((*self.state, *self.outputs), values, strict=True))

    def trajectory(
        self, start: Given, inputs: Inputs, steps: int, first: int = 1, **parameters: Any
    ) -> list[dict[str, Any]]:
        """The states from the start on, `steps + 1` of them.

        `inputs` gives each input a value a step, or is a function of the index and the
        state before the step: that is how a gradient enters.
        """
        states = [dict(start)]
        for k in range(steps):
            now = states[-1]
            t = first + k
            given = inputs(t, now) if callable(inputs) else {n: v[k] for n, v in inputs.items()}
            states.append(self(t, now, given, **parameters))
        return states


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


def step_of(
    scope: Scope,
    names: Iterable[str] | None = None,
    defaults: Mapping[Term, Value] | None = None,
) -> Step:
    """The step of the recurrences of a scope (all, or those called `names`).

    Raises CodeError if there are none, or if one needs a value that is not computed yet.
    """
    table = {n: d for n, d in scope.recurrences.items() if names is None or n in set(names)}
    if not table:
        raise CodeError("there is no recurrence such as m_t = ... to step")
    index = next(iter(table.values())).parameters[0]
    bodies = {n: replace(d.body, {d.parameters[0]: index}) for n, d in table.items()}
    found = _Unrolled(index, bodies)
    outputs = [found.current(n) for n in found.states]
    state, results = found.with_history(outputs)
    inputs = tuple(found.inputs.values())
    free = {s for r in results for s in free_symbols(r)} - set(state) - set(inputs)
    other = sorted(free - {index}, key=lambda s: _order(s, defaults))
    return Step(index, tuple(state), inputs, tuple(other), tuple(results))


def stepper(
    scope: Scope,
    names: Iterable[str] | None = None,
    backend: str = "numpy",
    *,
    name: str = "step",
    doc: Sequence[str] = (),
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> Stepper:
    """The compiled step of `step_of`."""
    step = step_of(scope, names, defaults)
    return compiled(step, backend, name=name, doc=doc, defaults=defaults, preferred=preferred)


def compiled(
    step: Step,
    backend: str = "numpy",
    *,
    name: str = "step",
    doc: Sequence[str] = (),
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> Stepper:
    """A step as running code."""
    function = lambdify_all(
        step.results,
        step.arguments,
        backend,
        name=name,
        doc=doc,
        defaults=defaults,
        preferred=preferred,
        settings=step.settings,
    )
    called = dict(zip(step.arguments, function.parameters, strict=True))
    return Stepper(
        function,
        called.get(step.index, "t"),
        tuple(called[s] for s in step.state),
        tuple(called[s] for s in step.inputs),
        tuple(called[s] for s in step.other),
        tuple(identifiers([symbol(n) for n in step.outputs]).values()),
    )


def step_source(
    scope: Scope,
    to: str,
    *,
    name: str = "step",
    doc: Sequence[str] = (),
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> str:
    """The module of a step for any back end; where it is Python code that runs, with a
    function that runs many steps."""
    step = step_of(scope, None, defaults)
    return source_of(step, to, name=name, doc=doc, defaults=defaults, preferred=preferred)


def source_of(
    step: Step,
    to: str,
    *,
    name: str = "step",
    doc: Sequence[str] = (),
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> str:
    """The module of a step."""
    spelled = identifiers(step.arguments, preferred)
    state = [spelled[s] for s in step.state]
    further = list(identifiers([symbol(n) for n in step.outputs]).values())
    source = emit(
        step.results,
        step.arguments,
        to,
        name,
        doc=[*doc, f"One step: the new {', '.join(state)}."],
        defaults={s: default_text(v) for s, v in (defaults or {}).items()},
        preferred=preferred,
        settings=step.settings,
        called=[*(f"new_{n}" for n in state), *further],
    )
    runs = to in ("numpy", "torch", "jax") and not further
    return source + (_trajectory(step, name, spelled) if runs else "")


def _trajectory(step: Step, name: str, spelled: Mapping[Term, str]) -> str:
    """The source of a function that runs many steps."""
    inputs = [spelled[s] for s in step.inputs]
    told = f"; inputs(t, state) gives {_tuple(inputs)} of step t" if inputs else ""
    call = ", ".join(
        [
            *(["t"] if step.index in step.arguments else []),
            "*states[-1]",
            *(["*inputs(t, states[-1])"] if inputs else []),
            "**parameters",
        ]
    )
    made = f"{name}({call})" if len(step.state) > 1 else f"({name}({call}),)"
    return (
        f"\n\ndef trajectory(steps, state, {'inputs, ' if inputs else ''}first=1, **parameters):\n"
        f'    """The states {_tuple([spelled[s] for s in step.state])} from `state` on{told}."""\n'
        f"    states = [tuple(state)]\n"
        f"    for t in range(first, first + steps):\n"
        f"        states.append({made})\n"
        f"    return states\n"
    )


def _tuple(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


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
    return symbol(name, role, shape, base.domain, base.declared)


def _plain_like(term: Term, name: str, age: int) -> Term:
    data = term.data
    text = name if age == 1 else f"{name}_{{{age - 1}}}"
    return make("symbol", data=Symbol(text, data.role, data.shape, data.domain, data.declared))
