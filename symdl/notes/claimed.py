"""A claim of a document with the way to its verdict, or what makes it a definition instead."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from symdl.document.source import Source
from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.probability.written_moments import with_moments
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.term import free_symbols, postorder
from symdl.notes.definitions.about_defined import (
    in_general_only,
    is_said_of_defined,
    unless_worded,
)
from symdl.notes.definitions.by_name import compared_by_name
from symdl.notes.definitions.concluded import unless_concluded
from symdl.notes.definitions.defined_twice import unless_defined_twice
from symdl.notes.definitions.defining import (
    equation_of,
    is_piece,
    is_value_there,
)
from symdl.notes.definitions.densities import unless_no_density
from symdl.notes.definitions.pieces import (
    is_under_words,
    restricts,
)
from symdl.notes.definitions.redefined_entries import (
    by_the_latest,
    defines_parts_anew,
    with_entries_written,
)
from symdl.notes.definitions.repeated import stated_again
from symdl.notes.definitions.special_cases import is_rule_of_case, unless_of_a_case
from symdl.notes.distributions.refuting import unless_at_a_distribution
from symdl.notes.doubts.among_laws import unless_among_laws
from symdl.notes.doubts.arguments import unless_applied_to_more
from symdl.notes.doubts.counted import unless_counted
from symdl.notes.doubts.hidden import unless_hidden
from symdl.notes.doubts.laws import unless_broken
from symdl.notes.doubts.lost_domain import unless_nowhere_defined
from symdl.notes.doubts.no_law import unless_no_law
from symdl.notes.doubts.other_units import unless_in_other_units
from symdl.notes.doubts.put_in import unless_put_in
from symdl.notes.doubts.readings import unless_doubtful
from symdl.notes.doubts.told import unless_told
from symdl.notes.doubts.unintroduced import conjugate, unless_of_entries
from symdl.notes.judging import HOLDS, Wording, verdict_on
from symdl.notes.letters_anew import with_letters_anew
from symdl.notes.read_together import read_together
from symdl.notes.scope.at_a_point import is_special_case, said_there
from symdl.notes.scope.commuting import with_commuting
from symdl.notes.scope.independence import independent_in
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.scope.point_words import says_a_point
from symdl.notes.scope.properties import in_force, with_property
from symdl.notes.scope.random_variables import with_independence
from symdl.notes.scope.withdrawn import as_known, unless_withdrawn
from symdl.notes.stated import Place, Stated, is_alone, settled
from symdl.notes.taylor import unless_other_terms


def claimed(
    claim: Claim, source: Source, known: Known, place: Place, first: bool, asserted: bool
) -> tuple[Stated, bool]:
    """A claim with the way to its verdict, and whether it defines what stands on its left. first:
    it is the first link of its chain; asserted: the words before it, or its chain, say that it is
    no condition."""
    if claim.kind == "definition":
        first = first and not is_value_there(claim, known)
        named = compared_by_name(claim, known, place) if first else None
        if named is not None:
            return Stated(source, claim, named), True

        def defined(judge: Judge) -> Verdict:
            verdict = judge(claim)
            if verdict.kind == "refuted" and (
                _has_its_own_letter(claim) or _may_be_given(claim, judge)
            ):
                return _DEFINITION  # an unnormalised q beside p, a chance that is given
            return _unless_no_such(claim, verdict, place, judge)

        return Stated(source, claim, defined), first
    if first and claim.right is not None and is_under_words(equation_of(claim), place):
        return _under_words(claim, source, known, place)
    if first and claim.right is not None and is_piece(claim, known, place):
        piece = "a further piece of what is defined before it"
        return Stated(source, claim, settled(Verdict("definition", "definition", piece))), True
    if first and _defines_values(claim, known):
        return Stated(source, claim, settled(_DEFINITION)), False
    said = (first or _names_a_function(claim)) and is_said_of_defined(claim, known, place)
    case = is_rule_of_case(claim, known) if first else None
    if case is not None:
        anew = f"defined anew: line {case.line} says it for certain numbers only"
        return Stated(source, claim, settled(Verdict("definition", "definition", anew))), True
    again = _defined_again(claim, source, known, place, first, said)
    if again is not None:
        return again
    wording = Wording(asserted, place.general, place.free, place.before)
    decide = _decision(claim, source.text, known, place, wording, said)

    def or_anew(judge: Judge) -> Verdict:
        together = read_together(claim, source, known)
        if together is not None:
            found = _decision(together[0], source.text, together[1], place, wording, said)(judge)
            if found.kind != "undecided" or (verdict := decide(judge)).kind not in HOLDING:
                return found
        else:
            verdict = decide(judge)
        weak = verdict.kind in ("undecided", "confirmed")
        anew = with_letters_anew(claim, source, known) if weak else None
        if anew is None:
            return verdict
        found = _decision(anew[0], source.text, anew[1], place, wording, said)(judge)
        told = f"{found.message}; its letters are not those of other sections"
        surer = found.kind in HOLDING or (found.kind in HOLDS and verdict.kind == "undecided")
        return replace(found, message=told) if surer else verdict

    return Stated(source, claim, or_anew), False


def _may_be_given(claim: Claim, judge: Judge) -> bool:
    """Whether a probability may have the number that it is said to have, by all that is known."""
    if claim.right is None or free_symbols(claim.right) or claim.left.op != "call":
        return False
    if any(n.op == "call" for n in postorder(claim.right)):
        return False
    asked = (replace(claim, kind="bound", relation=relation) for relation in ("<", ">"))
    return not any(judge(one).kind == "proved" for one in asked)


def _has_its_own_letter(claim: Claim) -> bool:
    """Whether the left side calls what the right side does not; I and H are what they are called
    everywhere, informations and entropies."""
    if claim.left.op != "call" or claim.right is None:
        return False
    if claim.left.data.function.name in ("I", "H"):
        return False
    names = {n.data.function.name for n in postorder(claim.right) if n.op == "call"}
    return bool(names) and claim.left.data.function.name not in names


def _defined_again(
    claim: Claim, source: Source, known: Known, place: Place, first: bool, said: bool
) -> tuple[Stated, bool] | None:
    """What an equation defines that the document has defined before, or names by the way
    (`y = f(x) = x^3`); None where it claims something. said: it is said of what is defined already.
    """
    if first and not said and defines_parts_anew(claim, known):
        anew = Verdict("definition", "definition", "defined anew, by its entries, from here on")
        return Stated(source, claim, settled(replace(anew, code="defined-anew"))), True
    if said or says_a_point(place.before) or is_special_case(claim, known, place.before):
        return None
    if _concludes(place) and _follows_a_rule(claim, known):
        return None
    if _is_root_of_given(claim, known) and _GIVES.search(place.before) is None:
        return None
    named = _names_a_function(claim)
    if named and first and _OF_OTHERS.search(place.before):
        return Stated(source, claim, settled(_ANOTHER)), True
    firm = any(words.search(place.before) for words in (_CONCLUDES, _ROUGHLY))
    again = stated_again(claim, known, firm) if first or named else None
    if again is not None:
        given = claim.left.op == "call" and claim.right is not None and is_literal(claim.right)
        given = given and not any(map(restricts, claim.conditions))
        decide, replaces = again

        def compared(judge: Judge) -> Verdict:
            verdict = _unless_no_such(claim, decide(judge), place, judge)
            labelled = _LABELLED.match(place.before) or _OF_A_CASE.match(place.before)
            return (
                _ANOTHER
                if labelled is not None and verdict.code == "inconsistent-definition"
                else verdict
            )

        return Stated(source, claim, compared), replaces and not given
    if named and not first:
        return Stated(source, claim, settled(_DEFINITION)), True
    return None


_GIVES = re.compile(
    r"\b(?:let|set|with|for|take|choose|suppose|assume|consider|at|given|now|if|when|use)\b[^.]*$",
    re.IGNORECASE,
)


def _is_root_of_given(claim: Claim, known: Known) -> bool:
    r"""Whether a number is said of a name whose square is given: `\sigma = 3` behind `\sigma^2 = 4`
    follows, or does not."""
    body = known.scope.values.get(claim.left)
    origin = known.origins.get(("value", claim.left))
    here = origin is not None and known.is_here(origin)
    root = body is not None and body.op == "sqrt" and is_literal(body)
    return here and root and claim.right is not None and is_literal(claim.right)


def _decision(
    claim: Claim, text: str, known: Known, place: Place, wording: Wording, said: bool
) -> Decide:
    """The way to the verdict on a claim at a place. said: it is said of what is defined already,
    under a condition."""

    def under(asked: Claim, by: Known, judge: Judge) -> Verdict:
        verdict = verdict_on(asked, by, judge, wording)
        if not said:
            return verdict
        verdict = unless_worded(verdict, asked, place.before)
        return in_general_only(verdict, asked, by, judge, place.before)

    def decided(judge: Judge, claim: Claim, known: Known) -> Verdict:
        asked = as_known(claim, known)
        apart = (*known.apart, *independent_in(place.sentence))
        meant, _ = with_moments(with_independence(with_entries_written(asked), apart))
        verdict = by_the_latest(meant, known, judge, partial(under, judge=judge))
        verdict = unless_broken(asked, verdict, judge)
        verdict = unless_defined_twice(meant, verdict, known, judge)
        general = replace(asked, scope=known.general)
        special = in_force(known.special, place.sentence, place.context)
        general, verdict = with_commuting(general, verdict, special, judge)
        verdict = with_property(general, verdict, special, judge)
        verdict = unless_doubtful(meant, text, known, verdict)
        verdict = unless_counted(meant, verdict, known, judge)
        verdict = unless_applied_to_more(meant, verdict, judge)
        verdict = unless_other_terms(asked, known, verdict, judge)
        verdict = unless_told(verdict, meant, place.sentence, place.before)
        if verdict.kind == "refuted" and "\\cup" in text and _DISJOINT.search(place.sentence):
            verdict = undecided(f"it holds of events that exclude each other: {verdict.message}")
        verdict = unless_put_in(unless_no_law(verdict, asked), asked, known)
        verdict = unless_hidden(verdict, asked, text, known)
        if is_alone(place.sentence):

            def judged(other: Claim) -> Verdict:
                return with_property(other, judge(other), special, judge)

            verdict = unless_among_laws(asked, verdict, known, judged, judge)
        verdict = unless_of_entries(meant, verdict)
        named = conjugate(meant, f"{place.context} {place.before}") or _of_another(meant, place)
        if named and verdict.kind == "refuted":
            verdict = undecided(f"{named}: {verdict.message}")
        verdict = unless_in_other_units(verdict, asked, text, judge)
        return unless_at_a_distribution(asked, verdict, place.context, judge)

    known = said_there(known, place.sentence)

    def by_case(judge: Judge) -> Verdict:
        def withdrawn(asked: Claim, known: Known) -> Verdict:
            return unless_withdrawn(asked, known, partial(decided, judge, asked))

        def concluded(asked: Claim, known: Known) -> Verdict:
            return unless_concluded(asked, known, judge, withdrawn)

        return unless_of_a_case(claim, known, concluded)

    return by_case


def _unless_no_such(claim: Claim, verdict: Verdict, place: Place, judge: Judge) -> Verdict:
    """The verdict on a definition, unless there is no such thing: it has no value where it is
    said, or is not the density, or the entropy, that it is called."""
    verdict = unless_nowhere_defined(claim, verdict)
    verdict = unless_no_density(claim, verdict, place, judge)
    return unless_at_a_distribution(claim, verdict, place.context, judge)


def _under_words(claim: Claim, source: Source, known: Known, place: Place) -> tuple[Stated, bool]:
    """What is said under a condition in words that are not understood, of something defined or
    of something new."""
    if is_said_of_defined(claim, known, place):
        return Stated(source, claim, settled(undecided("its condition is not understood"))), False
    told = "defined under a condition that is not understood"
    return Stated(source, claim, settled(Verdict("definition", "definition", told))), True


_ROUGHLY = re.compile(r"\border\W*$|(?:^|[.;,]\s*)then\W*$|\bfollows that\W*$", re.IGNORECASE)
_CONCLUDES = re.compile(
    r"\b(?:so|thus|hence|therefore|consequently|it follows)\W*(?:that\W*)?"
    r"(?:\$[^$]*\$\s*(?:,|,?\s*and)\s*)*$|\bso that\b[^.;:]{0,60}\band\s*$"
    r"|\bdescent\b(?:[^.;]|\.(?=\d)){0,90}"
    r"\b(?:gives?|yields?|leads to|we (?:get|have|obtain|find))\s*$",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"^\W*(?:[\w-]+[\s*_]*){1,3}:\W*$")
_OF_A_CASE = re.compile(
    r"^\W*(?:(?:and|but|while|whereas|instead)\W+)?(?:for|with|without|using|under|in case of"
    r"|in the case of)\s+(?!(?:this|these|that|such|convenience|simplicity|brevity|clarity|example"
    r"|instance|completeness|reference|now|short|the (?:rest|sake|remainder|following|purpose))\b)"
    r"(?:[A-Za-z][\w'’-]*\s+){1,4}?(?:(?:it|this|that|the \w+(?: \w+)?)\s+(?:is|becomes|reads)"
    r"|(?:we|one) (?:\w+ )?(?:get|have|obtain|use)s?|instead)?\W*$",
    re.IGNORECASE,
)
"""`For ReLU it is`: another thing of that name, for another case in words."""
_OF_OTHERS = re.compile(
    r"\b(?:in|using|with|under)\b[^.;]*\b(?:new|other|transformed|changed|different|alternative)"
    r" (?:coordinates?|variables?|basis|parameters?|parametri[sz]ation|letters)\b[^.;$]*$",
    re.IGNORECASE,
)
"""`The same function in the new coordinates is`: another function of other letters."""
_ANOTHER = Verdict("definition", "definition", "defined anew: another one, by its words")


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


_NAMED_FUNCTION = re.compile(
    r"\b(?:sigmoid|tanh|relu|leaky relu|elu|gelu|swish|silu|softplus|mish)\b\W*[:：]\W*$",
    re.IGNORECASE,
)


def _of_another(claim: Claim, place: Place) -> str:
    r"""A letter of functions behind the name of one: `tanh: $f'(z) = 1 - f(z)^2$`."""
    slope = claim.left.op == "call" and bool(claim.left.data.primes)
    named = _NAMED_FUNCTION.search(place.before) if slope else None
    return "it is said of the function that is named before it" if named is not None else ""


_DISJOINT = re.compile(r"\\cap[^$=]*=\s*\\(?:emptyset|varnothing)|\bmutually exclusive|\bdisjoint")
_DEFINITION = Verdict("definition", "definition", "a definition: nothing to check")


def _defines_values(claim: Claim, known: Known) -> bool:
    r"""Whether an equation says what the entries of the values of a new function are:
    `\text{RMSNorm}(x)_i = \dots`."""
    left = claim.left
    if left.op != "entry" or left.args[0].op != "call" or claim.relation not in ("=", ":="):
        return False
    name = str(left.args[0].data.function.name)
    outer = known.scope.outer
    known_one = name in known.scope.functions or (outer is not None and outer(name) is not None)
    letters = {*left.args[0].args, *left.args[1:]}
    inside = (n for n in postorder(claim.right) if n.op == "call") if claim.right else ()
    again = any(str(n.data.function.name) == name for n in inside)
    return not known_one and not again and all(letter.op == "symbol" for letter in letters)


def _names_a_function(claim: Claim) -> bool:
    """Whether a link of a chain says what a function is: `y = f(x) = x^3`."""
    left = claim.left
    own = left.op == "call" and not left.data.primes and claim.relation == "="
    return (
        own and len(set(left.args)) == len(left.args) and all(a.op == "symbol" for a in left.args)
    )
