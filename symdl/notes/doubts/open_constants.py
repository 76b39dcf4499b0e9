r"""Equations by which open constants are found, and letters that a problem has for itself.

Behind `$P(t) = P_0 e^{kt}$` for some k, `$100 = P(0)$` says what $P_0$ is, and
`$P(t) = 100 e^{kt}$` is that solution. What is said in a problem of an f that it has not defined
is said of its own f.
"""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.claim_parts import called_name
from symdl.notes.scope.at_a_point import text_between
from symdl.notes.scope.known import Key, Known, Origin, reach

_EQUAL = frozenset({"=", "equiv", "approx", "to"})


def unless_constants_are_open(verdict: Verdict, claim: Claim, known: Known) -> Verdict:
    """A refutation, unless one side is a function or a letter by its name whose definition has
    constants that nobody gave, and which the claim does not write."""
    if not verdict.kind.startswith("refuted") or claim.right is None:
        return verdict
    if claim.relation not in _EQUAL:
        return verdict
    shown = verdict.counterexample.at if verdict.counterexample is not None else {}
    told = {s for term in (*claim.sides, *claim.conditions) for s in free_symbols(term)}
    hidden = [_hidden(side, known) - told for side in claim.sides]
    hidden = [{s for s in own if plain(s) in shown and _is_constant(s)} for own in hidden]
    for side, own, other in zip(claim.sides, hidden, hidden[::-1], strict=True):
        if own and not other and _is_named(side):
            names = ", ".join(sorted(map(plain, own)))
            return undecided(f"it may say what {names} is: {verdict.message}")
    return verdict


def _is_named(side: Term) -> bool:
    """Whether a side is a letter, or the value of a function, or of its slope at some number:
    nothing is worked out in it."""
    if side.op == "call" and side.data.primes:
        return not any(free_symbols(a) for a in side.args)
    if side.op == "entry":
        return bool(free_symbols(side.args[-1]))
    return side.op in ("symbol", "call")


def _is_constant(name: Term) -> bool:
    """Whether a letter is one of those that constants have."""
    return (
        re.fullmatch(
            r"(?:[abcdkmABCDEKN]|\\(?:alpha|beta|lambda|omega))(?:_.*)?|[A-Z]_0", name.data.name
        )
        is not None
    )


def _hidden(side: Term, known: Known) -> set[Term]:
    """The numbers without values that a side has by definitions alone."""
    reached = (s for s in reach([side], known.scope) if s.op == "symbol")
    return {
        s
        for s in reached
        if s.data.role == "scalar" and s not in known.scope.values and s not in free_symbols(side)
    }


def unless_of_its_problem(verdict: Verdict, claim: Claim, known: Known) -> Verdict:
    """A refutation, unless it needs what is said of a letter outside of the problem in which the
    claim stands."""
    if not verdict.kind.startswith("refuted"):
        return verdict
    for _, name, origin in letters_used(claim, known):
        if known.is_of_another_problem(origin):
            told = f"{name} of line {origin.span.line} may be another one"
            return undecided(f"{told}: {verdict.message}")
    return verdict


FAR = 1_200
"""Characters behind a definition from which on a letter that is defined again and again may be
another one."""


def unless_used_anew(verdict: Verdict, claim: Claim, known: Known) -> Verdict:
    """A refutation, unless it needs what was said far before it of a letter that the document
    defines again and again."""
    if not verdict.kind.startswith("refuted") or claim.span is None:
        return verdict
    place = claim.span.origin
    for key, name, origin in letters_used(claim, known):
        bodies = {earlier.body for earlier in known.history.get(key, ())}
        between = text_between(origin.span.origin, place)
        if len(bodies) > 1 and between is not None and len(between) > FAR:
            told = (
                f"{name} of line {origin.span.line} is defined again and again: it may be another"
            )
            return undecided(f"{told}: {verdict.message}")
    return verdict


def letters_used(claim: Claim, known: Known) -> list[tuple[Key, str, Origin]]:
    """The single letters that a claim uses by their definitions, and where these stand."""
    found: list[tuple[Key, str, Origin]] = []
    for node in {n for side in claim.sides for n in postorder(side)}:
        name = called_name(node)
        key: Key = ("function", name) if name else ("value", node)
        origin = known.origins.get(key)
        letter = name or (str(node.data.name) if node.op == "symbol" else "")
        defined = name in known.scope.functions or node in known.scope.values
        if origin is not None and defined and len(letter.lstrip("\\")) == 1:
            found.append((key, letter, origin))
    return sorted(found, key=lambda use: use[1])
