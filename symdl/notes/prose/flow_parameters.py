"""What is said of the weights, biases and numbers of parameters of a flow of shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symdl.document.source import Source
from symdl.expression.misfits import show
from symdl.notes.prose.broadcasting import Shape
from symdl.notes.prose.flow import KEY, LAYER, Flow, first_shape, told_of
from symdl.notes.stated import Stated

_COUNT = re.compile(
    r"(?<![\d.,])(\d[\d,]*)\s*(?:trainable |learnable )?param(?:eter)?s\b", re.IGNORECASE
)


def parameter_shape(
    source: Source, key: re.Match[str] | None, word: str, flow: Flow
) -> Iterator[Stated]:
    """The shape of weights or of a bias behind a layer."""
    found = first_shape(source.text, key)
    if found is None or flow.given is None or flow.taken is None:
        return
    span, shape = found
    if word.startswith("bias"):
        wanted: tuple[Shape, ...] = ((flow.given,), (1, flow.given))
    else:
        wanted = ((flow.taken, flow.given), (flow.given, flow.taken))
    holds = shape in wanted
    how = "output = input @ weights" if shape == wanted[0] else "output = input @ weights^T"
    told = f"it must be {show(wanted[0])}"
    if holds and not word.startswith("bias"):
        told = f"as in {how}"
    yield told_of(source, span, holds, told, show(wanted[0]), show(shape))


_COUNT_BEHIND = re.compile(r"param(?:eter)?s\s*[:=]\s*\$?(\d[\d,]*)\$?\W*$", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_WHICH = re.compile(r"\b(?:(" + "|".join(_ORDINALS) + r")\b|layer (\d)\b)", re.IGNORECASE)


_LOOSELY = re.compile(
    r"\b(?:about|approx\w*|roughly|around|nearly|almost|over|more than|less than|fewer|only|each"
    r"|every|instead|compared?|reduc\w*|frozen|shared|takes|accepts|arguments?|hyper\w*|embedding"
    r"|conv\w*|extra|additional|add\w*|save\w*)\b|~|≈",
    re.IGNORECASE,
)
"""Words by which a number of parameters is not that of the layers that are told."""


def parameter_counts(source: Source, flow: Flow) -> Iterator[Stated]:
    """A stated number of parameters: of a layer that is named, of all, or of the only one."""
    place = 0
    for match in [*_COUNT.finditer(source.text), *_COUNT_BEHIND.finditer(source.text)]:
        wanted = _wanted(source.text[place : match.end()], flow)
        place = match.end()
        if wanted is not None:
            stated = int(match[1].replace(",", ""))
            count, how = wanted
            told = f"{how} = {count} parameters"
            yield told_of(source, match.span(), stated == count, told, str(count), str(stated))


def _wanted(text: str, flow: Flow) -> tuple[int, str] | None:
    """The number of parameters that a text speaks of and how it comes about."""
    if _LOOSELY.search(text) or re.search(r"(?<![\d,.])\d\s*(?:\w+\s)?param", text):
        return None
    if re.search(r"\btotal|in all|altogether|network has|model has", text, re.IGNORECASE):
        terms = " + ".join(how for _, how in flow.layers)
        counted = flow.layers and flow.whole
        return (sum(count for count, _ in flow.layers), terms) if counted else None
    which = _WHICH.search(text)
    if which is not None:
        place = _ORDINALS.index(which[1].lower()) if which[1] else int(which[2]) - 1
        return flow.layers[place] if flow.whole and 0 <= place < len(flow.layers) else None
    if LAYER.search(text) or KEY.match(text):
        return flow.parameters
    return flow.layers[0] if flow.whole and len(flow.layers) == 1 else None
