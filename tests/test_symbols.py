"""Declarations and canonical names."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symdl.document.errors import ReadError
from symdl.document.source import Source, Span
from symdl.expression.domain import INTEGER, POSITIVE, REAL, UNIT_OPEN, Domain
from symdl.expression.symbols import canonical_name, declare

NAMES = [
    ("x", "x"), ("W1", "W1"), ("lr", "lr"), ("batch_size", "batch_size"), ("beta_1", r"\beta_1"),
    (r"\beta_1", r"\beta_1"), (r"\beta_{1}", r"\beta_1"), ("m_hat", r"\hat{m}"),
    (r"\hat m", r"\hat{m}"), ("m_hat_1", r"\hat{m}_1"), ("theta", r"\theta"),
    ("x_max", r"x_{\text{max}}"), (r"x_{\text{max}}", r"x_{\text{max}}"),
    (r"x_{\mathrm{max}}", r"x_{\text{max}}"), ("x_{max}", r"x_{\text{max}}"), ("d_k", "d_k"),
    ("W_12", "W_{12}"), (r"\mathbf{x}", r"\mathbf{x}"), (r"\bm{x}", r"\boldsymbol{x}"),
    (r"\text{loss}", "loss"), (r"\mathrm{loss}", "loss"), (r"\mathit{x}", "x"),
    ("W^{(2)}", "W^{(2)}"), ("x^*", "x^*"), ("p_theta", r"p_\theta"), ("X", "X"),
]  # fmt: skip
DECLARATIONS = [
    ("real", "scalar", (), REAL), ("real > 0", "scalar", (), POSITIVE),
    ("real > 0, < 1", "scalar", (), UNIT_OPEN), ("integer", "scalar", (), INTEGER),
    ("integer >= 1", "scalar", (), Domain(Fraction(1), integer=True)),
    ("natural", "scalar", (), Domain(Fraction(0), integer=True)),
    ("real != 0", "scalar", (), Domain(excluded=(Fraction(0),))),
    ("vector(n)", "vector", ("n",), REAL), ("matrix(m, n) > 0", "matrix", ("m", "n"), POSITIVE),
    ("matrix(16, 64)", "matrix", (16, 64), REAL), ("vector", "vector", None, REAL),
    ("tensor(b, h, n)", "tensor", ("b", "h", "n"), REAL), ("function", "function", (), REAL),
    ("index(n)", "index", (), Domain(Fraction(1), integer=True)),
    ("index(3)", "index", (), Domain(Fraction(1), Fraction(3), integer=True)),
    ("constant = 0.9", "constant", (), Domain(Fraction(9, 10), Fraction(9, 10))),
    ("constant", "constant", (), REAL), ("sequence", "sequence", (), REAL),
    ("sequence(n) >= 0", "sequence", ("n",), Domain(Fraction(0))), ("set", "set", None, REAL),
    ("real >= -1/2, <= 1e3", "scalar", (), Domain(Fraction(-1, 2), Fraction(1000))),
    ("positive", "scalar", (), POSITIVE), ("positive real < 1", "scalar", (), UNIT_OPEN),
    ("positive integer", "scalar", (), Domain(Fraction(0), lower_open=True, integer=True)),
]  # fmt: skip
BAD = [
    "", "reel", "real > x", "real(3)", "vector(n, m)", "matrix(n)", "matrix(m, -1)", "real 0",
    "real > 1, < 0", "positive matrix(n, n)", "vector(n", "matrix(m; n)",
]  # fmt: skip


@pytest.mark.parametrize(("key", "name"), NAMES)
def test_canonical_name(key: str, name: str) -> None:
    assert canonical_name(key) == name
    assert canonical_name(name) == name


@pytest.mark.parametrize(("text", "role", "shape", "domain"), DECLARATIONS)
def test_declaration(text: str, role: str, shape: object, domain: Domain) -> None:
    found = declare("x", text)
    assert (found.role, found.shape, found.domain) == (role, shape, domain)
    assert found.declared


@pytest.mark.parametrize("text", BAD)
def test_a_wrong_declaration_is_refused_with_its_place(text: str) -> None:
    span = Span(Source("file", text), 0, len(text))
    with pytest.raises(ReadError) as caught:
        declare("x", text, span)
    assert caught.value.code == "bad-declaration"
    assert caught.value.span is span
    assert "real" in caught.value.hint or "dimension" in caught.value.hint


def test_names_are_never_merged() -> None:
    keys = ["w", "W", r"\omega", r"\hat{w}", r"\mathbf{w}", "w_1", "w1", "w^*", r"\mathrm{w}"]
    assert len({canonical_name(k) for k in keys}) == len(keys)


@pytest.mark.parametrize("key", ["x + 1", "2", "", r"\frac{a}{b}"])
def test_what_is_no_name_is_refused(key: str) -> None:
    with pytest.raises(ReadError):
        canonical_name(key)


@given(st.text(max_size=12))
def test_any_declaration_is_read_or_refused(text: str) -> None:
    found = None
    with suppress(ReadError):
        found = declare("x", text)
    assert found is None or found.name == "x"
