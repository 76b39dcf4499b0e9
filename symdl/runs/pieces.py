"""What a worker does with the pieces of a file: it reads, judges and tells."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symdl.document.kinds import extent
from symdl.report.diagnostic import Finding
from symdl.runs.children import Mark, Tell
from symdl.runs.limits import Death

if TYPE_CHECKING:
    from symdl.evidence.claim import Claim, Judge
    from symdl.evidence.verdict import Verdict
    from symdl.findings import Piece

OFTEN = 0.05
"""Seconds after which a worker tells what it has found so far."""
PAGE = 20_000
"""Bytes of a file that may take as long to read as a claim to judge."""
READING = -1
"""The step of reading a file, before its first piece."""
Fates = dict[tuple[int, int], tuple[str, str]]
"""(piece, number of the claim in it) -> cause and words of the death it brought. The number 0
is the reading of the piece."""
Kept = dict[str, dict[str, Any]]
"""Verdicts as plain data by the key of their claim."""


@dataclass(frozen=True, slots=True)
class Work:
    """A file to check: its name, its content, whether a second reader reads it too, and whether
    the verdicts on its claims are kept under their keys."""

    name: str
    data: bytes
    second_reader: bool = False
    keeps: bool = False


def _unmarked(piece: int, claim: int, times: float = 1.0, /) -> None:
    """Nobody watches."""


_READ: list[tuple[Work, Sequence[Piece], Kept]] = []
"""The file that this process read last."""


class _Telling:
    """What a worker has found and not told yet."""

    def __init__(self, tell: Tell, kept: Kept) -> None:
        self.tell, self.kept = tell, kept
        self.total = 0
        self.found: dict[int, tuple[Finding, ...]] = {}
        self.verdicts: Kept = {}
        self.told = time.monotonic()

    def now(self) -> None:
        self.tell((self.total, self.found, self.verdicts))
        self.found, self.verdicts, self.told = {}, {}, time.monotonic()

    def sometimes(self) -> None:
        if time.monotonic() - self.told > OFTEN:
            self.now()


def check_here(work: Work, fates: Fates, kept: Kept, found: dict[int, tuple[Finding, ...]]) -> int:
    """Check the pieces that have no findings yet in this process, without limits. The number of
    all pieces of the file."""
    pieces = _pieces(work)
    telling = _Telling(lambda _: None, kept) if work.keeps else None
    for i, piece in enumerate(pieces):
        if i not in found:
            judge = _judge(i, fates, _unmarked, telling)
            found[i] = findings_of_piece(piece, i, fates, _unmarked, judge)
    return len(pieces)


def answer(job: Any, mark: Mark, tell: Tell) -> None:
    """Check some pieces of a file; the replies are its number of pieces, findings by piece and
    verdicts by key."""
    known, first, last, fates = job
    if known is not None:
        mark(READING, 0, 1 + extent(known[0].name, known[0].data) / PAGE)
        _READ[:] = [(known[0], _pieces(known[0]), known[1])]
    work, pieces, kept = _READ[0]
    telling = _Telling(tell, kept)
    telling.total = len(pieces)
    for i in range(first, min(last, len(pieces))):
        judge = _judge(i, fates, mark, telling if work.keeps else None)
        telling.found[i] = findings_of_piece(pieces[i], i, fates, mark, judge)
        telling.sometimes()
    telling.now()


def _pieces(work: Work) -> Sequence[Piece]:
    """The pieces of a file; a bug of symdl in reading it is one, so that no file is lost."""
    from symdl.checking import pieces_of_file
    from symdl.findings import Piece

    try:
        return pieces_of_file(work.name, work.data, work.second_reader)
    except MemoryError:
        raise
    except Exception as error:  # a bug met on one file is its finding: others are checked
        finding = failure(work.name, "internal-error", bug(error))
        return (Piece(lambda _: (finding,)),)


def findings_of_piece(
    piece: Piece, number: int, fates: Fates, mark: Mark, judge: Judge
) -> tuple[Finding, ...]:
    """The findings of a piece, in which the claims that have killed a worker say so."""
    mark(number, 0)
    if (number, 0) in fates:
        return (unread_piece(piece, *fates[number, 0]),)
    try:
        return tuple(piece.findings(judge))
    except MemoryError:
        raise
    except Exception as error:  # a bug met on one piece is its finding: others are checked
        return (unread_piece(piece, "crash", bug(error)),)


def _judge(number: int, fates: Fates, mark: Mark, telling: _Telling | None) -> Judge:
    """What judges the claims of a piece, and knows which of them comes to what end."""
    from symdl.checking import judge
    from symdl.document.errors import InternalError
    from symdl.evidence.surroundings import narrowed
    from symdl.evidence.verdict import resource_limit

    claims = 0

    def watched(claim: Claim) -> Verdict:
        nonlocal claims
        claims += 1
        cause, words = fates.get((number, claims), ("", ""))
        if cause == "crash":
            raise InternalError(words, claim.span)
        if cause:
            return resource_limit(words)
        mark(number, claims)
        if claim.kind == "definition":
            return judge(claim)
        claim = narrowed(claim)
        return judge(claim) if telling is None else _kept(claim, judge, telling)

    return watched


def _kept(claim: Claim, judge: Judge, telling: _Telling) -> Verdict:
    """The verdict that is known of the claim, or a new one."""
    from symdl.evidence.surroundings import key
    from symdl.evidence.verdict import Verdict

    name = key(claim)
    known = telling.kept.get(name)
    if known is None:
        verdict = judge(claim)
        known = telling.kept[name] = verdict.as_dict()
    else:
        verdict = Verdict.from_dict(known)
    telling.verdicts[name] = known
    telling.sometimes()
    return verdict


def bug(error: Exception) -> str:
    """What is told of an exception that should not have come."""
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(last.filename)}:{last.lineno}"
    return f"symdl failed on this file: {type(error).__name__} at {place}: {error}"


def failure(name: str, code: str, message: str) -> Finding:
    """A finding about a whole file."""
    return Finding(
        file=name,
        line=1,
        column=1,
        end_line=1,
        end_column=1,
        formula=None,
        latex="",
        kind="file",
        verdict="not-understood",
        method="",
        message=message,
        code=code,
    )


def unread_file(name: str, death: Death) -> Finding:
    if death.is_limit or death.cause == "killed":
        return failure(name, "resource-limit", f"resource limit in reading: {death.words}")
    return failure(name, "internal-error", f"symdl failed on this file: {death.words}")


def unread_piece(piece: Piece, cause: str, words: str) -> Finding:
    """What is told of a piece whose reading met a limit, or a bug."""
    from symdl.document.errors import Error
    from symdl.findings import problem

    code = "internal-error" if cause == "crash" else "resource-limit"
    message = words if cause == "crash" else f"resource limit in reading: {words}"
    text = piece.place.text if piece.place is not None else ""
    return problem(Error(message, piece.place, code=code), piece.formula, "", text)
