"""A vector beside a column of the same size makes a matrix: told in files and documents alike."""

from __future__ import annotations

import pytest

from symdl.checking import check_bytes

FILE = r"""name: loss
title: Loss
formula: L = \frac{1}{n} \sum_{i=1}^n \sum_{j=1}^n (y - z)_{ij}^2
symbols:
  y: {type: 'vector(n)', meaning: targets}
  z: {type: '%s', meaning: outputs}
  L: {domain: real, meaning: loss}
claims:
  - y - z = -(z - y)
"""
DOCUMENT = r"""Let $y \in \mathbb{R}^n$ and $z \in \mathbb{R}^{%s}$.

Then $y - z = -(z - y)$.
"""


@pytest.mark.parametrize(("shape", "lines"), [("matrix(n, 1)", [3, 9]), ("matrix(1, n)", [])])
def test_formula_files_tell_it_where_it_stands(shape: str, lines: list[int]) -> None:
    found = check_bytes("loss.yaml", (FILE % shape).encode())
    told = [f for f in found if f.code == "accidental-broadcast"]
    assert sorted({f.line for f in told}) == lines
    assert all("of shape (n, 1)" in f.message and "broadcasts to (n, n)" in f.message for f in told)


@pytest.mark.parametrize(("shape", "lines"), [("n \\times 1", [3]), ("1 \\times n", [])])
def test_documents_tell_it_likewise(shape: str, lines: list[int]) -> None:
    found = check_bytes("loss.md", (DOCUMENT % shape).encode())
    assert sorted({f.line for f in found if f.code == "accidental-broadcast"}) == lines
