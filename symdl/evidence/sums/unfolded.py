"""A sum or a recurrence at the next step, in terms of the one before."""

from __future__ import annotations

from dataclasses import dataclass, field

from symdl.derivation.recurrences import builds_on_itself, first_defined, first_given, step_of
from symdl.evidence.algebra.factorials import COUNT
from symdl.evidence.claim import Claim
from symdl.evidence.sums.growing import growth, settled
from symdl.expression.domain import REAL
from symdl.expression.relations import ORDERING
from symdl.expression.scope import Definition
from symdl.expression.substitution import substitute
from symdl.expression.term import BINDERS, Term, free_symbols, postorder, symbol
from symdl.expression.term import replace as replace_terms

MOST_UNFOLDED = 30


def definition_of(node: Term, claim: Claim) -> Definition | None:
    """The recurrence of an entry."""
    if node.op != "entry" or len(node.args) != 2 or node.args[0].op != "symbol":
        return None
    return claim.scope.recurrences.get(node.args[0].data.name)


@dataclass(frozen=True, slots=True)
class Run:
    """A claim, the symbol and first value of its induction, and names for sums and states."""

    claim: Claim
    step: Term
    first: int
    names: dict[Term, Term] = field(default_factory=dict)

    def name(self, node: Term) -> Term:
        """The symbol that stands for a sum or a state, always the same."""
        if node not in self.names:
            domain = node.args[0].data.domain if node.op == "entry" else REAL
            domain = COUNT if node.op == "factorial" else domain
            self.names[node] = symbol(f"S {len(self.names) + 1}", domain=domain)
        return self.names[node]


def related(claim: Claim) -> str:
    return "=" if claim.relation == "equiv" else claim.relation


def moved_on(run: Run, side: Term, offset: int) -> Term:
    return settled(substitute(side, {run.step: run.step + offset}) if offset else side)


def summed_up(run: Run, side: Term, moved: Term, offset: int) -> Term | None:
    """The moved side with its sums by name: as they are at the step, or grown by one."""
    table = {}
    for node in postorder(settled(side)):
        if node.op == "factorial" and run.step in free_symbols(node):
            if (step_of(node.args[0]) or (None, 0))[0] is not run.step or offset not in (0, 1):
                return None
            name = run.name(node)
            table[moved_on(run, node, offset)] = (node.args[0] + 1) * name if offset else name
        if _is_power(run, node) and offset in (0, 1):
            name = run.name(node)
            table[moved_on(run, node, offset)] = node.args[0] * name if offset else name
        if node.op not in BINDERS:
            continue
        if offset not in (0, 1) or any(definition_of(n, run.claim) for n in postorder(node)):
            return None
        grown = growth(node, run.step, run.first)
        if grown is None:
            return None
        name = run.name(node)
        table[moved_on(run, node, offset)] = grown.of(name) if offset else name
    return replace_terms(moved, table)


def _is_power(run: Run, node: Term) -> bool:
    """`a^n` in a claim of order, with the n of the induction: S is a S in the next step."""
    if node.op != "pow" or run.claim.relation not in ORDERING or node.args[0].op == "number":
        return False
    return node.args[1] is run.step and run.step not in free_symbols(node.args[0])


def unfolded_once(run: Run, side: Term) -> Term | None:
    """Entries after the step by their recurrences, and those that do not build on themselves."""
    for _ in range(MOST_UNFOLDED):
        found = next((n for n in postorder(side) if _unfolds(run, n)), None)
        if found is None:
            return side
        definition = definition_of(found, run.claim)
        assert definition is not None
        body = substitute(definition.body, {definition.parameters[0]: found.args[1]})
        side = replace_terms(side, {found: settled(body)})
    return None


def _unfolds(run: Run, node: Term) -> bool:
    definition = definition_of(node, run.claim)
    offset = None if definition is None else offset_of(run, node)
    if definition is None or offset is None:
        return False
    base, scope = node.args[0], run.claim.scope
    begins = first_defined(definition)
    given = first_given(scope, base)
    starts = max(
        (b for b in (begins, None if given is None else given + 1) if b is not None), default=None
    )
    if starts is None or run.first + offset < starts:
        return False
    return offset > 0 or not builds_on_itself(base, scope)


def offset_of(run: Run, node: Term) -> int | None:
    """c of an entry at step + c."""
    start, offset = step_of(node.args[1]) or (None, 0)
    return offset if start is run.step else None
