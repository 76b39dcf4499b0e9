r"""Sums of logarithms as logarithms of products: `\log\det(AB) = \log\det(A) + \log\det(B)`.

Where both sides are defined every argument is positive, so the sums are equal exactly if the
products are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.term import Term, combined, make, number

MOST = 6
"""The largest number in front of a logarithm."""


def exponentiated(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """A claim of products that says the same where both sides are defined, if both sides are sums
    of logarithms."""
    if claim.right is None or claim.left.shape:
        return
    pairs = [_arguments(claim.left), _arguments(claim.right)]
    if None in pairs:
        return
    above, below = zip(*(pair for pair in pairs if pair is not None), strict=True)
    left, right = [*above[0], *below[1]], [*above[1], *below[0]]
    if not left and not right:
        return
    where = ", ".join(dict.fromkeys(f"{plain(a)} > 0" for a in (*left, *right)))
    sizes = all(a.op == "abs" for a in (*left, *right))
    if sizes:
        left, right = ([a.args[0] for a in side] for side in (left, right))
    sides = [combined("mul", side) if side else number(1) for side in (left, right)]
    if sizes:
        sides = [make("abs", side) for side in sides]
    told = f"with the logarithms put together, wherever both sides are defined ({where})"
    yield told, replace(claim, left=sides[0], right=sides[1])


def _arguments(side: Term) -> tuple[list[Term], list[Term]] | None:
    """What a sum of logarithms has above and below the line if it is written as one; None for
    other terms."""
    found: tuple[list[Term], list[Term]] = [], []
    stack = [(side, 1)]
    while stack:
        node, sign = stack.pop()
        if node.op == "add":
            stack.extend((a, sign) for a in reversed(node.args))
        elif node.op == "neg":
            stack.append((node.args[0], -sign))
        elif node.op == "log":
            found[0 if sign > 0 else 1].append(node.args[0])
        elif node.op == "mul" and len(node.args) == 2 and node.args[1].op == "log":
            times = value_of(node.args[0])
            if times is None or times.denominator != 1 or not 0 < abs(times) <= MOST:
                return None
            above = (times > 0) == (sign > 0)
            found[0 if above else 1].extend([node.args[1].args[0]] * int(abs(times)))
        else:
            return None
    return found
