"""The ladder of evidence: for each kind of claim the rungs, in order, that may decide it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from symdl.derivation.expand import expand
from symdl.derivation.floors import with_floors
from symdl.derivation.held import UNCLEAR
from symdl.derivation.record import recorded
from symdl.document.errors import DeriveError, InternalError, ReadError
from symdl.evidence.approximation import judge_approximation
from symdl.evidence.asymptotics.claims import judge_growth
from symdl.evidence.at_sizes import judge_at_sizes
from symdl.evidence.audit import audit
from symdl.evidence.audit.slopes import audit_derivatives
from symdl.evidence.between_ends import judge_between_ends
from symdl.evidence.bounds.smooth import smooth_conditions, words
from symdl.evidence.claim import Claim
from symdl.evidence.closed_sums import judge_closed_sums
from symdl.evidence.concrete.judge import refute_concretely
from symdl.evidence.equality import judge_equality
from symdl.evidence.every_order import judge_every_order
from symdl.evidence.exact import COMPARE, exact
from symdl.evidence.finite_field import judge_in_finite_field
from symdl.evidence.fitted import (
    Fitted,
    as_numbers,
    has_undeclared_arrays,
    may_be_condition,
    with_fitting_sizes,
    with_square_matrices,
)
from symdl.evidence.gram import judge_by_squares
from symdl.evidence.hypotheses import domain_under, hides_power, is_empty
from symdl.evidence.image import judge_image
from symdl.evidence.index_form import has_indices, judge_index_form
from symdl.evidence.induction import judge_by_induction
from symdl.evidence.inverses import judge_inverse
from symdl.evidence.larger import unless_broken_later
from symdl.evidence.layout import in_other_layout
from symdl.evidence.limits import judge_limit
from symdl.evidence.lost_domain import as_declared
from symdl.evidence.monotone import judge_monotone
from symdl.evidence.named import with_arguments
from symdl.evidence.natural import with_natural_hypothesis
from symdl.evidence.on_solutions import judge_on_solutions
from symdl.evidence.one_sided import told_one_sided
from symdl.evidence.order import judge_order, question, settle
from symdl.evidence.parts_of_sums import judge_parts_of_sums
from symdl.evidence.points import atoms
from symdl.evidence.rounding import judge_printed, judge_sides, printed
from symdl.evidence.shape_claims import judge_shape
from symdl.evidence.stated import with_hypotheses
from symdl.evidence.symmetric import under_symmetry, unless_symmetric
from symdl.evidence.two_points import judge_two_points
from symdl.evidence.valued import judge_valued
from symdl.evidence.verdict import Verdict, undecided
from symdl.evidence.work import Exhausted
from symdl.expression.term import Term, free_symbols, make, number
from symdl.expression.term import replace as replace_terms

EQUAL = frozenset({"=", "equiv"})

Rung = Callable[[Claim, Claim], Verdict | None]
"""From the claim as written and the claim written out to a verdict; None: not decided here."""


def judge(claim: Claim) -> Verdict:
    """The verdict on a claim: the first rung of its kind that decides.

    What cannot be written out (a missing definition, a sum too long) is undecided with the
    reason. Raises InternalError if a proof, or a derivative it relies on, fails its audit.
    """
    if claim.kind == "definition":
        return _coded(claim, Verdict("definition", "definition", "a definition: nothing to check"))
    fitted = with_fitting_sizes(claim)
    if fitted is not None:
        return _coded(claim, _of_sizes(fitted, judge(fitted.claim), claim))
    verdict = _decided(claim)
    if verdict.kind == "refuted" and has_undeclared_arrays(claim):
        verdict = in_other_layout(claim, verdict, _decided)
    verdict = unless_symmetric(claim, verdict, _decided)
    if claim.doubt and verdict.kind in ("refuted", "refuted-as-stated"):
        verdict = undecided(claim.doubt)
    if verdict.kind == "refuted" and may_be_condition(claim):
        why = "it holds for some values of the undeclared arrays only"
        verdict = undecided(f"{why} ({verdict.message}): declare them to have it judged for all")
    return _coded(claim, verdict)


def _decided(claim: Claim) -> Verdict:
    """The audited verdict of the first rung that decides, whatever else the claim may mean."""
    claim = with_hypotheses(claim)
    of_symmetric = under_symmetry(claim, _decided)
    if of_symmetric is not None:
        return of_symmetric
    try:
        claim = with_arguments(claim)
        with recorded() as derived:
            verdict, closed = _climb(claim)
        if verdict.kind != "undecided":
            audit_derivatives(derived)
        return audit(claim, closed, verdict)
    except InternalError:
        raise
    except DeriveError as problem:
        return undecided(problem.message)
    except Exhausted:
        return undecided("the work allowed for one claim is used up")
    except ReadError as problem:
        return Verdict("not-understood", "reading", problem.message)


def _of_sizes(fitted: Fitted, verdict: Verdict, written: Claim) -> Verdict:
    """The verdict for sizes that nobody declared says them. What fails for arrays and may hold for
    numbers is refuted only if nothing but arrays can be meant."""
    told = ", ".join(fitted.sizes)
    numbers = as_numbers(written) if verdict.kind == "refuted" else None
    if numbers is not None and judge(numbers).kind != "refuted":
        why = f"it fails for {told}, as letters in capitals are read: {verdict.message}"
        return _coded(written, undecided(f"{why}; declare them if they are numbers"))
    if verdict.kind == "refuted" and verdict.method == "shape":
        why = f"the shapes differ with {told}: declare the arrays to say more"
        return _coded(written, undecided(why))
    evidence = {**verdict.evidence, "fitting_sizes": list(fitted.sizes)}
    verdict = replace(verdict, message=f"{verdict.message} ({told})", evidence=evidence)
    square = with_square_matrices(fitted) if verdict.kind == "refuted" else None
    if square is None or judge(square.claim).kind != "proved":
        return verdict
    why = f"not for all matrices ({verdict.message}), but it holds for {', '.join(square.sizes)}"
    return replace(verdict, kind="refuted-as-stated", message=why, code="")


def _coded(claim: Claim, verdict: Verdict) -> Verdict:
    return verdict if verdict.code else replace(verdict, code=f"{verdict.kind}-{claim.kind}")


def _climb(claim: Claim) -> tuple[Verdict, Claim | None]:
    """The verdict of the first rung that decides, and the claim written out, if it can be.

    It is written out only for the first rung that needs it, and for the audit of a proof.
    """
    open_: Verdict | None = None
    closed: Claim | None = None
    bound = False
    problem: DeriveError | None = None
    for rung in RUNGS[claim.kind]:
        if rung not in WRITTEN and closed is None and problem is None:
            try:
                closed = written_out(claim)
                bound = has_bound_entries(closed)
            except DeriveError as error:
                if error.code == UNCLEAR:
                    raise
                problem = error
        if rung not in WRITTEN and (closed is None or bound):
            continue
        verdict = rung(claim, closed or claim)
        if verdict is None:
            continue
        if verdict.kind != "undecided":
            told = told_one_sided(_with_kinks(verdict, claim, closed or claim), claim)
            return told, None if bound else closed
        open_ = verdict if open_ is None else open_
    if open_ is None and problem is not None:
        raise problem
    if open_ is None and bound:
        open_ = undecided("the entries of an expression are judged at sizes: declare its arrays")
    if open_ is None:
        open_ = undecided(f"no method decides a claim {claim.relation!r} of this kind")
    return open_, None


def has_bound_entries(claim: Claim) -> bool:
    """Whether an entry in it belongs to an expression or to a defined name: no free number."""
    sides = [side for side in (claim.left, claim.right, *claim.conditions) if side is not None]
    bases = (atom.args[0] for atom in atoms(sides) if atom.op == "entry")
    return any(base.op not in ("symbol", "label") or base in claim.scope.values for base in bases)


def _with_kinks(verdict: Verdict, written: Claim, closed: Claim) -> Verdict:
    """A proof about a derivative says where there is none."""
    kinks = closed.conditions[len(written.conditions) :]
    if not kinks or verdict.kind != "proved":
        return verdict
    told = [words(condition) for condition in dict.fromkeys(kinks)]
    return replace(
        verdict,
        message=f"{verdict.message}, where the derivative exists ({', '.join(told)})",
        evidence={**verdict.evidence, "differentiable_where": told},
    )


def written_out(claim: Claim) -> Claim:
    """The claim with both sides and the conditions expanded, the conditions that restrict one
    symbol moved into its domain, symbols of one value replaced by it, and the kinks of the
    derivatives in it excluded."""
    sides = [t for t in (claim.left, claim.right, *claim.conditions) if t is not None]
    claim = replace(claim, scope=with_floors(claim.scope, sides))
    left = expand(claim.left, claim.scope)
    right = None if claim.right is None else expand(claim.right, claim.scope)
    conditions = tuple(expand(c, claim.scope) for c in claim.conditions)
    conditions += tuple(smooth_conditions(claim))
    table: dict[Term, Term] = {}
    for free in set().union(*(free_symbols(t) for t in (left, right) if t is not None)):
        narrow = domain_under(free, conditions)
        if free.data.shape:
            continue
        if narrow.lower is not None and narrow.lower == narrow.upper and not is_empty(narrow):
            table[free] = number(narrow.lower)
            if hides_power([t for t in (left, right) if t is not None], table):
                table[free] = make("symbol", data=replace(free.data, domain=narrow))
        elif narrow != free.data.domain:
            table[free] = make("symbol", data=replace(free.data, domain=narrow))
    return replace(
        claim,
        left=replace_terms(left, table),
        right=None if right is None else replace_terms(right, table),
        conditions=tuple(replace_terms(c, table) for c in conditions),
    )


# --- rungs ------------------------------------------------------------------------------------


def numbers(_: Claim, claim: Claim) -> Verdict | None:
    """Closed numbers: exact arithmetic, printed digits, order."""
    left, right = claim.left, claim.right
    if right is None:
        return None
    if claim.relation in COMPARE and claim.relation not in EQUAL:
        return None
    if claim.relation not in EQUAL and claim.relation != "approx":
        return None
    verdict = judge_sides(left, claim.relation, right, claim.worked)
    if verdict is not None and (verdict.kind != "undecided" or not atoms((left, right))):
        return verdict
    if claim.relation == "approx":
        return verdict
    return judge_equality(left, right, claim.conditions)


def equality(_: Claim, claim: Claim) -> Verdict | None:
    """Equality of scalar terms in symbols."""
    if claim.right is None or claim.relation not in EQUAL or _has_arrays(claim):
        return None
    verdict = _equal(claim)
    if verdict.kind == "refuted":
        return with_natural_hypothesis(claim, verdict, _equal)
    return as_declared(claim, verdict)


def _equal(claim: Claim) -> Verdict:
    assert claim.right is not None
    return judge_equality(claim.left, claim.right, claim.conditions)


def approximation(_: Claim, claim: Claim) -> Verdict | None:
    """Approximate equality of scalar terms."""
    if claim.right is None or claim.relation != "approx" or _has_arrays(claim):
        return None
    return judge_approximation(claim.left, claim.right, claim.conditions)


def at_sizes(written: Claim, _: Claim) -> Verdict | None:
    """Arrays, entries and sums with symbolic ends, at concrete sizes."""
    if written.relation in EQUAL:
        return unless_broken_later(judge_at_sizes(written, judge_equality), written)
    if written.relation == "approx":
        return judge_at_sizes(written, _worked_entry if written.worked else _printed_entry)
    return None


def _worked_entry(left: Term, right: Term, _: Sequence[Term]) -> Verdict:
    verdict = judge_sides(left, "approx", right, True)
    return judge_approximation(left, right) if verdict is None else verdict


def _printed_entry(left: Term, right: Term, _: Sequence[Term]) -> Verdict:
    digits = printed(right)
    if digits is None:
        return judge_approximation(left, right)
    return judge_printed(left, "approx", right, digits)


def order(_: Claim, claim: Claim) -> Verdict | None:
    """Inequalities; exact numbers first."""
    if claim.right is None or claim.relation not in COMPARE:
        return None
    left, right = exact(claim.left), exact(claim.right)
    if left is not None and right is not None and COMPARE[claim.relation](left, right):
        return Verdict("proved", "exact", f"the sides are {left} and {right}")
    verdict = judge_order(claim)
    return None if verdict is None else with_natural_hypothesis(claim, verdict, judge_order)


def induction(written: Claim, _: Claim) -> Verdict | None:
    """Sums up to n and recurrences, for every n."""
    return judge_by_induction(written)


def finite_field(_: Claim, claim: Claim) -> Verdict | None:
    """Rational functions too large to write out, modulo a prime."""
    return judge_in_finite_field(claim)


def closed_sums(written: Claim, _: Claim) -> Verdict | None:
    """Sums with a closed form: series, powers of the index."""
    return judge_closed_sums(written)


def parts_of_sums(written: Claim, _: Claim) -> Verdict | None:
    """A positive sum against its terms, for every size."""
    return judge_parts_of_sums(written)


def squares(written: Claim, _: Claim) -> Verdict | None:
    """Sums of squares and products over indices, in order, for every size."""
    return judge_by_squares(written)


def index_form(written: Claim, _: Claim) -> Verdict | None:
    """Arrays, entries and sums of any size, by their index forms."""
    return judge_index_form(written)


def concretely(written: Claim, _: Claim) -> Verdict | None:
    """Arrays, entries and sums of any size, refuted at small ones."""
    return refute_concretely(written) if has_indices(written) else None


def every_order(written: Claim, _: Claim) -> Verdict | None:
    """Derivatives of every order."""
    return judge_every_order(written, judge)


def inverse(written: Claim, _: Claim) -> Verdict | None:
    """Inverses of known functions."""
    return judge_inverse(written, judge)


def shape(written: Claim, _: Claim) -> Verdict | None:
    """Shapes, from the claim as written."""
    return judge_shape(written)


def order_at_sizes(written: Claim, _: Claim) -> Verdict | None:
    """Inequalities between arrays or with symbolic sizes, at concrete sizes."""
    if written.relation not in COMPARE or written.relation in EQUAL:
        return None

    def judge_entry(left: Term, right: Term, conditions: Sequence[Term]) -> Verdict:
        return settle(question(left, written.relation, right, tuple(conditions)))

    return unless_broken_later(judge_at_sizes(written, judge_entry), written)


def _has_arrays(claim: Claim) -> bool:
    return any(side is not None and side.shape != () for side in (claim.left, claim.right))


def _g(judge_one: Callable[[Claim], Verdict | None]) -> Rung:
    return lambda _, claim: judge_one(claim)


WRITTEN = (
    every_order,
    inverse,
    index_form,
    concretely,
    at_sizes,
    induction,
    closed_sums,
    shape,
    order_at_sizes,
    parts_of_sums,
    squares,
)
"""Rungs that read the claim as written; the others need it written out."""
IMAGE, LIMIT, MONOTONE = _g(judge_image), _g(judge_limit), _g(judge_monotone)
VALUED: Rung = judge_valued
GROWTH = _g(judge_growth)
SOLUTIONS = _g(judge_on_solutions)
TWO_POINTS = _g(judge_two_points)
BETWEEN = _g(judge_between_ends)
RUNGS: dict[str, tuple[Rung, ...]] = {
    "number": (
        inverse,
        GROWTH,
        VALUED,
        SOLUTIONS,
        numbers,
        order,
        approximation,
        IMAGE,
        LIMIT,
        closed_sums,
    ),
    "identity": (
        inverse,
        index_form,
        GROWTH,
        VALUED,
        SOLUTIONS,
        equality,
        induction,
        closed_sums,
        concretely,
        at_sizes,
        finite_field,
    ),
    "derivative": (
        every_order,
        index_form,
        GROWTH,
        VALUED,
        SOLUTIONS,
        equality,
        concretely,
        at_sizes,
    ),
    "recurrence": (equality, induction, at_sizes),
    "matrix": (index_form, concretely, at_sizes),
    "approximation": (GROWTH, VALUED, SOLUTIONS, approximation, at_sizes),
    "range": (
        GROWTH,
        VALUED,
        SOLUTIONS,
        BETWEEN,
        parts_of_sums,
        squares,
        IMAGE,
        order,
        induction,
        closed_sums,
        order_at_sizes,
    ),
    "bound": (
        VALUED,
        SOLUTIONS,
        BETWEEN,
        TWO_POINTS,
        parts_of_sums,
        squares,
        MONOTONE,
        order,
        induction,
        closed_sums,
        order_at_sizes,
    ),
    "monotone": (MONOTONE, order),
    "limit": (shape, LIMIT, VALUED),
    "shape": (shape, at_sizes),
}
