"""Names with subscripts of which nobody says what they are, on one side of an equation alone.

`b_{k+1} - a_{k+1} = (b - a) / 2^k` says what the numbers of a method come to, and `r S_N - S_N =
r^{N+1} - 1` what a sum does whose definition is told in words: no law that all numbers obey.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symdl.evidence.claim import Claim
from symdl.evidence.kinds import ORDER, is_declared
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.claim_parts import variables_in
from symdl.notes.scope.known import Known, is_literal, reach

_PLAIN = frozenset(
    {"add", "mul", "neg", "div", "pow", "sqrt", "abs", "exp", "log", "symbol", "number", "entry"}
    | {"constant", "label", "prime"}
)


def unintroduced(claim: Claim, known: Known) -> str:
    """A name with a subscript on one side of an equation in plain arithmetic, which nothing
    introduces."""
    sides = claim.sides
    if claim.relation not in ("=", "equiv") or len(sides) != 2 or any(map(is_literal, sides)):
        return ""
    if any(node.op not in _PLAIN for side in sides for node in postorder(side)):
        return ""
    left, right = (_subscripted(side, known) for side in sides)
    for own, other in ((left, sides[1]), (right, sides[0])):
        bare = {n.args[0] for n in postorder(other) if n.op == "entry"}
        reached = reach([other], known.scope) - (free_symbols(other) - bare)
        for name in sorted(own - (left & right), key=plain):
            base = name.args[0] if name.op == "entry" else name
            if base not in reached:
                return f"nothing says what {plain(name)} is, which stands on one side only"
    return ""


def _subscripted(side: Term, known: Known) -> set[Term]:
    """The open names with subscripts in a side."""
    found: set[Term] = set()
    for node in postorder(side):
        if node.op != "entry" or node.args[0].op != "symbol" or node in known.scope.values:
            continue
        if not _is_known(node.args[0], known):
            found.add(node)
    found |= {s for s in free_symbols(side) if "_" in str(s.data.name) and not _is_known(s, known)}
    return found


def _is_known(name: Term, known: Known) -> bool:
    """Whether the document says what a name is, or in which set it lies."""
    scope, own = known.scope, str(name.data.name)
    return (
        own in scope.recurrences
        or own in scope.entries
        or name in scope.values
        or is_declared(name, scope)
    )


def chosen(claim: Claim, known: Known) -> str:
    r"""A letter on one side of a bound alone, of which nothing is said: it may be chosen so that
    the bound holds (`\frac{M}{\alpha T} + \frac{\alpha G^2}{2} \le \sqrt{2 M G^2 / T}`)."""
    sides = claim.sides
    if claim.relation not in ORDER or len(sides) != 2:
        return ""
    if any(node.op not in _PLAIN for side in sides for node in postorder(side)):
        return ""
    left, right = (variables_in(side) for side in sides)
    if len(left) < 2 or len(right) < 2 or not left & right:
        return ""
    for name in sorted(left ^ right, key=plain):
        if name.data.role == "scalar" and not _is_known(name, known):
            return f"{plain(name)} stands on one side only: it may be chosen so that this holds"
    return ""


_CONJUGATE = re.compile(
    r"\b(?:h[öo]e?lder|minkowski|young)\b|Гёльдер|Гельдер|Минковск", re.IGNORECASE
)


def conjugate(claim: Claim, before: str) -> str:
    """A bound with exponents behind a name of which everybody knows what its exponents are."""
    if claim.relation not in ORDER or _CONJUGATE.search(before) is None:
        return ""
    powers = (n.args[1] for side in claim.sides for n in postorder(side) if n.op == "pow")
    if any(free_symbols(power) for power in powers):
        return "the exponents of this inequality belong together in a way that stands nowhere here"
    return ""


def unless_of_entries(claim: Claim, verdict: Verdict) -> Verdict:
    """The verdict on a claim about slopes, unless a function in it is written by the entries of its
    variable: `f(x) = x_1^2 + x_2^2` has no x, and is no constant."""
    slopes = [
        n for side in claim.sides for n in postorder(side) if n.op in ("gradient", "derivative")
    ]
    if verdict.kind not in ("proved", "confirmed", "refuted") or not slopes:
        return verdict
    called = {n for slope in slopes for n in postorder(slope.args[0]) if n.op in ("call", "symbol")}
    for node in sorted(called, key=plain):
        name = node.data.function.name if node.op == "call" else node.data.name
        own = claim.scope.functions.get(str(name))
        if own is not None and _is_of_entries(own.parameters, own.body):
            return undecided(
                f"{name} is written by entries of its variable, which are not declared"
            )
    return verdict


def _is_of_entries(parameters: Iterable[Term], body: Term) -> bool:
    names = {str(s.data.name) for s in free_symbols(body)}
    letters = {str(p.data.name) for p in parameters if p.op == "symbol"} - names
    written = {str(n.args[0].data.name) for n in postorder(body)
               if n.op == "entry" and n.args[0].op == "symbol"}  # fmt: skip
    bases = {name.split("_")[0] for name in names if "_" in name} | written
    return bool(letters & bases) or any(
        p.op == "symbol" and p not in free_symbols(body) and str(p.data.name) in written
        for p in parameters
    )
