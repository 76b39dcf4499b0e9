"""Which formulas of a passage are conditions, and of which others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from symdl.document.errors import Error
from symdl.document.pieces import NEARBY, Math, Run, plain_words
from symdl.document.source import Source
from symdl.expression.defining import equations
from symdl.expression.term import Term, make
from symdl.notes.outline import has_relation
from symdl.notes.reading_in import read_in, trimmed
from symdl.notes.scope.intervals import interval_said
from symdl.notes.scope.known import Known
from symdl.notes.scope.point_words import is_near
from symdl.notes.scope.regions_said import region_before, region_behind
from symdl.notes.scope.small import small_said
from symdl.notes.sentences.clauses import ALL, Governed, Part, governed, unread
from symdl.notes.sentences.condition_words import governs, is_local, names_a_case
from symdl.notes.sentences.denied import excepted, is_necessary
from symdl.notes.sentences.freed import freed_names, is_everywhere
from symdl.notes.sentences.givens import gives_all, links_of


def conditions_of(
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
            free = freed_names(runs, place, before[place])
            sentence += [Part(place, before[place], ALL, free)] if free else []
            interval = interval_said(runs, place, known)
            sentence += [Part(place, before[place], interval)] if interval is not None else []
            small = small_said(runs, place, known)
            sentence += [Part(place, before[place], small)] if small is not None else []
            if _ORTHOGONAL.fullmatch(run.text) and is_local(before[place]):
                terms = conditions_in(run, known, before[place])
                sentence += (Part(place, before[place], term) for term in terms)
        elif place not in passed:
            region = region_before(before[place], run, known)
            if region is not None:
                sentence.append(Part(place, region.before, region.condition))
            sentence.append(Part(place, before[place]))
            behind = plain_words(runs[place + 1 : place + NEARBY])
            region = region_behind(before[place], behind, run, known)
            if region is not None:
                sentence.append(Part(place, region.before, region.condition))
            if is_everywhere(runs, place, before[place]):
                free = frozenset(_LETTERS.findall(run.text))
                sentence.append(Part(place, before[place], ALL, free))
            if "\\sim" in run.text and _WITH.search(before[place]):
                laws = conditions_in(run, known, before[place])
                sentence += (Part(place, before[place], law) for law in laws)
        elif governs(run.text, before[place]) or names_a_case(
            run.text, before[place], plain_words(runs[place + 1 : place + NEARBY])
        ):
            small = small_said(runs, place, known)
            terms = conditions_in(run, known, before[place]) if small is None else [small]
            sentence += (Part(place, before[place], term) for term in terms)
    found = {}
    for sentence in parts.values():
        if any(part.condition is not None for part in sentence):
            found.update(governed(sentence))
    return found


_WITH = re.compile(r"\b(?:where|with)(?:\s+(?:each|every|all))?\s*$", re.IGNORECASE)
"""`$E[m x] = p x$ where $m \\sim \\mathrm{Bernoulli}(p)$` says it of what stands before, too."""
_LETTERS = re.compile(r"\\?[A-Za-z]+")


_ORTHOGONAL = re.compile(
    r"\s*([a-z]|\\(?:mathbf|boldsymbol)\{[a-z]\})\s*\\perp\s*([a-z]|\\(?:mathbf|boldsymbol)\{[a-z]\})\s*"
)
"""Vectors at right angles; of random variables, in capitals, it says that they are independent."""


def _each(part: Term) -> Iterable[Term]:
    """The equations of `d = k = 4`, which gives both; other relations as they are."""
    return links_of(part) if gives_all(part) else (part,)


def conditions_in(run: Math, known: Known, before: str) -> list[Term]:
    """The relation that a formula states as a condition behind these words."""
    if is_necessary(before):
        return [unread(run.text)]
    source = trimmed(run.source)
    if (pair := _ORTHOGONAL.fullmatch(source.text)) is not None:
        source = Source(source.name, f"{pair[1]}^T {pair[2]} = 0", source)
    try:
        term = excepted(read_in(source, known)[0].term, before)
    except Error:
        return [unread(run.text)]
    if term is None:
        return [unread(run.text)]
    if is_near(run.text, before):
        return [make("relation", *term.args, data=("->",))]
    if term.op == "statements" and all(part.op == "relation" for part in term.args):
        return [one for part in term.args for one in _each(part)]  # a > 0, b > 0
    if gives_all(term):
        return list(links_of(term))
    if term.op == "relation" and set(term.data) == {"="}:
        return [make("relation", *pair, data=("=",)) for pair in equations(term.args)]
    return [term] if term.op in ("relation", "and") else []
