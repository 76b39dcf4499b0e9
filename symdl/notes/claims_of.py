"""The claims that a formula makes where it stands, and what is learnt of its letters."""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.document.source import Span, whole
from symdl.evidence.claim import Claim
from symdl.evidence.claims_read import claims
from symdl.evidence.kinds import ANY, NOTHING
from symdl.evidence.verdict import Verdict
from symdl.expression.reading import Reading
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.notes.claim_parts import called_name, under
from symdl.notes.claimed import claimed
from symdl.notes.definitions.about_defined import (
    is_worded,
)
from symdl.notes.definitions.concluded import with_conclusion
from symdl.notes.definitions.defining import (
    equation_of,
    with_definition,
)
from symdl.notes.definitions.inner_functions import through_condition
from symdl.notes.definitions.pieces import (
    is_under_words,
    noted,
    on_condition,
    with_pieces,
    without,
)
from symdl.notes.definitions.special_cases import (
    is_rule_of_case,
    name_of_left,
    with_special_case,
    without_case,
)
from symdl.notes.doubts.determined import is_determined, is_rewriting
from symdl.notes.doubts.put_in import without_other_numbers
from symdl.notes.doubts.worked_values import is_worked_value
from symdl.notes.scope.habits import defined_in
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import learn, lose
from symdl.notes.scope.queries import as_written
from symdl.notes.sentences.clauses import with_others
from symdl.notes.sentences.givens import given_in
from symdl.notes.sentences.premises import (
    ORDER,
)
from symdl.notes.sentences.worked_out import is_worked_out
from symdl.notes.stated import Place, Stated, settled


def span_of(reading: Reading) -> Span:
    """Where what was read stands."""
    return reading.spans.get(reading.term) or whole(reading.source)


def claims_in(reading: Reading, known: Known, place: Place) -> tuple[list[Stated], Known]:
    """The claims and definitions of a statement, link by link."""
    term, source = reading.term, reading.source
    for given in given_in(term):
        known = learn(known, given, span_of(reading), place.path)
    found: list[Stated] = []
    first = True
    defining = NOTHING if _is_of_free(term, place) else ANY
    for claim in claims(reading, _for_letters(term, known), defining):
        if claim.left.op == "number" and claim.right is not None and claim.right.op == "space":
            continue  # the 0 of `y = 0 \\in \\mathbb{R}^n` is its vector
        claim = through_condition(under(as_written(claim), place.conditions), known)
        chained = term.op == "relation" and len(term.data) > 1 and claim.relation not in ORDER
        rewritten = is_rewriting(claim) and not _SOLVED.search(place.before)
        asserted = place.asserted or chained or rewritten or is_worked_out(claim, place)
        asserted = asserted or is_worked_value(claim, known, place)
        stated, learnt = claimed(claim, source, known, place, first, asserted)
        found.append(_in_sentence(stated, claim, place.others))
        known = _learnt(reading, claim, known, place, first, learnt)
        known = without_other_numbers(claim, known)
        if learnt and stated.decide is not None and claim.kind != "definition":
            known = with_conclusion(known, claim, place.before, stated.decide)
        first = False
    return found, known


def _is_of_free(term: Term, place: Place) -> bool:
    """Whether an equation is one of a letter that is said to be any: `For all $x$, $x = y$`."""
    left = term.args[0] if term.op == "relation" else term
    return left is not term and left.op == "symbol" and str(left.data.name) in place.free


def _learnt(
    reading: Reading, claim: Claim, known: Known, place: Place, first: bool, learnt: bool
) -> Known:
    """What is known behind a link. learnt: it defines what stands on its left."""
    text, span = reading.source.text, span_of(reading)
    link = _definition(reading.term) if first or claim.right is None else equation_of(claim)
    if first and not learnt and is_worded(claim, known, place):
        return lose(known, (*defined_in(text), called_name(claim.left)), span.origin.line)
    if learnt and is_under_words(link, place):
        return without(lose(known, defined_in(text), span.origin.line), link)
    if not learnt:
        return known
    if first:
        joined = with_pieces(link, claim.conditions, place, known)
        link = joined or on_condition(link, claim.conditions)
    if is_rule_of_case(claim, known) is not None:
        known = without_case(known, name_of_left(claim.left))
    known = with_definition(known, link, span, place)
    known = with_special_case(known, link, span, place.before)
    return noted(known, link, place.pieces or claim.conditions)


def _for_letters(term: Term, known: Known) -> Scope:
    """The scope without functions of closed sections whose letters are numbers in a statement."""
    scope = known.scope
    letters = {s.data.name for s in free_symbols(term) if s.data.role != "function"}
    far = {
        name
        for name in letters & scope.functions.keys()
        if (origin := known.origins.get(("function", name))) is not None
        if not known.is_here(origin)
    }
    if not far:
        return scope
    return replace(scope, functions={n: f for n, f in scope.functions.items() if n not in far})


def is_claimed(reading: Reading, known: Known) -> bool:
    """Whether a statement restricts nothing: it speaks only of what is defined."""
    return all(is_determined(claim, known) for claim in claims(reading, known.scope, ANY))


def _in_sentence(stated: Stated, claim: Claim, others: tuple[Term, ...]) -> Stated:
    """A claim of a sentence whose other clauses have conditions of their own."""
    decide = stated.decide
    if not others or decide is None:
        return stated
    return replace(stated, decide=lambda judge: with_others(claim, others, decide(judge), judge))


_SOLVED = re.compile(
    r"solv|equation|root|zero|find|satisf|unknown|such that|for which|whose|only|unless|if |when",
    re.IGNORECASE,
)
"""Words that lead to an equation with solutions."""


def told_of(reading: Reading, known: Known, message: str) -> list[Stated]:
    verdict = Verdict("definition", "definition", message)
    told = list(claims(reading, known.scope, ANY))[:1]
    return [Stated(reading.source, claim, settled(verdict)) for claim in told]


def is_limit(term: Term) -> bool:
    """Whether an arrow says where a value goes: `\\sigma(x) \\to 1`; else it is a mapping."""
    tuples = any(node.op == "tuple" for node in postorder(term))
    sets = ("space", "number_set", "interval", "set")
    return not tuples and term.args[0].op not in ("number", "symbol", *sets)


def _definition(term: Term) -> Term:
    """The first link of a chain as an equation."""
    if term.op != "relation" or len(term.data) == 1:
        return term
    relation = "=" if term.data[0] in ("=", ":=", "equiv") else term.data[0]
    return make("relation", *term.args[:2], data=(relation,))
