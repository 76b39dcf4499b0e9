r"""A number said of one entry by a letter: `d_k = 64` says nothing of `d_v`.

Under a sum over k, or of entries with numbers for places, `x_i = 1` is said of every i; beside an
entry with another free letter it may be a label, and is said of that entry alone.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.expression.scope import Definition
from symdl.expression.term import Term, free_symbols, make, postorder


def with_labels(claim: Claim) -> Claim:
    """The claim in which a number given for an entry with a letter is not one for an entry with
    another letter."""
    scope = claim.scope
    numbers = {
        n: d for n, d in (*scope.entries.items(), *scope.recurrences.items()) if _is_number(d)
    }
    values = dict(scope.values)
    for term in claim.terms if numbers else ():
        free = free_symbols(term)
        for node in postorder(term):
            own = _definition(node, numbers)
            if own is None or node.args[1] not in free or node.args[1] is own.parameters[0]:
                continue
            numbers.pop(str(node.args[0].data.name))
            values[make("entry", node.args[0], own.parameters[0])] = own.body
    if len(values) == len(scope.values):
        return claim
    entries = {n: d for n, d in scope.entries.items() if n in numbers or not _is_number(d)}
    recurrences = {n: d for n, d in scope.recurrences.items() if n in numbers or not _is_number(d)}
    scope = replace(scope, values=values, entries=entries, recurrences=recurrences)
    return replace(claim, scope=scope)


def _is_number(definition: Definition) -> bool:
    return len(definition.parameters) == 1 and not free_symbols(definition.body)


def _definition(node: Term, numbers: dict[str, Definition]) -> Definition | None:
    """The number that is given for the entries of a name, where a node is one with a letter."""
    if node.op != "entry" or len(node.args) != 2 or node.args[0].op != "symbol":
        return None
    letter = node.args[1].op == "symbol"
    return numbers.get(str(node.args[0].data.name)) if letter else None
