"""Values that hold at one point only: `Consider the point $x = 0$`, `The solution is $w = y/x$`.

Such a value is no definition. `\\tanh(x) = x^2` says something of every x, although it holds at 0,
and the slope of a loss in w is taken before w is set to where it is smallest. A claim that speaks
of the variable itself holds at a point only where its own words say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from symdl.document.source import Span
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict, may_be_meant
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.expression.vocabulary import DERIVATIVES
from symdl.findings import reading_of
from symdl.notes.outline import SENTENCE_END
from symdl.notes.scope.known import Gone, Known, is_literal, keys_of, parameters_of, reach
from symdl.notes.scope.point_words import AT
from symdl.notes.sentences.names import names_in

_SOLVED = re.compile(
    r"\b(?:solutions?|solv(?:e|es|ed|ing)|minimi[sz]ers?|maximi[sz]ers?|optimi[sz]ers?|optim(?:um|al)"
    r"|minim(?:um|a)|maxim(?:um|a)|extrem(?:um|a)|minimi[sz](?:ed|es|ing|e)|maximi[sz](?:ed|es|ing|e)"
    r"|closed[- ]form|critical points?|stationary|roots?|zeros?|fixed points?|equilibri(?:um|a)"
    r"|estimators?|estimates?|normal equations?|vanish\w*|flat)\b"
    r"|\b(?:set|setting|equating|putting)\b.*"
    r"\b(?:gives?|yields?|leads? to|we (?:get|obtain|find))\b"
    r"|= ?0\$?\W+(?:gives?|yields?|at|for|when|if|implies|means|so|is)\b",
    re.IGNORECASE | re.DOTALL,
)
_HERE = re.compile(
    r"\b(?:here|there(?!\s+(?:is|are|was|were|exists?)\b)"
    r"|at (?:this|that|these|those|the (?:point|optimum|optimal|minimum|minimi[sz]er"
    r"|maximum|maximi[sz]er|solution|root|critical|stationary|fixed|origin))"
    r"|(?:for|with) (?:this|these|that|those)|in (?:this|that|our) (?:case|example|point)"
    r"|substitut\w+|plug\w*|insert\w*|evaluat\w+|numerically)\b",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(r"\b(?:so|then|thus|hence|therefore|it follows)\b", re.IGNORECASE)


def is_solution(known: Known, name: Term, words: str) -> bool:
    """Whether the words before an equation for a name say where something is smallest or holds,
    and the name is defined, or a definition in force speaks of it as of a variable."""
    if _SOLVED.search(words) is None:
        return False
    return name in known.scope.values or next(_speaking(known, name), None) is not None


def as_points(known: Known, term: Term, before: str) -> Known:
    """The knowledge in which what a statement says of a letter only says where something vanishes,
    or is smallest, if the words before say so (`The roots of $x^2 - 1$ are $x = \\pm 1$`)."""
    homes = term.op == "relation" and term.data == ("in",) and is_literal(term.args[1])
    listed = homes and term.args[1].op == "set"
    if not listed or _SOLVED.search(before) is None:
        return known
    return replace(known, gone=known.gone + Gone(points=(term,)))


def said_there(known: Known, sentence: str) -> Known:
    """The knowledge for a claim whose sentence speaks of the points that were found: `There`."""
    if not known.gone.points or not (_HERE.search(sentence) or AT.search(sentence)):
        return known
    return replace(known, gone=replace(known.gone, points=()))


_SUPPOSED = re.compile(
    r"\b(?:suppose|assum(?:e|ing)|consider(?: the case)?|(?:special |the )?case|restrict\w* to)"
    r"\W*(?:that|where|in which|of|when)?\W*$",
    re.IGNORECASE,
)


def is_supposed(before: str) -> bool:
    """Whether the words before say that a formula is one case of many."""
    return _SUPPOSED.search(before) is not None


def _speaking(known: Known, name: Term) -> Iterator[tuple[Term, ...]]:
    """The names with which each definition in force speaks of a free name."""
    for key, body in keys_of(known.scope).items():
        if isinstance(body, Term) and key != ("value", name):
            parameters = parameters_of(key, known.scope)
            free = free_symbols(body) | set(parameters)
            if name in free:
                yield tuple(free - {name})


def _is_pinned(known: Known, name: Term) -> bool:
    """Whether a name is set to what an earlier definition speaks of beside it: `w = y / x` behind
    `L = (y - w x)^2`. One that brings in names of its own (`u = w x`) is a part of the other."""
    body = known.scope.values[name]
    inside = free_symbols(body)
    return any(inside <= set(others) for others in _speaking(known, name))


def _is_solved(known: Known, name: Term) -> bool:
    """Whether the value in force of a name is a solution."""
    return name in known.solutions and known.solutions[name] is known.scope.values.get(name)


def pointed(claim: Claim, known: Known, used: set[Term]) -> dict[Term, Term]:
    """The names in use whose values may be those of one point, each with its value: numbers,
    solutions, and what a claim differentiates by although it is pinned."""
    values = {k: v for k, v in known.scope.values.items() if k in used}
    slopes = differentiated(claim)
    return {
        name: value
        for name, value in values.items()
        if is_literal(value)
        or known.is_passing(name)
        or (name in slopes and name.op == "symbol" and _is_pinned(known, name))
    }


def in_general(claim: Claim, known: Known, given: Mapping[Term, Term]) -> frozenset[Term]:
    """The names with such values of which a claim speaks as of variables: it differentiates by
    them, or has them on both sides."""
    if claim.right is None:
        return frozenset()
    sides = claim.left, claim.right
    if any(is_literal(side) for side in sides):
        return frozenset()
    slopes = differentiated(claim)
    written = [free_symbols(side) for side in sides]
    reached = [reach([side], known.scope) for side in sides]
    return frozenset(
        name
        for name, value in given.items()
        if known.assumed.get(name) is not value
        and (
            name in slopes
            or (
                name.op == "symbol"
                and not value.shape
                and (name in written[0] & reached[1] or name in written[1] & reached[0])
            )
        )
    )


def differentiated(claim: Claim) -> set[Term]:
    """What a claim differentiates by."""
    found: set[Term] = set()
    for side in claim.sides:
        for node in postorder(side):
            if node.op in DERIVATIVES:
                found |= {s for variable in node.args[1:] for s in free_symbols(variable)}
            elif node.op == "call" and node.data.primes:
                found |= {a for a in node.args if a.op == "symbol"}
    return found


def is_meant_there(claim: Claim, known: Known, names: frozenset[Term], before: str) -> bool:
    """Whether the words say that a claim is one about the values of these names: their values are
    given in its sentence, or `here`, `at this point`, and `so` behind them in the passage."""
    slopes = differentiated(claim)
    return all(_is_there(claim, known, name, before, name in slopes) for name in names)


def _is_there(claim: Claim, known: Known, name: Term, before: str, slope: bool) -> bool:
    if _HERE.search(before) or AT.search(before):
        return True
    origin = known.origins.get(("value", name))
    if origin is None or claim.span is None:
        return False
    between = text_between(origin.span.origin, claim.span.origin)
    if between is None or re.search(r"\n\s*\n", between):
        return False
    if SENTENCE_END.search(between) is None:
        return not slope or not _is_solved(known, name)
    return _FOLLOWS.search(before) is not None and not slope


_IN_A_CASE = re.compile(
    r"\b(?:when|if|whenever|known to be|assum\w+|suppos\w+|provided)\b[^.;$]*"
    r"\bin (?:this|that|such a|which) case\b[^.;$]*$",
    re.IGNORECASE,
)
"""`... is known to be convex, since in this case`: a case in words that says more than formulas."""


def unless_at_a_point(claim: Claim, verdict: Verdict, before: str) -> Verdict:
    """A refutation, unless the words before say that the claim is one about a point (`At the
    minimum $f'(x) = 0$`). In `At the origin $\\sigma'(0) = 1$` they can be about no letter."""
    match = AT.search(before) or _IN_A_CASE.search(before)
    if match is None or not verdict.kind.startswith("refuted"):
        return verdict
    if not any(free_symbols(side) for side in claim.sides):
        return verdict
    told = f"it is said of a point ({match[0]}): {verdict.message}"
    return may_be_meant(told, verdict.counterexample)


def text_between(first: Span, second: Span) -> str | None:
    """The text from one place to a later one of the same file."""
    if first.source is not second.source or second.start < first.start:
        return None
    return first.source.text[first.end : max(first.end, second.start)]


_OF_SOME = re.compile(
    r"\b(?:for|with|when|if|at)\s+(?:(?:all|the|any|sufficiently)\s+)*"
    r"(?:larger|smaller|bigger|greater|higher|lower|other|remaining|some|certain|suitable)\s+"
    r"(?:(?:values?|choices?)\s+of\s+)?(?P<names>\$[^$=<>]{1,12}\$)[^.;:]*$",
    re.IGNORECASE,
)


def unless_of_some(claim: Claim, verdict: Verdict, before: str) -> Verdict:
    """A refutation, unless the words before restrict a letter of the claim in a way that is not
    followed: `for larger $x$ we have $r(x) = x$`."""
    match = _OF_SOME.search(before)
    if match is None or not verdict.kind.startswith("refuted"):
        return verdict
    names = set(names_in(match["names"]))
    if not any(str(s.data.name) in names for side in claim.sides for s in free_symbols(side)):
        return verdict
    told = f"it is said of some {match['names'].strip('$')} only: {verdict.message}"
    return may_be_meant(told, verdict.counterexample)


_BECOMES = re.compile(
    r"(?:\b(?:we (?:get|have|obtain|recover|find)|becomes?|reduces? to|simplif\w+ to|gives?|yields?"
    r"|turns? into|recovers?|results? in|leads? to|is (?:just|simply|then)|then|so|hence|thus)"
    r"|,)\W*$",
    re.IGNORECASE,
)


def is_special_case(claim: Claim, known: Known, before: str) -> bool:
    """Whether an equation says what a function of the text becomes for numbers that its sentence
    gives to its settings (`With $b = 1$ we get $f(x) = x$`): then it does not define it anew."""
    left = claim.left
    if _BECOMES.search(before) is None or left.op != "call":
        return False
    reached = reach([left], known.scope) - free_symbols(left)
    set_here = (s for s in reached if s.op == "symbol" and s in known.scope.values)
    return any(is_literal(known.scope.values[s]) and in_sentence(claim, known, s) for s in set_here)


def in_sentence(claim: Claim, known: Known, name: Term) -> bool:
    """Whether a name got its value in the sentence of a claim."""
    origin = known.origins.get(("value", name))
    if origin is None or claim.span is None:
        return False
    between = text_between(origin.span.origin, claim.span.origin)
    return between is not None and SENTENCE_END.search(between) is None


def given_told(verdict: Verdict, claim: Claim, given: Mapping[Term, Term]) -> Verdict:
    """A proof that used values of the text, with these in its message and its reading."""
    names = ", ".join(f"{plain(k)} = {plain(v)}" for k, v in given.items())
    reading = verdict.reading or reading_of(claim)
    return replace(
        verdict,
        message=f"{verdict.message}, given {names}",
        reading=f"{reading}, given {names}" if reading else "",
        evidence={**verdict.evidence, "given": names},
    )


def only_there(verdict: Verdict, known: Known, names: frozenset[Term]) -> Verdict:
    """The verdict on a claim in general that holds for the values of these names: where a solution
    was in the way it is refuted as it stands, else it may be meant at the point."""
    if all(_is_solved(known, name) for name in names):
        return verdict
    told = " and ".join(sorted(f"{plain(n)} = {plain(known.scope.values[n])}" for n in names))
    message = f"it holds for {told}, and nothing says that it is meant there: {verdict.message}"
    return may_be_meant(message, verdict.counterexample)
