r"""The chain rule in names: `\frac{dz}{dx} = \frac{dz}{dy}\frac{dy}{dx}` of letters nobody defined.

As backpropagation is taught: each letter depends on the next one, and on the rest only through it.
That is what such an equation supposes, and the verdict says it.
"""

from __future__ import annotations

from itertools import pairwise

from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict, proved
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.term import Term, postorder

METHOD = "chain-rule"
_NAMES = frozenset({"symbol", "entry", "label"})


def judge_chain_rule(claim: Claim) -> Verdict | None:
    """A proof where the factors of one side lead from the letter above to the letter below."""
    if claim.right is None or claim.relation not in ("=", "equiv"):
        return None
    for whole, product in ((claim.left, claim.right), (claim.right, claim.left)):
        ends = _step(whole)
        steps = [_step(factor) for factor in product.args] if product.op == "mul" else []
        known = [step for step in steps if step is not None]
        if ends is None or not known or len(known) < len(steps):
            continue
        path = _path(ends, known)
        if path and all(_leads(a, b, path, claim.scope) for a, b in pairwise(path)):
            return proved(METHOD, _told(path), path=[plain(name) for name in path])
    return None


def _step(term: Term) -> tuple[Term, Term] | None:
    """(z, y) of dz/dy, a first derivative of one number in another."""
    if term.op != "derivative" or len(term.args) != 2:
        return None
    above, below = term.args
    names = above.op in _NAMES and below.op in _NAMES
    return (above, below) if names and above.shape == () and below.shape == () else None


def _path(ends: tuple[Term, Term], steps: list[tuple[Term, Term]]) -> list[Term]:
    """The names from the one above to the one below, if the steps lead there, each used once."""
    following = dict(steps)
    path = [ends[0]]
    while len(path) <= len(steps) and path[-1] in following:
        path.append(following[path[-1]])
    whole = len(following) == len(steps) == len(path) - 1
    return path if whole and path[-1] is ends[1] and len(set(path)) == len(path) else []


def _leads(name: Term, following: Term, path: list[Term], scope: Scope) -> bool:
    """Whether what is known of a name leads to the next one of the path, and to no later one but
    through it."""
    if name not in scope.values:
        return True
    met: set[Term] = set()
    waiting = [scope.values[name]]
    while waiting:
        for node in postorder(waiting.pop()):
            if node in met:
                continue
            met.add(node)
            if node.op == "call" or node.op == "entry":
                return False
            if node in scope.values and node not in path:
                waiting.append(scope.values[node])
    return met & set(path) == {following}


def _told(path: list[Term]) -> str:
    through = ", ".join(
        f"{plain(above)} depends on {plain(below)} through {plain(middle)} only"
        for above, middle, below in zip(path, path[1:], path[2:], strict=False)
    )
    return f"the chain rule, where {through}"
