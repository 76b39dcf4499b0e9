r"""Ways to a limit besides expansions: continuity, derivatives of both sides of a fraction, an
oscillating part, logarithms of logarithms.

Each takes the body, the variable and the point of a limit and gives its value as a Term, a
refutation, or None.
"""

from __future__ import annotations

from symdl.derivation.differentiate import differentiate
from symdl.derivation.facts import Facts
from symdl.derivation.recurrences import step_of
from symdl.document.errors import DeriveError
from symdl.evidence.asymptotics.expansion import Limit, Place, beside, limit
from symdl.evidence.asymptotics.expansion_rules import RULES
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.bounds.written import readable
from symdl.evidence.continuity import continuous_in
from symdl.evidence.equality import judge_equality
from symdl.evidence.simpler import in_terms_of
from symdl.evidence.sums.series import closed_sum
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.term import (
    Term,
    constant,
    free_symbols,
    make,
    number,
    postorder,
    replace,
    symbol,
)

MOST_DERIVATIVES = 4
MOST_NODES = 80


def by_continuity(body: Term, variable: Term, point: Term) -> Term | None:
    """The value at the point, where the body is defined and continuous everywhere."""
    return replace(body, {variable: point}) if is_smooth(body, variable) else None


def is_smooth(body: Term, variable: Term) -> bool:
    """Whether a term is certainly defined for all values and continuous in the variable."""
    nodes = (n for n in postorder(body) if variable in free_symbols(n))
    if not all(continuous_in(n, variable) for n in nodes):
        return False
    return Facts().total(body)


def by_derivatives(body: Term, variable: Term, point: Term) -> Term | None:
    """A fraction of two functions that vanish at the point as often: the quotient of the first
    derivatives that do not (both are defined and differentiable everywhere); infinity, of either
    sign, where the lower one vanishes more often."""
    body = _one_fraction(body)
    if body.op != "div" or sum(1 for _ in postorder(body)) > MOST_NODES:
        return None
    above, below = body.args
    for _ in range(MOST_DERIVATIVES + 1):
        if not (is_smooth(above, variable) and is_smooth(below, variable)):
            return None
        values = [replace(side, {variable: point}) for side in (above, below)]
        zero = [judge_equality(value, number(0)).kind for value in values]
        if zero[1] == "refuted" and not free_symbols(values[1]):
            return make("div", *values)
        if zero == ["refuted", "proved"] and not free_symbols(values[0]):
            return constant("infinity")
        if zero != ["proved", "proved"]:
            return None
        try:
            derived = [differentiate(side, variable) for side in (above, below)]
        except DeriveError:
            return None
        if any(d.kinks for d in derived):
            return None
        above, below = (d.result for d in derived)
    return None


def _one_fraction(body: Term) -> Term:
    """A product one of whose factors is a fraction, as one fraction."""
    over = [a for a in body.args if a.op == "div"] if body.op == "mul" else []
    if len(over) != 1:
        return body
    rest = [over[0].args[0] if a is over[0] else a for a in body.args]
    return make("mul", *rest) / over[0].args[1]


def limit_term(root: Term, y: Term, place: Place) -> Term | int | None:
    """A limit as a Term, or the sign of an infinite one; None if it is not known.

    Operations that are continuous at the limits of their parts are taken apart, so that a part
    without the variable may be any term.
    """
    if y not in free_symbols(root):
        return root
    whole = limit(root, y, place)
    if whole is not None:
        return whole.infinite if whole.value is None else readable(whole.value)
    if root.op == "pow" and y in free_symbols(root.args[1]):
        base, exponent = root.args
        return limit_term(make("exp", exponent * make("log", base)), y, place)
    if root.op == "sum":
        return _series(root, y, place)
    far = _by_logarithm(root, y, place) if root.op in ("mul", "div", "neg") else None
    if far is not None:
        return far
    if root.op not in TABLE or not continuous_in(root, y):
        return None
    parts = [limit_term(a, y, place) for a in root.args]
    if isinstance(parts[0], int) and root.op in _AT_INFINITY:
        return _AT_INFINITY[root.op][parts[0] > 0]
    terms = [p for p in parts if isinstance(p, Term)]
    if len(terms) < len(parts):
        return None
    value = make(root.op, *terms)
    if root.op in ("add", "mul", "neg") or (
        root.op == "div" and y not in free_symbols(root.args[1])
    ):
        return value
    held = [t if t.op == "number" else _any_of(t, i) for i, t in enumerate(terms)]
    return value if Facts().total(make(root.op, *held)) else None


def _by_logarithm(root: Term, y: Term, place: Place) -> Term | int | None:
    r"""The limit of a product with exponentials beyond all expansions (`e^{e^x} / x`), where the
    logarithm of its size goes to infinity or minus infinity: the sign of infinity, or 0."""
    if free_symbols(root) != {y}:
        return None
    sign, summands = 1, []
    for factor, above in _factors(root):
        seen = (1, None) if factor.op == "exp" else beside(factor, y, place)
        if seen is None or not seen[0]:
            return None
        sign *= seen[0]
        size = factor if seen[0] > 0 else make("neg", factor)
        own = factor.args[0] if factor.op == "exp" else make("log", size)
        summands.append(own if above else make("neg", own))
    found = limit(make("add", *summands), y, place) if len(summands) > 1 else None
    if found is None or not found.infinite:
        return None
    return sign if found.infinite > 0 else number(0)


def _factors(root: Term) -> list[tuple[Term, bool]]:
    """The factors of a product or a quotient, and whether each stands above the line."""
    found: list[tuple[Term, bool]] = []
    waiting = [(root, True)]
    while waiting:
        term, above = waiting.pop()
        if term.op == "mul":
            waiting += [(a, above) for a in term.args]
        elif term.op == "div":
            waiting += [(term.args[0], above), (term.args[1], not above)]
        elif term.op == "neg":
            waiting.append((term.args[0], above))
            found.append((make("neg", number(1)), True))
        else:
            found.append((term, above))
    return found


_AT_INFINITY: dict[str, tuple[Term | int, Term | int]] = {
    "erf": (number(-1), number(1)),
    "exp": (number(0), 1),
    "neg": (1, -1),
}
"""What goes to minus infinity, or infinity, under an operation."""


def _series(root: Term, n: Term, place: Place) -> Term | None:
    """The limit of a sum up to n (or n + 3) is the series, where that has a closed form."""
    if place.point is not None or place.side < 0 or root.data != "range":
        return None
    index, lower, upper, body = root.args
    if (step_of(upper) or (None, 0))[0] is not n or n in free_symbols(body) | free_symbols(lower):
        return None
    return closed_sum(make("sum", index, lower, constant("infinity"), body, data="range"))


def _any_of(term: Term, place: int) -> Term:
    """A symbol that may be every value of a term."""
    r = range_of(term)
    domain = Domain(r.lower, r.upper, r.lower_open, r.upper_open)
    return symbol(f"#value {place}", domain=domain)


def along_waves(body: Term, variable: Term, place: Place) -> list[tuple[str, Limit]]:
    """Limits along points that go to the place, at which sin u is 1 or -1, or cos u, for the one
    u that sines and cosines are of, and that grows without bound; or of even and odd n for powers
    of something negative; with words for the points."""
    if variable.data.domain.integer:  # \sin \pi n is 0 for all of them
        return _even_and_odd(body, variable, place)
    body = in_terms_of(body, RULES)
    waves = {n for n in postorder(body) if n.op in ("sin", "cos") and variable in free_symbols(n)}
    if len({n.args[0] for n in waves}) != 1:
        return []
    inner = next(iter(waves)).args[0]
    nodes = (n for n in postorder(inner) if n.op not in ("number", "constant", "symbol"))
    if not all(continuous_in(n, variable) for n in nodes):
        return []
    grows = limit(inner, variable, place)
    if grows is None or not grows.infinite:
        return []
    found = []
    for sine, cosine in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        values = {"sin": number(sine), "cos": number(cosine)}
        there = limit(replace(body, {n: values[n.op] for n in waves}), variable, place)
        if there is not None:
            name, value = ("sin", sine) if sine else ("cos", cosine)
            found.append((f"{name}({plain(inner)}) = {value}", there))
    return found


def _even_and_odd(body: Term, n: Term, place: Place) -> list[tuple[str, Limit]]:
    powers = [p for p in postorder(body) if p.op == "pow" and p.args[1] is n]
    signed = [p for p in powers if _goes_below_zero(p.args[0], n, place)]
    found = []
    for words, odd in (("is even", False), ("is odd", True)):
        sizes = {p: make("neg", p.args[0]) ** n for p in signed}
        table = {p: make("neg", size) if odd else size for p, size in sizes.items()}
        there = limit(replace(body, table), n, place) if signed else None
        if there is not None:
            found.append((f"{plain(n)} {words}", there))
    return found


def _goes_below_zero(base: Term, n: Term, place: Place) -> bool:
    if range_of(base).sign == -2:
        return True
    found = limit(base, n, place)
    if found is None or found.value is None:
        return found is not None and found.infinite < 0
    return found.value.sign() == -1


def through_exponential(body: Term, variable: Term) -> tuple[Term, Term] | None:
    """The body in y = log x, and y, where logarithms of logarithms stand in it."""
    nested = any(
        n.op == "log" and any(m.op == "log" and m is not n for m in postorder(n.args[0]))
        for n in postorder(body)
    )
    if not nested:
        return None
    y = symbol("#logarithm")
    moved = replace(body, {make("log", variable): y})
    return replace(moved, {variable: make("exp", y)}), y
