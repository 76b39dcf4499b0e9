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
from symdl.evidence.kinds import ANY
from symdl.expression.reading import Reading
from symdl.expression.term import Term, make, postorder
from symdl.latex.pseudocode import is_pseudocode
from symdl.notes.broken_displays import bridge_over, chain_around, statements_of
from symdl.notes.claims_of import claims_in, is_claimed, is_limit, span_of, told_of
from symdl.notes.definitions.defining import (
    as_supposed,
    sets_anew,
    without_far_function,
)
from symdl.notes.definitions.densities import density_stated
from symdl.notes.definitions.function_letters import own_letter
from symdl.notes.definitions.own_identity import with_own_identity
from symdl.notes.definitions.pieces import (
    open_pieces,
)
from symdl.notes.doubts.determined import has_numbers, speaks_of_defined
from symdl.notes.outline import has_relation
from symdl.notes.prose.pseudocode import steps_stated
from symdl.notes.read_together import known_together
from symdl.notes.reading_in import is_firm, parts_of, read_in, trimmed, unnumbered, with_arguments
from symdl.notes.scope.at_a_point import as_points
from symdl.notes.scope.habits import broken_function, defined_in, mapped_in
from symdl.notes.scope.homes import as_before, as_numbers, bound_in, read_again
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import learn, lose
from symdl.notes.scope.shapes import has_shape, is_declared_home, shape_claim, shape_stated
from symdl.notes.sentences.givens import gives_all, links_of, paired
from symdl.notes.sentences.introduced import is_met_from_here
from symdl.notes.sentences.premises import (
    begins_a_case,
    declares,
    goes_along,
    is_met,
    is_posed,
    is_premise,
    is_quiet,
    opens_a_case,
    satisfies_of,
    without_earlier,
    without_numbers,
    without_values,
)
from symdl.notes.sentences.pronouns import restricts_them
from symdl.notes.sentences.satisfying import is_function, is_law_of_it, is_said_of_it
from symdl.notes.sentences.where import with_defined_behind
from symdl.notes.sentences.worked_out import bound_worked_out
from symdl.notes.stated import Place, Stated


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
    firm = firm and not _SQUARE.search(place.sentence)
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


_SQUARE = re.compile(
    r"\b(?:square|symmetric|invertible|non-?singular|orthogonal|diagonal(?:i[sz]able)?"
    r"|(?:positive|negative)[ -](?:semi-?)?definite)\b",
    re.IGNORECASE,
)
"""Of an array that was declared with two different sizes these words may say that it is another."""


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
    parts = list(parts_of(reading.term))
    for n, part in enumerate(parts, 1):
        if part.op in ("relation", "when", "forall"):
            within = with_defined_behind(known, part, parts[n:], whole(source), place.path)
            told, after = _of_part(replace(reading, term=part), within, place)
            known = after if within is known else known
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
    before = place.before
    held = is_premise(term, known, before) or is_met_from_here(term, before)
    if held or restricts_them(term, known, before):
        return _held(reading, known, place)
    posed = is_met(term, place.before) or is_posed(term, place.before)
    if posed or goes_along(term, place.before, place.sentence):
        return [], known
    quiet = is_quiet(place.before) and not sets_anew(term, known, place.before)
    if quiet and not is_claimed(reading, known):
        satisfied = satisfies_of(place.before)
        if satisfied is None:
            return [], known
        if not _is_law(reading, satisfied, known, place):
            why = "said to be satisfied: a condition on what is free"
            return told_of(reading, known, why), known
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
    if arrow.op == "relation" and "->" in arrow.data and not is_limit(arrow):
        return [], known  # a mapping, or the sizes of a layer: flows.py reads it with its words
    return claims_in(reading, known, place)


def _is_law(reading: Reading, satisfied: str, known: Known, place: Place) -> bool:
    """Whether what something is said to satisfy claims something of it, and is no condition."""
    asked = claims(reading, known.scope, ANY)
    if any(is_said_of_it(claim, known, place.before) for claim in asked):
        return True
    return is_function(satisfied, known) or is_law_of_it(satisfied, reading.term, known)


def _with_pieces(reading: Reading, known: Known, place: Place) -> Reading:
    """A definition with the pieces that stand behind it."""
    term = reading.term
    body = make("piecewise", *open_pieces(term, known), term.args[1], *place.pieces)
    made = make("relation", term.args[0], body, data=term.data)
    return replace(reading, term=made, spans={**reading.spans, made: span_of(reading)})


def _from(reading: Reading, link: Term) -> Span:
    """Where a link of a chain stands: from its first side to its last one."""
    first, last = reading.spans.get(link.args[0]), reading.spans.get(link.args[-1])
    if first is None or last is None or first.source is not last.source or last.end < first.start:
        return span_of(reading)
    return Span(first.source, first.start, last.end)


def _held(reading: Reading, known: Known, place: Place) -> tuple[list[Stated], Known]:
    """A statement that holds from here on, in place of what was said of another case."""
    kept = without_earlier(known, reading.term, place.before)
    known = learn(kept, reading.term, span_of(reading), place.path)
    told = told_of(reading, known, "stated to hold from here on")
    return told, as_points(known, reading.term, place.before)


def _as_given(reading: Reading, known: Known, place: Place) -> tuple[list[Stated], Known] | None:
    """What a statement gives: a condition, numbers of names, homes of arrays; None where it claims
    something."""
    term = reading.term
    numbers = declares(term) and has_numbers(term, known) and not place.supposed
    is_declared = declares(term) and not has_shape(term, known)
    claimed = place.asserted and (numbers or speaks_of_defined((term,), known))
    if (is_declared and not claimed) or place.supposed:
        if numbers and not _is_another(term, known, place):
            # what has a number is not bounded by another case: `$x > 0$`
            told = told_of(reading, known, "stated to hold from here on")
            return told, without_numbers(known, term, place.before)
        told, known = _held(reading, known, place)
        return told, as_supposed(known, term) if place.supposed else known
    given = tuple(paired(term))
    if not given and (is_declared_home(term, known, place.before) or gives_all(term)):
        given = tuple(links_of(term))
    if not given:
        return None
    for link in given:
        known = learn(known, link, span_of(reading), place.path)
    return told_of(reading, known, "given from here on"), known


def _is_another(term: Term, known: Known, place: Place) -> bool:
    """Whether a letter that has a number is another one where a statement holds: `Let $b = 0$. With
    $b \\ne 0$ ...`."""
    return opens_a_case(place.before) and without_values(known, term) is not known
