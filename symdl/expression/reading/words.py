"""Words set in italics: letters run together that a declaration or a call shows to be one name.

LaTeX sets `beta` as the product of four letters. Where the scope declares a name of this
spelling (a parameter of the documented function), or where a bracket follows the name of a
known function (`sign(x)`), the letters are one word; elsewhere the reader refuses them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from dataclasses import replace as changed
from typing import Any

from symdl.expression.operators import WORDS
from symdl.expression.reading.syntax import bracket_of
from symdl.expression.scope import Scope
from symdl.expression.symbols import canonical_name
from symdl.latex import syntax as s

_CALLED = re.compile(r"(?<![A-Za-z\\{])([A-Za-z]{3,})\s*(?:\\left\s*|\\[bB]igg?l?\s*)?\(")
_UPRIGHT = re.compile(
    r"\\(?:mathrm|text|textrm|operatorname|rm|mathit)\s*\{?\s*(?:e|\\pi)(?![A-Za-z])"
)
_RUN = re.compile(r"(?<![A-Za-z\\{])[A-Za-z]{2,}(?![A-Za-z])")


def with_words(tree: s.Node, text: str, scope: Scope) -> s.Node:
    """The tree in which runs of letters that are known to be words are Word nodes."""
    if _UPRIGHT.search(text):
        tree = _rebuilt(tree, lambda node: _constant(node, scope))
    called = {m[1] for m in _CALLED.finditer(text) if m[1] in WORDS}
    if not called and not scope.symbols and not scope.functions:
        return tree
    declared = {run for run in _RUN.findall(text) if _is_declared(run, scope)}
    if not called and not declared:
        return tree

    def joined(node: s.Node) -> s.Node:
        if not isinstance(node, s.Product):
            return node
        return _with_runs(node, called - declared, declared)

    return _rebuilt(tree, joined)


def _constant(node: s.Node, scope: Scope) -> s.Node:
    r"""The constants e and \pi set upright, as standards ask for, unless the letter has a meaning
    of its own."""
    text = node.text if isinstance(node, s.Word) else ""
    if isinstance(node, s.Styled) and node.font == "mathrm" and isinstance(node.body, s.Name):
        text = node.body.text
    if text not in ("e", "\\pi") or {text, f"\\mathrm{{{text}}}"} & scope.symbols.keys():
        return node
    return s.Name(node.start, node.end, text)


def _is_declared(run: str, scope: Scope) -> bool:
    """Whether the run is a declared name and its letters are not."""
    known = run in scope.symbols or run in scope.functions or canonical_name(run) in scope.symbols
    return known and not all(letter in scope.symbols for letter in run)


def _rebuilt(node: s.Node, change: Callable[[s.Node], s.Node]) -> s.Node:
    """The node with a change made to every node in it, inside first."""
    new: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        made = _rebuilt_value(value, change)
        if made is not value:
            new[field.name] = made
    return change(changed(node, **new) if new else node)


def _rebuilt_value(value: Any, change: Callable[[s.Node], s.Node]) -> Any:
    if isinstance(value, s.Node):
        return _rebuilt(value, change)
    if isinstance(value, tuple):
        items = tuple(_rebuilt_value(item, change) for item in value)
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def _with_runs(node: s.Product, called: set[str], declared: set[str]) -> s.Node:
    factors: list[s.Node] = []
    links: list[str] = []
    place = 0
    while place < len(node.factors):
        stop = _run_end(node, place)
        made: s.Node = node.factors[place]
        if stop - place > 1:
            following = node.factors[stop] if stop < len(node.factors) else None
            touches = following is not None and node.links[stop - 1] == ""
            text = "".join(_letter(f) for f in node.factors[place:stop])
            before_bracket = touches and following is not None and bracket_of(following) is not None
            if text in declared or (before_bracket and text in called):
                made = _word(node.factors[place:stop], text)
            else:
                factors.extend(node.factors[place : stop - 1])
                links.extend(node.links[place : stop - 1])
                made = node.factors[stop - 1]
        factors.append(made)
        links.extend(node.links[stop - 1 : stop])
        place = stop
    if len(factors) == len(node.factors):
        return node
    if len(factors) == 1:
        return factors[0]
    return s.Product(node.start, node.end, tuple(factors), tuple(links))


def _letter(node: s.Node) -> str:
    """The letter of a name of one letter, perhaps with scripts."""
    core = node.base if isinstance(node, s.Scripts) else node
    return core.text if isinstance(core, s.Name) and len(core.text) == 1 else ""


def _run_end(node: s.Product, place: int) -> int:
    """Behind the letters that touch each other from `place` on; scripts end a run."""
    if not _letter(node.factors[place]):
        return place + 1
    stop = place + 1
    while stop < len(node.factors):
        before, factor = node.factors[stop - 1], node.factors[stop]
        apart = node.links[stop - 1] != "" or before.end != factor.start
        if apart or isinstance(before, s.Scripts) or not _letter(factor):
            break
        stop += 1
    return stop


def _word(letters: tuple[s.Node, ...], text: str) -> s.Node:
    last = letters[-1]
    core = last.base if isinstance(last, s.Scripts) else last
    name = canonical_name(text)
    word: s.Node = s.Word(letters[0].start, core.end, "text", text)
    if name.startswith("\\"):
        word = s.Name(word.start, word.end, name)
    if isinstance(last, s.Scripts):
        return s.Scripts(word.start, last.end, word, last.sub, last.sup, last.primes)
    return word
