"""The local rules of differentiation: what one operation contributes.

A rule turns `d/dx op(u, v)` into an expression in which `d/dx u` and `d/dx v` still stand;
`Context.d` writes these pending derivatives down (0 and 1 at once where they are obvious).
Functions of numbers take their rule from their operator row.
"""

from __future__ import annotations

from collections.abc import Callable

from symdl.derivation.context import Context, Local, plus, times
from symdl.derivation.numbers import integer
from symdl.derivation.row_rules import clip_rule, extremum_rule, row_rule
from symdl.derivation.structural_rules import STRUCTURAL
from symdl.document.errors import DeriveError
from symdl.expression.numerals import ZERO, is_decimal, spell, value_of
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, number


def local_rule(node: Term, context: Context) -> Local:
    """The rule for `node`, which depends on the variable and is not the variable itself.

    Raises DeriveError where no derivative is known.
    """
    rule = _RULES.get(node.op)
    if rule is not None:
        return rule(node, context)
    if node.op in TABLE:
        return row_rule(node, context)
    variable = plain(context.variable)
    if _is_length(node, context.variable):
        return "norm rule", context.variable / node, "where the norm is not 0"
    if node.op == "symbol":
        raise DeriveError(
            f"{plain(node)} is used as a whole here, not by its entries",
            hint=f"write the formula in entries to differentiate in {variable}",
        )
    raise DeriveError(f"no rule differentiates {node.op} with respect to {variable}")


def _is_length(node: Term, variable: Term) -> bool:
    """Whether a term is the Euclidean norm of the very vector of which the variable is an entry."""
    return (
        node.op == "norm"
        and node.data in ("", "2")
        and variable.op == "entry"
        and len(variable.args) == 2
        and node.args[0] is variable.args[0]
        and len(node.args[0].shape or ()) == 1
    )


def _sum_rule(node: Term, c: Context) -> Local:
    parts: list[Term] = []
    for s in node.args:
        inner = s.args[0] if s.op == "neg" else s
        derivative = c.d(inner)
        parts.append(
            make("neg", derivative) if s.op == "neg" and derivative is not ZERO else derivative
        )
    constants = [s for s in node.args if not c.depends(s)]
    note = "constant summands have derivative 0" if constants else ""
    return "sum rule", plus(parts), note


def _product_rule(node: Term, c: Context) -> Local:
    moving = [i for i, f in enumerate(node.args) if c.depends(f)]
    if len(moving) == 1:
        fixed = [f for i, f in enumerate(node.args) if i != moving[0]]
        return "constant multiple rule", times(*fixed, c.d(node.args[moving[0]])), ""
    parts = []
    for i in moving:
        factors = list(node.args)
        factors[i] = c.d(factors[i])
        parts.append(times(*factors))
    return "product rule", plus(parts), ""


def _sign_rule(node: Term, c: Context) -> Local:
    return "constant multiple rule", -c.d(node.args[0]), ""


def _quotient_rule(node: Term, c: Context) -> Local:
    u, v = node.args
    if not c.depends(v):
        return "constant multiple rule", c.d(u) / v, ""
    if not c.depends(u):
        return "reciprocal rule", -(times(u, c.d(v)) / v**2), ""
    return "quotient rule", (times(c.d(u), v) - times(u, c.d(v))) / v**2, ""


def _power_rule(node: Term, c: Context) -> Local:
    u, n = node.args
    if not c.depends(n):
        name = "power rule" if u is c.variable else "chain rule"
        return (
            name,
            times(*_lowered(u, n), c.d(u)),
            "" if u is c.variable else "outer function: power",
        )
    if not c.depends(u):
        name = "derivative of an exponential" if n is c.variable else "chain rule"
        return name, times(node, make("log", u), c.d(n)), "a^u has the derivative a^u log(a) u'"
    inside = plus([times(c.d(n), make("log", u)), _over(n, c.d(u), u)])
    return "logarithmic differentiation", node * inside, "u^v is e^{v log u}, for u > 0"


def _over(n: Term, slope: Term, u: Term) -> Term:
    """n u'/u beside a logarithm of u, where u is not 0: a factor u of n is cancelled."""
    factors = list(n.args if n.op == "mul" else (n,))
    if u not in factors:
        return times(n, slope) / u
    factors.remove(u)
    return times(*factors, slope) if factors else slope


def _lowered(u: Term, n: Term) -> tuple[Term, ...]:
    """The factors of n u^(n-1), the exponent computed where it is a number."""
    value = value_of(n)
    if value is None:
        return n, u ** (n - 1)
    if value == 0:
        return ZERO, u**n
    if value == 1:
        return ()
    return n, u if value == 2 else u ** spell(value - 1, is_decimal(n))


def _root_rule(node: Term, c: Context) -> Local:
    u, n = node.args
    if c.depends(n):
        return row_rule(node, c)
    degree = integer(n)
    below = node if degree == 2 else node ** (n - 1 if degree is None else number(degree - 1))
    name = "derivative of a root" if u is c.variable else "chain rule"
    return name, c.d(u) / times(n, below), ""


_RULES: dict[str, Callable[[Term, Context], Local]] = {
    "add": _sum_rule,
    "mul": _product_rule,
    "neg": _sign_rule,
    "div": _quotient_rule,
    "pow": _power_rule,
    "root": _root_rule,
    "max": extremum_rule,
    "min": extremum_rule,
    "clip": clip_rule,
    **STRUCTURAL,
}
