"""The second reader agrees, disagrees or cannot say; it never hangs and never runs at start-up."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from symdl.expression import second_reader
from symdl.expression.reading import read
from symdl.expression.second_reader import compare

pytest.importorskip("latex2sympy2_extended")

CASES = {
    r"\frac{1}{1+e^{-x}}": "agrees",
    r"-2x(y-(wx+b))": "agrees",
    r"\log(x)": "agrees",
    r"200,000": "agrees",
    r"\max(0,x)": "agrees",
    r"\beta_1 x": "agrees",
    r"\hat{m} x": "agrees",
    r"\text{lr} \cdot x": "agrees",
    r"0.9 x": "agrees",
    r"\sigma(x)": "agrees",
    r"x < y": "agrees",
    r"\sin^2 x": "agrees",
    r"(1)(5)+(2)(7)": "disagrees",
    r"1e-8": "disagrees",
    r"\gamma x": "disagrees",
    r"\frac12 x": "cannot",
    r"\operatorname{ReLU}(x)": "cannot",
    r"A^\top B": "cannot",
    r"\mathbb{E}[x]": "cannot",
    r"x \approx y": "cannot",
    r"x = y = z": "cannot",
    r"9^{9^{9^9}}": "cannot",
}


@pytest.mark.parametrize(("line", "kind"), CASES.items())
def test_case(line: str, kind: str) -> None:
    """One line and what comes of comparing its two readings."""
    found = compare(line, read(line).term)
    assert found.kind == kind, found
    assert found.detail


def test_a_misreading_is_seen() -> None:
    """A Term that is not what was written is told with the point and both values."""
    wrong = read("x + 2y").term
    found = compare("x + y", wrong)
    assert found.kind == "disagrees"
    assert "the second reader reads x + y" in found.detail
    assert "symdl has" in found.detail


def test_a_swap_of_two_symbols_is_seen() -> None:
    """No two symbols get the same value."""
    assert compare("x - y", read("y - x").term).kind == "disagrees"


def test_time_limit() -> None:
    """An answer that takes too long is given up, and the next one is given."""
    second_reader._WORKER.stop()  # its start alone takes longer than the limit
    start = time.perf_counter()
    assert "no answer" in compare("x + y", read("x + y").term, timeout=0.001).detail
    assert time.perf_counter() - start < 2
    assert compare("x + y", read("x + y").term).kind == "agrees"


def test_nothing_heavy_at_start() -> None:
    """Importing the module brings in neither SymPy, FLINT nor the other reader."""
    code = (
        "import symdl.expression.second_reader, sys;"
        "print(*(m for m in ('sympy', 'flint', 'latex2sympy2_extended') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
