"""What a document said and withdrew: it proves nothing from there on.

It is kept beside what is known. A proof that needs it is none, and nothing is refuted for lack of
it: the words may not mean all that was said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from symdl.document.pieces import Run, plain_words
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import is_closed
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.term import Term, free_symbols
from symdl.notes.claim_parts import sides_of
from symdl.notes.outline import SENTENCE_END
from symdl.notes.scope.known import NOTHING, Gone, Known, is_literal
from symdl.notes.scope.properties import flat
from symdl.notes.scope.withdrawal_words import (
    ON,
    PASSAGE,
    SENTENCE,
    Withdrawal,
    is_existential,
    may_withdraw,
    withdrawals_in,
)


def gone_by(known: Known, said: Withdrawal, later: frozenset[str]) -> Gone:
    """What a sentence withdraws of what is known before it. later: the sentences, without spaces,
    from this one to the end of its passage: what they say is said anew."""

    def concerned(names: Collection[str]) -> bool:
        return not said.names or not said.names.isdisjoint(names)

    scope = known.scope
    values = tuple(
        (name, value)
        for name, value in scope.values.items()
        if name.op == "symbol" and concerned({str(name.data.name)})
        if is_literal(value) or known.is_passing(name)
        if not said.zeros or rational_value(value) == 0
    )
    if said.zeros:
        return Gone(values=values)
    return Gone(
        tuple(
            h
            for h in scope.hypotheses
            if concerned({str(s.data.name) for s in free_symbols(h)})
            and (said.outright or h in known.cases or "=" in (h.data or ()))
        ),
        values if said.outright else (),
        tuple(a for a in known.apart if concerned(a.names) and a.sentence not in later),
        tuple(
            has
            for name, every in known.properties.items()
            for has in every
            if concerned(set(name.split(" "))) and has.sentence not in later
        ),
        () if said.outright else values,
    )


def without(known: Known, claim: Claim) -> Known:
    """What is known for a claim without what was withdrawn."""
    gone = known.gone
    sides = sides_of(claim)
    written = {s for side in sides for s in free_symbols(side)}
    closed = all(is_closed(side, known.scope) for side in sides)
    given = (*gone.values, *(v for v in gone.settings if closed or v[0] in written))
    over = (*gone.hypotheses, *gone.points)
    hypotheses = tuple(h for h in known.scope.hypotheses if h not in over)
    values = {
        k: v
        for k, v in known.scope.values.items()
        if not any(k == name and v is value for name, value in given)
    }
    properties = {
        name: tuple(replace(h, sure=False) if h in gone.properties else h for h in every)
        for name, every in known.properties.items()
    }
    apart = tuple(a for a in known.independent if a not in gone.apart)
    scope = replace(known.scope, hypotheses=hypotheses, values=values)
    past = {k: v for k, v in known.past.items() if not any(k == name for name, _ in given)}
    known = replace(known, scope=scope, past=past, properties=properties, independent=apart)
    return replace(known, said=(), gone=NOTHING)


def as_known(claim: Claim, known: Known) -> Claim:
    """A claim with the values and hypotheses that are known."""
    now, own = known.scope, claim.scope
    if now.values is own.values and now.hypotheses is own.hypotheses:
        return claim
    return replace(claim, scope=replace(own, hypotheses=now.hypotheses, values=now.values))


def unless_withdrawn(claim: Claim, known: Known, decide: Callable[[Known], Verdict]) -> Verdict:
    """The verdict with all that was said; a proof only if it needs nothing that was withdrawn."""
    verdict = decide(known)
    if verdict.kind not in HOLDING or known.gone == NOTHING:
        return verdict
    again = decide(without(known, claim))
    if again.kind in HOLDING:
        return again
    told = f"it needs what was said of a case that has ended: {again.message}"
    return may_be_meant(told, again.counterexample)


def given_again(before: Known, after: Known) -> set[Term]:
    """The names that got a value between two places, be it the same as before."""
    old = before.origins
    keys = ((name, ("value", name)) for name in after.scope.values)
    return {name for name, key in keys if after.origins.get(key) is not old.get(key)}


@dataclass
class Ending:
    """A passage read in order: what its sentences have withdrawn so far, for the claims in it.

    passing: what is withdrawn to its end; told: what was for the last formula; began: what was
    known where the sentence in hand, of this number, began. A passage without words that withdraw
    has nothing to tell.
    """

    runs: tuple[Run, ...]
    began: Known
    passing: Gone = NOTHING
    told: Gone = NOTHING
    number: int = 0

    def __post_init__(self) -> None:
        text = plain_words(self.runs)
        self.active = may_withdraw(text)
        self.sentences = SENTENCE_END.split(text) if self.active else []

    def upto(self, place: int, known: Known) -> Known:
        """What is known in front of the formula at a place: sentences before it have withdrawn
        something."""
        if not self.active:
            return known
        return self._from(len(SENTENCE_END.split(plain_words(self.runs[:place]))) - 1, known)

    def here(self, known: Known) -> Known:
        """The same for the claims of the sentence in hand."""
        if self.active:
            gone = self.passing + self._by(self.number, (SENTENCE, PASSAGE, ON))
            known = replace(known, gone=known.gone + gone)
        self.told = known.gone
        return known

    def _from(self, number: int, known: Known) -> Known:
        """The knowledge where a sentence begins: the ones before it have withdrawn something."""
        while self.number < min(number, len(self.sentences)):
            self.passing += self._by(self.number, (PASSAGE,))
            known = replace(known, gone=known.gone + self._by(self.number, (ON,)))
            self.number, self.began = self.number + 1, known
        return known

    def _by(self, number: int, reaches: Sequence[str]) -> Gone:
        """What a sentence withdraws of what was known before it, as far as it reaches so."""
        later = frozenset(flat(s) for s in self.sentences[number:])
        gone = NOTHING
        for said in withdrawals_in(self.sentences[number]) if number < len(self.sentences) else ():
            if said.reach in reaches:
                gone += gone_by(self.began, said, later)
        return gone

    def behind(self, before: Known, after: Known, words: str) -> Known:
        """What is known behind a formula. before: what was known in front of it, words: those that
        lead to it. What it gives anew is given; what is only said to exist is none."""
        more = tuple(v for v in after.gone.values if v not in self.told.values)
        points = tuple(h for h in after.gone.points if h not in self.told.points)
        known = replace(after, gone=before.gone + Gone(values=more))
        told = before.scope.hypotheses
        new = tuple(
            h for h in after.scope.hypotheses if told.count(h) == 0 or h in known.gone.hypotheses
        )
        new = tuple(h for h in new if after.scope.hypotheses.count(h) > told.count(h))
        if is_existential(words):
            values = before.scope.values
            given = tuple((k, v) for k, v in after.scope.values.items() if values.get(k) is not v)
            return replace(known, gone=known.gone + Gone(new, given))
        again = given_again(before, after)
        if new or again:
            self.passing = self.passing.less(new, again)
            known = replace(known, gone=known.gone.less(new, again))
        return replace(known, gone=known.gone + Gone(points=points)) if points else known

    def end(self, known: Known) -> Known:
        """What is known behind the passage."""
        return self._from(len(self.sentences), known)
