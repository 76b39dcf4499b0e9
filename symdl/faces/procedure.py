r"""Pseudo-code as people hold it in Python: the loop of an optimizer as updates that run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from symdl.document.errors import CodeError
from symdl.document.source import Source
from symdl.expression import printer
from symdl.expression.procedures.program import Branch, Input, Statement
from symdl.expression.procedures.program import Procedure as Program
from symdl.expression.procedures.reading import read_procedure
from symdl.expression.procedures.update import Update, update_of
from symdl.expression.scope import Scope
from symdl.expression.term import Term
from symdl.library.given import scope_of

if TYPE_CHECKING:
    from symdl.code.recurrence import Stepper
    from symdl.code.steps import Step
    from symdl.faces.expression import Expression

Gradients = Sequence[Any] | Callable[[Any], Any]


def procedure(latex: str, symbols: Mapping[str, str] | None = None) -> Procedure:
    r"""Read pseudo-code with one loop (`\textbf{for} .. \textbf{do}`), or updates one below the
    other. Raises ReadError where reading stops.

    >>> step = procedure(r"v_t \leftarrow \mu v_{t-1} + g_t \\ w_t \leftarrow w_{t-1} - \eta v_t")
    >>> step.updates()["w"]
    w - η(μv + g)
    """
    scope = scope_of((), symbols, latex)
    return Procedure(read_procedure(Source("<latex>", latex), scope), scope)


@dataclass(frozen=True, slots=True)
class Procedure:
    """Pseudo-code that was read.

    `chosen` says which of its `settings` (`nesterov`, `maximize`) hold; one that is not chosen is
    a parameter of the code, where 0 says no.
    """

    program: Program
    scope: Scope
    chosen: Mapping[str, bool] = field(default_factory=dict)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What it takes, as its author wrote it, with what is said of each."""
        return self.program.inputs

    @property
    def settings(self) -> tuple[str, ...]:
        """The names that are conditions by themselves."""
        return self.program.settings

    def where(self, **settings: bool) -> Procedure:
        """The same with settings decided: their branches alone are left."""
        return replace(self, chosen={**self.chosen, **settings})

    @property
    def update(self) -> Update:
        """One turn of the loop as Terms."""
        return update_of(self.program, self.chosen)

    def updates(self) -> dict[str, Expression]:
        """The new value of each state, and of what is returned besides, in those before."""
        from symdl.faces.expression import Expression

        turn = self.update
        found = {str(s.symbol.data.name): s.value for s in turn.states} | dict(turn.outputs)
        return {name: Expression(value, self.scope) for name, value in found.items()}

    def _step(self) -> Step:
        from symdl.code.procedure import step_of_update

        return step_of_update(self.update)

    def stepper(self, backend: str = "numpy") -> Stepper:
        """One turn as code: states in, states out (see `Formula.stepper`)."""
        from symdl.code.recurrence import stepper

        return stepper(self._step(), backend)

    def start(self, known: Mapping[str, Any], **parameters: Any) -> dict[str, Any]:
        """The states before the first turn: what is known of them, and what `initialize` says.

        Raises CodeError where nothing says how a state begins that the first turn uses.
        """
        from symdl.code.lambdify import lambdify
        from symdl.code.names import identifiers
        from symdl.code.procedure import is_needed
        from symdl.expression.term import free_symbols

        turn = self.update
        names = identifiers(self._step().arguments)
        like = next(iter(known.values()), 0.0)
        found: dict[str, Any] = {}
        for state in turn.states:
            name = names[state.symbol]
            if name in known:
                found[name] = known[name]
            elif state.start is not None:
                free = sorted(free_symbols(state.start), key=repr)
                values = [parameters[n] for n in identifiers(free).values()]
                found[name] = like * 0 + float(lambdify(state.start, free)(*values))
            elif is_needed(state, turn, self.program.first):
                raise CodeError(f"nothing says what {name} is before the first turn")
            else:
                found[name] = like * 0
        return found

    def run(
        self,
        start: Mapping[str, Any],
        gradients: Gradients,
        steps: int | None = None,
        **parameters: Any,
    ) -> list[dict[str, Any]]:
        r"""The states after each turn, the beginning first.

        gradients: one for each turn, or the function that gives the gradient at a point: it is
        called where the pseudo-code takes it (`\theta_{t-1}`, or a point ahead of it).
        """
        stepper = self.stepper()
        given = {self._parameter(name): value for name, value in parameters.items()}
        known = {n: v for n, v in given.items() if n in stepper.parameters}
        states = [self.start(start, **given)]
        count = steps if steps is not None else (0 if callable(gradients) else len(gradients))
        for turn in range(count):
            slopes = self._slopes(stepper, states[-1], gradients, turn, known)
            states.append(stepper(self.program.first + turn, states[-1], slopes, **known))
        return states

    @property
    def parameters(self) -> tuple[str, ...]:
        """What a run takes besides the start and the gradients, as the code calls it."""
        from symdl.code.names import identifiers
        from symdl.expression.term import free_symbols

        step = self._step()
        starts = [s.start for s in self.update.states if s.start is not None]
        further = {s for start in starts for s in free_symbols(start)} - set(step.arguments)
        named = identifiers([*step.other, *sorted(further, key=repr)])
        return tuple(named.values())

    def _parameter(self, name: str) -> str:
        """The name in code of a parameter: `gamma_` of gamma. Raises CodeError for no parameter."""
        for own in (name, f"{name}_"):
            if own in self.parameters:
                return own
        raise CodeError(
            f"there is no parameter {name}", hint=f"it has {', '.join(self.parameters)}"
        )

    def _slopes(
        self,
        stepper: Stepper,
        now: Mapping[str, Any],
        gradients: Gradients,
        turn_number: int,
        parameters: Mapping[str, Any],
    ) -> dict[str, Any]:
        """The inputs of one turn."""
        if not callable(gradients):
            if len(stepper.inputs) > 1:
                raise CodeError(f"{', '.join(stepper.inputs)} are needed at each turn")
            return dict.fromkeys(stepper.inputs, gradients[turn_number])
        from symdl.code.lambdify import lambdify
        from symdl.code.names import identifiers
        from symdl.expression.term import free_symbols

        turn, found = self.update, {}
        known = {**now, **parameters, stepper.index: self.program.first + turn_number}
        names = identifiers(self._step().arguments)
        values = {s: known[name] for s, name in names.items() if name in known}
        for own, point in turn.gradients.items():
            if point is None:
                raise CodeError("the pseudo-code does not say where its gradient is taken")
            free = sorted(free_symbols(point), key=repr)
            values[own] = gradients(lambdify(point, free)(*(values[s] for s in free)))
            if own in names:
                found[names[own]] = values[own]
        return found

    def export(self, to: str, name: str = "step", *, optimizer: bool = False) -> str:
        """A module of one turn for a back end; optimizer: a `torch` optimizer or (`jax`) an Optax
        transformation."""
        if not optimizer:
            from symdl.code.recurrence import step_source

            return step_source(self._step(), to, name=name)
        from symdl.code.exports.optimizer import optimizer as written

        turn = self.update
        moved = [s for s in self.program.returned if s.op == "entry"] or [
            at for at in self.program.gradients.values() if at is not None and at.op == "entry"
        ]
        if not moved:
            raise CodeError("the pseudo-code does not say what it returns")
        variable = str(moved[0].args[0].data.name)
        starts = {s.symbol: s.start for s in turn.states if s.start is not None}
        told = [f"{name.capitalize()}, by the updates of its pseudo-code."]
        return written(self._step(), variable, to, name, doc=told, starts=starts)

    def lines(self) -> list[str]:
        """The program in plain text, a line each."""
        head = [
            f"{printer.plain(a.target)} <- {printer.plain(a.value)}" for a in self.program.starts
        ]
        index = self.program.index.data.name
        loop = f"for {index} = {self.program.first}, {self.program.first + 1}, ...:"
        body = [f"    {line}" for line in _lines(self.program.body, self.settings)]
        back = [f"return {', '.join(map(printer.plain, self.program.returned))}"]
        return [*head, loop, *body, *(back if self.program.returned else [])]

    def __repr__(self) -> str:
        return "\n".join(self.lines())


def _lines(body: tuple[Statement, ...], settings: tuple[str, ...], depth: int = 0) -> list[str]:
    found: list[str] = []
    indent = "    " * depth
    for statement in body:
        if isinstance(statement, Branch):
            found.append(f"{indent}if {_condition(statement.condition, settings)}:")
            found += _lines(statement.then, settings, depth + 1)
            if statement.otherwise:
                found.append(f"{indent}else:")
                found += _lines(statement.otherwise, settings, depth + 1)
        else:
            left, right = printer.plain(statement.target), printer.plain(statement.value)
            found.append(f"{indent}{left} <- {right}")
    return found


def _condition(condition: Term, settings: tuple[str, ...]) -> str:
    name = condition.args[0].data.name if condition.args[0].op == "symbol" else ""
    if name in settings and condition.data in (("!=",), ("=",)):
        return str(name) if condition.data == ("!=",) else f"not {name}"
    return printer.plain(condition)
