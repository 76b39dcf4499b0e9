r"""Images: `\sigma(\mathbb{R}) = (0, 1)`, `f(\mathbb{R}) \subseteq [0, 1]`, `f(x) \in [0, 1]`.

Contained in: two order claims. Onto: a continuous function on a connected set takes every value
between two of its values, so it is enough that each end is a limit at an end of the set, or
(for a closed end) a value. An end that is never reached, or a value that is never taken,
refutes an image that is too large.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from symdl.derivation.facts import Facts
from symdl.evidence import order
from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Limit, Place, exact_constant, limit
from symdl.evidence.balls import ball, exactly, inside, precision
from symdl.evidence.bounds.everywhere import POSITIVE, Holds, always, components, defined_everywhere
from symdl.evidence.bounds.kinks import kinks, switches
from symdl.evidence.claim import Claim
from symdl.evidence.equality import judge_equality
from symdl.evidence.finite_image import judge_finite, judge_whole
from symdl.evidence.hypotheses import bounded, infinite_sign, interval_domain, variables
from symdl.evidence.one_sided import undefined_point
from symdl.evidence.points import candidates, domain_of
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.evidence.work import allowance
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.term import (
    Term,
    constant,
    free_symbols,
    number,
    postorder,
    replace,
    symbol,
)

METHOD = "image"
LARGEST = 1e300
"""Larger values are left out where values are only guessed."""


@dataclass(frozen=True, slots=True)
class Target:
    """A set of numbers: an interval with ends that may be terms (None is infinite)."""

    lower: Term | None
    upper: Term | None
    lower_open: bool
    upper_open: bool
    term: Term


@dataclass(frozen=True, slots=True)
class Image:
    """The image of a body over the domain of its variable."""

    variable: Term
    body: Term


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
            return _exactly(image, target, claim.conditions)
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
    t = symbol("\\text{share}", domain=unit)
    return Image(t, replace(body, {variable: low + (high - low) * t}))


# --- contained in ---------------------------------------------------------------------------


def _contained(body: Term, target: Target, conditions: tuple[Term, ...]) -> Verdict:
    pieces: dict[str, object] = {}
    checks = list(_sides(body, target))
    for name, left, relation, right in checks:
        verdict = order.settle(order.question(left, relation, right, conditions))
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


def _exactly(image: Image, target: Target, conditions: tuple[Term, ...]) -> Verdict:
    taken = _open_end_taken(image, target) if not conditions else None
    if taken is not None:
        return taken
    inside = _contained(image.body, target, conditions)
    if inside.kind != "proved":
        return inside
    reached = [_reaches(image, target, upper) for upper in (False, True)]
    for verdict in reached:
        if isinstance(verdict, Verdict):
            return verdict
    reason = break_in(image)
    if reason:
        return undecided(reason, METHOD)
    told = [text for text in reached if isinstance(text, str)]
    if len(told) < 2:
        return undecided("it lies in the set, but whether it reaches both ends is open", METHOD)
    return proved(
        METHOD,
        "every value lies in the set, and being continuous it takes all of them: "
        + "; ".join(told),
        contained=dict(inside.evidence),
        ends=told,
    )


def _open_end_taken(image: Image, target: Target) -> Verdict | None:
    """A refutation: an end that is left out is a value."""
    for end, is_open in ((target.lower, target.lower_open), (target.upper, target.upper_open)):
        at = _attained(image, end) if end is not None and is_open else None
        if at is not None and end is not None:
            where, _, place = at.partition(" = ")
            shown = Counterexample({where: place}, plain(end), f"a value of {plain(target.term)}")
            return refuted(METHOD, f"the value {plain(end)} is taken at {at}", shown)
    return None


def _reaches(image: Image, target: Target, upper: bool) -> str | Verdict | None:
    """How the end is reached (a text), a refutation, or None if it is not known."""
    end = target.upper if upper else target.lower
    is_open = target.upper_open if upper else target.lower_open
    name = "upper" if upper else "lower"
    if end is not None and not is_open:
        found = _attained(image, end)
        if found is not None:
            return f"{name} end {plain(end)} at {found}"
    else:
        found = _approached(image, end, upper)
        if found is not None:
            return f"{name} end {_end_text(end, upper)} as the limit {found}"
    return _never(image, target, end, upper)


def _end_text(end: Term | None, upper: bool) -> str:
    return plain(end) if end is not None else ("infinity" if upper else "-infinity")


def _candidates(image: Image) -> list[Fraction]:
    """Points where an extreme value may be taken exactly: kinks, ends, simple numbers, and
    zeros of the derivative guessed from a fine grid."""
    domain: Domain = image.variable.data.domain
    simple = [Fraction(k, 2) for k in range(-12, 13)]
    ends = [end for end in (domain.lower, domain.upper) if end is not None]
    found = [*kinks(image.body, image.variable), *ends, *simple]
    return [p for p in dict.fromkeys(found) if domain.contains(p)]


def _attained(image: Image, end: Term) -> str | None:
    wanted = exact_constant(end, {})
    if wanted is None:
        return None
    for point in _candidates(image):
        value = exact_constant(image.body, {image.variable: point})
        if value is not None and (value - wanted).is_zero:
            return f"{image.variable} = {point}"
    return _attained_elsewhere(image, end)


def _attained_elsewhere(image: Image, end: Term) -> str | None:
    r"""At a multiple of \pi, where waves have their extremes, or at a written extreme place."""
    if not any(n.op in ("sin", "cos") for n in postorder(image.body)):
        return None
    places = [number(Fraction(k, 2)) * constant("pi") for k in (0, 1, 2, -1, -2, 3, -3)]
    for place in [*places, *map(number, _candidates(image))]:
        if inside(ball(place, {}), image.variable.data.domain) is not True:
            continue
        here = replace(image.body, {image.variable: place})
        if judge_equality(here, end).kind == "proved":
            return f"{image.variable} = {plain(place)}"
    return None


def _places(domain: Domain) -> list[tuple[str, Place]]:
    places: list[tuple[str, Place]] = []
    for low, high in components(domain):
        for end, side in ((low, 1), (high, -1)):
            if end is None:
                places.append(("-infinity" if side > 0 else "infinity", Place(None, -side)))
            else:
                places.append((str(end), Place(rational(end), side)))
    return places


def _approached(image: Image, end: Term | None, upper: bool) -> str | None:
    wanted = None if end is None else exact_constant(end, {})
    if end is not None and wanted is None:
        return None
    for name, place in _places(image.variable.data.domain):
        found = limit(image.body, image.variable, place)
        if found is not None and _matches(found, wanted, upper):
            return f"for {image.variable} to {name}"
    return None


def _matches(found: Limit, wanted: object, upper: bool) -> bool:
    if wanted is None:
        return found.infinite == (1 if upper else -1)
    return found.value is not None and (found.value - wanted).is_zero  # type: ignore[operator]


# --- values that are never taken --------------------------------------------------------------


def _never(image: Image, target: Target, end: Term | None, upper: bool) -> Verdict | None:
    """A refutation: a value of the set that the function never takes."""
    for value in _beyond(image, target, end, upper):
        low, high = (image.body, number(value)) if upper else (number(value), image.body)
        gap = order.difference(high, low)
        if isinstance(always(gap, image.variable, image.variable.data.domain, POSITIVE), Holds):
            word = "below" if upper else "above"
            shown = Counterexample(
                {"value": str(value)},
                f"every value is {word} {value}",
                f"{value} lies in {plain(target.term)}",
            )
            return refuted(METHOD, f"the value {value} of the set is never taken", shown)
    return None


def _beyond(image: Image, target: Target, end: Term | None, upper: bool) -> list[Fraction]:
    """Rational values of the target near its end, that may never be taken."""
    best = _extreme(image, upper)
    found: list[Fraction] = []
    exact = None if end is None else exact_constant(end, {})
    limit_value = None if exact is None else exact.rational
    is_open = target.upper_open if upper else target.lower_open
    if limit_value is not None and not is_open:
        found.append(limit_value)
    if best is None:
        return found
    step = Fraction(1, 2) if end is None else Fraction(0)
    if limit_value is not None:
        step = abs(limit_value - best) / 2
    for part in (1, Fraction(1, 2), 2):
        value = best + step * part * (1 if upper else -1)
        value = value.limit_denominator(1000)
        if _strictly_inside(value, limit_value, upper) and step:
            found.append(value)
    return found


def _strictly_inside(value: Fraction, end: Fraction | None, upper: bool) -> bool:
    if end is None:
        return True
    return value < end if upper else value > end


def _extreme(image: Image, upper: bool) -> Fraction | None:
    """The largest (or least) value seen at sample points and limits; None if unbounded."""
    seen: list[Fraction] = []
    for _, place in _places(image.variable.data.domain):
        found = limit(image.body, image.variable, place)
        if found is None:
            continue
        if found.infinite:
            if (found.infinite > 0) == upper:
                return None
        elif abs(found.ball) < LARGEST:
            seen.append(_about(found.ball))
    with precision(64):
        for point in candidates(image.variable.data.domain):
            value = ball(image.body, {image.variable: exactly(point)}, 64)
            if abs(value) < LARGEST:
                seen.append(_about(value))
    return (max if upper else min)(seen) if seen else None


def _about(value: object) -> Fraction:
    return Fraction(float(value.mid())).limit_denominator(10**6)  # type: ignore[attr-defined]


# --- continuity -----------------------------------------------------------------------------

SWITCHING = frozenset({"piecewise", "indicator", "relation", "and", "or", "not", "sign"})


def break_in(image: Image) -> str:
    """Why the body may not be defined and continuous on a connected domain; empty if it is."""
    if not defined_everywhere(image.body, image.variable, image.variable.data.domain):
        return "whether it is defined everywhere on the set is not known"
    return discontinuity(image)


def discontinuity(image: Image) -> str:
    """Why a body that is defined everywhere on a connected domain may not be continuous there;
    empty if it certainly is."""
    domain: Domain = image.variable.data.domain
    if domain.integer or len(components(domain)) > 1:
        return "the set is not connected"
    jumps = False
    for node in postorder(image.body):
        if node.op in SWITCHING:
            jumps = True
        elif not continuous_in(node, image.variable):
            return f"whether {node.op} is continuous there is not known"
    if not jumps:
        return ""
    for node in postorder(image.body):
        if node.op in ("relation", "sign") and not switches(node, image.variable):
            return "a condition is not linear in the variable"
    return next(filter(None, (_jump(image, p) for p in kinks(image.body, image.variable))), "")


def continuous_in(node: Term, variable: Term) -> bool:
    """Whether an operation is certainly continuous in its arguments wherever it is defined."""
    row = TABLE.get(node.op)
    if row is None:
        return node.op in ("number", "constant", "symbol")
    if node.op == "pow":
        return _fixed_power(node, variable)
    return not row.jumps and not any(domain.integer for domain in row.domain)


def _fixed_power(node: Term, variable: Term) -> bool:
    """A power is continuous with a fixed exponent, or with a positive number as its base."""
    base, exponent = node.args
    positive = base.op == "constant" or (base.op == "number" and base.data.value > 0)
    return positive or variable not in free_symbols(exponent)


def _jump(image: Image, point: Fraction) -> str:
    domain: Domain = image.variable.data.domain
    if not domain.contains(point):
        return ""
    value = exact_constant(image.body, {image.variable: point})
    for side, end in ((-1, domain.lower), (1, domain.upper)):
        if end == point:
            continue
        found = limit(image.body, image.variable, Place(rational(point), side))
        if value is None or found is None or found.value is None:
            return f"whether it jumps at {point} is not known"
        if not (found.value - value).is_zero:
            return f"it may jump at {point}"
    return ""
