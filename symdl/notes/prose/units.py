r"""The same quantity in two units: `$186{,}000$ seconds, or about $51.7$ hours`.

Both numbers are known to the digits that are written (zeros behind the second digit of a whole
number may be rounded ones); they are refuted if no two quantities of these digits are the same.
KB, MB and GB are powers of 1000 or of 1024.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, Words
from symdl.document.source import whole
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.expression.reading import read
from symdl.expression.term import Term, make, number
from symdl.notes.reading_in import trimmed
from symdl.notes.scope.known import Known
from symdl.notes.stated import Stated

_TIMES = {r"s(?:ec(?:ond)?s?)?": 1, r"min(?:ute)?s?": 60, r"h(?:ours?|rs?)?": 3600}
_TIMES |= {r"days?": 86400, r"weeks?": 604800}
_PREFIXES = {"k": 1, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
Unit = tuple[str, tuple[Fraction, ...]]
"""What a unit measures, and how much it is, in each of its meanings."""


def unit_claims(runs: Sequence[Run], known: Known) -> Iterator[Stated]:
    """What sentences say of one quantity in two units."""
    for place in range(len(runs) - 3):
        first, between, second, behind = runs[place : place + 4]
        if not isinstance(first, Math) or not isinstance(second, Math):
            continue
        if not isinstance(between, Words) or not isinstance(behind, Words):
            continue
        said, then = _BETWEEN.fullmatch(between.text), _BEHIND.match(behind.text)
        if said is None or then is None:
            continue
        one, other = unit_of(said[1]), unit_of(then[1])
        if one is None or other is None or one[0] != other[0] or one == other:
            continue
        link = said[3].lower()
        either = link == "or" and not said[4]  # `$90$ minutes or $2$ hours`: a choice
        apart = _OF_ONE.search(said[2] or "") or _OF_MANY.match(behind.text, then.end())
        either = either or apart is not None or link == "which makes"
        yield from _claim(first, second, (one, other), known, either)


_UNIT = r"([A-Za-z]+)"
_BETWEEN = re.compile(
    rf"\s*{_UNIT}(\s+(?:per|of|for|in|a) [\w ]{{1,30}}?)?\s*,?\s*"
    r"(\(|\(?(?:or|i\.e\.|that is|that['’]s|which is|which makes|=|≈|equals|is|are|meaning)),?\s*"
    r"(about|roughly|approximately|around|nearly|just|some|≈|~)?\s*",
    re.IGNORECASE,
)
_BEHIND = re.compile(rf"\s*{_UNIT}\b(?!\s*(?:per|/|of)\b)")
_OF_ONE = re.compile(r"\b(?:per|each|every|an?|one|single|in)\b", re.IGNORECASE)
_OF_MANY = re.compile(
    r",?\s*(?:(?:for|across|over|each|every|all|altogether|overall|total|combined|together)\b"
    r"|(?:in|on)\s+(?:total|all|sum|each|every|an?\b|the (?:whole|entire)|\d|$))",
    re.IGNORECASE,
)
"""Words behind a unit that say it of one thing (`$30$ minutes per epoch`) or of many (`$5$ hours
for $10$ epochs`): the other number may be another quantity."""


def unit_of(word: str) -> Unit | None:
    """What a word measures, and how much; None where it is no unit that is read here."""
    for pattern, seconds in _TIMES.items():
        if re.fullmatch(pattern, word):
            return "time", (Fraction(seconds),)
    if re.fullmatch(r"bytes?|B", word):
        return "bytes", (Fraction(1),)
    binary = re.fullmatch(r"([KMGTP])iB", word)
    if binary is not None:
        return "bytes", (Fraction(1024) ** _PREFIXES[binary[1]],)
    decimal = re.fullmatch(r"([kKMGTP])B", word)
    if decimal is not None:
        power = _PREFIXES[decimal[1]]
        return "bytes", (Fraction(1000) ** power, Fraction(1024) ** power)
    operations = re.fullmatch(r"([kKMGTP]?)FLOPs?", word)
    if operations is not None:
        return "operations", (Fraction(1000) ** _PREFIXES.get(operations[1], 0),)
    return None


def _claim(
    first: Math, second: Math, units: tuple[Unit, Unit], known: Known, either: bool
) -> Iterator[Stated]:
    """The claim that two numbers are one quantity; either: if they are far apart, two."""
    values = [_number(run, known) for run in (first, second)]
    if values[0] is None or values[1] is None:
        return
    (one, near_one), (other, near_other) = values[0], values[1]
    source = trimmed(second.source)
    ratios = [a / b for a in units[0][1] for b in units[1][1]]
    fits = [r for r in ratios if abs(one * r - other) <= near_one * r + near_other]
    ratio = min(fits, key=lambda r: abs(one * r - other)) if fits else ratios[0]
    if either and abs(one * ratio - other) > other / NEAR:
        return
    left = make("mul", number(one), number(ratio))
    claim = Claim(
        "number", "approx", left, number(other), known.universal, (), whole(source), source.text
    )
    decide = partial(_verdict, one * ratio, other, bool(fits))
    yield Stated(source, claim, decide, note="the same quantity in another unit")


def _verdict(value: Fraction, told: Fraction, fits: bool, _: Judge) -> Verdict:
    if value == told:
        return Verdict("proved", "exact", "the same quantity in both units")
    if fits:
        return Verdict("rounded", "exact", "the same quantity to the digits written")
    shown = Counterexample({}, _decimal(value), _decimal(told))
    message = f"the first is {shown.left} of the second unit, not {shown.right}"
    return Verdict("refuted", "exact", message, counterexample=shown)


def _decimal(value: Fraction) -> str:
    return f"{float(value):.6g}"


def _number(run: Math, known: Known) -> tuple[Fraction, Fraction] | None:
    """The number that a formula is, or comes to at its end, and half of its last digit written."""
    source = trimmed(run.source)
    try:
        term = read(source, known.universal).term
    except Error:
        return None
    if term.op == "relation":
        if not {"=", "approx"}.issuperset(term.data):
            return None
        term = term.args[-1]
    return _printed(term)


def _printed(term: Term) -> tuple[Fraction, Fraction] | None:
    """The value of a printed number, also by a power of ten, and half of its last digit."""
    if term.op == "number":
        return term.data.value, _half(term.data.value, str(term.data.text or term.data.value))
    if term.op != "mul" or len(term.args) != 2 or term.args[1].op != "pow":
        return None
    base, power = term.args[1].args
    exponent = power.args[0] if power.op == "neg" else power
    known = _printed(term.args[0]) if term.args[0].op == "number" else None
    if known is None or base is not number(10) or exponent.op != "number":
        return None
    size = exponent.data.value
    if size.denominator != 1 or size > LARGEST:
        return None
    scale = Fraction(10) ** (-int(size) if power.op == "neg" else int(size))
    return known[0] * scale, known[1] * scale


NEAR = 20
LARGEST = 40
"""Powers of ten beyond which no quantity is read."""


def _half(value: Fraction, text: str) -> Fraction:
    digits = re.sub(r"[^\d.]", "", text)
    if "." in digits:
        return Fraction(1, 2 * 10 ** len(digits.split(".")[1]))
    zeros = len(digits) - len(digits.rstrip("0")) if value else 0
    return Fraction(10 ** max(0, min(zeros, len(digits) - 2)), 2)
