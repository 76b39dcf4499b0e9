r"""A point and the data of the same letter: the x of `x - x_i` and `k(x, x_i)` is no vector of x_i.

The point is read under a name of its own, `x_*`, as books on kernels and processes write it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.document.source import Source
from symdl.evidence.claim import Claim

_OPEN = r"(?:\\(?:left|right|[bB]igg?[lr]?)\s*)?"
_LETTER = r"(?<![A-Za-z\\])(?P<x>[a-z])"
_INDEX = r"_(?:[ijklmn]|\{[ijklmn]\})"
_APART = re.compile(
    rf"{_LETTER}\s*-\s*(?P=x){_INDEX}"
    rf"|{_LETTER.replace('<x>', '<y>')}{_INDEX}\s*-\s*(?P=y)(?![A-Za-z_^'])"
    rf"|\(\s*{_LETTER.replace('<x>', '<z>')}\s*,\s*(?P=z){_INDEX}\s*{_OPEN}\)"
)
_COMMAND = re.compile(r"\\(?:text|mathrm|operatorname\*?|mathbf)\s*\{[^{}]*\}|\\[A-Za-z]+")


def point_in(text: str) -> str:
    """The letter that is a point beside data of the same letter; empty if there is none."""
    match = _APART.search(text)
    return (match["x"] or match["y"] or match["z"]) if match else ""


def with_point(source: Source, letter: str) -> Source:
    """The text with the point under a name of its own, every character at its place."""
    kept = [(m.start(), m.end()) for m in _COMMAND.finditer(source.text)]
    made: list[str] = []
    places: list[int] = []
    for place, mark in enumerate(source.text):
        made.append(mark)
        places.append(place)
        inside = any(start <= place < end for start, end in kept)
        if mark == letter and not inside and not source.text[place + 1 :].lstrip().startswith("_"):
            made += "_{*}"
            places += [place] * 4
    return Source(source.name, "".join(made), source, (*places, len(source.text)))


def as_written(claim: Claim) -> Claim:
    """The claim with the characters of the document as its LaTeX."""
    span = claim.span
    if span is None or "_{*}" not in claim.latex:
        return claim
    source = span.source
    if source.parent is None or source.offsets is None or point_in(source.parent.text) == "":
        return claim
    start, end = source.offsets[span.start], source.offsets[span.end]
    return replace(claim, latex=source.parent.text[start:end])
