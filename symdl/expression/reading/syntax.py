"""Small questions about syntax nodes that several readers ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from dataclasses import replace as changed
from typing import Any

from symdl.expression.spelling import SAMPLES, name_of
from symdl.latex import syntax as s


def is_bold(name: str) -> bool:
    """Whether a name is printed bold or with an arrow."""
    return name.startswith(("\\mathbf{", "\\boldsymbol{", "\\vec{"))


def with_differences(node: s.Product) -> s.Product:
    """The product with `\\Delta x` as one name, written as an accent."""
    factors, links = list(node.factors), list(node.links)
    for i in range(len(factors) - 2, -1, -1):
        sign, following = factors[i], factors[i + 1]
        if not isinstance(sign, s.Name) or sign.text != "\\Delta" or links[i]:
            continue
        base = following.base if isinstance(following, s.Scripts) else following
        if not isinstance(base, s.Name | s.Styled | s.Accent | s.Word):
            continue
        made: s.Node = s.Accent(sign.start, base.end, "Delta", base)
        if isinstance(following, s.Scripts):
            parts = (following.sub, following.sup, following.primes)
            made = s.Scripts(sign.start, following.end, made, *parts)
        factors[i : i + 2] = [made]
        del links[i]
    if len(factors) == len(node.factors):
        return node
    return s.Product(node.start, node.end, tuple(factors), tuple(links))


def with_neighbours_joined(
    node: s.Product, join: Callable[[s.Node, s.Node], tuple[s.Node, ...] | None]
) -> s.Node:
    """The product in which factors that touch are joined: join says what stands in place of two
    of them; None where they stay."""
    factors: list[s.Node] = [node.factors[0]]
    links: list[str] = []
    for link, factor in zip(node.links, node.factors[1:], strict=True):
        made = join(factors[-1], factor) if link == "" else None
        if made is None:
            factors.append(factor)
            links.append(link)
        else:
            factors[-1:] = made
            links.extend([""] * (len(made) - 1))
    if len(factors) == 1:
        return factors[0]
    return changed(node, factors=tuple(factors), links=tuple(links))


def letter_of(node: s.Node) -> str:
    """The letter of `W`, `W_1` and `W_Q`, else an empty string."""
    if isinstance(node, s.Scripts) and node.sup is None and _is_label(node.base, node.sub):
        node = node.base
    if isinstance(node, s.Scripts) and node.sub is None and (name_of(node) or "").endswith(SAMPLES):
        node = node.base
    return node.text if isinstance(node, s.Name) else ""


def _is_label(base: s.Node, sub: s.Node | None) -> bool:
    """Whether a subscript is no index: a number, and the capital of a capital (`W_Q`, `S_B`)."""
    if isinstance(sub, s.Number):
        return True
    capitals = [n.text for n in (base, sub) if isinstance(n, s.Name)]
    return len(capitals) == 2 and all(len(x) == 1 and x.isupper() for x in capitals)


def bracket_of(node: s.Node) -> s.Group | None:
    """The group `(..)` or `[..]` of a node that is one, perhaps with scripts behind it."""
    while isinstance(node, s.Scripts | s.Postfix):
        node = node.base if isinstance(node, s.Scripts) else node.body
    return node if isinstance(node, s.Group) and node.open in "([" else None


def names_step(sup: s.Node) -> bool:
    """Whether a bracket above a name holds a layer or sample: `(l)`, `(t-1)`, `(2)`, `(i,j)`."""
    body = sup.body if isinstance(sup, s.Group) else sup
    if isinstance(body, s.Sum):
        letters = [t for t in body.terms if not isinstance(t, s.Number)]
        return len(letters) == 1 and isinstance(letters[0], s.Name)
    return isinstance(body, s.Name | s.Number | s.Word | s.Scripts | s.Sequence | s.Styled)


def is_step(sup: s.Node | None) -> bool:
    """Whether a bracket above a name holds a layer or sample that varies: `(l)`, not `(2)`."""
    if not isinstance(sup, s.Group) or sup.open != "(" or not names_step(sup):
        return False
    body = sup.body
    if isinstance(body, s.Name) and body.text == "\\bullet":
        return False  # all of them
    return not (isinstance(body, s.Number) or (isinstance(body, s.Word) and len(body.text) > 1))


def defined_function(node: s.Node) -> str | None:
    """The name in `name(x, y)` where the bracket holds different plain names only."""
    return name_of(node.factors[0]) if isinstance(node, s.Product) and parameters(node) else None


def parameters(node: s.Node) -> tuple[str, ...]:
    """The x, y of `name(x, y)` where the bracket holds different plain names only."""
    if not isinstance(node, s.Product) or len(node.factors) != 2 or any(node.links):
        return ()
    group = node.factors[1]
    if not isinstance(group, s.Group) or group.open != "(" or group.body is None:
        return ()
    items = group.body.items if isinstance(group.body, s.Sequence) else (group.body,)
    names = tuple(name for name in map(name_of, items) if name is not None)
    return names if len(set(names)) == len(items) else ()


_FIELDS: dict[type[s.Node], tuple[str, ...]] = {
    s.Styled: ("body",), s.Accent: ("body",), s.Scripts: ("base", "sub", "sup"),
    s.Fraction: ("numerator", "denominator"), s.Binomial: ("upper", "lower"),
    s.Root: ("body", "degree"), s.Group: ("body",), s.Sequence: ("items",), s.Sum: ("terms",),
    s.Product: ("factors",), s.Postfix: ("body",), s.Apply: ("head", "argument"),
    s.BigOperator: ("lower", "upper", "body", "differentials"), s.Chain: ("operands",),
    s.Conditioned: ("body", "condition"),
}  # fmt: skip


def children(node: s.Node) -> list[s.Node]:
    """The nodes directly inside a node."""
    if isinstance(node, s.Environment):
        return [cell for row in node.rows for cell in row if cell is not None]
    inside: list[s.Node] = []
    for name in _FIELDS.get(type(node), ()):
        value = getattr(node, name)
        if isinstance(value, tuple):
            inside.extend(value)
        elif value is not None:
            inside.append(value)
    return inside


def rebuilt(node: s.Node, change: Callable[[s.Node], s.Node]) -> s.Node:
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
        return rebuilt(value, change)
    if isinstance(value, tuple):
        items = tuple(_rebuilt_value(item, change) for item in value)
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value
