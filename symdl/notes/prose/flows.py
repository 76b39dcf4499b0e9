"""Shapes that flow through layers: `(16, 100) -> Linear(100 -> 64) -> (16, 64)`.

A flow begins with an input's shape. A layer says what it takes and gives; weights, biases,
outputs and numbers of parameters that are stated behind it are claims about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from symdl.document.pieces import HEADING, Block, Table
from symdl.document.source import Source
from symdl.expression.misfits import show
from symdl.notes.outline import Passage
from symdl.notes.prose.broadcasting import SHAPE, Shape
from symdl.notes.prose.claims import text_of
from symdl.notes.prose.flow import ARROW, KEY, LAYER, Flow, dims_of, first_shape, is_shape, told_of
from symdl.notes.prose.flow_parameters import parameter_counts, parameter_shape
from symdl.notes.prose.layer_shapes import after, channels_taken, counts_none, names_layer
from symdl.notes.stated import Stated

_ACTIVATION = re.compile(
    r"\b(?:ReLU|GELU|SiLU|Swish|Mish|Sigmoid|Tanh|Softmax|ELU|SELU|LeakyReLU|Leaky ReLU|Dropout"
    r"|Batch ?Norm\w*|Layer ?Norm)\b(?:\([^()]*\))?",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\)[`$*]*\s+or\s+[^()]{0,12}\(")
"""Shapes of which one is meant: `(N, C, H, W)` or `(C, H, W)`."""
_PROGRAM = re.compile(r">>>|\bself\b|^\s*(?:def|class|import|return)\b.*[:(]", re.MULTILINE)
"""Program text, in which layers are made and no shapes are told."""


def flow_claims(passage: Passage, flow: Flow) -> tuple[list[Stated], Flow]:
    """What a passage says of the flow that leads to it, and the flow behind it."""
    block = passage.block
    if isinstance(block, Table):
        return [], flow
    if not block.runs:
        return [], flow
    if block.kind == HEADING and not LAYER.search(text_of(block.runs).text):
        return [], flow if _speaks_of_layers(passage) else Flow()
    return _of_text(text_of(block.runs), flow)


def _speaks_of_layers(passage: Passage) -> bool:
    assert isinstance(passage.block, Block)
    text = text_of(passage.block.runs).text
    return re.search(r"layer|activation|output|input|block|stage", text, re.I) is not None


def _of_text(source: Source, flow: Flow) -> tuple[list[Stated], Flow]:
    text = source.text
    key = KEY.match(re.sub(r"\*", " ", text))
    word = key[1].lower() if key else ""
    found: list[Stated] = []
    if not word and not LAYER.search(text) and not _is_step(text):
        counted = list(parameter_counts(source, flow)) if flow.layers else []
        return counted, flow
    if (
        word.startswith("input")
        and not _CHOICE.search(text)
        and (shape := first_shape(text, key)) is not None
    ):
        flow = Flow(shape[1], told=True)
        more, flow = _walk(source, flow, shape[0][1], True)
        return [*found, *more], flow
    if word.startswith(("weight", "bias")) and flow.given is not None:
        found += parameter_shape(source, key, word, flow)
        return found, flow
    if word.startswith(("param", "number of param")):
        found += parameter_counts(source, flow)
        return found, flow
    if word.startswith("activation") and _ACTIVATION.search(text) and flow.shape is not None:
        match = _ACTIVATION.search(text)
        assert match is not None
        told = f"{match[0]} works entry by entry: the shape stays {show(flow.shape)}"
        found.append(told_of(source, match.span(), True, told, told))
        return found, flow
    if _CHOICE.search(text) or _PROGRAM.search(text):
        return found, Flow()
    more, flow = _walk(source, flow, key.end() if key else 0, bool(word))
    return [*found, *more, *(parameter_counts(source, flow) if not word else ())], flow


def _walk(source: Source, flow: Flow, start: int, keyed: bool) -> tuple[list[Stated], Flow]:
    """The layers and shapes of a line in order: each layer is applied, each shape compared."""
    text = source.text
    found: list[Stated] = []
    layers = list(LAYER.finditer(text))
    inside = [range(m.start(), m.end()) for m in layers]
    shapes = [
        m
        for m in SHAPE.finditer(text, start)
        if is_shape(m)
        and not any(m.start() in span for span in inside)
        and text.count("(", 0, m.start()) <= text.count(")", 0, m.start())
    ]
    steps = _other_steps(text, start, layers, shapes)
    shapes = _of_the_flow(text, shapes, [*layers, *steps])
    items = sorted([*layers, *shapes, *steps], key=lambda m: m.start())
    works = bool(layers or steps)
    begins = works and items[0] in shapes and not keyed
    if begins and dims_of(items[0]) not in (flow.shape, *flow.others):
        flow = Flow()  # a shape before the first layer of a line is where another flow begins
    elif works and not keyed and not begins and _may_be_another(text, items, shapes, flow):
        flow = Flow(layers=flow.layers, whole=flow.whole)
    known = flow.shape
    end, last = start, None
    for match in items:
        gap = _COMMENT.sub("", text[end : match.start()])
        after_shape = last in shapes
        end, last = match.end(), match
        if match.re is LAYER:
            flow, told = _applied(source, match, flow)
            found += told
        elif match in steps:
            found += _misfit(source, match, flow)
            flow = _behind(match[0], flow)
        elif known is None and not works:
            continue
        elif flow.shape is None or (not keyed and match is shapes[0] and known is None):
            flow = replace(flow, shape=dims_of(match), others=(), worked=False)
            known = flow.shape
        elif after_shape or not flow.worked or not _LEADS_ON.fullmatch(gap):
            flow = Flow(layers=flow.layers, whole=flow.whole)  # it may be the shape of anything
        else:
            found.append(_compared(source, match, dims_of(match), flow))
            flow = _settled(flow, dims_of(match))
    return found, flow


def _may_be_another(
    text: str, items: list[re.Match[str]], shapes: list[re.Match[str]], flow: Flow
) -> bool:
    """Whether the first layer of a line may not go on with the flow: it does not fit, or an input
    of its own is written behind it."""
    if len(items) > 1 and items[1] in shapes:
        gap = _COMMENT.sub("", text[items[0].end() : items[1].start()])
        ends = text[items[1].end() : items[2].start()] if len(items) > 2 else ""
        own = len(items) > 2 and items[2] in shapes and _WRITTEN.search(ends) is not None
        if own or not _LEADS_ON.fullmatch(gap):
            return True
    if flow.told or flow.shape is None:
        return False
    taken = items[0][1] if items[0].re is LAYER else channels_taken(items[0][0])
    return taken is not None and all(
        str(taken) not in map(str, shape) for shape in (flow.shape, *flow.others)
    )


def _is_step(text: str) -> bool:
    """Whether a line has a step of a flow that is no linear layer: with what is set in brackets,
    between arrows, or with a shape."""
    named = names_layer(text)
    if named is None:
        return False
    set_up = re.search(r"\([^()]*\d", named[0]) is not None and not named[0][0].islower()
    return set_up or bool(_WRITTEN.search(text) or _GIVES.search(text))


def _other_steps(
    text: str, start: int, layers: list[re.Match[str]], shapes: list[re.Match[str]]
) -> list[re.Match[str]]:
    """The steps of a line that are neither linear layers nor shapes: layers by their names, and
    whatever stands alone between two arrows."""
    taken = [*layers, *shapes]
    found = []
    for part in _between_arrows(text):
        own = [m for m in taken if part.start() <= m.start() < part.end()]
        named = names_layer(part[0])
        if named is not None and not any(m in layers for m in own):
            at = part.start() + named.start()
            step = re.compile(re.escape(named[0])).match(text, at)
        elif not own and _WRITTEN.search(text) and re.search(r"[A-Za-z]{2}", part[0]):
            step = re.compile(re.escape(part[0])).match(text, part.start())
        else:
            step = None
        if step is not None and step.start() >= start:
            found.append(step)
    return found


def _between_arrows(text: str) -> list[re.Match[str]]:
    """The parts of a text between the arrows and line ends outside of all brackets."""
    ends, depth = [], 0
    for match in re.finditer(rf"[()\n]|{ARROW}", text):
        if match[0] == "\n":
            depth = 0
        depth += (match[0] == "(") - (match[0] == ")")
        if match[0] not in "()" and not depth:
            ends.append(match.span())
    bounds = [(0, 0), *ends, (len(text), len(text))]
    found = []
    for (_, low), (high, _) in pairwise(bounds):
        part = _ANY_PART.match(text, low, max(low, high))
        if part is not None:
            found.append(part)
    return found


_ANY_PART = re.compile(r".+", re.DOTALL)


def _behind(step: str, flow: Flow) -> Flow:
    """The flow behind a step that is no linear layer."""
    shapes = () if flow.shape is None else after(step, (flow.shape, *flow.others))
    whole = flow.whole and counts_none(step)
    rest = shapes[1:]
    first = shapes[0] if shapes else None
    return Flow(first, rest, None, None, True, flow.layers, True, whole, flow.told)


def _misfit(source: Source, match: re.Match[str], flow: Flow) -> Iterator[Stated]:
    """A convolution that takes another number of channels than there are."""
    taken = channels_taken(match[0])
    if taken is None or flow.shape is None:
        return
    shapes = (flow.shape, *flow.others)
    if not any(taken in shape or not all(isinstance(d, int) for d in shape) for shape in shapes):
        told = f"it takes {taken} channels, and the input is {show(flow.shape)}"
        yield told_of(source, match.span(), False, told, show(flow.shape), str(taken))


def _settled(flow: Flow, stated: Shape) -> Flow:
    """The flow where a text says which of several shapes it is."""
    holds = stated in (flow.shape, *flow.others)
    return replace(flow, shape=stated, others=()) if holds else flow


_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LEADS_ON = re.compile(
    rf"(?:{ARROW}|[\W\d_]|\b(?:the|an?|its|outputs?|results?|shapes?|sizes?|tensors?|of|is|are|gives?"
    r"|giving|becomes?|produces?|yields?|returns?|with|to|in|into|will|be|has|have|we|get|then|so|now"
    r"|final|finally|activations?|which|and|logits|hidden|features?|feature maps?|by|entry"
    r"|stays?|keeps?|still|again|as|at|it|this|here|thus|hence|text|mathrm|quad)\b)*",
    re.IGNORECASE,
)
"""What stands between a layer and the shape that it gives."""
_PART = re.compile(r"\n|(?<=[.;])\s")
_WRITTEN = re.compile(ARROW)
_GIVES = re.compile(r"(?:\)|\bflatten)[`*]*\s*:", re.IGNORECASE)
"""`MaxPool2d(2): (16, 64, 16, 16)`"""
_OUTPUT = re.compile(
    r"\b(?:outputs?|results?|logits|activations?|finally?|becomes?|gives?)\b", re.IGNORECASE
)


def _of_the_flow(
    text: str, shapes: list[re.Match[str]], layers: list[re.Match[str]]
) -> list[re.Match[str]]:
    """The shapes of a text that go through its layers: other sentences and lines of it may speak
    of other arrays. Without layers all of them."""
    if not layers:
        return shapes
    ends = [*(m.start() for m in _PART.finditer(text)), len(text)]

    def part(match: re.Match[str]) -> int:
        return sum(end <= match.start() for end in ends)

    parts = [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    first = part(layers[0])
    begun = any(part(s) == first and s.start() < layers[0].start() for s in shapes)
    placed = [part(shape) for shape in shapes]
    kept = []
    for shape, place in zip(shapes, placed, strict=True):
        goes_on = LAYER.search(parts[place]) or _WRITTEN.search(parts[place])
        goes_on = goes_on or (names_layer(parts[place]) and _GIVES.search(parts[place]))
        alone = placed.count(place) == 1
        said = not begun if place < first else _OUTPUT.search(parts[place])
        if goes_on or (alone and said):
            kept.append(shape)
    return kept


def _applied(source: Source, match: re.Match[str], flow: Flow) -> tuple[Flow, list[Stated]]:
    """A layer on the flow: what it takes must be the last size."""
    taken, given = (int(p) if p.isdigit() else p for p in (match[1], match[2]))
    bias = match[3] != "False"
    applied = Flow(None, (), taken, given, bias, flow.layers, True, flow.whole, flow.told)
    if applied.parameters is not None:
        applied = replace(applied, layers=(*flow.layers, applied.parameters))
    else:
        applied = replace(applied, whole=False)
    if flow.shape is None:
        return applied, []
    fitting = [shape for shape in (flow.shape, *flow.others) if shape[-1] == taken]
    flow = replace(flow, shape=fitting[0] if fitting else flow.shape, others=tuple(fitting[1:]))
    assert flow.shape is not None
    last = flow.shape[-1]
    shape = (*flow.shape[:-1], given)
    applied = replace(applied, others=tuple((*other[:-1], given) for other in flow.others))
    if last == taken:
        told = f"it takes {show(flow.shape)} and gives {show(shape)}"
        return replace(applied, shape=shape), [told_of(source, match.span(), True, told, told)]
    told = f"it takes {taken} features, and the input {show(flow.shape)} has {last}"
    return replace(applied, shape=shape), [
        told_of(source, match.span(), False, told, str(last), str(taken))
    ]


def _compared(source: Source, match: re.Match[str], shape: Shape, flow: Flow) -> Stated:
    assert flow.shape is not None
    holds = shape in (flow.shape, *flow.others)
    meant = [shape] if holds else [flow.shape, *flow.others]
    told = f"the shape here is {' or '.join(map(show, meant))}"
    return told_of(source, match.span(), holds, told, show(flow.shape), show(shape))
