"""One operator is one row: a made-up one, entered in a process of its own (new_operator.py), is
read, printed, derived, evaluated, proved about and run by all of symdl, which knows its row only.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CASES = [
    tuple(cell.strip() for cell in line.rsplit("|", 1))
    for line in (HERE / "cases" / "one_row.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
POINT = 0.75
SLOPE = (1 + POINT**2) ** -1.5
BACKENDS = ["numpy", "c"]
EXPORTS = ["numpy", "torch", "jax", "c", "numba", "onnx", "sympy"]


@pytest.fixture(scope="module")
def answers() -> Any:
    """What symdl answers where the row is known."""
    asked = {
        "formula": r"\operatorname{swell}(x)",
        "point": POINT,
        "claims": [claim for claim, _ in CASES],
        "backends": BACKENDS,
        "exports": EXPORTS,
    }
    run = [sys.executable, str(HERE / "new_operator.py"), json.dumps(asked)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=HERE.parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_is_read_and_printed(answers: Any) -> None:
    assert answers["plain"] == "swell(x)"
    assert answers["latex"] == r"\operatorname{swell}(x)"
    assert answers["again"] is True


def test_it_is_derived_in_steps(answers: Any) -> None:
    assert answers["slope"] == "1/sqrt(1 + x^2)^3"
    assert "derivative of swell" in answers["steps"]


def test_it_has_values(answers: Any) -> None:
    assert answers["value"] == "0.600000000000000"


@pytest.mark.parametrize(("claim", "wanted"), CASES)
def test_claims_are_judged(answers: Any, claim: str, wanted: str) -> None:
    assert answers["verdicts"][claim] == wanted


def test_proofs_are_certified(answers: Any) -> None:
    """Where the row is known, the second checker verifies the certificate by its definition."""
    assert answers["certified"] == "certified"


@pytest.mark.parametrize("backend", BACKENDS)
def test_its_code_runs(answers: Any, backend: str) -> None:
    assert answers["runs"][backend] == pytest.approx([0.6, SLOPE], rel=1e-15)


@pytest.mark.parametrize("target", EXPORTS)
def test_it_is_exported(answers: Any, target: str) -> None:
    """In the code of its row; ONNX has no column for it and takes the definition."""
    wanted = {"onnx": "= Sqrt (", "sympy": "sp.sqrt(", "torch": "torch.sqrt("}
    assert wanted.get(target, "hypot(") in answers["exports"][target]


def test_its_value_in_onnx(answers: Any) -> None:
    parser, runtime = pytest.importorskip("onnx.parser"), pytest.importorskip("onnxruntime")
    numpy = pytest.importorskip("numpy")
    model = parser.parse_model(answers["exports"]["onnx"])
    session = runtime.InferenceSession(model.SerializeToString())
    got = session.run(None, {"x": numpy.array([POINT], numpy.float32)})
    assert [float(v[0]) for v in got] == pytest.approx([0.6, SLOPE], rel=1e-6)
