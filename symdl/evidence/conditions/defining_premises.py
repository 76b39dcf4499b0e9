r"""Premises that define: `f'(x) = 3x^2 where f(x) = x^3`, `L = x^2 \implies dL/dx = 2x`.

An equation under which a statement stands is mostly a condition on the values. Where it says what
a function is, or what a letter is that the statement differentiates, it is a definition: of an
equation at one point no derivative follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from symdl.evidence.kinds import defines
from symdl.expression.defining import define
from symdl.expression.domain import REAL
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, postorder

SAYS_WHAT = frozenset({"where", "with"})
DERIVING = frozenset({"derivative", "gradient", "prime"})


def with_premises(
    scope: Scope, premises: Sequence[Term], words: Sequence[str], statement: Term
) -> tuple[Scope, tuple[Term, ...]]:
    """The scope with what the premises define for a statement, and the premises that are left."""
    kept = []
    differentiated = _differentiated(statement)
    derives = any(n.op in DERIVING for n in postorder(statement))
    for premise, word in zip(premises, words, strict=True):
        parts = premise.args if premise.op in ("and", "statements") else (premise,)
        for part in parts:
            array = _names_array(part) and not derives
            if _is_definition(part, word, differentiated, scope, array):
                scope = define(scope, part)
            else:
                kept.append(part)
    return scope, tuple(kept)


def _names_array(part: Term) -> bool:
    """Whether an equation says what a whole array is: then it may as well be put in."""
    return part.op == "relation" and part.args[0].op == "symbol" and part.args[0].shape != ()


def _is_definition(
    part: Term, word: str, differentiated: frozenset[Term], scope: Scope, array: bool
) -> bool:
    if part.op != "relation" or part.data not in (("=",), (":=",)):
        return False
    left, right = part.args
    if left.op == "call":
        return defines(left, right, scope)
    if left.op != "symbol" or left.data.role == "index":
        return False
    if scope.declares(left.data.name) and not (array and _is_any_array(left, right)):
        return False
    wanted = array or word in SAYS_WHAT or left in differentiated
    return wanted and defines(left, right, scope)


def _is_any_array(left: Term, right: Term) -> bool:
    """Whether nothing is declared of an array but the shape that its value has, too."""
    return left.shape == right.shape and left.data.domain == REAL


def _differentiated(statement: Term) -> frozenset[Term]:
    """The letters that a statement differentiates, less those in which it does."""
    bodies: set[Term] = set()
    variables: set[Term] = set()
    for node in postorder(statement):
        if node.op in DERIVING:
            bodies |= free_symbols(node.args[0])
            variables.update(*map(free_symbols, node.args[1:]))
    return frozenset(bodies - variables)
