r"""Arrays that a line declares itself: `A B = 0 \text{ for } A, B \in \mathbb{R}^{n \times n}`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symdl.expression.defining import define
from symdl.expression.reading.context import Context
from symdl.expression.reading.spaces import space_of
from symdl.expression.scope import Scope
from symdl.expression.spelling import name_of
from symdl.expression.term import make, symbol
from symdl.latex import syntax as s


def with_members(ctx: Context, tree: s.Node) -> Scope:
    """The scope of a context with the undeclared names that the line says to lie in a space."""
    scope = ctx.scope
    for names, home in _memberships(tree):
        space = space_of(ctx, home) or ctx.read(home)
        if space.op != "space":
            continue
        for name in names:
            if not scope.declares(name):
                member = make("relation", symbol(name), space, data=("in",))
                scope = define(scope, member)
    return scope


def _memberships(tree: s.Node) -> Iterator[tuple[list[str], s.Node]]:
    """The names in `x, y \\in \\mathbb{R}^n`, and the space, in a list and in conditions."""
    stack: list[s.Node] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, s.Conditioned):
            stack += [part for part in (node.body, node.condition) if part is not None]
            continue
        before: list[str] = []
        items: Sequence[s.Node] = node.items if isinstance(node, s.Sequence) else (node,)
        for item in items:
            name = name_of(item)
            if name is not None:
                before.append(name)
                continue
            if isinstance(item, s.Conditioned):
                stack.append(item)
            elif isinstance(item, s.Chain) and item.relations == ("in",) and _is_space(item):
                last = name_of(item.operands[0])
                if last is not None:
                    yield [*before, last], item.operands[1]
            before = []


def _is_space(chain: s.Chain) -> bool:
    home = chain.operands[1]
    if not isinstance(home, s.Scripts) or home.sup is None:
        return False
    if isinstance(home.base, s.Group):
        return home.sub is None and home.base.open in ("[", "(", "{")
    return isinstance(home.base, s.Styled) and home.base.font == "mathbb"
