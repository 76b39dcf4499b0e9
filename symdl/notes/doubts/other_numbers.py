r"""Numbers of another kind, of which a document speaks: complex ones (`i^2 = -1`), whole numbers
modulo another (`2 \cdot 3 = 1` in $\mathbb{Z}_5$), words of digits (`00111`).

What such numbers satisfy is no mistake of real ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import gcd

from symdl.document.pieces import Math, Run, Words
from symdl.evidence.claim import Claim
from symdl.evidence.exact import exact
from symdl.evidence.kinds import ORDER
from symdl.evidence.points import atoms
from symdl.evidence.reached import definitions_used
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.scope.known import Known

_UNITS = frozenset({"i", "j", "\\imath", "\\jmath", "\\mathrm{i}", "\\mathrm{j}"})
_COMPLEX = re.compile(
    r"\bcomplex[- ](?:numbers?|conjugat\w+|plane|scalars?|valued|roots?|eigen\w+|exponentials?"
    r"|vectors?|matri\w+|entries|inner product|frequenc\w+|amplitudes?|impedances?|power"
    r"|logarithms?|analysis|functions?)|\bimaginary\b",
    re.IGNORECASE,
)
_ROOT = re.compile(
    r"(?<![A-Za-z])[ij]\s*(?:\\[,!;]\s*)?\^\s*\{?\s*2\s*\}?\s*=\s*-\s*1|\\sqrt\{-1\}"
)
_MODULO = re.compile(
    r"\b(?:integers?|arithmetic|addition|multiplication|calculat\w+|numbers|field|results?|bits|reduc\w+"
    r"|computed?|taken|entries|congruent)\s+(?:(?:\w+\s+){0,2})modulo[~\s]*\$?(\d+)"
    r"|\bGF\s*\(?(\d+)",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\\math(?:bb|bf)\s*\{?\s*[ZF]\s*\}?\s*_\s*\{?\s*(\d+)|\\[ZF]\s*_\s*\{?\s*(\d+)"
    r"|\\math(?:bb|bf)\s*\{?\s*Z\s*\}?\s*/\s*(\d+)|\\pmod\s*\{?\s*(\d+)"
)
_REAL = re.compile(r"\\math(?:bb|bf)\s*\{?\s*R|\breal (?:numbers?|line)\b")
_GROUPS = re.compile(
    r"\b(?:sub-?groups?|abelian|dihedral|cyclic groups?|group homomorphisms?|symmetric groups?"
    r"|order of (?:an? |the )?(?:element|group)|identity element|cosets?|permutation groups?)\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<![\d.,_^{\\])\s*0\d+(?![\d.]|\})")

_PLAIN = re.compile(
    r"\s*(?:0\s*[a-z]\w*(?:\s*[+-]\s*0\s*[a-z]\w*)*\s*=\s*-?\d+|\(?-?[01]\)?\s*(?:&\s*)?=\s*(?:&\s*)?-?\d+|-?\d+\s*=\s*-?[01])\s*[.,;]?\s*"
)
"""`0 = 1`: what an inconsistent system says."""


def speaks_of_complex(runs: Iterable[Run]) -> bool:
    """Whether a document speaks of complex numbers."""
    return any(
        (isinstance(run, Words) and _COMPLEX.search(run.text) is not None)
        or (isinstance(run, Math) and _ROOT.search(run.text) is not None)
        for run in runs
    )


def speaks_of_groups(runs: Iterable[Run]) -> bool:
    """Whether a document speaks of elements of groups."""
    return any(isinstance(run, Words) and _GROUPS.search(run.text) is not None for run in runs)


def moduli_in(runs: Iterable[Run]) -> Iterator[int]:
    """The numbers modulo which a passage calculates."""
    for run in runs:
        pattern = _MODULO if isinstance(run, Words) else _FIELD
        for match in pattern.finditer(run.text) if isinstance(run, Words | Math) else ():
            yield from (int(digits) for digits in match.groups() if digits and int(digits) > 1)


def unless_of_other_numbers(
    claim: Claim, text: str, sentence: str, known: Known, verdict: Verdict
) -> Verdict:
    """The verdict, unless it would be another of the numbers that the document speaks of."""
    holds = verdict.kind in HOLDING and claim.relation in ORDER
    if not holds and not verdict.kind.startswith("refuted"):
        return verdict
    if _REAL.search(sentence):
        return verdict
    for reason in _reasons(claim, text, known):
        return undecided(f"{reason}: {verdict.message}")
    return verdict


def _reasons(claim: Claim, text: str, known: Known) -> Iterator[str]:
    if known.habits.complex:
        for unit in sorted(_free((*claim.terms, *definitions_used(claim))), key=plain):
            if str(unit.data.name) in _UNITS:
                yield f"{plain(unit)} may be the imaginary unit"
    if claim.relation not in ("=", "equiv"):
        return
    letters = {s for s in _free(claim.sides) if s.data.role in ("scalar", "index")}
    if known.habits.groups and letters:
        yield "its letters may be elements of a group"
    if claim.right is not None and _PLAIN.fullmatch(text):
        yield "an equation between two plain numbers is told, not claimed"
    if _DIGITS.search(text):
        yield "words of digits are no numbers"
    for modulus in sorted({n for n, path in known.habits.moduli if known.is_open(path)}):
        small = all(value <= modulus for value in _numbers(claim))
        if small and claim.right is not None and _agree(claim.left, claim.right, modulus):
            yield f"it holds modulo {modulus}"


def _free(terms: Iterable[Term]) -> set[Term]:
    return {s for term in terms for s in free_symbols(term) if s.op == "symbol"}


def _numbers(claim: Claim) -> Iterator[Fraction]:
    """The numbers that are written in a claim."""
    nodes = (n for side in claim.sides for n in postorder(side) if n.op == "number")
    return (value for n in nodes if (value := exact(n)) is not None)


def _agree(left: Term, right: Term, modulus: int) -> bool:
    """Whether two sides leave the same rest, entry by entry, at some whole numbers."""
    if left.op in _ROWS and left.op == right.op and len(left.args) == len(right.args):
        return all(_agree(a, b, modulus) for a, b in zip(left.args, right.args, strict=True))
    names = atoms((left, right))
    return all(_agree_at(left, right, names, start, modulus) for start in range(3))


_ROWS = frozenset({"matrix", "vector"})


def _agree_at(left: Term, right: Term, names: list[Term], start: int, modulus: int) -> bool:
    point = {name: Fraction(start + 2 * place) for place, name in enumerate(names)}
    a, b = exact(left, point), exact(right, point)
    if a is None or b is None or any(gcd(v.denominator, modulus) != 1 for v in (a, b)):
        return False
    return (a - b).numerator % modulus == 0
