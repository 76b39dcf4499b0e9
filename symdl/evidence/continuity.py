"""What is certainly continuous: operations, and bodies on a connected set."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symdl.derivation.canonical import same
from symdl.derivation.cases import boundaries
from symdl.derivation.real_line import RealLine, pairs_of
from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Place, exact_constant, limit
from symdl.evidence.bounds.everywhere import components, defined_everywhere
from symdl.evidence.bounds.kinks import kinks, switches
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, free_symbols, postorder


@dataclass(frozen=True, slots=True)
class Image:
    """The image of a body over the domain of its variable."""

    variable: Term
    body: Term


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
            return "" if _cases_join(image) else "a condition is not linear in the variable"
    return next(filter(None, (_jump(image, p) for p in kinks(image.body, image.variable))), "")


def _cases_join(image: Image) -> bool:
    """Whether the only switches are cases that have equal values where they meet, at points that
    may hold parameters (`|x| <= \\delta`)."""
    line = RealLine(image.variable)
    if any(
        n.op in SWITCHING - {"piecewise", "relation", "and", "or"} for n in postorder(image.body)
    ):
        return False
    for node in postorder(image.body):
        for _, condition in pairs_of(node) if node.op == "piecewise" else ():
            for left, right in boundaries(condition) if condition is not None else ():
                points = line.roots(left, right)
                if points is None or not all(_joins(node, point, line) for point in points):
                    return False
    return True


def _joins(node: Term, point: Term, line: RealLine) -> bool:
    """Whether the values of the cases just below, at and just above a point agree there."""
    sides = [line.chosen(node, point, side) for side in (-1, 0, 1)]
    values = [line.put(side, point) for side in sides if side is not None]
    return len(values) == 3 and all(same(value, values[1]) for value in values)


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
