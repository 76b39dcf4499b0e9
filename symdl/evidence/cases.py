"""Equality by cases: piecewise, abs, max, min, sign and indicators without any sampling.

A polynomial in one symbol with rational roots splits that symbol's domain into open cells and
the breakpoints themselves. Anything else is split by its sign, with no proof that the signs
fit together: the claim must then hold in all combinations, which is more than needed and so
sound. In each cell every switch has one value, decided by certified signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from symdl.evidence.algebra.demands import demands
from symdl.evidence.algebra.normal_form import Facts, NotDecided, core, prove_equal
from symdl.evidence.cells import Cell, holds_in, is_empty
from symdl.evidence.splitting import Undecided, split
from symdl.evidence.switches import UNDEFINED, deciding, has_no_value, has_switch, next_switch
from symdl.evidence.work import Exhausted, allowance
from symdl.expression.term import Term, number, postorder
from symdl.expression.term import replace as replace_terms

MAX_CELLS = 300


@dataclass(frozen=True, slots=True)
class CaseProof:
    """Equality in every cell: the cells (in words), what the proofs in them used, and the cells
    in which just one side has a value."""

    cells: tuple[str, ...]
    rules: tuple[str, ...]
    conditions: tuple[Term, ...]
    one_sided: tuple[str, ...]


def prove_by_cases(left: Term, right: Term, facts: Facts = ()) -> CaseProof | None:
    """A proof that two closed scalar terms are equal wherever both are defined, cell by cell.

    `facts` are signs of terms that hold where the claim is looked at.
    None where a cell is not proved; NotDecided when there are too many cells or a bound on size
    is met.
    """
    with _bounded():
        return _proved(left, right, facts)


@contextmanager
def _bounded() -> Iterator[None]:
    """Many cases of a long claim are more work than their number says."""
    try:
        with allowance():
            yield
    except Exhausted:
        raise NotDecided("the cases are too long to look through") from None


def _proved(left: Term, right: Term, facts: Facts) -> CaseProof | None:
    cells = [_cell(left, right, facts)]
    names: list[str] = []
    rules: set[str] = set()
    conditions: dict[Term, None] = {}
    one_sided: list[str] = []
    proved_somewhere = False
    for count in range(4 * MAX_CELLS):
        if not cells:
            break
        if len(cells) + len(names) > MAX_CELLS or count == 4 * MAX_CELLS - 1:
            raise NotDecided(f"more than {MAX_CELLS} cases")
        cell = cells.pop()
        switch = next_switch(cell)
        if switch is not None:
            cells.extend(reversed(_possible(cell, *switch)))
            continue
        missing = [has_no_value(side) for side in (cell.left, cell.right)]
        if not any(missing):
            proof = prove_equal(cell.left, cell.right, cell.facts)
            if proof is None:
                return None
            proved_somewhere = True
            rules.update(proof.rules)
            conditions.update(dict.fromkeys(proof.conditions))
            conditions.update((need, None) for need in _not_certain(cell))
        elif not all(missing):
            one_sided.append(cell.name.replace(", ", " and "))
        names.append(cell.name)
    if not proved_somewhere:
        return None
    return CaseProof(tuple(names), tuple(sorted(rules)), tuple(conditions), tuple(one_sided))


def _not_certain(cell: Cell) -> Iterator[Term]:
    """The needs of decided switches that may not be met in a cell. What a fact says presupposes
    that it has a value, so a fact that asks for something itself is no reason."""
    if not cell.needs:
        return iter(())
    total = tuple(f for f in cell.facts if not any(map(demands, postorder(f[0]))))
    plain = replace(cell, facts=total)
    return (need for need in cell.needs if not holds_in(plain, need))


def cells_of(left: Term, right: Term, facts: Facts = ()) -> list[Cell]:
    """The cells of two closed scalar terms, in each of which no switch is left; cells in which
    a side is undefined are left out. NotDecided when there are too many."""
    with _bounded():
        return _cells(left, right, facts)


def _cells(left: Term, right: Term, facts: Facts) -> list[Cell]:
    open_ = [_cell(left, right, facts)]
    done: list[Cell] = []
    for _ in range(4 * MAX_CELLS):
        if not open_:
            return done
        cell = open_.pop()
        switch = next_switch(cell)
        if switch is not None:
            open_.extend(reversed(_possible(cell, *switch)))
        elif not _is_undefined(cell):
            done.append(cell)
    raise NotDecided(f"more than {MAX_CELLS} cases")


def _is_undefined(cell: Cell) -> bool:
    return has_no_value(cell.left) or has_no_value(cell.right)


def _possible(cell: Cell, switch: Term, value: Term | Undecided) -> list[Cell]:
    """The cells that remain, without those whose facts contradict each other."""
    found = [_settled(one) for one in _advance(cell, switch, value)]
    changed = len(found) > 1 or any(one.facts != cell.facts for one in found)
    return [one for one in found if not is_empty(one)] if changed else found


def _settled(cell: Cell) -> Cell:
    """The cell with the facts that wait for no switch any more among its facts."""
    if not cell.waiting:
        return cell
    ready = tuple(fact for fact in cell.waiting if not has_switch(fact[0]))
    waiting = tuple(fact for fact in cell.waiting if fact not in ready)
    # a condition without a value is not met: it is left as a contradiction
    ready = tuple((number(1), 0) if UNDEFINED in postorder(f) else (f, s) for f, s in ready)
    return replace(cell, facts=(*cell.facts, *ready), waiting=waiting)


def _cell(left: Term, right: Term, facts: Facts) -> Cell:
    return _settled(Cell(core(left), core(right), waiting=tuple((core(f), s) for f, s in facts)))


def _advance(cell: Cell, switch: Term, found: Term | Undecided) -> Iterator[Cell]:
    """The cells that remain after the switch is decided, or the parts in which it can be."""
    if isinstance(found, Undecided):
        yield from split(cell, found)
    else:
        table = {switch: found}
        waiting = tuple((replace_terms(fact, table), sign) for fact, sign in cell.waiting)
        left, right = replace_terms(cell.left, table), replace_terms(cell.right, table)
        needs = dict.fromkeys((*cell.needs, *_needs(switch, found)))
        yield Cell(left, right, cell.facts, cell.name, waiting, tuple(needs))


def _needs(switch: Term, found: Term) -> Iterator[Term]:
    """What a switch asks for to have a value and the term in its place does not ask for: a case
    distinction has one only where what decides it has."""
    kept = set(postorder(found))
    for part in deciding(switch):
        for node in postorder(part):
            if node not in kept:
                yield from demands(node)
