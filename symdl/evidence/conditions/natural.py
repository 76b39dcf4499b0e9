"""The hypothesis that a refuted claim lacks: the weakest simple one under which it is proved.

Tried are the domains that readers supply for a letter (`conventions.HYPOTHESES`), signs of one
symbol and of all, the order of two symbols and unit intervals; only those that the
counterexample breaks. If all symbols concerned are parameters whose domain nobody declared, the
claim is refuted as stated; else it is refuted, and what would make it true is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, permutations

from symdl.evidence.balls import ball
from symdl.evidence.claim import Attempt, Claim
from symdl.evidence.kinds import ORDER, is_declared
from symdl.evidence.refute import all_both_at, balls_at
from symdl.evidence.splitting import interval_words
from symdl.evidence.switches import has_switch
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.evidence.witness import ALLOWED
from symdl.evidence.work import Exhausted, allowance
from symdl.expression.conventions import HYPOTHESES
from symdl.expression.domain import (
    NONNEGATIVE,
    NONZERO,
    POSITIVE,
    REAL,
    UNIT_OPEN,
    Domain,
)
from symdl.expression.printer import plain
from symdl.expression.relations import COMPARE
from symdl.expression.term import Term, free_symbols, make
from symdl.expression.term import replace as replace_terms

MOST_SYMBOLS = 4
MOST_TRIED = 16
BITS = 64
STEPS, STEPS_EACH = 80_000, 30_000
"""Work for all hypotheses, and for one."""
UNIT = Domain(Fraction(0), Fraction(1))
SIGNS = (NONZERO, NONNEGATIVE, POSITIVE, Domain(upper=Fraction(0)), Domain(Fraction(1)))
ONE = (*SIGNS, UNIT, UNIT_OPEN)
"""From weak to strong."""
ALL = (NONNEGATIVE, POSITIVE)

Point = dict[Term, Fraction]
ELSEWHERE = tuple(
    tuple(map(Fraction, values.split()))
    for values in ("3/7 5/9 2/11 7/13", "3 5/2 4 7/3", "-3/2 -2 -4/3 -3")
)
"""Values for some symbols."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Domains of symbols, or a relation between two, with the words for them."""

    domains: tuple[tuple[Term, Domain], ...] = ()
    relation: Term | None = None

    @property
    def symbols(self) -> frozenset[Term]:
        """What it speaks of."""
        if self.relation is not None:
            return free_symbols(self.relation)
        return frozenset(symbol for symbol, _ in self.domains)

    def words(self) -> str:
        """`a ≥ 0, n ≥ 1 is an integer`."""
        if self.relation is not None:
            return plain(self.relation)
        return ", ".join(_words(symbol, domain) for symbol, domain in self.domains)


def _words(symbol: Term, domain: Domain) -> str:
    name = plain(symbol)
    if domain == NONZERO:
        return f"{name} ≠ 0"
    if domain.lower is None and domain.upper is not None:
        return f"{name} {'<' if domain.upper_open else '≤'} {domain.upper}"
    words = interval_words(name, domain)
    return f"{words} is an integer" if domain.integer else words


def with_natural_hypothesis(claim: Claim, verdict: Verdict, judge: Attempt) -> Verdict:
    """A refutation, with the weakest simple hypothesis under which the claim is proved, if one
    of those tried is one. `judge` decides a claim that is written out."""
    shown = verdict.counterexample
    if verdict.kind != "refuted" or shown is None or claim.right is None:
        return verdict
    with allowance(STEPS):
        broken: list[Point] | None = None
        for hypothesis in islice(_candidates(claim, shown), MOST_TRIED):
            broken = list(_broken(claim, shown)) if broken is None else broken
            if any(_meets(hypothesis, at) for at in broken):
                continue
            if _is_proved(claim, hypothesis, judge):
                return _told(claim, verdict, hypothesis)
    return verdict


def with_usual_domains(claim: Claim, verdict: Verdict, judge: Attempt) -> Verdict:
    """A refutation that shows no single point, of a limit, where the claim is proved for what
    readers supply for its letters."""
    if verdict.kind != "refuted" or claim.right is None:
        return verdict
    letters = sorted(set().union(*map(free_symbols, claim.terms)), key=repr)
    free = [s for s in letters if s.data.domain in (REAL, NONZERO)]
    pairs = [(s, _usual(s)) for s in free if _is_parameter(s, claim)]
    chosen = [Hypothesis((pair,)) for pair in pairs] + [Hypothesis(tuple(pairs))] * (len(pairs) > 1)
    with allowance(STEPS):
        for hypothesis in chosen:
            if _is_proved(claim, hypothesis, judge):
                return _told(claim, verdict, hypothesis)
    return verdict


def _broken(claim: Claim, shown: Counterexample) -> Iterator[Point]:
    """Points that break the claim as well: between 0 and 1, above and below. What they meet is no
    hypothesis for it."""
    assert claim.right is not None
    at = _point(claim, shown)
    tried = []
    for values in ELSEWHERE:
        pairs = zip(at, values, strict=False)
        tried.append({s: v if s.data.domain.contains(v) else at[s] for s, v in pairs})
    allowed = ALLOWED.get(claim.relation)
    if not at or allowed is None:
        return
    sides = all_both_at(claim.left, claim.right, claim.conditions, tried, BITS)
    for point, both in zip(tried, sides, strict=True):
        if both is None or both[0].overlaps(both[1]):
            continue
        if (1 if both[0] > both[1] else -1) not in allowed:
            yield point


def _told(claim: Claim, verdict: Verdict, hypothesis: Hypothesis) -> Verdict:
    words = hypothesis.words()
    evidence = {**verdict.evidence, "hypotheses": words}
    if all(_is_parameter(symbol, claim) for symbol in hypothesis.symbols):
        message = f"not for all values ({verdict.message}), but it holds if {words}"
        return replace(verdict, kind="refuted-as-stated", message=message, evidence=evidence)
    return replace(verdict, message=f"{verdict.message}; it holds if {words}", evidence=evidence)


def _is_parameter(symbol: Term, claim: Claim) -> bool:
    """Whether readers supply a domain for the letter, and nobody declared one."""
    known = symbol.data.name in HYPOTHESES or _is_deviation(symbol)
    return known and not is_declared(symbol, claim.scope)


def _is_deviation(symbol: Term) -> bool:
    r"""Whether a letter is a standard deviation of something: `\sigma_0`."""
    return symbol.op == "symbol" and str(symbol.data.name).startswith("\\sigma_")


def _usual(symbol: Term) -> Domain:
    """What readers supply for a letter of which nothing is declared."""
    name = symbol.data.name
    return HYPOTHESES["\\sigma"] if name not in HYPOTHESES else HYPOTHESES[name]


def _is_proved(claim: Claim, hypothesis: Hypothesis, judge: Attempt) -> bool:
    assert claim.right is not None
    table = {
        symbol: make("symbol", data=replace(symbol.data, domain=domain))
        for symbol, domain in hypothesis.domains
    }
    conditions = tuple(replace_terms(c, table) for c in claim.conditions)
    if hypothesis.relation is not None:
        conditions = (*conditions, hypothesis.relation)
    narrowed = replace(
        claim,
        left=replace_terms(claim.left, table),
        right=replace_terms(claim.right, table),
        conditions=conditions,
    )
    try:
        with allowance(STEPS_EACH):
            verdict = judge(narrowed)
    except Exhausted:
        return False
    return verdict is not None and verdict.kind == "proved"


# --- which hypotheses -------------------------------------------------------------------------


def _candidates(claim: Claim, shown: Counterexample) -> Iterator[Hypothesis]:
    """Hypotheses that the counterexample breaks, the weaker ones first."""
    at = _point(claim, shown)
    seen: set[Hypothesis] = set()
    for hypothesis in _all(claim, list(at)) if at else ():
        if hypothesis in seen or _meets(hypothesis, at):
            continue
        if _ends_are_defined(claim, hypothesis, at):
            seen.add(hypothesis)
            yield hypothesis


def _point(claim: Claim, shown: Counterexample) -> Point:
    """The counterexample; none where it leaves a symbol open, or has many."""
    assert claim.right is not None
    symbols = sorted(free_symbols(claim.left) | free_symbols(claim.right), key=repr)
    at = {s: value for s in symbols if (value := _value(shown, s)) is not None}
    return at if len(at) == len(symbols) <= MOST_SYMBOLS else {}


def _ends_are_defined(claim: Claim, hypothesis: Hypothesis, at: dict[Term, Fraction]) -> bool:
    """Whether both sides have a value where a symbol is at the end that its new domain has: else
    the open end is what is meant."""
    assert claim.right is not None
    for symbol, domain in hypothesis.domains:
        for end in (domain.lower, domain.upper):
            if end is not None and domain.contains(end):
                values = balls_at({**at, symbol: end}, BITS)
                if any(ball(side, values, BITS).is_nan() for side in (claim.left, claim.right)):
                    return False
    return True


def _value(shown: Counterexample, symbol: Term) -> Fraction | None:
    text = shown.at.get(plain(symbol))
    try:
        return None if text is None or symbol.shape != () else Fraction(text)
    except ValueError:
        return None


def _all(claim: Claim, symbols: list[Term]) -> Iterator[Hypothesis]:
    """The domains that the table supplies first, then signs, then what is less usual."""
    free = [s for s in symbols if s.data.domain in (REAL, NONZERO)]
    supplied = [(s, _usual(s)) for s in free if _is_parameter(s, claim)]
    yield from (Hypothesis((pair,)) for pair in supplied)
    if len(supplied) > 1:
        yield Hypothesis(tuple(supplied))
    for domain in SIGNS[:3]:
        for symbol in free:
            yield Hypothesis(((symbol, domain),))
    if len(free) > 1:
        for domain in ALL:
            yield Hypothesis(tuple((symbol, domain) for symbol in free))
    yield from _orders(claim, symbols)
    bound = len(symbols) == 1 and claim.relation in ORDER and not supplied
    # that a bound holds from 1 on is seldom what its author forgot to say
    for domain in SIGNS[3:4] if bound else ONE[3:]:
        for symbol in free:
            yield Hypothesis(((symbol, domain),))


def _orders(claim: Claim, symbols: list[Term]) -> Iterator[Hypothesis]:
    """The order of two symbols, where a case distinction asks for it."""
    assert claim.right is not None
    if not (has_switch(claim.left) or has_switch(claim.right)):
        return
    for relation in ("<=", "<"):
        for a, b in permutations(symbols, 2):
            yield Hypothesis(relation=make("relation", a, b, data=(relation,)))


def _meets(hypothesis: Hypothesis, at: dict[Term, Fraction]) -> bool:
    if hypothesis.relation is not None:
        a, b = hypothesis.relation.args
        return COMPARE[hypothesis.relation.data[0]](at[a], at[b])
    return all(domain.contains(at[symbol]) for symbol, domain in hypothesis.domains)
