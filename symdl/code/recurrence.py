"""Recurrences as running code: one step with state in and out, and whole trajectories.

`m_t = \\beta_1 m_{t-1} + (1 - \\beta_1) g_t` makes `m` a state; a sequence that is not defined
(`g`) is an input of each step; the index itself (`t`) and all other symbols are parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symdl.code.backends import BACKENDS
from symdl.code.emit import emit
from symdl.code.lambdify import Function, Value, default_text, lambdify_all
from symdl.code.names import identifiers
from symdl.code.steps import Step
from symdl.expression.term import Term, symbol

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
        if out is not None:
            arrays = tuple([out[name] for name in self.state])
            parameters["out"] = arrays if len(arrays) > 1 else arrays[0]
        if self.outputs:
            state = {name: state[name] for name in self.state}
        index = {self.index: t} if self.index == self.function.parameters[0] else {}
        if tuple(state) == self.state and tuple(inputs) == self.inputs:
            # In the order of the parameters: finding them by name would take as long as the step.
            given = (*index.values(), *state.values(), *inputs.values())
            result = self.function(*given, **parameters)
        else:
            result = self.function(**index, **state, **inputs, **parameters)
        values = result if type(result) is tuple else (result,)
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


def stepper(
    step: Step,
    backend: str = "numpy",
    *,
    name: str = "step",
    doc: Sequence[str] = (),
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> Stepper:
    """A step as running code; defaults: of its parameters."""
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
    step: Step,
    to: str,
    *,
    name: str = "step",
    doc: Sequence[str] = (),
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> str:
    """The module of a step for any back end; where it is Python code that runs, with a function
    that runs many steps."""
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
    runs = BACKENDS[to].arrays and not further
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
