"""Order claims in several variables: cell by cell, or broken at a certified point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, product
from typing import TYPE_CHECKING

from symdl.evidence import witness
from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra.back import poly_term, term_of
from symdl.evidence.algebra.normal_form import NotDecided, core
from symdl.evidence.algebra.polynomials import TooLarge
from symdl.evidence.algebra.whole import is_integer_valued
from symdl.evidence.balls import ball
from symdl.evidence.bounds.positivity import lower_sign
from symdl.evidence.cases import cells_of
from symdl.evidence.cells import NO_ANSWER, Cell, Facts, factor_sign, normal, sign_in
from symdl.evidence.conditions.enclosed import counterexample_near
from symdl.evidence.conditions.equations import points_on, with_multiples
from symdl.evidence.conditions.given import Given, sign_facts, use
from symdl.evidence.defined import may_be_defined
from symdl.evidence.inequalities.calculus import by_calculus
from symdl.evidence.inequalities.descent import diagonal, low_points
from symdl.evidence.inequalities.real_algebra import by_real_algebra
from symdl.evidence.points import Point, atoms, points
from symdl.evidence.refute import balls_at
from symdl.evidence.splitting import replaced
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.work import Exhausted
from symdl.expression.domain import NONNEGATIVE, REAL, Domain
from symdl.expression.printer import plain
from symdl.expression.relations import links
from symdl.expression.term import Term, free_symbols, make, number, postorder

if TYPE_CHECKING:
    from symdl.evidence.inequalities.question import Question

MOST_POINTS = 160
BITS = 128
MOST_CELLS = 40
MOST_APART = 3
METHOD = "range"
NEGATIVE = Domain(upper=Fraction(0), upper_open=True)


def settle(asked: Question) -> Verdict:
    """A verdict on an order claim in any number of variables."""
    given = use(asked.left, asked.right, asked.conditions)
    broken = _broken(asked, given)
    if broken is None and asked.relation != "!=":
        broken = _broken_low(asked, given, True)
    if broken is not None:
        return broken
    found = _apart(asked) if asked.relation == "!=" else _proof(asked, asked.gap, _wanted(asked))
    if found.kind == "undecided" and asked.relation != "!=":
        multiple = _by_multiples(asked, given)
        found = found if multiple is None else multiple
    if found.kind == "proved" and not may_be_defined(given.left, given.right, given.conditions):
        return undecided("no point was found at which both sides are defined", METHOD)
    if found.kind == "undecided" and asked.relation != "!=":
        broken = _broken_low(asked, given, False)
    return found if broken is None else broken


def _wanted(asked: Question) -> int:
    return 1 if 0 in asked.allowed else 2


def _broken(asked: Question, given: Given) -> Verdict | None:
    """A point that breaks the claim; equations among its conditions are solved first."""
    terms = [given.left, given.right, *given.conditions]
    wanted = atoms(terms)
    met = points_on(terms, given.conditions)
    tried = chain(diagonal(wanted), points(wanted, terms, MOST_POINTS), met)
    return _first_broken(asked, given, tried)


def _broken_low(asked: Question, given: Given, quick: bool) -> Verdict | None:
    """A point that breaks the claim, looked for downhill."""
    reduced = replace(asked, left=given.left, right=given.right)
    try:
        return _first_broken(asked, given, low_points(reduced.gap, given.conditions, quick))
    except Exhausted:
        return None


def _first_broken(asked: Question, given: Given, tried: Iterable[Point]) -> Verdict | None:
    found = (_broken_at(asked, given, point) for point in tried)
    return next((verdict for verdict in found if verdict is not None), None)


def _broken_at(asked: Question, given: Given, reduced: Point) -> Verdict | None:
    point = given.complete(reduced)
    sides = asked.left, asked.relation, asked.right
    if point is None:
        return _broken_near(given, *sides, reduced)
    if 0 in asked.allowed and _may_be_equal(asked, point):
        return None
    shown = witness.counterexample(*sides, point, asked.conditions)
    return None if shown is None else _refuted_with(shown)


def _broken_near(
    given: Given, left: Term, relation: str, right: Term, reduced: Point
) -> Verdict | None:
    near = counterexample_near(given, left, relation, right, reduced)
    return None if near is None else _refuted_with(near[0]).noting(solved=near[1])


def _refuted_with(shown: Counterexample) -> Verdict:
    message = f"the left side is {shown.left} and the right side {shown.right}"
    return refuted("enclosure", message, shown)


def _by_multiples(asked: Question, given: Given) -> Verdict | None:
    """A proof with a multiple of an equation that the conditions hold."""
    reduced = replace(asked, left=given.left, right=given.right)
    for gap in with_multiples(reduced.gap, given.conditions):
        found = _proof(replace(asked, conditions=()), gap, _wanted(asked))
        if found.kind == "proved":
            return replace(found, message=f"{found.message}, with a multiple of the condition")
    return None


def _may_be_equal(asked: Question, point: Point) -> bool:
    """Whether the sides are not told apart at a point: then it breaks no `<=`, and what they are
    exactly does not matter."""
    at = balls_at(point, BITS)
    return bool(ball(asked.left, at, BITS).overlaps(ball(asked.right, at, BITS)))


def _proof(asked: Question, gap: Term, wanted: int, either: bool = False) -> Verdict:
    """The gap is positive (2) or nonnegative (1) in every cell; or else, of either sign in each,
    its negative."""
    given = use(gap, number(0), asked.conditions)
    try:
        cells = [
            cell
            for facts in _facts(given.conditions)
            for cell in cells_of(given.left, number(0), (*facts, *_of_floors(given.left)))
        ]
    except (NotDecided, TooLarge) as problem:
        return undecided(str(problem), METHOD)
    if not cells or len(cells) > MOST_CELLS:
        return undecided(f"{len(cells)} cases are too many", METHOD)
    used: list[str] = []
    for cell in cells:
        rule = _in_cell(cell, wanted, RULES)
        if rule is None and either:
            rule = _in_cell(replace(cell, left=make("neg", cell.left)), wanted, RULES)
        if rule is None:
            where = f" where {cell.name}" if cell.name else ""
            return undecided(f"no rule settles the order{where}", METHOD)
        used.append(f"{cell.name}: {rule}" if cell.name else rule)
    return proved(
        METHOD, f"holds wherever both sides are defined, by {used[0].split(': ')[-1]}", cells=used
    )


def _facts(conditions: tuple[Term, ...]) -> Iterator[Facts]:
    """The signs that conditions state; each `a != b` gives two lists, a > b and a < b (one where
    the sign of a - b is known but for 0)."""
    stated = tuple(fact for fact in sign_facts(conditions) if not _is_known(*fact))
    apart = [
        a - b
        for relation, a, b in links(conditions)
        if relation == "!=" and not a.shape and not b.shape
    ][:MOST_APART]
    for directions in product(*map(_directions, apart)):
        yield (*stated, *zip(apart, directions, strict=True))


def _directions(gap: Term) -> tuple[int, ...]:
    certain = sign_in(Cell(gap, number(0)), gap)
    return (2, -2) if not certain else (2,) if certain > 0 else (-2,)


def _of_floors(gap: Term) -> Iterator[tuple[Term, int]]:
    """floor(u) <= u < floor(u) + 1, and the same of ceilings, for those in a term."""
    for node in postorder(core(gap)):
        if node.op in ("floor", "ceil"):
            (u,) = node.args
            above = u - node if node.op == "floor" else node - u
            yield above, 1
            yield 1 - above, 2


def _is_known(fact: Term, sign: int) -> bool:
    """Whether the domains of the symbols say as much."""
    certain = sign_in(Cell(fact, number(0)), fact)
    return certain is not None and certain * sign > 0 and abs(certain) >= abs(sign)


# --- rules in a cell --------------------------------------------------------------------------


def _by_structure(cell: Cell, wanted: int) -> str | None:
    found, rule = lower_sign(cell, cell.left, wanted)
    return rule if found >= wanted else None


def _by_calculus(cell: Cell, wanted: int) -> str | None:
    return "calculus" if by_calculus(cell, wanted) >= wanted else None


def _without_denominators(cell: Cell, wanted: int) -> str | None:
    """By structure, with a denominator of certain sign multiplied out."""
    found = normal(cell.facts, cell.left)
    below = factor_sign(found, found.value.den)
    if found.value.den.is_constant() or below is None or abs(below) != signs.POSITIVE:
        return None
    numerator = poly_term(found.ring, found.value.num if below > 0 else -found.value.num)
    if numerator is None:
        return None
    return _by_structure(replace(cell, left=numerator), wanted)


def _between_integers(cell: Cell, wanted: int) -> str | None:
    """An integer is >= 0 if it is > -1."""
    found = normal(cell.facts, cell.left)
    if wanted > 1 or not found.value.den.is_one():
        return None
    if not is_integer_valued(found.ring, found.value.num):
        return None
    return "integers" if sign_in(cell, cell.left + 1) == signs.POSITIVE else None


def _by_real_algebra(cell: Cell, wanted: int) -> str | None:
    return "real algebra" if by_real_algebra(cell, wanted) >= wanted else None


def _by_exponents(cell: Cell, wanted: int) -> str | None:
    """m (c1 e^u - c2 e^v) has the sign of m (log(c1/c2) + u - v), which is a question of its own;
    it is 0 where m is."""
    found = normal(cell.facts, cell.left)
    below = factor_sign(found, found.value.den)
    compared = signs.compared_exponents(found.ring, found.value.num)
    if not below or compared is None or abs(compared[0]) < wanted:
        return None
    direction, difference, constant = compared
    exponent = term_of(found.ring, difference)
    if exponent is None or below * direction * constant < 0:
        return None
    turned = exponent if below * direction > 0 else -exponent
    others = [rule for rule in RULES if rule not in (_by_exponents, _by_halves)]
    rule = _in_cell(replace(cell, left=turned), 1 if constant else wanted, others)
    return None if rule is None else f"comparing exponents, {rule}"


def _by_halves(cell: Cell, wanted: int) -> str | None:
    """Both halves of the line of a symbol that may have either sign."""
    for x in sorted(free_symbols(cell.left), key=repr):
        if x.shape == () and x.data.domain == REAL:
            halves = [
                replaced(cell, {x: make("symbol", data=replace(x.data, domain=half))}, cell.name)
                for half in (NONNEGATIVE, NEGATIVE)
            ]
            quick = [
                rule for rule in RULES if rule not in (_by_calculus, _by_exponents, _by_halves)
            ]
            if all(_in_cell(half, wanted, quick) is not None for half in halves):
                return f"the sign of {plain(x)}"
    return None


Rule = Callable[[Cell, int], str | None]
QUICK: tuple[Rule, ...] = (
    _by_structure,
    _between_integers,
    _without_denominators,
    _by_real_algebra,
)
RULES: tuple[Rule, ...] = (*QUICK[:-1], _by_exponents, _by_real_algebra, _by_calculus, _by_halves)
"""From a cell and the sign wanted of its left side (2: > 0, 1: >= 0) to the name of what proves
it; None: not proved. In the order in which they are tried: calculus may use up what work is
allowed."""


def _in_cell(cell: Cell, wanted: int, rules: Sequence[Rule]) -> str | None:
    for rule in rules:
        try:
            found = rule(cell, wanted)
        except NO_ANSWER:
            continue
        except Exhausted:
            return None
        if found is not None:
            return found
    return None


def _apart(asked: Question) -> Verdict:
    found = _proof(asked, asked.gap, 2, either=True)
    if found.kind == "proved":
        return found
    return undecided("neither side is always the larger", METHOD)
