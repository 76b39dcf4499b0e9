"""Conditions put to use: equations are solved for a symbol, inequalities become sign facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra.solving import is_linear, root_in, split_linear
from symdl.evidence.cells import NO_ANSWER, factor_sign, normal
from symdl.evidence.conditions.hypotheses import hides_power
from symdl.evidence.exact import exact
from symdl.evidence.points import Point, atoms, domain_of
from symdl.expression.domain import Domain
from symdl.expression.operators import SWITCHING
from symdl.expression.relations import links
from symdl.expression.term import Term, make, number, postorder, replace

_SIGNS = {">": signs.POSITIVE, ">=": signs.NONNEGATIVE, "<": -2, "<=": -1}


def sign_facts(conditions: Iterable[Term]) -> tuple[tuple[Term, int], ...]:
    """Terms whose sign the conditions state: `x > y` says that x - y is positive."""
    return tuple(
        (_difference(a, b), _SIGNS[relation])
        for relation, a, b in links(conditions)
        if relation in _SIGNS and not a.shape and not b.shape and not _infinite(a, b)
    )


def _infinite(*terms: Term) -> bool:
    return any(n.op == "constant" and n.data == "infinity" for t in terms for n in postorder(t))


def _difference(a: Term, b: Term) -> Term:
    return a if b.op == "number" and not b.data.value else a - b


@dataclass(frozen=True, slots=True)
class Given:
    """Two sides with the equations among their conditions used up.

    solutions: atoms and what they were replaced by, in order. conditions: the other conditions,
    and that the replaced atoms lie in their domains.
    """

    left: Term
    right: Term
    conditions: tuple[Term, ...]
    solutions: tuple[tuple[Term, Term], ...] = ()

    def complete(self, point: Point) -> Point | None:
        """The point with the values of the replaced atoms; None if one is not rational."""
        full = dict(point)
        for atom, value in reversed(self.solutions):
            found = exact(value, full)
            if found is None or not domain_of(atom).contains(found):
                return None
            full[atom] = found
        return full


def use(left: Term, right: Term, conditions: Sequence[Term]) -> Given:
    """The sides under their conditions, each equation solved for an atom that stands alone."""
    given = Given(left, right, tuple(conditions))
    for _ in range(len(conditions)):
        solution = next(filter(None, (_solution(c) for c in given.conditions)), None)
        if solution is None:
            break
        condition, atom, value = solution
        table = {atom: value}
        if hides_power((given.left, given.right), table):
            break
        rest = [replace(c, table) for c in given.conditions if c is not condition]
        given = Given(
            replace(given.left, table),
            replace(given.right, table),
            (*rest, *_in_domain(value, domain_of(atom))),
            (*given.solutions, (atom, value)),
        )
    return given


def _in_domain(term: Term, domain: Domain) -> Iterator[Term]:
    if domain.lower is not None:
        r = ">" if domain.lower_open else ">="
        yield make("relation", term, number(domain.lower), data=(r,))
    if domain.upper is not None:
        r = "<" if domain.upper_open else "<="
        yield make("relation", term, number(domain.upper), data=(r,))


def _solution(condition: Term) -> tuple[Term, Term, Term] | None:
    """The condition, an atom in it and its value, if the condition is an equation like that."""
    if condition.op != "relation" or condition.data != ("=",):
        return None
    a, b = condition.args
    if a.shape or b.shape:
        return None
    found = _alone([*_summands(a, 1), *_summands(b, -1)]) or _linear(a - b)
    return None if found is None else (condition, *found)


def _linear(difference: Term) -> tuple[Term, Term] | None:
    """An atom in which the equation is of degree one, with a slope that is certainly not 0."""
    if any(node.op in _CHOICES for node in postorder(difference)):
        return None
    try:
        found = normal((), difference)
    except NO_ANSWER:
        return None
    for atom in atoms([difference]):
        if is_linear(found.ring, found.value.num, atom):
            slope, _ = split_linear(found.ring, found.value.num, atom)
            value = root_in(found.ring, found.value.num, atom)
            if value is not None and abs(factor_sign(found, slope) or 0) == signs.POSITIVE:
                return atom, value
    return None


_CHOICES = SWITCHING | {"piecewise", "indicator"}


def _alone(summands: list[tuple[int, Term]]) -> tuple[Term, Term] | None:
    """An atom that is a summand of its own and in no other, and minus the sum of the others."""
    for i, (sign, term) in enumerate(summands):
        others = summands[:i] + summands[i + 1 :]
        if term.op not in ("symbol", "entry") or any(term in atoms([o]) for _, o in others):
            continue
        parts = [other if direction == -sign else -other for direction, other in others]
        return term, make("add", *parts) if len(parts) > 1 else (parts or [number(0)])[0]
    return None


def _summands(term: Term, sign: int) -> Iterator[tuple[int, Term]]:
    stack = [(sign, term)]
    while stack:
        direction, node = stack.pop()
        if node.op == "add":
            stack.extend((direction, a) for a in reversed(node.args))
        elif node.op == "neg":
            stack.append((-direction, node.args[0]))
        elif not (node.op == "number" and node.data.value == 0):
            yield direction, node
