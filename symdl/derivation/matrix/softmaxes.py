r"""Entries of a softmax in index notation: `e^{z_p} / \sum_k e^{z_k}` is `softmax(z)_p`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as changed

from symdl.derivation.matrix.build import NotInMatrices, Scaled
from symdl.derivation.matrix.vectorise import of_entries, size_of_sum
from symdl.expression.term import Term, free_symbols, make, postorder, rebuild


def with_softmax(term: Term, names: Mapping[Term, Term]) -> Term:
    """The term with quotients of an exponential and the sum of all of them as entries of a softmax,
    by the name that it has."""
    if all(node.op != "exp" for node in postorder(term)):
        return term
    done: dict[Term, Term] = {}
    for node in postorder(term):
        made = rebuild(node, tuple(done[a] for a in node.args))
        quotient = made.op in ("mul", "div") and made.shape == ()
        done[node] = _named(made, names) if quotient else made
    return done[term]


def _named(node: Term, names: Mapping[Term, Term]) -> Term:
    parts = Scaled.of(node)
    for total in parts.below:
        for top in parts.above:
            entry = _entry(top, total, names)
            if entry is not None:
                above, below = list(parts.above), list(parts.below)
                above[above.index(top)] = entry
                below.remove(total)
                return _named(changed(parts, above=tuple(above), below=tuple(below)).term, names)
    return node


def _entry(top: Term, total: Term, names: Mapping[Term, Term]) -> Term | None:
    """The entry of a softmax that an exponential and a sum make, None if they make none."""
    if top.op != "exp" or total.op != "sum" or total.args[-1].op != "exp":
        return None
    bound, body = total.args[0], total.args[-1].args[0]
    used = {i for n in postorder(top) if n.op == "entry" for i in n.args[1:]}
    indices = sorted(used & free_symbols(top), key=lambda s: str(s.data.name))
    for place in indices:
        rest = [i for i in indices if i is not place]
        try:
            size = size_of_sum(total)
            array = of_entries(body, [*rest, bound])
            above = of_entries(top.args[0], [*rest, place])
        except NotInMatrices:
            continue
        shape = array.shape or ()
        fits = len(shape) == len(rest) + 1 and size in (None, shape[-1])
        if fits and above is array:
            whole = make("softmax", array)
            return make("entry", names.get(whole, whole), *rest, place)
    return None
