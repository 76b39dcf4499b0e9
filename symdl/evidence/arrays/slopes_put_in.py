r"""Gradients in matrices of which a condition says more (`\Sigma^T = \Sigma`): taken for any one,
and put in as what they are.

The gradient is found in matrix notation and proved to be that for all matrices; the claim about it
is then one in which nothing is differentiated, and the condition holds of what stands there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from symdl.derivation.index.equal import NotLowered, compare
from symdl.derivation.matrix.build import NotInMatrices
from symdl.derivation.matrix.gradient import matrix_gradient
from symdl.derivation.written_out import function_named
from symdl.evidence.claim import Claim
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, make, postorder, rebuild


def with_slopes_put_in(claim: Claim, names: Collection[Term]) -> Claim:
    """The claim with its gradients in some matrices written as they are for any matrix; as it is
    where one is not proved."""
    if not any(_is_slope(n, names) for side in claim.sides for n in postorder(side)):
        return claim
    scope = replace(claim.scope, hypotheses=())
    try:
        left, right = (_written(side, names, scope) for side in claim.sides)
    except (NotInMatrices, NotLowered, ValueError):
        return claim
    return replace(claim, left=left, right=right, kind="matrix")


def _is_slope(node: Term, names: Collection[Term]) -> bool:
    return node.op == "gradient" and len(node.args) == 2 and node.args[1] in names


def _written(side: Term, names: Collection[Term], scope: Scope) -> Term:
    done: dict[Term, Term] = {}
    for node in postorder(side):
        made = rebuild(node, tuple(done[a] for a in node.args))
        done[node] = _proved(node, scope) if _is_slope(node, names) else made
    return done[side]


def _proved(slope: Term, scope: Scope) -> Term:
    """What a gradient is for any matrix. Raises NotInMatrices where it is not proved."""
    function, variable = slope.args
    named = function_named(function.data.function.name, scope) if function.op == "call" else None
    if named is not None and len(named.parameters) == len(function.args):
        function = substitute(named.body, dict(zip(named.parameters, function.args, strict=True)))
    found = matrix_gradient(function, variable, scope).result
    if not compare(make("gradient", function, variable), found, scope, ()).is_zero:
        raise NotInMatrices("a gradient that is not proved")
    return found
