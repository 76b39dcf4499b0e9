"""Softmaxes in index notation, seen as what they are: `e^{s_{ij}} / sum_k e^{s_{ik}}`."""

from __future__ import annotations

from collections.abc import Mapping

from symdl.code.normal import factors
from symdl.expression.term import (
    Term,
    combined,
    constant,
    every_part,
    free_symbols,
    make,
    rebuild,
    replace,
)

AMONG = "softmax_among"
"""The share of an exponent among those along an index: args the exponent and that index."""


def with_softmaxes(root: Term, ends: Mapping[Term, tuple[Term, Term]]) -> Term:
    """The term with such quotients as one operation each, so that no exponential stands alone;
    ends: first and last value of each index, which means one range only."""
    done: dict[Term, Term] = {}
    for node in every_part((root,)):
        made = rebuild(node, tuple(done[a] for a in node.args))
        if made.op == "div":
            made = _share(made, ends) or made
        elif made.op == "log" and made.args[0].op == AMONG:
            exponent, index = made.args[0].args
            total = make("sum", index, *ends[index], make("exp", exponent), data="range")
            made = make("add", exponent, make("neg", make("log", total)))
        done[node] = made
    return done[root]


def _share(node: Term, ends: Mapping[Term, tuple[Term, Term]]) -> Term | None:
    above, below = node.args
    if below.op != "sum" or below.args[0] not in ends:
        return None
    index, body = below.args[0], below.args[-1]
    own, all_ = _exponent(above), _exponent(body)
    if own is None or all_ is None:
        return None
    if own is all_:
        return make(AMONG, own, index)
    inside = {n for n in every_part((all_,)) if n.op == "symbol"}
    for label in free_symbols(own) - inside:
        if ends.get(label) == ends[index] and replace(all_, {index: label}) is own:
            return make(AMONG, own, label)
    total = make("sum", *below.args[:-1], make("exp", all_), data=below.data)
    return make("exp", make("add", own, make("neg", make("log", total))))


def _exponent(term: Term) -> Term | None:
    """u of e^u; of an indicator times e^u minus infinity where that is 0."""
    coefficient, powers = factors(term)
    exponentials = [b for b, e in powers if b.op == "exp" and e == 1]
    rest = [(b, e) for b, e in powers if b.op != "exp"]
    if coefficient != 1 or len(exponentials) != 1:
        return None
    if any(b.op != "indicator" or e != 1 for b, e in rest):
        return None
    inner = exponentials[0].args[0]
    if not rest:
        return inner
    condition = combined("and", [b.args[0] for b, _ in rest])
    return make("piecewise", inner, condition, -constant("infinity"))
