"""The enclosures of the second checker, made ready once for a function that is looked at in one
cell after another."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from symdl.evidence.meaning import Open, Signs, sure
from symdl.evidence.recheck.balls import OPERATIONS, Value, ball, sign_of
from symdl.evidence.recheck.goals import enclosed
from symdl.evidence.recheck.slopes import slope
from symdl.expression.term import Term, number, postorder

Step = tuple[int, Callable[..., Value], tuple[int, ...]]
Enclosing = Callable[[Fraction, Fraction], Signs]


def enclosing(f: Term, x: Term) -> Enclosing:
    """What `enclosed` says of a core term of one variable, from one end to another.

    To be called, and asked, at the checker's precision. What it says raises Open where the
    function may be undefined.
    """
    if not all(_is_plain(node) for node in postorder(f)):
        return lambda low, high: enclosed(f, x, low, high)
    try:
        rise: Term | None = slope(f, x)
    except Open:  # it has no slope
        rise = None
    if rise is not None and not all(_is_plain(node) for node in postorder(rise)):
        return lambda low, high: enclosed(f, x, low, high)
    return _Program(f, x, rise).signs


def _is_plain(node: Term) -> bool:
    """Whether the value of a node needs those of all its arguments, and no case is chosen."""
    name = node.op if node.args else node.data
    return node.op in ("number", "symbol", "max") or name in OPERATIONS


class _Program:
    """What is done at each node of a function, and then at those of its slope."""

    def __init__(self, f: Term, x: Term, rise: Term | None) -> None:
        self.places: dict[Term, int] = {}
        self.start: list[Value] = []
        self.x = self._placed(x, None)
        self.value = self._steps(f)
        self.result = self.places[f]
        self.slope = self._steps(rise) if rise is not None else []
        self.rise = self.places[rise] if rise is not None else None

    def _placed(self, node: Term, value: Value) -> int:
        self.places[node] = len(self.start)
        self.start.append(value)
        return self.places[node]

    def _steps(self, root: Term) -> list[Step]:
        """The steps to a term that are not done yet; values of numbers are kept at once."""
        found: list[Step] = []
        for node in postorder(root):
            if node in self.places:
                continue
            if node.op == "number":
                self._placed(node, ball(node.data.value))
                continue
            if node.op == "pow" and node.args[1] is number(0):
                self._placed(node, ball(Fraction(1)))
                continue
            step = (self._placed(node, None), _rule(node), tuple(self.places[a] for a in node.args))
            found.append(step)
        return found

    def signs(self, low: Fraction, high: Fraction) -> Signs:
        """The signs of the function between two numbers."""
        cell = ball(low).union(ball(high))
        values = self._at(cell)
        found = sign_of(values[self.result])
        if len(found) < 2 or self.rise is None:
            return found
        try:
            _run(self.slope, values)
            mid = ball((low + high) / 2)
            at_mid = self._at(mid)[self.result]
        except Open:
            return found
        return sign_of(at_mid + values[self.rise] * (cell - mid))

    def _at(self, place: Value) -> list[Value]:
        values = list(self.start)
        values[self.x] = place
        _run(self.value, values)
        return values


def _rule(node: Term) -> Callable[..., Value]:
    if node.op == "max":
        return lambda *values: reduce(lambda a, b: a.max(b), values)
    return OPERATIONS[node.op if node.args else node.data]


def _run(steps: list[Step], values: list[Value]) -> None:
    for place, rule, arguments in steps:
        found = rule(*[values[i] for i in arguments])
        sure(found.is_finite())
        values[place] = found
