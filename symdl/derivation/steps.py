"""A derivation as a student would hand it in: as text, as LaTeX, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from symdl.derivation.forward import Derivation, Step
from symdl.derivation.kinks import Kink
from symdl.derivation.products import refilled
from symdl.expression.printer import latex as latex_of
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, postorder

MAX_LINES = 60
"""Longer derivations are told rule by rule, each by itself."""


@dataclass(frozen=True)
class Line:
    """One line of a derivation: `left = right` by `rule`; the left side is None where it is
    that of the line above."""

    left: Term | None
    right: Term
    rule: str
    note: str


def lines(derivation: Derivation) -> tuple[Line, ...]:
    """The derivation as one chain of equations; as single rules when it is very long."""
    steps = derivation.steps
    if len(steps) > MAX_LINES:
        return tuple(Line(s.before, s.after, s.rule, s.note) for s in steps)
    start = make("derivative", derivation.function, derivation.variable, data="d")
    written = frozenset(postorder(derivation.function))
    result: list[Line] = []
    whole = start
    known: dict[Term, Term] = {}
    for step in steps:
        known[step.before] = step.after
        whole = _put(whole, known, written)
        result.append(Line(None if result else start, whole, step.rule, step.note))
    return tuple(result)


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


def text(derivation: Derivation) -> str:
    """The derivation for a terminal, one equation a line with its rule.

    >>> from symdl.derivation.forward import differentiate
    >>> from symdl.expression.term import symbol
    >>> print(text(differentiate(symbol("x") ** 2, symbol("x"))))
    d/dx (x^2) = 2x    power rule
    """
    listed: list[tuple[str, str]] = []
    many = len(derivation.steps) > 1
    for line in lines(derivation):
        left = "" if line.left is None else plain(line.left)
        if left and many and len(derivation.steps) <= MAX_LINES:
            listed.append((left, ""))
            left = ""
        indent = left or ("  " if many else "")
        listed.append((f"{indent} = {plain(line.right)}", _reason(line)))
    width = min(72, max(len(equation) for equation, _ in listed))
    told = [f"{equation.ljust(width)}    {reason}".rstrip() for equation, reason in listed]
    return "\n".join([*told, *map(str, derivation.kinks)])


def _reason(line: Line) -> str:
    return f"{line.rule} ({line.note})" if line.note else line.rule


def latex(derivation: Derivation) -> str:
    """The derivation as an `align*` environment with the rule beside each line."""
    rows = []
    for line in lines(derivation):
        left = "" if line.left is None else latex_of(line.left)
        rows.append(f"{left} &= {latex_of(line.right)} && \\text{{{_words(_reason(line))}}}")
    body = " \\\\\n".join(rows)
    told = "".join(f"\n% {kink}" for kink in derivation.kinks)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}{told}"


def _words(sentence: str) -> str:
    """Words as TeX text: its special characters escaped."""
    for character in "\\{}":
        sentence = sentence.replace(character, "")
    for character in "_&%#$":
        sentence = sentence.replace(character, "\\" + character)
    return sentence.replace("^", "\\textasciicircum{}")


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


def _kink(kink: Kink, spell: Callable[[Term], str]) -> dict[str, str | None]:
    return {
        "condition": spell(kink.condition),
        "left": None if kink.left is None else spell(kink.left),
        "right": None if kink.right is None else spell(kink.right),
        "note": kink.note,
    }


__all__ = ["Line", "Step", "data", "latex", "lines", "text"]
