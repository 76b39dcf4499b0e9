r"""Inequalities with tangents, multiplied by a square of the cosine: `\tan x > x` says that
`\sin x \cos x > x \cos^2 x` wherever the tangent is defined, where no pole is left."""

from __future__ import annotations

from symdl.expression.numerals import value_of
from symdl.expression.term import Term, combined, make, number, postorder

HIGHEST = 4


def without_tangents(gap: Term) -> Term | None:
    """A term of the same sign wherever the tangents in a sum of products are defined, without
    them; None where it has none or several different ones, or one elsewhere."""
    tangents = {node for node in postorder(gap) if node.op == "tan"}
    if len(tangents) != 1:
        return None
    (tangent,) = tangents
    parts = [_split(part, tangent) for part in _summands(gap)]
    orders = [part[1] for part in parts if part is not None]
    if len(orders) < len(parts) or not 0 < max(orders) <= HIGHEST:
        return None
    even = max(orders) + max(orders) % 2
    sine, cosine = (make(op, tangent.args[0]) for op in ("sin", "cos"))
    parted = [
        _product([other, _power(sine, order), _power(cosine, even - order)])
        for other, order in (part for part in parts if part is not None)
    ]
    return combined("add", parted)


ONE = number(1)


def _power(base: Term, order: int) -> Term:
    if order < 2:
        return base if order else ONE
    return make("pow", base, number(order))


def _product(factors: list[Term]) -> Term:
    signs = sum(f.op == "neg" for f in factors)
    kept = [f.args[0] if f.op == "neg" else f for f in factors]
    kept = [f for f in kept if f is not ONE]
    made = combined("mul", kept)
    return make("neg", made) if signs % 2 else made


def _summands(term: Term) -> list[Term]:
    """The parts of a sum, with their signs."""
    found: list[Term] = []
    stack = [(term, False)]
    while stack:
        node, turned = stack.pop()
        if node.op == "add":
            stack.extend((a, turned) for a in node.args)
        elif node.op == "neg":
            stack.append((node.args[0], not turned))
        else:
            found.append(make("neg", node) if turned else node)
    return found


def _split(part: Term, tangent: Term) -> tuple[Term, int] | None:
    """A product as a term without the tangent and the power of the tangent in it."""
    order, rest = 0, []
    stack = [part]
    while stack:
        node = stack.pop()
        if node is tangent:
            order += 1
        elif tangent not in set(postorder(node)):
            rest.append(node)
        elif node.op == "mul":
            stack.extend(node.args)
        elif node.op == "neg":
            rest.append(make("neg", ONE))
            stack.append(node.args[0])
        elif node.op == "div" and tangent not in set(postorder(node.args[1])):
            rest.append(make("div", number(1), node.args[1]))
            stack.append(node.args[0])
        elif node.op == "pow" and node.args[0] is tangent:
            power = value_of(node.args[1])
            if power is None or power not in range(1, HIGHEST + 1):
                return None
            order += int(power)
        else:
            return None
    return _product(rest), order
