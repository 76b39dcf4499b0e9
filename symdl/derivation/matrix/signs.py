"""`x/|x|` in the derivative of an absolute value as the sign of x.

An entry that is 0 and not the largest does not move `max |x_k|`: its slope is `sign(0) 0`, where
`0/0` has no value.
"""

from __future__ import annotations

from symdl.expression.numerals import ONE
from symdl.expression.term import Term, combined, make, postorder, rebuild


def with_signs(slope: Term, function: Term) -> Term:
    """The derivative of a function with signs in the place of such quotients; as it is where the
    function has them itself."""
    if _has_quotient(function) or not _has_quotient(slope):
        return slope
    done: dict[Term, Term] = {}
    for node in postorder(slope):
        made = rebuild(node, tuple(done[a] for a in node.args))
        done[node] = _signed(made) if made.op == "div" else made
    return done[slope]


def _has_quotient(term: Term) -> bool:
    return any(n.op == "div" and _signed(n) is not n for n in postorder(term))


def _signed(quotient: Term) -> Term:
    above = _factors(quotient.args[0])
    below = _factors(quotient.args[1])
    for size in below:
        if size.op == "abs" and size.args[0] in above:
            place = above.index(size.args[0])
            above[place] = make("sign", size.args[0])
            below.remove(size)
            top = combined("mul", above)
            return make("div", top, combined("mul", below)) if below else top
    return quotient


def _factors(term: Term) -> list[Term]:
    if term.op == "mul" and term.shape == ():
        return list(term.args)
    return [] if term is ONE else [term]
