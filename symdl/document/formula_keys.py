"""What a formula file may hold at a place: known keys, texts, lists and mappings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TypeVar

from symdl.document.errors import FormulaError
from symdl.document.source import Source, Span
from symdl.document.yaml_nodes import QUOTE_HINT, Entries, Items, Node, Scalar

_T = TypeVar("_T")
_D = TypeVar("_D")


class Keys:
    """The entries of a mapping whose keys are known."""

    def __init__(self, node: Node, what: str, known: Iterable[str]) -> None:
        if not isinstance(node, Entries):
            keys = ", ".join(known)
            raise FormulaError(
                f"{what}: expected a mapping, found {kind_of(node)}", node.span, f"keys: {keys}"
            )
        self.what, self.span = what, node.span
        self.found: dict[str, Node] = {}
        for key, value in node.entries:
            if key.text not in known:
                raise _unknown_key(key, what, tuple(known))
            self.found[key.text] = value

    def get(self, key: str, read: Callable[[Node, str], _T], default: _D) -> _T | _D:
        """What is read under a key, or the default."""
        node = self.found.get(key)
        return default if node is None else read(node, key)

    def required(self, key: str, read: Callable[[Node, str], _T]) -> _T:
        """What is read under a key. Raises FormulaError where it is missing."""
        node = self.found.get(key)
        if node is None:
            place = Span(self.span.source, self.span.start, self.span.start)
            raise FormulaError(f"{self.what}: the key {key!r} is missing", place, f"add {key}: ...")
        return read(node, key)


def _unknown_key(key: Scalar, what: str, known: tuple[str, ...]) -> FormulaError:
    near = get_close_matches(key.text, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "known keys: " + ", ".join(known)
    if not near and not key.text.isidentifier():
        hint = f"a comma ends a value inside {{...}}: {QUOTE_HINT}; " + hint
    return FormulaError(f"{what}: unknown key {key.text!r}", key.span, hint)


def kind_of(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, Scalar):
        return "text" if node.text else "nothing"
    return "a list" if isinstance(node, Items) else "a mapping"


def text_in(node: Node, what: str) -> Source:
    """One text that is not empty."""
    if isinstance(node, Entries):
        raise FormulaError(
            f"{what}: expected text, found a mapping",
            node.span,
            f"{{...}} and a colon with a space make a mapping: {QUOTE_HINT}",
        )
    if isinstance(node, Items):
        raise FormulaError(
            f"{what}: expected text, found a list",
            node.span,
            f"[...] makes a list: {QUOTE_HINT}",
        )
    if not node.text.strip():
        raise FormulaError(f"{what}: expected text, found nothing", node.span)
    return node.source


def words_in(node: Node, what: str) -> str:
    """One text, its white space made single."""
    return " ".join(text_in(node, what).text.split())


def items_in(node: Node, what: str) -> tuple[Node, ...]:
    """The items of a list. Raises FormulaError for anything else."""
    if not isinstance(node, Items):
        raise FormulaError(
            f"{what}: expected a list, found {kind_of(node)}", node.span, "write one '- ' a line"
        )
    return node.items


def entries_in(node: Node, what: str) -> tuple[tuple[Scalar, Node], ...]:
    """The entries of a mapping. Raises FormulaError for anything else."""
    if not isinstance(node, Entries):
        raise FormulaError(f"{what}: expected a mapping, found {kind_of(node)}", node.span)
    return node.entries


def word_list_in(node: Node, what: str) -> tuple[str, ...]:
    """The texts of a list."""
    return tuple(words_in(item, what) for item in items_in(node, what))
