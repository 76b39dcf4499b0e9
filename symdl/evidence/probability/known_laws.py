r"""Random variables of a named distribution: `X \sim \mathcal{N}(\mu, \sigma^2)` says what E[X] and
Var X are (Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions; Feller, volume 1).

A claim in which the mean, the variance and the second moment are all that is said of them becomes
one about the parameters; in any other these are what is given of the moments, and proofs are all
that follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from math import comb, factorial, prod

from symdl.evidence.claim import Claim
from symdl.evidence.conditions.stated import with_hypotheses
from symdl.evidence.kinds import NOTHING, classify
from symdl.evidence.probability.expectations import (
    Moments,
    NotMoments,
    Variables,
    is_independence,
    is_operator,
)
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.domain import NONNEGATIVE, REAL
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as put

METHOD = "moments"
ONE, TWO = number(1), number(2)

Judge = Callable[[Claim], Verdict]
Values = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class KnownLaw:
    """The mean and the variance of a distribution in its parameters, what these must meet, and,
    where it is known, `E[X^k]` for whole k of at least 1."""

    mean: Callable[..., Term]
    variance: Callable[..., Term]
    demands: Callable[..., tuple[Term, ...]]
    moment: Callable[..., Term] | None = None


def _least(term: Term, *relation: str) -> Term:
    return make("relation", term, number(0), data=relation or (">=",))


def _chance(p: Term) -> tuple[Term, ...]:
    return _least(p), _least(ONE - p)


def _normal_moment(order: int, mean: Term, variance: Term) -> Term:
    """`E[X^k]`, the sum over even j of `C(k, j) mean^(k-j) variance^(j/2) (j-1)!!`."""
    parts = []
    for j in range(0, order + 1, 2):
        pairings = prod(range(1, j, 2))
        factors = [number(comb(order, j) * pairings)]
        factors += [mean ** number(order - j)] if j < order else []
        factors += [variance ** number(j // 2)] if j else []
        parts.append(make("mul", *factors) if len(factors) > 1 else factors[0])
    return make("add", *parts) if len(parts) > 1 else parts[0]


NORMAL = KnownLaw(lambda m, v: m, lambda m, v: v, lambda m, v: (_least(v),), _normal_moment)
UNIFORM = KnownLaw(
    lambda a, b: (a + b) / TWO,
    lambda a, b: (b - a) ** TWO / number(12),
    lambda a, b: (_least(b - a, ">"),),
)
BERNOULLI = KnownLaw(lambda p: p, lambda p: p * (ONE - p), _chance, lambda k, p: p)
BINOMIAL = KnownLaw(
    lambda n, p: n * p,
    lambda n, p: n * p * (ONE - p),
    lambda n, p: (_least(n), *_chance(p)),
)
POISSON = KnownLaw(lambda rate: rate, lambda rate: rate, lambda rate: (_least(rate),))
EXPONENTIAL = KnownLaw(
    lambda rate: ONE / rate,
    lambda rate: ONE / rate**TWO,
    lambda rate: (_least(rate, ">"),),
    lambda k, rate: number(factorial(k)) / rate ** number(k),
)
LAPLACE = KnownLaw(lambda m, b: m, lambda m, b: TWO * b**TWO, lambda m, b: (_least(b, ">"),))
LAWS: dict[str, tuple[KnownLaw, int]] = {
    **dict.fromkeys(("N", "Normal", "Gaussian"), (NORMAL, 2)),
    **dict.fromkeys(("U", "Unif", "Uniform"), (UNIFORM, 2)),
    **dict.fromkeys(("Bern", "Ber", "Bernoulli"), (BERNOULLI, 1)),
    **dict.fromkeys(("Bin", "Binom", "Binomial"), (BINOMIAL, 2)),
    **dict.fromkeys(("Poisson", "Pois", "Poi"), (POISSON, 1)),
    **dict.fromkeys(("Exp", "Exponential"), (EXPONENTIAL, 1)),
    "Laplace": (LAPLACE, 2),
}
"""By name, with the number of their parameters."""
RATES, DEVIATIONS = frozenset({"\\lambda", "r"}), frozenset({"\\sigma", "s"})


def judge_known_laws(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim about random variables of named distributions; None for another."""
    if claim.right is None or not any(map(is_operator, _nodes(claim))):
        return None
    claim = with_hypotheses(claim)
    told = {c: found for c in claim.conditions if (found := _law(c)) is not None}
    if not told:
        return None
    rest = tuple(c for c in claim.conditions if c not in told)
    demands = tuple(d for law, _, values in told.values() for d in law.demands(*values))
    table: dict[Term, Term] = {}
    for law, name, values in told.values():
        table |= _moments(name, law.mean(*values), law.variance(*values))
    written = replace(claim, conditions=(*rest, *demands), doubt="")
    direct = _with(written, table)
    if not any(map(is_operator, _nodes(direct))):
        return _told(judge(direct), told)
    names = {name for _, name, _ in told.values()}
    in_parameters = _in_parameters(written, table, told)
    if in_parameters is not None:
        return _told(judge(in_parameters), told)
    given = tuple(make("relation", moment, value, data=("=",)) for moment, value in table.items())
    scope = replace(written.scope, hypotheses=())  # they are conditions now, less the laws
    stated = replace(written, conditions=(*written.conditions, *given), latex="", scope=scope)
    verdict = judge(_with_numbers(stated, names))
    if verdict.kind != "proved":
        return undecided("the mean and the variance alone do not settle it", METHOD)
    return _told(verdict, told)


def _in_parameters(
    claim: Claim, table: Mapping[Term, Term], told: Mapping[Term, tuple[KnownLaw, Term, Values]]
) -> Claim | None:
    """The claim with its moments written out by linearity; None where others than those of the
    laws are left, or other variables."""
    laws = {name: (law, values) for law, name, values in told.values()}
    random = frozenset(laws)
    apart = tuple(frozenset(c.args) for c in claim.conditions if is_independence(c))
    sides = claim.sides
    others = frozenset[Term]().union(*map(free_symbols, sides)) - random
    inside = {s for n in _nodes(claim) if is_operator(n) for a in n.args for s in free_symbols(a)}
    if any(s.data.name[:1].isupper() for s in inside - random):
        return None
    moments = Moments(Variables(random, others, apart))
    try:
        left, right = map(moments.written, sides)
    except NotMoments:
        return None
    known: dict[Term, Term] = {}
    for word, key in moments.names:
        value = _moment(word, key, table, laws)
        if value is None:
            return None
        known[_symbol(moments, word, key)] = value
    conditions = tuple(c for c in claim.conditions if not is_independence(c))
    return _with(replace(claim, left=left, right=right, conditions=conditions), known)


def _moment(
    word: str,
    key: tuple[Term, ...],
    table: Mapping[Term, Term],
    laws: Mapping[Term, tuple[KnownLaw, Values]],
) -> Term | None:
    """The mean or the variance of a variable of a law, or the mean of a power of it; None for
    others."""
    if len(key) == 1 and key[0] in laws:
        operator = {"E": "expectation", "Var": "variance"}.get(word)
        return None if operator is None else table[make("opaque", key[0], data=operator)]
    if word != "E" or len(set(key)) != 1 or key[0] not in laws:
        return None
    law, values = laws[key[0]]
    return None if law.moment is None else law.moment(len(key), *values)


def _symbol(moments: Moments, word: str, key: tuple[Term, ...]) -> Term:
    """The symbol that stands for a moment."""
    domain = NONNEGATIVE if word == "Var" else REAL
    return symbol(moments.names[word, key], domain=domain)


def _with_numbers(claim: Claim, random: Set[Term]) -> Claim:
    r"""The claim with the other letters declared: `\sigma` is no moment of what has a law."""
    free = {s for n in _nodes(claim) for s in free_symbols(n)} - random
    declared = {s.data.name: replace(s.data, declared=True) for s in free if s.op == "symbol"}
    return replace(claim, scope=replace(claim.scope, symbols={**claim.scope.symbols, **declared}))


def _nodes(claim: Claim) -> list[Term]:
    return [n for side in claim.sides for n in postorder(side)]


def _with(claim: Claim, table: Mapping[Term, Term]) -> Claim:
    assert claim.right is not None
    left, right = (put(side, table) for side in (claim.left, claim.right))
    conditions = tuple(put(c, table) for c in claim.conditions)
    kind = classify(left, claim.relation, right, claim.scope, False, NOTHING)
    scope = replace(claim.scope, hypotheses=())
    return replace(claim, kind=kind, left=left, right=right, conditions=conditions, scope=scope)


def _moments(name: Term, mean: Term, variance: Term) -> dict[Term, Term]:
    """What stands for the moments of a variable, by their nodes."""
    return {
        make("opaque", name, data="expectation"): mean,
        make("opaque", name, data="variance"): variance,
        make("opaque", name**TWO, data="expectation"): variance + mean**TWO,
    }


_NAME = re.compile(r"\\(?:mathcal|text|mathrm|operatorname)\{(\w+)\}|(\w+)")


def _law(condition: Term) -> tuple[KnownLaw, Term, tuple[Term, ...]] | None:
    r"""The law, the variable and the parameters of `X \sim \text{Poisson}(\lambda)`; None where
    these may be meant in several ways (a deviation for a variance, a scale for a rate)."""
    if condition.op != "relation" or condition.data != ("sim",):
        return None
    name, law = condition.args
    if name.op != "symbol" or law.op != "opaque" or not law.data.startswith("distribution:"):
        return None
    spelled = _NAME.fullmatch(law.data.partition(":")[2])
    found = None if spelled is None else LAWS.get(spelled[1] or spelled[2])
    values = law.args[0].args if law.args and law.args[0].op == "interval" else law.args
    if found is None or len(values) != found[1] or any(v.shape != () for v in values):
        return None
    last = values[-1]
    letter = last.data.name.partition("_")[0] if last.op == "symbol" else ""
    if found[0] is NORMAL and letter in DEVIATIONS:
        return None
    if found[0] is EXPONENTIAL and last.op == "symbol" and letter not in RATES:
        return None
    return found[0], name, values


def _told(verdict: Verdict, told: Mapping[Term, object]) -> Verdict:
    words = " and ".join(map(plain, told))
    return replace(verdict, message=f"{verdict.message}, by the mean and the variance of {words}")
