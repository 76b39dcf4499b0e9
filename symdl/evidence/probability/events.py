"""What `P(A, B \\mid C)` says: which events occur or do not, and what is given."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.evidence.claim import Claim
from symdl.expression.term import Term, symbol

ACCENTS = ("\\bar{", "\\overline{")
Event = tuple[Term, bool]
"""A name, and whether it occurs."""


@dataclass(frozen=True, slots=True)
class Chance:
    """The probability (or density) `measure` of some events, given others."""

    measure: str
    events: frozenset[Event]
    given: frozenset[Event]

    @property
    def names(self) -> frozenset[Term]:
        """What it speaks of."""
        return frozenset(name for name, _ in self.events | self.given)

    @property
    def of_events(self) -> bool:
        """Whether it is a probability, not a density."""
        return self.measure[:1] not in ("p", "q")


def event_of(term: Term) -> Event | None:
    """A name, `X = x`, or a complement: `A^c`, `A'`, `\\bar A`."""
    if term.op == "relation" and term.data == ("=",):
        return term, True
    if term.op == "prime" or (term.op == "pow" and term.args[1].op == "symbol"):
        inner = term.args[0]
        is_c = term.op == "prime" or term.args[1].data.name == "c"
        capital = inner.op == "symbol" and inner.data.name[0].isupper()
        return (inner, False) if is_c and capital else None
    if term.op != "symbol":
        return None
    name = str(term.data.name)
    for accent in ACCENTS:
        if name.startswith(accent) and name.endswith("}") and name[len(accent)].isupper():
            return symbol(name[len(accent) : -1]), False
    return term, True


def chance(node: Term, claim: Claim) -> Chance | None:
    """What `P(A, B | C)` says; None for another node."""
    if node.op == "opaque" and node.data == "probability":
        measure, (events, given) = "P", _parts(node.args)
    elif node.op == "call" and not node.data.primes:
        measure = str(node.data.function.name)
        known = measure in claim.scope.functions or claim.scope.declares(measure)
        if known or measure.partition("_")[0] not in ("P", "p", "q"):
            return None
        first = node.data.bars[0] if node.data.bars else len(node.args)
        events, given = node.args[:first], node.args[first:]
    else:
        return None
    found = [event_of(a) for a in (*events, *given)]
    if not events or any(e is None for e in found):
        return None
    told = [e for e in found if e is not None]
    return Chance(measure, frozenset(told[: len(events)]), frozenset(told[len(events) :]))


def _parts(args: tuple[Term, ...]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The events of `A, B \\mid C, D` and what is given."""
    for place, arg in enumerate(args):
        if arg.op == "given":
            events, given = arg.args[0], arg.args[1:]
            before = (*args[:place], *_listed(events))
            return before, tuple(g for a in (*given, *args[place + 1 :]) for g in _listed(a))
    return args, ()


def _listed(term: Term) -> tuple[Term, ...]:
    return term.args if term.op == "tuple" else (term,)
