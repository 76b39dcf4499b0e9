r"""What is claimed of an inverse function: `f^{-1}(y) = \log y` where f is known.

That g is the inverse of f on the values of f says g(f(x)) = x for all x, and that is judged in its
place. What is certainly no inverse, on whatever part f may be one-to-one, fails f(g(f(x))) = f(x).
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.exact import exact
from symdl.evidence.kinds import inverted
from symdl.evidence.reached import free_in_definitions
from symdl.evidence.verdict import Verdict, proved, undecided
from symdl.expression.domain import Domain
from symdl.expression.operators import WORDS
from symdl.expression.printer import plain
from symdl.expression.scope import INVERSE, Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Call, Symbol, Term, free_symbols, make, postorder, symbol

METHOD = "inverse"


def judge_inverse(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on `f^{-1}(y) = ...` for a known f; None for another claim."""
    if claim.right is None or claim.relation not in ("=", "equiv"):
        return None
    for side, other in ((claim.left, claim.right), (claim.right, claim.left)):
        name = inverted(side, claim.scope)
        if name and len(side.args) == 1 and not _holds_inverse(other):
            (argument,) = side.args
            if argument.op == "symbol" and argument not in claim.scope.values:
                return _of_all(claim, name, argument, other, judge)
            return _of_one(claim, name, argument, other, judge)
    return None


def _holds_inverse(term: Term) -> bool:
    calls = (n for n in postorder(term) if n.op == "call")
    return any(n.data.function.name.endswith(INVERSE) for n in calls)


def _of_all(claim: Claim, name: str, y: Term, other: Term, judge: Judge) -> Verdict:
    if y in free_in_definitions(claim):
        return undecided(f"a definition it uses speaks of {plain(y)} too")
    x = _argument(name, claim, y, other)
    value = _call(name, x)
    back = substitute(other, {y: value})
    under = tuple(substitute(c, {y: value}) for c in claim.conditions)
    asked = replace(claim, kind="identity", conditions=under)
    first = judge(replace(asked, left=back, right=x))
    told = f"{plain(back)} = {plain(x)}"
    if first.kind == "proved":
        return proved(METHOD, f"{told} for every {plain(x)}: {first.message}", step=first.method)
    second = judge(replace(asked, left=_call(name, back), right=value))
    if second.kind == "refuted":
        message = f"{plain(_call(name, back))} is not {plain(value)}: {second.message}"
        return replace(second, message=message, code="")
    if first.kind == "refuted":
        return undecided(
            f"{told} fails ({first.message}): say on which numbers {name} is inverted, "
            f"by declaring {plain(x)}"
        )
    return undecided(f"that {told}: {first.message}")


def _of_one(claim: Claim, name: str, argument: Term, other: Term, judge: Judge) -> Verdict:
    """`f^{-1}(8) = 2`: f(2) is 8, and f takes no value twice."""
    value = _call(name, other)
    if not _is_in_domain(other, _domain(name, claim.scope)):
        return undecided(f"that {plain(other)} is a number that {name} is taken of is not shown")
    asked = judge(replace(claim, kind="identity", left=value, right=argument))
    if asked.kind != "proved":
        return replace(asked, message=f"of {plain(value)}: {asked.message}", code="")
    a, b = (_argument(name, claim, argument, other, letter) for letter in ("a", "b"))
    under = (make("relation", a, b, data=("<",)),)
    for relation in ("<", ">"):
        rises = replace(
            claim, kind="bound", relation=relation, left=_call(name, a), right=_call(name, b),
            conditions=under,
        )  # fmt: skip
        if judge(rises).kind == "proved":
            way = "increasing" if relation == "<" else "decreasing"
            message = f"{plain(value)} = {plain(argument)}, and {name} is strictly {way}"
            return proved(METHOD, message, step=asked.method)
    return undecided(f"{plain(value)} is {plain(argument)}; that {name} takes it once is not shown")


def _argument(name: str, claim: Claim, y: Term, other: Term, letter: str = "") -> Term:
    """A name for what f is taken of, with the domain of its own parameter: one that nothing else
    in the claim, in what is given or in the definitions has."""
    own = _parameter(name, claim.scope)
    known = [*claim.conditions, *claim.scope.hypotheses]
    taken = free_in_definitions(claim) | set().union(*map(free_symbols, known))
    taken |= free_symbols(other) - {y}
    names = {s.data.name for s in taken} | {s.data.name for s in claim.scope.values if not s.args}
    names |= claim.scope.symbols.keys() if letter else set()
    if letter:
        taken |= free_symbols(y)
    wanted = letter or (own.data.name if own is not None else "x")
    while wanted in names:
        wanted += "'"
    return symbol(wanted, domain=_domain(name, claim.scope))


def _domain(name: str, scope: Scope) -> Domain:
    own = _parameter(name, scope)
    return own.data.domain if own is not None else Domain()


def _is_in_domain(term: Term, domain: Domain) -> bool:
    """Whether the value of a term is certainly a number of a domain."""
    if domain == Domain():
        return True
    if term.op == "symbol" and term.data.domain == domain:
        return True
    value = exact(term)
    return value is not None and domain.contains(value)


def _parameter(name: str, scope: Scope) -> Term | None:
    found = scope.functions.get(name) or (scope.outer(name) if scope.outer is not None else None)
    return found.parameters[0] if found is not None and len(found.parameters) == 1 else None


def _call(name: str, argument: Term) -> Term:
    row = WORDS.get(name)
    if row is not None and row.arity == 1:
        return make(row.name, argument)
    return make("call", argument, data=Call(Symbol(name, "function")))
