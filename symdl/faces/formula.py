"""A formula of the library as people hold it in Python: its parts, its code, its findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

from symdl import library
from symdl.document.errors import CodeError
from symdl.document.raw_formula import Citation, ClaimEntry, ExampleEntry
from symdl.document.source import Source
from symdl.expression.term import Symbol, Term
from symdl.faces.expression import Expression
from symdl.library.given import with_given
from symdl.library.understood import Understood, read_key

if TYPE_CHECKING:
    from fractions import Fraction

    from symdl.code.lambdify import Function
    from symdl.code.recurrence import Stepper
    from symdl.code.steps import Step


def load(name: str) -> Formula:
    """A formula of the library by name or alias. Raises UnknownName with the nearest names."""
    return Formula(library.load(library.find(name).stem))


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of the library."""

    understood: Understood

    @property
    def name(self) -> str:
        """Its name in the library."""
        return self.understood.raw.name.text

    @property
    def title(self) -> str:
        """Its title for people."""
        return self.understood.raw.title

    @property
    def kind(self) -> str:
        """The folder it stands in: activation, loss, optimizer, ..."""
        return self.understood.raw.kind

    @property
    def symbols(self) -> Mapping[str, Symbol]:
        """Its declared symbols by argument name."""
        return {key: symbol.data for symbol, key in self.understood.arguments.items()}

    @property
    def claims(self) -> tuple[ClaimEntry, ...]:
        """What is claimed of it, each with its LaTeX in `.statement.text`."""
        return self.understood.raw.claims

    @property
    def examples(self) -> tuple[ExampleEntry, ...]:
        """Its worked examples."""
        return self.understood.raw.examples

    @property
    def source(self) -> Citation | None:
        """Where it was taken from."""
        return self.understood.raw.citation

    @property
    def lines(self) -> tuple[Expression, ...]:
        """Its equations in order."""
        return tuple(self._expression(line.reading.term) for line in self.understood.lines)

    @property
    def expression(self) -> Expression:
        """What the last equation says its left side is."""
        return self.lines[-1].right

    @property
    def latex(self) -> str:
        """Its equations as LaTeX, as their author wrote them."""
        lines = [line.source.text.strip() for line in self.understood.lines]
        return lines[0] if len(lines) == 1 else " \\\\ ".join(lines)

    @property
    def sympy(self) -> Any:
        """The right side of the last equation as a SymPy object."""
        return self.expression.sympy

    @property
    def free(self) -> tuple[str, ...]:
        """The free symbols of the expression."""
        return self.expression.free

    def given(self, statements: Iterable[str]) -> Formula:
        """The formula where further statements hold (`w = 100`)."""
        scope = with_given(self.understood.scope, statements)
        return Formula(replace(self.understood, scope=scope))

    def read(self, latex: str) -> Expression:
        """A line of LaTeX read with the formula's symbols and definitions.

        >>> load("adam").read("m_1")
        m_1
        """
        key = read_key(Source("<latex>", latex), self.understood.scope)
        return self._expression(key).right

    def derivative(self, variable: str) -> Expression:
        """The derivative of the expression, with its steps."""
        return self.expression.derivative(variable)

    def lambdify(
        self, backend: str = "numpy", derivative: str | Sequence[str] | None = None
    ) -> Function:
        """The expression as a function of arrays; derivative: as of `Expression.lambdify`."""
        return self.expression.lambdify(backend, derivative)

    @property
    def steps(self) -> bool:
        """Whether its last equation is a recurrence (`m_t = ...`): then it runs step by step."""
        left = self.expression.left
        if left is None or left.op != "entry" or left.args[0].op != "symbol":
            return False
        return left.args[0].data.name in self.understood.scope.recurrences

    def stepper(self, backend: str = "numpy") -> Stepper:
        """Its recurrences as a step function: state in, state out; with a trajectory runner."""
        from symdl.code.recurrence import stepper

        defaults = self._default_numbers()
        return stepper(
            self._step(defaults),
            backend,
            name=self.name,
            doc=[self.title],
            defaults=defaults,
            preferred=self.understood.arguments,
        )

    def _step(self, defaults: Mapping[Term, Fraction]) -> Step:
        from symdl.code.steps import one_step

        return one_step(self.understood.scope, defaults)

    def export(
        self,
        to: str,
        derivative: str | Sequence[str] | None = None,
        name: str | None = None,
        *,
        differentiable: bool = False,
        optimizer: bool = False,
    ) -> str:
        """A module for one of the `TARGETS` of `code/targets.py`, an ONNX graph, or text for SymPy
        or LaTeX.

        differentiable: a function of PyTorch or JAX with the closed form as its derivative.
        optimizer: a recurrence as a PyTorch optimizer or (`jax`) an Optax transformation.

        A recurrence becomes a function of one step, state in and out (called `step`), and in
        Python a function for many.
        """
        if optimizer:
            return self._optimizer(to, name or self.name)
        if to == "latex" and derivative is None:
            return "\n".join(line.source.text.strip() for line in self.understood.lines) + "\n"
        if not self.steps:
            return self.expression.export(
                to, derivative, name or "f", differentiable=differentiable
            )
        if derivative is not None or differentiable:
            raise CodeError(
                f"{self.name} runs step by step: there is no code for its derivative",
                hint="symdl derive writes it down",
            )
        from symdl.code.recurrence import step_source

        defaults = self._default_numbers()
        return step_source(
            self._step(defaults),
            to,
            name=name or "step",
            doc=[self.title],
            defaults=defaults,
            preferred=self.understood.arguments,
        )

    @property
    def optimized(self) -> str:
        """The symbol that a recurrence moves: the left side of its last equation."""
        left = self.expression.left
        assert left is not None
        return str(left.args[0].data.name)

    def _optimizer(self, to: str, name: str) -> str:
        from symdl.code.exports.optimizer import optimizer

        if not self.steps:
            raise CodeError(f"{self.name} is no recurrence: it has no optimizer")
        defaults = self._default_numbers()
        return optimizer(
            self._step(defaults),
            self.optimized,
            to,
            name,
            doc=[self.title],
            defaults=defaults,
            preferred=self.understood.arguments,
        )

    def _default_numbers(self) -> dict[Term, Fraction]:
        """The defaults of the parameters that are rational."""
        from symdl.evidence.exact import exact

        values = {symbol: exact(value) for symbol, value in self.understood.defaults.items()}
        return {symbol: value for symbol, value in values.items() if value is not None}

    def step(self, state: Mapping[str, Any], t: int = 1, **given: Any) -> dict[str, Any]:
        """The state after step t; inputs (a gradient) and parameters by name.

        >>> after = load("momentum").step({"v": 0.0, "theta": 1.0}, g=0.5, eta=0.1, mu=0.9)
        >>> after["theta"]
        0.95
        """
        found = self.stepper()
        inputs = {name: given.pop(name) for name in found.inputs if name in given}
        return found(t, state, inputs, **given)

    def check(self) -> tuple[Any, ...]:
        """The findings on its claims and examples."""
        from symdl.checking import findings_of

        return tuple(findings_of(self.understood))

    def __call__(self, **values: Any) -> Any:
        """Its value at given arguments; parameters default to the file's values."""
        return self.expression(**values)

    def _expression(self, term: Term) -> Expression:
        found = self.understood
        return Expression(term, found.scope, arguments=found.arguments, defaults=found.defaults)

    def __repr__(self) -> str:
        lines = "; ".join(map(repr, self.lines))
        return f"<Formula {self.name}: {lines}>"

    def _repr_latex_(self) -> str:
        rows = " \\\\ ".join(line.latex for line in self.lines)
        return f"$\\displaystyle \\begin{{gathered}} {rows} \\end{{gathered}}$"

    def _repr_html_(self) -> str:
        return (
            f"<p><b>{escape(self.title)}</b> ({escape(self.name)})</p><p>{self._repr_latex_()}</p>"
        )
