r"""Functions put together: `(f \circ g)(x)` is `f(g(x))`, and `(f \circ g)'(x)` its derivative.

The tree is rewritten before it is surveyed, so that its letters are seen as functions of what they
are taken of. Without an argument, and between arrays, the sign stays what it is.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.expression import conventions as c
from symdl.expression.reading.survey import has_meaning
from symdl.expression.reading.syntax import rebuilt, with_neighbours_joined
from symdl.expression.scope import Scope
from symdl.expression.spelling import name_of
from symdl.latex import syntax as s

_SIGN = "\\circ"


def with_compositions(tree: s.Node, text: str, scope: Scope) -> s.Node:
    """The tree in which functions put together are calls of each other."""
    if _SIGN not in text and "∘" not in text:
        return tree

    def call(composed: s.Node, following: s.Node) -> tuple[s.Node, ...] | None:
        return _call(composed, following, scope)

    def opened(node: s.Node) -> s.Node:
        return with_neighbours_joined(node, call) if isinstance(node, s.Product) else node

    return rebuilt(tree, opened)


def _call(composed: s.Node, following: s.Node, scope: Scope) -> tuple[s.Node, ...] | None:
    """The factors that a composition and its argument are: f and (g(x)), or a derivative."""
    primes = composed.primes if isinstance(composed, s.Scripts) else 0
    group = composed.base if isinstance(composed, s.Scripts) and primes else composed
    argument = following.base if isinstance(following, s.Scripts) else following
    if not isinstance(group, s.Group) or not isinstance(argument, s.Group):
        return None
    body = group.body
    plain = not isinstance(composed, s.Scripts) or (composed.sub is None and composed.sup is None)
    if not isinstance(body, s.Product) or set(body.links) != {_SIGN} or not plain:
        return None
    if argument.open != "(" or not all(_is_function(f, scope) for f in body.factors):
        return None
    start, end = composed.start, argument.end
    if primes and not isinstance(argument.body, s.Name):  # (f(g(x)))'(3)
        argument = s.Group(start, start, "(", ")", s.Name(start, start, "x"))
    inner: s.Node = argument
    for function in reversed(body.factors[1:]):
        call = s.Product(start, end, (function, inner), ("",))
        inner = s.Group(start, end, "(", ")", call)
    if primes:
        whole = s.Product(start, end, (body.factors[0], inner), ("",))
        slope = s.Scripts(start, end, s.Group(start, end, "(", ")", whole), None, None, primes)
        return (slope,) if argument is following else (slope, following)
    if isinstance(following, s.Scripts):
        inner = replace(following, base=inner)  # (f o g)(x)^2
    return body.factors[0], inner


def _is_function(node: s.Node, scope: Scope) -> bool:
    name = name_of(node)
    if name is None:
        return False
    declared = scope.symbols.get(name)
    if declared is not None and declared.declared:
        return declared.role == "function"
    return name in scope.functions or name in c.FUNCTION_LETTERS or has_meaning(name)
