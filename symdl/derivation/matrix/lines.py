"""The steps of a derivation in matrices, as lines that people read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from symdl.derivation.matrix.gradient import (
    MatrixStep,
)
from symdl.expression.printer import latex as latex_of
from symdl.expression.printer import plain
from symdl.expression.printing.latex_parts import words_as_tex
from symdl.expression.term import (
    Dim,
    Term,
    operations,
    postorder,
)


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
    families: what the arrays are of which only the members were declared. conditions: where the
    result holds, in words."""

    function: Term
    variable: Term
    result: Term
    lines: tuple[Line, ...]
    layout: str
    axes: tuple[tuple[Term, Dim], ...] = ()
    families: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

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
        return "\n".join([*rows, f"({self.told})"])

    @property
    def told(self) -> str:
        """How the result is laid out, what its arrays are, and where it holds."""
        held = [f"where {' and '.join(self.conditions)}"] if self.conditions else []
        return "; ".join((self.layout, *self.families, *held))

    @property
    def latex(self) -> str:
        """The derivation as an `align*` environment."""
        rows = [
            f"{_left(s.left, latex_of)} &= {latex_of(s.right)} && \\text{{{words_as_tex(s.rule)}}}"
            for s in self.lines
        ]
        body = " \\\\\n".join([*rows, f"&\\text{{({words_as_tex(self.told)})}}"])
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
            "layout": "; ".join((self.layout, *self.families)),
            "conditions": list(self.conditions),
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


def without_repeats(lines: list[Line]) -> tuple[Line, ...]:
    kept: list[Line] = []
    for line in lines:
        if not kept or (kept[-1].left, kept[-1].right) != (line.left, line.right):
            kept.append(line)
    return tuple(kept)


def reason_of(step: MatrixStep, used: tuple[str, ...]) -> str:
    return joined_lines(step.rule, used) or "chain rule"


def told_of(step: MatrixStep, result: Term) -> tuple[str, ...]:
    """The identities of the logistic function by which a step became shorter."""
    before, after = operations(step.value), operations(result)
    if _reflections(result) - _reflections(step.value):
        return ("e^(-u) σ(u) = σ(-u)" if "exp" in before - after else "1 - σ(u) = σ(-u)",)
    if "sigmoid" in after and "sigmoid" not in before:
        return ("1/(1 + e^(-u)) = σ(u)",)
    if "exp" in before - after and "sigmoid" in after:
        return ("e^(-u) σ(u) = 1 - σ(u)",)
    return ()


def _reflections(term: Term) -> set[Term]:
    return {n for n in postorder(term) if n.op == "sigmoid" and n.args[0].op == "neg"}


def joined_lines(rule: str, used: tuple[str, ...]) -> str:
    """A rule and the given equations that it was used with."""
    words = [rule] if rule else []
    words += [
        name if name.startswith("where ") else name.replace("given: ", "", 1) + " used"
        for name in used
    ]
    return ", ".join(words)
