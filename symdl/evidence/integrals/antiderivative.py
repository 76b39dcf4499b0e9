r"""Guesses for antiderivatives: by linearity, by form, by the derivatives of parts.

Nothing here is trusted: a guess counts only when its derivative is proved to be the integrand
(`antiderivative` returns no other).
"""

from __future__ import annotations

from collections.abc import Iterator

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import DeriveError
from symdl.evidence.balls import ball
from symdl.evidence.bounds.written import candidates as written
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import as_fraction
from symdl.evidence.integrals.coefficients import ONE, minus, times
from symdl.evidence.integrals.forms import by_form, logarithms_apart
from symdl.evidence.points import candidates, domain_of
from symdl.evidence.simpler import in_terms_of
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, free_symbols, make, number, postorder, replace

MOST_NODES = 120
MOST_GUESSES = 80
_KEPT = frozenset({
    "exp", "log", "sqrt", "root", "pow", "sin", "cos", "tan", "tanh", "sinh", "cosh", "sech",
    "sigmoid", "softplus", "erf", "erfc", "arctan", "abs", "add", "mul", "neg", "div", "sign",
    "max", "min", "relu", "floor", "ceil",
})  # fmt: skip


def antiderivative(body: Term, x: Term) -> Term | None:
    """A term whose derivative in x is proved to be the body, wherever both are defined."""
    if sum(1 for _ in postorder(body)) > MOST_NODES:
        return None
    basic = in_terms_of(body, _KEPT)
    apart = logarithms_apart(basic)
    split = _exponentials_apart(basic)
    forms = [(by_form, basic), (_by_parts_of, basic)]
    forms[1:1] = [(by_form, apart)] if apart is not basic else []
    forms += [(_by_parts_of, split)] if split is not basic else []
    for build, form in forms:
        guess = build(form, x)
        if guess is not None and is_antiderivative(guess, body, x):
            return guess
    return None


def _exponentials_apart(root: Term) -> Term:
    """e^{a + b} as the product of e^a and e^b, where an exponential stands in the exponent."""
    table: dict[Term, Term] = {}
    for node in postorder(root):
        if node.op != "exp" or all(n.op != "exp" for n in postorder(node.args[0])):
            continue
        inner, turned = node.args[0], node.args[0].op == "neg"
        inner = inner.args[0] if turned else inner
        if inner.op == "add":
            parts = [make("exp", minus(a) if turned else a) for a in inner.args]
            table[node] = make("mul", *parts)
    return replace(root, table) if table else root


def is_antiderivative(guess: Term, body: Term, x: Term) -> bool:
    """Whether the derivative of a guess is proved to be the body."""
    try:
        slope = differentiate(guess, x).result
    except DeriveError:
        return False
    return judge_equality(slope, body).kind == "proved"


def _by_parts_of(body: Term, x: Term) -> Term | None:
    """A multiple of a part, or of a simple function of one, whose derivative is the body."""
    values = _plain_values(x)
    for count, guess in enumerate(_parts(body, x)):
        if count > MOST_GUESSES:
            return None
        try:
            ratio = body / differentiate(guess, x).result
        except DeriveError:
            continue
        factor = _constant_value(ratio, x, values)
        if factor is not None and is_antiderivative(times(factor, guess), body, x):
            return times(factor, guess)
    return None


def _parts(body: Term, x: Term) -> Iterator[Term]:
    nodes = [n for n in postorder(body) if x in free_symbols(n) and n.op in TABLE]
    for node in nodes:
        if node.op == "sigmoid":
            yield make("softplus", *node.args)
        if node.op == "tanh":
            yield make("log", make("cosh", *node.args))
        if node.op in ("cosh", "sech"):
            yield make("tanh", *node.args)
        yield node
    for node in nodes:
        yield make("log", node)
        yield node ** number(2)
        yield ONE / node
        yield make("arctan", node)
    for node in nodes:
        if node.op == "neg":
            yield make("exp", node)
        if node.op == "exp":
            yield make("log", ONE + node)
            yield make("softplus", minus(node.args[0]))


def _plain_values(x: Term) -> list[Term]:
    return [number(v) for v in candidates(domain_of(x))[:3]]


def _constant_value(ratio: Term, x: Term, values: list[Term]) -> Term | None:
    """The value of a ratio that looks constant in x (only a guess)."""
    free = free_symbols(ratio) - {x}
    others = {s: number(i + 2) / 3 for i, s in enumerate(sorted(free, key=repr))}
    seen = [ball(replace(ratio, {x: v, **others}), {}, 96) for v in values]
    if not seen or not all(b.is_finite() and b.overlaps(seen[0]) for b in seen):
        return None
    if free:
        return replace(ratio, {x: values[0]})
    low, high = (as_fraction(end) for end in (seen[0].lower(), seen[0].upper()))
    return next(written(low, high), None) if seen[0].rad() < 1e-20 else None
