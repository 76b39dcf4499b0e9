"""What piecewise terms, abs, max, min, sign and indicators are in a cell, by certified signs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from symdl.evidence.algebra.demands import DEMANDING, demands
from symdl.evidence.algebra.normal_form import OWN_RULES, NotDecided, core
from symdl.evidence.balls import truth
from symdl.evidence.cells import Cell, sign_in
from symdl.evidence.inequalities.real_algebra import sign_by_real_algebra
from symdl.evidence.splitting import Undecided
from symdl.evidence.work import spend
from symdl.expression.operators import SWITCHING
from symdl.expression.term import Term, free_symbols, make, number, operations, postorder, size

CHOICES = SWITCHING & OWN_RULES
SWITCHES = CHOICES | {"piecewise", "indicator"}
BITS = 64
STEPS, SIGN = 3, 150
"""Of work: for a node of a cell in which a switch is decided, and for a sign."""
FEW = 6
"""Switches of which one is chosen."""
UNDEFINED = make("div", number(0), number(0))
"""Stands for the value of a piecewise term where no condition holds."""


def has_switch(term: Term) -> bool:
    """Whether a term (with definitions written out) holds a case distinction."""
    return not operations(core(term)).isdisjoint(SWITCHES)


def has_no_value(term: Term) -> bool:
    """Whether a term without switches has no value anywhere: it divides by a number that is 0,
    takes the logarithm of one that is negative, or no case of it applies."""
    if DEMANDING.isdisjoint(operations(term)):
        return False
    return any(_never_met(need) for node in postorder(term) for need in demands(node))


@lru_cache(maxsize=256)
def _never_met(need: Term) -> bool:
    """Whether a relation between numbers certainly does not hold."""
    return not free_symbols(need) and truth(need, {}, BITS) is False


def next_switch(cell: Cell) -> tuple[Term, Term | Undecided] | None:
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
                if holding.isdisjoint(deciding(node)):
                    found.append(node)
                holding.add(node)
            elif not holding.isdisjoint(node.args):
                holding.add(node)
    return found


def deciding(switch: Term) -> tuple[Term, ...]:
    """What decides a switch: the conditions of a piecewise term, the arguments of others."""
    if switch.op != "piecewise":
        return switch.args
    return switch.args[1:-1:2] if len(switch.args) % 2 else switch.args[1::2]


def _decide(cell: Cell, switch: Term) -> Term | Undecided:
    if any(map(has_no_value, deciding(switch))):
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
