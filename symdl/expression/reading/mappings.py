r"""Mappings: `f: \mathbb{R}^d \to \mathbb{R}` says between which sets a function goes.

Of a function that is known it is a claim: `\sigma: \mathbb{R} \to (0, 1)` says that its values lie
in the interval.
"""

from __future__ import annotations

from symdl.expression.operators import TABLE
from symdl.expression.reading.conditions import when
from symdl.expression.reading.context import Context
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, make
from symdl.latex import syntax as s

VARIABLES = ("x", "t", "u", "z", "s")
"""Letters for any value; one that the document uses for something else is passed over."""
_SETS = frozenset({"space", "number_set", "interval", "symbol", "set"})


def is_mapping(node: s.Sequence) -> bool:
    """Whether a list with a colon says where a function goes."""
    if node.separators != (":",) or len(node.items) != 2:
        return False
    name, goes = node.items
    return name_of(name) is not None and isinstance(goes, s.Chain) and goes.relations == ("->",)


def read_mapping(ctx: Context, node: s.Sequence) -> Term:
    """A claim about all values of a known function; else a relation `->` between two sets."""
    name, goes = node.items
    assert isinstance(goes, s.Chain)
    source, target = goes.operands
    taken = {k.data.name for k in ctx.scope.values if k.op == "symbol"} | ctx.scope.symbols.keys()
    letter = next((v for v in VARIABLES if v not in taken), VARIABLES[0])
    at = s.Name(name.end, name.end, letter)
    value = s.Product(
        name.start, name.end, (name, s.Group(name.end, name.end, "(", ")", at)), ("",)
    )
    known = ctx.read(value)
    if known.op not in TABLE or known.op == "mul" or known.shape != ():
        sets = tuple(ctx.read(part) for part in (source, target))
        if any(part.op not in _SETS for part in sets):
            ctx.fail("this list is not read", node)
        return make("relation", *sets, data=("->",))
    claimed = ctx.read(_among(value, target, goes))
    home = ctx.read(_among(at, source, goes))
    whole = home.args[1].op == "number_set" and home.args[1].data == "R"
    return claimed if whole else when(claimed, (home,), "for")


def _among(left: s.Node, right: s.Node, goes: s.Chain) -> s.Chain:
    return s.Chain(left.start, right.end, (left, right), ("in",), goes.places)
