"""Claims known to be true, mutants of them (a sign, an index, a bracket), and their verdicts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

import claim_bank
import claim_tables
from claim_bank import PROVED, REFUTED
from claim_oracle import broken_at, one_sided_at, truth

from symdl import library
from symdl.document.errors import Error, InternalError
from symdl.document.source import Source
from symdl.evidence.claim import Claim
from symdl.evidence.claims_read import claims
from symdl.evidence.ladder import judge
from symdl.evidence.verdict import Verdict
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.faces.statement import weakest
from symdl.library.given import scope_of


@dataclass(frozen=True)
class Statement:
    """One that is true, and the scope for a wording of it."""

    text: str
    scope: Callable[[str], Scope]


@dataclass(frozen=True)
class Mutant:
    """A statement with one thing changed, and how."""

    text: str
    how: str
    original: str
    claims: tuple[Claim, ...]


def true_statements() -> Iterator[Statement]:
    """Those of the library, of the bank, and of the tables of cases."""
    for raw in library.all_formulas():
        understood = library.understand(raw)
        for entry in raw.claims:
            if not entry.expect:
                yield Statement(entry.statement.text, lambda _, scope=understood.scope: scope)
    for claim in claim_bank.bank():
        if claim.true:
            yield Statement(
                claim.statement,
                lambda text, c=claim: scope_of(c.given, c.symbols, text),
            )
    for name in ("order.txt", "image.txt", "limits.txt", "monotone.txt", "claims_statements.txt"):
        for row in claim_tables.table(name):
            stated, verdict = row.values
            if verdict.partition(" :: ")[0].strip() == "proved":
                yield _of_table(stated)


def _of_table(row: str) -> Statement:
    claim, given, symbols = claim_tables.parts(row)
    return Statement(claim, lambda text: scope_of(given, symbols, text))


def mutants(draw: Random, each: int, every: int = 1) -> Iterator[Mutant]:
    """`each` mutants of every true statement (less where there are not so many places)."""
    for true in islice(true_statements(), 0, None, every):
        seen = {true.text}
        found = 0
        for how in draw.choices(list(CHANGES), k=4 * each):
            text = _changed(true.text, how, draw)
            if found == each or not text or text in seen:
                continue
            seen.add(text)
            stated = _claims(text, true)
            if stated is not None:
                found += 1
                yield Mutant(text, how, true.text, stated)


def _claims(text: str, true: Statement) -> tuple[Claim, ...] | None:
    """The claims of a mutant; None if it is refused or claims nothing."""
    try:
        scope = true.scope(text)
        found = claims(read(Source("<mutant>", text), scope), scope)
    except (Error, RecursionError):
        return None
    return found if all(c.right is not None and c.kind != "definition" for c in found) else None


# --- changes -----------------------------------------------------------------------------------


def _changed(text: str, how: str, draw: Random) -> str:
    pattern, new = CHANGES[how]
    places = list(re.finditer(pattern, text))
    if not places:
        return ""
    place = draw.choice(places)
    return text[: place.start()] + new(place, draw, text) + text[place.end() :]


New = Callable[[re.Match[str], Random, str], str]


def _table(**pairs: str) -> New:
    return lambda m, draw, text: pairs[m[0]]


def _other(choices: dict[str, list[str]]) -> New:
    return lambda m, draw, text: draw.choice(choices[m[0]])


def _digit(m: re.Match[str], draw: Random, _text: str) -> str:
    return str((int(m[0]) + draw.choice((1, 2, 5))) % 10)


def _variable(m: re.Match[str], draw: Random, text: str) -> str:
    others = sorted(set(re.findall(VARIABLE, text)) - {m[0]})
    return draw.choice(others) if others else m[0]


def _index(m: re.Match[str], draw: Random, _text: str) -> str:
    return draw.choice([c for c in "ijk" if c != m[0]])


VARIABLE = r"(?<![A-Za-z\\{])[a-hl-z](?![A-Za-z(}])"
FUNCTIONS = {r"\sin": [r"\cos"], r"\cos": [r"\sin"], r"\tanh": [r"\sigma", r"\tan"],
             r"\sigma": [r"\tanh"], r"\max": [r"\min"], r"\min": [r"\max"],
             r"\log": [r"\exp"], r"\exp": [r"\log"]}  # fmt: skip
RELATIONS = {"<": [">", r"\ge "], ">": ["<", r"\le "], r"\le": [r"\ge", "<"],
             r"\ge": [r"\le", ">"], r"\subseteq": ["="]}  # fmt: skip
CHANGES: dict[str, tuple[str, New]] = {
    "sign": (r"[+-]", lambda m, d, t: "-" if m[0] == "+" else "+"),
    "lost minus": (r"(?<![\w})\]])\s*-", lambda m, d, t: ""),
    "factor": (r"(?<=[=<>(+]) ", lambda m, d, t: d.choice((" 2 ", " 3 ", r" \frac{1}{2} "))),
    "exponent": (r"(?<=\^)\d|(?<=\^\{)\d(?=\})", lambda m, d, t: str(int(m[0]) + 1)),
    "lost exponent": (r"\^\d|\^\{\d\}", lambda m, d, t: ""),
    "variable": (VARIABLE, _variable),
    "digit": (r"\d", _digit),
    "lost bracket": (r"\(([^()]+)\)", lambda m, d, t: m[1]),
    "lost transpose": (r"\^T|\^\\top|\^\{\\top\}|\^\{T\}", lambda m, d, t: ""),
    "index": (r"(?<=_)[ijk]|(?<=_\{)[ijk]|(?<=_\{[ijk])[ijk]", _index),
    "relation": (r"\\le(?![a-z])|\\ge(?![a-z])|\\subseteq|<|>", _other(RELATIONS)),
    "bound": (r"(?<== )[(\[](?=[^()\[\]]*,[^()\[\]]*[)\]]$)",
              lambda m, d, t: "[" if m[0] == "(" else "("),
    "dropped term": (r" [+-] [^-+=<>(){}&\\,]+(?=[ )}]|$)", lambda m, d, t: ""),
    "dropped factor": (r"(?<=[a-z0-9)}]) ?\([^()]+\)", lambda m, d, t: ""),
    "function": (r"\\(sin|cos|tanh|sigma|max|min|log|exp)(?![a-zA-Z])", _other(FUNCTIONS)),
    "fraction turned": (r"\\frac\{([^{}]+)\}\{([^{}]+)\}",
                        lambda m, d, t: rf"\frac{{{m[2]}}}{{{m[1]}}}"),
    "lost prime": (r"'(?=[('])", lambda m, d, t: ""),
}  # fmt: skip
"""What goes wrong, where, and what is written instead."""


# --- verdicts ----------------------------------------------------------------------------------


def judged(mutant: Mutant) -> Verdict | None:
    """The verdict of the weakest claim of a mutant; None where it is refused."""
    try:
        return weakest(judge(claim) for claim in mutant.claims)
    except InternalError:
        raise
    except Error:
        return None


def true_or_false(mutant: Mutant) -> bool | None:
    """Whether all claims of a mutant are true; None where numbers cannot tell."""
    answers = [truth(claim) for claim in mutant.claims]
    return False if False in answers else (None if None in answers else True)


def results(seed: int, each: int, every: int = 1) -> Iterator[tuple[Mutant, bool, str, str]]:
    """Every mutant whose truth is known, with that truth, the kind of verdict and its message.

    Only each `every`-th statement is mutated. A mutant against which no numbers were found is
    false if the numbers confirm the point shown.
    """
    for mutant in mutants(Random(seed), each, every):
        verdict = judged(mutant)
        true = None if verdict is None else true_or_false(mutant)
        if verdict is None or true is None:
            continue
        shown = verdict.counterexample
        if true and verdict.kind in REFUTED and shown is not None:
            answers = [broken_at(claim, shown.at) for claim in mutant.claims]
            if True not in answers and None in answers:
                continue
            as_stated = verdict.kind == "refuted-as-stated"
            lost = as_stated and any(one_sided_at(claim, shown.at) for claim in mutant.claims)
            true = True not in answers and not lost
        yield mutant, true, verdict.kind, verdict.message


def wrong(true: bool, kind: str) -> bool:
    """Whether a verdict contradicts the numbers."""
    return kind in (REFUTED if true else PROVED)
