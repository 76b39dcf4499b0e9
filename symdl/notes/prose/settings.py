"""Settings of the library's functions that an author may choose: the slope of a leaky ReLU.

A document's own slope is no mistake. What is said of such a function is judged with the library's
value first, then with those that the document writes; only what fails for a function without
settings is refuted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as put
from symdl.findings import reading_of
from symdl.library import CHOSEN
from symdl.notes.definitions.no_setting import fits_no_setting
from symdl.notes.judging import HOLDS

MOST_TRIED = 12
SLOPE = symbol("a")
"""What the fixed number of a library's formula is called where an author may choose another."""


def opened(file: str, body: Term) -> tuple[Term, dict[Term, Term]]:
    """The body of a library formula in which a number that authors choose is a setting, and the
    library's value of it."""
    if file not in CHOSEN:
        return body, {}
    fixed = [n for n in postorder(body) if n.op == "number" and n.data.value == CHOSEN[file]]
    return put(body, dict.fromkeys(fixed, SLOPE)), {SLOPE: number(CHOSEN[file])}


def with_settings(claim: Claim, settings: dict[Term, Term], name: str) -> Decide:
    """The way to the verdict on a claim whose left side has free settings.

    settings: each with the library's value, which is tried first. What holds for a value that
    the right side writes, holds; what does not, differs from the library. A setting that the
    right side has under its own name is that.
    """
    claim, settings = _by_name(claim, settings)

    def decide(judge: Judge) -> Verdict:
        first = judge(_at(claim, settings))
        if not first.kind.startswith("refuted"):
            return first
        for chosen in _choices(claim, settings):
            verdict = judge(_at(claim, chosen))
            if verdict.kind in HOLDS:
                given = ", ".join(f"{plain(k)} = {plain(v)}" for k, v in settings.items())
                own = ", ".join(plain(v) for v in chosen.values())
                message = f"{verdict.message}: {name} with {own} (the library has {given})"
                return replace(verdict, message=message, reading=reading_of(_at(claim, chosen)))
        foreign = _foreign(claim, settings)
        if not settings and not foreign:
            return first
        if len(settings) == 1 >= len(foreign):  # several may stand for one: a lower, an upper end
            ((setting, usual),) = settings.items()
            never = fits_no_setting(claim, setting, usual, judge)
            if never is not None:
                return never
        why = f"{', '.join(foreign)} is not explained" if foreign else "its settings may be chosen"
        told = undecided(f"differs from the library's {name}, and {why}: {first.message}")
        shown = first.counterexample
        return replace(told, code="differs-from-library", counterexample=shown)

    return decide


def _by_name(claim: Claim, settings: dict[Term, Term]) -> tuple[Claim, dict[Term, Term]]:
    """The claim with the author's symbols for the settings of these names, and the others."""
    own = {s.data.name: s for s in free_symbols(claim.right)} if claim.right is not None else {}
    named = {s: own[s.data.name] for s in settings if s is not SLOPE and s.data.name in own}
    left = {s: value for s, value in settings.items() if s not in named}
    return replace(claim, left=substitute(claim.left, named)), left


def _at(claim: Claim, chosen: dict[Term, Term]) -> Claim:
    """The claim with values for the settings; a symbol for the slope lies where slopes do."""
    if not chosen:
        return claim
    own = chosen.get(SLOPE)
    conditions = claim.conditions
    if own is not None and own.op == "symbol":
        inside = make("relation", number(0), own, number(1), data=("<", "<"))
        conditions = (*conditions, inside)
    return replace(claim, left=substitute(claim.left, chosen), conditions=conditions)


def _choices(claim: Claim, settings: dict[Term, Term]) -> Iterator[dict[Term, Term]]:
    """Values for the settings out of what the document writes."""
    if not settings or claim.right is None:
        return
    written: dict[Term, None] = {}
    for node in postorder(claim.right):
        if node.op == "number" or (node.op == "symbol" and node in free_symbols(claim.right)):
            written[node] = None
    variables = free_symbols(claim.left) - settings.keys()
    values = [node for node in written if node not in variables]
    for tried, chosen in enumerate(product(values, repeat=len(settings))):
        if tried >= MOST_TRIED:
            return
        yield dict(zip(settings, chosen, strict=True))


def _foreign(claim: Claim, settings: dict[Term, Term]) -> list[str]:
    """Names on the right that the function does not have."""
    if claim.right is None:
        return []
    extra = free_symbols(claim.right) - free_symbols(claim.left) - settings.keys()
    return sorted(plain(s) for s in extra if s.data.role not in ("index", "function"))
