"""A derivation as a student would hand it in: as text, as LaTeX, as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from symdl.derivation.forward import Derivation, Step
from symdl.derivation.kinks import Kink
from symdl.derivation.products import refilled
from symdl.expression.printer import latex as latex_of
from symdl.expression.printer import plain
from symdl.expression.printing.latex_parts import words_as_tex
from symdl.expression.term import Term, free_symbols, make, postorder, rebuild, size, written_size

MAX_LINES = 60
MAX_NODES = 110
"""Derivations of more or longer lines are told rule by rule, each by itself."""
MAX_WIDTH = 100
"""A single equation that is longer has its right side on the next line."""
MAX_SUM = 400
"""A result with more nodes before it is tidied is not written out."""


@dataclass(frozen=True)
class Line:
    """One line of a derivation: `left = right` by `rule`; the left side is None where it is
    that of the line above."""

    left: Term | None
    right: Term
    rule: str
    note: str


@dataclass(frozen=True, slots=True)
class Steps(Sequence[Step]):
    """The steps of a derivation in order; shown, they are the derivation written out.

    named and written are told in `lines`.
    """

    derivation: Derivation
    named: Term | None = None
    written: Term | None = None

    @overload
    def __getitem__(self, place: int) -> Step: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, place: int | slice) -> Step | tuple[Step, ...]:
        return self.derivation.steps[place]

    def __len__(self) -> int:
        return len(self.derivation.steps)

    @property
    def text(self) -> str:
        """The derivation for a terminal."""
        return text(self.derivation, self.named, self.written)

    @property
    def latex(self) -> str:
        """The derivation as an `align*` environment."""
        return latex(self.derivation, self.named, self.written)

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return self.latex


def lines(
    derivation: Derivation, named: Term | None = None, written: Term | None = None
) -> tuple[Line, ...]:
    """The derivation as one chain of equations; rule by rule when it is very long.

    named: what the function is called (`L`, `f(x)`); written: the function as its author
    wrote it, where `derivation` is that of the same with all definitions written out.
    """
    spell = _Spelling(derivation)
    function = derivation.function
    told = list(_openings(derivation, spell, named, written))
    start = told[0].left if told and told[0].left is not None else spell.pending(function)
    rules = derivation.steps
    if len(rules) <= MAX_LINES and written_size(function) <= MAX_NODES:
        chain = list(_chain(derivation, spell, None if told else start))
        if all(written_size(line.right) <= MAX_NODES for line in chain):
            return (*told, *chain)
    return (*told, *_rule_by_rule(derivation, spell, start))


class _Spelling:
    """Pending derivatives of a function of several variables are partial ones."""

    def __init__(self, derivation: Derivation) -> None:
        self.variable = derivation.variable
        base = self.variable.args[0] if self.variable.op == "entry" else self.variable
        others = free_symbols(derivation.function) - {base}
        plain_scalar = self.variable.op == "symbol"
        self.kind = "d" if plain_scalar and not others else "partial"
        self.written = frozenset(postorder(derivation.function))
        self.done: dict[Term, Term] = {}

    def pending(self, term: Term) -> Term:
        """The derivative of a term, not yet worked out."""
        return make("derivative", term, self.variable, data=self.kind)

    def __call__(self, root: Term) -> Term:
        """`root` with its pending derivatives spelled this way."""
        if self.kind == "d":
            return root
        done = self.done
        for node in postorder(root):
            if node in done:
                continue
            made = rebuild(node, tuple(done[a] for a in node.args))
            waiting = node.op == "derivative" and node not in self.written
            done[node] = make("derivative", *made.args, data=self.kind) if waiting else made
        return done[root]


def _openings(
    derivation: Derivation, spell: _Spelling, named: Term | None, written: Term | None
) -> Iterator[Line]:
    """From the name of the function to the function that is differentiated."""
    forms = [] if named is None else [(spell.pending(named), "")]
    if written is not None and written is not derivation.function:
        forms.append((spell.pending(written), ""))
    forms.append((spell.pending(derivation.function), "definitions written out"))
    for place, (form, why) in enumerate(forms[1:]):
        reason = why if place or named is None else "as given"
        yield Line(None if place else forms[0][0], form, reason, "")


def _chain(derivation: Derivation, spell: _Spelling, start: Term | None) -> Iterator[Line]:
    """The whole expression line after line, one derivative after the other put in."""
    whole = make("derivative", derivation.function, derivation.variable, data="d")
    known: dict[Term, Term] = {}
    for step in derivation.steps:
        known[step.before] = step.after
        whole = _put(whole, known, spell.written)
        yield Line(start, spell(whole), step.rule, step.note)
        start = None


def _rule_by_rule(derivation: Derivation, spell: _Spelling, start: Term) -> Iterator[Line]:
    """Each derivative by itself, then the result with all of them put in."""
    together: Term | None = start
    for step in derivation.steps:
        if step.before.op == "derivative" and step.before.args[1] is derivation.variable:
            yield Line(spell(step.before), spell(step.after), step.rule, step.note)
            continue
        rule = step.rule
        if together is not None and size(step.before) <= MAX_SUM:
            yield Line(together, spell(step.before), "put together", "")
            together = None
        elif together is not None:
            rule = f"put together, {rule}"
        yield Line(together, spell(step.after), rule, step.note)
        together = None


def _put(root: Term, known: Mapping[Term, Term], written: frozenset[Term]) -> Term:
    """`root` with every key replaced by its value, in which keys are replaced too; terms that
    the author wrote have no pending derivatives."""
    done: dict[Term, Term] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        inner = (known[node],) if node in known else node.args
        if node in done:
            stack.pop()
        elif node in written:
            done[node] = node
        elif missing := [a for a in inner if a not in done]:
            stack.extend(missing)
        elif node in known:
            done[node] = done[inner[0]]
        else:
            done[node] = refilled(node, tuple(done[a] for a in inner))
    return done[root]


def text(derivation: Derivation, named: Term | None = None, written: Term | None = None) -> str:
    """The derivation for a terminal, one equation a line with its rule.

    >>> from symdl.derivation.forward import differentiate
    >>> from symdl.expression.term import symbol
    >>> print(text(differentiate(symbol("x") ** 2, symbol("x"))))
    d/dx [x^2] = 2x    power rule
    """
    listed: list[tuple[str, str]] = []
    told = lines(derivation, named, written)
    for place, line in enumerate(told):
        left = "" if line.left is None else plain(line.left)
        follows = place + 1 < len(told) and told[place + 1].left is None
        right = plain(line.right)
        if left and (follows or len(left) + len(right) > MAX_WIDTH):
            listed.append((left, ""))
            left = ""
        listed.append((f"{left or '  '} = {right}", _reason(line)))
    width = min(72, max(len(equation) for equation, _ in listed))
    shown = [f"{equation.ljust(width)}    {reason}".rstrip() for equation, reason in listed]
    return "\n".join([*shown, *map(str, derivation.kinks)])


def _reason(line: Line) -> str:
    return f"{line.rule} ({line.note})" if line.note else line.rule


def latex(derivation: Derivation, named: Term | None = None, written: Term | None = None) -> str:
    """The derivation as an `align*` environment with the rule beside each line."""
    rows = []
    for line in lines(derivation, named, written):
        left = "" if line.left is None else latex_of(line.left)
        reason = f" && \\text{{{words_as_tex(_reason(line))}}}" if line.rule else ""
        rows.append(f"{left} &= {latex_of(line.right)}{reason}")
    rows += [f"&\\phantom{{={{}}}} {_kink_latex(kink)}" for kink in derivation.kinks]
    body = " \\\\\n".join(rows)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def _kink_latex(kink: Kink) -> str:
    sides = [
        f"\\text{{from the {name} }} {latex_of(value)}"
        for name, value in (("left", kink.left), ("right", kink.right))
        if value is not None
    ]
    told = f"\\text{{{kink.said} }} {latex_of(kink.condition)}"
    if kink.unless is not None:
        told += f" \\text{{ unless }} {latex_of(kink.unless)}"
    if sides:
        told += " \\text{ (}" + " \\text{, }".join(sides) + "\\text{)}"
    return told + (f"\\text{{: {words_as_tex(kink.note)}}}" if kink.note else "")


def data(derivation: Derivation) -> dict[str, Any]:
    """The derivation as plain data, every term as LaTeX."""
    return {
        "function": latex_of(derivation.function),
        "variable": latex_of(derivation.variable),
        "result": latex_of(derivation.result),
        "steps": [
            {
                "rule": step.rule,
                "before": latex_of(step.before),
                "after": latex_of(step.after),
                "note": step.note,
            }
            for step in derivation.steps
        ],
        "kinks": [_kink(kink, latex_of) for kink in derivation.kinks],
    }


def _kink(kink: Kink, spell: Callable[[Term], str]) -> dict[str, str | bool | None]:
    return {
        "condition": spell(kink.condition),
        "left": None if kink.left is None else spell(kink.left),
        "right": None if kink.right is None else spell(kink.right),
        "note": kink.note,
        "certain": kink.certain,
        "unless": None if kink.unless is None else spell(kink.unless),
    }


__all__ = ["Line", "Step", "Steps", "data", "latex", "lines", "text"]
