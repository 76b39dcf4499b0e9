"""Names that an operator binds: what they are inside of it, and that they end with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from symdl.expression import conventions as c
from symdl.expression.reading.context import Context
from symdl.expression.spelling import name_of
from symdl.expression.term import Symbol, Term, make
from symdl.latex import syntax as s


def bound_symbol(
    ctx: Context, node: s.Node, bind: Callable[[str, Term], None], op: str, element: bool = False
) -> tuple[str, Term]:
    """The bound variable of a limit: an index, an element of a set, or a real variable."""
    name = name_of(node)
    if isinstance(node, s.Scripts) and node.primes and node.sub is None and node.sup is None:
        plain = name_of(node.base)
        name = None if plain is None else plain + "'" * node.primes
    labelled = name is not None and "^{(" in name  # the body reads it as a labelled value
    if name is None or labelled or isinstance(node, s.Word):
        ctx.fail("this is no variable to run over", node)
    declared = ctx.declared(name)
    if declared is not None:
        symbol = make("symbol", data=declared)
    elif op in ("sum", "product") or (name in c.INDEX_LETTERS and name in ctx.notation.indices):
        symbol = make("symbol", data=Symbol(name) if element else _index(name))
    else:
        symbol = ctx.symbol(name, node)
    ctx.places.setdefault(symbol, node)
    bind(name, symbol)
    return name, symbol


def _index(name: str) -> Symbol:
    return Symbol(name, "index", (), c.INTEGERS)


@contextmanager
def binding(ctx: Context) -> Iterator[Callable[[str, Term], None]]:
    """Bind names inside the block; what they meant before is restored behind it."""
    before: dict[str, Term | None] = {}

    def bind(name: str, symbol: Term) -> None:
        before.setdefault(name, ctx.bound.get(name))
        ctx.bound[name] = symbol

    yield bind
    for name, old in before.items():
        if old is None:
            del ctx.bound[name]
        else:
            ctx.bound[name] = old
