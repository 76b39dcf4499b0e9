"""What a statement says of the values of a letter goes before what is usual for the letter."""

from __future__ import annotations

import pytest

import symdl

TRUE = r"""
n^2 \ge n, n \in \mathbb{Z}
2^n \ge 1 \text{ for all } n \ge 0
\inf_{\lambda \in \mathbb{R}} (\lambda + 2)^2 = 0
\min_{\alpha \in [-3, 1]} (\alpha + 2)^2 = 0
\{\lambda \in \mathbb{R} : \lambda^2 = 4\} = \{-2, 2\}
(1 + \alpha)^2 \ge 1, 0 \le \alpha \le 1
\epsilon^2 = O(\epsilon), \epsilon \to 0
"""
FALSE = r"""
\forall n \in \mathbb{Z}: n^5 \ge n
3^n \ge 3 \text{ for all } n \ge 0
3^n \ge 3, n \in \{0, 1\}
n^2 \ge n, n \in \mathbb{R}
|\lambda| = \lambda, \lambda \in \mathbb{R}
\forall \alpha \in \mathbb{R}: \alpha x^2 \ge 0
\frac{\lambda}{|\lambda|} = 1 \text{ for } \lambda \ne 0
(2 + \alpha)^2 \ge 4, -1 \le \alpha \le 1
\lim_{\epsilon \to 0} \frac{|\epsilon|}{\epsilon} = 1
\sqrt{\lambda} = O(\lambda), \lambda \to 0
"""
USUAL = r"""
|\lambda| = \lambda
e^n \ge e
\eta > 0
\eta > 0, \lambda > 0
"""


@pytest.mark.parametrize("claim", TRUE.strip().splitlines() + USUAL.strip().splitlines())
def test_proved(claim: str) -> None:
    assert symdl.check(claim).kind == "proved"


@pytest.mark.parametrize("claim", FALSE.strip().splitlines())
def test_refuted(claim: str) -> None:
    assert symdl.check(claim).kind.startswith("refuted")


def test_one_letter_is_one_symbol_in_all_statements() -> None:
    given = [r"S = 2 \lambda"]
    assert symdl.check(r"S = \lambda + \lambda, \lambda \ne 0", given=given).kind == "proved"


UNKNOWN = r"""
\max_{n \in \mathbb{Z}} (-n^2 - n) = \frac{1}{4}
\min_{x \in \mathbb{Z}} (x - \frac{1}{2})^2 = 0
\arg\min_{x \in \mathbb{Z}} (x - \frac{1}{3})^2 = \frac{1}{3}
|\{x \in \mathbb{Z} : x^2 = 2\}| = 2
\sum_{k=1}^{n} \frac{1}{k-2} \ge -1
\sum_{k=0}^{n} \frac{k}{k} = n + 1
\sum_{k=0}^{n} \frac{k^2}{k} = \frac{n(n+1)}{2}
"""


@pytest.mark.parametrize("claim", UNKNOWN.strip().splitlines())
def test_whole_numbers_are_no_interval_and_undefined_terms_say_nothing(claim: str) -> None:
    """True, false or meaningless: none of these may be proved, nor refuted at a wrong point."""
    assert symdl.check(claim).kind == "undecided"


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        (r"\begin{pmatrix} 1/3 \\ 2/3 \end{pmatrix} \approx \begin{pmatrix} 0.33 \\ 0.9 \end{pmatrix}", "refuted"),  # noqa: E501
        (r"\begin{pmatrix} 1/3 \\ 2/3 \end{pmatrix} \approx \begin{pmatrix} 0.33 \\ 0.67 \end{pmatrix}", "rounded"),  # noqa: E501
        (r"\operatorname{softmax}([1, 2, 3]) \approx [0.09, 0.9, 0.665]", "refuted"),
        (r"\sum_{k=0}^n (-1)^k \binom{n}{k} = 0, n \ge 0", "refuted"),
        (r"\sum_{k=1}^n k = \frac{n(n+1)}{2}, n \ge 0", "proved"),
    ],
)  # fmt: skip
def test_every_entry_and_the_first_size_count(claim: str, kind: str) -> None:
    assert symdl.check(claim).kind == kind


@pytest.mark.parametrize(
    ("claim", "kind"),
    [("A - A = 0", "proved"), ("A - A^T = 0", "refuted"), ("A = 0", "refuted")],
)
def test_0_is_the_array_of_zeros_beside_an_array(claim: str, kind: str) -> None:
    verdict = symdl.check(claim, symbols={"A": "matrix(n, n)"})
    assert verdict.kind == kind
    assert verdict.method != "shape"


GIVEN_TRUE = r"""
n! \ge n ; n \ge 0
\sum_{k=1}^n k = \frac{n(n+1)}{2} ; n \ge 0
2^n \ge 1 ; m, n \ge 0
\sqrt{\lambda^2} = \lambda ; \lambda > 0
"""
GIVEN_FALSE = r"""
n \ge 1 ; n \ge 0
2^n \ge 2 ; n \ge 0
2^n \ge 2 ; m, n \ge 0
\lambda > 0 ; \lambda \in \mathbb{R}
\lambda > 0 ; \lambda \ge -1
\beta^n \le \beta ; n \ge 0
"""


@pytest.mark.parametrize(
    ("row", "holds"),
    [(row, True) for row in GIVEN_TRUE.strip().splitlines()]
    + [(row, False) for row in GIVEN_FALSE.strip().splitlines()],
)
def test_what_is_given_of_a_letter_goes_before_what_is_usual(row: str, holds: bool) -> None:
    claim, _, given = row.partition(" ; ")
    assert symdl.check(claim, given=given).kind.startswith("proved" if holds else "refuted")
