"""A derivative in matrix notation with its steps, for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Any

from symdl.derivation.matrix.build import NotInMatrices
from symdl.derivation.matrix.by_entries import ByEntries, by_entries
from symdl.derivation.matrix.gradient import (
    MatrixGradient,
    MatrixStep,
    matrix_gradient,
    of_entries_of,
)
from symdl.derivation.matrix.jacobian import matrix_jacobian
from symdl.derivation.matrix.simplify import factored, simpler
from symdl.derivation.matrix.vectorise import whole, with_calls_opened
from symdl.document.errors import DeriveError
from symdl.expression.misfits import show
from symdl.expression.printer import latex as latex_of
from symdl.expression.printer import plain
from symdl.expression.printing.latex_parts import words_as_tex
from symdl.expression.scope import Scope
from symdl.expression.term import (
    Dim,
    Term,
    free_symbols,
    make,
    operations,
    replace,
    symbol,
    written_size,
)

MAX_WRITTEN = 150
"""A result of more operations keeps the names of the gradients in between."""


@dataclass(frozen=True, slots=True)
class Line:
    """`left = right` by `rule`."""

    left: Term
    right: Term
    rule: str


@dataclass(frozen=True, slots=True)
class MatrixSteps(Sequence[Line]):
    """The lines of a derivation in matrix notation; `layout` says how its result is laid out.
    axes: where the result is an entry of the derivative, its indices in order, with their sizes.
    families: what the arrays are of which only the members were declared."""

    function: Term
    variable: Term
    result: Term
    lines: tuple[Line, ...]
    layout: str
    axes: tuple[tuple[Term, Dim], ...] = ()
    families: tuple[str, ...] = ()

    def __getitem__(self, place: Any) -> Any:
        return self.lines[place]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def text(self) -> str:
        """The derivation for a terminal."""
        told = [(f"{_left(s.left, plain)} = {plain(s.right)}", s.rule) for s in self.lines]
        width = min(72, max((len(t) for t, _ in told), default=0))
        rows = [f"{t.ljust(width)}    {rule}".rstrip() for t, rule in told]
        return "\n".join([*rows, f"({self.layout})"])

    @property
    def latex(self) -> str:
        """The derivation as an `align*` environment."""
        rows = [
            f"{_left(s.left, latex_of)} &= {latex_of(s.right)} && \\text{{{words_as_tex(s.rule)}}}"
            for s in self.lines
        ]
        body = " \\\\\n".join([*rows, f"&\\text{{({words_as_tex(self.layout)})}}"])
        return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"

    @property
    def last_line(self) -> str:
        """The result with what it is, in LaTeX: `\\nabla_W L = ...`."""
        last = self.lines[-1]
        return f"{_left(last.left, latex_of)} = {latex_of(last.right)}"

    @property
    def data(self) -> dict[str, Any]:
        """The derivation as plain data, every term as LaTeX."""
        steps = [
            {
                "before": _left(s.left, latex_of),
                "after": latex_of(s.right),
                "rule": s.rule,
                "note": "",
            }
            for s in self.lines
        ]
        return {
            "function": latex_of(self.function),
            "variable": latex_of(self.variable),
            "result": latex_of(self.result),
            "layout": self.layout,
            "steps": steps,
            "kinks": [],
        }

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return self.latex


def _left(term: Term, spell: Callable[[Term], str]) -> str:
    """What is derived; a part without a name stands in brackets below the line."""
    if term.op != "derivative" or term.args[1].op in ("symbol", "label", "entry"):
        return spell(term)
    name, part = map(spell, term.args[:2])
    if spell is plain:
        return f"∂{name}/∂({part})"
    return f"\\frac{{\\partial {name}}}{{\\partial ({part})}}"


def derive_matrix(body: Term, variable: Term, scope: Scope, called: Term | None) -> MatrixSteps:
    """The derivative of a number or an array in an array: in matrix notation, or where there is
    none its entry. Raises DeriveError where it has no index form either.
    """
    found = _derived(body, variable, scope, called)
    families = _families(found, scope)
    if not families:
        return found
    layout = "; ".join((found.layout, *families))
    return changed(found, layout=layout, families=tuple(families))


def _families(found: MatrixSteps, scope: Scope) -> list[str]:
    """What the arrays are of which only the members are declared (`x_i: vector(d)`)."""
    members = {name.rpartition("_")[0]: name for name, s in scope.symbols.items() if s.declared}
    arrays = {
        s for line in found.lines for side in (line.left, line.right) for s in free_symbols(side)
    }
    told = []
    for array in sorted(arrays, key=plain):
        name = str(array.data.name)
        if array.shape and name in members and not scope.declares(name):
            member, part = (
                plain(symbol(members[name])),
                "entries" if len(array.shape) == 1 else "rows",
            )
            told.append(f"{plain(array)} has the {part} {member}: {show(array.shape)}")
    return told


def _derived(body: Term, variable: Term, scope: Scope, called: Term | None) -> MatrixSteps:
    body = with_calls_opened(body, scope)
    if called is not None and called.op == "symbol" and called.shape is None:
        called = symbol(called.data.name, shape=body.shape)  # a capital that was taken for an array
    name = called if called is not None else body if body.op == "symbol" else symbol("L")
    if called is not None and called.op == "symbol" and called not in scope.values:
        scope = changed(scope, values={**scope.values, called: body})
        body = called
    try:
        found = _by_its_entries(body, variable, scope, name)
        if found is not None:
            return found
        if body.shape == ():
            return _gradient_steps(body, variable, scope, name)
        return _jacobian_steps(body, variable, scope, name)
    except NotInMatrices as problem:
        try:
            return _entry_steps(body, variable, scope, name)
        except NotInMatrices:
            raise DeriveError(
                f"no matrix notation for this derivative: {problem}",
                hint="take it by an entry, with an index for each axis (W_{ij})",
            ) from None


def _by_its_entries(body: Term, variable: Term, scope: Scope, name: Term) -> MatrixSteps | None:
    """The Jacobian of a vector of which the entry is given (`p_i = ...`), None where it is given
    otherwise or has no matrix form."""
    if name.op != "entry" or body.shape or name.args[0].op != "symbol":
        return None
    array = of_entries_of(body, list(name.args[1:]))
    base = name.args[0]
    if array is None or array.shape != base.shape or variable is base:
        return None
    inner = changed(scope, values={**scope.values, base: array})
    try:
        found = _jacobian_steps(base, variable, inner, base)
    except NotInMatrices:
        return None
    given = Line(name, body, "as given")
    lines = (given, Line(base, array, _IN_MATRICES), *found.lines[1:])
    return changed(found, function=body, lines=lines)


def _entry_steps(body: Term, variable: Term, scope: Scope, name: Term) -> MatrixSteps:
    """The derivative found entry by entry, in matrix notation where it has such a form."""
    found: ByEntries = by_entries(body, variable, scope, name)
    lines = _given(name, body, scope)
    head = found.function
    if not found.rows or name.shape == body.shape:
        head = make("entry", name, *(i for i, _ in found.rows)) if found.rows else name
    at = make("entry", variable, *(i for i, _ in found.columns)) if found.columns else variable
    left = make("derivative", head, at, data=_D)
    lines.append(Line(left, found.entry, _joined(_CONTRACTED, found.used)))
    base = name.args[0] if name.op == "entry" and found.free else name
    if found.whole is None or (found.free and base is name):
        axes = (*found.free, *found.rows, *found.columns)
        rows = "the function and of " if found.rows or found.free else ""
        layout = f"entry by entry, an index for each axis of {rows}{plain(variable)}"
        return MatrixSteps(body, variable, found.entry, tuple(lines), layout, axes)
    if found.rows or found.free:
        lines.append(Line(make("derivative", base, variable, data=_D), found.whole, _IN_MATRICES))
        layout = _jacobian_layout(base, variable)
    else:
        lines.append(Line(make("gradient", name, variable), found.whole, _IN_MATRICES))
        layout = _gradient_layout(variable)
    return MatrixSteps(body, variable, found.whole, tuple(lines), layout)


_D = "partial"
_CONTRACTED = "differentiated entry by entry, Kronecker deltas contracted"
_IN_MATRICES = "in matrix notation"


def _gradient_steps(body: Term, variable: Term, scope: Scope, name: Term) -> MatrixSteps:
    found = matrix_gradient(body, variable, scope, name)
    lines = _given(name, body, scope)
    value = scope.values.get(body, body)
    if lines and (arrays := _in_arrays(value)) is not value:
        lines.append(Line(name, arrays, _IN_MATRICES))
    for step in found.steps:
        spelled = scope.values.get(step.what)
        if (
            spelled is not None
            and step.what is not name
            and (told := _in_arrays(spelled)) is not spelled
        ):
            lines.append(Line(step.what, told, _IN_MATRICES))
    known: dict[Term, Term] = {}
    values = set(scope.values.values())
    for step in found.steps:
        constant = step.value.op != "identity" and not free_symbols(step.value)
        if step.what is variable or step.what in values:
            continue
        named = step.what.op in ("symbol", "label")
        left = make("gradient", name, step.what) if named else _by(name, step.what)
        if constant and left not in found.named:
            continue
        made = simpler(step.value, scope)
        if left in found.named:
            known[left] = made.term
        lines.append(Line(left, made.term, _reason(step, (*made.used, *_told(step, made.term)))))
    last = next((s for s in found.steps if s.what is variable), None)
    left = make("gradient", name, variable)
    rule = last.rule if last is not None else ""
    result = _put_in(found.result, known)
    if result is not found.result:
        lines.append(Line(left, found.result, rule))
        rule = "put together"
    made = simpler(result, scope)
    short = factored(made.term)
    lines.append(Line(left, short, _reason(MatrixStep(variable, result, rule), made.used)))
    layout = _gradient_layout(variable)
    return MatrixSteps(body, variable, short, _without_repeats(lines), layout)


def _in_arrays(value: Term) -> Term:
    """A value with its sums over entries written with whole arrays, where that can be."""
    try:
        return whole(value)
    except NotInMatrices:
        return value


def _gradient_layout(variable: Term) -> str:
    return f"the gradient has the shape of {plain(variable)}: {show(variable.shape)}"


def _jacobian_layout(name: Term, variable: Term) -> str:
    rows = f"a row for each entry of {plain(name)}, a column for each of {plain(variable)}"
    return f"Jacobian: {rows}"


def _by(name: Term, what: Term) -> Term:
    return make("derivative", name, what, data="partial")


def _given(name: Term, body: Term, scope: Scope) -> list[Line]:
    """What is differentiated, as it was given."""
    value = scope.values.get(body, body)
    return [Line(name, value, "as given")] if value is not name else []


def _without_repeats(lines: list[Line]) -> tuple[Line, ...]:
    kept: list[Line] = []
    for line in lines:
        if not kept or (kept[-1].left, kept[-1].right) != (line.left, line.right):
            kept.append(line)
    return tuple(kept)


def _put_in(term: Term, named: dict[Term, Term]) -> Term:
    """The gradients in between put in; the term itself where that would be long."""
    made = term
    for _ in range(len(named) + 1):
        before, made = made, replace(made, named)
        if written_size(made) > MAX_WRITTEN:
            return term
        if made is before:
            break
    return made


def _reason(step: MatrixStep, used: tuple[str, ...]) -> str:
    return _joined(step.rule, used) or "chain rule"


def _told(step: MatrixStep, result: Term) -> tuple[str, ...]:
    """The identities of the logistic function by which a step became shorter."""
    before, after = operations(step.value), operations(result)
    if "sigmoid" in after and "sigmoid" not in before:
        return ("1/(1 + e^(-u)) = σ(u)",)
    if "exp" in before - after and "sigmoid" in after:
        return ("e^(-u) σ(u) = 1 - σ(u)",)
    return ()


def _joined(rule: str, used: tuple[str, ...]) -> str:
    """A rule and the given equations that it was used with."""
    words = [rule] if rule else []
    words += [
        name if name.startswith("where ") else name.replace("given: ", "", 1) + " used"
        for name in used
    ]
    return ", ".join(words)


def _jacobian_steps(body: Term, variable: Term, scope: Scope, name: Term) -> MatrixSteps:
    found: MatrixGradient = matrix_jacobian(body, variable, scope)
    lines = _given(name, body, scope)
    last = found.steps[-1].rule if found.steps else ""
    for step in found.steps[:-1]:
        left = make("derivative", step.what, variable, data="partial")
        lines.append(Line(left, simpler(step.value, scope).term, step.rule))
    left = make("derivative", name, variable, data="partial")
    made = simpler(found.result, scope)
    lines.append(Line(left, made.term, _reason(MatrixStep(body, made.term, last), made.used)))
    layout = _jacobian_layout(name, variable)
    return MatrixSteps(body, variable, made.term, _without_repeats(lines), layout)
