"""PyTorch code makes its arrays where the arguments are: the device `meta` stands for any other."""

from __future__ import annotations

import pytest

from symdl import read

torch = pytest.importorskip("torch")
SIZES = {"n": 3, "m": 4}
LINES = [
    (r"\sum_{i=1}^n i x_i", {"x": "vector(n)"}, "x"),
    (r"-z_y + \log \sum_{j=1}^c e^{z_j}", {"z": "vector(c)"}, "z"),
    (r"\sum_{i=1}^n \sum_{j=1}^{n} \mathbb{1}[j \le i] x_j", {"x": "vector(n)"}, "x"),
    (r"\log \det (I_n + A)", {"A": "matrix(n, n)"}, "A"),
    (r"\mathbf{1}^T x", {"x": "vector(n)"}, "x"),
    (r"\log(1 + e^x) + \max(0, x) + 3", {"x": "real"}, "x"),
    (r"\begin{bmatrix} a & b \\ 1 & 2 \end{bmatrix}", {"a": "real", "b": "real"}, None),
]


@pytest.mark.parametrize(("tex", "declared", "variable"), LINES, ids=[line[0] for line in LINES])
def test_results_are_where_the_arguments_are(
    tex: str, declared: dict[str, str], variable: str | None
) -> None:
    expression = read(tex, declared)
    shapes = [[SIZES.get(d, 2) for d in s.data.shape] for s in expression.for_code()[1]]
    given = [torch.rand(shape).to("meta") for shape in shapes]
    made = expression.lambdify("torch", derivative=variable)(*given)
    for result in made if isinstance(made, tuple) else (made,):
        assert result.device.type == "meta"
