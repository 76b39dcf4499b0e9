"""Multiply-adds in the products of equations between arrays, as polynomials in their sizes.

A product of an (m, k) and a (k, n) matrix counts m k n. Work entry by entry, sums over axes
(products with ones) and transposes are not counted; a part that is computed once counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symdl.derivation.matrix.backward import Backward, Equation
from symdl.derivation.matrix.build import associated
from symdl.expression.dimensions import multiplied, polynomial
from symdl.expression.term import Dim, Term


@dataclass(frozen=True, slots=True)
class Count:
    """A sum of products of sizes: `2 n d h + n h`, by the names of the sizes in each product."""

    terms: Mapping[tuple[str, ...], int]

    def __add__(self, other: Count) -> Count:
        made = dict(self.terms)
        for names, value in other.terms.items():
            made[names] = made.get(names, 0) + value
        return Count(made)

    def __str__(self) -> str:
        order = sorted(self.terms.items(), key=lambda item: (-len(item[0]), item[0]))
        parts = [" ".join([*([str(v)] if v != 1 or not n else []), *n]) for n, v in order if v]
        return " + ".join(parts) or "0"


def of_sizes(sizes: Iterable[Dim]) -> Count:
    """The product of sizes."""
    return Count(polynomial(multiplied(*sizes)))


def passes(found: Backward) -> tuple[Count, Count]:
    """The multiply-adds in the products of the forward and of the backward pass, each product
    once: the backward pass reuses those of the forward pass."""
    seen: set[Term] = set()
    return _counted(found.forward, seen), _counted(found.backward, seen)


def _counted(equations: Iterable[Equation], seen: set[Term]) -> Count:
    total = Count({})
    stack = [equation.right for equation in equations]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.op == "trace" and node.args[0].op == "matmul":
            left, right = associated(node.args[0].args).args
            total = total + of_sizes(left.shape or ())
            stack += [left, right]
        elif node.op == "matmul" and len(node.args) > 2:
            stack.append(associated(node.args))
        else:
            total = total + _of(node)
            stack += [] if node.op == "gradient" else node.args
    return total


def ratio(found: Backward) -> Fraction | None:
    """Multiply-adds of the backward pass for each of the forward pass, by the products of the
    highest degree in sizes (what counts where all are large), None where a pass is empty."""
    forward, backward = passes(found)
    degree = max((len(names) for names, v in forward.terms.items() if v), default=0)
    below = _leading(forward, degree)
    return Fraction(_leading(backward, degree), below) if below else None


def _leading(found: Count, degree: int) -> int:
    return sum(v for names, v in found.terms.items() if len(names) == degree)


def _of(node: Term) -> Count:
    """What one operation counts: only products of two, neither of them ones."""
    if node.op not in ("matmul", "dot", "outer") or any(map(_are_ones, node.args)):
        return Count({})
    left, right = (a.shape or () for a in node.args)
    if node.op == "matmul" and max(len(left), len(right)) > 2:
        return of_sizes((*(node.shape or ()), left[-1]))
    return of_sizes((*left, *right[0 if node.op == "outer" else 1 :]))


def _are_ones(term: Term) -> bool:
    return (term.args[0] if term.op == "transpose" else term).op == "ones"
