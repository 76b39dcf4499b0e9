"""A passage sentence by sentence: which formulas are claims, which are their conditions.

`For $x > 0$, $\\log x \\le x - 1$` claims the second under the first; `Suppose $x > 0$` holds from
there on; what is to be solved or minimised is no claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.pieces import NEARBY, Math, Run, Words, nearby, plain_words
from symdl.document.source import whole
from symdl.expression.defining import equations
from symdl.expression.term import Term, combined, make
from symdl.notes.definitions.bare_pieces import Behind, pieces_behind
from symdl.notes.definitions.densities import speaks_of_densities
from symdl.notes.definitions.pieces import is_rest
from symdl.notes.outline import has_relation, sentences, words_before, words_from
from symdl.notes.prose.updates import is_update, update_claim, with_value
from symdl.notes.reading_in import read_in, trimmed
from symdl.notes.scope.at_a_point import (
    is_approach,
    is_near,
    is_setting,
    says_where,
    tells_where,
)
from symdl.notes.scope.bare import bare_givens
from symdl.notes.scope.conditions import Said
from symdl.notes.scope.intervals import interval_said
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.scope.learning import learn
from symdl.notes.scope.plain_definitions import plain_definitions
from symdl.notes.scope.withdrawn import Ending, given_again
from symdl.notes.sentences.clauses import ALL, Governed, Part, governed, readable, unread
from symdl.notes.sentences.denied import excepted, is_asked, is_denied, is_excepted, is_necessary
from symdl.notes.sentences.givens import gives
from symdl.notes.sentences.names import listed
from symdl.notes.sentences.premises import introduced_anew
from symdl.notes.stated import Place, Stated
from symdl.notes.statements import statements

_END = r"\s*(?:that\s*)?[:,]?\s*\(?$"
_LOCAL = re.compile(
    r"\b(?:for(?: all| any| every| each)?|if(?: and only if)?|when|whenever|unless|iff|while"
    r"|provided|assuming|at|in the case|in case|otherwise|on|(?-i:(?<!.)Where))" + _END,
    re.IGNORECASE,
)
_CONJOINED = re.compile(
    r"(?:^|[.;,:]\s*|\b(?:then|and|that)\s+)"
    r"(?:for(?: all| any| every| each)?|if|when|whenever|provided|assuming)\s*(?:that\s*)?"
    r"(?:\$[^$]+\$\s*(?:,\s*)?and\s*)+$",
    re.IGNORECASE,
)
"""`If $x > 0$ and $y < 0$, then`: the second formula is a condition too."""
_FOR_ALL = re.compile(
    r"\bfor (?:all|any|every|each)(?:\s+(?:real|complex|scalar|possible|numbers?|values?|choices?"
    r"|inputs?|points?|vectors?|of)){0,3}(?:\s+\$[^$=<>]+\$\s*(?:,\s*and|,|and))*\s*$",
    re.IGNORECASE,
)
_FREED_END = (
    r"\s*(?:[.;:)]|$|,(?!\s*(?:with|where|such|except|satisf\w*|provided|in|on|which|but)\b)"
    r"|(?:and|so|then|hence|thus|while|whereas|we|it|if|when|whenever)\b|the (?:in)?equa)"
)
_FREED = re.compile(_FREED_END)
_EVERYWHERE = re.compile(rf"\s*(?:holds |is true )?everywhere{_FREED_END}", re.IGNORECASE)
_NARROWED = re.compile(
    r"\b(?:positive|non-?negative|negative|non-?zero|small|large|interval|half|within|domain|range"
    r"|integers?|natural|between|restrict\w*|not|false|wrong|never|no|whether|cannot|fails?|unless"
    r"|n't|claims?|counterexample\w*)\b",
    re.IGNORECASE,
)
"""Words in a sentence that restrict or deny what it says of all x."""
_LASTING = re.compile(
    r"\b(?:(?:suppose|assume)(?:,? (?:now|instead|further|also|again|next|alternatively))?,?"
    r"|require[sd]?|we have that|such that|subject to"
    r"|constraints?|restrict(?:ed)?)" + _END,
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|when|whenever|unless|in case|suppose)\b", re.IGNORECASE)
_ASSUMED = re.compile(r"\b(?:assuming|provided)" + _END, re.IGNORECASE)
"""Local words that may as well open a passage: `Assuming $0 < \\theta < 1$, ... Therefore: ...`"""
_NO_CLAIM = re.compile(
    r"\b(?:solve|solving|solves|set|setting|until|condition|equation|minimi[sz]\w*"
    r"|maximi[sz]\w*|show|prove|find|whether|want|goal|exercise|verify|is it true"
    r"|does not hold|not)" + _END,
    re.IGNORECASE,
)

_FUNCTION = re.compile(
    r"\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*\([A-Za-z_0-9, \\]+\)\s*:?=(?!\s*[-\d.]+\s*$)"
)
"""What one minimises is defined by it: `Minimise $f(x, y) = x^2 + y^2$`."""
_WE_SET = re.compile(
    r"(?:^|\b(?:we|let us|let's|now|then|first|and)\s+)(?:now |then )?set" + _END, re.IGNORECASE
)
_NAMED = re.compile(r"\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*=\s*-?[\d.]+\s*[,.;]?\s*$")
"""`We set $a_0 = 0$` gives a number; `we set $f'(x) = 0$` asks for a place."""


def in_text(
    runs: tuple[Run, ...], known: Known, path: tuple[int, ...], context: str = ""
) -> tuple[tuple[Stated, ...], Known]:
    """What a passage states, and what is known behind it. context: its headings and leads."""
    ending = Ending(runs, known)
    states = any(_may_state(run) for run in runs)
    if not states and not speaks_of_densities(f"{context} {plain_words(runs)}"):
        return (), ending.end(known)
    plainly = not any(isinstance(run, Math) for run in runs)
    numbers = sentences(runs)
    before = [words_before(runs, place) for place in range(len(runs))]
    behind = [plain_words(runs[n + 1 : n + NEARBY])[:LONGEST_DENIAL] for n in range(len(runs))]
    passed = {
        place
        for place, run in enumerate(runs)
        if isinstance(run, Math) and _is_condition(run, before[place], behind[place])
    }
    conditions = _conditions(runs, before, numbers, passed, known)
    found: list[Stated] = []
    updated: list[Term] = []
    said: dict[int, list[Term]] = {}
    for place, run in enumerate(runs):
        if isinstance(run, Words) and _RELATION.search(run.text):
            if plainly:
                defined, known = plain_definitions(run, known, path)
                found += defined
            numbered, known = bare_givens(run, known, path)
            found += numbered
        known = ending.upto(place, known) if isinstance(run, Math) else known
        if not isinstance(run, Math) or place in passed:
            continue
        if says_where(run.text, before[place]):
            continue
        if not has_relation(run):
            next_ = plain_words(runs[place + 1 : place + 2])
            known = introduced_anew(known, _names_in(run), before[place], next_)
        update = update_claim(run, known) if is_update(run, before[place]) else None
        if update is not None:
            found.append(update[0])
            updated.append(update[1])
            continue
        governing = conditions.get(place, Governed())
        own, others = governing.own, governing.others
        functions = tuple(c for c in own if gives(c) and c.args[0].op == "call")
        if functions and not _IF.search(
            before[place]
        ):  # `On $f(x) = x^2$ ...`: what is said of it further on is meant, too
            known = _with_given(known, functions, run, path)
            own = tuple(c for c in own if c not in functions)
        bare = pieces_behind(runs, place, known)
        pieces = _with_condition(bare, readable(own)) if bare is not None else ()
        if bare is not None and pieces:
            passed |= bare.places
            own, others = (), ()
        local = readable(own)
        others = tuple(c for c in (*own, *others) if c not in local)
        supposed = _LASTING.search(before[place]) is not None
        around = f"{context} {plain_words(nearby(runs, place))}"
        sentence = f"{before[place]} {words_from(runs, place)}"
        there = Place(
            path, local, supposed, before[place], around, others, governing.free, sentence, pieces
        )
        given = [c for c in local if gives(c)]
        if given:
            within = _with_given(known, (*given, *said.get(numbers[place], ())), run, path)
            anew = given_again(known, within)
            within = ending.here(within)
            within = replace(within, gone=within.gone.less((), anew))
            told, inner = statements(
                run, within, replace(there, conditions=(), others=_lost(others))
            )
            said.setdefault(numbers[place], []).extend(_numbers_given(within, inner))
        else:
            told, after = statements(run, ending.here(known), there)
            known = ending.behind(known, after, before[place])
        if is_asked(runs, place):
            told = tuple(s for s in told if s.claim is not None and s.claim.kind == "definition")
        found += told
    for equation in updated:
        known = with_value(known, equation)
    return tuple(found), ending.end(known)


_RELATION = re.compile(r"[=<>]")


def _may_state(run: Run) -> bool:
    """Whether a run may say something: a relation, a number given in words, half a formula."""
    if isinstance(run, Words):
        return _RELATION.search(run.text) is not None
    if not isinstance(run, Math):
        return False
    return has_relation(run) or run.text.count("{") != run.text.count("}")


def _conditions(
    runs: tuple[Run, ...],
    before: Sequence[str],
    numbers: Sequence[int],
    passed: set[int],
    known: Known,
) -> dict[int, Governed]:
    """For each formula that is claimed the conditions of its clause and of its sentence."""
    parts: dict[int, list[Part]] = {}
    for place, run in enumerate(runs):
        if not isinstance(run, Math):
            continue
        sentence = parts.setdefault(numbers[place], [])
        if not has_relation(run):
            free = _freed(runs, place, before[place])
            sentence += [Part(place, before[place], ALL, free)] if free else []
            interval = interval_said(runs, place, known)
            sentence += [Part(place, before[place], interval)] if interval is not None else []
        elif place not in passed:
            sentence.append(Part(place, before[place]))
            if _is_everywhere(runs, place, before[place]):
                free = frozenset(_LETTERS.findall(run.text))
                sentence.append(Part(place, before[place], ALL, free))
            if "\\sim" in run.text and _WITH.search(before[place]):
                laws = _condition(run, known, before[place])
                sentence += (Part(place, before[place], law) for law in laws)
        elif (
            _is_local(before[place])
            or is_setting(run.text, before[place])
            or is_approach(run.text, before[place])
            or is_near(run.text, before[place])
            or _is_second(run.text, before[place])
            or _is_total(run.text, before[place])
        ):
            found_here = _condition(run, known, before[place])
            sentence += (Part(place, before[place], term) for term in found_here)
    found = {}
    for sentence in parts.values():
        if any(part.condition is not None for part in sentence):
            found.update(governed(sentence))
    return found


_WITH = re.compile(r"\b(?:where|with)(?:\s+(?:each|every|all))?\s*$", re.IGNORECASE)
"""`$E[m x] = p x$ where $m \\sim \\mathrm{Bernoulli}(p)$` says it of what stands before, too."""


def _with_condition(behind: Behind, before: Sequence[Term]) -> tuple[Term, ...]:
    """The pieces behind a definition with the condition of the definition itself in front; none
    where it has none. before: the conditions of its clause."""
    own = (behind.condition,) if behind.condition else before
    own = tuple(c for c in own if c is behind.condition or c not in behind.pieces)
    if not own:
        return ()
    return (combined("and", own), *behind.pieces)


_LETTERS = re.compile(r"\\?[A-Za-z]+")


def _freed(runs: tuple[Run, ...], place: int, before: str) -> frozenset[str]:
    """The names of `for all $x$ and $y$`, unless what follows or the sentence restricts them."""
    run = runs[place]
    if not isinstance(run, Math) or not _FOR_ALL.search(before) or _NARROWED.search(before):
        return frozenset()
    last = place
    while _is_joined(runs[last + 1 : last + 3]):
        last += 2
    behind = plain_words(runs[last + 1 : last + 2]) if last + 1 < len(runs) else ""
    return _names_in(run) if _FREED.match(behind) else frozenset()


def _is_joined(runs: tuple[Run, ...]) -> bool:
    """Whether a list goes on: ` and $y$`."""
    if len(runs) < 2 or not isinstance(runs[0], Words) or not isinstance(runs[1], Math):
        return False
    return re.fullmatch(r"\s*(?:,|,?\s*and)\s*", runs[0].text) is not None and not has_relation(
        runs[1]
    )


def _is_everywhere(runs: tuple[Run, ...], place: int, before: str) -> bool:
    behind = plain_words(runs[place + 1 : place + 2])
    return _EVERYWHERE.match(behind) is not None and not _NARROWED.search(before)


def _names_in(run: Math) -> frozenset[str]:
    """The names that a formula lists: `x, y`."""
    return frozenset(listed(run.text.split(",")))


def said_in(runs: tuple[Run, ...], path: tuple[int, ...]) -> Iterator[Said]:
    """The formulas of a passage that may be conditions on its names."""
    for place, run in enumerate(runs):
        if isinstance(run, Math) and len(run.text) <= LONGEST_CONDITION and has_relation(run):
            before = words_before(runs, place)
            if tells_where(run.text, before):
                continue
            lasting = _ASSUMED.search(before) is not None
            worded = lasting or _LASTING.search(before) is not None or _is_local(before)
            yield Said(trimmed(run.source), path, worded, lasting)


def _is_local(before: str) -> bool:
    """Whether the words before a formula make it a condition of its sentence."""
    local = _LOCAL.search(before) or _CONJOINED.search(before)
    return local is not None or is_excepted(before)


_CALL = re.compile(r"\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*\([A-Za-z_0-9, \\]+\)\s*:?=")
_SECOND = re.compile(
    r"\$\s*,?\s*\(?(?:for|if|when|whenever)\s+(?:\$[^$]+\$\s*(?:,\s*)?and\s*)+$", re.IGNORECASE
)
_BOUND = re.compile(
    r"\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*(?:<|>|\\(?:le|ge|leq|geq|ne|neq|lt|gt)(?![A-Za-z]))"
    r"\s*-?\s*[\d.]+\s*$"
)
_ITS_OWN = re.compile(r"\s*,?\s*\(?(?:for|if|when|whenever|otherwise|else)\b", re.IGNORECASE)


_TOTAL = re.compile(r"\s*(?:\\sum|\\\||\\lVert|\\Vert)[^<>]*=\s*[\d.]+\s*$")
_FOLLOWING = re.compile(
    r"(?:^|[.;:]\s*|\b(?:then|and|that|have)\s+)(?:for(?: all| any| every| each)?|if|when|whenever)"
    r"\s*(?:\$[^$]+\$\s*(?:,\s*and|,\s*where|,|and|with|such that)\s*)+$",
    re.IGNORECASE,
)


def _is_total(text: str, before: str) -> bool:
    r"""Whether an equation is a further condition: `For $p_i > 0$, $\sum_i p_i = 1$ we have`."""
    return _TOTAL.match(text) is not None and _FOLLOWING.search(before) is not None


def _is_second(text: str, before: str) -> bool:
    """Whether a bound is the second condition of its clause: `$f = 1$ if $x > 0$ and $y > 0$`."""
    return _BOUND.match(text) is not None and _SECOND.search(before) is not None


LONGEST_CONDITION = 80
"""Characters of a formula that may be a condition."""


def _with_given(known: Known, given: Sequence[Term], run: Math, path: tuple[int, ...]) -> Known:
    """What is known in a sentence that gives numbers for itself (`if $g_1 = 2$`)."""
    for term in given:
        first = make("relation", *term.args[:2], data=term.data[:1])
        known = learn(known, first, whole(run.source), path)
    return known


def _numbers_given(before: Known, after: Known) -> Iterator[Term]:
    """The numbers that a formula gives (`at $t = 1$ with $\\beta_1 = 0.9$: ...`), which hold in
    the rest of its sentence."""
    for name, value in after.scope.values.items():
        if is_literal(value) and before.scope.values.get(name) is not value:
            yield make("relation", name, value, data=("=",))


def _lost(conditions: tuple[Term, ...]) -> tuple[Term, ...]:
    """The conditions that could not be read."""
    return tuple(c for c in conditions if c not in readable(conditions))


LONGEST_DENIAL = 80
"""Characters behind a formula in which it may be denied."""


def _is_condition(run: Math, before: str, behind: str) -> bool:
    if has_relation(run) and is_denied(before, behind):
        return True
    if run.display or not has_relation(run) or tells_where(run.text, before):
        return False
    if is_rest(before) and _CALL.match(run.text):
        return False  # `Otherwise, $f(x) = 0$`
    if _is_local(before) or is_setting(run.text, before):
        return True
    if is_approach(run.text, before) or is_near(run.text, before):
        return True
    if _is_second(run.text, before) and not _ITS_OWN.match(behind):
        return True
    if _is_total(run.text, before):
        return True
    defines = _FUNCTION.match(run.text) or (_WE_SET.search(before) and _NAMED.match(run.text))
    return _NO_CLAIM.search(before) is not None and not defines


def _condition(run: Math, known: Known, before: str) -> list[Term]:
    """The relation that a formula states as a condition behind these words."""
    if is_necessary(before):
        return [unread(run.text)]
    try:
        term = excepted(read_in(trimmed(run.source), known)[0].term, before)
    except Error:
        return [unread(run.text)]
    if term is None:
        return [unread(run.text)]
    if is_near(run.text, before):
        return [make("relation", *term.args, data=("->",))]
    if term.op == "statements" and all(part.op == "relation" for part in term.args):
        return list(term.args)  # a > 0, b > 0
    if term.op == "relation" and set(term.data) == {"="}:
        return [make("relation", *pair, data=("=",)) for pair in equations(term.args)]
    return [term] if term.op in ("relation", "and") else []
