"""Slopes by rules of the second checker's own; undefined where a case of a function ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, reduce

from symdl.evidence.meaning import ANY, ATOMS, SIGNS, links, sure
from symdl.expression.term import Term, make, number, postorder

Rule = Callable[[Sequence[Term], Sequence[Term]], Term]
NAMES = {frozenset({1}): ">", frozenset({-1}): "<", ANY - {0}: "!="}


def inside(c: Term, holds: bool = True) -> Term:
    """That a condition holds (or fails) all around a point, where its sides are continuous."""
    if c.op in ("and", "or", "not"):
        parts = [inside(a, holds != (c.op == "not")) for a in c.args]
        return parts[0] if c.op == "not" else make(c.op if holds else FLIP[c.op], *parts)
    sure(not {n.op for n in postorder(c)} & {"floor", "sign", "piecewise"}, "a side may jump")
    made = []
    for a, relation, b in links(c):
        signs = (SIGNS[relation] if holds else ANY - SIGNS[relation]) - {0}
        made.append(make("relation", a, b if signs else a, data=(NAMES.get(signs, "!="),)))
    return made[0] if len(made) == 1 else make("and" if holds else "or", *made)


FLIP = {"and": "or", "or": "and"}


@lru_cache(maxsize=256)
def slope(root: Term, x: Term) -> Term:
    """The derivative of a core term in an atom, written as a term."""
    done: dict[Term, Term] = {}
    for node in postorder(root):
        us, vs = node.args, [done[a] for a in node.args] if node.op not in ATOMS else []
        flat = node.op in ATOMS | {"relation", "and", "or", "not", "interval"} or all(
            v is number(0) for v in vs if node.op != "piecewise"
        )
        if node is x or (flat and node.op != "piecewise"):
            done[node] = number(int(node is x))
        else:
            sure(node.op in SLOPES, f"no slope of {node.op}")
            done[node] = SLOPES[node.op](us, vs)
    return done[root]


def _of_cases(us: Sequence[Term], vs: Sequence[Term]) -> Term:
    found = list(vs[-1:]) if len(us) % 2 else []
    for value, c in list(zip(vs[::2], us[1::2], strict=False))[::-1]:
        rest = [*found, inside(c, False)] if found else []
        found = [make("piecewise", value, inside(c), *rest)]
    return found[0]


def _of_maximum(us: Sequence[Term], vs: Sequence[Term]) -> Term:
    cases = [(vs[0], us[0], ">", us[1]), (vs[1], us[0], "<", us[1]), (vs[0], vs[0], "=", vs[1])]
    terms = [t for v, a, r, b in cases for t in (v, make("relation", a, b, data=(r,)))]
    return make("piecewise", *terms)


def _of_product(us: Sequence[Term], vs: Sequence[Term]) -> Term:
    terms = [reduce(lambda a, b: a * b, [*us[:i], v, *us[i + 1 :]]) for i, v in enumerate(vs)]
    return make("add", *terms)


def _of_power(us: Sequence[Term], vs: Sequence[Term]) -> Term:
    (u, n), (du, dn) = us, vs
    if dn is number(0):
        return n * u ** (n - 1) * du
    return u**n * (dn * make("log", u) + n * du / u)


def _outer(rule: Callable[[Term], Term]) -> Rule:
    return lambda us, vs: rule(us[0]) * vs[0]


def _apart(u: Term) -> Term:
    return make("relation", u, number(0), data=("!=",))


_GAUSS = _outer(lambda u: 2 * make("exp", -(u * u)) / make("sqrt", make("constant", data="pi")))
SLOPES: dict[str, Rule] = {
    "add": lambda us, vs: make("add", *vs), "neg": lambda us, vs: -vs[0], "mul": _of_product,
    "div": lambda us, vs: (vs[0] * us[1] - us[0] * vs[1]) / (us[1] * us[1]), "pow": _of_power,
    "exp": _outer(lambda u: make("exp", u)), "log": _outer(lambda u: 1 / u), "erf": _GAUSS,
    "sqrt": _outer(lambda u: 1 / (2 * make("sqrt", u))), "erfc": lambda us, vs: -_GAUSS(us, vs),
    "sin": _outer(lambda u: make("cos", u)), "cos": _outer(lambda u: -make("sin", u)),
    "arctan": _outer(lambda u: 1 / (1 + u * u)), "max": _of_maximum, "piecewise": _of_cases,
    "sign": lambda us, vs: make("piecewise", 0 * vs[0], _apart(us[0])),
}  # fmt: skip
