"""The statements of one formula of a document: what it defines, claims, declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symdl.checking import Judge
from symdl.document.errors import Error, bugs_told
from symdl.document.pieces import Math
from symdl.document.source import Source, Span, excerpt
from symdl.evidence.claim import ANY, Claim, claims
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.reading import Reading, read
from symdl.expression.term import Term, free_symbols
from symdl.library import whole
from symdl.notes.judging import HOLDS, verdict_on
from symdl.notes.known import Known, Origin, is_literal, keys_of, learn
from symdl.notes.outline import Passage, has_relation

ORDER = frozenset({"<", "<=", ">", ">=", "!=", "in", "subset", "subseteq"})
_CONDITION = re.compile(
    r"\b(?:if|when|where|whenever|while|solve|solving|set|setting|suppose|assume|assuming|until"
    r"|such that|subject to|constraint|condition|require[sd]?|satisf\w+|unless|iff"
    r"|provided(?: that)?|case)"
    r"\s*(?:that\s*)?[:,]?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim of a document, or an error in its place.

    decide gives its verdict once somebody asks for it: understanding a document judges
    nothing. note tells the author how the claim was taken.
    """

    source: Source
    claim: Claim | None = None
    decide: Callable[[Judge], Verdict] | None = None
    error: Error | None = None
    note: str = ""

    @property
    def span(self) -> Span:
        """Where it stands."""
        if self.claim is not None and self.claim.span is not None:
            return self.claim.span
        return whole(self.source)


def settled(verdict: Verdict) -> Callable[[Judge], Verdict]:
    """A verdict that needs no judge."""
    return lambda _: verdict


def statements(
    run: Math, known: Known, passage: Passage, before: str = ""
) -> tuple[tuple[Stated, ...], Known]:
    """The outcomes of a formula, and what is known behind it.

    before: the words that lead to it in its sentence.
    """
    source = _trimmed(run.source)
    if not has_relation(run):
        return (), known
    try:
        with bugs_told(whole(source)):
            reading = read(source, known.scope)
    except Error as error:
        return (Stated(source, error=error),), known
    found: list[Stated] = []
    for part in _parts(reading.term):
        if part.op != "relation" and part.op not in ("when", "forall", "and"):
            continue
        single = replace(reading, term=part)
        outcomes, known = _of_part(single, known, passage, before)
        found += outcomes
    return tuple(found), known


def _trimmed(source: Source) -> Source:
    """Without white space and punctuation around it."""
    text = source.text
    start = len(text) - len(text.lstrip())
    end = len(re.sub(r"(?:[\s.,;]|\\[,;!]|\\quad|\\qquad|~)+$", "", text))
    return excerpt(source, start, max(start, end))


def _parts(term: Term) -> Iterator[Term]:
    if term.op in ("statements", "and"):
        for part in term.args:
            yield from _parts(part)
    else:
        yield term


def _of_part(
    reading: Reading, known: Known, passage: Passage, before: str
) -> tuple[list[Stated], Known]:
    """The outcomes of one statement of a list."""
    source, term = reading.source, reading.term
    span = reading.spans.get(term) or whole(source)
    if _declares(term) or _CONDITION.search(before):
        known = learn(known, term, span, passage.path)
        verdict = Verdict("definition", "definition", "stated to hold from here on")
        told = list(claims(reading, known.scope, ANY))[:1]
        return [Stated(source, claim, settled(verdict)) for claim in told], known
    found: list[Stated] = []
    first = True
    for claim in claims(reading, known.scope, ANY):
        stated, learnt = _stated(claim, source, known, first)
        found.append(stated)
        if learnt:
            known = learn(known, _definition(term), span, passage.path)
        first = False
    return found, known


def _definition(term: Term) -> Term:
    """The first link of a chain."""
    if term.op == "relation" and len(term.data) > 1:
        return _relation(term)
    return term


def _relation(term: Term) -> Term:
    from symdl.expression.term import make

    relation = "=" if term.data[0] in ("=", ":=", "equiv") else term.data[0]
    return make("relation", *term.args[:2], data=(relation,))


def _declares(term: Term) -> bool:
    """Whether a statement says where a symbol lies: `x > 0`, `0 < \\beta < 1`, `x \\in S`."""
    if term.op != "relation" or not ORDER.issuperset(term.data):
        return False
    named = [arg for arg in term.args if arg.op in ("symbol", "entry")]
    rest = [arg for arg in term.args if arg.op not in ("symbol", "entry")]
    return len(named) >= 1 and all(
        is_literal(arg) or arg.op in ("number_set", "space", "interval") for arg in rest
    )


def _stated(claim: Claim, source: Source, known: Known, first: bool) -> tuple[Stated, bool]:
    """A claim with the way to its verdict, and whether it defines what stands on its left."""
    if claim.kind == "definition":
        return Stated(source, claim, lambda judge: judge(claim)), first
    if first:
        again = _stated_again(claim, known)
        if again is not None:
            return Stated(source, claim, again), True
    return Stated(source, claim, lambda judge: verdict_on(claim, known, judge)), False


# --- what is said a second time ------------------------------------------------------------------


def _stated_again(claim: Claim, known: Known) -> Callable[[Judge], Verdict] | None:
    """The way to the verdict on an equation about what the document has defined already, which
    it replaces from here on. None: it is a claim like any other."""
    found = _earlier(claim, known)
    if found is None or claim.right is None or claim.relation not in ("=", ":=", "equiv"):
        return None
    body, origin = found
    line = f"line {origin.span.line}" if origin is not None else "an earlier line"
    if is_literal(claim.right):
        if not isinstance(body, Term) or not is_literal(body):
            return None
        return lambda judge: _given_again(claim, body, line, judge)
    general = replace(claim, scope=replace(claim.scope, values=known.general.values))
    return lambda judge: _defined_again(judge(general), line)


def _given_again(claim: Claim, body: Term, line: str, judge: Judge) -> Verdict:
    if judge(replace(claim, left=body, kind="number")).kind == "proved":
        return Verdict("definition", "definition", f"given again, as on {line}")
    text = f"given anew: on {line} it is {plain(body)}"
    return Verdict("definition", "definition", text, code="given-anew")


def _defined_again(verdict: Verdict, line: str) -> Verdict:
    if verdict.kind in HOLDS:
        return replace(verdict, message=f"{verdict.message}: the same as on {line}")
    text = f"defined anew: it differs from {line}, and replaces it from here on"
    if verdict.kind != "refuted":
        return Verdict("definition", "definition", text, code="defined-anew")
    return Verdict(
        "undecided",
        "definition",
        text,
        code="inconsistent-definition",
        counterexample=verdict.counterexample,
    )


def _earlier(claim: Claim, known: Known) -> tuple[object, Origin | None] | None:
    """The document's own definition of what an equation has on its left side."""
    left, scope = claim.left, known.scope
    keys = []
    if left.op in ("symbol", "entry", "label", "prime"):
        keys.append(("value", left))
    if left.op == "entry" and left.args[0].op == "symbol" and free_symbols(left.args[-1]):
        keys += [(what, left.args[0].data.name) for what in ("recurrence", "entries")]
    if left.op == "call" and not left.data.primes and all(a.op == "symbol" for a in left.args):
        keys.append(("function", left.data.function.name))
    bodies = keys_of(scope)
    for key in keys:
        if key in bodies:
            return bodies[key], known.origins.get(key)
    return None
