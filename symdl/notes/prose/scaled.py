r"""Units behind a formula: `$124{,}439{,}808 \approx 124$M parameters`, `$1/4 = 25$%`.

A unit of numbers (thousand, M, %) scales the last number, or all that stands before it. What fails
as it is written and scaled is refuted; what holds scaled, holds. A unit of time or of memory says
not in which unit the rest is: a refutation is none that another unit explains. Bits and nats say
what the base of the logarithms is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.probability.divergences import BITS, NATS, with_entropies
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.term import Term, make, number, postorder, rebuild
from symdl.notes.scope.known import is_literal
from symdl.notes.stated import Stated

_UNIT = re.compile(
    r"\s*[-~]?(\\?%|°|thousands?|millions?|billions?|trillions?|percent(?:age points?)?|per ?cent"
    r"|per ?mille|[kKMGBTP](?:i?B(?:ytes?)?|bits?|b|FLOPS?|FLOPs?|[Hh]z|W|Wh|m|s)?(?:/s)?"
    r"|(?:kilo|mega|giga|tera|peta|kibi|mebi|gibi)(?:bytes?|bits?)|bytes?|bits?|nats?|dB|degrees?"
    r"|(?:milli|micro|nano)?seconds?|[mnuµμ]?s|min(?:ute)?s?|h(?:ou)?rs?|h|days?|weeks?|months?"
    r"|years?|[kcmµμn]?m|kg|m?g)(?![A-Za-z])"
)
_NUMERALS = {"k": 3, "K": 3, "M": 6, "G": 9, "B": 9, "T": 12, "P": 15}
_WORDS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_TIMES = (1, 60, 3600, 86400, 604800, 24, 7, 168, 1440, 10080, 365, 31536000, 12, 52, 30)
_LOGS = frozenset({"log", "ln", "log2", "log10", "logb"})


def unit_behind(behind: str) -> str:
    """The unit with which the words behind a formula begin; empty where they begin with none."""
    match = _UNIT.match(behind)
    return match[1].lstrip("\\") if match is not None else ""


def is_scale(unit: str) -> bool:
    """Whether a unit scales a number: what is given with it is not that number."""
    return _power(unit) is not None


def _power(unit: str) -> Fraction | None:
    """By how much a unit of numbers scales."""
    if unit == "%" or unit.startswith("perc") or unit == "per cent":
        return Fraction(1, 100)
    if unit.startswith("per"):
        return Fraction(1, 1000)
    word = _WORDS.get(unit.rstrip("s"))
    exponent = word if word is not None else _NUMERALS.get(unit)
    return None if exponent is None else Fraction(10) ** exponent


def in_unit(stated: Stated, unit: str) -> Stated:
    """What the last number of a formula says in the unit that stands behind it."""
    claim, decide = stated.claim, stated.decide
    if claim is None or decide is None or claim.right is None or not is_literal(claim.right):
        return stated
    if claim.relation not in ("=", "equiv", "approx", "<", ">", "<=", ">="):
        return stated

    meant_claim = _of_information(claim, unit)

    def decided(judge: Judge) -> Verdict:
        if meant_claim is not claim:
            found = judge(meant_claim)
            natural = any(n.op == "log" for n in postorder(claim.left)) and is_literal(claim.left)
            if natural and found.kind == "refuted" and decide(judge).kind in HOLDING:
                return undecided(f"it holds with natural logarithms: {found.message}")
            return replace(found, message=f"in {unit}: {found.message}")
        verdict = decide(judge)
        if not verdict.kind.startswith("refuted"):
            return verdict
        power = _power(unit)
        if power is not None:
            meant = judge(_scaled(claim, power))
            if meant.kind in HOLDING:
                return replace(meant, message=f"in units of {unit}: {meant.message}")
            if unit not in _NUMERALS or meant.kind != "refuted":
                return verdict if meant.kind == "refuted" else meant
        for ratio in _ratios(unit):
            if judge(_scaled(claim, ratio)).kind in HOLDING:
                return undecided(f"it may hold in another unit ({unit}): {verdict.message}")
        if _unit_of_information(unit) and any(
            judge(replace(claim, left=left)).kind in HOLDING for left in _in_other_unit(claim.left)
        ):
            return undecided(f"it may hold in another unit ({unit}): {verdict.message}")
        if _is_of_angle_or_information(claim, unit):
            return undecided(f"the unit ({unit}) is not read: {verdict.message}")
        return verdict

    return replace(stated, decide=decided)


def _of_information(claim: Claim, unit: str) -> Claim:
    """The claim with its entropies and its logarithms without a base as a unit of information asks
    for them: bits have the base 2. A `\\ln` is natural whatever is said."""
    word = _unit_of_information(unit)
    if not word:
        return claim
    base = BITS if word == "bit" else NATS
    known = with_entropies(claim, base)
    if base is None or "\\ln" in claim.latex or known.right is None:
        return known
    left, right = (_with_base(side, base) for side in (known.left, known.right))
    if left is known.left and right is known.right:
        return known
    return replace(known, left=left, right=right)


def _unit_of_information(unit: str) -> str:
    word = unit.rstrip("s")
    return word if word in ("bit", "nat") else ""


def _in_other_unit(left: Term) -> tuple[Term, Term]:
    """What is measured in bits in nats, and the other way round."""
    nat = make("log", number(2))
    return left * nat, left / nat


def _with_base(root: Term, base: Term) -> Term:
    made: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(made[a] for a in node.args)
        again = node if args == node.args else rebuild(node, args)
        made[node] = make("log_base", *args, base) if node.op == "log" else again
    return made[root]


def is_given(claim: Claim) -> bool:
    """Whether a claim or a definition sets a name to a number."""
    named = claim.left.op in ("symbol", "entry", "label")
    return named and claim.right is not None and is_literal(claim.right)


def _scaled(claim: Claim, ratio: Fraction) -> Claim:
    """A claim whose left side is measured in a unit."""
    size = number(ratio) if ratio >= 1 else number(1 / ratio)
    return replace(claim, left=make("div" if ratio >= 1 else "mul", claim.left, size))


def _ratios(unit: str) -> Iterator[Fraction]:
    """How many of some smaller or larger unit one of these is."""
    for exponent in range(1, 6):
        for base in (1000, 1024):
            for bits in (1, 8):
                yield Fraction(base) ** exponent * bits
                yield Fraction(bits, base**exponent)
                yield 1 / (Fraction(base) ** exponent * bits)
    yield from (Fraction(8), Fraction(1, 8))
    if re.search(r"sec|min|h|day|week|month|year|^s$|s$", unit):
        for size in _TIMES[1:]:
            for thousand in (1, 1000, 10**6, 10**9):
                yield Fraction(size * thousand)
                yield Fraction(1, size * thousand)
                yield Fraction(thousand, size)


def _is_of_angle_or_information(claim: Claim, unit: str) -> bool:
    """Whether a logarithm or π is said in a unit that has a factor of its own."""
    sides: tuple[Term, ...] = claim.sides
    nodes = [n for side in sides for n in postorder(side)]
    if unit in ("°",) or unit.startswith("degree"):
        return any(n.op == "constant" for n in nodes)
    informs = unit.rstrip("s") in ("dB", "byte")
    return informs and any(n.op in _LOGS or n.op.startswith("log") for n in nodes)
