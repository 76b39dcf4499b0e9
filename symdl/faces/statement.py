"""A statement as it is asked for by itself: read, and judged here or in a child with limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from symdl.document.errors import InternalError, bugs_told
from symdl.document.source import Source, Span
from symdl.evidence.claim import Claim
from symdl.evidence.claims_read import stated_claims
from symdl.evidence.ladder import judge
from symdl.evidence.surroundings import narrowed
from symdl.evidence.verdict import Verdict, resource_limit
from symdl.evidence.weight import is_light
from symdl.expression.reading import read
from symdl.findings import reading_of
from symdl.library.given import refuse_wrong_types, scope_under
from symdl.runs.limits import SECONDS, Death, Died, Limits, limits_of
from symdl.runs.workers import can_fork, guarded


def check(
    statement: str,
    given: Iterable[str] = (),
    symbols: Mapping[str, str] | None = None,
    timeout: float = SECONDS,
) -> Verdict:
    """The verdict on a statement of LaTeX.

    given: statements that hold; symbols: declarations (`{"x": "real > 0"}`). A chain or a
    list of statements has the verdict of its weakest link. timeout: seconds of processor time
    for each claim; one that needs more is undecided (`method` is then `resource-limit`).
    Raises ReadError for what cannot be read and ShapeError for operands that do not fit.
    """
    refuse_wrong_types(statement, given, symbols)
    limits = limits_of(timeout)
    told = (given,) if isinstance(given, str) else tuple(given)
    if sum(map(len, (statement, *told))) <= LONG or not can_fork():
        return _checked(statement, told, symbols, limits)
    try:
        verdict: Verdict = guarded(lambda: _checked(statement, told, symbols, limits), limits)
    except Died as died:
        return _ended(died.death, None)
    return verdict


LONG = 5_000
"""Characters that are read in this process; what is longer is read in a child with limits."""


def _checked(
    statement: str, given: Sequence[str], symbols: Mapping[str, str] | None, limits: Limits
) -> Verdict:
    with bugs_told():
        source = Source("<statement>", statement)
        scope = scope_under(symbols, given, source)
        reading = read(source, scope)
        found = stated_claims(reading, scope)
        return weakest(
            judged_within(claim, limits).understood(partial(reading_of, claim)) for claim in found
        )


def judged_within(claim: Claim, limits: Limits) -> Verdict:
    """The verdict on a claim: a light one is judged here, any other in a child with limits."""
    claim = narrowed(claim)
    if (limits.seconds >= SECONDS and is_light(claim)) or not can_fork():
        return judge(claim)
    try:
        verdict: Verdict = guarded(lambda: judge(claim), limits)
    except Died as died:
        return _ended(died.death, claim.span)
    return verdict


def _ended(death: Death, span: Span | None) -> Verdict:
    """What is said where a child has died. Raises InternalError if it broke."""
    if death.cause == "crash":
        raise InternalError(death.words, span)
    return resource_limit(death.words)


_STRENGTH = (
    "not-understood",
    "refuted",
    "refuted-as-stated",
    "undecided",
    "confirmed",
    "rounded",
    "approximate",
    "proved",
    "definition",
)


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that says the least for the whole: a refutation before a proof."""
    return min(verdicts, key=lambda verdict: _STRENGTH.index(verdict.kind))
