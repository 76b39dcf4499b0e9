"""Entries as programs write them: `w[n]` is `w_n`, `stride[0]` the first of its numbers.

Nobody multiplies by an index letter alone in square brackets, nor by the place of an array that has
such an index in the same line (`x[t - 1]` beside `x[t]`); anything else behind a name (`f[x]`,
`n[n + 1]`) stays what it is, and is refused where it is unclear. A word with empty brackets behind
it (`\\text{x.numel}()`) is one name.
"""

from __future__ import annotations

import re

from symdl.expression import conventions as c
from symdl.expression.reading.syntax import rebuilt, with_neighbours_joined
from symdl.expression.spelling import name_of
from symdl.latex import syntax as s

_WRITTEN = re.compile(
    r"[A-Za-z}]\s*\[\s*(?:[a-z]|\\tau|\d)|\(\s*\)|E\s*(?:\\left)?\[|\w\([a-z]\)\}|!\s*\}"
)
_CALLED = re.compile(r"([A-Za-z]\w*)\(([a-z])\)")
_FACTORIAL = re.compile(r"([A-Za-z]\w*)!")
_INDEXED = re.compile(r"(?<![A-Za-z\\])([A-Za-z])\s*\[\s*([a-z]|\\tau)\s*\]")


def with_entries(tree: s.Node, text: str) -> s.Node:
    """The tree in which names before an index in square brackets have it as a subscript."""
    if not _WRITTEN.search(text):
        return tree
    indexed = frozenset(n for n, i in _INDEXED.findall(text) if i in c.INDEX_LETTERS)

    def entry(name: s.Node, following: s.Node) -> tuple[s.Node, ...] | None:
        made = _average(name, following, text) or _entry(name, following, indexed)
        return None if made is None else (made,)

    def written(node: s.Node) -> s.Node:
        if isinstance(node, s.Word):
            return _typed(node)
        return with_neighbours_joined(node, entry) if isinstance(node, s.Product) else node

    return rebuilt(tree, written)


def _typed(word: s.Word) -> s.Node:
    r"""A call or a factorial that is typed as a word: `\text{entr(x)}`, `\text{target!}`."""
    called, factorial = _CALLED.fullmatch(word.text), _FACTORIAL.fullmatch(word.text)
    if called:
        name = s.Word(word.start, word.end, word.font, called[1])
        group = s.Group(word.start, word.end, "(", ")", s.Name(word.start, word.end, called[2]))
        return s.Product(word.start, word.end, (name, group), ("",))
    if factorial:
        name = s.Word(word.start, word.end, word.font, factorial[1])
        return s.Postfix(word.start, word.end, "!", name)
    return word


def _average(name: s.Node, following: s.Node, text: str) -> s.Node | None:
    """`E[g^2]_t`, the running average of what is in the brackets: one name with steps."""
    if not isinstance(name, s.Name) or name.text != "E" or not isinstance(following, s.Scripts):
        return None
    group = following.base
    steps = isinstance(following.sub, s.Name | s.Sum | s.Number) and following.sup is None
    if not isinstance(group, s.Group) or group.open != "[" or group.body is None or not steps:
        return None
    inside = "".join(text[group.body.start : group.body.end].split())
    whole = s.Name(name.start, group.end, f"E[{inside}]")
    return s.Scripts(name.start, following.end, whole, following.sub)


def _entry(name: s.Node, following: s.Node, indexed: frozenset[str]) -> s.Node | None:
    """The entry that a name and what touches it make; a power behind the bracket is of it."""
    group = following.base if isinstance(following, s.Scripts) else following
    if not isinstance(name, s.Name | s.Styled | s.Word) or not isinstance(group, s.Group):
        return None
    index = group.body
    if index is None:
        if not isinstance(name, s.Word) or group.open != "(" or group is not following:
            return None
        return s.Word(name.start, group.end, name.font, f"{name.text}()")
    if group.open != "[" or not _is_place(name, index, indexed):
        return None
    if not isinstance(following, s.Scripts):
        return s.Scripts(name.start, group.end, name, index)
    if following.sub is not None:
        return None
    return s.Scripts(name.start, following.end, name, index, following.sup, following.primes)


def _is_place(name: s.Node, index: s.Node, indexed: frozenset[str]) -> bool:
    """Whether what stands in square brackets behind a name can only be the place of an entry."""
    own = name_of(name)
    if own in c.OPAQUE or (isinstance(name, s.Word) and name.text in c.OPAQUE):
        return False  # the mean of m, and no entry
    if isinstance(name, s.Word):
        letter = isinstance(index, s.Name) and index.text in c.INDEX_LETTERS
        return letter or (isinstance(index, s.Number) and index.text.isdigit())
    if isinstance(index, s.Scripts) and name_of(index.base) in indexed:
        return index.sup is None  # `x[y[j]]`: the entry whose number y[j] says
    if isinstance(index, s.Name):
        return index.text in c.INDEX_LETTERS and index.text != own
    if own not in indexed:
        return False
    leaves = index.terms if isinstance(index, s.Sum) else (index,)
    return all(
        (isinstance(leaf, s.Name) and leaf.text in c.INDEX_LETTERS and leaf.text != own)
        or (isinstance(leaf, s.Number) and leaf.text.isdigit())
        for leaf in leaves
    )
