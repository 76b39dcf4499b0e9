"""What an equation defines that a document has defined before, or names by the way."""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.document.source import Source
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict
from symdl.notes.definitions.about_defined import SPECIAL_CASE
from symdl.notes.definitions.densities import unless_no_density
from symdl.notes.definitions.pieces import restricts
from symdl.notes.definitions.redefined_entries import defines_parts_anew
from symdl.notes.definitions.repeated import stated_again
from symdl.notes.distributions.refuting import unless_at_a_distribution
from symdl.notes.doubts.lost_domain import unless_nowhere_defined
from symdl.notes.scope.at_a_point import is_special_case
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.scope.point_words import says_a_point
from symdl.notes.stated import Place, Stated, settled

NOTHING = Verdict("definition", "definition", "a definition: nothing to check")


def defined_again(
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
    named = names_a_function(claim)
    if named and first and _OF_OTHERS.search(place.before):
        return Stated(source, claim, settled(_ANOTHER)), True
    firm = any(words.search(place.before) for words in (_CONCLUDES, _ROUGHLY))
    again = stated_again(claim, known, firm) if first or named else None
    if again is not None:
        given = claim.left.op == "call" and claim.right is not None and is_literal(claim.right)
        given = given and not any(map(restricts, claim.conditions))
        decide, replaces = again

        def compared(judge: Judge) -> Verdict:
            verdict = unless_no_such(claim, decide(judge), place, judge)
            labelled = _LABELLED.match(place.before) or _OF_A_CASE.match(place.before)
            return (
                _ANOTHER
                if labelled is not None and verdict.code == "inconsistent-definition"
                else verdict
            )

        return Stated(source, claim, compared), replaces and not given
    if named and not first:
        return Stated(source, claim, settled(NOTHING)), True
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


def _concludes(place: Place) -> bool:
    """Whether the words before say that something follows, and no words of the passage speak of
    a special case."""
    follows = _CONCLUDES.search(place.before) is not None
    return follows and SPECIAL_CASE.search(place.context) is None


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


def unless_no_such(claim: Claim, verdict: Verdict, place: Place, judge: Judge) -> Verdict:
    """The verdict on a definition, unless there is no such thing: it has no value where it is
    said, or is not the density, or the entropy, that it is called."""
    verdict = unless_nowhere_defined(claim, verdict)
    verdict = unless_no_density(claim, verdict, place, judge)
    return unless_at_a_distribution(claim, verdict, place.context, judge)


def names_a_function(claim: Claim) -> bool:
    """Whether a link of a chain says what a function is: `y = f(x) = x^3`."""
    left = claim.left
    own = left.op == "call" and not left.data.primes and claim.relation == "="
    return (
        own and len(set(left.args)) == len(left.args) and all(a.op == "symbol" for a in left.args)
    )
