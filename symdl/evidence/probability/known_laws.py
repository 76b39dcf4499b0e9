r"""Random variables of a named distribution: `X \sim \mathcal{N}(\mu, \sigma^2)` says what E[X] and
Var X are (the rows of `laws.py`).

A claim in which the mean, the variance and the second moment are all that is said of them becomes
one about the parameters, and the mean of a function an integral of it times the density; in any
other claim the moments are what is given, and proofs are all that follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.conditions.stated import with_hypotheses
from symdl.evidence.kinds import NOTHING, classify
from symdl.evidence.probability.expectations import Moments, NotMoments
from symdl.evidence.probability.laws import EXPONENTIAL, LAWS, NORMAL, TWO, Density, KnownLaw
from symdl.evidence.probability.random_variables import (
    Variables,
    family_of,
    is_independence,
    is_operator,
    together,
)
from symdl.evidence.probability.random_vectors import with_counts, with_products_summed
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.domain import NONNEGATIVE, REAL
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, postorder, symbol
from symdl.expression.term import replace as put

METHOD = "moments"

Values = tuple[Term, ...]
RATES, DEVIATIONS = frozenset({"\\lambda", "r"}), frozenset({"\\sigma", "s"})


def judge_known_laws(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim about random variables of named distributions; None for another."""
    if claim.right is None or not any(map(is_operator, _nodes(claim))):
        return None
    own = claim.conditions
    claim = with_hypotheses(with_products_summed(claim))
    told = _laws(claim.conditions, own)
    if not told:
        return None
    claim = with_counts(_with_defined(claim, {_base(name) for _, name, _ in told.values()}))
    rest = tuple(c for c in claim.conditions if _law(c) is None)
    demands = tuple(d for law, _, values in told.values() for d in law.demands(*values))
    table: dict[Term, Term] = {}
    for law, name, values in told.values():
        table |= _moments(name, law.mean(*values), law.variance(*values))
    written = replace(claim, conditions=(*rest, *demands), doubt="")
    direct = _with(written, table)
    if not any(map(is_operator, _nodes(direct))):
        return _told(judge(direct), told)
    in_parameters = _in_parameters(written, table, told)
    if in_parameters is not None:
        return _told(judge(in_parameters), told)
    by_density = _by_densities(written, tuple(told.values()))
    if by_density is not None:
        return _told(judge(by_density), told, "the density")
    names = {name for _, name, _ in told.values()}
    given = tuple(make("relation", moment, value, data=("=",)) for moment, value in table.items())
    scope = replace(written.scope, hypotheses=())  # they are conditions now, less the laws
    stated = replace(written, conditions=(*written.conditions, *given), latex="", scope=scope)
    verdict = judge(_with_numbers(stated, names))
    if verdict.kind != "proved":
        return undecided("the mean and the variance alone do not settle it", METHOD)
    return _told(verdict, told)


def _laws(
    conditions: Sequence[Term], own: Sequence[Term]
) -> dict[Term, tuple[KnownLaw, Term, Values]]:
    """The law of each variable: the one that the claim itself names, or the last that is said."""
    latest: dict[Term, Term] = {}
    for condition in (*(c for c in conditions if c not in own), *own):
        found = _law(condition)
        if found is not None:
            latest[_base(found[1])] = condition
    return {c: found for c in latest.values() if (found := _law(c)) is not None}


def _with_defined(claim: Claim, random: Set[Term]) -> Claim:
    r"""The claim with what is defined by random variables written out: the z of
    `z = \mu + \sigma \epsilon` is one, too."""
    values = {k: v for k, v in claim.scope.values.items() if k.op == "symbol"}
    table: dict[Term, Term] = {}
    while True:
        reached = random | table.keys()
        more = {
            name: put(value, table)
            for name, value in values.items()
            if name not in reached and free_symbols(value) & reached
        }
        if not more:
            break
        table |= more
    if not table:
        return claim
    left, right = (put(side, table) for side in claim.sides)
    return replace(claim, left=left, right=right)


def _by_densities(claim: Claim, laws: Sequence[tuple[KnownLaw, Term, Values]]) -> Claim | None:
    """The claim with each expectation of a function of one variable as the integral of it times
    the density of its law; None where there are others."""
    table: dict[Term, Term] = {}
    for node in dict.fromkeys(filter(is_operator, _nodes(claim))):
        inside = free_symbols(node)
        own = [(law, name, values) for law, name, values in laws if name in inside]
        capitals = [s for s in inside if s.data.name[:1].isupper()]
        if len(own) != 1 or len(node.args) != 1 or set(capitals) - {own[0][1]}:
            return None
        law, name, values = own[0]
        if law.density is None or any(map(is_operator, postorder(node.args[0]))):
            return None
        table[node] = _integrated(node, law.density, name, values)
    return _with(claim, table)


def _integrated(node: Term, density: Callable[..., Density], name: Term, values: Values) -> Term:
    lower, upper, weight = density(name, *values)
    (body,) = node.args

    def mean(of: Term) -> Term:
        return make("integral", name, lower, upper, of * weight, data="range")

    if node.data == "expectation":
        return mean(body)
    return make("add", mean(body**TWO), make("neg", mean(body) ** TWO))


def _in_parameters(
    claim: Claim, table: Mapping[Term, Term], told: Mapping[Term, tuple[KnownLaw, Term, Values]]
) -> Claim | None:
    """The claim with its moments written out by linearity; None where others than those of the
    laws are left, or other variables."""
    laws = {name: (law, values) for law, name, values in told.values()}
    members = {_base(name): name for name in laws}
    random = frozenset(members)
    said = [c for c in claim.conditions if is_independence(c)]
    apart = tuple(together(c) for c in said if family_of(c) is None)
    families = frozenset(f for c in said if (f := family_of(c)) is not None)
    sides = claim.sides
    others = frozenset[Term]().union(*map(free_symbols, sides)) - random
    inside = {s for n in _nodes(claim) if is_operator(n) for a in n.args for s in free_symbols(a)}
    if any(s.data.name[:1].isupper() for s in inside - random):
        return None
    moments = Moments(Variables(random, others, apart, families))
    try:
        left, right = map(moments.written, sides)
    except NotMoments:
        return None
    known: dict[Term, Term] = {}
    for word, key in moments.names:
        name = members.get(key[0], key[0])
        value = _moment(word, tuple(members.get(k, k) for k in key), table, laws)
        if value is None:
            return None
        if name is key[0]:
            known[_symbol(moments, word, key)] = value
            continue
        (index,) = name.args[1:]
        for node in (n for side in (left, right) for n in postorder(side) if n.op == "entry"):
            if node.args[0].op == "symbol" and node.args[0].data.name == moments.names[word, key]:
                known[node] = substitute(value, {index: node.args[1]})
    conditions = tuple(c for c in claim.conditions if not is_independence(c))
    return _with(replace(claim, left=left, right=right, conditions=conditions), known)


def _base(name: Term) -> Term:
    """The family of a member, as the m of `m_i`; a variable itself."""
    return name.args[0] if name.op == "entry" else name


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
    made = claim.mapped(lambda term: put(term, table))
    assert made.right is not None
    kind = classify(made.left, made.relation, made.right, made.scope, False, NOTHING)
    return replace(made, kind=kind, scope=replace(made.scope, hypotheses=()))


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
    family = name.op == "entry" and len(name.args) == 2 and name.args[0].op == "symbol"
    found = law_of(law) if name.op == "symbol" or family else None
    return None if found is None else (found[0], name, found[1])


def law_of(law: Term) -> tuple[KnownLaw, tuple[Term, ...]] | None:
    """The named distribution that a term is, with its parameters; None for another one, and where
    these may be meant in several ways."""
    if law.op != "opaque" or not law.data.startswith("distribution:"):
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
    return found[0], values


def _told(
    verdict: Verdict, told: Mapping[Term, object], what: str = "the mean and the variance"
) -> Verdict:
    words = " and ".join(dict.fromkeys(map(plain, told)))
    return replace(verdict, message=f"{verdict.message}, by {what} of {words}")
