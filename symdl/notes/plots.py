"""Pictures of what a document says of functions of one variable.

A refuted or approximate equation is shown by both of its sides, a definition by value and slope.
Nothing is concluded from them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from flint import arb

from symdl.derivation.differentiate import differentiate
from symdl.document.documents import read_documents
from symdl.document.errors import Error
from symdl.evidence.balls import balls_at_all
from symdl.evidence.claim import Claim
from symdl.evidence.written_claim import written_out
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, postorder, size
from symdl.notes.checking import stated_in
from symdl.report.diagnostic import Finding
from symdl.report.plot import Curve, Plot

Place = tuple[str, int, int, int, str]
"""File, cell, line and column of a finding, and its verdict."""
SAMPLES = 121
REACH = 4
LARGEST = 300
_BITS = 64
_PLAIN_KINDS = frozenset({"identity", "derivative", "approximation", "bound", "definition"})
_NOT_DRAWN = frozenset(
    {"sum", "product", "integral", "limit", "image", "entry", "matrix", "opaque"}
)


def plots_of(findings: Iterable[Finding]) -> Mapping[Place, Plot]:
    """The pictures of a run's findings about documents, by place."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        shown = (
            finding.verdict in ("refuted", "approximate") or finding.code == "definition-definition"
        )
        if shown and finding.kind in _PLAIN_KINDS:
            by_file.setdefault(finding.file, []).append(finding)
    found: dict[Place, Plot] = {}
    for name, wanted in by_file.items():
        found.update(_of_file(name, wanted))
    return found


def place_of(finding: Finding) -> Place:
    """The key of a finding."""
    return finding.file, finding.cell, finding.line, finding.column, finding.verdict


def _of_file(name: str, wanted: Sequence[Finding]) -> Iterator[tuple[Place, Plot]]:
    if not os.path.isfile(name):
        return
    with open(name, "rb") as file:
        data = file.read()
    claims: dict[tuple[int, int, int], list[Claim]] = {}
    try:
        for document in read_documents(name, data):
            for stated in stated_in(document):
                if stated.claim is not None:
                    origin = stated.span.origin
                    key = (origin.source.cell, origin.line, origin.column)
                    claims.setdefault(key, []).append(stated.claim)
    except Error:
        return  # the file has changed since it was checked
    for finding in wanted:
        for claim in claims.get((finding.cell, finding.line, finding.column), ()):
            plot = plot_of(claim, finding) if claim.kind == finding.kind else None
            if plot is not None:
                yield place_of(finding), plot
                break


def plot_of(claim: Claim, finding: Finding) -> Plot | None:
    """The picture of a claim about one variable; None if it is none that can be drawn."""
    if claim.right is None or size(claim.left) + size(claim.right) > LARGEST:
        return None
    try:
        curves = _defined(claim) if claim.kind == "definition" else _sides(claim)
    except Error:
        return None  # what cannot be written out is not drawn
    terms = [term for _, term in curves]
    variables = {s for term in terms for s in free_symbols(term)}
    drawn = all(
        node.op not in _NOT_DRAWN and not node.shape for t in terms for node in postorder(t)
    )
    if len(variables) != 1 or not drawn or not terms:
        return None
    (variable,) = variables
    marked = _marked(finding, variable)
    low, high = _range(marked)
    places = [low + (high - low) * Fraction(i, SAMPLES - 1) for i in range(SAMPLES)]
    columns = balls_at_all(tuple(terms), [{variable: x} for x in places], _BITS)
    made = tuple(
        Curve(name, tuple(map(_point, places, column)))
        for (name, _), column in zip(curves, columns, strict=True)
    )
    marks: tuple[tuple[float, float], ...] = ()
    if marked is not None:
        at = balls_at_all(tuple(terms), [{variable: marked}], _BITS)
        marks = tuple(p for column in at if (p := _point(marked, column[0])) is not None)
    return Plot(plain(variable), made, marks)


def _sides(claim: Claim) -> list[tuple[str, Term]]:
    assert claim.right is not None
    closed = written_out(claim)
    assert closed.right is not None
    return [(plain(claim.left), closed.left), (plain(claim.right), closed.right)]


def _defined(claim: Claim) -> list[tuple[str, Term]]:
    """Value and slope of a function of one variable."""
    left, right = claim.left, claim.right
    if right is None or left.op != "call" or len(left.args) != 1 or left.args[0].op != "symbol":
        return []
    variable = left.args[0]
    closed = written_out(Claim("identity", "=", right, right, claim.scope)).left
    slope = differentiate(closed, variable).result
    name = plain(make("derivative", left, variable, data="d"))
    return [(plain(left), closed), (name, slope)]


def _marked(finding: Finding, variable: Term) -> Fraction | None:
    at = (finding.counterexample or {}).get("at", {})
    text = at.get(plain(variable))
    try:
        return Fraction(text) if text is not None else None
    except ValueError:
        return None


def _range(marked: Fraction | None) -> tuple[Fraction, Fraction]:
    low, high = Fraction(-REACH), Fraction(REACH)
    if marked is not None and abs(marked) > REACH:
        reach = abs(marked) * Fraction(5, 4)
        return -reach, reach
    return low, high


def _point(x: Fraction, value: arb) -> tuple[float, float] | None:
    """A point of a curve, if its value is known to what a picture shows."""
    if not value.is_finite():
        return None
    middle = float(value.mid())
    return (float(x), middle) if float(value.rad()) <= 1e-3 * max(1.0, abs(middle)) else None
