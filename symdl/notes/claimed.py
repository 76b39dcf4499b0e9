"""A claim of a document with the way to its verdict, or what makes it a definition instead."""

from __future__ import annotations

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
from symdl.notes.definitions.defining import (
    equation_of,
    follows_example,
    is_piece,
    is_start,
    is_value_there,
)
from symdl.notes.definitions.pieces import (
    is_under_words,
)
from symdl.notes.definitions.redefined_entries import (
    by_the_latest,
    with_entries_written,
)
from symdl.notes.definitions.said_again import (
    NOTHING,
    defined_again,
    names_a_function,
    unless_no_such,
)
from symdl.notes.definitions.special_cases import is_rule_of_case, unless_of_a_case
from symdl.notes.doubted import Asked, doubted
from symdl.notes.doubts.other_languages import unless_in_other_words
from symdl.notes.judging import HOLDS, Wording, verdict_on
from symdl.notes.letters_anew import with_letters_anew
from symdl.notes.read_together import read_together
from symdl.notes.scope.at_a_point import said_there
from symdl.notes.scope.independence import independent_in
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import is_at_a_step
from symdl.notes.scope.properties import in_force
from symdl.notes.scope.random_variables import with_independence
from symdl.notes.scope.withdrawn import as_known, unless_withdrawn
from symdl.notes.stated import Place, Stated, settled


def claimed(
    claim: Claim, source: Source, known: Known, place: Place, first: bool, asserted: bool
) -> tuple[Stated, bool]:
    """A claim with the way to its verdict, and whether it defines what stands on its left. first:
    it is the first link of its chain; asserted: the words before it, or its chain, say that it is
    no condition."""
    if claim.right is not None and is_at_a_step(equation_of(claim), known):
        told = "the value of a signal at one step"
        return Stated(source, claim, settled(Verdict("definition", "definition", told))), False
    if claim.kind == "definition":
        return _definition(claim, source, known, place, first)
    if first and claim.right is not None and is_under_words(equation_of(claim), place):
        return _under_words(claim, source, known, place)
    if first and claim.right is not None and is_piece(claim, known, place):
        piece = "a further piece of what is defined before it"
        return Stated(source, claim, settled(Verdict("definition", "definition", piece))), True
    if first and _defines_values(claim, known):
        return Stated(source, claim, settled(NOTHING)), False
    if first and is_start(claim, place):
        return Stated(source, claim, settled(NOTHING)), True
    if first and follows_example(claim, known, place):
        anew = "defined anew: an example was written before"
        return Stated(source, claim, settled(Verdict("definition", "definition", anew))), True
    said = (first or names_a_function(claim)) and is_said_of_defined(claim, known, place)
    case = is_rule_of_case(claim, known) if first else None
    if case is not None:
        anew = f"defined anew: line {case.line} says it for certain numbers only"
        return Stated(source, claim, settled(Verdict("definition", "definition", anew))), True
    again = defined_again(claim, source, known, place, first, said)
    if again is not None:
        return again
    wording = Wording(asserted, place.general, place.free, place.before)
    return Stated(source, claim, _decided(claim, source, known, place, wording, said)), False


def _definition(
    claim: Claim, source: Source, known: Known, place: Place, first: bool
) -> tuple[Stated, bool]:
    """What defines by how it is written; of a name that is known everywhere it is compared."""
    first = first and not is_value_there(claim, known)
    named = compared_by_name(claim, known, place) if first else None
    if named is not None:
        return Stated(source, claim, named), True

    def defined(judge: Judge) -> Verdict:
        verdict = judge(claim)
        if verdict.kind == "refuted" and (
            _has_its_own_letter(claim) or _may_be_given(claim, judge)
        ):
            return NOTHING  # an unnormalised q beside p, a chance that is given
        found = unless_no_such(claim, verdict, place, judge)
        return unless_in_other_words(found, claim, known, place.sentence)

    return Stated(source, claim, defined), first


def _decided(
    claim: Claim, source: Source, known: Known, place: Place, wording: Wording, said: bool
) -> Decide:
    """The way to the verdict, by the formulas that its letters stand in together, and where it is
    open by the letters of its own section."""

    def decision(found: Claim, by: Known) -> Decide:
        return _decision(found, source.text, by, place, wording, said)

    decide = decision(claim, known)

    def or_anew(judge: Judge) -> Verdict:
        together = read_together(claim, source, known)
        if together is not None:
            found = decision(*together)(judge)
            if found.kind != "undecided" or (verdict := decide(judge)).kind not in HOLDING:
                return found
        else:
            verdict = decide(judge)
        weak = verdict.kind in ("undecided", "confirmed", "refuted")
        anew = with_letters_anew(claim, source, known) if weak else None
        if anew is None:
            return verdict
        found = decision(*anew)(judge)
        told = f"{found.message}; its letters are not those of other sections"
        surer = found.kind in HOLDING or (found.kind in HOLDS and verdict.kind != "confirmed")
        return replace(found, message=told) if surer else verdict

    return or_anew


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
        special = in_force(known.special, place.sentence, place.context)
        return doubted(Asked(asked, meant, text, known, place, judge, special), verdict)

    known = said_there(known, place.sentence)

    def by_case(judge: Judge) -> Verdict:
        def withdrawn(asked: Claim, known: Known) -> Verdict:
            return unless_withdrawn(asked, known, partial(decided, judge, asked))

        def concluded(asked: Claim, known: Known) -> Verdict:
            return unless_concluded(asked, known, judge, withdrawn)

        return unless_of_a_case(claim, known, concluded)

    return by_case


def _under_words(claim: Claim, source: Source, known: Known, place: Place) -> tuple[Stated, bool]:
    """What is said under a condition in words that are not understood, of something defined or
    of something new."""
    if is_said_of_defined(claim, known, place):
        return Stated(source, claim, settled(undecided("its condition is not understood"))), False
    told = "defined under a condition that is not understood"
    return Stated(source, claim, settled(Verdict("definition", "definition", told))), True


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
