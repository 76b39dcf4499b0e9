"""One turn of pseudo-code as a step that runs: states in and out, gradients as inputs."""

from __future__ import annotations

from fractions import Fraction

from symdl.code.steps import Step
from symdl.document.errors import CodeError
from symdl.expression.numerals import value_of
from symdl.expression.procedures.update import State, Update
from symdl.expression.term import Term, free_symbols, number, postorder, replace


def step_of_update(update: Update) -> Step:
    """The step of one turn. Raises CodeError where nothing is carried on or returned."""
    if not update.states and not update.outputs:
        raise CodeError("no turn of this loop gives a value")
    state = tuple(s.symbol for s in update.states)
    results = (*(s.value for s in update.states), *update.outputs.values())
    free = {s for r in results for s in free_symbols(r)}
    known = {update.index, *state, *update.inputs}
    other = sorted(
        (s for s in free - known if s.data.role != "function"), key=lambda s: str(s.data.name)
    )
    inputs = tuple(i for i in update.inputs if i in free)
    return Step(update.index, state, inputs, tuple(other), results, tuple(update.outputs))


def is_needed(state: State, update: Update, first: int) -> bool:
    """Whether the first turn depends on what a state is before it: `b_{t-1}` under `t > 1` does
    not."""
    values = (*map(_assigned, update.states), *update.outputs.values())
    return any(state.symbol in free_symbols(_at(v, update.index, first)) for v in values)


def _assigned(state: State) -> Term:
    """What a turn assigns to a state: that it stays where nothing is assigned needs no value."""
    value = state.value
    if value.op == "piecewise" and value.args[-1] is state.symbol and len(value.args) == 3:
        return value.args[0]
    return value


def _at(term: Term, index: Term, value: int) -> Term:
    """A value at one number of the index, without the cases that do not hold there."""
    term = replace(term, {index: number(value)})
    table: dict[Term, Term] = {}
    for node in postorder(term):
        if node.op == "piecewise" and len(node.args) == 3:
            holds = _holds(node.args[1])
            if holds is not None:
                table[node] = replace(node.args[0 if holds else 2], table)
    return replace(term, table) if table else term


_SIGNS = {
    "=": Fraction.__eq__,
    "!=": Fraction.__ne__,
    "<": Fraction.__lt__,
    "<=": Fraction.__le__,
    ">": Fraction.__gt__,
    ">=": Fraction.__ge__,
}


def _holds(condition: Term) -> bool | None:
    if condition.op != "relation" or len(condition.args) != 2:
        return None
    left, right = map(value_of, condition.args)
    sign = _SIGNS.get(condition.data[0])
    if left is None or right is None or sign is None:
        return None
    return bool(sign(left, right))
