"""Whether a claim follows in a branch, and by which quotient the branch is split if it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symdl.evidence.meaning import SIGNS, core
from symdl.evidence.proofs.eventually import eventually
from symdl.evidence.proofs.ratios import factored
from symdl.evidence.proofs.signs import add, settled
from symdl.evidence.recheck.quotients import Ratio, constant
from symdl.expression.term import Term, postorder

if TYPE_CHECKING:
    from symdl.evidence.proofs.prover import Prover


def follows(at: Prover, sides: Ratio) -> bool:
    """Whether the claim follows from the signs of the difference of its sides."""
    allowed = SIGNS[at.part.relation]
    if not at.signs(sides) <= allowed:
        by_nodes(at)
    attempts = (settled, eventually) if at.part.large else (settled, by_tangents, by_exponential)
    if at.far is not None and at.part.large is None:
        attempts = (settled, eventually)
    for attempt in attempts:
        if at.signs(sides) <= allowed or at.empty:
            break
        attempt(at, sides)
    return at.signs(sides) <= allowed or at.empty


def by_nodes(at: Prover) -> None:
    """What the parts of a side say of its sign, though its form does not show it."""
    for side in (at.part.left, at.part.right):
        for node in postorder(core(side)) if side is not None else ():
            value = at.known.get(node)
            if node.op in ("add", "mul", "pow") and isinstance(value, Ratio):
                add(at, terms_of(at, node), value)


def terms_of(at: Prover, node: Term) -> list[list[tuple[Any, int]]]:
    """A node as a sum of products of powers of its arguments."""
    args = [at.known[a] for a in node.args]
    if node.op == "pow":
        n = constant(args[1])
        natural = n is not None and n.q == 1 and n > 0
        return [[(args[0], int(n))]] if natural else [[(at.known[node], 1)]]
    return [[(a, 1)] for a in args] if node.op == "add" else [[(a, 1) for a in args]]


def by_tangents(at: Prover, x: Ratio) -> None:
    """Exponentials lie above their tangents."""
    for i, (name, _) in enumerate(list(at.made)):
        if name == "exp":
            at.step(["rule", "exp above tangent", [i]])
    settled(at, x)


def by_exponential(at: Prover, x: Ratio) -> None:
    """A combination of logarithms is to 0 as what they are logarithms of is to 1."""
    if x.below.is_constant():
        form = at.find("exp", x)
        value = at.together(form)[0] - 1
        settled(at, value)
        at.step(["law", form])


def unsure(at: Prover, x: Ratio) -> Ratio:
    """The simplest factor of which the sign is not known."""
    p = at.reduced(x.above * x.below)
    factors = [f for f, _ in factored(p)[1] if len(at.signs_of(f)) > 1]
    if not factors:
        return Ratio(p, at.ring.constant(1))
    f = min(factors, key=lambda f: (f.total_degree(), len(f)))
    return Ratio(f, at.ring.constant(1))
