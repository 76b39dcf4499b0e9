"""Definitions that stand behind what they are for: `$$y = p_j(1 - p_j)$$ where $p = ...$`.

What is said behind `where` of a name holds for the formula before it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, Words
from symdl.document.source import Span, whole
from symdl.expression.term import Symbol, Term, free_symbols, postorder
from symdl.expression.vocabulary import OVER_INDEX
from symdl.notes.outline import SENTENCE_END, has_relation
from symdl.notes.reading_in import read_in, trimmed
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.scope.learning import declare_in, forget, learn, undeclare

_OPENS = re.compile(r"^[\s,;:)]*(?:and\s+)?(?:where|in which|with)\b", re.IGNORECASE)
_TURNS = re.compile(
    r"\b(?:then|thus|hence|therefore|so|we|if|when|gives?|yields?|which|implies|for|because|since)\b",
    re.IGNORECASE,
)
"""Words behind which a clause says something else than what its names are."""


def with_where(
    known: Known, behind: Sequence[Sequence[Run]], formula: Math, path: tuple[int, ...]
) -> Known:
    """What is known of a formula, with what is defined behind it for it. behind: the runs behind
    it, or the lines that explain its names, of which the first begins with `where`."""
    used = _names(formula.text)
    first = _opened(behind[0]) if behind else ()
    waiting = [run for runs in (first, *behind[1:]) for run in _clause(runs)] if first else []
    known = _with_sequences(known, waiting, path)
    while found := next((r for r in waiting if used & _names(_head(r))), None):
        waiting.remove(found)
        try:
            term = read_in(trimmed(found.source), known)[0].term
        except Error:
            continue  # it is told where it stands
        if _says(term):
            known = learn(known, term, whole(found.source), path)
            used |= _names(found.text)
    return known


def with_defined_behind(
    known: Known, claimed: Term, rest: Sequence[Term], span: Span, path: tuple[int, ...]
) -> Known:
    """What is known of an equation with the names that its own formula defines behind it:
    `$$\\sum_i (x_i - c)^2 = \\dots, \\quad c = \\frac{1}{n} \\sum_i x_i$$`. An equation of a name
    is a definition itself, and a number behind it may be a solution."""
    if claimed.op != "relation" or claimed.args[0].op in _DEFINED:
        return known
    for term in rest:
        name = term.args[0] if term.op == "relation" else term
        new = name.op == "symbol" and name in _free(claimed) and not _is_known_here(name, known)
        if new and _says(term) and _is_sum(term.args[1]):
            known = learn(known, term, span, path)
    return known


def _is_known_here(name: Term, known: Known) -> bool:
    origin = known.origins.get(("value", name))
    return origin is not None and known.is_here(origin)


_DEFINED = frozenset({"symbol", "entry", "label", "call", "prime", "derivative"})


def _free(claimed: Term) -> frozenset[Term]:
    return frozenset().union(*map(free_symbols, claimed.args))


def _is_sum(body: Term) -> bool:
    """Whether a body is worked out of many: a mean, which is no solution of an equation."""
    return any(node.op in OVER_INDEX for node in postorder(body))


def _opened(runs: Sequence[Run]) -> Sequence[Run]:
    """The runs from the `where` of this sentence on; none if it has none."""
    for place, run in enumerate(runs):
        if isinstance(run, Words):
            if _OPENS.match(run.text):
                return runs[place:]
            if SENTENCE_END.search(run.text):
                return ()
    return ()


def _clause(runs: Sequence[Run]) -> Iterator[Math]:
    """The relations of one clause, or of one item of the list that `where` opens."""
    for run in runs:
        if isinstance(run, Words):
            if SENTENCE_END.search(run.text) or _TURNS.search(run.text):
                return
        elif not isinstance(run, Math) or run.display:
            return
        elif has_relation(run):
            yield run


_STEP = re.compile(r"\s*(\\?[A-Za-z]+)\s*_\s*\{\s*[a-z]\s*\+\s*1\s*\}\s*:?=(.*)", re.DOTALL)
_ITSELF = r"(?<![A-Za-z\\])%s\s*_"


def _with_sequences(known: Known, said: Sequence[Math], path: tuple[int, ...]) -> Known:
    """The knowledge in which the names whose next values the clause makes of the last ones are
    sequences: a list that was given by the same letter is another thing."""
    for run in said:
        step = _STEP.match(run.text)
        name = step[1].lstrip("\\") if step else ""
        if step is None or not re.search(_ITSELF % re.escape(step[1]), step[2]):
            continue
        if name in known.scope.recurrences:
            continue
        known = undeclare(forget(known, name), name)
        known = declare_in(known, Symbol(name, "sequence"), whole(run.source), path)
    return known


def _says(term: Term) -> bool:
    """Whether a term says by others what a name is, or restricts it: `\\sum_i y_i = 1`."""
    if term.op != "relation" or len(term.data) > 1:
        return False
    name, body = term.args
    if term.data[0] in ("=", ":=") and name.op == "symbol":
        return name not in free_symbols(body)
    if term.data[0] in ("=", ":=") and name.op == "entry":
        return name.args[0].op == "symbol" and name.args[0].data.role == "sequence"
    if term.data[0] in ("=", ":=") and name.op == "call":
        return _is_function(name) and not any(_calls(node, name) for node in postorder(body))
    return is_literal(body) and name.op in ("sum", "norm")


def _is_function(called: Term) -> bool:
    """Whether a function is called by its letters: f(x), not f(2), f'(x) or p(y | x)."""
    call = called.data
    return not call.primes and not call.bars and all(a.op == "symbol" for a in called.args)


def _calls(node: Term, called: Term) -> bool:
    return node.op == "call" and node.data.function == called.data.function


_WORD = re.compile(r"\\?[A-Za-z]+")


def _names(text: str) -> set[str]:
    """The words of a formula, and the letters of a product: those of wx, the q of dq."""
    words = set(_WORD.findall(text))
    return words | {letter for word in words if word[0] != "\\" for letter in word}


def _head(run: Math) -> str:
    """What stands before the first sign of equality."""
    return run.text.partition("=")[0]
