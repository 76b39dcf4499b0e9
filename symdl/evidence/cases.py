"""Equality by cases: piecewise, abs, max, min, sign and indicators without any sampling.

A polynomial in one symbol with rational roots splits that symbol's domain into open cells and
the breakpoints themselves. Anything else is split by its sign, with no proof that the signs
fit together: the claim must then hold in all combinations, which is more than needed and so
sound. In each cell every switch has one value, decided by certified signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from symdl.evidence.algebra.demands import demands
from symdl.evidence.algebra.normal_form import Facts, NotDecided, core, prove_equal
from symdl.evidence.balls import truth
from symdl.evidence.cells import Cell, holds_in, is_empty, sign_in
from symdl.evidence.inequalities.real_algebra import sign_by_real_algebra
from symdl.evidence.splitting import Undecided, split
from symdl.evidence.work import Exhausted, allowance, spend
from symdl.expression.term import Term, free_symbols, make, number, operations, postorder, size
from symdl.expression.term import replace as replace_terms

MAX_CELLS = 300
CHOICES = frozenset({"abs", "max", "min", "sign"})
SWITCHES = CHOICES | {"piecewise", "indicator"}
BITS = 64
STEPS, SIGN = 3, 150
"""Of work: for a node of a cell in which a switch is decided, and for a sign."""
FEW = 6
"""Switches of which one is chosen."""
UNDEFINED = make("div", number(0), number(0))
"""Stands for the value of a piecewise term where no condition holds."""


@dataclass(frozen=True, slots=True)
class CaseProof:
    """Equality in every cell: the cells (in words), what the proofs in them used, and the cells
    in which just one side has a value."""

    cells: tuple[str, ...]
    rules: tuple[str, ...]
    conditions: tuple[Term, ...]
    one_sided: tuple[str, ...]


def has_switch(term: Term) -> bool:
    """Whether a term (with definitions written out) holds a case distinction."""
    return not operations(core(term)).isdisjoint(SWITCHES)


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
        switch = _next_switch(cell)
        if switch is not None:
            cells.extend(reversed(_possible(cell, *switch)))
            continue
        missing = [_has_no_value(side) for side in (cell.left, cell.right)]
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
        switch = _next_switch(cell)
        if switch is not None:
            open_.extend(reversed(_possible(cell, *switch)))
        elif not _is_undefined(cell):
            done.append(cell)
    raise NotDecided(f"more than {MAX_CELLS} cases")


def _is_undefined(cell: Cell) -> bool:
    return _has_no_value(cell.left) or _has_no_value(cell.right)


def _has_no_value(term: Term) -> bool:
    """Whether a term without switches has no value anywhere: it divides by a number that is 0,
    takes the logarithm of one that is negative, or no case of it applies."""
    asked = (need for node in postorder(term) for need in demands(node))
    return any(truth(need, {}, BITS) is False for need in asked if not free_symbols(need))


def _next_switch(cell: Cell) -> tuple[Term, Term | Undecided] | None:
    """The open switch to decide next, and what is found for it: one that is decided already, else
    the one whose sign is of the shortest term, for of what it says that of a longer one may
    follow."""
    spend(STEPS * (size(cell.left) + size(cell.right)))  # it will be replaced in all of it
    best: tuple[Term, Undecided] | None = None
    for switch in _open_switches(cell)[:FEW]:
        found = _decide(cell, switch)
        if not isinstance(found, Undecided):
            return switch, found
        if best is None or size(found.term) < size(best[1].term):
            best = switch, found
    return best


def _open_switches(cell: Cell) -> list[Term]:
    """The switches whose conditions (for piecewise) or arguments hold no switch themselves."""
    found = []
    seen: set[Term] = set()
    holding: set[Term] = set()
    for side in (cell.left, cell.right, *(fact for fact, _ in cell.waiting)):
        for node in postorder(side):
            if node in seen:
                continue
            seen.add(node)
            if node.op in SWITCHES:
                if holding.isdisjoint(_deciding(node)):
                    found.append(node)
                holding.add(node)
            elif not holding.isdisjoint(node.args):
                holding.add(node)
    return found


def _deciding(switch: Term) -> tuple[Term, ...]:
    """What decides a switch: the conditions of a piecewise term, the arguments of others."""
    if switch.op != "piecewise":
        return switch.args
    return switch.args[1:-1:2] if len(switch.args) % 2 else switch.args[1::2]


# --- one step: decide a switch or split the cell ---------------------------------------------


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
        yield replace(cell, left=left, right=right, waiting=waiting, needs=tuple(needs))


def _needs(switch: Term, found: Term) -> Iterator[Term]:
    """What a switch asks for to have a value and the term in its place does not ask for: a case
    distinction has one only where what decides it has."""
    kept = set(postorder(found))
    for part in _deciding(switch):
        for node in postorder(part):
            if node not in kept:
                yield from demands(node)


def _decide(cell: Cell, switch: Term) -> Term | Undecided:
    if any(map(_has_no_value, _deciding(switch))):
        return UNDEFINED
    if switch.op == "piecewise":
        return _decide_piecewise(cell, switch)
    if switch.op == "indicator":
        holds = _truth(cell, switch.args[0])
        return holds if isinstance(holds, Undecided) else number(1 if holds else 0)
    if switch.op in ("max", "min"):
        return _decide_extremum(cell, switch)
    (u,) = switch.args
    sign = _sign(cell, u, switch.op == "abs")
    if sign is None or (switch.op == "sign" and abs(sign) == 1):
        return Undecided(u, switch.op == "abs")
    if switch.op == "sign":
        return number(sign // 2)
    return u if sign >= 0 else -u


def _sign(cell: Cell, term: Term, closed: bool = False) -> int | None:
    """The sign of a term in a cell; by real algebra where there are facts to use.

    closed: that it is >= 0 or <= 0 is enough.
    """
    spend(SIGN)
    said = next((sign for fact, sign in cell.facts if fact is term), None) if closed else None
    if said is not None:
        return said
    sign = sign_in(cell, term)
    return sign if sign is not None or not cell.facts else sign_by_real_algebra(cell, term)


def _decide_extremum(cell: Cell, switch: Term) -> Term | Undecided:
    args = switch.args
    if len(args) == 1:
        return args[0]
    difference = args[0] - args[1]
    sign = _sign(cell, difference, closed=True)
    if sign is None:
        return Undecided(difference, True)
    first = (sign >= 0) == (switch.op == "max")
    kept = (args[0] if first else args[1], *args[2:])
    return kept[0] if len(kept) == 1 else make(switch.op, *kept)


def _decide_piecewise(cell: Cell, switch: Term) -> Term | Undecided:
    pairs = len(switch.args) // 2
    for i in range(pairs):
        holds = _truth(cell, switch.args[2 * i + 1])
        if isinstance(holds, Undecided):
            return holds
        if holds:
            return switch.args[2 * i]
    return switch.args[-1] if len(switch.args) % 2 else UNDEFINED


def _truth(cell: Cell, condition: Term) -> bool | Undecided:
    if condition.op == "not":
        inner = _truth(cell, condition.args[0])
        return inner if isinstance(inner, Undecided) else not inner
    if condition.op in ("and", "or"):
        return _join(cell, condition.args, condition.op == "and")
    if condition.op != "relation":
        raise NotDecided(f"a condition that is no relation: {condition.op}")
    links = zip(condition.data, condition.args, condition.args[1:], strict=False)
    parts = [part for link in links for part in _comparisons(*link)]
    if len(parts) == 1:
        return _compare(cell, *parts[0])
    return _join(cell, [make("relation", a, b, data=(r,)) for r, a, b in parts], True)


def _join(cell: Cell, conditions: Iterable[Term], every: bool) -> bool | Undecided:
    open_: Undecided | None = None
    for condition in conditions:
        holds = _truth(cell, condition)
        if isinstance(holds, Undecided):
            open_ = open_ or holds
        elif holds is not every:
            return holds
    return every if open_ is None else open_


def _comparisons(relation: str, a: Term, b: Term) -> list[tuple[str, Term, Term]]:
    """`in` an interval as comparisons with its ends."""
    if relation != "in" or b.op != "interval":
        return [(relation, a, b)]
    ends = []
    for end, bracket, relations in zip(b.args, b.data, ((">", ">="), ("<", "<=")), strict=True):
        inner = end.args[0] if end.op == "neg" else end
        if not (inner.op == "constant" and inner.data == "infinity"):
            ends.append((relations[bracket in "[]"], a, end))
    return ends


def _compare(cell: Cell, relation: str, a: Term, b: Term) -> bool | Undecided:
    if relation not in ("=", "!=", "<", "<=", ">", ">="):
        raise NotDecided(f"a condition with the relation {relation}")
    if relation in ("<", "<="):
        a, b, relation = b, a, {"<": ">", "<=": ">="}[relation]
    difference = a if b.op == "number" and b.data.value == 0 else a - b
    sign = _sign(cell, difference)
    answers = {
        "=": {0: True, 2: False, -2: False},
        "!=": {0: False, 2: True, -2: True},
        ">": {0: False, 2: True, -1: False, -2: False},
        ">=": {0: True, 2: True, 1: True, -2: False},
    }
    if sign is None or sign not in answers[relation]:
        return Undecided(difference, False)
    return answers[relation][sign]


__all__ = ["CaseProof", "Cell", "cells_of", "has_switch", "prove_by_cases", "sign_in"]
