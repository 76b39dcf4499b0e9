"""Derivatives that a verdict relies on are checked against the function itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from symdl.derivation import forward
from symdl.derivation.differentiate import differentiate, gradient
from symdl.derivation.record import Derived, recorded
from symdl.document.errors import InternalError
from symdl.evidence.audit.slopes import POINTS, audit_derivatives
from symdl.evidence.claims_read import claims
from symdl.evidence.ladder import judge
from symdl.evidence.verdict import Verdict
from symdl.expression.operators import TABLE
from symdl.expression.reading import read
from symdl.expression.scope import EMPTY
from symdl.expression.symbols import declare
from symdl.expression.term import Term, make, number, symbol

X = symbol("x")


def judged(text: str) -> Verdict:
    (claim,) = claims(read(text), EMPTY)
    return judge(claim)


@pytest.fixture
def wrong_tanh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A table whose row says that tanh' = 1 + tanh^2."""
    wrong = replace(TABLE["tanh"], partials=lambda u: (1 + make("tanh", u) ** 2,))
    monkeypatch.setitem(TABLE, "tanh", wrong)
    forward._derived.cache_clear()
    yield
    forward._derived.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{d}{dx} \tanh x = 1 + \tanh^2 x",
        r"\frac{d}{dx} \tanh x = 1 - \tanh^2 x",
        r"\tanh'(x) \ge 1",
        r"\frac{d}{dx} (x \tanh(2 x)) = \tanh(2 x) + 2 x (1 + \tanh^2(2 x))",
        r"x < y \implies x - \tanh(x) / 2 < y - \tanh(y) / 2",
    ],
)
@pytest.mark.usefixtures("wrong_tanh")
def test_a_wrong_rule_is_loud(text: str) -> None:
    with pytest.raises(InternalError, match="a derivative fails its audit"):
        judged(text)


@pytest.mark.usefixtures("wrong_tanh")
def test_a_wrong_rule_is_loud_in_reverse_mode() -> None:
    y = symbol("y")
    with recorded() as derived:
        gradient(y * make("tanh", X), [X, y])
    with pytest.raises(InternalError):
        audit_derivatives(derived)


NO_SLOPE = {"round"}  # a constant between its steps; no Taylor series of it is known here


@pytest.mark.parametrize("name", sorted(n for n, row in TABLE.items() if row.partials is not None))
def test_the_rows_agree_with_slopes(name: str) -> None:
    arguments = [symbol(f"x_{i}") for i in range(TABLE[name].arity or 2)]
    with recorded() as derived:
        differentiate(make(name, *arguments), arguments[0])
    assert audit_derivatives(derived) == (0 if name in NO_SLOPE else POINTS)


KINKED = [
    make("piecewise", X, make("relation", X, number(0), data=("!=",)), number(0)),
    make("piecewise", X**2, make("relation", X, number(0), data=(">=",)), -(X**2)),
    make("abs", X - 1),
    make("relu", X) ** 2,
]


@pytest.mark.parametrize("function", KINKED, ids=repr)
def test_kinks_are_no_failures(function: Term) -> None:
    with recorded() as derived:
        differentiate(function, X)
    assert audit_derivatives(derived) == POINTS


def test_a_derivative_is_compared_on_the_domain_only() -> None:
    x = make("symbol", data=declare("x", "real > 0"))
    wrong_below = make("sign", x)
    assert audit_derivatives([Derived(make("abs", x), x, number(1))]) == POINTS
    assert audit_derivatives([Derived(x, x, wrong_below)]) == POINTS
    with pytest.raises(InternalError):
        audit_derivatives([Derived(X, X, make("sign", X))])


def test_recordings_nest() -> None:
    with recorded() as outer:
        differentiate(X**2, X)
        with recorded() as inner:
            differentiate(X**3, X)
    assert [d.function for d in inner] == [X**3]
    assert [d.function for d in outer] == [X**2, X**3]
