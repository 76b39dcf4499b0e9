"""The name in front of a bracket taken apart, and the arguments inside the bracket."""

from __future__ import annotations

from symdl.expression.reading.context import Context
from symdl.expression.spelling import label_of, name_of, with_label
from symdl.expression.term import Term
from symdl.latex import syntax as s


class Head:
    """A function name taken apart: `f_\\theta^{-1}` has name, primes, superscript."""

    __slots__ = ("core", "name", "node", "primes", "sup")

    def __init__(self, node: s.Node) -> None:
        self.node = node
        self.primes = 0
        self.sup: s.Node | None = None
        self.core = node
        if isinstance(node, s.Scripts):
            self.primes, self.sup = node.primes, node.sup
            self.core = node.base
            base = name_of(node.base)
            label = label_of(node.sub) if node.sub is not None else ""
            self.name = None if base is None or label is None else base
            if self.name is not None and label:
                self.name = with_label(self.name, label)
            if self.sup is not None and not self.primes:
                self._whole_name(node)
        else:
            self.name = name_of(node)

    def _whole_name(self, node: s.Scripts) -> None:
        """`V^*(s)` and `h^{(1)}(x)` keep the label in the name."""
        sup = node.sup
        if isinstance(sup, s.Name | s.Word):
            whole = name_of(node)
            if whole is not None:
                self.name, self.sup = whole, None


def is_minus_one(node: s.Node) -> bool:
    """Whether a superscript is exactly -1."""
    if not isinstance(node, s.Sum) or node.signs != ("-",):
        return False
    inner = node.terms[0]
    return isinstance(inner, s.Number) and inner.text == "1"


def derivative_order(sup: s.Node | None) -> int:
    """3 of `f^{(3)}`."""
    if isinstance(sup, s.Group) and sup.open == "(" and isinstance(sup.body, s.Number):
        return int(sup.body.text) if sup.body.text.isdigit() and len(sup.body.text) < 4 else 0
    return 0


def arguments(ctx: Context, group: s.Group) -> tuple[tuple[Term, ...], tuple[int, ...]]:
    """The arguments in a bracket, and behind which of them a `;` or bar stood."""
    body = group.body
    if body is None:
        ctx.fail("a call without arguments", group)
    if not isinstance(body, s.Sequence):
        return (ctx.read(body),), ()
    if len(body.separators) >= len(body.items):
        ctx.fail("an argument is missing", group)
    args = tuple(ctx.read(item) for item in body.items)
    bars = tuple(i + 1 for i, sign in enumerate(body.separators) if sign != ",")
    return args, bars
