"""The table tests/cases/image.txt: claims with their verdicts; what is continuous."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table

from symdl.evidence.continuity import Image, discontinuity
from symdl.expression.operators import TABLE
from symdl.expression.term import make, symbol

X = symbol("x")


@pytest.mark.parametrize(("claim", "expected"), table("image.txt"))
def test_image(claim: str, expected: str) -> None:
    check_row(claim, expected)


def test_rows_that_jump_are_not_continuous() -> None:
    jumping = {n for n, row in TABLE.items() if row.jumps}
    assert jumping == {"sign", "floor", "ceil", "round", "mod"}
    for name in ("floor", "ceil", "round"):
        assert discontinuity(Image(X, make(name, X)))
    for name in ("sinh", "arcosh", "erf", "gamma_function"):
        assert not discontinuity(Image(X, make(name, X)))
