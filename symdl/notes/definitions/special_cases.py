r"""Definitions that were said for certain numbers only: `With $\mu = 0$ we have $v_t = g_t$`.

A special case is no general rule. Where its numbers are others (`For $\mu = 0.9$`), it proves
nothing and refutes nothing, and an equation for the same name says anew what that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from symdl.document.source import Span
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.claim_parts import sides_of
from symdl.notes.outline import SENTENCE_END
from symdl.notes.scope.at_a_point import text_between
from symdl.notes.scope.known import (
    Key,
    Known,
    SpecialCase,
    is_literal,
    keys_for,
    keys_of,
    name_in,
    name_of_key,
    reach,
)
from symdl.notes.scope.learning import forget

_UNDER = re.compile(
    r"\b(?:with|without|for|if|when|whenever|at|under|setting|taking|choosing|using|case)\b",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"\b(?:then|hence|thus|therefore|so|becomes?|reduces? to|simplif\w+ to|gives?|yields?"
    r"|(?:we|one) (?:gets?|obtains?|finds?))\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"\b(?:let|defin\w+|denotes?|write|set|given)\b[^.;]*$", re.IGNORECASE)


def with_special_case(known: Known, link: Term, span: Span, before: str) -> Known:
    """The knowledge behind a definition, with the numbers for which it is said: those that its
    sentence gives, or its passage before it, and of which it does not speak itself. before: the
    words of its sentence that lead to it."""
    if link.op != "relation" or len(link.args) != 2 or _DEFINES.search(before):
        return known
    follows = _FOLLOWS.search(before) is not None
    if not follows and (is_literal(link.args[1]) or not _UNDER.search(before)):
        return known
    bodies = keys_of(known.scope)
    found = {key: body for key in keys_for(link) if isinstance(body := bodies.get(key), Term)}
    if not found:
        return known
    spoken = reach(link.args, known.scope)
    near = [
        (name, value)
        for name, value in known.scope.values.items()
        if name.op == "symbol" and name is not link.args[0] and is_literal(value)
        if _is_given_near(known, name, span, follows)
    ]
    numbers = tuple(pair for pair in near if pair[0] not in spoken)
    worked_out = follows and len(numbers) < len(near)  # a formula for all such numbers
    if not numbers or worked_out:
        return known
    line = span.origin.line
    cases = {key: SpecialCase(body, numbers, line) for key, body in found.items()}
    return replace(known, special_cases={**known.special_cases, **cases})


def _is_given_near(known: Known, name: Term, span: Span, follows: bool) -> bool:
    """Whether a number was given in the sentence of a place, or, where that says what follows, in
    the passage before it."""
    origin = known.origins.get(("value", name))
    text = text_between(origin.span.origin, span.origin) if origin is not None else None
    if text is None:
        return False
    return not (re.search(r"\n\s*\n", text) if follows else SENTENCE_END.search(text))


def ended_cases(known: Known) -> dict[Key, SpecialCase]:
    """The definitions in force that were said for other numbers than are given now."""
    if not known.special_cases:
        return {}
    bodies, values = keys_of(known.scope), known.scope.values
    gone = {name for name, _ in (*known.gone.values, *known.gone.settings)}
    return {
        key: case
        for key, case in known.special_cases.items()
        if bodies.get(key) is case.body
        and any(n in gone or (n in values and values[n] != v) for n, v in case.numbers)
    }


def is_rule_of_case(claim: Claim, known: Known) -> SpecialCase | None:
    """The special case that has ended of which an equation says anew what its name is, or of which
    it is the general rule: `v_t = \\mu v_{t-1} + g_t` behind `v_t = g_t` for \\mu = 0."""
    left, right = claim.left, claim.right
    if right is None or claim.relation not in ("=", ":=", "equiv"):
        return None
    if left.op not in ("symbol", "entry", "call"):
        return None
    if left.op == "call" and not all(a.op == "symbol" for a in left.args):
        return None
    if left.op == "entry" and not all(free_symbols(a) for a in left.args[1:]):
        return None
    cases = {k: c for k, c in known.special_cases.items() if name_of_key(k) == name_of_left(left)}
    ended = ended_cases(known)
    bodies = keys_of(known.scope)
    for key, case in cases.items():
        if key in ended and not is_literal(right):
            return case
        general = {n for n, _ in case.numbers} & free_symbols(right)
        steps = left.op == "entry" and any(
            n.op == "entry" and n.args[0] is left.args[0] for n in postorder(right)
        )
        if steps and general and bodies.get(key) is case.body:
            return case
    return None


def without_definition(claim: Claim, known: Known, name: str) -> tuple[Claim, Known]:
    """A claim and what is known without what is said of what a name is."""
    known = without_case(known, name)
    now, own = known.scope, claim.scope
    scope = replace(
        own,
        values={k: v for k, v in own.values.items() if k in now.values},
        functions={k: d for k, d in own.functions.items() if k in now.functions},
        entries={k: d for k, d in own.entries.items() if k in now.entries},
        recurrences={k: d for k, d in own.recurrences.items() if k in now.recurrences},
    )
    return replace(claim, scope=scope), known


def name_of_left(left: Term) -> str:
    """The name that the left side of a definition defines."""
    if left.op == "call":
        return str(left.data.function.name)
    base = left.args[0] if left.op == "entry" else left
    return str(base.data.name) if base.op == "symbol" else ""


def without_case(known: Known, name: str) -> Known:
    """The knowledge in which nothing is said of what a name is."""
    kept = {k: c for k, c in known.special_cases.items() if name_of_key(k) != name}
    return replace(forget(known, name), special_cases=kept)


def unless_of_a_case(
    claim: Claim, known: Known, decide: Callable[[Claim, Known], Verdict]
) -> Verdict:
    """The verdict, unless a definition that was said for other numbers is in it: then only a
    proof without that is one. A number (`$y_1 = 3$ for $x = 1$`) is that for good, unless the
    claim speaks of what it was computed from."""
    ended = ended_cases(known)
    if not ended:
        return decide(claim, known)
    used = names_used(claim, known)
    mine = {
        name_of_key(key): case
        for key, case in ended.items()
        if name_of_key(key) in used
        if not is_literal(case.body) or any(name_in(n) in used for n, _ in case.numbers)
    }
    if not mine:
        return decide(claim, known)
    for name in mine:
        claim, known = without_definition(claim, known, name)
    verdict = decide(claim, known)
    if verdict.kind in HOLDING:
        return verdict
    case = next(iter(mine.values()))
    numbers = " and ".join(f"{plain(n)} = {plain(v)}" for n, v in case.numbers)
    return undecided(f"it speaks of what line {case.line} says for {numbers} only")


def names_used(claim: Claim, known: Known) -> set[str]:
    """The names of which a claim speaks, those of functions too."""
    sides = sides_of(claim)
    found = reach(sides, known.scope)
    bodies = (known.scope.values[n] for n in found if n in known.scope.values)
    nodes = [n for side in (*sides, *bodies) for n in postorder(side)]
    called = {str(n.data.function.name) for n in nodes if n.op == "call"}
    return called | {name_in(n) for n in (*found, *nodes) if n.op in ("symbol", "entry")}
