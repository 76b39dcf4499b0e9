r"""Ways to a limit besides expansions: continuity, derivatives of both sides of a fraction, an
oscillating part, logarithms of logarithms.

Each takes the body, the variable and the point of a limit and gives its value as a Term, a
refutation, or None.
"""

from __future__ import annotations

from fractions import Fraction

from symdl.derivation.differentiate import differentiate
from symdl.derivation.facts import Facts
from symdl.document.errors import DeriveError
from symdl.evidence.asymptotics.expansion import Limit, Place, limit
from symdl.evidence.bounds.written import readable
from symdl.evidence.equality import judge_equality
from symdl.evidence.image import continuous_in
from symdl.expression.term import Term, free_symbols, make, number, postorder, replace, symbol

MOST_DERIVATIVES = 4
MOST_NODES = 80
_SWITCHING = frozenset({"piecewise", "indicator", "sign", "floor", "ceil", "relation"})


def by_continuity(body: Term, variable: Term, point: Term) -> Term | None:
    """The value at the point, where the body is defined and continuous everywhere."""
    return replace(body, {variable: point}) if is_smooth(body, variable) else None


def is_smooth(body: Term, variable: Term) -> bool:
    """Whether a term is certainly defined for all values and continuous in the variable."""
    nodes = (n for n in postorder(body) if variable in free_symbols(n))
    if any(n.op in _SWITCHING or not continuous_in(n, variable) for n in nodes):
        return False
    return Facts().total(body)


def by_derivatives(body: Term, variable: Term, point: Term) -> Term | None:
    """A fraction of two functions that vanish at the point as often: the quotient of the first
    derivatives that do not (both are defined and differentiable everywhere)."""
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


def limit_term(root: Term, y: Term, place: Place) -> Term | int | None:
    """A limit as a Term, or the sign of an infinite one; None if it is not known.

    Sums and products of finite limits are taken apart, so that a factor without the variable
    may be any term.
    """
    if y not in free_symbols(root):
        return root
    whole = limit(root, y, place)
    if whole is not None:
        if whole.infinite:
            return whole.infinite
        value = None if whole.value is None else readable(whole.value)
        if value is not None:
            return value
    if root.op in ("add", "mul", "neg", "div", "erf"):
        parts = [limit_term(a, y, place) for a in root.args]
        if root.op == "erf" and isinstance(parts[0], int):
            return number(parts[0])
        terms = [p for p in parts if isinstance(p, Term)]
        if len(terms) == len(parts) and not (root.op == "div" and y in free_symbols(root.args[1])):
            return make(root.op, *terms)
    return None


def oscillation(body: Term, variable: Term, place: Place) -> tuple[Limit, Limit] | None:
    """Two different limits along points that go to the place: where sin u (or cos u), whose u
    grows without bound, is 1, and where it is -1."""
    if variable.data.domain.integer:  # \sin \pi n is 0 for all of them
        return None
    waves = {n for n in postorder(body) if n.op in ("sin", "cos") and variable in free_symbols(n)}
    if len(waves) != 1:
        return None
    (wave,) = waves
    inner = wave.args[0]
    nodes = (n for n in postorder(inner) if n.op not in ("number", "constant", "symbol"))
    if any(n.op in _SWITCHING or not continuous_in(n, variable) for n in nodes):
        return None
    grows = limit(inner, variable, place)
    if grows is None or not grows.infinite:
        return None
    found = [limit(replace(body, {wave: number(s)}), variable, place) for s in (1, -1)]
    high, low = found
    if high is None or low is None or high.infinite != low.infinite:
        return None
    if high.value is None or low.value is None:
        return None
    return (high, low) if (high.value - low.value).sign() else None


def through_exponential(body: Term, variable: Term) -> tuple[Term, Term] | None:
    """The body in y = log x, and y, where logarithms of logarithms stand in it."""
    nested = any(
        n.op == "log" and any(m.op == "log" and m is not n for m in postorder(n.args[0]))
        for n in postorder(body)
    )
    if not nested:
        return None
    y = symbol("\\text{logarithm}")
    moved = replace(body, {make("log", variable): y})
    return replace(moved, {variable: make("exp", y)}), y


def half_lines(parameter: Term) -> list[tuple[str, Term]]:
    """A real parameter in three cases: below 0, 0, above 0, each with its words."""
    from symdl.expression.domain import POSITIVE, Domain

    name = parameter.data.name
    below = Domain(upper=Fraction(0), upper_open=True)
    return [
        (f"{name} < 0", symbol(name, domain=below)),
        (f"{name} = 0", number(0)),
        (f"{name} > 0", symbol(name, domain=POSITIVE)),
    ]
