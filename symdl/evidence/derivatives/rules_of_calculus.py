r"""Rules of calculus in letters: `(uv)' = u'v'` is said of all functions, and fails for some.

Only a derivative of something made of unknown functions is taken for such a rule, beside a side
that has them all: what else is said of an unknown function may be what it is chosen by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from symdl.derivation.expand import expand
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import EQUAL
from symdl.evidence.refute import PHASES, Separation, counterexample, point_text, separate
from symdl.evidence.verdict import Verdict, refuted
from symdl.expression.printer import plain
from symdl.expression.scope import Definition
from symdl.expression.term import Call, Symbol, Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as replace_terms

VARIABLE = symbol("x")
CHOSEN = (
    VARIABLE ** number(2) + number(1),
    VARIABLE ** number(3) + number(2),
    VARIABLE ** number(2) + VARIABLE + number(3),
)
"""Functions to try: no sum, product, quotient or composition of them is another one, or a slope."""


def judge_rule(claim: Claim, closed: Claim) -> Verdict | None:
    """The refutation of a rule of calculus by functions for which it fails, if these do.

    claim: as written; closed: written out, with slopes as calls with primes.
    """
    if closed.right is None or claim.relation not in EQUAL or claim.scope.hypotheses:
        return None
    left, right = closed.left, closed.right
    names = _unknown((left, right))
    if not names or len(names) > len(CHOSEN) or not _is_rule(claim, names.keys()):
        return None
    chosen: dict[str, Term] = dict(zip(names, CHOSEN, strict=False))
    sides = _with(left, chosen, claim), _with(right, chosen, claim)
    found = _separated(sides, chosen, claim, closed)
    if found is None:
        return None
    constant = {name: number(3) for name in names if name not in _differentiated(claim)}
    if constant and len(constant) < len(names):  # (fg)' = f'g where g is meant to be a number
        as_meant = {**chosen, **constant}
        changed = _with(left, as_meant, claim), _with(right, as_meant, claim)
        if _separated(changed, as_meant, claim, closed) is None:
            return None
    shown = counterexample(found, *sides)
    told = _told(names, chosen)
    shown = replace(shown, at={**told, **shown.at})
    place = ", ".join(f"{n} = {v}" for n, v in {**told, **point_text(found.point)}.items())
    message = f"not a rule for all functions: left is {shown.left}, right is {shown.right}"
    return refuted("sampling", f"{message} for {place}", shown, bits=found.bits)


def _separated(
    sides: tuple[Term, Term], chosen: Mapping[str, Term], claim: Claim, closed: Claim
) -> Separation | None:
    conditions = [_with(condition, chosen, claim) for condition in closed.conditions]
    return separate(*sides, conditions, PHASES[:1])


def _differentiated(claim: Claim) -> set[str]:
    """The functions of which the claim writes a slope."""
    nodes = [n for side in claim.terms for n in postorder(side)]
    slopes = [n.args[0] for n in nodes if n.op == "derivative" and n.args[0].op == "call"]
    slopes += [n for n in nodes if n.op == "call" and n.data.primes]
    return {str(n.data.function.name) for n in slopes}


def _told(calls: Mapping[str, Term], chosen: Mapping[str, Term]) -> dict[str, str]:
    """The functions for people: `{"u(x)": "x^2 + 1"}`."""
    told = {}
    for name, body in chosen.items():
        argument = calls[name].args[0]
        variable = argument if argument.op == "symbol" else VARIABLE
        value = plain(replace_terms(body, {VARIABLE: variable}))
        told[plain(make("call", variable, data=Call(Symbol(name, "function"))))] = value
    return told


def _unknown(sides: Iterable[Term]) -> dict[str, Term]:
    """The functions of one variable that nobody defined, with a call of each; none, if there are
    others."""
    found: dict[str, Term] = {}
    for side in sides:
        for node in postorder(side):
            if node.op == "call":
                if len(node.args) != 1 or node.args[0].shape or node.data.bars:
                    return {}
                found[node.data.function.name] = node
    return found


def _is_rule(claim: Claim, names: Iterable[str]) -> bool:
    """Whether one side differentiates what is made of unknown functions, and both have them all."""
    assert claim.right is not None
    wanted = set(names)
    sides = claim.left, claim.right
    if any(_named(side) != wanted for side in sides):
        return False
    bodies = [n.args[0] for side in sides for n in postorder(side) if n.op == "derivative"]
    return any(_named(body) == wanted and not _is_equation(body, wanted) for body in bodies)


def _is_equation(body: Term, wanted: set[str]) -> bool:
    """`f'(x)` and `(x f(x))'` stand in differential equations, too, which f may be chosen by."""
    if body.op == "call" and body.args[0].op == "symbol":
        return True
    bare = replace_terms(body, {n: number(1) for n in postorder(body) if n.op == "call"})
    return len(wanted) == 1 and bool(free_symbols(bare))


def _named(term: Term) -> set[str]:
    return {str(n.data.function.name) for n in postorder(term) if n.op == "call"}


def _with(side: Term, chosen: Mapping[str, Term], claim: Claim) -> Term:
    """A side with the functions chosen, and their slopes."""
    definitions = {name: Definition(name, (VARIABLE,), body) for name, body in chosen.items()}
    scope = replace(claim.scope, functions={**claim.scope.functions, **definitions})
    return expand(side, scope)
