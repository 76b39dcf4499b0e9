"""Which conditions of a sentence go with which of its formulas.

`For $x \\le 1$ we have $A$, while for $x > 1$ we have $B$`; `$A$ if $x > 0$, and $B$ if $x < 0$`:
a condition governs the formulas of its own clause. Where that may be wrong, the other conditions
of the sentence are asked too before anything is refuted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict, may_be_meant, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make
from symdl.notes.claim_parts import under
from symdl.notes.judging import HOLDS

_OPENS = re.compile(r"(?:^|[,;:]|\b(?:while|whereas|but|and|or|then)\b)\s*(?:\w+\s+){0,2}$", re.I)
_PREPOSITION = re.compile(
    r"\b(?:for(?: all| any| every| each)?|if(?: and only if)?|when|whenever|unless|iff|while"
    r"|provided|assuming|at|as|in the case|in case|otherwise|on)\s*(?:that\s*)?[:,]?\s*\(?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A formula of a sentence in order: its place among the runs, the words right before it,
    and what it says if it is a condition (a text, if that cannot be read). free: the names that
    it frees of the conditions of other clauses (`for all $x$`): that is no condition itself."""

    place: int
    before: str
    condition: Term | None = None
    free: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Governed:
    """The conditions of a formula's clause, those of the other clauses of its sentence, and the
    names for all values of which it is said to hold."""

    own: tuple[Term, ...] = ()
    others: tuple[Term, ...] = ()
    free: frozenset[str] = frozenset()


ALL = make("text", data="for all")
"""What stands in place of a condition where there is none: `for all $x$`."""


def unread(latex: str) -> Term:
    """What stands for a condition that cannot be read."""
    return make("text", data=latex)


def readable(conditions: tuple[Term, ...]) -> tuple[Term, ...]:
    """The conditions that could be read."""
    return tuple(c for c in conditions if c.op != "text")


def governed(parts: Sequence[Part]) -> dict[int, Governed]:
    """For each formula that is no condition, by its place, what governs it."""
    clauses = _clauses(parts)
    everything = [p.condition for p in parts if p.condition is not None and not p.free]
    found = {}
    for clause in clauses:
        own = tuple(p.condition for p in clause if p.condition is not None and not p.free)
        free = frozenset[str]().union(*(p.free for p in clause))
        rest = (c for c in everything if not any(c is o for o in own))
        others = tuple(c for c in rest if not free & {s.data.name for s in free_symbols(c)})
        for part in clause:
            if part.condition is None:
                found[part.place] = Governed(own, others, free)
    return found


def _clauses(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts clause by clause. A condition that begins a clause goes with what follows, one
    that ends it with what stands before; a clause without any is governed by the one before if
    that begins with its condition."""
    clauses: list[list[Part]] = [[]]
    for i, part in enumerate(parts):
        current = clauses[-1]
        stated = any(p.condition is None for p in current)
        if part.condition is not None:
            words = _PREPOSITION.sub("", part.before)
            followed = any(p.condition is None for p in parts[i + 1 : i + 2])
            if stated and followed and _OPENS.search(words) is not None:
                clauses.append([])
            elif _ends_a_clause_of_its_own(current, part):
                clauses.append([current.pop()])
        elif stated and current[-1].condition is not None:
            clauses.append([])
        clauses[-1].append(part)
    return clauses


_COMMA = re.compile(r",\s*$")
_NEW_CLAUSE = re.compile(r"\b(?:is|are|has|have)\s[^$]*\band\s*$", re.IGNORECASE)
"""`$f(x) = ...$ is convex and $f'(x) = 1$ for $x > 0$`: the condition is not on f."""
_JOINED = re.compile(r"[,;]\s*(?:and|but|while|whereas)?\s*$", re.IGNORECASE)


def _ends_a_clause_of_its_own(clause: Sequence[Part], last: Part) -> bool:
    """Whether a condition behind several formulas goes with the last only: `If $g = 2$ then
    $v = 1$, and $v = 3$ if $g = 4$`, `$2^n > n$, and $2^n > n^2$ for $n > 4$`; not in a list
    (`$A$, $B$, and $C$ for $x > 0$`). What is said for all $x$ has no condition on x."""
    stated = [p for p in clause if p.condition is None]
    if len(stated) < 2 or clause[-1] is not stated[-1]:
        return False
    if clause[0].condition is None:
        listed = len(stated) > 2 and all(_COMMA.search(p.before) for p in stated[1:-1])
        listed = listed and re.search(r",\s*and\s*$", clause[-1].before) is not None
        words = clause[-1].before.rpartition("$")[2]
        joined = _JOINED.search(words) or _NEW_CLAUSE.search(words)
        return joined is not None and not listed
    bound = {
        s.data.name for c in clause if c.condition is not None for s in free_symbols(c.condition)
    }
    return bool(last.free & bound) or _JOINED.search(clause[-1].before) is not None


def with_others(claim: Claim, others: tuple[Term, ...], verdict: Verdict, judge: Judge) -> Verdict:
    """The verdict on a claim under the conditions of its clause, unless one of its sentence is not
    understood, or the other ones make a refuted claim true: then those may be meant too, but they
    prove nothing."""
    lost = [c.data for c in others if c.op == "text"]
    if lost:
        return undecided(f"a condition of the sentence is not understood: {lost[0]}")
    if not others or not verdict.kind.startswith("refuted"):
        return verdict
    joint = judge(under(claim, others))
    if joint.kind not in HOLDS:
        return verdict
    told = " and ".join(map(plain, others))
    message = f"it holds if {told}, which is said of another formula: {verdict.message}"
    return may_be_meant(message, verdict.counterexample)
