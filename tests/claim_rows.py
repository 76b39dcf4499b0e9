"""Every claim of the tables in tests/cases that is a statement with declarations and givens."""

from __future__ import annotations

from collections.abc import Iterator

from claim_bank import bank
from claim_tables import CASES, parts, table

TABLES = (
    "approximation", "arrays", "extrema", "growth", "image", "integrals", "limits", "monotone",
    "order", "parts_of_sums", "rechecked", "recurrences_for_all", "several", "shape_claims",
    "solutions", "claims_statements", "two_points",
)  # fmt: skip
WRITTEN = ("claims_scalar", "claims_numbers", "invisible")
"""Tables of claims that need no declarations."""
Row = tuple[str, str, list[str], dict[str, str]]


def rows() -> Iterator[Row]:
    """Table, claim, what is given and the declarations."""
    for name in TABLES:
        for row in table(f"{name}.txt"):
            yield (name, *parts(row.values[0]))
    for name in WRITTEN:
        for line in (CASES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                yield name, line.partition(" ::")[0], [], {}
    for claim in bank():
        yield "bank", claim.statement, list(claim.given), claim.symbols
    for line in (CASES / "undeclared_arrays.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            statement, given = line.split(" ; ")[:2]
            yield "undeclared_arrays", statement, [g for g in given.split(" && ") if g], {}
    for line in (CASES / "recurrence_claims.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            _, statement, given = line.split(" | ")
            yield "recurrence_claims", statement, [g.strip() for g in given.split(";")], {}
