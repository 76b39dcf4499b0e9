r"""The values of parts that are found and not computed: `\min_x f(x)`, `\arg\max_x f(x)`,
`\int_0^1 x^2\,dx`, limits.

Each has an exact Term where one is proved, and always a ball that contains it (`balls` asks for it
as for any other term).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import arb

from symdl.evidence.balls import ball, precision
from symdl.evidence.bounds.enclosure import box_of
from symdl.evidence.bounds.optimum import Optimum, optimum
from symdl.evidence.bounds.peaks import Spot
from symdl.evidence.exact import exact
from symdl.evidence.integrals.definite import Primitive, definite
from symdl.evidence.integrals.quadrature import quadrature
from symdl.evidence.limits import claims as limits
from symdl.evidence.refute import decimal
from symdl.expression.numerals import minus
from symdl.expression.printer import plain
from symdl.expression.term import Term, constant, free_symbols, make, postorder

BITS = 192


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a part: its exact value, or why it has none (`missing`), its evidence."""

    exact: Term | None = None
    missing: str = ""
    certain: bool = True
    evidence: Mapping[str, Any] = field(default_factory=dict)


def over_reals(node: Term) -> bool:
    """Whether a maximum runs over real numbers, not over the indices of something."""
    variable = node.args[0]
    if variable.op != "symbol" or variable.shape != () or variable.data.domain.integer:
        return False
    entries = (n for n in postorder(node.args[-1]) if n.op == "entry")
    indexed = any(variable in n.args[1:] for n in entries)
    return node.data in ("all", "set") and not indexed and variable.data.role != "index"


def value_text(term: Term, digits: int = 15) -> str:
    """A closed value in decimals."""
    return decimal(ball(term, {}, BITS), digits, exact(term))


def found_value(part: Term, hints: Sequence[Primitive] = ()) -> Found:
    """The value of one part."""
    if part.op == "integral":
        return _integral(part, hints)
    if part.op == "limit":
        return _limit(part)
    known = optimum(part)
    if isinstance(known, str):
        return Found(missing=known, certain=False)
    return _extreme(part, known)


def _limit(part: Term) -> Found:
    value = limits.value_of(part)
    if value is None:
        return Found(missing="the limit is not known", certain=False)
    if isinstance(value, str):
        return Found(missing=value)
    return Found(value, evidence={"of": plain(part), "value": plain(value)})


def _integral(part: Term, hints: Sequence[Primitive]) -> Found:
    known = definite(part, hints)
    if known is None:
        if not free_symbols(part) and quadrature(part).is_finite():
            return Found(evidence={"of": plain(part), "value": value_text(part, 20)})
        return Found(missing="no antiderivative of the integrand is found", certain=False)
    evidence = {"of": plain(part), "pieces": [dict(piece) for piece in known.evidence]}
    if known.value is not None:
        return Found(known.value, evidence={**evidence, "value": plain(known.value)})
    if not known.infinite:
        return Found(missing="the integral diverges", evidence={"diverges": True})
    infinity = constant("infinity")
    return Found(infinity if known.infinite > 0 else make("neg", infinity), evidence=evidence)


def _extreme(part: Term, known: Optimum) -> Found:
    least = part.op in ("min_over", "inf_over", "argmin")
    word = "minimum" if least else "maximum"
    evidence = told(part, known, least)
    if part.op in ("argmax", "argmin"):
        return _place(known, word, evidence)
    if known.infinite:
        if part.op in ("max_over", "min_over"):
            return Found(missing=f"there is no {word}: the values are unbounded")
        infinity = constant("infinity")
        return Found(make("neg", infinity) if least else infinity, evidence=evidence)
    if part.op in ("max_over", "min_over") and known.attained is not True:
        if known.attained is None:
            return Found(missing=f"whether there is a {word} is not known", certain=False)
        level = "infimum" if least else "supremum"
        value = value_of(known, least)
        return Found(missing=f"there is no {word}: the {level} {value} is not attained")
    exact_value = known.exact
    if exact_value is not None and least:
        exact_value = minus(exact_value)
    return Found(exact_value, evidence=evidence)


def _place(known: Optimum, word: str, evidence: Mapping[str, Any]) -> Found:
    if known.attained is False:
        return Found(missing=f"there is no {word}")
    if known.attained is True and len(known.spots) > 1:
        where = ", ".join(_spot_text(spot) for spot in known.spots)
        equal = known.exact is not None
        return Found(missing=f"the {word} is taken at more than one place: {where}", certain=equal)
    if not known.complete or known.attained is None:
        return Found(missing=f"whether only one place has the {word} is not known", certain=False)
    return Found(known.spots[0].exact, evidence=evidence)


def told(part: Term, known: Optimum, least: bool) -> dict[str, Any]:
    """An extreme value as data: enclosures of the value and the places, and the cover."""
    evidence: dict[str, Any] = {
        "of": plain(part),
        "value": value_of(known, least),
        "attained": known.attained,
        "at": [[str(spot.low), str(spot.high)] for spot in known.spots],
        "near": [_spot_text(spot) for spot in known.spots],
    }
    if known.search is not None:
        evidence["below"] = [[str(a), str(b)] for a, b in known.search.boxes]
        evidence["live"] = [[str(a), str(b)] for a, b in known.search.at]
    return evidence


def value_of(known: Optimum, least: bool) -> str:
    """The value in decimals."""
    if known.infinite:
        return "-infinity" if least else "infinity"
    with precision(BITS):
        return decimal(-known.value if least else known.value, 20, bits=BITS)


def _spot_text(spot: Spot) -> str:
    if spot.exact is not None:
        return plain(spot.exact)
    with precision(BITS):
        return decimal(box_of(spot.low, spot.high), 20, bits=BITS)


def value_ball(part: Term) -> Any:
    """The ball that `balls` uses for a part; nan where it has no certain value."""
    if free_symbols(part):
        return arb.nan()
    if part.op == "integral":
        return quadrature(part) if part.data == "range" else arb.nan()
    if part.op == "limit" or not over_reals(part):
        return arb.nan()
    known = optimum(part)
    if isinstance(known, str) or known.infinite or _extreme(part, known).missing:
        return arb.nan()
    if part.op in ("argmax", "argmin"):
        return box_of(known.spots[0].low, known.spots[0].high)
    with precision(BITS):
        return -known.value if part.op in ("min_over", "inf_over") else known.value
