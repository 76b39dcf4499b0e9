"""Output ranges in a table: `(-1, 1)` in a column of ranges is the set of all values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial

from symdl.document.pieces import Cell
from symdl.document.source import Source, Span
from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.verdict import Verdict
from symdl.expression.term import Term, constant, make, number, postorder
from symdl.findings import reading_of
from symdl.notes.judging import HOLDS
from symdl.notes.prose.claims import text_of
from symdl.notes.prose.vocabulary import Subject
from symdl.notes.scope.known import Known
from symdl.notes.stated import Stated

_END = r"(-?\s*\d+(?:\.\d+)?|[-+−]?\s*(?:∞|\\infty|inf(?:inity)?))"
_INTERVAL = re.compile(rf"([(\[])\s*{_END}\s*,\s*{_END}\s*([)\]])")
_JOINED = re.compile(r"\\cup\b|∪|\bor\b|\bunion\b")
"""Between parts of a set: none of them is the set of all values."""


def output_range(cell: Cell, subject: Subject, known: Known) -> Iterator[Stated]:
    """An interval in a column of ranges is the set of all values."""
    source = text_of(cell)
    match = _INTERVAL.search(source.text)
    if match is None or "shape" in source.text.lower() or _JOINED.search(source.text):
        return
    lower, upper = _end(match[2]), _end(match[3])
    interval = make("interval", lower, upper, data=match[1] + match[4])
    span = Span(source, match.start(), match.end())
    value, variable = subject.value, subject.variable
    if variable.op == "entry":
        yield from _entry_range(source, span, interval, subject, known)
        return
    image = make("image", variable, make("number_set", data="R"), value)
    claim = Claim("range", "=", image, interval, known.universal, (), span, span.text)
    within = replace(claim, relation="subseteq")
    note = f"the output range of {subject.name} is the set of all its values"
    units = _unit(match[2]), _unit(match[3])
    yield Stated(source, claim, _exactly_or_nearly(claim, within, units), note=note)


def _exactly_or_nearly(claim: Claim, within: Claim, units: tuple[Term | None, ...]) -> Decide:
    """Ends that are not reached but written as if they were make a range imprecise, not wrong; an
    end with decimals is one to the digits printed."""

    def decide(judge: Judge) -> Verdict:
        verdict = judge(claim)
        if verdict.kind != "refuted" or claim.right is None:
            return verdict
        ends = claim.right.args
        opened = (replace(claim, right=make("interval", *ends, data=d)) for d in ("()", "(]", "[)"))
        if judge(within).kind in HOLDS and any(judge(o).kind in HOLDS for o in opened):
            message = (
                "every value lies in it, but it has an end that is not reached: it is open there"
            )
            reading = reading_of(within)
            return Verdict("proved", "image", message, reading=reading, code="imprecise-range")
        rounded = _to_the_digits(within, units, judge)
        return verdict if rounded is None else rounded

    return decide


def _to_the_digits(within: Claim, units: tuple[Term | None, ...], judge: Judge) -> Verdict | None:
    """Whether all values lie in the range with its ends moved out by half a unit of the last
    digit, and not all of them in the range with one of these moved in as far."""
    interval = within.right
    if not any(units) or interval is None:
        return None

    def moved(ways: tuple[int, int]) -> Claim:
        ends = (
            end if unit is None else make("add", end, number(Fraction(way, 2)) * unit)
            for end, unit, way in zip(interval.args, units, ways, strict=True)
        )
        return replace(within, right=make("interval", *ends, data=interval.data))

    if judge(moved((-1, 1))).kind not in HOLDS:
        return None
    tighter = [moved((1, 1))] * (units[0] is not None) + [moved((-1, -1))] * (units[1] is not None)
    if any(judge(claim).kind != "refuted" for claim in tighter):
        return None
    return Verdict("rounded", "image", "its ends are correct to the digits printed")


def _unit(text: str) -> Term | None:
    """One of the last digit of a decimal; None for another end."""
    decimals = re.search(r"\.(\d+)", text)
    return None if decimals is None else number(Fraction(1, 10 ** len(decimals[1])))


def _entry_range(
    source: Source, span: Span, interval: Term, subject: Subject, known: Known
) -> Iterator[Stated]:
    """Outputs of softmax and its like: each lies in the interval (of one output nobody speaks)."""
    lower, upper = interval.args
    relations = ["<" if sign in "()" else "<=" for sign in interval.data]
    sizes = [n.args[2] for n in postorder(subject.value) if n.op == "sum" and n.data == "range"]
    several = tuple(
        make("relation", size, number(2), data=(">=",)) for size in sizes if size.op == "symbol"
    )
    sides = ((lower, relations[0], True), (upper, relations[1], False))
    for end, relation, below in sides:
        if end.op not in ("number", "neg"):
            continue
        left, right = (end, subject.value) if below else (subject.value, end)
        claim = Claim("bound", relation, left, right, known.universal, several, span, span.text)
        note = f"each output of {subject.name} lies in the range"
        yield Stated(source, claim, partial(_judged, claim), note=note)


def _end(text: str) -> Term:
    flat = re.sub(r"\s", "", text).replace("−", "-")
    negative = flat.startswith("-")
    flat = flat.lstrip("+-")
    term = number(Fraction(flat)) if flat[0].isdigit() else constant("infinity")
    return make("neg", term) if negative else term


def _judged(claim: Claim, judge: Judge) -> Verdict:
    return judge(claim)
