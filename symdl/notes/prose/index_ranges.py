"""Indices that leave their arrays, and broadcasting by accident: said behind their line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.evidence.kinds import is_declared
from symdl.evidence.verdict import Verdict
from symdl.expression.broadcasting import accidents
from symdl.expression.dimensions import names_in, without
from symdl.expression.index_ranges import Reach, reaches
from symdl.expression.misfits import by_accident
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols
from symdl.notes.stated import Stated, settled

_PADDED = re.compile(
    r"\bpad(?:s|ded|ding)?\b|\bzero-?pad|\bperiodic|\bcircular|\bcyclic|\bwrap(?:s|ped)? ?around"
    r"|\bmodulo\b|\\[bp]?mod\b|\bboundary (?:condition|value|case|term)"
    r"|\bout[- ]of[- ](?:range|bound)|\bghost\b|\bsentinel|\bbeyond the (?:end|edge|boundar)",
    re.IGNORECASE,
)
"""Words that say what there is beyond the ends."""
_COUNTED = re.compile(
    r"\b(?:zero|one|0|1)-(?:based|indexed)|\b(?:count|index|start)\w*\s+(?:from|at|with)\b|\bPython\b",
    re.IGNORECASE,
)
_OBLONG = re.compile(
    r"\b(?:square|tall|wide|thin|fat|skinny|(?:over|under)-?determined|full (?:column|row))\b",
    re.IGNORECASE,
)


def with_remarks(stated: Sequence[Stated], text: str) -> tuple[Stated, ...]:
    """What is stated, and behind a line in which an index leaves a declared array, or a vector
    beside a column broadcasts to a matrix, a remark that says so. text: the whole document, which
    may say how entries are counted and what is beyond the ends."""
    return tuple(_with_remarks(stated, text))


def _with_remarks(stated: Sequence[Stated], text: str) -> Iterator[Stated]:
    padded, counted = _PADDED.search(text) is not None, _COUNTED.search(text) is not None
    starts: dict[Term, tuple[int, Stated]] = {}
    told: set[object] = set()
    for one in stated:
        yield one
        claim = one.claim
        if claim is None:
            continue
        for pair in accidents(*claim.terms):
            if pair not in told and all(_declared_whole(side, claim) for side in pair):
                told.add(pair)
                yield _remark(one, "accidental-broadcast", by_accident(*pair))
        for reach in () if padded else reaches(*claim.terms):
            base = reach.base
            if base in told or not is_declared(base, claim.scope) or _has_ends(reach, text):
                continue
            message = _outside(reach, text)
            if not message and not counted:
                message = _counted_otherwise(reach, one, starts)
            if message:
                told.add(base)
                yield _remark(one, "index-out-of-range", message)


def _remark(one: Stated, code: str, message: str) -> Stated:
    verdict = Verdict("undecided", "shape", message, code=code)
    return replace(one, decide=settled(verdict), note="")


def _declared_whole(side: Term, claim: Claim) -> bool:
    return all(is_declared(name, claim.scope) for name in free_symbols(side) if name.shape != ())


def _has_ends(reach: Reach, text: str) -> bool:
    r"""Whether the document speaks of the entries beyond the ends by themselves: `x_0 = 0`."""
    name = re.escape(str(reach.base.data.name))
    size = re.escape(str(reach.size))
    end = rf"(?:0|\{{\s*(?:0|-\s*1|{size}\s*\+\s*\d+)\s*\}})"
    return re.search(rf"{name}\s*_\s*{end}(?![\w])", text) is not None


def _outside(reach: Reach, text: str) -> str:
    """What is told of places that are not there, however entries are counted."""
    if not reach.leaves:
        return ""
    if reach.beyond is None and (_OBLONG.search(text) or _are_ordered(reach, text)):
        return ""
    return reach.words()


def _are_ordered(reach: Reach, text: str) -> bool:
    r"""Whether the document says how two sizes compare: `m \ge n`."""
    sizes = {re.escape(n) for d in (reach.last, reach.size) for n in names_in([d])}
    either = "|".join(sorted(sizes))
    relation = r"(?:=|<|>|\\(?:le|ge|leq|geq|leqslant|geqslant|ll|gg)(?![A-Za-z]))"
    return re.search(rf"(?:{either})\s*{relation}\s*(?:{either})(?!\w)", text) is not None


def _counted_otherwise(reach: Reach, one: Stated, starts: dict[Term, tuple[int, Stated]]) -> str:
    """What is told where the entries of an array were counted otherwise in a line before."""
    fitting = [start for start in (0, 1) if reach.fits(start)]
    if len(fitting) != 1 or reach.beyond is None:
        return ""
    start, before = starts.setdefault(reach.base, (fitting[0], one))
    if start == fitting[0]:
        return ""
    last = reach.size if start else without(reach.size, 1)
    return (
        f"{plain(reach.written)} counts the entries of {plain(reach.base)} from {fitting[0]}: in "
        f"line {before.span.line} they are the entries {start} to {last} along axis {reach.axis}"
    )
