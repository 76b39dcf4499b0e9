"""Numbered procedures in which a step uses what only a later step computes from it.

`1. g_t = \\nabla J(\\theta_t)  ...  5. \\theta_t = \\theta_{t-1} - \\eta g_t`: as equations the two
could be solved together, as steps they cannot be carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symdl.evidence.verdict import Counterexample, Verdict
from symdl.expression.printer import plain
from symdl.expression.term import Term, postorder
from symdl.notes.outline import Passage
from symdl.notes.stated import Stated, settled


@dataclass(frozen=True, slots=True)
class Step:
    """A step that computes one value from others: its number, and where it is stated."""

    number: int
    place: int
    computes: Term
    uses: frozenset[Term]


def with_order(stated: Sequence[tuple[Stated, Passage]]) -> tuple[Stated, ...]:
    """The statements, in which a step that cannot be carried out in its order is refuted."""
    found = [one for one, _ in stated]
    for steps in _procedures(stated):
        for step in steps:
            later = _computed_too_late(step, steps)
            if later is not None:
                found[step.place] = _refuted(found[step.place], step, later)
    return tuple(found)


def _procedures(stated: Sequence[tuple[Stated, Passage]]) -> list[list[Step]]:
    """The steps of each numbered procedure, in order."""
    groups: dict[int, list[Step]] = {}
    for place, (one, passage) in enumerate(stated):
        step = _step(one, passage.step, place) if passage.step else None
        if step is not None:
            groups.setdefault(passage.procedure, []).append(step)
    return [steps for steps in groups.values() if len({s.number for s in steps}) > 1]


def _step(one: Stated, number: int, place: int) -> Step | None:
    claim = one.claim
    if claim is None or claim.right is None or claim.relation not in ("=", ":=", "<-"):
        return None
    left = claim.left
    if left.op != "entry" or left.args[-1].op != "symbol":
        return None
    uses = frozenset(node for node in postorder(claim.right) if node.op == "entry")
    return Step(number, place, left, uses)


def _computed_too_late(step: Step, steps: Sequence[Step]) -> Step | None:
    """The later step that computes what this one uses, where it needs this one's value."""
    for later in steps:
        if later.number <= step.number or later.computes not in step.uses:
            continue
        if any(s.computes is later.computes and s.number < step.number for s in steps):
            continue
        if step.computes in _needed(later, steps):
            return later
    return None


def _needed(step: Step, steps: Sequence[Step]) -> set[Term]:
    """Everything that a step needs, through the other steps."""
    by_value = {s.computes: s for s in steps}
    waiting, found = list(step.uses), set()
    while waiting:
        value = waiting.pop()
        if value not in found:
            found.add(value)
            if value in by_value:
                waiting.extend(by_value[value].uses)
    return found


def _refuted(one: Stated, step: Step, later: Step) -> Stated:
    value, wanted = plain(step.computes), plain(later.computes)
    message = (
        f"step {step.number} computes {value} from {wanted}, which only step {later.number} "
        f"computes, from {value}"
    )
    shown = Counterexample(
        {plain(step.computes.args[-1]): "1"},
        f"{value} needs {wanted}",
        f"{wanted} needs {value}",
    )
    verdict = Verdict("refuted", "order-of-steps", message, "used-before-computed", shown)
    return replace(one, decide=settled(verdict))
