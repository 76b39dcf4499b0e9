r"""What layers make of shapes: `Conv2d(3, 64, kernel_size=3, padding=1)`, `MaxPool(2)`, `Flatten`.

A row says which shapes a layer may give; there are several where a text leaves open whether
channels come first, or how the edges are padded (Dumoulin and Visin, A guide to convolution
arithmetic, 2016, sections 2 and 3). A layer that no row knows gives nothing known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from symdl.expression.term import Dim
from symdl.notes.prose.broadcasting import Shape

Shapes = tuple[Shape, ...]
MOST = 12
"""Shapes that are kept where several may be meant."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: the words that name it, and the shapes it may give; none if they are not known."""

    words: str
    gives: Callable[[str, Shape], Shapes]


def after(step: str, shapes: Shapes) -> Shapes:
    """The shapes that there may be behind a step of a flow; none where that is not known."""
    if _KEEPS.search(step) is not None and _NAMED.search(_KEEPS.sub(" ", step)) is None:
        return shapes
    for layer in LAYERS:
        if re.search(rf"\b(?:{layer.words})(?![A-Za-z])", step, re.IGNORECASE):
            found = (made for shape in shapes for made in layer.gives(step, shape))
            return tuple(dict.fromkeys(found))[:MOST]
    return ()


def names_layer(text: str) -> re.Match[str] | None:
    """The first layer that a text names, other than a linear one."""
    return _NAMED.search(text)


def counts_none(step: str) -> bool:
    """Whether a step is known to have no parameters of its own."""
    return _FREE.search(step) is not None


# --- what is written behind a name ----------------------------------------------------------------


def _number(step: str, words: str) -> int | None:
    match = re.search(rf"\b(?:{words})\s*[=:]?\s*\(?\s*(\d+)", step, re.IGNORECASE)
    return int(match[1]) if match is not None else None


def _arguments(step: str) -> list[str]:
    """What stands in the brackets of a layer."""
    match = re.search(r"\((.*)\)", step)
    return [part.strip() for part in re.split(r",|→|->|⟶", match[1])] if match is not None else []


def _plain(step: str) -> list[int]:
    """The numbers in the brackets of a layer that stand there without a name."""
    return [int(part) for part in _arguments(step) if part.isdigit()]


_TIMES = re.compile(r"(?<!\d)(\d+)\s*[x×]\s*(\d+)(?!\d)")


def _window(step: str, place: int) -> int | None:
    """The side of a window: by its name, as `3x3`, or at a place of the numbers."""
    named = _number(step, "kernel(?:_size)?|pool(?:_size)?|k")
    square = _TIMES.search(step)
    if named is not None:
        return named
    if square is not None:
        return int(square[1]) if square[1] == square[2] else None
    given = _plain(step)
    return given[place] if place < len(given) else None


# --- layers ---------------------------------------------------------------------------------------


def _axes(step: str, shape: Shape) -> tuple[tuple[int, range], ...]:
    """Where the channels may be, and the axes that are slid along."""
    count = 1 if "1d" in step.lower() else 3 if "3d" in step.lower() else 2
    rank = len(shape)
    if rank not in (count + 1, count + 2):
        return ()
    return (rank - count - 1, range(rank - count, rank)), (
        rank - 1,
        range(rank - count - 1, rank - 1),
    )


def _slid(shape: Shape, along: range, size: Callable[[int], int]) -> list[Dim] | None:
    made = list(shape)
    for axis in along:
        old = made[axis]
        if not isinstance(old, int) or size(old) < 1:
            return None
        made[axis] = size(old)
    return made


def channels_taken(step: str) -> int | None:
    """How many channels a convolution says that it takes."""
    if re.search(r"\bConv(?:olution)?(?:[123]d)?(?![A-Za-z])", step, re.IGNORECASE) is None:
        return None
    given, taken = _plain(step), _number(step, "in_channels|in")
    return given[0] if taken is None and len(given) > 1 else taken


def _convolved(step: str, shape: Shape) -> Shapes:
    given, window = _plain(step), _window(step, 2)
    taken = channels_taken(step)
    channels = _number(step, "out_channels|filters|out")
    channels = given[1] if channels is None and len(given) > 1 else channels
    if window is None or channels is None or re.search(r"transpose|dilat|group", step, re.I):
        return ()
    stride = _number(step, "strides?|s") or 1
    padding = _number(step, "padding|pad|p")
    same = re.search(r"\bsame\b", step, re.IGNORECASE) is not None
    sizes: list[Callable[[int], int]] = []
    if not same:
        edge = 2 * (padding or 0)
        sizes.append(lambda n: (n + edge - window) // stride + 1)
    if same or padding is None:
        sizes.append(lambda n: -(-n // stride))
    found: list[Shape] = []
    for place, along in _axes(step, shape):
        if taken is not None and shape[place] != taken:
            continue
        for size in sizes:
            made = _slid(shape, along, size)
            if made is not None:
                made[place] = channels
                found.append(tuple(made))
    return tuple(found)


def _pooled(step: str, shape: Shape) -> Shapes:
    window = _window(step, 0)
    if window is None or _number(step, "padding|pad") or "ceil" in step:
        return ()
    given = _plain(step)
    stride = _number(step, "strides?|s") or (given[1] if len(given) > 1 else window)
    found = []
    for _, along in _axes(step, shape):
        made = _slid(shape, along, lambda n: (n - window) // stride + 1)
        if made is not None:
            found.append(tuple(made))
    return tuple(found)


def _pooled_whole(step: str, shape: Shape) -> Shapes:
    if "adaptive" in step.lower() and not re.search(r"\(\s*\(?\s*1\s*(?:,\s*1\s*)?\)", step):
        return ()
    found: list[Shape] = []
    for place, along in _axes(step, shape):
        kept = tuple(d for axis, d in enumerate(shape) if axis not in along)
        ones = tuple(1 if axis in along else d for axis, d in enumerate(shape))
        found += [kept, ones] if place < along[0] else [kept]
    return tuple(found)


def _flattened(_: str, shape: Shape) -> Shapes:
    """All axes as one, or all but the first."""
    found: list[Shape] = []
    for kept in (0, 1):
        sizes = [d for d in shape[kept:] if isinstance(d, int)]
        if len(sizes) == len(shape) - kept and sizes:
            found.append((*shape[:kept], prod(sizes)))
    return tuple(found)


def _embedded(step: str, shape: Shape) -> Shapes:
    width = _number(step, "embedding_dim|dim|output_dim")
    given = _plain(step)
    width = given[1] if width is None and len(given) == 2 else width
    return () if width is None else ((*shape, width),)


LAYERS = (
    Layer(r"(?:Global|Adaptive) ?(?:Avg|Average|Max) ?Pool(?:ing)?(?:[123]d)?", _pooled_whole),
    Layer(r"(?:(?:Max|Avg|Average)[- ]?)Pool(?:ing)?(?:[123]d)?", _pooled),
    Layer(r"Conv(?:olution)?(?:[123]d)?", _convolved),
    Layer(r"Flatten", _flattened),
    Layer(r"Embedding", _embedded),
)
_KEEPS = re.compile(
    r"\b(?:ReLU6?|GELU|SiLU|Swish|Mish|Sigmoid|Tanh|(?:Log)?Softmax|ELU|SELU|Leaky ?ReLU|PReLU"
    r"|Softplus|Hardswish|Dropout(?:[123]d)?|Batch ?Norm\w*|Layer ?Norm\w*|RMS ?Norm|Group ?Norm"
    r"|Instance ?Norm\w*|activation|BN|LN)\b(?:\([^()]*\))?",
    re.IGNORECASE,
)
"""Steps that leave a shape as it is."""
_NAMED = re.compile(
    r"\b(?:nn\.)?(?:(?:Global|Adaptive) ?)?(?:Conv\w*|\w*Pool(?:ing)?(?:[123]d)?|Flatten|Reshape"
    r"|View|Permute|Transpose|Embedding|LSTM|GRU|RNN|\w*Attention|MultiHead\w*|Transformer\w*|\w*Encoder"
    r"|\w*Decoder|Upsampl\w*|Interpolate|PixelShuffle|Concat\w*|Unsqueeze|Squeeze|Unfold"
    r"|Patch\w*|ResBlock|\w*Block|Mean|Sum|Stack|Split|Chunk|Repeat|Expand|Tile|Pad\w*|Crop"
    r"|Slice|Gather|Lambda)(?![A-Za-z])\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(?:ReLU6?|GELU|SiLU|Swish|Mish|Sigmoid|Tanh|(?:Log)?Softmax|ELU|SELU|Leaky ?ReLU|Softplus"
    r"|Dropout(?:[123]d)?|\w*Pool(?:ing)?(?:[123]d)?|Flatten|Reshape|View)(?![A-Za-z])",
    re.IGNORECASE,
)
"""Steps without parameters."""
