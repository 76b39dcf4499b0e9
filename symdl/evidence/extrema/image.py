r"""Images: `\sigma(\mathbb{R}) = (0, 1)`, `f(\mathbb{R}) \subseteq [0, 1]`, `f(x) \in [0, 1]`.

Contained in: two order claims. Onto: a continuous function on a connected set takes every value
between two of its values, so it is enough that each end is a limit at an end of the set, or
(for a closed end) a value. An end that is never reached, or a value that is never taken,
refutes an image that is too large.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symdl.derivation.facts import Facts
from symdl.evidence.balls import ball
from symdl.evidence.bounds.everywhere import defined_everywhere
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import (
    admissible,
    bounded,
    infinite_sign,
    interval_domain,
    variables,
)
from symdl.evidence.continuity import Image, break_in
from symdl.evidence.extrema.finite_image import judge_finite, judge_whole, values_of
from symdl.evidence.extrema.image_ends import METHOD, Target, attained, reaches
from symdl.evidence.inequalities import order
from symdl.evidence.inequalities.question import question
from symdl.evidence.one_sided import undefined_point
from symdl.evidence.points import candidates, domain_of, points
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.work import allowance
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, number, replace, symbol

MOST_NUMBERS = 10


def judge_image(claim: Claim) -> Verdict | None:
    """The verdict on a claim about an image or membership in an interval; None if it is none."""
    with allowance():
        return _judged(claim)


def _judged(claim: Claim) -> Verdict | None:
    if claim.right is None:
        return None
    left, right, relation = claim.left, claim.right, claim.relation
    if right.op == "image" and left.op != "image" and relation in ("=", "equiv"):
        left, right = right, left
    listed = _listed(left, right, relation, claim.conditions)
    if listed is not None:
        return listed
    target = _target(right)
    if target is None:
        return None
    if left.op == "image":
        image = _image(left)
        if image is None:
            return undecided("the set is no interval with rational ends", METHOD)
        if relation in ("=", "equiv"):
            return _with_numbers(image, target, claim.conditions)
        if relation in ("subset", "subseteq", "in"):
            return _contained(image.body, target, claim.conditions)
        return None
    if relation == "in" and left.shape in ((), None) and left.op not in ("tuple", "interval"):
        return _contained(left, target, claim.conditions)
    return None


def _listed(left: Term, right: Term, relation: str, conditions: tuple[Term, ...]) -> Verdict | None:
    """Values among few numbers: sign(x) is -1, 0 or 1, the floor of x is a whole number."""
    if left.op == "image":
        image = _image(left)
        if image is None or right.op != "set":
            return None
        if relation in ("=", "equiv"):
            return judge_finite(image.body, right.args, conditions, True)
        return judge_finite(image.body, right.args, conditions) if relation in _INSIDE else None
    if relation != "in" or left.shape not in ((), None):
        return None
    if right.op == "set":
        return judge_finite(left, right.args, conditions)
    return judge_whole(left, right)


_INSIDE = frozenset({"subset", "subseteq", "in"})


def _target(term: Term) -> Target | None:
    if term.op == "number_set" and term.data == "R":
        return Target(None, None, True, True, term)
    if term.op != "interval":
        return None
    signs = [infinite_sign(end) for end in term.args]
    if signs[0] > 0 or signs[1] < 0:
        return None
    if (signs[0] and term.data[0] == "[") or (signs[1] and term.data[1] == "]"):
        return None
    ends = [None if sign else end for sign, end in zip(signs, term.args, strict=True)]
    return Target(ends[0], ends[1], term.data[0] == "(", term.data[1] == ")", term)


def _image(term: Term) -> Image | None:
    """The body with a variable whose domain is the set."""
    variable, over, body = term.args
    domain = interval_domain(over)
    if variable.op != "symbol":
        return None
    if domain is None:
        return _scaled_image(variable, over, body)
    own: Domain = variable.data.domain
    for end, lower, is_open in (
        (own.lower, True, own.lower_open),
        (own.upper, False, own.upper_open),
    ):
        if end is not None:
            relation = (">" if lower else "<") + ("" if is_open else "=")
            domain = bounded(domain, relation, end)
    for point in own.excluded:
        domain = bounded(domain, "!=", point)
    fresh = symbol(variable.data.name, domain=domain)
    return Image(fresh, replace(body, {variable: fresh}))


def _scaled_image(variable: Term, over: Term, body: Term) -> Image | None:
    """Ends that are no fractions: x = a + (b - a) t, with t from 0 to 1."""
    if over.op != "interval" or variable.data.domain != Domain():
        return None
    low, high = over.args
    if free_symbols(low) | free_symbols(high) or infinite_sign(low) or infinite_sign(high):
        return None
    if not ball(high - low, {}) > 0:
        return None
    unit = Domain(Fraction(0), Fraction(1), over.data[0] == "(", over.data[1] == ")")
    t = symbol("#share", domain=unit)
    return Image(t, replace(body, {variable: low + (high - low) * t}))


# --- contained in ---------------------------------------------------------------------------


def _contained(body: Term, target: Target, conditions: tuple[Term, ...]) -> Verdict:
    pieces: dict[str, object] = {}
    checks = list(_sides(body, target))
    for name, left, relation, right in checks:
        verdict = order.settle(question(left, relation, right, conditions))
        if verdict.kind != "proved":
            return verdict
        pieces[name] = dict(verdict.evidence)
    if not checks:
        return _defined(body)
    return proved(METHOD, "every value lies in the set", **pieces)


def _sides(body: Term, target: Target) -> Iterable[tuple[str, Term, str, Term]]:
    if target.lower is not None:
        yield "lower", body, ">" if target.lower_open else ">=", target.lower
    if target.upper is not None:
        yield "upper", body, "<" if target.upper_open else "<=", target.upper


def _defined(body: Term) -> Verdict:
    """A value is real as soon as it is defined."""
    free = variables((body,))
    single = len(free) == 1 and defined_everywhere(body, free[0], domain_of(free[0]))
    if single or Facts().total(body):
        return proved(METHOD, "the term is defined, and real, everywhere")
    where = undefined_point(body)
    if where is None:
        return undecided("whether the term is defined everywhere is not known", METHOD)
    place = ", ".join(f"{name} = {value}" for name, value in where.items())
    return undecided(f"the term is real where it is defined, but not defined at {place}", METHOD)


# --- equal to -------------------------------------------------------------------------------


def _with_numbers(image: Image, target: Target, conditions: tuple[Term, ...]) -> Verdict:
    """Parameters put to numbers can refute what holds for no general reason."""
    found = _exactly(image, target, conditions)
    terms = [image.body, target.term, *conditions]
    free = [s for s in variables(terms) if s is not image.variable]
    if found.kind != "undecided" or not free or any(s.op != "symbol" for s in free):
        return found
    for point in points(free, terms, MOST_NUMBERS):
        if not admissible(point, conditions):
            continue
        table = {s: number(v) for s, v in point.items()}
        home = _target(replace(target.term, table))
        if home is None:
            continue
        special = _exactly(Image(image.variable, replace(image.body, table)), home, ())
        shown = special.counterexample
        if special.kind == "refuted" and shown is not None:
            at = {plain(s): str(v) for s, v in point.items()} | dict(shown.at)
            return refuted(METHOD, special.message, Counterexample(at, shown.left, shown.right))
    return found


def _exactly(image: Image, target: Target, conditions: tuple[Term, ...]) -> Verdict:
    taken = _open_end_taken(image, target) if not conditions else None
    if taken is not None:
        return taken
    inside = _contained(image.body, target, conditions)
    if inside.kind != "proved":
        return inside
    reached = [reaches(image, target, upper) for upper in (False, True)]
    for verdict in reached:
        if isinstance(verdict, Verdict):
            return verdict
    reason = break_in(image)
    if reason:
        few = _too_few(image, target) if not conditions else None
        return undecided(reason, METHOD) if few is None else few
    told = [text for text in reached if isinstance(text, str)]
    if len(told) < 2:
        few = _too_few(image, target) if not conditions else None
        if few is not None:
            return few
        return undecided("it lies in the set, but whether it reaches both ends is open", METHOD)
    return proved(
        METHOD,
        "every value lies in the set, and being continuous it takes all of them: "
        + "; ".join(told),
        contained=dict(inside.evidence),
        ends=told,
    )


def _too_few(image: Image, target: Target) -> Verdict | None:
    """A refutation: a body with few values has not all of those of an interval."""
    found = values_of(image.body, image.variable)
    if found is None:
        return None
    values = {value for value, _ in found}
    inside = interval_domain(target.term)
    for value in candidates(inside) if inside is not None else ():
        if value not in values:
            few = ", ".join(map(str, sorted(values)))
            shown = Counterexample({"value": str(value)}, f"only {few}", plain(target.term))
            return refuted(METHOD, f"the value {value} of the set is never taken", shown)
    return None


def _open_end_taken(image: Image, target: Target) -> Verdict | None:
    """A refutation: an end that is left out is a value."""
    for end, is_open in ((target.lower, target.lower_open), (target.upper, target.upper_open)):
        at = attained(image, end) if end is not None and is_open else None
        if at is not None and end is not None:
            where, _, place = at.partition(" = ")
            shown = Counterexample({where: place}, plain(end), f"a value of {plain(target.term)}")
            return refuted(METHOD, f"the value {plain(end)} is taken at {at}", shown)
    return None
