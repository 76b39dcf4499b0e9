"""The adjoint of a standardised array in its three-term form.

Layer normalization divides `x - mean(x)` by `sqrt(mean((x - mean(x))^2) + epsilon)`. Reverse mode
through mean and variance gives four equations; collected they are (Ba, Kiros, Hinton, Layer
Normalization, 2016; Ioffe, Szegedy, Batch Normalization, 2015, section 3)

    dx = (dz - mean(dz) - z mean(dz z)) / sqrt(...)

without the second term where nothing is subtracted (RMSNorm). A quotient is recognised by proof:
one of these forms is taken if it is the derivative for all sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symdl.derivation.index.equal import NotLowered, compare
from symdl.derivation.matrix.build import (
    entrywise,
    negative,
    ones,
    product,
    scaled,
    total,
)
from symdl.expression.numerals import ONE
from symdl.expression.scope import Scope
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, make, symbol

MOST = 4_000
"""Objects of an index calculation in which a form is recognised."""
Means = Callable[[Term], Term]
"""Each entry replaced by the mean along an axis."""


@dataclass(frozen=True, slots=True)
class Standardised:
    """The quotient `node` standardises `x`: `means` along the axis, centred or not."""

    node: Term
    x: Term
    means: Means
    centred: bool

    @property
    def rule(self) -> str:
        """How this is called in a derivation."""
        terms = "three terms" if self.centred else "two terms"
        name = "standardised" if self.centred else "normalised"
        return f"derivative of a {name} array ({terms})"

    def adjoint(self, g: Term, z: Term) -> Term:
        """What x receives from an adjoint of the quotient, whose value is z."""
        parts = [g]
        if self.centred:
            parts.append(negative(self.means(g)))
        parts.append(negative(entrywise(z, self.means(entrywise(g, z)))))
        whole, below = total(parts), self.node.args[1]
        return scaled(make("div", ONE, below), whole) if below.shape == () else whole / below


def standardised(node: Term, x: Term, scope: Scope) -> Standardised | None:
    """The form of a quotient of arrays in x; None where it is none, or not proved to be."""
    if node.op != "div" or not node.shape or node.shape != x.shape or len(node.shape) > 2:
        return None
    g = symbol("g_{\\text{arrives}}", x.data.role, node.shape)
    loss = make("hadamard", g, node)
    for _ in node.shape:
        loss = make("reduce_sum", loss)
    slope = make("gradient", loss, x)
    for form in _forms(node, x):
        try:
            if compare(slope, form.adjoint(g, node), scope, scope.hypotheses, MOST).is_zero:
                return form
        except NotLowered:
            return None
    return None


def _forms(node: Term, x: Term) -> Iterator[Standardised]:
    assert node.shape
    axes = (_along_rows, _along_columns) if len(node.shape) == 2 else (_of_vector,)
    for means in axes:
        yield Standardised(node, x, means, True)
    for means in axes:
        yield Standardised(node, x, means, False)


def _along_rows(g: Term) -> Term:
    assert g.shape
    one = ones(g.shape[1])
    return scaled(make("div", ONE, as_term(g.shape[1])), product(g, one, make("transpose", one)))


def _along_columns(g: Term) -> Term:
    assert g.shape
    one = ones(g.shape[0])
    return scaled(make("div", ONE, as_term(g.shape[0])), product(one, make("transpose", one), g))


def _of_vector(g: Term) -> Term:
    assert g.shape
    one = ones(g.shape[0])
    if g.op == "hadamard":
        added = product(make("transpose", g.args[0]), entrywise(*g.args[1:]))
    else:
        added = product(make("transpose", one), g)
    return scaled(make("div", ONE, as_term(g.shape[0])), added, one)
