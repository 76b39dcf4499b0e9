"""A function named without its argument stands for its value: `L \\ge 0` where L(w) is defined;
its gradient without a variable, `\\nabla L(w)`, is the one in its argument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from symdl.document.errors import DeriveError
from symdl.evidence.claim import Claim
from symdl.expression.printer import plain
from symdl.expression.scope import Definition, Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import BINDERS, Call, Term, make, postorder, rebuild
from symdl.expression.term import replace as replace_terms


def with_arguments(claim: Claim) -> Claim:
    """The claim with `f` and `f'` as calls with the function's own parameters, and gradients in the
    argument of what they are of.

    Raises DeriveError for `f x`, which may be f(x) or a product.
    """
    if not claim.scope.functions:
        return claim
    return _with_calls(claim).mapped(lambda side: _with_variables(side, claim.scope))


def with_sums(claim: Claim) -> Claim:
    """The claim with defined functions of letters that are sums, as the entropy H(p), written
    out."""
    if "call" not in claim.operations:
        return claim
    calls = {n for side in claim.terms for n in postorder(side) if n.op == "call"}
    bodies = {node: body for node in calls if (body := _sum_of(node, claim.scope)) is not None}
    return claim.mapped(lambda side: replace_terms(side, bodies)) if bodies else claim


def _sum_of(call: Term, scope: Scope) -> Term | None:
    found = scope.functions.get(call.data.function.name)
    if found is None or call.data.primes or len(found.parameters) != len(call.args):
        return None
    letters = all(part.op == "symbol" for part in (*found.parameters, *call.args))
    if not letters or all(n.op != "sum" for n in postorder(found.body)):
        return None
    return substitute(found.body, dict(zip(found.parameters, call.args, strict=True)))


def _with_variables(root: Term, scope: Scope) -> Term:
    if all(node.op != "gradient" for node in postorder(root)):
        return root
    done: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(done[a] for a in node.args)
        if node.op == "gradient" and len(args) == 1 and args[0].op == "call":
            found = scope.functions.get(args[0].data.function.name)
            of_one = found is not None and len(found.parameters) == len(args[0].args) == 1
            if of_one and args[0].args[0].op == "symbol":
                args += args[0].args
        done[node] = rebuild(node, args)
    return done[root]


def _with_calls(claim: Claim) -> Claim:
    sides = [side for side in (claim.left, claim.right, *claim.conditions) if side is not None]
    nodes = {node for side in sides for node in postorder(side)}
    variables = {v for node in nodes for v in _variables(node)}
    if not any(_function(node, claim.scope) for node in nodes - variables):
        return claim
    own = {s.data.name for s in variables if s.op == "symbol"} & claim.scope.functions.keys()
    if own:  # \lim_{h \to 0} where a function is called h, too
        return claim
    same = {node.data.name: node for node in nodes if node.op == "symbol"}
    places = _places(nodes)
    return claim.mapped(lambda side: _called(side, claim.scope, same, places))


def _places(nodes: Iterable[Term]) -> dict[str, tuple[Term, ...]]:
    """The variables of the slopes that a claim takes of functions: in `f'(x) = f(1 - f)` f is
    f(x)."""
    found: dict[str, set[tuple[Term, ...]]] = {}
    for node in nodes:
        if node.op == "call" and (node.data.primes or any(a.op != "symbol" for a in node.args)):
            found.setdefault(node.data.function.name, set()).add(node.args)
    alone = {name: next(iter(args)) for name, args in found.items() if len(args) == 1}
    return {name: args for name, args in alone.items() if all(a.op == "symbol" for a in args)}


def _variables(node: Term) -> Iterable[Term]:
    """What a node binds, or differentiates in."""
    if node.op in BINDERS:
        return node.args[:1]
    if node.op in ("derivative", "gradient"):
        return node.args[1:]
    return node.args[1:2] if node.op == "at" else ()


def _function(node: Term, scope: Scope) -> Definition | None:
    """The definition behind a scalar symbol that names a function."""
    if node.op != "symbol" or node.shape != () or node in scope.values:
        return None
    found = scope.functions.get(node.data.name)
    plainly = found is not None and all(p.op == "symbol" for p in found.parameters)
    return found if plainly else None


def _called(
    root: Term, scope: Scope, same: Mapping[str, Term], places: Mapping[str, tuple[Term, ...]]
) -> Term:
    done: dict[Term, Term] = {}
    for node in postorder(root):
        if node.op == "mul":
            _refuse_juxtaposed(node.args, scope)
        base = node.args[0] if node.op == "prime" else node
        found = _function(base, scope)
        if found is None or (base is not node and len(found.parameters) != 1):
            done[node] = rebuild(node, tuple(done[a] for a in node.args))
            continue
        own = places.get(base.data.name) or (same.get(p.data.name, p) for p in found.parameters)
        primes = node.data if base is not node else 0
        done[node] = make("call", *own, data=Call(base.data, primes))
    return done[root]


def _refuse_juxtaposed(factors: Iterable[Term], scope: Scope) -> None:
    for one, other in pairwise(factors):
        base = one.args[0] if one.op == "prime" else one
        found = _function(base, scope)
        names = {p.data.name for p in found.parameters} if found is not None else set()
        if other.op == "symbol" and other.data.name in names:
            name, argument = plain(one), plain(other)
            told = f"{name} is a function: write {name}({argument})"
            raise DeriveError(f"{told}, or {argument} {name} for a product")
