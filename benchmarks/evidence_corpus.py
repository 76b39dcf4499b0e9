"""Claims beyond those of the tests, for the mutants that no test notices: which verdicts change.

Each is judged twice: as it is, and where that refutes it, again with every search for points shut
(tests/test_unbroken.py), so that rules which prove too much show. They are mutants of true claims
(tests/claim_mutants.py), random claims of other seeds than the tests', and the refuted rows of all
tables. Nothing is said here of what is true: the verdicts of the sources as they are stand for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from random import Random
from typing import Any

from claim_bank import PROVED, REFUTED
from claim_mutants import judged, mutants
from claim_tables import CASES, parts, table
from test_soundness import MAKERS, SHARES
from test_unbroken import nobody_searches

import symdl
from symdl.document.errors import Error, InternalError

MUTATED = 2
"""Mutants of each true claim."""
SEED = 101
"""Of the random claims; the tests take others."""
LOUD = "internal error"
WORST_FIRST = ("wrong proof", "wrong refutation", LOUD, "another decision", "decides more", "less")

Judge = Callable[[], Any]


def corpus() -> Iterator[tuple[str, Callable[[], str]]]:
    """The claims by name, and how to ask for their kinds of verdict."""
    for number, mutant in enumerate(mutants(Random(1), MUTATED)):
        name = f"claim {number}: {mutant.text}   [{mutant.how} of {mutant.original}]"
        yield name, partial(kinds, partial(judged, mutant))
    for kind, (make, _) in MAKERS.items():
        for number, claim in enumerate(islice(make(Random(SEED)), SHARES[kind])):
            given = tuple(getattr(claim, "given", ()))
            asked = partial(symdl.check, claim.latex, given=given, symbols=dict(claim.symbols))
            yield f"claim {kind} {number}: {claim.latex}", partial(kinds, asked)
    for path in sorted(CASES.glob("*.txt")):
        for number, row in enumerate(rows_of(path.name)):
            claim, given, symbols = parts(row)
            asked = partial(symdl.check, claim, given=given, symbols=symbols)
            yield f"claim {path.stem} {number}: {row}", partial(kinds, asked)


def rows_of(name: str) -> list[str]:
    """The rows of a table that it says are refuted; none of what is no table of claims."""
    if " => refuted" not in (CASES / name).read_text(encoding="utf-8"):
        return []
    rows = [row.values for row in table(name)]
    return [claim for claim, verdict in rows if verdict.partition(" :: ")[0] in REFUTED]


def kinds(asked: Judge) -> str:
    """The kind of verdict; of what is refuted the kind without any search for points as well."""
    first = kind_of(asked)
    if first not in REFUTED:
        return first
    with nobody_searches():
        return f"{first}/{kind_of(asked)}"


def kind_of(asked: Judge) -> str:
    try:
        verdict = asked()
    except InternalError:
        return LOUD
    except Error:
        return "refused"
    return "refused" if verdict is None else str(verdict.kind)


def change(before: str, after: str) -> str:
    """What is worse in a verdict than in the one before; empty where it is the same, or what is
    refuted is refuted in another way."""
    was, _, _ = before.partition("/")
    now = after.split("/")
    if before == after or (was == now[0] and not {LOUD, *PROVED}.intersection(now[1:])):
        return ""
    if LOUD in after:
        return LOUD
    if was in REFUTED and any(kind in PROVED for kind in now):
        return "wrong proof"
    if was in PROVED and now[0] in REFUTED:
        return "wrong refutation"
    if was in PROVED + REFUTED:
        return "less" if now[0] not in PROVED + REFUTED else "another decision"
    return "decides more"
