"""Letters whose values a statement restricts itself: no convention restricts them further.

`2^n \\ge 2 \\text{ for all } n \\ge 0` speaks of n = 0 too, and `\\lambda \\in \\mathbb{R}` of
negative numbers. A statement that is nothing but such a restriction (`\\eta > 0`) frees nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symdl.expression.domain import INTEGER, REAL, Domain
from symdl.expression.reading.syntax import children
from symdl.latex import syntax as s

_RELATIONS = frozenset({"<", "<=", ">", ">=", "!=", "in", "notin", "->"})
_LEAVES = frozenset({s.Name, s.Number, s.Word})
_CONSTANTS = frozenset({"\\pi", "e"})


def stated_domains(tree: s.Node, usual: Mapping[str, Domain]) -> dict[str, Domain]:
    """What is left of the usual domains of letters whose values the statement restricts: that
    counts are integers, unless it says that they are real."""
    found: dict[str, Domain] = {}
    for chain in _restrictions(tree):
        for name, other in _restricted(chain):
            if name in usual:
                found[name] = _left(usual[name], other)
    return found


def held_domains(tree: s.Node, usual: Mapping[str, Domain]) -> dict[str, Domain]:
    """The same of a statement that is known to hold, where `n \\ge 0` alone restricts n too."""
    found: dict[str, Domain] = {}
    before: list[str] = []
    for item in tree.items if isinstance(tree, s.Sequence) else (tree,):
        if isinstance(item, s.Name):
            before.append(item.text)
        elif isinstance(item, s.Chain):
            restricted = dict(_restricted(item))
            if isinstance(item.operands[0], s.Name) and item.operands[0].text in restricted:
                restricted |= dict.fromkeys(before, restricted[item.operands[0].text])
            found |= {n: _left(usual[n], o) for n, o in restricted.items() if n in usual}
            before = []
    return found


def _left(usual: Domain, other: s.Node) -> Domain:
    """What is left of a usual domain beside a restriction by a closed node."""
    return INTEGER if usual.integer and not _is_reals(other) else REAL


def _restrictions(tree: s.Node) -> Iterator[s.Chain]:
    """Relations in conditions, below operators, in sets, and beside a statement."""
    items = tree.items if isinstance(tree, s.Sequence) else (tree,)
    beside = any(not isinstance(i, s.Chain) or not any(_restricted(i)) for i in items)
    stack: list[tuple[s.Node, bool]] = [(item, beside and len(items) > 1) for item in items]
    while stack:
        node, counts = stack.pop()
        if isinstance(node, s.Chain) and counts:
            yield node
        body = node.body if isinstance(node, s.Conditioned) else None
        stack += [(c, c is not body) for c in children(node) if type(c) not in _LEAVES]


def _restricted(chain: s.Chain) -> Iterator[tuple[str, s.Node]]:
    """Each letter of a chain that stands beside something without letters, and that."""
    pairs = zip(chain.operands, chain.relations, chain.operands[1:], strict=False)
    for left, relation, right in pairs:
        if relation in _RELATIONS:
            for one, other in ((left, right), (right, left)):
                if isinstance(one, s.Name) and is_closed(other):
                    yield one.text, other


def is_closed(node: s.Node) -> bool:
    """Whether no letter occurs, and no infinity: `n \\to \\infty` restricts nothing."""
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, s.Name) and part.text not in _CONSTANTS:
            return False
        if not (isinstance(part, s.Styled) and part.font == "mathbb"):
            stack.extend(children(part))
    return True


def _is_reals(node: s.Node) -> bool:
    inner = node.body if isinstance(node, s.Styled) else None
    return isinstance(inner, s.Name) and inner.text == "R"
