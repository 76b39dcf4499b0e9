r"""Sums over batch axes: what an array that every element of a batch shares receives from all.

The product `X W` of an array of matrices with one matrix is one product for each element b, and W
receives `\sum_b X_b^T G_b`.
"""

from __future__ import annotations

from symdl.expression.domain import Domain
from symdl.expression.numerals import ONE
from symdl.expression.operators import TABLE
from symdl.expression.size_terms import as_term
from symdl.expression.term import Dim, Term, free_symbols, make, postorder, rebuild, symbol

LETTERS = "bhcijlmrst"
_INDEX = Domain(lower=ONE.data.value, integer=True)
_ALONG_MATRICES = frozenset({"transpose", "matmul", "softmax", "log_softmax"})
_ENTRYWISE = frozenset({"add", "neg", "mul", "div", "pow", "hadamard", "indicator", "relation"})


def over_batch(term: Term, axes: int) -> Term:
    """The sum over so many leading axes. Raises LookupError where no letter is left."""
    found = term
    bound: list[tuple[Term, Dim]] = []
    for _ in range(axes):
        size = (found.shape or ())[0]
        index = symbol(_letter(term, size, [b.data.name for b, _ in bound]), "index", domain=_INDEX)
        bound.append((index, size))
        found = element(found, index)
    for index, size in reversed(bound):
        found = _summed(index, size, found)
    return found


def _summed(index: Term, size: Dim, body: Term) -> Term:
    """The sum over an index, with factors at both ends of a product that do not have it outside."""
    parts = body.args if body.op == "matmul" else (body,)
    mine = [place for place, part in enumerate(parts) if index in free_symbols(part)]
    if not mine:
        return make("mul", as_term(size), body)
    first, last = mine[0], mine[-1] + 1
    core = parts[first] if last - first == 1 else make("matmul", *parts[first:last])
    total = make("sum", index, ONE, as_term(size), core, data="range")
    factors = (*parts[:first], total, *parts[last:])
    return total if len(factors) == 1 else make("matmul", *factors)


def _letter(term: Term, size: Dim, taken: list[str]) -> str:
    """A letter for an index: that of its size, small, where no name is written so."""
    names = {str(s.data.name) for s in free_symbols(term)} | set(taken)
    names |= {str(d) for n in postorder(term) for d in n.shape or ()}
    own = str(size).lower() if isinstance(size, str) and len(size) == 1 else ""
    for letter in (*([own] if own else []), *LETTERS):
        if letter not in names:
            return str(letter)
    raise LookupError("more axes than letters")


def _goes_on(node: Term, rank: int) -> bool:
    """Whether an element of what an operation gives is what it gives for the elements."""
    along = node.op in _ALONG_MATRICES and rank > 2
    return along or node.op in _ENTRYWISE or (node.op in TABLE and node.shape is not None)


def element(root: Term, index: Term) -> Term:
    r"""The element of an array along its first axis, written in the elements of what it is made
    of: `X_b W - Y_b` of `X W - Y`."""
    rank = len(root.shape or ())
    done: dict[Term, Term] = {}
    for node in postorder(root):
        if len(node.shape or ()) < rank and node.op != "relation":
            done[node] = node  # the same for each element
        elif node.shape is not None and node.shape[:1] == (1,) != (root.shape or ())[:1]:
            done[node] = make("entry", node, ONE)
        elif _goes_on(node, rank):
            done[node] = rebuild(node, tuple(done[a] for a in node.args))
        elif node.op == "entry":
            done[node] = make("entry", *node.args, index)
        else:
            done[node] = make("entry", node, index)
    return done[root]
