"""Values: certain digits where a number is small, and zero where that is proved."""

from __future__ import annotations

import pytest

from symdl.document.errors import DeriveError
from symdl.expression.reading import read
from symdl.expression.scope import EMPTY
from symdl.faces.evaluation import evaluate

VALUES = [
    (r"\sin(\pi)", 15, "0"),
    (r"\cos(\pi/2)", 15, "0"),
    (r"\sqrt{2} - \sqrt{2}", 15, "0"),
    (r"\log(1 + e^{-100})", 5, "3.7201e-44"),
    (r"-\log(\sigma(100))", 5, "3.7201e-44"),
]


@pytest.mark.parametrize(("latex", "digits", "expected"), VALUES)
def test_values(latex: str, digits: int, expected: str) -> None:
    assert str(evaluate(read(latex).term, EMPTY, {}, digits)) == expected


def test_many_digits() -> None:
    assert len(str(evaluate(read(r"\pi").term, EMPTY, {}, 5000))) == 5001


@pytest.mark.parametrize("latex", [r"\log 0", r"\sqrt{-1}", r"\frac{1}{\sin(\pi)}"])
def test_no_value(latex: str) -> None:
    with pytest.raises(DeriveError):
        evaluate(read(latex).term, EMPTY, {})
