"""A passage sentence by sentence: which formulas are claims, which are their conditions.

`For $x > 0$, $\\log x \\le x - 1$` claims the second under the first; `Suppose $x > 0$` holds from
there on; what is to be solved or minimised is no claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from symdl.document.pieces import NEARBY, Math, Run, Words, nearby, plain_words
from symdl.document.source import Source, excerpt, whole
from symdl.expression.term import Term, combined, free_symbols, make
from symdl.notes.definitions.bare_pieces import Behind, pieces_behind
from symdl.notes.definitions.densities import speaks_of_densities
from symdl.notes.outline import has_relation, sentences, words_before, words_from
from symdl.notes.prose.scaled import in_unit, is_given, is_scale, unit_behind
from symdl.notes.prose.updates import is_update, update_claim, with_value
from symdl.notes.reading_in import trimmed
from symdl.notes.scope.bare import bare_givens
from symdl.notes.scope.conditions import Said
from symdl.notes.scope.habits import base_name, defined_in, function_defined
from symdl.notes.scope.known import Known, is_literal, keys_of, reach
from symdl.notes.scope.learning import learn, lose
from symdl.notes.scope.plain_definitions import plain_definitions
from symdl.notes.scope.point_words import says_where, tells_where
from symdl.notes.scope.withdrawn import Ending, given_again
from symdl.notes.sentences.clauses import Governed, readable
from symdl.notes.sentences.condition_words import (
    ASSUMED,
    GIVEN_WITH,
    IF,
    LASTING,
    is_condition,
    is_local,
)
from symdl.notes.sentences.denied import is_asked
from symdl.notes.sentences.freed import names_in
from symdl.notes.sentences.givens import defined_if, gives
from symdl.notes.sentences.governing import conditions_in, conditions_of
from symdl.notes.sentences.meant_otherwise import is_of_another_case, unless_otherwise
from symdl.notes.sentences.premises import introduced_anew
from symdl.notes.sentences.problems import is_constraint, is_problem
from symdl.notes.sentences.where import with_where
from symdl.notes.stated import Place, Stated, is_alone
from symdl.notes.statements import statements


def in_text(
    runs: tuple[Run, ...],
    known: Known,
    path: tuple[int, ...],
    context: str = "",
    explained: Sequence[Sequence[Run]] = (),
) -> tuple[tuple[Stated, ...], Known]:
    """What a passage states, and what is known behind it. context: its headings and leads;
    explained: the lines behind it that say what its names are."""
    ending = Ending(runs, known)
    states = any(_may_state(run) for run in runs)
    if not states and not speaks_of_densities(f"{context} {plain_words(runs)}"):
        return (), ending.end(known)
    plainly = not any(isinstance(run, Math) for run in runs)
    passage = _Passage(runs, path, context, explained, known, ending)
    for place, run in enumerate(runs):
        if isinstance(run, Words):
            passage.words(run, plainly)
        elif isinstance(run, Math):
            passage.formula(place, run)
    for equation in passage.updated:
        passage.known = with_value(passage.known, equation)
    return tuple(passage.found), ending.end(passage.known)


@dataclass(slots=True)
class _Passage:
    """How far a passage is read: what is known by then, and what was stated. said: the numbers that
    formulas give, by their sentences; updated: what updates compute, which holds behind it."""

    runs: tuple[Run, ...]
    path: tuple[int, ...]
    context: str
    explained: Sequence[Sequence[Run]]
    known: Known
    ending: Ending
    found: list[Stated] = field(default_factory=list)
    updated: list[Term] = field(default_factory=list)
    said: dict[int, list[Term]] = field(default_factory=dict)
    numbers: Sequence[int] = field(init=False)
    before: Sequence[str] = field(init=False)
    passed: set[int] = field(init=False)
    conditions: dict[int, Governed] = field(init=False)

    def __post_init__(self) -> None:
        runs = self.runs
        self.numbers = sentences(runs)
        self.before = [words_before(runs, place) for place in range(len(runs))]
        self.passed = {
            place
            for place, run in enumerate(runs)
            if isinstance(run, Math)
            and (
                is_condition(run, self.before[place], _words_behind(runs, place))
                or is_problem(run.text)
                or is_constraint(run.text, self.known.habits.constraints)
                or _goes_on(runs, place)
            )
        }
        self.conditions = conditions_of(runs, self.before, self.numbers, self.passed, self.known)

    def words(self, run: Words, plainly: bool) -> None:
        """Read what words say without LaTeX; plainly: all of the passage is words."""
        if not _RELATION.search(run.text):
            return
        if plainly:
            defined, self.known = plain_definitions(run, self.known, self.path)
            self.found += defined
        numbered, self.known = bare_givens(run, self.known, self.path)
        self.found += numbered

    def formula(self, place: int, run: Math) -> None:
        """Read what a formula states that is no condition."""
        self.known = self.ending.upto(place, self.known)
        before = self.before[place]
        if _is_one_of_several(run, plain_words(self.runs[place + 1 : place + 4])):
            return
        if place in self.passed or says_where(run.text, before):
            self._remember(run, before)
            return
        if not has_relation(run):
            behind = plain_words(self.runs[place + 1 : place + 2])
            self.known = introduced_anew(self.known, names_in(run), before, behind)
        update = update_claim(run, self.known) if is_update(run, before) else None
        if update is not None:
            self.found.append(update[0])
            self.updated.append(update[1])
            return
        there = self._place(place)
        earlier = self.known
        told = self._told(place, run, there)
        told = self._as_meant(place, run, told, earlier)
        if is_asked(self.runs, place):
            told = tuple(s for s in told if s.claim is not None and s.claim.kind == "definition")
        self.found += told

    def _as_meant(
        self, place: int, run: Math, told: tuple[Stated, ...], earlier: Known
    ) -> tuple[Stated, ...]:
        """What a formula states by the words around it: in another arithmetic, roughly, or with a
        unit behind it. A number given with a unit of numbers is not that number."""
        before, behind = self.before[place], words_from(self.runs, place + 1)
        meant = tuple(unless_otherwise(s, before, behind, earlier) for s in told)
        now, then = self.known.scope, earlier.scope
        same = keys_of(now).keys() == keys_of(then).keys() and now.hypotheses == then.hypotheses
        if (meant != told and same) or is_of_another_case(run.text, before, behind):
            self.known = earlier  # what is said roughly of something defined does not replace it
        told = meant
        unit = unit_behind(behind)
        if not unit or not told:
            return told
        if is_scale(unit) and any(s.claim is not None and is_given(s.claim) for s in told):
            line = whole(run.source).origin.line
            self.known = lose(self.known, defined_in(run.text), line)
        return (*told[:-1], in_unit(told[-1], unit))

    def _remember(self, run: Math, before: str) -> None:
        """Learn what the condition of one sentence gives for further on."""
        named = _AT_THE.search(before) is not None
        if "=" not in run.text or not (named or is_local(before)) or IF.search(before):
            return
        given = conditions_in(run, self.known, before)
        lasts = _names_a_point if named else _lasts_as_given
        lasting = tuple(filter(lasts, given))
        self.known = _with_given(self.known, lasting, run, self.path)

    def _place(self, place: int) -> Place:
        """Where a formula stands, with the conditions of its clause and the pieces behind it."""
        before = self.before[place]
        governing = self.conditions.get(place, Governed())
        own, others = governing.own, governing.others
        own = tuple(c for c in own if not gives(c) or not _lasts(c) or IF.search(before))
        own = _meeting(own, self.runs[place].text, self.known)
        bare = pieces_behind(self.runs, place, self.known)
        pieces = _with_condition(bare, readable(own)) if bare is not None else ()
        if bare is not None and pieces:
            self.passed |= bare.places
            own, others = (), ()
        local = readable(own)
        return Place(
            self.path,
            local,
            supposed=LASTING.search(before) is not None,
            before=before,
            context=f"{self.context} {plain_words(nearby(self.runs, place))}",
            others=tuple(c for c in (*own, *others) if c not in local),
            free=governing.free,
            sentence=f"{before} {words_from(self.runs, place)}",
            pieces=pieces,
        )

    def _told(self, place: int, run: Math, there: Place) -> tuple[Stated, ...]:
        """What a formula states where it stands; numbers that are given in its sentence hold for
        the rest of it alone."""
        given = [c for c in there.conditions if gives(c)]
        given += defined_if(there.conditions, run.text)
        if not given:
            claimed, defines = self._by_where(place, run, there)
            if claimed and not defines:
                return claimed
            told, after = statements(run, self.ending.here(self.known), there)
            self.known = self.ending.behind(self.known, after, self.before[place])
            return claimed if len(claimed) == len(told) else told
        earlier = self.said.setdefault(self.numbers[place], [])
        within = _with_given(self.known, (*given, *earlier), run, self.path)
        anew = given_again(self.known, within)
        within = self.ending.here(within)
        within = replace(within, gone=within.gone.less((), anew))
        lost = tuple(c for c in there.others if c not in readable(there.others))
        told, inner = statements(run, within, replace(there, conditions=(), others=lost))
        earlier.extend(_numbers_given(within, inner))
        return told

    def _by_where(self, place: int, run: Math, there: Place) -> tuple[tuple[Stated, ...], bool]:
        """What a formula claims with the names that its sentence defines behind it, and whether it
        defines something itself, which is learned without them; nothing where it only does, or
        where nothing is defined behind it."""
        behind = self.runs[place + 1 :]
        lines = (behind, *self.explained) if behind else self.explained
        within = with_where(self.known, lines, run, self.path)
        if within is self.known:
            return (), False
        within = self.ending.here(within)
        told, inner = statements(run, within, there)
        defines = keys_of(inner.scope) != keys_of(within.scope)
        only = all(s.claim is None or s.claim.kind == "definition" for s in told)
        return (() if defines and only else told), defines


def _meeting(conditions: tuple[Term, ...], text: str, known: Known) -> tuple[Term, ...]:
    """The conditions of a formula without those that set other letters than those of
    the function that it defines: `$f(x) = x^3$ has a saddle point at $v = 0$` is no f at v."""
    name = function_defined(text)
    if not name:
        return conditions
    written = set(re.findall(r"\\[A-Za-z]+|[A-Za-z]", text))
    own = known.scope.functions.get(name)
    if own is not None:
        written |= {str(s.data.name) for s in reach([own.body], known.scope) if s.op == "symbol"}

    def meets(condition: Term) -> bool:
        names = (s for s in free_symbols(condition.args[0]) if s.op == "symbol")
        return any(base_name(str(s.data.name)) in written for s in names)

    return tuple(c for c in conditions if c.op != "relation" or c.data != ("=",) or meets(c))


_ONE_VALUE = re.compile(r"\s*\\?[A-Za-z]+(?:_\w)?\s*=\s*-?[\d.]+\s*")
_MORE_VALUES = re.compile(
    r"\s*,\s*\$?-?\d[\d.]*\$?\s*,?\s*(?:and\b|or\b|\$?-?\d)|\s+(?:and|or)\s+\$?-?\d[\d.]*\$?\s*[.,;)]"
)


def _is_one_of_several(run: Math, behind: str) -> bool:
    """Whether a letter is given the first of several values: `$n = 10$, 30, and 100`."""
    return _ONE_VALUE.fullmatch(run.text) is not None and _MORE_VALUES.match(behind) is not None


def _goes_on(runs: Sequence[Run], place: int) -> bool:
    """Whether a formula goes on with what words began: the root of `SE = sd/$\\sqrt{40} = 3$`."""
    words = runs[place - 1] if place else None
    return isinstance(words, Words) and _OPERATOR.search(words.text) is not None


_OPERATOR = re.compile(r"[A-Za-z0-9)\]]\s?[*/+×·^]\s?$")


def _lasts(given: Term) -> bool:
    """Whether what a sentence gives is meant further on, too: a function (`On $f(x) = x^2$ ...`) or
    a matrix by its entries (`For $A = ...$ the eigenvalues are`)."""
    name, body = given.args[:2]
    return name.op == "call" or body.op in ("matrix", "vector", "tuple")


def _lasts_as_given(given: Term) -> bool:
    return gives(given) and _lasts(given)


_AT_THE = re.compile(r"\bat\s+(?:the|its|an?)\s+[\w-]+(?:\s+[\w-]+){0,2}$", re.IGNORECASE)


def _names_a_point(given: Term) -> bool:
    """Whether a condition says which point a marked letter is: `At the minimiser $w^* = A^{-1} b$`
    names it for what follows."""
    if given.op != "relation" or given.data != ("=",) or given.args[0].op != "symbol":
        return False
    name, value = given.args
    marked = re.search(r"\^(?:\*|\{?\\star)|\\hat", str(name.data.name)) is not None
    return marked and name not in free_symbols(value)


def _words_behind(runs: tuple[Run, ...], place: int) -> str:
    return plain_words(runs[place + 1 : place + NEARBY])[:LONGEST_DENIAL]


_RELATION = re.compile(r"[=<>]")


def _may_state(run: Run) -> bool:
    """Whether a run may say something: a relation, a number given in words, half a formula."""
    if isinstance(run, Words):
        return _RELATION.search(run.text) is not None
    if not isinstance(run, Math):
        return False
    return has_relation(run) or run.text.count("{") != run.text.count("}")


def _with_condition(behind: Behind, before: Sequence[Term]) -> tuple[Term, ...]:
    """The pieces behind a definition with the condition of the definition itself in front; none
    where it has none. before: the conditions of its clause."""
    own = (behind.condition,) if behind.condition else before
    own = tuple(c for c in own if c is behind.condition or c not in behind.pieces)
    if not own:
        return ()
    return (combined("and", own), *behind.pieces)


def said_in(runs: tuple[Run, ...], path: tuple[int, ...]) -> Iterator[Said]:
    """The formulas of a passage that may be conditions on its names."""
    for place, run in enumerate(runs):
        if isinstance(run, Math) and len(run.text) <= LONGEST_CONDITION and has_relation(run):
            before = words_before(runs, place)
            if tells_where(run.text, before) or is_problem(run.text):
                continue
            lasting = ASSUMED.search(before) is not None
            lasting = lasting or GIVEN_WITH.search(before) is not None
            worded = lasting or LASTING.search(before) is not None or is_local(before)
            alone = is_alone(f"{before} {words_from(runs, place + 1)}")
            for source in _apart(trimmed(run.source)):
                yield Said(source, path, worded, lasting, alone)


def _apart(source: Source) -> Iterator[Source]:
    r"""The statements of a line that wide space keeps apart: `f = g, \qquad a + b = 1`."""
    start = 0
    for match in (*_WIDE.finditer(source.text), None):
        end = len(source.text) if match is None else match.start()
        yield trimmed(excerpt(source, start, end))
        start = end if match is None else match.end()


_WIDE = re.compile(r",?\s*(?:\\q?quad(?![A-Za-z])|(?:~\s*){4,})")


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


LONGEST_DENIAL = 80
"""Characters behind a formula in which it may be denied."""
