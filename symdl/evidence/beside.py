"""What statements of one line say about each other: some may be conditions on others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from symdl.evidence.claim import Claim
from symdl.evidence.kinds import ORDER, classify
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, postorder

if TYPE_CHECKING:
    from symdl.expression.reading import Reading

IMPLIES = frozenset({"=>", "=<", "<=>"})
EITHER = (
    "a claim of its own, which would be false, or a condition on the claim before it: "
    "write one claim a line, or 'if' before a condition"
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the rest of a list may say about a statement in it: the relations behind it that may
    be conditions on it, and those before it on which it may be one itself."""

    behind: tuple[Term, ...] = ()
    before: tuple[Term, ...] = ()

    def put_on(self, claim: Claim) -> Claim:
        """The claim with what is said beside it; a definition is under no condition."""
        if claim.kind == "definition":
            return claim
        given = claim.conditions + self.behind
        if not self.before:
            return replace(claim, conditions=given) if self.behind else claim
        before = self.before if all(map(_is_compound, (claim.left, claim.right))) else ()
        doubt = claim.doubt or EITHER
        return replace(claim, conditions=given, doubt=doubt, before=before)


ALONE = Beside()


_RESTRICTING = ORDER | {"=", "in", "notin"}


def beside_each_other(
    parts: tuple[Term, ...], beside: Beside, scope: Scope, reading: Reading, defining: str
) -> list[tuple[Term, Beside]]:
    r"""The statements of a list, each with what the others may say about it.

    In `S, T` on one line T may be a claim or a condition on S. S is judged where T holds, and T is
    not refuted: so a proof of both is right in either reading, and so is a refutation of S.
    """
    defines_ = [_is_definition(part, scope, defining) for part in parts]
    found = []
    for place, part in enumerate(parts):
        behind = tuple(
            other
            for at, other in enumerate(parts[place + 1 :], place + 1)
            if _may_restrict(part, other, defines_[at])
            and not _on_other_lines(part, other, reading)
        )
        before = tuple(
            other
            for at, other in enumerate(parts[:place])
            if _may_restrict(other, part, defines_[place])
            and not defines_[at]
            and not _on_other_lines(other, part, reading)
        )
        found.append((part, Beside(beside.behind + behind, beside.before + before)))
    return found


def _is_compound(side: Term | None) -> bool:
    """Whether a side of an equation is too long for a condition such as `a + b = 1`."""
    return side is not None and any(
        n.op not in ("add", "neg", "number", "symbol") for n in postorder(side)
    )


def _may_restrict(before: Term, term: Term, is_definition: bool) -> bool:
    """Whether a relation has letters of the statement before it (a definition: no others)."""
    if term.op != "relation" or set(term.data) - _RESTRICTING:
        return False
    if any(node.op in ("derivative", "gradient") for node in postorder(term)):
        return False  # what is derived is a claim
    known, its = set(free_symbols(before)), set(free_symbols(term))
    if not is_definition:
        return bool(its & known)
    array = term.args[0].op == "symbol" and term.args[0].shape != ()
    return its <= known or (array and term.args[0] in known)


def _is_definition(part: Term, scope: Scope, defining: str) -> bool:
    if part.op != "relation" or part.data[0] in IMPLIES:
        return False
    left, right = part.args[:2]
    return classify(left, part.data[0], right, scope, len(part.data) > 1, defining) == "definition"


def _on_other_lines(before: Term, term: Term, reading: Reading) -> bool:
    """Whether two statements stand in different rows: each row is a claim of its own."""
    first, last = reading.spans.get(before), reading.spans.get(term)
    if first is None or last is None or first.source is not last.source:
        return False
    return r"\\" in first.source.text[first.end : last.start]
