r"""Claims of order: `f(x) < c`, `a \le f(x)`, `f(x) \ge g(x)`, `\ne`, for every point there is.

Numbers are compared by balls; one variable is settled on its whole domain (`everywhere`),
several by structure (`several`). A refutation is a rational point at which the original sides
certainly stand in another order.
"""

from __future__ import annotations

from dataclasses import replace as replace_fields

from symdl.evidence import witness
from symdl.evidence.balls import ball, precision
from symdl.evidence.bounds.everywhere import (
    Fails,
    Holds,
    Open,
    Touches,
    always,
)
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import is_empty, variables
from symdl.evidence.inequalities import several
from symdl.evidence.inequalities.angles import equal_at_angle
from symdl.evidence.inequalities.question import (
    METHOD,
    Question,
    broken,
    counterexample_of,
    difference,
    linear_only,
    proof_of,
    question,
)
from symdl.evidence.inequalities.relaxed import relaxed
from symdl.evidence.inequalities.unequal import never_equal
from symdl.evidence.refute import decimal
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.work import allowance
from symdl.expression.printer import plain
from symdl.expression.relations import COMPARING
from symdl.expression.term import Term, make, number, postorder, replace


def judge_order(claim: Claim) -> Verdict | None:
    """The verdict on a claim of order between scalars; None if it is not one."""
    if claim.relation not in COMPARING or claim.right is None:
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
        return never_equal(asked, variable)
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
        return proof_of(variable, answer)
    if isinstance(answer, Touches) and linear_only(asked, variable):
        return _touching(asked, variable, answer.root)
    if isinstance(answer, Fails):
        shown = counterexample_of(asked, {variable: answer.point})
        if shown is not None:
            return broken(shown)
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
    return broken(Counterexample({}, *sides))


# --- never equal ----------------------------------------------------------------------------
