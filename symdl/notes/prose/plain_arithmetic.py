r"""Arithmetic in plain words, without delimiters: `MSE = (0.25 + 0 + 1) / 3 = 0.4167`.

Two neighbours of a sign of equality are a claim where both are made of numbers, operators and
brackets only, and one of them has an operator. What touches a letter, a percent sign or another
mark is left alone, and so is what may be program text (`7 // 2`), a date or a version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Run, Words
from symdl.document.source import Source, Span
from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.claims_read import claims
from symdl.evidence.kinds import ANY
from symdl.evidence.verdict import Verdict
from symdl.expression.reading import read
from symdl.notes.scope.bare import of_made
from symdl.notes.scope.known import Known
from symdl.notes.stated import Stated

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?"
_OPERATOR = r"[-+−–*/·×⋅^]|\*\*|(?<=[\d\s)])x(?=[\s\d(])"
_SIGN = r"[-−]?"
_ATOM = rf"{_SIGN}\s*\(*\s*{_SIGN}\s*{_NUMBER}\s*\)*"
_SIDE = rf"{_ATOM}(?:\s*(?:{_OPERATOR})\s*{_ATOM})*"
_CHAIN = re.compile(rf"(?<![\w$%.,)\]}}#^_'\"/\\]){_SIDE}(?:\s*(?:=|≈|~=)\s*{_SIDE})+")
_RELATION = re.compile(r"\s*(=|≈|~=)\s*")
_TOUCHED = re.compile(r"\s*(?:%|[*/^×·(]|[-+−]\s*[A-Za-z\d(]|//|\.\d|[\w$\\]|=|≈|-\w|\?)")
"""What stands right behind a chain that is part of something longer."""
_WORD_BEHIND = re.compile(r"\s+[A-Za-z]{2,}|\s*[.,;:)]|\s*$")
_AHEAD = re.compile(r"(?:^|[=≈:;,(]|\b[A-Za-z]{2,})\s*$")
"""What may stand before a chain: no letter or operator that belongs to it."""
_NOT_NUMBERS = re.compile(r"\d{4}-\d{1,2}-\d|\d+\.\d+\.\d|\d[-–]\d+\s*=|\bmod\b")
_ANOTHER = re.compile(
    r"\b(?:binary|boolean|bool|xor|mod(?:ulo)?|hex\w*|octal|ratio|score|odds|wrong|instead of"
    r"|not|never|integer division|mistake\w*|incorrect\w*|false|if|whether)\b",
    re.IGNORECASE,
)
"""Words of a line that may give its signs another meaning."""


def arithmetic_claims(runs: Sequence[Run], known: Known) -> Iterator[Stated]:
    """The equalities between numbers that words state."""
    for run in runs:
        if not isinstance(run, Words) or not re.search(r"[=≈]", run.text):
            continue
        for match in _CHAIN.finditer(run.text):
            line = _line_of(run.text, match)
            if _stands_alone(run.text, match) and not _ANOTHER.search(line):
                yield from _links(run.source, match, known)


def _line_of(text: str, match: re.Match[str]) -> str:
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    return text[start : end if end >= 0 else len(text)]


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    before, behind = text[: match.start()], text[match.start() + len(match[0].rstrip()) :]
    ahead = before.rsplit("\n", 1)[-1]
    if _NOT_NUMBERS.search(match[0]) or _AHEAD.search(ahead) is None:
        return False
    return _TOUCHED.match(behind) is None or _WORD_BEHIND.match(behind) is not None


def _links(source: Source, match: re.Match[str], known: Known) -> Iterator[Stated]:
    """Each two neighbours of a chain of which one is worked out."""
    parts = _RELATION.split(match[0])
    place = match.start()
    sides: list[tuple[int, str]] = []
    for part in parts[::2]:
        at = source.text.index(part, place)
        sides.append((at, part))
        place = at + len(part)
    for (start, left), relation, (at, right) in zip(sides, parts[1::2], sides[1:], strict=False):
        if not all(s.count("(") == s.count(")") for s in (left, right)):
            return
        if not (_has_operator(left) or _has_operator(right)):
            continue
        start += len(left) - len(left.lstrip())
        span = Span(source, start, at + len(right.rstrip()))
        sign = "=" if relation == "=" else r"\approx"
        yield from _claimed(f"{_latex(left)} {sign} {_latex(right)}", span, known)


def _has_operator(side: str) -> bool:
    return re.search(rf"\d[\s)]*(?:{_OPERATOR})", side) is not None


def _claimed(latex: str, span: Span, known: Known) -> Iterator[Stated]:
    try:
        reading = read(of_made(latex, span), known.universal)
        found = list(claims(reading, known.universal, ANY))
    except Error:
        return  # no arithmetic after all
    for claim in found:
        told = Claim(claim.kind, claim.relation, claim.left, claim.right, claim.scope,
                     (), span, span.text)  # fmt: skip
        yield Stated(span.source, told, _judged(told), note="arithmetic in words")


def _judged(claim: Claim) -> Decide:
    def decide(judge: Judge) -> Verdict:
        return judge(claim)

    return decide


def _latex(side: str) -> str:
    """The LaTeX of a side."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", side)
    text = re.sub(r"(\d)e([-+]?\d+)", r"\1 \\cdot 10^{\2}", text)
    text = text.replace("**", "^").replace("−", "-").replace("–", "-")
    text = re.sub(r"\^\s*([-\d.]+|\([^()]*\))", r"^{\1}", text)
    return re.sub(r"[*·×⋅]|x", r" \\cdot ", text)
