"""Verdicts as data and as people see them."""

from __future__ import annotations

import pytest

import symdl
from symdl.evidence.verdict import Counterexample, Verdict, proved, resource_limit


def test_a_verdict_is_of_a_known_kind_and_a_refutation_shows_a_point() -> None:
    with pytest.raises(ValueError, match="no verdict is called 'maybe'"):
        Verdict("maybe", "exact", "perhaps")
    with pytest.raises(ValueError, match="shows a counterexample"):
        Verdict("refuted", "exact", "it is not so")


def test_a_verdict_is_neither_true_nor_false() -> None:
    verdict = symdl.check("2 + 2 = 4")
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(verdict)
    assert verdict.holds
    assert not symdl.check("2 + 2 = 5").holds


@pytest.mark.parametrize("claim", ["x + 1 = 1 + x", "x^2 = 2x", r"\pi \approx 3.14"])
def test_a_verdict_is_plain_data(claim: str) -> None:
    verdict = symdl.check(claim)
    assert Verdict.from_dict(verdict.as_dict()) == verdict


def test_a_notebook_shows_why_with_the_two_values() -> None:
    shown = Counterexample({"x": "1"}, "1", "2 < 3")
    html = Verdict("refuted", "exact", "a < b", counterexample=shown, reading="x & y")._repr_html_()
    assert html == ("<p><b>refuted</b> x &amp; y<br>a &lt; b<br>x = 1: left 1, right 2 &lt; 3</p>")
    assert proved("exact", "both are 1")._repr_html_() == "<p><b>proved</b> <br>both are 1</p>"


def test_a_limit_that_was_met_is_named() -> None:
    verdict = resource_limit("2 s of processor time")
    assert (verdict.kind, verdict.code) == ("undecided", "resource-limit")
    assert verdict.evidence == {"limit": "2 s of processor time"}
