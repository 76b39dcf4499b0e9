r"""Names that have few values, each tried: `y \in \{-1, 1\}`, a label 0 or 1.

What holds for every one of the values holds; what fails for one fails there. Only names of numbers
that nothing is differentiated by are looked through, where no other rung decides.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from math import prod

from symdl.document.errors import DeriveError
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.exact import COMPARE, exact
from symdl.evidence.verdict import Verdict, proved
from symdl.evidence.written_claim import written_out
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, number, postorder
from symdl.expression.term import replace as replaced

MOST_CASES = 16

Case = dict[Term, Term]


def judge_each_value(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim from those at each value of the names that have few; None where there
    are no such names, or where a case stays open."""
    values, stated = _values(claim)
    if not values or prod(map(len, values.values())) > MOST_CASES:
        return None
    cases = (dict(zip(values, case, strict=True)) for case in product(*values.values()))
    bare = replace(claim, conditions=tuple(c for c in claim.conditions if c not in stated))
    try:
        bare, opened = written_out(bare), True
    except DeriveError:
        opened = not claim.scope.defines  # what is defined may hold the name too
    told = []
    for case in cases:
        if _is_excluded(bare, case):
            continue
        verdict = judge(bare.mapped(partial(replaced, table=case)))
        if verdict.kind == "refuted" and opened:
            return _told(verdict, case)
        if verdict.kind != "proved":
            return None
        told.append(f"{_words(case)}: {verdict.message}")
    return proved("values", "; ".join(told)) if told else None


def _values(claim: Claim) -> tuple[dict[Term, tuple[Term, ...]], set[Term]]:
    """The values of the names that have few, and the conditions that list them."""
    varied = {
        name
        for side in claim.sides
        for node in postorder(side)
        if node.op in ("derivative", "gradient")
        for variable in node.args[1:]
        for name in free_symbols(variable)
    }
    found: dict[Term, tuple[Term, ...]] = {}
    stated = set()
    free = {name for side in claim.sides for name in free_symbols(side)} - varied
    for condition in claim.conditions:
        name = condition.args[0] if _is_list(condition) else None
        if name in free and name not in found:
            found[name] = condition.args[1].args
            stated.add(condition)
    for name in free - found.keys():
        members = name.data.domain.members(MOST_CASES) if name.shape == () else ()
        if members:
            found[name] = tuple(map(number, members))
    return dict(sorted(found.items(), key=lambda item: plain(item[0]))), stated


def _is_list(condition: Term) -> bool:
    """Whether a condition says that something is one of a few numbers."""
    if condition.op != "relation" or condition.data != ("in",) or condition.args[1].op != "set":
        return False
    members = condition.args[1].args
    return bool(members) and all(value_of(member) is not None for member in members)


def _is_excluded(claim: Claim, case: Case) -> bool:
    """Whether a condition is known not to hold in a case."""
    for condition in claim.conditions:
        stated = replaced(condition, case)
        if stated.op != "relation" or stated.data[0] not in COMPARE:
            continue
        left, right = map(exact, stated.args[:2])
        if left is not None and right is not None and not COMPARE[stated.data[0]](left, right):
            return True
    return False


def _words(case: Case) -> str:
    return ", ".join(f"{plain(name)} = {plain(value)}" for name, value in case.items())


def _told(verdict: Verdict, case: Case) -> Verdict:
    """A refutation in one case, with the values of the case."""
    shown = verdict.counterexample
    assert shown is not None
    at = {**{plain(name): plain(value) for name, value in case.items()}, **shown.at}
    message = f"for {_words(case)}: {verdict.message}"
    return replace(verdict, message=message, counterexample=replace(shown, at=at))
