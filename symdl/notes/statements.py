"""The statements of one formula of a document: what it defines, claims, declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from symdl.document.errors import Error, ReadError, bugs_told
from symdl.document.pieces import Math
from symdl.document.source import Source, Span, whole
from symdl.evidence.claim import Claim, claims
from symdl.evidence.kinds import ANY
from symdl.evidence.probability.written_moments import with_moments
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.reading import Reading
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.findings import Judge
from symdl.notes.broken_displays import chain_around, statements_of
from symdl.notes.claim_parts import called_name, under
from symdl.notes.definitions.about_defined import (
    in_general_only,
    is_said_of_defined,
    is_worded,
    unless_worded,
)
from symdl.notes.definitions.by_name import compared_by_name
from symdl.notes.definitions.defining import (
    as_supposed,
    equation_of,
    is_piece,
    is_value_there,
    with_definition,
    without_far_function,
)
from symdl.notes.definitions.densities import density_stated, unless_no_density
from symdl.notes.definitions.function_letters import own_letter
from symdl.notes.definitions.pieces import (
    is_under_words,
    noted,
    on_condition,
    open_pieces,
    restricts,
    with_pieces,
    without,
)
from symdl.notes.definitions.redefined_entries import (
    by_the_latest,
    defines_parts_anew,
    with_entries_written,
)
from symdl.notes.definitions.repeated import stated_again
from symdl.notes.distributions.refuting import unless_at_a_distribution
from symdl.notes.doubts.arguments import unless_applied_to_more
from symdl.notes.doubts.determined import has_numbers, is_determined
from symdl.notes.doubts.laws import unless_broken
from symdl.notes.doubts.lost_domain import unless_nowhere_defined
from symdl.notes.doubts.readings import unless_doubtful
from symdl.notes.judging import Wording, verdict_on
from symdl.notes.outline import has_relation
from symdl.notes.prose.vocabulary import subjects_in
from symdl.notes.reading_in import is_firm, parts_of, read_in, trimmed, with_arguments
from symdl.notes.scope.at_a_point import (
    is_special_case,
    says_a_point,
)
from symdl.notes.scope.habits import defined_in
from symdl.notes.scope.homes import as_before, as_numbers, bound_in, read_again
from symdl.notes.scope.independence import independent_in, with_independence
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.scope.learning import learn, lose
from symdl.notes.scope.properties import in_force, with_property
from symdl.notes.scope.queries import as_written
from symdl.notes.scope.shapes import has_shape, is_declared_home, shape_claim, shape_stated
from symdl.notes.scope.withdrawn import as_known, unless_withdrawn
from symdl.notes.sentences.clauses import with_others
from symdl.notes.sentences.givens import given_in, gives_all, links_of, paired
from symdl.notes.sentences.premises import (
    ORDER,
    begins_a_case,
    declares,
    is_met,
    is_premise,
    is_quiet,
    satisfies_of,
    without_earlier,
    without_values,
)
from symdl.notes.stated import Place, Stated, settled
from symdl.notes.taylor import unless_other_terms


def statements(run: Math, known: Known, place: Place) -> tuple[tuple[Stated, ...], Known]:
    """What a formula states, and what is known behind it. Without a relation it states nothing."""
    source = trimmed(run.source)
    if not has_relation(run):
        return (*_unclosed(source), *density_stated(source, known, place)), known
    bound = bound_in(source.text, known)
    try:
        with bugs_told(whole(source)):
            found, after = _statements(source, as_numbers(known, bound), place)
    except Error as error:
        return _of_broken(source, known, place, error)
    return found, read_again(known, as_before(after, known, bound) if bound else after)


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
    firm = is_firm(source.text, known) and "'" not in source.text  # `B'` may be a transpose
    found.append(Stated(source, error=error, firm=firm))
    for part in chain_around(source, error):
        told, _ = statements(Math(part), known, replace(place, before="we have", others=()))
        found += (s for s in told if s.claim is None or _is_plain(s.claim))
    return tuple(found), lose(known, defined_in(source.text), whole(source).origin.line)


def _is_plain(claim: Claim) -> bool:
    """Whether a link of a broken chain claims something of numbers: what its arrays are stands in
    the part that is not understood."""
    sides = [side for side in (claim.left, claim.right) if side is not None]
    shaped = (n for side in sides for n in postorder(side) if n.shape != ())
    based = {n.args[0] for side in sides for n in postorder(side) if n.op == "entry"}
    return claim.kind != "definition" and all(n in based for n in shaped)


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
    known = without_far_function(source.text, known)
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
    source, term = reading.source, reading.term
    span = reading.spans.get(term) or whole(source)
    if place.pieces and term.op == "relation" and len(term.args) == 2:
        body = make("piecewise", *open_pieces(term, known), term.args[1], *place.pieces)
        term = make("relation", term.args[0], body, data=term.data)
        reading = replace(reading, term=term)
    if is_premise(term, known, place.before):
        known = learn(without_earlier(known, term, place.before), term, span, place.path)
        return _told(reading, known, "stated to hold from here on"), known
    if is_met(term, place.before):
        return [], known
    satisfied = satisfies_of(place.before)
    if is_quiet(place.before) and not _is_claimed(reading, known):
        if satisfied is None:
            return [], known
        if not _is_function(satisfied, known):
            return _told(reading, known, "said to be satisfied: a condition on what is free"), known
        place = replace(place, before="we have")
    if place.supposed or begins_a_case(place.before):
        known = without_values(known, term)
    numbers = declares(term) and has_numbers(term, known) and not place.supposed
    is_declared = declares(term) and not has_shape(term, known)
    if (is_declared and not (numbers and place.asserted)) or place.supposed:
        if not numbers:  # what has a number is not bounded by another case: `$x > 0$`
            known = learn(without_earlier(known, term, place.before), term, span, place.path)
            known = as_supposed(known, term, place) if place.supposed else known
        return _told(reading, known, "stated to hold from here on"), known
    pairs = tuple(paired(term))
    if pairs:
        for pair in pairs:
            known = learn(known, pair, span, place.path)
        return _told(reading, known, "given from here on"), known
    if is_declared_home(term, known, place.before) or gives_all(term):
        for link in links_of(term):
            known = learn(known, link, span, place.path)
        return _told(reading, known, "given from here on"), known
    shape = shape_stated(term)
    if shape is not None:
        return shape_claim(reading, shape, known, place)
    if term.op == "relation" and "->" in term.data and not _is_limit(term):
        return [], known  # a mapping, or the sizes of a layer: flows.py reads it with its words
    found: list[Stated] = []
    first = True
    for given in given_in(term):
        known = learn(known, given, span, place.path)
    for claim in claims(reading, _for_letters(term, known), ANY):
        if claim.left.op == "number" and claim.right is not None and claim.right.op == "space":
            continue  # the 0 of `y = 0 \\in \\mathbb{R}^n` is its vector
        claim = under(as_written(claim), place.conditions)
        chained = term.op == "relation" and len(term.data) > 1 and claim.relation not in ORDER
        asserted = place.asserted or chained
        asserted = asserted or (_expands(claim) and not _SOLVED.search(place.before))
        stated, learnt = _stated(claim, source, known, first, asserted, place)
        found.append(_in_sentence(stated, claim, place.others))
        link = _definition(term) if first or claim.right is None else equation_of(claim)
        if first and not learnt and is_worded(claim, known, place):
            names = (*defined_in(source.text), called_name(claim.left))
            known = lose(known, names, span.origin.line)
        if learnt and is_under_words(link, place):
            known = without(lose(known, defined_in(source.text), span.origin.line), link)
        elif learnt:
            if first:
                joined = with_pieces(link, claim.conditions, place, known)
                link = joined or on_condition(link, claim.conditions)
            known = with_definition(known, link, span, place)
            known = noted(known, link, place.pieces or claim.conditions)
        first = False
    return found, known


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


def _is_function(words: str, known: Known) -> bool:
    """Whether words are the name of one function that the library or the document defines."""
    name = re.fullmatch(r"\$([^$]+)\$", words)
    if name is not None:
        written = name[1].split("(")[0].strip()
        if written in known.scope.functions:
            return True
        words = re.sub(r"\\(?:operatorname|mathrm|text)?|[{}]", "", written)
    return len(subjects_in(words, known)) == 1


def _is_claimed(reading: Reading, known: Known) -> bool:
    """Whether a statement restricts nothing: it speaks only of what is defined."""
    return all(is_determined(claim, known) for claim in claims(reading, known.scope, ANY))


def _in_sentence(stated: Stated, claim: Claim, others: tuple[Term, ...]) -> Stated:
    """A claim of a sentence whose other clauses have conditions of their own."""
    decide = stated.decide
    if not others or decide is None:
        return stated
    return replace(stated, decide=lambda judge: with_others(claim, others, decide(judge), judge))


_SOLVED = re.compile(r"solv|equation|root|zero|find|satisf|unknown|if |when", re.IGNORECASE)


def _expands(claim: Claim) -> bool:
    """Whether a power of a sum is said to be a sum: `(a + b)^2 = a^2 + b^2`."""
    left, right = claim.left, claim.right
    power = left.op == "pow" and left.args[0].op == "add" and left.args[1].op == "number"
    return power and right is not None and right.op == "add"


def _told(reading: Reading, known: Known, message: str) -> list[Stated]:
    verdict = Verdict("definition", "definition", message)
    told = list(claims(reading, known.scope, ANY))[:1]
    return [Stated(reading.source, claim, settled(verdict)) for claim in told]


def _is_limit(term: Term) -> bool:
    """Whether an arrow says where a value goes: `\\sigma(x) \\to 1`; else it is a mapping."""
    tuples = any(node.op == "tuple" for node in postorder(term))
    return not tuples and term.args[0].op not in ("number", "symbol")


def _definition(term: Term) -> Term:
    """The first link of a chain as an equation."""
    if term.op != "relation" or len(term.data) == 1:
        return term
    relation = "=" if term.data[0] in ("=", ":=", "equiv") else term.data[0]
    return make("relation", *term.args[:2], data=(relation,))


def _unless_no_such(claim: Claim, verdict: Verdict, place: Place, judge: Judge) -> Verdict:
    """The verdict on a definition, unless there is no such thing: it has no value where it is
    said, or is not the density, or the entropy, that it is called."""
    verdict = unless_nowhere_defined(claim, verdict)
    verdict = unless_no_density(claim, verdict, place, judge)
    return unless_at_a_distribution(claim, verdict, place.context, judge)


def _stated(
    claim: Claim,
    source: Source,
    known: Known,
    first: bool,
    asserted: bool,
    place: Place,
) -> tuple[Stated, bool]:
    """A claim with the way to its verdict, and whether it defines what stands on its left.
    asserted: the words before it, or its chain, say that it is no condition."""
    if claim.kind == "definition":
        first = first and not is_value_there(claim, known)
        named = compared_by_name(claim, known, place) if first else None
        if named is not None:
            return Stated(source, claim, named), True

        def defined(judge: Judge) -> Verdict:
            return _unless_no_such(claim, judge(claim), place, judge)

        return Stated(source, claim, defined), first
    if first and claim.right is not None and is_under_words(equation_of(claim), place):
        return _under_words(claim, source, known, place)
    if first and claim.right is not None and is_piece(claim, known, place):
        piece = "a further piece of what is defined before it"
        return Stated(source, claim, settled(Verdict("definition", "definition", piece))), True
    said = (first or _names_a_function(claim)) and is_said_of_defined(claim, known, place)
    if first and not said and defines_parts_anew(claim, known):
        anew = Verdict("definition", "definition", "defined anew, by its entries, from here on")
        return Stated(source, claim, settled(replace(anew, code="defined-anew"))), True
    concluded = said or says_a_point(place.before) or is_special_case(claim, known, place.before)
    concluded = concluded or (_concludes(place) and _follows_a_rule(claim, known))
    if (first or _names_a_function(claim)) and not concluded:
        again = stated_again(claim, known)
        if again is not None:
            given = claim.left.op == "call" and claim.right is not None and is_literal(claim.right)
            given = given and not any(map(restricts, claim.conditions))
            told = again[0]

            def compared(judge: Judge) -> Verdict:
                return _unless_no_such(claim, told(judge), place, judge)

            return Stated(source, claim, compared), again[1] and not given
    if not first and not concluded and _names_a_function(claim):
        return Stated(source, claim, settled(_DEFINITION)), True

    wording = Wording(asserted, place.general, place.free, place.before)

    def decided(judge: Judge, known: Known) -> Verdict:
        asked = as_known(claim, known)
        apart = (*known.apart, *independent_in(place.sentence))
        meant, _ = with_moments(with_independence(with_entries_written(asked), apart))

        def under(asked: Claim, by: Known) -> Verdict:
            verdict = verdict_on(asked, by, judge, wording)
            if not said:
                return verdict
            verdict = unless_worded(verdict, asked, place.before)
            return in_general_only(verdict, asked, by, judge, place.before)

        verdict = unless_broken(asked, by_the_latest(meant, known, judge, under), judge)
        general = replace(asked, scope=known.general)
        special = in_force(known.special, place.sentence, place.context)
        verdict = with_property(general, verdict, special, judge)
        verdict = unless_doubtful(meant, source.text, known, verdict)
        verdict = unless_applied_to_more(meant, verdict, judge)
        verdict = unless_other_terms(asked, known, verdict, judge)
        return unless_at_a_distribution(asked, verdict, place.context, judge)

    def decide(judge: Judge) -> Verdict:
        return unless_withdrawn(claim, known, partial(decided, judge))

    return Stated(source, claim, decide), False


def _under_words(claim: Claim, source: Source, known: Known, place: Place) -> tuple[Stated, bool]:
    """What is said under a condition in words that are not understood, of something defined or
    of something new."""
    if is_said_of_defined(claim, known, place):
        return Stated(source, claim, settled(undecided("its condition is not understood"))), False
    told = "defined under a condition that is not understood"
    return Stated(source, claim, settled(Verdict("definition", "definition", told))), True


_CONCLUDES = re.compile(
    r"\b(?:so|thus|hence|therefore|consequently|it follows)\W*(?:that\W*)?"
    r"(?:\$[^$]*\$\s*(?:,|,?\s*and)\s*)*$",
    re.IGNORECASE,
)


_SPECIAL_CASE = re.compile(
    r"\b(?:constant|equal|identical|same|all|if|when|ignor\w+|neglect\w+|steady|rest|assum\w+"
    r"|suppos\w+|special|simpl\w+|approximat\w+|roughly|converge\w*|fixed point|stationary)\b",
    re.IGNORECASE,
)


def _concludes(place: Place) -> bool:
    """Whether the words before say that something follows, and no words of the passage speak of
    a special case."""
    follows = _CONCLUDES.search(place.before) is not None
    return follows and _SPECIAL_CASE.search(place.context) is None


def _follows_a_rule(claim: Claim, known: Known) -> bool:
    """Whether an equation is about an entry of a sequence that a rule of an open section gives.
    What is said of the very entry of its definition (`y_i = b` behind `y_i = w x_i + b`) is not:
    it may be meant for a case that words describe."""
    left = claim.left
    if left.op != "entry" or left.args[0].op != "symbol" or claim.relation != "=":
        return False
    name = left.args[0].data.name
    rules = (("recurrence", known.scope.recurrences), ("entries", known.scope.entries))
    written = known.scope.entries.get(name)
    if written is not None and tuple(written.parameters) == left.args[1:]:
        return False
    origins = (known.origins.get((what, name)) for what, table in rules if name in table)
    return any(origin is not None and known.is_here(origin) for origin in origins)


_DEFINITION = Verdict("definition", "definition", "a definition: nothing to check")


def _names_a_function(claim: Claim) -> bool:
    """Whether a link of a chain says what a function is: `y = f(x) = x^3`."""
    left = claim.left
    own = left.op == "call" and not left.data.primes and claim.relation == "="
    return (
        own and len(set(left.args)) == len(left.args) and all(a.op == "symbol" for a in left.args)
    )
