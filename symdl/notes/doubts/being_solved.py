r"""Equations that are being solved: `$e^{2x} = e^x + 6$`, and in a later row `$x = \ln 3$`.

What follows them says for which values of their letter they hold. So do columns of letters say
which vectors solve a system: `$(x_1, x_2, x_3) = (-2 x_3, -x_3, x_3)$`.
"""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.scope.known import Known, is_literal

_ARRAYS = frozenset({"matrix", "vector", "tuple"})
MOST_LETTERS = 2


def unless_being_solved(verdict: Verdict, claim: Claim, text: str, behind: str) -> Verdict:
    """A refutation, unless the claim is an equation of which a later row, or the text behind it,
    gives a letter by a number. text: the display; behind: the words and formulas that follow."""
    if not verdict.kind.startswith("refuted") or claim.relation != "=" or claim.right is None:
        return verdict
    shown = verdict.counterexample.at if verdict.counterexample is not None else {}
    letters = {s for side in claim.sides for s in free_symbols(side) if s.shape == ()}
    if not 0 < len(letters) <= MOST_LETTERS or _gives(claim):
        return verdict
    if any(n.op in ("call", "derivative", "gradient") for s in claim.sides for n in postorder(s)):
        return verdict
    rows = text.split("\\\\")
    own = next((i for i, row in enumerate(rows) if claim.latex and claim.latex in row), 0)
    for letter in sorted(letters, key=plain):
        following = "\n".join((*rows[own + 1 :], behind if plain(letter) in shown else ""))
        if _found(str(letter.data.name), following):
            return undecided(f"it is solved for {plain(letter)}: {verdict.message}")
    return verdict


def _gives(claim: Claim) -> bool:
    """Whether an equation gives a letter itself."""
    pairs = (claim.sides, claim.sides[::-1])
    return any(one.op == "symbol" and one not in free_symbols(other) for one, other in pairs)


def _found(letter: str, text: str) -> bool:
    """Whether a text gives a letter by a number: `x &= \\frac{1}{3}`, `x = 3 or x = -2`."""
    for match in re.finditer(rf"(?<![A-Za-z\\^_]){re.escape(letter)}\s*&?\s*=\s*&?", text):
        value = re.match(
            r"[^,;.$&]*?(?=\\\\|\\text|\\end|\\quad|[,;.$&]|$|\s(?:or|and)\b)", text[match.end() :]
        )
        if value is not None and value[0].strip() and not _LETTER.search(_words_left_out(value[0])):
            return True
    return False


_LETTER = re.compile(r"[A-Za-z]")


def _words_left_out(value: str) -> str:
    """A value without the names of functions and signs in it: what is left are letters."""
    return re.sub(r"\\[A-Za-z]+", " ", value)


def unless_a_solution(verdict: Verdict, claim: Claim, known: Known) -> Verdict:
    """A refutation, unless an array of different letters is said to be one of these letters: a
    vector that solves a system, or a vector and its entries."""
    if not verdict.kind.startswith("refuted") or claim.right is None or claim.relation != "=":
        return verdict
    for one, other in (claim.sides, claim.sides[::-1]):
        if other.op not in _ARRAYS:
            continue
        own = _entries(one)
        if own and not own & known.scope.values.keys() and own & _parts(other):
            return undecided(f"it may say which of them are solutions: {verdict.message}")
        if verdict.method == "shape" and one.op == "symbol" and one in free_symbols(other):
            return undecided(f"it may say what {plain(one)} is made of: {verdict.message}")
    return verdict


def _entries(side: Term) -> set[Term]:
    """The entries of an array, if these are different letters."""
    if side.op not in _ARRAYS:
        return set()
    letters = all(a.op in ("symbol", "entry") and a.shape == () for a in side.args)
    return set(side.args) if letters and len(set(side.args)) == len(side.args) > 1 else set()


def _parts(side: Term) -> set[Term]:
    return {n for n in postorder(side) if n.op in ("symbol", "entry") and not is_literal(n)}
