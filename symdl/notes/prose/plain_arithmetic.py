r"""Arithmetic in plain words, without delimiters: `MSE = (0.25 + 0 + 1) / 3 = 0.4167`.

Two neighbours of a sign of equality are a claim where both are made of numbers, operators and
brackets only, and one of them has an operator. What touches a letter, a percent sign or another
mark is left alone, and so is what may be program text (`7 // 2`), a date, a range, a label
(`group 1 = 2 * 3`), a part of a formula, or in another arithmetic (`1 + 1 = 10` in binary). What
cut digits or a loose `≈` may explain is not refuted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from symdl.derivation.expand import expand
from symdl.document.errors import Error
from symdl.document.pieces import Run, Words
from symdl.document.source import Source, Span
from symdl.evidence.balls import truth
from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.claims_read import claims
from symdl.evidence.kinds import ANY
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.reading import read
from symdl.expression.term import make, number
from symdl.notes.scope.bare import of_made
from symdl.notes.scope.known import Known
from symdl.notes.stated import Stated

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?"
_OPERATOR = r"[-+−–*/·×⋅^]|\*\*|(?<=[\d\s)])x(?=[\s\d(])"
_SIGN = r"[-−]?"
_ATOM = rf"{_SIGN}\s*\(*\s*{_SIGN}\s*{_NUMBER}\s*\)*"
_SIDE = rf"{_ATOM}(?:\s*(?:{_OPERATOR})\s*{_ATOM})*"
_CHAIN = re.compile(rf"(?<![\w$€£¥₹%.,:)\]}}#^_'\"/\\]){_SIDE}(?:\s*(?:=|≈|~=)\s*{_SIDE})+")
_RELATION = re.compile(r"\s*(=|≈|~=)\s*")
_TOUCHED = re.compile(
    r"\s*(?:%|[*/^×·÷±∓(]|[-+−]\s*[A-Za-z\d(]|//|\.\d|[\w$\\]|=|≈|-\w|\?)"
    r"|[,:]\d|\s*:\s*\d|[!'\"°′″‰¢€£¥`]|\s?(?:\.\.|…)|[ \u00a0\u2009\u202f]+\d"
)
"""What stands right behind a chain that is part of something longer."""
_WORD_BEHIND = re.compile(r"\s+[A-Za-z]{2,}|\s*[.,;:)](?!\d|\.)|\s*$")
_UNIT_BEHIND = re.compile(
    r"\s*-?\s*(?:per\s?cent\w*|hundreds?|thousands?|millions?|billions?|dozens?|tens|half|halves|cents?"
    r"|bits?|bytes?|[KMGT]i?B|min\w*|hours?|hrs?|seconds?|secs?|days?|weeks?|months?|years?|points?"
    r"|degrees?|radians?|dollars?|euros?|pounds?|times|fold|squared|cubed|factorial|plus|minus|over"
    r"|divided|multiplied|mod|stars?|pages?|meters?|km|cm|mm|kg|lbs?|miles?|inch\w*|feet|foot"
    r"|and\s+(?:an?|one|two|three|\d+/\d+(?!\s*[=≈])))\b",
    re.IGNORECASE,
)
"""Words that give the number right before them another value or a unit of its own."""
_AHEAD = re.compile(r"(?:^|[=≈:;,(]|(?<![\d_\\])\b[A-Za-z]{2,})\s*$")
"""What may stand before a chain: no letter or operator that belongs to it."""
_PART_AHEAD = re.compile(
    r"&#?\w+;\s*$|\d\s*:\s*$|\b(?:times|plus|minus|over|by|per|divided|multiplied|squared|twice|half"
    r"|double|triple|log|ln|lg|exp|sin|cos|tan|sqrt|root|max|min|floor|ceil|abs|round|int|len|choose"
    r"|mod|div|xor|or|less|negative|to|from|between|quarter|thirds?|hundred|thousand|one|two|three"
    r"|of|than|mean|average|median|factorial|inverse|reciprocal|up|down)\s*$",
    re.IGNORECASE,
)
"""Words and signs before a chain that take its first number for themselves."""
_WHOLE_OF = re.compile(r"\b(?:total|probability|chance|factor|size|value|result) of\s*$", re.I)
_GIVES = re.compile(
    r"(?:[=≈:]|\b(?:is|are|that|so|then|thus|hence|since|because|gives|get|have))\s*$", re.I
)
"""Before a bare number that is no label."""
_OPEN_END = re.compile(r"[-+−*/×·^=(,&\\]\s*$")
"""The end of a line that the next one goes on with."""
_NOT_NUMBERS = re.compile(
    r"\d{4}-\d{1,2}-\d|\d+\.\d+\.\d|\d[-–]\d+\s*=|=\s*\d+\s*(?:-\d|–)|\bmod\b"  # dates, ranges
    r"|(?<![\d.,])0\d|\d{16}|\.\d{14}"  # codes; what a computer prints of its own rounding
    r"|\n\s*(?:\n|[-+*]\s)"  # items of a list
    # what is divided?
    r"|/\s*[-−]?[\d.,]+\s*/|\d\s+/\s+[\d.,]+(?:[*×·x/]|\s+x\s)|[\d.]/[\d.,]+\s*x"
    r"|\s[*×·/]\s+[\d.,]+[-+−]\d|\d[-+−]\d[\d.,]*\s+[*×·/]\s"  # is it closer for the eye only?
    r"|(?:^|[=≈(])\s*[-−]\s*[\d.]+\s*(?:\^|\*\*)"  # (-3)^2 or -(3^2)
)
_BITS = re.compile(r"[01]{2,}")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_RANGE = re.compile(r"\s*(\d[\d.,]*)\s*[-–−]\s*(\d[\d.,]*)\s*")
_ANOTHER = re.compile(
    r"\b(?:ratio|score|odds|wrong|instead of|not|never|mistake\w*|incorrect\w*|false|if|whether"
    r"|remainder|rest|left ?over|quotient|dates?)\b|>>>",
    re.IGNORECASE,
)
"""Words of a line that may give its signs another meaning."""
_ARITHMETIC = re.compile(
    r"\b(?:binary|bits?|bitwise|boolean|bool|xor|mod(?:ulo|ular|ulus)?|hex\w*|octal|overflow\w*"
    r"|carry|borrow|complements?|clock|strings?|concat\w*|tropical|saturat\w*|truncat\w*"
    r"|integer (?:division|arithmetic)|(?:half|single|double|finite|machine)[- ]precision|floating"
    r"|float\d*|fp\d+|finite field|galois|GF|base[- ]?\d+|binary operation|denotes?|python|java\w*"
    r"|uint\d*|int\d+|ranges?|inclusive)\b",
    re.IGNORECASE,
)
"""Words of a passage or of its headings after which numbers may not be added as usual."""
_ABOUT = re.compile(r"\b(?:about|approx\w*|roughly|around|nearly|almost|circa)\b|~|≈", re.I)
CUT = Fraction(1, 100)
"""By how much a number may be missed, in parts of its size, where decimals are put in that may be
cut, and where only about that number is stated."""
LOOSE = Fraction(15, 100)


def arithmetic_claims(runs: Sequence[Run], known: Known, context: str = "") -> Iterator[Stated]:
    """The equalities between numbers that words state; context: the headings of the passage."""
    words = " ".join((context, *(run.text for run in runs if isinstance(run, Words))))
    if not re.search(r"[=≈]", words) or _ARITHMETIC.search(words):
        return
    for place, run in enumerate(runs):
        if not isinstance(run, Words):
            continue
        first, last = place == 0, place == len(runs) - 1
        for match in _CHAIN.finditer(run.text):
            line = _line_of(run.text, match)
            alone = _stands_alone(run.text, match, first, last) and _is_plain(match[0])
            if alone and not _ANOTHER.search(line):
                yield from _links(run.source, match, known, _ABOUT.search(line) is not None)


def _line_of(text: str, match: re.Match[str]) -> str:
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    return text[start : end if end >= 0 else len(text)]


def _stands_alone(text: str, match: re.Match[str], first: bool, last: bool) -> bool:
    """Whether a chain is no part of something longer; first, last: whether its words begin and end
    the passage."""
    before, behind = text[: match.start()], text[match.start() + len(match[0].rstrip()) :]
    lines = before.rsplit("\n", 1)
    ahead = lines[-1]
    if _AHEAD.search(ahead) is None or (_PART_AHEAD.search(ahead) and not _WHOLE_OF.search(ahead)):
        return False
    if not ahead.strip() and (_OPEN_END.search(before) or not (first or before.strip())):
        return False
    if re.match(r"[-−]\s", match[0]) or (not last and not behind.strip()):
        return False
    if _is_bare(match[0]) and not _GIVES.search(ahead):
        return False
    if _UNIT_BEHIND.match(behind):
        return False
    return _TOUCHED.match(behind) is None or (
        _WORD_BEHIND.match(behind) is not None and not re.match(r"\s?(?:\.\.|…)", behind)
    )


def _is_bare(chain: str) -> bool:
    """Whether a chain begins with a number alone, which may be a label."""
    return not _has_operator(_RELATION.split(chain)[0])


def _is_plain(chain: str) -> bool:
    """Whether the numbers of a chain are what they look like: no dates, ranges, codes, bits."""
    numbers = re.findall(r"[\d.,]+", chain)
    bits = all(re.fullmatch("[01]+", n) for n in numbers) and any(map(_BITS.fullmatch, numbers))
    if _NOT_NUMBERS.search(chain) or bits:
        return False
    dotted = [n for n in numbers if "." in n]
    if dotted and all(map(_THOUSANDS.fullmatch, dotted)) and re.search(r"(?<![\d.])\d{3}", chain):
        return False
    spans = filter(None, (_RANGE.fullmatch(side) for side in _RELATION.split(chain)[::2]))
    ends = [tuple(Fraction(n.strip(",").replace(",", "")) for n in span.groups()) for span in spans]
    return all(low >= high for low, high in ends) or bool(re.search(r"=\s*\(?[-−]", chain))


def _links(source: Source, match: re.Match[str], known: Known, about: bool) -> Iterator[Stated]:
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
        slack = _slack(left, right, about or relation != "=")
        yield from _claimed(f"{_latex(left)} {sign} {_latex(right)}", span, known, slack)


def _has_operator(side: str) -> bool:
    return re.search(rf"\d[\s)]*(?:{_OPERATOR})", side) is not None


def _slack(left: str, right: str, about: bool) -> tuple[Fraction, Fraction]:
    """How much two sides may miss each other unrefuted: in parts of their size, and at all."""
    decimals = [len(n.partition(".")[2]) for n in re.findall(_NUMBER, f"{left} {right}")]
    bare = [s for s in (left, right) if not _has_operator(s)]
    worked = [s for s in (left, right) if _has_operator(s)]
    cut = re.search(r"\d\.\d{2}", " ".join(worked)) is not None
    parts = LOOSE if about else CUT if cut else Fraction(0)
    ends = [len(n.partition(".")[2]) for side in bare for n in re.findall(_NUMBER, side)]
    unit = Fraction(1, 10 ** min(ends)) if ends else Fraction(0)
    halves = sum((Fraction(1, 2 * 10**d) for d in decimals if d >= 2), Fraction(0))
    return parts, unit + (halves if cut else 0)


def _claimed(
    latex: str, span: Span, known: Known, slack: tuple[Fraction, Fraction]
) -> Iterator[Stated]:
    try:
        reading = read(of_made(latex, span), known.universal)
        found = list(claims(reading, known.universal, ANY))
    except Error:
        return  # no arithmetic after all
    for claim in found:
        told = Claim(claim.kind, claim.relation, claim.left, claim.right, claim.scope,
                     (), span, span.text)  # fmt: skip
        yield Stated(span.source, told, _judged(told, slack), note="arithmetic in words")


def _judged(claim: Claim, slack: tuple[Fraction, Fraction]) -> Decide:
    def decide(judge: Judge) -> Verdict:
        verdict = judge(claim)
        if verdict.kind.startswith("refuted") and _is_near(claim, slack):
            return undecided(f"digits that are cut may be all that is missing: {verdict.message}")
        return verdict

    return decide


def _is_near(claim: Claim, slack: tuple[Fraction, Fraction]) -> bool:
    """Whether the sides miss each other by less than cut digits may make up."""
    if claim.right is None:
        return False
    parts, most = slack
    apart = make("abs", claim.left - claim.right)
    near = number(parts) * make("abs", claim.right) + number(most)
    asked = expand(make("relation", apart, near, data=("<",)), claim.scope)
    return truth(asked, {}) is True


def _latex(side: str) -> str:
    """The LaTeX of a side."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", side)
    text = re.sub(r"(\d)e([-+]?\d+)", r"(\1 \\cdot 10^{\2})", text)
    text = text.replace("**", "^").replace("−", "-").replace("–", "-")
    text = re.sub(r"\^\s*([-\d.]+|\([^()]*\))", r"^{\1}", text)
    return re.sub(r"[*·×⋅]|x", r" \\cdot ", text)
