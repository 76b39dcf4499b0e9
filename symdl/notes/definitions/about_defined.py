"""Equations about what the text has defined already, under a condition: claims, no definitions.

`Let $r(x) = \\max(0, x)$. If $x > 0$, $r(x) = x$.` says something of r for positive x. What r is
stays as it was, whether the claim is proved, refuted or open.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.document.source import Span
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols
from symdl.notes.definitions.defining import equation_of
from symdl.notes.definitions.pieces import is_under_words, restricts
from symdl.notes.definitions.repeated import earlier_of, is_letter
from symdl.notes.items import begins_item, in_other_items
from symdl.notes.scope.at_a_point import in_sentence
from symdl.notes.scope.known import Earlier, Known, is_literal, reach
from symdl.notes.stated import Place

_DEFINES = re.compile(
    r"\b(?:let|(?:re)?define[sd]?|defining|denote[sd]?|set|put|call|take|choose|consider|use[sd]?"
    r"|write|replac\w+|instead)\s*(?:us\s*|now\s*|it by\s*|by\s*|as\s*|the \w+\s*){0,2}:?\s*$",
    re.IGNORECASE,
)
"""Words right before an equation that make it a definition, whatever its name was before."""
_ARBITRARY = re.compile(
    r"\b(?:in general|generally|always|in all cases|arbitrary|regardless"
    r"|for (?:all|any|every|each|general|generic)"
    r"|no matter|without (?:this|that|these|any|the) (?:assumptions?|restrictions?|conditions?))\b",
    re.IGNORECASE,
)


_DENIED = re.compile(r"\b(?:no longer|not|never|cannot|can't|impossible)\b", re.IGNORECASE)
"""`In general it is no longer possible to ...:` says something else of all cases."""
_IN_WORDS = re.compile(
    r"(?:^|[.;:,]\s*|\b(?:and|but)\s+)(?:if|when|whenever|unless|provided|as long as|as soon as)\b"
    r"(?:[^.;$]|\$(?:(?!=|<|>|\\(?:le|ge|ne|leq|geq|neq|in|approx)(?![A-Za-z]))[^$])*\$)*$",
    re.IGNORECASE,
)
"""`When $z$ is large, `: a condition without a formula that says it."""
_IN_GENERAL = re.compile(r"\b(?:in general|generally)\b", re.IGNORECASE)


def is_said_of_defined(claim: Claim, known: Known, place: Place) -> bool:
    """Whether an equation says what something defined before it is under a condition, or without
    any, and does not define it."""
    equation = claim.right is not None and claim.relation in ("=", ":=", "equiv")
    defines = _DEFINES.search(place.before) and not _REWRITES.search(place.before)
    if not equation or defines or _explains(claim, place):
        return False
    found = earlier_of(claim, known)
    if not found:
        return False
    last = found[-1]
    here = known.is_here(last.origin) and not known.is_of_another_problem(last.origin)
    if not here and is_letter(claim.left):
        return False
    if place.pieces or is_under_words(equation_of(claim), place):
        return True
    if _IN_WORDS.search(place.before):
        return True
    if _is_of_another(claim, last) or _is_of_a_newer(claim, last, known):
        return False
    if any(restricts(c) for c in claim.conditions) or any(c.op == "text" for c in place.others):
        return True
    if claim.right is None or is_literal(claim.right):
        return False
    if known.is_here(last.origin) and len(found) == 1 and _rewrites(claim, last, place):
        return True
    within = reach([claim.left, last.body], known.scope)
    if without_condition(place.before) and free_symbols(claim.right) <= within:
        return True
    given = {n for n in within if n in known.scope.values and _is_special(n, known)}
    if any(in_sentence(claim, known, name) for name in given):
        return True
    names = {s.data.name for h in known.scope.hypotheses for s in free_symbols(h)}
    reached = {s.data.name for n in within for s in free_symbols(n)}
    return place.asserted and bool(given or names & reached)


_REWRITES = re.compile(
    r"\b(?:expand\w*|simplif\w+|rewrit\w+|rewrote|equivalent\w*|multipl\w+ (?:it |this )?out"
    r"|factor\w*|complet\w+ the square|written out|writing (?:it |this )?out|rearrang\w+"
    r"|algebra|collecting|can (?:also |then )?(?:be )?writ\w+"
    r"|expanded form|that is|in other words|i\.e\.)\b[^$.;]*$",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"\W*(?:and\s+)?(?:then|so|hence|thus|therefore|consequently|it follows that)\s*"
    r"(?:,?\s*we (?:have|get|find|see|obtain)(?: that)?)?\W*",
    re.IGNORECASE,
)


SPECIAL_CASE = re.compile(
    r"\b(?:constant|equal|identical|same|all|if|when|ignor\w+|neglect\w+|steady|rest|assum\w+"
    r"|suppos\w+|special|simpl\w+|approximat\w+|roughly|converge\w*|fixed point|stationary)\b",
    re.IGNORECASE,
)


def _rewrites(claim: Claim, earlier: Earlier, place: Place) -> bool:
    """Whether words say that an equation has what is defined in another form, and it has the same
    letters: `Expanding, $f(x) = x^2 + 2x + 1$`. What is said to be satisfied is a law."""
    before = place.before
    concludes = _CONCLUDES.fullmatch(before) and place.sentence.startswith(before)
    if not (_REWRITES.search(before) or concludes):
        return False
    if SPECIAL_CASE.search(before.replace("simplif", "")):
        return False
    left, right = claim.left, claim.right
    own = left.args if left.op == "call" else left.args[1:] if left.op == "entry" else ()
    body = substitute(earlier.body, dict(zip(earlier.parameters, own, strict=False)))
    return right is not None and free_symbols(right) == free_symbols(body)


_WHERE = re.compile(r"\b(?:where|in which)\b(?:[^.;$]|\$[^$]*\$)*$", re.IGNORECASE)


def _explains(claim: Claim, place: Place) -> bool:
    """Whether an equation says behind `where` what a function is that a formula before it has: the
    numbers that this clause gives beside it are no condition on it."""
    if claim.left.op != "call" or not all(a.op == "symbol" for a in claim.left.args):
        return False
    return not is_literal(equation_of(claim).args[1]) and _WHERE.search(place.before) is not None


def _is_of_another(claim: Claim, earlier: Earlier) -> bool:
    """Whether two items, each with a label of its own or beginning with its formula, say what
    something of that name is: the distribution function of each family."""
    if claim.span is None:
        return False
    places = (earlier.origin.span, claim.span)
    labels = [_label(span.origin) for span in places]
    if all(labels) and labels[0] != labels[1]:
        return True
    return all(map(begins_item, places)) and in_other_items(*places)


def _is_of_a_newer(claim: Claim, earlier: Earlier, known: Known) -> bool:
    """Whether a function is that of another one, `f^*` of f, that was defined anew since then."""
    if claim.left.op != "call":
        return False
    base, mark, _ = str(claim.left.data.function.name).partition("^")
    origin = known.origins.get(("function", base)) if mark else None
    return origin is not None and origin.span.line > earlier.origin.span.line


def _label(place: Span) -> str:
    """The words in front of the first formula of an item, if they are nothing but its label."""
    text = place.source.text
    line = text[text.rfind("\n", 0, place.start) + 1 : place.start]
    match = _LABEL.match(line)
    return "" if match is None else match[1].strip()


_LABEL = re.compile(
    r"\s*(?:(?:[-*+•]|\d+[.)])\s+\W*|\\item\s*\[)([A-Z](?:[^:$\]]|\$[^$]*\$)*)(?::|\])[\s*_]*\$$"
)


def without_condition(before: str) -> bool:
    """Whether the words before a claim say that it needs no condition, also none in force."""
    found = _ARBITRARY.search(before)
    return found is not None and _DENIED.search(before, found.end()) is None


def is_worded(claim: Claim, known: Known, place: Place) -> bool:
    """Whether an equation says what something defined becomes under a condition in words alone,
    which may hold from there on."""
    worded = _IN_WORDS.search(place.before) is not None and not claim.conditions
    return worded and is_said_of_defined(claim, known, place)


def unless_worded(verdict: Verdict, claim: Claim, before: str) -> Verdict:
    """A refutation, unless the words before the claim put a condition on it in words alone."""
    if claim.conditions or not verdict.kind.startswith("refuted") or not _IN_WORDS.search(before):
        return verdict
    told = f"its condition in words is not understood: {verdict.message}"
    return may_be_meant(told, verdict.counterexample)


def in_general_only(
    verdict: Verdict, claim: Claim, known: Known, judge: Judge, before: str
) -> Verdict:
    """A proof, unless it needs numbers of an example, or what was supposed, where the words before
    the claim say that it holds in general. One entry of a sequence is an example itself."""
    if verdict.kind not in HOLDING or not _IN_GENERAL.search(before):
        return verdict
    if claim.left.op == "entry" and not free_symbols(claim.left.args[-1]):
        return verdict
    scope = replace(claim.scope, values=known.general.values)
    again = judge(replace(claim, scope=scope))
    if again.kind in HOLDING:
        return again
    told = f"it holds for the values given only: {again.message}"
    return may_be_meant(told, again.counterexample)


def _is_special(name: Term, known: Known) -> bool:
    """Whether the value of a name is a number of an example, or was supposed."""
    value = known.scope.values[name]
    return is_literal(value) or known.assumed.get(name) is value
