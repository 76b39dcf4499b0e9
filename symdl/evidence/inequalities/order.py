r"""Claims of order: `f(x) < c`, `a \le f(x)`, `f(x) \ge g(x)`, `\ne`, for every point there is.

Numbers are compared by balls; one variable is settled on its whole domain (`everywhere`),
several by structure (`several`). A refutation is a rational point at which the original sides
certainly stand in another order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from fractions import Fraction

from symdl.evidence import witness
from symdl.evidence.balls import ball, exactly, precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.boxes import sign_at
from symdl.evidence.bounds.everywhere import (
    NONNEGATIVE,
    POSITIVE,
    Fails,
    Holds,
    Open,
    Touches,
    always,
    components,
)
from symdl.evidence.bounds.kinks import simplest
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import domain_under, is_empty, is_interval, variables
from symdl.evidence.inequalities import several
from symdl.evidence.inequalities.angles import equal_at_angle
from symdl.evidence.inequalities.relaxed import relaxed
from symdl.evidence.points import candidates
from symdl.evidence.refute import decimal
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.work import allowance
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, number, postorder, replace

RELATIONS = frozenset({"<", "<=", ">", ">=", "!="})
METHOD = "enclosure"


@dataclass(frozen=True, slots=True)
class Question:
    """left relation right, for all values of the symbols in `domains` that meet `conditions`."""

    left: Term
    relation: str
    right: Term
    domains: Mapping[Term, Domain]
    conditions: tuple[Term, ...] = ()

    @property
    def gap(self) -> Term:
        """The term that should be positive (or nonnegative)."""
        big, small = self.left, self.right
        if self.relation in ("<", "<="):
            big, small = small, big
        return difference(big, small)

    @property
    def allowed(self) -> frozenset[int]:
        """The signs of the gap with which the claim holds."""
        if self.relation == "!=":
            return witness.ALLOWED["!="]
        return NONNEGATIVE if "=" in self.relation else POSITIVE


def difference(a: Term, b: Term) -> Term:
    """a - b, without the zero."""
    if b.op == "number" and not b.data.value:
        return a
    if a.op == "number" and not a.data.value:
        return b.args[0] if b.op == "neg" else make("neg", b)
    return make("add", a, make("neg", b))


def judge_order(claim: Claim) -> Verdict | None:
    """The verdict on a claim of order between scalars; None if it is not one."""
    if claim.relation not in RELATIONS or claim.right is None:
        return None
    if claim.left.shape not in ((), None) or claim.right.shape not in ((), None):
        return None
    with allowance():
        verdict = settle(question(claim.left, claim.relation, claim.right, claim.conditions))
    return _unless_bound(claim, verdict) if verdict.kind == "refuted" else verdict


def _unless_bound(claim: Claim, verdict: Verdict) -> Verdict:
    """A term of a recurrence is not free: its values cannot be chosen to refute."""
    assert claim.right is not None
    defined = {*claim.scope.recurrences, *claim.scope.entries} if claim.scope else set()
    for atom in variables((claim.left, claim.right)):
        base = atom.args[0] if atom.op == "entry" else atom
        if atom.op == "entry" and base.op == "symbol" and base.data.name in defined:
            reason = f"{plain(atom)} is bound by its own definition, which is not followed further"
            return undecided(reason, METHOD)
    return verdict


def question(left: Term, relation: str, right: Term, conditions: tuple[Term, ...] = ()) -> Question:
    """The question with the domain of each symbol narrowed by the conditions."""
    symbols = variables((left, right, *conditions))
    return Question(
        left, relation, right, {s: domain_under(s, conditions) for s in symbols}, conditions
    )


def settle(asked: Question) -> Verdict:
    """Proved, refuted with a point, or undecided with the reason."""
    if any(is_empty(domain) for domain in asked.domains.values()):
        return undecided("no point meets the conditions")
    needed = variables((asked.left, asked.right))
    if not needed:
        return _numbers(asked)
    if len(needed) > 1:
        return several.settle(asked)
    variable = needed[0]
    if asked.relation == "!=":
        return _never_equal(asked, variable)
    domain = asked.domains[variable]
    pieces: list[Holds] = []
    for gap in _gaps(asked):
        answer = always(gap, variable, domain, asked.allowed)
        if not isinstance(answer, Holds):
            return told(asked, variable, answer)
        pieces.append(answer)
    zeros = tuple(sorted({z for piece in pieces for z in piece.zeros}))
    return told(asked, variable, Holds(tuple(p for one in pieces for p in one.pieces), zeros))


def _gaps(asked: Question) -> list[Term]:
    """|u| < c is u < c and -u < c, and both are smooth where |u| is not."""
    big, small = asked.left, asked.right
    if asked.relation in ("<", "<="):
        big, small = small, big
    if small.op != "abs":
        return [asked.gap]
    (inner,) = small.args
    return [difference(big, inner), difference(big, make("neg", inner))]


def told(asked: Question, variable: Term, answer: Holds | Fails | Open) -> Verdict:
    """An answer of the one-variable method as a verdict; structure helps where it is open."""
    if isinstance(answer, Holds):
        return _proof(variable, answer)
    if isinstance(answer, Touches) and _linear_only(asked, variable):
        return _touching(asked, variable, answer.root)
    if isinstance(answer, Fails):
        shown = _counterexample(asked, {variable: answer.point})
        if shown is not None:
            return _broken(shown)
        answer = Open(
            f"it fails at {plain(variable)} = {answer.point}, where the conditions are unclear"
        )
    verdict = several.settle(asked)
    if verdict.kind != "undecided":
        return verdict
    natural = _where_defined(asked, variable)
    if natural is not None:
        conditions = (*asked.conditions, natural)
        inside = settle(question(asked.left, asked.relation, asked.right, conditions))
        if inside.kind == "proved":
            told_where = f"where both sides are defined ({plain(natural)})"
            return replace_fields(inside, message=f"{inside.message}, {told_where}")
        if inside.kind == "refuted":
            return inside
    if asked.relation in ("<", ">"):
        sides, domain = (asked.left, asked.right), asked.domains[variable]
        angle = equal_at_angle(sides, variable, domain, asked.conditions)
        if angle is not None:
            return _touching(asked, variable, angle)
    free = _with_free_parts(asked)
    return undecided(answer.reason, METHOD) if free is None else free


def _where_defined(asked: Question, variable: Term) -> Term | None:
    """x > 0 of what has the logarithm of x; None where that is known, or no logarithm is."""
    lower = asked.domains[variable].lower
    nodes = (n for side in (asked.left, asked.right) for n in postorder(side))
    if (lower is not None and lower >= 0) or asked.domains[variable].integer:
        return None
    if any(n.op == "log" and n.args[0] is variable for n in nodes):
        return make("relation", variable, number(0), data=(">",))
    return None


def _with_free_parts(asked: Question) -> Verdict | None:
    """A proof for all fractional parts; a point that breaks it says nothing."""
    free = relaxed(asked.left, asked.right)
    if free is None:
        return None
    verdict = several.settle(question(free[0], asked.relation, free[1], asked.conditions))
    return verdict if verdict.kind == "proved" else None


def _touching(asked: Question, variable: Term, root: Term) -> Verdict:
    """The sides are proved to be equal at a number that is no fraction."""
    name = plain(variable)
    table = {variable: root}
    with precision(128):
        value = decimal(ball(replace(asked.right, table), {}, 128), 12)
    message = f"the sides are equal at {name} = {plain(root)}"
    return refuted(METHOD, message, Counterexample({name: plain(root)}, value, value))


def _proof(variable: Term, answer: Holds) -> Verdict:
    touching = f"; equality at {', '.join(map(str, answer.zeros[:4]))}" if answer.zeros else ""
    return proved(
        METHOD,
        f"holds for every {plain(variable)} of its domain{touching}",
        pieces=list(answer.pieces),
        equality=[str(z) for z in answer.zeros],
        variable=repr(variable),
    )


def _counterexample(asked: Question, point: Mapping[Term, Fraction]) -> Counterexample | None:
    return witness.counterexample(asked.left, asked.relation, asked.right, point, asked.conditions)


def _broken(shown: Counterexample) -> Verdict:
    at = ", ".join(f"{name} = {value}" for name, value in shown.at.items())
    where = f"at {at} " if at else ""
    message = f"{where}the left side is {shown.left} and the right side {shown.right}"
    return refuted(METHOD, message, shown)


def _numbers(asked: Question) -> Verdict:
    sign = witness.difference_sign(asked.left, asked.right, {})
    if sign is None:
        verdict = several.settle(asked)
        if verdict.kind == "proved":
            return verdict
        return undecided("the two numbers cannot be told apart, or one is undefined", METHOD)
    sides = witness.both_sides(asked.left, asked.right, {})
    if sign in witness.ALLOWED[asked.relation]:
        return proved("exact", f"{sides[0]} against {sides[1]}", left=sides[0], right=sides[1])
    return _broken(Counterexample({}, *sides))


# --- never equal ----------------------------------------------------------------------------


def _never_equal(asked: Question, variable: Term) -> Verdict:
    """Each connected part of the domain has its own sign."""
    domain = asked.domains[variable]
    pieces: list[str] = []
    gap = asked.gap
    if domain.integer:
        return _settled_by_order(asked, variable)
    for low, high in components(domain):
        part = _part(domain, low, high)
        sample = next((p for p in candidates(part) if sign_at(gap, variable, p)), None)
        if sample is None:
            return _equal_somewhere(asked, variable)
        side = gap if sign_at(gap, variable, sample) == 1 else make("neg", gap)
        answer = always(side, variable, part, POSITIVE)
        if isinstance(answer, Open):
            return undecided(answer.reason, METHOD)
        if isinstance(answer, Fails):
            return _crossing(asked, variable, sample, answer.point)
        pieces.extend(answer.pieces)
    return proved(
        METHOD, f"the sides differ for every {plain(variable)} of its domain", pieces=pieces
    )


def _part(domain: Domain, low: Fraction | None, high: Fraction | None) -> Domain:
    return Domain(
        low,
        high,
        low is not None and not domain.contains(low),
        high is not None and not domain.contains(high),
    )


def _settled_by_order(asked: Question, variable: Term) -> Verdict:
    for relation in ("<", ">"):
        strict = Question(asked.left, relation, asked.right, asked.domains, asked.conditions)
        answer = always(strict.gap, variable, asked.domains[variable], POSITIVE)
        if isinstance(answer, Holds):
            return _proof(variable, answer)
    return _equal_somewhere(asked, variable)


def _equal_somewhere(asked: Question, variable: Term) -> Verdict:
    for place in candidates(asked.domains[variable]):
        shown = _counterexample(asked, {variable: place})
        if shown is not None:
            return _broken(shown)
    return undecided("neither side is always the larger", METHOD)


def _crossing(asked: Question, variable: Term, first: Fraction, second: Fraction) -> Verdict:
    """Opposite signs at two points of a connected domain: equality in between if continuous."""
    exact = _counterexample(asked, {variable: second})
    if exact is not None:
        return _broken(exact)
    gap = asked.gap
    low, high = sorted((first, second))
    with precision(enclosure.BITS):
        continuous = enclosure.is_continuous(enclosure.program(gap, variable), low, high)
    if asked.conditions and not _linear_only(asked, variable):
        return undecided("the sign changes, but the conditions are not intervals", METHOD)
    if not continuous:
        return undecided(f"the sign changes between {low} and {high}, perhaps by a jump", METHOD)
    low, high = bisect(gap, variable, low, high)
    middle = simplest(low, high)
    exact = _counterexample(asked, {variable: middle})
    if exact is not None:
        return _broken(exact)
    middle = (low + high) / 2
    common = _enclosed(asked.right, variable, middle)
    name = plain(variable)
    where = f"{_decimals(low)} < {name} < {_decimals(high)}"
    return refuted(
        METHOD,
        f"the sides are equal at a point with {where}: the difference is continuous and "
        "changes its sign there",
        Counterexample({name: _decimals(middle)}, common, common),
        zero=[str(low), str(high)],
    )


def _linear_only(asked: Question, variable: Term) -> bool:
    return all(is_interval(condition, variable) for condition in asked.conditions)


def bisect(gap: Term, variable: Term, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """A short interval at whose ends the gap certainly has opposite signs (or is 0 at one)."""
    start = sign_at(gap, variable, low)
    while high - low > SHORT:
        middle = (low + high) / 2
        sign = sign_at(gap, variable, middle)
        if sign is None:
            break
        if sign == 0:
            return middle, middle
        low, high = (middle, high) if sign == start else (low, middle)
    return low, high


SHORT = Fraction(1, 2**46)


def _enclosed(side: Term, variable: Term, point: Fraction) -> str:
    with precision(128):
        return decimal(ball(side, {variable: exactly(point)}), 10)


def _decimals(value: Fraction) -> str:
    with precision(128):
        return decimal(exactly(value), 17)
