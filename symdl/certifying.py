"""Verdicts with their certificates as one document, and the claims of a document read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from symdl.claims_made import of_document, of_file, of_statement
from symdl.document.kinds import is_document
from symdl.evidence.certificate import record
from symdl.evidence.ladder import judge
from symdl.evidence.recheck import document as second
from symdl.evidence.record import ClaimInParts, Data, Malformed, document, dumps, loads
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.runs.workers import each_in_children
from symdl.version import VERSION

if TYPE_CHECKING:
    from symdl.report.diagnostic import Checked, Finding

STATEMENT = "<statement>"
"""The name of the source of a statement that stands in no file."""


def certify(
    statement: str, given: Iterable[str] = (), symbols: Mapping[str, str] | None = None
) -> dict[str, Data]:
    """The evidence for the verdict on a statement of LaTeX, as data: what `symdl recheck` reads.

    Arguments and errors as in `check`; a record for each claim of the statement.

    >>> certify("(a + b)^2 = a^2 + 2ab + b^2")["records"][0]["verdict"]
    'proved'
    """
    texts = [given] if isinstance(given, str) else list(given)
    source = {"latex": statement, "given": texts, "symbols": dict(symbols or {})}
    records = [record(stated, judge(stated.claim)) for stated in claims_of(STATEMENT, source)]
    return document(VERSION, {STATEMENT: source}, records)


def recheck(evidence: str | Mapping[str, Data]) -> list[tuple[str, str, str]]:
    """Status (`certified`, `retested`, `untested`, `silent` or `rejected`), place and reason of
    each record of a document, given as text or as data.

    Raises Malformed for what is no document, or has a broken seal.

    >>> recheck(certify(r"\\sqrt{8} = 2 \\sqrt{2}"))
    [('certified', '<statement>:1:1', '')]
    """
    text = evidence if isinstance(evidence, str) else dumps(evidence)
    return list(second.recheck(loads(text), claims_of))


def evidence_of(checked: Checked, jobs: int = 1) -> dict[str, Data]:
    """The evidence for the findings of a run over formula files and documents, made in so many
    processes."""
    told: dict[str, list[Finding]] = defaultdict(list)
    sources: dict[str, Data] = {}
    for finding in checked.findings:
        told[finding.file].append(finding)
    for name in told:
        try:
            with open(name, encoding="utf-8", newline="") as file:
                sources[name] = file.read()
        except (OSError, ValueError):
            continue  # the run has told that it cannot be read
    made = each_in_children(lambda name: _records(name, sources[name], told[name]), sources, jobs)
    return document(VERSION, sources, [data for name in sources for data in made[name]])


def _records(name: str, text: str, findings: list[Finding]) -> list[Data]:
    """The records of the claims of a file, with what a run said of them."""
    told: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for finding in reversed(findings):
        told[_place(finding)].append(finding)
    if not is_document(name):
        found = claims_of(name, text)
        return [record(one, _verdict(told[_place(one)])) for one in found]
    records: list[Data] = []
    for place, stated in of_document(name, text.encode()):
        records += _of_passage(stated, _verdict(told[place]))
    return records


def _of_passage(stated: list[ClaimInParts], verdict: Verdict) -> list[Data]:
    """The records of the claims that a verdict may rest on: it stands at the one that its
    evidence fits best, and the others claim nothing."""
    made = [record(one, verdict) for one in stated]
    statuses = [
        second.guarded(second.checked, data, one) for data, one in zip(made, stated, strict=True)
    ]
    order = ("certified", "retested", "untested", "silent")
    ranks = [
        next((i for i, word in enumerate(order) if status.startswith(word)), len(order))
        for status in statuses
    ]
    best = ranks.index(min(ranks)) if ranks else 0
    nothing = Verdict("undecided", "", "")
    return [
        data if i == best and ranks[i] < len(order) else record(one, nothing)
        for i, (data, one) in enumerate(zip(made, stated, strict=True))
    ]


def _place(item: Finding | ClaimInParts) -> tuple[object, ...]:
    kind = item.claim.kind if isinstance(item, ClaimInParts) else item.kind
    return item.line, item.column, item.latex, kind


def _verdict(found: list[Finding]) -> Verdict:
    """What a run said of a claim; a claim that it could not judge is undecided."""
    if not found:
        return Verdict("undecided", "", "")
    finding = found.pop()
    shown = finding.counterexample
    kind = finding.verdict
    if kind == "refuted-as-expected":
        kind = "refuted" if shown is not None else "not-understood"
    example = None if shown is None else Counterexample(**shown)
    return Verdict(
        kind, finding.method, finding.message, counterexample=example, evidence=finding.evidence
    )


def claims_of(name: str, source: Data) -> Iterator[ClaimInParts]:
    """The claims of a source of a document, read anew. Raises Malformed, or ReadError."""
    if isinstance(source, str) and is_document(name):
        return (one for _, found in of_document(name, source.encode()) for one in found)
    if isinstance(source, str) and name != STATEMENT:
        return of_file(name, source.encode())
    if not isinstance(source, dict) or set(source) != {"latex", "given", "symbols"}:
        raise Malformed(f"no source: {name[:60]}")
    try:
        return of_statement(source["latex"], source["given"], source["symbols"])
    except TypeError as problem:
        raise Malformed(str(problem)) from None
