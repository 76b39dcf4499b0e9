r"""Conditions in words as the mathematics they say: `A \text{ is symmetric}` is `A^T = A`.

The tree is rewritten before its notation is surveyed, so that `symmetric A` shows that A is an
array. What words say is a condition on names only; on anything else they stay prose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symdl.latex import syntax as s
from symdl.latex.qualities import quality

Say = Callable[[s.Node], s.Node]
WORDS = ("if", "for", "where", "when", "with", "forall")


def with_qualities(tree: s.Node) -> s.Node:
    """The tree with the qualities in its conditions written as relations."""
    if isinstance(tree, s.Conditioned):
        body = with_qualities(tree.body)
        condition = tree.condition
        if condition is not None and tree.word in WORDS:
            condition = _said(condition) or condition
        if body is tree.body and condition is tree.condition:
            return tree
        return replace(tree, body=body, condition=condition)
    if isinstance(tree, s.Sequence):
        return _of_list(tree)
    return (_said(tree) or tree) if isinstance(tree, s.Product) else tree


def _of_list(tree: s.Sequence) -> s.Node:
    r"""`a = b, A \text{ symmetric}` and `a = b \quad (A \text{ symmetric})`."""
    last = tree.items[-1]
    inner = last.body if isinstance(last, s.Group) and last.open == "(" else last
    said = None if inner is None else _said(inner)
    statements = all(isinstance(i, s.Chain | s.Conditioned) for i in tree.items[:-1])
    if said is None or not statements or len(tree.items) < 2:
        items = tuple(map(with_qualities, tree.items))
        changed = any(new is not old for new, old in zip(items, tree.items, strict=True))
        return replace(tree, items=items) if changed else tree
    kept = tree.items[:-1]
    body = kept[0] if len(kept) == 1 else replace(tree, items=kept, separators=tree.separators[:-1])
    return s.Conditioned(tree.start, tree.end, body, "if", said)


def _said(node: s.Node) -> s.Node | None:
    """The condition in words as relations; None where no quality is said of a name."""
    node = _listed(node)
    if isinstance(node, s.Sequence):
        return _said_together(node) or _said_of_list(node)
    if isinstance(node, s.Chain):
        return _said_first(node)
    if not isinstance(node, s.Product) or any(node.links) or len(node.factors) != 2:
        return None
    for word, name in (node.factors, node.factors[::-1]):
        if isinstance(word, s.Word) and isinstance(name, s.Name | s.Scripts | s.Styled):
            found = quality(word.text)
            if found in _TOGETHER:
                return _pairwise(name, _TOGETHER[found])
            return _MEANS[found](name) if found in _MEANS else None
    return None


def _listed(node: s.Node) -> s.Node:
    r"""`X \text{ and } Y` and `X, Y \text{ and } Z` as the list of all."""
    if isinstance(node, s.Conditioned) and node.word == "and" and node.condition is not None:
        return s.Sequence(node.start, node.end, (node.body, node.condition), (",",))
    if isinstance(node, s.Sequence) and isinstance(node.items[-1], s.Conditioned):
        last = _listed(node.items[-1])
        if isinstance(last, s.Sequence):
            items = (*node.items[:-1], *last.items)
            return replace(node, items=items, separators=(*node.separators, ","))
    return node


def _said_of_list(node: s.Sequence) -> s.Node | None:
    r"""`\text{positive } a, b` and `a, b \text{ are positive}` say it of each name."""
    places = [place for place, item in enumerate(node.items) if _said(item) is not None]
    names = (s.Name, s.Scripts, s.Styled)
    rest = [item for place, item in enumerate(node.items) if place not in places]
    if len(places) != 1:
        return _each_said(node) if places else None
    place = places[0]
    product = node.items[place]
    if not all(isinstance(item, names) for item in rest) or not isinstance(product, s.Product):
        return _each_said(node)
    word = next(f for f in product.factors if isinstance(f, s.Word))
    own = next(f for f in product.factors if not isinstance(f, s.Word))
    means = _MEANS[quality(word.text) or ""]
    said = [means(own if at == place else item) for at, item in enumerate(node.items)]
    return _flat(node, said)


def _each_said(node: s.Sequence) -> s.Sequence:
    return _flat(node, [_said(item) or item for item in node.items])


def _flat(node: s.Sequence, items: list[s.Node]) -> s.Sequence:
    """A list of conditions, some of which say several things."""
    all_ = [one for i in items for one in (i.items if isinstance(i, s.Sequence) else (i,))]
    return replace(node, items=tuple(all_), separators=(",",) * (len(all_) - 1))


def _said_together(node: s.Sequence) -> s.Node | None:
    r"""`X, Y \text{ independent}` and `\text{independent } X, Y` say one thing of all names."""
    first, last = node.items[0], node.items[-1]
    for product, end in ((first, 0), (last, -1)):
        if not isinstance(product, s.Product) or len(product.factors) != 2 or any(product.links):
            continue
        word, name = product.factors[end], product.factors[-1 - end]
        relation = _TOGETHER.get(quality(word.text) or "") if isinstance(word, s.Word) else None
        rest = node.items[1:] if product is first else node.items[:-1]
        names = (name, *rest) if product is first else (*rest, name)
        if relation and all(isinstance(n, s.Name | s.Scripts | s.Styled) for n in names):
            links = (relation,) * len(rest)
            between = tuple((n.start, n.start) for n in names[1:])
            return s.Chain(node.start, node.end, names, links, between)
    return None


def _pairwise(name: s.Node, relation: str) -> s.Node | None:
    r"""`X_i \text{ are independent}`: each two members of the family."""
    if not isinstance(name, s.Scripts) or not isinstance(name.sub, s.Name) or name.sup is not None:
        return None
    other = replace(name.sub, text=next(letter for letter in "ijk" if letter != name.sub.text))
    return _chain(name, name, relation, replace(name, sub=other))


def _said_first(node: s.Chain) -> s.Node | None:
    r"""`\text{integers } n \ge 1`."""
    first = node.operands[0]
    said = _said(first)
    if said is None or not isinstance(first, s.Product):
        return None
    own = next(f for f in first.factors if not isinstance(f, s.Word))
    rest = replace(node, operands=(own, *node.operands[1:]))
    return s.Sequence(node.start, node.end, (said, rest), (",",))


# --- what the words mean ------------------------------------------------------------------------


def _chain(name: s.Node, left: s.Node, relation: str, right: s.Node) -> s.Node:
    place = (name.end, name.end)
    return s.Chain(name.start, name.end, (left, right), (relation,), (place,))


def _against(relation: str, digit: str) -> Say:
    def say(name: s.Node) -> s.Node:
        return _chain(name, name, relation, s.Number(name.end, name.end, digit))

    return say


def _member(letter: str) -> Say:
    def say(name: s.Node) -> s.Node:
        inner = s.Name(name.end, name.end, letter)
        return _chain(name, name, "in", s.Styled(name.end, name.end, "mathbb", inner))

    return say


def _positive_integer(name: s.Node) -> s.Node:
    both = (_member("Z")(name), _against(">=", "1")(name))
    return s.Sequence(name.start, name.end, both, (",",))


def _remainder(digit: str) -> Say:
    def say(name: s.Node) -> s.Node:
        two = s.Number(name.end, name.end, "2")
        rest = s.Product(name.start, name.end, (name, two), ("\\bmod",))
        return _chain(name, rest, "=", s.Number(name.end, name.end, digit))

    return say


def _turned(name: s.Node) -> s.Node:
    sign = s.Name(name.end, name.end, "\\top")
    if isinstance(name, s.Scripts):
        return replace(name, sup=sign)
    return s.Scripts(name.start, name.end, name, None, sign)


def _product(name: s.Node, *factors: s.Node) -> s.Node:
    return s.Product(name.start, name.end, factors, ("",) * (len(factors) - 1))


def _symmetric(name: s.Node) -> s.Node:
    return _chain(name, _turned(name), "=", name)


def _antisymmetric(name: s.Node) -> s.Node:
    return _chain(name, _turned(name), "=", s.Sum(name.start, name.end, ("-",), (name,)))


def _orthogonal(name: s.Node) -> s.Node:
    r"""`A^T A = I` and `A A^T = I`, where both are of one size: A is square."""
    unit = s.Name(name.end, name.end, "I")
    inner, outer = _product(name, _turned(name), name), _product(name, name, _turned(name))
    said = [_chain(name, inner, "=", unit), _chain(name, outer, "=", inner)]
    return s.Sequence(name.start, name.end, tuple(said), (",",))


def _idempotent(name: s.Node) -> s.Node:
    return _chain(name, _product(name, name, name), "=", name)


def _invertible(name: s.Node) -> s.Node:
    argument = s.Group(name.start, name.end, "(", ")", name)
    size = s.Apply(name.start, name.end, s.Name(name.start, name.start, "\\det"), argument)
    return _chain(name, size, "!=", s.Number(name.end, name.end, "0"))


def _diagonal(name: s.Node) -> s.Node:
    unit = s.Name(name.end, name.end, "I")
    product = s.Product(name.start, name.end, (unit, name), ("\\odot",))
    return _chain(name, product, "=", name)


def _unit(name: s.Node) -> s.Node:
    size = s.Group(name.start, name.end, "\\|", "\\|", name)
    return _chain(name, size, "=", s.Number(name.end, name.end, "1"))


_TOGETHER = {
    "independent": "perp",
    "mutually independent": "perp",
    "independent and identically distributed": "perp",
    "iid": "perp",
    "i.i.d.": "perp",
}
"""What is said of names together, not of each: a relation between all of them."""
_MEANS: dict[str, Say] = {
    "positive": _against(">", "0"),
    "strictly positive": _against(">", "0"),
    "negative": _against("<", "0"),
    "strictly negative": _against("<", "0"),
    "nonnegative": _against(">=", "0"),
    "non-negative": _against(">=", "0"),
    "nonpositive": _against("<=", "0"),
    "non-positive": _against("<=", "0"),
    "nonzero": _against("!=", "0"),
    "non-zero": _against("!=", "0"),
    "real": _member("R"),
    "integer": _member("Z"),
    "positive integer": _positive_integer,
    "even": _remainder("0"),
    "odd": _remainder("1"),
    "symmetric": _symmetric,
    "antisymmetric": _antisymmetric,
    "skew-symmetric": _antisymmetric,
    "orthogonal": _orthogonal,
    "idempotent": _idempotent,
    "diagonal": _diagonal,
    **dict.fromkeys(
        ("positive definite", "positive-definite", "symmetric positive definite"),
        _against("succ", "0"),
    ),
    **dict.fromkeys(
        (
            "positive semidefinite",
            "positive-semidefinite",
            "positive semi-definite",
            "symmetric positive semidefinite",
        ),
        _against("succeq", "0"),
    ),
    "invertible": _invertible,
    "nonsingular": _invertible,
    "non-singular": _invertible,
    "unit": _unit,
}
