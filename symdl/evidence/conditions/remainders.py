r"""Even and odd numbers: of an even n, `(-1)^n = 1` says it of 2m for every integer m.

Every n with `n \bmod 2 = r` is 2m + r for one integer m, and every such number is one.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.points import domain_of
from symdl.evidence.reached import reachable
from symdl.evidence.verdict import Verdict
from symdl.expression.domain import Domain
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.relations import links
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, number, postorder, rebuild, symbol


def under_remainders(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim about all numbers of one remainder; None where no condition tells it,
    or the claim about their quotients is not decided."""
    told = {c: found for c in claim.conditions if (found := _remainder(c)) is not None}
    if not told:
        return None
    condition, (name, divisor, rest) = next(iter(told.items()))
    sizes = (n.shape or () for n in reachable(claim) if n.op == "symbol")
    if any(name.data.name in shape for shape in sizes) or name.data.domain.excluded:
        return None  # the size of an array keeps its name
    quotient = _quotient(name, divisor, rest)
    rest_of = replace(claim, conditions=tuple(c for c in claim.conditions if c is not condition))
    value = number(divisor) * quotient
    if rest:
        value = value + number(rest)
    written = rest_of.mapped(lambda t: _split(substitute(t, {name: value}), value, quotient))
    verdict = judge(written)
    if verdict.kind == "undecided":
        return None
    first = rest and verdict.kind == "proved" and domain_of(quotient).contains(Fraction(0))
    if (
        first
        and judge(rest_of.mapped(lambda t: substitute(t, {name: number(rest)}))).kind != "proved"
    ):
        return None  # at 0 the powers of 0 that were split have no value
    return _told(verdict, name, quotient, divisor, rest)


def _split(root: Term, exponent: Term, quotient: Term) -> Term:
    """A term with its powers to that exponent as powers of squares: $x^{2m+1}$ as $(x^2)^m x$."""
    made: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(made[a] for a in node.args)
        made[node] = node if args == node.args else rebuild(node, args)
        if node.op == "pow" and node.args[1] is exponent and args[0].shape == ():
            whole, *rest = exponent.args if exponent.op == "add" else (exponent,)
            made[node] = (args[0] ** whole.args[0]) ** quotient
            for other in rest:
                made[node] = made[node] * args[0] ** other
    return made[root]


def _remainder(condition: Term) -> tuple[Term, int, int] | None:
    r"""n, m and r of `n \bmod m = r`."""
    for relation, left, right in links((condition,)):
        if relation == "=" and left.op == "mod" and left.args[0].op == "symbol":
            divisor, rest = value_of(left.args[1]), value_of(right)
            whole = all(v is not None and v.denominator == 1 for v in (divisor, rest))
            if whole and divisor is not None and rest is not None and 0 <= rest < divisor:
                return left.args[0], int(divisor), int(rest)
    return None


def _quotient(name: Term, divisor: int, rest: int) -> Term:
    """The integer m of n = divisor m + rest, with the ends that the domain of n has."""
    domain = domain_of(name)
    lower, upper = (
        None if end is None else (end - rest) / divisor for end in (domain.lower, domain.upper)
    )
    low = None if lower is None else Fraction(ceil(lower))
    high = None if upper is None else Fraction(floor(upper))
    if low is not None and domain.lower_open and low == lower:
        low += 1
    if high is not None and domain.upper_open and high == upper:
        high -= 1
    own = Domain(low, high, integer=True)
    return symbol(f"#quotient of {name.data.name}", domain=own)


def _told(verdict: Verdict, name: Term, quotient: Term, divisor: int, rest: int) -> Verdict:
    """The verdict with the number itself in the place of its quotient."""
    own, said = plain(quotient), plain(name)
    shown = verdict.counterexample
    letter = "q" if said == "m" else "m"
    words = f"{divisor}{letter} + {rest}" if rest else f"{divisor}{letter}"
    message = f"{verdict.message} (for {said} = {words} with any integer {letter})"
    if shown is not None and own in shown.at:
        at = {k: v for k, v in shown.at.items() if k != own}
        at[said] = str(divisor * int(shown.at[own]) + rest)
        shown = replace(shown, at=at)
    message = message.replace(own, letter)
    return replace(verdict, message=message, counterexample=shown)
