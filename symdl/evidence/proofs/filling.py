"""Certificates for the goals that a certificate leads to: balls, proofs, cells."""

from __future__ import annotations

from symdl.evidence.meaning import core
from symdl.evidence.proofs.prover import proof_of
from symdl.evidence.proofs.tails import cells
from symdl.evidence.recheck import guarded
from symdl.evidence.recheck.goals import BALLS, KINDS, shown
from symdl.evidence.recheck.steps import SCALARS, TAIL, letters_of
from symdl.evidence.record import Data, Part
from symdl.evidence.work import remembered
from symdl.expression.term import Term, postorder


def filled(part: Part, certificate: Data, kinds: Data) -> Data | None:
    """A certificate with certificates for the goals that it leads to; None if one is not found."""
    goals = guarded(_listed, part, certificate, kinds)
    if isinstance(goals, str):
        return None
    found = []
    for goal in goals:
        found.append(leaf(goal))
        if found[-1] is None:
            return None
    return {**certificate, "goals": found} if any(c != BALLS for c in found) else certificate


def _listed(part: Part, certificate: Data, kinds: Data) -> list[Part]:
    return list(kinds[certificate["kind"]](part, certificate))


@remembered(512)
def leaf(goal: Part) -> Data | None:
    """Balls, a proof, or cells, whichever shows a goal; None if none is found to."""
    letters = letters_of(goal)
    if not letters and holds(goal, BALLS):
        return BALLS
    proof = proof_of(goal)
    if proof is not None or len(letters) != 1 or letters[0] is TAIL:
        return proof
    if core(goal.left).op == "max" and goal.relation in ("<", "<="):
        return filled(goal, {"kind": "each"}, KINDS)
    return next((f for c in cells(goal) if (f := filled(goal, c, KINDS)) is not None), None)


def holds(goal: Part, certificate: Data) -> bool:
    """Whether a certificate shows a goal."""
    return bool(guarded(_shown, goal, certificate) == "")


def _shown(goal: Part, certificate: Data) -> str:
    shown(goal, certificate, KINDS)
    return ""


def written(root: Term, letters: list[Term]) -> Data | None:
    """A term as certificates write it, None if it cannot be."""
    nodes: list[Data] = []
    places: dict[Term, int] = {}
    for node in postorder(core(root)):
        name = node.data if node.op == "constant" else node.op
        if node in letters:
            nodes.append(letters.index(node))
        elif node.op == "number":
            nodes.append(str(node.data.value))
        elif name in SCALARS:
            nodes.append([name, *(places[a] for a in node.args)])
        else:
            return None
        places[node] = len(nodes) - 1
    return nodes
