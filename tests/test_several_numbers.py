"""Functions of several numbers: right to the last digits at numbers of all sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

import symdl
from symdl.accuracy.formats import FORMATS
from symdl.accuracy.measure import measure
from symdl.accuracy.subject import of_expression, ours

TABLE = (Path(__file__).parent / "cases" / "several_numbers.txt").read_text().splitlines()
CASES = [line.partition(" |")[::2] for line in TABLE if not line.startswith("#")]


@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize(("tex", "declared"), CASES, ids=[tex for tex, _ in CASES])
def test_every_digit_is_right(tex: str, declared: str, kind: str) -> None:
    pairs = (part.partition(":") for part in declared.split(";") if part.strip())
    expression = symdl.read(tex, {name.strip(): said.strip() for name, _, said in pairs})
    it = of_expression("f", expression)
    for m in measure(it, FORMATS[kind], {"numpy": ours(it, "numpy")}, 30):
        assert m.good, (m.output, m.worst, m.at, m.over, m.over_at)
