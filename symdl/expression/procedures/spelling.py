r"""Pseudo-code spelled as lines the reader knows: gradients of the objective, entries of loops."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symdl.document.errors import ReadError
from symdl.document.source import Source, Span
from symdl.latex.pseudocode import cut, items_of, rewritten

GRADIENT = "grad"
_SUBSCRIPT = r"(?:_\s*(?:\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z0-9])\s*)?"
_FUNCTION = (
    r"(?:\\(?:mathcal|mathrm|text|mathbf|tilde|hat|bar)\s*\{[^{}]*\}"
    r"|\\(?:ell|var(?:phi|rho)|phi|psi|Phi|Psi|rho|Lambda)(?![A-Za-z])|[A-Za-z])"
)
_NABLA = re.compile(
    rf"\\nabla\s*{_SUBSCRIPT}(?:\\left)?(?:\[\s*)?{_FUNCTION}\s*{_SUBSCRIPT}(?:\\[,!:; ])*"
    r"(?P<open>(?:\\left|\\[bB]igg?l?)?\s*\()?"
)
_PARTIAL = re.compile(
    rf"\\[dt]?frac\s*\{{\s*\\partial\s*{_FUNCTION}\s*{_SUBSCRIPT}\}}\s*"
    r"\{\s*\\partial\s*(?P<at>(?:[^{}]|\{[^{}]*\})*?)\s*\}"
)
_WORDS = re.compile(r"\^\s*\{\s*([A-Za-z]{3,})\s*\}")
_LABELLED = re.compile(
    r"(\\(?:widehat|hat|tilde|widetilde|bar)\s*\{\s*\\?[A-Za-z]+)\s*\}\s*_\s*\{\s*(\d)_\{?([a-z])\}?\s*\}"
)
_SIGNS = re.compile(r"_\s*\{?\s*([+-])\s*\}?(?![0-9A-Za-z])")
_ONES = re.compile(
    r"(?<![0-9.A-Za-z}_^])1(\s*\^\s*\{?\\?(?:top|T)\}?)?\s*_\s*(?:\{\s*([a-z])\s*\}|([a-z]))(\s*\^\s*\{?\\?(?:top|T)\}?)?"
)
_AT_ZERO = re.compile(r"\A(\s*[A-Za-z])\s*\^\s*\{?\(?0\)?\}?\s*(?=_\s*\{?[A-Za-z]{2,})")


def spelled(source: Source, start: bool = False) -> Source:
    r"""A step with labels as words: `v^{max}`, `\eta_{+}`, `\hat{\beta}_{2_t}`, ones `1_m`."""
    text = source.text
    changes = [(m.start(), m.end(), f"^{{\\text{{{m[1]}}}}}") for m in _WORDS.finditer(text)]
    signs = {"+": "plus", "-": "minus"}
    changes += [
        (m.start(), m.end(), f"_{{\\text{{{signs[m[1]]}}}}}") for m in _SIGNS.finditer(text)
    ]
    changes += [
        (m.start(), m.end(), f"{m[1]}_{m[2]}}}_{{{m[3]}}}") for m in _LABELLED.finditer(text)
    ]
    for m in _ONES.finditer(text):
        turned = "^\\top" if m[1] or m[4] else ""
        changes.append((m.start(), m.end(), f"\\mathbf{{1}}_{{{m[2] or m[3]}}}{turned}"))
    if start and (zero := _AT_ZERO.match(text)):
        changes.append((zero.start(), zero.end(), zero[1]))
    return rewritten(source, changes)


def of_each_entry(source: Source, letter: str) -> Source:
    r"""A step of a loop over entries, `\eta^i_t \leftarrow ...`, as one of whole arrays. Raises
    ReadError where the entries of the loop matter in another way."""
    text = source.text
    plain = rf"\^\s*(?:\{{\s*\(?\s*{letter}\s*\)?\s*\}}|{letter}(?![A-Za-z]))"
    pair = rf"_\s*\{{\s*([a-z](?:\s*[+-]\s*\d+)?)\s*,?\s*{letter}\s*\}}"
    changes = [(m.start(), m.end(), "") for m in re.finditer(plain, text)]
    changes += [(m.start(), m.end(), f"_{{{m[1]}}}") for m in re.finditer(pair, text)]
    found = rewritten(source, changes)
    bare = re.sub(r"\\[A-Za-z]+\s*(?:\{[A-Za-z ]*\})?|_\{?[A-Za-z]{2,}\}?", " ", found.text)
    if letter in bare:
        raise ReadError(
            f"a loop over {letter} is read where {letter} stands only for the entry",
            Span(source, 0, len(text)),
            hint="write the step for whole arrays",
        )
    return found


def gradients_of(source: Source, known: dict[str, str]) -> tuple[Source, dict[str, Source]]:
    r"""A step with `\nabla f(\theta)` as a name, and the point of each name. known: the names of
    gradients by the text of their points, over the whole pseudo-code."""
    changes: list[tuple[int, int, str]] = []
    points: dict[str, Source] = {}
    for start, end, point in _gradients(source):
        text = "".join(point.text.split())
        name = known.setdefault(text, GRADIENT if not known else f"{GRADIENT}_{len(known) + 1}")
        points[name] = point
        changes.append((start, end, f"\\text{{{name}}}"))
    found = rewritten(source, changes)
    if (left := found.text.find("\\nabla")) >= 0:
        raise ReadError(
            "this gradient is not read in pseudo-code",
            Span(found, left, left + 6),
            hint=r"the gradient of the objective is written \nabla_\theta f(\theta)",
        )
    return found, points


def _gradients(source: Source) -> Iterator[tuple[int, int, Source]]:
    for match in _NABLA.finditer(source.text):
        if match["open"] is None:
            yield match.start(), match.end(), cut(source, match.end(), match.end())
            continue
        close, end = _closing(source.text, match.end())
        inside = cut(source, match.end(), close)
        items = items_of(inside)
        yield match.start(), end, items[0] if items else inside
    for match in _PARTIAL.finditer(source.text):
        yield match.start(), match.end(), cut(source, match.start("at"), match.end("at"))


def _closing(text: str, start: int) -> tuple[int, int]:
    """Where the bracket that is open at a place closes: before and behind its sign."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            before = re.search(r"\\(?:right|[bB]igg?r?)\s*\Z", text[start:place])
            return (start + before.start() if before else place), place + 1
    return len(text), len(text)
