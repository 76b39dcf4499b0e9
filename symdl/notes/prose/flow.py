"""Where a flow of shapes stands, the words of its linear layers, how a claim about it is told."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symdl.document.source import Source, Span, excerpt
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.expression.scope import EMPTY
from symdl.expression.term import Dim, Term, make, number, symbol
from symdl.notes.prose.broadcasting import SHAPE, Shape
from symdl.notes.stated import Stated

ARROW = r"(?:→|->|=>|⟶|\\to\b|\\rightarrow\b|\\longrightarrow\b)"
_SIZE = r"(\d+|[A-Za-z]\w*)"
LAYER = re.compile(
    rf"\b(?:nn\.)?(?:Linear|Dense|FC|fc|Fully[- ]connected)\s*\(\s*\$?\s*"
    rf"(?:in_features\s*=\s*)?{_SIZE}\s*(?:{ARROW}|,|to)\s*(?:out_features\s*=\s*)?{_SIZE}\s*(?:,\s*bias\s*=\s*(True|False))?\s*\$?\s*\)"
)
KEY = re.compile(
    r"^\W*((?:final |hidden )?(?:input|output|result|weights?(?: matrix)?|bias(?:es)?|activation"
    r"|param(?:eter)?s|number of param(?:eter)?s|logits|hidden))\b[^:=]*[:=]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Flow:
    """Where a flow stands: the shape so far (others: what else it may be where the text leaves that
    open), and the sizes and bias of the layer just named. worked: whether a layer is applied since
    the input was told; whole: whether the parameters of all layers so far are known; told: whether
    it begins with `Input: ...`."""

    shape: Shape | None = None
    others: tuple[Shape, ...] = ()
    taken: Dim | None = None
    given: Dim | None = None
    bias: bool = True
    layers: tuple[tuple[int, str], ...] = ()
    worked: bool = False
    whole: bool = True
    told: bool = False

    @property
    def parameters(self) -> tuple[int, str] | None:
        """The number of weights and biases of the layer and how it comes about, if its sizes
        are numbers."""
        if not isinstance(self.taken, int) or not isinstance(self.given, int):
            return None
        bias = f" + {self.given}" if self.bias else ""
        count = self.taken * self.given + (self.given if self.bias else 0)
        return count, f"{self.taken} * {self.given}{bias}"


def first_shape(text: str, key: re.Match[str] | None) -> tuple[tuple[int, int], Shape] | None:
    match = SHAPE.search(text, key.end() if key else 0)
    return (match.span(), dims_of(match)) if match is not None and is_shape(match) else None


def is_shape(match: re.Match[str]) -> bool:
    variables = _VARIABLES.fullmatch(match[1]) is not None
    before = match.string[: match.start()][-1:]
    called = before.isalnum() or before in tuple("_})]'^")  # `super(Net, self)`, a function's value
    return "," in match[0] and match[0].startswith("(") and not variables and not called


_VARIABLES = re.compile(r"[\s,]*(?:[xyzuvwpqt]\w?[\s,]*)+")
"""`(x, y, t)` is a point, and no shape."""


def dims_of(match: re.Match[str]) -> Shape:
    parts = [part.strip() for part in match[1].split(",") if part.strip()]
    return tuple(int(part) if part.isdigit() else part for part in parts)


def told_of(
    source: Source,
    span: tuple[int, int],
    holds: bool,
    told: str,
    left: str,
    right: str = "",
) -> Stated:
    """A settled claim about a shape or a count."""
    place = Span(source, *span)
    text = place.text.strip()
    dims = [make("tuple", *map(_dim, dims_of(m))) for m in (SHAPE.search(text),) if m is not None]
    shown = dims[0] if dims else make("tuple")
    claim = Claim("shape", "->", shown, shown, EMPTY, (), place, text)
    example = None if holds else Counterexample({}, left, right)
    kind = "proved" if holds else "refuted"
    verdict = Verdict(kind, "shape", told, counterexample=example, reading=told)
    return Stated(excerpt(source, *span), claim, lambda _: verdict)


def _dim(dim: Dim) -> Term:
    return number(dim) if isinstance(dim, int) else symbol(dim)
