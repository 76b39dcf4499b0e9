"""The statements of one formula of a document: what it defines, claims, declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symdl.document.errors import Error, ReadError, bugs_told
from symdl.document.pieces import Math
from symdl.document.source import Source, Span, whole
from symdl.evidence.claim import Claim
from symdl.evidence.claims_read import claims, quantified
from symdl.evidence.kinds import ANY, NOTHING
from symdl.evidence.verdict import Verdict
from symdl.expression.reading import Reading
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.latex.pseudocode import is_pseudocode
from symdl.notes.broken_displays import bridge_over, chain_around, statements_of
from symdl.notes.claim_parts import called_name, under
from symdl.notes.claimed import claimed
from symdl.notes.definitions.about_defined import (
    is_worded,
)
from symdl.notes.definitions.concluded import with_conclusion
from symdl.notes.definitions.defining import (
    as_supposed,
    equation_of,
    sets_anew,
    with_definition,
    without_far_function,
)
from symdl.notes.definitions.densities import density_stated
from symdl.notes.definitions.function_letters import own_letter
from symdl.notes.definitions.inner_functions import through_condition
from symdl.notes.definitions.own_identity import with_own_identity
from symdl.notes.definitions.pieces import (
    is_under_words,
    noted,
    on_condition,
    open_pieces,
    with_pieces,
    without,
)
from symdl.notes.definitions.special_cases import (
    is_rule_of_case,
    name_of_left,
    with_special_case,
    without_case,
)
from symdl.notes.doubts.determined import has_numbers, is_determined, is_rewriting
from symdl.notes.outline import has_relation
from symdl.notes.prose.pseudocode import steps_stated
from symdl.notes.read_together import known_together
from symdl.notes.reading_in import is_firm, parts_of, read_in, trimmed, unnumbered, with_arguments
from symdl.notes.scope.at_a_point import as_points
from symdl.notes.scope.habits import broken_function, defined_in, mapped_in
from symdl.notes.scope.homes import as_before, as_numbers, bound_in, read_again
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import learn, lose
from symdl.notes.scope.queries import as_written
from symdl.notes.scope.shapes import has_shape, is_declared_home, shape_claim, shape_stated
from symdl.notes.sentences.clauses import with_others
from symdl.notes.sentences.givens import given_in, gives_all, links_of, paired
from symdl.notes.sentences.introduced import is_met_from_here
from symdl.notes.sentences.premises import (
    ORDER,
    begins_a_case,
    declares,
    is_met,
    is_premise,
    is_quiet,
    opens_a_case,
    satisfies_of,
    without_earlier,
    without_numbers,
    without_values,
)
from symdl.notes.sentences.satisfying import is_function, is_law_of_it, is_said_of_it
from symdl.notes.sentences.worked_out import bound_worked_out, is_worked_out
from symdl.notes.stated import Place, Stated, settled


def statements(run: Math, known: Known, place: Place) -> tuple[tuple[Stated, ...], Known]:
    """What a formula states, and what is known behind it. Without a relation it states nothing."""
    source = unnumbered(trimmed(run.source))
    if is_pseudocode(source.text):
        return steps_stated(source), known
    if not has_relation(run):
        return (*_unclosed(source), *density_stated(source, known, place)), known
    bound = bound_in(source.text, known)
    try:
        with bugs_told(whole(source)):
            found, after = _statements(source, as_numbers(known, bound), place)
    except Error as error:
        found = _of_arrays(source, known, place)
        return (found, known) if found else _of_broken(source, known, place, error)
    return found, read_again(known, as_before(after, known, bound) if bound else after)


def _of_arrays(source: Source, known: Known, place: Place) -> tuple[Stated, ...]:
    """What a formula claims whose letters another formula shows to be arrays; nothing where it can
    not be read so, or defines something."""
    together = known_together(source, known)
    if together is None:
        return ()
    try:
        found, _ = _statements(source, together, place)
    except Error:
        return ()  # told as it was read by itself
    defines = any(s.claim is None or s.claim.kind == "definition" for s in found)
    return () if defines else found


def _of_broken(
    source: Source, known: Known, place: Place, error: Error
) -> tuple[tuple[Stated, ...], Known]:
    """What a formula states that is not understood as a whole: its other rows and links."""
    rows = statements_of(source)
    found: list[Stated] = []
    if len(rows) > 1:
        for row in rows:
            told, known = statements(Math(row), known, place)
            found += told
        return tuple(found), known
    firm = is_firm(source, known) and "'" not in source.text  # `B'` may be a transpose
    found.append(Stated(source, error=error, firm=firm))
    for part in chain_around(source, error):
        told, _ = statements(Math(part), known, replace(place, before="we have", others=()))
        found += (s for s in told if s.claim is None or _is_plain(s.claim, False))
    bridge = bridge_over(source, error)
    if bridge is not None:
        told, _ = statements(Math(bridge), known, place)
        beside = (s.claim for s in told if s.claim is not None and _is_plain(s.claim, True))
        names = [replace(c, span=whole(source), latex=source.text) for c in beside]
        decides = [s.decide for s in told if s.claim is not None and _is_plain(s.claim, True)]
        found += (Stated(source, c, d) for c, d in zip(names, decides, strict=True))
    text = source.text
    lost = (*defined_in(text), *broken_function(text), *mapped_in(text))
    return tuple(found), lose(known, lost, whole(source).origin.line)


def _is_plain(claim: Claim, defining: bool) -> bool:
    """Whether a link of a broken chain claims something of numbers: what its arrays are stands in
    the part that is not understood."""
    sides = [side for side in (claim.left, claim.right) if side is not None]
    shaped = (n for side in sides for n in postorder(side) if n.shape != ())
    based = {n.args[0] for side in sides for n in postorder(side) if n.op == "entry"}
    return (defining or claim.kind != "definition") and all(n in based for n in shaped)


def _unclosed(source: Source) -> Iterator[Stated]:
    """A brace without its partner in a formula that states nothing: half a formula."""
    opened: list[int] = []
    for match in re.finditer(r"\\.|[{}]", source.text):
        place = match.start()
        if match[0] == "{":
            opened.append(place)
        elif match[0] == "}":
            if not opened:
                error = ReadError("} closes nothing", Span(source, place, place + 1))
                yield Stated(source, error=error)
                return
            opened.pop()
    if opened:
        error = ReadError("{ is never closed", Span(source, opened[-1], opened[-1] + 1))
        yield Stated(source, error=error)


def _statements(source: Source, known: Known, place: Place) -> tuple[tuple[Stated, ...], Known]:
    known = with_own_identity(without_far_function(source.text, known), source.text, place)
    reading, known = read_in(source, known)
    reading = replace(reading, term=with_arguments(reading.term, known))
    own = own_letter(reading, known, place)
    if own is not None:
        return own
    found: list[Stated] = []
    for part in parts_of(reading.term):
        if part.op in ("relation", "when", "forall"):
            told, known = _of_part(replace(reading, term=part), known, place)
            found += told
    if not any(n.op == "relation" for n in parts_of(reading.term)) and not found:
        found += density_stated(source, known, place)
    return tuple(found), known


def _of_part(reading: Reading, known: Known, place: Place) -> tuple[list[Stated], Known]:
    """What one statement of a list states."""
    if place.pieces and reading.term.op == "relation" and len(reading.term.args) == 2:
        reading = _with_pieces(reading, known, place)
    term = reading.term
    worked = bound_worked_out(term)
    if worked is not None:
        told: list[Stated] = []
        for link in worked:
            spans = {**reading.spans, link: _from(reading, link)}
            found, known = _of_part(replace(reading, term=link, spans=spans), known, place)
            told += found
        return told, known
    if term.op == "forall":
        place = replace(place, free=place.free | quantified(term))
    if is_premise(term, known, place.before) or is_met_from_here(term, place.before):
        return _held(reading, known, place)
    if is_met(term, place.before):
        return [], known
    quiet = is_quiet(place.before) and not sets_anew(term, known, place.before)
    if quiet and not _is_claimed(reading, known):
        satisfied = satisfies_of(place.before)
        if satisfied is None:
            return [], known
        asked = claims(reading, known.scope, ANY)
        is_law = any(is_said_of_it(claim, known, place.before) for claim in asked)
        is_law = is_law or is_function(satisfied, known)
        if not is_law and not is_law_of_it(satisfied, term, known):
            return _told(reading, known, "said to be satisfied: a condition on what is free"), known
        place = replace(place, before="so")
    if place.supposed or begins_a_case(place.before):
        known = without_values(known, term)
    given = _as_given(reading, known, place)
    if given is not None:
        return given
    shape = shape_stated(term)
    if shape is not None:
        return shape_claim(reading, shape, known, place)
    arrow = term.args[0] if term.op == "when" else term
    if arrow.op == "relation" and "->" in arrow.data and not _is_limit(arrow):
        return [], known  # a mapping, or the sizes of a layer: flows.py reads it with its words
    return _claims_in(reading, known, place)


def _with_pieces(reading: Reading, known: Known, place: Place) -> Reading:
    """A definition with the pieces that stand behind it."""
    term = reading.term
    body = make("piecewise", *open_pieces(term, known), term.args[1], *place.pieces)
    made = make("relation", term.args[0], body, data=term.data)
    return replace(reading, term=made, spans={**reading.spans, made: _span(reading)})


def _span(reading: Reading) -> Span:
    return reading.spans.get(reading.term) or whole(reading.source)


def _from(reading: Reading, link: Term) -> Span:
    """Where a link of a chain stands: from its first side to its last one."""
    first, last = reading.spans.get(link.args[0]), reading.spans.get(link.args[-1])
    if first is None or last is None or first.source is not last.source or last.end < first.start:
        return _span(reading)
    return Span(first.source, first.start, last.end)


def _held(reading: Reading, known: Known, place: Place) -> tuple[list[Stated], Known]:
    """A statement that holds from here on, in place of what was said of another case."""
    kept = without_earlier(known, reading.term, place.before)
    known = learn(kept, reading.term, _span(reading), place.path)
    told = _told(reading, known, "stated to hold from here on")
    return told, as_points(known, reading.term, place.before)


def _as_given(reading: Reading, known: Known, place: Place) -> tuple[list[Stated], Known] | None:
    """What a statement gives: a condition, numbers of names, homes of arrays; None where it claims
    something."""
    term = reading.term
    numbers = declares(term) and has_numbers(term, known) and not place.supposed
    is_declared = declares(term) and not has_shape(term, known)
    if (is_declared and not (numbers and place.asserted)) or place.supposed:
        if numbers and not _is_another(term, known, place):
            # what has a number is not bounded by another case: `$x > 0$`
            told = _told(reading, known, "stated to hold from here on")
            return told, without_numbers(known, term, place.before)
        told, known = _held(reading, known, place)
        return told, as_supposed(known, term) if place.supposed else known
    given = tuple(paired(term))
    if not given and (is_declared_home(term, known, place.before) or gives_all(term)):
        given = tuple(links_of(term))
    if not given:
        return None
    for link in given:
        known = learn(known, link, _span(reading), place.path)
    return _told(reading, known, "given from here on"), known


def _is_another(term: Term, known: Known, place: Place) -> bool:
    """Whether a letter that has a number is another one where a statement holds: `Let $b = 0$. With
    $b \\ne 0$ ...`."""
    return opens_a_case(place.before) and without_values(known, term) is not known


def _claims_in(reading: Reading, known: Known, place: Place) -> tuple[list[Stated], Known]:
    """The claims and definitions of a statement, link by link."""
    term, source = reading.term, reading.source
    for given in given_in(term):
        known = learn(known, given, _span(reading), place.path)
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
        stated, learnt = claimed(claim, source, known, place, first, asserted)
        found.append(_in_sentence(stated, claim, place.others))
        known = _learnt(reading, claim, known, place, first, learnt)
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
    text, span = reading.source.text, _span(reading)
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


def _is_claimed(reading: Reading, known: Known) -> bool:
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


def _told(reading: Reading, known: Known, message: str) -> list[Stated]:
    verdict = Verdict("definition", "definition", message)
    told = list(claims(reading, known.scope, ANY))[:1]
    return [Stated(reading.source, claim, settled(verdict)) for claim in told]


def _is_limit(term: Term) -> bool:
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
