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
